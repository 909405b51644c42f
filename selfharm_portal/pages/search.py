"""One box over library, areas and measures: typed words -> groups of results. Here they are kept nowhere."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import Truncator

from measures.models import Measure
from resources import search, suggestions, wording
from resources.library_pages import LITTLE, items_in_words
from resources.models import Resource
from resources.querysets import ResourceQuerySet
from sites.models import Area

#: Of each group; narrower words find the rest.
MOST = 50


class Result(NamedTuple):
    """One area or measure, as components/result.html prints it."""

    title: str
    url: str
    code: str = ""
    kind: str = ""
    text: str = ""
    facts: list[str] = []


class Group(NamedTuple):
    key: str
    heading: str
    found: int
    results: list[Any]
    #: Has nothing every word, so that these have some?
    is_loose: bool = False

    @property
    def is_cut(self) -> bool:
        return self.found > len(self.results)


class Suggested(NamedTuple):
    """Other words, as components/suggest.html offers them."""

    label: str
    url: str
    text: str


class Answer(NamedTuple):
    groups: list[Group]
    suggestion: Suggested | None


def read(typed: str) -> str:
    """What somebody typed, as far as it can be searched for."""
    text = search.plain(typed)[: search.LONGEST]
    # PostgreSQL takes each hyphen of a row for one more "not", and gives up on a long one.
    text = re.sub("-(?=[-\\s]*-)[-\\s]*", "-", text)
    return " ".join(re.sub(r'-(?!["\w])', " ", text).split())


def answer(words: str) -> Answer:
    """Library, areas and measures that match, in this order; only those with a match.

    Where little has every word, other words are suggested, and where nothing has, what they find is shown.
    """
    others = [group for group in (_areas(words), _measures(words)) if group.found]
    items = Resource.objects.published().search(words)
    library = _library(items)
    matching = _with_every_word(words)
    suggestion = None
    if matching + sum(group.found for group in others) <= LITTLE and (
        meant := suggestions.did_you_mean(words, _with_every_word)
    ):
        text = f"It finds {items_in_words(meant.found)}."
        if not matching and not others:
            text += " We show those below."
            library = _library(Resource.objects.published().search(meant.words))
            matching = meant.found
        url = f"{reverse('search')}?{urlencode({'q': meant.words})}"
        suggestion = Suggested(meant.words, url, text)
    found = [library._replace(is_loose=not matching), *others]
    return Answer([group for group in found if group.found], suggestion)


def _with_every_word(words: str) -> int:
    found: ResourceQuerySet = Resource.objects.published().search(words, every_word=True)
    return found.count()


def _library(found: ResourceQuerySet) -> Group:
    results = [wording.card(item) for item in found.with_everything()[:MOST]]
    count = found.count() if len(results) == MOST else len(results)
    return Group("library", f"{items_in_words(count)} in the library", count, results)


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
