"""What every model has whose rows a second person reads before the public does. moves.py writes these columns."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from .review_dates import next_review


class PublicationState(models.TextChoices):
    """Where the portal stands with a row. Only moves.py writes it, and load_content for rows that it creates."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    PUBLISHED = "published", "Published"
    ARCHIVED = "archived", "Archived"


def first_review() -> date:
    """Of what is added today."""
    return next_review(timezone.localdate())


class Publishable(models.Model):
    """In a draft, in review, before readers, or put away; with its author, its reviewer and the next review.

    A model of this kind has two more, of which it is the owner: `changes`, a sentence of history each (kind,
    sentence, by, made_at), and `reviews` (by, checked, made_at).
    """

    publication_state = models.CharField(
        max_length=10, choices=PublicationState, default=PublicationState.DRAFT, editable=False
    )
    published_at = models.DateTimeField("first published", null=True, blank=True, editable=False)
    author = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="written_%(class)ss",
        editable=False,
        help_text="Who added the item here, or sent it to review last. Somebody else publishes it.",
    )
    reviewer = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reviewed_%(class)ss",
        editable=False,
    )
    last_reviewed = models.DateField(null=True, blank=True, editable=False)
    edited_at = models.DateTimeField(
        "edited since its review",
        null=True,
        blank=True,
        editable=False,
        help_text="Since when readers see something else than was reviewed.",
    )
    review_due = models.DateField(default=first_review)
    updated_at = models.DateTimeField("changed", auto_now=True)

    #: What a second person ticks.
    checklist: ClassVar[type[models.TextChoices]]
    #: What the history says of the first publication.
    first_sentence: ClassVar[str] = "Published."

    changes: Any  # the rows that it owns; mypy knows their type in each model
    reviews: Any

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(publication_state__in=PublicationState.values), name="%(class)s_publication_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(publication_state=PublicationState.PUBLISHED) | Q(published_at__isnull=False),
                name="%(class)s_published_is_dated",
                violation_error_message="A published item has the day when it was first published.",
            ),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True) | Q(author__isnull=True) | ~Q(reviewer=F("author")),
                name="%(class)s_reviewer_is_not_its_author",
                violation_error_message="The reviewer is somebody else than the author.",
            ),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True, last_reviewed__isnull=True)
                | Q(reviewer__isnull=False, last_reviewed__isnull=False),
                name="%(class)s_reviewer_and_day_of_review_go_together",
            ),
            models.CheckConstraint(
                condition=Q(last_reviewed__isnull=True) | Q(review_due__gt=F("last_reviewed")),
                name="%(class)s_next_review_is_after_the_last",
                violation_error_code="review_due",
                violation_error_message="The next review comes after the last one.",
            ),
        ]

    @property
    def is_published(self) -> bool:
        return self.publication_state == PublicationState.PUBLISHED

    def moved(self) -> None:
        """What has to follow from a move, in its transaction; a model may say."""

    def is_overdue(self, today: date) -> bool:
        return self.review_due < today
