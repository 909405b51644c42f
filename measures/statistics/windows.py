"""Some of the months of a chart, with what all of them say.

A range that somebody chooses shows fewer months and changes no rule: limits, special causes and icons stay those of
all months up to its end, as a team saw them then.

Pure: no Django.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from measures.statistics.findings import Findings, Series, SpecialCause

T = TypeVar("T")


def until(series: Series, last: date) -> Series | None:
    """The months up to this one, as if no later one had been sent; None where there are none."""
    return cut(series, 0, sum(month <= last for month in series.months))


def between(said: Findings, first: date, last: date) -> Findings | None:
    """These months alone, with their lines, marks and letters; None where there are none."""
    months = said.series.months
    start, stop = sum(month < first for month in months), sum(month <= last for month in months)
    series = cut(said.series, start, stop)
    if series is None:
        return None
    causes = (within(cause, start, stop) for cause in said.special_causes)
    return replace(
        said,
        series=series,
        months=said.months[start:stop],
        phases=[
            replace(phase, start=max(phase.start, start) - start, stop=min(phase.stop, stop) - start)
            for phase in said.phases
            if phase.start < stop and phase.stop > start
        ],
        special_causes=[cause for cause in causes if cause],
    )


def cut(series: Series, start: int, stop: int) -> Series | None:
    def part(items: Sequence[T]) -> Sequence[T]:
        return items[start:stop]  # nothing, where the series has none of them

    months = part(series.months)
    if not months:
        return None
    return replace(
        series,
        months=months,
        values=part(series.values),
        reasons=part(series.reasons),
        waiting=part(series.waiting),
        numerators=part(series.numerators),
        denominators=part(series.denominators),
        beginnings=[beginning for beginning in series.beginnings if beginning.month in months],
    )


def within(cause: SpecialCause, start: int, stop: int) -> SpecialCause | None:
    rows = [row - start for row in cause.rows if start <= row < stop]
    if not rows:
        return None
    return replace(
        cause,
        start=max(cause.start, start) - start,
        stop=min(cause.stop, stop) - start,
        rows=rows,
        whole=cause.stop - cause.start,
    )
