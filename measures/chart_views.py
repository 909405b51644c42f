"""The charts of an area's measures: all on one page, one on a page of its own."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from selfharm_portal.accounts.http import SignedInRequest
from sites.models import Area

from . import before_after_pages, chart_pages, charts, limits, limits_pages
from .access import find_area, find_area_measure, for_teams_and_analysts
from .series import reported_measures, series_of_area


@for_teams_and_analysts
@require_safe
def all_charts(request: SignedInRequest, area: str) -> HttpResponse:
    """All measures of an area, what needs attention first."""
    found_area = find_area(request, area)
    today = timezone.localdate()
    found = chart_pages.find_all(series_of_area(found_area, reported_measures(found_area), today=today))
    return render(
        request,
        "measures/charts.html",
        {
            "area": found_area,
            "breadcrumb": breadcrumb(found_area),
            "eyebrow": chart_pages.eyebrow(found_area, found),
            "heading": chart_pages.heading(found),
            "caption": f"{chart_pages.counted(found)}, those that need attention first",
            "groups": chart_pages.grid(found_area, found),
        },
    )


def breadcrumb(area: Area) -> list[dict[str, str]]:
    return [{"label": area.short_name, "url": reverse("submissions:area", args=[area.slug])}]


@for_teams_and_analysts
@require_safe
def chart(request: SignedInRequest, area: str, code: str) -> HttpResponse:
    """The chart of one measure, and the way to the measures before and after it."""
    area_measure = find_area_measure(request, area, code)
    found, today = area_measure.area, timezone.localdate()
    measures = reported_measures(found)
    position = measures.index(area_measure.measure)
    as_they_were = request.GET.get("limits") == limits_pages.AS_THEY_WERE
    [item] = series_of_area(found, [measures[position]], today=today, with_waiting=True, as_they_were=as_they_were)
    return render(
        request,
        "measures/chart.html",
        {
            "area": found,
            "breadcrumb": [
                *breadcrumb(found),
                {"label": "Charts", "url": reverse("submissions:charts", args=[found.slug])},
            ],
            "measure": item.measure,
            "version": item.version,
            "chart": charts.chart(item.series) if item.series else None,
            "limits": limits_pages.on_chart(
                area_measure, limits.in_force(area_measure), request.user, as_they_were=as_they_were
            ),
            "before_after": before_after_pages.blocks(found, item, request.user),
            "whose": chart_pages.months_of_people(item.version),
            "neighbours": chart_pages.neighbours(found, measures, position, today=today),
        },
    )
