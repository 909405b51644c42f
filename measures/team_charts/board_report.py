"""The report that a team takes to its board: some months of some measures as a tagged PDF, a measure a page.

Only accepted values are in it. The same months, measures, person and day give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string

from measures import charts, sentences
from measures.geometry import before_after_drawing, drawing
from measures.models import Submission
from measures.reporting_calendar import day_in_words, month_in_words
from measures.statistics import attention, before_after, findings, windows
from measures.statistics.findings import Findings, TableRow
from selfharm_portal import typesetting

from . import before_after_pages, chart_pages, chart_svg
from .before_after_pages import NOTHING, ComparedChange
from .chart_pages import Found
from .expecting import Standing

if TYPE_CHECKING:
    from measures.series import MeasureSeries
    from sites.models import Area, Milestone

PAGE = Path(__file__).with_name("board_report.typ")
AUTHOR = "Community care for self-harm"
#: As wide as the page, and low: what stands around it has to find room too.
PAPER = drawing.MIDDLE._replace(name="paper", width=860, plot_height=250)
#: Our fonts for paper have no minus sign; an en dash is as wide as a plus.
ON_PAPER = str.maketrans({"\N{MINUS SIGN}": "\N{EN DASH}"})
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
    #: The changes that the area tested, and what it expected of them: by measure and milestone.
    tested: Sequence[Milestone]
    expected: Mapping[str, Mapping[int, Standing]]
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
        "measures": [for_page(by_code[code], report) for _, codes in groups for code in codes],
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


def for_page(found: Found, report: Report) -> dict[str, Any]:
    """One measure: sentence, chart, what followed its changes, what a board would ask next, and table."""
    said, chosen = found.findings, report.range
    page: dict[str, Any] = {
        "code": found.measure.code,
        "name": found.version.name,
        "question": found.version.question,
        "next": attention.next_question(said),
        "sentence": chart_pages.NOTHING_ACCEPTED if said is None else sentences.sentence(said),
        "chart": "",
        "caption": "",
        "notes": [],
        "changes": [],
        "likely": "",
        "phases": [],
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
        **numbers(said, len(shown.months)),
    }
    told = changes(said, len(said.months) - len(shown.months), report.tested)
    expected = report.expected.get(found.measure.code, {})
    page["changes"] = [what_followed(one, expected.get(one.milestone.pk, NOTHING)) for one in told]
    if any(change["difference"] for change in page["changes"]):
        page["likely"] = before_after.WHAT_LIKELY_MEANS
    return page


def svg(shown: Findings, code: str) -> str:
    return chart_svg.svg(drawing.draw(shown, PAPER, name=code, title="", description=""))


def notes(said: Findings, shown: Findings) -> list[dict[str, str]]:
    """What the numbers and letters on the chart mean: of a letter all its months, also those before the range."""
    letters = {cause.letter for cause in shown.special_causes}
    found = [
        *charts.what_happened(shown.series),
        *(charts.cause_note(cause, said) for cause in said.special_causes if cause.letter in letters),
    ]
    return [
        {"sign": note.sign, "words": " ".join(filter(None, [f"{heading_on_paper(note)}.", note.words, note.said]))}
        for note in found
    ]


def heading_on_paper(note: charts.Note) -> str:
    """Concern: the chart says the rule beside the letter."""
    return note.heading.partition(":")[0]


def changes(said: Findings, first: int, tested: Sequence[Milestone]) -> list[ComparedChange]:
    """Those with months after them, known or still to come, in the range: from this row on."""
    return [
        one
        for one in before_after_pages.compared_changes(said, tested)
        if one.compared.after.stop > first and one.compared.change.first <= said.months[-1].month
    ]


def what_followed(one: ComparedChange, standing: Standing) -> dict[str, Any]:
    """One change: before, after, the difference, and what the team had expected."""
    compared = one.compared
    facts = before_after_pages.rows(compared) if one.is_comparable else []
    expecting = before_after_pages.expecting_in_words(one, standing, "")
    has_interval = compared.outcome in ("difference", "uncertain")
    by, low, high = before_after.difference_texts(compared) if has_interval else ("", "", "")
    drawn = before_after_drawing.draw_difference(compared, name=one.heading) if has_interval else None
    return {
        "heading": one.heading,
        "sentence": before_after.sentence(compared),
        "sides": [f"{fact.label}: {fact.text}." for fact in facts[:2]],
        "difference": chart_svg.svg(drawn).translate(ON_PAPER) if drawn else "",
        "alternative": f"Difference {by}, likely between {low} and {high}.",
        "expected": expecting.recorded,
        "by_whom": expecting.by_whom,
        "answer": expecting.title,
        "answer_words": expecting.words,
        "beware": " ".join(before_after.what_to_beware(compared)),
    }


def numbers(said: Findings, shown: int) -> dict[str, Any]:
    """The latest months of the range, a row each, and the lines of the phases in which they lie."""
    first = len(said.months) - min(shown, MONTHS_OF_A_TABLE)
    phases: list[str] = []
    rows: list[TableRow] = []
    for phase, section in zip(said.phases, findings.table(said), strict=True):
        kept = section.rows[max(first - phase.start, 0) :]
        if kept:
            phases.append(section.words)
        rows += kept
    return {
        "phases": phases,
        "rows": [{"month": row.month, "value": row.value, "out_of": row.out_of, "says": in_short(row)} for row in rows],
    }


def in_short(row: TableRow) -> str:
    """Improvement (a, d): the notes beside the chart say what its letters mean. Of no number only why."""
    if row.letters:
        return row.says.partition(":")[0]
    reason = row.says.removeprefix("No number: ")
    return f"{reason[:1].upper()}{reason[1:]}"
