"""What else to read: items that share rare topics, a reading list, a kind and the people it is for.

A shared topic counts 1 / ln(how many published items have it) (Adamic and Adar, Friends and neighbors on the Web,
2003): what two items in three share says little. What curators put side by side on a reading list counts more.
"""

from __future__ import annotations

from math import log
from typing import Any, NamedTuple

from django.db.models import Case, Count, F, FloatField, Prefetch, Q, QuerySet, Value, When
from django.utils.text import get_text_list

from . import wording
from .models import Reader, ReadingListEntry, Resource, ResourcePublisher, Topic
from .querysets import ended_last

MOST = 5
#: Topics that the reason names.
NAMED = 2

ON_ONE_LIST = 0.6
SAME_KIND = 0.2
SAME_PEOPLE = 0.1

#: Readers whose pages hold only what was chosen for them.
CAREFULLY_CHOSEN = [Reader.FAMILIES, Reader.YOU]


class Related(NamedTuple):
    """A link with its reason, as components/linklist.html prints it."""

    label: str
    url: str
    code: str
    text: str


def related_to(resource: Resource) -> list[Related]:
    """At most five published items, those in use first, each with the reason in words: 5 queries at most.

    For an item that families or people who self-harm may be shown, only what they may be shown too.
    """
    topics = list(
        Topic.objects.filter(pk__in=[topic.pk for topic in resource.topics.all()]).annotate(
            carrying=Count("resources", filter=Q(resources__publication_state="published"))
        )
    )
    weights = {topic.pk: 1 / log(max(topic.carrying, 2)) for topic in topics}
    lists = [
        entry.reading_list_id
        for entry in resource.reading_list_entries.all()
        if entry.reading_list.reader in resource.reader
    ]
    found = _found(resource, weights, lists) if weights or lists else []
    return [
        Related(item.title, item.get_absolute_url(), item.code, f"{_why(item, weights, lists)} {wording.line(item)}")
        for item in found
    ]


def _found(resource: Resource, weights: dict[int, float], lists: list[int]) -> list[Resource]:
    has_topic = Resource.topics.through._default_manager
    beside = ReadingListEntry.objects.filter(reading_list__in=lists).values("resource")
    scores: list[Any] = [_if(Q(pk__in=_having(has_topic, [pk])), weight) for pk, weight in weights.items()]
    scores += [
        _if(Q(pk__in=beside), ON_ONE_LIST),
        _if(Q(type=resource.type), SAME_KIND),
        _if(Q(population__overlap=resource.population), SAME_PEOPLE),
        _if(Q(audiences__overlap=resource.audiences), SAME_PEOPLE),
    ]
    items: QuerySet[Resource] = (
        Resource.objects.published()
        .filter(Q(pk__in=_having(has_topic, list(weights))) | Q(pk__in=beside))
        .filter(reader__contains=[reader for reader in CAREFULLY_CHOSEN if reader in resource.reader])
        .exclude(Q(pk=resource.pk) | Q(pk=resource.superseded_by_id) | Q(superseded_by=resource))  # shown as a line
        .alias(score=sum(scores, start=Value(0.0)))
        .order_by(ended_last(), F("score").desc(), "title", "slug")
        .prefetch_related(
            "topics",
            Prefetch("resource_publishers", ResourcePublisher.objects.select_related("publisher")),
            Prefetch(
                "reading_list_entries",
                ReadingListEntry.objects.filter(reading_list__in=lists).select_related("reading_list"),
            ),
        )
    )
    return list(items[:MOST])


def _having(has_topic: Any, topics: list[int]) -> QuerySet[Any]:
    rows: QuerySet[Any] = has_topic.filter(topic__in=topics).values("resource")
    return rows


def _if(condition: Q, worth: float) -> Case:
    return Case(When(condition, then=Value(worth)), default=Value(0.0), output_field=FloatField())


def _why(item: Resource, weights: dict[int, float], lists: list[int]) -> str:
    shared = sorted((topic for topic in item.topics.all() if topic.pk in weights), key=lambda each: -weights[each.pk])
    reasons = []
    if shared:
        names = [wording.in_a_sentence(topic.title) for topic in shared[:NAMED]]
        reasons.append(f"Also about {get_text_list(names, 'and')}.")
    if beside := next((entry.reading_list for entry in item.reading_list_entries.all()), None):
        reasons.append(f"On the same reading list: “{beside.title}”.")
    return " ".join(reasons)
