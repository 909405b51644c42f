"""How the people of the programme are shown: the published words, confirmed corrections with their footnote."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .models import Person, PersonGroup


class Footnote(NamedTuple):
    number: int
    text: str


class ShownPerson(NamedTuple):
    key: str
    name: str
    role: str
    organisation: str
    footnote: Footnote | None


class ShownGroup(NamedTuple):
    title: str
    people: list[ShownPerson]


class PeoplePage(NamedTuple):
    panel: list[ShownGroup]
    core_staff: list[ShownPerson]
    footnotes: list[Footnote]
    #: Has NCISH confirmed everyone who is shown? Until then search engines are kept out.
    is_confirmed: bool


def people_page() -> PeoplePage:
    """Everyone who is not hidden, in 2 queries."""
    people = list(Person.objects.shown().select_related("group"))
    footnotes: list[Footnote] = []
    groups = [
        ShownGroup(group.title, members)
        for group in PersonGroup.objects.all()
        if (members := _shown((p for p in people if p.group_id == group.pk), footnotes))
    ]
    return PeoplePage(
        panel=groups,
        core_staff=_shown((p for p in people if p.group_id is None), footnotes),
        footnotes=footnotes,
        is_confirmed=all(person.confirmed_on for person in people),
    )


def _shown(people: Iterable[Person], footnotes: list[Footnote]) -> list[ShownPerson]:
    shown = []
    for person in people:
        footnote = None
        if person.is_corrected:
            published = getattr(person, person.correction_field)
            footnote = Footnote(len(footnotes) + 1, f"Published as “{published}”. {person.correction_reason}")
            footnotes.append(footnote)
        name = " ".join(part for part in (person.as_shown("title"), person.as_shown("name")) if part)
        role = person.role_as_published or person.as_shown("role")
        shown.append(ShownPerson(person.key, name, role, person.as_shown("organisation"), footnote))
    return shown
