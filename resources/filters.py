"""The library's filters: reader, topic and section, by plain GET. Choices of one kind widen, kinds narrow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from .models import Reader, Resource, Section, Topic
from .querysets import ResourceQuerySet

#: Name in the address: (legend of the filter, what a resource is asked).
KINDS = {
    "reader": ("Show what is for", "reader__overlap"),
    "topic": ("Topic", "topics__slug__in"),
    "section": ("Section", "section__slug__in"),
}


@dataclass(frozen=True)
class Choice:
    """What an address asks for. Values that the library does not know are not in it."""

    values: dict[str, list[str]]
    labels: dict[str, dict[str, str]]

    def __bool__(self) -> bool:
        return any(self.values.values())

    def found(self, *, leaving_out: str = "") -> ResourceQuerySet:
        """Published items that fit; one kind of filter can be left aside."""
        found: ResourceQuerySet = Resource.objects.published()
        for kind, (_, lookup) in KINDS.items():
            if kind != leaving_out and self.values[kind]:
                # In a subquery, because an item with two of the chosen topics would be met twice.
                found = found.filter(pk__in=Resource.objects.filter(Q(**{lookup: self.values[kind]})).values("pk"))
        return found

    def without(self, kind: str, value: str) -> Choice:
        left = {**self.values, kind: [v for v in self.values[kind] if v != value]}
        return Choice(left, self.labels)

    def pairs(self) -> list[tuple[str, str]]:
        return [(kind, value) for kind, values in self.values.items() for value in values]

    def label(self, kind: str, value: str) -> str:
        return self.labels[kind][value]

    def get_absolute_url(self) -> str:
        library = reverse("resources:list")
        return f"{library}?{urlencode(self.pairs())}" if self else library


def read(query: QueryDict) -> Choice:
    labels: dict[str, dict[str, str]] = {
        "reader": {str(reader.value): str(reader.label) for reader in Reader},
        "topic": dict(Topic.objects.values_list("slug", "title")),
        "section": dict(Section.objects.values_list("slug", "title")),
    }
    values = {kind: [value for value in labels[kind] if value in query.getlist(kind)] for kind in KINDS}
    return Choice(values, labels)


def groups(choice: Choice) -> list[dict[str, Any]]:
    """For components/facets.html: each option with the number of items that choosing it alone would leave."""
    shown = []
    for kind, (legend, _) in KINDS.items():
        counts = _counts(kind, choice.found(leaving_out=kind))
        options = [
            {"value": value, "label": label, "count": counts.get(value, 0), "checked": value in choice.values[kind]}
            for value, label in choice.labels[kind].items()
            if counts.get(value) or value in choice.values[kind]
        ]
        shown.append({"legend": legend, "name": kind, "options": options})
    return shown


def chips(choice: Choice) -> list[dict[str, Any]]:
    return [
        {"label": choice.label(kind, value), "url": choice.without(kind, value).get_absolute_url(), "on": True}
        for kind, value in choice.pairs()
    ]


def ways_on(choice: Choice) -> list[dict[str, str]]:
    """From "nothing": each filter that could be dropped, with the number of items that would be there."""
    ways = []
    for kind, value in choice.pairs():
        rest = choice.without(kind, value)
        if rest and (count := rest.found().count()):
            text = "1 item" if count == 1 else f"{count} items"
            ways.append({"label": f"Drop “{choice.label(kind, value)}”", "url": rest.get_absolute_url(), "text": text})
    return [*ways, {"label": "See the whole library", "url": reverse("resources:list"), "text": ""}]


def _counts(kind: str, found: ResourceQuerySet) -> dict[str, int]:
    if kind == "reader":
        counted = found.aggregate(**{r.value: Count("pk", filter=Q(reader__contains=[r.value])) for r in Reader})
        return {str(reader): number for reader, number in counted.items()}
    path = {"topic": "topics__slug", "section": "section__slug"}[kind]
    return dict(found.order_by().values_list(path).annotate(Count("pk")))
