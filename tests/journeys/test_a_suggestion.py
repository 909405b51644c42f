"""A lead suggests words for an area's page; a curator declines with a reason, then takes over a second suggestion."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

AREA = "somerset"
SUGGEST = f"/areas/{AREA}/suggest/"


@pytest.mark.requirement("C1", "F4")
@pytest.mark.parametrize("width", [320, 1280])
def test_a_lead_suggests_and_a_curator_declines_and_then_takes_over(portal, someone, width):
    section = "Aims" if width == 320 else "Project details"
    public = f"/areas/{AREA}/"

    # Given a lead who comes from the page of the area
    lead = someone(width=width)
    account = portal.account("lead", AREA)
    lead.signs_in(account.email, account.password, path=public + "suggest/")
    lead.reads("Nothing changes on the public page before that")
    lead.finds_nothing_in_the_way()
    lead.opens(public)
    lead.activates("Suggest changes to this page")

    # When they send a section as it stands, it says what to do, and keeps what was typed
    lead.activates(section)
    lead.finds_nothing_in_the_way()
    lead.tabs_to_field("id_text")
    lead.types("The team set out to answer every call within a day.")
    lead.activates("Send to NCISH")
    lead.reads("Say where this can be read, or how you know it")
    lead.reads("Nothing was sent")
    lead.finds_nothing_in_the_way()
    assert lead.page.locator("#id_text").input_value() == "The team set out to answer every call within a day."
    lead.tabs_to_field("id_source")
    lead.types("I lead the project.")
    lead.activates("Send to NCISH")
    lead.reads(f"Your words for “{section}” are with NCISH")
    lead.reads("Waiting since today")
    lead.finds_nothing_in_the_way()

    # And a curator, from the desk, declines: at first without a reason
    account = portal.account("curator")
    curator = someone(width=width)
    curator.signs_in(account.email, account.password, path="/admin/")
    curator.activates("1 Suggestions from areas")
    curator.finds_nothing_in_the_way()
    curator.activates(section)
    curator.reads("The team set out to answer every call")
    curator.finds_nothing_in_the_way()
    curator.activates("Decline")
    curator.reads("Say why: the lead should know what would help")
    curator.finds_nothing_in_the_way()
    curator.tabs_to_field("id_reason")
    curator.types("The published report says within three days. Which is right?")
    curator.activates("Decline")
    curator.reads("is declined")

    # Then the lead reads the reason, and suggests other words
    lead.opens(SUGGEST)
    lead.reads("The published report says within three days. Which is right?")
    lead.finds_nothing_in_the_way()
    lead.activates(section)
    lead.reads("Which is right?")
    lead.finds_nothing_in_the_way()
    lead.tabs_to_field("id_text")
    lead.types("The team set out to answer every call within three days.")
    lead.tabs_to_field("id_source")
    lead.types("https://www.example.org/report")
    lead.activates("Send to NCISH")
    lead.activates(section)
    lead.reads("Suggested words, waiting since today")
    lead.finds_nothing_in_the_way()

    # And the curator takes them over, with a change
    curator.opens("/admin/sites/suggestion/?state__exact=waiting")
    curator.activates(section)
    curator.tabs_to_field("id_text")
    curator.types("The team set out to answer every letter within three days.")
    curator.activates("Take over")
    curator.reads("is taken over with your changes")
    curator.finds_nothing_in_the_way()

    # Then it stands on the page, and the lead sees what was changed
    lead.opens(SUGGEST)
    lead.reads("Taken over, with changes")
    assert lead.page.locator("#main del").last.inner_text().count("call") == 1
    lead.finds_nothing_in_the_way()
    reader = someone(width=width)
    reader.opens(public)
    reader.reads("The team set out to answer every letter within three days.")
    reader.does_not_read("Suggest changes to this page")
    assert reader.page.context.cookies() == []
