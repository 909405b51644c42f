from datetime import date
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from hypothesis import given, settings

from measures.geometry import sparks
from measures.geometry.shapes import Mark
from measures.statistics.findings import Beginning, Series, find
from measures.wording import shifted
from tests.measures.charted import any_series

pytestmark = [pytest.mark.requirement("E1"), pytest.mark.requirement("G7")]


def findings_of(values, **more):
    months = [shifted(date(2023, 1, 1), row) for row in range(len(values))]
    return find(Series("SH07", "%", months, values, improvement_direction="increase", **more))


def drawn(values, **more):
    return sparks.spark(findings_of(values, **more))


def shapes_of(spark, *kinds):
    return [shape for layer in spark.layers if layer.kind in kinds for shape in layer.shapes]


def places_of(shape):
    return [(shape.x, shape.y)] if isinstance(shape, Mark) else shape.points


def marks(spark):
    return [shape for layer in spark.layers for shape in layer.shapes if isinstance(shape, Mark)]


def test_it_draws_the_latest_three_years_and_marks_the_latest_month():
    spark = drawn([50.0 + row % 3 for row in range(40)])
    (centre,) = shapes_of(spark, "mean")
    (line,) = shapes_of(spark, "line")
    assert len(centre.points) == 2
    assert len(line.points) == sparks.MONTHS == 36
    assert [(mark.kind, mark.x, mark.y) for mark in marks(spark)] == [("common", *line.points[-1])]


def test_it_has_the_limits_and_the_target_with_its_flag():
    spark = drawn([50.0 + row % 3 for row in range(20)], target=80.0)
    assert [layer.kind for layer in spark.layers] == ["band", "mean", "target", "targetflag", "line", "common"]


def test_a_month_without_a_number_is_a_gap():
    spark = drawn([50.0, 51.0, None, 52.0, 53.0])
    assert [len(line.points) for line in shapes_of(spark, "line")] == [2, 2]
    (ring,) = shapes_of(spark, "smallring")
    assert ring.y > sparks.PLOT.bottom


@pytest.mark.parametrize(("why", "lines"), [("limits", 1), ("definition", 2)])
def test_no_average_reaches_into_another_phase(why, lines):
    months = [shifted(date(2023, 1, 1), row) for row in range(8)]
    spark = drawn([10.0, 11, 10, 11, 50, 51, 50, 51], beginnings=[Beginning(months[4], why, "")])
    before, after = shapes_of(spark, "median")
    assert before.points[-1][0] == after.points[0][0]
    assert before.points[0][1] > after.points[0][1]
    assert len(shapes_of(spark, "line")) == lines
    assert bool(shapes_of(spark, "defline")) is (why == "definition")


def test_what_is_unusual_is_marked_by_its_kind_and_the_latest_month_is_larger():
    spark = drawn([50.0 + row % 3 for row in range(20)] + [90.0, 51.0])
    (unusual,), latest = shapes_of(spark, "improvement"), marks(spark)[-1]
    assert latest.kind == "common"
    assert drawn([50.0 + row % 3 for row in range(20)] + [90.0]).layers[-1].shapes[-1].radius > unusual.radius


def test_on_one_scale_one_height_is_one_value():
    low, high = findings_of([10.0, 12.0, 11.0]), findings_of([80.0, 12.0])
    months = [shifted(date(2023, 1, 1), row) for row in range(6)]
    bottom, top = sparks.scale([low, high])
    assert (bottom, top) == (10, 80)
    one, other = (sparks.spark(each, low=bottom, high=top, months=months) for each in (low, high))
    assert shapes_of(one, "line")[0].points[1] == shapes_of(other, "line")[0].points[1]
    assert sparks.scale([low, high], months[:1]) == (10, 80)
    assert sparks.scale([low, high], months[1:]) == (11, 46)  # of these months, and their medians
    assert sparks.scale([]) == (0, 1)


def test_months_before_and_after_the_series_stay_empty():
    months = [shifted(date(2022, 7, 1), row) for row in range(24)]
    spark = sparks.spark(findings_of([50.0, 51.0, 52.0]), months=months)
    (line,) = shapes_of(spark, "line")
    middle = sparks.PLOT.left + (sparks.PLOT.right - sparks.PLOT.left) * 6.5 / 24
    assert line.points[0][0] == pytest.approx(middle)


@settings(deadline=None, max_examples=40)
@given(any_series())
def test_all_of_it_lies_within_the_drawing(given_series):
    spark = sparks.spark(find(given_series))
    for layer in spark.layers:
        for shape in layer.shapes:
            reach = shape.radius if isinstance(shape, Mark) else 0
            for x, y in places_of(shape):
                assert 0 <= x - reach <= x + reach <= sparks.WIDTH
                assert 0 <= y - reach <= y + reach <= sparks.HEIGHT
    root = ElementTree.fromstring(render_to_string("measures/_spark.html", {"spark": spark}))
    assert root.get("aria-hidden") == "true"
    assert not any("style" in element.attrib for element in root.iter())


@pytest.mark.parametrize("values", [[None, None], [7.0], [0.0, 0.0, 0.0]])
def test_few_or_equal_numbers_make_a_drawing(values):
    assert drawn(values).layers
