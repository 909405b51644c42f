"""When things of the library are looked at again, and from when readers are told that they were not."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from selfharm_portal.facts import Fact

#: An item is looked at again after this many months.
REVIEW_EVERY_MONTHS = 6
#: A help line is rung or opened again after this long: a wrong hour can do harm.
VERIFY_EVERY = timedelta(days=90)
#: An item that was due this long ago says so to its readers.
TOLD_AFTER = timedelta(days=60)
#: How far ahead curators look.
AHEAD = timedelta(days=90)
NOT_YET_REVIEWED = "Not yet reviewed by NCISH"


def next_review(after: date) -> date:
    """REVIEW_EVERY_MONTHS later, on the same day of the month or the month's last."""
    year, month = divmod(after.year * 12 + after.month - 1 + REVIEW_EVERY_MONTHS, 12)
    return date(year, month + 1, min(after.day, calendar.monthrange(year, month + 1)[1]))


def is_told(review_due: date, today: date) -> bool:
    """Is it so long overdue that readers are told?"""
    return today - review_due >= TOLD_AFTER


def week_of(day: date) -> date:
    """Its Monday."""
    return day - timedelta(days=day.weekday())


def facts(last_reviewed: date | None, review_due: date, *, label: str = "Reviewed") -> list[Fact]:
    """What readers are told: when a second person last read it beside its sources, and by when somebody does again."""
    reviewed = _in_words(last_reviewed) if last_reviewed else NOT_YET_REVIEWED
    return [Fact(label, reviewed), Fact("Next review", f"by {_in_words(review_due)}")]


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
