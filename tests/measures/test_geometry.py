"""Where things lie on a chart, part by part: what test_drawing.py says of whole charts does not find every inch."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from measures.geometry import drawing as geometry
from measures.geometry import shapes
from measures.geometry.drawing import MIDDLE, NARROW, SIZES, WIDE, Axis, Drawing, Happening, Layout, LineName
from measures.geometry.labels import Box, Clutter, Spot, text_width
from measures.geometry.shapes import INK, QUIET, TEAL, Line, Mark, RuleBox, Sign
from measures.statistics.findings import Aim, Beginning, Findings, Milestone, SpecialCause, find
from tests.measures.charted import SHIFTED, STEADY, months, series

pytestmark = pytest.mark.requirement("G4")

#: A month is 50 units wide, a value of 1 is 10 units high.
LAYOUT = Layout(WIDE, Box(100, 0, 700, 300), Axis([0, 10, 20, 30], 0), months(12))
TWELVE = [10.0, 12.0, 11.0, 13.0, 10.0, 12.0, 11.0, 13.0, 10.0, 12.0, 11.0, 13.0]


def found(values, **changes) -> Findings:
    return find(series(values, **changes))


def drawn(values, size=WIDE, **changes) -> Drawing:
    return geometry.draw(found(values, **changes), size, name="x", title="Title", description="Description")


def of_kind(parts, *kinds):
    return [part for part in parts if part.kind in kinds]


def near(number: float) -> Any:
    return pytest.approx(number)


def close(points: Sequence[tuple[float, float]]) -> Any:
    return [pytest.approx(point) for point in points]


# Layers


def test_neighbours_of_one_kind_are_one_layer_and_one_path_unless_they_have_words():
    lines = [Line("grid", [(0, 0), (1, 1)]), Line("grid", [(2, 2), (3, 3)]), Line("mean", [(4, 4), (5, 5)])]
    grid, mean, points = geometry.layers([*lines, Mark("common", 1, 1, 5, "May"), Mark("common", 2, 1, 5, "June")])
    assert (grid.kind, grid.paint, grid.d, grid.has_points) == (
        "grid",
        shapes.PAINTS["grid"],
        "M0 0L1 1M2 2L3 3",
        False,
    )
    assert (mean.kind, points.kind) == ("mean", "common")
    assert points.has_points
    assert len(points.shapes) == 2


def test_what_matters_most_is_painted_last():
    made = drawn(
        [*STEADY[:3], *SHIFTED, None, 90.0],
        target=60.0,
        aims=[Aim(date(2021, 6, 1), 58.0)],
        milestones=[Milestone(date(2021, 8, 9), 1, "Training")],
        beginnings=[Beginning(date(2021, 7, 1), "definition", "Because.")],
        reasons=["not sent"] * 27,
    )
    kinds = [layer.kind for layer in made.layers]
    order = ["band", "grid", "tick", "xtick", "gapcol", "limit", "median", "mean", "target", "aim", "targetflag"]
    order += [
        "aimflag",
        "defline",
        "mileline",
        "leader",
        "line",
        "missing",
        "reason",
        "common",
        "neutral",
        "def",
        "mile",
    ]
    order += ["bracket-neutral", "rulebox-neutral"]
    assert list(dict.fromkeys(kinds)) == order
    written = {label.kind for label in made.labels}
    assert written == {"tick", "year", "hexletter", "milenumber", "end", "letter", "rule"}
    assert (made.name, made.title, made.description) == ("x-wide", "Title", "Description")
    assert made.width_text == "1120"
    assert made.height_text == shapes.unit_text(made.height)
    assert made.foot_text == shapes.unit_text(made.plot.bottom)


@pytest.mark.parametrize(("size", "names"), [(NARROW, {"last"}), (MIDDLE, {"end"}), (WIDE, {"end"})])
def test_words_are_written_where_their_part_is_drawn(size, names):
    def written(values, **changes):
        return {label.kind for label in drawn(values, size, **changes).labels}

    assert written(STEADY) == {"tick", "year"} | names
    assert written(STEADY[:5], target=200.0) == {"tick", "year", "future"} | names
    aims = [Aim(date(2021, 5, 1), 60.0), Aim(date(2022, 3, 1), 61.0)]
    assert ("aim" in written(STEADY, aims=aims)) is size.has_words
    groups = geometry.draw(p_findings([40, 60] * 7), size, name="x", title="", description="")
    assert ("bars" in {label.kind for label in groups.labels}) is size.has_bars
    assert bool(of_kind(groups.areas, "size")) is size.has_bars


# The value axis


@pytest.mark.parametrize(
    ("at_least", "step"),
    [
        (1, 1),
        (1.1, 2),
        (2, 2),
        (2.1, 5),
        (5, 5),
        (5.1, 10),
        (10, 10),
        (0.03, 0.05),
        (0.1, 0.1),
        (1000, 1000),
        (0.2 + 1e-12, 0.2),
        (1 - 1e-12, 1),
    ],
)
def test_a_step_is_1_2_or_5_times_a_power_of_ten(at_least, step):
    assert geometry.round_step(at_least) == pytest.approx(step)


@pytest.mark.parametrize(
    ("low", "high", "smallest", "ticks", "decimals"),
    [
        (0, 100, 0.1, [0, 20, 40, 60, 80, 100], 0),
        (3.2, 4.6, 0.1, [3.2, 3.4, 3.6, 3.8, 4.0, 4.2, 4.4, 4.6], 1),
        (5, 5, 1, [5, 6], 0),
        (-7, 12, 1, [-10, -5, 0, 5, 10, 15], 0),
        (1, 2, 0.01, [1, 1.2, 1.4, 1.6, 1.8, 2], 1),
        (0.1, 0.3, 0.01, [0.1, 0.15, 0.2, 0.25, 0.3], 2),
        (0, 3, 1, [0, 1, 2, 3], 0),
        (0, 7, 1, [0, 1, 2, 3, 4, 5, 6, 7], 0),
        (0, 1000, 1, [0, 200, 400, 600, 800, 1000], 0),
    ],
)
def test_an_axis_has_round_values_around_what_is_drawn(low, high, smallest, ticks, decimals):
    axis = geometry.round_axis(low, high, 7, smallest)
    assert axis.ticks == pytest.approx(ticks)
    assert axis.decimals == decimals
    assert (axis.lowest, axis.highest) == pytest.approx((ticks[0], ticks[-1]))
    assert axis.holds(axis.lowest)
    assert axis.holds(axis.highest)
    assert not axis.holds(axis.lowest - 0.001)
    assert not axis.holds(axis.highest + 0.001)


@pytest.mark.parametrize(
    ("values", "changes", "lowest_and_highest"),
    [
        ([50.0, 60.0], {}, (50, 60)),
        ([50.0, 60.0], {"target": 80.0}, (50, 80)),
        ([50.0, 60.0], {"target": 20.0}, (20, 60)),
        ([50.0, 60.0], {"aims": [Aim(date(2021, 4, 1), 90.0)]}, (50, 90)),
        ([50.0, None], {"waiting": [None, 70.0]}, (50, 70)),
        ([None], {"target": 7.0}, (7, 7)),
        ([None], {}, None),
        ([-5.0, 3.0], {"unit": "points"}, (-5, 3)),
    ],
)
def test_the_axis_holds_everything_that_is_drawn(values, changes, lowest_and_highest):
    assert geometry.value_range(found(values, **changes), range(len(values))) == lowest_and_highest


def test_the_range_of_some_months_knows_only_their_limits():
    two = found([*STEADY, *[value - 40 for value in STEADY]], beginnings=[Beginning(months(15)[14], "limits", "")])
    early, late = two.phases
    assert geometry.value_range(two, range(14)) == (early.lower, early.upper)
    assert geometry.value_range(two, range(14, 28)) == (late.lower, late.upper)
    assert geometry.value_range(two, range(13, 15)) == (late.lower, early.upper)
    assert geometry.value_range(two, range(28)) == (late.lower, early.upper)
    assert geometry.value_range(found([50.0, 60.0]), range(1)) == (50, 55)  # the median of both
    groups = p_findings([400] * 7 + [100] * 7)
    assert geometry.value_range(groups, range(7)) == pytest.approx((42.5, 57.5))
    assert geometry.value_range(groups, range(7, 14)) == pytest.approx((35, 65))
    turned = p_findings([100] * 7 + [400] * 7)
    assert geometry.value_range(turned, range(7, 14)) == pytest.approx((42.5, 57.5))


@pytest.mark.parametrize(
    ("values", "unit", "edge"),
    [
        ([97.0, 100.0, 95.0, 99.0, 92.0, 100.0, 96.0] * 2, "%", (None, 100)),
        ([97.0, 100.0, 95.0, 99.0, 92.0, 100.0, 96.0] * 2, "% of visits", (None, 100)),
        ([97.0, 100.0, 95.0, 99.0, 92.0, 100.0, 96.0] * 2, "people", (None, None)),
        ([97.0, 101.0, 95.0, 99.0, 92.0, 101.0, 96.0] * 2, "%", (None, None)),
        ([3.0, 0.0, 5.0, 1.0, 8.0, 0.0, 4.0] * 2, "people", (0, None)),
        ([3.0, 2.0, 5.0, 1.0, 8.0, 2.0, 4.0] * 2, "people", (0, None)),
        ([3.0, -0.5, 5.0, 1.0, 8.0, 0.0, 4.0] * 2, "points", (None, None)),
    ],
)
def test_limits_where_no_month_can_go_do_not_stretch_the_axis(values, unit, edge):
    findings = found(values, unit=unit)
    (phase,) = findings.phases
    lowest, highest = (phase.lower if edge[0] is None else edge[0], phase.upper if edge[1] is None else edge[1])
    assert geometry.value_range(findings, range(14)) == (lowest, highest)


@pytest.mark.parametrize(
    ("values", "changes", "ticks"),
    [
        ([54.0], {}, [53.9, 54.0, 54.1]),
        ([54.0], {"decimals": 0}, [53, 54, 55]),
        ([0.0], {}, [0, 0.1]),
        ([100.0], {}, [99.9, 100]),
        ([100.0], {"unit": "people"}, [99.9, 100, 100.1]),
        ([100.5], {}, [100.4, 100.5, 100.6]),
        ([104.0], {}, [103.9, 104, 104.1]),
        ([-5.0], {"unit": "points", "decimals": 0}, [-6, -5, -4]),
        ([None], {}, [0, 20, 40, 60, 80, 100]),
        ([None], {"unit": "people"}, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (STEADY, {}, [40, 45, 50, 55, 60, 65, 70]),
        # From 46.8 to 66.5, with room for a letter: 7% above and below.
        (SHIFTED, {}, [45, 50, 55, 60, 65, 70]),
    ],
)
def test_the_axis_of_a_chart(values, changes, ticks):
    assert geometry.value_axis(found(values, **changes)).ticks == pytest.approx(ticks)


def test_letters_get_room_above_and_below():
    findings = found([*SHIFTED, *[None] * 3], target=70.0)
    plain = found(STEADY, target=45.0, aims=[Aim(date(2021, 4, 1), 70.0)])
    assert findings.special_causes
    assert not plain.special_causes
    assert geometry.value_axis(findings).highest == 75
    assert geometry.value_axis(plain).highest == 70


# Months and values


def test_a_month_and_a_value_have_their_place():
    assert LAYOUT.month_width == 50
    assert (LAYOUT.edge(0), LAYOUT.middle(0), LAYOUT.edge(12), LAYOUT.end) == (100, 125, 700, 700)
    assert [LAYOUT.height(value) for value in (-5, 0, 10, 30, 99)] == [300, 300, 200, 0, 0]
    assert LAYOUT._replace(needed=4).end == 500
    later = LAYOUT._replace(first=6)
    assert (later.edge(6), later.middle(6), later.end) == (100, 125, 700)
    assert (later.rows(0, 40), later.rows(8, 10), LAYOUT.rows(0, 40)) == (range(6, 18), range(8, 10), range(12))
    assert LAYOUT.lowered(20).plot == Box(100, 20, 700, 320)
    above = LAYOUT._replace(axis=Axis([10, 20], 0))
    assert [above.height(value) for value in (10, 15, 20)] == [300, 150, 0]


@pytest.mark.parametrize(("month_width", "share"), [(50, 1), (10, 1), (7, 0.7), (5, 0.5), (3, 0.5)])
def test_points_are_smaller_where_months_stand_close(month_width, share):
    layout = LAYOUT._replace(plot=Box(0, 0, 12 * month_width, 300))
    assert layout.radius("common") == pytest.approx(3.6 * share)
    assert [layout.radius(kind) for kind in ("improvement", "concern", "neutral", "waiting")] == pytest.approx(
        [6 * share, 7.4 * share, 5 * share, 5 * share]
    )
    assert layout._replace(size=NARROW).radius("common") == pytest.approx(3.6 * min(share, 0.75))


@pytest.mark.requirement("G2")
@pytest.mark.parametrize(
    ("values", "changes", "needed"),
    [
        (STEADY[:9], {}, 4),
        (STEADY[:13], {}, 0),
        ([*STEADY[:9], None, None], {}, 4),
        (STEADY[:9], {"chart": "run"}, 0),
        ([None] * 3, {}, 0),
        ([*STEADY, 55.0, 54.0], {"beginnings": [Beginning(months(15)[14], "limits", "")]}, 11),
    ],
)
def test_how_many_months_limits_still_need(values, changes, needed):
    findings = found(values, **changes)
    assert geometry.months_needed(findings) == needed
    assert geometry.months_drawn(findings, needed) == months(len(values) + needed)


@pytest.mark.parametrize(
    ("size", "left", "right", "height"), [(NARROW, 34, 276, 212), (MIDDLE, 44, 517.1, 310), (WIDE, 52, 952, 370)]
)
def test_the_plot_leaves_room_for_values_and_names(size, left, right, height):
    made = drawn(STEADY, size)
    assert made.plot == pytest.approx((left, 18, right, 18 + height))
    assert made.height == made.plot.bottom + size.bottom
    values, names = of_kind(made.labels, "tick"), of_kind(made.labels, "end")
    assert min(label.box.left for label in values) >= 0
    assert max([0, *(label.box.right for label in names)]) <= size.width - 4


@pytest.mark.parametrize(
    ("size", "ring", "rings", "ticks", "months_at", "years", "bottom", "disc"),
    [
        (NARROW, 6, 13, 27, 43, 58, 66, 8.5),
        (MIDDLE, 8.5, 18, 36, 55, 72, 78, 11),
        (WIDE, 8.5, 18, 36, 55, 72, 78, 11),
    ],
)
def test_below_the_plot_lie_rings_ticks_months_and_years(size, ring, rings, ticks, months_at, years, bottom, disc):
    made = drawn([*STEADY, None], size, milestones=[Milestone(date(2021, 8, 9), 1, "Training")])
    assert made.name == f"x-{size.name}"
    foot = made.plot.bottom
    assert [(mark.y - foot, mark.radius) for mark in made.marks if mark.kind == "missing"] == [(rings, ring)]
    assert {line.points[0][1] - foot for line in of_kind(made.lines, "tick", "xtick")} == {ticks}
    assert {label.y - foot for label in of_kind(made.labels, "year")} == {years}
    assert {label.y - foot for label in of_kind(made.labels, "tick") if label.text[0] in "AJO"} == {months_at}
    assert made.height - foot == bottom
    assert [mark.radius for mark in made.discs] == [disc]


def test_long_values_and_names_move_the_edges_of_the_plot():
    findings = found([10_000_000.0, 12_000_000.0], unit="visits", decimals=0)
    axis = geometry.value_axis(findings)
    names = geometry.line_names(findings, axis)
    plot = geometry.between_words(findings, MIDDLE, axis, names).plot
    assert plot.left == pytest.approx(text_width("12,000,000", 14) + 14)
    assert plot.right == pytest.approx(680 - max(name.width for name in names) - 18)
    assert (plot.top, plot.bottom) == (0, 310)


# The axes


def test_round_values_stand_to_the_left_of_their_lines():
    lines, written = geometry.heights(LAYOUT.plot, LAYOUT.axis, 14, LAYOUT.height)
    assert [line.points for line in lines] == [[(100, y), (700, y)] for y in (300, 200, 100, 0)]
    assert {line.kind for line in lines} == {"grid"}
    assert [label.text for label in written] == ["0", "10", "20", "30"]
    assert [label.y for label in written] == pytest.approx([304.9, 204.9, 104.9, 4.9])
    assert {(label.kind, label.x, label.size, label.anchor, label.fill) for label in written} == {
        ("tick", 93, 14, "end", QUIET)
    }


def test_months_and_years_stand_below_their_ticks():
    lines, written = geometry.axes(LAYOUT)
    ticks, labelled = of_kind(lines, "tick"), of_kind(lines, "xtick")
    assert not ticks  # there is room for every name
    assert [line.points for line in labelled] == [[(125 + 50 * n, 336), (125 + 50 * n, 341)] for n in range(12)]
    named = [label for label in written if label.y == 355]
    assert [label.text for label in named] == [
        "Apr",
        "May",
        "Jun",
        "Jul",
        "Aug",
        "Sep",
        "Oct",
        "Nov",
        "Dec",
        "Jan",
        "Feb",
        "Mar",
    ]
    assert [label.x for label in named] == [125 + 50 * n for n in range(12)]
    assert {(label.kind, label.size, label.anchor, label.fill) for label in named} == {("tick", 14, "middle", QUIET)}
    years = of_kind(written, "year")
    assert [(label.text, label.x, label.y) for label in years] == [("2021", 125, 372), ("2022", 575, 372)]
    assert {(label.size, label.anchor, label.bold) for label in years} == {(14, "middle", True)}


@pytest.mark.parametrize(
    ("how_many", "first", "rows"),
    [
        (13, date(2021, 4, 1), range(13)),  # a month is 46.2 wide, the room of a year and 6
        (14, date(2021, 4, 1), range(0, 14, 3)),
        (24, date(2021, 4, 1), range(0, 24, 3)),
        (24, date(2021, 3, 1), range(1, 24, 3)),
        (60, date(2021, 4, 1), range(0, 60, 6)),
        (60, date(2021, 6, 1), range(4, 60, 6)),
        (120, date(2021, 4, 1), range(0, 120, 12)),
        (300, date(2021, 4, 1), range(12, 300, 24)),
    ],
)
def test_months_are_named_as_often_as_there_is_room_counted_from_april(how_many, first, rows):
    layout = LAYOUT._replace(months=months(how_many, first))
    assert geometry.labelled_rows(layout) == set(rows)


def test_months_without_a_name_have_a_shorter_tick():
    lines, _ = geometry.axes(LAYOUT._replace(months=months(24)))
    ticks, labelled = of_kind(lines, "tick"), of_kind(lines, "xtick")
    assert [len(ticks), len(labelled)] == [16, 8]
    assert ticks[0].points == [(137.5, 336), (137.5, 339)]


def test_no_name_of_a_month_leaves_the_drawing():
    close_to_the_left = LAYOUT._replace(plot=Box(-10, 0, 590, 300))
    assert geometry.labelled_rows(close_to_the_left) == {*range(1, 12)}
    close_to_the_right = LAYOUT._replace(plot=Box(530, 0, 1130, 300))
    assert geometry.labelled_rows(close_to_the_right) == {*range(11)}


# Limits, averages, targets


@pytest.mark.requirement("G2")
def test_limits_and_average_lie_at_their_values_over_their_months():
    findings = found(STEADY)
    layout = LAYOUT._replace(months=months(14), axis=geometry.value_axis(findings))
    lines, (band,) = geometry.phase_parts(findings, layout)
    upper, lower, mean = (layout.height(value) for value in (65.19208791208791, 43.09362637362638, 54.142857142857146))
    assert [(line.kind, line.points) for line in lines] == [
        ("limit", close([(100, upper), (700, upper)])),
        ("limit", close([(100, lower), (700, lower)])),
        ("mean", close([(100, mean), (700, mean)])),
    ]
    assert (band.kind, band.points) == ("band", close([(100, upper), (700, upper), (700, lower), (100, lower)]))


@pytest.mark.requirement("G2")
def test_each_phase_has_its_own_lines():
    findings = found([*STEADY, 70.0, 71.0], beginnings=[Beginning(months(15)[14], "limits", "")])
    layout = LAYOUT._replace(months=months(16), axis=Axis([40, 80], 0), plot=Box(0, 0, 160, 300))
    lines, areas = geometry.phase_parts(findings, layout)
    assert [(line.kind, line.points[0][0], line.points[-1][0]) for line in lines] == [
        ("limit", 0, 140),
        ("limit", 0, 140),
        ("mean", 0, 140),
        ("median", 140, 160),
    ]
    assert [max(x for x, _ in area.points) for area in areas] == [140]
    later = layout._replace(months=months(16)[10:], first=10, plot=Box(0, 0, 60, 300))
    assert [(line.points[0][0], line.points[-1][0]) for line in geometry.phase_parts(findings, later)[0]] == [
        (0, 40),
        (0, 40),
        (0, 40),
        (40, 60),
    ]


@pytest.mark.requirement("G2")
def test_limits_that_differ_begin_again_after_a_month_without_a_number():
    findings = p_findings([40, 60, None, 80, 44, 90, 61, None, 70, 40, 52, 66, 71, 48, 59])
    layout = LAYOUT._replace(months=months(15), plot=Box(0, 0, 150, 300), axis=Axis([0, 100], 0))
    lines, areas = geometry.phase_parts(findings, layout)
    spans = [(0, 20), (30, 70), (80, 150)]
    assert [(line.points[0][0], line.points[-1][0]) for line in of_kind(lines, "limit")] == spans * 2
    assert [(min(x for x, _ in area.points), max(x for x, _ in area.points)) for area in areas] == spans
    upper = of_kind(lines, "limit")[1]
    assert upper.points[0][1] == layout.height(findings.months[3].upper or 0.0)


def test_neighbours_that_hold_are_a_stretch():
    assert geometry.stretches([]) == []
    assert geometry.stretches([False, True, True, False, True]) == [(1, 3), (4, 5)]
    assert geometry.stretches([True, False]) == [(0, 1)]


def test_stairs_have_one_step_for_neighbours_at_one_height():
    assert geometry.stairs([10, 10, 20], 2, LAYOUT) == [(200, 200), (300, 200), (300, 100), (350, 100)]
    assert geometry.stairs([10, 20, 20], 0, LAYOUT) == [(100, 200), (150, 200), (150, 100), (250, 100)]
    assert geometry.stairs([0.0], 0, LAYOUT) == [(100, 300), (150, 300)]


@pytest.mark.requirement("G1")
@pytest.mark.parametrize(("size", "tall"), [(WIDE, 15), (MIDDLE, 15), (NARROW, 12)])
def test_the_target_has_its_line_and_its_flag(size, tall):
    lines, flags, written = geometry.target_parts(found(TWELVE, target=20.0), LAYOUT._replace(size=size, needed=2))
    assert [(line.kind, line.points) for line in lines] == [("target", [(100, 100), (600, 100)])]
    assert flags == [geometry.target_flag(102, 100, tall)]
    assert not written


@pytest.mark.requirement("G1")
def test_an_aim_reaches_from_its_month_to_the_next_with_its_pennant_and_the_earlier_with_its_name():
    aims = [Aim(date(2021, 5, 1), 10.0), Aim(date(2021, 11, 1), 20.0)]
    lines, flags, (name,) = geometry.target_parts(found(TWELVE, aims=aims), LAYOUT)
    assert [(line.kind, line.points) for line in lines] == [
        ("aim", [(150, 200), (450, 200)]),
        ("aim", [(450, 100), (700, 100)]),
    ]
    assert flags == [geometry.aim_flag(152, 200, 15), geometry.aim_flag(452, 100, 15)]
    assert (name.kind, name.text, name.y, name.size, name.has_halo) == ("aim", "Own aim 10%", 194, 14, True)
    assert name.x == pytest.approx(152 + 15 * 0.73 + 1 + 4)
    assert not geometry.target_parts(found(TWELVE, aims=aims), LAYOUT._replace(size=NARROW))[2]


@pytest.mark.requirement("G1")
def test_an_aim_from_before_the_chart_begins_with_it_and_one_that_never_held_is_not_drawn():
    aims = [Aim(date(2020, 5, 1), 10.0), Aim(date(2020, 11, 1), 20.0)]
    lines, flags, written = geometry.target_parts(found(TWELVE, aims=aims), LAYOUT)
    assert [line.points for line in lines] == [[(100, 100), (700, 100)]]
    assert len(flags) == 1
    assert not written
    later = [Aim(date(2021, 6, 1), 10.0), Aim(date(2031, 1, 1), 20.0)]
    lines, flags, written = geometry.target_parts(found(TWELVE, aims=later), LAYOUT)
    assert [line.points for line in lines] == [[(200, 200), (700, 200)]]
    assert not written


@pytest.mark.requirement("G1")
def test_the_name_of_an_aim_is_left_out_where_it_would_reach_beyond_its_months():
    for month, is_named in ((6, False), (8, True)):
        aims = [Aim(date(2021, 5, 1), 10.0), Aim(date(2021, month, 1), 20.0)]
        assert bool(geometry.target_parts(found(TWELVE, aims=aims), LAYOUT)[2]) is is_named


@pytest.mark.requirement("G1")
def test_a_pennant_makes_way_for_the_flag_of_the_target():
    aims = [Aim(date(2021, 4, 1), 20.0), Aim(date(2021, 10, 1), 20.0)]
    _, flags, (name,) = geometry.target_parts(found(TWELVE, target=20.0, aims=aims), LAYOUT)
    assert flags == [
        geometry.target_flag(102, 100, 15),
        geometry.aim_flag(118, 100, 15),
        geometry.aim_flag(402, 100, 15),
    ]
    assert name.box.left > 118


def test_flags_stand_on_their_line():
    assert geometry.target_flag(0, 0, 100).points == close(
        [(0, 0), (0, -100), (73, -100), (70, -73.5), (73, -47), (0, -47)]
    )
    assert geometry.aim_flag(0, 0, 100).points == close([(0, 0), (0, -100), (73, -73), (0, -47)])
    assert geometry.target_flag(0, 0, 9).kind == "targetflag"
    assert geometry.aim_flag(0, 0, 9).kind == "aimflag"
    assert geometry.flag_box(geometry.aim_flag(0, 0, 100)) == pytest.approx((-1, -101, 74, 1))


@pytest.mark.parametrize(
    ("month", "between"),
    [(date(2021, 4, 30), 0), (date(2021, 5, 1), 1), (date(2022, 3, 1), 11), (date(2020, 4, 1), -12)],
)
def test_months_between_two_dates(month, between):
    assert geometry.months_between(date(2021, 4, 1), month) == between


# Months


@pytest.mark.requirement("G3")
def test_every_month_has_a_mark_in_its_place():
    values = [10.0, None, 12.0, None, *TWELVE[4:]]
    waiting = [None, None, 20.0, 15.0, *[None] * 8]
    findings = found(values, waiting=waiting, reasons=["not sent"] * 12)
    (ring,), (sign,), points = geometry.month_parts(findings, LAYOUT)
    assert (ring.kind, ring.x, ring.y, ring.radius, ring.row) == ("missing", 175, 318, 8.5, 1)
    assert (sign.x, sign.y, sign.radius, sign.reason) == (175, 318, 8.5, "not sent")
    assert [(point.kind, point.x, point.y, point.row) for point in points[:4]] == [
        ("common", 125, 200, 0),
        ("waiting", 225, 100, None),
        ("common", 225, 180, 2),
        ("waiting", 275, 150, 3),
    ]
    assert [point.radius for point in points[:2]] == [3.6, 5.0]


@pytest.mark.requirement("G3")
@pytest.mark.parametrize(
    ("values", "waiting", "month_width", "radius"),
    [
        ([None, 1.0, 1.0, 1.0], [], 10, 8.5),  # nobody beside it
        ([None, None, 1.0, 1.0], [], 10, 4.5),
        ([None, 1.0, None, 1.0], [], 10, 8.5),
        ([None, 1.0, None, 1.0], [], 8, 7.5),
        ([None, 1.0, 1.0, None], [], 5, 7.0),
        ([None, 1.0, 1.0, None], [], 5.8, 8.2),
        ([None, 1.0, 1.0, None], [], 6, 8.5),
        ([None, None, 1.0, 1.0], [None, 7.0, None, None], 10, 8.5),
        ([None, None, 1.0, 1.0], [], 2, 1.2),
        ([None, None, 1.0, 1.0], [], 50, 8.5),
    ],
)
def test_months_without_a_number_share_the_room_for_their_rings(values, waiting, month_width, radius):
    layout = LAYOUT._replace(plot=Box(0, 0, 4 * month_width, 300), months=months(4))
    assert geometry.ring_radius(0, found(values, waiting=waiting), layout) == pytest.approx(radius)
    backwards = found(values[::-1], waiting=waiting[::-1])
    assert geometry.ring_radius(3, backwards, layout) == pytest.approx(radius)


def test_a_sign_needs_a_ring_that_can_hold_it():
    findings = found([None, None, 1.0, 1.0])
    for month_width, signs in ((11, 2), (10.9, 0)):
        layout = LAYOUT._replace(plot=Box(0, 0, 4 * month_width, 300), months=months(4))
        assert len(geometry.month_parts(findings, layout)[1]) == signs


@pytest.mark.requirement("G3")
def test_the_line_goes_from_month_to_month_and_never_over_one_without_a_number():
    lines = geometry.process_lines(found([10.0, 20.0, None, 10.0, 30.0, 0.0, *[None] * 5, 5.0]), LAYOUT)
    assert [(line.kind, line.points) for line in lines] == [
        ("line", [(125, 200), (175, 100)]),
        ("line", [(275, 200), (325, 0), (375, 300)]),
    ]


def test_words_know_where_a_line_runs():
    falling = [*geometry.samples(Line("line", [(0, 30), (3, 0)]), 14.0)]
    assert falling == [pytest.approx((part / 2, 30 - 5 * part, 14)) for part in range(6)]
    points = list(geometry.samples(Line("line", [(0, 0), (30, 6), (42, 6)]), 14.0))
    assert points == [
        *[pytest.approx((5 * part, part, 14)) for part in range(6)],
        *[pytest.approx((30 + 3 * part, 6, 14)) for part in range(4)],
    ]


# The size of the group


def p_findings(sizes) -> Findings:
    tops = [None if size is None else size // 2 for size in sizes]
    values = [None if size is None else 100 * (size // 2) / size for size in sizes]
    counts = {"numerators": tops, "denominators": sizes, "multiplier": 100, "kind": "proportion"}
    return found(values, chart="p", **counts)


@pytest.mark.requirement("G2")
def test_bars_below_a_wide_chart_are_as_tall_as_the_group():
    findings = p_findings([40, 80, None, 60, 40, 40, 40, 40, 40, 40, 40, 1200])
    bars, (first, second) = geometry.bar_parts(findings, LAYOUT)
    assert len(bars) == 11
    assert bars[0].points == close([(109, 336 - 26 / 30), (141, 336 - 26 / 30), (141, 336), (109, 336)])
    assert bars[-1].points == close([(659, 310), (691, 310), (691, 336), (659, 336)])
    assert bars[2].points[0][0] == near(259)
    assert {bar.kind for bar in bars} == {"size"}
    assert (first.kind, first.text, first.x, first.y, first.size) == ("bars", "Size of the group", 714, 322, 14)
    assert (second.text, second.x, second.y, second.fill) == ("40 to 1,200 a month", 714, 338, QUIET)
    assert geometry.bar_parts(findings, LAYOUT._replace(size=MIDDLE)) == ([], [])
    assert geometry.words_of_bars(p_findings([40] * 12), WIDE)[1] == "40 a month"
    assert geometry.words_of_bars(p_findings([None] * 12), WIDE) == []
    assert geometry.words_of_bars(found(TWELVE), WIDE) == []


# Months that limits still need


@pytest.mark.requirement("G2")
@pytest.mark.parametrize(
    ("needed", "says"), [(1, ["1 more month", "until limits"]), (6, ["6 more months", "until limits"])]
)
def test_needed_months_stand_on_a_quiet_ground_with_rings_on_the_median(needed, says):
    layout = Layout(WIDE, Box(100, 0, 700, 300), Axis([0, 10, 20, 30], 0), months(13), needed)
    findings = found(([5.0, 7.0, 9.0] * 5)[: 13 - needed])
    (ground,), marks, written = geometry.future_parts(findings, layout, [])
    assert geometry.months_needed(findings) == needed
    width = 600 / 13
    end = 700 - needed * width
    assert ground.points == close([(end, 0), (700, 0), (700, 300), (end, 300)])
    y = layout.height(findings.phases[-1].centre or 0.0)
    assert [(mark.kind, mark.x, mark.y) for mark in marks] == [
        ("needed", near(end + (n + 0.5) * width), y) for n in range(needed)
    ]
    assert {mark.radius for mark in marks} == {8.5 * 0.75}
    if needed == 1:  # no room for words
        assert not written
        return
    assert [label.text for label in written] == says
    assert [(label.x, label.y, label.bold) for label in written] == [
        (near((end + 700) / 2), 24, True),
        (near((end + 700) / 2), 42, False),
    ]
    assert {(label.kind, label.anchor, label.size) for label in written} == {("future", "middle", 14)}
    assert [label.fill for label in written] == [INK, QUIET]


@pytest.mark.requirement("G2")
def test_one_more_month_is_one_month():
    layout = Layout(WIDE, Box(100, 0, 2700, 300), Axis([0, 30], 0), months(13), 1)
    (ground,), _, written = geometry.future_parts(found([5.0, 7.0, 9.0] * 4), layout, [])
    assert (ground.kind, [label.text for label in written]) == ("future", ["1 more month", "until limits"])
    tight = text_width("1 more month", 14, bold=True) + 4
    for width, has_words in ((tight + 0.1, True), (tight - 0.1, False)):
        narrower = layout._replace(plot=Box(100, 0, 100 + 13 * width, 300))
        assert bool(geometry.future_parts(found([5.0, 7.0, 9.0] * 4), narrower, [])[2]) is has_words


def test_words_about_needed_months_are_left_out_where_something_crosses_them():
    findings = found(([5.0, 7.0, 9.0] * 3)[:7])
    layout = Layout(WIDE, Box(100, 0, 700, 300), Axis([0, 10, 20, 30], 0), months(13), 6)

    def words(*heights, where=layout):
        return geometry.future_parts(findings, where, [Line("leader", [(0, y), (9, y)]) for y in heights])[2]

    top, bottom = 24 - 14 * 0.85, 42 + 14 * 0.25
    assert words()
    assert words(top - 8.1, bottom + 8.1)
    assert not words(top - 7.9)
    assert not words(bottom + 7.9)
    assert not words(200, 30)
    assert not words(where=layout._replace(axis=Axis([0, 8], 0)))  # the median itself
    assert geometry.future_parts(findings, layout._replace(needed=0), []) == ([], [], [])
    small = layout._replace(plot=Box(100, 0, 165, 300))
    assert geometry.future_parts(findings, small, [])[1][0].radius == near(2.0)


# What happened


@pytest.mark.requirement("G5")
def test_what_happened_lies_at_its_day():
    findings = found(
        TWELVE,
        milestones=[
            Milestone(date(2021, 6, 16), 2, "Second"),
            Milestone(date(2021, 5, 1), 1, "First"),
            Milestone(date(2020, 5, 1), 9, "Before"),
        ],
        beginnings=[
            Beginning(date(2021, 4, 1), "definition", "With the chart."),
            Beginning(date(2021, 6, 1), "definition", "Counted anew."),
            Beginning(date(2021, 8, 1), "board", "Another board."),
            Beginning(date(2021, 10, 1), "limits", "Recalculated."),
        ],
    )
    happened = geometry.happenings(findings, LAYOUT)
    assert happened == [
        (150, "1", "May 2021: First"),
        (200, "D", "June 2021: Counted anew."),
        (225, "2", "June 2021: Second"),
        (300, "B", "August 2021: Another board."),
    ]
    assert [each.is_break for each in happened] == [False, True, False, True]
    second = found(TWELVE, beginnings=[Beginning(date(2021, 5, 1), "definition", "Counted anew.")])
    assert geometry.happenings(second, LAYOUT) == [(150, "D", "May 2021: Counted anew.")]


@pytest.mark.requirement("G5")
def test_discs_stand_in_their_lanes_over_lines_down_to_the_foot():
    happened = [Happening(150, "7", "Seven"), Happening(160, "D", "Anew"), Happening(300, "112", "Many")]
    discs, lines, written = geometry.happened_parts(happened, [0, 1, 0], 27, LAYOUT.lowered(72), [])
    assert [(disc.kind, disc.x, disc.y, disc.radius, disc.text) for disc in discs] == [
        ("def", 160, 41, 11, "Anew"),
        ("mile", 150, 14, 11, "Seven"),
        ("mile", 300, 14, 11, "Many"),
    ]
    assert [(line.kind, line.points) for line in lines] == [
        ("defline", [(158, 52), (158, 372)]),
        ("defline", [(162, 52), (162, 372)]),
        ("mileline", [(150, 25), (150, 372)]),
        ("mileline", [(300, 25), (300, 372)]),
    ]
    assert [(label.kind, label.text, label.x, label.y, label.size, label.fill) for label in written] == [
        ("milenumber", "7", 150, near(18.9), 14, "#fff"),
        ("hexletter", "D", 160, near(45.9), 14, INK),
        ("milenumber", "112", 300, near(17.85), 11, "#fff"),
    ]
    assert {(label.anchor, label.bold) for label in written} == {("middle", True)}
    narrow = geometry.happened_parts(happened[:1], [0], 22, LAYOUT._replace(size=NARROW), [])
    assert (narrow[0][0].radius, narrow[2][0].size) == (8.5, 11)
    broken = geometry.happened_parts(happened[:1], [0], 27, LAYOUT, [Box(100, 100, 200, 120)])
    assert len(broken[1]) == 2


@pytest.mark.parametrize(
    ("boxes", "pieces"),
    [
        ([], [(0, 100)]),
        ([Box(5, -5, 30, 30)], [(30, 100)]),
        ([Box(5, 0, 30, 30)], [(30, 100)]),
        ([Box(5, 70, 30, 100)], [(0, 70)]),
        ([Box(5, 70, 30, 130)], [(0, 70)]),
        ([Box(5, 120, 30, 130)], [(0, 100)]),
        ([Box(5, 60, 30, 70), Box(5, 20, 30, 30)], [(0, 20), (30, 60), (70, 100)]),
        ([Box(5, 20, 30, 90), Box(5, 30, 30, 40)], [(0, 20), (90, 100)]),
        ([Box(10, 20, 30, 30), Box(5, 20, 10, 30)], [(0, 100)]),
    ],
)
def test_an_upright_line_is_broken_by_what_it_crosses(boxes, pieces):
    lines = geometry.broken("mileline", 10, 0, 100, boxes)
    assert [line.points for line in lines] == [[(10, top), (10, bottom)] for top, bottom in pieces]


# Names at the ends of lines


def test_lines_are_named_with_the_latest_value_first():
    findings = found(STEADY, target=60.0, aims=[Aim(date(2021, 5, 1), 50.0), Aim(date(2021, 7, 1), 62.0)])
    names = geometry.line_names(findings, geometry.value_axis(findings))
    assert [(name.text, name.size, name.bold, name.fill, name.below) for name in names] == [
        ("52.0%", 20, True, INK, "May 2022"),
        ("Average 54.1%", 14, True, TEAL, ""),
        ("Upper limit 65.2%", 14, False, QUIET, ""),
        ("Lower limit 43.1%", 14, False, QUIET, ""),
        ("Target 60%", 14, True, INK, ""),
        ("Own aim 62%", 14, False, INK, ""),
    ]
    assert [name.value for name in names] == pytest.approx([52, 54.142857, 65.192088, 43.093626, 60, 62])
    assert [name.text for name in geometry.line_names(findings, Axis([45, 60], 0))][2] == "Target 60%"
    assert not geometry.line_names(found([None]), Axis([0, 1], 0))
    later = found(STEADY, aims=[Aim(date(2022, 5, 1), 50.0)])
    assert geometry.line_names(later, geometry.value_axis(later))[-1].text == "Own aim 50%"
    too_late = found(STEADY, aims=[Aim(date(2022, 6, 1), 50.0)])
    assert geometry.line_names(too_late, geometry.value_axis(too_late))[-1].text == "Lower limit 43.1%"


def test_a_name_takes_the_room_of_its_lines():
    one, two = (LineName("Target", 1, 20, True, INK, below=below) for below in ("", "September 2022"))
    assert one.width == text_width("Target", 20, bold=True)
    assert two.width == text_width("September 2022", 14)
    assert (one.room, two.room) == (26, near(42.8))


def test_a_name_stands_at_its_line_with_a_thin_line_to_it():
    names = [LineName("12", 10, 20, True, INK, below="May"), LineName("Upper", 20, 14, False, QUIET)]
    written, leaders = geometry.named_ends(found(TWELVE), names, LAYOUT)
    upper, latest, month = written
    assert (upper.text, upper.x, upper.y, upper.size, upper.bold, upper.fill) == (
        "Upper",
        714,
        near(104.9),
        14,
        False,
        QUIET,
    )
    assert (latest.text, latest.x, latest.y, latest.bold, latest.fill) == ("12", 714, 207, True, INK)
    assert (month.text, month.x, month.y, month.size, month.fill) == ("May", 714, near(224.6), 14, QUIET)
    assert {label.kind for label in written} == {"end"}
    assert [line.points for line in leaders] == [
        close([(701, 100), (711, 100)]),
        close([(701, 200), (711, 200)]),
    ]
    needed = geometry.named_ends(found(TWELVE), names[:1], LAYOUT._replace(needed=2))[1]
    assert [line.points for line in needed] == [close([(601, 200), (701, 200), (711, 200)])]


def test_names_at_one_height_make_way_for_the_latest_value_which_stays_above():
    names = [
        LineName("12", 10, 20, True, INK),
        LineName("Average", 10, 14, True, TEAL),
        LineName("Up", 11, 14, False, INK),
    ]
    written, leaders = geometry.named_ends(found(TWELVE), names, LAYOUT)
    assert [label.text for label in written] == ["Up", "12", "Average"]
    assert [label.y for label in written] == pytest.approx([207 - 20 - 18.2 + 14, 207, 187 + 26 + 14])
    assert [line.points[0][1] for line in leaders] == [190, 200, 200]


def test_names_stay_beside_the_plot():
    names = [LineName(str(n), 30, 14, False, INK) for n in range(3)]
    written, _ = geometry.named_ends(found(TWELVE), names, LAYOUT)
    assert [label.y for label in written] == pytest.approx([-9.1 + 14, -9.1 + 18.2 + 14, -9.1 + 36.4 + 14])
    low = [LineName(str(n), 0, 14, False, INK) for n in range(3)]
    written, _ = geometry.named_ends(found(TWELVE), low, LAYOUT)
    assert [label.y for label in written] == pytest.approx([308 - 18.2 * left + 14 for left in (3, 2, 1)])


@pytest.mark.parametrize(
    ("value", "clutter", "middle"), [(15, [], 150), (15, [(150, 60)], 120), (29, [], 17), (0, [], 289), (30, [], 8)]
)
def test_on_a_narrow_chart_the_latest_value_stands_at_the_right_near_its_point(value, clutter, middle):
    findings = found([float(value)])
    layout = Layout(NARROW, Box(34, 0, 276, 300), Axis([0, 10, 20, 30], 0), months(1))
    in_the_way = Clutter([], [(0, 288, y, cost) for y, cost in clutter], [])
    (label,) = geometry.last_value(findings, layout, in_the_way)
    assert (label.kind, label.text, label.x, label.size) == ("last", f"{value}.0%", 284, 14)
    assert (label.anchor, label.bold, label.has_halo) == ("end", True, True)
    assert label.box.top >= 0
    assert label.box.bottom <= 300
    if value in (0, 30):  # at the edge of the plot, and not beyond
        assert min(label.box.top, 300 - label.box.bottom) < 4
    if clutter:
        assert not label.box.grown(4).overlaps(Box(0, 149.9, 288, 150.1))
        assert abs((label.box.top + label.box.bottom) / 2 - 150) < 18
    else:
        assert abs((label.box.top + label.box.bottom) / 2 - middle) <= 10
    assert geometry.last_value(found([None]), layout, in_the_way) == []


# Rules that fired


def cause(rule="shift", *, is_high=True, start=4, stop=8, kind="improvement", rows=None) -> SpecialCause:
    flagged, all_months = [*range(start, stop)] if rows is None else rows, months(stop)
    return SpecialCause("a", kind, rule, is_high, start, stop, flagged, all_months[start], all_months[-1])


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (cause("astronomical", stop=5), "above the limit"),
        (cause("astronomical", stop=5, is_high=False), "below the limit"),
        (cause("astronomical", stop=6), "2 above the limit"),
        (cause("astronomical", stop=6, is_high=False), "2 below the limit"),
        (cause("trend"), "4 rising months"),
        (cause("trend", is_high=False), "4 falling months"),
        (cause("two_in_three", rows=[4, 6]), "2 of 3 near the limit"),
        (cause("shift"), "4 above the average"),
        (cause("shift", is_high=False), "4 below the average"),
    ],
)
def test_a_rule_in_words(given, says):
    assert geometry.rule_label(given) == says


def test_words_of_a_rule_are_tried_above_and_below_its_months_near_and_far():
    spots = list(geometry.rule_spots(cause(), 40, 18, found(TWELVE), LAYOUT))
    assert len(spots) == 2 * 5 * 9
    assert {spot.boxes[0] for spot in spots} == {spot.words for spot in spots}
    left, right = 325 - 4, 475 + 4
    near_above, near_below = spots[4], spots[49]
    bar = 170 - 10 - 5
    assert near_above.boxes[1] == pytest.approx((left, bar, right, bar + 5))
    assert near_above.words == pytest.approx((380, bar - 3 - 18, 420, bar - 3))
    assert near_above.cost == 0
    low = 200 + 10 + 5
    assert near_below.boxes[1] == pytest.approx((left, low - 5, right, low))
    assert near_below.words == pytest.approx((380, low + 3, 420, low + 21))
    assert near_below.cost == 10
    reach = (40 + right - left) / 2 - 10
    assert [spot.words.left for spot in spots[:9]] == pytest.approx([380 + reach * n / 4 for n in range(-4, 5)])
    assert [spot.cost for spot in spots[:9]] == pytest.approx([abs(reach * n / 4) * 0.15 for n in range(-4, 5)])
    assert [spot.words.bottom for spot in spots[4:45:9]] == pytest.approx([bar - 3 - 11 * step for step in range(5)])
    assert [spot.cost for spot in spots[4:45:9]] == pytest.approx([4.4 * step for step in range(5)])
    assert spots[40].boxes[1].bottom == pytest.approx(bar - 44 + 5)  # a bracket moves away as it is
    below = [spot.cost for spot in geometry.rule_spots(cause(is_high=False), 40, 18, found(TWELVE), LAYOUT)]
    assert (below[4], below[49]) == (10, 0)


def test_the_stroke_over_one_month_gets_longer():
    spots = list(geometry.rule_spots(cause(stop=5), 40, 18, found(TWELVE), LAYOUT))
    foot = 200 - 10
    assert [spot.boxes[1].bottom for spot in spots[4:45:9]] == pytest.approx([foot] * 5)
    assert [spot.boxes[1].top for spot in spots[4:45:9]] == pytest.approx([foot - 5 - 11 * step for step in range(5)])
    two = list(geometry.rule_spots(cause(stop=6), 40, 18, found(TWELVE), LAYOUT))
    assert len({spot.boxes[1].bottom for spot in two[4:45:9]}) == 5  # and a bracket over two months moves
    close_months = LAYOUT._replace(plot=Box(100, 0, 160, 300))
    box = next(geometry.rule_spots(cause(stop=5), 40, 18, found(TWELVE), close_months)).boxes[1]
    assert (box.left, box.right) == pytest.approx((122.5 - 2, 122.5 + 2))


def test_a_bracket_opens_towards_its_months():
    lines = Box(100, 50, 200, 55)
    above, below = Box(120, 29, 160, 47), Box(120, 58, 160, 76)
    over = geometry.bracket(cause(), Spot(above, (above, lines), 0), LAYOUT)
    assert (over.kind, over.points) == ("bracket-improvement", [(100, 55), (100, 50), (200, 50), (200, 55)])
    under = geometry.bracket(cause(), Spot(below, (below, lines), 0), LAYOUT)
    assert under.points == [(100, 50), (100, 55), (200, 55), (200, 50)]
    stroke = geometry.bracket(cause(stop=5, kind="concern"), Spot(above, (above, lines), 0), LAYOUT)
    assert (stroke.kind, stroke.points) == ("bracket-concern", [(325, 55), (325, 50)])
    touching = Box(120, 30, 160, 50)
    assert geometry.bracket(cause(), Spot(touching, (touching, lines), 0), LAYOUT).points[0] == (100, 55)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.name)
def test_a_letter_stands_in_its_box_with_its_words_beside_it(size):
    findings = found(SHIFTED, improvement_direction="increase")
    layout = LAYOUT._replace(size=size, months=months(22), axis=geometry.value_axis(findings))
    parts, written = geometry.rule_parts(findings, layout, [], Clutter([], [], []))
    fill = shapes.INK_OF_KIND["improvement"]
    letter = written[0]
    assert (letter.kind, letter.text, letter.anchor, letter.bold, letter.fill) == ("letter", "a", "middle", True, fill)
    near_points = layout.height(63) - layout.radius("improvement") - 4 - 5 - 3
    if not size.has_words:
        assert len(parts) == len(written) == 1
        assert letter.y == pytest.approx(near_points - 14 + 12 * 0.92)
        middle = (layout.middle(14) + layout.middle(21)) / 2
        assert (letter.x, letter.size, letter.has_halo) == (near(middle), 12, True)
        return
    frame = next(part for part in parts if isinstance(part, RuleBox))
    assert (frame.kind, frame.box.right - frame.box.left) == ("rulebox-improvement", near(18))
    assert frame.box.bottom - frame.box.top == near(18)
    assert (letter.x, letter.y, letter.size) == pytest.approx((frame.box.left + 9, frame.box.top + 13.5, 13))
    assert not letter.has_halo
    (_, words) = written
    width = 18 + 6 + text_width("8 above the average", 14, bold=True)
    assert frame.box.left == pytest.approx((layout.middle(14) + layout.middle(21)) / 2 - width / 2)
    assert frame.box.bottom == pytest.approx(near_points)
    assert (words.kind, words.text, words.size, words.bold, words.fill, words.has_halo) == (
        "rule",
        "8 above the average",
        14,
        True,
        fill,
        True,
    )
    assert (words.x, words.y) == pytest.approx((frame.box.left + 24, frame.box.top + 14))


def test_a_letter_stands_alone_where_words_find_no_room_and_is_left_out_where_it_finds_none():
    findings = found(SHIFTED)
    layout = LAYOUT._replace(months=months(22), axis=geometry.value_axis(findings))
    parts, written = geometry.rule_parts(findings, layout, [Box(0, 0, 1120, 300)], Clutter([], [], []))
    assert (parts, written) == ([], [])
    single = found([*STEADY, 90.0])
    narrow = LAYOUT._replace(months=months(15), axis=geometry.value_axis(single))
    x = narrow.middle(14)
    walls = [Box(0, 0, x - 30, 300), Box(x + 15, 0, 1120, 300)]
    parts, written = geometry.rule_parts(single, narrow, walls, Clutter([], [], []))
    assert [label.kind for label in written] == ["letter"]
    assert [part.kind for part in parts] == ["bracket-neutral", "rulebox-neutral"]


def test_the_shortest_rule_has_the_first_choice():
    findings = found([*SHIFTED, 61.0, 90.0])
    layout = LAYOUT._replace(months=months(24), axis=geometry.value_axis(findings))
    _, written = geometry.rule_parts(findings, layout, [], Clutter([], [], []))
    lengths = {each.letter: each.stop - each.start for each in findings.special_causes}
    letters = [label.text for label in written if label.kind == "letter"]
    assert len(letters) > 1
    assert [lengths[letter] for letter in letters] == sorted(lengths[letter] for letter in letters)


# What is in the way of words


def test_points_cost_words_most_then_lines_then_what_happened():
    happened = [Happening(300, "1", ""), Happening(400, "D", "")]
    flat, ring = [Line("mean", [(100, 200), (700, 200)])], Mark("missing", 500, 318, 8)
    process = [Line("line", [(100, 100), (160, 100)])]

    def cost(size, *box):
        given = geometry.what_is_in_the_way(size, [Mark("common", 150, 50, 4)], process, flat, happened, [ring])
        return given.cost(Box(*box))

    assert cost(WIDE, 145, 45, 155, 55) == 40
    assert cost(WIDE, 104, 95, 108, 105) == 14
    assert cost(WIDE, 200, 190, 220, 210) == 8
    assert [cost(WIDE, x - 5, 20, x + 5, 30) for x in (300, 400, 500, 600)] == [3, 25, 3, 0]
    assert [cost(NARROW, x - 5, 20, x + 5, 30) for x in (300, 400, 500, 600)] == [15, 25, 3, 0]


def test_words_of_a_rule_keep_off_the_line_of_the_target():
    made = drawn(SHIFTED, target=64.5)
    (words,) = of_kind(made.labels, "rule")
    (target,) = of_kind(made.lines, "target")
    assert not words.box.top <= target.points[0][1] <= words.box.bottom


@pytest.mark.requirement("G3")
def test_the_column_over_a_month_without_a_number_ends_at_its_ring():
    made = drawn([*STEADY[:6], None, *STEADY[7:]], reasons=["not sent"] * 14)
    (ring,) = [mark for mark in made.marks if mark.kind == "missing"]
    (column,) = of_kind(made.lines, "gapcol")
    assert column.points == [(ring.x, made.plot.top), (ring.x, ring.y - ring.radius)]
    assert next(mark for mark in made.marks if isinstance(mark, Sign)).x == ring.x


@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.name)
def test_discs_above_the_plot_push_it_down_lane_by_lane(size):
    apart = 2 * size.disc + 5
    for days, lanes in (([], 0), ([1], 1), ([1, 2], 2), ([1, 2, 3], 3)):
        milestones = [Milestone(date(2021, 8, day), day, "Training") for day in days]
        made = drawn(STEADY, size, milestones=milestones)
        assert made.plot.top == 18 + apart * lanes
        assert sorted(disc.y for disc in made.discs) == [3 + size.disc + apart * lane for lane in range(lanes)]


def test_special_points_lie_on_top_of_usual_ones():
    made = drawn([*STEADY, 90.0, 10.0, *STEADY], improvement_direction="increase")
    kinds = [mark.kind for mark in made.marks]
    assert kinds == sorted(kinds, key=lambda kind: (kind != "common", kind))
    assert {"common", "concern", "improvement"} == set(kinds)
