"""What an area says about the chart of a measure, and decides about it."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

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
