"""More time for one area and one month."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from measures import more_time, workflow
from measures.models import Submission
from tests.factories import SubmissionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("F3")]

#: March 2026 is due on 23 April.
UNTIL = {"until_day": "8", "until_month": "May", "until_year": "2026"}


def address(month):
    return reverse("submissions:more_time", args=[month.area.slug, month.period.month])


@pytest.fixture
def as_analyst(client, analyst):
    client.force_login(analyst)
    return client


def test_a_month_with_more_time_is_late_only_after_its_own_date(month, team, analyst):
    more_time.give(month, date(2026, 5, 8), reason="A new record system", by=analyst)
    other = SubmissionFactory(period=month.period)
    assert list(Submission.objects.late(datetime(2026, 5, 8, 22, 59, tzinfo=UTC))) == [other]
    assert set(Submission.objects.late(datetime(2026, 5, 8, 23, 1, tzinfo=UTC))) == {month, other}


def test_an_analyst_gives_it_and_the_team_reads_why(as_analyst, month, team, client):
    response = as_analyst.post(address(month), UNTIL | {"reason": "A new record system"}, follow=True)
    assert "is now due on 8 May 2026" in response.content.decode()
    client.force_login(team.contributor)
    home = client.get(reverse("submissions:area", args=[team.area.slug])).content.decode()
    assert "8 May 2026" in home
    assert "A new record system" in home


def test_an_empty_date_takes_it_back(as_analyst, month, analyst):
    more_time.give(month, date(2026, 5, 8), reason="A new record system", by=analyst)
    as_analyst.post(address(month), {"reason": "A new record system"})
    month.refresh_from_db()
    assert (month.due_on, month.extension_reason) == (date(2026, 4, 23), "")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (UNTIL, "Say why the area has more time."),
        (
            UNTIL | {"until_month": "4", "reason": "x"},
            "Enter a date from 24 April 2026 to 20 October 2026: you entered 8 April 2026.",
        ),
        ({"until_day": "31", "until_month": "6", "until_year": "2026", "reason": "x"}, "June 2026 has 30 days"),
    ],
)
def test_a_mistake_is_named_and_what_was_typed_stays(as_analyst, month, typed, message):
    page = as_analyst.post(address(month), typed).content.decode()
    assert page.count(message) == 2  # in the summary, and beside the field
    assert 'value="2026"' in page
    month.refresh_from_db()
    assert month.extended_until is None


@pytest.mark.requirement("I3")
def test_a_reason_that_speaks_of_a_person_is_not_kept(as_analyst, month, analyst):
    page = as_analyst.post(address(month), UNTIL | {"reason": "Waiting for 943 476 5919"}).content.decode()
    assert page.count("Your note seems to contain an NHS number.") == 2
    assert "Say why the area has more time." not in page
    with pytest.raises(workflow.NoteRefused):
        more_time.give(month, date(2026, 5, 8), reason="Waiting for 943 476 5919", by=analyst)
    month.refresh_from_db()
    assert (month.extended_until, month.extension_reason) == (None, "")


def test_a_month_that_was_sent_needs_none(as_analyst, month, team):
    saved = workflow.save_draft(month, team.entries(), by=team.lead, seen_lock_version=0)
    workflow.submit(saved, by=team.lead, seen_lock_version=saved.lock_version)
    response = as_analyst.post(address(month), UNTIL | {"reason": "Too late"}, follow=True)
    assert "has been sent, so it needs no more time" in response.content.decode()
    month.refresh_from_db()
    assert month.extended_until is None


def test_nobody_else_gives_it(month, team):
    with pytest.raises(workflow.MoveNotAllowed):
        more_time.give(month, date(2026, 5, 8), reason="Because", by=team.lead)
