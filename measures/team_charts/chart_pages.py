"""What the pages of a team's charts say, as finished values for their templates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.urls import reverse

from measures import sentences
from measures.geometry import sparks
from measures.models import Measure, MeasureVersion
from measures.reporting_calendar import month_in_words
from measures.statistics import attention, findings
from measures.statistics.attention import Place
from measures.statistics.findings import KEPT, Findings, Series, find, line_text

if TYPE_CHECKING:
    from measures.series import MeasureSeries
    from sites.models import Area

NOTHING_ACCEPTED = "No month with this measure has been accepted so far."


def chart_url(area: Area, measure: Measure) -> str:
    return reverse("submissions:chart", args=[area.slug, measure.code])


def neighbours(area: Area, measures: Sequence[Measure], position: int, *, today: date) -> dict[str, dict[str, str]]:
    """The ways to the charts before and after this one, as far as there are any."""
    found = {"previous": position - 1, "next": position + 1}
    return {
        way: {
            "label": f"{measures[other].code} {measures[other].definition_in(today).name}",
            "url": chart_url(area, measures[other]),
        }
        for way, other in found.items()
        if 0 <= other < len(measures)
    }


def months_of_people(version: MeasureVersion) -> str:
    """What the months of a chart are, where a measure looks back."""
    back = -version.cohort_month_offset
    if not back:
        return ""
    later = "the month after" if back == 1 else f"{back} months later"
    return f"Each point stands at the month of the people it speaks of. Their number is reported for {later}."


@dataclass(frozen=True)
class Found:
    """A measure of an area and what its months say; findings is None while none is accepted."""

    measure: Measure
    version: MeasureVersion
    findings: Findings | None

    @cached_property
    def place(self) -> Place:
        return attention.place(self.findings)

    @property
    def has_numbers(self) -> bool:
        return self.findings is not None and self.findings.latest is not None


def find_all(reported: Iterable[MeasureSeries]) -> list[Found]:
    return [Found(item.measure, item.version, find(item.series) if item.series else None) for item in reported]


def heading(found: Iterable[Found]) -> str:
    """Three measures ask for an explanation. Six are getting better, fifteen are steady."""
    return attention.heading(each.place for each in found)


# A team's home


def latest_values(area: Area, found: Iterable[Found]) -> list[dict[str, object]]:
    """Each measure with its latest accepted value, what its chart says in a sentence, and the way to that chart."""
    values: list[dict[str, object]] = []
    for each in found:
        value, month = latest_number(each)
        values.append(
            {
                "code": each.measure.code,
                "name": each.version.name,
                "url": chart_url(area, each.measure),
                "value": value,
                "month": month,
                "sentence": sentences.sentence(each.findings) if each.findings else NOTHING_ACCEPTED,
                "spark": sparks.spark(each.findings) if each.findings else None,
            }
        )
    return values


# One chart

#: By the end of the address, in the order of the page.
FILES = {
    "svg": ("Chart as SVG", "to draw on"),
    "png": ("Chart as PNG", "for slides, with its text below"),
    "csv": ("Numbers as CSV", "for a spreadsheet"),
}


def downloads(area: Area, measure: Measure) -> list[dict[str, str]]:
    files = [
        {"label": label, "note": note, "url": reverse("submissions:chart_file", args=[area.slug, measure.code, form])}
        for form, (label, note) in FILES.items()
    ]
    report = {"label": "Board report", "note": "PDF", "url": report_url(area, measure)}
    return [*files, report]


def report_url(area: Area, measure: Measure | None = None) -> str:
    url = reverse("submissions:report", args=[area.slug])
    return f"{url}?measure={measure.code}" if measure else url


@dataclass(frozen=True)
class Next:
    """What follows from the chart, and whose it is."""

    #: Why the measure stands where it does among all of the team.
    reason: str
    question: str
    whose: str
    #: Are there flagged months to explain, further down the page?
    is_flagged: bool


#: Who does what the group asks for.
WHOSE = {
    "concern": "Whoever in the team knows what happened writes it down beside the flagged months, below.",
    "out_of_reach": "The team’s lead takes it to those who decide how the work is done.",
    "improvement": "Whoever in the team knows writes down what was done, below, so that others can learn from it.",
    "neutral": "Whoever in the team knows writes down what is different, below.",
    "too_few": "The team sends a month once it is over; NCISH accepts it.",
    "steady": "The team’s lead, at the next meeting.",
}


def what_is_next(found: Found) -> Next:
    place = found.place
    return Next(
        place.reason, attention.next_question(found.findings), WHOSE[place.group], place.group in attention.CHANGED
    )


# The grid


def eyebrow(area: Area, found: Sequence[Found]) -> str:
    """Frimley · 11 measures · to March 2026"""
    latest = max((each.findings.series.months[-1] for each in found if each.findings), default=None)
    return " · ".join(
        [area.short_name, *([counted(found)] if found else []), *([f"to {month_in_words(latest)}"] if latest else [])]
    )


def caption(found: Sequence[Found]) -> str:
    return f"{counted(found)}, those that need attention first"


def counted(found: Sequence[Found]) -> str:
    return "1 measure" if len(found) == 1 else f"{len(found)} measures"


@dataclass(frozen=True)
class Icon:
    name: str
    word: str


@dataclass(frozen=True)
class Row:
    """What one measure's row says, and the series that its small chart draws; None without a number."""

    code: str
    name: str
    url: str
    reason: str
    series: Series | None
    latest: str
    #: When the latest number is of.
    month: str
    #: The target and what the area itself wants to reach, a line each.
    aims: Sequence[str]
    #: The average, or the median, and the limits.
    centre: str
    limits: str
    variation: Icon
    assurance: Icon


@dataclass(frozen=True)
class Rows:
    """The rows of one group, as HTML."""

    title: str
    explanation: str
    rows: Sequence[str]


def grid(area: Area, found: Sequence[Found]) -> list[Rows]:
    """All measures, what needs attention first."""
    by_code = {each.measure.code: each for each in found}
    places = {code: each.place for code, each in by_code.items()}
    return [
        Rows(
            f"{group.title}: {len(codes)}",
            group.explanation,
            [as_html(row(area, by_code[code], places[code].reason)) for code in codes],
        )
        for group, codes in attention.in_order(places)
    ]


@lru_cache(maxsize=KEPT)
def as_html(row: Row) -> str:
    """The row is all that its HTML is made of, so that what is kept for a row is never out of date."""
    spark = sparks.spark(find(row.series)) if row.series else None
    return render_to_string("measures/_all_charts_row.html", {"row": row, "spark": spark})


def row(area: Area, found: Found, reason: str) -> Row:
    said = found.findings
    latest, month = latest_number(found)
    centre, limits = lines_in_words(said) if said else ("none", "")
    return Row(
        code=found.measure.code,
        name=found.version.name,
        url=chart_url(area, found.measure),
        reason=reason,
        series=said.series if said and said.latest else None,
        latest=latest,
        month=month.removeprefix("in "),
        aims=tuple(aims_in_words(said)) if said else (),
        centre=centre,
        limits=limits,
        variation=variation(said),
        assurance=assurance(said),
    )


def latest_number(found: Found) -> tuple[str, str]:
    """54 people, and the month that it is of."""
    latest = found.findings.latest if found.findings else None
    if found.findings is None or latest is None or latest.value is None:
        return "", ""
    series = found.findings.series
    number = sentences.with_unit(sentences.number_text(latest.value, series.decimals), series.unit)
    # A series stands at the months of its people: series.py has moved them already.
    of_people = "people of" if found.version.cohort_month_offset else "in"
    return number, f"{of_people} {month_in_words(latest.month)}"


def aims_in_words(said: Findings) -> list[str]:
    """The target first; an area's own aims are called its own."""
    series = said.series
    target = [] if series.target is None else [f"Target {sentences.amount(series.target, said)}"]
    return target + [
        f"Own aim {sentences.amount(aim.value, said)} from {month_in_words(aim.month)}" for aim in series.aims
    ]


def lines_in_words(said: Findings) -> tuple[str, str]:
    """The average, or the median, of the phase in which the latest month lies, and its limits."""
    phase, series = said.phases[-1], said.series
    if phase.centre is None:
        return "none", ""
    centre = f"{phase.called} {line_text(phase.centre, series)}"
    if not phase.has_enough_months:
        return centre, "no limits yet"
    if phase.limits_differ:
        return centre, "limits by the size of each month"
    if phase.lower is None or phase.upper is None:
        return centre, "no limits"
    low, high = findings.limit_texts(phase.lower, phase.upper, series)
    return centre, f"limits {low} to {high}"


def variation(said: Findings | None) -> Icon:
    if said is None:
        return Icon("none", "Too few months")
    return Icon(said.variation or "none", sentences.variation_words(said)[0])


def assurance(said: Findings | None) -> Icon:
    if said is None:
        return Icon("no_target", "Nothing to compare")
    return Icon(said.assurance or "no_target", sentences.assurance_words(said)[0])
