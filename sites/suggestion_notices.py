"""E-mails about suggestions: one to NCISH when one arrives, one to the lead when it is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from selfharm_portal import mail

if TYPE_CHECKING:
    from .models import Suggestion

WHY_LEAD = "You get this because you suggested the words. Nobody else of your team does."
WHY_NCISH = "This goes to NCISH once for each suggestion that arrives."


def send_arrival(suggestion: Suggestion) -> None:
    """To NCISH: there are words to read."""
    mail.send(
        to=[settings.NCISH_EMAIL],
        heading=f"{suggestion.area} suggests words: {suggestion.title}",
        paragraphs=[f"{suggestion.by} suggests words for “{suggestion.title}” on the pages of {suggestion.area}."],
        action="Read them beside what stands",
        path=reverse("admin:sites_suggestion_change", args=[suggestion.pk]),
        why=WHY_NCISH,
        sign="Self-harm community care portal",
    )


def send_taken_over(suggestion: Suggestion) -> None:
    """To whoever suggested it."""
    edited = suggestion.taken_text != suggestion.text
    _to_lead(
        suggestion,
        f"Your words are taken over: {suggestion.title}",
        f"NCISH has taken over what you suggested for “{suggestion.title}”"
        + (", with changes. The page shows what was changed." if edited else ", as you wrote it."),
    )


def send_declined(suggestion: Suggestion) -> None:
    """To whoever suggested it, with the reason."""
    _to_lead(
        suggestion,
        f"NCISH leaves it as it is: {suggestion.title}",
        f"NCISH has not taken over what you suggested for “{suggestion.title}”. The reason:",
        suggestion.reason,
        "You can suggest other words at any time.",
    )


def _to_lead(suggestion: Suggestion, heading: str, *paragraphs: str) -> None:
    mail.send(
        to=[suggestion.by.email],
        heading=heading,
        paragraphs=paragraphs,
        action="See what became of it",
        path=reverse("sites:suggest", args=[suggestion.area.slug]),
        why=WHY_LEAD,
    )
