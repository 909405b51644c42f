"""Where words find room: how wide they are, and how they make way."""

import pytest

from measures.geometry import labels
from measures.geometry.labels import Box, Clutter, Spot, text_width

pytestmark = pytest.mark.requirement("G4")

BOX = Box(10, 20, 30, 40)
NOTHING = Clutter([], [], [])


@pytest.mark.parametrize(
    ("other", "overlaps"),
    [
        (Box(29, 39, 50, 60), True),
        (Box(0, 0, 11, 21), True),
        (Box(15, 25, 20, 30), True),
        (Box(30, 20, 50, 40), False),  # side by side they touch, and both can be read
        (Box(0, 20, 10, 40), False),
        (Box(10, 40, 30, 60), False),
        (Box(10, 0, 30, 20), False),
        (Box(31, 20, 50, 40), False),
        (Box(10, 41, 30, 60), False),
    ],
)
def test_boxes_overlap_where_they_share_ground(other, overlaps):
    assert BOX.overlaps(other) is overlaps
    assert other.overlaps(BOX) is overlaps


@pytest.mark.parametrize("side", range(4))
def test_a_box_may_reach_the_edge_of_the_frame_and_not_beyond(side):
    beyond = [*BOX]
    beyond[side] += -1 if side < 2 else 1
    assert BOX.is_within(BOX)
    assert BOX.is_within(Box(*beyond))
    assert not Box(*beyond).is_within(BOX)


def test_a_box_grows_on_every_side():
    assert BOX.grown(2) == Box(8, 18, 32, 42)


def test_a_box_moves_as_it_is():
    assert BOX.moved(2, 5) == Box(12, 25, 32, 45)


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        *[(narrow, 4.2) for narrow in "i.-"],
        *[(usual, 6.4) for usual in "a7ɏ"],
        *[(capital, 7.9) for capital in "AX"],
        *[(broad, 10) for broad in "mW%ɐ漢"],
        ("Mean 7%", 10 + 6.4 + 6.4 + 6.4 + 4.2 + 6.4 + 10),
    ],
)
def test_words_are_as_wide_as_their_letters(text, width):
    assert text_width(text, 10) == pytest.approx(width)
    assert text_width(text, 20) == pytest.approx(2 * width)
    assert text_width(text, 10, bold=True) == pytest.approx(1.12 * width)


def test_a_disc_takes_the_first_lane_whose_last_disc_is_far_enough_away():
    assert labels.lanes([0, 5, 10, 12, 20, 21, 22], 10) == [0, 1, 0, 2, 0, 1, 2]
    assert labels.lanes([], 10) == []


@pytest.mark.parametrize(
    ("wanted", "heights", "fixed", "placed"),
    [
        ([10, 40, 70], [20, 20, 20], 1, [10, 40, 70]),  # they do not touch
        ([10, 30, 50], [20, 20, 20], 1, [10, 30, 50]),
        ([35, 40, 45], [10, 20, 30], 1, [30, 40, 60]),  # those above go up, those below go down
        ([35, 40, 45], [10, 20, 30], 0, [35, 45, 65]),
        ([35, 40, 45], [10, 20, 30], 2, [15, 25, 45]),
        ([2, 4, 50], [10, 10, 10], 1, [0, 10, 50]),  # at the edges even the one that keeps its place makes way
        ([50, 92, 94], [10, 10, 10], 1, [50, 80, 90]),
        ([-7, 20], [10, 10], 1, [0, 20]),
        ([40, 41, 42, 43], [10, 10, 10, 10], 1, [31, 41, 51, 61]),
        ([40, 41, 42, 43], [10, 10, 10, 10], 2, [22, 32, 42, 52]),
    ],
)
def test_names_make_way_for_the_one_that_keeps_its_place(wanted, heights, fixed, placed):
    assert labels.cascade(wanted, heights, fixed, 0, 100) == placed


def test_words_pay_for_what_they_cover():
    points = Clutter(
        [(25, 30, 4.0), (10, 20, 1.0), (30, 40, 2.0), (9, 30, 50.0), (31, 30, 50.0), (20, 41, 50.0)], [], []
    )
    assert points.cost(BOX) == 7
    lying = [(0.0, 10.0, 30.0, 50.0), (30.0, 50.0, 30.0, 50.0), (0.0, 50.0, 19.0, 50.0), (0.0, 50.0, 41.0, 50.0)]
    assert Clutter([], [*lying, (0, 11, 20, 1), (29, 50, 40, 2), (0, 50, 30, 4)], []).cost(BOX) == 7
    assert Clutter([], [], [(10, 50), (30, 50), (11, 1), (29, 2)]).cost(BOX) == 3
    assert Clutter([(20, 30, 1)], [(0, 50, 30, 2)], [(20, 4)]).cost(BOX) == 7


def test_the_cheapest_place_is_taken_and_of_two_the_first():
    frame = Box(0, 0, 100, 100)

    def spot(left: float, cost: float) -> Spot:
        words = Box(left, 0, left + 10, 10)
        return Spot(words, [words], cost)

    assert labels.best([spot(0, 2), spot(20, 1), spot(40, 3)], frame, [], NOTHING) == spot(20, 1)
    assert labels.best([spot(0, 2), spot(20, 2)], frame, [], NOTHING) == spot(0, 2)
    covered = Clutter([(5, 5, 4)], [], [])
    assert labels.best([spot(0, 2), spot(20, 5)], frame, [], covered) == spot(20, 5)
    assert labels.best([spot(0, 2), spot(20, 6)], frame, [], covered) == spot(0, 2)
    assert labels.best([spot(0, 1), spot(20, 4)], frame, [], covered) == spot(20, 4)
    assert labels.best([spot(20, 6), spot(0, 2)], frame, [], covered) == spot(20, 6)
    assert labels.best([spot(95, 1), spot(20, 4)], frame, [], NOTHING) == spot(20, 4)
    assert labels.best([spot(0, 1), spot(20, 4)], frame, [Box(5, 5, 8, 8)], NOTHING) == spot(20, 4)
    assert labels.best([], frame, [], NOTHING) is None


def test_all_that_belongs_to_a_place_needs_room():
    words, line = Box(0, 0, 10, 10), Box(0, 10, 10, 20)
    place = Spot(words, [words, line], 0)
    assert labels.best([place], Box(0, 0, 10, 20), [], NOTHING) == place
    assert labels.best([place], Box(0, 0, 10, 19), [], NOTHING) is None
    assert labels.best([place], Box(0, 0, 10, 20), [Box(5, 15, 30, 30)], NOTHING) is None
