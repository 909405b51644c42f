"""A data lead finds a measure, tries numbers with one mistake, prints the definition and a worksheet."""

import re
import unicodedata
from io import BytesIO

import pypdf
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

A4 = [210, 297]


def printed(person):
    """The words on paper, and the number of pages."""
    pdf = pypdf.PdfReader(BytesIO(person.page.pdf(prefer_css_page_size=True, print_background=True)))
    assert {tuple(round(float(side) / 72 * 25.4) for side in page.mediabox[2:]) for page in pdf.pages} == {tuple(A4)}
    text = unicodedata.normalize("NFKC", " ".join(page.extract_text() for page in pdf.pages))
    return re.sub(r"\s+", " ", text), len(pdf.pages)


@pytest.mark.requirement("D2", "K1")
@pytest.mark.parametrize("width", [320, 1280])
def test_a_data_lead_finds_a_measure_tries_numbers_and_prints(someone, width):
    # Given a data lead among the measures, who cannot spell
    lead = someone(width=width)
    lead.opens("/measures/")
    lead.tabs_to_field("q")
    lead.types("psycosocial assesment recieved")
    with lead.page.expect_navigation():
        lead.presses("Enter")
    lead.reads("Did you mean")
    lead.finds_nothing_in_the_way()

    # When they open what is found, and enter a part that is larger than the whole
    lead.activates("Psychosocial assessment received")
    lead.finds_nothing_in_the_way()
    lead.tabs_to_field("id_numerator")
    lead.types("39")
    lead.tabs_to_field("id_denominator")
    lead.types("38")
    lead.activates("Show the result")

    # Then the page says what is wrong, beside the number and above it, and keeps what was typed
    lead.reads("These numbers would be refused.")
    assert lead.page.title().startswith("Error: ")
    assert lead.page.locator("#id_numerator").input_value() == "39"
    lead.finds_nothing_in_the_way()
    lead.tabs_to("39 out of 38 is more than everyone.")
    lead.presses("Enter")
    assert lead.focus()["id"] == "id_numerator"

    # When they set it right, the result is there
    lead.types("29")
    lead.activates("Show the result")
    lead.reads("29 ÷ 38 × 100 = 76.3%")
    lead.reads("Nothing stands in the way of these numbers")
    lead.finds_nothing_in_the_way()

    # And paper has the definition and its example, without a form
    text, _ = printed(lead)
    assert "The number of people with a new episode of self-harm" in text
    assert "76.3%" in text
    assert "How to collect it" in text
    assert "Try your numbers" not in text
    assert "Demonstration: made-up numbers" in text


@pytest.mark.requirement("D2")
def test_numbers_are_tried_without_javascript(someone):
    lead = someone(width=320, javascript=False)
    lead.opens("/measures/SH13/")
    lead.tabs_to_field("id_value")
    lead.types("400")
    lead.tabs_to_field("id_denominator")
    lead.types("11")
    lead.activates("Show the result")
    lead.reads("A team would be asked: A median wait of 400 days is longer than a year.")


@pytest.mark.requirement("D1")
def test_what_changed_is_read_word_by_word(someone):
    reader = someone(width=320)
    reader.opens("/measures/SH25/")
    reader.tabs_to("Version 2 from")
    reader.presses("Enter")
    reader.reads("What changed from version to version")
    reader.tabs_to("The whole of Version 1")
    reader.presses("Enter")
    reader.finds_nothing_in_the_way()


@pytest.mark.requirement("E1", "K1")
def test_a_lead_prints_the_worksheet_of_the_own_area(portal, someone):
    # Given a signed-in lead who reads the guide
    lead = someone(width=1280)
    account = portal.account("lead", "frimley")
    lead.signs_in(account.email, account.password)
    lead.opens("/measures/guide/")
    lead.reads("is due on")
    lead.finds_nothing_in_the_way()

    # When they take their own worksheet
    link = lead.page.get_by_role("link", name=re.compile("your own measures"))
    link.focus()
    with lead.page.expect_navigation():
        lead.presses("Enter")
    lead.finds_nothing_in_the_way()

    # Then it prints on A4, every measure with its boxes, none torn between two pages
    text, pages = printed(lead)
    codes = lead.page.locator(".cc-sheet .cc-code").all_inner_texts()
    assert codes
    assert all(code in text for code in codes)
    assert "Nothing about any one person" in text
    assert pages <= len(codes) // 3 + 2
