"""The library's questions, in the field's words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db import models
from django.db.models import Case, Count, Exists, F, FloatField, OuterRef, Prefetch, Q, Subquery, Value, When

from selfharm_portal.publishing import review_dates
from selfharm_portal.publishing.querysets import PublishableQuerySet

from . import duplicates, search
from .duplicates import Known

if TYPE_CHECKING:
    from selfharm_portal.accounts.models import User
    from selfharm_portal.accounts.permissions import Person

    from .models import (  # noqa: F401 (named in the QuerySets' brackets)
        FailedSearch,
        Helpline,
        Link,
        NotTheSame,
        ReadingList,
        Resource,
        ResourceChange,
        Topic,
    )

#: PostgreSQL's dictionary of English: "assessing" finds "assessment".
CONFIG = "english"

#: Of ts_rank: a word says more of a short text than of a long one.
BY_LENGTH = Value(1)

#: Statuses of what readers are no longer sent to, unless they ask for it.
ENDED = ["superseded", "withdrawn"]


def asked(typed: str) -> search.Query:
    """Typed words, read with the synonyms that curators keep: one query, and none if nothing was typed."""
    from .models import SynonymGroup

    groups = SynonymGroup.objects.in_use().values_list("terms", flat=True) if typed.strip() else []
    return search.read(typed, search.synonyms_of(groups))


def identified_by(query: search.Query) -> Q:
    """Is an item's code, DOI or PubMed number all that was typed?"""
    if not query.identifier:
        return Q(pk__in=[])
    return Q(code__iexact=query.identifier) | Q(doi__iexact=query.identifier) | Q(pmid=query.identifier)


def ended_last() -> Case:
    """For order_by: replaced and withdrawn items after the others."""
    return Case(When(status__in=ENDED, then=1), default=0)


def _asked(query: str) -> SearchQuery:
    return SearchQuery(query, config=CONFIG, search_type="raw")


def _rank(query: search.Query) -> Any:
    """Each unit counts by how telling it is: found at all, then where and how often, most of all as it was typed."""
    vector = F("search_vector")
    rank: Any = Value(0.0)
    for unit in query.units:
        found = Case(When(search_vector=_asked(unit.wide), then=1.0), default=0.0, output_field=FloatField())
        as_typed = SearchRank(vector, _asked(unit.narrow), normalization=BY_LENGTH)
        one_of_its_group = SearchRank(vector, _asked(unit.wide), normalization=BY_LENGTH)
        rank = rank + (found + as_typed * 4.0 + one_of_its_group * 1.2) * unit.weight
    if query.phrase:
        rank = rank + SearchRank(vector, _asked(query.phrase))
    if query.beginning:
        rank = rank + Case(When(search_title__startswith=query.beginning, then=1.0), default=0.0)
    return rank


class ResourceQuerySet(PublishableQuerySet["Resource"]):
    def for_reader(self, reader: str) -> Self:
        """What may be on this reader's page. `audiences` gives no such permission."""
        return self.filter(reader__contains=[reader])

    def on_topics(self, topics: Iterable[Topic]) -> Self:
        """Those about any of the topics, each once."""
        through = self.model.topics.through
        return self.filter(pk__in=through.objects.filter(topic__in=topics).values("resource"))

    def without_owner(self) -> Self:
        """Nobody looks after it, or somebody who is no curator any more."""
        curators = Q(owner__is_active=True, owner__roles__contains=["curator"])
        return self.kept().filter(~curators | Q(owner=None))

    def unverified(self) -> Self:
        """What the content files say must be checked."""
        return self.kept().filter(verified=False)

    def ended_but_listed(self) -> Self:
        """Replaced or withdrawn, and still on a reading list that readers see."""
        from .models import ReadingListEntry

        listed = ReadingListEntry.objects.filter(resource=OuterRef("pk"), reading_list__shown=True)
        return self.published().filter(Exists(listed), status__in=ENDED)

    def in_use_first(self) -> Self:
        """Replaced and withdrawn items after the others."""
        return self.order_by(ended_last(), "title", "slug")

    def in_use(self) -> Self:
        return self.exclude(status__in=ENDED)

    def matching(self, query: search.Query, *, every_word: bool = False) -> Self:
        """Items that have the words. Where none of these here has every word, what has some, unless `every_word`."""
        if not query:
            return self.none()
        if query.is_doi:
            return self.filter(identified_by(query))
        matches = Q(search_vector=_asked(query.every_word))
        if query.identifier.isdigit():  # the vector has codes, but no PubMed numbers
            matches |= identified_by(query)
        if not every_word and len(query.units) > 1:
            matches |= Q(~Exists(self.filter(matches).order_by()), search_vector=_asked(query.some_words))
        return self.filter(matches)

    def best_first(self, query: search.Query) -> Self:
        """The nearest to the words first. What was replaced or withdrawn comes after the others, so never before its
        successor. Each item gets `snippet`, for search.parts."""
        if not query.branches:
            return self.annotate(snippet=F("summary")).in_use_first()
        snippet = SearchHeadline(
            "summary",
            _asked(query.marked),
            config=CONFIG,
            start_sel=search.START,
            stop_sel=search.STOP,
            highlight_all=True,
        )
        rank = Case(When(identified_by(query), then=Value(1000.0)), default=_rank(query), output_field=FloatField())
        return self.alias(rank=rank).annotate(snippet=snippet).order_by(ended_last(), "-rank", "title", "slug")

    def search(self, typed: str, *, every_word: bool = False) -> Self:
        """Items that match a typed search ("phrase", -word, OR), the best first: search.py reads it."""
        query = asked(typed)
        return self.matching(query, every_word=every_word).best_first(query)

    def known(self) -> list[Known]:
        """What is compared to find out whether an item is here already: 1 query."""
        names = ArrayAgg("publishers__name", filter=Q(publishers__isnull=False), default=Value([]))
        return [
            Known(
                title=row["title"],
                doi=row["doi"],
                pmid=row["pmid"],
                url=row["url"],
                code=row["code"],
                year=row["year"],
                publishers=tuple(row["names"]),
                key=row["pk"],
            )
            for row in self.order_by("pk").values("title", "doi", "pmid", "url", "code", "year", "pk", names=names)
        ]

    def likely_duplicates_of(self, item: Known) -> list[LikelyDuplicate]:
        """What may be the same work, except where somebody has said that it is not."""
        from .models import NotTheSame

        told_apart = NotTheSame.objects.told_apart_from(item.key) if item.key else set()
        likely = duplicates.find(item, self.known())
        why = {found.item.key: found.why for found in likely if found.item.key not in told_apart}
        resources = self.filter(pk__in=[key for key in why if key]).order_by("title", "pk")
        return [LikelyDuplicate(resource, why[resource.pk]) for resource in resources] if why else []

    def with_everything(self) -> Self:
        """Section, publishers, topics, what it replaces, the lists it is on: 5 queries, for one item or for all."""
        from .models import ReadingListEntry, ResourcePublisher

        return self.select_related("section", "superseded_by").prefetch_related(
            Prefetch("resource_publishers", ResourcePublisher.objects.select_related("publisher")),
            "topics",
            Prefetch("replaces", self.model.objects.published().order_by("year", "title")),
            Prefetch(
                "reading_list_entries",
                ReadingListEntry.objects.filter(reading_list__shown=True)
                .select_related("reading_list")
                .order_by("reading_list__position", "reading_list__title"),
            ),
        )


class ResourceManager(models.Manager.from_queryset(ResourceQuerySet)):  # type: ignore[misc]
    """Leaves the vector in the database: nobody reads it."""

    def get_queryset(self) -> ResourceQuerySet:
        found: ResourceQuerySet = super().get_queryset().defer("search_vector")
        return found


class ResourceChangeQuerySet(models.QuerySet["ResourceChange"]):
    """Always the newest first."""

    def for_history(self) -> Self:
        """With all that a line of it names."""
        return self.select_related("by", "successor")

    def told(self) -> Self:
        """What an item's page tells readers: nothing from before it was published."""
        return self.exclude(kind="for_staff").filter(
            resource__publication_state="published", made_at__gte=F("resource__published_at")
        )

    def told_by(self, person: Person) -> Self:
        """What this person changed of what readers see."""
        return self.exclude(kind__in=["for_staff", "reviewed"]).filter(by=person.pk)

    def news(self) -> Self:
        """What the feed tells: a review that changed nothing is no news."""
        return self.told().exclude(kind="reviewed")


class LikelyDuplicate(NamedTuple):
    resource: Resource
    why: str


class NotTheSameQuerySet(models.QuerySet["NotTheSame"]):
    def told_apart_from(self, key: int) -> set[int]:
        """The rows that are known to be others than this one."""
        pairs = self.filter(Q(first=key) | Q(second=key)).values_list("first", "second")
        return {row for pair in pairs for row in pair} - {key}

    def remember(self, resource: Resource, others: Iterable[Resource], *, by: User) -> None:
        """That `by` looked at them, and `resource` is none of them."""
        pairs = (sorted([resource.pk, other.pk]) for other in others)
        rows = [self.model(first_id=first, second_id=second, by=by) for first, second in pairs]
        self.bulk_create(rows, ignore_conflicts=True)  # somebody may have said so meanwhile


class ReadingListQuerySet(models.QuerySet["ReadingList"]):
    def shown(self) -> Self:
        return self.filter(shown=True)

    def with_entries(self) -> Self:
        """Each list gets the `published_entries` and `unpublished_entries` that its properties choose from."""
        from .models import ReadingListEntry, ResourcePublisher

        entries = ReadingListEntry.objects.select_related("resource").order_by("position", "pk")
        publishers = Prefetch("resource__resource_publishers", ResourcePublisher.objects.select_related("publisher"))
        published = entries.filter(resource__publication_state="published").prefetch_related(publishers)
        unpublished = entries.filter(resource__publication_state__in=["draft", "in_review"])
        return self.prefetch_related(
            Prefetch("entries", published, to_attr="published_entries"),
            Prefetch("entries", unpublished, to_attr="unpublished_entries"),
        )


class HelplineQuerySet(models.QuerySet["Helpline"]):
    """Always the urgent ones first, then by `order`."""

    def verified(self) -> Self:
        """What may be shown to the public."""
        return self.filter(verified=True).order_by("-urgent", "order", "name")

    def to_check(self, today: date) -> Self:
        """Never rung or opened, or not for 90 days."""
        long_ago = today - review_dates.VERIFY_EVERY
        return self.filter(Q(verified=False) | Q(last_verified=None) | Q(last_verified__lt=long_ago))

    def urgent(self) -> Self:
        """Verified lines for immediate danger."""
        return self.verified().filter(urgent=True)


class LinkQuerySet(models.QuerySet["Link"]):
    def for_readers(self) -> Self:
        return self.filter(for_readers=True)

    def checked(self) -> Self:
        return self.exclude(checked_at=None)

    def broken(self) -> Self:
        return self.filter(standing="broken")

    def moved(self) -> Self:
        return self.filter(standing="moved")

    def due(self, now: datetime) -> Self:
        """What may be tried again, the longest untried first."""
        return self.filter(Q(next_check_at=None) | Q(next_check_at__lte=now)).order_by(
            F("checked_at").asc(nulls_first=True), "url"
        )


class WordQuerySet(models.QuerySet[models.Model]):
    """Synonyms, words of distress and words never suggested."""

    def in_use(self) -> Self:
        return self.filter(in_use=True)


class FailedSearchQuerySet(models.QuerySet["FailedSearch"]):
    def often(self, today: date) -> Self:
        """What was searched for on 3 different days of the last 90: of its rows the newest, with `days`."""
        recent = self.model.objects.filter(day__gte=today - timedelta(days=90), words=OuterRef("words")).order_by()
        days = recent.values("words").annotate(number=Count("pk")).values("number")
        return (
            self.filter(day__gte=today - timedelta(days=90))
            .annotate(days=Subquery(days))
            .filter(~Exists(recent.filter(day__gt=OuterRef("day"))), days__gte=3)
            .order_by("-days", "words")
        )
