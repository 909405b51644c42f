"""Somebody from another area looks for peers and their infographic, with a keyboard and without a mouse."""

import re

import pytest
from django.utils import timezone

from measures.models import AreaMeasure

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.mark.requirement("C1")
@pytest.mark.parametrize("width", [320, 1280])
def test_the_map_and_the_list_lead_to_the_same_places(someone, width):
    # Given a visitor on the page of the areas
    visitor = someone(width=width)
    visitor.opens("/areas/")
    visitor.finds_nothing_in_the_way()

    # Then the list names and leads to what the map does, under the same numbers
    tiles = visitor.page.locator(".cc-map a").evaluate_all(
        "(links) => links.map((link) => [parseInt(link.getAttribute('aria-label')), link.getAttribute('href')])"
    )
    rows = visitor.page.locator(".cc-arealist li").evaluate_all(
        "(rows) => rows.map((row) => [parseInt(row.innerText), row.querySelector('a').getAttribute('href')])"
    )
    assert tiles == rows
    assert len(rows) == 12

    # And a tile is reached and opened by the keyboard, by the words that stand on it
    visitor.activates("9 NW London, North West London")
    assert visitor.page.locator("h1").inner_text() == "North West London"


@pytest.mark.requirement("C1")
def test_from_a_region_to_an_area_its_infographic_and_its_file(someone):
    # Given a visitor who chooses a region
    visitor = someone(width=320)
    visitor.opens("/areas/")
    visitor.tabs_to("Choose by theme or region")
    visitor.presses("Enter")
    visitor.tabs_to("South West")
    visitor.presses("Space")
    visitor.activates("Update results")
    visitor.reads("1 of 12 areas, A to Z")
    visitor.finds_nothing_in_the_way()

    # When they follow the area to its infographic
    visitor.activates("Somerset")
    visitor.finds_nothing_in_the_way()
    visitor.activates("See it as an infographic")
    visitor.reads("There are no results in this version.")

    # Then the file is there, and words to copy with the picture
    visitor.tabs_to("PDF, one A4 page")
    address = visitor.page.evaluate("document.activeElement.href")
    assert visitor.page.request.get(address).headers["content-type"] == "application/pdf"
    visitor.reads("Text alternative, to copy with the picture")
    visitor.activates("More about Somerset")
    assert visitor.page.locator("h1").inner_text() == "Somerset"


@pytest.mark.requirement("J2")
def test_from_an_area_to_the_standard_and_back(someone):
    # Given a visitor on an area's page
    visitor = someone(width=320)
    visitor.opens("/areas/frimley/")

    # When they go by its theme to a statement of the quality standard
    visitor.activates("Brief psychological intervention")
    visitor.finds_nothing_in_the_way()
    visitor.activates("Statement 7")
    visitor.finds_nothing_in_the_way()

    # Then the measures that test it are there, and the area is one link away
    visitor.reads("Which measure tests it")
    visitor.activates("Frimley")
    assert visitor.page.locator("h1").inner_text() == "Frimley"
    visitor.activates("statement 7")
    visitor.reads(re.compile("Psychological interventions"))


@pytest.mark.requirement("C1")
def test_an_analyst_chooses_the_areas_that_report(portal, someone):
    analyst = someone(width=320)
    account = portal.account("analyst")
    analyst.signs_in(account.email, account.password)
    analyst.opens("/areas/")
    analyst.tabs_to("Choose by theme or region")
    analyst.presses("Enter")
    analyst.tabs_to("Reports none this month")
    analyst.presses("Space")
    analyst.activates("Update results")
    this_month = timezone.localdate().replace(day=1)
    report = AreaMeasure.objects.reported_in(this_month).values("area").distinct().count()
    analyst.reads(f"{12 - report} of 12 areas, A to Z")
    assert analyst.page.locator(".cc-arealist li").count() == analyst.page.locator(".cc-map a").count() == 12 - report
    analyst.finds_nothing_in_the_way()
