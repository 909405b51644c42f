"""A change of meaning is a new version: what changed, word by word, and no rule of the charts reaches across."""

from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from measures import series
from measures.admin.dictionary import MEANING
from measures.dictionary import changes, fields
from measures.models import Direction, Kind, Measure, MeasureValue, MeasureVersion
from measures.statistics import findings
from measures.wording import shifted
from tests.factories import (
    DenominatorGroupFactory,
    MeasureFactory,
    MeasureSourceFactory,
    MeasureValueFactory,
    MeasureVersionFactory,
    SubmissionFactory,
)

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
    return fields.entries_of(measure, [])


def page(client, version):
    return unescape(client.get(version.measure.get_absolute_url()).content.decode())


def test_each_change_is_shown_word_by_word(changed):
    after, before = entries(changed)
    found = {change.label: change.pieces for change in changes.changes(before, after)}
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
    said = changes.versions(entries(changed), timezone.localdate())
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


# What months were given under stays

#: Something else than the factory makes, for each field of the meaning.
CHANGED = {
    "measure": MeasureFactory,
    "number": lambda: 9,
    "valid_from": lambda: date(2021, 5, 1),
    "kind": lambda: Kind.MEAN_SCORE,
    "unit": lambda: "% of visits",
    "rate_multiplier": lambda: 1000,
    "numerator": lambda: "Other people.",
    "denominator": lambda: "Other people.",
    "denominator_group": DenominatorGroupFactory,
    "inclusions": lambda: ["Other people."],
    "exclusions": lambda: ["Other people."],
    "month_rule": lambda: "Another date.",
    "cohort_month_offset": lambda: -1,
    "reporting_lag_days": lambda: 7,
    "value_min": lambda: 1,
    "value_max": lambda: 99,
}


@pytest.mark.parametrize("field", MEANING)
def test_the_database_keeps_the_meaning_of_a_version_with_values(field):
    """Needs the migrations: a trigger refuses it."""
    version = MeasureValueFactory().version
    with pytest.raises(IntegrityError, match="measure_version_meaning_stays"), transaction.atomic():
        MeasureVersion.objects.filter(pk=version.pk).update(**{field: CHANGED[field]()})


def test_words_around_the_meaning_can_be_said_better():
    version = MeasureValueFactory().version
    version.rationale, version.how_to_collect = "Said better.", "From the record."
    version.save()
    version.refresh_from_db()
    assert version.rationale == "Said better."


def test_a_version_without_values_can_still_change():
    value = MeasureValueFactory()
    other = MeasureVersionFactory(measure=value.measure, number=2, valid_from=date(2024, 4, 1))
    other.numerator = "Other people."
    other.save()


# A value keeps its version, and no rule reaches across


@pytest.fixture
def two_definitions():
    """13 steady months under the first version, 7 much higher ones under the second, all accepted."""
    first = MeasureVersionFactory()
    second = MeasureVersionFactory(measure=first.measure, number=2, valid_from=date(2024, 5, 1))
    area = None
    for place in range(20):
        month = SubmissionFactory(
            **({"area": area} if area else {}), period__month=shifted(date(2023, 4, 1), place), accepted=True
        )
        area = month.area
        MeasureValueFactory(
            revision=month.accepted_revision,
            measure=first.measure,
            version=first if place < 13 else second,
            numerator=(40 if place < 13 else 90) + place % 3,
            denominator=100,
        )
    return area, first.measure


def found(two_definitions):
    area, measure = two_definitions
    [shown] = series.series_of_area(area, [measure], today=date(2025, 1, 1))
    assert shown.series is not None
    return shown.series, findings.find(shown.series)


def test_a_value_keeps_the_version_under_which_it_was_given(two_definitions):
    _, measure = two_definitions
    given = [value.version.number for value in MeasureValue.objects.order_by("revision__submission__period__month")]
    assert given == [1] * 13 + [2] * 7
    MeasureVersionFactory(measure=measure, number=3, valid_from=date(2024, 6, 1))
    assert not MeasureValue.objects.filter(version__number=3).exists()


def test_no_rule_and_no_limit_reaches_across_a_change_of_definition(two_definitions):
    drawn, said = found(two_definitions)
    assert drawn.rebase == [date(2024, 5, 1)]
    assert [(phase.start, phase.stop) for phase in said.phases] == [(0, 13), (13, 20)]
    assert said.phases[0].upper is not None
    assert said.phases[0].upper < 60 < 90 <= (said.phases[1].centre or 0)
    assert [month.rule for month in said.months if month.rule] == []
    without_versions = findings.find(replace(drawn, beginnings=[]))
    assert [month.rule for month in without_versions.months if month.rule]  # what one phase would have said


def test_the_chart_marks_the_month_of_a_new_definition(two_definitions):
    drawn, _ = found(two_definitions)
    [begins] = drawn.beginnings
    assert (begins.month, begins.why) == (date(2024, 5, 1), "definition")
    assert begins.words.startswith("Counted by version 2 of the definition:")
