"""A range shows fewer months and changes nothing that is said of them: over series and ranges at random."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.statistics import windows
from measures.statistics.findings import Beginning, Findings, Series, find
from measures.wording import shifted

pytestmark = pytest.mark.requirement("C5")

FIRST = date(2022, 4, 1)
VALUES = st.lists(st.none() | st.integers(0, 60), min_size=1, max_size=50)


def series_of(values, begins):
    months = [shifted(FIRST, row) for row in range(len(values))]
    beginnings = [Beginning(months[row], "limits", "Because.") for row in sorted(begins) if row < len(months)]
    return Series(
        "SH01",
        "people",
        months,
        [None if value is None else float(value) for value in values],
        reasons=["not sent"] * len(months),
        improvement_direction="increase",
        beginnings=beginnings,
    )


@given(VALUES, st.sets(st.integers(1, 49), max_size=2), st.integers(-3, 55), st.integers(0, 55))
def test_months_lines_and_letters_stay_those_of_all_months(values, begins, start, length):
    said = find(series_of(values, begins))
    first, last = shifted(FIRST, start), shifted(FIRST, start + length)
    shown = windows.between(said, first, last)
    kept = [month for month in said.months if first <= month.month <= last]
    if not kept:
        assert shown is None
        return
    assert isinstance(shown, Findings)
    assert list(shown.months) == kept
    assert [month.month for month in kept] == list(shown.series.months)
    # Each month has the lines that it had.
    lines = {said.series.months[row]: phase.centre for phase in said.phases for row in range(phase.start, phase.stop)}
    rows = [(row, phase) for phase in shown.phases for row in range(phase.start, phase.stop)]
    assert [row for row, _ in rows] == list(range(len(kept)))
    assert [phase.centre for _, phase in rows] == [lines[month.month] for month in kept]
    # Each letter marks the months that it marked, as far as they are shown.
    for cause in shown.special_causes:
        [whole] = [each for each in said.special_causes if each.letter == cause.letter]
        marked = [said.series.months[row] for row in whole.rows]
        assert [shown.series.months[row] for row in cause.rows] == [month for month in marked if first <= month <= last]
        assert cause.length == whole.length
        assert 0 <= cause.start <= cause.rows[0] <= cause.rows[-1] < cause.stop <= len(kept)
    letters = {letter for month in kept for letter in month.letters.split(", ") if letter}
    assert {cause.letter for cause in shown.special_causes} == letters


@given(VALUES, st.sets(st.integers(1, 49), max_size=2), st.integers(-3, 55))
def test_what_was_not_yet_sent_then_is_not_there(values, begins, last):
    series = series_of(values, begins)
    cut = windows.until(series, shifted(FIRST, last))
    if last < 0:
        assert cut is None
    else:
        assert cut == series_of(values[: last + 1], [row for row in begins if row <= last])
