"""What the months say -> a drawing at one of three widths. charts.py puts the words around it.

`draw` is the one door. Pure: no Django.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from math import ceil, floor, log10
from typing import NamedTuple

from measures.geometry import labels
from measures.geometry.labels import ABOVE_BASELINE, BELOW_BASELINE, Box, Clutter, Spot, text_width
from measures.geometry.shapes import (
    INK,
    INK_OF_KIND,
    QUIET,
    TEAL,
    Area,
    Label,
    Line,
    Mark,
    Paint,
    RuleBox,
    Shape,
    Sign,
    rectangle,
    unit_text,
)
from measures.reporting_calendar import last_day, month_in_words, next_month
from measures.sentences import number_text, with_sign
from measures.spc import ATTRIBUTE_KINDS, ENOUGH_POINTS
from measures.statistics.findings import (
    Beginning,
    Findings,
    Series,
    SpecialCause,
    charted_milestones,
    line_text,
    point_words,
    waiting_words,
)


class Size(NamedTuple):
    name: str
    width: float
    plot_height: float
    font: float
    font_of_last: float
    left: float
    right: float
    #: From the plot's lower edge down to the hollow rings, the ticks, the months, the years, the end.
    rings: float
    ticks: float
    months: float
    years: float
    bottom: float
    #: Radii: of a milestone's disc, of a hollow ring; and how large points are at most.
    disc: float
    ring: float
    points: float
    #: Words at the ends of the lines and beside the brackets; where there is no room for them, the legend has them.
    has_words: bool
    has_bars: bool = False


NARROW = Size("narrow", 288, 212, 12, 14, 34, 12, 13, 27, 43, 58, 66, 8.5, 6, 0.75, has_words=False)
MIDDLE = Size("middle", 680, 310, 14, 20, 44, 20, 18, 36, 55, 72, 78, 11, 8.5, 1, has_words=True)
WIDE = Size("wide", 1120, 370, 14, 20, 52, 168, 18, 36, 55, 72, 78, 11, 8.5, 1, has_words=True, has_bars=True)
SIZES = (NARROW, MIDDLE, WIDE)

RADII = {"common": 3.6, "improvement": 6.0, "concern": 7.4, "neutral": 5.0, "waiting": 5.0}


class Layer(NamedTuple):
    """Neighbours of one kind; what has no words of its own is one path."""

    kind: str
    paint: Paint
    shapes: Sequence[Shape]

    @property
    def has_points(self) -> bool:
        return any(shape.text for shape in self.shapes)

    @property
    def d(self) -> str:
        return "".join(shape.d for shape in self.shapes)


def layers(shapes: Sequence[Shape]) -> list[Layer]:
    grouped = [list(group) for _, group in groupby(shapes, key=lambda shape: shape.kind)]
    return [Layer(group[0].kind, group[0].paint, group) for group in grouped]


@dataclass(frozen=True)
class Drawing:
    """Everything that one SVG shows, in the order in which it is painted."""

    name: str
    width: float
    height: float
    title: str
    description: str
    plot: Box
    areas: Sequence[Area] = ()
    lines: Sequence[Line] = ()
    marks: Sequence[Mark | Sign] = ()
    discs: Sequence[Mark] = ()
    rules: Sequence[Line | RuleBox] = ()
    labels: Sequence[Label] = ()

    @property
    def layers(self) -> list[Layer]:
        return layers([*self.areas, *self.lines, *self.marks, *self.discs, *self.rules])

    @property
    def width_text(self) -> str:
        return unit_text(self.width)

    @property
    def height_text(self) -> str:
        return unit_text(self.height)

    @property
    def foot_text(self) -> str:
        """Where the time axis lies: a script draws a line from a month down to it."""
        return unit_text(self.plot.bottom)


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


def value_range(findings: Findings, rows: range) -> tuple[float, float] | None:
    """The lowest and the highest of all that is drawn in these months; None where nothing is.

    Limits beyond 0, or 100%, do not stretch it: no month can go there.
    """
    series = findings.series
    values = [findings.months[row].value for row in rows] + [series.waiting_in(row) for row in rows]
    phases = [phase for phase in findings.phases if phase.start < rows.stop and rows.start < phase.stop]
    lines = [series.target, *(aim.value for aim in series.aims), *(phase.centre for phase in phases)]
    shown = [value for value in [*values, *lines] if value is not None]
    if not shown:
        return None
    low, high = min(shown), max(shown)
    floor_at = 0.0 if low >= 0 else float("-inf")
    ceiling_at = 100.0 if series.unit.startswith("%") and high <= 100 else float("inf")
    for phase in phases:
        for row in range(max(phase.start, rows.start), min(phase.stop, rows.stop)):
            lower, upper = findings.months[row].lower, findings.months[row].upper
            low = low if lower is None else min(low, max(lower, floor_at))
            high = high if upper is None else max(high, min(upper, ceiling_at))
    return low, high


def value_axis(findings: Findings) -> Axis:
    """Round ticks around all that is drawn."""
    series = findings.series
    found = value_range(findings, range(len(findings.months)))
    low, high = found or (0.0, 100.0 if series.unit.startswith("%") else 1.0)
    room, smallest_step = 0.0, 10.0**-series.decimals
    if low == high:
        room = smallest_step
    elif findings.special_causes:  # for their letters
        room = (high - low) * 0.07
    is_inside = series.unit.startswith("%") and high <= 100
    low, high = (
        (max(low - room, 0.0) if low >= 0 else low - room),
        (min(high + room, 100.0) if is_inside else high + room),
    )
    return round_axis(low, high, MOST_INTERVALS, smallest_step)


def round_axis(low: float, high: float, intervals: int, smallest: float) -> Axis:
    """Round values from below low to above high, at most so many steps or one more, none under the smallest."""
    step = round_step(max((high - low) / intervals, smallest))
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    ticks = [tick * step for tick in range(first, max(last, first + 1) + 1)]
    return Axis(ticks, max(0, -floor(log10(step) + 1e-9)))


def round_step(at_least: float) -> float:
    """1, 2 or 5 times a power of ten."""
    power = 10.0 ** floor(log10(at_least) + 1e-9)
    return next(times * power for times in (1, 2, 5, 10) if times * power >= at_least * (1 - 1e-9))


class Layout(NamedTuple):
    """Where a month and a value lie.

    months: of the series, then `needed` that limits still need. first: the row of the series that stands at the left.
    """

    size: Size
    plot: Box
    axis: Axis
    months: Sequence[date]
    needed: int = 0
    first: int = 0

    @property
    def month_width(self) -> float:
        return (self.plot.right - self.plot.left) / len(self.months)

    @property
    def end(self) -> float:
        """The right edge of the last month of the series."""
        return self.edge(self.first + len(self.months) - self.needed)

    def edge(self, row: float) -> float:
        """The left edge of a month; in between for a day within it."""
        return self.plot.left + (row - self.first) * self.month_width

    def rows(self, start: int, stop: int) -> range:
        """Those of the rows that are drawn."""
        return range(max(start, self.first), min(stop, self.first + len(self.months)))

    def middle(self, row: int) -> float:
        return self.edge(row + 0.5)

    def height(self, value: float) -> float:
        share = (value - self.axis.lowest) / (self.axis.highest - self.axis.lowest)
        return self.plot.bottom - min(max(share, 0.0), 1.0) * (self.plot.bottom - self.plot.top)

    def lowered(self, by: float) -> "Layout":
        return self._replace(plot=Box(self.plot.left, self.plot.top + by, self.plot.right, self.plot.bottom + by))

    def radius(self, kind: str) -> float:
        """Of a point: smaller where months stand close."""
        return RADII[kind] * min(self.size.points, max(0.5, self.month_width / 10))


def months_needed(findings: Findings) -> int:
    """How many more months with a number the limits of the current phase need; 0 if there are or never will be any."""
    phase = findings.phases[-1]
    if findings.series.chart == "run" or not phase.is_median or phase.centre is None:
        return 0
    return ENOUGH_POINTS - phase.numbers


def months_drawn(findings: Findings, needed: int) -> list[date]:
    months = list(findings.series.months)
    for _ in range(needed):
        months.append(next_month(months[-1]))
    return months


def between_words(findings: Findings, size: Size, axis: Axis, names: Sequence["LineName"]) -> Layout:
    """The plot at the top of the drawing, with room on the left for values and on the right for the names of lines."""
    left = max([size.left, *(text_width(number_text(tick, axis.decimals), size.font) + 14 for tick in axis.ticks)])
    ends_need = [n.width for n in names] + [text_width(line, size.font) for line in words_of_bars(findings, size)]
    right = size.width - max([size.right, *(width + NAME_INDENT + 4 for width in ends_need)])
    needed = months_needed(findings)
    return Layout(size, Box(left, 0, right, size.plot_height), axis, months_drawn(findings, needed), needed)


def draw(findings: Findings, size: Size, *, name: str, title: str, description: str) -> Drawing:
    """Lay the chart out at one width."""
    axis = value_axis(findings)
    names = line_names(findings, axis) if size.has_words else []
    flat = between_words(findings, size, axis, names)
    happened = happenings(findings, flat)
    apart = 2 * size.disc + 5
    lanes = labels.lanes([each.x for each in happened], apart)
    layout = flat.lowered(PLOT_TOP + apart * (max(lanes, default=-1) + 1))

    process = process_lines(findings, layout)
    rings, signs, points = month_parts(findings, layout)
    limits, areas = phase_parts(findings, layout)
    targets, flags, flag_labels = target_parts(findings, layout)
    ends, leaders = named_ends(findings, names, layout) if names else ([], [])

    future, needed_marks, future_labels = future_parts(findings, layout, leaders)

    flat_lines = [*limits, *targets]
    clutter = what_is_in_the_way(size, [*points, *needed_marks], process, flat_lines, happened, rings)
    flag_labels = [label for label in flag_labels if clutter.cost(label.box) < MOST_CLUTTER]
    taken = [flag_box(flag) for flag in flags]
    last = [] if size.has_words else last_value(findings, layout, clutter)
    for label in [*flag_labels, *last]:
        taken.append(label.box.grown(2))
    if any(label.box.overlaps(other.box) for label in future_labels for other in last):
        future_labels = []
    taken += [label.box for label in future_labels]
    rules, rule_labels = rule_parts(findings, layout, taken, clutter)
    boxes = [label.box.grown(2) for label in [*rule_labels, *flag_labels, *last]]
    boxes += [rule.box.grown(2) for rule in rules if isinstance(rule, RuleBox)]

    discs, happened_lines, disc_labels = happened_parts(happened, lanes, apart, layout, boxes)
    grid, tick_labels = axes(layout)
    bars, bar_labels = bar_parts(findings, layout)
    columns = [
        line for ring in rings for line in broken("gapcol", ring.x, layout.plot.top, ring.y - ring.radius, boxes)
    ]
    return Drawing(
        name=f"{name}-{size.name}",
        width=size.width,
        height=layout.plot.bottom + size.bottom,
        title=title,
        description=description,
        plot=layout.plot,
        areas=[*future, *areas, *bars],
        lines=[*grid, *columns, *limits, *targets, *flags, *happened_lines, *leaders, *process],
        # Special points on top: two neighbours may touch.
        marks=[*rings, *signs, *needed_marks, *sorted(points, key=lambda point: (point.kind != "common", point.kind))],
        discs=discs,
        rules=rules,
        labels=[*tick_labels, *disc_labels, *bar_labels, *future_labels, *ends, *flag_labels, *last, *rule_labels],
    )


def what_is_in_the_way(
    size: Size,
    points: Sequence[Mark],
    process: Sequence[Line],
    flat: Sequence[Line],
    happened: Sequence["Happening"],
    rings: Sequence[Mark],
) -> Clutter:
    """What words had better not cover, each with its cost: a place 10 units away costs about 4 (`rule_spots`)."""
    milestone = 3.0 if size.has_words else 15.0  # a letter alone can stand beside its line
    return Clutter(
        [
            *((point.x, point.y, 40.0) for point in points),
            *(sample for line in process for sample in samples(line, 14.0)),
        ],
        [(line.points[0][0], line.points[-1][0], line.points[0][1], 8.0) for line in flat],
        [
            *((each.x, 25.0 if each.is_break else milestone) for each in happened),
            *((ring.x, 3.0) for ring in rings),
        ],
    )


PLOT_TOP = 18
#: A name beside a pennant is left out where it would cover more than this: about a point.
MOST_CLUTTER = 40


def heights(plot: Box, axis: Axis, font: float, height: Callable[[float], float]) -> tuple[list[Line], list[Label]]:
    """A line across the plot for each round value, and the value to its left."""
    lines = [Line("grid", [(plot.left, height(tick)), (plot.right, height(tick))]) for tick in axis.ticks]
    written = [
        Label(
            "tick",
            plot.left - 7,
            height(tick) + font * 0.35,
            number_text(tick, axis.decimals),
            font,
            "end",
            fill=QUIET,
        )
        for tick in axis.ticks
    ]
    return lines, written


def axes(layout: Layout) -> tuple[list[Line], list[Label]]:
    size, plot = layout.size, layout.plot
    lines, written = heights(plot, layout.axis, size.font, layout.height)
    labelled = labelled_rows(layout)
    top = plot.bottom + size.ticks
    for kind, length, is_labelled in (("tick", 3, False), ("xtick", 5, True)):
        lines += [
            Line(kind, [(layout.middle(row), top), (layout.middle(row), top + length)])
            for row in range(len(layout.months))
            if (row in labelled) is is_labelled
        ]
    year_before = None
    for row in sorted(labelled):
        x, month = layout.middle(row), layout.months[row]
        written.append(
            Label("tick", x, plot.bottom + size.months, month_in_words(month)[:3], size.font, "middle", fill=QUIET)
        )
        if month.year != year_before:
            year_before = month.year
            written.append(Label("year", x, plot.bottom + size.years, str(month.year), size.font, "middle", bold=True))
    return lines, written


#: How many months may lie between two labels on the time axis; counted from April, where the year of services begins.
MONTH_STEPS = (1, 3, 6, 12, 24, 36, 60, 120)
APRIL = 4


def labelled_rows(layout: Layout) -> set[int]:
    room = text_width("2026", layout.size.font, bold=True) + 6
    step = next((step for step in MONTH_STEPS if step * layout.month_width >= room), MONTH_STEPS[-1])
    edge = room / 2 - 3
    return {
        row
        for row, month in enumerate(layout.months)
        if (month.year * 12 + month.month - APRIL) % step == 0
        and layout.middle(row) >= edge
        and layout.middle(row) <= layout.size.width - edge
    }


# Limits, averages, targets


def phase_parts(findings: Findings, layout: Layout) -> tuple[list[Line], list[Area]]:
    """Bands with their limits, as stairs where these differ from month to month, and the averages or medians."""
    lines, areas, middles = [], [], []
    for phase in findings.phases:
        rows = layout.rows(phase.start, phase.stop)
        lows = [findings.months[row].lower for row in rows]
        highs = [findings.months[row].upper for row in rows]
        inside = [low is not None and high is not None for low, high in zip(lows, highs, strict=True)]
        for start, stop in stretches(inside):
            upper = stairs(highs[start:stop], rows.start + start, layout)
            lower = stairs(lows[start:stop], rows.start + start, layout)
            areas.append(Area("band", [*upper, *reversed(lower)]))
        for limits in (highs, lows):
            drawn = [limit is not None and layout.axis.holds(limit) for limit in limits]
            for start, stop in stretches(drawn):
                lines.append(Line("limit", stairs(limits[start:stop], rows.start + start, layout)))
        if phase.centre is not None and rows:
            y = layout.height(phase.centre)
            kind = "median" if phase.is_median else "mean"
            middles.append(Line(kind, [(layout.edge(rows.start), y), (layout.edge(rows.stop), y)]))
    return [*lines, *middles], areas


def stretches(holds: Sequence[bool]) -> list[tuple[int, int]]:
    """Start and stop (not included) of each run of neighbours for which it holds."""
    found, row = [], 0
    for value, group in groupby(holds):
        length = len(list(group))
        if value:
            found.append((row, row + length))
        row += length
    return found


def stairs(limits: Sequence[float | None], first: int, layout: Layout) -> list[tuple[float, float]]:
    """One step a month; neighbours at one height are one step."""
    points: list[tuple[float, float]] = []
    for row, limit in enumerate(limits, start=first):
        edge = layout.edge(row + 1)
        if row > first and limit == limits[row - first - 1]:
            points[-1] = (edge, points[-1][1])
        else:
            y = layout.height(limit or 0.0)
            points += [(layout.edge(row), y), (edge, y)]
    return points


def target_parts(findings: Findings, layout: Layout) -> tuple[list[Line], list[Area], list[Label]]:
    """The target with its flag; the area's own aims with pennants, each from its month to the next.

    An aim that another has followed has no end of its own at the right, so its name stands by its pennant.
    """
    series, size = findings.series, layout.size
    lines, flags, written = [], [], []
    tall = 15.0 if size.has_words else 12.0
    if series.target is not None:
        y = layout.height(series.target)
        lines.append(Line("target", [(layout.plot.left, y), (layout.end, y)]))
        flags.append(target_flag(layout.plot.left + 2, y, tall))
    starts = [max(0, months_between(series.months[0], aim.month)) for aim in series.aims]
    for place, (aim, start) in enumerate(zip(series.aims, starts, strict=True)):
        stop = min([*starts[place + 1 :], len(series.months)])
        if start >= stop:
            continue
        y, x = layout.height(aim.value), layout.edge(start)
        lines.append(Line("aim", [(x, y), (layout.edge(stop), y)]))
        flag = aim_flag(x + 2, y, tall)
        if any(flag_box(flag).overlaps(flag_box(other)) for other in flags):
            flag = aim_flag(x + 18, y, tall)
        flags.append(flag)
        if size.has_words and stop < len(series.months):
            label = Label("aim", flag_box(flag).right + 4, y - 6, aim_text(aim.value, series), size.font, has_halo=True)
            if label.box.right < layout.edge(stop):
                written.append(label)
    return lines, flags, written


def target_flag(x: float, y: float, tall: float) -> Area:
    across, down = tall * 0.73, tall * 0.53
    top = y - tall
    return Area(
        "targetflag",
        [
            (x, y),
            (x, top),
            (x + across, top),
            (x + across - 3, top + down / 2),
            (x + across, top + down),
            (x, top + down),
        ],
    )


def aim_flag(x: float, y: float, tall: float) -> Area:
    """A pennant, hollow: an aim is not the target."""
    top = y - tall
    return Area("aimflag", [(x, y), (x, top), (x + tall * 0.73, top + tall * 0.27), (x, top + tall * 0.53)])


def flag_box(flag: Area) -> Box:
    across, down = [x for x, _ in flag.points], [y for _, y in flag.points]
    return Box(min(across) - 1, min(down) - 1, max(across) + 1, max(down) + 1)


def aim_text(value: float, series: Series) -> str:
    return f"Own aim {line_text(value, series)}"


def months_between(first: date, month: date) -> int:
    return (month.year - first.year) * 12 + month.month - first.month


# Months


def month_parts(findings: Findings, layout: Layout) -> tuple[list[Mark], list[Sign], list[Mark]]:
    """Rings of the months without a number with the sign of their reason, and the points: a mark for every month.

    What is sent and not yet accepted is a hollow point, beside the accepted one where there is one.
    """
    rings, points = [], []
    for row, finding in enumerate(findings.months):
        x, words = layout.middle(row), point_words(finding, findings.series)
        waiting = findings.series.waiting_in(row)
        if waiting is not None:
            hollow = waiting_words(finding, findings.series, waiting)
            own_row = row if finding.value is None else None
            points.append(Mark("waiting", x, layout.height(waiting), layout.radius("waiting"), hollow, own_row))
        if finding.value is not None:
            points.append(Mark(finding.kind, x, layout.height(finding.value), layout.radius(finding.kind), words, row))
        elif waiting is None:
            y = layout.plot.bottom + layout.size.rings
            rings.append((row, Mark("missing", x, y, ring_radius(row, findings, layout), words, row)))
    signs = [Sign(ring.x, ring.y, ring.radius, findings.months[row].reason) for row, ring in rings if ring.radius >= 5]
    return [ring for _, ring in rings], signs, points


def ring_radius(row: int, findings: Findings, layout: Layout) -> float:
    """Neighbours that have no number either share the room; who has none beside it has all of it."""
    series = findings.series
    nearest = next(
        (
            away
            for away in range(1, ceil(2 * layout.size.ring / layout.month_width) + 1)
            for other in (row - away, row + away)
            if 0 <= other < len(series.months) and series.values[other] is None and series.waiting_in(other) is None
        ),
        None,
    )
    if nearest is None:
        return layout.size.ring
    return max(1.2, min(layout.size.ring, nearest * layout.month_width / 2 - 0.5))


def breaks(findings: Findings) -> list[int]:
    """Rows at which the process line stops: what is counted, or who answers for it, is another there.

    Limits that somebody recalculated are a step, and the line goes on.
    """
    recalculated = {beginning.month for beginning in findings.series.beginnings if beginning.why == "limits"}
    return [phase.start for phase in findings.phases if findings.series.months[phase.start] not in recalculated]


def process_lines(findings: Findings, layout: Layout) -> list[Line]:
    """One line for every stretch of neighbouring months with a number; none reaches across a gap or a break."""
    found: list[list[tuple[float, float]]] = [[]]
    begins = set(breaks(findings))
    for row in layout.rows(0, len(findings.months)):
        month = findings.months[row]
        if row in begins or month.value is None:
            found.append([])
        if month.value is not None:
            found[-1].append((layout.middle(row), layout.height(month.value)))
    return [Line("line", stretch) for stretch in found if len(stretch) > 1]


def samples(line: Line, cost: float) -> Iterator[tuple[float, float, float]]:
    for (x0, y0), (x1, y1) in pairwise(line.points):
        parts = max(4, ceil((abs(x1 - x0) + abs(y1 - y0)) / 6))
        for part in range(parts):
            yield x0 + (x1 - x0) * part / parts, y0 + (y1 - y0) * part / parts, cost


def words_of_bars(findings: Findings, size: Size) -> list[str]:
    """What the bars below the plot are; nothing where there are none."""
    series = findings.series
    groups = [group for group in series.denominators if group]
    if not size.has_bars or series.chart not in ATTRIBUTE_KINDS or not groups:
        return []
    few, many = number_text(min(groups), 0), number_text(max(groups), 0)
    return ["Size of the group", f"{few} a month" if few == many else f"{few} to {many} a month"]


def bar_parts(findings: Findings, layout: Layout) -> tuple[list[Area], list[Label]]:
    """On a wide p or u chart the size of the group, which makes its limits near or far."""
    plot, size, words = layout.plot, layout.size, words_of_bars(findings, layout.size)
    if not words:
        return [], []
    foot, tall, half = plot.bottom + size.ticks, size.ticks - 10, layout.month_width * 0.32
    groups = findings.series.denominators
    most = max(group for group in groups if group)
    bars = [
        rectangle("size", layout.middle(row) - half, foot - tall * group / most, layout.middle(row) + half, foot)
        for row, group in enumerate(groups)
        if group
    ]
    x = plot.right + NAME_INDENT
    return bars, [Label("bars", x, foot - 14 + 16 * at, line, size.font, fill=QUIET) for at, line in enumerate(words)]


def future_parts(
    findings: Findings, layout: Layout, leaders: Sequence[Line]
) -> tuple[list[Area], list[Mark], list[Label]]:
    """The months that limits still need, on a quiet ground; their rings lie on the median and mean no height."""
    plot, needed = layout.plot, layout.needed
    centre = findings.phases[-1].centre
    if not needed or centre is None:
        return [], [], []
    ground = rectangle("future", layout.end, plot.top, plot.right, plot.bottom)
    radius = min(layout.size.ring * 0.75, layout.month_width / 2 - 0.5)
    first = len(findings.months)
    marks = [Mark("needed", layout.middle(first + n), layout.height(centre), radius) for n in range(needed)]
    middle = (layout.end + plot.right) / 2
    more = f"{needed} more month{'s' if needed > 1 else ''}"
    written = [
        Label("future", middle, plot.top + 24, more, layout.size.font, "middle", bold=True),
        Label("future", middle, plot.top + 42, "until limits", layout.size.font, "middle", fill=QUIET),
    ]
    room = Box(layout.end + 2, plot.top, plot.right - 2, plot.bottom)
    crossed = [y for line in leaders for _, y in line.points] + [layout.height(centre)]
    is_free = all(
        label.box.is_within(room) and not any(label.box.top - 8 <= y <= label.box.bottom + 8 for y in crossed)
        for label in written
    )
    return [ground], marks, written if is_free else []


# What happened: milestones and changes of what is counted


class Happening(NamedTuple):
    x: float
    sign: str
    text: str

    @property
    def is_break(self) -> bool:
        return not self.sign.isdigit()


SIGN_OF_BREAK = {"definition": "D", "board": "B"}


def charted_breaks(series: Series) -> list[Beginning]:
    return [
        beginning
        for beginning in series.beginnings
        if beginning.why in SIGN_OF_BREAK and beginning.month in series.months[1:]
    ]


def happenings(findings: Findings, layout: Layout) -> list[Happening]:
    series = findings.series
    found = [
        Happening(
            layout.edge(months_between(series.months[0], beginning.month)),
            SIGN_OF_BREAK[beginning.why],
            f"{month_in_words(beginning.month)}: {beginning.words}",
        )
        for beginning in charted_breaks(series)
    ]
    for milestone in charted_milestones(series):
        day = milestone.day
        row = months_between(series.months[0], day) + (day.day - 1) / last_day(day).day
        words = f"{month_in_words(day)}: {milestone.title}"
        found.append(Happening(layout.edge(row), str(milestone.number), words))
    return sorted(found, key=lambda each: each.x)


def happened_parts(
    happened: Sequence[Happening], lanes: Sequence[int], apart: float, layout: Layout, boxes: Sequence[Box]
) -> tuple[list[Mark], list[Line], list[Label]]:
    discs, lines, written = [], [], []
    size = layout.size
    font = 11 if size.disc < 10 else 14
    for each, lane in zip(happened, lanes, strict=True):
        y = 3 + size.disc + lane * apart
        discs.append(Mark("def" if each.is_break else "mile", each.x, y, size.disc, each.text))
        fill = INK if each.is_break else "#fff"
        kind = "hexletter" if each.is_break else "milenumber"
        fitting = font if len(each.sign) < 3 else font - 3
        written.append(Label(kind, each.x, y + fitting * 0.35, each.sign, fitting, "middle", bold=True, fill=fill))
        places = [each.x - 2, each.x + 2] if each.is_break else [each.x]
        for x in places:
            lines += broken("defline" if each.is_break else "mileline", x, y + size.disc, layout.plot.bottom, boxes)
    return sorted(discs, key=lambda disc: disc.kind), sorted(lines, key=lambda line: line.kind), written


def broken(kind: str, x: float, top: float, bottom: float, boxes: Sequence[Box]) -> list[Line]:
    """An upright line that leaves the boxes of words free."""
    lines, start = [], top
    for box in sorted((box for box in boxes if box.left < x < box.right), key=lambda box: box.top):
        if box.top > start:
            lines.append(Line(kind, [(x, start), (x, min(box.top, bottom))]))
        start = max(start, box.bottom)
    if start < bottom:
        lines.append(Line(kind, [(x, start), (x, bottom)]))
    return lines


# What the lines are called, at their right end

NAME_INDENT = 14
ABOVE_PLOT, BELOW_PLOT = 14, 8


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
        return self.size * 1.3 + (WIDE.font * 1.2 if self.below else 0)


def line_names(findings: Findings, axis: Axis) -> list[LineName]:
    """The latest value first: it keeps its place."""
    series, phase, latest, font = findings.series, findings.phases[-1], findings.latest, WIDE.font
    names = []
    if latest is not None and latest.value is not None:
        shown = with_sign(number_text(latest.value, series.decimals), series.unit)
        when = f"{month_in_words(latest.month)[:3]} {latest.month.year}"
        names.append(LineName(shown, latest.value, WIDE.font_of_last, True, INK, below=when))
    if phase.centre is not None:
        names.append(LineName(f"{phase.called} {line_text(phase.centre, series)}", phase.centre, font, True, TEAL))
    month = findings.months[-1]
    for called, limit in (("Upper limit", month.upper), ("Lower limit", month.lower)):
        if limit is not None and axis.holds(limit):
            names.append(LineName(f"{called} {line_text(limit, series)}", limit, font, False, QUIET))
    if series.target is not None:
        names.append(LineName(f"Target {line_text(series.target, series)}", series.target, font, True, INK))
    if series.aims and series.aims[-1].month <= series.months[-1]:
        aim = series.aims[-1]
        names.append(LineName(aim_text(aim.value, series), aim.value, font, False, INK))
    return names


def named_ends(findings: Findings, names: Sequence[LineName], layout: Layout) -> tuple[list[Label], list[Line]]:
    """Names beside the ends of their lines, moved apart where they would touch, each with a leader to its height."""
    plot = layout.plot
    # Highest first; of two at one height the latest value, which is first in `names`, stays above.
    ordered = sorted(names, key=lambda name: -name.value)
    tops = labels.cascade(
        [layout.height(name.value) - name.size * 0.65 for name in ordered],
        [name.room for name in ordered],
        ordered.index(names[0]),
        plot.top - ABOVE_PLOT,
        plot.bottom + BELOW_PLOT,
    )
    written, leaders = [], []
    for name, top in zip(ordered, tops, strict=True):
        x, y = plot.right + NAME_INDENT, layout.height(name.value)
        baseline = top + name.size
        written.append(Label("end", x, baseline, name.text, name.size, bold=name.bold, fill=name.fill))
        if name.below:
            below = baseline + name.size * BELOW_BASELINE + layout.size.font * 0.9
            written.append(Label("end", x, below, name.below, layout.size.font, fill=QUIET))
        across = [(plot.right + 1, y)] if layout.needed else []
        leaders.append(Line("leader", [(layout.end + 1, y), *across, (x - 3, baseline - name.size * 0.35)]))
    return written, leaders


def last_value(findings: Findings, layout: Layout, clutter: Clutter) -> list[Label]:
    """On a narrow screen the latest value is the only name: at the right edge, near its point, where least is drawn."""
    latest, series, size, plot = findings.latest, findings.series, layout.size, layout.plot
    if latest is None or latest.value is None:
        return []
    text = with_sign(number_text(latest.value, series.decimals), series.unit)
    right, y = size.width - 4, layout.height(latest.value)
    highest = plot.top + size.font_of_last * ABOVE_BASELINE
    lowest = plot.bottom - size.font_of_last * BELOW_BASELINE
    tries = [
        Label("last", right, highest + 4 * step, text, size.font_of_last, "end", bold=True, has_halo=True)
        for step in range(int((lowest - highest) / 4) + 1)
    ]
    return [
        min(
            tries,
            key=lambda label: clutter.cost(label.box.grown(4)) + abs((label.box.top + label.box.bottom) / 2 - y),
        )
    ]


# Rules that fired


def rule_label(cause: SpecialCause) -> str:
    """7 above the average: in words beside the letter, where there is room; the legend says it whole."""
    side, flagged = "above" if cause.is_high else "below", len(cause.rows)
    return {
        "astronomical": f"{side} the limit" if flagged == 1 else f"{flagged} {side} the limit",
        "trend": f"{cause.length} {'rising' if cause.is_high else 'falling'} months",
        "two_in_three": "2 of 3 near the limit",
        "shift": f"{cause.length} {side} the average",
        "long_run": f"{flagged} {side} the centre line",
        "few_crossings": "few crossings",
    }[cause.rule]


LETTER_BOX, LETTER_GAP = 18.0, 6.0
STEPS, STEP, OFFSETS = range(5), 11.0, range(-4, 5)


def rule_parts(
    findings: Findings, layout: Layout, taken: Sequence[Box], clutter: Clutter
) -> tuple[list[Line | RuleBox], list[Label]]:
    """A bracket over the months of each special cause, with its letter and its words.

    The shortest first, so that their letters are near their points. Where words find no room their letter stands
    alone; where that finds none, table and legend have it.
    """
    shapes: list[Line | RuleBox] = []
    written: list[Label] = []
    taken, size = [*taken], layout.size
    for cause in sorted(findings.special_causes, key=lambda cause: cause.stop - cause.start):
        words = rule_label(cause)
        letter_width = LETTER_BOX if size.has_words else text_width(cause.letter, size.font, bold=True) + 2
        height = LETTER_BOX if size.has_words else size.font + 2
        tries = [letter_width]
        if size.has_words:
            tries.insert(0, LETTER_BOX + LETTER_GAP + text_width(words, size.font, bold=True))
        for width in tries:
            spot = labels.best(rule_spots(cause, width, height, findings, layout), layout.plot, taken, clutter)
            if spot is None:
                continue
            taken += [box.grown(1) for box in spot.boxes]
            shapes.append(bracket(cause, spot, layout))
            fill, left, top = INK_OF_KIND[cause.kind], spot.words.left, spot.words.top
            if size.has_words:
                box = Box(left, top, left + LETTER_BOX, top + LETTER_BOX)
                shapes.append(RuleBox(f"rulebox-{cause.kind}", box))
                written.append(Label("letter", left + 9, top + 13.5, cause.letter, 13, "middle", bold=True, fill=fill))
            else:
                x = (left + spot.words.right) / 2
                written.append(
                    Label(
                        "letter",
                        x,
                        top + size.font * 0.92,
                        cause.letter,
                        size.font,
                        "middle",
                        True,
                        fill,
                        has_halo=True,
                    )
                )
            if width > letter_width:
                x = left + LETTER_BOX + LETTER_GAP
                written.append(Label("rule", x, top + 14, words, size.font, bold=True, fill=fill, has_halo=True))
            break
    return shapes, written


def rule_spots(cause: SpecialCause, width: float, height: float, findings: Findings, layout: Layout) -> Iterator[Spot]:
    """Above and below the months, near and far, to the left and to the right."""
    pad = min(4.0, layout.month_width / 2 - 0.5)
    left, right = layout.middle(cause.start) - pad, layout.middle(cause.stop - 1) + pad
    heights = [
        layout.height(month.value) for month in findings.months[cause.start : cause.stop] if month.value is not None
    ]
    reach = max(0.0, (width + right - left) / 2 - 10)
    for side, extreme in ((-1, min(heights)), (1, max(heights))):
        against = 0.0 if (side < 0) is cause.is_high else 10.0
        for step in STEPS:
            foot = extreme + side * (layout.radius(cause.kind) + 4)
            bar = foot + side * (5 + step * STEP)
            if cause.stop - cause.start > 1:  # a bracket moves away as it is; over one month its stroke gets longer
                foot = bar - side * 5
            edge = bar + side * 3
            top, bottom = (edge - height, edge) if side < 0 else (edge, edge + height)
            for offset in OFFSETS:
                middle = (left + right) / 2 + reach * offset / 4
                words = Box(middle - width / 2, top, middle + width / 2, bottom)
                lines = Box(left, min(foot, bar), right, max(foot, bar))
                yield Spot(words, (words, lines), against + step * STEP * 0.4 + abs(middle - (left + right) / 2) * 0.15)


def bracket(cause: SpecialCause, spot: Spot, layout: Layout) -> Line:
    """Over several months a bracket, over one a stroke that leads to its point."""
    words, lines = spot.boxes
    foot, bar = (lines.bottom, lines.top) if words.bottom <= lines.top else (lines.top, lines.bottom)
    kind = f"bracket-{cause.kind}"
    if cause.stop - cause.start == 1:
        x = layout.middle(cause.start)
        return Line(kind, [(x, foot), (x, bar)])
    return Line(kind, [(lines.left, foot), (lines.left, bar), (lines.right, bar), (lines.right, foot)])
