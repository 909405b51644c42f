"""A team's months as a spreadsheet: taken away, filled in, brought back, sent together; and more time for one."""

from pathlib import Path

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from measures.reporting_calendar import month_in_words
from measures.wording import shifted
from tests.journeys.conftest import begins_to_report

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

AREA = "surrey-heartlands"
NUMERATOR, DENOMINATOR = "Numerator", "Denominator"
#: Two months back: over, and with nothing typed.
BACK = 2


@pytest.fixture(scope="module")
def beginners(portal, django_db_blocker):
    """A team that has reported two measures for three months, and has typed nothing."""
    with django_db_blocker.unblock():
        return begins_to_report(AREA, "sheets@example.org", codes=("SH08", "SH27"), since=3)


def month_back(count):
    return shifted(timezone.localdate().replace(day=1), -count)


def fill_in(template: Path, filled: Path, numbers):
    """Write into the cells of a template, by code and heading; returns the place of each."""
    workbook = load_workbook(template)
    sheet = workbook["Numbers"]
    column = {cell.value: position for position, cell in enumerate(sheet[1])}
    places = {}
    for row in sheet.iter_rows(min_row=2):
        code = row[column["Code"]].value
        for heading, text in numbers.get(code, {}).items():
            cell = row[column[heading]]
            cell.value = text
            places[code, heading] = f"Numbers!{cell.coordinate}"
    workbook.save(filled)
    return places


def chooses(person, file):
    """The dialogue in which a person finds a file is the browser's own."""
    person.tabs_to("The filled template")
    person.page.set_input_files("#id_file", file)


@pytest.mark.requirement("E6", "K4")
def test_a_lead_takes_a_template_and_brings_it_back_with_two_mistakes(beginners, someone, tmp_path):
    # Given a lead at a narrow screen, with the keyboard alone
    lead = someone(width=320)
    lead.signs_in(beginners.lead.email, beginners.lead.password)
    lead.activates("Fill in months as a spreadsheet")
    lead.finds_nothing_in_the_way()

    # When they take the template of one month
    month = month_back(BACK)
    for field in ("From", "To"):
        lead.tabs_to(field)
        lead.page.keyboard.type(month_in_words(month))
    lead.tabs_to("Take it as Excel")
    with lead.page.expect_download() as download:
        lead.presses("Enter")
    assert download.value.suggested_filename.endswith(".xlsx")
    template, filled = tmp_path / "template.xlsx", tmp_path / f"{AREA}.xlsx"
    download.value.save_as(template)

    # And send the page away without a file
    lead.activates("Show what it would do")
    lead.reads("Choose the file first.")
    assert lead.page.title().startswith("Error: ")
    lead.finds_nothing_in_the_way()

    # And bring the file with two mistakes
    wrong = {"SH08": {NUMERATOR: 31, DENOMINATOR: 24}, "SH27": {NUMERATOR: "12.5 people"}}
    places = fill_in(template, filled, wrong)
    chooses(lead, filled)
    lead.activates("Show what it would do")

    # Then each is told by its cell, and nothing is kept
    assert lead.page.title().startswith("Error: ")
    lead.reads("2 things to mend in the file")
    lead.reads(places["SH08", NUMERATOR])
    lead.reads("31 out of 24 is more than everyone")
    lead.reads(places["SH27", NUMERATOR])
    lead.reads("You entered “12.5 people”")
    lead.finds_nothing_in_the_way()
    lead.activates("2 things to mend")
    assert lead.page.url.endswith("#mend")

    # When they mend both and bring it again
    fill_in(template, filled, {"SH08": {NUMERATOR: 13, DENOMINATOR: 24}, "SH27": {NUMERATOR: 612}})
    chooses(lead, filled)
    lead.activates("Show what it would do")

    # Then they see what it would do, and agree
    lead.reads("Nothing is saved yet")
    lead.reads("13 of 24")
    lead.finds_nothing_in_the_way()
    lead.activates("Save all of it as drafts")
    lead.reads("2 measures in 1 month saved as drafts. Nothing has been sent yet.")
    lead.finds_nothing_in_the_way()

    # When they send it with the others, at first without a month and without the declaration
    lead.activates("Send these months")
    lead.reads("Choose at least one month.")
    assert lead.page.title().startswith("Error: ")
    lead.finds_nothing_in_the_way()
    for box in (month_in_words(month), "These totals are right"):
        lead.tabs_to(box)
        lead.presses("Space")
    lead.activates("Send these months")

    # Then it is with NCISH
    lead.reads(f"1 month sent to NCISH: {month_in_words(month)}.")
    lead.finds_nothing_in_the_way()


@pytest.mark.requirement("E6", "E5")
def test_a_month_with_a_gap_is_named_and_without_javascript_it_works_too(beginners, someone, tmp_path):
    lead = someone(width=1280, javascript=False)
    account, month = beginners.lead, month_in_words(month_back(1))
    lead.opens(f"/submissions/{AREA}/upload/")
    lead.page.fill("#id_login", account.email)
    lead.page.fill("#id_password", account.password)
    lead.page.press("#id_password", "Enter")
    lead.page.wait_for_url("**/upload/")
    for field in ("from", "to"):
        lead.page.select_option(f"select[name={field}]", label=month)
    with lead.page.expect_download() as download:
        lead.page.click("text=Take it as Excel")
    template, filled = tmp_path / "template.xlsx", tmp_path / f"{AREA}.xlsx"
    download.value.save_as(template)
    fill_in(template, filled, {"SH27": {NUMERATOR: 640}})
    lead.page.set_input_files("#id_file", filled)
    lead.page.click("text=Show what it would do")
    lead.page.click("text=Save all of it as drafts")
    lead.reads("1 measure in 1 month saved as drafts.")
    lead.page.get_by_label(month).check()
    lead.page.get_by_label("These totals are right").check()
    lead.page.click("text=Send these months")
    lead.reads("These months were not sent.")
    lead.reads("1 thing to mend first.")
    assert lead.page.title().startswith("Error: ")

    # The same page with JavaScript, for axe
    seeing = someone(width=320)
    seeing.signs_in(account.email, account.password, f"/submissions/{AREA}/send/")
    for box in (month, "These totals are right"):
        seeing.tabs_to(box)
        seeing.presses("Space")
    seeing.activates("Send these months")
    seeing.finds_nothing_in_the_way()
    seeing.activates(month)
    assert seeing.page.url.endswith("/answers/")


@pytest.mark.requirement("F3", "K4")
def test_an_analyst_gives_an_area_more_time(portal, beginners, someone):
    analyst = someone(width=1280)
    account = portal.account("analyst")
    analyst.signs_in(account.email, account.password)
    analyst.opens(beginners.month(1))
    analyst.activates("Give this area more time")
    analyst.finds_nothing_in_the_way()
    due = month_back(-3)
    for part, text in (("day", "31"), ("month", "February"), ("year", str(due.year))):
        analyst.tabs_to(part.capitalize())
        analyst.types(text)
    analyst.tabs_to("Why?")
    analyst.types("The new record system begins.")
    analyst.activates("Save the date")
    assert analyst.page.title().startswith("Error: ")
    analyst.finds_nothing_in_the_way()
    assert analyst.page.locator("textarea").input_value() == "The new record system begins."
    for part, text in (("day", "9"), ("month", str(due.month)), ("year", str(due.year))):
        analyst.tabs_to(part.capitalize())
        analyst.types(text)
    analyst.activates("Save the date")
    analyst.reads("is now due on 9")
    analyst.reads("The new record system begins.")
    analyst.finds_nothing_in_the_way()
