"""The areas, and one area's profile: for everybody, with no cookie and no form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from measures.models import Measure, MeasureVersion
from selfharm_portal.accounts import permissions
from selfharm_portal.facts import host

from . import profile, tile_map
from .models import Area, Milestone, OtherMaterial, Theme


def area_list(request: HttpRequest) -> HttpResponse:
    """A sketch of England and the same areas A to Z; the numbers tie them together."""
    areas: list[dict[str, Any]] = []
    for number, area in enumerate(Area.objects.listed().with_list_facts(), start=1):
        x, y = tile_map.corner(area.tile_row, area.tile_column)
        areas.append(
            {
                "number": number,
                "name": area.place,
                "url": area.get_absolute_url(),
                "state": profile.state(area),
                "region": area.region.name,
                "text": profile.line(area),
                "x": x,
                "y": y,
                "lines": tile_map.lines(area.short_name),
                "tile": (area.tile_row, area.tile_column),
            }
        )
    states = Counter(area["state"] for area in areas)
    context = {
        "heading": f"The {len(areas)} areas" if len(areas) > 1 else "The areas",
        "areas": areas,
        "ghosts": tile_map.ghosts(area["tile"] for area in areas),
        "lit": states["lit"],
        "named": states["named"],
        "inferred": states["inferred"],
        "themes": _themes(),
        "milestones": profile.timeline([], Milestone.objects.of_programme().shown()),
        "other_material": OtherMaterial.objects.filter(is_hidden=False),
    }
    return render(request, "sites/area_list.html", context)


def area_detail(request: HttpRequest, slug: str) -> HttpResponse:
    area = get_object_or_404(Area.objects.listed().with_profile(), slug=slug)
    for_staff = permissions.may_curate(request.user)
    lead, rest = profile.lead_and_rest(area.summary)
    context = {
        "area": area,
        "breadcrumb": [{"label": "Areas", "url": reverse("sites:list")}],
        "eyebrow": profile.eyebrow(area),
        "theme": profile.colour(list(area.themes.all())),
        "lead": lead,
        "rest": rest,
        "inferred": profile.inferred(area),
        "facts": profile.facts(area),
        "known_parts": profile.known_parts(area),
        "unknown": profile.unknown(area),
        "themes": profile.themes(area),
        "pictures": [profile.picture(each, area, for_staff=for_staff) for each in area.infographics.all()],
        "milestones": profile.timeline(area.milestones.all(), Milestone.objects.of_programme().shown()),
        "measures": _measures(area),
        "links": [{"label": link.title, "url": link.url, "text": host(link.url)} for link in area.links.all()],
        "sources": profile.sources(area),
        "crisis_line": area.crisis_line if area.crisis_line_confirmed_on else "",
    }
    return render(request, "sites/area_detail.html", context)


def _measures(area: Area) -> list[dict[str, str]]:
    """Measures whose newest definition names a theme of the area, in the order of their codes."""
    mine = {theme.pk for theme in area.themes.all()}
    return profile.measures_of(mine, _newest_definitions(mine)) if mine else []


def _newest_definitions(themes: Collection[int]) -> list[MeasureVersion]:
    """Of the measures in use whose definition names, or named, one of the themes."""
    measures = Measure.objects.in_use().filter(versions__themes__in=themes).distinct().with_versions()
    today = timezone.localdate()
    return [measure.definition_in(today) for measure in measures]


def _themes() -> list[dict[str, Any]]:
    """Each theme with its way to the areas, the library and the measures."""
    themes = list(Theme.objects.prefetch_related("topics", Prefetch("areas", Area.objects.listed().order_by("place"))))
    newest = _newest_definitions([theme.pk for theme in themes])
    return [profile.theme_with_all(theme, newest) for theme in themes]
