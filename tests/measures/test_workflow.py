from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, connection, transaction

from measures import reporting, workflow
from measures.models import MeasureValue, MeasureVersion, Question, State, Submission, SubmissionEvent
from measures.rules import TypedEntry
from selfharm_portal.accounts.models import StaffRole
from tests.factories import (
    AreaMeasureFactory,
    DenominatorGroupFactory,
    MeasureVersionFactory,
    SubmissionFactory,
    UserFactory,
)

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
            TypedEntry(team.median.measure.code, value="361.5", denominator="1108"),
        ]
        saved = workflow.save_draft(month, entries, by=team.lead, seen_lock_version=0)
        with django_capture_on_commit_callbacks(execute=True):
            workflow.submit(saved, by=team.lead, seen_lock_version=saved.lock_version, at=LATER)
        assert {tuple(letter.to) for letter in mail.outbox} == {(team.lead.email,), (settings.NCISH_EMAIL,)}
        for letter in mail.outbox:
            assert "March 2026" in letter.subject
            assert isinstance(letter, EmailMultiAlternatives)
            text = f"{letter.body} {letter.alternatives[0][0]!s}"
            assert not any(number in text for number in ("4217", "6023", "5471", "361.5", "1108"))

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


def asked(month, team, analyst, **questions):
    """The month, back with its team for these questions, by the name of the version in `team`."""
    sent = submitted(month, team)
    words = {getattr(team, name).measure.code: text for name, text in questions.items()}
    workflow.return_to_team(sent, by=analyst, seen_lock_version=sent.lock_version, questions=words)
    return fresh(month)


def type_in(month, team, entry):
    workflow.save_draft(month, [entry], by=team.lead, seen_lock_version=month.lock_version)
    return fresh(month)


def send(month, team):
    return workflow.submit(month, by=team.lead, seen_lock_version=month.lock_version, at=LATER)


@pytest.mark.requirement("F1")
class TestQuestions:
    def test_only_what_is_asked_about_is_open(self, month, team, analyst):
        back = asked(month, team, analyst, count="Is 54 right?")
        reported = reporting.measures_of_month(team.area, month.period.month)
        assert workflow.open_measures(back, reported) == {team.count.measure.code}
        other = TypedEntry(team.proportion.measure.code, numerator="43", denominator="60")
        with pytest.raises(workflow.NotAskedAbout, match=team.proportion.measure.code):
            type_in(back, team, other)
        assert month.draft_entries.get(measure=team.proportion.measure).numerator == "42"

    def test_what_is_closed_is_frozen_as_it_was_sent_whatever_the_draft_says(self, month, team, analyst):
        back = asked(month, team, analyst, count="Is 54 right?")
        month.draft_entries.filter(measure=team.proportion.measure).update(numerator="1")
        back = type_in(back, team, TypedEntry(team.count.measure.code, numerator="45"))
        values = {value.measure: value.numerator for value in send(back, team).values.all()}
        assert (values[team.count.measure], values[team.proportion.measure]) == (45, 42)

    def test_a_value_that_must_agree_with_one_asked_about_is_open_too(self, month, team, analyst):
        group = DenominatorGroupFactory()
        MeasureVersion.objects.filter(pk__in=[team.proportion.pk, team.median.pk]).update(denominator_group=group)
        entries = [
            TypedEntry(team.proportion.measure.code, numerator="42", denominator="60"),
            TypedEntry(team.count.measure.code, numerator="54"),
            TypedEntry(team.median.measure.code, value="16", denominator="60"),
        ]
        saved = workflow.save_draft(month, entries, by=team.lead, seen_lock_version=0)
        workflow.submit(saved, by=team.lead, seen_lock_version=saved.lock_version, at=LATER)
        sent = fresh(month)
        questions = {team.median.measure.code: "60 people?"}
        workflow.return_to_team(sent, by=analyst, seen_lock_version=sent.lock_version, questions=questions)
        reported = reporting.measures_of_month(team.area, month.period.month)
        assert workflow.open_measures(fresh(month), reported) == {
            team.proportion.measure.code,
            team.median.measure.code,
        }

    def test_a_measure_that_joined_meanwhile_is_open(self, month, team, analyst):
        back = asked(month, team, analyst, count="Is 54 right?")
        joined = MeasureVersionFactory()
        AreaMeasureFactory(area=team.area, measure=joined.measure)
        reported = reporting.measures_of_month(team.area, month.period.month)
        assert workflow.open_measures(back, reported) == {team.count.measure.code, joined.measure.code}

    def test_words_about_the_month_alone_open_all_of_it(self, month, team, analyst):
        sent = submitted(month, team)
        workflow.return_to_team(sent, by=analyst, seen_lock_version=sent.lock_version, comment="Another month's?")
        reported = reporting.measures_of_month(team.area, month.period.month)
        codes = {measure.code for measure in team.measures}
        assert workflow.open_measures(fresh(month), reported) == codes

    def test_nothing_is_open_while_ncish_has_the_month(self, month, team):
        reported = reporting.measures_of_month(team.area, month.period.month)
        assert workflow.open_measures(submitted(month, team), reported) == frozenset()

    def test_it_is_not_sent_again_before_each_question_has_an_answer(self, month, team, analyst):
        back = asked(month, team, analyst, count="Is 54 right?", median="16 days?")
        back = type_in(back, team, TypedEntry(team.count.measure.code, numerator="45"))
        with pytest.raises(workflow.RulesBroken) as broken:
            send(back, team)
        assert [(problem.rule, problem.code) for problem in broken.value.problems] == [
            ("question_not_answered", team.median.measure.code)
        ]
        answers = {team.median.measure.code: "Yes: two people waited long."}
        back = workflow.save_answers(back, answers, by=team.contributor, seen_lock_version=back.lock_version)
        revision = send(back, team)
        assert revision.number == 2
        questions = {question.measure: question for question in Question.objects.all()}
        assert questions[team.median.measure].answer == "Yes: two people waited long."
        assert {question.answered_by for question in questions.values()} == {team.lead}

    def test_the_same_number_typed_otherwise_is_no_answer(self, month, team, analyst):
        back = asked(month, team, analyst, count="Is 54 right?")
        back = type_in(back, team, TypedEntry(team.count.measure.code, numerator=" 54 "))
        with pytest.raises(workflow.RulesBroken, match="answer that it is right"):
            send(back, team)

    def test_an_answer_to_what_is_not_asked_is_refused(self, month, team, analyst):
        back = asked(month, team, analyst, count="Is 54 right?")
        with pytest.raises(workflow.NotAskedAbout):
            workflow.save_answers(
                back, {team.median.measure.code: "Yes"}, by=team.lead, seen_lock_version=back.lock_version
            )

    def test_an_answer_from_a_stale_page_overwrites_nothing(self, month, team, analyst):
        back = asked(month, team, analyst, count="Is 54 right?")
        code = team.count.measure.code
        workflow.save_answers(back, {code: "Yes"}, by=team.lead, seen_lock_version=back.lock_version)
        with pytest.raises(workflow.ChangedMeanwhile):
            workflow.save_answers(back, {code: "No"}, by=team.contributor, seen_lock_version=back.lock_version)
        assert Question.objects.get().answer == "Yes"

    def test_ncish_can_ask_again_and_the_thread_goes_on(self, month, team, analyst):
        back = asked(month, team, analyst, count="Is 54 right?")
        code = team.count.measure.code
        back = workflow.save_answers(back, {code: "Yes"}, by=team.lead, seen_lock_version=back.lock_version)
        send(back, team)
        again = fresh(month)
        workflow.return_to_team(again, by=analyst, seen_lock_version=again.lock_version, questions={code: "Sure?"})
        thread = Question.objects.filter(revision__submission=month).order_by("revision__number")
        assert [(question.words, question.answer) for question in thread] == [("Is 54 right?", "Yes"), ("Sure?", "")]

    def test_one_e_mail_however_much_is_asked_and_no_number_in_it(
        self, month, team, analyst, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            submitted(month, team)
        mail.outbox.clear()
        sent = fresh(month)
        questions = {measure.code: "Is 5471 right?" for measure in team.measures}
        with django_capture_on_commit_callbacks(execute=True):
            workflow.return_to_team(sent, by=analyst, seen_lock_version=sent.lock_version, questions=questions)
        [letter] = mail.outbox
        assert letter.to == [team.lead.email]
        assert "questions about 3 values" in letter.body
        assert "5471" not in letter.body

    def test_a_question_is_about_a_value_that_was_sent(self, month, team, analyst):
        sent = submitted(month, team)
        with pytest.raises(ValueError, match="SH01"):
            workflow.return_to_team(
                sent, by=analyst, seen_lock_version=sent.lock_version, questions={"SH01": "Is it right?"}
            )
        assert fresh(month).state == State.SUBMITTED

    def test_a_question_without_words_is_none(self, month, team, analyst):
        sent = submitted(month, team)
        with pytest.raises(ValueError, match="without saying why"):
            workflow.return_to_team(
                sent, by=analyst, seen_lock_version=sent.lock_version, questions={team.count.measure.code: " "}
            )


@pytest.mark.requirement("E7")
class TestCorrections:
    def correcting(self, month, team, analyst):
        done = accepted(month, team, analyst)
        workflow.begin_correction(done, by=team.lead, seen_lock_version=done.lock_version, reason="Counted twice")
        return fresh(month)

    def test_the_accepted_revision_counts_until_the_next_is_accepted(self, month, team, analyst):
        first = accepted(month, team, analyst).accepted_revision
        begun = fresh(month)
        workflow.begin_correction(begun, by=team.lead, seen_lock_version=begun.lock_version, reason="Counted twice")
        begun = type_in(fresh(month), team, TypedEntry(team.count.measure.code, numerator="45"))
        assert begun.accepted_revision == first
        second = send(begun, team)
        assert (second.number, second.reason) == (2, "Counted twice")
        sent = fresh(month)
        assert (sent.state, sent.accepted_revision) == (State.SUBMITTED, first)
        workflow.accept(sent, by=analyst, seen_lock_version=sent.lock_version)
        assert fresh(month).accepted_revision == second
        assert first.values.get(measure=team.count.measure).numerator == 54  # stays readable as it was

    def test_it_begins_from_what_was_accepted(self, month, team, analyst):
        done = accepted(month, team, analyst)
        month.draft_entries.all().delete()
        workflow.begin_correction(done, by=team.lead, seen_lock_version=done.lock_version, reason="Counted twice")
        typed = {entry.measure: entry.typed() for entry in month.draft_entries.select_related("measure")}
        assert typed == dict(zip(team.measures, team.entries(), strict=True))

    def test_it_needs_a_reason(self, month, team, analyst):
        done = accepted(month, team, analyst)
        with pytest.raises(ValueError, match="without saying why"):
            workflow.begin_correction(done, by=team.lead, seen_lock_version=done.lock_version, reason=" ")

    def test_rules_run_again(self, month, team, analyst):
        begun = self.correcting(month, team, analyst)
        wrong = TypedEntry(team.proportion.measure.code, numerator="61", denominator="60")
        begun = type_in(begun, team, wrong)
        with pytest.raises(workflow.RulesBroken):
            send(begun, team)

    def test_a_correction_that_is_asked_about_keeps_its_reason(self, month, team, analyst):
        begun = self.correcting(month, team, analyst)
        send(type_in(begun, team, TypedEntry(team.count.measure.code, numerator="45")), team)
        sent = fresh(month)
        code = team.count.measure.code
        workflow.return_to_team(sent, by=analyst, seen_lock_version=sent.lock_version, questions={code: "45?"})
        back = type_in(fresh(month), team, TypedEntry(code, numerator="46"))
        assert send(back, team).reason == "Counted twice"

    def test_it_can_be_left_as_it_was(self, month, team, analyst):
        begun = type_in(
            self.correcting(month, team, analyst), team, TypedEntry(team.count.measure.code, numerator="45")
        )
        workflow.keep_as_accepted(begun, by=team.lead, seen_lock_version=begun.lock_version)
        assert fresh(month).state == State.ACCEPTED
        assert month.draft_entries.get(measure=team.count.measure).numerator == "54"
        assert month.revisions.count() == 1

    @pytest.mark.requirement("F3")
    def test_a_month_that_is_corrected_is_not_late(self, month, team, analyst):
        assert list(Submission.objects.of_area(team.area).late(LATER)) == [month]
        self.correcting(month, team, analyst)
        assert list(Submission.objects.of_area(team.area).late(LATER)) == []

    def test_an_accepted_revision_belongs_to_one_month(self, month, team, analyst):
        done = accepted(month, team, analyst)
        other = SubmissionFactory(area=team.area)
        with pytest.raises(IntegrityError, match="of_one_month"), transaction.atomic():
            Submission.objects.filter(pk=other.pk).update(
                state=State.SUBMITTED, latest_revision=done.latest_revision, accepted_revision=done.latest_revision
            )


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
