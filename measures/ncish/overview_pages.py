"""What NCISH's overview says: areas by months, and the queues; finished values for its templates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from measures import completeness, reporting_calendar
from measures.models import MeasureValue, QueryAnswer, State, Submission
from measures.reporting_calendar import day_in_words, month_in_words
from measures.submission_pages import said
from measures.wording import shifted

if TYPE_CHECKING:
    from sites.models import Area

SIGNS = {
    State.NOT_STARTED: ("none", "not begun"),
    State.DRAFT: ("draft", "draft"),
    State.SUBMITTED: ("sent", "sent"),
    State.RETURNED: ("question", "question"),
    State.ACCEPTED: ("accepted", "accepted"),
    State.CORRECTING: ("draft", "correcting"),
}
#: What the signs of the matrix mean, in the order in which they are explained.
KEY = (
    ("accepted", "accepted"),
    ("sent", "sent, waiting for NCISH"),
    ("question", "question for the team"),
    ("draft", "draft, or being corrected"),
    ("late", "late: not sent by the end of the day on which it was due"),
    ("reasons", "accepted with reasons only, not complete data"),
    ("none", "not begun, or not asked"),
)
TOTALS = ("Complete", "On time", "Reasons")


class Values(NamedTuple):
    """How many values of an accepted revision are numbers, and how many reasons for having none."""

    numbers: int
    reasons: int


def values_of(months: Iterable[Submission]) -> dict[int, Values]:
    """By the accepted revision; one query."""
    accepted = [month.accepted_revision_id for month in months if month.accepted_revision_id]
    counted = (
        MeasureValue.objects.filter(revision__in=accepted)
        .values_list("revision")
        .annotate(given=Count("pk", filter=Q(no_data_reason="")), not_given=Count("pk", filter=~Q(no_data_reason="")))
        .order_by()
    )
    return {revision: Values(numbers, reasons) for revision, numbers, reasons in counted}


# Areas by months


@dataclass(frozen=True)
class Cell:
    state: str
    status: str
    url: str = ""
    name: str = ""


def months_shown(count: int, today: date) -> list[date]:
    """So many months that are over, the newest first."""
    return [shifted(today.replace(day=1), -back) for back in range(1, count + 1)]


def next_due(today: date) -> str:
    """October 2026 is due on 20 November 2026."""
    month = shifted(today.replace(day=1), -1)
    while reporting_calendar.due_on(month) < today:
        month = shifted(month, 1)
    return f"{month_in_words(month)} is due on {day_in_words(reporting_calendar.due_on(month))}."


def matrix(
    areas: Iterable[Area],
    months: Sequence[Submission],
    shown: Sequence[date],
    *,
    now: datetime,
    only: str = "",
) -> dict[str, object]:
    """Areas A to Z, months newest first. No area is ranked. only: areas that have a month with this sign."""
    values = values_of(months)
    by_area: dict[int, dict[date, Submission]] = defaultdict(dict)
    for month in months:
        by_area[month.area_id][month.period.month] = month
    columns = [
        {
            "label": reporting_calendar.MONTH_NAMES[month.month - 1][:3],
            "year": str(month.year) if month.month == 12 or month == shown[0] else "",
            "now": month == shown[0],
        }
        for month in shown
    ]
    rows = [row(area, by_area[area.pk], values, shown, now=now) for area in areas]
    if only:
        rows = [found for found in rows if any(cell.state == only for cell in found["cells"])]  # type: ignore[attr-defined]
    return {"columns": columns, "rows": rows, "totals": TOTALS}


def row(
    area: Area, months: Mapping[date, Submission], values: Mapping[int, Values], shown: Sequence[date], *, now: datetime
) -> dict[str, object]:
    url = reverse("submissions:area", args=[area.slug])
    if not months:
        return {"header": area.short_name, "url": url, "empty": "Reports no measures yet", "cells": []}
    counts = completeness.count(
        (for_count(month, values) for month in months.values()),
        now,
    )
    return {
        "header": area.short_name,
        "url": url,
        "cells": [cell(area, month, months.get(month), values, now=now) for month in shown],
        "totals": [
            f"{counts.complete} of {counts.due}",
            f"{counts.on_time} of {counts.complete}",
            f"{counts.reasons} of {counts.numbers + counts.reasons}",
        ],
    }


def for_count(month: Submission, values: Mapping[int, Values]) -> completeness.Month:
    numbers, reasons = values.get(month.accepted_revision_id or 0, Values(0, 0))
    first_sent_at: datetime | None = month.first_sent_at  # type: ignore[attr-defined]  # with_first_sent()
    return completeness.Month(month.due_on, first_sent_at, month.accepted_revision_id is not None, numbers, reasons)


def cell(
    area: Area, month: date, submission: Submission | None, values: Mapping[int, Values], *, now: datetime
) -> Cell:
    if submission is None:
        return Cell("none", "not asked")
    state, status = sign(submission, values, now=now)
    return Cell(
        state,
        status,
        reverse("submissions:month", args=[area.slug, month]),
        f"{area.short_name}, {month_in_words(month)}: {status}",
    )


def sign(month: Submission, values: Mapping[int, Values], *, now: datetime) -> tuple[str, str]:
    """The picture and the word of a month."""
    if month.is_awaited and month.latest_revision_id is None and reporting_calendar.is_late(now, month.due_on):
        return "late", "late"
    if month.state == State.ACCEPTED and not values.get(month.accepted_revision_id or 0, Values(0, 0)).numbers:
        return "reasons", "reasons"
    return SIGNS[State(month.state)]


# The queues


@dataclass(frozen=True)
class Item:
    """One row of a queue. tick: what the box sends; remind: where the button of a reminder leads."""

    header: str
    cells: list[dict[str, str]]
    url: str
    action: str
    tick: str = ""
    remind: str = ""
    reminded: str = ""

    @property
    def name(self) -> str:
        return f"{self.header}, {self.cells[0]['text']}"


@dataclass(frozen=True)
class Queue:
    key: str
    label: str
    columns: list[str]
    empty: str
    items: list[Item] = field(default_factory=list)


def waiting(months: Iterable[Submission]) -> Queue:
    """What waits for a verdict of this person, the longest first."""
    items = [
        Item(
            str(month.period),
            [
                {"label": "Area", "text": month.area.short_name},
                {"label": "Sent", "text": day_in_words(timezone.localtime(month.latest_revision.submitted_at).date())},
                {"label": "Look at", "text": what_to_look_at(month)},
            ],
            month.get_absolute_url(),
            "Check it",
            tick=f"{month.pk}-{month.lock_version}",
        )
        for month in months
        if month.latest_revision
    ]
    columns = ["Month", "Area", "Sent", "Look at", "Next"]
    return Queue("waiting", "Waiting for me", columns, "No month waits for a verdict of yours.", items)


def what_to_look_at(month: Submission) -> str:
    """What is special about what was sent; the numbers are annotated by the view's queryset."""
    found = []
    if month.latest_revision and month.latest_revision.reason:
        found.append("a correction")
    if queries := month.queries:  # type: ignore[attr-defined]
        found.append("1 unusual value" if queries == 1 else f"{queries} unusual values")
    if answers := month.answers:  # type: ignore[attr-defined]
        found.append("1 answer to NCISH" if answers == 1 else f"{answers} answers to NCISH")
    text = ", ".join(found)
    return f"{text[:1].upper()}{text[1:]}" if text else "Nothing unusual"


def late(months: Iterable[Submission]) -> Queue:
    """What should have been sent, the oldest first."""
    items = [
        Item(
            str(month.period),
            [
                {"label": "Area", "text": month.area.short_name},
                {"label": "Was due", "text": day_in_words(month.due_on)},
                {"label": "State", "text": month.get_state_display()},
            ],
            month.get_absolute_url(),
            "Look at it",
            **reminding(month),
        )
        for month in months
    ]
    return Queue("late", "Late", ["Month", "Area", "Was due", "State", "Next"], "No month is late.", items)


def asked(months: Iterable[Submission]) -> Queue:
    """What was sent back and has no answer yet, the oldest question first."""
    items = [
        Item(
            str(month.period),
            [
                {"label": "Area", "text": month.area.short_name},
                {"label": "Asked", "text": day_in_words(timezone.localtime(month.asked_at).date())},  # type: ignore[attr-defined]
                {"label": "About", "text": ", ".join(month.asked_codes) or "the whole month"},  # type: ignore[attr-defined]
            ],
            month.get_absolute_url(),
            "Look at it",
            **reminding(month),
        )
        for month in months
    ]
    columns = ["Month", "Area", "Asked", "About", "Next"]
    return Queue("asked", "Asked, no answer", columns, "Every question has its answer.", items)


def reminding(month: Submission) -> dict[str, str]:
    reminded_on: date | None = month.reminded_on  # type: ignore[attr-defined]
    return {
        "remind": reverse("submissions:remind", args=[month.area.slug, month.period.month]),
        "reminded": f"Reminded on {day_in_words(reminded_on)}" if reminded_on else "",
    }


def unusual(months: QuerySet[Submission]) -> QuerySet[QueryAnswer]:
    """What the portal asked about the latest revisions of these months, the longest waiting first."""
    return (
        QueryAnswer.objects.filter(revision__latest_for__in=months)
        .select_related("revision__submission__area", "revision__submission__period")
        .select_related("value__measure", "value__version")
        .order_by("revision__submitted_at", "pk")
    )


def surprising(answers: Iterable[QueryAnswer]) -> Queue:
    """Values that the portal asked about before they were sent, in months that wait for NCISH; and what teams said."""
    items = [
        Item(
            str(answer.revision.submission.period),
            [
                {"label": "Area", "text": answer.revision.submission.area.short_name},
                {"label": "What", "text": what_surprises(answer)},
                {"label": "The team says", "text": answer.note},
            ],
            f"{answer.revision.submission.get_absolute_url()}{f'#{answer.value.measure.code}' if answer.value else ''}",
            "Check it",
        )
        for answer in answers
    ]
    columns = ["Month", "Area", "What", "The team says", "Next"]
    return Queue("surprising", "Surprising values", columns, "No value that waits for NCISH is unusual.", items)


def what_surprises(answer: QueryAnswer) -> str:
    subject = f"{answer.value.measure.code}, {said(answer.value)}" if answer.value else "The month"
    return f"{subject}: {answer.title[:1].lower()}{answer.title[1:]}"


def few_people(areas: Iterable[Area]) -> Queue:
    """Areas that report and have nobody, or one person, who can sign in: a holiday stops them."""
    items = [
        Item(
            area.short_name,
            [{"label": "Who can sign in", "text": ", ".join(area.active_people) or "Nobody"}],  # type: ignore[attr-defined]
            reverse("submissions:area", args=[area.slug]),
            "Look at the area",
        )
        for area in areas
    ]
    columns = ["Area", "Who can sign in", "Next"]
    return Queue("people", "One active person or none", columns, "Every area has two people or more.", items)


def cards(queues: Sequence[Queue], chosen: str, query: Mapping[str, str]) -> list[dict[str, object]]:
    """For components/queues.html."""
    kept = "".join(f"&{name}={value}" for name, value in query.items() if value)
    return [
        {
            "count": len(queue.items),
            "label": queue.label,
            "url": f"?queue={queue.key}{kept}#queue",
            "on": queue.key == chosen,
        }
        for queue in queues
    ]
