import pytest
from django.db import IntegrityError, transaction

from resources import changes
from resources.models import ChangeKind, Resource, ResourceChange
from selfharm_portal.publishing import moves
from tests.factories import ResourceChangeFactory, ResourceFactory, UserFactory
from tests.resources.at_the_desk import press

pytestmark = pytest.mark.django_db


def said(changed, before, **now):
    """The sentences that an edit comes to, with their kinds."""
    item = Resource(**{"status": "current", "year": 2020, **now})
    return [(each.kind, each.sentence) for each in changes.of_edit(changed, before, item)]


@pytest.mark.parametrize(
    ("changed", "before", "now", "kind", "sentence"),
    [
        (["status"], {"status": "current"}, {"status": "withdrawn"}, "withdrawn", "Withdrawn."),
        (["status"], {"status": "in_development"}, {}, "status", "It is out now."),
        (["status"], {"status": "withdrawn"}, {}, "status", "In use again."),
        (["url"], {"url": "x"}, {"url": "https://www.b.org"}, "link", "The link was changed and leads to b.org."),
        (["url"], {"url": ""}, {"url": "https://b.org/x"}, "link", "A link was added, to b.org."),
        (["url"], {"url": "https://a.org"}, {"url": ""}, "link", "The link was taken away."),
        (["year"], {"year": 2019}, {"year": 2020}, "edition", "New edition, of 2020."),
        (["year"], {"year": None}, {"year": 2020}, "details", "Changed: year of publication."),
        (["year"], {"year": 2021}, {"year": 2020}, "details", "Changed: year of publication."),
        (["summary", "topics", "title"], {}, {}, "details", "Changed: title, topics and summary."),
    ],
)  # fmt: skip
def test_an_edit_is_said_in_words(changed, before, now, kind, sentence):
    assert said(changed, before, **now) == [(kind, sentence)]


def test_each_change_of_one_edit_is_said_once():
    before = {"status": "current", "url": "https://a.org", "summary": "", "status_reason": "", "status_date": None}
    found = said(list(before), before, status="withdrawn", url="https://b.org")
    assert found == [
        ("withdrawn", "Withdrawn."),
        ("link", "The link was changed and leads to b.org."),
        ("details", "Changed: summary."),
    ]


def test_what_is_for_curators_is_not_said():
    assert said(["owner", "review_due", "verified", "evidence", "curator_note"], {}) == []


def test_a_sentence_names_the_successor_while_that_is_published():
    successor = ResourceFactory(title="Care", code="NG225", year=2022)
    earlier = ResourceFactory(status="superseded", superseded_by=successor)
    moves.note(earlier, changes.of_edit(["status"], {"status": "current"}, earlier), by=None)
    change = ResourceChange.objects.select_related("successor").get()
    assert changes.in_words(change) == "Replaced by NG225 (2022)."
    Resource.objects.filter(pk=successor.pk).update(publication_state="archived")
    change = ResourceChange.objects.select_related("successor").get()
    assert changes.in_words(change) == "Replaced by something newer."


def test_only_a_replacement_names_a_successor():
    with pytest.raises(IntegrityError, match="names_a_successor_only_if_replaced"), transaction.atomic():
        ResourceChangeFactory(kind=ChangeKind.LINK, successor=ResourceFactory())


class TestWhoIsTold:
    def test_readers_are_told_what_happened_since_it_was_published(self):
        item = ResourceFactory()
        told = [ResourceChangeFactory(resource=item, kind=kind) for kind in ("added", "reviewed", "link")]
        ResourceChangeFactory(resource=item, kind="for_staff")
        early = ResourceChangeFactory(resource=item, kind="details")
        ResourceChange.objects.filter(pk=early.pk).update(made_at=item.published_at.replace(year=2025))
        assert list(ResourceChange.objects.told()) == told[::-1]
        assert list(ResourceChange.objects.news()) == [told[2], told[0]]

    @pytest.mark.requirement("A7")
    @pytest.mark.parametrize("state", ["draft", "in_review", "archived"])
    def test_nothing_is_told_of_what_is_not_published(self, state):
        ResourceChangeFactory(resource=ResourceFactory(publication_state=state))
        assert not ResourceChange.objects.told().exists()
        assert not ResourceChange.objects.news().exists()


def test_a_change_without_a_kind_is_for_staff():
    assert ResourceChange(resource=ResourceFactory(), sentence="Something.").kind == ChangeKind.FOR_STAFF


@pytest.mark.requirement("A7")
@pytest.mark.parametrize(
    ("typed", "kind", "sentence"),
    [
        ({"status": "withdrawn", "status_reason": "Over."}, "withdrawn", "Withdrawn."),
        ({"url": "https://www.nice.org.uk/new"}, "link", "The link was changed and leads to nice.org.uk."),
        ({"year": "2025"}, "edition", "New edition, of 2025."),
        ({"summary": "Better words.", "evidence": "Seen."}, "details", "Changed: summary."),
    ],
)
def test_what_a_curator_saves_is_told_once(client, typed, kind, sentence):
    client.force_login(UserFactory(curator=True))
    item = ResourceFactory(year=2020)
    for _ in range(2):  # the second time, nothing is new
        press(client, item, "_save", **typed)
    assert list(ResourceChange.objects.news().values_list("kind", "sentence")) == [(kind, sentence)]
