"""Admin's forms for somebody who hears them: each field has its name, whatever a script draws in its place."""

import pytest
from playwright.sync_api import expect

from tests.journeys.test_policy import FIRST_ROW

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

#: Where lists are searched for one, for several, and in each of many rows.
ONE, SEVERAL, IN_ROWS = "/admin/measures/areaaim/add/", "/admin/sites/theme/", "/admin/resources/readinglist/"


@pytest.fixture
def curator(someone, portal):
    account = portal.account("curator")
    visitor = someone(width=1280)
    visitor.signs_in(account.email, account.password, path="/admin/")
    return visitor


@pytest.mark.requirement("K1")
def test_a_searched_list_has_the_name_of_its_field(curator):
    """Closed, open with its box for searching, and when something is chosen: then that is said as well."""
    curator.opens(ONE)
    page = curator.page
    field = page.get_by_role("combobox", name="Area measure")
    field.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("searchbox", name="Area measure")).to_be_focused()
    option = page.locator(".select2-results__option--highlighted")
    option.wait_for()
    chosen = option.inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name=f"Area measure: {chosen}")).to_be_focused()
    curator.finds_nothing_in_the_way()


@pytest.mark.requirement("K1")
def test_so_it_has_where_several_are_chosen(curator):
    curator.opens(SEVERAL)
    page = curator.page
    page.locator(FIRST_ROW).first.click()
    box = page.get_by_role("searchbox", name="Topics")
    box.focus()
    chosen = page.locator(f"#{box.get_attribute('aria-describedby')} .select2-selection__choice")
    assert chosen.count() > 0
    curator.finds_nothing_in_the_way()
    page.keyboard.press("Backspace")  # where a field may be empty, this takes all of them back
    expect(chosen).to_have_count(0)
    assert page.get_by_role("searchbox", name="Topics").count() == 1
    page.keyboard.press("Escape")
    curator.finds_nothing_in_the_way()


@pytest.mark.requirement("K1")
def test_so_it_has_in_each_row_of_a_list_and_in_one_that_is_added(curator):
    curator.opens(IN_ROWS)
    page = curator.page
    page.locator(FIRST_ROW).first.click()
    fields = page.get_by_role("combobox", name="Resource")
    fields.first.wait_for()
    before = fields.count()
    page.locator(".add-row a").first.click()
    expect(fields).to_have_count(before + 1)
    curator.finds_nothing_in_the_way()
