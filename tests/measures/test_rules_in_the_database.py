"""The rules that the agreed file marks are constraints too: tried by INSERT, past every form and function.

So are rules that reach into another table; those are triggers, and need the migrations.
"""

from contextlib import nullcontext
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from measures.models import ChartKind, Kind, MeasureValue
from measures.statistics.chart_kinds import CHOICES
from tests.factories import (
    AreaMeasureFactory,
    ExpectationFactory,
    LimitsDecisionFactory,
    MeasureValueFactory,
    MeasureVersionFactory,
    MilestoneFactory,
)
from tests.measures.test_rules import AGREED

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("E2", "E3")]

#: By rule: the kind, what is changed in a sound row, and the constraint that refuses it.
BROKEN = [
    ("negative_number", Kind.PROPORTION, {"numerator": -3}, "measure_value_numerator_not_below_zero"),
    ("negative_number", Kind.MEDIAN_DAYS, {"denominator": -3}, "measures_measurevalue_denominator_check"),
    ("negative_number", Kind.MEDIAN_DAYS, {"value": -0.5}, "measure_value_median_not_below_zero"),
    ("not_a_whole_number", Kind.PROPORTION, {"numerator": 12.5}, "measure_value_people_are_whole_numbers"),
    ("not_a_whole_number", Kind.COUNT, {"numerator": 12.5}, "measure_value_people_are_whole_numbers"),
    ("not_a_whole_number", Kind.RATE, {"numerator": 12.5}, "measure_value_people_are_whole_numbers"),
    ("reason_and_numbers", Kind.PROPORTION, {"no_data_reason": "system_down"}, "numbers_of_its_kind_or_reason"),
    ("reason_and_numbers", Kind.COUNT, {"no_data_reason": "system_down"}, "numbers_of_its_kind_or_reason"),
    ("numerator_above_denominator", Kind.PROPORTION, {"numerator": 61}, "proportion_within_denominator"),
    ("numerator_above_denominator", Kind.PROPORTION, {"numerator": 1, "denominator": 0}, "within_denominator|nobody"),
    ("row_twice", Kind.PROPORTION, {"measure_id": None}, "measure_value_once_per_revision"),
]
SOUND: dict[Kind, dict[str, Any]] = {
    Kind.PROPORTION: {"numerator": 42, "denominator": 60},
    Kind.COUNT: {"numerator": 42, "denominator": None},
    Kind.RATE: {"numerator": 42, "denominator": 60},
    Kind.MEDIAN_DAYS: {"numerator": None, "denominator": 60, "value": 16},
}
COLUMNS = [str(field.column) for field in MeasureValue._meta.concrete_fields if not field.primary_key]


def sound(kind: Kind) -> MeasureValue:
    version = MeasureVersionFactory(
        kind=kind,
        denominator="" if kind == Kind.COUNT else "People",
        rate_multiplier=1000 if kind == Kind.RATE else None,
    )
    value: MeasureValue = MeasureValueFactory(version=version, **SOUND[kind])
    return value


def insert_like(value: MeasureValue, changes: dict[str, Any]) -> None:
    """A second row for another measure, unless the changes say otherwise."""
    other = MeasureVersionFactory().measure_id
    row = {column: getattr(value, column) for column in COLUMNS} | {"measure_id": other} | changes
    row["measure_id"] = row["measure_id"] or value.measure_id
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO measures_measurevalue ({', '.join(COLUMNS)}) VALUES ({', '.join(['%s'] * len(COLUMNS))})",
            [row[column] for column in COLUMNS],
        )


def test_every_rule_that_is_marked_is_tried():
    marked = {rule["key"] for rule in [*AGREED["errors"], *AGREED["queries"]] if rule["database"]}
    assert {rule for rule, *_ in BROKEN} == marked


@pytest.mark.parametrize("kind", SOUND)
def test_a_sound_row_goes_in(kind):
    insert_like(sound(kind), {})
    assert MeasureValue.objects.count() == 2


@pytest.mark.parametrize(("rule", "kind", "changes", "constraint"), BROKEN)
def test_the_database_refuses_what_the_rule_refuses(rule, kind, changes, constraint):
    value = sound(kind)
    with pytest.raises(IntegrityError, match=constraint):
        insert_like(value, changes)


def test_a_column_of_whole_numbers_holds_no_fraction():
    insert_like(sound(Kind.PROPORTION), {"denominator": 60.5})
    assert all(value.denominator == int(value.denominator) for value in MeasureValue.objects.all() if value.denominator)


# What is said of a chart belongs to it


@pytest.mark.requirement("G5", "G6")
@pytest.mark.parametrize("factory", [LimitsDecisionFactory, ExpectationFactory])
def test_a_milestone_is_of_the_area_whose_chart_it_is_said_of(factory):
    made = factory()
    with pytest.raises(IntegrityError, match="milestone_is_of_the_area_of_the_measure"), transaction.atomic():
        factory(milestone=MilestoneFactory(change_tested=True))
    for changes in ({"milestone": MilestoneFactory()}, {"area_measure": AreaMeasureFactory()}):
        with pytest.raises(IntegrityError, match="milestone_is_of_the_area_of_the_measure"), transaction.atomic():
            type(made).objects.filter(pk=made.pk).update(**changes)
    type(made).objects.filter(pk=made.pk).update(milestone=MilestoneFactory(area=made.area_measure.area))


@pytest.mark.requirement("G5")
def test_limits_that_are_fixed_need_no_milestone():
    assert LimitsDecisionFactory(fixed=True).milestone is None


@pytest.mark.requirement("G2")
@pytest.mark.parametrize("kind", Kind)
def test_a_measure_has_a_chart_that_suits_its_kind(kind):
    version = MeasureVersionFactory(
        kind=kind,
        denominator="" if kind == Kind.COUNT else "People",
        rate_multiplier=1000 if kind == Kind.RATE else None,
    )
    made = AreaMeasureFactory(measure=version.measure)
    for chart in ChartKind.values:
        is_refused = pytest.raises(IntegrityError, match="area_measure_chart_suits_its_measure")
        with nullcontext() if chart in CHOICES[kind] else is_refused, transaction.atomic():
            type(made).objects.filter(pk=made.pk).update(chart=chart, chart_reason="Many zeros")


@pytest.mark.requirement("G2")
def test_a_measure_that_nobody_has_defined_yet_has_no_chart_of_a_kind():
    with pytest.raises(IntegrityError, match="area_measure_chart_suits_its_measure"), transaction.atomic():
        AreaMeasureFactory(chart="p", chart_reason="Small groups")
