"""What was changed, by whom and when: written by the database itself (first migration), read in admin."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from .kept import Part
from .querysets import EntryQuerySet


class What(models.TextChoices):
    INSERT = "insert", "Added"
    UPDATE = "update", "Changed"
    DELETE = "delete", "Deleted"
    TRUNCATE = "truncate", "Table emptied"


class Entry(models.Model):
    """One change of one row: all its columns before and after.

    Not managed: `flush` leaves the table out, and what Django would do to it, its owner may not.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField("when")
    what = models.CharField(max_length=8, choices=What)
    part = models.CharField(max_length=11, choices=Part)
    model = models.CharField(max_length=100)  # a name, as it was then: a model may go, its history stays
    key = models.CharField(max_length=50)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    via = models.CharField(max_length=500)  # the address of the request, or the command
    role = models.CharField(max_length=63)  # whom the database was asked by

    objects = EntryQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = 'history"."entry'  # schema and table: Django puts a quotation mark at both ends
        ordering = ["-id"]
        verbose_name = "entry of the history"
        verbose_name_plural = "history"

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.model} {self.key}".rstrip()
