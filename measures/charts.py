"""Points -> geometry: the run chart and the XmR chart as numbers that a template can draw.

`chart` is the one door. It asks findings.py what the months say, lays that out at two widths (`ChartDrawing`), and
puts the sentence, the table and the legend beside it, so that none of them can disagree.

Pure: no Django. Coordinates are units of the drawing's viewBox, y downwards; what a template prints is text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import ceil, floor, log10
from typing import NamedTuple

from measures import sentences
from measures.findings import (
    WAITING,
    Findings,
    Milestone,
    Series,
    TableSection,
    charted_milestones,
    find,
    limit_words,
    line_text,
    point_words,
    table,
    waiting_words,
)
from measures.reporting_calendar import last_day, month_in_words
from measures.sentences import number_text, with_sign


class Paint(NamedTuple):
    """Presentation attributes: with them the drawing looks right before, and without, any style sheet."""

    fill: str = "none"
    stroke: str = "none"
    width: str = "0"
    dash: str = "none"


PAINTS = {
    "band": Paint(fill="#e7eeef"),
    "grid": Paint(stroke="#d4dbdd", width="1"),
    "xtick": Paint(stroke="#6b777d", width="1"),
    "mean": Paint(stroke="#0a5a5f", width="2"),
    "median": Paint(stroke="#0a5a5f", width="2", dash="7 4"),
    "limit": Paint(stroke="#6b777d", width="1.25", dash="5 4"),
    "target": Paint(stroke="#212b32", width="1.75", dash="9 4 2 4"),
    "targetflag": Paint(fill="#212b32", stroke="#212b32", width="1.5"),
    "mileline": Paint(stroke="#212b32", width="1.25", dash="2 3"),
    "mile": Paint(fill="#212b32"),
    "gapcol": Paint(stroke="#5c6b70", width="1", dash="1.5 4"),
    "leader": Paint(stroke="#6b777d", width="1"),
    "line": Paint(stroke="#3c484e", width="1.9"),
    "common": Paint(fill="#5c6b70", stroke="#fff", width="1"),
    "improvement": Paint(fill="#0067b5", stroke="#fff", width="1.5"),
    "concern": Paint(fill="#b84600", stroke="#fff", width="1.5"),
    "neutral": Paint(fill="#8000c0", stroke="#fff", width="1.5"),
    "missing": Paint(fill="#fff", stroke="#5c6b70", width="1.5", dash="2.4 1.9"),
    "waiting": Paint(fill="#fff", stroke="#3c484e", width="2"),
}
#: Half the height of each mark.
RADII = {"common": 3.6, "improvement": 6.0, "concern": 7.4, "neutral": 5.0, "missing": 6.0, "waiting": 5.0, "mile": 9.5}


def unit_text(number: float) -> str:
    """A coordinate as text: a template would write it in the reader's language, with a comma in some."""
    text = f"{number:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"


@dataclass(frozen=True)
class Line:
    """Straight from point to point."""

    kind: str
    points: Sequence[tuple[float, float]]

    @property
    def d(self) -> str:
        return "M" + "L".join(f"{unit_text(x)} {unit_text(y)}" for x, y in self.points)

    @property
    def paint(self) -> Paint:
        return PAINTS[self.kind]


@dataclass(frozen=True)
class Band:
    """The room between the limits of one phase."""

    left: float
    top: float
    right: float
    bottom: float
    kind: str = "band"

    @property
    def d(self) -> str:
        left, top, right, bottom = map(unit_text, (self.left, self.top, self.right, self.bottom))
        return f"M{left} {top}H{right}V{bottom}H{left}z"

    @property
    def paint(self) -> Paint:
        return PAINTS[self.kind]


@dataclass(frozen=True)
class Mark:
    """A point, a hollow ring or a milestone's disc: x and y are its middle; text is what a pointer is told."""

    kind: str
    x: float
    y: float
    text: str = ""

    @property
    def radius(self) -> float:
        return RADII[self.kind]

    @property
    def d(self) -> str:
        x, y, r = unit_text(self.x), unit_text(self.y), self.radius
        left, top = unit_text(self.x - r), unit_text(self.y - r)
        if self.kind == "concern":
            return f"M{x} {top}L{unit_text(self.x + r)} {y}L{x} {unit_text(self.y + r)}L{left} {y}z"
        if self.kind == "neutral":
            side = unit_text(2 * r)
            return f"M{left} {top}h{side}v{side}h-{side}z"
        radius, diameter = unit_text(r), unit_text(2 * r)
        return f"M{left} {y}a{radius} {radius} 0 1 0 {diameter} 0a{radius} {radius} 0 1 0 -{diameter} 0z"

    @property
    def paint(self) -> Paint:
        return PAINTS[self.kind]


#: Width of a character, in parts of the font size: a digit of DejaVu Sans, which is wider than what most people see.
CHARACTER, BOLD_CHARACTER = 0.64, 0.7
ABOVE_BASELINE, BELOW_BASELINE = 0.85, 0.25


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    return len(text) * size * (BOLD_CHARACTER if bold else CHARACTER)


@dataclass(frozen=True)
class Label:
    """Text on the drawing; x is its start, middle or end as anchor says, y its baseline."""

    kind: str
    x: float
    y: float
    text: str
    size: float
    anchor: str = "start"
    bold: bool = False
    fill: str = "#212b32"

    @property
    def box(self) -> Box:
        width = text_width(self.text, self.size, bold=self.bold)
        left = self.x - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        return Box(left, self.y - self.size * ABOVE_BASELINE, left + width, self.y + self.size * BELOW_BASELINE)

    @property
    def x_text(self) -> str:
        return unit_text(self.x)

    @property
    def y_text(self) -> str:
        return unit_text(self.y)

    @property
    def size_text(self) -> str:
        return unit_text(self.size)

    @property
    def weight(self) -> str:
        return "700" if self.bold else "400"


class Size(NamedTuple):
    name: str
    width: float
    plot_height: float
    font: float
    font_of_last: float
    right: float
    #: From the plot's lower edge down to the hollow rings, the ticks, the months, the years, the end.
    rings: float
    ticks: float
    months: float
    years: float
    bottom: float
    #: Room to the right for the names of the lines; where there is none, the legend has them.
    names_lines: bool


# 13 units: at 320 px of screen the drawing has 288 px, and no text falls under 11 px.
NARROW = Size("narrow", 320, 220, 13, 15, 18, 14, 28, 45, 61, 68, names_lines=False)
WIDE = Size("wide", 680, 310, 14, 20, 18, 18, 36, 55, 72, 78, names_lines=True)


@dataclass(frozen=True)
class ChartDrawing:
    """Everything that one SVG shows, in the order in which it is painted."""

    name: str
    width: float
    height: float
    title: str
    description: str
    plot: Box
    bands: Sequence[Band] = ()
    lines: Sequence[Line] = ()
    marks: Sequence[Mark] = ()
    discs: Sequence[Mark] = ()
    labels: Sequence[Label] = ()

    @property
    def width_text(self) -> str:
        return unit_text(self.width)

    @property
    def height_text(self) -> str:
        return unit_text(self.height)


class Axis(NamedTuple):
    """Round values, the first and the last of which lie on the edges of the plot."""

    ticks: Sequence[float]
    decimals: int

    @property
    def lowest(self) -> float:
        return self.ticks[0]

    @property
    def highest(self) -> float:
        return self.ticks[-1]

    def holds(self, value: float) -> bool:
        return self.lowest <= value <= self.highest


MOST_INTERVALS = 7


def value_axis(findings: Findings) -> Axis:
    """Round ticks around all that is drawn. Limits beyond 0, or 100%, do not stretch it: no month can go there."""
    series = findings.series
    shown = [value for value in [*series.values, *series.waiting] if value is not None]
    shown += [phase.centre for phase in findings.phases if phase.centre is not None]
    if series.target is not None:
        shown.append(series.target)
    floor_at = 0.0 if all(value >= 0 for value in shown) else None
    ceiling_at = 100.0 if series.unit.startswith("%") and all(value <= 100 for value in shown) else None
    shown += [limit for phase in findings.phases for limit in (phase.lower, phase.upper) if limit is not None]
    low, high = (min(shown), max(shown)) if shown else (0.0, ceiling_at or 1.0)
    smallest_step = 10.0**-series.decimals
    if low == high:
        low, high = low - smallest_step, high + smallest_step
    if floor_at is not None:
        low = max(low, floor_at)
    if ceiling_at is not None:
        high = min(high, ceiling_at)
    step = round_step(max((high - low) / MOST_INTERVALS, smallest_step))
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    ticks = [tick * step for tick in range(first, max(last, first + 1) + 1)]
    return Axis(ticks, max(0, -floor(log10(step) + 1e-9)))


def round_step(at_least: float) -> float:
    """1, 2 or 5 times a power of ten."""
    power = 10.0 ** floor(log10(at_least) + 1e-9)
    return next(times * power for times in (1, 2, 5, 10) if times * power >= at_least * (1 - 1e-9))


class Layout(NamedTuple):
    """Where a month and a value lie."""

    size: Size
    plot: Box
    axis: Axis
    months: int

    def edge(self, row: float) -> float:
        """The left edge of a month; in between for a day within it."""
        return self.plot.left + row * (self.plot.right - self.plot.left) / self.months

    def middle(self, row: int) -> float:
        return self.edge(row + 0.5)

    def height(self, value: float) -> float:
        share = (value - self.axis.lowest) / (self.axis.highest - self.axis.lowest)
        return self.plot.bottom - min(max(share, 0.0), 1.0) * (self.plot.bottom - self.plot.top)


def draw(findings: Findings, size: Size, *, name: str, description: str) -> ChartDrawing:
    """Lay the chart out at one width."""
    series = findings.series
    axis = value_axis(findings)
    names = line_names(findings, axis) if size.names_lines else []
    left = max(text_width(number_text(tick, axis.decimals), size.font) for tick in axis.ticks) + 14
    right = size.width - max([size.right, *(n.width + NAME_INDENT + 4 for n in names)])
    flat = Layout(size, Box(left, 0, right, size.plot_height), axis, len(series.months))
    lanes = milestone_lanes(series, flat)
    top = PLOT_TOP + LANE * (max(lanes, default=-1) + 1)
    layout = flat._replace(plot=Box(left, top, right, top + size.plot_height))

    ticks, tick_labels = axes(series, layout)
    bands, phase_lines = phase_parts(findings, layout)
    discs, milestone_lines, disc_labels = milestone_parts(series, lanes, layout)
    columns, rings, points = month_parts(findings, layout)
    last_labels, leaders = (
        named_ends(findings, names, layout) if size.names_lines else ([*last_value(findings, layout)], [])
    )
    return ChartDrawing(
        name=f"{name}-{size.name}",
        width=size.width,
        height=layout.plot.bottom + size.bottom,
        title=chart_title(series),
        description=description,
        plot=layout.plot,
        bands=bands,
        lines=[
            *ticks,
            *columns,
            *phase_lines,
            *target_lines(series, layout),
            *milestone_lines,
            *leaders,
            *process_lines(findings, layout),
        ],
        # Special points on top: two neighbours may touch.
        marks=[*rings, *sorted(points, key=lambda point: point.kind != "common")],
        discs=discs,
        labels=[*tick_labels, *disc_labels, *last_labels],
    )


def axes(series: Series, layout: Layout) -> tuple[list[Line], list[Label]]:
    size, plot, axis = layout.size, layout.plot, layout.axis
    lines = [Line("grid", [(plot.left, layout.height(tick)), (plot.right, layout.height(tick))]) for tick in axis.ticks]
    labels = [
        Label(
            "tick",
            plot.left - 7,
            layout.height(tick) + size.font * 0.35,
            number_text(tick, axis.decimals),
            size.font,
            "end",
            fill=QUIET,
        )
        for tick in axis.ticks
    ]
    labelled = labelled_rows(series.months, layout)
    year_before = None
    for row, month in enumerate(series.months):
        x, top = layout.middle(row), plot.bottom + size.ticks
        lines.append(Line("xtick", [(x, top), (x, top + (6 if row in labelled else 3))]))
        if row not in labelled:
            continue
        name = month_in_words(month)[:3]
        labels.append(Label("tick", x, plot.bottom + size.months, name, size.font, "middle", fill=QUIET))
        if month.year != year_before:
            year_before = month.year
            labels.append(Label("year", x, plot.bottom + size.years, str(month.year), size.font, "middle", bold=True))
    return lines, labels


#: How many months may lie between two labels on the time axis; counted from April, where the year of services begins.
MONTH_STEPS = (1, 2, 3, 6, 12, 24, 36, 60, 120)
APRIL = 4


def labelled_rows(months: Sequence[date], layout: Layout) -> set[int]:
    room = text_width("2026", layout.size.font, bold=True) + 6
    month_width = layout.edge(1) - layout.edge(0)
    step = next((step for step in MONTH_STEPS if step * month_width >= room), MONTH_STEPS[-1])
    return {row for row, month in enumerate(months) if (month.year * 12 + month.month - APRIL) % step == 0}


def phase_parts(findings: Findings, layout: Layout) -> tuple[list[Band], list[Line]]:
    bands, lines = [], []
    for phase in findings.phases:
        left, right = layout.edge(phase.start), layout.edge(phase.stop)
        if phase.lower is not None and phase.upper is not None:
            bands.append(Band(left, layout.height(phase.upper), right, layout.height(phase.lower)))
        for limit in (phase.lower, phase.upper):
            if limit is not None and layout.axis.holds(limit):
                lines.append(Line("limit", [(left, layout.height(limit)), (right, layout.height(limit))]))
        if phase.centre is not None:
            height = layout.height(phase.centre)
            kind = "mean" if phase.has_enough_months else "median"
            lines.append(Line(kind, [(left, height), (right, height)]))
    return bands, lines


def target_lines(series: Series, layout: Layout) -> list[Line]:
    if series.target is None:
        return []
    x, y = layout.plot.left, layout.height(series.target)
    flag = [(x + 2, y), (x + 2, y - 12), (x + 11, y - 12), (x + 8.5, y - 8.5), (x + 11, y - 5), (x + 2, y - 5)]
    return [Line("target", [(x, y), (layout.plot.right, y)]), Line("targetflag", flag)]


def month_parts(findings: Findings, layout: Layout) -> tuple[list[Line], list[Mark], list[Mark]]:
    """Columns and dashed rings of the months without a number, points of the others: a mark for every month.

    What is sent and not yet accepted is a hollow point, beside the accepted one where there is one.
    """
    columns, rings, points = [], [], []
    for row, finding in enumerate(findings.months):
        x, words = layout.middle(row), point_words(finding, findings.series)
        waiting = findings.series.waiting_in(row)
        if waiting is not None:
            hollow = waiting_words(finding, findings.series, waiting)
            points.append(Mark("waiting", x, layout.height(waiting), hollow))
        if finding.value is not None:
            points.append(Mark(finding.kind, x, layout.height(finding.value), words))
        if finding.value is not None or waiting is not None:
            continue
        ring = Mark("missing", x, layout.plot.bottom + layout.size.rings, words)
        columns.append(Line("gapcol", [(x, layout.plot.top), (x, ring.y - ring.radius)]))
        rings.append(ring)
    return columns, rings, points


def process_lines(findings: Findings, layout: Layout) -> list[Line]:
    """One line for every stretch of neighbouring months with a number; none reaches across a gap or a phase."""
    stretches: list[list[tuple[float, float]]] = []
    for phase in findings.phases:
        stretches.append([])
        for row in range(phase.start, phase.stop):
            value = findings.months[row].value
            if value is None:
                stretches.append([])
            else:
                stretches[-1].append((layout.middle(row), layout.height(value)))
    return [Line("line", stretch) for stretch in stretches if len(stretch) > 1]


# Milestones

PLOT_TOP = 14
LANE = 2 * RADII["mile"] + 4


def milestone_x(milestone: Milestone, series: Series, layout: Layout) -> float:
    first, day = series.months[0], milestone.day
    row = (day.year - first.year) * 12 + day.month - first.month
    return layout.edge(row + (day.day - 1) / last_day(day).day)


def milestone_lanes(series: Series, layout: Layout) -> list[int]:
    """The lane of each charted milestone: the lowest whose last disc leaves room."""
    last_in_lane: list[float] = []
    lanes = []
    for milestone in charted_milestones(series):
        x = milestone_x(milestone, series, layout)
        lane = next((lane for lane, last in enumerate(last_in_lane) if x - last >= LANE), len(last_in_lane))
        last_in_lane[lane : lane + 1] = [x]
        lanes.append(lane)
    return lanes


def milestone_parts(series: Series, lanes: Sequence[int], layout: Layout) -> tuple[list[Mark], list[Line], list[Label]]:
    discs, lines, labels = [], [], []
    font = 12
    for milestone, lane in zip(charted_milestones(series), lanes, strict=True):
        x, y = milestone_x(milestone, series, layout), layout.plot.top - LANE / 2 - lane * LANE
        words = f"{month_in_words(milestone.day)}: {milestone.title}"
        discs.append(Mark("mile", x, y, words))
        lines.append(Line("mileline", [(x, y + RADII["mile"]), (x, layout.plot.bottom)]))
        labels.append(
            Label("milenumber", x, y + font * 0.35, str(milestone.number), font, "middle", bold=True, fill="#fff")
        )
    return discs, lines, labels


# What the lines are called, at their right end

QUIET, AVERAGE_INK = "#4a555b", "#0a5a5f"
NAME_INDENT = 14


class LineName(NamedTuple):
    text: str
    value: float
    size: float
    bold: bool
    fill: str
    #: A second, quiet line of text under the name.
    below: str = ""

    @property
    def width(self) -> float:
        return max(text_width(self.text, self.size, bold=self.bold), text_width(self.below, WIDE.font))

    @property
    def room(self) -> float:
        return self.size * 1.25 + (WIDE.font * 1.25 if self.below else 0)


def line_names(findings: Findings, axis: Axis) -> list[LineName]:
    """The latest value first: where room is scarce it keeps its place best."""
    series, phase, latest = findings.series, findings.phases[-1], findings.latest

    names = []
    if latest is not None and latest.value is not None:
        shown = with_sign(number_text(latest.value, series.decimals), series.unit)
        when = f"{month_in_words(latest.month)[:3]} {latest.month.year}"
        names.append(LineName(shown, latest.value, WIDE.font_of_last, True, "#212b32", below=when))
    if phase.centre is not None:
        called = "Average" if phase.has_enough_months else "Median"
        names.append(
            LineName(f"{called} {line_text(phase.centre, series)}", phase.centre, WIDE.font, True, AVERAGE_INK)
        )
    for called, limit in (("Upper limit", phase.upper), ("Lower limit", phase.lower)):
        if limit is not None and axis.holds(limit):
            names.append(LineName(f"{called} {line_text(limit, series)}", limit, WIDE.font, False, QUIET))
    if series.target is not None:
        names.append(LineName(f"Target {line_text(series.target, series)}", series.target, WIDE.font, True, "#212b32"))
    return names


def named_ends(findings: Findings, names: Sequence[LineName], layout: Layout) -> tuple[list[Label], list[Line]]:
    """Names beside the ends of their lines, moved apart where they would touch, each with a leader to its height."""
    plot = layout.plot
    # Highest first; of two at one height the latest value, which is first in `names`, stays above.
    ordered = sorted(names, key=lambda name: -name.value)
    tops: list[float] = []
    free_from = plot.top - ABOVE_PLOT
    for name in ordered:
        tops.append(max(layout.height(name.value) - name.size * 0.6, free_from))
        free_from = tops[-1] + name.room
    free_to = plot.bottom + BELOW_PLOT
    for position in reversed(range(len(ordered))):
        tops[position] = min(tops[position], free_to - ordered[position].room)
        free_to = tops[position]

    labels, leaders = [], []
    for name, top in zip(ordered, tops, strict=True):
        x = plot.right + NAME_INDENT
        baseline = top + name.size * 0.95
        labels.append(Label("end", x, baseline, name.text, name.size, bold=name.bold, fill=name.fill))
        if name.below:
            labels.append(
                Label(
                    "end",
                    x,
                    baseline + name.size * BELOW_BASELINE + layout.size.font * 0.9,
                    name.below,
                    layout.size.font,
                    fill=QUIET,
                )
            )
        line = [(plot.right + 2, layout.height(name.value)), (x - 3, baseline - name.size * 0.35)]
        leaders.append(Line("leader", line))
    return labels, leaders


ABOVE_PLOT, BELOW_PLOT = 8, 14


def last_value(findings: Findings, layout: Layout) -> list[Label]:
    """On a narrow screen the latest value is the only name: at the right edge, near its point, where least is drawn."""
    latest, series, size, plot = findings.latest, findings.series, layout.size, layout.plot
    if latest is None or latest.value is None:
        return []
    text = with_sign(number_text(latest.value, series.decimals), series.unit)
    highest = plot.top + size.font_of_last * ABOVE_BASELINE
    lowest = plot.bottom - size.font_of_last * BELOW_BASELINE
    steps = range(int((lowest - highest) / 4) + 1)
    labels = [
        Label("last", plot.right, highest + 4 * step, text, size.font_of_last, "end", bold=True) for step in steps
    ]
    drawn = [sample for sample in samples_of_lines(findings, layout) if sample[0] >= labels[0].box.left - 6]
    y = layout.height(latest.value)
    return [min(labels, key=lambda label: clutter(label.box, drawn) + abs((label.box.top + label.box.bottom) / 2 - y))]


def samples_of_lines(findings: Findings, layout: Layout) -> list[tuple[float, float, float]]:
    """Samples (x, y, cost of covering it) of the process line, its points, and the lines that lie flat."""
    samples = []
    for line in process_lines(findings, layout):
        for (x0, y0), (x1, y1) in pairwise(line.points):
            samples += [(x0 + (x1 - x0) * part / 8, y0 + (y1 - y0) * part / 8, 25.0) for part in range(9)]
    samples += [(point.x, point.y, 60.0) for point in month_parts(findings, layout)[2]]
    flat = [*phase_parts(findings, layout)[1], *target_lines(findings.series, layout)]
    samples += [(*line.points[-1], 15.0) for line in flat if line.kind != "targetflag"]
    return samples


def clutter(box: Box, drawn: Sequence[tuple[float, float, float]]) -> float:
    return sum(cost for _, y, cost in drawn if box.top - 6 <= y <= box.bottom + 6)


# The whole figure


@dataclass(frozen=True)
class KeyEntry:
    """A sign of the chart and what it means; drawn in a box of 28 by 18."""

    sign: Mark | Line | Band
    words: str


@dataclass(frozen=True)
class MilestoneEntry:
    number: str
    month: str
    title: str


@dataclass(frozen=True)
class Chart:
    """A chart with all that stands around it; every part comes from the same findings."""

    name: str
    title: str
    caption: str
    sentence: str
    findings: Findings
    narrow: ChartDrawing
    wide: ChartDrawing
    key: Sequence[KeyEntry]
    milestones: Sequence[MilestoneEntry]
    sections: Sequence[TableSection]


def chart_title(series: Series) -> str:
    first, last = month_in_words(series.months[0]), month_in_words(series.months[-1])
    return f"{series.title}, {first}" if first == last else f"{series.title}, {first} to {last}"


def chart_caption(findings: Findings) -> str:
    series, axis = findings.series, value_axis(findings)
    kind = (
        "Chart with process limits (XmR)."
        if findings.has_limits
        else "Run chart around the median: too few months for limits."
    )
    lowest = with_sign(number_text(axis.lowest, axis.decimals), series.unit)
    starts = "" if axis.lowest == 0 else f" The axis starts at {lowest}."
    return f"{series.unit[:1].upper()}{series.unit[1:]} each month. {kind}{starts}"


def chart_key(findings: Findings) -> list[KeyEntry]:
    """Only the signs that the chart has, with the numbers of its current phase."""
    series, phase = findings.series, findings.phases[-1]

    across = [(0.0, 9.0), (28.0, 9.0)]
    key = []
    if phase.centre is not None:
        kind, called = ("mean", "Average") if phase.has_enough_months else ("median", "Median")
        key.append(KeyEntry(Line(kind, across), f"{called} {line_text(phase.centre, series)}"))
    if phase.lower is not None and phase.upper is not None:
        key.append(KeyEntry(Band(0, 2, 28, 16), f"Process limits: {limit_words(phase.lower, phase.upper, series)}"))
    if series.target is not None:
        key.append(KeyEntry(Line("target", across), f"Target {line_text(series.target, series)}"))
    drawn = {
        finding.kind
        for row, finding in enumerate(findings.months)
        if finding.value is not None or series.waiting_in(row) is None
    }
    for kind, words in (
        ("common", "Usual ups and downs"),
        ("improvement", "Improvement"),
        ("concern", "Concern"),
        ("neutral", "Change"),
        ("missing", "No number this month"),
    ):
        if kind in drawn:
            key.append(KeyEntry(Mark(kind, 14, 9), words))
    if any(value is not None for value in series.waiting):
        key.append(KeyEntry(Mark("waiting", 14, 9), WAITING))
    return key


def chart(series: Series, *, name: str = "chart") -> Chart:
    """The chart of a measure: drawn twice, said once, and with every number in a table.

    name: tells two charts of one page apart; it begins the ids of the drawings.
    Raises ValueError where spc.py cannot chart the numbers, and says why.
    """
    findings = find(series)
    said = sentences.sentence(findings)
    caption = chart_caption(findings)
    description = f"{series.title}: {caption} {said} All numbers are in the table below the chart."
    return Chart(
        name=name,
        title=chart_title(series),
        caption=caption,
        sentence=said,
        findings=findings,
        narrow=draw(findings, NARROW, name=name, description=description),
        wide=draw(findings, WIDE, name=name, description=description),
        key=chart_key(findings),
        milestones=[
            MilestoneEntry(str(milestone.number), month_in_words(milestone.day), milestone.title)
            for milestone in charted_milestones(series)
        ],
        sections=table(findings),
    )
