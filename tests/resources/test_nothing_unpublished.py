"""Nothing unpublished is reachable: no word of it, no number of it, by no public address.

Every public address is opened twice: while three unpublished items are bare, and again when every field of theirs
holds a word, a number or a day of its own, on reading lists, as the successor of a published item, with measures that
rest on them. Each page has to be the same as before, so that no count, order or suggestion gives them away either.
"""

import logging
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import NoReverseMatch, reverse

from resources import indexing
from resources.models import Resource, Status
from selfharm_portal.publishing.models import PublicationState
from tests import every_address, factories
from tests.permissions_by_url import address_rows

pytestmark = pytest.mark.django_db

#: Which of the three holds a field that the others may not have.
STATUS = {
    PublicationState.DRAFT: Status.IN_DEVELOPMENT,
    PublicationState.IN_REVIEW: Status.SUPERSEDED,
    PublicationState.ARCHIVED: Status.WITHDRAWN,
}
ONLY_WHILE = {
    "expected_on": [Status.IN_DEVELOPMENT],
    "status_date": [Status.SUPERSEDED, Status.WITHDRAWN],
}
#: Fields without a word of their own, and why.
WITHOUT_A_WORD = {
    "id": "a number that nothing shows",
    "section": "its title is public",
    "superseded_by": "which of them has one decides the notice of the published item: fixed from the beginning",
    "status": "likewise",
    "publication_state": "it is what the test is about",
    "reader": "decides on which lists an item is counted as being checked: fixed from the beginning",
    "search_title": "made of the others",
    "search_people": "made of the others",
    "search_topics": "made of the others",
    "search_summary": "made of the others",
    "search_vector": "made of the others",
}
YEAR = 1913  # nothing else here is of that year


def word(state, field):
    """Letters only, so that no folding, stemming or escaping hides it."""
    return f"zq{state.replace('_', '')}{field.replace('_', '')}qz"


def value_of(field, state, now):
    """A value of the field's own. For a field of a new kind, say here what its word is."""
    text = word(state, field.name)
    if field.choices:
        return next(value for value, _ in field.choices if value != now)
    if isinstance(field, ArrayField):
        if field.base_field.choices:
            return [field.base_field.choices[-1][0]]
        return [text] if isinstance(field.base_field, models.CharField) else [7]
    if isinstance(field, models.URLField):
        return f"https://www.example.org/{text}"
    if field.name == "doi":
        return f"10.1000/{text}"
    if field.name == "pmid":
        return f"7654{len(state):04}"
    if isinstance(field, models.CharField | models.TextField):
        return text[: field.max_length]
    if isinstance(field, models.BooleanField):
        return not now
    if isinstance(field, models.DateTimeField):
        return datetime(YEAR, 3, 9, tzinfo=UTC)
    if isinstance(field, models.DateField):
        return date(YEAR, 3, 9) if field.name != "review_due" else date(YEAR, 4, 9)
    if isinstance(field, models.IntegerField):
        return YEAR if field.name == "year" else 31337
    if isinstance(field, models.ForeignKey):
        return factories.UserFactory(curator=True, name=text)
    raise AssertionError(f"{field.name}: what is a word of its own in a {type(field).__name__}?")


def bare(state, topic):
    """An item in this state, with everything that can point to it, and nothing to say."""
    of_status: dict[Status, dict[str, Any]] = {
        Status.IN_DEVELOPMENT: {"status_reason": "Soon."},
        Status.SUPERSEDED: {"superseded_by": factories.ResourceFactory()},
        Status.WITHDRAWN: {"status_reason": "Over."},
    }
    earlier = factories.ResourceFactory()
    item = factories.ResourceFactory(
        summary="",
        url="",
        title="Something",
        draft=True,
        publication_state=state,
        status=STATUS[state],
        **of_status[STATUS[state]],
    )
    factories.ResourceFactory(status=Status.SUPERSEDED, superseded_by=item)
    factories.ReadingListEntryFactory(resource=item)
    factories.MeasureSourceFactory(resource=item)
    factories.ResourcePublisherFactory(resource=item)
    factories.ResourceChangeFactory(resource=item)
    factories.ReviewFactory(resource=item)
    factories.ItemReportFactory(resource=item)
    factories.NotTheSameFactory(first=item)
    factories.NotTheSameFactory(first=earlier, second=item)
    item.topics.add(topic)
    for link in Resource._meta.related_objects:
        assert getattr(item, str(link.get_accessor_name())).exists(), (
            f"a new way to an item: {link}. Make a row of it here"
        )
    return item


def fill(item, state):
    """Write a value of its own into every field that the state allows; returns the fields."""
    filled = {}
    for field in Resource._meta.concrete_fields:
        allowed = ONLY_WHILE.get(field.name, [item.status])
        if field.name not in WITHOUT_A_WORD and item.status in allowed:
            filled[field.name] = value_of(field, state, getattr(item, field.name))
    Resource.objects.filter(pk=item.pk).update(**filled)
    publisher = item.publishers.get()
    publisher.name, publisher.other_spellings = word(state, "publisher"), [word(state, "spelling")]
    publisher.save()
    item.reading_list_entries.update(why=word(state, "why"))
    item.reports.update(message=word(state, "report"), email=f"{word(state, 'email')}@example.org")
    item.changes.update(sentence=word(state, "sentence"), kind="details")
    indexing.index(Resource.objects.filter(pk=item.pk))
    return set(filled)


def addresses(portal, items):
    """Every public address with rows that are there; those of the library also with query strings, and these items'."""
    rows = [portal.path(row.name) for row in address_rows() if row.get["anonymous"] != "in"]
    library = [path for path in rows if path.startswith((reverse("resources:list"), reverse("search")))]
    return [*rows, *(f"{path}?{query}" for path in library for query in queries(items)), *of_items(items)]


def queries(items):
    section, topic = items[0].section.slug, items[0].topics.get().slug
    shown = items[0].reading_lists.get().slug
    return [
        f"section={section}",
        f"topic={topic}&section={section}",
        "reader=professionals&audience=clinicians&type=report",
        f"list={shown}",
        "status=superseded&status=withdrawn&status=in_development",
        f"year_from={YEAR}&year_to={YEAR}",
        "sort=newest",
        "sort=title&page=1",
        "q=something",
    ]


def of_items(items):
    """Whatever address takes a slug, with theirs."""
    for name in sorted(every_address.addresses()):
        for item in items:
            try:
                yield reverse(name, kwargs={"slug": item.slug})
            except NoReverseMatch:
                continue


def opened(client, path):
    response = client.get(path)
    body = b"".join(response) if response.streaming else response.content
    told = [response.headers.get(name, "") for name in ("Location", "Content-Disposition", "Link", "ETag")]
    text = "\n".join([str(response.status_code), *told, body.decode("utf-8", "replace")])
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


@pytest.fixture
def unpublished(caplog):
    caplog.set_level(logging.CRITICAL, logger="django.request")
    topic = factories.TopicFactory()
    theme = factories.ThemeFactory()
    theme.topics.add(topic)
    return {state: bare(state, topic) for state in STATUS}


def test_no_word_no_number_and_no_count_of_what_is_not_published_is_public(client, unpublished):
    portal, items = every_address.Portal(), list(unpublished.values())
    paths = addresses(portal, items)
    before = {path: opened(client, path) for path in paths}

    filled = {state: fill(item, state) for state, item in unpublished.items()}

    fields = {field.name for field in Resource._meta.concrete_fields}
    assert set.union(*filled.values()) == fields - set(WITHOUT_A_WORD)
    changed = [path for path in paths if opened(client, path) != before[path]]
    assert changed == []
    for item in Resource.objects.filter(pk__in=[item.pk for item in items]):
        for path in of_items([item]):
            assert every_address.said(client.get(path)) in ("404", "in"), path  # nobody is let in to look


def test_a_search_for_a_word_of_it_is_like_a_search_for_nothing(client, unpublished):
    for state, item in unpublished.items():
        fill(item, state)
    nothing = "zqnothingatallqz"
    for name in ("search", "resources:list", "resources:export_csv"):
        path = reverse(name)
        expected = opened(client, f"{path}?q={nothing}")
        for state in STATUS:
            for field in ("title", "summary", "code", "authors", "publisher", "spelling", "curatornote", "why"):
                asked = word(state, field)
                assert opened(client, f"{path}?q={asked}").replace(asked, nothing) == expected
                assert asked not in opened(client, f"{path}?q={asked[:-1]}x"), "suggested"
