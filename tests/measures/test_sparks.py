from datetime import date

import pytest

from measures import sparks
from measures.findings import Beginning, Series, find
from measures.wording import shifted

pytestmark = pytest.mark.requirement("E1")


def drawn(values):
    months = [shifted(date(2023, 1, 1), row) for row in range(len(values))]
    return sparks.spark(find(Series("SH07", "%", months, values, improvement_direction="increase")))


def test_it_draws_the_latest_two_years_and_marks_the_latest_month():
    spark = drawn([50.0 + row % 3 for row in range(40)])
    centre, line = spark.lines
    assert len(centre.points) == 2
    assert len(line.points) == sparks.MONTHS
    assert [(mark.kind, mark.x, mark.y) for mark in spark.marks] == [("common", *line.points[-1])]


def test_a_month_without_a_number_is_a_gap():
    _, before, after = drawn([50.0, 51.0, None, 52.0, 53.0]).lines
    assert (len(before.points), len(after.points)) == (2, 2)


def test_no_average_reaches_into_another_phase():
    months = [shifted(date(2023, 1, 1), row) for row in range(8)]
    series = Series(
        "SH07", "%", months, [10.0, 11, 10, 11, 50, 51, 50, 51], beginnings=[Beginning(months[4], "limits", "")]
    )
    before, after, first, second = sparks.spark(find(series)).lines
    assert before.points[-1][0] == first.points[-1][0] < second.points[0][0] == after.points[0][0]


def test_what_is_unusual_is_marked_by_its_kind():
    spark = drawn([50.0 + row % 3 for row in range(20)] + [90.0])
    assert "improvement" in [mark.kind for mark in spark.marks]


@pytest.mark.parametrize("values", [[None, None], [7.0], [0.0, 0.0, 0.0]])
def test_few_or_equal_numbers_lie_within_the_drawing(values):
    spark = drawn(values)
    for x, y in [point for line in spark.lines for point in line.points] + [(mark.x, mark.y) for mark in spark.marks]:
        assert 0 <= x <= sparks.WIDTH
        assert 0 <= y <= sparks.HEIGHT
