"""What pages say about an area: which words, in which order; and in one sentence what is not known.

Templates print what they are given. `provenance`, `to_check`, `curator_note` and what was written as
evidence speak to staff and are not read here; of the panels, staff also see those that are still to fill.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from selfharm_portal.facts import Fact, address, host

from .models import (
    Area,
    Certainty,
    Infographic,
    InfographicStatus,
    Milestone,
    PanelKind,
    PanelPart,
    Theme,
)

if TYPE_CHECKING:
    from measures.models import MeasureVersion

#: Colours of the themes, as in the design; they mean nothing by themselves.
THEME_COLOURS = {
    "brief-psychological-intervention": "teal",
    "training": "plum",
    "digital-resources": "indigo",
    "psychosocial-assessment": "moss",
    "primary-care": "rust",
    "emergency-department-pathway": "slate",
    "safety-planning": "ochre",
    "peer-support": "berry",
}
NEUTRAL_COLOUR = "slate"

UNKNOWN_PARTS = {
    "aims": "what the project set out to do",
    "project_details": "what was done, by whom and for whom",
    "outcome_measures": "what was measured",
}
STILL_TO_COME = "NCISH will add the rest from the published infographic. No result is shown until then."


class Source(NamedTuple):
    what: str
    label: str
    url: str


def state(area: Area) -> str:
    """How the area stands on the map: lit (named, with an infographic), named, or inferred."""
    if area.certainty == Certainty.NAMED_INFOGRAPHIC:
        return "lit"
    return "named" if area.certainty == Certainty.NAMED_PRESENTATION else "inferred"


def line(area: Area) -> str:
    """The sentence beside an area's name in the list."""
    themes = ", ".join(theme.title for theme in area.themes.all())
    if state(area) == "inferred":
        return "Its part in the programme is inferred, for NCISH to confirm."
    if not themes:
        return "The theme of its project is not known yet."
    return f"{themes}. Infographic shared." if area.infographics.all() else f"{themes}."


def colour(themes: Sequence[Theme]) -> str:
    return THEME_COLOURS.get(themes[0].slug, NEUTRAL_COLOUR) if themes else NEUTRAL_COLOUR


def eyebrow(area: Area) -> str:
    titles = [theme.title for theme in area.themes.all()]
    if not titles:
        return f"{area.region.name}. Theme not known yet"
    return f"{area.region.name}. Theme{'s' if len(titles) > 1 else ''}: {', '.join(titles)}"


def lead_and_rest(summary: str) -> tuple[str, str]:
    """The first sentence, and the others."""
    first, *rest = re.split(r"(?<=[.!?])\s+(?=[A-Z])", summary.strip(), maxsplit=1)
    return first, rest[0] if rest else ""


def plain_date(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def facts(area: Area) -> list[Fact]:
    """Then and now, in the same order on every profile; nothing is blank."""
    return [
        Fact(
            "Name in the programme", area.name, _sentences(area.get_programme_form_display(), area.programme_form_note)
        ),
        Fact("Today", area.integrated_care_system_today),
        Fact("Board from July 2022", f"{area.icb_name} ({area.ods_code})", _change(area)),
        *_successors(area),
        *_across_the_change(area),
        Fact("Region", area.region.name),
        Fact(
            "People living there",
            _first_capital(area.population_text) or "Not known yet",
            _unless(area.population_confirmed),
        ),
        Fact("Lead provider", area.lead_provider or "Not known yet", area.lead_provider_note),
        Fact("National early implementer", area.get_early_implementer_status_display()),
        Fact("How certain its part is", area.get_certainty_display()),
    ]


def _change(area: Area) -> str:
    return _sentences(area.change_what, _unless(area.change_confirmed))


def _successors(area: Area) -> list[Fact]:
    rows = [
        f"{successor.name} ({successor.ods_code})" + (f": {successor.part}" if successor.part else "")
        for successor in area.successors.all()
    ]
    if not rows:
        return []
    since = f"Since {plain_date(area.change_took_effect)}. " if area.change_took_effect else ""
    return [Fact("Boards that followed" if len(rows) > 1 else "Board that followed", f"{since}{'; '.join(rows)}.")]


def _across_the_change(area: Area) -> list[Fact]:
    """Whether numbers from before and after the end of the board are one series."""
    if not area.has_ended or not area.change_took_effect:
        return []
    if area.series_begins_anew_on:
        day = plain_date(area.series_begins_anew_on)
        text = f"Read apart: charts begin anew on {day}, until NCISH says that the months are one series."
    else:
        text = "Read as one series: NCISH has said so."
    return [Fact("Months before and after", text)]


def _unless(confirmed: bool) -> str:
    return "" if confirmed else "Not confirmed by a source yet."


def _sentences(*parts: str) -> str:
    return " ".join(part if part.endswith(".") else f"{part}." for part in parts if part)


def _first_capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def known_parts(area: Area) -> list[tuple[str, str]]:
    """Heading and text of what is known of the project, in the order of the infographics."""
    return [(part.label, text) for part in PanelPart if (text := getattr(area, part.value))]


def unknown(area: Area) -> str:
    """What is not known of the project, in one sentence; empty if all is."""
    missing = [words for field, words in UNKNOWN_PARTS.items() if not getattr(area, field)]
    if not area.themes.all():
        missing.insert(0, "the theme of the project")
    if not missing:
        return ""
    *first, last = missing
    listed = f"{', '.join(first)} and {last}" if first else last
    return f"{listed}. NCISH and the area's team will fill this in."


def inferred(area: Area) -> str:
    """What to know before anything else, where nobody has named the area."""
    if state(area) != "inferred":
        return ""
    return (
        f"{area.get_certainty_display()}. The programme's own page does not name this area as far as it could be read. "
        "It is shown so that NCISH can say whether it belongs here."
    )


class Moment(NamedTuple):
    """A milestone, as components/timeline.html prints it."""

    title: str
    when: str
    text: str
    source_url: str
    programme: bool
    url: str = ""


def timeline(own: Iterable[Milestone], of_programme: Iterable[Milestone]) -> list[Moment]:
    """Both together, the oldest first, each with as much of its date as is known."""
    milestones = sorted([*own, *of_programme], key=lambda milestone: milestone.date)
    return [
        Moment(milestone.title, milestone.when, milestone.what, milestone.source, milestone.area_id is None)
        for milestone in milestones
    ]


class Panel(NamedTuple):
    figure: str
    title: str
    text: str
    note: str
    context: bool
    open: bool


class Part(NamedTuple):
    title: str
    panels: list[Panel]


class Picture(NamedTuple):
    """A project in one picture, as components/infographic.html prints it."""

    id: str
    area: str
    title: str
    theme: str
    parts: list[Part]
    open: str
    text: str
    links: list[dict[str, str]]


def picture(infographic: Infographic, area: Area, files: Mapping[str, str], *, for_staff: bool) -> Picture:
    """Readers see what is known and the background, each with its source; staff also what they have to fill.

    files: the addresses of its PDF and of its picture, as "pdf" and "png"
    """
    parts = []
    for part in PanelPart:
        panels = [
            Panel(
                figure="" if panel.figure in panel.text else panel.figure,  # its sentence has it
                title=panel.heading,
                text=panel.text,
                note=_panel_note(panel.kind, panel.source),
                context=panel.kind == PanelKind.CONTEXT,
                open=panel.kind == PanelKind.TO_FILL,
            )
            for panel in infographic.panels.all()
            if panel.part == part and (for_staff or panel.confirmed)
        ]
        parts.append(Part(part.label, panels or [Panel("", "Still to come", "", "", False, True)]))
    is_open = infographic.status != InfographicStatus.COMPLETE
    return Picture(
        id=infographic.slug,
        area=area.place,
        title=infographic.title,
        theme=THEME_COLOURS.get(infographic.theme.slug, NEUTRAL_COLOUR),
        parts=parts,
        open=STILL_TO_COME if is_open else "",
        text=infographic.text_alternative,
        links=[
            {"label": "See it as an infographic", "url": infographic.get_absolute_url()},
            {"label": "PDF, one A4 page", "url": files["pdf"]},
            {"label": "Picture for slides, 1200 by 675", "url": files["png"]},
        ],
    )


def _panel_note(kind: str, source: str) -> str:
    if kind == PanelKind.TO_FILL:
        return "Only staff see this place"
    where = f"Source: {host(source)}" if source else ""
    return f"Background, not part of the project. {where}" if kind == PanelKind.CONTEXT else where


def sources(area: Area) -> list[Source]:
    """Where each fact was seen, with its address."""
    rows = [
        ("What happened to the board", area.change_source),
        ("What happened to the board, also", area.change_also_seen),
        ("People living there", area.population_source),
        ("National early implementer", area.early_implementer_source),
        *(
            (panel.heading, panel.source)
            for infographic in area.infographics.all()
            for panel in infographic.panels.all()
            if panel.confirmed and address(panel.source)
        ),
    ]
    return [Source(what, host(url), url) for what, url in rows if url]


def measures_of(themes: Collection[int], newest: Iterable[MeasureVersion]) -> list[dict[str, str]]:
    """Those of the definitions that name one of the themes, as links."""
    return [measure_link(version) for version in newest if any(theme.pk in themes for theme in version.themes.all())]


def measure_link(version: MeasureVersion) -> dict[str, str]:
    return {
        "label": version.name,
        "url": version.measure.get_absolute_url(),
        "code": version.measure.code,
        "text": version.question,
    }


def theme_with_all(theme: Theme, newest: Iterable[MeasureVersion]) -> dict[str, Any]:
    """A theme with the areas that work on it, what the library has on it and the measures that fit it."""
    return {
        "slug": theme.slug,
        "title": theme.title,
        "url": theme.get_absolute_url(),
        "text": theme.description,
        "is_confirmed": theme.confirmed,
        "colour": colour([theme]),
        "areas": [{"label": area.place, "url": area.get_absolute_url()} for area in theme.areas.all()],
        "topics": [{"label": topic.title, "url": topic.get_absolute_url()} for topic in theme.topics.all()],
        "measures": [
            {"label": f"{measure['code']} {measure['label']}", "url": measure["url"]}
            for measure in measures_of({theme.pk}, newest)
        ],
    }


class Peers(NamedTuple):
    """Areas to learn with; in the order of the alphabet, as nothing here is ranked."""

    heading: str
    links: list[dict[str, str]]
    none: str


def peers(area: Area, others: Sequence[Area]) -> list[Peers]:
    """Those with a theme in common, and those of the region."""
    mine = {theme.pk for theme in area.themes.all()}
    by_theme = []
    for other in others:
        if shared := [theme.title for theme in other.themes.all() if theme.pk in mine]:
            by_theme.append({"label": other.place, "url": other.get_absolute_url(), "text": ", ".join(shared)})
    by_region = [
        {"label": other.place, "url": other.get_absolute_url(), "text": line(other)}
        for other in others
        if other.region_id == area.region_id
    ]
    no_theme = (
        "No other area is known to work on it yet." if mine else "Its theme is not known yet, so neither are these."
    )
    return [
        Peers("Areas with the same theme", by_theme, no_theme),
        Peers(f"Areas in {area.region.name}", by_region, "It is the only one of the areas in this region."),
    ]


def themes(area: Area, statements: Mapping[int, list[dict[str, str]]]) -> list[dict[str, Any]]:
    """Each theme with what it means, what the library has on it, and the statements of QS34 that go with it."""
    return [
        {
            "title": theme.title,
            "url": theme.get_absolute_url(),
            "text": theme.description,
            "is_confirmed": theme.confirmed,
            "topics": [{"label": topic.title, "url": topic.get_absolute_url()} for topic in theme.topics.all()],
            "statements": statements[theme.pk],
        }
        for theme in area.themes.all()
    ]


def to_be_checked(area: Area) -> list[Fact]:
    """What a second person reads beside the checklist: the profile's words, then the sources of its facts."""
    known = [Fact(heading, text) for heading, text in known_parts(area)]
    not_known = [Fact("Not known yet", unknown(area))] if unknown(area) else []
    seen = [Fact(f"Source: {source.what}", source.label, url=source.url) for source in sources(area)]
    return [Fact("Summary", area.summary), *known, *not_known, *facts(area), *seen]
