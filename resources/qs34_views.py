"""From a statement of QS34 to what explains it, the measure that tests it, the areas whose themes fit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from measures.dictionary.definitions import NOT_CHECKED
from measures.models import MeasureSource
from sites import profile
from sites.models import Area, Theme

from . import qs34, wording
from .models import Resource


@require_safe
def statements(request: HttpRequest) -> HttpResponse:
    """All that we could read, with how much there is for each."""
    context = {
        "statements": [
            {
                "label": f"Statement {number}: {wording.in_a_sentence(statement.title)}",
                "url": qs34.url_of(number),
                "text": statement.text,
            }
            for number, statement in qs34.STATEMENTS.items()
        ],
        "whose_words": qs34.WHOSE_WORDS,
        "standard": _standard(),
        "breadcrumb": [_library()],
    }
    return render(request, "resources/qs34.html", context)


@require_safe
def statement(request: HttpRequest, number: int) -> HttpResponse:
    if number not in qs34.STATEMENTS:
        raise Http404("we could not read this statement")
    about = qs34.STATEMENTS[number]
    sources = _testing(number)
    themes = _themes(source.version_id for source in sources)
    context = {
        "number": number,
        "statement": about,
        "whose_words": qs34.WHOSE_WORDS,
        "explained_by": [
            {"label": item.title, "url": item.get_absolute_url(), "code": item.code, "text": wording.line(item)}
            for item in Resource.objects.published()
            .filter(qs34_statements__contains=[number])
            .exclude(slug=qs34.SLUG)
            .in_use_first()
            .prefetch_related("resource_publishers__publisher")
        ],
        "tested_by": [
            {
                "label": source.version.name,
                "url": source.version.measure.get_absolute_url(),
                "code": source.version.measure.code,
                "text": f"{source.version.question}{'' if source.verified else f' {NOT_CHECKED}.'}",
            }
            for source in sources
        ],
        "themes": themes,
        "without_areas": [theme for theme in themes if not theme["areas"]],
        "standard": _standard(),
        "breadcrumb": [_library(), {"label": "Quality standard 34", "url": reverse("resources:qs34")}],
    }
    return render(request, "resources/statement.html", context)


def _testing(number: int) -> list[MeasureSource]:
    """Sources by which measures in use follow this statement, in their newest definitions: one each."""
    sources = wording.in_newest_definitions(
        MeasureSource.objects.filter(resource__slug=qs34.SLUG, statement=str(number))
    )
    return list({source.version_id: source for source in sources}.values())


def _themes(versions: Iterable[int]) -> list[dict[str, Any]]:
    """Themes that the definitions name, with the listed areas that work on them; those with areas first."""
    areas = Prefetch("areas", Area.objects.listed().with_list_facts().order_by("place"))
    themes = Theme.objects.filter(measure_versions__in=list(versions)).distinct().prefetch_related(areas)
    found = [
        {
            "label": theme.title,
            "url": theme.get_absolute_url(),
            "areas": [
                {"label": area.place, "url": area.get_absolute_url(), "text": profile.line(area)}
                for area in theme.areas.all()
            ],
        }
        for theme in themes
    ]
    return sorted(found, key=lambda theme: not theme["areas"])


def _standard() -> dict[str, str]:
    """The standard itself: in the library where that has it."""
    item = Resource.objects.published().filter(slug=qs34.SLUG).first()
    if item:
        return {"label": f"{item} in this library", "url": item.get_absolute_url()}
    return {"label": "The standard at nice.org.uk", "url": qs34.AT_NICE}


def _library() -> dict[str, str]:
    return {"label": "Library", "url": reverse("resources:list")}
