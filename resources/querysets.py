"""The library's questions, in the field's words."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.aggregates import StringAgg
from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db import models
from django.db.models import Case, F, FloatField, OuterRef, Prefetch, Q, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce

if TYPE_CHECKING:
    from .models import Helpline, ReadingList, Resource  # noqa: F401 (named in the QuerySets' brackets)

#: PostgreSQL's dictionary of English: "assessing" finds "assessment".
CONFIG = "english"


def _joined(path: str) -> Coalesce:
    """All the values at the end of `path` in one text, found in a subquery so that no row is met twice."""
    from .models import Resource

    rows = Resource.objects.filter(pk=OuterRef("pk")).order_by().values("pk")
    joined = rows.annotate(joined=StringAgg(path, delimiter=" ", output_field=TextField())).values("joined")
    return Coalesce(Subquery(joined), Value(""), output_field=TextField())


class ResourceQuerySet(models.QuerySet["Resource"]):
    def published(self) -> Self:
        return self.filter(publication_state="published")

    def for_reader(self, reader: str) -> Self:
        """What may be on this reader's page. `audiences` gives no such permission."""
        return self.filter(reader__contains=[reader])

    def review_due(self, today: date) -> Self:
        """Published and due for review by today, the longest overdue first."""
        return self.published().filter(review_due__lte=today).order_by("review_due", "title")

    def in_use_first(self) -> Self:
        """Replaced and withdrawn items after the others."""
        ended = Case(When(status__in=["superseded", "withdrawn"], then=1), default=0)
        return self.order_by(ended, "title", "slug")

    def search(self, words: str) -> Self:
        """Items that match a typed search ("phrase", -word, OR), the best first; a code or DOI finds its item first."""
        words = words.replace("\x00", "").strip()
        if not words:
            return self.none()
        query = SearchQuery(words, config=CONFIG, search_type="websearch")
        vector = (
            SearchVector("title", weight="A", config=CONFIG)
            + SearchVector("code", weight="A", config=CONFIG)
            + SearchVector("topic_titles", weight="B", config=CONFIG)
            + SearchVector("summary", weight="C", config=CONFIG)
            + SearchVector("publisher_names", weight="D", config=CONFIG)
        )
        known_by = Q(code__iexact=words) | Q(doi__iexact=words) | Q(pmid=words)
        ended = Case(When(status__in=["superseded", "withdrawn"], then=1), default=0)
        return (
            self.alias(
                topic_titles=_joined("topics__title"),
                publisher_names=_joined("publishers__name"),
            )
            .alias(text=vector)
            .annotate(
                rank=Case(
                    When(known_by, then=Value(10.0)),
                    default=SearchRank(F("text"), query),
                    output_field=FloatField(),
                )
            )
            .filter(Q(text=query) | known_by)
            .order_by(ended, "-rank", "title", "slug")
        )

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


class ReadingListQuerySet(models.QuerySet["ReadingList"]):
    def shown(self) -> Self:
        return self.filter(shown=True)

    def with_published_entries(self) -> Self:
        """Each list gets `published_entries`, in their order."""
        from .models import ReadingListEntry, ResourcePublisher

        entries = ReadingListEntry.objects.filter(resource__publication_state="published")
        publishers = Prefetch("resource__resource_publishers", ResourcePublisher.objects.select_related("publisher"))
        entries = entries.select_related("resource").prefetch_related(publishers).order_by("position", "pk")
        return self.prefetch_related(Prefetch("entries", entries, to_attr="published_entries"))


class HelplineQuerySet(models.QuerySet["Helpline"]):
    """Always the urgent ones first, then by `order`."""

    def verified(self) -> Self:
        """What may be shown to the public."""
        return self.filter(verified=True).order_by("-urgent", "order", "name")

    def urgent(self) -> Self:
        """Verified lines for immediate danger."""
        return self.verified().filter(urgent=True)


class WordQuerySet(models.QuerySet[models.Model]):
    """Synonyms, words of distress and words never suggested."""

    def in_use(self) -> Self:
        return self.filter(in_use=True)
