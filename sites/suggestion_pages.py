"""What pages say about suggestions: sections as tasks, and what became of each suggestion."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from selfharm_portal.word_differences import Piece, pieces

from . import suggestions
from .models import Area, Suggestion, SuggestionState
from .profile import plain_date
from .suggestions import Section

TONES = {SuggestionState.TAKEN_OVER: "good", SuggestionState.DECLINED: "stop", SuggestionState.WITHDRAWN: "quiet"}


def for_days(since: datetime, until: datetime) -> str:
    """How long something has waited, by the calendar: "since today", "for 1 day", "for 12 days"."""
    days = (timezone.localdate(until) - timezone.localdate(since)).days
    if days == 0:
        return "since today"
    return "for 1 day" if days == 1 else f"for {days} days"


def after_days(suggestion: Suggestion) -> str:
    """How long it took until it was decided."""
    assert suggestion.ended_at
    days = (timezone.localdate(suggestion.ended_at) - timezone.localdate(suggestion.made_at)).days
    return "on the same day" if days == 0 else "after 1 day" if days == 1 else f"after {days} days"


def day(moment: datetime) -> str:
    found: date = timezone.localdate(moment)
    return plain_date(found)


class Group(NamedTuple):
    heading: str
    tasks: list[dict[str, Any]]


def tasks(area: Area, sections: Sequence[Section], waiting: Sequence[Suggestion], now: datetime) -> list[Group]:
    """Each section with where it stands, in the order of the pages."""
    groups: list[Group] = []
    for section in sections:
        if not groups or groups[-1].heading != section.group:
            groups.append(Group(section.group, []))
        suggestion = suggestions.waiting_for(section, waiting)
        status, tone = _status(section, suggestion, now)
        groups[-1].tasks.append(
            {
                "id": section.key,
                "title": section.name,
                "url": url(area, section),
                "hint": Truncator(" ".join(section.stands.split())).chars(110) or section.hint,
                "status": status,
                "tone": tone,
            }
        )
    return groups


def _status(section: Section, suggestion: Suggestion | None, now: datetime) -> tuple[str, str]:
    if suggestion:
        return f"Waiting {for_days(suggestion.made_at, now)}", "ask"
    if section.stands:
        return "Written", "quiet"
    return ("Add one", "quiet") if section.is_entered_by_hand else ("To fill", "plum")


def url(area: Area, section: Section) -> str:
    return reverse("sites:suggest_section", args=[area.slug, section.key])


class Outcome(NamedTuple):
    title: str
    state: str
    tone: str
    when: str
    reason: str
    text: str
    #: What a curator changed in the suggested words; None if nothing.
    edits: list[Piece] | None


def outcome(suggestion: Suggestion) -> Outcome:
    """What became of it."""
    state = SuggestionState(suggestion.state)
    edited = bool(suggestion.taken_text) and suggestion.taken_text != suggestion.text
    return Outcome(
        title=suggestion.title,
        state=f"{state.label}, with changes" if edited else str(state.label),
        tone=TONES[state],
        when=_story(suggestion),
        reason=suggestion.reason,
        text=suggestion.text,
        edits=pieces(suggestion.text, suggestion.taken_text) if edited else None,
    )


def _story(suggestion: Suggestion) -> str:
    assert suggestion.ended_at
    made, ended = day(suggestion.made_at), day(suggestion.ended_at)
    state = suggestion.get_state_display().lower()
    if made == ended:
        return f"Suggested by {suggestion.by} and {state} on {ended}."
    return f"Suggested by {suggestion.by} on {made}, {state} on {ended}, {after_days(suggestion)}."
