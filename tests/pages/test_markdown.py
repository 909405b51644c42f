import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfharm_portal.pages import markdown

TEXT = "Write to **[contact address to be added]** within **[number to be\nagreed]** days, or **call** now."


def test_readers_see_that_a_gap_is_still_to_be_completed():
    html = markdown.render(TEXT)
    assert html.count("[still to be completed]") == 2
    assert "contact address" not in html
    assert "<strong>call</strong>" in html


def test_staff_see_the_words_of_a_gap():
    html = markdown.render(TEXT, for_staff=True)
    assert "<strong>[contact address to be added]</strong>" in html
    assert "still to be completed" not in html


def test_gaps_are_listed_with_their_words():
    assert markdown.gaps(TEXT) == ["contact address to be added", "number to be agreed"]
    assert markdown.gaps("**bold** [a link](/about/) **[a bold link](/about/)**") == []


@pytest.mark.parametrize(
    "address", ["https://999bsl.co.uk/", "mailto:a@example.org", "tel:116123", "sms:85258", "/about/", "#help"]
)
def test_known_addresses_are_links(address):
    assert f'<a href="{address}">words</a>' in markdown.render(f"[words]({address})")


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "http://example.org",
        "//example.org",
        "ftp://example.org",
        "java&#115;cript:x",
    ],
)
def test_other_addresses_are_not(address):
    assert "<a " not in markdown.render(f"[words]({address})")
    assert "<a " not in markdown.render(f"<{address}>")


@pytest.mark.parametrize(
    "typed", ["<script>alert(1)</script>", "<img src=x onerror=y>", "<!-- x -->", "&lt;b&gt;", "a <b>b</b>"]
)
def test_html_is_shown_as_typed(typed):
    html = markdown.render(typed)
    assert not re.search(r"<(?!/?p>)", html)


def test_images_are_not_loaded():
    assert "<img" not in markdown.render("![words](https://example.org/x.png)")


def test_tables_are_on_and_scroll_in_a_region_that_the_keyboard_reaches():
    html = markdown.render("| a | b |\n|---|---|\n| 1 | 2 |")
    assert '<div class="cc-scroll" role="region" aria-label="Table" tabindex="0"><table' in html
    assert "<td>2</td>" in html


def test_headings_stand_below_the_sections_own():
    html = markdown.render("# One\n\n###### Six")
    assert '<h3 class="nhsuk-heading-s">One</h3>' in html
    assert '<h6 class="nhsuk-heading-s">Six</h6>' in html


@given(st.text(alphabet=st.sampled_from("<>\"'&[]()*`!#|-:/ abjavscript\n"), max_size=80))
def test_nothing_typed_becomes_a_tag_of_its_own(typed):
    known = r"</?(p|em|strong|a|ul|ol|li|code|pre|blockquote|h[3-6]|hr|br|table|thead|tbody|tr|th|td|div)\b[^<>]*>"
    for for_staff in (False, True):
        assert "<" not in re.sub(known, "", markdown.render(typed, for_staff=for_staff))
