"""The drawing of before and after: nothing leaves the frame, no words touch, and it says what the numbers say."""

from datetime import date
from itertools import combinations
from xml.etree import ElementTree

import pytest
from django.template import Context
from django.template.engine import Engine
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.geometry.before_after_drawing import Comparison, draw
from measures.geometry.drawing import Drawing
from measures.geometry.labels import Box
from measures.statistics.before_after import Change, compare
from measures.statistics.findings import Series, find
from measures.wording import shifted

pytestmark = pytest.mark.requirement("G6")

FIRST = date(2023, 4, 1)
SVG = "{http://www.w3.org/2000/svg}"
BEFORE = [40.0, 42.0, 39.0, 41.0, 43.0, 38.0, 40.0, 41.0, 39.0, 42.0]
AFTER = [55.0, 53.0, 56.0, 54.0, 55.0, 57.0, 54.0, 55.0]


def drawn(values, row, *, unit="%", decimals=1, number=1, direction="increase") -> Comparison:
    series = Series(
        title="SH15 Finished",
        unit=unit,
        decimals=decimals,
        months=[shifted(FIRST, at) for at in range(len(values))],
        values=values,
        improvement_direction=direction,
    )
    month = shifted(FIRST, row)
    return draw(compare(find(series), Change(number, "Workers start", month, month)), name="ba")


def each(comparison: Comparison) -> list[Drawing]:
    return [comparison.narrow, comparison.middle, comparison.wide]


@st.composite
def any_comparison(draw):
    unit, highest, decimals = draw(
        st.sampled_from(
            [
                ("%", 100, 1),
                ("people", 400, 0),
                ("visits", 10_000_000, 0),
                ("points", 40, 1),
                ("attendances per 100,000 adults", 90, 1),
            ]
        )
    )
    value = st.one_of(st.none(), st.floats(0, highest).map(lambda x: round(x, decimals)))
    values = draw(st.lists(value, min_size=1, max_size=60))
    row = draw(st.integers(0, len(values) + 3))
    return drawn(values, row, unit=unit, decimals=decimals, number=draw(st.sampled_from([1, 12])))


@settings(max_examples=150, deadline=None)
@given(any_comparison())
def test_no_words_touch_and_nothing_leaves_the_frame(comparison):
    for drawing in each(comparison):
        frame = Box(0, 0, drawing.width, drawing.height)
        for label in drawing.labels:
            assert label.box.is_within(frame), label
            assert label.size * 288 / min(drawing.width, 288) >= 11
        for first, second in combinations(drawing.labels, 2):
            assert not first.box.overlaps(second.box), (first, second)
        for mark in [*drawing.marks, *drawing.discs]:
            assert Box(mark.x - 1, mark.y - 1, mark.x + 1, mark.y + 1).is_within(frame)
        for line in drawing.lines:
            assert all(0 <= x <= drawing.width and 0 <= y <= drawing.height for x, y in line.points)


def test_every_month_has_its_mark_and_says_its_value():
    values = [None if row == 3 else value for row, value in enumerate([*BEFORE, 48.0, *AFTER])]
    for drawing in each(drawn(values, 10)):
        told = [mark.text for mark in drawing.marks]
        assert len(told) == len(values) + 1  # and the difference
        assert "April 2023: 40.0%" in told
        assert "July 2023: no number" in told
        assert "February 2024: 48.0%, counts on neither side" in told
        assert told[-1].startswith("Difference: +14")


def test_the_interval_and_0_are_on_its_own_axis():
    for values, low_first in (([*BEFORE, 48.0, *AFTER], True), ([*AFTER, 48.0, *BEFORE], False)):
        drawing = drawn(values, values.index(48.0)).narrow
        (zero,) = (line for line in drawing.lines if line.kind == "zero")
        (interval,) = (line for line in drawing.lines if line.kind == "interval")
        (point,) = (mark for mark in drawing.marks if mark.text.startswith("Difference"))
        (left, _), (right, _) = interval.points
        assert left < point.x < right
        assert (zero.points[0][0] < left) == low_first
        assert (zero.points[0][0] > right) != low_first


@pytest.mark.parametrize(
    ("direction", "kind"), [("increase", "improvement"), ("decrease", "concern"), ("neutral", "neutral")]
)
def test_the_difference_has_the_shape_of_what_it_is(direction, kind):
    drawing = drawn([*BEFORE, 48.0, *AFTER], 10, direction=direction).wide
    assert drawing.marks[-1].kind == kind
    unclear = drawn([*BEFORE, 48.0, *BEFORE], 10, direction=direction).wide
    assert unclear.marks[-1].kind == "common"


@pytest.mark.parametrize("after", [0, 3, 6])
def test_months_that_are_needed_are_hollow_and_there_is_no_interval(after):
    for drawing in each(drawn([*BEFORE, 48.0, *AFTER[:after]], 10)):
        assert sum(mark.kind == "needed" for mark in drawing.marks) == 7 - after
        assert not any(line.kind == "interval" for line in drawing.lines)
        assert "Too early to say" in drawing.description


def test_the_svg_is_whole_without_style_or_script():
    template = Engine(dirs=["templates"]).get_template("measures/_chart.svg")
    for drawing in each(drawn([*BEFORE, 48.0, *AFTER], 10)):
        svg = ElementTree.fromstring(template.render(Context({"drawing": drawing})))
        title, description = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")
        assert title is not None
        assert description is not None
        assert title.text == "SH15 Finished, before and after milestone 1"
        assert "10 months before: 40.5% on average. 8 months after: 54.9% on average." in (description.text or "")
        assert "14 percentage points higher (likely between 13 and 16 higher)" in (description.text or "")
        assert not [element for element in svg.iter() if "style" in element.attrib or element.tag == f"{SVG}script"]
