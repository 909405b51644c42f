"""One letter a week to each curator, about what waits for them."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError

from resources import reminders
from resources.models import Reminder
from tests.factories import HelplineFactory, LinkFactory, ReminderFactory, ResourceFactory, UserFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 25)
OVERDUE = date(2026, 9, 3)


@pytest.fixture
def remind(django_capture_on_commit_callbacks):
    def run(today=TODAY):
        with django_capture_on_commit_callbacks(execute=True):
            return reminders.remind(today)

    return run


@pytest.fixture
def curator():
    return UserFactory(curator=True, email="rosa@example.org")


def letter_to(mailoutbox, person):
    [letter] = [message for message in mailoutbox if message.to == [person.email]]
    return letter


def test_a_letter_names_what_waits_the_help_lines_first(remind, mailoutbox, curator):
    ResourceFactory(title="A guide", owner=curator, review_due=OVERDUE)
    ResourceFactory(title="Not yet", owner=curator, review_due=TODAY + timedelta(days=5))
    HelplineFactory(name="Night line", last_verified=TODAY - timedelta(days=91))
    HelplineFactory(name="Day line", last_verified=TODAY - timedelta(days=90))
    ResourceFactory(owner=curator, url="https://www.example.org/gone", review_due=date(2027, 6, 1))
    LinkFactory(url="https://www.example.org/gone", broken=True)
    assert remind() == (1, 0, 0)
    letter = letter_to(mailoutbox, curator)
    assert letter.subject.endswith(
        "In the library: 1 help line is to be checked, 1 link is broken and 1 review is overdue"
    )
    text = letter.body
    assert (
        text.index("Night line (shown to readers)") < text.index("https://www.example.org/gone") < text.index("A guide")
    )
    assert "\n\nhttps://www.example.org/gone\n\n" in text
    assert "“A guide”, due on 3 September 2026" in text
    assert "1 review falls due in the next 90 days." in text
    assert "Day line" not in text
    assert "Not yet" not in text


@pytest.mark.requirement("B2")
def test_a_second_run_in_the_same_week_sends_nothing_and_the_next_week_does(remind, mailoutbox, curator):
    ResourceFactory(owner=curator, review_due=OVERDUE)
    assert remind(date(2026, 11, 23)) == (1, 0, 0)
    assert remind(date(2026, 11, 23)) == (0, 1, 0)
    assert remind(date(2026, 11, 29)) == (0, 1, 0)
    assert len(mailoutbox) == 1
    assert remind(date(2026, 11, 30)) == (1, 0, 0)
    assert len(mailoutbox) == 2


def test_each_gets_their_own_and_what_nobody_owns(remind, mailoutbox, curator):
    other = UserFactory(curator=True)
    gone = UserFactory(curator=True, is_active=False)
    ResourceFactory(title="Of Rosa", owner=curator, review_due=OVERDUE, url="https://www.example.org/rosa")
    ResourceFactory(title="Of nobody", review_due=OVERDUE)
    ResourceFactory(title="Of one who left", owner=gone, review_due=OVERDUE)
    LinkFactory(url="https://www.example.org/rosa", broken=True)
    assert remind() == (2, 0, 0)
    assert {message.to[0] for message in mailoutbox} == {curator.email, other.email}
    to_rosa, to_other = letter_to(mailoutbox, curator).body, letter_to(mailoutbox, other).body
    assert "Of Rosa" in to_rosa
    assert "https://www.example.org/rosa" in to_rosa
    assert "Of Rosa" not in to_other
    assert "https://www.example.org/rosa" not in to_other
    for text in (to_rosa, to_other):
        assert "“Of nobody”, due on 3 September 2026, without an owner" in text
        assert "Of one who left" in text


def test_no_letter_where_nothing_waits(remind, mailoutbox, curator):
    ResourceFactory(owner=curator, review_due=TODAY)
    ResourceFactory(owner=curator, draft=True, review_due=OVERDUE)
    UserFactory(analyst=True)
    assert remind() == (0, 0, 1)
    assert mailoutbox == []
    assert not Reminder.objects.exists()


def test_a_long_list_is_cut_and_counted():
    said = reminders.listed("Broken links:", [f"https://www.example.org/{number}" for number in range(13)])
    assert (len(said), said[0], said[-1]) == (12, "Broken links:", "and 3 more.")
    assert reminders.listed("Broken links:", []) == []


def test_the_table_holds_one_letter_a_week():
    row = ReminderFactory()
    with pytest.raises(IntegrityError, match="reminder_is_sent_once_a_week"):
        ReminderFactory(to=row.to)


@pytest.mark.parametrize("items", [1, 20])
def test_a_run_costs_the_same_queries_for_1_item_and_for_20(curator, django_assert_num_queries, items):
    ResourceFactory.create_batch(items, owner=curator, review_due=OVERDUE)
    with django_assert_num_queries(12):
        reminders.remind(TODAY)


def test_the_command_says_what_it_did(curator):
    ResourceFactory(owner=curator, review_due=OVERDUE)
    said = StringIO()
    call_command("remind_reviews", stdout=said)
    call_command("remind_reviews", stdout=said)
    assert said.getvalue().splitlines() == [
        "Reminders: 1 sent, 0 had theirs this week, nothing waits for 0.",
        "Reminders: 0 sent, 1 had theirs this week, nothing waits for 0.",
    ]
