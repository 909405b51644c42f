"""A change of meaning is a new version: what changed, word by word, and no rule of the charts reaches across."""

from datetime import date
from html import unescape

import pytest
from django.utils import timezone

from measures import dictionary_fields, dictionary_versions
from measures.models import Direction, Measure, MeasureVersion
from measures.wording import shifted
from tests.factories import MeasureSourceFactory, MeasureVersionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("D1")]


@pytest.fixture
def changed():
    """The second version of a measure, whose bottom number and direction are others."""
    first = MeasureVersionFactory(
        denominator="The number of people seen by one team.", improvement_direction=Direction.NEUTRAL
    )
    return MeasureVersionFactory(
        measure=first.measure,
        name=first.name,
        number=2,
        valid_from=date(2024, 4, 1),
        denominator="The number of people seen by two teams.",
    )


def entries(version):
    measure = Measure.objects.with_versions().prefetch_related("versions__sources__resource").get(pk=version.measure_id)
    return dictionary_fields.entries_of(measure, [])


def page(client, version):
    return unescape(client.get(version.measure.get_absolute_url()).content.decode())


def test_each_change_is_shown_word_by_word(changed):
    after, before = entries(changed)
    found = {change.label: change.pieces for change in dictionary_versions.changes(before, after)}
    assert set(found) == {"Bottom number (denominator)", "Which way is better"}
    kinds = [piece.kind for piece in found["Bottom number (denominator)"]]
    assert kinds == ["same", "gone", "new", "same"]
    assert "".join(piece.text for piece in found["Bottom number (denominator)"] if piece.kind == "gone").strip() == (
        "one team"
    )


def test_the_page_has_every_version_with_its_months(client, changed):
    html = page(client, changed)
    assert "Version 2, from April 2024" in html
    assert "Version 1, from April 2021 to March 2024" in html
    assert "<del>" in html
    assert "<ins>" in html
    whole = html.partition("The whole of Version 1")[2]
    assert "The number of people seen by one team." in whole


def test_a_measure_of_one_version_has_no_part_about_changes(client):
    html = page(client, MeasureVersionFactory())
    assert "What changed from version to version" not in html


def test_a_version_that_says_the_same_says_so(client):
    first = MeasureVersionFactory()
    MeasureVersionFactory(measure=first.measure, name=first.name, number=2, valid_from=date(2024, 4, 1))
    assert "Its words are those of version 1." in page(client, first)


def test_a_version_to_come_is_read_beside_the_one_that_holds(client, changed):
    month = shifted(timezone.localdate(), 2)
    MeasureVersionFactory(measure=changed.measure, number=3, valid_from=month, numerator="Somebody else.")
    said = dictionary_versions.versions(entries(changed), timezone.localdate())
    assert [version.holds for version in said] == [False, True, False]
    assert [bool(version.rows) for version in said] == [True, False, True]
    html = page(client, changed)
    assert html.count("Shown on this page") == 1
    assert "Somebody else." in html


@pytest.mark.parametrize("versions", [1, 6])
def test_versions_cost_the_same_queries_whatever_their_number(client, django_assert_max_num_queries, versions):
    first = MeasureVersionFactory()
    for number in range(2, versions + 1):
        following = MeasureVersionFactory(measure=first.measure, number=number, valid_from=date(2021 + number, 4, 1))
        MeasureSourceFactory(version=following)
    with django_assert_max_num_queries(13):
        page(client, first)
    assert MeasureVersion.objects.count() == versions
