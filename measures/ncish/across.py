"""What the charts of many areas say, side by side, for NCISH.

Areas stand A to Z, measures in the order of the dictionary. Nothing is ordered by value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from measures.models import AreaMeasure, Measure, MeasureVersion
from measures.series import series_of_areas
from measures.statistics.findings import Findings, find

if TYPE_CHECKING:
    from sites.models import Area


@dataclass(frozen=True)
class Collected:
    """One measure that an area collects, or has collected; without findings while none of its months is accepted."""

    area_measure: AreaMeasure
    area: Area
    measure: Measure
    version: MeasureVersion
    findings: Findings | None


#: By the keys of area and measure; what an area does not collect is not in it.
Charts = Mapping[tuple[int, int], Collected]


def areas_with_measures(areas: QuerySet[Area]) -> QuerySet[Area]:
    """Those that collect something, or have, A to Z."""
    return areas.filter(pk__in=AreaMeasure.objects.values("area")).order_by("short_name")


def measures_of(areas: Iterable[Area]) -> QuerySet[Measure]:
    """What at least one of these areas collects, in the order of the dictionary."""
    collected = AreaMeasure.objects.filter(area__in=areas).values("measure")
    return (
        Measure.objects.filter(pk__in=collected)
        .select_related("domain")
        .prefetch_related("versions")
        .order_by("domain__order", "code")
    )


def charts(areas: Sequence[Area], measures: Sequence[Measure], *, today: date) -> Charts:
    """What the accepted months say, in a constant number of queries."""
    agreed = {
        (found.area_id, found.measure_id): found
        for found in AreaMeasure.objects.filter(area__in=areas, measure__in=measures)
    }
    return {
        key: Collected(agreed[key], area, item.measure, item.version, find(item.series) if item.series else None)
        for area, items in series_of_areas(areas, measures, today=today).items()
        for item in items
        if (key := (area.pk, item.measure.pk)) in agreed
    }
