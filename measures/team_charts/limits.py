"""The limits of a chart, decided by a person: worked out anew at a milestone, or fixed to the first months.

Nothing else moves a limit. What was decided can be undone, and stays readable with its reason. Every function that
writes reads what is in force under a lock first, so that a double click, a stale page or two people at once do no harm.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from measures import rules
from measures.models import QUESTIONS_OF_THE_METHOD, AreaMeasure, LimitsDecision
from measures.reporting_calendar import day_in_words, month_in_words, next_month
from measures.spc import SHORTEST_BASELINE
from measures.statistics import findings
from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.models import User
from sites.models import DatePrecision, Milestone

#: All must be true. In our words, after sources that docs/statistics.md names.
CHECKLIST = (
    "We know what changed the process: the change that we tested, not a change in how we count.",
    "The chart shows it: the months since then follow a different pattern, and it has lasted.",
    "We mean to keep the change, and expect the new pattern to go on.",
    "We have looked for another reason, such as a season or missing months, and found none.",
)
assert len(CHECKLIST) == QUESTIONS_OF_THE_METHOD


class LimitsError(Exception):
    """Nothing was decided or undone; nothing has changed."""


class NotAllowed(LimitsError):
    """The person may not, it is decided already, or the milestone is none at which limits are recalculated."""


class ChangedMeanwhile(LimitsError):
    """Somebody decided or undid something after the page was shown."""


class ReasonRefused(LimitsError):
    """There is none, or it seems to speak of a person; the message says what, and repeats nothing of it."""


# What can be decided


class Place(NamedTuple):
    """A month from which limits can be recalculated, and the milestone for which.

    number: of the milestone on the chart.
    """

    milestone: Milestone
    month: date
    number: int | None

    @property
    def key(self) -> str:
        """Its name in a form: 12-2025-06."""
        return f"{self.milestone.pk}-{self.month:%Y-%m}"

    @property
    def words(self) -> str:
        """From June 2025, the month of milestone 2: the offer opens"""
        which = "the month of" if self.month == self.milestone.date.replace(day=1) else "the month after"
        milestone = "milestone" if self.number is None else f"milestone {self.number}"
        return f"From {month_in_words(self.month)}, {which} {milestone}: {self.milestone.title}"


def places(series: findings.Series, milestones: Iterable[Milestone]) -> list[Place]:
    """Where limits can be recalculated on a chart: at the month of each milestone that tested a change, or the next.

    Not in the chart's first month, nor where a phase begins already.
    """
    numbers = {(milestone.day, milestone.title): milestone.number for milestone in series.milestones}
    is_open = set(series.months[1:]) - set(series.rebase)
    return [
        Place(milestone, month, numbers.get((milestone.date, milestone.title)))
        for milestone in sorted(milestones, key=lambda milestone: (milestone.date, milestone.title))
        for month in months_of(milestone)
        if month in is_open
    ]


def months_of(milestone: Milestone) -> list[date]:
    """The months from which limits can be recalculated at a milestone: none, where it is none of the area's tests."""
    if not milestone.change_tested or milestone.is_hidden or milestone.date_precision == DatePrecision.YEAR:
        return []
    month = milestone.date.replace(day=1)
    return [month, next_month(month)]


def longest_baseline(series: findings.Series) -> int:
    """How many months limits can be fixed to at most; under SHORTEST_BASELINE where there are too few."""
    return len(series.months) - 1


def in_force(area_measure: AreaMeasure) -> list[LimitsDecision]:
    return list(area_measure.limits_decisions.filter(undone_at__isnull=True).select_related("milestone", "decided_by"))


def applied(series: findings.Series, decisions: Iterable[LimitsDecision]) -> findings.Series:
    """The series with the limits as decided. A month that is none of the series' changes nothing."""
    decisions = list(decisions)
    if not decisions:
        return series
    anew = [
        findings.Beginning(month, "limits", sentence(decision))
        for decision in decisions
        if (month := decision.from_month) and month in series.months[1:]
    ]
    fixed = [decision.fixed_months for decision in decisions if decision.fixed_months]
    return replace(
        series,
        beginnings=sorted([*series.beginnings, *anew]),
        fixed_months=fixed[-1] if fixed else series.fixed_months,
    )


def sentence(decision: LimitsDecision) -> str:
    """Limits recalculated at “The offer opens” (June 2025), by Kim Lee on 3 March 2026: it works everywhere now."""
    at = ""
    if decision.milestone:
        at = f" at “{decision.milestone.title}” ({decision.milestone.when})"
    day = day_in_words(timezone.localtime(decision.decided_at))
    what = "Limits recalculated" if decision.from_month else f"Limits fixed to the first {decision.fixed_months} months"
    return f"{what}{at}, by {decision.decided_by} on {day}: {decision.reason.rstrip('.')}."


# Deciding


def moves_so_far(area_measure: AreaMeasure) -> int:
    """Goes up with each decision and each undoing, so that a stale page is noticed."""
    decisions = area_measure.limits_decisions
    return decisions.count() + decisions.filter(undone_at__isnull=False).count()


@transaction.atomic
def recalculate(
    area_measure: AreaMeasure,
    place: Place,
    *,
    agreed: Sequence[str],
    reason: str,
    by: User,
    seen_moves: int,
    at: datetime | None = None,
) -> LimitsDecision:
    """Have the limits worked out anew from a month on: once, however often the button is pressed.

    agreed: the words of the checklist, as they were shown. seen_moves: `moves_so_far` when the page was made.
    Raises NotAllowed, ReasonRefused and ChangedMeanwhile; ValueError where the checklist is not complete.
    """
    if len(agreed) != QUESTIONS_OF_THE_METHOD:
        raise ValueError("limits are recalculated only where all of the checklist is true")
    if place.milestone.area_id != area_measure.area_id or place.month not in months_of(place.milestone):
        raise NotAllowed(f"{place.milestone} is no milestone at which {area_measure} can be recalculated")
    decision = LimitsDecision(
        area_measure=area_measure,
        milestone=place.milestone,
        from_month=place.month,
        checklist=list(agreed),
        reason=reason.strip(),
        decided_by=by,
        decided_at=at or timezone.now(),
    )
    return decide(decision, seen_moves)


@transaction.atomic
def fix(
    area_measure: AreaMeasure, months: int, *, reason: str, by: User, seen_moves: int, at: datetime | None = None
) -> LimitsDecision:
    """Have the limits worked out from the first months only. Raises as `recalculate`; ValueError for too few months."""
    if months < SHORTEST_BASELINE:
        raise ValueError(f"{months} months are no baseline")
    decision = LimitsDecision(
        area_measure=area_measure,
        fixed_months=months,
        reason=reason.strip(),
        decided_by=by,
        decided_at=at or timezone.now(),
    )
    return decide(decision, seen_moves)


def decide(decision: LimitsDecision, seen_moves: int) -> LimitsDecision:
    check(decision.area_measure, decision.reason, decision.decided_by)
    area_measure = lock(decision.area_measure)
    for other in in_force(area_measure):
        if is_same(decision, other) and other.decided_by == decision.decided_by:
            return other  # the second half of a double click
    if moves_so_far(area_measure) != seen_moves:
        raise ChangedMeanwhile(f"the limits of {area_measure} were changed meanwhile")
    if any(other.from_month == decision.from_month for other in in_force(area_measure)):
        raise NotAllowed(f"{area_measure} has {decision.what} already: undo that first")
    decision.save()
    return decision


def is_same(one: LimitsDecision, other: LimitsDecision) -> bool:
    return (one.milestone_id, one.from_month, one.fixed_months) == (
        other.milestone_id,
        other.from_month,
        other.fixed_months,
    )


@transaction.atomic
def undo(decision: LimitsDecision, *, why: str, by: User, at: datetime | None = None) -> LimitsDecision:
    """Take a decision back, once. Raises NotAllowed, ReasonRefused, and ChangedMeanwhile if somebody else undid it."""
    check(decision.area_measure, why, by)
    lock(decision.area_measure)
    undone = LimitsDecision.objects.select_related("undone_by").get(pk=decision.pk)
    if undone.undone_by == by:
        return undone
    if undone.undone_by:
        raise ChangedMeanwhile(f"{undone.undone_by} undid this meanwhile")
    undone.undone_by, undone.undone_at, undone.why_undone = by, at or timezone.now(), why.strip()
    undone.save(update_fields=["undone_by", "undone_at", "why_undone"])
    return undone


def check(area_measure: AreaMeasure, reason: str, by: User) -> None:
    if not permissions.may_decide_limits(by, area_measure.area):
        raise NotAllowed(f"{by} may not decide about the limits of {area_measure}")
    if not reason.strip():
        raise ReasonRefused("limits are never changed without saying why")
    if refused := rules.note_refused(reason, timezone.localdate().replace(day=1)):
        raise ReasonRefused(refused)


def lock(area_measure: AreaMeasure) -> AreaMeasure:
    return AreaMeasure.objects.select_for_update().get(pk=area_measure.pk)
