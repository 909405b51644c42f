"""NCISH's overview: one page for what waits, what is late, what is asked, and whom to remind."""

from datetime import date

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from measures import reporting, workflow
from measures.models import ReminderByHand, State, Submission
from measures.rules import TypedEntry
from measures.wording import shifted
from selfharm_portal.accounts.models import AreaRole
from tests.factories import (
    AreaFactory,
    AreaMeasureFactory,
    AreaMembershipFactory,
    MeasureValueFactory,
    MeasureVersionFactory,
    QueryAnswerFactory,
    ReportingPeriodFactory,
    SubmissionFactory,
    UserFactory,
)
from tests.measures.conftest import MONTH
from tests.measures.test_workflow import LATER, asked, fresh, send, submitted, type_in

#: 20 of them count the charts without a story; once counted, they are 5 until something changes.
QUERIES_OF_THE_OVERVIEW = 33
OVERVIEW = "/submissions/overview/"


def overview(client, **given: object) -> str:
    page: str = client.get(OVERVIEW, given).content.decode()
    return page


def queue(client, key: str) -> str:
    """The list of one queue, without the table below it."""
    return overview(client, queue=key).partition('id="queue"')[2].partition("Areas by month")[0]


def tick(month: Submission) -> str:
    return f"{month.pk}-{fresh(month).lock_version}"


def decide(client, verdict: str, *ticked: str, **fields: str) -> str:
    data = {"verdict": verdict, "months": ticked, **fields}
    page: str = client.post(OVERVIEW, data, follow=True).content.decode()
    return page


@pytest.fixture
def other_month(other_team, month) -> Submission:
    return Submission.objects.get(area=other_team.area, period=month.period)


@pytest.fixture
def both(team, other_team, month) -> tuple[Submission, Submission]:
    """March of two teams, sent."""
    reporting.open_period(MONTH)
    second = Submission.objects.get(area=other_team.area, period=month.period)
    return submitted(month, team), submitted(second, other_team)


@pytest.mark.requirement("F5")
class TestQueues:
    def test_what_waits_for_me_is_not_what_i_sent(self, client, team, other_team, both):
        mine, others = both
        team.lead.roles = ["analyst"]
        team.lead.save()
        client.force_login(team.lead)
        page = queue(client, "waiting")
        assert others.area.short_name in page
        assert mine.area.short_name not in page
        assert f'href="{others.get_absolute_url()}"' in page

    def test_what_is_special_is_said_beside_what_waits(self, client, team, month, analyst):
        back = asked(month, team, analyst, count="Is 54 right?")
        send(type_in(back, team, TypedEntry(team.count.measure.code, numerator="45")), team)
        client.force_login(analyst)
        assert "1 answer to NCISH" in queue(client, "waiting")

    @pytest.mark.requirement("F3")
    def test_late_is_what_was_never_sent(self, client, team, month, analyst):
        client.force_login(analyst)
        assert team.area.short_name in queue(client, "late")
        back = asked(month, team, analyst, count="Is 54 right?")
        assert team.area.short_name not in queue(client, "late")
        page = queue(client, "asked")
        assert team.area.short_name in page
        assert team.count.measure.code in page
        answers = {team.count.measure.code: "Yes"}
        send(workflow.save_answers(back, answers, by=team.lead, seen_lock_version=back.lock_version), team)
        assert team.area.short_name not in queue(client, "asked")

    def test_unusual_values_are_listed_with_what_the_team_says_until_they_are_decided_upon(
        self, client, team, month, analyst
    ):
        sent = submitted(month, team)
        value = sent.latest_revision.values.get(measure=team.count.measure)
        QueryAnswerFactory(value=value, note="A clinic joined.")
        client.force_login(analyst)
        page = queue(client, "surprising")
        assert f"{team.count.measure.code}, 54 people" in page
        assert "A clinic joined." in page
        assert f'href="{sent.get_absolute_url()}#{team.count.measure.code}"' in page
        assert "A clinic joined." in client.get(sent.get_absolute_url()).content.decode()
        workflow.accept(sent, by=analyst, seen_lock_version=sent.lock_version)
        assert "A clinic joined." not in queue(client, "surprising")

    def test_an_area_that_hangs_on_one_person_is_listed(self, client, team, month, analyst):
        client.force_login(analyst)
        assert team.area.short_name not in queue(client, "people")
        team.contributor.is_active = False
        team.contributor.save()
        page = queue(client, "people")
        assert team.area.short_name in page
        assert team.lead.name in page
        assert team.contributor.name not in page
        team.lead.is_active = False
        team.lead.save()
        assert "Nobody" in queue(client, "people")

    def test_the_queues_follow_the_region_and_the_page_says_so(self, client, team, other_team, both, analyst):
        for person in (team.contributor, other_team.contributor):
            person.is_active = False
            person.save()
        client.force_login(analyst)
        for key in ("waiting", "people"):
            page = overview(client, queue=key, region=team.area.region_id).partition("Areas by month")[0]
            assert f"Only areas of the region {team.area.region} are counted and shown." in page
            listed = page.partition('id="queue"')[2]
            assert team.area.short_name in listed
            assert other_team.area.short_name not in listed
        assert f'href="?queue=waiting&region={team.area.region_id}' in page.replace("&amp;", "&")
        assert "are counted and shown" not in overview(client)

    def test_an_area_that_reports_nothing_is_in_no_queue(self, client, analyst):
        area = AreaFactory()
        client.force_login(analyst)
        assert area.short_name not in queue(client, "people")
        assert "Reports no measures yet" in overview(client)

    def test_an_unknown_queue_is_the_first(self, client, analyst):
        client.force_login(analyst)
        assert "No month waits for a verdict of yours." in queue(client, "nonsense")


def months_back(count: int) -> date:
    return shifted(timezone.localdate().replace(day=1), -count)


def month_of(team, back: int) -> Submission:
    return Submission.objects.get(area=team.area, period=reporting.open_period(months_back(back)))


def sent_today(month: Submission, team, entries=None) -> Submission:
    saved = workflow.save_draft(month, entries or team.entries(), by=team.lead, seen_lock_version=0)
    workflow.submit(saved, by=team.lead, seen_lock_version=saved.lock_version)
    return fresh(month)


def accepted_today(month: Submission, team, analyst, entries=None) -> Submission:
    sent = sent_today(month, team, entries)
    workflow.accept(sent, by=analyst, seen_lock_version=sent.lock_version)
    return fresh(month)


@pytest.mark.requirement("F3", "F5")
class TestAreasByMonths:
    def test_each_cell_leads_to_its_month_with_its_state_in_words(self, client, team, analyst):
        accepted_today(month_of(team, 3), team, analyst)
        sent_today(month_of(team, 4), team)
        month_of(team, 5)
        client.force_login(analyst)
        page = overview(client)
        for back, word in ((3, "accepted"), (4, "sent"), (5, "late")):
            address = reverse("submissions:month", args=[team.area.slug, months_back(back)])
            assert f'href="{address}" aria-label="{team.area.short_name}, ' in page
            assert f": {word}" in page
        assert "1 of 3" in page  # complete
        assert "0 of 1" in page  # on time: all of it was sent long after

    @pytest.mark.requirement("E2")
    def test_a_month_of_reasons_alone_is_shown_as_such_and_not_complete(self, client, team, analyst):
        reasons = [TypedEntry(measure.code, reason="not_collected") for measure in team.measures]
        accepted_today(month_of(team, 3), team, analyst, reasons)
        client.force_login(analyst)
        page = overview(client)
        assert ": reasons" in page
        assert "0 of 1" in page
        assert "3 of 3" in page  # values with reasons

    def test_a_correction_stays_accepted_for_the_count(self, client, team, analyst):
        done = accepted_today(month_of(team, 3), team, analyst)
        workflow.begin_correction(done, by=team.lead, seen_lock_version=done.lock_version, reason="Counted twice.")
        client.force_login(analyst)
        page = overview(client)
        assert ": correcting" in page
        assert "1 of 1" in page

    def test_it_can_be_narrowed_by_region_state_and_time(self, client, team, other_team, analyst):
        sent_today(month_of(team, 3), team)
        accepted_today(month_of(other_team, 30), other_team, analyst)
        client.force_login(analyst)
        table = overview(client, region=team.area.region_id).partition("cc-matrix")[2]
        assert team.area.short_name in table
        assert other_team.area.short_name not in table
        table = overview(client, state="sent").partition("cc-matrix")[2]
        assert team.area.short_name in table
        assert other_team.area.short_name not in table
        old = reverse("submissions:month", args=[other_team.area.slug, months_back(30)])
        assert old not in overview(client)
        assert old in overview(client, months=36)

    def test_what_is_typed_into_the_address_does_no_harm(self, client, analyst):
        client.force_login(analyst)
        response = client.get(OVERVIEW, {"months": "13", "region": "x", "state": "<b>", "queue": "<script>"})
        assert response.status_code == 200
        assert "<script>" not in response.content.decode().partition("<main")[2].partition("</main>")[0]

    def test_the_page_defines_its_numbers(self, client, analyst):
        client.force_login(analyst)
        page = overview(client)
        assert "months accepted with numbers, out of the months due by now" in page
        assert "those first sent by the end of the day on which they were due, London time" in page


@pytest.mark.requirement("F5")
class TestDecidingOnMany:
    def test_all_that_are_ticked_are_accepted(self, client, both, analyst):
        client.force_login(analyst)
        page = decide(client, "accept", *map(tick, both))
        assert [fresh(month).state for month in both] == [State.ACCEPTED, State.ACCEPTED]
        assert f"Accepted: {both[0]}; {both[1]}." in page

    def test_one_that_changed_meanwhile_is_said_and_stops_no_other(self, client, both, analyst):
        seen = [tick(month) for month in both]
        first, second = both
        workflow.return_to_team(first, by=analyst, seen_lock_version=first.lock_version, comment="Is it right?")
        client.force_login(analyst)
        page = decide(client, "accept", *seen)
        assert f"{first}: it changed after you opened the list." in page
        assert [fresh(month).state for month in both] == [State.RETURNED, State.ACCEPTED]
        assert f"Accepted: {second}." in page

    @pytest.mark.requirement("F4")
    def test_what_i_sent_myself_is_not_accepted_among_many(self, client, team, both):
        team.lead.roles = ["analyst"]
        team.lead.save()
        client.force_login(team.lead)
        page = decide(client, "accept", *map(tick, both))
        assert "it does not wait for a verdict of yours" in page
        assert [fresh(month).state for month in both] == [State.SUBMITTED, State.ACCEPTED]

    def test_many_are_sent_back_with_one_question(self, client, both, analyst, django_capture_on_commit_callbacks):
        client.force_login(analyst)
        assert "Write what you ask." in decide(client, "return", *map(tick, both))
        with django_capture_on_commit_callbacks(execute=True):
            decide(client, "return", *map(tick, both), comment="Did the new system change this?")
        assert [fresh(month).state for month in both] == [State.RETURNED, State.RETURNED]
        assert len(mail.outbox) == 2

    def test_months_of_one_team_that_are_sent_back_together_make_one_letter(
        self, client, team, both, analyst, django_capture_on_commit_callbacks
    ):
        months = [*both, sent_today(month_of(team, 2), team)]
        seen = [tick(month) for month in months]
        client.force_login(analyst)
        with django_capture_on_commit_callbacks(execute=True):
            decide(client, "return", *seen, comment="Did the new system change 54?")
        letters = {message.to[0]: message for message in mail.outbox}
        assert len(mail.outbox) == 2
        together = letters[months[-1].latest_revision.submitted_by.email]
        assert together.subject.endswith(f"NCISH asks about 2 months of {team.area.short_name}")
        for month in (both[0], months[-1]):
            assert f"{month.period}: {month.latest_revision.reference}" in together.body
        assert "54" not in together.body  # what is asked is on the pages alone
        assert letters[both[1].latest_revision.submitted_by.email].subject.endswith(f"asks about {both[1].period}")
        with django_capture_on_commit_callbacks(execute=True):
            decide(client, "return", *seen, comment="Did the new system change 54?")
        assert len(mail.outbox) == 2  # the second half of a double click

    @pytest.mark.requirement("I3")
    def test_a_question_that_speaks_of_a_person_is_not_sent(self, client, both, analyst):
        client.force_login(analyst)
        page = decide(client, "return", *map(tick, both), comment="Ask jo.bloggs@example.org about it.")
        assert page.count("Your note seems to contain an e-mail address.") == 2  # above and beside the field
        assert page.count("jo.bloggs@example.org") == 1  # in the field alone
        assert page.count(" checked>") == 2
        assert [fresh(month).state for month in both] == [State.SUBMITTED, State.SUBMITTED]

    def test_months_of_one_team_that_are_accepted_together_make_one_letter(
        self, client, team, other_team, both, analyst, django_capture_on_commit_callbacks
    ):
        months = [*both, sent_today(month_of(team, 2), team)]
        client.force_login(analyst)
        with django_capture_on_commit_callbacks(execute=True):
            decide(client, "accept", *map(tick, months))
        letters = {message.to[0]: message for message in mail.outbox}
        assert len(mail.outbox) == 2
        [alone] = [letter for to, letter in letters.items() if to == both[1].latest_revision.submitted_by.email]
        assert alone.subject.endswith("is accepted")
        together = letters[months[-1].latest_revision.submitted_by.email]
        assert together.subject.endswith(f"2 months of {team.area.short_name} are accepted")
        for month in (both[0], months[-1]):
            assert f"{month.period}: {month.latest_revision.reference}" in together.body

    def test_nothing_ticked_decides_nothing(self, client, both, analyst):
        client.force_login(analyst)
        assert "Tick the months that you mean." in decide(client, "accept")
        assert "Tick the months that you mean." in decide(client, "accept", "nonsense", "1-2-3", "-")

    @pytest.mark.requirement("F4")
    def test_a_team_decides_on_none(self, client, team, both):
        client.force_login(team.lead)
        answer = client.post(OVERVIEW, {"verdict": "accept", "months": [tick(both[1])]})
        assert answer.status_code == 403


@pytest.mark.requirement("F2", "F5")
class TestReminding:
    def remind(self, client, month, **fields):
        address = reverse("submissions:remind", args=[month.area.slug, month.period.month])
        return client.post(address, fields, follow=True).content.decode()

    def test_one_letter_to_the_leads_who_can_sign_in(
        self, client, team, month, analyst, django_capture_on_commit_callbacks
    ):
        second = AreaMembershipFactory(area=team.area, role=AreaRole.LEAD).user
        AreaMembershipFactory(area=team.area, role=AreaRole.LEAD, user__is_active=False)
        client.force_login(analyst)
        with django_capture_on_commit_callbacks(execute=True):
            page = self.remind(client, month)
        assert f"{team.lead} and {second} got one e-mail about March 2026." in page
        [letter] = mail.outbox
        assert letter.to == [team.lead.email, second.email]
        assert "March 2026" in letter.subject

    def test_not_twice_on_one_day(self, client, team, month, analyst, django_capture_on_commit_callbacks):
        client.force_login(analyst)
        with django_capture_on_commit_callbacks(execute=True):
            self.remind(client, month)
            page = self.remind(client, month)
        assert "Nothing was sent." in page
        assert f"{analyst} has reminded" in page
        assert len(mail.outbox) == 1
        ReminderByHand.objects.update(sent_on=date(2026, 5, 1))
        with django_capture_on_commit_callbacks(execute=True):
            self.remind(client, month)
        assert len(mail.outbox) == 2
        assert "Reminded on" in queue(client, "late")

    def test_an_area_without_a_lead_is_said(self, client, team, month, analyst):
        team.lead.is_active = False
        team.lead.save()
        client.force_login(analyst)
        assert "has no lead who can sign in" in self.remind(client, month)
        assert not ReminderByHand.objects.exists()

    def test_a_month_with_ncish_is_not_asked_for(self, client, team, month, analyst):
        submitted(month, team)
        client.force_login(analyst)
        assert "does not wait for its team" in self.remind(client, month)

    def test_it_leads_back_to_where_it_was_pressed_and_to_no_other_site(self, client, month, analyst):
        client.force_login(analyst)
        address = reverse("submissions:remind", args=[month.area.slug, month.period.month])
        here = f"{OVERVIEW}?queue=late"
        assert client.post(address, {"here": here}).url == here
        assert client.post(address, {"here": "https://elsewhere.example/"}).url == OVERVIEW


def fill(areas: int, months: int) -> None:
    """So many areas with so many months each, every one accepted, and one more of each queue."""
    version = MeasureVersionFactory()
    periods = [ReportingPeriodFactory(month=months_back(back)) for back in range(1, months + 1)]
    for _ in range(areas):
        area = AreaFactory()
        AreaMeasureFactory(area=area, measure=version.measure)
        AreaMembershipFactory(area=area)
        states = ["submitted", "returned", *["accepted"] * (months - 2)]
        for period, state in zip(periods[1:], states, strict=False):
            month = SubmissionFactory(area=area, period=period, **{state: True})
            value = MeasureValueFactory(revision=month.latest_revision, version=version)
            QueryAnswerFactory(value=value)
            if state == "returned":
                month.events.create(
                    from_state="submitted", to_state="returned", who=UserFactory(), when=LATER, comment="Is it right?"
                )
        SubmissionFactory(area=area, period=periods[0])


@pytest.mark.requirement("F5")
@pytest.mark.parametrize(("areas", "months"), [(1, 4), (3, 13)])
def test_the_queries_of_the_overview_do_not_grow(client, analyst, django_assert_num_queries, areas, months):
    fill(areas, months)
    client.force_login(analyst)
    with django_assert_num_queries(QUERIES_OF_THE_OVERVIEW):
        client.get(OVERVIEW, {"months": 24})
