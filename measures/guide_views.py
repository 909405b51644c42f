"""How to collect and submit, for whoever has to do it: a page to read and a worksheet to print."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from selfharm_portal.accounts import permissions
from selfharm_portal.facts import Link

from . import guide, reporting, reporting_calendar
from .dictionary import definitions
from .reporting_calendar import day_in_words, month_in_words
from .rules.errors import SHORTEST_NOTE
from .wording import shifted


@require_safe
def guide_page(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "breadcrumb": [{"label": "Measures", "url": reverse("measures:list")}],
        "due": guide.due_in_words(today),
        "looking_ahead": guide.looking_ahead(definitions.shown_versions(today)),
        "reasons": guide.reasons(),
        "shortest_note": SHORTEST_NOTE,
        "worksheets": _worksheets(request),
    }
    return render(request, "measures/guide.html", context)


@require_safe
def worksheet(request: HttpRequest) -> HttpResponse:
    """A blank sheet for an area's own measures, for a domain or for chosen measures; without any of these, a choice."""
    if "area" in request.GET:
        return worksheet_of_area(request, request.GET["area"])
    today = timezone.localdate()
    versions = [version for version in definitions.shown_versions(today) if not version.measure.withdrawn]
    domains, codes = request.GET.getlist("domain"), request.GET.getlist("measure")
    chosen = [
        version for version in versions if version.measure.domain.slug in domains or version.measure.code in codes
    ]
    context = {
        "breadcrumb": _breadcrumb(),
        "chapters": definitions.chapters(versions)[0],
        "nothing_chosen": bool(domains or codes) and not chosen,
        "worksheets": _worksheets(request),
        "lines": guide.lines(chosen),
        "reasons": guide.reasons(),
        "place": "",
        "month": "",
    }
    return render(request, "measures/worksheet.html" if chosen else "measures/worksheet_choice.html", context)


def worksheet_of_area(request: HttpRequest, slug: str) -> HttpResponse:
    """Of the measures that the area reports in a month: the last one that is over, unless another is asked for."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    area = get_object_or_404(permissions.areas_visible_to(request.user), slug=slug.replace("\x00", ""))
    today = timezone.localdate()
    last = guide.last_month(today)
    month = _month(request.GET["month"], today) if "month" in request.GET else last
    reported = reporting.measures_of_month(area, month)
    other = shifted(last, 1) if month == last else last
    context = {
        "breadcrumb": _breadcrumb(),
        "lines": guide.lines((each.version for each in reported), month),
        "reasons": guide.reasons(),
        "place": area.place,
        "month": month_in_words(month),
        "due": day_in_words(reporting_calendar.due_on(month)),
        "area_url": reverse("submissions:area", args=[area.slug]),
        "other_month": Link(
            f"The worksheet for {month_in_words(other)}",
            f"{reverse('measures:worksheet')}?area={area.slug}&month={other:%Y-%m}",
        ),
    }
    return render(request, "measures/worksheet.html", context)


def _month(typed: str, today: date) -> date:
    try:
        month = date.fromisoformat(f"{typed}-01")
    except ValueError as problem:
        raise Http404("not a month") from problem
    if not reporting_calendar.is_within_reach(month, today):
        raise Http404("a month that nobody can mean")
    return month


def _breadcrumb() -> list[dict[str, str]]:
    return [
        {"label": "Measures", "url": reverse("measures:list")},
        {"label": "How to collect and submit", "url": reverse("measures:guide")},
    ]


def _worksheets(request: HttpRequest) -> list[dict[str, str]]:
    """Of the reader's own areas."""
    sheet = reverse("measures:worksheet")
    return [
        {"label": f"{area.place}: your own measures", "url": f"{sheet}?area={area.slug}"}
        for area in permissions.areas_visible_to(request.user).order_by("place")
    ]
