"""Which measures an address of the dictionary asks for: by words, theme and kind. There are a few dozen, so what the
words find is sifted in memory.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from measures.models import MeasureVersion
from resources import search, suggestions
from resources.models import DistressTerm, NeverSuggestedTerm
from resources.querysets import asked
from selfharm_portal import facets
from selfharm_portal.pages import distress

LEGENDS = {"theme": "Theme", "kind": "Kind"}
#: "sh 7" is meant for SH07.
SPOKEN_CODE = re.compile(r"\bsh[\s-]*([0-9]{1,3})\b", re.IGNORECASE)
#: So many suggestions are tried at most.
MOST_TRIED = 3


def values_of(version: MeasureVersion) -> dict[str, dict[str, str]]:
    """Value and label of everything a measure can be chosen by."""
    return {
        "theme": {theme.slug: theme.title for theme in version.themes.all()},
        "kind": {version.kind: str(version.get_kind_display())},
    }


@dataclass(frozen=True)
class Choice:
    """Values of one facet widen; words, theme and kind narrow. Values that no measure has are not in it."""

    typed: str
    values: dict[str, list[str]]
    labels: dict[str, dict[str, str]]

    def __bool__(self) -> bool:
        return bool(self.typed) or any(self.values.values())

    def takes(self, version: MeasureVersion) -> bool:
        has = values_of(version)
        return all(not chosen or has[name].keys() & set(chosen) for name, chosen in self.values.items())

    def with_value(self, name: str, value: str) -> Choice:
        return replace(self, values={**self.values, name: [*self.values[name], value]})

    def without(self, name: str, value: str) -> Choice:
        return replace(self, values={**self.values, name: [v for v in self.values[name] if v != value]})

    def with_words(self, typed: str) -> Choice:
        return replace(self, typed=typed)

    def get_absolute_url(self) -> str:
        pairs = [(name, value) for name, values in self.values.items() for value in values]
        pairs = [("q", self.typed), *pairs] if self.typed else pairs
        return f"{reverse('measures:list')}?{urlencode(pairs)}" if pairs else reverse("measures:list")


@dataclass(frozen=True)
class Found:
    """The versions that have the words, before theme and kind are looked at."""

    versions: list[MeasureVersion]
    #: Has none of them every word, so that these have some?
    is_loose: bool = False
    #: Other words, where these find nothing; `versions` are theirs.
    meant: str = ""


def read(query: QueryDict, versions: Sequence[MeasureVersion]) -> Choice:
    labels = facets.labels_of(versions, values_of, LEGENDS)
    return Choice(
        search.plain(query.get("q", ""))[: search.LONGEST],
        {name: [v for v in labels[name] if v in query.getlist(name)] for name in LEGENDS},
        labels,
    )


def find(typed: str, versions: Sequence[MeasureVersion]) -> Found:
    """Those that have all of the words; else some of them; else, of words like these. At most 8 queries."""
    if not typed:
        return Found(list(versions))
    query = asked(SPOKEN_CODE.sub(lambda code: f"SH{code[1]:0>2}", typed))
    if not query.branches:
        return Found([])
    if found := _matching(query.every_word, versions):
        return Found(found)
    for meant in islice(_other_words(typed, versions), MOST_TRIED):
        if found := _matching(search.read(meant, {}).every_word, versions):
            return Found(found, meant=meant)
    return Found(_matching(query.some_words, versions) if len(query.units) > 1 else [], is_loose=True)


def _matching(words: str, versions: Sequence[MeasureVersion]) -> list[MeasureVersion]:
    pks = [version.pk for version in versions]
    found = set(MeasureVersion.objects.filter(pk__in=pks).with_words(words).values_list("pk", flat=True))
    return [version for version in versions if version.pk in found]


def _other_words(typed: str, versions: Sequence[MeasureVersion]) -> Collection[str]:
    """The dictionary's own words nearest to misspelt ones; none for words of distress."""
    distressing = list(DistressTerm.objects.in_use().values_list("term", "whole_query"))
    if distress.matches(typed, distressing):
        return []
    never = list(NeverSuggestedTerm.objects.in_use().values_list("term", flat=True))
    texts = [
        text
        for version in versions
        for text in (version.name, version.question, version.description, version.numerator, version.denominator)
    ]
    known = suggestions.vocabulary(texts, never, distressing, helpful=[])
    return list(suggestions.corrections(typed, known, never, distressing))


def ways_on(
    choice: Choice, versions: Sequence[MeasureVersion], found: Sequence[MeasureVersion]
) -> list[dict[str, str]]:
    """From "nothing": each thing that could be let go of, with what would be there."""
    rest = [
        (f"Drop “{chip['label']}”", chip["url"], less, found)
        for chip, less in zip(facets.chips(choice), _each_less(choice), strict=True)
    ]
    if choice.typed:
        less = choice.with_words("")
        rest.append((f"Drop the words “{choice.typed}”", less.get_absolute_url(), less, versions))
    return [
        {"label": label, "url": url, "text": in_words(count)}
        for label, url, less, among in rest
        if less and (count := sum(map(less.takes, among)))
    ]


def _each_less(choice: Choice) -> list[Choice]:
    return [choice.without(name, value) for name, values in choice.values.items() for value in values]


def in_words(count: int) -> str:
    return "1 measure" if count == 1 else f"{count} measures"
