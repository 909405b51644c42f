"""What the pages of months say, as finished values for their templates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from . import reporting_calendar, sentences, sparks
from .findings import Series, find
from .models import Measure, MeasureValue, MeasureVersion, State, Submission
from .reporting_calendar import day_in_words, month_in_words
from .wording import due_in_words, nothing_due_in_words, value_in_words

if TYPE_CHECKING:
    from sites.models import Area

    from .series import MeasureSeries

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


NO_CHART = "No month with this measure has been accepted so far."


def latest_values(area: Area, reported: Iterable[MeasureSeries]) -> list[dict[str, object]]:
    """Each measure with its latest accepted value, what its chart says in a sentence, and the way to that chart."""
    return [
        {
            "code": item.measure.code,
            "name": item.version.name,
            "url": chart_url(area, item.measure),
            **(what_is_latest(item.series, item.version) if item.series else {"sentence": NO_CHART}),
        }
        for item in reported
    ]


def what_is_latest(series: Series, version: MeasureVersion) -> dict[str, object]:
    findings = find(series)
    said: dict[str, object] = {"sentence": sentences.sentence(findings), "spark": sparks.spark(findings)}
    latest = findings.latest
    if latest is not None and latest.value is not None:
        number = sentences.number_text(latest.value, series.decimals)
        # A series stands at the months of its people: series.py has moved them already.
        of_people = "people of" if version.cohort_month_offset else "in"
        said |= {
            "value": sentences.with_unit(number, series.unit),
            "month": f"{of_people} {month_in_words(latest.month)}",
        }
    return said


def months_of_people(version: MeasureVersion) -> str:
    """What the months of a chart are, where a measure looks back."""
    back = -version.cohort_month_offset
    if not back:
        return ""
    later = "the month after" if back == 1 else f"{back} months later"
    return f"Each point stands at the month of the people it speaks of. Their number is reported for {later}."


def chart_url(area: Area, measure: Measure) -> str:
    return reverse("submissions:chart", args=[area.slug, measure.code])


def neighbours(area: Area, measures: Sequence[Measure], position: int, *, today: date) -> dict[str, dict[str, str]]:
    """The ways to the charts before and after this one, as far as there are any."""
    found = {"previous": position - 1, "next": position + 1}
    return {
        way: {
            "label": f"{measures[other].code} {measures[other].definition_in(today).name}",
            "url": chart_url(area, measures[other]),
        }
        for way, other in found.items()
        if 0 <= other < len(measures)
    }


# One month


def question_of_ncish(month: Submission) -> str:
    """Why the month was sent back, while it is open again for that reason."""
    if month.state != State.RETURNED:
        return ""
    returned = month.events.filter(to_state=State.RETURNED).order_by("when", "pk").last()
    return returned.comment if returned else ""
