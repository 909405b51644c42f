"""A reader says that something is wrong with an item, gets it wrong first, and a curator deals with it."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.mark.requirement("K5")
def test_a_reader_reports_and_a_curator_says_what_was_done(portal, someone):
    # Given a reader with a keyboard on the page of an item
    reader = someone(width=320)
    reader.opens("/resources/nice-ng225/")
    reader.activates("Report a broken link or a concern")
    reader.finds_nothing_in_the_way()

    # When the form is sent empty, it says what is missing
    reader.activates("Send your report")
    reader.reads("Choose what is wrong")
    reader.finds_nothing_in_the_way()

    # And when it is filled in, with words of distress among others
    reader.tabs_to_field("id_about_0")
    reader.presses("Space")
    reader.tabs_to_field("id_message")
    reader.types("It ends nowhere, and I want to die")
    reader.activates("Send your report")

    # Then the receipt thanks, and shows help first
    reader.reads("Thank you, we have your report")
    reader.reads("If this is about you, you can talk to someone now")
    reader.does_not_read("want to die")
    reader.finds_nothing_in_the_way()

    # And a curator reads it from the desk, and says what was done
    account = portal.account("curator")
    curator = someone(width=1280)
    curator.signs_in(account.email, account.password, path="/admin/")
    curator.activates("1 Reports to read")
    curator.finds_nothing_in_the_way()
    curator.activates("R0")
    curator.reads("I want to die")
    curator.finds_nothing_in_the_way()
    curator.tabs_to_field("id_what_was_done")
    curator.types("Tried the link: it opens.")
    curator.activates("Save")
    curator.reads("0 reports about items")


def test_the_page_of_an_item_prints_without_what_cannot_be_followed_on_paper(someone):
    reader = someone(width=1280)
    reader.opens("/resources/nice-ng225/")
    reader.page.emulate_media(media="print")
    for selector, is_printed in (("h1", True), ("nav[aria-label=Main]", False), ("form", False), ("#history", True)):
        assert reader.page.locator(selector).first.is_visible() is is_printed, selector
    assert reader.page.get_by_text("https://www.nice.org.uk/guidance/ng225", exact=True).is_visible()
