"""How complete and how timely an area's months are: two numbers that are not confused.

Complete: months that were accepted with numbers, out of the months due by now. On time: of the complete months,
those first sent by the end of the day on which they were due. A month of reasons alone is accepted and not complete.

Pure: no Django, no clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from .reporting_calendar import is_late


@dataclass(frozen=True, slots=True)
class Month:
    """One area's month. first_sent_at: when its first revision was handed over; numbers, reasons: of what counts."""

    due_on: date
    first_sent_at: datetime | None
    is_accepted: bool
    numbers: int = 0
    reasons: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    due: int
    complete: int
    on_time: int
    #: Months that were accepted without a single number.
    only_reasons: int
    #: Values of the accepted months: with a number, with a reason.
    numbers: int
    reasons: int


def count(months: Iterable[Month], now: datetime) -> Counts:
    """Raises ValueError for a moment without a time zone."""
    due = [month for month in months if is_late(now, month.due_on)]
    accepted = [month for month in due if month.is_accepted]
    complete = [month for month in accepted if month.numbers]
    return Counts(
        due=len(due),
        complete=len(complete),
        on_time=sum(
            month.first_sent_at is not None and not is_late(month.first_sent_at, month.due_on) for month in complete
        ),
        only_reasons=len(accepted) - len(complete),
        numbers=sum(month.numbers for month in accepted),
        reasons=sum(month.reasons for month in accepted),
    )
