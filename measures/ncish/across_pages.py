"""The pages of across.py in finished values: the matrix, and one measure in all areas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from django.urls import reverse

from measures import sentences
from measures.geometry import sparks
from measures.geometry.sparks import Spark
from measures.models import Domain, Measure, MeasureVersion
from measures.reporting_calendar import month_in_words
from measures.series import every_month
from measures.statistics.findings import Findings, out_of, phase_words
from measures.wording import shifted
from selfharm_portal.cells import guarded

from .across import Charts, Collected

if TYPE_CHECKING:
    from sites.models import Area

NOT_COLLECTED = "Not collected here"
NO_MONTHS = "No months yet"
#: What the signs mean, in the order in which they are explained.
KEY = (
    ("improvement_high", "Improvement: higher, or rising"),
    ("improvement_low", "Improvement: lower, or falling"),
    ("concern_high", "Concern: higher, or rising"),
    ("concern_low", "Concern: lower, or falling"),
    ("neutral_high", "Change: higher, or rising"),
    ("neutral_low", "Change: lower, or falling"),
    ("common_cause", "Usual ups and downs"),
    ("none", "Too few months"),
    ("pass", "Meets the target"),
    ("fail", "Misses the target"),
    ("inconsistent", "Hit and miss"),
    ("not_collected", NOT_COLLECTED),
)
#: So many areas leave room for the words beside the icons.
ROOM_FOR_WORDS = 6


@dataclass(frozen=True)
class Sign:
    """What a cell shows: icons of components/chart_icon.html, and the same in words."""

    icons: Sequence[str]
    words: str


@dataclass(frozen=True)
class Cell:
    """One measure of one area. Without a sign, the area does not collect it."""

    area: str
    sign: Sign | None = None
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Row:
    code: str
    name: str
    url: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Chapter:
    title: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Matrix:
    """has_words: whether words stand beside the icons on a wide screen too."""

    caption: str
    areas: Sequence[str]
    chapters: Sequence[Chapter]
    has_words: bool


def matrix(areas: Sequence[Area], measures: Sequence[Measure], charts: Charts, *, today: date) -> Matrix:
    """Measures in the order of the dictionary, areas A to Z."""
    chapters = [
        Chapter(domain.title, [row(measure, areas, charts, today=today) for measure in of_domain])
        for domain, of_domain in by_domain(measures)
    ]
    caption = (
        f"What the latest month of each measure says: {counted(len(measures), 'measure')} in the order of the "
        f"dictionary, {counted(len(areas), 'area')} A to Z. Nothing is ranked."
    )
    return Matrix(caption, [area.short_name for area in areas], chapters, len(areas) <= ROOM_FOR_WORDS)


def by_domain(measures: Sequence[Measure]) -> Iterator[tuple[Domain, Iterator[Measure]]]:
    return groupby(measures, key=lambda measure: measure.domain)


def row(measure: Measure, areas: Sequence[Area], charts: Charts, *, today: date) -> Row:
    cells = [cell(area, charts.get((area.pk, measure.pk))) for area in areas]
    name = measure.definition_in(today).name
    return Row(measure.code, name, reverse("submissions:across_areas", args=[measure.code]), cells)


def cell(area: Area, collected: Collected | None) -> Cell:
    if collected is None:
        return Cell(area.short_name)
    url = reverse("submissions:chart", args=[area.slug, collected.measure.code])
    return Cell(area.short_name, sign(collected), url, ended(collected))


def sign(collected: Collected) -> Sign:
    """Variation first, then assurance where there is a target; its icon only where the process can be judged."""
    found = collected.findings
    if found is None:
        return Sign(["none"], NO_MONTHS)
    icons, words = [found.variation or "none"], [sentences.variation_words(found)[0]]
    if found.series.target is not None:
        icons += [found.assurance] if found.assurance else []
        words.append(sentences.assurance_words(found)[0])
    return Sign(icons, ". ".join(words))


def ended(collected: Collected) -> str:
    last = collected.area_measure.until_month
    return f"Collected until {month_in_words(last)}" if last else ""


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


#: The columns of the matrix as a file.
COLUMNS = ("measure", "name", "area", "latest_month", "variation", "assurance")


def matrix_lines(
    areas: Sequence[Area], measures: Sequence[Measure], charts: Charts, *, today: date
) -> Iterator[Sequence[str]]:
    """The matrix a line a cell, in its order, beginning with the names of the columns."""
    yield COLUMNS
    for measure in measures:
        for area in areas:
            subject = [measure.code, guarded(measure.definition_in(today).name), guarded(area.short_name)]
            yield [*subject, *said(charts.get((area.pk, measure.pk)))]


def said(collected: Collected | None) -> tuple[str, str, str]:
    """The latest month that has a number, variation and assurance."""
    if collected is None:
        return "", NOT_COLLECTED, ""
    found = collected.findings
    if found is None:
        return "", NO_MONTHS, ""
    month = f"{found.latest.month:%Y-%m}" if found.latest else ""
    return month, sentences.variation_words(found)[0], sentences.assurance_words(found)[0]


# One measure in all areas


@dataclass(frozen=True)
class Card:
    """One area: a small chart on the scale of all, and what it says. out_of: "18 of 58", where there are both."""

    area: str
    url: str
    spark: Spark
    sentence: str
    latest: str
    out_of: str
    month: str
    variation: str
    variation_icon: str
    assurance: str
    assurance_icon: str
    lines: str


@dataclass(frozen=True)
class OneMeasure:
    """cards: areas whose charts have a number; waiting: those that have none so far; without: those that collect none.

    scale: of all small charts, in words. Everything stands A to Z.
    """

    name: str
    scale: str
    cards: Sequence[Card]
    waiting: Sequence[str]
    without: Sequence[str]


def one_measure(measure: Measure, areas: Sequence[Area], charts: Charts, *, today: date) -> OneMeasure:
    collected = [(area, charts.get((area.pk, measure.pk))) for area in areas]
    version = measure.definition_in(today)
    found = {area: chart.findings for area, chart in collected if chart and chart.findings}
    drawn = {area: findings for area, findings in found.items() if findings.latest}
    waiting = [area.short_name for area, chart in collected if chart and area not in drawn]
    without = [area.short_name for area, chart in collected if chart is None]
    if not drawn:
        return OneMeasure(version.name, "", [], waiting, without)
    months = months_drawn(drawn.values())
    low, high = sparks.scale(list(drawn.values()), months)
    cards = [
        card(area, measure, findings, sparks.spark(findings, low=low, high=high, months=months))
        for area, findings in drawn.items()
    ]
    return OneMeasure(version.name, scale_in_words(months, low, high, version), cards, waiting, without)


def months_drawn(drawn: Iterable[Findings]) -> tuple[date, ...]:
    """The latest three years of all of them together, so that one place from left to right means one month."""
    months = [found.series.months for found in drawn]
    last = max(each[-1] for each in months)
    first = max(min(each[0] for each in months), shifted(last, 1 - sparks.MONTHS))
    return every_month(first, last)


def scale_in_words(months: Sequence[date], low: float, high: float, version: MeasureVersion) -> str:
    bottom, top = (sentences.number_text(end, version.decimals) for end in (low, high))
    return (
        f"from {month_in_words(months[0])} to {month_in_words(months[-1])}, and "
        f"from {sentences.with_sign(bottom, version.unit)} to {sentences.with_unit(top, version.unit)}"
    )


def card(area: Area, measure: Measure, findings: Findings, spark: Spark) -> Card:
    series, latest = findings.series, findings.latest or findings.months[-1]
    return Card(
        area=area.short_name,
        url=reverse("submissions:chart", args=[area.slug, measure.code]),
        spark=spark,
        sentence=sentences.sentence(findings),
        latest=sentences.with_unit(sentences.number_text(latest.value or 0, series.decimals), series.unit),
        out_of=out_of(series.months.index(latest.month), series),
        month=month_in_words(latest.month),
        variation=sentences.variation_words(findings)[0],
        variation_icon=findings.variation or "none",
        assurance=sentences.assurance_words(findings)[0],
        assurance_icon=findings.assurance or "no_target",
        lines=phase_words(findings.phases[-1], series),
    )


def neighbours(measure: Measure, measures: Sequence[Measure], *, today: date) -> dict[str, dict[str, str]]:
    """The ways to the measures before and after this one in the dictionary, of those that are collected."""
    position = next((place for place, other in enumerate(measures) if other == measure), None)
    if position is None:
        return {}
    places = {"previous": position - 1, "next": position + 1}
    return {
        way: {
            "label": f"{measures[place].code} {measures[place].definition_in(today).name}",
            "url": reverse("submissions:across_areas", args=[measures[place].code]),
        }
        for way, place in places.items()
        if 0 <= place < len(measures)
    }
