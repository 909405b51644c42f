"""NCISH looks at all areas: from the matrix to one measure to an area's chart, and through a question to its story."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

PAGES = ("/submissions/overview/matrix/", "/submissions/overview/measures/SH08/", "/submissions/overview/questions/")


@pytest.mark.requirement("G7", "G8")
def test_an_analyst_goes_from_the_matrix_to_one_measure_to_an_areas_chart(portal, someone):
    analyst = someone(width=1280)
    account = portal.account("analyst")
    analyst.signs_in(account.email, account.password)
    analyst.activates("Measures by areas")
    analyst.reads("Areas and measures stand in their own order, never by value.")
    analyst.finds_nothing_in_the_way()
    analyst.activates("Safety plan made together")
    analyst.reads("All small charts have the same scales")
    analyst.finds_nothing_in_the_way()
    analyst.activates("Humber, Coast and Vale")
    assert analyst.page.url.endswith("/submissions/humber-coast-and-vale/charts/SH08/")

    # And from a cell of the matrix at once, whose name says what it shows
    analyst.opens(PAGES[0])
    analyst.activates("SH08, Humber, Coast and Vale: Improvement: higher")
    assert analyst.page.url.endswith("/submissions/humber-coast-and-vale/charts/SH08/")


@pytest.mark.requirement("C3", "G7", "G8")
def test_an_analyst_works_through_a_question_until_its_story_is_told(portal, someone):
    analyst = someone(width=1280)
    account = portal.account("analyst")
    analyst.signs_in(account.email, account.password)
    card = " ".join(analyst.page.locator(".cc-queue", has_text="Charts without a story").inner_text().split())
    analyst.activates(card)
    analyst.finds_nothing_in_the_way()
    before = len(asked(analyst))
    assert card.startswith(f"{before} ")

    # They open the words to send, which name months and no number
    slug, code = asked(analyst)[0]
    analyst.tabs_to(f"Words to send about {code}")
    analyst.presses("Enter")
    analyst.reads("Please write a sentence or two here")
    analyst.finds_nothing_in_the_way()

    # The team says what happened, of everything that is flagged, and the question is gone
    lead = someone(width=320)
    account = portal.account("lead", slug)
    lead.signs_in(account.email, account.password)
    lead.opens(f"/submissions/{slug}/charts/{code}/story/")
    links = lead.page.locator("main a[href*='about=']").evaluate_all("found => found.map(each => each.href)")
    for link in links:
        lead.opens(link)
        lead.tabs_to_field("id_text")
        lead.types("A second clinic opened.")
        lead.activates("Save")
        lead.reads("stands on the chart")
    analyst.opens(PAGES[2])
    assert (slug, code) not in asked(analyst)
    analyst.opens("/submissions/overview/")
    analyst.reads(re.compile(rf"{before - 1}\s*Charts without a story"))


@pytest.mark.requirement("G7", "G8")
@pytest.mark.parametrize("width", [320, 768])
def test_nothing_is_in_the_way_of_charts_of_all_areas(portal, someone, width):
    analyst = someone(width=width)
    account = portal.account("analyst")
    analyst.signs_in(account.email, account.password)
    for path in PAGES:
        analyst.opens(path)
        analyst.finds_nothing_in_the_way()
    analyst.opens(f"{PAGES[0]}?region=atlantis&domain=access_and_waiting")
    analyst.reads("“atlantis” is not in the list")
    analyst.finds_nothing_in_the_way()


@pytest.mark.requirement("G7", "G8")
@pytest.mark.parametrize("width", [768, 1280])
def test_far_down_the_matrix_its_areas_are_still_named_and_focus_is_not_behind_them(portal, someone, width):
    analyst = someone(width=width)
    account = portal.account("analyst")
    analyst.signs_in(account.email, account.password)
    analyst.opens(PAGES[0])
    frame, heading = analyst.page.locator(".cc-icons-frame"), analyst.page.locator(".cc-icons thead th").last
    last = frame.locator("tbody a").last
    last.focus()
    for _ in range(20):
        analyst.presses("Shift+Tab")
        above = heading.bounding_box()
        assert above["y"] >= frame.bounding_box()["y"] - 1
        focus = analyst.page.locator("*:focus").bounding_box()
        assert focus["y"] >= above["y"] + above["height"] - 1


@pytest.mark.requirement("C5", "G8")
def test_a_chart_is_printed_from_the_first_page_on_and_with_what_a_screen_would_open(portal, someone):
    analyst = someone(width=1280)
    account = portal.account("analyst")
    analyst.signs_in(account.email, account.password)
    analyst.opens("/submissions/humber-coast-and-vale/charts/SH08/")
    printed = PdfReader(BytesIO(analyst.page.pdf(prefer_css_page_size=True)))
    first, text = printed.pages[0].extract_text(), " ".join(page.extract_text() for page in printed.pages)
    assert "Process limits" in first  # the key below the drawing
    assert "counts on neither side" in text
    for link in ("Chart as SVG", "Set your own aims", "Text for the picture", "All charts of the team"):
        assert link not in text


@pytest.mark.requirement("G8")
def test_on_a_phone_the_matrix_is_a_list_with_the_same_words(portal, someone):
    analyst = someone(width=320, javascript=False)
    account = portal.account("analyst")
    analyst.signs_in(account.email, account.password)
    analyst.opens(PAGES[0])
    row = analyst.page.get_by_role("row").filter(has_text="SH08")
    for words in ("Humber, Coast and Vale", "Improvement: higher", "Not collected here"):
        assert row.get_by_text(words).first.is_visible(), words


def asked(analyst):
    """Area and code of each question, in the order of the page."""
    links = analyst.page.locator(".cc-asked__list h3 a").evaluate_all("found => found.map(each => each.href)")
    return [tuple(re.findall(r"/submissions/([^/]+)/charts/([^/]+)/", link)[0]) for link in links]
