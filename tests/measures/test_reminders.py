"""Reminders of months: when, to whom, and that they stop."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from measures import reminders, reporting, workflow
from measures.models import Submission
from measures.rules import TypedEntry
from selfharm_portal.accounts.models import AreaRole
from tests.factories import AreaMembershipFactory, SubmissionFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("F2")]

#: February 2026 is due on Friday 20 March. Good Friday is on 3 April, Easter Monday on 6 April.
FEBRUARY, DUE = date(2026, 2, 1), date(2026, 3, 20)
STEPS = [date(2026, 3, 13), DUE, date(2026, 3, 25), date(2026, 4, 7)]


@pytest.fixture
def february(team) -> Submission:
    return Submission.objects.get(area=team.area, period=reporting.open_period(FEBRUARY))


@pytest.fixture
def remind(django_capture_on_commit_callbacks):
    def run(today):
        with django_capture_on_commit_callbacks(execute=True):
            return reminders.remind(today)

    return run


def forty_days(first=date(2026, 3, 6)):
    return [first + timedelta(days=count) for count in range(40)]


def letters_by_day(remind, mailoutbox, days, to, between=lambda day: None):
    """On which of the days a person got how many letters; `between` is what happens in the evening of each."""
    found = {}
    for day in days:
        before = len(mailoutbox)
        remind(day)
        if number := sum(message.to == [to.email] for message in mailoutbox[before:]):
            found[day] = number
        between(day)
    return found


def hand_over(month, team, at):
    saved = workflow.save_draft(month, team.entries(), by=team.lead, seen_lock_version=0)
    workflow.submit(saved, by=team.lead, seen_lock_version=saved.lock_version, at=at)


def test_forty_days_over_easter_bring_four_letters_and_none_on_a_day_off(remind, mailoutbox, team, february):
    assert letters_by_day(remind, mailoutbox, forty_days(), team.lead) == dict.fromkeys(STEPS, 1)


def test_every_active_person_of_the_team_gets_theirs_and_nobody_else(
    remind, mailoutbox, team, february, other_team, analyst
):
    AreaMembershipFactory(area=team.area, user=UserFactory(is_active=False))
    assert remind(DUE) == (2, 0)
    assert {tuple(message.to) for message in mailoutbox} == {(team.lead.email,), (team.contributor.email,)}


def test_nothing_comes_once_the_month_is_sent(remind, mailoutbox, team, february):
    def sent_on_monday(day):
        if day == date(2026, 3, 23):
            hand_over(february, team, datetime(2026, 3, 23, 18, tzinfo=UTC))

    days = letters_by_day(remind, mailoutbox, forty_days(), team.lead, sent_on_monday)
    assert days == dict.fromkeys(STEPS[:2], 1)


def test_nothing_comes_after_acceptance(remind, mailoutbox, team, february, analyst):
    hand_over(february, team, datetime(2026, 3, 10, 18, tzinfo=UTC))
    sent = Submission.objects.get(pk=february.pk)
    workflow.accept(sent, by=analyst, seen_lock_version=sent.lock_version)
    assert letters_by_day(remind, mailoutbox, forty_days(), team.lead) == {}


def test_a_second_run_on_the_day_sends_nothing(remind, mailoutbox, team, february):
    assert remind(DUE) == (2, 0)
    assert remind(DUE) == (0, 2)
    assert len(mailoutbox) == 2


@pytest.mark.parametrize("day_off", [date(2026, 3, 14), date(2026, 3, 15), date(2026, 4, 3), date(2026, 4, 6)])
def test_nothing_leaves_at_a_week_end_or_on_a_bank_holiday(remind, mailoutbox, team, february, day_off):
    assert remind(day_off) == (0, 0)
    assert mailoutbox == []


def test_a_day_on_which_nothing_ran_is_made_up_for_once(remind, mailoutbox, team, february):
    assert remind(date(2026, 3, 17)) == (2, 0)
    assert remind(date(2026, 3, 18)) == (0, 2)
    assert remind(date(2026, 5, 5)) == (0, 0)  # long over: nobody is written to about it


def test_one_letter_speaks_of_all_areas_of_a_person(remind, mailoutbox, team, february, other_team):
    reporting.open_period(FEBRUARY)
    AreaMembershipFactory(area=other_team.area, user=team.lead, role=AreaRole.LEAD)
    remind(DUE)
    [letter] = [message for message in mailoutbox if message.to == [team.lead.email]]
    assert "2 months wait for your team" in letter.subject
    for area in (team.area, other_team.area):
        assert f"February 2026 for {area.short_name} is not begun yet." in letter.body


def test_the_letter_says_what_is_left_to_do_and_never_a_number_that_was_entered(remind, mailoutbox, team, february):
    entry = TypedEntry(team.count.measure.code, numerator="7431")
    workflow.save_draft(february, [entry], by=team.lead, seen_lock_version=0)
    remind(date(2026, 3, 13))
    letter = next(message for message in mailoutbox if message.to == [team.lead.email])
    assert letter.subject.endswith("February 2026 is due in 7 days")
    assert "has a saved draft, with 1 of 3 measures filled in." in letter.body
    assert "It is due on Friday 20 March 2026, before midnight." in letter.body
    html = letter.alternatives[0].content
    for text in (letter.body, html):
        assert "7431" not in text
        assert february.get_absolute_url() in text
        assert "It stops once the month is sent." in text
    assert len(letter.reply_to) == 1


def test_an_area_with_more_time_is_reminded_of_its_own_date(remind, mailoutbox, team, february):
    remind(date(2026, 3, 13))
    february.extended_until, february.extension_reason = date(2026, 3, 30), "A new record system"
    february.save(update_fields=["extended_until", "extension_reason"])
    days = letters_by_day(remind, mailoutbox, forty_days(date(2026, 3, 14)), team.lead)
    assert list(days) == [date(2026, 3, 23), date(2026, 3, 30), date(2026, 4, 2), date(2026, 4, 15)]


def test_a_month_sent_back_says_that_ncish_asks(remind, mailoutbox, team, february, analyst):
    hand_over(february, team, datetime(2026, 3, 10, 18, tzinfo=UTC))
    sent = Submission.objects.get(pk=february.pk)
    workflow.return_to_team(sent, by=analyst, seen_lock_version=sent.lock_version, comment="Is 54 right?")
    remind(DUE)
    letter = next(message for message in mailoutbox if message.to == [team.contributor.email])
    assert f"February 2026 for {team.area.short_name} is back with your team: NCISH asks about it." in letter.body
    assert "54" not in letter.body


def test_the_command_says_how_many(team):
    today = timezone.localdate()
    SubmissionFactory(area=team.area, period__month=today.replace(day=1), period__due_on=date(2099, 1, 1))
    out = StringIO()
    call_command("send_reminders", stdout=out)
    assert "Reminders of months: 0 sent, 0 had theirs before." in out.getvalue()


def test_nothing_comes_while_an_accepted_month_is_being_corrected(remind, mailoutbox, team, february, analyst):
    hand_over(february, team, datetime(2026, 3, 10, 18, tzinfo=UTC))
    sent = Submission.objects.get(pk=february.pk)
    accepted = workflow.accept(sent, by=analyst, seen_lock_version=sent.lock_version)
    workflow.begin_correction(accepted, by=team.lead, seen_lock_version=accepted.lock_version, reason="Late letters")
    assert letters_by_day(remind, mailoutbox, forty_days(), team.lead) == {}
