"""What a team expected of a change, and what the months answer: "as expected", "not yet", "the other way".

The rule is written in docs/statistics.md ("What a team expected").

Pure: no Django.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from measures.reporting_calendar import month_in_words
from measures.statistics.before_after import MONTHS_NEEDED, BeforeAfter, Change, compare
from measures.statistics.findings import Findings
from measures.wording import shifted

#: Months after the change among which a team chooses when it should show; sooner no rule could tell.
EARLIEST, LATEST = MONTHS_NEEDED, 24
RUNS = ("shift", "trend")
WENT = {"increase": "it went up", "decrease": "it went down"}
SHOULD = {"increase": "go up", "decrease": "go down", "stay": "stay as it is"}


class Expected(NamedTuple):
    """direction: increase, decrease or stay. by_month: the first day of the month by which it should show."""

    direction: str
    by_month: date


class Answer(NamedTuple):
    """key: as_expected, not_yet, other_way or no_answer. title: the same in words. words: a sentence on it."""

    key: str
    title: str
    words: str


TITLES = {
    "as_expected": "As expected",
    "not_yet": "Not yet",
    "other_way": "The other way",
    "no_answer": "No answer",
}


def months_to_choose(change: Change) -> list[date]:
    """By when a change may be expected to show."""
    return [shifted(change.last, months) for months in range(EARLIEST, LATEST + 1)]


def answer(findings: Findings, change: Change, others: Sequence[Change], expected: Expected) -> Answer:
    """What the months say to what was expected: first what they said by the month that was named."""
    by_then = compare(findings, change, others, until=expected.by_month)
    today = compare(findings, change, others)
    if today.outcome in ("apart", "too_few"):
        return said("no_answer", "The months before and after cannot be compared.")
    named = month_in_words(expected.by_month)
    is_reached = findings.series.months[-1] >= expected.by_month
    seen = direction_seen(by_then)
    if expected.direction == "stay":
        return of_staying(by_then, today, named, is_reached=is_reached)
    should = SHOULD[expected.direction]
    if seen == expected.direction:
        return said("as_expected", f"It was to {should} by {named}, and {WENT[seen]}.")
    if seen:
        return said("other_way", f"It was to {should} by {named}, and {WENT[seen]}.")
    if not is_reached:
        return said("not_yet", f"It is to {should} by {named}. {so_far(by_then)}")
    later = direction_seen(today)
    if later == expected.direction:
        shows = f"It was to {should} by {named}; that did not show by then, and does now."
        return said("as_expected", shows, is_late=True)
    if later:
        return said("other_way", f"It was to {should} by {named}, and {WENT[later]} later.")
    return said("not_yet", f"It was to {should} by {named}. {so_far(today)}")


def of_staying(by_then: BeforeAfter, today: BeforeAfter, named: str, *, is_reached: bool) -> Answer:
    """Nothing shows that it changed: with enough months that is all that can be said for "it stayed"."""
    seen = direction_seen(by_then)
    if seen:
        return said("other_way", f"It was to stay as it is until {named}, and {WENT[seen]}.")
    if not is_reached:
        return said("not_yet", f"It is to stay as it is until {named}. {so_far(by_then)}")
    enough = by_then if by_then.difference else today
    if not enough.difference:
        return said("not_yet", f"It was to stay as it is until {named}. {so_far(today)}")
    if later := direction_seen(enough):
        return said("other_way", f"It was to stay as it is until {named}, and {WENT[later]}.")
    return said("as_expected", f"It was to stay as it is until {named}, and no change shows.")


def so_far(found: BeforeAfter) -> str:
    if found.difference is None:
        return f"{found.after.numbers} of the {MONTHS_NEEDED} months that are needed have a number so far."
    return "So far no change shows that is more than ups and downs."


def said(key: str, words: str, *, is_late: bool = False) -> Answer:
    return Answer(key, f"{TITLES[key]}, but later" if is_late else TITLES[key], words)


def direction_seen(found: BeforeAfter) -> str:
    """increase or decrease, where the measure has changed after the change; else empty."""
    if found.difference is None or not found.difference.by:
        return ""
    is_up = found.difference.by > 0
    has_changed = found.outcome in ("difference", "no_variation") or has_run(found, is_up=is_up)
    return ("increase" if is_up else "decrease") if has_changed else ""


def has_run(found: BeforeAfter, *, is_up: bool) -> bool:
    """Did a shift or a trend begin after the change, and show in time, under limits that the months before share?"""
    after, run_points = found.after, found.findings.series.run_points
    phase = next(phase for phase in found.findings.phases if phase.start <= after.start < phase.stop)
    if phase.start >= found.before.stop:
        return False  # limits of their own: what lies above them says nothing of the months before
    return any(
        after.start <= cause.start <= after.stop - run_points
        for cause in found.findings.special_causes
        if cause.rule in RUNS and cause.is_high == is_up
    )
