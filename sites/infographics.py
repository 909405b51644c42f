"""An infographic as one sheet of words and drawings, from which page, PDF, picture and text are all made (pure).

So they cannot disagree: whoever draws a sheet draws `lines` in their order, and nothing else that can be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from selfharm_portal.facts import Fact, address, host

from . import filling
from .models import Infographic, InfographicPanel, InfographicStatus, PanelKind, PanelPart
from .profile import NEUTRAL_COLOUR, THEME_COLOURS
from .tile_map import Ghost, corner, ghosts

#: On the stations of the path.
ICON_OF_PART = {PanelPart.AIMS: "path", PanelPart.PROJECT_DETAILS: "plan", PanelPart.OUTCOME_MEASURES: "chart"}
#: Beside background, and beside a panel that chose no icon.
BACKGROUND_ICON = "book"


class Drawing(NamedTuple):
    """What a theme is drawn with: a picture of templates/sites/drawings/art/, and two icons, of which the first
    stands in where a theme is so new that it has no picture.
    """

    art: str
    icon: str
    second_icon: str


DRAWINGS = {
    "brief-psychological-intervention": Drawing("brief-psychological-intervention", "talking", "calendar"),
    "training": Drawing("training", "training", "book"),
    "digital-resources": Drawing("digital-resources", "screen", "signpost"),
    "psychosocial-assessment": Drawing("psychosocial-assessment", "talking", "plan"),
    "primary-care": Drawing("primary-care", "gp", "talking"),
    "emergency-department-pathway": Drawing("emergency-department-pathway", "hospital", "signpost"),
    "safety-planning": Drawing("safety-planning", "plan", "people"),
    "peer-support": Drawing("peer-support", "people", "talking"),
}
PLAIN_DRAWING = Drawing("", "path", "people")

BACKGROUND = "Background"
TO_FILL = "To fill, seen by staff only"
NOT_CONFIRMED = "Not confirmed, seen by staff only"
NOTHING_YET = "Nothing about this part has been confirmed yet."
NOT_ON_THIS_PAGE = "Not on this page yet"
STILL_TO_COME = "NCISH will add the rest from the published infographic."
NO_RESULTS = "There are no results in this version."
PROGRAMME = (
    "Part of the programme “Support for improving community-based care for self-harm”, NCISH, University of Manchester."
)
#: A figure of this form is drawn as ten people.
IN_TEN = re.compile(r"^(10|[0-9]) in 10$")


class Panel(NamedTuple):
    """One statement. `before`, `inside` and `after` are its sentence; `inside` is the figure, where it has it.

    form: how it is drawn: "card" (background and what staff have to fill), "figure" (with nothing beside the number),
    "where" (with the sketch of England), "lead" (the first aim), or "plain".
    """

    heading: str
    before: str
    inside: str
    after: str
    figure: str
    people: tuple[bool, ...]
    icon: str
    tag: str
    source: str
    source_url: str
    form: str
    is_open: bool

    @property
    def text(self) -> str:
        return f"{self.before}{self.inside}{self.after}"

    @property
    def lines(self) -> Iterator[str]:
        yield from filter(None, (self.tag, self.figure, self.heading, self.text))
        if self.source:
            yield f"Source: {self.source}"


class Part(NamedTuple):
    """A station of the path. `nothing` says so where it has no panel."""

    key: str
    title: str
    icon: str
    panels: list[Panel]
    nothing: str
    has_figure: bool
    draws_no_result: bool

    @property
    def columns(self) -> int:
        """On a broad page: as many as fill whole rows."""
        return {0: 1, 1: 1, 2: 2, 4: 2}.get(len(self.panels), 3)


class Sheet(NamedTuple):
    area: str
    title: str
    kicker: str
    colour: str
    drawing: Drawing
    parts: list[Part]
    missing: str
    text_alternative: str
    #: Of the sketch of England: where the area is, and the others.
    here: Ghost
    elsewhere: list[Ghost]

    @property
    def heading(self) -> str:
        return f"{self.area}: {self.title}"

    @property
    def lines(self) -> list[str]:
        """All that can be read, in the order in which it is read."""
        lines = [self.area, self.title, self.kicker]
        for part in self.parts:
            lines.append(part.title)
            for panel in part.panels:
                lines.extend(panel.lines)
            if part.nothing:
                lines.append(part.nothing)
        if self.missing:
            lines.extend((NOT_ON_THIS_PAGE, self.missing))
        return [*lines, PROGRAMME]

    @property
    def alternative_of_picture(self) -> str:
        """What the picture for slides shows, and no more."""
        titles = [part.title.lower() for part in self.parts]
        return (
            f"{self.heading}. {self.kicker}. A path leads from two circles that meet through "
            f"{', '.join(titles[:-1])} and {titles[-1]}. NCISH, University of Manchester."
        )


def sheet(
    infographic: Infographic,
    tiles: Iterable[tuple[int, int]],
    *,
    for_staff: bool = False,
    panels: Iterable[InfographicPanel] | None = None,
) -> Sheet:
    """Readers see what is confirmed, each with its source; staff also the places that are still to fill.

    tiles: row and column of every area on the sketch of England
    panels: in place of those that are saved, in their order
    """
    area = infographic.area
    tile = (area.tile_row, area.tile_column)
    name, has_name, title = infographic.title.partition(": ")
    if not has_name:
        name, title = area.place, infographic.title
    drawing = DRAWINGS.get(infographic.theme.slug, PLAIN_DRAWING)
    there = infographic.panels.all() if panels is None else panels
    shown = [panel for panel in there if for_staff or panel.confirmed]
    parts = [_part(part, [panel for panel in shown if panel.part == part], drawing) for part in PanelPart]
    return Sheet(
        area=name,
        title=f"{title[:1].upper()}{title[1:]}",
        kicker=f"Infographic · {area.region.name}",
        colour=THEME_COLOURS.get(infographic.theme.slug, NEUTRAL_COLOUR),
        drawing=drawing,
        parts=parts,
        missing="" if infographic.status == InfographicStatus.COMPLETE else _missing(infographic, parts[-1]),
        text_alternative=infographic.text_alternative,
        here=Ghost(*corner(*tile)),
        elsewhere=ghosts([tile], tiles),
    )


def _part(part: PanelPart, found: Sequence[InfographicPanel], drawing: Drawing) -> Part:
    panels = [
        _panel(panel, default=drawing.icon if is_lead else ICON_OF_PART[part], is_lead=is_lead)
        for number, panel in enumerate(found)
        for is_lead in [part == PanelPart.AIMS and number == 0]
    ]
    has_figure = any(panel.figure or panel.inside for panel in panels)
    return Part(
        key=part.value.replace("_", "-"),
        title=part.label,
        icon=ICON_OF_PART[part],
        panels=panels,
        nothing="" if panels else NOTHING_YET,
        has_figure=has_figure,
        draws_no_result=part == PanelPart.OUTCOME_MEASURES and len(panels) < 2 and not has_figure,
    )


def _panel(panel: InfographicPanel, *, default: str, is_lead: bool) -> Panel:
    tag = _tag(panel)
    icon = panel.icon or (BACKGROUND_ICON if panel.kind == PanelKind.CONTEXT else default)
    before, inside, after = _around(panel.figure, panel.text)
    figure = "" if inside else panel.figure
    in_ten = IN_TEN.match(panel.figure)
    return Panel(
        heading=panel.heading,
        before=before,
        inside=inside,
        after=after,
        figure=figure,
        people=tuple(person < int(in_ten[1]) for person in range(10)) if in_ten else (),
        icon=icon,
        tag=tag,
        source=host(panel.source),
        source_url=address(panel.source),
        form=_form(tag, figure, icon, is_lead=is_lead),
        is_open=not panel.confirmed,
    )


def _around(figure: str, text: str) -> tuple[str, str, str]:
    """A figure that its own sentence has is set large there and not said twice; 60 is no part of 600 or 60.5."""
    found = re.search(rf"(?<![\w.,]){re.escape(figure)}(?!\w|[.,]\d)", text) if figure else None
    return (text[: found.start()], figure, text[found.end() :]) if found else (text, "", "")


def _tag(panel: InfographicPanel) -> str:
    if not panel.confirmed:
        return TO_FILL if panel.kind == PanelKind.TO_FILL else NOT_CONFIRMED
    return BACKGROUND if panel.kind == PanelKind.CONTEXT else ""


def _form(tag: str, figure: str, icon: str, *, is_lead: bool) -> str:
    if tag:
        return "card"
    if figure:
        return "figure"
    if icon == "place":
        return "where"
    return "lead" if is_lead else "plain"


def _missing(infographic: Infographic, outcomes: Part) -> str:
    """The sentence of the text alternative that says what is not here yet, and that there is no result."""
    sentences = re.split(r"(?<=[.!?])\s+", infographic.text_alternative)
    said = [sentence for sentence in sentences if sentence.endswith(" yet.")] or [STILL_TO_COME]
    return " ".join(said if outcomes.has_figure else [*said, NO_RESULTS])


def to_be_checked(infographic: Infographic) -> list[Fact]:
    """What a second person reads beside the checklist: each panel with its source, then the text."""
    facts = [Fact("Area and theme", f"{infographic.area}, {infographic.theme}")]
    for panel in sorted(infographic.panels.all(), key=filling.reading_order):
        is_seen = "" if panel.confirmed else " (seen by staff only)"
        large = f"Set large: {panel.figure}." if panel.figure else ""
        facts.append(
            Fact(
                f"{PanelPart(panel.part).label}: {panel.heading}{is_seen}",
                " ".join(filter(None, [panel.text, large, f"Source: {panel.source or 'none'}"])),
                url=address(panel.source),
            )
        )
    return [*facts, Fact("Text alternative", infographic.text_alternative)]
