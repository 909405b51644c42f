"""What open_questions.py asks areas, in finished values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.urls import reverse

from measures.charts import cause_note
from measures.reporting_calendar import month_in_words
from measures.statistics.findings import WORDS_OF_KIND, Findings

from .across_pages import counted
from .open_questions import OpenQuestion, Said, Unexplained

#: What is asked, by the kind of the special cause.
ASKS = {
    "improvement": "This is an improvement: what did your team do, or what else happened?",
    "concern": "This is a concern: what happened, as far as you know?",
    "neutral": "This is a change: what happened, as far as you know?",
}


@dataclass(frozen=True)
class Happened:
    """One special cause. about: of which kind, since when, open for how long."""

    icon: str
    about: str
    words: str


@dataclass(frozen=True)
class Asked:
    """One chart on the list. said: what the team has written. message: for an analyst to send, months and no number."""

    code: str
    name: str
    url: str
    happened: Sequence[Happened]
    said: Sequence[str]
    message: str


@dataclass(frozen=True)
class AskedOfArea:
    area: str
    slug: str
    questions: Sequence[Asked]


def asked(questions: Iterable[OpenQuestion], *, today: date, site: str) -> list[AskedOfArea]:
    """The questions area by area. site: what stands before a path in an address, for the messages."""
    return [
        AskedOfArea(area.short_name, area.slug, [asked_of(question, today=today, site=site) for question in of_area])
        for area, of_area in groupby(questions, key=lambda question: question.chart.area)
    ]


def asked_of(question: OpenQuestion, *, today: date, site: str) -> Asked:
    chart, found = question.chart, question.findings
    address = [chart.area.slug, chart.measure.code]
    return Asked(
        chart.measure.code,
        chart.version.name,
        reverse("submissions:chart", args=address),
        [happened(each, found, today=today) for each in question.unexplained],
        said_in_words(said for each in question.unexplained for said in each.said),
        message(question, f"{site}{reverse('submissions:story', args=address)}"),
    )


def happened(each: Unexplained, findings: Findings, *, today: date) -> Happened:
    cause = each.cause
    about = [WORDS_OF_KIND[cause.kind], f"since {month_in_words(each.first)}"]
    if each.seen_on:
        about.append(f"open for {counted((today - each.seen_on).days, 'day')}")
    icon = f"{cause.kind}_{'high' if cause.is_high else 'low'}"
    return Happened(icon, ", ".join(about), cause_note(cause, findings).words)


def said_in_words(said: Iterable[Said]) -> list[str]:
    """The team wrote for May 2026 and June 2026: “A second clinic opened.” What was said twice is told once."""
    months: dict[str, list[date]] = defaultdict(list)
    for month, words in sorted(set(said)):
        months[words].append(month)
    return [
        f"The team wrote for {listed([month_in_words(month) for month in each])}: “{words}”"
        for words, each in months.items()
    ]


def listed(words: Sequence[str]) -> str:
    """May, June and July"""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def message(question: OpenQuestion, address: str) -> str:
    chart = question.chart
    lines = [f"{chart.measure.code} {chart.version.name}, {chart.area.short_name}"]
    lines += [without_numbers(each, question.findings) for each in question.unexplained]
    lines += dict.fromkeys(ASKS[each.cause.kind] for each in question.unexplained)
    lines += [f"Please write a sentence or two here: {address}", "“We do not know” is an answer too."]
    return "\n".join(lines)


def without_numbers(each: Unexplained, findings: Findings) -> str:
    """What a special cause is, for a letter: no submitted number and no line of a chart leaves the portal."""
    cause = each.cause
    flagged = [month_in_words(findings.months[row].month) for row in cause.rows]
    months = flagged[0] if len(flagged) == 1 else f"{flagged[0]} to {flagged[-1]}"
    side, limit = ("above", "upper") if cause.is_high else ("below", "lower")
    is_are = "is" if len(flagged) == 1 else "are"
    return {
        "astronomical": f"{listed(flagged)} {is_are} {side} the {limit} limit of your chart.",
        "trend": f"{months}: each month is {'higher' if cause.is_high else 'lower'} than the one before.",
        "two_in_three": f"{listed(flagged)} are close to the {limit} limit of your chart.",
        "shift": f"{months}: all months are {side} the average of your chart.",
        "long_run": f"{months}: more months in a row are {side} the centre line of your chart than chance explains.",
        "few_crossings": f"{months}: your line crosses the centre line less often than chance explains.",
    }[cause.rule]
