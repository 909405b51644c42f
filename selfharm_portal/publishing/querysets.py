"""Questions that are asked of everything that is published, in the field's words."""

from __future__ import annotations

from datetime import date
from typing import Self, TypeVar

from django.db import models

from .review_dates import AHEAD

Row = TypeVar("Row", bound=models.Model, covariant=True)


class PublishableQuerySet(models.QuerySet[Row]):
    def published(self) -> Self:
        return self.filter(publication_state="published")

    def kept(self) -> Self:
        """Whatever somebody has to look after."""
        return self.exclude(publication_state="archived")

    def in_review(self) -> Self:
        """What a second person is asked to look at."""
        return self.filter(publication_state="in_review")

    def drafts(self) -> Self:
        return self.filter(publication_state="draft")

    def overdue(self, today: date) -> Self:
        """Published, and to be reviewed before today, the longest overdue first."""
        return self.published().filter(review_due__lt=today).order_by("review_due", "pk")

    def due_soon(self, today: date) -> Self:
        """Published, and to be reviewed from today on, as far as curators look ahead."""
        return self.published().filter(review_due__range=(today, today + AHEAD)).order_by("review_due", "pk")

    def to_review_by(self, day: date) -> Self:
        """Published, and to be reviewed on that day or before."""
        return self.published().filter(review_due__lte=day).order_by("review_due", "pk")

    def edited_since_review(self) -> Self:
        """Published, and something else than was reviewed: a second person looks at it, the longest waiting first."""
        return self.published().filter(edited_at__isnull=False).order_by("edited_at", "pk")
