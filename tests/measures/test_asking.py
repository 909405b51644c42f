"""What a month is asked about is gathered from the months before, and an answer stays with rule and value."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from measures import asking, workflow
from measures.models import DraftQueryAnswer, MeasureVersion, ReportingPeriod, State, Submission
from measures.reporting import measures_of_month
from measures.rules import EarlierMonth, History, Numbers, TypedAnswer, TypedEntry
from measures.wording import shifted
from sites.models import Area
from tests.factories import (
    DenominatorGroupFactory,
    LinkedTotalFactory,
    MeasureValueFactory,
    MeasureVersionFactory,
    ReportingPeriodFactory,
    SubmissionFactory,
    SubmissionRevisionFactory,
)
from tests.measures.conftest import MONTH

pytestmark = pytest.mark.django_db

LATER = datetime(2026, 5, 1, 12, tzinfo=UTC)


def earlier(area: Area, version: MeasureVersion, months: int, *, state=State.ACCEPTED, month=MONTH, **numbers):
    """So many months before `month`, each with these numbers."""
    for back in range(1, months + 1):
        give(area, version, shifted(month, -back), state=state, **numbers)


def give(area: Area, version: MeasureVersion, month: date, *, state=State.ACCEPTED, **numbers) -> Submission:
    period, _ = ReportingPeriod.objects.get_or_create(
        month=month, defaults={"due_on": ReportingPeriodFactory.build(month=month).due_on}
    )
    there = Submission.objects.filter(area=area, period=period, latest_revision__isnull=False).first()
    given = there or SubmissionFactory(area=area, period=period, **{state.value: True})
    kinds = {"denominator": None} if version.kind == "count" else {}
    MeasureValueFactory(revision=given.latest_revision, version=version, **{**kinds, **numbers})
    return given


def history(team, version) -> History:
    reported = measures_of_month(team.area, MONTH)
    return asking.histories_of(team.area, reported, month=MONTH)[version.measure.code]


def first(past: EarlierMonth):
    return past.numbers.numerator if past.numbers else None


def save(month, team, entries, *answers):
    now = Submission.objects.get(pk=month.pk)
    return workflow.save_draft(month, entries, by=team.lead, seen_lock_version=now.lock_version, answers=answers)


def submit(month, team):
    now = Submission.objects.get(pk=month.pk)
    return workflow.submit(month, by=team.lead, seen_lock_version=now.lock_version, at=LATER)


def asked(month, entries):
    return asking.queries_of_month(month, measures_of_month(month.area, MONTH), entries)


def answered(queries, note="Checked against the referral log."):
    return [TypedAnswer(query.fingerprint, checked=True, note=note) for query in queries]


# The earlier months


@pytest.mark.requirement("E4")
def test_the_history_is_accepted_and_submitted_months_oldest_first(team, month):
    give(team.area, team.count, date(2026, 1, 1), numerator=50)
    give(team.area, team.count, date(2026, 2, 1), numerator=60, state=State.SUBMITTED)
    give(team.area, team.count, date(2025, 12, 1), numerator=40)
    given = [(past.month.month, first(past), past.accepted) for past in history(team, team.count).earlier]
    assert given == [(12, 40, True), (1, 50, True), (2, 60, False)]


def test_a_month_that_was_sent_back_or_comes_later_or_is_another_areas_is_no_history(team, other_team, month):
    give(team.area, team.count, date(2026, 2, 1), numerator=60, state=State.RETURNED)
    give(team.area, team.count, date(2026, 4, 1), numerator=60)
    give(other_team.area, team.count, date(2026, 2, 1), numerator=60)
    assert history(team, team.count) == History()


@pytest.mark.requirement("D1")
def test_no_history_reaches_across_a_change_of_definition(team, month):
    earlier(team.area, team.count, 2, numerator=50)
    new = MeasureVersionFactory(
        measure=team.count.measure, number=2, kind="count", denominator="", valid_from=MONTH, value_max=None
    )
    assert history(team, new) == History()


@pytest.mark.requirement("E7")
def test_the_accepted_revision_counts_until_another_one_is_accepted(team, month):
    given = give(team.area, team.count, date(2026, 2, 1), numerator=50)
    correction = SubmissionRevisionFactory(submission=given)
    MeasureValueFactory(revision=correction, version=team.count, numerator=70, denominator=None)
    Submission.objects.filter(pk=given.pk).update(latest_revision=correction, state=State.SUBMITTED)
    assert [first(past) for past in history(team, team.count).earlier] == [50]


@pytest.mark.requirement("E7")
def test_a_correction_is_compared_with_what_was_accepted(team):
    given = give(team.area, team.count, MONTH, numerator=66)
    reported = [item for item in measures_of_month(team.area, MONTH) if item.version == team.count]
    [query] = asking.queries_of_month(given, reported, [TypedEntry(team.count.measure.code, numerator="6")])
    assert query.rule == "large_correction"
    assert history(team, team.count).corrects == Numbers(Decimal(66), None, None)


def test_a_reason_is_part_of_the_history(team, month):
    give(team.area, team.count, date(2026, 2, 1), numerator=None, no_data_reason="too_late")
    [past] = history(team, team.count).earlier
    assert (past.numbers, past.reason) == (None, "too_late")


@pytest.mark.parametrize("months", [2, 26])
def test_asking_costs_the_same_queries_however_long_the_history(team, month, django_assert_num_queries, months):
    for version in (team.count, team.proportion):
        earlier(team.area, version, months)
    reported = measures_of_month(team.area, MONTH)
    month = Submission.objects.with_context().get(pk=month.pk)
    with django_assert_num_queries(2):
        asking.queries_of_month(month, reported, team.entries())


def test_linked_totals_are_compared(team, month):
    LinkedTotalFactory(
        left=team.count.measure, left_field="numerator", right=team.proportion.measure, right_field="denominator"
    )
    assert [query.rule for query in asked(month, team.entries())] == ["linked_total_differs"]


# Answers


@pytest.fixture
def unusual(team, month):
    """The month's entries, of which the count is asked about."""
    earlier(team.area, team.count, 6, numerator=10)
    return team.entries()


@pytest.mark.requirement("E3")
def test_a_month_is_not_handed_over_while_a_query_is_unanswered(team, month, unusual):
    [query] = asked(month, unusual)
    for answers in ([], [TypedAnswer(query.fingerprint, True, " ")], [TypedAnswer(query.fingerprint, False, "Fine")]):
        save(month, team, unusual, *answers)
        with pytest.raises(workflow.QueriesUnanswered) as refused:
            submit(month, team)
        assert refused.value.queries == [query]
        assert [(problem.code, problem.message) for problem in refused.value.problems] == [
            (team.count.measure.code, query.message)
        ]
    assert Submission.objects.get(pk=month.pk).state == State.DRAFT


@pytest.mark.requirement("E3")
def test_question_and_answer_stay_with_the_value(team, month, unusual):
    [query] = asked(month, unusual)
    save(month, team, unusual, *answered([query]))
    revision = submit(month, team)
    kept = revision.query_answers.get()
    assert (kept.value.measure, kept.rule, kept.message) == (team.count.measure, query.rule, query.message)
    assert (kept.note, kept.who, kept.title) == (
        "Checked against the referral log.",
        team.lead,
        "Unlikely for so short a history",
    )
    assert kept.when


@pytest.mark.requirement("E3")
def test_the_same_is_not_asked_again_of_the_same_value(team, month, unusual, analyst):
    save(month, team, unusual, *answered(asked(month, unusual)))
    submit(month, team)
    now = Submission.objects.get(pk=month.pk)
    workflow.return_to_team(now, by=analyst, seen_lock_version=now.lock_version, comment="And the median?")
    # Another typing of the same number, and another month of history.
    give(team.area, team.count, date(2025, 1, 1), numerator=11)
    again = [*unusual[:1], TypedEntry(team.count.measure.code, numerator=" 54.0 "), unusual[2]]
    save(month, team, again)
    assert asking.unanswered(asked(month, again), asking.answers_of(month), {team.count.measure.code}) == []
    assert submit(month, team).query_answers.get().note == "Checked against the referral log."


@pytest.mark.requirement("E3")
def test_another_value_is_asked_about_anew_and_the_old_answer_waits_for_it(team, month, unusual):
    save(month, team, unusual, *answered(asked(month, unusual)))
    other = [unusual[0], TypedEntry(team.count.measure.code, numerator="55"), unusual[2]]
    save(month, team, other)
    with pytest.raises(workflow.QueriesUnanswered):
        submit(month, team)
    save(month, team, unusual)
    assert submit(month, team).query_answers.count() == 1


def test_a_value_that_stays_as_it_was_sent_is_asked_nothing_new(team, month, analyst):
    save(month, team, team.entries())
    submit(month, team)
    now = Submission.objects.get(pk=month.pk)
    questions = {team.proportion.measure.code: "Is this right?"}
    workflow.return_to_team(now, by=analyst, seen_lock_version=now.lock_version, questions=questions)
    earlier(team.area, team.count, 6, numerator=10)  # loaded meanwhile: 54 would be unlikely now
    other = TypedEntry(team.proportion.measure.code, numerator="41", denominator="60")
    save(month, team, [other])
    assert submit(month, team).number == 2


def test_an_answer_that_nothing_asks_for_any_more_is_not_sent(team, month, unusual):
    save(month, team, unusual, *answered(asked(month, unusual)))
    usual = [unusual[0], TypedEntry(team.count.measure.code, numerator="11"), unusual[2]]
    save(month, team, usual)
    assert not submit(month, team).query_answers.exists()


def test_an_answer_is_part_of_the_draft(team, month, unusual):
    [query] = asked(month, unusual)
    begun = TypedAnswer(query.fingerprint, False, "I will ask Sam")
    first = save(month, team, unusual, begun)
    assert asking.answers_of(month) == {query.fingerprint: begun}
    # Nothing new: the second half of a double click.
    assert save(month, team, unusual, begun).lock_version == first.lock_version
    with pytest.raises(workflow.ChangedMeanwhile):
        workflow.save_draft(
            month,
            unusual,
            by=team.contributor,
            seen_lock_version=0,
            answers=[TypedAnswer(query.fingerprint, True, "?")],
        )
    assert DraftQueryAnswer.objects.get().who == team.lead


def test_a_query_of_the_whole_month_belongs_to_no_value(client, team, month, analyst):
    version = team.count
    earlier(team.area, version, 1, numerator=54)
    group = DenominatorGroupFactory()
    more = [MeasureVersionFactory(denominator_group=group) for _ in range(5)]
    reported = measures_of_month(team.area, MONTH)
    for extra in more:
        extra.measure.area_measures.create(area=team.area, from_month=date(2021, 4, 1))
        give(team.area, extra, shifted(MONTH, -1), numerator=7, denominator=9)
    entries = [*team.entries(), *[TypedEntry(extra.measure.code, numerator="7", denominator="9") for extra in more]]
    reported = measures_of_month(team.area, MONTH)
    queries = asking.queries_of_month(month, reported, entries)
    assert [(query.rule, query.code) for query in queries] == [("same_as_last_month", "")]
    save(month, team, entries, *answered(queries))
    assert submit(month, team).query_answers.get().value is None
    client.force_login(analyst)
    page = client.get(month.get_absolute_url()).content.decode()
    assert "All 7 numbers are the same as in February 2026." in page
    assert "Checked against the referral log." in page
