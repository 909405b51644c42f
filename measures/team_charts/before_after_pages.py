"""Before and after each change that a team tested, as finished values for the page of a chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from django.urls import reverse

from measures.geometry.before_after_drawing import Comparison, draw
from measures.models import Expectation
from measures.reporting_calendar import month_in_words
from measures.statistics import expectations
from measures.statistics.before_after import (
    WHAT_LIKELY_MEANS,
    BeforeAfter,
    Change,
    Side,
    cautions,
    compare,
    difference_texts,
    mean_text,
    sentence,
)
from measures.statistics.findings import Findings, find
from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.models import User

from . import expecting, expecting_pages
from .expecting import Standing

if TYPE_CHECKING:
    from measures.series import MeasureSeries
    from sites.models import Area, Milestone


#: Where nothing was recorded.
NOTHING = Standing(None, 0)


@dataclass(frozen=True)
class Row:
    label: str
    text: str


@dataclass(frozen=True)
class Expecting:
    """What was expected and what the chart answers; all of it empty where nothing was.

    link: what the lead may do, and where.
    """

    recorded: str = ""
    by_whom: str = ""
    title: str = ""
    words: str = ""
    tone: str = ""
    link: str = ""
    url: str = ""


@dataclass(frozen=True)
class Block:
    """One change. Where the two sides cannot be compared no number invites to do so: no drawing and no rows."""

    id: str
    heading: str
    sentence: str
    comparison: Comparison | None
    rows: Sequence[Row]
    cautions: Sequence[str]
    expecting: Expecting


@dataclass(frozen=True)
class Blocks:
    """All changes of an area, the latest first; what_likely_means is empty where no interval is shown."""

    blocks: Sequence[Block]
    what_likely_means: str


def blocks(area: Area, item: MeasureSeries, user: User) -> Blocks:
    """What the chart of a measure says of each change that the area tested: 5 queries, however many there are."""
    tested = expecting.tested_by(area) if item.series else []
    if item.series is None or not tested:
        return Blocks([], "")
    code = item.measure.code
    area_measure = area.area_measures.get(measure__code=code)
    known = expecting.months_with_numbers(area_measure)
    recorded = expecting.by_milestone(area_measure.expectations.select_related("recorded_by", "undone_by"))
    may_record = permissions.may_say_what_to_expect(user, area)
    found = []
    for one in compared_changes(find(item.series), tested):
        months_known = expecting.known_after(one.compared.change, known)
        standing = replace(recorded.get(one.milestone.pk, NOTHING), months_known=months_known)
        url = reverse("submissions:expect", args=[area.slug, code, one.milestone.pk]) if may_record else ""
        found.append(block(one, standing, url))
    has_intervals = any(len(one.rows) > 2 for one in found)
    return Blocks(found, WHAT_LIKELY_MEANS if has_intervals else "")


class ComparedChange(NamedTuple):
    """A change that was tested, the area's other ones, and what its months say."""

    milestone: Milestone
    others: Sequence[Change]
    compared: BeforeAfter

    @property
    def heading(self) -> str:
        return f"Milestone {self.compared.change.number}, {self.milestone.when}: {self.milestone.title}"

    @property
    def is_comparable(self) -> bool:
        return self.compared.outcome not in ("apart", "too_few")


def compared_changes(findings: Findings, tested: Sequence[Milestone]) -> list[ComparedChange]:
    """All changes of an area on the chart of a measure, the latest first."""
    changes = expecting.tested_changes(tested)
    found = []
    for milestone in sorted(tested, key=lambda one: -changes[one.pk].number):
        change = changes[milestone.pk]
        if change.last < findings.series.months[0]:
            continue  # over before the chart begins: there is nothing to compare
        others = [other for key, other in changes.items() if key != milestone.pk]
        found.append(ComparedChange(milestone, others, compare(findings, change, others)))
    return found


def block(one: ComparedChange, standing: Standing, url: str) -> Block:
    """url: where the person may say what they expect; empty if they may not."""
    name = f"before-after-{one.compared.change.number}"
    return Block(
        id=name,
        heading=one.heading,
        sentence=sentence(one.compared),
        comparison=draw(one.compared, name=name) if one.is_comparable else None,
        rows=rows(one.compared) if one.is_comparable else [],
        cautions=cautions(one.compared),
        expecting=expecting_in_words(one, standing, url if one.is_comparable else ""),
    )


def rows(compared: BeforeAfter) -> list[Row]:
    """The numbers of the drawing."""
    series = compared.findings.series
    found = [
        Row(name, f"{mean_text(one, series)} on average, {months_of(one, compared)}" if one.numbers else "No month")
        for name, one in (("Before", compared.before), ("After", compared.after))
    ]
    if compared.outcome in ("difference", "uncertain"):
        by, low, high = difference_texts(compared)
        found += [Row("Difference", by), Row("Likely between", f"{low} and {high}")]
    return found


def months_of(one: Side, compared: BeforeAfter) -> str:
    """18 months, April 2021 to September 2022"""
    months = compared.findings.series.months
    first, last = month_in_words(months[one.start]), month_in_words(months[one.stop - 1])
    count = expecting_pages.months_in_words(one.numbers)
    return f"{count}, {first}" if first == last else f"{count}, {first} to {last}"


TONES = {"as_expected": "good", "not_yet": "quiet", "other_way": "ask", "no_answer": "quiet"}


def expecting_in_words(one: ComparedChange, standing: Standing, url: str) -> Expecting:
    """url: where the person may record something; empty if they may not."""
    found = standing.expectation
    may = url and standing.is_open
    if found is None:
        said = Expecting(link="Say what you expect before you see it" if may else "", url=url if may else "")
        return replace(said, **taken_back(standing.taken_back[-1])) if standing.taken_back else said
    expected = expectations.Expected(found.direction, found.by_month)
    answer = expectations.answer(one.compared.findings, one.compared.change, one.others, expected)
    return Expecting(
        recorded=expecting_pages.in_words(found),
        by_whom=expecting_pages.by_whom(found),
        title=answer.title,
        words=answer.words,
        tone=TONES[answer.key],
        link=("Change what you expect" if may else "Take back what you expected") if url else "",
        url=url if may or not url else f"{url}take-back/",
    )


def taken_back(last: Expectation) -> dict[str, str]:
    """What was expected, and that it was taken back: the chart does not answer it."""
    return {
        "recorded": expecting_pages.in_words(last),
        "by_whom": expecting_pages.by_whom(last),
        "title": "Taken back",
        "words": expecting_pages.taken_back_by(last),
        "tone": "quiet",
    }
