"""NCISH's side of a month: reading it, asking about values, accepting; and corrections of what was accepted."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from measures import workflow
from measures.models import Question, State, Submission
from measures.rules import TypedEntry
from tests.factories import AreaMeasureFactory, MeasureVersionFactory
from tests.measures.test_submission_views import chart_of, path_of
from tests.measures.test_workflow import accepted, asked, fresh, send, submitted, type_in

QUERIES_OF_A_SENT_MONTH = 14
QUERIES_OF_A_REVISION = 14


def decide(client, month, verdict="", seen=None, **fields):
    data = {"seen_lock_version": str(fresh(month).lock_version if seen is None else seen), "verdict": verdict, **fields}
    return client.post(reverse("submissions:check", args=[month.area.slug, month.period.month]), data, follow=True)


def path_to(name: str, month: Submission, *more: object) -> str:
    return reverse(f"submissions:{name}", args=[month.area.slug, month.period.month, *more])


class TestAccepting:
    def test_it_puts_the_month_on_the_chart(self, client, team, month, analyst):
        submitted(month, team)
        client.force_login(analyst)
        assert "42 of 60" in client.get(path_of(month)).content.decode()
        decide(client, month, "accept")
        assert fresh(month).state == State.ACCEPTED
        page = client.get(chart_of(team.proportion, team.area)).content.decode()
        assert "c-chart__drawing" in page
        assert ">70.0%<" in page

    def test_a_month_that_changed_meanwhile_is_not_decided_upon(self, client, team, month, analyst):
        submitted(month, team)
        client.force_login(analyst)
        page = decide(client, month, "accept", seen=0).content.decode()
        assert "Nothing was decided" in page
        assert fresh(month).state == State.SUBMITTED

    def test_what_was_asked_is_not_lost_by_pressing_accept(self, client, team, month, analyst):
        submitted(month, team)
        client.force_login(analyst)
        code = team.count.measure.code.lower()
        page = decide(client, month, "accept", **{f"{code}-words": "Is 54 right?"}).content.decode()
        assert "Send the month back with it" in page
        assert "Is 54 right?" in page
        assert fresh(month).state == State.SUBMITTED

    @pytest.mark.requirement("F4")
    def test_nobody_accepts_what_they_sent(self, client, team, month):
        team.lead.roles = ["analyst"]
        team.lead.save()
        submitted(month, team)
        client.force_login(team.lead)
        assert 'value="accept"' not in client.get(path_of(month)).content.decode()
        assert decide(client, month, "accept").status_code == 403
        assert fresh(month).state == State.SUBMITTED

    @pytest.mark.requirement("F4")
    def test_teams_do_not_check(self, client, team, month):
        submitted(month, team)
        client.force_login(team.lead)
        assert decide(client, month, "accept").status_code == 403

    def test_a_draft_is_the_teams_own(self, client, team, month, analyst):
        workflow.save_draft(
            month, [TypedEntry(team.count.measure.code, numerator="73519")], by=team.lead, seen_lock_version=0
        )
        client.force_login(analyst)
        page = client.get(path_of(month)).content.decode()
        assert "73519" not in page
        assert "has not sent it" in page


@pytest.mark.requirement("F1")
class TestAsking:
    def test_each_ticked_value_has_its_question(self, client, team, month, analyst, django_capture_on_commit_callbacks):
        submitted(month, team)
        client.force_login(analyst)
        count, median = team.count.measure, team.median.measure
        fields = {
            f"{count.code.lower()}-ask": "on",
            f"{count.code.lower()}-words": "Is 54 right?",
            f"{median.code.lower()}-words": "16 days?",  # written without a tick: meant all the same
        }
        with django_capture_on_commit_callbacks(execute=True):
            decide(client, month, "return", **fields)
        questions = {question.measure: question.words for question in Question.objects.all()}
        assert questions == {count: "Is 54 right?", median: "16 days?"}
        assert len(mail.outbox) == 1

    def test_a_tick_without_a_question_is_said_beside_it(self, client, team, month, analyst):
        submitted(month, team)
        client.force_login(analyst)
        code = team.count.measure.code
        page = decide(client, month, "return", **{f"{code.lower()}-ask": "on"}).content.decode()
        assert page.count(f"Write what you ask about {code}") == 2
        assert f'href="#id_{code.lower()}-words"' in page
        assert "<title>Error: " in page
        assert fresh(month).state == State.SUBMITTED

    def test_nothing_asked_sends_nothing_back(self, client, team, month, analyst):
        submitted(month, team)
        client.force_login(analyst)
        page = decide(client, month, "return").content.decode()
        assert "Tick a value and write what you ask" in page
        assert fresh(month).state == State.SUBMITTED

    def test_the_thread_is_read_where_the_value_is(self, client, team, month, analyst):
        back = asked(month, team, analyst, count="Is 54 right?")
        answers = {team.count.measure.code: "Yes: two clinics joined."}
        back = workflow.save_answers(back, answers, by=team.lead, seen_lock_version=back.lock_version)
        client.force_login(analyst)
        assert "two clinics" not in client.get(path_of(month)).content.decode()  # a draft until it is sent
        send(back, team)
        page = client.get(path_of(month)).content.decode()
        assert page.index("Is 54 right?") < page.index("Yes: two clinics joined.")
        decide(client, month, "accept")
        assert "Yes: two clinics joined." in client.get(path_of(month)).content.decode()

    def test_hostile_words_stay_words(self, client, team, month, analyst):
        hostile = "</textarea><script>alert(1)</script>{{ month }}"
        asked(month, team, analyst, count=hostile)
        client.force_login(analyst)
        page = client.get(path_of(month)).content.decode()
        assert "<script>alert" not in page
        assert "{{ month }}" in page


@pytest.mark.requirement("F1")
class TestRevisions:
    def test_each_is_readable_with_what_is_other_than_before(self, client, team, month, analyst):
        back = asked(month, team, analyst, count="Is 54 right?")
        send(type_in(back, team, TypedEntry(team.count.measure.code, numerator="45", note="Counted twice")), team)
        client.force_login(team.contributor)
        first = client.get(path_to("revision", month, 1)).content.decode()
        assert "54 people" in first
        assert "Changed" not in first.partition("<main")[2].partition("says “Changed”")[2]
        second = client.get(path_to("revision", month, 2)).content.decode()
        assert "top number: was <del>54</del>, is <ins>45</ins>" in second
        assert "note: was <del>nothing</del>, is <ins>Counted twice</ins>" in second
        assert second.count('<strong class="cc-tag cc-tag--plum">Changed</strong>') == 1
        assert team.lead.name in second
        assert workflow.DECLARATION in second

    def test_a_number_in_place_of_a_reason_is_said(self, client, team, month, analyst):
        entries = [TypedEntry(team.count.measure.code, reason="system_down"), team.entries()[0], team.entries()[2]]
        saved = workflow.save_draft(month, entries, by=team.lead, seen_lock_version=0)
        send(saved, team)
        sent = fresh(month)
        questions = {team.count.measure.code: "Is it up again?"}
        workflow.return_to_team(sent, by=analyst, seen_lock_version=sent.lock_version, questions=questions)
        send(type_in(fresh(month), team, TypedEntry(team.count.measure.code, numerator="54")), team)
        client.force_login(analyst)
        page = client.get(path_to("revision", month, 2)).content.decode()
        assert "top number: was <del>nothing</del>, is <ins>54</ins>" in page
        assert "reason: was <del>System down or changed</del>, is <ins>nothing</ins>" in page

    @pytest.mark.requirement("F4")
    def test_another_area_finds_none(self, client, team, other_team, month):
        submitted(month, team)
        client.force_login(other_team.lead)
        assert client.get(path_to("revision", month, 1)).status_code == 404
        client.force_login(team.lead)
        assert client.get(path_to("revision", month, 2)).status_code == 404


@pytest.mark.requirement("E7")
class TestCorrecting:
    def begin(self, client, month, **fields):
        data = {"seen_lock_version": str(fresh(month).lock_version), **fields}
        return client.post(path_to("correct", month), data, follow=True)

    def test_a_lead_says_why_and_the_month_is_open(self, client, team, month, analyst):
        accepted(month, team, analyst)
        client.force_login(team.lead)
        assert path_to("correct", month) in client.get(path_of(month)).content.decode()
        refused = self.begin(client, month, reason=" ").content.decode()
        assert "Say what was wrong with the month." in refused
        assert fresh(month).state == State.ACCEPTED
        self.begin(client, month, reason="Two clinics were counted twice.")
        assert fresh(month).state == State.CORRECTING
        assert "Two clinics were counted twice." in client.get(path_to("correct", month)).content.decode()

    def test_it_is_never_called_late_and_the_way_back_is_shown_to_a_lead(self, client, team, month, analyst):
        accepted(month, team, analyst)
        client.force_login(team.lead)
        self.begin(client, month, reason="Counted twice.")
        home = client.get(reverse("submissions:area", args=[team.area.slug])).content.decode()
        assert "Your team is correcting March 2026" in home
        assert "Being corrected" in home
        assert "Late: being corrected" not in home
        tasks = client.get(path_of(month)).content.decode()
        assert "What was accepted counts until your correction is." in tasks
        assert path_to("correct", month) in tasks
        client.force_login(team.contributor)
        assert path_to("correct", month) not in client.get(path_of(month)).content.decode()

    def test_it_can_be_given_up(self, client, team, month, analyst):
        accepted(month, team, analyst)
        client.force_login(team.lead)
        self.begin(client, month, reason="Counted twice.")
        page = self.begin(client, month, action="keep").content.decode()
        assert "stays as it was accepted" in page
        assert fresh(month).state == State.ACCEPTED

    @pytest.mark.requirement("F4")
    def test_contributors_and_analysts_do_not_begin_one(self, client, team, month, analyst):
        accepted(month, team, analyst)
        for person in (team.contributor, analyst):
            client.force_login(person)
            assert "to-correct" not in client.get(path_of(month)).content.decode()
            assert self.begin(client, month, reason="Counted twice.").status_code == 403
        assert fresh(month).state == State.ACCEPTED

    def test_ncish_reads_the_reason_and_the_difference(self, client, team, month, analyst):
        done = accepted(month, team, analyst)
        workflow.begin_correction(done, by=team.lead, seen_lock_version=done.lock_version, reason="Counted twice.")
        send(type_in(fresh(month), team, TypedEntry(team.count.measure.code, numerator="45")), team)
        client.force_login(analyst)
        page = client.get(path_of(month)).content.decode()
        assert "Counted twice." in page
        assert "top number: was <del>54</del>, is <ins>45</ins>" in page
        assert "the charts show what was accepted before" in page
        chart = client.get(chart_of(team.count, team.area)).content.decode()
        assert ">Usual. Sent again as 45, not yet accepted<" in chart
        assert "c-waiting" in chart
        decide(client, month, "accept")
        chart = client.get(chart_of(team.count, team.area)).content.decode()
        assert re.search(r">45<.*?>Usual<", chart)
        assert "c-waiting" not in chart

    def test_a_month_that_was_never_accepted_is_hollow_on_the_teams_chart(self, client, team, month):
        submitted(month, team)
        client.force_login(team.contributor)
        chart = client.get(chart_of(team.count, team.area)).content.decode()
        assert re.search(r">54<.*?>Sent, not yet accepted<", chart)
        assert "There are no numbers to show yet." in chart


def sent_with(team, month, more: int) -> list[str]:
    """The month as it was sent, with so many measures more; returns the codes of all that are counts."""
    others = [MeasureVersionFactory(count=True).measure for _ in range(more)]
    for measure in others:
        AreaMeasureFactory(area=team.area, measure=measure)
    entries = [*team.entries(), *(TypedEntry(measure.code, numerator="54") for measure in others)]
    send(workflow.save_draft(month, entries, by=team.lead, seen_lock_version=0), team)
    return [measure.code for measure in (team.count.measure, *others)]


@pytest.mark.requirement("F5")
class TestQueriesDoNotGrow:
    @pytest.mark.parametrize("more", [0, 4])
    def test_of_a_month_that_was_sent(self, client, team, month, analyst, django_assert_num_queries, more):
        sent_with(team, month, more)
        client.force_login(analyst)
        with django_assert_num_queries(QUERIES_OF_A_SENT_MONTH):
            client.get(path_of(month))

    @pytest.mark.parametrize("more", [0, 4])
    def test_of_a_revision(self, client, team, month, analyst, django_assert_num_queries, more):
        codes = sent_with(team, month, more)
        sent = fresh(month)
        questions = dict.fromkeys(codes, "Is 54 right?")
        workflow.return_to_team(sent, by=analyst, seen_lock_version=sent.lock_version, questions=questions)
        back = fresh(month)
        back = workflow.save_answers(
            back, dict.fromkeys(codes, "Yes"), by=team.lead, seen_lock_version=back.lock_version
        )
        send(back, team)
        client.force_login(analyst)
        with django_assert_num_queries(QUERIES_OF_A_REVISION):
            client.get(path_to("revision", month, 2))
