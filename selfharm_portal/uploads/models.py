"""Files that people bring. The rows say what each is; the files themselves are where storing.py keeps them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from sites.models import Infographic

from .querysets import OriginalQuerySet
from .vetting import Kind


class FileKind(models.TextChoices):
    """vetting.Kind, in words."""

    PDF = Kind.PDF.value, "PDF"
    PNG = Kind.PNG.value, "PNG picture"
    JPEG = Kind.JPEG.value, "JPEG picture"
    WEBP = Kind.WEBP.value, "WebP picture"


class Original(models.Model):
    """An infographic as it was drawn when it was published, beside the page that says the same in words."""

    infographic = models.OneToOneField(
        Infographic,
        on_delete=models.CASCADE,
        related_name="original",
        error_messages={"unique": "This infographic has an original already: open that one to replace it"},
    )
    text_alternative = models.TextField(
        help_text="What the file shows, in words, for readers who cannot see it: every heading, number and message. "
        "Not the name of the file."
    )
    token = models.CharField(max_length=32, unique=True, editable=False)  # part of the address, and the file's name
    kind = models.CharField(max_length=4, choices=FileKind, editable=False)
    size = models.PositiveIntegerField(editable=False)
    digest = models.CharField(max_length=64, editable=False)  # SHA-256 of what is kept
    width = models.PositiveIntegerField(null=True, editable=False)
    height = models.PositiveIntegerField(null=True, editable=False)
    pages = models.PositiveSmallIntegerField(null=True, editable=False)
    uploaded_at = models.DateTimeField(editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects: ClassVar[OriginalQuerySet] = OriginalQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["infographic__area__place", "infographic__order", "pk"]
        verbose_name = "original of an infographic"
        verbose_name_plural = "originals of infographics"
        constraints = [
            models.CheckConstraint(
                condition=Q(text_alternative__regex=r"[[:alpha:]]"),
                name="original_says_in_words_what_it_shows",
                violation_error_message="Say in words what the infographic shows.",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind=FileKind.PDF, pages__isnull=False, pages__gte=1, width__isnull=True, height__isnull=True
                )
                | Q(
                    kind__in=[FileKind.PNG, FileKind.JPEG, FileKind.WEBP],
                    pages__isnull=True,
                    width__isnull=False,  # a check that yields NULL passes
                    height__isnull=False,
                    width__gte=1,
                    height__gte=1,
                ),
                name="original_has_the_facts_of_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(("token__regex", r"^[A-Za-z0-9_-]{32}$"), digest__regex=r"^[0-9a-f]{64}$", size__gte=1),
                name="original_has_a_file",
            ),
        ]

    def __str__(self) -> str:
        return f"The original of {self.infographic}"

    def get_absolute_url(self) -> str:
        return reverse("uploads:file", args=[self.token, self.kind])

    @property
    def facts(self) -> str:
        """`PDF, 1 page, 230 kB`: what somebody weighs up before opening it."""
        size = f"{self.size / 1_000_000:.1f} MB" if self.size >= 1_000_000 else f"{max(1, round(self.size / 1000))} kB"
        if self.pages:
            return f"{self.get_kind_display()}, {self.pages} page{'s' if self.pages > 1 else ''}, {size}"
        return f"{self.get_kind_display()}, {self.width} by {self.height} pixels, {size}"

    @property
    def link_text(self) -> str:
        return f"The original infographic ({self.facts})"
