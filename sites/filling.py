"""What must still be filled in of an infographic, and its status, which follows from that: the only writer of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db import transaction
from django.db.models import Case, QuerySet, When

from .models import NOT_HERE_YET, Infographic, InfographicPanel, InfographicStatus, PanelKind, PanelPart

CLAIMS = re.compile(NOT_HERE_YET, re.IGNORECASE)


class Gap(NamedTuple):
    """One thing to do: of a panel, or of the text alternative."""

    what: str
    question: str
    panel: int | None = None


def gaps(infographic: Infographic, panels: Iterable[InfographicPanel] | None = None) -> list[Gap]:
    """What keeps it from being complete, in the order in which it is read.

    panels: in place of those that are saved
    """
    panels = sorted(infographic.panels.all() if panels is None else panels, key=reading_order)
    to_fill = [panel for panel in panels if panel.kind == PanelKind.TO_FILL]
    found = [Gap(f"{PanelPart(panel.part).label}: {panel.heading}", panel.text, panel.pk) for panel in to_fill]
    if claims_a_gap(infographic.text_alternative):
        later = "Once the panels are filled, rewrite" if to_fill else "All panels are filled. Rewrite"
        found.append(Gap("Text alternative", f"{later} it: it still says that something is not here yet."))
    return found


def claims_a_gap(text: str) -> bool:
    """Does a text alternative say that something is still to come? As the table's rule about complete ones."""
    return CLAIMS.search(text) is not None


def reading_order(panel: InfographicPanel) -> tuple[int, int, int]:
    """Part, then number."""
    part = PanelPart.values.index(panel.part) if panel.part in PanelPart.values else len(PanelPart)
    return part, panel.order or 0, panel.pk or 0


def in_reading_order(panels: QuerySet[InfographicPanel]) -> QuerySet[InfographicPanel]:
    """The same for the database."""
    part = Case(*(When(part=part, then=number) for number, part in enumerate(PanelPart.values)))
    return panels.order_by(part, "order", "pk")


def only_its_text_is_left(infographic: Infographic) -> bool:
    """Are all panels filled, and does the text alternative still claim a gap?"""
    return [gap.panel for gap in gaps(infographic)] == [None]


def reopen(infographic: Infographic) -> None:
    """Not complete from here on, if the text that is about to be saved claims a gap: the table would refuse it."""
    if claims_a_gap(infographic.text_alternative):
        complete = Infographic.objects.filter(pk=infographic.pk, status=InfographicStatus.COMPLETE)
        complete.update(status=InfographicStatus.TITLE_CONFIRMED)


def status_of(infographic: Infographic, panels: Collection[InfographicPanel]) -> InfographicStatus:
    """Complete: it has panels, none is to fill, and its text alternative claims no gap."""
    is_complete = panels and not gaps(infographic, panels)
    return InfographicStatus.COMPLETE if is_complete else InfographicStatus.TITLE_CONFIRMED


@transaction.atomic
def settle(infographic: Infographic) -> bool:
    """Make its status what its panels and its text say, and return whether that was a change.

    To be called after each change of either, in the same transaction: who fills another panel at the same time waits
    here, and then sees ours.
    """
    held = Infographic.objects.select_for_update().get(pk=infographic.pk)
    status = status_of(held, list(held.panels.all()))
    infographic.status = status
    if held.status == status:
        return False
    held.status = status
    held.save(update_fields=["status", "updated_at"])
    return True
