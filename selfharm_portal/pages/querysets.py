"""Questions about pages and people, in the field's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from .models import Page, Person  # noqa: F401 (named in the QuerySets' brackets)


class PageQuerySet(models.QuerySet["Page"]):
    def with_sections(self) -> Self:
        return self.prefetch_related("sections")


class PersonQuerySet(models.QuerySet["Person"]):
    def shown(self) -> Self:
        """Whom readers see: everyone who has not been taken off the page."""
        return self.filter(is_hidden=False)
