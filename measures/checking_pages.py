"""What NCISH's pages say: the overview, and a month that was sent; finished values for their templates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from . import reporting_calendar
from .models import State, Submission, SubmissionEvent
from .reporting_calendar import day_in_words, month_in_words
from .revisions import moment
from .submission_pages import MONTHS_SHOWN, SIGNS
from .wording import shifted

if TYPE_CHECKING:
    from sites.models import Area

SIGNS_AT_NCISH = SIGNS | {
    State.NOT_STARTED: ("none", "not begun"),
    State.DRAFT: ("draft", "draft"),
    State.SUBMITTED: ("sent", "sent"),
    State.RETURNED: ("question", "question"),
    State.ACCEPTED: ("accepted", "accepted"),
    State.CORRECTING: ("draft", "correcting"),
}


# A month that was sent


def story(month: Submission) -> list[dict[str, str]]:
    """Who moved the month, when, and what they said; oldest first."""
    told = []
    for event in month.events.select_related("who", "submission__period").order_by("when", "pk"):
        late = ", after the due date" if event.is_late_hand_over() else ""
        told.append(
            {
                "what": f"{event.who} {verb(event)}{late}",
                "when": moment(event.when),
                "comment": event.comment,
            }
        )
    return told


VERBS = {
    State.DRAFT: "began the draft",
    State.SUBMITTED: "sent it to NCISH",
    State.RETURNED: "sent it back to the team",
    State.ACCEPTED: "accepted it",
    State.CORRECTING: "began to correct it",
}


def verb(event: SubmissionEvent) -> str:
    if event.from_state == State.CORRECTING and event.to_state == State.ACCEPTED:
        return "left it as it was accepted"
    return VERBS[State(event.to_state)]


# NCISH's overview


def matrix(areas: Iterable[Area], months: Iterable[Submission], *, now: datetime) -> dict[str, object]:
    """Areas A to Z by the last 12 months, newest first. No area is ranked."""
    by_area: dict[int, dict[date, Submission]] = defaultdict(dict)
    for month in months:
        by_area[month.area_id][month.period.month] = month
    this_month = timezone.localdate(now).replace(day=1)
    shown = [shifted(this_month, -back) for back in range(MONTHS_SHOWN)]
    columns = [
        {
            "label": f"{month:%b}",
            "year": f"{month:%Y}" if month.month == 12 or month == shown[0] else "",
            "now": month == this_month,
        }
        for month in shown
    ]
    return {"columns": columns, "rows": [matrix_row(area, by_area[area.pk], shown, now=now) for area in areas]}


def matrix_row(
    area: Area, months: dict[date, Submission], shown: Sequence[date], *, now: datetime
) -> dict[str, object]:
    if not months:
        return {"header": area.short_name, "empty": "Reports no measures yet"}
    cells = []
    for month in shown:
        submission = months.get(month)
        if submission is None:
            cells.append({"state": "none", "status": "not asked"})
            continue
        state, status = SIGNS_AT_NCISH[State(submission.state)]
        if submission.is_open and reporting_calendar.is_late(now, submission.due_on):
            state, status = "late", f"late, {status}"
        cells.append(
            {
                "state": state,
                "status": status,
                "url": submission.get_absolute_url(),
                "name": f"{area.short_name}, {month_in_words(month)}: {status}",
            }
        )
    return {"header": area.short_name, "url": reverse("submissions:area", args=[area.slug]), "cells": cells}


def waiting_list(months: Iterable[Submission]) -> list[dict[str, object]]:
    """Months that wait for a verdict, the longest first."""
    return [
        {
            "header": str(month.period),
            "cells": [
                {"label": "Area", "text": month.area.short_name},
                {"label": "Sent", "text": day_in_words(timezone.localtime(month.latest_revision.submitted_at).date())},
                {"label": "By", "text": str(month.latest_revision.submitted_by)},
            ],
            "url": month.get_absolute_url(),
            "action": "Check it",
        }
        for month in months
        if month.latest_revision
    ]


def late_list(months: Iterable[Submission]) -> list[dict[str, object]]:
    """Months that should have been sent, the oldest first."""
    return [
        {
            "header": str(month.period),
            "cells": [
                {"label": "Area", "text": month.area.short_name},
                {"label": "Was due", "text": day_in_words(month.due_on)},
                {"label": "State", "text": month.get_state_display()},
            ],
            "url": month.get_absolute_url(),
            "action": "Look at it",
        }
        for month in months
    ]


def is_correction(month: Submission) -> bool:
    """Was an earlier revision accepted, and is the latest another one?"""
    return month.accepted_revision_id is not None and month.accepted_revision_id != month.latest_revision_id


def standing(month: Submission, *, sees_every_area: bool) -> str:
    """Where the month stands, in a sentence."""
    due = day_in_words(month.due_on)
    if month.state == State.NOT_STARTED:
        return f"The team has not begun this month. It is due on {due}.{_more_time(month)}"
    if month.state == State.DRAFT:
        return f"The team has a draft and has not sent it. It is due on {due}.{_more_time(month)}"
    if month.state == State.SUBMITTED:
        text = "It waits for a verdict." if sees_every_area else "NCISH reads it, usually within 5 working days."
        return text + (" Until it is accepted, the charts show what was accepted before." * is_correction(month))
    if month.state == State.RETURNED:
        return "NCISH has sent it back to the team with a question."
    if month.state == State.CORRECTING:
        return "It is accepted. The team corrects it; until that is accepted, the charts show what was accepted before."
    return "It is accepted and shows on the team’s charts."


def _more_time(month: Submission) -> str:
    return f" This area has more time: {month.extension_reason}" if month.extended_until else ""
