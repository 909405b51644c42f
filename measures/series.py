"""Accepted values, month by month -> what charts.py draws."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db.models import QuerySet, prefetch_related_objects
from django.utils import timezone

from sites.models import Milestone

from . import rules
from .models import (
    AreaAim,
    AreaMeasure,
    LimitsDecision,
    Measure,
    MeasureValue,
    MeasureVersion,
    NoDataReason,
    State,
    Story,
    Submission,
)
from .statistics import chart_kinds, findings
from .team_charts import limits
from .wording import shifted

if TYPE_CHECKING:
    from sites.models import Area

NOBODY = "nobody in this group"
BOARD_ENDED = "The area’s board ended. Before and after are read apart until NCISH says that they are one series."
NEW_DEFINITION = "Counted by version {number} of the definition: nothing before may be compared with what follows."


@dataclass(frozen=True)
class MeasureSeries:
    """One measure of one area, month by month; the series is None while nothing is accepted."""

    measure: Measure
    version: MeasureVersion
    series: findings.Series | None


def reported_measures(area: Area) -> list[Measure]:
    """All measures that the area reports or has reported, in the order of the dictionary."""
    reported = Measure.objects.filter(area_measures__area=area)
    return list(reported.prefetch_related("versions").order_by("domain__order", "code"))


def series_of_area(
    area: Area,
    measures: Sequence[Measure],
    *,
    today: date,
    with_waiting: bool = False,
    as_they_were: bool = False,
) -> list[MeasureSeries]:
    """`series_of_areas` of one area."""
    found = series_of_areas([area], measures, today=today, with_waiting=with_waiting, as_they_were=as_they_were)
    return found[area]


def series_of_areas(
    areas: Sequence[Area],
    measures: Sequence[Measure],
    *,
    today: date,
    with_waiting: bool = False,
    as_they_were: bool = False,
) -> dict[Area, list[MeasureSeries]]:
    """The accepted values of these measures by area: as many items for each, both in the order that was given.

    with_waiting: with what was sent and is not accepted yet, for the team's own chart and NCISH.
    as_they_were: with the limits as they were before anybody recalculated or fixed them.
    A constant number of queries, whatever the number of areas, measures and months.
    """
    prefetch_related_objects(measures, "versions")
    versions = {version.pk: version for measure in measures for version in measure.versions.all()}
    given = MeasureValue.objects.filter(measure__in=[measure.pk for measure in measures])
    accepted = by_area_and_measure(given.filter(revision__accepted_for__area__in=areas), versions)
    waiting = by_area_and_measure(
        given.filter(revision__latest_for__area__in=areas, revision__accepted_for__isnull=True)
        if with_waiting
        else given.none(),
        versions,
    )
    states: dict[int, dict[date, str]] = defaultdict(dict)
    sent = Submission.objects.filter(area__in=areas)
    for area_id, month, state in sent.order_by().values_list("area", "period__month", "state"):
        states[area_id][month] = state
    milestones = defaultdict(list)
    for milestone in Milestone.objects.filter(area__in=areas, change_tested=True, is_hidden=False):
        milestones[milestone.area_id].append(milestone)
    said = what_was_said_of_charts(areas, measures, as_they_were=as_they_were)
    return {
        area: [
            measure_series(
                measure,
                accepted[area.pk, measure.pk],
                states[area.pk],
                milestones[area.pk],
                area.series_begins_anew_on,
                today=today,
                waiting=waiting[area.pk, measure.pk],
                said=said.get((area.pk, measure.pk), NOTHING_SAID),
            )
            for measure in measures
        ]
        for area in areas
    }


class Given(NamedTuple):
    """The number of a measure for one month, or why there is none, as a revision has it."""

    version: MeasureVersion
    numerator: Decimal | None
    denominator: int | None
    value: Decimal | None
    no_data_reason: str


def by_area_and_measure(
    values: QuerySet[MeasureValue], versions: Mapping[int, MeasureVersion]
) -> dict[tuple[int, int], dict[date, Given]]:
    """Values by month, by area and measure, in one query.

    No MeasureValue is made of them: for a whole programme that would take half of a page's time.
    """
    rows = values.order_by().values_list(
        "revision__submission__area",
        "measure",
        "revision__submission__period__month",
        "version",
        "numerator",
        "denominator",
        "value",
        "no_data_reason",
    )
    found: dict[tuple[int, int], dict[date, Given]] = defaultdict(dict)
    for area, measure, month, version, numerator, denominator, value, reason in rows:
        found[area, measure][month] = Given(versions[version], numerator, denominator, value, reason)
    return found


class SaidOfChart(NamedTuple):
    """The chart that NCISH chose, the area’s own aims, what its team says of flagged months, the limits in force."""

    chosen: chart_kinds.Override
    aims: list[findings.Aim]
    stories: list[findings.Said]
    limits: list[LimitsDecision]


NOTHING_SAID = SaidOfChart(chart_kinds.Override("", ""), [], [], [])


def what_was_said_of_charts(
    areas: Sequence[Area], measures: Sequence[Measure], *, as_they_were: bool
) -> dict[tuple[int, int], SaidOfChart]:
    """By area and measure, in 4 queries; as_they_were: without the limits that were decided."""
    reported = AreaMeasure.objects.filter(area__in=areas, measure__in=measures).order_by()
    keys, said = {}, {}
    for pk, area, measure, chart, reason in reported.values_list("pk", "area", "measure", "chart", "chart_reason"):
        keys[pk] = area, measure
        said[pk] = SaidOfChart(chart_kinds.Override(chart, reason), [], [], [])
    aims = AreaAim.objects.filter(area_measure__in=keys).order_by("from_month")
    for pk, month, value in aims.values_list("area_measure", "from_month", "value"):
        said[pk].aims.append(findings.Aim(month, float(value)))
    for story in Story.objects.filter(area_measure__in=keys).select_related("by").order_by():
        on = timezone.localdate(story.made_at)
        told = findings.Said(story.from_month, story.to_month, story.text, str(story.by), on)
        said[story.area_measure_id].stories.append(told)
    if not as_they_were:
        in_force = LimitsDecision.objects.filter(area_measure__in=keys, undone_at__isnull=True)
        for decision in in_force.select_related("milestone", "decided_by").order_by("decided_at", "pk"):
            said[decision.area_measure_id].limits.append(decision)
    return {keys[pk]: found for pk, found in said.items()}


def measure_series(
    measure: Measure,
    values: Mapping[date, Given],
    states: Mapping[date, str],
    milestones: Iterable[Milestone],
    anew: date | None = None,
    *,
    today: date,
    waiting: Mapping[date, Given] | None = None,
    said: SaidOfChart = NOTHING_SAID,
) -> MeasureSeries:
    """states: of the area's months. anew: when the area's board ended; a new phase begins, so that no rule reaches
    across, and the chart says why.

    waiting: what was sent and is not accepted yet.
    """
    shown = {**(waiting or {}), **values}
    if not shown:
        return MeasureSeries(measure, measure.definition_in(today), None)
    all_months = every_month(min(shown), max(shown))
    latest = shown[max(values or shown)].version
    offset = latest.cohort_month_offset
    labels = every_month(shifted(all_months[0], offset), shifted(all_months[-1], offset))
    points = [point(values.get(month), states.get(month)) for month in all_months]
    hollow = [hollow_point(values.get(month), waiting.get(month)) for month in all_months] if waiting else []
    counted = [counted_as(latest, values.get(month)) for month in all_months]
    denominators = [value.denominator if value else None for value in counted]
    chosen = chart_kinds.choose(measure.code, latest.kind, denominators, chosen_by_ncish(said.chosen, latest.kind))
    series = findings.Series(
        title=f"{measure.code} {latest.name}",
        unit=latest.unit,
        months=labels,
        values=[value for value, _ in points],
        reasons=[reason for _, reason in points],
        waiting=hollow if any(value is not None for value in hollow) else (),
        improvement_direction=latest.improvement_direction,
        target=None if latest.target is None else float(latest.target),
        milestones=numbered(milestones),
        decimals=latest.decimals,
        kind=latest.kind,
        numerators=[None if value is None or value.numerator is None else float(value.numerator) for value in counted],
        denominators=denominators,
        multiplier={rules.PROPORTION: 100, rules.RATE: latest.rate_multiplier}.get(latest.kind) or 1,
        chart=chosen.chart,
        why_this_chart=chosen.why,
        caution=chosen.caution,
        beginnings=beginnings(values, labels, anew, offset),
        run_points=settings.RUN_POINTS,
        aims=said.aims,
        stories=sorted(said.stories),
    )
    return MeasureSeries(measure, latest, limits.applied(series, said.limits))


def counted_as(version: MeasureVersion, given: Given | None) -> Given | None:
    """What was counted in another way keeps its value; its numerator and denominator are no part of this chart's."""
    if given is None:
        return None
    if given.version is version:
        return given
    kind, multiplier = given.version.kind, given.version.rate_multiplier
    return given if (kind, multiplier) == (version.kind, version.rate_multiplier) else None


def chosen_by_ncish(chosen: chart_kinds.Override, kind: str) -> chart_kinds.Override | None:
    """The chart that NCISH chose instead of the table's, unless that was under a definition of another kind."""
    return chosen if chosen.chart in chart_kinds.CHOICES[kind] else None


def beginnings(
    values: Mapping[date, Given], labels: Sequence[date], anew: date | None, offset: int
) -> list[findings.Beginning]:
    """Where a phase begins, and why."""
    definitions = [
        findings.Beginning(
            shifted(month, offset), "definition", NEW_DEFINITION.format(number=values[month].version.number)
        )
        for month in new_definitions(values)
    ]
    boards = [findings.Beginning(month, "board", BOARD_ENDED) for month in month_of(anew, labels)]
    return sorted([*definitions, *boards])


def new_definitions(values: Mapping[date, Given]) -> list[date]:
    """The months whose value was given under another definition than the value before it: a new phase begins there,
    so that no rule and no limit reaches across."""
    return [month for before, month in pairwise(sorted(values)) if values[before].version is not values[month].version]


def month_of(day: date | None, months: Sequence[date]) -> list[date]:
    """The month of a day, if it is one of these: a month in which the board ended is already the other's."""
    return [month for month in months if day and month == day.replace(day=1)]


def numbered(milestones: Iterable[Milestone]) -> list[findings.Milestone]:
    """What the team did, the oldest first."""
    events = sorted((milestone.date, milestone.title) for milestone in milestones)
    return [findings.Milestone(day, number, title) for number, (day, title) in enumerate(events, start=1)]


@lru_cache(maxsize=256)
def every_month(first: date, last: date) -> tuple[date, ...]:
    months = [first]
    while months[-1] < last:
        months.append(shifted(months[-1], 1))
    return tuple(months)


def point(value: Given | None, state: str | None) -> tuple[float | None, str]:
    """The number of a month, or None and the words for why there is none."""
    if value is None:
        if state in (None, State.NOT_STARTED):
            return None, "not sent"
        return None, "not accepted yet"
    if value.no_data_reason:
        return None, NoDataReason(value.no_data_reason).label.lower()
    version = value.version
    result = rules.result(version.kind, value.numerator, value.denominator, value.value, version.rate_multiplier)
    return (None, NOBODY) if result is None else (float(result), "")


def hollow_point(accepted: Given | None, waiting: Given | None) -> float | None:
    """The number that waits; None where there is none, or where the same one counts already."""
    number = None if waiting is None else point(waiting, None)[0]
    return None if accepted is not None and number == point(accepted, None)[0] else number
