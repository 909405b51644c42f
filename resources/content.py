"""fixtures/ -> rows. What is there already, by its key, is never touched: it is the curators' now.

Staff may have changed, archived or emptied a row on purpose, so loading again adds what is missing and
nothing else: no update, no new entry in a reading list that is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from django.db import models, transaction
from django.utils import timezone

from selfharm_portal import content_files
from selfharm_portal.publishing import moves
from selfharm_portal.publishing.models import PublicationState

from . import indexing
from .models import (
    DistressTerm,
    Helpline,
    NeverSuggestedTerm,
    Publisher,
    ReadingList,
    ReadingListEntry,
    Resource,
    ResourceChange,
    ResourcePublisher,
    Section,
    SynonymGroup,
    Topic,
)

FILES = ["resources.yaml", "reading_lists.yaml", "helplines.yaml", "synonyms.yaml"]

#: Keys that are taken over under the same name; "" stands for null in a text.
TEXTS = ["journal", "doi", "pmid", "isbn", "code", "url", "format", "summary", "content_note", "evidence"]
AS_THEY_ARE = [
    "title",
    "type",
    "authors",
    "year",
    "audiences",
    "settings",
    "population",
    "cost",
    "minutes",
    "login_required",
    "easy_read",
    "reader",
    "status",
    "verified",
]
#: The other keys of a resource, and where they go.
RENAMED = {
    "key": "slug",
    "publisher": "publishers",
    "note": "curator_note",
    "date_published": "date_published",
    "section": "section",
    "superseded_by": "superseded_by",
    "topics": "topics",
}

HELPLINE_TEXTS = ["phone", "phone_tel", "sms", "email", "webchat_url", "url", "note", "curator_note"]
HELPLINE_AS_THEY_ARE = ["name", "for_whom", "hours", "cost", "urgent", "order", "verified", "evidence"]


M = TypeVar("M", bound=models.Model)


class Loaded(NamedTuple):
    """What a load did with one kind of row."""

    kind: str
    created: int
    kept: int


@transaction.atomic
def load(fixtures: Path) -> list[Loaded]:
    """Create what the four files have and the database has not, in about 15 queries if there is nothing to do."""
    files = {name: content_files.read(fixtures / name) for name in FILES}
    return [
        *_load_headings(files["resources.yaml"]),
        *_load_resources(files["resources.yaml"]["resources"]),
        _load_reading_lists(files["reading_lists.yaml"]["reading_lists"]),
        _load_helplines(files["helplines.yaml"]["helplines"]),
        *_load_words(files["synonyms.yaml"]),
    ]


def split_publishers(written: str) -> list[str]:
    """The publishers of one item, in order: "A (now B); C" are two, named as published."""
    return [name for part in written.split(";") if (name := part.strip())]


def _load_headings(content: Mapping[str, Any]) -> list[Loaded]:
    sections = _create_missing(
        "sections",
        Section,
        [
            Section(slug=row["key"], title=row["title"], introduction=row["introduction"], position=position)
            for position, row in enumerate(content["sections"], start=1)
        ],
    )
    topics = _create_missing(
        "topics",
        Topic,
        [
            Topic(slug=row["key"], title=row["title"], position=position)
            for position, row in enumerate(content["topics"], start=1)
        ],
    )
    return [sections, topics]


def _load_resources(rows: list[dict[str, Any]]) -> list[Loaded]:
    ids = dict(Resource.objects.values_list("slug", "pk"))
    new = [row for row in rows if row["key"] not in ids]
    publishers, made = _publishers(name for row in new for name in split_publishers(row["publisher"]))
    loaded = [Loaded("publishers", made, len(publishers) - made), Loaded("resources", len(new), len(rows) - len(new))]
    if not new:
        return loaded

    sections = dict(Section.objects.values_list("slug", "pk"))
    topics = dict(Topic.objects.values_list("slug", "pk"))
    # What replaces others comes before them: a row names its successor from the start, as its constraint wants.
    waiting = {row["key"]: row for row in new}
    while waiting:
        ready = [row for row in waiting.values() if row["superseded_by"] not in waiting]
        if not ready:
            raise ValueError(f"these items replace each other in a circle: {', '.join(sorted(waiting))}")
        for resource in Resource.objects.bulk_create([_resource(row, sections, ids) for row in ready]):
            ids[resource.slug] = resource.pk
            del waiting[resource.slug]

    ResourcePublisher.objects.bulk_create(
        ResourcePublisher(resource_id=ids[row["key"]], publisher_id=publishers[name], position=position)
        for row in new
        for position, name in enumerate(split_publishers(row["publisher"]), start=1)
    )
    has_topic = Resource.topics.through
    has_topic.objects.bulk_create(
        has_topic(resource_id=ids[row["key"]], topic_id=topics[topic]) for row in new for topic in row["topics"]
    )
    ResourceChange.objects.bulk_create(
        ResourceChange(resource_id=ids[row["key"]], kind=said.kind, sentence=said.sentence)
        for row in new
        for said in [moves.first_publication(Resource) if row["verified"] else moves.DRAFTED]
    )
    indexing.index(Resource.objects.filter(slug__in=[row["key"] for row in new]))
    return loaded


def _resource(row: Mapping[str, Any], sections: Mapping[str, int], ids: Mapping[str, int]) -> Resource:
    """Verified rows are published, not yet reviewed by anybody, due for review in six months; the others are drafts."""
    now = timezone.now()
    return Resource(
        **{key: row[key] for key in AS_THEY_ARE},
        **{key: row[key] or "" for key in TEXTS},
        slug=row["key"],
        section_id=sections[row["section"]],
        curator_note=row["note"] or "",
        date_published=date.fromisoformat(row["date_published"]) if row["date_published"] else None,
        superseded_by_id=ids[row["superseded_by"]] if row["superseded_by"] else None,
        publication_state=PublicationState.PUBLISHED if row["verified"] else PublicationState.DRAFT,
        published_at=now if row["verified"] else None,
    )


def _publishers(names: Iterable[str]) -> tuple[dict[str, int], int]:
    """(id of each name, how many had to be created). A publisher is known by its other spellings too."""
    wanted = list(dict.fromkeys(names))
    known: dict[str, int] = {}
    if wanted:
        for pk, name, spellings in Publisher.objects.values_list("pk", "name", "other_spellings"):
            known |= dict.fromkeys([*spellings, name], pk)
    new = Publisher.objects.bulk_create(Publisher(name=name) for name in wanted if name not in known)
    known |= {publisher.name: publisher.pk for publisher in new}
    return {name: known[name] for name in wanted}, len(new)


def _load_reading_lists(rows: list[dict[str, Any]]) -> Loaded:
    there = set(ReadingList.objects.values_list("slug", flat=True))
    new = [(position, row) for position, row in enumerate(rows, start=1) if row["key"] not in there]
    if new:
        ids = dict(Resource.objects.values_list("slug", "pk"))
        lists = ReadingList.objects.bulk_create(
            ReadingList(
                slug=row["key"],
                title=row["title"],
                introduction=row["introduction"],
                audience=row["audience"],
                position=position,
            )
            for position, row in new
        )
        ReadingListEntry.objects.bulk_create(
            ReadingListEntry(
                reading_list=reading_list, resource_id=ids[entry["key"]], position=position, why=entry["why"]
            )
            for reading_list, (_, row) in zip(lists, new, strict=True)
            for position, entry in enumerate(row["resources"], start=1)
        )
    return Loaded("reading lists", len(new), len(rows) - len(new))


def _load_helplines(rows: list[dict[str, Any]]) -> Loaded:
    return _create_missing(
        "help lines",
        Helpline,
        [
            Helpline(
                **{key: row[key] for key in HELPLINE_AS_THEY_ARE},
                **{key: row[key] or "" for key in HELPLINE_TEXTS},
                slug=row["key"],
            )
            for row in rows
        ],
    )


def _load_words(content: Mapping[str, Any]) -> list[Loaded]:
    distress = [(term, False) for term in content["distress_terms"]]
    distress += [(term, True) for term in content["distress_whole_queries"]]
    return [
        _create_missing(
            "groups of synonyms",
            SynonymGroup,
            [SynonymGroup(slug=row["key"], terms=row["terms"]) for row in content["groups"]],
        ),
        _create_missing(
            "words of distress",
            DistressTerm,
            [DistressTerm(term=str(term), whole_query=whole) for term, whole in distress],
            key="term",
        ),
        _create_missing(
            "words never suggested",
            NeverSuggestedTerm,
            [NeverSuggestedTerm(term=term) for term in content["never_suggest"]],
            key="term",
        ),
    ]


def _create_missing(kind: str, model: type[M], rows: list[M], *, key: str = "slug") -> Loaded:
    manager = model._default_manager
    there = {str(value).lower() for value in manager.values_list(key, flat=True)}
    new = [row for row in rows if str(getattr(row, key)).lower() not in there]
    manager.bulk_create(new)
    return Loaded(kind, len(new), len(rows) - len(new))
