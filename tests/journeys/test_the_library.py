"""A curator sends an item to review, a second one publishes it, a visitor finds it by the search box."""

import pytest

from resources.models import Check

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.mark.requirement("B3")
def test_two_curators_publish_and_a_visitor_finds_it(portal, someone):
    # Given a draft of the library, not to be found by a visitor
    visitor = someone(width=320)
    visitor.opens("/")
    visitor.finds_nothing_in_the_way()

    # When a curator gives it a title of its own and sends it to review
    first = someone(width=320)
    account = portal.account("curator", position=0)
    first.signs_in(account.email, account.password, path="/admin/resources/resource/?publication_state__exact=draft")
    first.finds_nothing_in_the_way()
    item = first.page.locator("#result_list tbody th a").first
    item.focus()
    with first.page.expect_navigation():
        first.presses("Enter")
    first.finds_nothing_in_the_way()
    first.page.locator("#id_title").focus()
    first.types("Lanternlight: a guide for night staff")
    first.activates("Send to review")
    first.finds_nothing_in_the_way()
    address = first.page.url

    # And a second one publishes it
    second = someone(width=320)
    account = portal.account("curator", position=1)
    second.signs_in(account.email, account.password, path=address)
    second.finds_nothing_in_the_way()
    second.activates("Review and publish")
    second.finds_nothing_in_the_way()
    second.activates("Publish")
    second.reads("5 of 5 points need another look")
    second.finds_nothing_in_the_way()
    for check in Check.values:
        second.tabs_to_field(f"id_{check}")
        second.presses("Space")
    second.activates("Publish")
    second.reads("is published")
    second.finds_nothing_in_the_way()

    # Then the visitor finds it
    visitor.tabs_to_field("header-search")
    visitor.types("lanternlight")
    with visitor.page.expect_navigation():
        visitor.presses("Enter")
    visitor.finds_nothing_in_the_way()
    visitor.activates("Lanternlight: a guide for night staff")
    visitor.reads("Lanternlight")
    visitor.finds_nothing_in_the_way()


@pytest.mark.requirement("A1")
def test_a_clinician_types_a_code_and_lands_on_the_guideline(someone):
    # Given a clinician on the home page
    clinician = someone(width=1280)
    clinician.opens("/")

    # When they type its code
    clinician.tabs_to_field("header-search")
    clinician.types("ng225")
    with clinician.page.expect_navigation():
        clinician.presses("Enter")

    # Then it is the first thing found
    first = clinician.page.locator(".cc-result a").first
    first.focus()
    with clinician.page.expect_navigation():
        clinician.presses("Enter")
    clinician.reads("Self-harm: assessment, management and preventing recurrence")
    clinician.reads("NG225")


def test_filters_are_chosen_by_keyboard_on_a_phone_without_a_script(someone):
    # Given somebody with a phone and no JavaScript, who finds more than enough
    reader = someone(width=320, javascript=False)
    reader.opens("/resources/")
    reader.tabs_to_field("q")
    reader.types("training")
    with reader.page.expect_navigation():
        reader.presses("Enter")
    before = reader.page.locator(".cc-result").count()

    # When they narrow the results
    reader.tabs_to("Narrow the results")
    reader.presses("Enter")
    box = reader.page.locator(".cc-facets--narrow input[name=type]").first
    number = int(reader.page.locator(".cc-facets--narrow .n").first.inner_text().strip("()"))
    box.focus()
    reader.presses("Space")
    reader.activates("Update results")

    # Then they see as many as was promised, and the words are still there
    assert reader.page.locator(".cc-result").count() == number < before
    assert reader.page.locator("#q").input_value() == "training"


@pytest.mark.parametrize("width", [320, 1280])
def test_a_year_that_is_none_is_said_at_once_and_beside_its_field(someone, width):
    reader = someone(width=width)
    reader.opens("/resources/?q=xyzzy&year_from=20x")
    reader.finds_nothing_in_the_way()
    assert reader.focus()["name"].startswith("There is a problem")
    [field] = [found for found in reader.page.locator("[name=year_from]").all() if found.is_visible()]
    assert field.input_value() == "20x"
    reader.page.locator(".nhsuk-error-summary a").focus()
    reader.presses("Enter")
    assert field.is_visible()
