"""Reading lists: items in an order that somebody chose."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from resources.querysets import ReadingListQuerySet

from .choices import Audience, Reader
from .library import Resource


class ReadingList(models.Model):
    """Items in the order in which somebody should read them, each with a reason."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=150)
    introduction = models.TextField()
    audience = models.CharField(max_length=40, choices=Audience)
    position = models.PositiveSmallIntegerField(default=0, help_text="Lists are shown from the lowest number up.")
    shown = models.BooleanField(
        "shown to readers",
        default=True,
        help_text="Take the tick away instead of deleting: loading content would bring it back.",
    )
    resources = models.ManyToManyField(Resource, through="ReadingListEntry", related_name="reading_lists")

    objects = ReadingListQuerySet.as_manager()

    published_entries: list[ReadingListEntry]  # both set by with_entries()
    unpublished_entries: list[ReadingListEntry]

    class Meta:
        ordering = ["position", "title"]
        constraints = [
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="reading_list_audience_is_known"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("resources:reading_list", args=[self.slug])

    @property
    def reader(self) -> Reader:
        """Whose page the list is on: it may hold only what that reader may be shown."""
        return {Audience.FAMILIES_AND_CARERS: Reader.FAMILIES, Audience.PEOPLE_WHO_SELF_HARM: Reader.YOU}.get(
            Audience(self.audience), Reader.PROFESSIONALS
        )

    @property
    def entries_shown(self) -> list[ReadingListEntry]:
        """What is published on it and may be shown to its reader, in order. After with_entries()."""
        return [entry for entry in self.published_entries if self.reader in entry.resource.reader]

    @property
    def entries_waiting(self) -> list[ReadingListEntry]:
        """What will be shown once it is published. After with_entries()."""
        return [entry for entry in self.unpublished_entries if self.reader in entry.resource.reader]


class ReadingListEntry(models.Model):
    reading_list = models.ForeignKey(ReadingList, on_delete=models.CASCADE, related_name="entries")
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="reading_list_entries")
    position = models.PositiveSmallIntegerField(default=1)
    why = models.CharField("why to read it", max_length=300)

    class Meta:
        ordering = ["position", "id"]
        verbose_name_plural = "reading list entries"
        constraints = [
            models.UniqueConstraint(
                fields=["reading_list", "resource"],
                name="reading_list_names_a_resource_once",
                violation_error_message="This item is already on the list.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.resource}"
