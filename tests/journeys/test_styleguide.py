"""The page that shows every component, in a browser: the forms do what they say by keyboard, with and without script.

PICTURES=1 keeps screenshots in var/pictures, to be looked at.
"""

import os
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

PATH = "/styleguide/"


def keep_picture(person, name):
    if os.environ.get("PICTURES"):
        folder = Path(settings.BASE_DIR) / "var" / "pictures"
        folder.mkdir(parents=True, exist_ok=True)
        person.page.screenshot(path=folder / f"styleguide-{name}.png", full_page=True)


@pytest.fixture
def curator(portal, someone):
    """`curator(width=320)`: at the page, signed in."""

    def arrives(width=1280, *, javascript=True):
        person = someone(width=width, javascript=javascript)
        account = portal.account("curator")
        person.opens(f"/accounts/login/?next={PATH}")
        person.page.fill("#id_login", account.email)
        person.page.fill("#id_password", account.password)
        person.page.press("#id_password", "Enter")
        person.page.wait_for_url(f"**{PATH}")
        return person

    return arrives


@pytest.mark.requirement("K4")
@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("frame", ["", "?frame=public"])
def test_nothing_is_in_the_way(curator, width, frame):
    person = curator(width)
    person.opens(PATH + frame)
    keep_picture(person, f"{width}{'-public' if frame else ''}")
    person.finds_nothing_in_the_way()


@pytest.mark.requirement("K4")
@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_is_in_the_way_of_a_form_that_came_back(curator, width):
    person = curator(width)
    send(person)
    keep_picture(person, f"{width}-wrong")
    person.finds_nothing_in_the_way()


def send(person):
    with person.page.expect_navigation():
        person.page.click("#try-send")


@pytest.mark.requirement("K4")
def test_what_a_choice_reveals_comes_by_keyboard(curator):
    person = curator()
    inner = person.page.locator("#id_other_kind")
    option = person.page.locator("#id_kind_2")
    assert not inner.is_visible()
    person.tabs_to_field("id_kind_0")
    person.presses("ArrowDown")
    person.presses("ArrowDown")
    assert inner.is_visible()
    assert option.get_attribute("aria-controls") == "conditional-id_kind_2"
    person.presses("Tab")
    assert person.focus()["id"] == "id_other_kind"

    person.tabs_to_field("id_reasons_1_1")
    person.presses("Space")
    assert person.page.locator("#id_other_reason").is_visible()
    assert person.page.locator("#id_reasons_1_1").get_attribute("aria-expanded") == "true"
    person.presses("Space")
    assert not person.page.locator("#id_other_reason").is_visible()
    person.tabs_to_field("id_has_note")
    person.presses("Space")
    person.presses("Tab")
    assert person.focus()["id"] == "id_note"


def test_what_was_chosen_is_open_when_the_page_comes(curator):
    person = curator()
    for field in ("other_kind", "other_reason", "note"):
        assert person.page.locator(f"#id_filled-{field}").is_visible(), field


@pytest.mark.requirement("K4")
def test_without_javascript_all_is_there(curator):
    person = curator(320, javascript=False)
    for field in ("other_kind", "other_reason", "note", "password", "day_0", "account"):
        assert person.page.locator(f"#id_{field}").is_visible(), field
    assert not person.page.locator(".nhsuk-password-input__toggle").first.is_visible()
    assert person.page.get_by_text("You can enter up to 200 characters").first.is_visible()
    send(person)
    assert person.page.title().startswith("Error: ")
    person.page.get_by_role("link", name="Enter a day, a month and a year").click()
    person.page.wait_for_url("**#id_day_0")
    keep_picture(person, "320-without-script")


def test_a_password_is_shown_and_hidden(curator):
    person = curator()
    password = person.page.locator("#id_password")
    person.tabs_to_field("id_password")
    person.types("lanterns on a street")
    person.presses("Tab")
    assert person.focus()["name"] == "Show password"
    person.presses("Enter")
    assert password.get_attribute("type") == "text"
    assert person.focus()["name"] == "Hide password"
    person.presses("Enter")
    assert password.get_attribute("type") == "password"


def test_the_page_counts_as_the_server_does(curator):
    person = curator()
    account = person.page.locator("#id_account")
    left = person.page.locator(".nhsuk-character-count", has=account).locator(".nhsuk-character-count__status")
    account.fill("é😀\nb")
    assert left.inner_text() == "You have 196 characters remaining"
    account.fill("a" * 201)
    assert left.inner_text() == "You have 1 character too many"
    summary = person.page.locator("#id_summary")
    left = person.page.locator(".nhsuk-character-count", has=summary).locator(".nhsuk-character-count__status")
    summary.fill("self-harm, the team's  plan")
    assert left.inner_text() == "You have 16 words remaining"


@pytest.mark.requirement("K4")
def test_the_summary_takes_the_focus_and_leads_to_each_field(curator):
    person = curator(320)
    send(person)
    assert person.page.evaluate("document.activeElement.classList.contains('nhsuk-error-summary')")
    links = person.page.locator(".nhsuk-error-summary a")
    targets = [links.nth(number).get_attribute("href") for number in range(links.count())]
    assert targets == [
        "#id_name",
        "#id_kind_0",
        "#id_reasons_0_0",
        "#id_agrees",
        "#id_day_0",
        "#id_area",
        "#id_account",
        "#id_password",
    ]
    for number, target in enumerate(targets):
        links.nth(number).focus()
        person.presses("Enter")
        assert person.focus()["id"] == target.removeprefix("#")
        person.sees_where_the_focus_is(target)


def test_the_summary_leads_to_the_part_of_a_date_that_is_missing(curator):
    person = curator()
    person.page.fill("#id_day_0", "27")
    person.page.fill("#id_day_2", "2026")
    send(person)
    person.page.get_by_role("link", name="Enter a month as well").focus()
    person.presses("Enter")
    assert person.focus()["id"] == "id_day_1"
    assert person.page.locator("#id_day_1").get_attribute("aria-invalid") == "true"
    assert person.page.locator("#id_day_0").get_attribute("aria-invalid") is None


@pytest.mark.requirement("K4")
def test_controls_have_edges_in_forced_colours(curator):
    person = curator()
    person.page.emulate_media(forced_colors="active")
    edges = person.page.evaluate(
        "() => [...document.querySelectorAll('main input:not([type=hidden]):not([type=radio]):not([type=checkbox]),"
        " main select, main textarea')].filter(field => field.checkVisibility())"
        ".filter(field => getComputedStyle(field).borderTopWidth === '0px').map(field => field.id)"
    )
    assert edges == []
    keep_picture(person, "1280-forced-colours")
