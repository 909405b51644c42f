"""E-mails about months. They say which month and what to do next, and never a submitted number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from selfharm_portal import mail

if TYPE_CHECKING:
    from .models import Submission, SubmissionRevision


def send_receipt(revision: SubmissionRevision) -> None:
    """To the person who handed the month over."""
    mail.send(
        "measures/email/receipt",
        to=[revision.submitted_by.email],
        subject=f"{revision.submission.period} is with NCISH",
        context={"revision": revision, "month": revision.submission},
        link=revision.submission.get_absolute_url(),
    )


def send_arrival(revision: SubmissionRevision) -> None:
    """To NCISH: there is a month to check."""
    month = revision.submission
    mail.send(
        "measures/email/arrival",
        to=[settings.NCISH_EMAIL],
        subject=f"{month.area.short_name} has sent {month.period}",
        context={"revision": revision, "month": month},
        link=month.get_absolute_url(),
    )


def send_returned(month: Submission, comment: str) -> None:
    """To the person who handed the month over: NCISH asks something."""
    if month.latest_revision:
        mail.send(
            "measures/email/returned",
            to=[month.latest_revision.submitted_by.email],
            subject=f"NCISH asks about {month.period}",
            context={"month": month, "comment": comment},
            link=month.get_absolute_url(),
        )


def send_accepted(month: Submission) -> None:
    """To the person who handed the month over: it counts."""
    if month.latest_revision:
        mail.send(
            "measures/email/accepted",
            to=[month.latest_revision.submitted_by.email],
            subject=f"{month.period} is accepted",
            context={"month": month},
            link=month.get_absolute_url(),
        )
