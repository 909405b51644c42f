"""Questions about uploads, in the field's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from sites.models import Infographic

if TYPE_CHECKING:
    from .models import Original  # noqa: F401 (named in the QuerySet's brackets)


class OriginalQuerySet(models.QuerySet["Original"]):
    def shown(self) -> Self:
        """Those whose infographic readers see."""
        return self.filter(infographic__in=Infographic.objects.shown())
