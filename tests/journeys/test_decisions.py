"""A lead explains what a chart flags, recalculates its limits and takes that back; NCISH reads it. Keys only."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

AREA, CODE, NAME = "lincolnshire", "SH23", "Peer support offered"
WORDS = "A peer worker has been in each team since the milestone, and says hello to everybody."
REASON = "Peer workers are in post for good."


@pytest.mark.requirement("C5", "G5", "G8")
def test_a_lead_explains_flagged_months_and_recalculates_limits(portal, someone):
    # Given a lead at 320 px who opens a chart that asks for an explanation
    lead = someone(width=320)
    account = portal.account("lead", AREA)
    lead.signs_in(account.email, account.password)
    lead.opens(f"/submissions/{AREA}/charts/")
    lead.activates(NAME)
    lead.reads("What explains the flagged months")
    lead.finds_nothing_in_the_way()

    # When they begin without words, and then say what happened
    lead.activates("Say what explains it")
    lead.finds_nothing_in_the_way()
    lead.activates("Save")
    lead.reads("Write what explains these months, or that you do not know yet.")
    lead.finds_nothing_in_the_way()
    lead.tabs_to_field("id_text")
    lead.types(WORDS)
    lead.activates("Save")

    # Then it stands on the chart
    lead.reads("stands on the chart")
    lead.reads(WORDS)
    lead.finds_nothing_in_the_way()

    # When they want new limits, and forget to say why
    lead.activates("Recalculate or fix the limits")
    lead.reads("When not to.")
    lead.finds_nothing_in_the_way()
    lead.tabs_to_field("id_recalculate-place_0")
    lead.presses("Space")
    for number in range(4):
        lead.tabs_to_field(f"id_recalculate-agreed_{number}")
        lead.presses("Space")
    lead.activates("Show both pictures")
    lead.reads("Say why the limits are recalculated.")
    lead.finds_nothing_in_the_way()
    lead.tabs_to_field("id_recalculate-reason")
    lead.types(REASON)
    lead.activates("Show both pictures")

    # Then both pictures come before anything is saved
    lead.reads("Nothing is saved yet.")
    lead.reads("As it would be")
    lead.finds_nothing_in_the_way()
    lead.activates("Save these limits")
    lead.reads(REASON)
    lead.finds_nothing_in_the_way()
    lead.activates("Show the chart as it was before")
    lead.reads("This is the chart as it was before anybody decided about its limits.")
    lead.finds_nothing_in_the_way()

    # And it can be taken back, with the reason
    lead.activates("Recalculate or fix the limits")
    lead.tabs_to("Undo Limits recalculated")
    with lead.page.expect_navigation():
        lead.presses("Enter")
    lead.finds_nothing_in_the_way()
    lead.activates("Undo it")
    lead.reads("Say why this is undone.")
    lead.finds_nothing_in_the_way()
    lead.tabs_to_field("id_reason")
    lead.types("One team has stopped using it.")
    lead.activates("Undo it")
    lead.reads("Undone: limits recalculated")
    lead.finds_nothing_in_the_way()

    # And NCISH reads all of it at 1280 px, and writes no story
    analyst = someone(width=1280)
    account = portal.account("analyst")
    analyst.signs_in(account.email, account.password)
    analyst.opens(f"/submissions/{AREA}/charts/{CODE}/")
    analyst.reads(WORDS)
    analyst.does_not_read("Say what explains it")
    analyst.finds_nothing_in_the_way()
    analyst.opens(f"/submissions/{AREA}/charts/{CODE}/limits/")
    analyst.reads("One team has stopped using it.")
    analyst.finds_nothing_in_the_way()


@pytest.mark.requirement("G1", "G8")
def test_a_lead_sets_an_aim_of_the_areas_own(portal, someone):
    # Given a lead who begins with half of an aim
    lead = someone(width=320)
    account = portal.account("lead", AREA)
    lead.signs_in(account.email, account.password)
    lead.opens(f"/submissions/{AREA}/charts/{CODE}/")
    lead.activates("Set your own aims")
    lead.finds_nothing_in_the_way()
    lead.tabs_to_field("id_first")
    lead.types("80")
    lead.activates("Save")
    lead.reads("Choose the month from which you aim at it.")
    lead.finds_nothing_in_the_way()

    # When they choose the month
    lead.tabs_to_field("id_first_from")
    lead.presses("ArrowDown")
    lead.activates("Save")

    # Then the chart says that it is their own
    lead.reads("The chart shows it as your own aim.")
    lead.reads("own aim")
    lead.finds_nothing_in_the_way()
