"""What readers report about an item."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from .library import Resource


class ReportAbout(models.TextChoices):
    """What a reader finds wrong with an item."""

    BROKEN_LINK = "broken_link", "The link does not open"
    WRONG_PLACE = "wrong_place", "The link leads to something else"
    OUT_OF_DATE = "out_of_date", "It is out of date"
    MISTAKE = "mistake", "What this page says about it is not right"
    HARM = "harm", "Something in it could do harm"
    OTHER = "other", "Something else"


#: What needs no more words.
SAYS_ENOUGH = [ReportAbout.BROKEN_LINK, ReportAbout.WRONG_PLACE]


class ItemReport(models.Model):
    """What a reader told us about an item, without an account. Kept as it came.

    A curator says what was done, or deletes it if its writer asks for that.
    """

    receipt = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # the receipt's address says nothing
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="reports", verbose_name="item")
    sent_at = models.DateTimeField(default=timezone.now, editable=False)
    about = models.CharField("what is wrong", max_length=12, choices=ReportAbout)
    message = models.TextField(blank=True, default="")
    email = models.EmailField("e-mail", blank=True, default="", help_text="Only where an answer was asked for.")
    what_was_done = models.CharField(
        max_length=300, blank=True, default="", help_text="One sentence. It marks the report as dealt with, by you."
    )
    dealt_with_at = models.DateTimeField(null=True, blank=True, editable=False)
    dealt_with_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["-sent_at", "-pk"]
        verbose_name = "report about an item"
        verbose_name_plural = "reports about items"
        constraints = [
            models.CheckConstraint(condition=Q(about__in=ReportAbout.values), name="item_report_about_is_known"),
            models.CheckConstraint(
                condition=Q(about__in=SAYS_ENOUGH) | ~Q(message=""),
                name="item_report_says_what_is_wrong",
                violation_error_code="message",
                violation_error_message="Write what is wrong.",
            ),
            models.CheckConstraint(
                condition=Q(dealt_with_at__isnull=True, dealt_with_by__isnull=True, what_was_done="")
                | Q(dealt_with_at__isnull=False, dealt_with_by__isnull=False) & ~Q(what_was_done=""),
                name="item_report_dealt_with_when_by_whom_and_how",
                violation_error_code="what_was_done",
                violation_error_message="Say what was done: it is noted together with you and the time.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.get_about_display()}"

    def get_absolute_url(self) -> str:
        return reverse("resources:report_sent", args=[self.resource.slug, self.receipt])

    @property
    def reference(self) -> str:
        """What a person quotes when they ask after their report."""
        return f"R{self.pk:05d}"
