"""A curator fills the last panels of an infographic with its page beside, and a second one publishes it."""

import re

import pytest
from playwright.sync_api import expect

from sites.models import Area, Check, Infographic, PanelKind, Theme
from tests.factories import InfographicFactory, InfographicPanelFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.requirement("C2")]

TEXT = "Two nurses offered a first talk within a week. 412 people came."


@pytest.fixture(scope="module")
def drafts(portal, django_db_blocker):
    """One for each test, of an area that readers see: one panel is known, two are to fill."""
    with django_db_blocker.unblock():
        made = {name: drafted(f"a-first-talk-{name}") for name in ("filled", "typed", "looked-at")}
        yield made
        for infographic in made.values():
            infographic.reviews.all().delete()
            infographic.delete()


def drafted(slug):
    made = InfographicFactory(
        draft=True,
        area=Area.objects.get(slug="somerset"),
        theme=Theme.objects.first(),
        title="Somerset: a first talk",
        slug=slug,
        text_alternative="The detail has not been copied to this site yet.",
    )
    InfographicPanelFactory(infographic=made, heading="A first talk", text="Everybody is offered a first talk.")
    for part, heading, question in (
        ("project_details", "Who offered it", "Staff and place: to be added by NCISH."),
        ("outcome_measures", "What was measured", "To be added by NCISH."),
    ):
        empty = {"kind": PanelKind.TO_FILL, "confirmed": False, "source": ""}
        InfographicPanelFactory(infographic=made, part=part, heading=heading, text=question, **empty)
    return made


def frame(person):
    return person.page.frame_locator("iframe[name=preview]")


def test_from_the_last_question_to_readers(portal, someone, drafts):
    draft = drafts["filled"]
    address = f"/admin/sites/infographic/{draft.pk}/change/"
    page = draft.get_absolute_url()

    # Given a curator who opens what is still to fill
    first = someone(width=1280)
    account = portal.account("curator", position=0)
    first.signs_in(account.email, account.password, path=address)
    first.reads("What must still be filled in")
    first.finds_nothing_in_the_way()

    # When they follow a question to its panel and type, the page beside follows
    first.tabs_to("Project details: Who offered it")
    first.presses("Enter")
    first.types("Two nurses at the clinic.")
    expect(frame(first).locator("body")).to_contain_text("Two nurses at the clinic.")
    first.tabs_to_field("id_panels-1-source")
    first.types("The infographic of 2023, page 1")
    first.tabs_to_field("id_panels-1-confirmed")
    first.presses("Space")

    # And makes one mistake: the tick of a source that is not named
    first.tabs_to_field("id_panels-2-text")
    first.types("412 people came within a week.")
    first.tabs_to_field("id_panels-2-confirmed")
    first.presses("Space")
    first.activates("Save and continue editing")
    first.reads("Name the source that it was seen in")
    first.finds_nothing_in_the_way()
    assert first.page.locator("#id_panels-1-text").input_value() == "Two nurses at the clinic."
    first.page.locator("#id_panels-2-source").fill("The infographic of 2023, page 2")
    first.activates("Save and continue editing")

    # Then only the text is left, which still claims a gap
    first.reads("Rewrite the text alternative")
    first.opens(address)  # begins above the list: a browser without windows keeps Tab within the preview at the end
    first.tabs_to("Text alternative")
    first.presses("Enter")
    first.types(TEXT)
    first.activates("Save and continue editing")
    first.reads("is complete.")
    first.reads("Nothing is left to fill.")
    first.finds_nothing_in_the_way()
    first.activates("Send to review")
    first.reads("is sent to review")

    # And readers do not see it before a second person went through the checklist
    reader = someone(width=320)
    assert reader.opens(page) == 404
    second = someone(width=768)
    account = portal.account("curator", position=1)
    second.signs_in(account.email, account.password, path=address)
    second.finds_nothing_in_the_way()
    second.activates("Review and publish")
    second.finds_nothing_in_the_way()
    for check in Check.values:
        second.tabs_to_field(f"id_{check}")
        second.presses("Space")
    second.activates("Publish")
    second.reads("is published")
    assert reader.opens(page) == 200
    reader.reads("Two nurses at the clinic.")
    reader.does_not_read("Not on this page yet")
    reader.finds_nothing_in_the_way()


def test_without_javascript_a_button_shows_what_is_typed(portal, someone, drafts):
    draft = drafts["typed"]
    person = someone(width=1280, javascript=False)
    account = portal.account("curator", position=0)
    person.signs_in(account.email, account.password, path=f"/admin/sites/infographic/{draft.pk}/change/")
    person.page.locator("#id_panels-1-text").fill("Typed without a script.")
    person.page.get_by_role("button", name="Show what is typed").click()
    expect(frame(person).locator("body")).to_contain_text("Typed without a script.")
    assert re.search(r"/change/$", person.page.url)
    person.page.get_by_role("button", name="Save and continue editing").click()
    person.reads("Readers do not see “Who offered it” until it is ticked as seen in a source.")
    assert Infographic.objects.get(pk=draft.pk).panels.filter(text="Typed without a script.").exists()


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_forms_of_areas_and_infographics_are_within_reach_at_any_width(portal, someone, drafts, width):
    draft = drafts["looked-at"]
    person = someone(width=width)
    account = portal.account("curator", position=0)
    person.signs_in(account.email, account.password, path=f"/admin/sites/infographic/{draft.pk}/change/")
    person.finds_nothing_in_the_way()
    person.opens("/admin/sites/infographic/")
    person.finds_nothing_in_the_way()
    person.opens(f"/admin/sites/area/{draft.area.pk}/change/")
    person.finds_nothing_in_the_way()
    person.opens(draft.get_absolute_url())
    person.reads("Only curators see this page.")
    person.finds_nothing_in_the_way()
