"""Accepted values, month by month -> what charts.py draws."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from sites.models import Milestone

from . import rules
from .models import (
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
    given = MeasureValue.objects.filter(measure__in=measures)
    accepted = by_area_and_measure(given.filter(revision__accepted_for__area__in=areas))
    waiting = by_area_and_measure(
        given.filter(revision__latest_for__area__in=areas, revision__accepted_for__isnull=True)
        if with_waiting
        else given.none()
    )
    months = defaultdict(list)
    for month in Submission.objects.filter(area__in=areas).select_related("period").order_by("period__month"):
        months[month.area_id].append(month)
    milestones = defaultdict(list)
    for milestone in Milestone.objects.filter(area__in=areas, change_tested=True, is_hidden=False):
        milestones[milestone.area_id].append(milestone)
    given_to = {
        (found.area_id, found.measure_id): found
        for found in with_what_was_said_of_charts(areas, measures, as_they_were=as_they_were)
    }
    return {
        area: [
            measure_series(
                measure,
                accepted[area.pk, measure.pk],
                months[area.pk],
                milestones[area.pk],
                area.series_begins_anew_on,
                today=today,
                waiting=waiting[area.pk, measure.pk],
                area_measure=given_to.get((area.pk, measure.pk)),
                as_they_were=as_they_were,
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


def by_area_and_measure(values: QuerySet[MeasureValue]) -> dict[tuple[int, int], dict[date, Given]]:
    """Values by month, by area and measure, in 2 queries.

    No MeasureValue is made of them: for a whole programme that would take half of a page's time.
    """
    rows = list(
        values.order_by().values_list(
            "revision__submission__area",
            "measure",
            "revision__submission__period__month",
            "version",
            "numerator",
            "denominator",
            "value",
            "no_data_reason",
        )
    )
    versions = MeasureVersion.objects.in_bulk({version for _, _, _, version, *_ in rows})
    found: dict[tuple[int, int], dict[date, Given]] = defaultdict(dict)
    for area, measure, month, version, numerator, denominator, value, reason in rows:
        found[area, measure][month] = Given(versions[version], numerator, denominator, value, reason)
    return found


def with_what_was_said_of_charts(
    areas: Sequence[Area], measures: Sequence[Measure], *, as_they_were: bool
) -> QuerySet[AreaMeasure]:
    """Who reports what, with the area's own aims, the stories and, unless as_they_were, the limits that are decided."""
    found = AreaMeasure.objects.filter(area__in=areas, measure__in=measures).prefetch_related(
        "aims", Prefetch("stories", Story.objects.select_related("by"))
    )
    if as_they_were:
        return found
    in_force = LimitsDecision.objects.filter(undone_at__isnull=True).select_related("milestone", "decided_by")
    return found.prefetch_related(Prefetch("limits_decisions", in_force))


def measure_series(
    measure: Measure,
    values: Mapping[date, Given],
    months: Sequence[Submission],
    milestones: Iterable[Milestone],
    anew: date | None = None,
    *,
    today: date,
    waiting: Mapping[date, Given] | None = None,
    area_measure: AreaMeasure | None = None,
    as_they_were: bool = False,
) -> MeasureSeries:
    """anew: when the area's board ended; a new phase begins, so that no rule reaches across, and the chart says why.

    waiting: what was sent and is not accepted yet. area_measure: with what was said of its chart
    (`with_what_was_said_of_charts`). as_they_were: without the decisions about its limits.
    """
    shown = {**(waiting or {}), **values}
    if not shown:
        return MeasureSeries(measure, measure.definition_in(today), None)
    all_months = every_month(min(shown), max(shown))
    latest = shown[max(values or shown)].version
    offset = latest.cohort_month_offset
    labels = [shifted(month, offset) for month in all_months]
    by_month = {submission.period.month: submission for submission in months}
    points = [point(values.get(month), by_month.get(month)) for month in all_months]
    hollow = [hollow_point(values.get(month), waiting.get(month)) for month in all_months] if waiting else []
    counted = [counted_as(latest, values.get(month)) for month in all_months]
    denominators = [value.denominator if value else None for value in counted]
    chosen = chart_kinds.choose(measure.code, latest.kind, denominators, chosen_by_ncish(area_measure, latest.kind))
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
    )
    if area_measure is not None:
        series = as_said(series, area_measure, as_they_were=as_they_were)
    return MeasureSeries(measure, latest, series)


def counted_as(version: MeasureVersion, given: Given | None) -> Given | None:
    """What was counted in another way keeps its value; its numerator and denominator are no part of this chart's."""
    if given is None:
        return None
    kind, multiplier = given.version.kind, given.version.rate_multiplier
    return given if (kind, multiplier) == (version.kind, version.rate_multiplier) else None


def chosen_by_ncish(area_measure: AreaMeasure | None, kind: str) -> chart_kinds.Override | None:
    """The chart that NCISH chose instead of the table's, unless that was under a definition of another kind."""
    if area_measure is None or area_measure.chart not in chart_kinds.CHOICES[kind]:
        return None
    return chart_kinds.Override(area_measure.chart, area_measure.chart_reason)


def as_said(series: findings.Series, area_measure: AreaMeasure, *, as_they_were: bool) -> findings.Series:
    """With the area's own aims, what its team says of flagged months, and the limits as a person decided them."""
    series = replace(
        series,
        aims=sorted(findings.Aim(aim.from_month, float(aim.value)) for aim in area_measure.aims.all()),
        stories=sorted(
            findings.Said(
                story.from_month, story.to_month, story.text, str(story.by), timezone.localdate(story.made_at)
            )
            for story in area_measure.stories.all()
        ),
    )
    return series if as_they_were else limits.applied(series, area_measure.limits_decisions.all())


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
    return [month for before, month in pairwise(sorted(values)) if values[before].version != values[month].version]


def month_of(day: date | None, months: Sequence[date]) -> list[date]:
    """The month of a day, if it is one of these: a month in which the board ended is already the other's."""
    return [month for month in months if day and month == day.replace(day=1)]


def numbered(milestones: Iterable[Milestone]) -> list[findings.Milestone]:
    """What the team did, the oldest first."""
    events = sorted((milestone.date, milestone.title) for milestone in milestones)
    return [findings.Milestone(day, number, title) for number, (day, title) in enumerate(events, start=1)]


def every_month(first: date, last: date) -> list[date]:
    months = [first]
    while months[-1] < last:
        months.append(shifted(months[-1], 1))
    return months


def point(value: Given | None, month: Submission | None) -> tuple[float | None, str]:
    """The number of a month, or None and the words for why there is none."""
    if value is None:
        if month is None or month.state == State.NOT_STARTED:
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
