"""A month is asked about once, answered and accepted, the first time and after a correction: two people, keys only."""

import re

import pytest
from django.utils import timezone

from measures import workflow
from measures.models import Submission
from measures.rules import TypedEntry
from measures.wording import shifted
from selfharm_portal.accounts.models import User
from tests.journeys.conftest import begins_to_report

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

AREA = "lincolnshire"
#: Reports nothing in the demonstration.
BEGINNERS = "herefordshire-and-worcestershire"


@pytest.mark.requirement("E7", "F1", "F4", "F5")
def test_a_correction_is_asked_about_answered_and_accepted(portal, someone):
    # Given a lead at 320 px who finds a mistake in the latest accepted month
    lead = someone(width=320)
    account = portal.account("lead", AREA)
    lead.signs_in(account.email, account.password)
    lead.page.locator(".cc-month--accepted").last.focus()
    with lead.page.expect_navigation():
        lead.presses("Enter")
    address = lead.page.url
    month = lead.page.locator("h1").inner_text()
    code, number = first_count(lead)
    lead.finds_nothing_in_the_way()

    # When they say why, and put it right
    lead.activates(f"Correct {month}")
    lead.finds_nothing_in_the_way()
    lead.activates(f"Open {month} for correction")
    lead.reads("Say what was wrong with the month.")
    lead.finds_nothing_in_the_way()
    lead.tabs_to_field("id_reason")
    lead.types("One clinic sent its list twice.")
    lead.activates(f"Open {month} for correction")
    lead.reads("What was accepted counts until you send it.")
    lead.finds_nothing_in_the_way()
    changes(lead, code, number - 1)
    sends(lead, address, month)

    # Then the chart shows it hollow, beside what counts
    lead.opens(f"/submissions/{AREA}/charts/{code}/")
    lead.reads("Sent, not yet accepted")
    lead.finds_nothing_in_the_way()

    analyst = someone(width=1280)
    account = portal.account("analyst")
    analyst.signs_in(account.email, account.password)
    analyst.reads("A correction")
    analyst.activates(f"Check it {month}, Lincolnshire")
    analyst.reads("One clinic sent its list twice.")
    analyst.reads(f"was {number}, is {number - 1}")
    is_asked_about_answered_and_accepted(analyst, lead, address, month, code)

    # Then every revision is there to be read, and the chart shows what was accepted last
    analyst.activates("Revision 2")
    analyst.reads("Replaced")
    analyst.reads(f"was {number}, is {number - 1}")
    analyst.finds_nothing_in_the_way()
    lead.opens(f"/submissions/{AREA}/charts/{code}/")
    lead.does_not_read("Sent, not yet accepted")


@pytest.fixture(scope="module")
def beginners(portal, django_db_blocker):
    """A team with its first month in a draft: two measures, nothing unusual and nothing wrong."""
    with django_db_blocker.unblock():
        team = begins_to_report(BEGINNERS, "first@example.org", codes=("SH08", "SH27"), since=1)
        typed = [TypedEntry("SH08", numerator="19", denominator="30"), TypedEntry("SH27", numerator="612")]
        first = shifted(timezone.localdate().replace(day=1), -1)
        month = Submission.objects.get(area__slug=BEGINNERS, period__month=first)
        workflow.save_draft(month, typed, by=User.objects.get(email=team.lead.email), seen_lock_version=0)
    return team


@pytest.mark.requirement("E7", "F1", "F4", "F5")
def test_a_first_month_is_sent_asked_about_answered_and_accepted(portal, beginners, someone):
    # Given a lead at 320 px who sends what is drafted
    lead = someone(width=320)
    lead.signs_in(beginners.lead.email, beginners.lead.password)
    lead.opens(beginners.month(1))
    month, address = lead.page.locator("h1").inner_text(), lead.page.url
    sends(lead, address, month)
    lead.finds_nothing_in_the_way()

    # When an analyst at 1280 px finds it
    analyst = someone(width=1280)
    account = portal.account("analyst")
    analyst.signs_in(account.email, account.password)
    analyst.finds_nothing_in_the_way()
    analyst.activates(f"Check it {month}, Herefordshire and Worcs")

    # Then one question is enough, and the answer changes nothing else
    is_asked_about_answered_and_accepted(analyst, lead, address, month, "SH27")
    lead.opens(f"/submissions/{BEGINNERS}/charts/SH27/")
    lead.does_not_read("Sent, not yet accepted")
    lead.reads("612")


def is_asked_about_answered_and_accepted(analyst, lead, address, month, code):
    """From the analyst's page of the month: one value is asked about, the lead answers in words, it is accepted."""
    analyst.finds_nothing_in_the_way()
    analyst.tabs_to(f"Ask about {code}")
    analyst.presses("Space")
    analyst.activates("Send it back with what I ask")
    analyst.reads(f"Write what you ask about {code}")
    analyst.finds_nothing_in_the_way()
    analyst.tabs_to_field(f"id_{code.lower()}-words")
    analyst.types("Was it one list, or two?")
    analyst.activates("Send it back with what I ask")
    analyst.reads("is back with the team")
    analyst.reads("Was it one list, or two?")
    analyst.finds_nothing_in_the_way()

    # Then the lead finds only that value open, and answers in words
    lead.opens(address)
    lead.finds_nothing_in_the_way()
    lead.page.locator(".nhsuk-task-list__item", has_text="1 question").locator("a").focus()
    with lead.page.expect_navigation():
        lead.presses("Enter")
    lead.reads("Was it one list, or two?")
    assert lead.page.locator("input[type=text]").count() == 1
    lead.finds_nothing_in_the_way()
    lead.tabs_to_field(f"id_{code.lower()}-answer")
    lead.types("Two lists, of one clinic.")
    lead.activates("Save")
    sends(lead, address, month)

    # When the analyst reads the answer where the value is, and accepts
    analyst.opens(address)
    analyst.reads("Two lists, of one clinic.")
    analyst.activates(f"Accept {month.split()[0]}")
    analyst.reads("It shows on the team’s charts")
    analyst.finds_nothing_in_the_way()


def first_count(lead):
    """The first measure of the page that is a number of people and nothing else: its code and its number."""
    for row in lead.page.locator(".cc-value").all():
        if found := re.search(r"^([0-9]+) people$", row.locator(".cc-value__said").inner_text().strip()):
            return row.get_attribute("id"), int(found[1])
    raise AssertionError("no count of people was sent")


def changes(lead, code, number):
    """Go to the section of the measure, type another number and save."""
    for position in range(lead.page.locator(".nhsuk-task-list a").count()):
        lead.page.locator(".nhsuk-task-list a").nth(position).focus()
        with lead.page.expect_navigation():
            lead.presses("Enter")
        if lead.page.locator(f"#id_{code.lower()}-numerator").count():
            lead.tabs_to_field(f"id_{code.lower()}-numerator")
            lead.types(str(number))
            lead.activates("Save")
            return
        lead.page.go_back()
    raise AssertionError(f"no section has {code}")


def sends(lead, address, month):
    """From check your answers, with an answer to whatever the portal asks."""
    lead.opens(f"{address}answers/")
    ticks = lead.page.locator(".cc-ask input[type=checkbox]").all()
    for tick in ticks:
        tick.check()
    for note in lead.page.locator(".cc-ask textarea").all():
        note.fill("Made up: checked, and right.")
    if ticks:
        lead.activates("Save what you found")
    lead.tabs_to("These totals are right")
    lead.presses("Space")
    lead.finds_nothing_in_the_way()
    lead.activates(f"Send {month.split()[0]}")
    lead.reads("is with NCISH")
