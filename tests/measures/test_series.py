"""From accepted months to what a chart is drawn from."""

from datetime import date

import pytest

from measures import series
from measures.models import Submission
from measures.statistics import findings
from measures.wording import shifted
from sites.models import ChangeKind
from tests.factories import (
    AreaAimFactory,
    AreaFactory,
    AreaMeasureFactory,
    MeasureValueFactory,
    MeasureVersionFactory,
    MilestoneFactory,
    ReportingPeriodFactory,
    SubmissionFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("C1")]

FIRST, ENDED, TODAY = date(2025, 4, 1), date(2026, 4, 1), date(2026, 12, 1)


def drawn(months=20, *, cohort_month_offset=0, **fields):
    """The series of an area whose board ended after 12 of its months; every month counts 42 of 60, the rest 54."""
    area = AreaFactory(**{"change_kind": ChangeKind.MERGED, "change_took_effect": ENDED, **fields})
    version = MeasureVersionFactory(valid_from=FIRST, cohort_month_offset=cohort_month_offset)
    AreaMeasureFactory(area=area, measure=version.measure, from_month=FIRST)
    MilestoneFactory(area=area, title="Workers start", date=date(2026, 6, 1), change_tested=True)
    for n in range(months):
        month = SubmissionFactory(area=area, period=ReportingPeriodFactory(month=shifted(FIRST, n)), accepted=True)
        numerator = 42 if n < 12 else 54
        MeasureValueFactory(
            revision=month.accepted_revision, measure=version.measure, version=version, numerator=numerator
        )
    assert Submission.objects.count() == months
    (item,) = series.series_of_area(area, [version.measure], today=TODAY)
    assert item.series is not None
    return item.series


def phases(of):
    return [(phase.start, phase.stop) for phase in findings.find(of).phases]


@pytest.mark.parametrize("continues", [None, False])
@pytest.mark.parametrize("kind", [ChangeKind.DIVIDED, ChangeKind.MERGED])
def test_where_the_board_ended_no_rule_reaches_across_and_the_chart_says_why(kind, continues):
    found = drawn(change_kind=kind, series_continue=continues)
    assert phases(found) == [(0, 12), (12, 20)]
    assert all(month.rule == "" for month in findings.find(found).months[:12])
    assert list(found.beginnings) == [findings.Beginning(ENDED, "board", series.BOARD_ENDED)]
    assert [(m.day, m.number, m.title) for m in found.milestones] == [(date(2026, 6, 1), 1, "Workers start")]


@pytest.mark.parametrize(
    "fields",
    [
        {"series_continue": True},
        {"change_kind": ChangeKind.UNCHANGED, "change_took_effect": None},
        {"change_kind": ChangeKind.CLUSTERED, "change_took_effect": ENDED},
    ],
)
def test_it_goes_on_where_ncish_says_so_or_the_board_did_not_end(fields):
    found = drawn(**fields)
    assert phases(found) == [(0, 20)]
    assert [milestone.title for milestone in found.milestones] == ["Workers start"]


def test_a_month_of_an_earlier_group_belongs_to_the_board_of_that_group():
    found = drawn(cohort_month_offset=-2)
    assert found.rebase == [ENDED]
    assert phases(found) == [(0, 14), (14, 20)]


@pytest.mark.parametrize(("months", "expected"), [(12, [(0, 12)]), (13, [(0, 12), (12, 13)])])
def test_before_the_first_month_after_it_there_is_nothing_to_part(months, expected):
    assert phases(drawn(months)) == expected


def areas_with_months(areas, measures, months):
    """So many of each; every value differs from every other. The second measure of each area waits for NCISH."""
    versions = [MeasureVersionFactory(valid_from=FIRST) for _ in range(measures)]
    periods = [ReportingPeriodFactory(month=shifted(FIRST, n)) for n in range(months)]
    made = [AreaFactory() for _ in range(areas)]
    for a, area in enumerate(made):
        MilestoneFactory(area=area, title=f"Milestone {a}", date=date(2025, 6, 1), change_tested=True)
        for version in versions:
            AreaMeasureFactory(area=area, measure=version.measure, from_month=FIRST)
        for p, period in enumerate(periods):
            state = "submitted" if p == months - 1 else "accepted"
            month = SubmissionFactory(area=area, period=period, **{state: True})
            for m, version in enumerate(versions):
                MeasureValueFactory(
                    revision=month.latest_revision,
                    measure=version.measure,
                    version=version,
                    numerator=a + 10 * m + p,
                    denominator=100,
                )
    return made, [version.measure for version in versions]


def test_each_area_and_measure_gets_its_own_months_in_the_order_that_was_asked():
    areas, measures = areas_with_months(3, 2, 3)
    found = series.series_of_areas(areas[::-1], measures[::-1], today=TODAY, with_waiting=True)
    assert list(found) == areas[::-1]
    for a, area in enumerate(areas):
        assert [item.measure for item in found[area]] == measures[::-1]
        for m, item in enumerate(reversed(found[area])):
            assert item.series is not None
            assert list(item.series.values) == [a + 10 * m, a + 10 * m + 1, None]
            assert list(item.series.waiting) == [None, None, a + 10 * m + 2]
            assert [milestone.title for milestone in item.series.milestones] == [f"Milestone {a}"]
        assert found[area] == series.series_of_area(area, measures[::-1], today=TODAY, with_waiting=True)


@pytest.mark.parametrize(("areas", "measures", "months"), [(1, 2, 2), (6, 10, 3)])
def test_many_areas_cost_as_many_queries_as_one(django_assert_num_queries, areas, measures, months):
    made, measures = areas_with_months(areas, measures, months)
    with django_assert_num_queries(9):
        series.series_of_areas(made, measures, today=TODAY, with_waiting=True)


def test_an_area_without_months_has_nothing_to_draw():
    _, measures = areas_with_months(1, 2, 1)
    found = series.series_of_areas([AreaFactory()], measures, today=TODAY)
    assert [[item.series for item in items] for items in found.values()] == [[None, None]]


# What the chart is told besides the numbers


def one_measure(*, months=14, second=None, aims=(), code="SH40", settings_of_chart=None, **fields):
    """The series of a measure with so many months of 42 in 60; from month 8 on under a second definition."""
    version = MeasureVersionFactory(measure__code=code, valid_from=FIRST, **fields)
    later = MeasureVersionFactory(measure=version.measure, number=2, valid_from=shifted(FIRST, 7), **second or {})
    area = AreaFactory()
    reported = AreaMeasureFactory(area=area, measure=version.measure, from_month=FIRST, **settings_of_chart or {})
    for position, (month, value) in enumerate(aims, start=1):
        AreaAimFactory(area_measure=reported, position=position, from_month=month, value=value)
    for n in range(months):
        month = SubmissionFactory(area=area, period=ReportingPeriodFactory(month=shifted(FIRST, n)), accepted=True)
        definition = later if second is not None and n >= 7 else version
        numbers = {"kind": definition.kind, "numerator": 42, "denominator": 60}
        if definition.kind == "count":
            numbers["denominator"] = None
        MeasureValueFactory(revision=month.accepted_revision, measure=version.measure, version=definition, **numbers)
    [item] = series.series_of_area(area, [version.measure], today=TODAY)
    assert item.series is not None
    return item.series


@pytest.mark.requirement("C5")
def test_numerators_and_denominators_come_with_the_values():
    found = one_measure()
    assert (found.kind, found.multiplier, set(found.values)) == ("proportion", 100, {70.0})
    assert (found.chart, found.caution, found.target, found.aims) == ("xmr", "", None, ())
    assert (set(found.numerators), set(found.denominators)) == ({42.0}, {60})


@pytest.mark.requirement("G1")
def test_the_target_is_the_definitions_and_the_aims_are_the_areas_own():
    found = one_measure(target=80, aims=[(date(2025, 6, 1), 75), (date(2027, 4, 1), 90)])
    assert found.target == 80.0
    assert list(found.aims) == [findings.Aim(date(2025, 6, 1), 75.0), findings.Aim(date(2027, 4, 1), 90.0)]
    assert found.aim == findings.Aim(date(2025, 6, 1), 75.0)


@pytest.mark.requirement("G2")
def test_the_chart_comes_from_the_table_or_from_ncish_with_its_reason():
    chosen = one_measure(code="SH23", settings_of_chart={"chart": "p", "chart_reason": "Groups differ in size."})
    assert (chosen.chart, chosen.why_this_chart) == ("p", "p chart, chosen by NCISH: Groups differ in size.")
    assert chosen.caution.startswith("It counts much the same people")


@pytest.mark.requirement("G3")
def test_numbers_of_another_kind_of_definition_stay_out_of_a_p_chart():
    found = one_measure(
        kind="count",
        unit="people",
        denominator="",
        second={"kind": "proportion", "unit": "%"},
        settings_of_chart={"chart": "p", "chart_reason": "Groups differ in size."},
    )
    assert list(found.values) == [42.0] * 7 + [70.0] * 7
    assert list(found.numerators) == [None] * 7 + [42.0] * 7
    assert [beginning.why for beginning in found.beginnings] == ["definition"]
    assert findings.find(found).phases[0].centre == 42.0


@pytest.mark.requirement("G1")
@pytest.mark.parametrize("points", [6, 7])
def test_how_many_in_a_row_are_a_shift_is_one_setting_for_all_charts(settings, points):
    settings.RUN_POINTS = points
    assert one_measure().run_points == points
