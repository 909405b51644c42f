"""Special causes without a story: what NCISH would like to ask areas.

A story explains a special cause if it covers its last flagged month, and a run that has simply gone on since it was
told (`Findings.story_of`). Only what is recent is asked, so that the list is one of work to do and not an archive.
Areas stand A to Z, measures in the order of the dictionary, months in theirs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from django.core.cache import cache
from django.db.models import Count, F, Max, Min, Sum
from django.utils import timezone

from measures.models import (
    AreaMeasure,
    LimitsDecision,
    MeasureValue,
    QueryAnswer,
    State,
    Story,
    Submission,
    SubmissionEvent,
)
from measures.statistics.findings import Findings, SpecialCause
from measures.wording import shifted

from .across import Charts, Collected, measures_of
from .across import charts as charts_of

if TYPE_CHECKING:
    from sites.models import Area

#: A special cause is asked about while its last month is one of so many before this one.
RECENT_MONTHS = 6
#: How long a count is kept, in seconds.
KEPT_FOR = 60 * 60


class Said(NamedTuple):
    """What the team has said beside a month, which is the beginning of a story."""

    month: date
    words: str


@dataclass(frozen=True)
class Unexplained:
    """A special cause that no story explains.

    first, last: of its months on the chart. seen_on: the day on which the month that made the rule fire was accepted.
    said: notes and answers of the team in these months, and stories that end before its last month.
    """

    cause: SpecialCause
    first: date
    last: date
    seen_on: date | None
    said: Sequence[Said]


@dataclass(frozen=True)
class OpenQuestion:
    """One chart and what is unexplained on it."""

    chart: Collected
    findings: Findings
    unexplained: Sequence[Unexplained]


def find(areas: Sequence[Area], charts: Charts, *, today: date, kind: str = "") -> list[OpenQuestion]:
    """One question for each chart that has any, in the order of the charts; 3 queries. kind: of these causes only."""
    recent = {
        key: causes
        for key, chart in charts.items()
        if chart.findings and (causes := recent_causes(chart, chart.findings, today=today, kind=kind))
    }
    if not recent:
        return []
    words, accepted = said_by_teams(areas), first_accepted(areas)
    questions = []
    for key, causes in recent.items():
        chart = charts[key]
        unexplained = [
            unexplained_cause(chart, chart.findings, cause, words[key], accepted)
            for cause in causes
            if chart.findings and not chart.findings.story_of(cause)
        ]
        if unexplained and chart.findings:
            questions.append(OpenQuestion(chart, chart.findings, unexplained))
    return questions


def count(areas: Sequence[Area], *, today: date) -> int:
    """How many charts ask for a story. Kept until something that they say may have changed, at most for an hour."""
    found: int | None = cache.get(key := what_charts_rest_on(areas, today=today))
    if found is None:
        measures = list(measures_of(areas))
        found = len(find(areas, charts_of(areas, measures, today=today), today=today))
        cache.set(key, found, KEPT_FOR)
    return found


def what_charts_rest_on(areas: Sequence[Area], *, today: date) -> str:
    """A name for what was accepted, decided and told: another one whenever one of them changes. 4 queries.

    What curators change in the dictionary or of an area is not in it; hence the hour.
    """
    within = {"area_measure__area__in": areas}
    rests_on = [
        sorted(area.pk for area in areas),
        oldest_month(today),
        Submission.objects.filter(area__in=areas).aggregate(Count("accepted_revision"), Sum("accepted_revision")),
        list(AreaMeasure.objects.filter(area__in=areas).exclude(chart="").order_by("pk").values_list("pk", "chart")),
        Story.objects.filter(**within).aggregate(Count("pk"), Max("made_at")),
        LimitsDecision.objects.filter(**within).aggregate(Count("pk"), Max("decided_at"), Max("undone_at")),
    ]
    return f"open-questions:{sha256(repr(rests_on).encode()).hexdigest()}"


def recent_causes(chart: Collected, findings: Findings, *, today: date, kind: str) -> list[SpecialCause]:
    since = oldest_month(today)
    return [
        cause
        for cause in findings.special_causes
        if reported_in(chart, last_month(cause, findings)) >= since and kind in ("", cause.kind)
    ]


def oldest_month(today: date) -> date:
    return shifted(today.replace(day=1), -RECENT_MONTHS)


def last_month(cause: SpecialCause, findings: Findings) -> date:
    return findings.months[cause.rows[-1]].month


def reported_in(chart: Collected, month: date) -> date:
    """The month in which the number of a chart's month is reported: some measures look back."""
    return shifted(month, -chart.version.cohort_month_offset)


def unexplained_cause(
    chart: Collected,
    findings: Findings,
    cause: SpecialCause,
    words: Iterable[Said],
    accepted: Mapping[tuple[int, date], date],
) -> Unexplained:
    first, last = findings.months[cause.rows[0]].month, last_month(cause, findings)
    earlier = [Said(story.last, story.text) for story in findings.series.stories if first <= story.last < last]
    beside = [
        said._replace(month=shifted(said.month, chart.version.cohort_month_offset))
        for said in words
        if reported_in(chart, first) <= said.month <= reported_in(chart, last)
    ]
    return Unexplained(
        cause,
        first,
        last,
        accepted.get((chart.area.pk, reported_in(chart, cause.fired))),
        sorted([*earlier, *beside]),
    )


def said_by_teams(areas: Sequence[Area]) -> dict[tuple[int, int], list[Said]]:
    """Notes with accepted values, and answers to what the portal asked about them: by area and measure, in two queries.

    Months are those in which the values were reported. The same words, given twice, are said once.
    """
    accepted = MeasureValue.objects.filter(revision__accepted_for__area__in=areas)
    of, month = "revision__submission__area", "revision__submission__period__month"
    notes = accepted.exclude(note="").values_list(of, "measure", month, "note")
    answers = QueryAnswer.objects.filter(value__in=accepted).values_list(of, "value__measure", month, "note")
    found = defaultdict(list)
    for area, measure, reported, words in dict.fromkeys([*notes, *answers]):
        found[area, measure].append(Said(reported, words))
    return found


def first_accepted(areas: Sequence[Area]) -> dict[tuple[int, date], date]:
    """When each month of each area was first accepted."""
    events = (
        SubmissionEvent.objects.filter(submission__area__in=areas, to_state=State.ACCEPTED)
        .values(area=F("submission__area"), month=F("submission__period__month"))
        .annotate(first=Min("when"))
        .values_list("area", "month", "first")
        .order_by()
    )
    return {(area, month): timezone.localdate(first) for area, month, first in events}
