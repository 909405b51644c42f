"""When things of the library are looked at again, and from when readers are told that they were not."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

#: An item is looked at again after this many months.
REVIEW_EVERY_MONTHS = 6
#: A help line is rung or opened again after this long: a wrong hour can do harm.
VERIFY_EVERY = timedelta(days=90)
#: An item that was due this long ago says so to its readers.
TOLD_AFTER = timedelta(days=60)
#: How far ahead curators look.
AHEAD = timedelta(days=90)


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
