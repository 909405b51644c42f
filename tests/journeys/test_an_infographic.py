"""An infographic on a phone, on a large screen, on paper and as a file: the same words, and nothing lost."""

import re
import unicodedata
from io import BytesIO

import pypdf
import pytest

from selfharm_portal.pages.demonstration import BANNER

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

PATHS = [
    "/areas/frimley/infographics/frimley-brief-psychological-intervention/",
    "/areas/north-west-london/infographics/north-west-london-training-programme/",
    "/areas/somerset/infographics/somerset-digital-resources/",
]
#: What a printed page says before the infographic.
AROUND = BANNER + "Not an NHS website. Who is behind it"
#: The article hides what leaves it, so a page that cannot be scrolled sideways proves nothing about its words.
CUT_OFF = """
() => [...document.querySelectorAll("article :is(h1, h2, h3, p, strong, a, span)")]
  .filter((one) => {
    const box = one.getBoundingClientRect();
    return box.left < 0 || box.right > document.documentElement.clientWidth + 0.5 || box.height === 0;
  })
  .map((one) => one.textContent)
"""


def run_together(text):
    return re.sub(r"\s", "", text)


def text_of(pdf):
    """With ligatures taken apart: Chromium writes them as one letter."""
    return unicodedata.normalize("NFKC", run_together("".join(page.extract_text() for page in pdf.pages)))


@pytest.mark.requirement("C2")
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_of_it_is_lost_at_any_width(someone, width):
    reader = someone(width=width)
    for path in PATHS:
        reader.opens(path)
        reader.finds_nothing_in_the_way()
        assert reader.page.evaluate(CUT_OFF) == [], path


@pytest.mark.requirement("C2")
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_is_lost_with_much_to_say_or_with_nothing(someone, exampleshire, width):
    reader = someone(width=width)
    for infographic in exampleshire.values():
        reader.opens(infographic.get_absolute_url())
        reader.finds_nothing_in_the_way()
        assert reader.page.evaluate(CUT_OFF) == [], infographic.slug


@pytest.mark.requirement("C2")
def test_what_is_too_much_for_one_sheet_of_paper_goes_on_on_the_next(someone, exampleshire):
    reader = someone(width=320)
    reader.opens(exampleshire["rich"].get_absolute_url())
    said = run_together(reader.page.locator("article").inner_text())
    printed = pypdf.PdfReader(BytesIO(reader.page.pdf(prefer_css_page_size=True, print_background=True)))
    assert len(printed.pages) == 2
    assert sorted(text_of(printed)) == sorted(run_together(AROUND) + said)


@pytest.mark.requirement("C2")
def test_page_paper_and_file_say_the_same(someone, exampleshire):
    reader = someone(width=320)
    for path in [*PATHS, *(exampleshire[key].get_absolute_url() for key in ("complete", "one", "none"))]:
        # Given what the page says on a phone
        reader.opens(path)
        said = run_together(reader.page.locator("article").inner_text())

        # When it is printed, and when it is taken along as a file
        printed = pypdf.PdfReader(BytesIO(reader.page.pdf(prefer_css_page_size=True, print_background=True)))
        address = reader.page.get_by_role("link", name="PDF, one A4 page").get_attribute("href")
        taken = pypdf.PdfReader(BytesIO(reader.page.request.get(address).body()))

        # Then each is one page with the same words, and says that it is a demonstration
        assert (len(printed.pages), len(taken.pages)) == (1, 1), path
        assert text_of(taken) == run_together(BANNER) + said
        assert sorted(text_of(printed)) == sorted(run_together(AROUND) + said)  # a browser paints a tag last
        assert run_together(BANNER) in text_of(printed)


def test_a_curator_sees_what_is_to_fill_and_nothing_is_in_the_way(portal, someone):
    curator = someone(width=320)
    account = portal.account("curator")
    curator.signs_in(account.email, account.password, path="/admin/")
    curator.opens(PATHS[0])
    curator.reads("To fill, seen by staff only")
    curator.reads("The project's own aims")
    curator.finds_nothing_in_the_way()
    assert curator.page.evaluate(CUT_OFF) == []
