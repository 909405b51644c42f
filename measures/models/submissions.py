"""Who reports what, and the monthly submissions with their values.

The state of a Submission is written by workflow.py only, its rows are made by reporting.py.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Floor
from django.urls import reverse

from measures import reporting_calendar, rules
from measures.querysets import AreaMeasureQuerySet, SubmissionQuerySet

from .dictionary import Kind, Measure, MeasureVersion, first_of_month


class NoDataReason(models.TextChoices):
    """Why a month has no number; rules.NO_DATA_REASONS says more of each."""

    NOT_COLLECTED = "not_collected", "Not collected this month"
    SYSTEM_DOWN = "system_down", "System down or changed"
    SERVICE_NOT_RUNNING = "service_not_running", "Service not running"
    TOO_LATE = "too_late", "Numbers came too late"
    NOT_DUE_YET = "not_due_yet", "Not due yet"
    BEING_CHECKED = "being_checked", "Numbers being checked"
    OTHER = "other", "Another reason"


class State(models.TextChoices):
    """Of the latest work on a month. What was accepted stays accepted: see Submission.accepted_revision."""

    NOT_STARTED = "not_started", "Not started"
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "With NCISH"
    RETURNED = "returned", "Sent back"
    ACCEPTED = "accepted", "Accepted"
    CORRECTING = "correcting", "Being corrected"


#: States in which a team can type; in the others the month is with NCISH or done.
OPEN_STATES = (State.NOT_STARTED, State.DRAFT, State.RETURNED, State.CORRECTING)


class ChartKind(models.TextChoices):
    """What NCISH may choose in place of chart_kinds.py's choice."""

    XMR = "xmr", "XmR: single values and moving ranges"
    P = "p", "p: percentages, each month's limits by the size of its group"
    PP = "pp", "p-prime: p for very large groups"
    U = "u", "u: rates, each month's limits by the size of its group"
    UP = "up", "u-prime: u for very large groups"
    RUN = "run", "Run chart: the median, no limits"


class AreaMeasure(models.Model):
    """An area reports a measure, from a month until a month (or until further notice)."""

    area = models.ForeignKey("sites.Area", on_delete=models.PROTECT, related_name="area_measures")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="area_measures")
    from_month = models.DateField(help_text="The first day of the first month that is reported.")
    until_month = models.DateField(
        null=True, blank=True, help_text="The first day of the last month; empty while it goes on."
    )
    chart = models.CharField(
        "kind of chart",
        max_length=3,
        choices=ChartKind,
        blank=True,
        default="",
        db_default="",
        help_text="Empty: chosen by the portal's table, from the kind of measure and the size of its numbers.",
    )
    chart_reason = models.TextField(
        "why this chart", blank=True, default="", db_default="", help_text="Stands beside the chart."
    )

    objects = AreaMeasureQuerySet.as_manager()

    class Meta:
        ordering = ["area", "measure"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "measure"],
                name="area_measure_once_per_area",
                violation_error_message="This area already has this measure: change its months instead.",
            ),
            models.CheckConstraint(
                condition=first_of_month("from_month"),
                name="area_measure_from_first_of_month",
                violation_error_message="The first month is given by its first day.",
            ),
            models.CheckConstraint(
                condition=Q(until_month__isnull=True) | first_of_month("until_month"),
                name="area_measure_until_first_of_month",
                violation_error_message="The last month is given by its first day.",
            ),
            models.CheckConstraint(
                condition=Q(until_month__isnull=True) | Q(until_month__gte=F("from_month")),
                name="area_measure_until_not_before_from",
                violation_error_message="The last month cannot lie before the first.",
            ),
            models.CheckConstraint(
                condition=Q(chart="") | Q(chart__in=ChartKind.values), name="area_measure_chart_is_known"
            ),
            models.CheckConstraint(
                condition=Q(chart="", chart_reason="") | (~Q(chart="") & ~Q(chart_reason="")),
                name="area_measure_chart_has_a_reason",
                violation_error_code="chart_reason",
                violation_error_message="Choose a kind of chart and say why, or leave both empty.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area}: {self.measure}"


class ReportingPeriod(models.Model):
    """A month for which areas report, and the last day on which it is in time."""

    month = models.DateField(unique=True, help_text="The first day of the month.")
    due_on = models.DateField(
        help_text="The 15th working day of the next month in England; late from the next midnight."
    )

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(
                condition=first_of_month("month"),
                name="reporting_period_is_a_month",
                violation_error_message="A month is given by its first day.",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gt=F("month")),
                name="reporting_period_due_after_it_began",
                violation_error_message="A month cannot be due before it has begun.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%B %Y}"


class Submission(models.Model):
    """One area's month: where it stands, and which of its revisions count."""

    area = models.ForeignKey("sites.Area", on_delete=models.PROTECT, related_name="submissions")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="submissions")
    state = models.CharField(max_length=12, choices=State, default=State.NOT_STARTED)
    lock_version = models.PositiveIntegerField(
        default=0, help_text="Goes up with every change, so that a stale page is noticed."
    )
    latest_revision = models.ForeignKey(
        "SubmissionRevision", on_delete=models.PROTECT, null=True, blank=True, related_name="latest_for"
    )
    accepted_revision = models.ForeignKey(
        "SubmissionRevision",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="accepted_for",
        help_text="What the charts show: it stays until a later revision is accepted.",
    )
    saved_at = models.DateTimeField(null=True, blank=True, help_text="When somebody of the team last saved a draft.")
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    extended_until = models.DateField(
        null=True,
        blank=True,
        help_text="More time for this area alone, in place of the period's date.",
    )
    extension_reason = models.TextField(blank=True, default="", db_default="")

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["-period__month", "area"]
        constraints = [
            models.UniqueConstraint(fields=["area", "period"], name="submission_once_per_area_and_month"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="submission_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state=State.NOT_STARTED) | Q(latest_revision__isnull=True, accepted_revision__isnull=True),
                name="submission_not_started_has_no_revision",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.SUBMITTED, State.RETURNED]) | Q(latest_revision__isnull=False),
                name="submission_sent_has_a_revision",
            ),
            # `isnull` is said too: a comparison with NULL would let the row pass.
            models.CheckConstraint(
                condition=~Q(state__in=[State.ACCEPTED, State.CORRECTING])
                | Q(accepted_revision__isnull=False, accepted_revision=F("latest_revision")),
                name="submission_accepted_is_its_latest_revision",
            ),
            # With one row an area and month: no area can have more accepted months than months.
            models.UniqueConstraint(fields=["accepted_revision"], name="submission_accepted_revision_of_one_month"),
            models.UniqueConstraint(fields=["latest_revision"], name="submission_latest_revision_of_one_month"),
            models.CheckConstraint(
                condition=Q(extended_until__isnull=True, extension_reason="")
                | (Q(extended_until__isnull=False) & ~Q(extension_reason="")),
                name="submission_extension_has_a_reason",
                violation_error_message="Say why the area has more time.",
            ),
            models.CheckConstraint(
                condition=Q(saved_at__isnull=True, saved_by__isnull=True)
                | Q(saved_at__isnull=False, saved_by__isnull=False),
                name="submission_saved_by_somebody_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area}, {self.period}"

    def get_absolute_url(self) -> str:
        return reverse("submissions:month", args=[self.area.slug, self.period.month])

    @property
    def due_on(self) -> date:
        """The last day on which this area's month is in time."""
        return self.extended_until or self.period.due_on

    @property
    def is_awaited(self) -> bool:
        """Open at the team, and never accepted: as SubmissionQuerySet.awaited()."""
        return self.is_open and self.accepted_revision_id is None

    @property
    def is_open(self) -> bool:
        """Can the team type?"""
        return self.state in OPEN_STATES


class DraftEntry(models.Model):
    """What a team has typed for one measure of one month, as text: a draft keeps everything."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="draft_entries")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+")
    numerator = models.TextField(blank=True, default="")
    denominator = models.TextField(blank=True, default="")
    value = models.TextField(blank=True, default="")
    reason = models.TextField(blank=True, default="")
    note = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["submission", "measure"]
        verbose_name_plural = "draft entries"
        constraints = [
            models.UniqueConstraint(fields=["submission", "measure"], name="draft_entry_once_per_measure"),
        ]

    def __str__(self) -> str:
        return f"{self.submission}: {self.measure}"

    def typed(self) -> rules.TypedEntry:
        return rules.TypedEntry(
            code=self.measure.code,
            numerator=self.numerator,
            denominator=self.denominator,
            value=self.value,
            reason=self.reason,
            note=self.note,
        )


class DraftQueryAnswer(models.Model):
    """What a team has answered to a query of rules/ while the month is open, finished or not.

    It belongs to a value, not to a sentence: the fingerprint is the same whenever the same is asked of the same value.
    """

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="draft_query_answers")
    fingerprint = models.CharField(max_length=200)
    checked = models.BooleanField(default=False)
    note = models.TextField(blank=True, default="")
    who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    when = models.DateTimeField()

    class Meta:
        ordering = ["submission", "fingerprint"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "fingerprint"], name="draft_query_answer_once_per_query"),
        ]

    def __str__(self) -> str:
        return f"{self.submission}: {self.fingerprint}"

    def typed(self) -> rules.TypedAnswer:
        return rules.TypedAnswer(self.fingerprint, self.checked, self.note)


class SubmissionRevision(models.Model):
    """A month as it was handed over. Never changed: a correction is the next revision."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    declaration = models.TextField(help_text="The words that the person agreed to.")
    reason = models.TextField(blank=True, default="", help_text="Of a correction: why.")

    class Meta:
        ordering = ["submission", "number"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "number"], name="revision_number_once_per_submission"),
            models.CheckConstraint(condition=Q(number__gte=1), name="revision_counts_from_one"),
            models.CheckConstraint(condition=~Q(declaration=""), name="revision_has_a_declaration"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What a receipt says, for example FRIMLEY-2026-10-1."""
        return f"{self.submission.area.slug.upper()}-{self.submission.period.month:%Y-%m}-{self.number}"


def has_numbers(kind: Kind) -> Q:
    """Exactly the numbers of its kind are there."""
    entered = rules.KINDS[kind].entry_fields
    fields = ("numerator", "denominator", "value")
    return Q(kind=kind, **{f"{field}__isnull": field not in entered for field in fields})


class MeasureValue(models.Model):
    """One measure in one revision of a month: the numbers of its kind, or why there are none.

    Written by workflow.submit only, after the rules have passed, and never changed:
    what a person is still typing lives in DraftEntry, as text; a correction is a new revision.
    """

    revision = models.ForeignKey(SubmissionRevision, on_delete=models.CASCADE, related_name="values")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="values")
    version = models.ForeignKey(MeasureVersion, on_delete=models.PROTECT, related_name="values")
    kind = models.CharField(max_length=12, choices=Kind)  # copied from the version, for the checks to see
    numerator = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    denominator = models.PositiveIntegerField(null=True, blank=True)
    value = models.DecimalField(max_digits=8, decimal_places=1, null=True, blank=True)
    no_data_reason = models.CharField(max_length=20, choices=NoDataReason, blank=True, default="", db_default="")
    note = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["revision", "measure"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "measure"], name="measure_value_once_per_revision"),
            models.CheckConstraint(
                condition=(
                    Q(no_data_reason="")
                    & (
                        reduce(or_, map(has_numbers, Kind))
                        | Q(kind=Kind.MEDIAN_DAYS, numerator__isnull=True, denominator=0, value__isnull=True)
                    )
                )
                | Q(
                    no_data_reason__in=NoDataReason.values,
                    numerator__isnull=True,
                    denominator__isnull=True,
                    value__isnull=True,
                ),
                name="measure_value_numbers_of_its_kind_or_reason",
                violation_error_message="Enter the numbers, or choose why there are none.",
            ),
            models.CheckConstraint(
                condition=Q(numerator__isnull=True) | Q(numerator__gte=0), name="measure_value_numerator_not_below_zero"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0), name="measure_value_median_not_below_zero"
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.MEAN_SCORE) | Q(numerator__isnull=True) | Q(numerator=Floor("numerator")),
                name="measure_value_people_are_whole_numbers",
            ),
            models.CheckConstraint(
                condition=~Q(kind=Kind.PROPORTION) | Q(numerator__isnull=True) | Q(numerator__lte=F("denominator")),
                name="measure_value_proportion_within_denominator",
                violation_error_message="The numerator cannot be larger than the denominator.",
            ),
            models.CheckConstraint(
                # `isnull` is said too: one of the two is NULL, and a comparison with it would let the row pass.
                condition=~Q(denominator=0)
                | Q(numerator__isnull=False, numerator=0)
                | Q(numerator__isnull=True, value__isnull=True)
                | Q(value__isnull=False, value=0),
                name="measure_value_nobody_in_the_group_counts_nothing",
                violation_error_message="If there was nobody in the group, both numbers are 0.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} in {self.revision}"

    def typed(self) -> rules.TypedEntry:
        """As a person would type it."""
        numerator, denominator, value = (
            "" if number is None else rules.plain(Decimal(number))
            for number in (self.numerator, self.denominator, self.value)
        )
        return rules.TypedEntry(self.measure.code, numerator, denominator, value, self.no_data_reason, self.note)

    @property
    def numbers(self) -> rules.Numbers | None:
        """None where there is a reason instead."""
        return None if self.no_data_reason else rules.Numbers(self.numerator, self.denominator, self.value)


class Question(models.Model):
    """What NCISH asks about one value of a revision, and what the team answers.

    The answer is a draft until the month is sent again; another question about the same value belongs to the next
    revision. All of a value's questions are its thread, which ends when the month is accepted.
    """

    revision = models.ForeignKey(SubmissionRevision, on_delete=models.PROTECT, related_name="questions")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+")
    words = models.TextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True, default="", help_text="May stay empty where the value was changed.")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["revision", "measure"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "measure"], name="question_once_per_value"),
            models.CheckConstraint(condition=~Q(words=""), name="question_has_words"),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True, answered_at__isnull=True)
                | Q(answered_by__isnull=False, answered_at__isnull=False),
                name="question_answered_by_and_at_go_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision}, {self.measure}"


class QueryAnswer(models.Model):
    """A query as it was asked of a month that was handed over, and what the team found. Never changed.

    value: the one beside which it was asked; NULL where the whole month was meant.
    """

    revision = models.ForeignKey(SubmissionRevision, on_delete=models.CASCADE, related_name="query_answers")
    value = models.ForeignKey(
        MeasureValue, on_delete=models.CASCADE, null=True, blank=True, related_name="query_answers"
    )
    rule = models.CharField(max_length=40)
    fingerprint = models.CharField(max_length=200)
    message = models.TextField(help_text="The question, in the words that the team read.")
    note = models.TextField(help_text="What the team said after checking.")
    who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    when = models.DateTimeField()

    class Meta:
        ordering = ["revision", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "fingerprint"], name="query_answer_once_per_revision"),
            models.CheckConstraint(condition=~Q(note=""), name="query_answer_has_a_note"),
            models.CheckConstraint(condition=Q(rule__in=list(rules.QUERIES)), name="query_answer_rule_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.revision}: {self.rule}"

    @property
    def title(self) -> str:
        """What the rule is called."""
        return rules.QUERIES[self.rule].title


class SubmissionEvent(models.Model):
    """One move of a month: who moved it from which state to which, when, and what they said."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="events")
    revision = models.ForeignKey(
        SubmissionRevision, on_delete=models.PROTECT, null=True, blank=True, related_name="events"
    )
    from_state = models.CharField(max_length=12, choices=State)
    to_state = models.CharField(max_length=12, choices=State)
    who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    when = models.DateTimeField()
    comment = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["submission", "when", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_state__in=State.values, to_state__in=State.values),
                name="submission_event_states_are_known",
            ),
            models.CheckConstraint(
                condition=~Q(to_state=State.RETURNED) | ~Q(comment=""),
                name="submission_event_return_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(to_state=State.CORRECTING) | ~Q(comment=""),
                name="submission_event_correction_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission}: {self.get_from_state_display()} to {self.get_to_state_display()}"

    def is_late_hand_over(self) -> bool:
        """Was this the first hand-over of a month, after its due date? An answer or a correction is never late."""
        is_first = (self.from_state, self.to_state) == (State.DRAFT, State.SUBMITTED)
        return is_first and reporting_calendar.is_late(self.when, self.submission.due_on)


class ReminderByHand(models.Model):
    """That an analyst has reminded the leads of an area of a month: once a day at most."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="reminders_by_hand")
    sent_on = models.DateField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    to = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")

    class Meta:
        ordering = ["submission", "sent_on"]
        verbose_name_plural = "reminders by hand"
        constraints = [
            models.UniqueConstraint(fields=["submission", "sent_on"], name="reminder_by_hand_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.submission}, {self.sent_on:%d.%m.%Y}"


class MonthReminder(models.Model):
    """That a person was reminded of a month: once for each step towards, or after, the day on which it is due."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="reminders")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="month_reminders")
    due_on = models.DateField(help_text="An area that gets more time is reminded of its new date.")
    step = models.PositiveSmallIntegerField(help_text="Of reporting_calendar.reminder_days, from 0.")
    sent_on = models.DateField()

    class Meta:
        ordering = ["-sent_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "to", "due_on", "step"], name="month_reminder_once_per_step"),
            models.CheckConstraint(condition=Q(step__lte=3), name="month_reminder_step_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.to}, {self.submission}, {self.sent_on:%d.%m.%Y}"


class UploadedMonths(models.Model):
    """What a file of a team's months says, until the person who brought it agrees to what it would do."""

    area = models.ForeignKey("sites.Area", on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    entries = models.JSONField(blank=True, help_text="Month, code and what is typed for it, a row each.")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-made_at"]
        verbose_name_plural = "uploaded months"
        constraints = [models.UniqueConstraint(fields=["area", "by"], name="uploaded_months_once_per_person_and_area")]

    def __str__(self) -> str:
        return self.name


class Download(models.Model):
    """That somebody took the numbers of all areas away as a file."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="who")
    at = models.DateTimeField("when", auto_now_add=True)
    form = models.CharField("as", max_length=4, choices=[("csv", "CSV"), ("xlsx", "XLSX")])

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(form__in=["csv", "xlsx"]), name="download_form_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.by}, {self.at:%d.%m.%Y %H:%M}"
