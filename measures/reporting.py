"""Which area reports what in which month: opens months, and knows the measures of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max, Min

from . import reporting_calendar, rules
from .models import AreaMeasure, Domain, MeasureValue, MeasureVersion, ReportingPeriod, Submission

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from sites.models import Area


@dataclass(frozen=True)
class ReportedMeasure:
    """A measure that an area reports in a month, in the version that holds then."""

    version: MeasureVersion
    definition: rules.Definition


@dataclass(frozen=True)
class Section:
    """A chapter of the dictionary with its measures of a month: one page of the form."""

    domain: Domain
    measures: list[ReportedMeasure]

    @property
    def codes(self) -> list[str]:
        return [item.definition.code for item in self.measures]


def sections_of(reported: Iterable[ReportedMeasure]) -> list[Section]:
    """The measures of a month by their chapters, both in the order of the dictionary."""
    return [
        Section(domain, list(measures))
        for domain, measures in groupby(reported, lambda item: item.version.measure.domain)
    ]


def measures_of_month(area: Area, month: date) -> list[ReportedMeasure]:
    """In the order of the dictionary; 2 queries."""
    reported = AreaMeasure.objects.filter(area=area).reported_in(month)
    versions = (
        MeasureVersion.objects.valid_in(month)
        .filter(measure__in=reported.values("measure"), measure__withdrawn=False)
        .select_related("measure__domain", "denominator_group")
        .order_by("measure__domain__order", "measure__code")
    )
    began = dict(
        MeasureVersion.objects.filter(measure__in=reported.values("measure"))
        .values_list("measure")
        .annotate(Min("valid_from"))
    )
    return [ReportedMeasure(version, version.definition(began[version.measure_id])) for version in versions]


def measures_of_months(area: Area, months: Iterable[date]) -> dict[date, list[ReportedMeasure]]:
    """`measures_of_month` for each of the months; 2 queries for all of them."""
    reported = list(AreaMeasure.objects.filter(area=area, measure__withdrawn=False))
    versions: dict[int, list[MeasureVersion]] = {}
    for version in (
        MeasureVersion.objects.filter(measure__in=[item.measure_id for item in reported])
        .select_related("measure__domain", "denominator_group")
        .order_by("measure__domain__order", "measure__code", "valid_from")
    ):
        versions.setdefault(version.measure_id, []).append(version)
    found: dict[date, list[ReportedMeasure]] = {}
    for month in months:
        asked = {
            item.measure_id
            for item in reported
            if item.from_month <= month and (item.until_month is None or item.until_month >= month)
        }
        found[month] = [
            ReportedMeasure(valid[-1], valid[-1].definition(of_measure[0].valid_from))
            for measure, of_measure in versions.items()
            if measure in asked and (valid := [each for each in of_measure if each.valid_from <= month])
        ]
    return found


def last_month_given(versions: QuerySet[MeasureVersion]) -> date | None:
    """The last month for which an area has handed over numbers under one of these versions."""
    given = MeasureValue.objects.filter(version__in=versions)
    last: date | None = given.aggregate(last=Max("revision__submission__period__month"))["last"]
    return last


@transaction.atomic
def open_period(month: date) -> ReportingPeriod:
    """The month, with a row for every area that reports in it. Safe to call again."""
    period, _ = ReportingPeriod.objects.get_or_create(
        month=month, defaults={"due_on": reporting_calendar.due_on(month)}
    )
    add_submissions([period])
    return period


def add_submissions(periods: Iterable[ReportingPeriod], area: Area | None = None) -> int:
    """Make the rows that are missing, for every reporting area or, when one joins, for that area.

    Returns how many were missing.
    """
    missing = []
    for period in periods:
        reporting = AreaMeasure.objects.reported_in(period.month)
        if area is not None:
            reporting = reporting.filter(area=area)
        there = Submission.objects.filter(period=period).values("area")
        missing += [
            Submission(area_id=pk, period=period)
            for pk in reporting.exclude(area__in=there).values_list("area", flat=True).order_by("area").distinct()
        ]
    Submission.objects.bulk_create(missing, ignore_conflicts=True)  # two people may open a month at once
    return len(missing)


def area_joins(area: Area) -> int:
    """After a change of what an area reports: rows for every open month in which it reports now."""
    return add_submissions(ReportingPeriod.objects.all(), area)
