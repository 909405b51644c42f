"""The database refuses what cannot be: one row a constraint, broken in one way."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import CheckConstraint, Model, UniqueConstraint

from measures import models, rules
from measures.models import Kind, NoDataReason, State
from tests import factories
from tests.factories import (
    AreaAimFactory,
    AreaMeasureFactory,
    DenominatorGroupFactory,
    DownloadFactory,
    DraftEntryFactory,
    DraftQueryAnswerFactory,
    ExpectationFactory,
    LimitsDecisionFactory,
    LinkedTotalFactory,
    MeasureFactory,
    MeasureSourceFactory,
    MeasureValueFactory,
    MeasureVersionFactory,
    MonthReminderFactory,
    QueryAnswerFactory,
    QuestionFactory,
    ReminderByHandFactory,
    ReportingPeriodFactory,
    StoryFactory,
    SubmissionEventFactory,
    SubmissionFactory,
    SubmissionRevisionFactory,
    UploadedMonthsFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def twice(make, **same):
    """Two rows that have something in common; built only when the test runs."""

    def build():
        first = make()
        make(**{name: getattr(first, field) for name, field in same.items()})

    return build


def of_the_revision_of_another_month(field):
    first, second = SubmissionFactory(accepted=True), SubmissionFactory(state=State.DRAFT)
    models.Submission.objects.filter(pk=second.pk).update(**{field: getattr(first, field)})


def of_two_revisions():
    """A month that is accepted, while a later revision is its latest."""
    month = SubmissionFactory(accepted=True)
    month.latest_revision = SubmissionRevisionFactory(submission=month)
    month.save()


def total_of_one_measure():
    measure = MeasureFactory()
    LinkedTotalFactory(left=measure, right=measure)


# Where two rows may have anything in common but this.
NUMBERS = iter(range(1, 1000))
MONTHS = (date(2021 + n // 12, n % 12 + 1, 1) for n in range(1000))
POSITIONS = iter([1, 2])
#: When a decision of LimitsDecisionFactory may be undone.
AFTERWARDS = datetime(2026, 7, 1, 12, tzinfo=UTC)

#: The constraint that is named in the log, and a row that breaks it.
BROKEN = [
    ("measure_code_is_sh_and_digits", lambda: MeasureFactory(code="AB01")),
    ("measure_code_is_sh_and_digits", lambda: MeasureFactory(code="SH1")),
    (
        "measure_version_number_once_per_measure",
        lambda: twice(lambda **same: MeasureVersionFactory(valid_from=next(MONTHS), **same), measure="measure")(),
    ),
    (
        "measure_version_month_once_per_measure",
        lambda: twice(lambda **same: MeasureVersionFactory(number=next(NUMBERS), **same), measure="measure")(),
    ),
    ("measure_version_counts_from_one", lambda: MeasureVersionFactory(number=0)),
    ("measure_version_valid_from_first_of_month", lambda: MeasureVersionFactory(valid_from=date(2026, 4, 2))),
    ("measure_version_kind_is_known", lambda: MeasureVersionFactory(kind="odds")),
    ("measure_version_type_is_known", lambda: MeasureVersionFactory(measure_type="input")),
    ("measure_version_direction_is_known", lambda: MeasureVersionFactory(improvement_direction="sideways")),
    ("measure_version_basis_is_known", lambda: MeasureVersionFactory(basis="hearsay")),
    ("measure_version_multiplier_only_of_a_rate", lambda: MeasureVersionFactory(rate_multiplier=1000)),
    ("measure_version_multiplier_only_of_a_rate", lambda: MeasureVersionFactory(rate=True, rate_multiplier=None)),
    ("measure_version_multiplier_only_of_a_rate", lambda: MeasureVersionFactory(rate=True, rate_multiplier=0)),
    ("measure_version_denominator_unless_count", lambda: MeasureVersionFactory(denominator="")),
    ("measure_version_denominator_unless_count", lambda: MeasureVersionFactory(count=True, denominator="People")),
    (
        "measure_version_denominator_unless_count",
        lambda: MeasureVersionFactory(count=True, denominator_group=DenominatorGroupFactory()),
    ),
    ("measure_version_range_not_empty", lambda: MeasureVersionFactory(value_min=100)),
    ("measure_version_score_has_a_scale", lambda: MeasureVersionFactory(score=True, value_max=None)),
    ("measure_version_cohort_not_in_the_future", lambda: MeasureVersionFactory(cohort_month_offset=1)),
    ("measure_version_cohort_not_in_the_future", lambda: MeasureVersionFactory(cohort_month_offset=-13)),
    ("measure_version_at_most_three_decimals", lambda: MeasureVersionFactory(decimals=4)),
    (
        "measure_source_one_primary_per_version",
        lambda: twice(lambda **same: MeasureSourceFactory(position=next(NUMBERS), **same), version="version")(),
    ),
    (
        "measure_source_position_once",
        lambda: twice(lambda **same: MeasureSourceFactory(role="related", **same), version="version")(),
    ),
    ("measure_source_role_is_known", lambda: MeasureSourceFactory(role="rumour")),
    ("linked_total_of_two_measures", total_of_one_measure),
    ("linked_total_fields_are_known", lambda: LinkedTotalFactory(left_field="value")),
    ("linked_total_fields_are_known", lambda: LinkedTotalFactory(right_field="value")),
    ("area_measure_once_per_area", twice(AreaMeasureFactory, area="area", measure="measure")),
    ("area_measure_from_first_of_month", lambda: AreaMeasureFactory(from_month=date(2026, 4, 2))),
    ("area_measure_until_first_of_month", lambda: AreaMeasureFactory(until_month=date(2026, 4, 30))),
    ("area_measure_until_not_before_from", lambda: AreaMeasureFactory(until_month=date(2021, 3, 1))),
    (
        "area_aim_at_most_two",
        lambda: twice(lambda **same: AreaAimFactory(from_month=next(MONTHS), **same), area_measure="area_measure")(),
    ),
    (
        "area_aim_month_once",
        lambda: twice(lambda **same: AreaAimFactory(position=next(POSITIONS), **same), area_measure="area_measure")(),
    ),
    ("area_aim_first_or_second", lambda: AreaAimFactory(position=3)),
    ("area_aim_from_first_of_month", lambda: AreaAimFactory(from_month=date(2026, 4, 2))),
    (
        "expectation_in_force_once_per_milestone_and_measure",
        twice(ExpectationFactory, area_measure="area_measure", milestone="milestone"),
    ),
    (
        "expectation_undone_by_at_and_why_go_together",
        lambda: ExpectationFactory(undone_by=UserFactory(), undone_at=AFTERWARDS),
    ),
    (
        "expectation_undone_by_at_and_why_go_together",
        lambda: ExpectationFactory(undone_at=AFTERWARDS, why_undone="It did not begin"),
    ),
    ("expectation_undone_by_at_and_why_go_together", lambda: ExpectationFactory(undone_by=UserFactory())),
    (
        "expectation_undone_after_it_was_recorded",
        lambda: ExpectationFactory(
            undone_by=UserFactory(), undone_at=datetime(2026, 2, 1, 12, tzinfo=UTC), why_undone="It did not begin"
        ),
    ),
    ("expectation_direction_is_known", lambda: ExpectationFactory(direction="sideways")),
    ("expectation_by_first_of_month", lambda: ExpectationFactory(by_month=date(2026, 12, 31))),
    ("expectation_recorded_before_the_chart_answers", lambda: ExpectationFactory(months_known=7)),
    ("area_measure_chart_is_known", lambda: AreaMeasureFactory(chart="pie", chart_reason="It is round")),
    ("area_measure_chart_has_a_reason", lambda: AreaMeasureFactory(chart="run")),
    ("area_measure_chart_has_a_reason", lambda: AreaMeasureFactory(chart_reason="Many zeros")),
    ("limits_decision_at_a_milestone_or_on_first_months", lambda: LimitsDecisionFactory(fixed_months=12)),
    ("limits_decision_at_a_milestone_or_on_first_months", lambda: LimitsDecisionFactory(from_month=None)),
    (
        "limits_decision_at_a_milestone_or_on_first_months",
        lambda: LimitsDecisionFactory(fixed=True, from_month=date(2026, 4, 1)),
    ),
    ("limits_decision_from_first_of_month", lambda: LimitsDecisionFactory(from_month=date(2026, 4, 2))),
    ("limits_decision_baseline_is_long_enough", lambda: LimitsDecisionFactory(fixed=True, fixed_months=11)),
    ("limits_decision_has_a_reason", lambda: LimitsDecisionFactory(reason="")),
    ("limits_decision_checklist_is_complete", lambda: LimitsDecisionFactory(checklist=["Only", "three", "ticks"])),
    ("limits_decision_checklist_is_complete", lambda: LimitsDecisionFactory(fixed=True, checklist=["A tick"])),
    (
        "limits_decision_undone_by_at_and_why_go_together",
        lambda: LimitsDecisionFactory(undone_by=UserFactory(), undone_at=AFTERWARDS),
    ),
    (
        "limits_decision_undone_by_at_and_why_go_together",
        lambda: LimitsDecisionFactory(undone_at=AFTERWARDS, why_undone="The offer closed"),
    ),
    ("limits_decision_undone_by_at_and_why_go_together", lambda: LimitsDecisionFactory(undone_by=UserFactory())),
    (
        "limits_decision_undone_after_it_was_made",
        lambda: LimitsDecisionFactory(
            undone_by=UserFactory(), undone_at=AFTERWARDS - timedelta(days=365), why_undone="The offer closed"
        ),
    ),
    (
        "limits_decision_in_force_once_a_month",
        twice(LimitsDecisionFactory, area_measure="area_measure", milestone="milestone"),
    ),
    (
        "limits_decision_one_baseline_in_force",
        twice(lambda **same: LimitsDecisionFactory(fixed=True, **same), area_measure="area_measure"),
    ),
    ("story_once_for_the_same_months", twice(StoryFactory, area_measure="area_measure")),
    ("story_months_by_first_days", lambda: StoryFactory(from_month=date(2026, 2, 2))),
    ("story_months_by_first_days", lambda: StoryFactory(to_month=date(2026, 3, 2))),
    ("story_ends_after_it_began", lambda: StoryFactory(from_month=date(2026, 4, 1))),
    ("story_has_words", lambda: StoryFactory(text="")),
    ("reporting_period_is_a_month", lambda: ReportingPeriodFactory(month=date(2026, 4, 2), due_on=date(2026, 5, 22))),
    ("reporting_period_due_after_it_began", lambda: ReportingPeriodFactory(due_on=date(2021, 3, 31))),
    ("submission_once_per_area_and_month", twice(SubmissionFactory, area="area", period="period")),
    ("submission_state_is_known", lambda: SubmissionFactory(state="lost")),
    (
        "submission_not_started_has_no_revision",
        lambda: models.Submission.objects.filter(pk=SubmissionFactory(submitted=True).pk).update(
            state=State.NOT_STARTED
        ),
    ),
    ("submission_sent_has_a_revision", lambda: SubmissionFactory(state=State.SUBMITTED)),
    ("submission_sent_has_a_revision", lambda: SubmissionFactory(state=State.RETURNED)),
    ("submission_accepted_is_its_latest_revision", of_two_revisions),
    (
        "submission_accepted_is_its_latest_revision",
        lambda: models.Submission.objects.filter(pk=SubmissionFactory(accepted=True).pk).update(accepted_revision=None),
    ),
    ("submission_accepted_revision_of_one_month", lambda: of_the_revision_of_another_month("accepted_revision")),
    ("submission_latest_revision_of_one_month", lambda: of_the_revision_of_another_month("latest_revision")),
    (
        "submission_event_correction_says_why",
        lambda: SubmissionEventFactory(from_state=State.ACCEPTED, to_state=State.CORRECTING),
    ),
    ("submission_extension_has_a_reason", lambda: SubmissionFactory(extended_until=date(2026, 5, 29))),
    ("submission_extension_has_a_reason", lambda: SubmissionFactory(extension_reason="A new system")),
    ("submission_saved_by_somebody_at_some_time", lambda: SubmissionFactory(saved_by=UserFactory())),
    ("submission_saved_by_somebody_at_some_time", lambda: SubmissionFactory(saved_at=AFTERWARDS)),
    (
        "month_reminder_once_per_step",
        twice(MonthReminderFactory, submission="submission", to="to"),
    ),
    ("month_reminder_step_is_known", lambda: MonthReminderFactory(step=4)),
    ("uploaded_months_once_per_person_and_area", twice(UploadedMonthsFactory, area="area", by="by")),
    ("reminder_by_hand_once_a_day", twice(ReminderByHandFactory, submission="submission", sent_on="sent_on")),
    ("download_form_is_known", lambda: DownloadFactory(form="pdf")),
    ("draft_entry_once_per_measure", twice(DraftEntryFactory, submission="submission", measure="measure")),
    (
        "revision_number_once_per_submission",
        twice(SubmissionRevisionFactory, submission="submission", number="number"),
    ),
    ("revision_counts_from_one", lambda: SubmissionRevisionFactory(number=0)),
    ("revision_has_a_declaration", lambda: SubmissionRevisionFactory(declaration="")),
    ("measure_value_once_per_revision", twice(MeasureValueFactory, revision="revision", version="version")),
    ("measure_value_numerator_not_below_zero", lambda: MeasureValueFactory(numerator=-1)),
    (
        "measure_value_median_not_below_zero",
        lambda: MeasureValueFactory(kind=Kind.MEDIAN_DAYS, numerator=None, value="-0.5"),
    ),
    ("measure_value_people_are_whole_numbers", lambda: MeasureValueFactory(numerator="41.5")),
    ("measure_value_proportion_within_denominator", lambda: MeasureValueFactory(numerator=61)),
    (
        "measure_value_nobody_in_the_group_counts_nothing",
        lambda: MeasureValueFactory(kind=Kind.RATE, numerator=1, denominator=0),
    ),
    (
        "measure_value_nobody_in_the_group_counts_nothing",
        lambda: MeasureValueFactory(kind=Kind.MEDIAN_DAYS, numerator=None, denominator=0, value=3),
    ),
    ("submission_event_states_are_known", lambda: SubmissionEventFactory(to_state="lost")),
    ("submission_event_states_are_known", lambda: SubmissionEventFactory(from_state="lost")),
    (
        "submission_event_return_says_why",
        lambda: SubmissionEventFactory(from_state=State.SUBMITTED, to_state=State.RETURNED),
    ),
    ("question_once_per_value", twice(QuestionFactory, revision="revision", measure="measure")),
    ("question_has_words", lambda: QuestionFactory(words="")),
    ("question_answered_by_and_at_go_together", lambda: QuestionFactory(answered_by=UserFactory())),
    ("draft_query_answer_once_per_query", twice(DraftQueryAnswerFactory, submission="submission")),
    ("query_answer_once_per_revision", twice(QueryAnswerFactory, value="value")),
    ("query_answer_has_a_note", lambda: QueryAnswerFactory(note="")),
    ("query_answer_rule_is_known", lambda: QueryAnswerFactory(rule="a_hunch")),
]


@pytest.mark.parametrize(("broken_rule", "build"), BROKEN, ids=[f"{name}-{n}" for n, (name, _) in enumerate(BROKEN)])
def test_the_database_refuses(broken_rule, build):
    with pytest.raises(IntegrityError, match=broken_rule), transaction.atomic():
        build()


NUMBERS_OF_ITS_KIND_OR_REASON = {
    "neither numbers nor reason": {"numerator": None, "denominator": None},
    "both numbers and reason": {"no_data_reason": NoDataReason.TOO_LATE},
    "half of the numbers": {"denominator": None},
    "the other half": {"numerator": None},
    "a count with a denominator": {"kind": Kind.COUNT},
    "a count of nothing": {"kind": Kind.COUNT, "numerator": None, "denominator": None},
    "a percentage with a median": {"value": 3},
    "a median without a median": {"kind": Kind.MEDIAN_DAYS, "numerator": None},
    "a median with a numerator": {"kind": Kind.MEDIAN_DAYS, "value": 3},
    "a rate without its people": {"kind": Kind.RATE, "denominator": None},
    "a score without its forms": {"kind": Kind.MEAN_SCORE, "denominator": None},
    "a kind that is unknown": {"kind": "odds"},
    "a reason that is unknown": {"numerator": None, "denominator": None, "no_data_reason": "holiday"},
}


@pytest.mark.requirement("G6")
def test_what_was_taken_back_may_be_recorded_again():
    undone = ExpectationFactory(undone_by=UserFactory(), undone_at=AFTERWARDS, why_undone="It did not begin")
    again = ExpectationFactory(area_measure=undone.area_measure, milestone=undone.milestone)
    assert (undone.is_in_force, again.is_in_force) == (False, True)


@pytest.mark.requirement("G5")
def test_what_was_undone_may_be_decided_again():
    undone = LimitsDecisionFactory(undone_by=UserFactory(), undone_at=AFTERWARDS, why_undone="The offer closed")
    again = LimitsDecisionFactory(area_measure=undone.area_measure, milestone=undone.milestone)
    assert (undone.is_in_force, again.is_in_force) == (False, True)


@pytest.mark.requirement("E2")
@pytest.mark.parametrize("given", NUMBERS_OF_ITS_KIND_OR_REASON.values(), ids=NUMBERS_OF_ITS_KIND_OR_REASON)
def test_a_value_is_the_numbers_of_its_kind_or_one_reason(given):
    with pytest.raises(IntegrityError, match="measure_value_numbers_of_its_kind_or_reason"), transaction.atomic():
        MeasureValueFactory(**given)


@pytest.mark.requirement("E2")
@pytest.mark.parametrize(
    "given",
    [
        {"numerator": 0, "denominator": 0},
        {"kind": Kind.COUNT, "numerator": 0, "denominator": None},
        {"kind": Kind.RATE, "numerator": 3, "denominator": 285_000},
        {"kind": Kind.MEDIAN_DAYS, "numerator": None, "value": "24.5", "denominator": 8},
        {"kind": Kind.MEDIAN_DAYS, "numerator": None, "value": None, "denominator": 0},
        {"kind": Kind.MEAN_SCORE, "numerator": "262.25", "denominator": 16},
        *({"missing": True, "no_data_reason": reason} for reason in NoDataReason),
    ],
)
def test_zero_nothing_and_each_reason_are_kept_apart(given):
    value = MeasureValueFactory(**given)
    value.refresh_from_db()
    assert (value.no_data_reason == "") != (value.numerator is value.denominator is value.value is None)


def test_every_constraint_has_a_row_that_breaks_it():
    named = {
        constraint.name
        for model in vars(models).values()
        if isinstance(model, type) and issubclass(model, Model) and model._meta.app_label == "measures"
        for constraint in model._meta.constraints
        if isinstance(constraint, CheckConstraint | UniqueConstraint)
    }
    assert named - {name for name, _ in BROKEN} == {"measure_value_numbers_of_its_kind_or_reason"}


FACTORIES = [
    factory
    for name, factory in vars(factories).items()
    if name.endswith("Factory") and factory._meta.model and factory._meta.model._meta.app_label == "measures"
]


@pytest.mark.parametrize("factory", FACTORIES)
def test_what_a_factory_makes_passes_the_checks_of_forms(factory):
    row = factory()
    row.full_clean()
    assert str(row)


def test_kinds_and_reasons_are_called_the_same_in_the_rules_and_in_the_tables():
    assert dict(NoDataReason.choices) == {key: reason.label for key, reason in rules.NO_DATA_REASONS.items()}
    assert dict(Kind.choices) == {key: kind.label for key, kind in rules.KINDS.items()}
