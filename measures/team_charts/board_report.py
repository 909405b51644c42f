"""The report that a team takes to its board: some months of some measures as a tagged PDF, a measure a page.

Only accepted values are in it. The same months, measures, person and day give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string

from measures import charts, sentences
from measures.geometry import drawing
from measures.models import Submission
from measures.reporting_calendar import day_in_words, month_in_words
from measures.statistics import attention, findings, windows
from measures.statistics.findings import Findings, TableRow
from selfharm_portal import typesetting

from . import chart_pages, chart_svg
from .chart_pages import Found

if TYPE_CHECKING:
    from measures.series import MeasureSeries
    from sites.models import Area

PAGE = Path(__file__).with_name("board_report.typ")
AUTHOR = "Community care for self-harm"
#: How many months of the range the table has; the chart has all of them.
MONTHS_OF_A_TABLE = 12


@dataclass(frozen=True)
class Range:
    """Both are first days of months, and both are in it."""

    first: date
    last: date

    @property
    def in_words(self) -> str:
        first, last = month_in_words(self.first), month_in_words(self.last)
        return first if first == last else f"{first} to {last}"


@dataclass(frozen=True)
class Report:
    area: Area
    range: Range
    #: As they stood at the end of the range.
    found: Sequence[Found]
    accepted: str
    made_by: str
    made_on: date
    #: Empty in a real database.
    banner: str

    @property
    def title(self) -> str:
        return f"{self.area.short_name}: what the measures say, {self.range.in_words}"


def found_until(reported: Iterable[MeasureSeries], last: date) -> list[Found]:
    """Each measure as it stood when this month was the latest."""
    found = []
    for item in reported:
        series = windows.until(item.series, last) if item.series else None
        found.append(Found(item.measure, item.version, findings.find(series) if series else None))
    return found


def accepted_in_words(months: Iterable[Submission], chosen: Range) -> str:
    """Which months of the range are accepted, and which are not."""
    within = sorted(
        (month for month in months if chosen.first <= month.period.month <= chosen.last),
        key=lambda month: month.period.month,
    )
    missing = [month_in_words(month.period.month) for month in within if month.accepted_revision_id is None]
    accepted = len(within) - len(missing)
    said = f"{accepted} of {len(within)} months are accepted and counted here."
    return f"{said} Not accepted: {', '.join(missing)}." if missing else said


def pdf(report: Report) -> bytes:
    """Tagged (PDF/UA-1). Raises NotDrawn."""
    return typesetting.pdf(PAGE, report=for_paper(report))


def name(report: Report) -> str:
    """frimley-2025-10-2026-09.pdf, or frimley-2025-10-2026-09-demonstration.pdf"""
    months = f"{report.range.first:%Y-%m}-{report.range.last:%Y-%m}"
    return f"{report.area.slug}-{months}{'-demonstration' if report.banner else ''}.pdf"


def for_paper(report: Report) -> dict[str, Any]:
    """What board_report.typ reads."""
    by_code = {found.measure.code: found for found in report.found}
    places = {code: found.place for code, found in by_code.items()}
    groups = attention.in_order(places)
    return {
        "title": report.title,
        "author": AUTHOR,
        "heading": attention.heading(places.values()),
        "range": report.range.in_words,
        "place": f"{report.area.short_name}, {report.range.in_words}",
        "banner": report.banner,
        "facts": [
            report.accepted,
            f"Made by {report.made_by} on {day_in_words(report.made_on)}.",
            "For the team, its board and NCISH. These numbers are not published.",
        ],
        "groups": [
            {
                "title": f"{group.title}: {len(codes)}",
                "explanation": group.explanation,
                "measures": [for_overview(by_code[code]) for code in codes],
            }
            for group, codes in groups
        ],
        "measures": [for_page(by_code[code], report.range) for _, codes in groups for code in codes],
    }


def for_overview(found: Found) -> dict[str, Any]:
    variation, assurance = chart_pages.variation(found.findings), chart_pages.assurance(found.findings)
    return {
        "code": found.measure.code,
        "name": found.version.name,
        "latest": chart_pages.latest_number(found)[0] or "none",
        "variation": {"word": variation.word, "icon": icon(variation.name)},
        "assurance": {"word": assurance.word, "icon": icon(assurance.name)},
        "reason": found.place.reason,
    }


def icon(name: str) -> str:
    drawn = render_to_string("components/chart_icon.html", {"icon": name, "size": 24}).strip()
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def for_page(found: Found, chosen: Range) -> dict[str, Any]:
    """One measure: sentence, chart, table, and what a board would ask next."""
    said = found.findings
    page: dict[str, Any] = {
        "code": found.measure.code,
        "name": found.version.name,
        "question": found.version.question,
        "next": attention.next_question(said),
        "sentence": chart_pages.NOTHING_ACCEPTED if said is None else sentences.sentence(said),
        "chart": "",
        "caption": "",
        "notes": [],
        "rows": [],
    }
    shown = windows.between(said, chosen.first, chosen.last) if said else None
    if said is None or shown is None or shown.latest is None:
        return page
    caption = charts.chart_caption(shown)
    page |= {
        "chart": svg(shown, found.measure.code),
        "alternative": f"{found.version.name}, {chosen.in_words}. {caption} {page['sentence']}",
        "caption": caption,
        "notes": notes(said, shown),
        "rows": rows(said, len(shown.months)),
    }
    return page


def svg(shown: Findings, code: str) -> str:
    return chart_svg.svg(drawing.draw(shown, drawing.MIDDLE, name=code, title="", description=""))


def notes(said: Findings, shown: Findings) -> list[dict[str, str]]:
    """What the numbers and letters on the chart mean: of a letter all its months, also those before the range."""
    letters = {cause.letter for cause in shown.special_causes}
    found = [
        *charts.what_happened(shown.series),
        *(charts.cause_note(cause, said) for cause in said.special_causes if cause.letter in letters),
    ]
    return [
        {"sign": note.sign, "words": " ".join(filter(None, [f"{note.heading}.", note.words, note.said]))}
        for note in found
    ]


def rows(said: Findings, shown: int) -> list[dict[str, Any]]:
    """The latest months of the range, a row each, and the lines of each phase before its rows."""
    first = len(said.months) - min(shown, MONTHS_OF_A_TABLE)
    found: list[dict[str, Any]] = []
    for phase, section in zip(said.phases, findings.table(said), strict=True):
        kept = section.rows[max(first - phase.start, 0) :]
        if kept:
            found.append({"words": section.words})
        found += [{"month": row.month, "value": row.value, "out_of": row.out_of, "says": in_short(row)} for row in kept]
    return found


def in_short(row: TableRow) -> str:
    """Improvement (a, d): the notes beside the chart say what its letters mean."""
    return row.says.partition(":")[0] if row.letters else row.says
