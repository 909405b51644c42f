"""Leaving quickly: by the button, by the link in the text, by Shift; and what a stranger reads afterwards."""

import re

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.requirement("K2")]

ELSEWHERE = "https://www.bbc.co.uk/weather"
PAGES = ["/", "/resources/", "/resources/nice-ng225/", "/areas/somerset/", "/measures/SH07/", "/get-help/"]
PAGES += ["/search/?q=training", "/about/", "/contact/", "/accounts/login/", "/no-such-page/"]
#: What a title or a preview would give away.
TELLING = re.compile(r"self.?harm|suicid|overdos|help now", re.IGNORECASE)
TOO_LONG = 5_100  # milliseconds, a little more than a count of Shift waits


@pytest.fixture
def elsewhere(someone):
    """`elsewhere(visitor)`: the weather page is played by us; the list holds who asked for it."""

    def plays(visitor):
        asked = []

        def answer(route):
            asked.append(route.request.headers)
            route.fulfill(body="<title>Weather</title><h1>Weather</h1>", content_type="text/html")

        visitor.page.context.route("https://**/*", answer)
        return asked

    return plays


def is_elsewhere(visitor, asked):
    visitor.page.wait_for_url(ELSEWHERE)
    assert len(asked) == 1
    assert "referer" not in asked[0]


def is_here(visitor, asked, path):
    assert visitor.page.url.endswith(path)
    assert asked == []
    assert visitor.page.locator("h1").is_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_the_third_stop_leaves_and_back_does_not_return(someone, elsewhere, width):
    visitor = someone(width=width)
    asked = elsewhere(visitor)
    visitor.opens("/about/")
    visitor.opens("/get-help/")
    stops = []
    for _ in range(3):
        visitor.presses("Tab")
        stops.append(visitor.focus()["name"])
    assert stops == ["Skip to main content", "Get help now", "Exit this page"]
    visitor.sees_where_the_focus_is("Exit this page")
    visitor.presses("Enter")
    is_elsewhere(visitor, asked)
    visitor.page.go_back()
    assert visitor.page.url.endswith("/about/")
    visitor.page.go_forward()
    assert visitor.page.url == ELSEWHERE


@pytest.mark.parametrize("path", PAGES)
def test_whoever_skips_the_strip_leaves_from_the_text(someone, elsewhere, path):
    visitor = someone(width=320)
    asked = elsewhere(visitor)
    visitor.opens(path)
    early = visitor.page.locator(".cc-exit-early")
    assert early.bounding_box()["height"] <= 1
    visitor.tabs_to("Skip to main content")
    visitor.presses("Enter")
    visitor.presses("Tab")
    assert visitor.focus()["name"] == "Exit this page"
    assert early.bounding_box()["height"] >= 44
    bar = visitor.page.locator(".cc-help__bar").bounding_box()
    assert early.bounding_box()["y"] >= bar["y"] + bar["height"], "hidden under the strip"
    visitor.finds_nothing_in_the_way()
    early.focus()
    visitor.presses("Enter")
    is_elsewhere(visitor, asked)


def test_the_page_is_covered_at_once_and_its_title_gone(someone, elsewhere):
    visitor = someone(width=320)
    asked = elsewhere(visitor)
    visitor.opens("/get-help/")
    seen = visitor.page.evaluate("""() => {
        document.querySelector(".cc-help__exit").click();  // and look before the other page can have come
        const cover = document.querySelector("body > [role=alert]").getBoundingClientRect();
        return {title: document.title, text: document.body.innerText.trim(), cover: [cover.width, cover.height]};
    }""")
    assert seen == {"title": "Loading", "text": "Loading", "cover": [320, 800]}
    is_elsewhere(visitor, asked)


@pytest.mark.parametrize("modifiers", [["ControlOrMeta"], ["Shift"]])
def test_a_press_for_a_new_tab_leaves_too(someone, elsewhere, modifiers):
    visitor = someone(width=320)
    asked = elsewhere(visitor)
    visitor.opens("/get-help/")
    visitor.page.locator(".cc-help__exit").click(modifiers=modifiers)
    is_elsewhere(visitor, asked)
    assert len(visitor.page.context.pages) == 1


@pytest.mark.parametrize("path", ["/", "/get-help/", "/no-such-page/"])
def test_shift_three_times_leaves_and_counts_aloud(someone, elsewhere, path):
    visitor = someone(width=320)
    asked = elsewhere(visitor)
    visitor.opens(path)
    said = visitor.page.locator(".cc-exit-count [role=status]")
    filled = visitor.page.locator(".cc-exit-count .on")
    visitor.presses("Shift")
    assert said.inner_text() == "Press Shift two more times to exit this page."
    assert filled.count() == 1
    visitor.finds_nothing_in_the_way()
    box = visitor.page.locator(".cc-exit-count").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    visitor.presses("Shift")
    assert said.inner_text() == "Press Shift once more to exit this page."
    assert filled.count() == 2
    is_here(visitor, asked, path)
    visitor.presses("Shift")
    is_elsewhere(visitor, asked)
    visitor.page.go_back()
    assert not visitor.page.url.endswith(path)


def test_the_count_is_seen_whole_at_400_percent(someone):
    visitor = someone(width=320)
    visitor.page.set_viewport_size({"width": 320, "height": 200})
    visitor.opens("/get-help/")
    visitor.page.mouse.wheel(0, 600)
    visitor.presses("Shift")
    box = visitor.page.locator(".cc-exit-count").bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 200
    assert box["x"] + box["width"] <= 320


@pytest.mark.parametrize(
    "keys",
    [
        ["Shift", "Shift"],
        ["Shift", "Shift", "a", "Shift"],
        ["Shift+a", "Shift+b", "Shift+c"],
        ["Control+Shift", "Control+Shift", "Control+Shift"],
        ["Shift+Tab", "Shift+Tab", "Shift+Tab"],
    ],
)
def test_other_use_of_shift_stays(someone, elsewhere, keys):
    visitor = someone(width=320)
    asked = elsewhere(visitor)
    visitor.opens("/get-help/")
    for key in keys:
        visitor.presses(key)
    visitor.page.wait_for_timeout(200)
    is_here(visitor, asked, "/get-help/")


def test_capital_letters_in_a_field_stay(someone, elsewhere):
    visitor = someone(width=320)
    asked = elsewhere(visitor)
    visitor.opens("/search/")
    visitor.tabs_to("Search")
    for letter in "ABC":
        visitor.presses(f"Shift+{letter}")
    is_here(visitor, asked, "/search/")


def test_the_count_begins_anew_after_five_seconds(someone, elsewhere):
    visitor = someone(width=320)
    asked = elsewhere(visitor)
    page = visitor.page
    page.clock.install()
    visitor.opens("/get-help/")
    said = page.locator(".cc-exit-count [role=status]")
    visitor.presses("Shift")
    visitor.presses("Shift")
    page.clock.run_for(TOO_LONG)
    assert said.inner_text() == "You are still here. To exit, press Shift three times again."
    assert page.locator(".cc-exit-count .on").count() == 0
    visitor.presses("Shift")
    assert said.inner_text() == "Press Shift two more times to exit this page."
    page.clock.run_for(TOO_LONG * 2)
    assert said.text_content() == ""
    is_here(visitor, asked, "/get-help/")


def test_without_javascript_the_links_leave(someone, elsewhere):
    visitor = someone(width=320, javascript=False)
    asked = elsewhere(visitor)
    for selector in [".cc-help__exit", ".cc-exit-early"]:
        visitor.opens("/get-help/")
        assert visitor.page.locator(selector).get_attribute("target") is None
        visitor.page.locator(selector).focus()
        visitor.presses("Enter")
        is_elsewhere(visitor, asked)
        asked.clear()


def test_the_strip_leads_to_what_stays_in_the_history(someone):
    visitor = someone(width=320)
    visitor.opens("/areas/")
    visitor.activates("Leaving quickly, and your history")
    assert visitor.page.url.endswith("/get-help/#leaving-quickly")
    section = visitor.page.get_by_role("region", name="Leaving quickly, and your history")
    assert "your browser's history keeps the address of every page" in section.inner_text()
    assert "How to clear your history" in section.inner_text()


def test_titles_and_previews_tell_nothing(someone):
    visitor = someone(width=320)
    items = []
    visitor.opens("/resources/a-to-z/")
    for href in visitor.page.locator("main a[href^='/resources/']").evaluate_all("all => all.map(a => a.pathname)"):
        if href not in items and href.endswith("/"):  # files to take along have no title
            items.append(href)
    assert len(items) > 50
    for path in [*PAGES, *items]:
        html = visitor.page.request.get(path).text()
        title = re.findall("<title>(.*?)</title>", html)[0]
        previews = re.findall('<meta property="og:(?!url)[a-z_]*" content="(.*?)">', html)
        assert title.endswith(" - Community care"), path
        assert len(title) > len(" - Community care") + 2, path
        assert len(previews) == 4, path
        for words in [title, *previews]:
            assert not TELLING.search(words), f"{path}: {words}"


def test_staff_have_no_exit_and_shift_is_theirs(someone, elsewhere, portal):
    lead = portal.account("lead", "frimley")
    visitor = someone(width=1280)
    asked = elsewhere(visitor)
    visitor.signs_in(lead.email, lead.password)
    assert visitor.page.locator("[data-exit]").count() == 0
    for _ in range(3):
        visitor.presses("Shift")
    visitor.page.wait_for_timeout(200)
    assert asked == []
    administrator = portal.account("administrator")
    other = someone(width=1280)
    other.signs_in(administrator.email, administrator.password, "/admin/")
    assert other.page.locator("[data-exit]").count() == 0
