"""What the forms of several of these modules share: the height of texts, and which months can be meant."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone

from measures import reporting_calendar

SHORT_TEXT: dict[Any, Any] = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": 80})}}

NARROW: dict[Any, Any] = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 2, "cols": 80})}}


def within_reach(month: date) -> date:
    """Refuses a month that nobody can mean; the years after it would not even be dates."""
    if reporting_calendar.is_within_reach(month, timezone.localdate()):
        return month
    first = reporting_calendar.month_in_words(reporting_calendar.FIRST_MONTH)
    raise forms.ValidationError(f"Choose a month from {first} on, at most two years ahead.")
