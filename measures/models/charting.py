"""What an area says about the chart of a measure, and decides about it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from measures.reporting_calendar import month_in_words
from measures.spc import SHORTEST_BASELINE
from measures.statistics.before_after import MONTHS_NEEDED

from .dictionary import first_of_month
from .submissions import AreaMeasure


class AreaAim(models.Model):
    """An area's own aim for a measure, from a month on; said to be its own wherever it shows."""

    area_measure = models.ForeignKey(AreaMeasure, on_delete=models.CASCADE, related_name="aims")
    position = models.PositiveSmallIntegerField(
        choices=[(1, "first"), (2, "second")], validators=[MinValueValidator(1), MaxValueValidator(2)]
    )
    value = models.DecimalField(max_digits=10, decimal_places=2)
    from_month = models.DateField(help_text="The first day of the month from which the aim holds.")

    class Meta:
        ordering = ["area_measure", "position"]
        constraints = [
            models.UniqueConstraint(fields=["area_measure", "position"], name="area_aim_at_most_two"),
            models.UniqueConstraint(fields=["area_measure", "from_month"], name="area_aim_month_once"),
            models.CheckConstraint(condition=Q(position__in=[1, 2]), name="area_aim_first_or_second"),
            models.CheckConstraint(
                condition=first_of_month("from_month"),
                name="area_aim_from_first_of_month",
                violation_error_message="An aim holds from the first day of a month.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} from {self.from_month:%B %Y}"


class Expected(models.TextChoices):
    """What a team expects of a measure after a change."""

    INCREASE = "increase", "It goes up"
    DECREASE = "decrease", "It goes down"
    STAY = "stay", "It stays as it is"


class Expectation(models.Model):
    """What a team said beforehand that a change would do to a measure, and by which month.

    Written by expecting.py only, which changes it until the first number after the milestone is sent. Taken back, it
    stays with who did so and why; then another one may be in force.
    """

    milestone = models.ForeignKey("sites.Milestone", on_delete=models.PROTECT, related_name="expectations")
    area_measure = models.ForeignKey(AreaMeasure, on_delete=models.PROTECT, related_name="expectations")
    direction = models.CharField(max_length=8, choices=Expected)
    by_month = models.DateField(help_text="The first day of the month by which it should show.")
    months_known = models.PositiveSmallIntegerField(
        default=0, help_text="How many months after the milestone had been sent when this was recorded."
    )
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    why_undone = models.TextField(blank=True, default="", db_default="")

    class Meta:
        ordering = ["area_measure", "milestone", "recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_by__isnull=True, undone_at__isnull=True, why_undone="")
                | (Q(undone_by__isnull=False, undone_at__isnull=False) & ~Q(why_undone="")),
                name="expectation_undone_by_at_and_why_go_together",
                violation_error_message="Say who took it back, when and why, or nothing of it.",
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(undone_at__gte=F("recorded_at")),
                name="expectation_undone_after_it_was_recorded",
                violation_error_message="It cannot be taken back before it was recorded.",
            ),
            models.UniqueConstraint(
                fields=["milestone", "area_measure"],
                condition=Q(undone_at__isnull=True),
                name="expectation_in_force_once_per_milestone_and_measure",
                violation_error_message="Your team has said already what it expects of this measure.",
            ),
            models.CheckConstraint(condition=Q(direction__in=Expected.values), name="expectation_direction_is_known"),
            models.CheckConstraint(
                condition=first_of_month("by_month"),
                name="expectation_by_first_of_month",
                violation_error_message="A month is given by its first day.",
            ),
            models.CheckConstraint(
                condition=Q(months_known__lt=MONTHS_NEEDED),
                name="expectation_recorded_before_the_chart_answers",
                violation_error_message="The chart compares before and after already: it is too late to expect.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_measure}, {self.milestone}: {self.get_direction_display().lower()}"

    @property
    def is_in_force(self) -> bool:
        return self.undone_at is None


#: Questions before limits are recalculated, in our words: docs/statistics.md names the sources.
QUESTIONS_OF_THE_METHOD = 4


class LimitsDecision(models.Model):
    """That somebody had the limits of a chart worked out anew from a milestone on, or fixed them to the first months.

    Written by limits.py only, never changed but for being undone, once. Months are those of the chart, which for a
    measure with a `cohort_month_offset` lie before the months in which they are reported.
    """

    area_measure = models.ForeignKey(AreaMeasure, on_delete=models.PROTECT, related_name="limits_decisions")
    milestone = models.ForeignKey(
        "sites.Milestone",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="limits_decisions",
        help_text="At which limits were recalculated; empty where they were fixed.",
    )
    from_month = models.DateField(
        null=True, blank=True, help_text="The first day of the first month that has the new limits."
    )
    fixed_months = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Limits are worked out from so many first months."
    )
    reason = models.TextField()
    checklist = ArrayField(
        models.TextField(), default=list, blank=True, help_text="What the person agreed to, in the words of that day."
    )
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    why_undone = models.TextField(blank=True, default="", db_default="")

    class Meta:
        ordering = ["area_measure", "decided_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(milestone__isnull=False, from_month__isnull=False, fixed_months__isnull=True)
                | Q(milestone__isnull=True, from_month__isnull=True, fixed_months__isnull=False),
                name="limits_decision_at_a_milestone_or_on_first_months",
            ),
            models.CheckConstraint(
                condition=Q(from_month__isnull=True) | first_of_month("from_month"),
                name="limits_decision_from_first_of_month",
            ),
            models.CheckConstraint(
                condition=Q(fixed_months__isnull=True) | Q(fixed_months__gte=SHORTEST_BASELINE),
                name="limits_decision_baseline_is_long_enough",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="limits_decision_has_a_reason"),
            models.CheckConstraint(
                condition=Q(milestone__isnull=True, checklist__len=0)
                | Q(milestone__isnull=False, checklist__len=QUESTIONS_OF_THE_METHOD),
                name="limits_decision_checklist_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(undone_by__isnull=True, undone_at__isnull=True, why_undone="")
                | (Q(undone_by__isnull=False, undone_at__isnull=False) & ~Q(why_undone="")),
                name="limits_decision_undone_by_at_and_why_go_together",
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(undone_at__gte=F("decided_at")),
                name="limits_decision_undone_after_it_was_made",
            ),
            models.UniqueConstraint(
                fields=["area_measure", "from_month"],
                condition=Q(undone_at__isnull=True),
                name="limits_decision_in_force_once_a_month",
            ),
            models.UniqueConstraint(
                fields=["area_measure"],
                condition=Q(undone_at__isnull=True, fixed_months__isnull=False),
                name="limits_decision_one_baseline_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_measure}, {self.what}"

    @property
    def what(self) -> str:
        """limits recalculated from June 2025, limits fixed on the first 12 months"""
        if self.from_month:
            return f"limits recalculated from {month_in_words(self.from_month)}"
        return f"limits fixed on the first {self.fixed_months} months"

    @property
    def is_in_force(self) -> bool:
        return self.undone_at is None


class Story(models.Model):
    """What a team says of months that a rule flags, of the chart's months; stories.py says which it covers.

    Written again, the earlier words stay readable in the history.
    """

    area_measure = models.ForeignKey(AreaMeasure, on_delete=models.PROTECT, related_name="stories")
    from_month = models.DateField(help_text="The first day of the first month.")
    to_month = models.DateField(help_text="The first day of the last month.")
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField("written")

    class Meta:
        ordering = ["area_measure", "from_month", "to_month"]
        verbose_name_plural = "stories"
        constraints = [
            models.UniqueConstraint(
                fields=["area_measure", "from_month", "to_month"], name="story_once_for_the_same_months"
            ),
            models.CheckConstraint(
                condition=first_of_month("from_month") & first_of_month("to_month"), name="story_months_by_first_days"
            ),
            models.CheckConstraint(condition=Q(to_month__gte=F("from_month")), name="story_ends_after_it_began"),
            models.CheckConstraint(condition=~Q(text=""), name="story_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.area_measure}, {self.months}"

    @property
    def months(self) -> str:
        """June 2025, or June 2025 to January 2026"""
        first, last = month_in_words(self.from_month), month_in_words(self.to_month)
        return first if first == last else f"{first} to {last}"
