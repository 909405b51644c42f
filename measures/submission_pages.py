"""What the pages of months say, as finished values for their templates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from . import reporting_calendar
from .models import MeasureValue, State, Submission
from .reporting_calendar import day_in_words
from .wording import due_in_words, nothing_due_in_words, value_in_words

#: How many months a team's home and the overview show.
MONTHS_SHOWN = 12

#: (the picture of a state, its word); see templates/components/months.html.
SIGNS = {
    State.NOT_STARTED: ("none", "Not begun"),
    State.DRAFT: ("draft", "Draft"),
    State.SUBMITTED: ("sent", "With NCISH"),
    State.RETURNED: ("question", "A question for you"),
    State.ACCEPTED: ("accepted", "Accepted"),
    State.CORRECTING: ("draft", "Being corrected"),
}


def said(value: MeasureValue) -> str:
    """A value, or the reason for having none, in words."""
    if value.no_data_reason:
        return f"No figures: {value.get_no_data_reason_display().lower()}"
    return value_in_words(
        value.kind,
        numerator=value.numerator,
        denominator=value.denominator,
        value=value.value,
        unit=value.version.unit,
        decimals=value.version.decimals,
        rate_multiplier=value.version.rate_multiplier,
    )


# A team's home


@dataclass(frozen=True)
class Due:
    title: str
    text: str
    url: str = ""
    action: str = ""
    month: Submission | None = None


def what_is_due(months: Sequence[Submission], *, today: date, may_save_draft: bool) -> Due:
    """The one thing to do next: the oldest month that is open and over; one that counts meanwhile comes last."""
    open_months = [
        month for month in months if month.is_open and reporting_calendar.last_day(month.period.month) < today
    ]
    if not open_months:
        return Due("Nothing is due", nothing_due_in_words(today))
    month = min(open_months, key=lambda month: (month.state == State.CORRECTING, month.period.month))
    name = f"{month.period.month:%B}"
    if month.state == State.CORRECTING:
        return Due(
            title=f"Your team is correcting {month.period}",
            text="What NCISH accepted counts until you send the correction and it is accepted.",
            url=month.get_absolute_url(),
            action=f"Go on with {name}" if may_save_draft else f"Look at {name}",
            month=month,
        )
    if month.state == State.RETURNED:
        title, action = f"NCISH asks about {month.period}", f"Answer for {name}"
    else:
        title = due_in_words(month.period.month, month.due_on, today)
        action = f"Begin {name}" if month.state == State.NOT_STARTED else f"Continue {name}"
    return Due(
        title=title,
        text=f"It {'was' if month.due_on < today else 'is'} due on "
        f"{month.due_on:%A} {day_in_words(month.due_on)}, before midnight."
        + (f" NCISH has given your area more time: {month.extension_reason}" if month.extended_until else ""),
        url=month.get_absolute_url(),
        action=action if may_save_draft else f"Look at {name}",
        month=month,
    )


def month_strip(months: Iterable[Submission], *, now: datetime) -> list[dict[str, str]]:
    """The last 12 months to this one, oldest first, sign and word; months that are open ahead come later."""
    today = timezone.localdate(now)
    begun = [month for month in months if month.period.month <= today]
    newest_first = sorted(begun, key=lambda month: month.period.month, reverse=True)[:MONTHS_SHOWN]
    strip = []
    for month in reversed(newest_first):
        state, status = SIGNS[State(month.state)]
        if month.is_awaited and month.state != State.RETURNED and reporting_calendar.is_late(now, month.due_on):
            state, status = "late", f"Late: {status.lower()}"
        strip.append(
            {"label": f"{month.period.month:%b %Y}", "url": month.get_absolute_url(), "state": state, "status": status}
        )
    return strip


# One month


def question_of_ncish(month: Submission) -> str:
    """Why the month was sent back, while it is open again for that reason."""
    if month.state != State.RETURNED:
        return ""
    returned = month.events.filter(to_state=State.RETURNED).order_by("when", "pk").last()
    return returned.comment if returned else ""
