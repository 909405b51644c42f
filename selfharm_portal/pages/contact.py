"""“Ask NCISH”: a message is kept first and mailed after that, so that a mail server never loses one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from selfharm_portal import mail

from .models import ContactMessage

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from selfharm_portal.accounts.models import User


@transaction.atomic
def receive(*, message: str, subject: str = "", name: str = "", email: str = "") -> ContactMessage:
    """Keep what somebody wrote, and send it to NCISH once it is kept."""
    received = ContactMessage.objects.create(message=message, subject=subject, name=name, email=email)
    transaction.on_commit(partial(_forward, received))
    return received


def mark_answered(messages: QuerySet[ContactMessage], *, by: User) -> int:
    """Note who answered and when; what is marked already keeps its first mark. How many were marked?"""
    return messages.filter(answered_at=None).update(answered_at=timezone.now(), answered_by=by)


def _forward(received: ContactMessage) -> None:
    # The heading holds the reference and no word of the message: a heading that could not be sent is logged.
    mail.send(
        to=[settings.NCISH_EMAIL],
        heading=f"Message {received.reference} to NCISH",
        paragraphs=[
            f"About: {received.subject or 'not said'}",
            f"From: {received.name or 'not said'}",
            f"Answer to: {received.email or 'no address given, so no answer is expected'}",
            *(paragraph for line in received.message.splitlines() if (paragraph := line.strip())),
        ],
        action="Open it and mark it as answered",
        path=reverse("admin:pages_contactmessage_change", args=[received.pk]),
        why="You get this because messages to NCISH go to this address.",
        sign="Community care for self-harm",
        reply_to=[received.email] if received.email else [],
    )
