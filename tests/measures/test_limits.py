"""Limits move by a named person, with a reason, and go back to where they were."""

from datetime import UTC, date, datetime

import pytest

from measures import series
from measures.models import AreaMeasure, LimitsDecision
from measures.statistics.findings import Beginning, find
from measures.team_charts import limits
from selfharm_portal.accounts.models import AreaRole
from sites.models import DatePrecision
from tests.factories import (
    AreaMeasureFactory,
    AreaMembershipFactory,
    LimitsDecisionFactory,
    MeasureVersionFactory,
    MilestoneFactory,
    UserFactory,
)
from tests.measures.a_change import CHANGED, FIRST, reported_over_a_change

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("G5")]

TODAY = date(2026, 12, 1)
AT = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
def reported() -> AreaMeasure:
    return reported_over_a_change(MeasureVersionFactory(valid_from=FIRST))


@pytest.fixture
def lead(reported):
    return AreaMembershipFactory(area=reported.area, role=AreaRole.LEAD).user


def drawn(reported, **kwargs):
    [item] = series.series_of_area(reported.area, [reported.measure], today=TODAY, **kwargs)
    assert item.series is not None
    return item.series


def place(reported):
    """What the page offers at first."""
    return limits.Place(reported.area.milestones.get(), date(2025, 6, 1), 1)


def recalculate(reported, by, *, reason="It works in all localities.", seen_moves=0):
    return limits.recalculate(
        reported,
        place(reported),
        agreed=limits.CHECKLIST,
        reason=reason,
        by=by,
        seen_moves=seen_moves,
        at=AT,
    )


# Where


def test_limits_can_be_recalculated_in_the_month_of_a_tested_change_and_in_the_next(reported):
    found = limits.places(drawn(reported), reported.area.milestones.all())
    assert [(place.month, place.words) for place in found] == [
        (date(2025, 6, 1), "From June 2025, the month of milestone 1: The offer opens"),
        (date(2025, 7, 1), "From July 2025, the month after milestone 1: The offer opens"),
    ]


@pytest.mark.parametrize(
    "milestone",
    [
        {"change_tested": False},
        {"is_hidden": True},
        {"date": date(2025, 1, 1), "date_precision": DatePrecision.YEAR},
        {"date": date(2023, 1, 1)},  # before the chart
        {"date": date(2026, 9, 1)},  # after it
        {"date": date(2024, 3, 20)},  # its next month is the chart's first
    ],
)
def test_nowhere_else(reported, milestone):
    reported.area.milestones.all().delete()
    made = MilestoneFactory(area=reported.area, **{"date": CHANGED, "change_tested": True, **milestone})
    assert limits.places(drawn(reported), [made]) == []


def test_a_month_in_which_a_phase_begins_already_is_not_offered(reported, lead):
    recalculate(reported, lead)
    found = limits.places(drawn(reported), reported.area.milestones.all())
    assert [place.month for place in found] == [date(2025, 7, 1)]


# What a decision does


def test_a_new_phase_begins_and_says_who_decided_it_when_at_what_and_why(reported, lead):
    recalculate(reported, lead)
    found = drawn(reported)
    words = (
        f"Limits recalculated at “The offer opens” (16 June 2025), by {lead} on 3 March 2026: "
        "It works in all localities."
    )
    assert list(found.beginnings) == [Beginning(date(2025, 6, 1), "limits", words)]
    assert [(phase.start, phase.stop) for phase in find(found).phases] == [(0, 14), (14, 28)]


def test_what_was_a_signal_against_the_old_limits_is_usual_within_the_new_ones(reported, lead):
    assert {month.kind for month in find(drawn(reported)).months} != {"common"}
    recalculate(reported, lead)
    assert {month.kind for month in find(drawn(reported)).months} == {"common"}


def test_the_picture_without_decisions_stays_to_be_seen(reported, lead):
    before = drawn(reported)
    recalculate(reported, lead)
    assert drawn(reported) != before
    assert drawn(reported, as_they_were=True) == before


def test_fixed_limits_come_from_the_first_months_alone(reported, lead):
    limits.fix(reported, 14, reason="Before the change", by=lead, seen_moves=0)
    found = drawn(reported)
    assert found.fixed_months == 14
    [phase] = find(found).phases
    assert phase.centre == pytest.approx(sum(found.values[:14]) / 14)


def test_a_decision_about_a_month_that_the_chart_does_not_have_changes_nothing(reported):
    before = drawn(reported)
    LimitsDecisionFactory(area_measure=reported, milestone=reported.area.milestones.get(), from_month=date(2031, 1, 1))
    assert drawn(reported) == before


def test_a_decision_is_of_one_area_and_one_measure(reported, lead):
    of_another_measure = AreaMeasureFactory(area=reported.area, measure=MeasureVersionFactory().measure)
    of_another_area = AreaMeasureFactory(measure=reported.measure)
    for other in (of_another_measure, of_another_area):
        LimitsDecisionFactory(area_measure=other, from_month=date(2025, 6, 1))
    assert not drawn(reported).beginnings


# Who, and once


def test_an_analyst_may_too(reported):
    analyst = UserFactory(analyst=True)
    assert recalculate(reported, analyst).decided_by == analyst


@pytest.mark.parametrize("role", ["contributor", "lead of another area", "curator", "administrator"])
def test_nobody_else_may(reported, role):
    person = {
        "contributor": lambda: AreaMembershipFactory(area=reported.area, role=AreaRole.CONTRIBUTOR).user,
        "lead of another area": lambda: AreaMembershipFactory(role=AreaRole.LEAD).user,
        "curator": lambda: UserFactory(curator=True),
        "administrator": lambda: UserFactory(administrator=True),
    }[role]()
    with pytest.raises(limits.NotAllowed):
        recalculate(reported, person)
    with pytest.raises(limits.NotAllowed):
        limits.fix(reported, 12, reason="Before the change", by=person, seen_moves=0)
    decision = LimitsDecisionFactory(area_measure=reported)
    with pytest.raises(limits.NotAllowed):
        limits.undo(decision, why="The offer closed", by=person)
    decision.refresh_from_db()
    assert decision.is_in_force


def test_a_double_click_decides_once(reported, lead):
    assert recalculate(reported, lead) == recalculate(reported, lead)
    assert LimitsDecision.objects.count() == 1


def test_a_page_made_before_somebody_else_decided_decides_nothing(reported, lead):
    limits.fix(reported, 12, reason="Before the change", by=UserFactory(analyst=True), seen_moves=0)
    with pytest.raises(limits.ChangedMeanwhile):
        recalculate(reported, lead)
    assert recalculate(reported, lead, seen_moves=1)


def test_one_decision_a_month_and_one_baseline(reported, lead):
    recalculate(reported, lead)
    other = UserFactory(analyst=True)
    with pytest.raises(limits.NotAllowed):
        recalculate(reported, other, seen_moves=1)
    limits.fix(reported, 12, reason="Before the change", by=lead, seen_moves=1)
    with pytest.raises(limits.NotAllowed):
        limits.fix(reported, 13, reason="A month more", by=lead, seen_moves=2)


@pytest.mark.parametrize("reason", ["", "  \n", "Mrs Hale, 943 476 5919, was discharged"])
def test_without_a_reason_that_may_be_kept_nothing_is_decided(reported, lead, reason):
    with pytest.raises(limits.ReasonRefused):
        recalculate(reported, lead, reason=reason)
    assert not LimitsDecision.objects.exists()


def test_the_checklist_is_whole_or_nothing_is_decided(reported, lead):
    with pytest.raises(ValueError, match="checklist"):
        limits.recalculate(
            reported, place(reported), agreed=limits.CHECKLIST[:3], reason="It works", by=lead, seen_moves=0
        )


def test_a_milestone_of_another_area_is_none(reported, lead):
    other = limits.Place(MilestoneFactory(date=CHANGED, change_tested=True), date(2025, 6, 1), None)
    with pytest.raises(limits.NotAllowed):
        limits.recalculate(reported, other, agreed=limits.CHECKLIST, reason="It works", by=lead, seen_moves=0)


def test_eleven_months_are_no_baseline(reported, lead):
    with pytest.raises(ValueError, match="no baseline"):
        limits.fix(reported, 11, reason="Before the change", by=lead, seen_moves=0)


# Undoing


def test_undone_the_chart_is_what_it_was_and_the_decision_stays_readable(reported, lead):
    before = drawn(reported)
    decision = recalculate(reported, lead)
    undone = limits.undo(decision, why="The offer closed", by=lead)
    assert drawn(reported) == before
    assert (undone.undone_by, undone.why_undone, undone.is_in_force) == (lead, "The offer closed", False)
    again = recalculate(reported, lead, seen_moves=2)
    assert again != decision
    assert LimitsDecision.objects.count() == 2


def test_undoing_twice_undoes_once_and_a_second_person_is_told(reported, lead):
    decision = recalculate(reported, lead)
    first = limits.undo(decision, why="The offer closed", by=lead)
    assert limits.undo(decision, why="Again", by=lead).undone_at == first.undone_at
    with pytest.raises(limits.ChangedMeanwhile, match=str(lead)):
        limits.undo(decision, why="It closed", by=UserFactory(analyst=True))
    decision.refresh_from_db()
    assert decision.why_undone == "The offer closed"


# Another kind of chart


@pytest.mark.requirement("G2")
def test_ncish_may_choose_another_kind_of_chart_and_its_reason_is_shown(reported):
    assert drawn(reported).chart == "xmr"
    reported.chart, reported.chart_reason = "p", "The groups differ much in size"
    reported.save()
    found = drawn(reported)
    assert found.chart == "p"
    assert "The groups differ much in size" in found.why_this_chart


@pytest.mark.requirement("G2")
def test_a_kind_of_chart_that_the_measure_cannot_have_yet_is_left_alone(reported):
    MeasureVersionFactory(measure=reported.measure, number=2, rate=True, valid_from=TODAY.replace(year=TODAY.year + 1))
    reported.chart, reported.chart_reason = "u", "It is a rate from next year on"
    reported.save()
    assert drawn(reported).chart == "xmr"
