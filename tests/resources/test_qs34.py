"""From a statement of QS34 to what explains it, the measure that tests it, and the areas whose themes fit."""

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from measures import content as measures_content
from resources import content, qs34
from sites import content as sites_content
from tests.factories import (
    AreaFactory,
    MeasureFactory,
    MeasureSourceFactory,
    MeasureVersionFactory,
    ResourceFactory,
    ResourcePublisherFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db


#: In the real content: by which measures each statement is followed.
FOLLOWED = {1: ["SH22", "SH25"], 3: ["SH07"], 6: ["SH09"], 7: ["SH12", "SH14"], 8: ["SH17"]}


def page(client, number=3):
    response = client.get(f"/resources/qs34/{number}/")
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def standard():
    return ResourceFactory(slug=qs34.SLUG, title="Self-harm", code="QS34", qs34_statements=[1, 3, 6, 7, 8])


def follow(standard, statement="3", **values):
    """A measure whose newest definition follows the statement."""
    version = MeasureVersionFactory(**values)
    MeasureSourceFactory(version=version, resource=standard, statement=statement)
    return version


@pytest.mark.requirement("J2")
def test_leads_to_what_explains_it_the_measure_that_tests_it_and_the_areas_whose_themes_fit(client, standard):
    explains = ResourceFactory(title="How to assess", qs34_statements=[3, 8])
    draft = ResourceFactory(draft=True, title="Still a draft", qs34_statements=[3])
    other = ResourceFactory(title="About plans", qs34_statements=[6])
    theme, unrelated = ThemeFactory(title="Assessment"), ThemeFactory(title="Something else")
    version = follow(standard)
    version.themes.add(theme)
    area, hidden = AreaFactory(place="Somerset"), AreaFactory(place="Nowhere", draft=True)
    for each in (area, hidden):
        each.themes.add(theme)
    html = page(client)
    for row in (explains, version.measure, area, standard):
        assert f'href="{row.get_absolute_url()}"' in html
    for words in (draft.title, other.title, unrelated.title, hidden.place):
        assert words not in html


@pytest.mark.requirement("J2")
def test_where_nothing_explains_it_yet_the_page_says_so(client, standard):
    html = page(client)
    assert "nothing in this library explains the statement so far" in html
    assert "no measure of the dictionary follows the statement so far" in html
    assert "without a measure there is no theme to look for" in html


def test_only_newest_definitions_of_measures_in_use_count(client, standard):
    measure = MeasureFactory()
    old = MeasureVersionFactory(measure=measure, number=1)
    MeasureSourceFactory(version=old, resource=standard, statement="3")
    MeasureVersionFactory(measure=measure, number=2, valid_from=old.valid_from.replace(year=2030))
    withdrawn = follow(standard, measure=MeasureFactory(withdrawn=True))
    another = follow(standard, statement="6")
    html = page(client)
    for version in (old, withdrawn, another):
        assert version.measure.get_absolute_url() not in html


def test_what_nobody_has_checked_is_said_to_be_so(client, standard):
    version = MeasureVersionFactory()
    MeasureSourceFactory(version=version, resource=standard, statement="7", verified=False)
    html = page(client, 7)
    assert "Not checked against the source." in html
    assert "only in the wording of 2013" in html


@pytest.mark.parametrize("number", [0, 2, 4, 5, 9, 10**9])
def test_what_we_could_not_read_has_no_page(client, number):
    assert client.get(f"/resources/qs34/{number}/").status_code == 404


def test_the_index_names_what_is_here_and_what_is_not(client, standard):
    html = client.get(reverse("resources:qs34")).content.decode()
    for number in qs34.STATEMENTS:
        assert f'href="/resources/qs34/{number}/"' in html
    assert "statements 2, 4 and 5" in html
    assert f'href="{standard.get_absolute_url()}"' in html


def test_without_the_standard_in_the_library_it_leads_to_nice(client):
    assert f'href="{qs34.AT_NICE}"' in page(client)


def test_items_and_measures_lead_there(client, standard):
    item = ResourceFactory(qs34_statements=[3, 2])
    html = client.get(item.get_absolute_url()).content.decode()
    assert '<a href="/resources/qs34/">Statement 2</a>, <a href="/resources/qs34/3/">Statement 3</a>' in html
    version = follow(standard)
    assert 'href="/resources/qs34/3/"' in client.get(version.measure.get_absolute_url()).content.decode()
    elsewhere = MeasureVersionFactory()
    MeasureSourceFactory(version=elsewhere, resource=ResourceFactory(), statement="3")
    assert "/resources/qs34/" not in client.get(elsewhere.measure.get_absolute_url()).content.decode()


def test_costs_the_same_queries_whatever_fits(client, standard):
    def add(number):
        theme = ThemeFactory()
        for _ in range(number):
            follow(standard).themes.add(theme, ThemeFactory())
            AreaFactory().themes.add(theme)
            ResourcePublisherFactory(resource=ResourceFactory(qs34_statements=[3]))

    def queries():
        with CaptureQueriesContext(connection) as captured:
            page(client)
        return len(captured)

    add(1)
    few = queries()
    add(5)
    assert queries() == few


@pytest.mark.requirement("J2")
def test_of_the_real_content_every_statement_has_its_measure(client):
    fixtures = settings.BASE_DIR / "fixtures"
    content.load(fixtures)
    sites_content.load(fixtures)
    measures_content.load(fixtures)
    for number, codes in FOLLOWED.items():
        response = client.get(f"/resources/qs34/{number}/")
        html = response.content.decode()
        assert [measure["code"] for measure in response.context["tested_by"]] == codes
        assert response.context["themes"], number
        assert "nothing in this library explains" in html, number
        assert "nice-qs34/" in html
