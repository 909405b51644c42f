"""What an area says about the chart of a measure, and decides about it."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from measures.before_after import MONTHS_NEEDED

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

    Written by expecting.py only, which changes it until the first number after the milestone is sent.
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

    class Meta:
        ordering = ["area_measure", "milestone"]
        constraints = [
            models.UniqueConstraint(
                fields=["milestone", "area_measure"],
                name="expectation_once_per_milestone_and_measure",
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
