"""Before and after a change -> a drawing at three widths: all points, two thick averages, and the difference.

The difference stands on an axis of its own that holds 0: beside the months where there is room, else below them.

Pure: no Django.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from measures.geometry import labels
from measures.geometry.drawing import RADII, Axis, Drawing, heights, round_axis
from measures.geometry.labels import Box, Clutter, Spot, text_width
from measures.geometry.shapes import QUIET, TEAL, Label, Line, Mark
from measures.reporting_calendar import month_in_words
from measures.sentences import number_text, with_sign
from measures.statistics.before_after import (
    MONTHS_NEEDED,
    BeforeAfter,
    Side,
    difference_texts,
    mean_number,
    mean_text,
    milestones_in_words,
    sentence,
    signed,
)


class Size(NamedTuple):
    name: str
    width: float
    plot_height: float
    font: float
    #: Of the two averages.
    large: float
    left: float
    #: What the drawing keeps on the right of the months; with room for it the difference stands there.
    right: float
    disc: float
    points: float
    is_beside: bool


NARROW = Size("narrow", 288, 190, 12, 18, 40, 10, 8.5, 0.75, is_beside=False)
MIDDLE = Size("middle", 680, 260, 14, 24, 52, 20, 11, 1, is_beside=False)
WIDE = Size("wide", 1120, 300, 14, 26, 52, 428, 11, 1, is_beside=True)

#: Room above the plot for the milestone's disc; from its edge down to the rings of missing months and to the words.
TOP, RINGS, WORDS, LINE = 36, 14, 22, 20


@dataclass(frozen=True)
class Comparison:
    """What one change looks like, at three widths."""

    narrow: Drawing
    middle: Drawing
    wide: Drawing


class Column(NamedTuple):
    """A month on the drawing: its row in the chart, or None where it is still needed; side: before, between, after."""

    row: int | None
    side: str


class Layout(NamedTuple):
    """Where a month and a value lie."""

    size: Size
    plot: Box
    axis: Axis
    columns: Sequence[Column]

    def middle(self, column: int) -> float:
        return self.plot.left + (column + 0.5) * (self.plot.right - self.plot.left) / len(self.columns)

    def of_side(self, side: str) -> list[int]:
        return [at for at, column in enumerate(self.columns) if column.side == side]

    def height(self, value: float) -> float:
        share = (value - self.axis.lowest) / (self.axis.highest - self.axis.lowest)
        return self.plot.bottom - share * (self.plot.bottom - self.plot.top)

    def radius(self, kind: str) -> float:
        width = (self.plot.right - self.plot.left) / len(self.columns)
        return RADII.get(kind, 5) * min(self.size.points, max(0.5, width / 10))


def draw(found: BeforeAfter, *, name: str) -> Comparison:
    """name: begins the ids of the drawings."""
    return Comparison(*(drawn(found, size, name) for size in (NARROW, MIDDLE, WIDE)))


def drawn(found: BeforeAfter, size: Size, name: str) -> Drawing:
    axis = value_axis(found)
    widest = max(text_width(number_text(tick, axis.decimals), size.font) for tick in axis.ticks)
    plot = Box(max(size.left, widest + 12), TOP, size.width - size.right, TOP + size.plot_height)
    layout = Layout(size, plot, axis, columns(found))
    months_below = plot.bottom + (RINGS + 10 if found.before.missing or found.after.missing else 0)
    words_bottom = months_below + WORDS + LINE
    parts = [grid(layout), months(found, layout), averages(found, layout, months_below), milestone(found, layout)]
    height = words_bottom + 10
    if found.outcome in ("difference", "uncertain"):
        parts.append(difference_beside(found, layout) if size.is_beside else difference_below(found, size, height + 10))
        height = height if size.is_beside else height + 84
    elif found.months_to_come:
        parts.append(still_needed(found, layout))
    series = found.findings.series
    return Drawing(
        name=f"{name}-{size.name}",
        width=size.width,
        height=height,
        title=f"{series.title}, before and after {milestones_in_words(found)}",
        description=description(found),
        plot=plot,
        lines=[line for part in parts for line in part.lines],
        marks=[mark for part in parts for mark in part.marks],
        discs=[disc for part in parts for disc in part.discs],
        labels=[label for part in parts for label in part.labels],
    )


def draw_difference(found: BeforeAfter, *, name: str) -> Drawing:
    """The difference and its interval alone, where a page has the months already."""
    height = 70.0
    part = difference_below(found, NARROW, 0)
    return Drawing(
        name=name,
        width=NARROW.width,
        height=height,
        title="",
        description="",
        plot=Box(0, 0, NARROW.width, height),
        lines=part.lines,
        marks=part.marks,
        labels=part.labels,
    )


def description(found: BeforeAfter) -> str:
    series = found.findings.series
    said = [
        f"{words_below(found, one, side, is_short=False)[0]}: {mean_text(one, series)} on average."
        for one, side in ((found.before, "before"), (found.after, "after"))
        if one.numbers
    ]
    return " ".join([*said, sentence(found), "The numbers are below the drawing."])


class Part(NamedTuple):
    lines: Sequence[Line] = ()
    marks: Sequence[Mark] = ()
    discs: Sequence[Mark] = ()
    labels: Sequence[Label] = ()


def columns(found: BeforeAfter) -> list[Column]:
    """The months of both sides and those of the change between them, then those that are still needed."""
    before, after = found.before, found.after
    there = len(found.findings.months)
    between = [Column(row if row < there else None, "between") for row in range(before.stop, after.start)]
    return [
        *(Column(row, "before") for row in range(before.start, before.stop)),
        *(between or [Column(None, "between")]),
        *(Column(row, "after") for row in range(after.start, after.stop)),
        *(Column(None, "after") for _ in range(found.months_to_come)),
    ]


def value_axis(found: BeforeAfter) -> Axis:
    """Round values around all months, with room for the words at the averages; no month can go beyond 0 or 100%."""
    series = found.findings.series
    there = [found.findings.months[column.row].value for column in columns(found) if column.row is not None]
    shown = [value for value in there if value is not None] or [0.0, 1.0]
    low, high = min(shown), max(shown)
    room = (high - low) * 0.25 or 10.0**-series.decimals
    is_share = series.unit.startswith("%") and high <= 100
    lowest = max(low - room, 0.0) if low >= 0 else low - room
    highest = min(high + room, 100.0) if is_share else high + room
    return round_axis(lowest, highest, 5, 10.0**-series.decimals)


def grid(layout: Layout) -> Part:
    lines, labels = heights(layout.plot, layout.axis, layout.size.font, layout.height)
    return Part(lines=lines, labels=labels)


def months(found: BeforeAfter, layout: Layout) -> Part:
    """Points, the line between neighbours of one side, and a ring below for a month without a number."""
    series, lines, marks = found.findings.series, [], []
    for at, column in enumerate(layout.columns):
        if column.row is None:
            continue
        finding = found.findings.months[column.row]
        x, name = layout.middle(at), month_in_words(finding.month)
        if finding.value is not None:
            value = with_sign(number_text(finding.value, series.decimals), series.unit)
            also = ", counts on neither side" if column.side == "between" else ""
            kind = "smallring" if column.side == "between" else "common"
            marks.append(Mark(kind, x, layout.height(finding.value), layout.radius("common"), f"{name}: {value}{also}"))
        elif column.side != "between":
            ring = Mark("missing", x, layout.plot.bottom + RINGS, layout.radius("missing"), f"{name}: no number")
            lines.append(Line("gapcol", [(x, layout.plot.top), (x, ring.y - ring.radius)]))
            marks.append(ring)
    return Part(lines=[*lines, *(Line("faint", stretch) for stretch in stretches(found, layout))], marks=marks)


def stretches(found: BeforeAfter, layout: Layout) -> list[list[tuple[float, float]]]:
    """Neighbouring months of one side that have a number, two or more."""
    found_so_far: list[list[tuple[float, float]]] = [[]]
    for at, column in enumerate(layout.columns):
        value = None if column.row is None else found.findings.months[column.row].value
        if value is None or column.side == "between":
            found_so_far.append([])
        else:
            found_so_far[-1].append((layout.middle(at), layout.height(value)))
    return [stretch for stretch in found_so_far if len(stretch) > 1]


def averages(found: BeforeAfter, layout: Layout, words_from: float) -> Part:
    """A thick line and its value on each side, and below the months which they are."""
    size, plot, series = layout.size, layout.plot, found.findings.series
    lines, said = [], []
    # Of a side with few months the words may be wider than the months: they begin or end with the plot.
    for one, side, anchor, x in (
        (found.before, "before", "start", plot.left),
        (found.after, "after", "end", plot.right),
    ):
        named, below = words_below(found, one, side, is_short=size.name == "narrow")
        said += [
            Label("side", x, words_from + WORDS, named, size.font, anchor, bold=True),
            Label("span", x, words_from + WORDS + LINE, below, size.font, anchor, fill=QUIET),
        ]
        if one.mean is None:
            continue
        places = [at for at in layout.of_side(side) if layout.columns[at].row is not None]
        half = (plot.right - plot.left) / len(layout.columns) / 2
        left, right = layout.middle(places[0]) - half + 3, layout.middle(places[-1]) + half - 3
        y = layout.height(one.mean)
        lines.append(Line("side", [(left, y), (max(right, left + 1), y)]))
        label = value_label(found, layout, mean_number(one, series), side, (left + right) / 2, y)
        if label:
            said.append(label)
    return Part(lines=lines, labels=said)


def words_below(found: BeforeAfter, one: Side, side: str, *, is_short: bool) -> tuple[str, str]:
    """18 months before, and Apr 2021 to Sep 2022; short Before, and 18 months"""
    count = "1 month" if one.numbers == 1 else f"{one.numbers} months"
    if is_short:
        return side.capitalize(), count
    return f"{count} {side}", span(one, found) if one.stop > one.start else ""


def value_label(found: BeforeAfter, layout: Layout, text: str, side: str, x: float, y: float) -> Label | None:
    """Above or below its average on its own side, where it covers least; None where it has no room."""
    size, plot, line = layout.size, layout.plot, milestone_x(layout)
    frame = Box(plot.left, plot.top, line - 4, plot.bottom) if side == "before" else Box(line + 4, *plot[1:])
    words = Label("last", x, y, text, size.large, "middle", bold=True, fill=TEAL, has_halo=True)
    box = words.box  # measured once: there are thousands of places
    candidates = []
    for aside in range(-200, 201, 20):
        for apart in range(10, int(size.plot_height), 6):
            for down in (apart + size.large * 0.8, -apart):
                there = box.moved(aside, down)
                if there.is_within(frame):
                    candidates.append((Spot(there.grown(4), [there], apart * 0.3 + abs(aside) * 0.15), aside, down))
    spot = labels.best([spot for spot, _, _ in candidates], frame, [], clutter(found, layout))
    return next((replace(words, x=x + aside, y=y + down) for one, aside, down in candidates if one is spot), None)


def clutter(found: BeforeAfter, layout: Layout) -> Clutter:
    samples = []
    for stretch in stretches(found, layout):
        for (x0, y0), (x1, y1) in pairwise(stretch):
            samples += [(x0 + (x1 - x0) * part / 6, y0 + (y1 - y0) * part / 6, 4.0) for part in range(7)]
        samples += [(x, y, 30.0) for x, y in stretch]
    means = [one.mean for one in (found.before, found.after) if one.mean is not None]
    flat = [(layout.plot.left, layout.plot.right, layout.height(mean), 60.0) for mean in means]
    return Clutter(samples, flat, [(milestone_x(layout), 25.0)])


def span(one: Side, found: BeforeAfter) -> str:
    """Apr 2021 to Sep 2022"""
    there = found.findings.series.months
    first, last = (f"{month_in_words(month)[:3]} {month.year}" for month in (there[one.start], there[one.stop - 1]))
    return first if first == last else f"{first} to {last}"


def milestone_x(layout: Layout) -> float:
    between = layout.of_side("between")
    return (layout.middle(between[0]) + layout.middle(between[-1])) / 2


def milestone(found: BeforeAfter, layout: Layout) -> Part:
    size, plot, x = layout.size, layout.plot, milestone_x(layout)
    y = plot.top - 20.0
    text = f"{month_in_words(found.change.first)}: {found.change.title}"
    number = Label(
        "milenumber", x, y + size.font * 0.35, str(found.change.number), size.font, "middle", bold=True, fill="#fff"
    )
    return Part(
        lines=[Line("mileline", [(x, y + size.disc), (x, plot.bottom)])],
        discs=[Mark("mile", x, y, size.disc, text)],
        labels=[number],
    )


def still_needed(found: BeforeAfter, layout: Layout) -> Part:
    """A hollow ring for each month that has still to come."""
    places = [at for at in layout.of_side("after") if layout.columns[at].row is None]
    y = layout.height(found.before.mean if found.before.mean is not None else layout.axis.lowest)
    radius = layout.radius("needed")
    return Part(
        marks=[Mark("needed", layout.middle(at), y, radius, f"One of {MONTHS_NEEDED} that are needed") for at in places]
    )


# The difference


def difference_axis(found: BeforeAfter, intervals: int) -> Axis:
    """Round values that hold 0 and the interval."""
    _, low, high = numbers(found)
    return round_axis(min(low, 0.0), max(high, 0.0), intervals, 10.0**-6)


def numbers(found: BeforeAfter) -> tuple[float, float, float]:
    difference = found.difference
    if difference is None or difference.low is None or difference.high is None:
        raise ValueError("there is no interval to draw")
    return difference.by, difference.low, difference.high


def unit_of_difference(found: BeforeAfter) -> str:
    unit = found.findings.series.unit
    return "percentage points" if unit.startswith("%") else unit


def difference_beside(found: BeforeAfter, layout: Layout) -> Part:
    """Upright, on the right of the months."""
    plot, font = layout.plot, layout.size.font
    axis = difference_axis(found, 4)
    by, low, high = numbers(found)
    shown, from_, to = difference_texts(found)
    left = plot.right + 120.0
    middle, right = left + 30, left + 60

    def height(value: float) -> float:
        return plot.bottom - (value - axis.lowest) / (axis.highest - axis.lowest) * (plot.bottom - plot.top - 24)

    lines = [Line("zero" if not tick else "grid", [(left, height(tick)), (right, height(tick))]) for tick in axis.ticks]
    ticks = [
        Label("tick", left - 6, height(tick) + font * 0.35, signed(tick, axis.decimals), font, "end", fill=QUIET)
        for tick in axis.ticks
    ]
    words = right + 22
    # At the height of the point; the words at 0 keep their place, and these make way.
    zero, at = height(0) + font * 0.35, height(by) + 6
    if abs(at + 11 - zero) < 40:
        at = zero - 48 if at <= zero and zero - 48 > plot.top else zero + 40
    return Part(
        lines=[*lines, Line("interval", [(middle, height(low)), (middle, height(high))])],
        marks=[Mark(found.kind, middle, height(by), 9.0 if found.kind != "common" else 7.0, f"Difference: {shown}")],
        labels=[
            *ticks,
            Label("end", left - 30, plot.top - 20, "Difference, 95% interval", 16, bold=True),
            Label("end", left - 30, plot.top, unit_of_difference(found), font, fill=QUIET),
            Label("end", words, at, shown.split(" ")[0], 24, bold=True),
            Label("end", words, at + 22, f"likely {from_} to {to}", font, fill=QUIET),
            Label("end", words, zero, "no difference", font, fill=QUIET),
        ],
    )


def difference_below(found: BeforeAfter, size: Size, top: float) -> Part:
    """Lying, below the months."""
    axis = difference_axis(found, 4 if size.name == "narrow" else 7)
    by, low, high = numbers(found)
    left, right = 34.0, size.width - 34

    def place(value: float) -> float:
        return left + (value - axis.lowest) / (axis.highest - axis.lowest) * (right - left)

    y = top + 18
    shown, _, _ = difference_texts(found)
    named = Label(
        "end", size.width / 2, y + 42, f"Difference, {unit_of_difference(found)}", size.font, "middle", fill=QUIET
    )
    return Part(
        lines=[
            Line("xtick", [(left, y), (right, y)]),
            *(Line("xtick", [(place(tick), y - 4), (place(tick), y + 4)]) for tick in axis.ticks),
            Line("zero", [(place(0), y - 12), (place(0), y + 10)]),
            Line("interval", [(place(low), y), (place(high), y)]),
        ],
        marks=[Mark(found.kind, place(by), y, 6.0 if found.kind != "common" else 4.5, f"Difference: {shown}")],
        labels=[
            *without_touching(
                Label("tick", place(tick), y + 22, signed(tick, axis.decimals), size.font, "middle", fill=QUIET)
                for tick in sorted(axis.ticks, key=lambda tick: (tick != 0, tick))
            ),
            named,
        ],
    )


def without_touching(given: Iterable[Label]) -> list[Label]:
    """Those for which there is room beside the ones before them."""
    kept: list[Label] = []
    for label in given:
        if not any(label.box.grown(2).overlaps(other.box) for other in kept):
            kept.append(label)
    return kept
