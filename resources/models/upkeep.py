"""Keeping the library right: reviews, files brought in, what is not the same, links, reminders."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from resources import link_health
from resources.querysets import LinkQuerySet, NotTheSameQuerySet

from .choices import Check, Reader, ResourceType, Standing
from .library import Resource, Section


class Review(models.Model):
    """That one person went through the checklist of an item and ticked all of it. Never changed, never deleted."""

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="reviews")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="reviews", verbose_name="reviewer")
    made_at = models.DateTimeField("when", auto_now_add=True)
    checked = ArrayField(models.CharField(max_length=20, choices=Check), verbose_name="what was ticked")

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(checked__contains=Check.values, checked__contained_by=Check.values),
                name="review_ticks_the_whole_checklist",
            ),
        ]

    def __str__(self) -> str:
        return f"“{self.resource}”, {self.made_at:%d.%m.%Y}"


class ImportedFile(models.Model):
    """A file of references that somebody brought: as it was when they looked at what it would do."""

    name = models.CharField(max_length=200)
    data = models.BinaryField()
    section = models.ForeignKey(Section, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    type = models.CharField(max_length=30, choices=ResourceType, blank=True)
    reader = models.CharField(max_length=20, choices=Reader, blank=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", verbose_name="who brought it")
    made_at = models.DateTimeField("brought", auto_now_add=True)
    written_at = models.DateTimeField("written into the library", null=True, blank=True)
    outcome = models.CharField(max_length=300, blank=True, help_text="What it did, in a sentence.")

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(written_at__isnull=True, outcome="") | (Q(written_at__isnull=False) & ~Q(outcome="")),
                name="imported_file_says_what_it_did_once_it_is_written",
            ),
            models.CheckConstraint(
                condition=Q(type__in=[*ResourceType.values, ""]) & Q(reader__in=[*Reader.values, ""]),
                name="imported_file_fills_in_what_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class NotTheSame(models.Model):
    """Two items that look alike, and a curator who knows better: nobody is asked about them again."""

    first = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="not_the_same_as_later")
    second = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="not_the_same_as_earlier")
    by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="told_apart", verbose_name="who said so"
    )
    made_at = models.DateTimeField("when", auto_now_add=True)

    objects = NotTheSameQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name = "pair that is not the same"
        verbose_name_plural = "pairs that are not the same"
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="not_the_same_is_said_once"),
            models.CheckConstraint(  # whichever of the two was looked at, it is one pair
                condition=Q(first__lt=F("second")), name="not_the_same_names_the_earlier_row_first"
            ),
        ]

    def __str__(self) -> str:
        return f"“{self.first}” and “{self.second}”"


class Link(models.Model):
    """A web address somewhere on the portal, and how it did when it was last tried. Written by links.py only."""

    url = models.URLField("address", max_length=link_health.LONGEST, unique=True)
    for_readers = models.BooleanField("readers see it", default=False)
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.UNCHECKED)
    words = models.CharField("what came of it", max_length=link_health.LONGEST + 200, blank=True)
    redirects = ArrayField(models.TextField(), default=list, blank=True, help_text="In order, each with its status.")
    moved_to = models.URLField("new address", max_length=link_health.LONGEST, blank=True)
    failures = models.PositiveIntegerField("failures in a row", default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField("last checked", null=True, blank=True)
    next_check_at = models.DateTimeField(
        "not again before", null=True, blank=True, help_text="Empty: with the next check."
    )

    objects = LinkQuerySet.as_manager()

    class Meta:
        ordering = ["url"]
        constraints = [
            models.CheckConstraint(condition=Q(standing__in=Standing.values), name="link_standing_is_known"),
            models.CheckConstraint(
                condition=Q(standing=Standing.UNCHECKED, checked_at__isnull=True)
                | (~Q(standing=Standing.UNCHECKED) & Q(checked_at__isnull=False)),
                name="link_is_unchecked_until_it_is_checked",
            ),
            models.CheckConstraint(
                condition=(Q(standing=Standing.MOVED) & ~Q(moved_to=""))
                | (~Q(standing=Standing.MOVED) & Q(moved_to="")),
                name="link_names_a_new_address_if_and_only_if_moved",
            ),
            models.CheckConstraint(
                condition=Q(failures=0, failing_since__isnull=True) | Q(failures__gt=0, failing_since__isnull=False),
                name="link_failures_have_a_beginning",
            ),
            models.CheckConstraint(
                condition=Q(failures=0) | Q(standing__in=[Standing.SOFT, Standing.BROKEN]),
                name="link_that_fails_is_not_fine",
            ),
            models.CheckConstraint(
                condition=~Q(standing=Standing.BROKEN)
                | Q(
                    failures__gte=link_health.FAILURES,
                    checked_at__gte=F("failing_since") + link_health.DAYS,
                ),
                name="link_is_broken_after_three_failures_over_three_days",
            ),
        ]

    def __str__(self) -> str:
        return self.url


class Reminder(models.Model):
    """The letter of a week to a curator. A row stands for a letter, so that nobody gets two."""

    to = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="reminders")
    week = models.DateField("week of", help_text="Its Monday.")
    made_at = models.DateTimeField("sent", auto_now_add=True)

    class Meta:
        ordering = ["-week", "to"]
        constraints = [models.UniqueConstraint(fields=["to", "week"], name="reminder_is_sent_once_a_week")]

    def __str__(self) -> str:
        return f"{self.to}, {self.week:%d.%m.%Y}"
