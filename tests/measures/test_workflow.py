from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from itertools import product

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import connection

from measures import reporting, workflow
from measures.models import MeasureValue, State, Submission, SubmissionEvent
from measures.rules import TypedEntry
from selfharm_portal.accounts.models import StaffRole
from tests.factories import AreaMeasureFactory, MeasureVersionFactory, SubmissionFactory, UserFactory

LATER = datetime(2026, 5, 1, 12, tzinfo=UTC)


def fresh(month: Submission) -> Submission:
    return Submission.objects.select_related("area", "period", "latest_revision").get(pk=month.pk)


def drafted(month, team):
    return workflow.save_draft(month, team.entries(), by=team.lead, seen_lock_version=month.lock_version)


def submitted(month, team):
    saved = drafted(month, team)
    workflow.submit(saved, by=team.lead, seen_lock_version=saved.lock_version, at=LATER)
    return fresh(month)


def accepted(month, team, analyst):
    sent = submitted(month, team)
    workflow.accept(sent, by=analyst, seen_lock_version=sent.lock_version)
    return fresh(month)


class TestSaveDraft:
    @pytest.mark.requirement("E2")
    def test_it_keeps_whatever_was_typed(self, month, team):
        entry = TypedEntry(team.count.measure.code, numerator=" 12.5 people ", reason="other", note="?")
        workflow.save_draft(month, [entry], by=team.contributor, seen_lock_version=0)
        assert [draft.typed() for draft in month.draft_entries.select_related("measure")] == [entry]

    def test_the_first_save_makes_a_draft_and_says_so(self, month, team):
        drafted(month, team)
        assert fresh(month).state == State.DRAFT
        event = SubmissionEvent.objects.get()
        assert (event.from_state, event.to_state, event.who) == (State.NOT_STARTED, State.DRAFT, team.lead)

    def test_a_stale_page_overwrites_nothing(self, month, team):
        drafted(month, team)
        mine = [TypedEntry(team.count.measure.code, numerator="99")]
        with pytest.raises(workflow.ChangedMeanwhile):
            workflow.save_draft(month, mine, by=team.contributor, seen_lock_version=0)
        assert month.draft_entries.get(measure=team.count.measure).numerator == "54"

    def test_a_double_click_is_no_conflict(self, month, team):
        first = drafted(month, team)
        workflow.save_draft(month, team.entries(), by=team.lead, seen_lock_version=0)
        assert fresh(month).lock_version == first.lock_version

    def test_a_field_can_be_emptied_again(self, month, team):
        saved = drafted(month, team)
        empty = TypedEntry(team.count.measure.code)
        workflow.save_draft(saved, [empty], by=team.lead, seen_lock_version=saved.lock_version)
        assert month.draft_entries.get(measure=team.count.measure).numerator == ""

    def test_another_team_may_not(self, month, team, other_team):
        with pytest.raises(workflow.MoveNotAllowed):
            workflow.save_draft(month, team.entries(), by=other_team.lead, seen_lock_version=0)

    def test_a_month_with_ncish_is_closed(self, month, team):
        sent = submitted(month, team)
        with pytest.raises(workflow.MoveNotAllowed):
            workflow.save_draft(
                sent, [TypedEntry(team.count.measure.code, numerator="1")], by=team.lead, seen_lock_version=2
            )


class TestSubmit:
    def test_it_freezes_the_numbers_under_their_version(self, month, team):
        revision = submitted(month, team).latest_revision
        values = {value.measure.code: value for value in revision.values.all()}
        assert len(values) == 3
        proportion = values[team.proportion.measure.code]
        assert (proportion.numerator, proportion.denominator, proportion.value) == (42, 60, None)
        assert proportion.version == team.proportion
        median = values[team.median.measure.code]
        assert (median.numerator, median.denominator, median.value) == (None, 11, 16)

    @pytest.mark.requirement("E2")
    def test_a_reason_takes_the_place_of_numbers(self, month, team):
        entries = team.entries()
        entries[1] = TypedEntry(team.count.measure.code, reason="system_down")
        saved = workflow.save_draft(month, entries, by=team.lead, seen_lock_version=0)
        revision = workflow.submit(saved, by=team.lead, seen_lock_version=saved.lock_version, at=LATER)
        value = revision.values.get(measure=team.count.measure)
        assert (value.numerator, value.no_data_reason) == (None, "system_down")

    def test_an_error_stops_it_and_leaves_the_draft(self, month, team):
        entries = [TypedEntry(team.proportion.measure.code, numerator="61", denominator="60"), *team.entries()[1:]]
        saved = workflow.save_draft(month, entries, by=team.lead, seen_lock_version=0)
        with pytest.raises(workflow.RulesBroken) as broken:
            workflow.submit(saved, by=team.lead, seen_lock_version=saved.lock_version, at=LATER)
        assert [problem.rule for problem in broken.value.problems] == ["numerator_above_denominator"]
        assert fresh(month).state == State.DRAFT
        assert not MeasureValue.objects.exists()

    def test_a_month_that_is_not_over_is_refused(self, month, team):
        saved = drafted(month, team)
        with pytest.raises(workflow.RulesBroken, match="not over yet"):
            workflow.submit(
                saved, by=team.lead, seen_lock_version=saved.lock_version, at=datetime(2026, 3, 31, 12, tzinfo=UTC)
            )

    def test_a_double_click_submits_once(self, month, team):
        saved = drafted(month, team)
        one = workflow.submit(saved, by=team.lead, seen_lock_version=saved.lock_version, at=LATER)
        two = workflow.submit(saved, by=team.lead, seen_lock_version=saved.lock_version, at=LATER)
        assert one == two
        assert month.revisions.count() == 1

    @pytest.mark.requirement("F4")
    def test_a_contributor_may_not(self, month, team):
        saved = drafted(month, team)
        with pytest.raises(workflow.MoveNotAllowed):
            workflow.submit(saved, by=team.contributor, seen_lock_version=saved.lock_version, at=LATER)

    def test_what_was_shown_must_still_hold(self, month, team):
        saved = drafted(month, team)
        with pytest.raises(workflow.ChangedMeanwhile):
            workflow.submit(saved, by=team.lead, seen_lock_version=saved.lock_version - 1, at=LATER)

    def test_receipt_and_arrival_go_out_and_hold_no_number(
        self, month, team, settings, django_capture_on_commit_callbacks
    ):
        entries = [
            TypedEntry(team.proportion.measure.code, numerator="4217", denominator="6023"),
            TypedEntry(team.count.measure.code, numerator="5471"),
            TypedEntry(team.median.measure.code, value="1683", denominator="1109"),
        ]
        saved = workflow.save_draft(month, entries, by=team.lead, seen_lock_version=0)
        with django_capture_on_commit_callbacks(execute=True):
            workflow.submit(saved, by=team.lead, seen_lock_version=saved.lock_version, at=LATER)
        assert {tuple(letter.to) for letter in mail.outbox} == {(team.lead.email,), (settings.NCISH_EMAIL,)}
        for letter in mail.outbox:
            assert "March 2026" in letter.subject
            assert isinstance(letter, EmailMultiAlternatives)
            text = f"{letter.body} {letter.alternatives[0][0]!s}"
            assert not any(number in text for number in ("4217", "6023", "5471", "1683", "1109"))

    def test_a_measure_that_stopped_is_not_asked_for(self, month, team):
        team.count.measure.area_measures.update(until_month=date(2026, 2, 1))
        saved = workflow.save_draft(month, [team.entries()[0], team.entries()[2]], by=team.lead, seen_lock_version=0)
        revision = workflow.submit(saved, by=team.lead, seen_lock_version=saved.lock_version, at=LATER)
        assert revision.values.count() == 2

    def test_the_version_of_the_month_is_used(self, month, team):
        MeasureVersionFactory(measure=team.proportion.measure, number=2, valid_from=date(2026, 4, 1))
        assert submitted(month, team).latest_revision.values.get(measure=team.proportion.measure).version.number == 1


class TestVerdict:
    def test_accepting_makes_the_revision_count(self, month, team, analyst):
        done = accepted(month, team, analyst)
        assert done.state == State.ACCEPTED
        assert done.accepted_revision == done.latest_revision

    @pytest.mark.requirement("F4")
    def test_nobody_accepts_what_they_submitted(self, month, team):
        team.lead.roles = [StaffRole.ANALYST]
        team.lead.save()
        sent = submitted(month, team)
        with pytest.raises(workflow.MoveNotAllowed):
            workflow.accept(sent, by=team.lead, seen_lock_version=sent.lock_version)

    def test_returning_needs_words(self, month, team, analyst):
        sent = submitted(month, team)
        with pytest.raises(ValueError, match="without saying why"):
            workflow.return_to_team(sent, by=analyst, seen_lock_version=sent.lock_version, comment=" ")

    def test_a_returned_month_is_sent_again_as_the_next_revision(
        self, month, team, analyst, django_capture_on_commit_callbacks
    ):
        sent = submitted(month, team)
        with django_capture_on_commit_callbacks(execute=True):
            workflow.return_to_team(sent, by=analyst, seen_lock_version=sent.lock_version, comment="Is 54 right?")
        assert mail.outbox[-1].to == [team.lead.email]
        assert "54" not in mail.outbox[-1].body  # the question may speak of numbers
        back = fresh(month)
        assert back.state == State.RETURNED
        workflow.submit(back, by=team.lead, seen_lock_version=back.lock_version, at=LATER)
        assert month.revisions.count() == 2

    def test_a_double_click_accepts_once(self, month, team, analyst):
        sent = submitted(month, team)
        workflow.accept(sent, by=analyst, seen_lock_version=sent.lock_version)
        workflow.accept(sent, by=analyst, seen_lock_version=sent.lock_version)
        assert month.events.filter(to_state=State.ACCEPTED).count() == 1

    def test_two_analysts_at_once_decide_once(self, month, team, analyst):
        sent = submitted(month, team)
        workflow.accept(sent, by=analyst, seen_lock_version=sent.lock_version)
        with pytest.raises(workflow.ChangedMeanwhile):
            workflow.return_to_team(
                sent, by=UserFactory(roles=["analyst"]), seen_lock_version=sent.lock_version, comment="Hm?"
            )


@pytest.mark.requirement("F4")
@pytest.mark.parametrize(("before", "after"), list(product(State, State)))
def test_only_the_moves_of_the_table_are_possible(db, team, analyst, before, after):
    month = SubmissionFactory(area=team.area, **({before.value: True} if before in TRAITS else {}))
    if before == State.DRAFT:
        Submission.objects.filter(pk=month.pk).update(state=before)
    people = (
        team.lead,
        team.contributor,
        analyst,
        UserFactory(roles=["curator"]),
        UserFactory(roles=["administrator"]),
    )
    allowed = {person for person in people if workflow.may_move(fresh(month), after, by=person)}
    assert allowed == {
        (State.NOT_STARTED, State.DRAFT): {team.lead, team.contributor},
        (State.DRAFT, State.SUBMITTED): {team.lead},
        (State.RETURNED, State.SUBMITTED): {team.lead},
        (State.SUBMITTED, State.RETURNED): {analyst},
        (State.SUBMITTED, State.ACCEPTED): {analyst},
    }.get((before, after), set())


TRAITS = {State.SUBMITTED, State.RETURNED, State.ACCEPTED}


@pytest.mark.django_db(transaction=True)
def test_two_people_who_press_send_at_once_make_one_revision(month, team):
    saved = drafted(month, team)

    def press() -> int:
        try:
            return workflow.submit(saved, by=team.lead, seen_lock_version=saved.lock_version, at=LATER).number
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert [future.result() for future in [pool.submit(press), pool.submit(press)]] == [1, 1]
    assert month.revisions.count() == 1


class TestReporting:
    def test_a_period_has_a_row_for_each_reporting_area(self, team, other_team):
        other_team.count.measure.area_measures.all().delete()
        period = reporting.open_period(date(2026, 3, 1))
        reporting.open_period(date(2026, 3, 1))
        assert set(period.submissions.values_list("area", flat=True)) == {team.area.pk, other_team.area.pk}

    def test_an_area_that_joins_gets_rows_from_its_first_month(self, db):
        for month in (1, 2, 3):
            reporting.open_period(date(2026, month, 1))
        joined = AreaMeasureFactory(measure=MeasureVersionFactory().measure, from_month=date(2026, 2, 1))
        assert reporting.area_joins(joined.area) == 2
        assert reporting.area_joins(joined.area) == 0
