"""Say it before you see it: a lead records what a change should do to a measure, and by when.

Until the first month after the milestone is sent with a number, it can be changed; then it stays. While fewer than
MONTHS_NEEDED such months are sent it can still be recorded, once, and the page says how many were known. It can be
taken back at any time, and then stays to read with who did so and why; once a month after the milestone is sent,
nothing takes its place.
docs/statistics.md ("What a team expected") says why, and how it is answered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from measures import rules
from measures.models import AreaMeasure, Expectation, MeasureValue
from measures.statistics.before_after import MONTHS_NEEDED, Change
from measures.statistics.expectations import months_to_choose
from measures.wording import shifted
from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.models import User
from sites.models import DatePrecision, Milestone

if TYPE_CHECKING:
    from sites.models import Area


class NotRecorded(Exception):
    """Nothing was recorded."""


class NotAllowed(NotRecorded):
    """The person is no lead of the area, or the milestone tested no change of it."""


class Stays(NotRecorded):
    """A month after the milestone is sent: what was recorded stays as it is."""


class TooLate(NotRecorded):
    """So many months are sent that the chart compares already."""


class ChangedMeanwhile(NotRecorded):
    """Somebody recorded it, changed it or took it back after the page was shown."""


class ReasonRefused(NotRecorded):
    """There is none, or it seems to speak of a person; the message says what, and repeats nothing of it."""


# The changes that an area tested


def tested_changes(milestones: Iterable[Milestone]) -> dict[int, Change]:
    """By the key of the milestone, in order of time; all of one area, numbered as on its charts (series.numbered)."""
    ordered = sorted(milestones, key=lambda milestone: (milestone.date, milestone.title))
    return {milestone.pk: change_of(milestone, number) for number, milestone in enumerate(ordered, start=1)}


def change_of(milestone: Milestone, number: int) -> Change:
    first = milestone.date.replace(day=1)
    last = first.replace(month=12) if milestone.date_precision == DatePrecision.YEAR else first
    return Change(number, milestone.title, first, last)


def tested_by(area: Area) -> list[Milestone]:
    return list(area.milestones.filter(change_tested=True, is_hidden=False))


def expected_by(area: Area) -> dict[str, dict[int, Standing]]:
    """All that was recorded: by the code of the measure, then by the key of the milestone."""
    kept: defaultdict[str, list[Expectation]] = defaultdict(list)
    for one in Expectation.objects.filter(area_measure__area=area).select_related(
        "area_measure__measure", "recorded_by", "undone_by"
    ):
        kept[one.area_measure.measure.code].append(one)
    return {code: by_milestone(recorded) for code, recorded in kept.items()}


# What is known, and what may still be said


def months_with_numbers(area_measure: AreaMeasure) -> list[date]:
    """The months of the chart for which a number was ever sent, accepted or not."""
    values = MeasureValue.objects.filter(
        measure=area_measure.measure_id, revision__submission__area=area_measure.area_id, no_data_reason=""
    )
    months = values.annotate(
        month=F("revision__submission__period__month"), offset=F("version__cohort_month_offset")
    ).values_list("month", "offset")
    return sorted({shifted(month, offset) for month, offset in months.distinct()})


def known_after(change: Change, months: Iterable[date]) -> int:
    return sum(month > change.last for month in months)


@dataclass(frozen=True)
class Standing:
    """Whether something can be recorded, changed, or neither. taken_back: the oldest first."""

    expectation: Expectation | None
    months_known: int
    taken_back: Sequence[Expectation] = ()

    @property
    def stays(self) -> bool:
        return self.expectation is not None and self.months_known > 0

    @property
    def stays_taken_back(self) -> bool:
        return self.expectation is None and bool(self.taken_back) and self.months_known > 0

    @property
    def is_too_late(self) -> bool:
        return self.expectation is None and self.months_known >= MONTHS_NEEDED

    @property
    def is_open(self) -> bool:
        return not self.stays and not self.stays_taken_back and not self.is_too_late

    @property
    def seen(self) -> str:
        """Tells whether somebody has recorded or changed it since."""
        return self.expectation.recorded_at.isoformat() if self.expectation else ""


def standing(area_measure: AreaMeasure, milestone: Milestone) -> Standing:
    recorded = area_measure.expectations.filter(milestone=milestone).select_related("recorded_by", "undone_by")
    return standing_of(recorded, known_after(change_of(milestone, 0), months_with_numbers(area_measure)))


def standing_of(recorded: Iterable[Expectation], months_known: int) -> Standing:
    """recorded: all of one milestone and measure, in the order of time."""
    recorded = list(recorded)
    in_force = next((one for one in recorded if one.is_in_force), None)
    return Standing(in_force, months_known, [one for one in recorded if not one.is_in_force])


def by_milestone(recorded: Iterable[Expectation]) -> dict[int, Standing]:
    """What was recorded of each milestone, by its key; how many months are known is not asked."""
    kept: defaultdict[int, list[Expectation]] = defaultdict(list)
    for one in recorded:
        kept[one.milestone_id].append(one)
    return {key: standing_of(mine, 0) for key, mine in kept.items()}


@transaction.atomic
def record(
    area_measure: AreaMeasure, milestone: Milestone, *, direction: str, by_month: date, by: User, seen: str
) -> Expectation:
    """Keep what a lead expects of a change, or change it; once, however often the button is pressed.

    seen: `Standing.seen` of the page that the person saw. Raises NotAllowed, ChangedMeanwhile, Stays or TooLate, and
    ValueError for a month that is not among `months_to_choose`.
    """
    locked = AreaMeasure.objects.select_for_update().select_related("area").get(pk=area_measure.pk)
    is_tested = milestone.change_tested and not milestone.is_hidden and milestone.area_id == locked.area_id
    if not is_tested or not permissions.may_say_what_to_expect(by, locked.area):
        raise NotAllowed(f"{by} may not say what {milestone} should do to {locked}")
    if by_month not in months_to_choose(change_of(milestone, 0)):
        raise ValueError(f"{by_month} is none of the months by which {milestone} may show")
    now = standing(locked, milestone)
    found = now.expectation
    if found and (found.direction, found.by_month, found.recorded_by_id) == (direction, by_month, by.pk):
        return found  # the second half of a double click
    if now.stays or now.stays_taken_back:
        raise Stays(f"{found or now.taken_back[-1]} stays: {now.months_known} months after it are sent")
    if now.is_too_late:
        raise TooLate(f"{now.months_known} months after {milestone} are sent")
    if now.seen != seen:
        raise ChangedMeanwhile(f"{found} was recorded meanwhile")
    kept = found or Expectation(milestone=milestone, area_measure=locked)
    kept.direction, kept.by_month, kept.months_known = direction, by_month, now.months_known
    kept.recorded_by, kept.recorded_at = by, timezone.now()
    kept.save()
    return kept


@transaction.atomic
def take_back(expectation: Expectation, *, why: str, by: User, seen: str) -> Expectation:
    """Take back what was recorded, once. It stays to read, with who took it back and why.

    seen: `Standing.seen` of the page that the person saw. Raises NotAllowed, ReasonRefused, and ChangedMeanwhile where
    somebody changed it or took it back after that.
    """
    if not permissions.may_say_what_to_expect(by, expectation.area_measure.area):
        raise NotAllowed(f"{by} may not take back what {expectation.area_measure} expects")
    if not why.strip():
        raise ReasonRefused("nothing is taken back without saying why")
    if refused := rules.note_refused(why, timezone.localdate().replace(day=1)):
        raise ReasonRefused(refused)
    AreaMeasure.objects.select_for_update().get(pk=expectation.area_measure_id)
    kept = Expectation.objects.select_related("undone_by").get(pk=expectation.pk)
    if kept.undone_by == by:
        return kept  # the second half of a double click
    if kept.undone_by or kept.recorded_at.isoformat() != seen:
        raise ChangedMeanwhile(f"{kept} was changed or taken back meanwhile")
    kept.undone_by, kept.undone_at, kept.why_undone = by, timezone.now(), why.strip()
    kept.save(update_fields=["undone_by", "undone_at", "why_undone"])
    return kept
