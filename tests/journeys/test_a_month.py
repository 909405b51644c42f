"""A team's month, from the first number to the chart, at 320 px and by keyboard."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

AREA = "somerset"


@pytest.mark.requirement("E3", "F4", "K4")
def test_a_lead_sends_a_month_and_an_analyst_accepts_it(portal, someone):
    # Given a lead at a narrow screen
    lead = someone(width=320)
    account = portal.account("lead", AREA)
    lead.opens("/submissions/")
    lead.finds_nothing_in_the_way()
    lead.signs_in(account.email, account.password)
    assert lead.page.url.endswith(f"/submissions/{AREA}/")
    lead.finds_nothing_in_the_way()

    # When they begin the open month with one mistake
    lead.tabs_to("Begin ")
    month = lead.focus()["name"].removeprefix("Begin ")
    with lead.page.expect_navigation():
        lead.presses("Enter")
    lead.finds_nothing_in_the_way()
    address = lead.page.url
    lead.activates("Assessment and safety planning")
    lead.finds_nothing_in_the_way()
    fills_in(lead, {"sh08": ("31", "24"), "sh09": ("40", "58")})
    lead.activates("Save and continue")

    # Then they are told, beside the field and above
    lead.reads("31 out of 24 is more than everyone")
    assert lead.page.title().startswith("Error: ")
    lead.finds_nothing_in_the_way()

    # When they correct it and go on, section by section
    lead.tabs_to("SH08: 31 out of 24")
    lead.presses("Enter")
    assert lead.focus()["id"] == "id_sh08-numerator"
    lead.types("13")
    lead.activates("Save and continue")
    for numbers in ({"sh12": ("30", "58")}, {"sh23": ("24", "58")}, {"sh27": ("612",), "sh28": ("21", "612")}):
        fills_in(lead, numbers)
        lead.activates("Save and continue")

    # Then they read everything once more, change one number and come back
    lead.reads("Check your answers")
    lead.reads("13 of 24 (54.2%)")
    lead.finds_nothing_in_the_way()
    lead.activates("Change SH27")
    lead.finds_nothing_in_the_way()
    fills_in(lead, {"sh27": ("611",), "sh28": ("20", "611")})
    lead.activates("Save and go back to your answers")
    lead.reads("611 visits")

    # When they send it, then they have a receipt
    lead.tabs_to("These totals are right")
    lead.presses("Space")
    lead.activates(f"Send {month} to NCISH")
    lead.reads("is with NCISH")
    lead.reads("SOMERSET-")
    lead.finds_nothing_in_the_way()
    lead.activates("Read what you sent")
    lead.reads("13 of 24 (54.2%)")
    assert lead.page.url == address

    # When an analyst accepts it
    analyst = someone(width=320)
    account = portal.account("analyst")
    analyst.signs_in(account.email, account.password)
    assert analyst.page.url.endswith("/submissions/overview/")
    analyst.finds_nothing_in_the_way()
    analyst.opens(address)
    analyst.finds_nothing_in_the_way()
    analyst.activates(f"Accept {month.split()[0]}")
    analyst.reads("It shows on the team’s charts")
    analyst.finds_nothing_in_the_way()

    # Then the chart shows it
    lead.opens(f"/submissions/{AREA}/")
    lead.reads("54.2%")
    lead.finds_nothing_in_the_way()
    lead.activates("Safety plan made together")
    assert lead.page.url.endswith(f"/submissions/{AREA}/charts/SH08/")
    lead.reads("The numbers of this chart")
    lead.reads("54.2%")
    lead.finds_nothing_in_the_way()
    lead.activates("Next")
    assert lead.page.url.endswith(f"/submissions/{AREA}/charts/SH09/")


def fills_in(lead, numbers):
    for code, values in numbers.items():
        for field, value in zip(("numerator", "denominator"), values, strict=False):
            lead.tabs_to_field(f"id_{code}-{field}")
            lead.types(value)


@pytest.mark.requirement("E3", "K4")
@pytest.mark.parametrize("width", [320, 1280])
def test_an_unusual_number_is_asked_about_beside_it(portal, someone, width):
    lead = someone(width=width)
    account = portal.account("lead", "frimley")
    lead.signs_in(account.email, account.password)
    lead.page.click(".cc-due a")
    lead.activates("Access and waiting")
    number = "400" if width == 320 else "401"
    fills_in(lead, {"sh04": (number,)})
    lead.activates("Save and come back later")
    lead.activates("Access and waiting")
    lead.reads(f"{number} people is outside your usual range")
    lead.finds_nothing_in_the_way()
    lead.tabs_to_field(f"id_outside_usual_range-SH04-{number}-checked")
    lead.presses("Space")
    lead.presses("Tab")
    lead.types("The list was tidied up in October.")
    lead.activates("Save and come back later")
    lead.activates("Access and waiting")
    lead.reads("The list was tidied up in October.")


@pytest.mark.requirement("F4")
def test_the_wrong_team_finds_nothing(portal, someone):
    other = someone(width=320)
    account = portal.account("lead", "frimley")
    other.signs_in(account.email, account.password)
    assert other.opens(f"/submissions/{AREA}/") == 404
    other.finds_nothing_in_the_way()
    assert other.opens(f"/submissions/{AREA}/charts/SH08/") == 404
    assert other.opens("/submissions/overview/") == 403
    other.finds_nothing_in_the_way()


@pytest.mark.requirement("E5")
def test_a_month_is_filled_in_without_javascript(portal, someone):
    contributor = someone(width=1280, javascript=False)
    account = next(found for found in portal.accounts if found.role == "contributor")
    contributor.opens("/submissions/")
    contributor.page.fill("#id_login", account.email)
    contributor.page.fill("#id_password", account.password)
    contributor.page.press("#id_password", "Enter")
    contributor.page.wait_for_url(f"**/submissions/{account.area}/")
    contributor.page.click(".cc-due a")
    contributor.page.click(".nhsuk-task-list a")
    contributor.page.locator("form[method=post] input[type=text]").first.fill("about 50")
    contributor.page.click("button[value=later]")
    contributor.reads("Nothing has been sent.")
    contributor.reads("1 problem")
    contributor.page.click(".nhsuk-task-list a")
    assert contributor.page.locator("form[method=post] input[type=text]").first.input_value() == "about 50"
