"""What readers are told of how an item is looked after."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from resources import review_dates, upkeep
from resources.models import Resource, Standing
from resources.wording import plain_date
from tests.factories import LinkFactory, ResourceFactory

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


def test_the_weeks_begin_on_monday():
    assert {review_dates.week_of(date(2026, 11, day)) for day in range(23, 30)} == {date(2026, 11, 23)}
