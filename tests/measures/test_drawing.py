"""The geometry of the charts: what is drawn, where words find room, and what a template makes of it."""

import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.charts import Chart, chart
from measures.geometry import drawing as geometry
from measures.geometry import labels, shapes
from measures.geometry.drawing import MIDDLE, NARROW, SIZES, WIDE, Drawing
from measures.geometry.labels import Box
from measures.geometry.shapes import Line, RuleBox, Sign
from measures.models import NoDataReason
from measures.reporting_calendar import month_in_words
from measures.series import NOBODY
from measures.statistics.findings import Aim, Beginning, Milestone
from measures.team_charts.chart_svg import svg
from tests.measures.charted import SHIFTED, STEADY, any_series, like_a_measure, months, series

ROOT = Path(__file__).resolve().parents[2]
SVG = "{http://www.w3.org/2000/svg}"


def drawings(made: Chart) -> list[Drawing]:
    return [made.narrow, made.middle, made.wide]


def begins(row: int, why: str, words: str = "Because.") -> Beginning:
    return Beginning(months(row + 1)[row], why, words)


def lines_of(drawing: Drawing, *kinds: str):
    return [line for line in drawing.lines if line.kind in kinds]


def points_of(drawing: Drawing):
    return [mark for mark in drawing.marks if not isinstance(mark, Sign)]


def everything_drawn(drawing: Drawing):
    for line in [*drawing.areas, *drawing.lines, *drawing.rules]:
        yield from [line.box[:2], line.box[2:]] if isinstance(line, RuleBox) else line.points
    for mark in [*drawing.marks, *drawing.discs]:
        yield from [(mark.x - mark.radius, mark.y - mark.radius), (mark.x + mark.radius, mark.y + mark.radius)]
    for label in drawing.labels:
        yield from [label.box[:2], label.box[2:]]


@pytest.mark.requirement("G4")
@settings(deadline=None, max_examples=60)
@given(any_series())
def test_nothing_leaves_the_frame(given_series):
    for drawing in drawings(chart(given_series)):
        for x, y in everything_drawn(drawing):
            assert 0 <= x <= drawing.width
            assert 0 <= y <= drawing.height


@pytest.mark.requirement("G4")
@settings(deadline=None, max_examples=60)
@given(any_series())
def test_no_two_labels_overlap(given_series):
    for drawing in drawings(chart(given_series)):
        frames = [rule.box for rule in drawing.rules if isinstance(rule, RuleBox)]
        words = [label.box for label in drawing.labels if label.kind != "letter" or not frames]
        for one, other in combinations([*words, *frames], 2):
            assert not one.overlaps(other), (one, other)
        over_lines = [label.box for label in drawing.labels if label.kind in ("aim", "last", "letter", "rule")]
        for line in lines_of(drawing, "gapcol", "mileline", "defline"):
            (x, top), (_, bottom) = line.points
            assert not any(box.overlaps(Box(x, top, x, bottom)) for box in [*over_lines, *frames])
        for disc, another in combinations(drawing.discs, 2):
            assert (disc.x - another.x) ** 2 + (disc.y - another.y) ** 2 >= (2 * disc.radius) ** 2
        assert {label.size >= 11 for label in drawing.labels} == {True}


@pytest.mark.requirement("G4")
def test_words_hide_few_months_and_few_limits():
    """Where a chart is full, something is covered. Each share would be half as large again if words did not look."""
    covered, words = {"months": 0, "limits": 0}, 0
    for seed in range(60):
        for drawing in drawings(chart(series(like_a_measure(seed, 24 + seed % 25, 100, 1)))):
            frames = [rule.box for rule in drawing.rules if isinstance(rule, RuleBox)]
            alone = [label.box for label in drawing.labels if label.kind == "letter" and not frames]
            boxes = [*frames, *alone, *(label.box for label in drawing.labels if label.kind in ("rule", "last"))]
            words += len(boxes)
            points = [Box(mark.x, mark.y, mark.x, mark.y) for mark in points_of(drawing)]
            limits = [Box(*line.points[0], *line.points[-1]) for line in lines_of(drawing, "limit", "limits")]
            covered["months"] += sum(box.overlaps(point) for box in boxes for point in points)
            covered["limits"] += sum(box.overlaps(limit) for box in boxes for limit in limits)
    assert words > 1_000
    assert covered["months"] < 0.026 * words, (covered, words)
    assert covered["limits"] < 0.05 * words, (covered, words)


@pytest.mark.requirement("G3")
@settings(deadline=None, max_examples=60)
@given(any_series())
def test_every_month_has_one_mark_and_one_row(given_series):
    made = chart(given_series)
    rows = [row for section in made.sections for row in section.rows]
    assert [row.month for row in rows] == [month_in_words(month) for month in given_series.months]
    for drawing in drawings(made):
        marks = sorted((mark for mark in points_of(drawing) if mark.row is not None), key=lambda mark: mark.x)
        assert [mark.row for mark in marks] == list(range(len(rows)))
        assert [mark.kind for mark in marks] == [row.kind for row in rows]
        assert [mark.kind == "missing" for mark in marks] == [value is None for value in given_series.values]
        for mark, row in zip(marks, rows, strict=True):
            assert mark.text.startswith(f"{row.month}: ")
            assert mark.text.lower().endswith(row.says.lower())
            assert row.kind == "missing" or row.value in mark.text


@settings(deadline=None, max_examples=60)
@given(any_series())
def test_heights_follow_the_values(given_series):
    for drawing in drawings(chart(given_series)):
        marks = {mark.row: mark for mark in points_of(drawing) if mark.row is not None and mark.kind != "missing"}
        assert list(given_series.values).count(None) == len(given_series.values) - len(marks)
        for a, b in combinations(list(marks)[:12], 2):
            value_a, value_b = given_series.values[a], given_series.values[b]
            assert value_a is not None
            assert value_b is not None
            assert value_a >= value_b or marks[a].y >= marks[b].y
            assert drawing.plot.top <= marks[a].y <= drawing.plot.bottom


@pytest.mark.requirement("G4")
@settings(deadline=None, max_examples=60)
@given(any_series())
def test_what_finds_no_room_on_the_drawing_is_said_below_it(given_series):
    made = chart(given_series)
    letters = {note.sign: note for note in made.letters}
    assert list(letters) == [cause.letter for cause in made.findings.special_causes]
    happened = [note.sign for note in made.happened]
    for drawing in drawings(made):
        assert {label.text for label in drawing.labels if label.kind == "letter"} <= set(letters)
        for label in drawing.labels:
            if label.kind == "rule":
                assert any(note.heading.endswith(f": {label.text}") for note in letters.values())
        assert sorted(label.text for label in drawing.labels if label.kind in ("milenumber", "hexletter")) == sorted(
            sign for sign in happened if sign
        )
    gaps = " ".join(f"{gap.months}: {gap.reason}" for gap in made.gaps).lower()
    for finding in made.findings.months:
        assert finding.kind != "missing" or finding.reason.lower() in gaps


@pytest.mark.requirement("G4")
@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.name)
def test_a_shift_has_its_bracket_over_its_months(size):
    made = chart(series(SHIFTED, improvement_direction="increase"))
    drawing = made.drawing(size)
    (cause,) = made.findings.special_causes
    (bracket,) = [rule for rule in drawing.rules if isinstance(rule, Line)]
    assert bracket.kind == "bracket-improvement"
    flagged = [mark.x for mark in points_of(drawing) if mark.row in cause.rows]
    assert min(x for x, _ in bracket.points) <= min(flagged)
    assert max(x for x, _ in bracket.points) >= max(flagged)
    assert [label.text for label in drawing.labels if label.kind == "letter"] == ["a"]
    said = [label.text for label in drawing.labels if label.kind == "rule"]
    assert said == (["8 above the average"] if size.has_words else [])
    assert made.letters[0].heading == "Improvement: 8 above the average"
    assert made.letters[0].words == "June 2022 to January 2023, all above the average of 56.6%."


@pytest.mark.requirement("G3")
@pytest.mark.requirement("E7")
def test_what_is_sent_and_not_accepted_is_hollow_and_read_by_no_rule():
    waiting = [*[None] * 13, 20.0, 99.0]
    with_it = chart(series([*STEADY, None], waiting=waiting, reasons=[""] * 14 + ["not accepted yet"]))
    without = chart(series([*STEADY, None]))
    assert with_it.sentence == without.sentence
    assert with_it.findings.phases == without.findings.phases
    assert not with_it.gaps
    for drawing in drawings(with_it):
        hollow = [mark for mark in points_of(drawing) if mark.kind == "waiting"]
        assert [mark.text for mark in hollow] == [
            "May 2022: 20.0%, sent, not yet accepted",
            "June 2022: 99.0%, sent, not yet accepted",
        ]
        assert not any(mark.kind == "missing" for mark in drawing.marks)
        corrected = next(mark for mark in points_of(drawing) if mark.kind != "waiting" and mark.x == hollow[0].x)
        assert corrected.y < hollow[0].y  # the accepted 52 stays where it is, above the 20 that waits
        assert all(drawing.plot.top <= mark.y <= drawing.plot.bottom for mark in hollow)
        line = [point for line in lines_of(drawing, "line") for point in line.points]
        assert not any((mark.x, mark.y) in line for mark in hollow)
    rows = with_it.sections[-1].rows
    assert (rows[13].value, rows[13].says) == ("52.0%", "Usual. Sent again as 20.0%, not yet accepted")
    assert (rows[14].value, rows[14].says, rows[14].kind) == ("99.0%", "Sent, not yet accepted", "waiting")
    assert [entry.words for entry in with_it.key][-1] == "Sent, not yet accepted"


def test_a_measure_of_which_nothing_is_accepted_yet_shows_what_waits():
    made = chart(series([None, None], waiting=[50.0, 54.0]))
    assert made.sentence == "There are no numbers to show yet."
    assert [row.value for section in made.sections for row in section.rows] == ["50.0%", "54.0%"]


@pytest.mark.requirement("G3")
@pytest.mark.parametrize(
    ("why", "sign", "stretches"), [("definition", "D", [6, 7, 14]), ("board", "B", [6, 7, 14]), ("limits", "", [6, 21])]
)
def test_the_line_stops_at_a_gap_and_where_something_else_is_counted(why, sign, stretches):
    values: list[float | None] = [*STEADY[:6], None, *STEADY[7:], *SHIFTED[:14]]
    made = chart(series(values, beginnings=[begins(14, why)], reasons=["system down or changed"] * 28))
    for drawing in drawings(made):
        assert [len(line.points) for line in lines_of(drawing, "line")] == stretches
        assert len(lines_of(drawing, "mean")) == 2
        assert len(lines_of(drawing, "defline")) == (2 if sign else 0)
        assert [label.text for label in drawing.labels if label.kind == "hexletter"] == ([sign] if sign else [])
        (ring,) = [mark for mark in points_of(drawing) if mark.kind == "missing"]
        assert ring.y > drawing.plot.bottom  # never a height
        assert ring.text == "October 2021: no number: system down or changed"
        (reason,) = [mark for mark in drawing.marks if isinstance(mark, Sign)]
        assert (reason.x, reason.y) == (ring.x, ring.y)
    assert [section.words.split(":")[0] for section in made.sections] == ["From April 2021", "From June 2022"]
    (note,) = made.happened
    assert (note.sign, note.words) == (sign, "Because.")
    assert note.heading.endswith(", June 2022")


@pytest.mark.requirement("G5")
def test_limits_recalculated_at_a_milestone_are_said_with_it():
    milestone = Milestone(date(2022, 6, 20), 1, "Crisis team trained.")
    made = chart(series([*STEADY, *STEADY], milestones=[milestone], beginnings=[begins(14, "limits", "Recalculated.")]))
    assert [(note.kind, note.words) for note in made.happened] == [("mile", "Crisis team trained. Recalculated.")]
    for drawing in drawings(made):
        (one, other) = lines_of(drawing, "mean")
        assert one.points[-1][0] == other.points[0][0]  # a step


@pytest.mark.requirement("G3")
@settings(deadline=None, max_examples=60)
@given(st.integers(0, len(SHIFTED) - 1))
def test_taking_a_value_out_and_putting_it_back_gives_the_same_chart(row):
    with_gap: list[float | None] = [*SHIFTED]
    with_gap[row] = None
    chart(series(with_gap))
    with_gap[row] = SHIFTED[row]
    assert chart(series(with_gap)) == chart(series(SHIFTED))


@pytest.mark.requirement("G2")
def test_thirteen_months_with_a_number_make_limits_and_twelve_a_median():
    few, enough = chart(series([*STEADY[:12], None])), chart(series([*STEADY[:12], None, 54.0]))
    assert "too few months for limits" in few.caption
    assert lines_of(few.wide, "median")
    assert not lines_of(few.wide, "mean", "limit")
    assert not [area for area in few.wide.areas if area.kind == "band"]
    assert len(lines_of(enough.wide, "mean")) == 1
    assert len(lines_of(enough.wide, "limit")) == 2
    assert [area.kind for area in enough.wide.areas] == ["band"]


@pytest.mark.requirement("G2")
@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.name)
def test_months_that_limits_still_need_are_hollow_on_a_quiet_ground(size):
    drawing = chart(series(STEADY[:9])).drawing(size)
    needed = [mark for mark in points_of(drawing) if mark.kind == "needed"]
    assert len(needed) == 4
    (ground,) = [area for area in drawing.areas if area.kind == "future"]
    assert all(min(x for x, _ in ground.points) < mark.x < max(x for x, _ in ground.points) for mark in needed)
    assert {mark.row for mark in needed} == {None}
    assert not [mark for mark in chart(series(STEADY)).drawing(size).marks if mark.kind == "needed"]


def test_a_new_phase_starts_with_a_median():
    made = chart(series([*STEADY, 70.0, 71.0], beginnings=[begins(14, "limits")]))
    assert {line.kind for line in made.narrow.lines} >= {"mean", "limit", "median"}
    assert made.sentence == (
        "Since limits were recalculated in June 2022, 2 months have a number: the median only, too early to say."
    )


def test_limits_where_no_month_can_go_are_not_drawn():
    made = chart(series([0.0, 6.0, 0.0, 5.0, 1.0, 7.0, 0.0, 6.0, 1.0, 5.0, 0.0, 6.0, 0.0], unit="people", decimals=0))
    ticks = [label.text for label in made.wide.labels if label.kind == "tick"]
    assert "0" in ticks
    assert not any(text.startswith("-") for text in ticks)
    assert len(lines_of(made.wide, "limit")) == 1
    assert "lower limit below 0" in made.sections[0].words


@pytest.mark.requirement("G4")
@settings(deadline=None, max_examples=60)
@given(any_series())
def test_the_key_has_every_sign_that_is_drawn(given_series):
    made = chart(given_series)
    explained = {sign.kind for entry in made.key for sign in entry.signs}
    kinds = {"mean", "median", "band", "target", "aim", "common", "improvement", "concern", "neutral", "missing"}
    kinds |= {"needed", "waiting"}
    for drawing in drawings(made):
        drawn = {shape.kind for layer in drawing.layers for shape in layer.shapes}
        assert drawn & kinds <= explained


def test_months_in_a_row_are_said_as_a_span():
    made = chart(series([*STEADY, *STEADY, 64.0, 55.0, 64.0, 90.0, 91.0, 92.0], improvement_direction="increase"))
    said = [note.words for note in made.letters]
    assert any(words.startswith("November 2023 to January 2024 are above the upper limit of") for words in said), said


SIZES_OF_GROUPS = [40, 60, 44, 70, 52, 48, 66, 41, 58, 63, 47, 55, 69, 50]


def p_chart(gap: int | None = None) -> Chart:
    tops = [size // 2 for size in SIZES_OF_GROUPS]

    def without_gap(values):
        return [None if row == gap else value for row, value in enumerate(values)]

    return chart(
        series(
            without_gap([100 * top / size for top, size in zip(tops, SIZES_OF_GROUPS, strict=True)]),
            numerators=without_gap(tops),
            denominators=without_gap(SIZES_OF_GROUPS),
            multiplier=100,
            kind="proportion",
            chart="p",
        )
    )


@pytest.mark.requirement("G2")
def test_limits_that_follow_the_size_of_the_group_are_stairs_over_its_bars():
    made = p_chart()
    for drawing in drawings(made):
        upper, lower = lines_of(drawing, "limit")
        for stairs in (upper, lower):
            assert len({y for _, y in stairs.points}) > 10
            assert all(
                x0 == x1 or y0 == y1 for (x0, y0), (x1, y1) in zip(stairs.points, stairs.points[1:], strict=False)
            )
    bars = [area for area in made.wide.areas if area.kind == "size"]
    assert len(bars) == len(SIZES_OF_GROUPS)
    tall = [max(y for _, y in bar.points) - min(y for _, y in bar.points) for bar in bars]
    assert [round(height / max(tall), 6) for height in tall] == [round(n / 70, 6) for n in SIZES_OF_GROUPS]
    assert "40 to 70 a month" in [label.text for label in made.wide.labels]
    assert not [area for area in [*made.middle.areas, *made.narrow.areas] if area.kind == "size"]
    assert made.has_groups


def test_stairs_stop_at_a_month_without_a_number():
    for drawing in drawings(p_chart(gap=13)):
        upper, _ = lines_of(drawing, "limit")
        last = max(mark.x for mark in points_of(drawing) if mark.kind == "common")
        assert last < max(x for x, _ in upper.points) < drawing.plot.right


@pytest.mark.requirement("G1")
def test_an_own_aim_is_drawn_as_the_areas_own_from_its_month_to_the_next():
    made = chart(series(SHIFTED, target=70.0, aims=[Aim(date(2021, 4, 1), 50.0), Aim(date(2022, 4, 1), 60.0)]))
    for drawing in drawings(made):
        first, second = lines_of(drawing, "aim")
        assert first.points[-1][0] == second.points[0][0]
        assert second.points[-1][0] == pytest.approx(drawing.plot.right)
        assert len(lines_of(drawing, "aimflag")) == 2
        assert shapes.PAINTS["aim"].dash != shapes.PAINTS["target"].dash
    assert [entry.words for entry in made.key][2:5] == [
        "Target 70%",
        "This area’s own aim from April 2021: 50%",
        "This area’s own aim from April 2022: 60%",
    ]
    assert {"Target 70%", "Own aim 60%"} <= {label.text for label in made.wide.labels}


@pytest.mark.parametrize("values", [[None], [None] * 20, [0.0], [54.0], [54.0] * 20, [100.0] * 14, [0.0] * 14])
def test_few_or_equal_numbers_still_make_a_chart(values):
    made = chart(series(values, target=50.0))
    assert made.sentence
    assert len([mark for mark in points_of(made.narrow) if mark.row is not None]) == len(values)


@pytest.mark.requirement("G4")
def test_milestones_are_numbered_on_the_chart_and_named_below_it():
    milestones = [
        Milestone(date(2022, 1, 1), 2, "Crisis team trained"),
        Milestone(date(2021, 12, 15), 1, "Template for the plan"),
        Milestone(date(2019, 1, 1), 9, "Before this chart"),
    ]
    made = chart(series(SHIFTED, milestones=milestones))
    assert [(note.sign, note.heading, note.words) for note in made.happened] == [
        ("1", "December 2021", "Template for the plan"),
        ("2", "January 2022", "Crisis team trained"),
    ]
    for drawing in drawings(made):
        assert [label.text for label in drawing.labels if label.kind == "milenumber"] == ["1", "2"]
        assert len(drawing.discs) == 2


@pytest.mark.requirement("G3")
def test_months_without_a_number_in_a_row_share_the_room_for_their_rings():
    values: list[float | None] = [*STEADY, *[None] * 30, 54.0, None, *STEADY]
    for drawing in drawings(chart(series(values, reasons=["not sent"] * len(values)))):
        rings = [mark for mark in points_of(drawing) if mark.kind == "missing"]
        for one, other in pairwise(rings):
            assert other.x - one.x >= one.radius + other.radius
        signs = [mark for mark in drawing.marks if isinstance(mark, Sign)]
        assert all(sign.radius >= 5 for sign in signs)


def test_every_reason_that_a_month_can_have_has_its_own_sign():
    reasons = [*(str(label).lower() for label in NoDataReason.labels), NOBODY, "not sent", "not accepted yet"]
    known = {reason: shapes.SIGNS.get(reason, shapes.OTHER_REASON) for reason in reasons}
    assert len({str(sign) for sign in known.values()}) == len(reasons)
    assert [reason for reason, sign in known.items() if sign is shapes.OTHER_REASON] == ["another reason"]


# Where words find room


@given(st.lists(st.floats(0, 1000), max_size=30).map(sorted), st.floats(1, 60))
def test_discs_of_one_lane_are_far_enough_apart(places, apart):
    chosen = labels.lanes(places, apart)
    for (a, lane_a), (b, lane_b) in combinations(list(zip(places, chosen, strict=True)), 2):
        assert lane_a != lane_b or b - a >= apart
    if len(places) > 1 and all(b - a >= apart for a, b in pairwise(places)):
        assert set(chosen) == {0}


@given(st.lists(st.integers(0, 300), min_size=1, max_size=7).map(sorted), st.data())
def test_names_at_the_ends_make_way_and_the_latest_value_keeps_its_place(wanted, data):
    heights = [19.0] * len(wanted)
    fixed = data.draw(st.integers(0, len(wanted) - 1))
    heights[fixed] = 42.0
    placed = labels.cascade(wanted, heights, fixed, -14, 344)
    assert placed[0] >= -14 - 1e-9
    assert placed[-1] + heights[-1] <= 344 + 1e-9
    for at in range(len(placed) - 1):
        assert placed[at] + heights[at] <= placed[at + 1] + 1e-9
    room_above, room_below = sum(heights[:fixed]), sum(heights[fixed:])
    if -14 + room_above <= wanted[fixed] <= 344 - room_below:
        assert placed[fixed] == wanted[fixed]


def test_words_go_where_least_is_drawn_and_nowhere_that_is_taken():
    frame, empty = Box(0, 0, 100, 100), labels.Clutter([], [], [])
    left, right = Box(0, 0, 40, 10), Box(60, 0, 100, 10)
    spots = [labels.Spot(left, [left], 1), labels.Spot(right, [right], 2)]
    assert labels.best(spots, frame, [], empty) == spots[0]
    assert labels.best(spots, frame, [Box(30, 5, 50, 50)], empty) == spots[1]
    assert labels.best(spots, frame, [], labels.Clutter([(20, 5, 9)], [], [])) == spots[1]
    assert labels.best(spots, frame, [], labels.Clutter([], [(10, 30, 5, 9)], [])) == spots[1]
    assert labels.best(spots, frame, [], labels.Clutter([], [], [(20, 9)])) == spots[1]
    assert labels.best(spots, Box(0, 0, 50, 100), [left], empty) is None


def test_an_upright_line_leaves_words_free():
    pieces = geometry.broken("mileline", 10, 0, 100, [Box(5, 20, 30, 30), Box(0, 25, 12, 40), Box(50, 0, 60, 100)])
    assert [line.points for line in pieces] == [[(10, 0), (10, 20)], [(10, 40), (10, 100)]]


# What a template makes of it

HOSTILE = "</title><script>alert(1)</script>\"'&{{ x }}"


def hostile_chart() -> Chart:
    return chart(
        series(
            [*SHIFTED, None],
            title=HOSTILE,
            unit=HOSTILE,
            reasons=[HOSTILE] * (len(SHIFTED) + 1),
            target=60.0,
            milestones=[Milestone(date(2022, 1, 1), 1, HOSTILE)],
            beginnings=[begins(1, "definition", HOSTILE)],
        ),
        name="sh08",
    )


@pytest.mark.requirement("G8")
@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.name)
def test_the_svg_is_well_formed_and_hostile_text_stays_text(size):
    made = hostile_chart()
    text = svg(made.drawing(size))
    root = ElementTree.fromstring(text)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"sh08-{size.name}-title"
    assert root.get("aria-describedby") == f"sh08-{size.name}-desc"
    assert [root[0].get("id"), root[1].get("id")] == [f"sh08-{size.name}-title", f"sh08-{size.name}-desc"]
    # What is painted is in order of its kind, not of time: a screen reader passes it over.
    assert [(part.tag, part.get("aria-hidden")) for part in root[2:]] == [(f"{SVG}g", "true")]
    assert HOSTILE in root.findtext(f"{SVG}title", "")
    assert made.sentence in root.findtext(f"{SVG}desc", "")
    assert not list(root.iter(f"{SVG}script"))
    attributes = {name for element in root.iter() for name in element.attrib}
    assert not {name for name in attributes if name == "style" or name.startswith("on")}
    assert "tabindex" not in attributes  # a script that moves inside makes it a stop
    rows = [int(path.get("data-row", "")) for path in root.iter(f"{SVG}path") if path.get("data-row")]
    assert sorted(rows) == list(range(len(SHIFTED) + 1))
    drawing = made.drawing(size)
    assert [text.text for text in root.iter(f"{SVG}text")] == [label.text for label in drawing.labels]


@pytest.mark.requirement("G8")
def test_the_same_findings_give_the_same_bytes():
    for size in SIZES:
        assert svg(hostile_chart().drawing(size)) == svg(hostile_chart().drawing(size))


@pytest.mark.requirement("G8")
@pytest.mark.requirement("G4")
def test_the_figure_holds_every_drawing_with_all_its_words_beside_it():
    made = hostile_chart()
    downloads = [{"label": "Table as CSV", "url": "/x.csv"}]
    html = render_to_string("measures/_chart.html", {"chart": made, "downloads": downloads})
    root = ElementTree.fromstring(html.replace(" hidden>", ' hidden="">').replace(" data-chart>", ' data-chart="">'))
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids)) == 6
    assert len(root.findall(".//tbody/tr/td[2]/..")) == len(SHIFTED) + 1
    assert root.findtext("h2") == made.sentence
    shown = [div.get("class") for div in root.findall(".//figure/div") if div.get("hidden") is None]
    assert shown == ["c-chart__middle"]  # without a style sheet one is enough
    assert "<script" not in html
    assert not re.search(r"\sstyle=|\son[a-z]+=", html)
    order = ["c-chart__sentence", "c-chart__icons", "<figcaption", "c-chart__key", "c-chart__downloads"]
    order += ["What happened", "What the letters mean", "Months without a number", "The numbers of this chart"]
    places = [html.index(part) for part in order]
    assert places == sorted(places)
    words = "".join(root.itertext())
    assert words.count(HOSTILE) > 6
    for icon in made.icons:
        assert icon.word in words


def test_the_drawings_know_nothing_of_django():
    modules = "measures.charts, measures.geometry.sparks"
    code = f"import sys, {modules}; print([m for m in sys.modules if m.startswith('django')])"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


@pytest.mark.requirement("G8")
def test_every_kind_that_is_drawn_has_a_colour_of_the_system_where_colours_are_forced():
    """Each class of a drawing is decided by name, beside what it is for."""
    sheets = [(ROOT / f"static/src/scss/_{name}.scss").read_text() for name in ("charts", "before-after")]
    forced = "".join(sheet.partition("@media (forced-colors: active)")[2] for sheet in sheets)
    for kind in shapes.PAINTS:
        name = f'[class^="c-{kind.split("-")[0]}-"]' if "-" in kind else f".c-{kind}"
        assert re.search(re.escape(name) + r"[\s,){]", forced), kind


@pytest.mark.requirement("G8")
def test_what_is_unusual_differs_in_shape_and_not_only_in_colour():
    shown = {kind: shapes.Mark(kind, 50, 50, 6).d for kind in ("improvement", "concern", "neutral")}
    assert len(set(shown.values())) == 3


def test_a_chart_whose_points_stand_close_has_smaller_ones():
    few, many = chart(series(STEADY)), chart(series(STEADY * 5))
    assert points_of(few.wide)[0].radius > points_of(many.narrow)[0].radius


def test_the_widths_are_those_of_the_page():
    assert [size.width for size in (NARROW, MIDDLE, WIDE)] == [288, 680, 1120]
    made = chart(series(STEADY))
    assert [drawing.width for drawing in drawings(made)] == [288, 680, 1120]
    assert replace(made, name="other").wide.name == "other-wide"
