"""What appears, ends or falls due on the portal in the next 90 days, in one list; what is late stands first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.db.models import Model
from django.urls import reverse

from measures.models import MeasureVersion
from resources.models import Helpline, Resource
from selfharm_portal.publishing.review_dates import AHEAD, VERIFY_EVERY
from sites.models import Area, Infographic


class Event(NamedTuple):
    """day: None where it should have been before, and no day is known."""

    day: date | None
    kind: str
    text: str
    url: str


def events(today: date) -> list[Event]:
    """By day; 7 queries, however many there are."""
    found = [*_reviews(today), *_appearing(today), *_ending(today), *_help_lines(today), *_definitions(today)]
    return sorted(found, key=lambda event: (event.day or date.min, event.text))


def _reviews(today: date) -> Iterator[Event]:
    for rows in (Resource.objects.all(), Area.objects.all(), Infographic.objects.all()):
        for row in rows.to_review_by(today + AHEAD):
            late = ", overdue" if row.is_overdue(today) else ""
            yield Event(row.review_due, "Falls due", f"Review of “{row}”{late}", _page(row))


def _appearing(today: date) -> Iterator[Event]:
    for item in Resource.objects.kept().filter(expected_on__lte=today + AHEAD):
        assert item.expected_on
        yield Event(item.expected_on, "Appears", f"“{item}” is expected", _page(item))


def _ending(today: date) -> Iterator[Event]:
    for item in Resource.objects.kept().filter(status_date__range=(today, today + AHEAD)):
        assert item.status_date
        yield Event(item.status_date, "Ends", f"“{item}”: {item.get_status_display().lower()}", _page(item))


def _help_lines(today: date) -> Iterator[Event]:
    for line in Helpline.objects.to_check(today + AHEAD):
        due = line.last_verified + VERIFY_EVERY if line.last_verified else None
        yield Event(due, "Falls due", f"Ring or open {line.name}", _page(line))


def _definitions(today: date) -> Iterator[Event]:
    coming = MeasureVersion.objects.filter(valid_from__gt=today, valid_from__lte=today + AHEAD)
    for version in coming.select_related("measure"):
        yield Event(version.valid_from, "Appears", f"A new definition of {version.measure}", _page(version))


def _page(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
