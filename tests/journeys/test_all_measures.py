"""A month of all 28 measures, typed by keyboard at 1280 px: how long it takes, and what is said while one types."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

#: Keystroke-level model of Card, Moran and Newell: a key of a person who types figures and not words, and the moment
#: in which they look up the next number and make ready to type it.
SECONDS_PER_KEY, SECONDS_PER_NUMBER = 0.5, 1.35
MOST_MINUTES = 10

COUNT_KEYS = """
document.addEventListener("keydown", () => {
  sessionStorage.setItem("keys", 1 + Number(sessionStorage.getItem("keys") || 0));
}, true);
"""
#: Numbers of each kind of field; measures that count the same people have the same bottom number.
TOP, BOTTOM, MEDIAN, SUM = "29", "47", "16.5", "1,234.5"
BY_CODE = {
    "sh01-numerator": "47",
    "sh02-denominator": "48",  # half a day only among an even number of people
    "sh03-denominator": "48",
    "sh13-denominator": "52",
    "sh19-numerator": "262",
    "sh19-denominator": "1 702 113",
    "sh21-numerator": "912.5",
    "sh26-numerator": "163",
    "sh27-numerator": "612",
    "sh28-denominator": "612",
}


def number_for(field: str) -> str:
    name = field.rpartition("-")[2]
    return BY_CODE.get(field) or {"numerator": TOP, "denominator": BOTTOM, "value": MEDIAN}[name]


@pytest.mark.requirement("E1", "E3", "K4")
def test_a_month_of_28_measures_takes_less_than_ten_minutes(new_team, someone):
    # Given a lead with a new month
    lead = someone(width=1280)
    lead.page.add_init_script(COUNT_KEYS)
    lead.signs_in(new_team.lead.email, new_team.lead.password)
    lead.opens(new_team.month(3))
    lead.finds_nothing_in_the_way()
    lead.page.evaluate("sessionStorage.removeItem('keys')")

    # When they type it, section by section, with one mistake
    lead.activates("Access and waiting")
    said: dict[str, str] = {}
    typed = 0
    for section in range(1, 8):
        lead.reads(f"Section {section} of 7")
        fields = lead.page.locator("form[data-section] input[type=text]").evaluate_all("all => all.map(f => f.id)")
        for found in fields:
            lead.tabs_to_field(found)
            number = number_for(found.removeprefix("id_"))
            lead.page.keyboard.type("92" if found == "id_sh07-numerator" else number)
        typed += len(fields)
        if section == 2:
            lead.activates("Save and continue")
            lead.reads("92 out of 47 is more than everyone")
            lead.finds_nothing_in_the_way()
            lead.tabs_to("SH07: 92 out of 47")
            lead.presses("Enter")
            lead.types("29")
        said |= dict(
            lead.page.locator("output[data-code]").evaluate_all("all => all.map(o => [o.dataset.code, o.textContent])")
        )
        if section == 1:
            lead.finds_nothing_in_the_way()
        lead.activates("Save and continue")

    # Then everything stands there as it was said while they typed
    lead.reads("28 measures with figures")
    lead.finds_nothing_in_the_way()
    rows = dict(
        lead.page.locator(".nhsuk-summary-list__row").evaluate_all(
            "all => all.map(row => [row.querySelector('dt').innerText.slice(0, 4).toLowerCase(),"
            " row.querySelector('.cc-num').innerText])"
        )
    )
    assert said == rows
    assert said["sh19"] == "15.4 attendances per 100,000 adults (262 among 1,702,113)"
    assert said["sh02"] == "16.5 days (48 people)"

    # When they send it
    lead.tabs_to("These totals are right")
    lead.presses("Space")
    keys = int(lead.page.evaluate("sessionStorage.getItem('keys')"))
    lead.activates("Send ")
    lead.reads("Your reference")
    lead.finds_nothing_in_the_way()

    # Then it took less than ten minutes of a person's typing
    minutes = (keys * SECONDS_PER_KEY + typed * SECONDS_PER_NUMBER) / 60
    print(f"28 measures: {keys} keys, {typed} numbers, {minutes:.1f} minutes")
    assert minutes <= MOST_MINUTES
