"""Tell me when this changes: Atom for every choice of filters, and the same on a page."""

from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from django.conf import settings as project
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from resources import content, feeds, filters
from resources.models import Check, DistressTerm, Resource, ResourceChange
from selfharm_portal.publishing import moves
from tests.factories import (
    ResourceChangeFactory,
    ResourceFactory,
    ResourcePublisherFactory,
    SectionFactory,
    TopicFactory,
    UserFactory,
)
from tests.resources.at_the_desk import press

pytestmark = pytest.mark.django_db

FEED, NEW = reverse("resources:feed"), reverse("resources:new")
ATOM = "{http://www.w3.org/2005/Atom}"
PORTAL = "https://portal.example.org"


@pytest.fixture(autouse=True)
def portal_url(settings):
    settings.PORTAL_URL = PORTAL


def atom(client, path=FEED):
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def entries(client, path=FEED):
    return [entry.findtext(f"{ATOM}title") for entry in atom(client, path).iter(f"{ATOM}entry")]


def link(found, rel):
    return next(each.get("href") for each in found.findall(f"{ATOM}link") if each.get("rel") == rel)


def changed(resource=None, at=None, **values):
    change = ResourceChangeFactory(resource=resource or ResourceFactory(), **values)
    ResourceChange.objects.filter(pk=change.pk).update(made_at=at or datetime(2026, 3, 5, 12, tzinfo=UTC))
    change.refresh_from_db()
    return change


class TestFeed:
    @pytest.mark.requirement("A7")
    def test_each_entry_says_in_words_what_changed(self, client):
        item = ResourceFactory(title="Care", code="NG225")
        change = changed(item, kind="link", sentence="The link was repaired.")
        feed = atom(client)
        [entry] = feed.iter(f"{ATOM}entry")
        assert entry.findtext(f"{ATOM}title") == "The link was repaired: Care (NG225)"
        assert entry.findtext(f"{ATOM}summary") == "The link was repaired. Guideline"
        assert link(entry, "alternate") == f"{PORTAL}{item.get_absolute_url()}"
        assert entry.findtext(f"{ATOM}updated") == "2026-03-05T12:00:00+00:00"
        assert entry.findtext(f"{ATOM}id") == f"tag:portal.example.org,2026-03-05:library-change-{change.pk}"
        assert feed.findtext(f"{ATOM}updated") == "2026-03-05T12:00:00+00:00"
        assert link(feed, "self") == f"{PORTAL}/resources/feed/"
        assert link(feed, "alternate") == f"{PORTAL}/resources/"
        assert feed.findtext(f"{ATOM}author/{ATOM}name")

    @pytest.mark.requirement("A7")
    def test_what_a_curator_does_is_told_once_and_nothing_before_it_is_published(self, client):
        writer, second = UserFactory(curator=True), UserFactory(curator=True)
        successor = ResourceFactory(title="Newer", code="NG9", year=2025)
        item = ResourceFactory(draft=True, title="Care")
        moves.send_to_review(item, by=writer)
        assert entries(client) == []
        moves.publish(item, by=second, checked=Check.values)
        assert entries(client) == ["Added to the library: Care"]
        client.force_login(writer)
        press(client, item, "_save", status="superseded", superseded_by=str(successor.pk), owner="")
        press(client, item, "_save", curator_note="Only for us.")
        client.logout()
        assert entries(client) == ["Replaced by NG9 (2025): Care", "Added to the library: Care"]
        moves.archive(Resource.objects.get(pk=item.pk), by=second)
        assert entries(client) == []

    @pytest.mark.requirement("A7")
    def test_takes_the_same_filters_as_the_library(self, client):
        topic, section = TopicFactory(slug="aftercare", title="Aftercare"), SectionFactory(slug="here")
        changed(ResourceFactory(title="Both", topics=[topic], section=section, cost="free", year=2020))
        changed(ResourceFactory(title="Topic", topics=[topic], cost="paid", year=2010))
        changed(ResourceFactory(title="Neither"))
        found = {
            "topic=aftercare": {"Both", "Topic"},
            "topic=aftercare&section=here": {"Both"},
            "cost=paid": {"Topic"},
            "year_from=2015": {"Both"},
            "q=neither": {"Neither"},
            "type=app": set(),
            "status=superseded": set(),
            "nonsense=1&page=-1&sort=%00": {"Both", "Topic", "Neither"},
        }
        for query, titles in found.items():
            path = f"{FEED}?{query}"
            assert {each.partition(": ")[2] for each in entries(client, path)} == titles, query
        feed = atom(client, f"{FEED}?cost=paid&unknown=1&topic=aftercare&sort=newest")
        assert link(feed, "self") == f"{PORTAL}{FEED}?topic=aftercare&cost=paid"
        assert feed.findtext(f"{ATOM}title") == "Community care for self-harm: topic: Aftercare; Cost: Costs money"

    def test_that_an_item_was_replaced_is_told_in_the_list_that_it_was_in(self, client):
        topic = TopicFactory(slug="aftercare")
        newer = ResourceFactory(code="N")
        old = ResourceFactory(topics=[topic], title="Old", status="superseded", superseded_by=newer)
        changed(old, kind="replaced", sentence="Replaced by something newer.", successor=newer)
        assert entries(client, f"{FEED}?topic=aftercare") == ["Replaced by N: Old"]

    def test_a_page_asked_for_again_costs_nothing_until_something_changes(self, client):
        change = changed()
        response = client.get(FEED)
        assert response.headers["Cache-Control"] == "public, max-age=900"
        assert response.headers["Last-Modified"] == "Thu, 05 Mar 2026 12:00:00 GMT"
        asked = {"if-none-match": response.headers["ETag"]}
        assert client.get(FEED, headers=asked).status_code == 304
        assert client.get(FEED, headers={"if-modified-since": response.headers["Last-Modified"]}).status_code == 304
        changed(change.resource, at=datetime(2026, 3, 6, tzinfo=UTC), kind="link", sentence="The link was repaired.")
        assert client.get(FEED, headers=asked).status_code == 200
        assert not response.cookies

    def test_a_feed_without_entries_stays_the_same(self, client):
        first, second = client.get(FEED), client.get(FEED)
        assert first.content == second.content
        assert entries(client) == []

    def test_costs_the_same_queries_for_1_entry_and_for_30(self, client):
        def add(number):
            for item in ResourceFactory.create_batch(number):
                ResourcePublisherFactory(resource=item)
                changed(item)

        def queries(path):
            with CaptureQueriesContext(connection) as captured:
                client.get(path)
            return len(captured)

        add(1)
        few = [queries(path) for path in (FEED, NEW)]
        add(29)
        assert [queries(path) for path in (FEED, NEW)] == few

    def test_holds_the_newest_only(self, client):
        item = ResourceFactory()
        ResourceChangeFactory.create_batch(feeds.IN_A_FEED + 5, resource=item)
        assert len(entries(client)) == feeds.IN_A_FEED

    def test_of_one_item(self, client):
        item = ResourceFactory(title="Care")
        changed(item)
        changed()
        path = reverse("resources:item_feed", args=[item.slug])
        assert entries(client, path) == ["Added to the library: Care"]
        html = client.get(item.get_absolute_url()).content.decode()
        assert html.count(f'href="{path}"') == 2  # in the head, and to be seen

    def test_odd_letters_of_a_title_are_well_formed(self, client):
        changed(ResourceFactory(title="A < B\x0b & “C”"))
        assert entries(client) == ["Added to the library: A < B & “C”"]


class TestWhatIsNew:
    @pytest.mark.requirement("A7")
    def test_shows_the_same_by_month(self, client):
        for month, title in ((1, "First"), (3, "Second"), (3, "Third")):
            changed(ResourceFactory(title=title), at=datetime(2026, month, 9, 23, 30, tzinfo=UTC))
        response = client.get(NEW)
        html = response.content.decode()
        months = response.context["months"]
        assert [(month.name, len(month.changes)) for month in months] == [("March 2026", 2), ("January 2026", 1)]
        assert "<strong>Added to the library.</strong> Guideline" in html
        told = [
            f"{change['text'].removesuffix('.')}: {change['title']}" for month in months for change in month.changes
        ]
        assert told == entries(client)

    def test_takes_filters_and_leads_to_their_feed(self, client):
        TopicFactory(slug="aftercare", title="Aftercare")
        html = client.get(f"{NEW}?topic=aftercare").content.decode()
        assert "What is new: topic: Aftercare" in html
        assert "nothing has changed here so far" in html
        assert html.count(f'href="{FEED}?topic=aftercare"') == 2
        assert "noindex" in html
        assert "noindex" not in client.get(NEW).content.decode()

    def test_the_librarys_pages_lead_there(self, client):
        TopicFactory(slug="aftercare")
        for query in ("", "?topic=aftercare"):
            html = client.get(f"/resources/{query}").content.decode()
            assert f'title="What is new in this list" href="{FEED}{query}">' in html
            assert f'<a href="{NEW}{query}">See what is new</a>' in html
            assert f'<a href="{FEED}{query}">Follow this list (Atom)</a>' in html

    def test_long_lists_have_pages(self, client):
        item = ResourceFactory()
        ResourceChangeFactory.create_batch(feeds.ON_A_PAGE + 1, resource=item)
        first = client.get(NEW).content.decode()
        assert f'href="{NEW}?page=2"' in first
        second = client.get(f"{NEW}?page=2")
        assert sum(len(month.changes) for month in second.context["months"]) == 1
        assert "noindex" in second.content.decode()
        for odd in ("page=0", "page=-1", "page=1000000000", "page=x", "page=%00"):
            assert client.get(f"{NEW}?{odd}").status_code == 200

    @pytest.mark.requirement("K5")
    def test_help_comes_first_where_words_suggest_distress(self, client):
        DistressTerm.objects.create(term="want to die")
        html = client.get(NEW, {"q": "I want to die"}).content.decode()
        assert "If this is about you, you can talk to someone now" in html


def test_the_real_library_is_told_as_added(client):
    content.load(project.BASE_DIR / "fixtures")
    told = entries(client)
    assert len(told) == feeds.IN_A_FEED
    assert all(each.startswith("Added to the library: ") for each in told)


@pytest.mark.requirement("A7")
def test_every_choice_of_the_real_library_has_its_feed(client):
    content.load(project.BASE_DIR / "fixtures")
    choice = filters.read(QueryDict())
    for name in filters.FACETS:
        for value in choice.labels[name]:
            one = filters.read(QueryDict(f"{name}={value}"))
            found = one.found() if name == "status" else one.found(leaving_out="status")
            told = entries(client, feeds.url_of_feed(one))
            titles = {f"Added to the library: {item}" for item in found}
            assert set(told) <= titles, (name, value)
            assert len(told) == min(len(titles), feeds.IN_A_FEED), (name, value)


@pytest.mark.parametrize("path", [FEED, NEW])
@pytest.mark.parametrize(
    "query",
    [
        "q=%00", "q=%ED%A0%80", "q=%22", "q=-----", "q=" + "x" * 5000, "year_from=9999&year_to=1", "year_from=abc",
        "topic=%27%3B+DROP+TABLE", "type=&type=%00", "page=" + "9" * 40, "sort=nonsense", "%00=%00", "list=x",
    ],
)  # fmt: skip
def test_any_query_string_gets_an_answer(client, path, query):
    changed()
    assert client.get(f"{path}?{query}").status_code == 200
