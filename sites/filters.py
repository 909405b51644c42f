"""Which of the areas an address asks for. There are a dozen, so they are sifted in memory.

By theme and by region, and for staff by whether they report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from selfharm_portal import facets

from .models import Area

LEGENDS = {"theme": "Theme", "region": "Region"}
LEGENDS_OF_STAFF = {"reporting": "Measures, for staff only"}
REPORTS: dict[bool | None, dict[str, str]] = {
    True: {"yes": "Reports measures this month"},
    False: {"no": "Reports none this month"},
    None: {},
}


def values_of(area: Area) -> dict[str, dict[str, str]]:
    """Slug and label of everything an area can be chosen by. `reports` is there for staff only (with_reporting)."""
    return {
        "theme": {theme.slug: theme.title for theme in area.themes.all()},
        "region": {area.region.slug: area.region.name},
        "reporting": REPORTS[getattr(area, "reports", None)],
    }


@dataclass(frozen=True)
class Choice:
    """Values of one kind widen, theme and region narrow. Values that no area has are not in it."""

    values: dict[str, list[str]]
    labels: dict[str, dict[str, str]]

    def __bool__(self) -> bool:
        return any(self.values.values())

    def takes(self, area: Area) -> bool:
        has = values_of(area)
        return all(not chosen or has[name].keys() & set(chosen) for name, chosen in self.values.items())

    def with_value(self, name: str, value: str) -> Choice:
        return Choice({**self.values, name: [*self.values[name], value]}, self.labels)

    def without(self, name: str, value: str) -> Choice:
        return Choice({**self.values, name: [v for v in self.values[name] if v != value]}, self.labels)

    def get_absolute_url(self) -> str:
        pairs = [(name, value) for name, values in self.values.items() for value in values]
        return f"{reverse('sites:list')}?{urlencode(pairs)}" if pairs else reverse("sites:list")


def read(query: QueryDict, areas: Sequence[Area]) -> Choice:
    labels = facets.labels_of(areas, values_of, [*LEGENDS, *LEGENDS_OF_STAFF])
    return Choice({name: [v for v in labels[name] if v in query.getlist(name)] for name in labels}, labels)
