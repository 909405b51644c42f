"""What a drawing is made of, as the path that a browser draws."""

import re

import pytest

from measures.geometry import shapes
from measures.geometry.labels import Box
from measures.geometry.shapes import Area, Label, Line, Mark, RuleBox, Sign, rectangle, unit_text

pytestmark = pytest.mark.requirement("G4")

BOX = Box(10, 20, 28, 48)


@pytest.mark.parametrize(
    ("number", "text"),
    [(3, "3"), (3.0, "3"), (10.0, "10"), (3.04, "3"), (3.06, "3.1"), (-0.04, "0"), (-1.25, "-1.2"), (1234.5, "1234.5")],
)
def test_a_coordinate_is_text_without_a_language(number, text):
    assert unit_text(number) == text


def test_lines_are_open_and_areas_closed():
    assert Line("line", [(1, 2), (3.25, 4), (5, 6)]).d == "M1 2L3.2 4L5 6"
    assert Area("band", [(1, 2), (3, 4), (5, 6)]).d == "M1 2L3 4L5 6z"
    assert rectangle("future", 1, 2, 30, 40).d == "M1 2L30 2L30 40L1 40z"


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("improvement", "M40 80a10 10 0 1 0 20 0a10 10 0 1 0 -20 0z"),  # a disc
        ("common", "M40 80a10 10 0 1 0 20 0a10 10 0 1 0 -20 0z"),
        ("missing", "M40 80a10 10 0 1 0 20 0a10 10 0 1 0 -20 0z"),
        ("concern", "M50 70L60 80L50 90L40 80z"),  # a diamond
        ("neutral", "M40 70h20v20h-20z"),  # a square
        ("def", "M44.5 70.6L55.5 70.6L60 80L55.5 89.4L44.5 89.4L40 80z"),  # a hexagon
    ],
)
def test_a_mark_has_the_shape_of_its_kind_around_its_place(kind, path):
    assert Mark(kind, 50, 80, 10).d == path
    assert Mark(kind, 50, 80, 10).paint is shapes.PAINTS[kind]


def test_a_mark_knows_its_month():
    assert Mark("common", 1, 2, 6, row=7).row_text == "7"
    assert Mark("common", 1, 2, 6).row is None


def test_only_what_stands_for_something_is_told_to_a_pointer():
    frame = RuleBox("rulebox-concern", BOX)
    for shape in (Line("mean", [(0, 0)]), Area("band", [(0, 0)]), frame, Sign(0, 0, 6, ""), Mark("missing", 1, 2, 6)):
        assert (shape.text, shape.row) == ("", None)


def test_colours_and_dashes_are_what_a_browser_can_read():
    for kind, paint in shapes.PAINTS.items():
        for colour in (paint.fill, paint.stroke):
            assert re.fullmatch(r"none|#[0-9a-f]{3}|#[0-9a-f]{6}", colour), kind
        assert (paint.fill, paint.stroke) != ("none", "none"), kind
        assert (float(paint.width) > 0) is (paint.stroke != "none"), kind
        assert all(float(length) > 0 for length in paint.dash.split()), kind
        assert paint.cap in ("", "round"), kind


def test_the_letter_of_a_rule_stands_in_a_frame_with_round_corners():
    frame = RuleBox("rulebox-concern", BOX)
    assert frame.d == "M14 20h10a4 4 0 0 1 4 4v20a4 4 0 0 1 -4 4h-10a4 4 0 0 1 -4 -4v-20a4 4 0 0 1 4 -4z"
    assert frame.paint is shapes.PAINTS["rulebox-concern"]


def test_the_sign_of_a_reason_lies_in_its_ring():
    assert Sign(50, 80, 10, "not collected this month").d == "M45.5 80L54.5 80"
    assert Sign(50, 80, 10, "Numbers came too late").d == "M50 75L50 80.5L53.2 82.5"  # however it is written
    assert Sign(50, 80, 10, "a reason nobody foresaw").d == "M46 80L46 80M50 80L50 80M54 80L54 80"
    assert Sign(0, 0, 10, "not sent").paint is shapes.PAINTS["reason"]
    for reason, strokes in shapes.SIGNS.items():
        assert Sign(0, 0, 10, reason).d.count("M") == len(strokes)
        assert all(x * x + y * y < 0.36 for stroke in strokes for x, y in stroke), reason


@pytest.mark.parametrize(("anchor", "left"), [("start", 100), ("middle", 93.6), ("end", 87.2)])
def test_a_label_takes_room_around_its_baseline(anchor, left):
    box = Label("tick", 100, 50, "an", 10, anchor).box
    assert box == pytest.approx((left, 41.5, left + 12.8, 52.5))


def test_a_bold_label_takes_more_room():
    plain, bold = (Label("tick", 0, 0, "an", 10, bold=is_bold).box for is_bold in (False, True))
    assert bold.right == pytest.approx(1.12 * plain.right)


def test_a_label_is_plain_ink_from_its_place_on_unless_it_says_otherwise():
    label = Label("tick", 1.26, 2, "an", 10.5)
    assert (label.x_text, label.y_text, label.size_text) == ("1.3", "2", "10.5")
    assert (label.anchor, label.bold, label.fill, label.has_halo) == ("start", False, shapes.INK, False)
