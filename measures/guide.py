"""What the guide to collecting and the blank worksheet say that depends on the dictionary and the calendar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from selfharm_portal.facts import Link

from . import reporting_calendar, rules
from .dictionary import definitions
from .models import MeasureVersion
from .reporting_calendar import day_in_words, month_in_words
from .wording import shifted, whose_month


class Box(NamedTuple):
    """A number to write down."""

    label: str
    text: str


class Line(NamedTuple):
    """One measure of a worksheet."""

    code: str
    name: str
    url: str
    boxes: list[Box]
    #: Which month counts, whose it is, and when its numbers are complete.
    month: str


def last_month(today: date) -> date:
    """The month that is being collected: the last one that is over."""
    return shifted(today, -1)


def due_in_words(today: date) -> str:
    """October 2026 is due on 20 November 2026"""
    month = last_month(today)
    return f"{month_in_words(month)} is due on {day_in_words(reporting_calendar.due_on(month))}"


def lines(versions: Iterable[MeasureVersion], month: date | None = None) -> list[Line]:
    return [
        Line(
            version.measure.code,
            version.name,
            version.measure.get_absolute_url(),
            boxes(version),
            month_rule(version, month),
        )
        for version in versions
    ]


def boxes(version: MeasureVersion) -> list[Box]:
    labels = definitions.fraction_labels(version.kind)
    texts = {"denominator": version.denominator}
    return [
        Box(labels[field == "denominator"], texts.get(field, version.numerator))
        for field in rules.KINDS[version.kind].entry_fields
    ]


def month_rule(version: MeasureVersion, month: date | None) -> str:
    whose = (
        f"{whose_month(month, version.cohort_month_offset)}."
        if month and version.cohort_month_offset
        else definitions.whose_month_in_words(version.cohort_month_offset)
    )
    complete = definitions.complete_in_words(version.reporting_lag_days) if version.reporting_lag_days else ""
    return " ".join(part for part in (version.month_rule, whose, complete) if part)


def looking_ahead(versions: Iterable[MeasureVersion]) -> list[Link]:
    """The measures whose numbers are complete only some days after the month."""
    return [
        Link(f"{version} ({version.reporting_lag_days} days)", version.measure.get_absolute_url())
        for version in versions
        if version.reporting_lag_days and not version.measure.withdrawn
    ]


def reasons() -> Sequence[rules.ReasonForNoData]:
    return sorted(rules.NO_DATA_REASONS.values(), key=lambda reason: reason.order)
