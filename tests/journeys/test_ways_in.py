"""A parent, a person who self-harms and somebody in distress find what they need, with a keyboard at 320 px."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.mark.requirement("A6")
def test_a_parent_finds_the_parents_guide_in_two_taps(someone):
    # Given a parent on the home page, on a telephone
    parent = someone(width=320)
    parent.opens("/")
    parent.finds_nothing_in_the_way()

    # When they say what brings them here, then choose the first step
    parent.activates("I am worried about someone")
    parent.reads("You are not alone, and there is good help.")
    parent.finds_nothing_in_the_way()
    parent.activates("Coping with self-harm: a guide for parents and carers")

    # Then it is there, with a way to open it
    parent.reads("A free booklet for parents and carers")
    assert parent.page.locator("main a.nhsuk-button").count() == 1
    parent.finds_nothing_in_the_way()


@pytest.mark.requirement("K1")
@pytest.mark.parametrize("javascript", [True, False])
def test_a_person_who_self_harms_reaches_a_line_in_one_tap(someone, javascript):
    # Given a person who chose their door
    person = someone(width=320, javascript=javascript)
    person.opens("/resources/for/you/")

    # Then a line to call and one to text are links of the page itself, before anything to read
    lines = person.page.locator("main a[href^='tel:'], main a[href^='sms:']")
    assert [line.get_attribute("href") for line in lines.all()][:2] == ["tel:116123", "sms:85258?body=SHOUT"]
    first_item = person.page.locator("main article a").first
    assert lines.nth(1).bounding_box()["y"] < first_item.bounding_box()["y"]

    # And the keyboard gets there; what an item is can be opened without leaving
    person.tabs_to("Call 116 123")
    person.tabs_to("What it is")
    person.presses("Enter")
    assert person.page.locator("main details[open]").count() == 1
    if javascript:  # axe is a script
        person.finds_nothing_in_the_way()


@pytest.mark.requirement("K5")
def test_somebody_in_distress_who_mistypes_is_met_with_help_and_still_gets_results(someone):
    person = someone(width=320)
    for path, field in (("/", "home-search"), ("/resources/", "q")):
        person.opens(path)
        person.tabs_to_field(field)
        person.types("i cant cope self hrm")
        with person.page.expect_navigation():
            person.presses("Enter")
        person.reads("If this is about you, you can talk to someone now")
        assert "cope" not in person.page.title()
        person.finds_nothing_in_the_way()
        person.tabs_to("Call 116 123")
