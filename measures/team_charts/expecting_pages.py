"""What pages say about what a team expects of a change: finished values for their templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone

from measures.models import AreaMeasure, Expectation, Expected
from measures.reporting_calendar import day_in_words, month_in_words
from measures.statistics.before_after import Change
from measures.statistics.expectations import SHOULD
from sites.models import Milestone

if TYPE_CHECKING:
    from sites.models import Area

from .expecting import Standing


def in_words(expectation: Expectation) -> str:
    """It should go up by June 2026."""
    until = "until" if expectation.direction == Expected.STAY else "by"
    return f"It should {SHOULD[expectation.direction]} {until} {month_in_words(expectation.by_month)}."


def by_whom(expectation: Expectation) -> str:
    """Recorded by Amara Holt on 3 March 2026, before any month after it was sent."""
    day = day_in_words(timezone.localtime(expectation.recorded_at))
    known = expectation.months_known
    if not known:
        when = "before any month after the change was sent"
    elif known == 1:
        when = "when 1 month after the change was known"
    else:
        when = f"when {known} months after the change were known"
    return f"Recorded by {expectation.recorded_by} on {day}, {when}."


def taken_back_by(expectation: Expectation) -> str:
    """Taken back by Amara Holt on 3 March 2026: the clinic did not open."""
    if expectation.undone_at is None:
        return ""
    day = day_in_words(timezone.localtime(expectation.undone_at))
    return f"Taken back by {expectation.undone_by} on {day}: {expectation.why_undone.rstrip('.')}."


def of_page(area_measure: AreaMeasure, milestone: Milestone, change: Change) -> dict[str, Any]:
    """What both pages begin with. change: with its number on the chart, or 0 where it has none any more."""
    area, code = area_measure.area, area_measure.measure.code
    version = area_measure.measure.definition_in(timezone.localdate())
    chart = {"label": f"{code} {version.name}", "url": chart_url(area, code)}
    name = f"Milestone {change.number}" if change.number else "Milestone"
    return {
        "breadcrumb": [{"label": area.short_name, "url": reverse("submissions:area", args=[area.slug])}, chart],
        "chart": chart,
        "milestone": f"{name}, {milestone.when}: {milestone.title}",
    }


def take_back_url(area: Area, code: str, milestone: int) -> str:
    return reverse("submissions:take_back_expectation", args=[area.slug, code, milestone])


def chart_url(area: Area, code: str) -> str:
    return reverse("submissions:chart", args=[area.slug, code])


def as_typed(now: Standing) -> dict[str, str]:
    """What the form shows first."""
    found = now.expectation
    if found is None:
        return {"seen": ""}
    return {"direction": found.direction, "by_month": found.by_month.isoformat(), "seen": now.seen}


def months_in_words(count: int) -> str:
    return "1 month" if count == 1 else f"{count} months"
