"""What leaves the library as a file: the same items as on the page, published ones only, marked in a demonstration."""

import csv
import io
import json
import re

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from resources import exporting
from resources.models import Resource, Status
from selfharm_portal.pages import demonstration
from selfharm_portal.pages.models import DatabaseKind, PortalDatabase
from tests.factories import (
    PublisherFactory,
    ReadingListEntryFactory,
    ReadingListFactory,
    ResourceFactory,
    ResourcePublisherFactory,
    SectionFactory,
    TopicFactory,
    UserFactory,
)
from tests.resources.test_citations import assert_nothing_is_lost

pytestmark = pytest.mark.django_db

TYPES = {
    "ris": "application/x-research-info-systems; charset=utf-8",
    "bib": "application/x-bibtex; charset=utf-8",
    "json": "application/vnd.citationstyles.csl+json; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}


def export(client, ending, query=""):
    response = client.get(f"{reverse(f'resources:export_{ending}')}{query}")
    assert response.status_code == 200
    return response


def keys(response, ending):
    """The items of a file, in its order."""
    text = response.content.decode("utf-8-sig")
    return {
        "ris": lambda: [read["id"] for read in rispy.loads(text)],
        "bib": lambda: [entry.key for entry in parse_string(text).entries],
        "json": lambda: [item["id"] for item in json.loads(text)],
        "csv": lambda: [row["key"] for row in csv.DictReader(io.StringIO(text))],
    }[ending]()


def cite(client, slug, ending):
    return client.get(reverse(f"resources:cite_{ending}", args=[slug]))


@pytest.fixture
def demonstrated(db):
    PortalDatabase.objects.all().delete()
    PortalDatabase.objects.create(kind=DatabaseKind.DEMONSTRATION)


@pytest.fixture
def library(db):
    """Three published items in two sections, one on a list, and three that nobody may see."""
    section, topic = SectionFactory(slug="brochures"), TopicFactory(slug="aftercare")
    one = ResourceFactory(slug="one", title="A", section=section, topics=[topic], year=2019)
    two = ResourceFactory(slug="two", title="B", topics=[topic], year=2024)
    ResourceFactory(slug="three", title="C", status="superseded", superseded_by=two)
    hidden = [
        ResourceFactory(section=section, topics=[topic], publication_state=s)
        for s in ("draft", "in_review", "archived")
    ]
    start = ReadingListFactory(slug="start")
    for position, resource in enumerate([two, *hidden, one], start=1):
        ReadingListEntryFactory(reading_list=start, resource=resource, position=position)


@pytest.mark.requirement("A8")
@pytest.mark.parametrize("ending", exporting.FORMATS_OF_A_LIST)
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["one", "two"]),
        ("?section=brochures", ["one"]),
        ("?topic=aftercare", ["one", "two"]),
        ("?topic=aftercare&sort=newest", ["two", "one"]),
        ("?section=brochures&topic=aftercare", ["one"]),
        ("?status=superseded", ["three"]),
        ("?q=own+words&status=current&status=superseded", ["one", "two", "three"]),
        ("?list=start", ["two", "one"]),
        ("?reader=professionals", ["one", "two", "three"]),
        ("?reader=you", []),
        ("?reader=robots", ["one", "two"]),
        ("?section=no-such-section", ["one", "two"]),
        ("?section=brochures&cost=paid", []),
    ],
)
def test_a_file_has_the_items_of_the_page_in_its_order(client, library, ending, query, found):
    response = export(client, ending, query)
    assert response.headers["Content-Type"] == TYPES[ending]
    assert keys(response, ending) == found


@pytest.mark.requirement("A8")
@pytest.mark.parametrize("ending", exporting.FORMATS_OF_ONE)
def test_one_item_is_a_file(client, library, ending):
    response = cite(client, "one", ending)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == TYPES[ending]
    assert response.headers["Content-Disposition"] == f'attachment; filename="one.{ending}"'
    assert keys(response, ending) == ["one"]


@pytest.mark.parametrize("ending", exporting.FORMATS_OF_ONE)
@pytest.mark.parametrize("state", ["draft", "in_review", "archived"])
def test_what_is_not_published_cannot_be_cited_even_by_a_curator(client, ending, state):
    slug = ResourceFactory(publication_state=state).slug
    client.force_login(UserFactory(curator=True))
    assert cite(client, slug, ending).status_code == 404


@pytest.mark.parametrize("query", ["?list=no-such-list", "?list=%00x"])
def test_a_list_that_is_not_there_has_no_file(client, query):
    assert client.get(f"{reverse('resources:export_csv')}{query}").status_code == 404


def test_a_hidden_list_has_no_file(client, library):
    ReadingListFactory(slug="hidden", shown=False)
    assert client.get(f"{reverse('resources:export_csv')}?list=hidden").status_code == 404


@pytest.mark.parametrize("query", ["?topic=%00", "?section=%ED%A0%80", "?q=" + "x" * 3000, "?list=&topic=';--"])
def test_nonsense_in_the_address_is_no_fault(client, library, query):
    export(client, "csv", query)


@pytest.mark.parametrize("ending", exporting.FORMATS_OF_A_LIST)
def test_a_demonstration_says_so_in_the_names_and_in_each_reference(client, library, demonstrated, ending):
    response = export(client, ending)
    assert response.headers["Content-Disposition"] == f'attachment; filename="library-demonstration.{ending}"'
    assert response.content.decode("utf-8-sig").count(demonstration.BANNER) == 2
    assert 'filename="start-demonstration.' in export(client, ending, "?list=start").headers["Content-Disposition"]
    if ending in exporting.FORMATS_OF_ONE:
        one = cite(client, "one", ending)
        assert one.headers["Content-Disposition"] == f'attachment; filename="one-demonstration.{ending}"'
        assert demonstration.BANNER in one.content.decode()


def test_a_real_portal_does_not_speak_of_demonstrations(client, library):
    response = export(client, "csv")
    assert "emonstration" not in response.headers["Content-Disposition"] + response.content.decode("utf-8-sig")


def test_who_cites_a_replaced_item_is_told(client, library):
    [read] = rispy.loads(cite(client, "three", "ris").content.decode())
    assert read["notes"][0].startswith("Replaced: do not use for care today")
    assert read["notes"][0].endswith("Use this one: B")


def test_a_spreadsheet_reads_the_accents(client):
    ResourceFactory(title="Étude")
    assert export(client, "csv").content.startswith(b"\xef\xbb\xbf")


def test_a_list_costs_the_same_queries_for_1_item_and_for_30(client):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            export(client, "ris")
        return len(captured)

    def add(number):
        for resource in ResourceFactory.create_batch(number, topics=[TopicFactory()]):
            ResourcePublisherFactory(resource=resource)

    add(1)
    one = queries()
    add(29)
    assert queries() == one


class TestPage:
    """What the page of an item, and of a list, says about taking it along."""

    @pytest.fixture
    def article(self):
        article = ResourceFactory(
            slug="an-article",
            title='"Seen" & <heard>',
            type="journal_article",
            authors=["van Heeringen K", "Chan MKY"],
            journal="The Lancet",
            year=2021,
            doi="10.1000/1",
            pmid="42",
            topics=[TopicFactory(title="Aftercare")],
        )
        ResourcePublisherFactory(resource=article, publisher=PublisherFactory(name="Elsevier"))
        return article

    def test_can_be_cited_by_hand_and_by_file(self, client, article):
        html = client.get(article.get_absolute_url()).content.decode()
        line = "van Heeringen K, Chan MKY. &quot;Seen&quot; &amp; &lt;heard&gt;. The Lancet. 2021. doi: 10.1000/1"
        assert line in html
        for ending in exporting.FORMATS_OF_ONE:
            assert f'href="/resources/an-article/cite.{ending}"' in html

    def test_the_head_has_the_fields_that_reference_managers_read(self, client, article):
        html = client.get(article.get_absolute_url()).content.decode()
        found = re.findall(r'<meta name="(citation_\w+)" content="([^"]*)">', html)
        assert found == [
            ("citation_title", "&quot;Seen&quot; &amp; &lt;heard&gt;"),
            ("citation_author", "van Heeringen, K."),
            ("citation_author", "Chan, M. K. Y."),
            ("citation_publication_date", "2021"),
            ("citation_journal_title", "The Lancet"),
            ("citation_publisher", "Elsevier"),
            ("citation_doi", "10.1000/1"),
            ("citation_pmid", "42"),
            ("citation_public_url", article.url),
            ("citation_language", "en"),
            ("citation_abstract", article.summary),
            ("citation_keywords", "Aftercare"),
        ]

    def test_says_the_same_in_the_words_of_schema_org(self, client, article):
        html = client.get(article.get_absolute_url()).content.decode()
        assert 'itemscope itemtype="https://schema.org/ScholarlyArticle"' in html
        assert f'<meta itemprop="url" content="{article.url}">' in html
        assert (
            '<span itemprop="author" itemscope itemtype="https://schema.org/Person"><meta itemprop="name" '
            'content="M. K. Y. Chan"><meta itemprop="familyName" content="Chan">'
            '<meta itemprop="givenName" content="M. K. Y."></span>'
        ) in html
        assert '<meta itemprop="propertyID" content="doi"><meta itemprop="value" content="10.1000/1">' in html

    def test_titles_in_the_tab_and_in_previews_stay_neutral(self, client):
        resource = ResourceFactory(title="Care after self-harm")
        head = client.get(resource.get_absolute_url()).content.decode().partition("</head>")[0]
        assert "self-harm" not in re.findall(r"<title>.*?</title>", head)[0]
        assert not [each for each in re.findall(r'<meta property="og:[^>]*>', head) if "self-harm" in each]

    @pytest.mark.parametrize("query", ["", "?section=brochures", "?section=brochures&topic=aftercare", "?list=start"])
    def test_a_list_links_to_its_own_files(self, client, library, query):
        html = client.get(f"{reverse('resources:list')}{query}", follow=True).content.decode()
        assert "Take this list with you" in html
        for ending in exporting.FORMATS_OF_A_LIST:
            [address] = re.findall(rf'href="(/resources/export\.{ending}[^"]*)"', html)
            assert keys(client.get(address.replace("&amp;", "&")), ending) == keys(
                export(client, ending, query), ending
            )


@pytest.fixture
def real_library(db):
    call_command("load_content", verbosity=0, stdout=io.StringIO())


@pytest.mark.requirement("A8")
def test_no_field_of_our_own_library_is_lost(client, real_library):
    published = list(Resource.objects.published().with_everything())
    assert len(published) > 50
    for resource in published:
        assert_nothing_is_lost(exporting.citable(resource, demonstration.BANNER))
    for ending in exporting.FORMATS_OF_A_LIST:
        every_status = "?" + "&".join(f"status={status}" for status in Status.values)
        assert sorted(keys(export(client, ending, every_status), ending)) == sorted(
            resource.slug for resource in published
        )
