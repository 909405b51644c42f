"""Choosing among a few dozen rows by what they have in common: for pages that sift their rows in memory.

A page has a Choice of its own, with its address; here is what all of them say with components/facets.html.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, Self, TypeVar

#: What is chosen from.
Row = TypeVar("Row")
OfRow = TypeVar("OfRow", contravariant=True)


class Choice(Protocol[OfRow]):
    """What is chosen, by the name of the group, and what each value is called."""

    @property
    def values(self) -> dict[str, list[str]]: ...

    @property
    def labels(self) -> dict[str, dict[str, str]]: ...

    def takes(self, row: OfRow, /) -> bool: ...

    def with_value(self, name: str, value: str) -> Self: ...

    def without(self, name: str, value: str) -> Self: ...

    def get_absolute_url(self) -> str: ...


def labels_of(
    rows: Iterable[Row], values_of: Callable[[Row], Mapping[str, Mapping[str, str]]], names: Iterable[str]
) -> dict[str, dict[str, str]]:
    """Every value that a row has, with its label, by the name of its group, A to Z."""
    labels: dict[str, dict[str, str]] = {name: {} for name in names}
    for row in rows:
        for name, values in values_of(row).items():
            labels[name] |= values
    return {name: dict(sorted(values.items(), key=lambda each: each[1])) for name, values in labels.items()}


def groups(choice: Choice[Row], legends: Mapping[str, str], rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Each value that would leave some rows, with their number once it is chosen too."""
    shown = []
    for name, legend in legends.items():
        options = [
            {
                "value": value,
                "label": label,
                "count": sum(map(choice.with_value(name, value).takes, rows)),
                "checked": value in choice.values[name],
            }
            for value, label in choice.labels[name].items()
        ]
        options = [option for option in options if option["count"] or option["checked"]]
        shown.append({"legend": legend, "name": name, "options": options})
    return [group for group in shown if group["options"]]


def chips(choice: Choice[Any]) -> list[dict[str, Any]]:
    """What is chosen, each with the address without it."""
    return [
        {"label": choice.labels[name][value], "url": choice.without(name, value).get_absolute_url(), "on": True}
        for name, values in choice.values.items()
        for value in values
    ]
