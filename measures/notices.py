"""E-mails about months. They say which month and what to do next, and never a submitted number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from selfharm_portal import mail

from .reporting_calendar import day_in_words

if TYPE_CHECKING:
    from .models import Submission, SubmissionRevision

WHY_TEAM = "You get this because you sent the month. Nobody else of your team does."
WHY_SENDER_OF_MANY = "You get this because you sent the months. Nobody else of your team does."
WHY_NCISH = "This goes to NCISH once for each month that arrives."


def send_receipt(revision: SubmissionRevision) -> None:
    """To the person who handed the month over."""
    month = revision.submission
    mail.send(
        to=[revision.submitted_by.email],
        heading=f"{month.period} is with NCISH",
        paragraphs=[
            f"You sent {month.period} for {month.area.short_name}. Your reference is {revision.reference}.",
            "A person at NCISH reads it, usually within 5 working days. You get one e-mail when it is accepted, "
            "or when there is a question.",
        ],
        action="See what you sent",
        path=month.get_absolute_url(),
        why=WHY_TEAM,
    )


def send_arrival(revision: SubmissionRevision) -> None:
    """To NCISH: there is a month to check."""
    month = revision.submission
    mail.send(
        to=[settings.NCISH_EMAIL],
        heading=f"{month.area.short_name} has {'corrected' if revision.reason else 'sent'} {month.period}",
        paragraphs=[
            f"{revision.submitted_by} sent it. It was due on {day_in_words(month.due_on)}. "
            f"The reference is {revision.reference}."
        ],
        action="Check the month",
        path=month.get_absolute_url(),
        why=WHY_NCISH,
        sign="Self-harm community care portal",
    )


def send_receipt_of_many(revisions: Sequence[SubmissionRevision]) -> None:
    """One receipt for months of one area that were handed over together."""
    first = revisions[0]
    area = first.submission.area
    mail.send(
        to=[first.submitted_by.email],
        heading=f"{counted(revisions)} of {area.short_name} {'is' if len(revisions) == 1 else 'are'} with NCISH",
        paragraphs=[
            "A person at NCISH reads them. You get an e-mail when they are accepted, or when there is a question. "
            "These are your references:",
        ],
        rows=with_references(revisions),
        action="See your months",
        path=reverse("submissions:area", args=[area.slug]),
        why=WHY_SENDER_OF_MANY,
    )


def send_arrival_of_many(revisions: Sequence[SubmissionRevision]) -> None:
    """To NCISH: months that arrived together, in one letter."""
    first = revisions[0]
    mail.send(
        to=[settings.NCISH_EMAIL],
        heading=f"{first.submission.area.short_name} has sent {counted(revisions)}",
        paragraphs=[f"{first.submitted_by} sent them together:"],
        rows=with_references(revisions),
        action="Check the months",
        path=reverse("submissions:overview"),
        why="This goes to NCISH once for all months that arrive together.",
        sign="Self-harm community care portal",
    )


def with_references(revisions: Sequence[SubmissionRevision]) -> list[tuple[str, str]]:
    return [(str(revision.submission.period), revision.reference) for revision in revisions]


def counted(months: Sequence[object]) -> str:
    return "1 month" if len(months) == 1 else f"{len(months)} months"


def send_returned(month: Submission, *, count: int) -> None:
    """To the person who handed the month over: NCISH asks something. count: of how many single values."""
    if month.latest_revision:
        mail.send(
            to=[month.latest_revision.submitted_by.email],
            heading=f"NCISH asks about {month.period}",
            paragraphs=[
                f"{month.period} for {month.area.short_name} is back with your team, "
                f"{questions_in_words(count)}. What is asked is on the page of the month: it may speak of numbers, "
                "which are never e-mailed.",
                "Change what is wrong, or answer that it is right, and send the month again. "
                "Whatever is not asked about stays as you sent it."
                if count
                else "Change what is wrong, or say in a note that it is right, and send the month again.",
            ],
            action="Answer NCISH",
            path=month.get_absolute_url(),
            why=WHY_TEAM,
        )


def send_returned_of_many(months: Sequence[Submission]) -> None:
    """To the person who handed over these months of one area: NCISH asks the same of all of them."""
    if len(months) == 1:
        send_returned(months[0], count=0)
        return
    area, sent = months[0].area, [month.latest_revision for month in months if month.latest_revision]
    mail.send(
        to=[sent[0].submitted_by.email],
        heading=f"NCISH asks about {counted(months)} of {area.short_name}",
        paragraphs=[
            "They are back with your team, all with the same question. It is on the page of each month: it may speak "
            "of numbers, which are never e-mailed.",
            "Change what is wrong, or say in a note that it is right, and send each month again. These are the months:",
        ],
        rows=with_references(sent),
        action="Answer NCISH",
        path=reverse("submissions:area", args=[area.slug]),
        why=WHY_SENDER_OF_MANY,
    )


def questions_in_words(count: int) -> str:
    """with a question about one value"""
    if count == 0:
        return "with a question"
    return "with a question about one value" if count == 1 else f"with questions about {count} values"


def send_accepted(month: Submission) -> None:
    """To the person who handed the month over: it counts."""
    if month.latest_revision:
        mail.send(
            to=[month.latest_revision.submitted_by.email],
            heading=f"{month.period} is accepted",
            paragraphs=[
                f"{month.period} for {month.area.short_name} now shows on your team's charts. "
                "There is nothing more to do."
            ],
            action="See your charts",
            path=reverse("submissions:area", args=[month.area.slug]),
            why=WHY_TEAM,
        )


def send_accepted_of_many(months: Sequence[Submission]) -> None:
    """To the person who handed over these months of one area: they were accepted together."""
    if len(months) == 1:
        send_accepted(months[0])
        return
    area, sent = months[0].area, [month.latest_revision for month in months if month.latest_revision]
    mail.send(
        to=[sent[0].submitted_by.email],
        heading=f"{counted(months)} of {area.short_name} are accepted",
        paragraphs=["They now show on your team's charts. There is nothing more to do. These are the months:"],
        rows=with_references(sent),
        action="See your charts",
        path=reverse("submissions:area", args=[area.slug]),
        why=WHY_SENDER_OF_MANY,
    )
