"""A number far from the team's own months: the portal asks, the team looks again, says what it found."""

import pytest

from tests.journeys.test_a_month import fills_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

AREA = "humber-coast-and-vale"


@pytest.mark.requirement("E3", "I3", "K4")
def test_a_lead_is_asked_about_an_unusual_number_and_answers(portal, someone):
    # Given a lead who opens the month at a narrow screen
    lead = someone(width=320)
    account = portal.account("lead", AREA)
    lead.signs_in(account.email, account.password)
    lead.tabs_to("Begin ")
    with lead.page.expect_navigation():
        lead.presses("Enter")
    month = lead.page.url

    # When one number is far from the months before
    lead.activates("Assessment and safety planning")
    fills_in(lead, {"sh10": ("1", "40"), "sh11": ("20", "40")})
    lead.activates("Save and continue")
    lead.opens(f"{month}answers/")

    # Then they are asked about it, with the way to the number and room for an answer
    lead.reads("Please look once more")
    lead.reads("2.5% is outside your usual range")
    lead.finds_nothing_in_the_way()

    # When they say what they found, with more than may be said
    lead.tabs_to("I have checked this")
    lead.presses("Space")
    lead.tabs_to("What you found")
    lead.types("The gateway failed. Ask sam@example.org")
    lead.activates("Save what you found")

    # Then the page says why that is not kept, and still holds it
    lead.reads("Your note seems to contain an e-mail address")
    assert lead.page.title().startswith("Error: ")
    lead.finds_nothing_in_the_way()

    # When they take it out
    lead.tabs_to("What you found")
    assert lead.page.evaluate("document.activeElement.value").endswith("sam@example.org")
    lead.types("The gateway failed for three weeks.")
    lead.activates("Save what you found")

    # Then nothing is left of the question but the answer
    lead.reads("The gateway failed for three weeks.")
    lead.finds_nothing_in_the_way()
