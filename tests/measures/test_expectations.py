"""What the months answer to what a team expected."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.statistics import expectations
from measures.statistics.before_after import Change
from measures.statistics.expectations import Expected, answer, months_to_choose
from measures.statistics.findings import Beginning, Series, find
from measures.wording import shifted

pytestmark = pytest.mark.requirement("G6")

ROOT = Path(__file__).resolve().parents[2]
FIRST = date(2024, 4, 1)
BEFORE = [40.0, 42.0, 39.0, 41.0, 43.0, 38.0, 40.0, 41.0, 39.0, 42.0, 40.0, 41.0]
UP = [55.0, 53.0, 56.0, 54.0, 55.0, 57.0, 54.0, 55.0]
SAME = [41.0, 39.0, 42.0, 40.0, 41.0, 38.0, 43.0, 40.0, 41.0, 39.0]
TURNED = {"increase": "decrease", "decrease": "increase", "stay": "stay"}
WHEN = Change(1, "Workers start", shifted(FIRST, 12), shifted(FIRST, 12))


def asked(after, direction, *, by=8, turned=False, others=(), **changes):
    values = [*BEFORE, 44.0, *after]
    if turned:
        values = [None if value is None else 100 - value for value in values]
    series = Series(
        title="SH15", unit="%", months=[shifted(FIRST, row) for row in range(len(values))], values=values, **changes
    )
    return answer(find(series), WHEN, others, Expected(direction, shifted(WHEN.last, by)))


@pytest.mark.parametrize("turned", [False, True], ids=["as it is", "upside down"])
@pytest.mark.parametrize(
    ("after", "direction", "key", "words"),
    [
        (UP, "increase", "as_expected", "It was to go up by December 2025, and it went up."),
        (UP, "decrease", "other_way", "It was to go down by December 2025, and it went up."),
        (UP, "stay", "other_way", "It was to stay as it is until December 2025, and it went up."),
        (SAME, "increase", "not_yet", "It was to go up by December 2025. So far no change shows that is more than"),
        (SAME, "stay", "as_expected", "It was to stay as it is until December 2025, and no change shows."),
        (SAME[:7], "increase", "not_yet", "It is to go up by December 2025. So far no change shows"),
        (SAME[:7], "stay", "not_yet", "It is to stay as it is until December 2025. So far no change shows"),
        (UP[:3], "increase", "not_yet", "It is to go up by December 2025. 3 of the 7 months that are needed have"),
        (UP[:3], "stay", "not_yet", "It is to stay as it is until December 2025. 3 of the 7 months"),
        ([*SAME, *[60.0] * 10], "increase", "as_expected", "that did not show by then, and does now."),
        ([*SAME, *[20.0] * 10], "increase", "other_way", "It was to go up by December 2025, and it went down later."),
    ],
)
def test_the_answer_is_one_of_three_and_the_same_upside_down(after, direction, key, words, turned):
    found = asked(after, TURNED[direction] if turned else direction, turned=turned)
    assert found.key == key
    if not turned:
        assert words in found.words
    assert found.title.startswith(expectations.TITLES[key])


def test_what_comes_after_the_month_that_was_named_is_called_later():
    assert asked([*SAME, *[60.0] * 10], "increase").title == "As expected, but later"
    assert asked([*UP, *[20.0] * 10], "increase").title == "As expected"  # by the month that was named


def test_a_single_month_is_no_change():
    for direction in ("increase", "decrease"):
        assert asked([99.0, *SAME[1:]], direction).key == "not_yet"


def test_a_run_of_seven_months_is_a_change_where_the_interval_is_wide():
    # One month far below makes the interval wide; eight above the average are a shift all the same.
    run = [25.0, *[44.0, 45.0, 44.5, 45.5, 44.2, 45.2, 44.8, 45.8]]
    found = asked(run, "increase", by=9)
    assert found.key == "as_expected"
    beginning = Beginning(WHEN.first, "limits", "")
    own_limits = asked(run, "increase", by=9, beginnings=[beginning])
    assert own_limits.key == "not_yet"  # the limits of the months after say nothing of those before


def test_where_nothing_can_be_compared_there_is_no_answer():
    beginning = Beginning(WHEN.first, "definition", "")
    assert asked(UP, "increase", beginnings=[beginning]).key == "no_answer"
    other = Change(2, "Another", shifted(WHEN.last, 3), shifted(WHEN.last, 3))
    assert asked(UP, "increase", others=[other]).key == "no_answer"


def test_it_may_be_expected_from_the_seventh_month_to_the_end_of_two_years():
    months = months_to_choose(WHEN)
    assert (months[0], months[-1]) == (date(2025, 11, 1), date(2027, 4, 1))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.floats(0, 100).map(round)), max_size=30),
    st.sampled_from(["increase", "decrease", "stay"]),
    st.integers(7, 24),
)
def test_up_and_down_are_never_both_as_expected_and_every_answer_is_a_sentence(after, direction, by):
    found = asked(after, direction, by=by)
    assert found.words.endswith(".")
    assert found.words[0].isupper()
    if direction != "stay" and found.key in ("as_expected", "other_way"):
        opposite = asked(after, TURNED[direction], by=by).key
        assert {found.key, opposite} == {"as_expected", "other_way"}


def test_it_needs_no_django():
    code = "import sys, measures.statistics.expectations; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
