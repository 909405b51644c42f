"""The charts of an area's measures: all on one page, one on a page of its own."""

from __future__ import annotations

import logging
from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from measures import charts
from measures.access import find_area, find_area_measure, for_teams_and_analysts
from measures.series import reported_measures, series_of_area
from selfharm_portal.accounts.http import SignedInRequest
from selfharm_portal.pages import demonstration
from selfharm_portal.typesetting import NotDrawn
from selfharm_portal.what_is_committed import what_is_committed
from sites.models import Area

from . import before_after_pages, chart_files, chart_pages, limits, limits_pages, story_pages

logger = logging.getLogger(__name__)


@for_teams_and_analysts
@require_safe
def all_charts(request: SignedInRequest, area: str) -> HttpResponse:
    """All measures of an area, what needs attention first."""
    found = find_area(request, area)
    context = {"area": found, "breadcrumb": breadcrumb(found), **what_all_charts_say(found)}
    return render(request, "measures/charts.html", context)


#: By area: what the page says, on which day, and what was committed then. Of this process alone, so that another
#: release works it out anew.
worked_out: dict[int, tuple[tuple[str, date], dict[str, object]]] = {}


def what_all_charts_say(area: Area) -> dict[str, object]:
    """The same for everybody who sees the area; read anew once anything at all has changed."""
    today = timezone.localdate()
    committed = what_is_committed()
    rests_on, said = worked_out.get(area.pk, (None, {}))
    if committed is not None and rests_on == (committed, today):
        return said
    reported = chart_pages.find_all(series_of_area(area, reported_measures(area), today=today))
    said = {
        "eyebrow": chart_pages.eyebrow(area, reported),
        "heading": chart_pages.heading(reported),
        "caption": chart_pages.caption(reported),
        "groups": chart_pages.grid(area, reported),
    }
    if committed is not None:
        worked_out[area.pk] = (committed, today), said
    return said


def charts_url(area: Area) -> str:
    return reverse("submissions:charts", args=[area.slug])


def breadcrumb(area: Area) -> list[dict[str, str]]:
    return [{"label": area.short_name, "url": reverse("submissions:area", args=[area.slug])}]


@for_teams_and_analysts
@require_safe
def chart(request: SignedInRequest, area: str, code: str) -> HttpResponse:
    """The chart of one measure, and the way to the measures before and after it."""
    area_measure = find_area_measure(request, area, code)
    found_area, today = area_measure.area, timezone.localdate()
    measures = reported_measures(found_area)
    position = measures.index(area_measure.measure)
    as_they_were = request.GET.get("limits") == limits_pages.AS_THEY_WERE
    [item] = series_of_area(found_area, [measures[position]], today=today, with_waiting=True, as_they_were=as_they_were)
    [found] = chart_pages.find_all([item])
    drawn = charts.chart_of(found.findings, name=code) if found.findings else None
    return render(
        request,
        "measures/chart.html",
        {
            "area": found_area,
            "breadcrumb": [*breadcrumb(found_area), {"label": "Charts", "url": charts_url(found_area)}],
            "measure": item.measure,
            "version": item.version,
            "chart": drawn,
            "stories": story_pages.on_chart(area_measure, found.findings, request.user, as_they_were=as_they_were),
            "limits": limits_pages.on_chart(
                area_measure, found.findings, limits.in_force(area_measure), request.user, as_they_were=as_they_were
            ),
            "before_after": before_after_pages.blocks(found_area, item, request.user),
            "whose": chart_pages.months_of_people(item.version),
            "next": chart_pages.what_is_next(found),
            "downloads": chart_pages.downloads(found_area, item.measure) if found.has_numbers else [],
            "alternative": chart_files.alternative(drawn, found_area, banner()) if drawn and found.has_numbers else "",
            "neighbours": chart_pages.neighbours(found_area, measures, position, today=today),
        },
    )


def banner() -> str:
    return demonstration.BANNER if demonstration.is_demonstration() else ""


@for_teams_and_analysts
@require_safe
def chart_file(request: SignedInRequest, area: str, code: str, form: str) -> HttpResponse:
    """The accepted months of one measure as a file, for those who see the page."""
    area_measure = find_area_measure(request, area, code)
    found_area, measure = area_measure.area, area_measure.measure
    [item] = series_of_area(found_area, [measure], today=timezone.localdate())
    if item.series is None:
        raise Http404("nothing is accepted yet")
    drawn, said = charts.chart(item.series, name=code), banner()
    try:
        content = chart_files.file(drawn, found_area, said, form)
    except NotDrawn as problem:
        logger.exception("No %s of the chart %s of %s: %s", form, code, area, problem.__cause__)
        context = {"title": item.version.name, "url": chart_pages.chart_url(found_area, measure)}
        return render(request, "file_not_made.html", context, status=500)
    return as_file(content, chart_files.CONTENT_TYPES[form], chart_files.name(drawn, found_area, code, said, form))


def as_file(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
