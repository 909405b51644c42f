"""What each resource is found by: the only writer of its search columns.

Call `index` after anything that a column is made of has changed: a resource itself, its topics and publishers,
or their names. PostgreSQL makes the weighted vector from the columns by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from .evidence_kinds import KINDS
from .models import Resource, ResourceType
from .search import fold

COLUMNS = ["search_title", "search_people", "search_topics", "search_summary"]
BATCH = 500


def texts_of(resource: Any) -> Mapping[str, str]:
    """Column -> folded text; a migration hands over the resource as it was then.

    The slug is there for what people call an item: "apms", "rcpsych", "hsib".
    """
    publishers = [link.publisher for link in resource.resource_publishers.all()]
    people = [name for each in publishers for name in (each.name, *each.other_spellings)] + resource.authors
    topics = [topic.title for topic in resource.topics.all()]
    return {
        "search_title": fold(f"{resource.title} {resource.code}"),
        "search_people": fold(" ".join([*people, resource.journal, resource.slug, str(resource.year or "")])),
        "search_topics": fold(" ".join([*topics, ResourceType(resource.type).label, KINDS[resource.type].noun])),
        "search_summary": fold(resource.summary),
    }


def index(resources: QuerySet[Resource]) -> int:
    """Write the columns of these resources where they are out of date; returns how many were.

    In batches, each under a lock: who changed a topic meanwhile waits, and then sees what we wrote.
    """
    written = 0
    keys = sorted(set(resources.order_by().values_list("pk", flat=True)))
    for start in range(0, len(keys), BATCH):
        with transaction.atomic():
            rows = Resource.objects.filter(pk__in=keys[start : start + BATCH]).order_by("pk").select_for_update()
            items = list(rows.defer("search_vector").prefetch_related("topics", "resource_publishers__publisher"))
            written += _write(items)
    return written


def _write(items: list[Resource]) -> int:
    stale = []
    for item in items:
        texts = texts_of(item)
        if any(getattr(item, column) != text for column, text in texts.items()):
            for column, text in texts.items():
                setattr(item, column, text)
            stale.append(item)
    Resource.objects.bulk_update(stale, COLUMNS)
    return len(stale)
