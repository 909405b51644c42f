"""What NCISH's pages say: the overview, and a month that was sent; finished values for their templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measures.models import State, Submission, SubmissionEvent
from measures.reporting_calendar import day_in_words
from measures.revisions import moment
from measures.submission_pages import SIGNS

if TYPE_CHECKING:
    pass

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
