import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.utils import timezone

from resources import content
from resources.models import (
    DistressTerm,
    Helpline,
    Publisher,
    ReadingList,
    ReadingListEntry,
    Resource,
    ResourceChange,
    Section,
    SynonymGroup,
    Topic,
)
from selfharm_portal.publishing import moves, review_dates
from selfharm_portal.publishing.models import PublicationState
from tests.factories import PublisherFactory, UserFactory

pytestmark = pytest.mark.django_db

FIXTURES = settings.BASE_DIR / "fixtures"

#: Where each key of the files lives: "Model.field", or "Model" where the key makes rows of that model.
HOMES: dict[str, dict[str, Any]] = {
    "resources.yaml": {
        "sections": {"key": "Section.slug", "title": "Section.title", "introduction": "Section.introduction"},
        "topics": {"key": "Topic.slug", "title": "Topic.title"},
        "resources": {
            **{key: f"Resource.{key}" for key in [*content.AS_THEY_ARE, *content.TEXTS]},
            **{key: f"Resource.{field}" for key, field in content.RENAMED.items()},
        },
    },
    "reading_lists.yaml": {
        "reading_lists": {
            "key": "ReadingList.slug",
            "title": "ReadingList.title",
            "introduction": "ReadingList.introduction",
            "audience": "ReadingList.audience",
            "resources": "ReadingListEntry",
            "resources.key": "ReadingListEntry.resource",
            "resources.why": "ReadingListEntry.why",
        }
    },
    "helplines.yaml": {
        "helplines": {
            "key": "Helpline.slug",
            **{key: f"Helpline.{key}" for key in [*content.HELPLINE_TEXTS, *content.HELPLINE_AS_THEY_ARE]},
        }
    },
    "synonyms.yaml": {
        "groups": {"key": "SynonymGroup.slug", "terms": "SynonymGroup.terms"},
        "never_suggest": "NeverSuggestedTerm.term",
        "distress_terms": "DistressTerm.term",
        "distress_whole_queries": "DistressTerm.whole_query",
    },
}
#: Keys that are no data: key -> the module that holds what they say.
KEPT_IN_CODE: dict[str, str] = {}


def parsed(name):
    return yaml.safe_load((FIXTURES / name).read_text())


@pytest.mark.parametrize("name", content.FILES)
def test_every_key_of_the_files_has_a_home(name):
    from resources import models

    homes = HOMES[name]
    for part, rows in parsed(name).items():
        assert part in homes, part
        expected = homes[part]
        if isinstance(expected, str):
            places, keys = [expected], set()
        else:
            places, keys = list(expected.values()), {key for row in rows for key in row}
            keys |= {
                f"{key}.{inner}" for row in rows for key, each in row.items() if _is_rows(each) for inner in each[0]
            }
            assert keys - set(expected) - set(KEPT_IN_CODE) == set(), f"{part}: keys without a home"
        for place in places:
            model, _, field = place.partition(".")
            assert field == "" or getattr(models, model)._meta.get_field(field)


def _is_rows(value):
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


@pytest.fixture
def loaded():
    return content.load(FIXTURES)


def test_everything_is_loaded(loaded):
    counts = {row.kind: (row.created, row.kept) for row in loaded}
    assert counts == {
        "sections": (12, 0),
        "topics": (23, 0),
        "publishers": (Publisher.objects.count(), 0),
        "resources": (98, 0),
        "reading lists": (8, 0),
        "help lines": (24, 0),
        "groups of synonyms": (34, 0),
        "words of distress": (92, 0),
        "words never suggested": (5, 0),
    }
    assert Section.objects.count() == 12
    assert Topic.objects.count() == 23


def test_every_value_of_a_resource_arrives(loaded):
    for row in parsed("resources.yaml")["resources"]:
        resource = Resource.objects.with_everything().get(slug=row["key"])
        for key in content.AS_THEY_ARE:
            assert getattr(resource, key) == row[key], key
        for key in content.TEXTS:
            assert getattr(resource, key) == (row[key] or ""), key
        assert resource.curator_note == (row["note"] or "")
        assert resource.section.slug == row["section"]
        assert {topic.slug for topic in resource.topics.all()} == set(row["topics"])
        assert (resource.superseded_by.slug if resource.superseded_by else None) == row["superseded_by"]
        assert "; ".join(link.publisher.name for link in resource.resource_publishers.all()) == row["publisher"]
        written = resource.date_published.isoformat() if resource.date_published else None
        assert written == row["date_published"]


def test_every_value_of_a_helpline_arrives(loaded):
    for row in parsed("helplines.yaml")["helplines"]:
        line = Helpline.objects.get(slug=row["key"])
        assert {key: getattr(line, key) or None for key in row if key not in ("key", "urgent", "verified")} == {
            key: value for key, value in row.items() if key not in ("key", "urgent", "verified")
        }
        assert (line.urgent, line.verified, line.last_verified) == (row["urgent"], row["verified"], None)


def test_reading_lists_keep_their_order_and_reasons(loaded):
    for row in parsed("reading_lists.yaml")["reading_lists"]:
        entries = ReadingList.objects.get(slug=row["key"]).entries.select_related("resource")
        assert [(entry.resource.slug, entry.why) for entry in entries] == [
            (e["key"], e["why"]) for e in row["resources"]
        ]


def test_lists_on_public_pages_hold_only_what_may_be_there(loaded):
    for entry in ReadingListEntry.objects.select_related("reading_list", "resource"):
        assert entry.reading_list.reader in entry.resource.reader, str(entry)


def test_words_of_distress_know_which_count_only_as_the_whole_search(loaded):
    whole = DistressTerm.objects.filter(whole_query=True).values_list("term", flat=True)
    assert set(whole) == {"emergency", "help", "urgent", "urgent help", "999", "111", "a&e"}


def test_verified_rows_are_published_and_nobody_has_reviewed_them(loaded):
    today = timezone.localdate()
    for resource in Resource.objects.filter(verified=True):
        assert resource.is_published
        assert (resource.owner, resource.author, resource.reviewer, resource.last_reviewed) == (None,) * 4
        assert resource.review_due == review_dates.next_review(today)
    drafts = Resource.objects.filter(verified=False)
    assert set(drafts.values_list("publication_state", flat=True)) == {PublicationState.DRAFT}
    assert not drafts.exclude(published_at=None).exists()


def test_each_resource_begins_its_history_with_one_sentence(loaded):
    assert ResourceChange.objects.count() == 98
    assert Resource.objects.get(slug="nice-ng225").changes.get().sentence == "Added to the library."


def test_a_second_load_changes_nothing_and_costs_few_queries(loaded, django_assert_max_num_queries):
    before = snapshot()
    with django_assert_max_num_queries(15):
        again = content.load(FIXTURES)
    assert sum(row.created for row in again) == 0
    assert {row.kind: row.kept for row in again if row.kind != "publishers"} == {
        row.kind: row.created for row in loaded if row.kind != "publishers"
    }
    assert snapshot() == before


def snapshot():
    models = [Section, Topic, Publisher, Resource, ReadingList, ReadingListEntry, Helpline, SynonymGroup, DistressTerm]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in models}


def test_what_staff_changed_stays_changed(loaded):
    resource = Resource.objects.get(slug="nice-ng225")
    resource.title, resource.verified = "As NCISH calls it", False
    resource.save()
    resource.topics.clear()
    reading_list = ReadingList.objects.get(slug="measuring-change")
    reading_list.entries.all().delete()
    Helpline.objects.filter(slug="samaritans").update(hours="changed")
    SynonymGroup.objects.filter(slug="cbt").update(terms=["cbt", "therapy"], in_use=False)

    content.load(FIXTURES)

    resource.refresh_from_db()
    assert (resource.title, resource.verified) == ("As NCISH calls it", False)
    assert not resource.topics.exists()
    assert not reading_list.entries.exists()
    assert Helpline.objects.get(slug="samaritans").hours == "changed"
    assert not SynonymGroup.objects.get(slug="cbt").in_use


def test_what_staff_archived_stays_archived(loaded):
    resource = moves.archive(Resource.objects.get(slug="nice-ng225"), by=UserFactory(curator=True))
    content.load(FIXTURES)
    resource.refresh_from_db()
    assert resource.publication_state == PublicationState.ARCHIVED


def test_a_new_row_of_the_files_is_added_to_what_is_there(loaded, tmp_path):
    for name in content.FILES:
        shutil.copy(FIXTURES / name, tmp_path)
    added = parsed("resources.yaml")
    newest = dict(added["resources"][0], key="nice-ng999", code="NG999", title="The one after", publisher="NICE 2; BMJ")
    added["resources"].append(newest)
    Path(tmp_path / "resources.yaml").write_text(yaml.safe_dump(added))
    PublisherFactory(name="NICE (new)", other_spellings=["NICE 2"])

    counts = {row.kind: row for row in content.load(tmp_path)}

    assert (counts["resources"].created, counts["publishers"].created, counts["publishers"].kept) == (1, 0, 2)
    resource = Resource.objects.with_everything().get(slug="nice-ng999")
    assert [link.publisher.name for link in resource.resource_publishers.all()] == ["NICE (new)", "BMJ"]


def test_items_that_replace_each_other_in_a_circle_are_refused(tmp_path):
    for name in content.FILES:
        shutil.copy(FIXTURES / name, tmp_path)
    rows = parsed("resources.yaml")
    rows["resources"][0] |= {"status": "superseded", "superseded_by": "nice-cg16"}
    Path(tmp_path / "resources.yaml").write_text(yaml.safe_dump(rows))
    with pytest.raises(ValueError, match=r"in a circle: .*nice-cg16"):
        content.load(tmp_path)


def test_dates_are_dates(loaded):
    assert Resource.objects.get(slug="nice-ng225").date_published == date(2022, 9, 7)


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("NICE", ["NICE"]),
        ("A (now B); C", ["A (now B)", "C"]),
        ("A, B ;; C;", ["A, B", "C"]),
    ],
)
def test_publishers_are_split_at_semicolons(written, names):
    assert content.split_publishers(written) == names
