"""What the library's pages say about a choice: heading, filters with their numbers, ways on from nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.core.paginator import Page
from django.urls import reverse
from django.utils.http import urlencode

from selfharm_portal.pages import distress

from . import filters, suggestions
from .filters import FACETS, Choice, Sort
from .models import Section, Status

#: With so few results or fewer, other words are suggested, if some are misspelt.
LITTLE = 2


class OtherWords(NamedTuple):
    """Did you mean these?"""

    choice: Choice
    are_shown: bool

    @property
    def label(self) -> str:
        return self.choice.typed

    @property
    def url(self) -> str:
        return self.choice.get_absolute_url()

    @property
    def text(self) -> str:
        found = f"It finds {items_in_words(self.choice.count)}."
        return f"{found} We show {'it' if self.choice.count == 1 else 'those'} below." if self.are_shown else found


def items_in_words(count: int) -> str:
    return "1 item" if count == 1 else f"{count:,} items"


def heading(choice: Choice) -> str:
    """Of one section or topic, its own name."""
    pairs = choice.pairs()
    return choice.label(*pairs[0]) if choice.is_one_list and pairs else "Library"


def introduction(choice: Choice) -> str:
    if choice.is_one_list and choice.values["section"]:
        return Section.objects.get(slug=choice.values["section"][0]).introduction
    return ""


def count_in_words(choice: Choice) -> str:
    return f"{items_in_words(choice.count)} about “{choice.typed}”" if choice.typed else items_in_words(choice.count)


def other_words(choice: Choice) -> OtherWords | None:
    """For a search that found little: nearest words that find something, with the same filters."""
    if not choice.typed or choice.count > LITTLE:
        return None

    def found(words: str) -> int:
        other = choice.with_words(words)
        return 0 if other.is_loose else other.count

    meant = suggestions.did_you_mean(choice.typed, found)
    return OtherWords(choice.with_words(meant.words), are_shown=not choice.count) if meant else None


def groups(choice: Choice) -> list[dict[str, Any]]:
    """For components/facets.html: each value with the number of items that would be found with it."""
    shown = []
    for name, facet in FACETS.items():
        chosen, numbers = choice.values[name], filters.numbers(choice, name)
        options = [
            {"value": value, "label": label, "count": numbers.get(value, 0), "checked": value in chosen}
            for value, label in choice.labels[name].items()
            if numbers.get(value) or value in chosen
        ]
        is_folded = facet.is_folded and not chosen
        if options:
            shown.append({"legend": facet.legend, "name": name, "options": options, "is_folded": is_folded})
    return shown


def years(choice: Choice) -> list[dict[str, Any]]:
    """The two fields for years, with what was typed and what is wrong with it."""
    errors = {problem.field: problem.message for problem in choice.problems}
    return [
        {
            "name": name,
            "label": label,
            "value": choice.typed_years.get(name, year or ""),
            "error": errors.get(name, ""),
        }
        for name, label, year in (("year_from", "From year", choice.year_from), ("year_to", "To year", choice.year_to))
    ]


def hidden(choice: Choice) -> list[dict[str, str]]:
    """What the form of filters sends along: words and order."""
    return [{"name": name, "value": value} for name, value in choice.pairs() if name in ("q", "sort")]


def chips(choice: Choice) -> list[dict[str, Any]]:
    """What is chosen, each with the address that takes it away."""
    chosen = [
        {"label": choice.label(name, value), "url": choice.without(name, value).get_absolute_url(), "on": True}
        for name, value in choice.facet_pairs()
    ]
    if choice.years:
        chosen.append({"label": choice.years, "url": choice.without_years().get_absolute_url(), "on": True})
    return chosen


def sorts(choice: Choice) -> list[dict[str, str]]:
    """The orders to choose from; the one that is shown has no address."""
    return [
        {"label": sort.label, "url": "" if sort == choice.order else choice.sorted_by(sort).get_absolute_url()}
        for sort in Sort
        if choice.typed or sort != Sort.RELEVANCE
    ]


def ways_on(choice: Choice) -> list[dict[str, str]]:
    """From "nothing": each thing that could be let go of, with the number of items that would be there."""
    ways = [
        (f"Drop “{choice.label(name, value)}”", choice.without(name, value)) for name, value in choice.facet_pairs()
    ]
    if choice.years:
        ways.append((f"Drop “{choice.years}”", choice.without_years()))
    if choice.typed:
        ways.append((f"Drop the words “{choice.typed}”", choice.with_words("")))
    return [
        {"label": label, "url": rest.get_absolute_url(), "text": items_in_words(rest.count)}
        for label, rest in ways
        if rest and rest.count
    ]


def ended_too(choice: Choice) -> dict[str, str] | None:
    """What else would be found if replaced and withdrawn items were shown."""
    if choice.values["status"]:
        return None
    more = choice.with_status(Status.values)
    count = more.count - choice.count
    if not count:
        return None
    label = "1 replaced or withdrawn item" if count == 1 else f"{count:,} replaced or withdrawn items"
    return {"label": f"Show {label} too", "url": more.get_absolute_url()}


def ask_ncish(choice: Choice) -> dict[str, str]:
    """The message to NCISH, begun with what was looked for; words of distress are not put into anybody's mouth."""
    contact = reverse("pages:contact")
    if not choice.typed or distress.suggested(choice.typed):
        return {"label": "Ask NCISH for it", "url": contact}
    subject = urlencode({"subject": f"Something in the library about “{choice.typed}”"[:150]})
    return {"label": f"Ask for “{choice.typed}”", "url": f"{contact}?{subject}"}


def pagination(page: Page[Any], address: Callable[[int], str]) -> dict[str, Any]:
    """For components/pagination.html; `address` of a page number."""
    return {
        "items": [
            {"number": number, "url": address(number), "current": number == page.number}
            if isinstance(number, int)
            else {}
            for number in page.paginator.get_elided_page_range(page.number)
        ],
        "previous_url": address(page.number - 1) if page.has_previous() else "",
        "next_url": address(page.number + 1) if page.has_next() else "",
    }
