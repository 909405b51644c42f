"""What replaced what: the whole line of an item, from the first text to the one in use today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .models import Resource, Status


class Step(NamedTuple):
    """One work of the line, as components/timeline.html prints it."""

    title: str
    when: str
    text: str
    url: str
    hollow: bool


class Line(NamedTuple):
    """The published works of a line, oldest first, and what a reader should use now (None: nothing newer is here)."""

    steps: list[Step]
    newest: Resource | None


def line_of(resource: Resource) -> Line:
    """In 1 query where the item neither replaces nor is replaced, else in 2."""
    successors = dict(
        Resource.objects.filter(superseded_by__isnull=False).order_by("pk").values_list("pk", "superseded_by")
    )
    after, family = later(resource.pk, successors), members(resource.pk, successors)
    if len(family) == 1:
        return Line([], None)
    works = {item.pk: item for item in Resource.objects.published().filter(pk__in=family)}
    newest = next((works[pk] for pk in reversed(after) if pk in works), None)
    shown = sorted(works.values(), key=lambda item: (item.status != Status.SUPERSEDED, item.year or 0, item.title))
    return Line([_step(item, resource) for item in shown] if len(shown) > 1 else [], newest)


def later(key: int, successors: Mapping[int, int]) -> list[int]:
    """What replaced it, what replaced that, and so on; a circle is left where it closes (pure)."""
    found: list[int] = []
    while (key := successors.get(key, 0)) and key not in found:
        found.append(key)
    return found


def members(key: int, successors: Mapping[int, int]) -> set[int]:
    """All that end where this one ends, itself included (pure)."""
    last = ([key, *later(key, successors)])[-1]
    return {last} | {each for each in {key, *successors} if last in later(each, successors)}


def _step(item: Resource, shown: Resource) -> Step:
    is_it = item.pk == shown.pk
    stands = {Status.SUPERSEDED: "Replaced.", Status.WITHDRAWN: "Withdrawn.", Status.IN_DEVELOPMENT: "Not out yet."}
    text = stands.get(Status(item.status), "In use today.")
    return Step(
        title=item.code or item.title,
        when=str(item.year or "Year not known:"),
        text=f"{text} You are here." if is_it else text,
        url="" if is_it else item.get_absolute_url(),
        hollow=item.status != Status.CURRENT,
    )
