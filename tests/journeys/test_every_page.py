"""Every kind of public page at three widths, with and without JavaScript: whole, reachable, and nothing in the way."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

PAGES = [
    "/",
    "/resources/",
    "/resources/?section=brochures",
    "/resources/?q=care&cost=free&page=2",
    "/resources/?q=saftey+planing",
    "/resources/?q=want+to+die",
    "/resources/?q=xyzzy&cost=paid",
    "/resources/nice-ng225/",
    "/resources/nice-cg16/",
    "/resources/new/",
    "/resources/qs34/",
    "/resources/qs34/3/",
    "/resources/for/professionals/",
    "/resources/for/families/",
    "/resources/for/you/",
    "/resources/lists/",
    "/resources/lists/for-people-who-self-harm/",
    "/resources/a-to-z/",
    "/resources/kinds/",
    "/areas/",
    "/areas/?theme=training",
    "/areas/themes/training/",
    "/areas/themes/peer-support/",
    "/areas/somerset/",
    "/areas/cheshire-and-merseyside/",
    "/areas/frimley/infographics/frimley-brief-psychological-intervention/",
    "/areas/somerset/infographics/somerset-digital-resources/",
    "/measures/",
    "/measures/SH02/",
    "/measures/SH07/",
    "/measures/SH07/?numerator=29&denominator=38",
    "/measures/SH07/?numerator=39&denominator=38",
    "/measures/SH13/?value=400&denominator=11",
    "/measures/SH25/",
    "/measures/?q=saftey+plan&kind=proportion",
    "/measures/?q=xyzzy&kind=rate",
    "/measures/guide/",
    "/measures/guide/worksheet/",
    "/measures/guide/worksheet/?domain=access_and_waiting",
    "/search/",
    "/search/?q=training",
    "/search/?q=want+to+die",
    "/search/?q=xyzzy",
    "/about/",
    "/about/independence/",
    "/about/how-we-choose/",
    "/about/people/",
    "/about/support/",
    "/contact/",
    "/get-help/",
    "/accessibility/",
    "/privacy/",
    "/cookies/",
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/signup/",
    "/no-such-page/",
]


#: There the focus is on the summary of what to mend.
BEGINS_AT_ITS_MISTAKES = {"/measures/SH07/?numerator=39&denominator=38"}


#: Only these set a cookie and hold a form that changes something.
FOR_WRITING = ("/accounts/", "/contact/")


@pytest.mark.requirement("K1", "K4")
@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_is_in_the_way(someone, width):
    """Nor is anything refused by the Content-Security-Policy: a person hears it, and `someone` fails for it."""
    visitor = someone(width=width)
    for path in sorted(PAGES, key=lambda path: path.startswith(FOR_WRITING)):
        status = visitor.opens(path)
        assert status == (404 if path == "/no-such-page/" else 200), path
        visitor.finds_nothing_in_the_way()
        visitor.reads("Demonstration: made-up numbers")
        if not path.startswith(FOR_WRITING):
            assert visitor.page.context.cookies() == [], path
            assert visitor.page.locator("form[method=post]").count() == 0, path
        if path in BEGINS_AT_ITS_MISTAKES:
            continue
        visitor.presses("Tab")
        assert visitor.focus()["name"] == "Skip to main content", path
        visitor.presses("Tab")
        assert visitor.focus()["name"] == "Get help now", path


@pytest.mark.requirement("K4")
def test_at_the_width_of_a_tablet_nothing_scrolls_sideways(someone):
    visitor = someone(width=768)
    for path in PAGES:
        visitor.opens(path)
        visitor.has_all_in_view()


def test_pages_are_whole_without_javascript(someone):
    visitor = someone(width=320, javascript=False)
    for path in PAGES:
        visitor.opens(path)
        assert visitor.page.locator("h1").count() == 1, path
        assert visitor.page.locator("h1").is_visible(), path
        assert visitor.page.get_by_role("link", name="Get help now").first.is_visible(), path


@pytest.mark.requirement("K1")
def test_the_help_page_has_the_line_for_deaf_people(someone):
    visitor = someone(width=320)
    visitor.opens("/get-help/")
    link = visitor.page.locator("a[href='https://999bsl.co.uk/']")
    assert link.count() >= 1
