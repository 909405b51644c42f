"""The areas, and one area's profile: for everybody, with no cookie and no form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.views.decorators.http import conditional_page, require_safe

from measures.models import AreaMeasure, Measure, MeasureSource, MeasureVersion
from resources import qs34
from resources.models import Resource, Topic
from resources.wording import Notice, eyebrow, in_newest_definitions
from selfharm_portal import facets
from selfharm_portal.accounts import permissions
from selfharm_portal.facts import host
from selfharm_portal.pages import demonstration
from selfharm_portal.publishing import review_dates
from selfharm_portal.publishing.models import PublicationState, Publishable
from selfharm_portal.typesetting import NotDrawn

from . import filters, infographic_files, infographics, profile, tile_map
from .infographics import Sheet
from .models import Area, Infographic, Milestone, OtherMaterial, Theme

NO_AREA_YET = "The areas are not on this site yet. NCISH will add them."
CONTENT_TYPES = {"pdf": "application/pdf", "png": "image/png"}
AN_HOUR, A_YEAR = 60 * 60, 365 * 24 * 60 * 60
ONLY_CURATORS = "Only curators see this page. Readers will see it like this once it is published."
#: More of the library than this is a link away.
ITEMS_OF_A_THEME, ITEMS_OF_AN_AREA = 12, 5


def area_list(request: HttpRequest) -> HttpResponse:
    """A sketch of England and the same areas A to Z, all or those of a theme or region; the numbers tie them together.

    Beside the sketch of some, the tiles of the others stay in place, unlit.
    """
    listed = Area.objects.listed().with_list_facts()
    if permissions.may_see_who_reports(request.user):
        listed = listed.with_reporting(this_month())
    everyone = list(listed)
    choice = filters.read(request.GET, everyone)
    areas: list[dict[str, Any]] = []
    for number, area in enumerate(everyone, start=1):
        if not choice.takes(area):
            continue
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
                "label": tile_map.label(number, area.short_name, area.place),
                "lines": tile_map.lines(area.short_name),
                "tile": (area.tile_row, area.tile_column),
            }
        )
    states = Counter(area["state"] for area in areas)
    context = {
        "heading": f"The {len(everyone)} areas" if len(everyone) > 1 else "The areas",
        "count": _count_in_words(len(areas), len(everyone)),
        "areas": areas,
        "ghosts": tile_map.ghosts((area["tile"] for area in areas), [(a.tile_row, a.tile_column) for a in everyone]),
        "empty": "No area fits all of this. Choose fewer." if everyone else NO_AREA_YET,
        "facets": facets.groups(choice, filters.LEGENDS | filters.LEGENDS_OF_STAFF, everyone),
        "chips": facets.chips(choice),
        "lit": states["lit"],
        "named": states["named"],
        "inferred": states["inferred"],
        "themes": _themes(),
        "milestones": profile.timeline([], Milestone.objects.of_programme().shown()),
        "other_material": OtherMaterial.objects.filter(is_hidden=False),
    }
    return render(request, "sites/area_list.html", context)


def area_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One area. What is not published is not there for the public; a curator sees it as readers will."""
    area = get_object_or_404(Area.objects.with_profile(), slug=slug)
    if not area.is_published and not permissions.may_curate(request.user):
        raise Http404("not published")
    for_staff = permissions.may_curate(request.user)
    lead, rest = profile.lead_and_rest(area.summary)
    tiles, banner = _tiles(), _banner()
    area_themes = list(area.themes.all())
    reported, fitting = _measures(area)
    items, library_url = _library(dict.fromkeys(topic for theme in area_themes for topic in theme.topics.all()))
    context = {
        "area": area,
        "preview": None if area.is_published else _preview(area),
        "breadcrumb": [{"label": "Areas", "url": reverse("sites:list")}],
        "eyebrow": profile.eyebrow(area),
        "theme": profile.colour(area_themes),
        "lead": lead,
        "rest": rest,
        "inferred": profile.inferred(area),
        "facts": [
            *profile.facts(area),
            *review_dates.facts(area.last_reviewed, area.review_due, label="This page reviewed"),
        ],
        "known_parts": profile.known_parts(area),
        "unknown": profile.unknown(area),
        "themes": profile.themes(area, _statements(area_themes)),
        "pictures": [
            profile.picture(each, area, _files(each, infographics.sheet(each, tiles), banner), for_staff=for_staff)
            for each in area.infographics.all()
        ],
        "milestones": profile.timeline(area.milestones.all(), Milestone.objects.of_programme().shown()),
        "reported": reported,
        "fitting": fitting,
        "items": items[:ITEMS_OF_AN_AREA],
        "library_url": library_url,
        "peers": profile.peers(area, list(Area.objects.listed().peers_of(area).with_list_facts().order_by("place"))),
        "links": [{"label": link.title, "url": link.url, "text": host(link.url)} for link in area.links.all()],
        "sources": profile.sources(area),
        "crisis_line": area.crisis_line if area.crisis_line_confirmed_on else "",
        "may_suggest": permissions.may_suggest(request.user, area),
    }
    return render(request, "sites/area_detail.html", context)


def _count_in_words(shown: int, of: int) -> str:
    if shown == of:
        return f"{of} areas, A to Z" if of > 1 else "The areas, A to Z"
    return f"{shown} of {of} areas, A to Z"


def infographic_detail(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """One project as a picture. What is not published is there for curators alone."""
    infographic = _infographic(request, slug, key)
    area = infographic.area
    tiles = _tiles()
    banner, for_readers = _banner(), infographics.sheet(infographic, tiles)
    context = {
        "preview": None if infographic.is_shown else _preview(infographic, area),
        "sheet": infographics.sheet(infographic, tiles, for_staff=permissions.may_curate(request.user)),
        "files": _files(infographic, for_readers, banner),
        "alternative_of_picture": f"{banner} {for_readers.alternative_of_picture}".strip(),
        "original": getattr(infographic, "original", None),
        "not_on_this_page": infographics.NOT_ON_THIS_PAGE,
        "programme": infographics.PROGRAMME,
        "place": area.place,
        "area_url": area.get_absolute_url(),
        "breadcrumb": [
            {"label": "Areas", "url": reverse("sites:list")},
            {"label": area.place, "url": area.get_absolute_url()},
        ],
    }
    return render(request, "sites/infographic_detail.html", context)


def _infographic(request: HttpRequest, slug: str, key: str) -> Infographic:
    """Readers find what is published, curators also what is not."""
    found = Infographic.objects.all() if permissions.may_curate(request.user) else Infographic.objects.shown()
    return get_object_or_404(found.with_panels(), area__slug=slug, slug=key)


def _preview(*rows: Publishable) -> Notice:
    """Above the page of what is not published itself, or whose area is not."""
    waiting = next(row for row in rows if not row.is_published)
    state = str(PublicationState(waiting.publication_state).label)
    return Notice(f"{state}: {waiting}", ONLY_CURATORS)


@require_safe
@conditional_page
def infographic_file(request: HttpRequest, slug: str, key: str, form: str) -> HttpResponse:
    """For a meeting, for slides and for other sites: as readers see it, whoever asks.

    The address on the page names the content (`?v=`), so that what is behind it may be kept for good. A curator gets
    the files of what is not published too, to try them before readers do.
    """
    infographic = _infographic(request, slug, key)
    sheet, banner = infographics.sheet(infographic, _tiles()), _banner()
    digest = infographic_files.digest(sheet, banner)
    try:
        content = infographic_files.file(sheet, banner, form)
    except NotDrawn:
        context = {"title": sheet.heading, "url": infographic.get_absolute_url()}
        return render(request, "file_not_made.html", context, status=500)
    response = HttpResponse(content, content_type=CONTENT_TYPES[form])
    response.headers["Content-Disposition"] = f'inline; filename="{key}.{form}"'
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["ETag"] = f'"{digest}"'
    if not infographic.is_shown:
        patch_cache_control(response, private=True, no_store=True)
        return response
    if request.GET.get("v") == digest:
        patch_cache_control(response, public=True, max_age=A_YEAR, immutable=True)
    else:
        patch_cache_control(response, public=True, max_age=AN_HOUR)
    return response


def _files(infographic: Infographic, sheet: Sheet, banner: str) -> dict[str, str]:
    """The addresses of PDF and picture, which change with their content."""
    given = [infographic.area.slug, infographic.slug]
    digest = infographic_files.digest(sheet, banner)
    return {form: f"{reverse(f'sites:infographic_{form}', args=given)}?v={digest}" for form in CONTENT_TYPES}


def _banner() -> str:
    return demonstration.BANNER if demonstration.is_demonstration() else ""


def _tiles() -> list[tuple[int, int]]:
    return list(Area.objects.listed().values_list("tile_row", "tile_column"))


def theme_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """What ties areas together: who works on it, what they share, what explains it, what measures it."""
    theme = get_object_or_404(Theme.objects.with_areas(), slug=slug)
    items, library_url = _library(theme.topics.all())
    context = {
        "theme": theme,
        "colour": profile.colour([theme]),
        "breadcrumb": [{"label": "Areas", "url": reverse("sites:list")}],
        "areas": [
            {"label": area.place, "url": area.get_absolute_url(), "text": area.region.name}
            for area in theme.areas.all()
        ],
        "infographics": [
            {"label": each.title, "url": each.get_absolute_url(), "text": each.area.place}
            for each in theme.infographics.all()
        ],
        "items": items,
        "library_url": library_url,
        "statements": _statements([theme])[theme.pk],
        "measures": profile.measures_of({theme.pk}, _newest_definitions([theme.pk])),
    }
    return render(request, "sites/theme_detail.html", context)


def this_month() -> date:
    return timezone.localdate().replace(day=1)


def _measures(area: Area) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """What the area reports this month, and what else fits its themes; both in the order of their codes.

    Which measures they are, and no number of them.
    """
    mine = {theme.pk for theme in area.themes.all()}
    reported = AreaMeasure.objects.filter(area=area).reported_in(this_month())
    measures = Measure.objects.in_use().filter(area_measures__in=reported).with_versions()
    today = timezone.localdate()
    links = [profile.measure_link(measure.definition_in(today)) for measure in measures]
    fitting = profile.measures_of(mine, _newest_definitions(mine)) if mine else []
    return links, [link for link in fitting if link not in links]


def _library(topics: Iterable[Topic]) -> tuple[list[dict[str, str]], str]:
    """The first of what the library has on the topics, and the address of all of it."""
    topics = list(topics)
    if not topics:
        return [], ""
    found = Resource.objects.published().in_use().on_topics(topics).in_use_first().with_everything()
    items = [
        {"label": item.title, "url": item.get_absolute_url(), "code": item.code, "text": eyebrow(item)}
        for item in found[:ITEMS_OF_A_THEME]
    ]
    return items, f"{reverse('resources:list')}?{urlencode([('topic', topic.slug) for topic in topics])}"


def _statements(themes: Collection[Theme]) -> dict[int, list[dict[str, str]]]:
    """Of each theme, by its key: the statements of QS34 that measures of the theme follow."""
    followed = in_newest_definitions(
        MeasureSource.objects.filter(resource__slug=qs34.SLUG, version__themes__in=themes)
    ).values_list("version__themes", "statement")
    found: dict[int, set[int]] = {theme.pk: set() for theme in themes}
    for theme, statement in followed:
        if theme in found and statement.isdigit():
            found[theme].add(int(statement))
    return {
        theme: [qs34.link(number) for number in sorted(numbers) if number in qs34.STATEMENTS]
        for theme, numbers in found.items()
    }


def _newest_definitions(themes: Collection[int]) -> list[MeasureVersion]:
    """Of the measures in use whose definition names, or named, one of the themes."""
    measures = Measure.objects.in_use().filter(versions__themes__in=themes).distinct().with_versions()
    today = timezone.localdate()
    return [measure.definition_in(today) for measure in measures]


def _themes() -> list[dict[str, Any]]:
    """Each theme with its way to the areas, the library and the measures."""
    themes = list(Theme.objects.with_areas())
    newest = _newest_definitions([theme.pk for theme in themes])
    return [profile.theme_with_all(theme, newest) for theme in themes]
