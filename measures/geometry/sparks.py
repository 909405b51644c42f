"""What the months say -> a small chart without words, for lists of measures and of areas. The words beside it say it.

Pure: no Django. Coordinates are units of the drawing's viewBox, y downwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from measures.geometry.drawing import (
    SIGN_OF_BREAK,
    Axis,
    Layer,
    Layout,
    Size,
    layers,
    months_between,
    phase_parts,
    process_lines,
    target_flag,
    value_range,
)
from measures.geometry.labels import Box
from measures.geometry.shapes import Line, Mark, Shape
from measures.statistics.findings import Findings

#: The latest months that are drawn, unless others are asked for.
MONTHS = 36
WIDTH, HEIGHT = 232.0, 60.0
PLOT = Box(4, 11, 218, 49)
RINGS = 55.0
SMALL = Size("small", WIDTH, PLOT.bottom - PLOT.top, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2.6, 0.5, has_words=False)


@dataclass(frozen=True)
class Spark:
    """What it shows, in the order in which it is painted."""

    layers: Sequence[Layer]
    viewbox: str = f"0 0 {WIDTH:.0f} {HEIGHT:.0f}"


def spark(
    findings: Findings, *, low: float | None = None, high: float | None = None, months: Sequence[date] = ()
) -> Spark:
    """Limits, averages, target, the line, what is unusual and the latest month, which is larger.

    low, high: the scale, where several small charts share one (`scale`). months: from left to right, one after the
    other; without them the latest three years of the series.
    """
    series = findings.series
    layout = layout_of(findings, months)
    rows = layout.rows(0, len(series.months))
    found = value_range(findings, rows)
    if found is None:
        return Spark(layers(rings(findings, layout, rows)))
    bottom, top = (found[0] if low is None else low), (found[1] if high is None else high)
    if bottom >= top:
        bottom, top = bottom - 1, top + 1
    layout = layout._replace(axis=Axis([bottom, top], 0))

    limits, areas = phase_parts(findings, layout)
    shapes: list[Shape] = [*areas, *(line for line in limits if line.kind != "limit")]
    if series.target is not None and bottom <= series.target <= top:
        y = layout.height(series.target)
        shapes += [Line("target", [(PLOT.left, y), (PLOT.right, y)]), target_flag(PLOT.right, y, 9)]
    shapes += breaks_and_rings(findings, layout, rows)
    shapes += process_lines(findings, layout)
    return Spark(layers([*shapes, *special_points(findings, layout, rows)]))


def scale(many: Sequence[Findings], months: Sequence[date] = ()) -> tuple[float, float]:
    """From the lowest to the highest of all that these small charts draw, so that one height means one value."""
    found = [value_range(each, layout_of(each, months).rows(0, len(each.months))) for each in many]
    ends = [end for each in found if each is not None for end in each]
    return (min(ends), max(ends)) if ends else (0.0, 1.0)


def layout_of(findings: Findings, months: Sequence[date]) -> Layout:
    """Without a scale so far."""
    all_months = findings.series.months
    months = months or all_months[-MONTHS:]
    return Layout(SMALL, PLOT, Axis([0.0, 1.0], 0), months, first=months_between(all_months[0], months[0]))


def breaks_and_rings(findings: Findings, layout: Layout, rows: range) -> list[Shape]:
    found: list[Shape] = []
    for beginning in findings.series.beginnings:
        row = months_between(findings.series.months[0], beginning.month)
        if beginning.why in SIGN_OF_BREAK and row in rows and row > layout.first:
            x = layout.edge(row)
            found += [Line("defline", [(x + side, PLOT.top), (x + side, PLOT.bottom)]) for side in (-1.2, 1.2)]
    return [*found, *rings(findings, layout, rows)]


def rings(findings: Findings, layout: Layout, rows: range) -> list[Mark]:
    radius = min(SMALL.ring, max(1.0, layout.month_width / 2 - 0.3))
    return [Mark("smallring", layout.middle(row), RINGS, radius) for row in rows if findings.months[row].value is None]


def special_points(findings: Findings, layout: Layout, rows: range) -> list[Mark]:
    marks, latest = [], findings.latest
    for row in rows:
        month = findings.months[row]
        if month.value is None or (month.kind == "common" and month is not latest):
            continue
        mark = Mark(month.kind, layout.middle(row), layout.height(month.value), layout.radius(month.kind))
        marks.append(replace(mark, radius=mark.radius * 1.6) if month is latest else mark)
    # The latest on top: its neighbours may touch it.
    return [*sorted(marks[:-1], key=lambda mark: mark.kind), *marks[-1:]]
