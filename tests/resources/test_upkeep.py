"""What readers are told of how an item is looked after."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from resources import upkeep
from resources.models import Resource, Standing
from resources.wording import plain_date
from selfharm_portal.publishing import review_dates
from tests.factories import LinkFactory, ResourceFactory, UserFactory

pytestmark = pytest.mark.django_db

URL = "https://www.example.org/guide"


def page(client, item):
    return client.get(item.get_absolute_url()).content.decode()


@pytest.mark.requirement("B1")
def test_each_item_says_when_its_link_was_checked(client):
    item = ResourceFactory(url=URL)
    assert "Not yet" in page(client, item)
    link = LinkFactory(url=URL, checked_at=datetime(2026, 11, 9, 12, tzinfo=UTC))
    shown = page(client, item)
    assert "Link checked" in shown
    assert "on 9 November 2026" in shown
    link.standing, link.failures, link.failing_since = Standing.SOFT, 1, link.checked_at
    link.save()
    assert upkeep.MAY_OPEN_FOR_YOU in page(client, item)


def test_an_item_without_a_link_says_nothing_of_one(client):
    assert "Link checked" not in page(client, ResourceFactory(url="", access_note="Ask your library."))


def test_a_broken_link_says_so_with_what_to_do_and_the_item_stays(client):
    item = ResourceFactory(url=URL, title="A guide")
    LinkFactory(url=URL, broken=True)
    shown = page(client, item)
    assert "This link did not work when we last tried it" in shown
    assert "That was on 8 January 2026. Search the web for the title, or tell us" in shown
    assert f"/resources/{item.slug}/report/" in shown
    assert f'href="{URL}"' in shown


@pytest.mark.requirement("B2")
@pytest.mark.parametrize(("overdue", "told"), [(59, False), (60, True), (400, True), (-30, False)])
def test_sixty_days_overdue_puts_a_dated_notice_in_front_of_readers(client, overdue, told):
    due = timezone.localdate() - timedelta(days=overdue)
    shown = page(client, ResourceFactory(review_due=due))
    assert (f"Due for review since {plain_date(due)}" in shown) is told
    assert ("Check with its publisher" in shown) is told


def test_every_item_is_due_for_review_from_the_day_it_is_added():
    item = ResourceFactory.build(section=None)
    today = timezone.localdate()
    assert Resource().review_due == review_dates.next_review(today)
    assert item.review_due == date(2027, 1, 5)


@pytest.mark.requirement("B2")
def test_every_item_has_an_owner_or_a_place_on_the_list_without_and_the_overdue_come_first(client):
    curator = UserFactory(curator=True)
    client.force_login(curator)
    today = timezone.localdate()
    owned = ResourceFactory(owner=curator, review_due=today + timedelta(days=9))
    of_nobody = ResourceFactory(review_due=today - timedelta(days=1))
    longest = ResourceFactory(owner=UserFactory(curator=True, is_active=False), review_due=today - timedelta(days=9))
    other_role = ResourceFactory(draft=True, owner=UserFactory(analyst=True), review_due=today + timedelta(days=99))
    archived = ResourceFactory(publication_state="archived", review_due=date(2020, 1, 1))
    items = reverse("admin:resources_resource_changelist")
    shown = client.get(items)
    assert list(shown.context["cl"].result_list) == [longest, of_nobody, owned, other_role, archived]
    assert f"{of_nobody.review_due:%d.%m.%Y}, overdue" in shown.content.decode()
    without = client.get(items, {"to_do": "no_owner"}).context["cl"].result_list
    assert list(without) == [longest, of_nobody, other_role]


def test_the_weeks_begin_on_monday():
    assert {review_dates.week_of(date(2026, 11, day)) for day in range(23, 30)} == {date(2026, 11, 23)}
