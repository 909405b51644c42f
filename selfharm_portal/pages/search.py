"""One box over library, areas and measures: typed words -> groups of results. The words are kept nowhere."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from django.utils.text import Truncator

from measures.models import Measure
from resources import wording
from resources.models import Resource
from sites.models import Area

LONGEST = 200
#: Of each group; narrower words find the rest.
MOST = 50


class Result(NamedTuple):
    """One line, as components/result.html prints it."""

    title: str
    url: str
    code: str = ""
    kind: str = ""
    text: str = ""
    facts: list[str] = []
    tag: str = ""
    tag_text: str = ""
    successor: str = ""
    successor_url: str = ""


class Group(NamedTuple):
    key: str
    heading: str
    found: int
    results: list[Any]

    @property
    def is_cut(self) -> bool:
        return self.found > len(self.results)


def read(typed: str | None) -> str:
    """What somebody typed, as far as it can be searched for."""
    text = " ".join((typed or "").replace("\x00", "").split())[:LONGEST]
    # PostgreSQL takes each hyphen of a row for one more "not", and gives up on a long one.
    return re.sub("-(?=[-\\s]*-)[-\\s]*", "-", text)


def groups(words: str) -> list[Group]:
    """Library, areas and measures that match, in this order; only those with a match."""
    found = [_library(words), _areas(words), _measures(words)]
    return [group for group in found if group.found]


def _library(words: str) -> Group:
    found = Resource.objects.published().search(words)
    results = [wording.card(item) for item in found.with_everything()[:MOST]]
    count = found.count()
    return Group("library", f"{count} {'item' if count == 1 else 'items'} in the library", count, results)


def _areas(words: str) -> Group:
    areas = list(Area.objects.listed().search(words).select_related("region"))
    results = [
        Result(area.place, area.get_absolute_url(), text=Truncator(area.summary).words(28), facts=[area.region.name])
        for area in areas
    ]
    return Group("areas", f"{len(areas)} {'area' if len(areas) == 1 else 'areas'}", len(areas), results)


def _measures(words: str) -> Group:
    results = []
    for measure in Measure.objects.search(words).with_versions():
        newest = next(iter(measure.versions.all()), None)
        if newest:
            results.append(
                Result(
                    newest.name,
                    measure.get_absolute_url(),
                    code=measure.code,
                    text=newest.question,
                    facts=[measure.domain.title, newest.get_kind_display()],
                )
            )
    count = len(results)
    return Group("measures", f"{count} {'measure' if count == 1 else 'measures'}", count, results)
