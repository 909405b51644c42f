"""What an area's lead suggests for its pages, section by section, and what NCISH makes of it.

The only writer of suggestions, and of what is taken over from them. Each move locks the area first: what stands
there, and what waits for it, then stays as it was read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import NoReturn

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.models import User
from selfharm_portal.publishing import moves

from . import changes, filling, suggestion_notices
from .models import Area, Infographic, InfographicPanel, PanelKind, SuggestedFor, Suggestion, SuggestionState

#: Sections that are one text of the area, under the same name as its field.
TEXTS_OF_AN_AREA = {
    SuggestedFor.SUMMARY: "In a few sentences: what the project is, and for whom.",
    SuggestedFor.AIMS: "What the project set out to do.",
    SuggestedFor.PROJECT_DETAILS: "What was done, by whom and for whom.",
    SuggestedFor.OUTCOME_MEASURES: "What was measured.",
    SuggestedFor.LEAD_PROVIDER: "The organisation that leads the service, by its full name.",
    SuggestedFor.CRISIS_LINE: "The number that people in your area call, and when it answers. "
    "NCISH rings it before readers see it.",
}
#: Sections that are more than a text: a curator enters them by hand.
ENTERED_BY_HAND = {
    SuggestedFor.THEMES: "What the project is about, one theme a line.",
    SuggestedFor.MILESTONE: "What happened and when. One at a time: the next can follow once this one is decided.",
}
LONGEST = 3000
NOTHING_NEW = "These are the words that stand there now. Change them, or go back: nothing is sent"


class SuggestionError(Exception):
    """A suggestion cannot be moved like this; its words say why."""


class NotAllowed(SuggestionError):
    """The person has no part in this."""


class NothingNew(SuggestionError):
    """The words are those that stand there."""


class ChangedMeanwhile(SuggestionError):
    """What stands there, or what waits for it, is no longer what the person saw."""


class NoLongerWaiting(SuggestionError):
    """Somebody has decided or withdrawn it."""


@dataclass(frozen=True)
class Section:
    """A part of an area's pages, as it stands now."""

    kind: SuggestedFor
    group: str
    name: str
    stands: str
    hint: str
    panel: InfographicPanel | None = None

    @property
    def key(self) -> str:
        """Its name in addresses."""
        return f"panel-{self.panel.pk}" if self.panel else self.kind.value.replace("_", "-")

    @property
    def title(self) -> str:
        """Its name where it stands alone."""
        return f"{self.group}: {self.name}" if self.panel else self.name

    @property
    def longest(self) -> int:
        field = Area._meta.get_field(self.kind) if self.kind in TEXTS_OF_AN_AREA else None
        return getattr(field, "max_length", None) or LONGEST

    @property
    def is_entered_by_hand(self) -> bool:
        return self.kind in ENTERED_BY_HAND


def sections(area: Area) -> list[Section]:
    """All that can be suggested for, in the order of the pages; 3 queries, however much there is."""
    prefetch_related_objects([area], "themes", "infographics__panels")
    profile = "The profile"
    found = [
        Section(kind, profile, str(kind.label), getattr(area, kind.value), hint)
        for kind, hint in TEXTS_OF_AN_AREA.items()
    ]
    themes = "\n".join(theme.title for theme in area.themes.all())
    found += [
        Section(SuggestedFor.THEMES, profile, "Themes", themes, ENTERED_BY_HAND[SuggestedFor.THEMES]),
        Section(SuggestedFor.MILESTONE, profile, "A milestone", "", ENTERED_BY_HAND[SuggestedFor.MILESTONE]),
    ]
    for infographic in area.infographics.all():
        panels = infographic.panels.all() if infographic.is_published else []
        found += [_of_panel(panel, infographic.title) for panel in panels if _is_open_to_leads(panel)]
    return found


def _is_open_to_leads(panel: InfographicPanel) -> bool:
    """What readers see of the project, and what is still to fill; the background is NCISH's own."""
    return panel.kind == PanelKind.TO_FILL or (panel.kind == PanelKind.KNOWN and panel.confirmed)


def _of_panel(panel: InfographicPanel, infographic: str) -> Section:
    is_empty = panel.kind == PanelKind.TO_FILL
    return Section(
        SuggestedFor.PANEL,
        infographic,
        panel.heading,
        stands="" if is_empty else panel.text,
        hint=panel.text if is_empty else f"A statement under “{panel.get_part_display()}”.",
        panel=panel,
    )


def section(area: Area, key: str) -> Section | None:
    return next((found for found in sections(area) if found.key == key), None)


def section_of(suggestion: Suggestion) -> Section | None:
    """Where it belongs, as that stands now; None once its panel is gone, or is no longer for leads to see."""
    return next((found for found in sections(suggestion.area) if is_for(suggestion, found)), None)


def is_for(suggestion: Suggestion, section: Section) -> bool:
    panel = section.panel.pk if section.panel else None
    return suggestion.section == section.kind and suggestion.panel_id == panel


def waiting_for(section: Section, waiting: Iterable[Suggestion]) -> Suggestion | None:
    """Of those that wait in an area, the one for this section."""
    return next((suggestion for suggestion in waiting if is_for(suggestion, section)), None)


def seen(section: Section | None, waiting: Suggestion | None) -> str:
    """What a form remembers of the moment when it was opened: differs once anything here has moved."""
    stands = section.stands if section else None
    version = (waiting.pk, waiting.lock_version) if waiting else None
    return sha256(repr((stands, version)).encode()).hexdigest()[:24]


def says_the_same(text: str, other: str) -> bool:
    """Line breaks and spaces are no news."""
    return text.split() == other.split()


# The lead's moves


@transaction.atomic
def suggest(area: Area, key: str, *, text: str, source: str, by: User, seen_before: str) -> Suggestion:
    """Let words for a section wait for NCISH, or change those that wait; once, however often the button is pressed.

    Raises NotAllowed, NothingNew, or ChangedMeanwhile if the section is gone or has moved since `seen_before`.
    """
    if not permissions.may_suggest(by, area):
        raise NotAllowed("Only a lead of the area suggests changes of its pages.")
    area = _locked(area)
    place = section(area, key)
    if place is None:
        raise ChangedMeanwhile("This section is no longer there.")
    waiting = waiting_for(place, Suggestion.objects.filter(area=area).waiting())
    if waiting and (waiting.text, waiting.source, waiting.by_id) == (text, source, by.pk):
        return waiting  # the second half of a double click
    if seen(place, waiting) != seen_before:
        raise ChangedMeanwhile("This section has changed since you opened it.")
    if says_the_same(text, place.stands):
        raise NothingNew(NOTHING_NEW)
    if waiting is None:
        waiting = Suggestion.objects.create(
            area=area,
            section=place.kind,
            panel=place.panel,
            title=place.title,
            stood=place.stands,
            text=text,
            source=source,
            by=by,
        )
        transaction.on_commit(partial(suggestion_notices.send_arrival, waiting))
        return waiting
    waiting.stood, waiting.text, waiting.source, waiting.by = place.stands, text, source, by
    waiting.lock_version += 1
    waiting.save(update_fields=["stood", "text", "source", "by", "lock_version"])
    return waiting


@transaction.atomic
def withdraw(suggestion: Suggestion, *, by: User) -> Suggestion:
    """Take it back before NCISH has decided. Raises NotAllowed or NoLongerWaiting."""
    if not permissions.may_suggest(by, suggestion.area):
        raise NotAllowed("Only a lead of the area withdraws a suggestion.")
    _locked(suggestion.area)
    found = _again(suggestion)
    if found.state == SuggestionState.WITHDRAWN:
        return found  # the second half of a double click
    if not found.is_waiting:
        _no_longer_waits(found)
    return _end(found, SuggestionState.WITHDRAWN, by=by)


# The curator's moves


@transaction.atomic
def take_over(suggestion: Suggestion, *, text: str, source: str, by: User, seen_before: str) -> Suggestion:
    """Write the words, as suggested or as edited, where they belong; of what is entered by hand, note that it is.

    Raises NotAllowed, NoLongerWaiting, or ChangedMeanwhile if words or section moved since `seen_before`.
    """
    area, found, place = _to_decide(suggestion, by=by, seen_before=seen_before)
    if place is None:
        raise ChangedMeanwhile("This section is no longer there. Decline the suggestion and say why.")
    _write(area, place, text=text, source=source, by=by)
    found.taken_text = text
    _end(found, SuggestionState.TAKEN_OVER, by=by)
    transaction.on_commit(partial(suggestion_notices.send_taken_over, found))
    return found


@transaction.atomic
def decline(suggestion: Suggestion, *, reason: str, by: User, seen_before: str) -> Suggestion:
    """Leave the section as it is, and say why. Raises as take_over."""
    _, found, _ = _to_decide(suggestion, by=by, seen_before=seen_before)
    found.reason = reason
    _end(found, SuggestionState.DECLINED, by=by)
    transaction.on_commit(partial(suggestion_notices.send_declined, found))
    return found


def _to_decide(suggestion: Suggestion, *, by: User, seen_before: str) -> tuple[Area, Suggestion, Section | None]:
    if not permissions.may_decide(by, suggestion):
        raise NotAllowed("A curator decides, and never about their own suggestion.")
    area = _locked(suggestion.area)
    found = _again(suggestion)
    if not found.is_waiting:
        _no_longer_waits(found)
    if found.panel_id:  # before its panel, as the curator's form does: else the two could wait for each other
        Infographic.objects.select_for_update(of=["self"]).filter(panels=found.panel_id).first()
    place = section_of(found)
    if seen(place, found) != seen_before:
        raise ChangedMeanwhile("The suggestion, or what stands there, has changed since you opened it.")
    return area, found, place


def _write(area: Area, place: Section, *, text: str, source: str, by: User) -> None:
    if place.panel:
        panel = place.panel
        panel.text, panel.source, panel.kind, panel.confirmed = text, source, PanelKind.KNOWN, True
        panel.save(update_fields=["text", "source", "kind", "confirmed"])
        filling.settle(panel.infographic)
        moves.edited(panel.infographic, changes.of_edit(panel.infographic, [], ["infographic panels"]), by=by)
    elif place.kind in TEXTS_OF_AN_AREA:
        setattr(area, place.kind, text)
        fields = [str(place.kind)]
        if place.kind == SuggestedFor.CRISIS_LINE:
            area.crisis_line_confirmed_on = None  # nobody has rung the new one
            fields.append("crisis_line_confirmed_on")
        area.save(update_fields=[*fields, "updated_at"])
        moves.edited(area, changes.of_edit(area, fields), by=by)


def _end(suggestion: Suggestion, state: SuggestionState, *, by: User) -> Suggestion:
    suggestion.state, suggestion.ended_at, suggestion.ended_by = state, timezone.now(), by
    suggestion.save(update_fields=["state", "ended_at", "ended_by", "reason", "taken_text"])
    return suggestion


def _locked(area: Area) -> Area:
    return Area.objects.select_for_update(no_key=True).get(pk=area.pk)


def _again(suggestion: Suggestion) -> Suggestion:
    return Suggestion.objects.with_people().get(pk=suggestion.pk)


def _no_longer_waits(suggestion: Suggestion) -> NoReturn:
    raise NoLongerWaiting(f"{suggestion.ended_by} was quicker: it is {suggestion.get_state_display().lower()}.")
