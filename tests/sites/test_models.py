"""The tables refuse what cannot be."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from resources.models import RESERVED_SLUGS
from sites.models import Certainty, ChangeKind, DatePrecision, EarlyImplementer, PanelKind, PanelPart, ProgrammeForm
from tests.factories import (
    AreaFactory,
    AreaLinkFactory,
    AreaSuccessorFactory,
    InfographicFactory,
    InfographicPanelFactory,
    MilestoneFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "broken_rule"),
    [
        *(({"slug": slug}, "area_slug_is_not_reserved") for slug in RESERVED_SLUGS),
        ({"tile_row": 0}, "area_tile_is_on_the_map"),
        ({"tile_row": 7}, "area_tile_is_on_the_map"),
        ({"tile_column": 5}, "area_tile_is_on_the_map"),
        ({"programme_form": "CCG"}, "area_programme_form_is_known"),
        ({"certainty": "sure"}, "area_certainty_is_known"),
        ({"early_implementer_status": "maybe"}, "area_early_implementer_is_known"),
        ({"change_kind": ChangeKind.MERGED}, "area_board_that_ended_has_a_date"),
        ({"change_kind": ChangeKind.DIVIDED}, "area_board_that_ended_has_a_date"),
        ({"change_kind": "renamed"}, "area_board_that_ended_has_a_date"),
        ({"crisis_line_confirmed_on": date(2026, 5, 1)}, "area_crisis_line_is_there_to_be_confirmed"),
    ],
)
def test_the_table_refuses_an_impossible_area(fields, broken_rule):
    with pytest.raises(IntegrityError, match=broken_rule), transaction.atomic():
        AreaFactory(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        *({"programme_form": form} for form in ProgrammeForm),
        *({"certainty": certainty} for certainty in Certainty),
        *({"early_implementer_status": status} for status in EarlyImplementer),
        {"change_kind": ChangeKind.MERGED, "change_took_effect": date(2026, 4, 1)},
        {"change_kind": ChangeKind.CLUSTERED},
        {"crisis_line": "0800 000 000", "crisis_line_confirmed_on": date(2026, 5, 1)},
        {"crisis_line": "0800 000 000"},
    ],
)
def test_the_table_takes_every_area_that_can_be(fields):
    AreaFactory(**fields)


def test_two_areas_never_share_a_tile():
    AreaFactory(tile_row=1, tile_column=1)
    with pytest.raises(IntegrityError, match="area_tile_is_its_own"), transaction.atomic():
        AreaFactory(tile_row=1, tile_column=1)


@pytest.mark.parametrize("field", ["slug", "name", "place", "short_name", "ods_code"])
def test_what_names_an_area_names_one_only(field):
    first = AreaFactory()
    with pytest.raises(IntegrityError, match=field), transaction.atomic():
        AreaFactory(**{field: getattr(first, field)})


@pytest.mark.parametrize("factory", [AreaSuccessorFactory, AreaLinkFactory])
def test_a_successor_or_link_stands_once_in_an_area(factory):
    first = factory()
    same = {name: getattr(first, name) for name in ("ods_code", "url") if hasattr(first, name)}
    factory(**same)  # of another area
    with pytest.raises(IntegrityError, match="once_per_area"), transaction.atomic():
        factory(area=first.area, **same)


@pytest.mark.parametrize(
    ("fields", "broken_rule"),
    [
        ({"date_precision": DatePrecision.MONTH, "date": date(2021, 3, 2)}, "says_no_more_than_is_known"),
        ({"date_precision": DatePrecision.YEAR, "date": date(2021, 3, 1)}, "says_no_more_than_is_known"),
        ({"date_precision": "week", "date": date(2021, 1, 1)}, "says_no_more_than_is_known"),
        ({"area": None, "change_tested": True}, "milestone_tested_belongs_to_an_area"),
    ],
)
def test_the_table_refuses_an_impossible_milestone(fields, broken_rule):
    with pytest.raises(IntegrityError, match=broken_rule), transaction.atomic():
        MilestoneFactory(**fields)


@pytest.mark.parametrize(
    ("day", "precision", "said"),
    [
        (date(2021, 3, 5), DatePrecision.DAY, "5 March 2021"),
        (date(2021, 3, 1), DatePrecision.MONTH, "March 2021"),
        (date(2021, 1, 1), DatePrecision.YEAR, "2021"),
    ],
)
def test_a_milestone_says_as_much_of_its_date_as_is_known(day, precision, said):
    assert MilestoneFactory(date=day, date_precision=precision).when == said


def test_a_milestone_is_no_tested_change_until_somebody_says_so():
    assert MilestoneFactory().change_tested is False


@pytest.mark.parametrize(
    ("fields", "broken_rule"),
    [
        ({"part": "results"}, "panel_part_is_known"),
        ({"kind": "guess", "confirmed": False}, "panel_kind_is_known"),
        ({"kind": PanelKind.TO_FILL, "confirmed": True}, "panel_to_fill_is_never_confirmed"),
        ({"source": "", "confirmed": True}, "panel_confirmed_has_a_source"),
    ],
)
def test_the_table_refuses_an_impossible_panel(fields, broken_rule):
    with pytest.raises(IntegrityError, match=broken_rule), transaction.atomic():
        InfographicPanelFactory(**fields)


def test_the_table_takes_every_part_and_kind_of_panel():
    for part in PanelPart:
        for kind in PanelKind:
            InfographicPanelFactory(part=part, kind=kind, confirmed=False)


@pytest.mark.parametrize(
    ("fields", "broken_rule"),
    [({"slug": "new"}, "infographic_slug_is_not_reserved"), ({"status": "done"}, "infographic_status_is_known")],
)
def test_the_table_refuses_an_impossible_infographic(fields, broken_rule):
    with pytest.raises(IntegrityError, match=broken_rule), transaction.atomic():
        InfographicFactory(**fields)
