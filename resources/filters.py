"""What an address of the library asks for: words, facets, years, an order, a page. By plain GET, without a script.

Values of one facet widen, facets narrow. The number beside a value is the number of items that would be found
once it is chosen too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, F, Func, Model, Q, TextChoices
from django.db.models.expressions import Combinable
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from . import search
from .models import (
    FIRST_YEAR,
    LAST_YEAR,
    Audience,
    Cost,
    Population,
    Resource,
    ResourceType,
    Section,
    Setting,
    Status,
    Topic,
)
from .querysets import ENDED, ResourceQuerySet, asked, identified_by


class Facet(NamedTuple):
    """One group of choices. `column` is the resource's field; a model's rows are chosen by their slug."""

    legend: str
    column: str
    values: type[TextChoices] | type[Model]
    #: Is it shown folded until something in it is chosen?
    is_folded: bool = True


#: By the name in the address, in the order in which a page shows them.
FACETS = {
    "type": Facet("Kind of evidence", "type", ResourceType, is_folded=False),
    "topic": Facet("Topic", "topics", Topic),
    "audience": Facet("Written for", "audiences", Audience),
    "population": Facet("Age group", "population", Population, is_folded=False),
    "cost": Facet("Cost", "cost", Cost, is_folded=False),
    "setting": Facet("Where care is given", "settings", Setting),
    "section": Facet("Section", "section", Section),
    "status": Facet("Is it still current?", "status", Status),
}

#: The order of names in a canonical address.
ORDER = ["section", "topic", "type", "audience", "setting", "population", "cost", "status"]


class Sort(TextChoices):
    RELEVANCE = "relevance", "Most relevant first"
    NEWEST = "newest", "Newest first"
    TITLE = "title", "By title, A to Z"


class Problem(NamedTuple):
    """What was not understood, for a summary of errors; `field` is the one that it is said beside, if there is one."""

    message: str
    field: str = ""


@dataclass(frozen=True)
class Choice:
    """What an address asks for, as far as the library knows it. `problems` says what it does not know."""

    typed: str
    values: dict[str, list[str]]
    labels: dict[str, dict[str, str]]
    year_from: int | None = None
    year_to: int | None = None
    sort: str = ""
    page: int = 1
    problems: list[Problem] = field(default_factory=list)
    #: As typed, where it was not understood.
    typed_years: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Does it narrow the library at all?"""
        return bool(self.typed or self.facet_pairs() or self.year_from or self.year_to)

    @cached_property
    def query(self) -> search.Query:
        return asked(self.typed)

    @cached_property
    def count(self) -> int:
        return self.found().count()

    @property
    def order(self) -> Sort:
        return Sort(self.sort) if self.sort else Sort.RELEVANCE if self.typed else Sort.TITLE

    def found(self, *, leaving_out: str = "") -> ResourceQuerySet:
        """Published items that fit, in no order; one facet can be left aside.

        What was replaced or withdrawn is found only where its status is chosen, or by its own code.
        """
        found: ResourceQuerySet = Resource.objects.published()
        if self.typed:  # before the facets: whether some of the words are enough depends on the words alone
            found = found.matching(self.query)
        for name, values in self.values.items():
            if values and name != leaving_out:
                found = found.filter(_has(FACETS[name], values))
        if not self.values["status"] and leaving_out != "status":
            found = found.filter(~Q(status__in=ENDED) | identified_by(self.query))
        if self.year_from:
            found = found.filter(year__gte=self.year_from)
        if self.year_to:
            found = found.filter(year__lte=self.year_to)
        return found

    def results(self) -> ResourceQuerySet:
        """What is found, in the order that was asked for."""
        found = self.found()
        if self.typed:
            found = found.best_first(self.query)
        if self.order == Sort.NEWEST:
            return found.order_by(F("year").desc(nulls_last=True), F("published_at").desc(), "title", "slug")
        return found.in_use_first() if self.order == Sort.TITLE else found

    @property
    def is_loose(self) -> bool:
        """Has nothing in the library every word, so that what has some of them is found?"""
        everything: ResourceQuerySet = Resource.objects.published()
        return len(self.query.units) > 1 and not everything.matching(self.query, every_word=True).exists()

    # Its address

    def facet_pairs(self) -> list[tuple[str, str]]:
        return [(name, value) for name in ORDER for value in self.values[name]]

    def pairs(self) -> list[tuple[str, str]]:
        """Names and values of the one address of this choice, without its page."""
        rest = {"year_from": self.year_from, "year_to": self.year_to, "sort": self.sort}
        typed = [("q", self.typed)] if self.typed else []
        return [*typed, *self.facet_pairs(), *((name, str(value)) for name, value in rest.items() if value)]

    def pairs_of_page(self) -> list[tuple[str, str]]:
        return [*self.pairs(), *([("page", str(self.page))] if self.page > 1 else [])]

    def get_absolute_url(self) -> str:
        return _url(self.pairs_of_page())

    # Near it

    def on_page(self, page: int) -> Choice:
        return replace(self, page=page)

    def sorted_by(self, sort: Sort) -> Choice:
        natural = Sort.RELEVANCE if self.typed else Sort.TITLE
        return replace(self, sort="" if sort == natural else sort.value, page=1)

    def without(self, name: str, value: str) -> Choice:
        left = {**self.values, name: [v for v in self.values[name] if v != value]}
        return replace(self, values=left, page=1)

    def without_years(self) -> Choice:
        return replace(self, year_from=None, year_to=None, page=1)

    def with_words(self, typed: str) -> Choice:
        return replace(self, typed=typed, page=1, sort="" if self.sort == Sort.RELEVANCE else self.sort)

    def with_status(self, statuses: list[str]) -> Choice:
        return replace(self, values={**self.values, "status": statuses}, page=1)

    @property
    def is_one_list(self) -> bool:
        """Is it all of one value of one facet, in the usual order?"""
        return len(self.pairs()) == 1 and len(self.facet_pairs()) == 1

    @property
    def is_words_alone(self) -> bool:
        return self.pairs() == [("q", self.typed)]

    def label(self, name: str, value: str) -> str:
        return self.labels[name][value]

    @property
    def years(self) -> str:
        """The years in words, or nothing."""
        if self.year_from and self.year_to:
            return f"{self.year_from} to {self.year_to}"
        return f"{self.year_from} or later" if self.year_from else f"{self.year_to} or earlier" if self.year_to else ""


def read(query: QueryDict) -> Choice:
    """Two queries, for the names of sections and topics."""
    labels = {name: _labels(facet.values) for name, facet in FACETS.items()}
    values, problems = {}, []
    for name, known in labels.items():
        given = query.getlist(name)
        values[name] = [value for value in known if value in given]
        if unknown := [value for value in given if value and value not in known]:
            said = f"“{search.plain(unknown[0])[:40]}”"
            problems.append(Problem(f"{FACETS[name].legend}: this library has no {said}. We left it out."))
    years: dict[str, int | None] = {}
    typed_years: dict[str, str] = {}
    for name, label in (("year_from", "From year"), ("year_to", "To year")):
        typed = search.plain(query.get(name, ""))
        years[name] = _year(typed)
        if typed and not years[name]:
            typed_years[name] = typed[:40]
            problems.append(Problem(f"{label}: write a year with four digits, such as 2015", name))
    if years["year_from"] and years["year_to"] and years["year_from"] > years["year_to"]:
        typed_years = {name: str(year) for name, year in years.items()}
        years = dict.fromkeys(years)
        problems.append(Problem("From year: write a year that is not after the “to” year", "year_from"))
    words = search.plain(query.get("q", ""))[: search.LONGEST].strip()
    page = query.get("page", "")
    choice = Choice(
        typed=words,
        values=values,
        labels=labels,
        page=int(page) if re.fullmatch("[0-9]{1,6}", page) and page.isascii() else 1,
        problems=problems,
        typed_years=typed_years,
        year_from=years["year_from"],
        year_to=years["year_to"],
    )
    sort = query.get("sort", "")
    return choice.sorted_by(Sort(sort)).on_page(max(choice.page, 1)) if sort in _sorts(words) else choice


def numbers(choice: Choice, name: str) -> dict[str, int]:
    """Value -> items that would be found with it, in one query for all values.

    Beside a chosen value stands how many items have it; beside another one, what is found now and what it would add.
    """
    facet, chosen = FACETS[name], choice.values[name]
    value: Combinable = F(facet.column)
    if issubclass(facet.values, Model):
        value = F(f"{facet.column}__slug")
    elif _holds_several(facet):
        value = Func(value, function="unnest", set_returning=True)
    of_each = choice.found(leaving_out=name).order_by().annotate(value=value).values("value")
    if not chosen:
        return {
            each: having for each, having in of_each.annotate(having=Count("pk")).values_list("value", "having") if each
        }
    adding = Count("pk", filter=~_has(facet, chosen))
    rows = of_each.annotate(having=Count("pk"), adding=adding).values_list("value", "having", "adding")
    return {each: having if each in chosen else choice.count + adding for each, having, adding in rows if each}


def _labels(values: type[TextChoices] | type[Model]) -> dict[str, str]:
    if issubclass(values, Model):
        return dict(values._default_manager.values_list("slug", "title"))
    return {str(value): str(label) for value, label in values.choices}


def _has(facet: Facet, values: list[str]) -> Q:
    if facet.values is Topic:  # in a subquery: an item with two of the topics would be met twice
        return Q(pk__in=Resource.topics.through.objects.filter(topic__slug__in=values).values("resource"))
    if facet.values is Section:
        return Q(section__slug__in=values)
    lookup = "overlap" if _holds_several(facet) else "in"
    return Q(**{f"{facet.column}__{lookup}": values})


def _holds_several(facet: Facet) -> bool:
    return isinstance(Resource._meta.get_field(facet.column), ArrayField)


def _sorts(words: str) -> list[str]:
    return [sort.value for sort in Sort if words or sort != Sort.RELEVANCE]


def _year(typed: str) -> int | None:
    is_year = re.fullmatch("[0-9]{4}", typed) and typed.isascii() and FIRST_YEAR <= int(typed) <= LAST_YEAR
    return int(typed) if is_year else None


def _url(pairs: list[tuple[str, str]]) -> str:
    library = reverse("resources:list")
    return f"{library}?{urlencode(pairs)}" if pairs else library
