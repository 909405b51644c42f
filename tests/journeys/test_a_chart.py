"""The charts in a browser: words measured with the fonts that are there, and a keyboard from month to month."""

import random
from itertools import combinations

import pytest
from playwright.sync_api import Page, expect

from measures.charts import chart
from measures.geometry.drawing import SIZES
from measures.statistics.findings import Aim, Milestone
from measures.team_charts.chart_svg import svg
from tests.journeys.person import Person
from tests.measures.charted import EXAMPLES, everything, figure, like_a_measure, months, series

pytestmark = pytest.mark.browser

#: Boxes of all words of all drawings that are shown, with the frame of their drawing and their size on the screen.
WORDS = """
() => [...document.querySelectorAll('svg.c-chart__drawing')].filter((svg) => svg.checkVisibility()).map((svg) => {
  const {width, height} = svg.viewBox.baseVal;
  const scale = svg.getBoundingClientRect().width / width;
  return {width, height, words: [...svg.querySelectorAll('text')].map((text) => {
    const {x, y, width, height} = text.getBBox();
    return {x, y, width, height, text: text.textContent, px: Number(text.getAttribute('font-size')) * scale};
  })};
})
"""


def overlaps(one, other) -> bool:
    """By more than a hair: boxes of words are as high as the font's lines, letters are not."""
    across = min(one["x"] + one["width"], other["x"] + other["width"]) - max(one["x"], other["x"])
    down = min(one["y"] + one["height"], other["y"] + other["height"]) - max(one["y"], other["y"])
    return bool(across > 1 and down > min(one["height"], other["height"]) * 0.25)


def check_words(page: Page, how_many: int) -> None:
    drawings = page.evaluate(WORDS)
    assert len(drawings) == how_many
    for drawing in drawings:
        for one in drawing["words"]:
            assert one["x"] >= 0, one
            assert one["x"] + one["width"] <= drawing["width"], one
            assert one["y"] >= -2, one
            assert one["y"] + one["height"] <= drawing["height"] + 2, one
            assert one["px"] >= 11, one
        for one, other in combinations(drawing["words"], 2):
            assert not overlaps(one, other), (one, other)


@pytest.mark.requirement("G4")
@pytest.mark.parametrize("width", [320, 800, 1280])
def test_words_of_every_kind_of_chart_have_room(bare_page, width):
    opened = bare_page("".join(figure(name) for name in EXAMPLES), width)
    check_words(opened, len(EXAMPLES))


@pytest.mark.requirement("G4")
def test_words_of_many_other_charts_have_room_too(bare_page):
    drawn = []
    for seed in range(24):
        chance = random.Random(seed)
        made = chart(
            series(
                like_a_measure(seed, 60, 100, 1),
                target=chance.uniform(20, 90),
                improvement_direction="increase",
                aims=[Aim(months(60)[10], chance.uniform(20, 90)), Aim(months(60)[40], chance.uniform(20, 90))],
                milestones=[Milestone(months(60)[chance.randrange(60)], n, "Step") for n in range(1, 7)],
            ),
            name=f"chart{seed}",
        )
        drawn += [f'<div style="width:{size.width}px">{svg(made.drawing(size))}</div>' for size in SIZES]
    check_words(bare_page("".join(drawn), 1300), len(drawn))


@pytest.mark.requirement("G8")
@pytest.mark.parametrize(("width", "shown"), [(320, "narrow"), (800, "middle"), (1280, "wide")])
def test_one_stop_of_tab_and_arrows_inside(bare_page, width, shown):
    opened = bare_page(figure("everything") + '<a href="#after">After</a>', width)
    opened.keyboard.press("Tab")
    drawing = opened.locator(f".c-chart__{shown} .c-chart__drawing")
    expect(drawing).to_be_focused()
    reading = opened.get_by_role("status")
    expect(reading).to_be_empty()

    opened.keyboard.press("ArrowRight")
    expect(reading).to_contain_text("April 2021: 31.0%")
    expect(reading).to_contain_text("18 of 58. Usual.")
    opened.keyboard.press("ArrowRight")
    expect(reading).to_contain_text("May 2021: 27.9%")
    opened.keyboard.press("End")
    expect(reading).to_contain_text("March 2024: 63.4%")
    expect(reading).to_contain_text("Improvement (e): one of 7 months in a row above the average")
    expect(drawing.locator(".c-focus__ring")).to_have_count(1)
    opened.keyboard.press("ArrowRight")
    expect(reading).to_contain_text("March 2024")
    opened.keyboard.press("Home")
    expect(reading).to_contain_text("April 2021")
    for _ in range(11):
        opened.keyboard.press("ArrowRight")
    expect(reading).to_contain_text("March 2022: No number")
    expect(reading).to_contain_text("No number: system down or changed.")
    expect(drawing.locator(".c-focus__ring")).to_have_count(1)  # around the hollow ring
    opened.keyboard.press("Escape")
    expect(reading).to_be_empty()
    expect(drawing.locator(".c-focus")).to_have_count(0)

    opened.keyboard.press("ArrowLeft")
    expect(reading).to_contain_text("March 2024")
    opened.keyboard.press("Tab")
    expect(opened.get_by_role("link", name="After")).to_be_focused()
    expect(reading).to_be_empty()


@pytest.mark.requirement("G8")
@pytest.mark.parametrize("width", [320, 800, 1280])
def test_no_rule_of_accessibility_is_broken_and_nothing_scrolls_sideways(bare_page, width):
    opened = bare_page("".join(figure(name) for name in EXAMPLES), width)
    opened.keyboard.press("Tab")
    opened.keyboard.press("End")
    Person(opened).finds_nothing_in_the_way()


@pytest.mark.requirement("G8")
def test_without_a_script_the_table_has_all_of_it_and_the_drawing_is_no_stop(bare_page):
    opened = bare_page(figure("everything"), 800, javascript=False)
    assert opened.locator("[tabindex]").count() == 0
    assert opened.locator(".c-chart__row").count() == len(everything().months)
    expect(opened.get_by_role("table")).to_contain_text("Improvement (e): one of 7 months in a row above the average")


@pytest.mark.requirement("G8")
def test_without_a_style_sheet_one_drawing_is_shown(browser):
    context = browser.new_context(viewport={"width": 800, "height": 900})
    opened = context.new_page()
    opened.set_content(figure("everything"))
    shown = [drawing.is_visible() for drawing in opened.locator(".c-chart__drawing").all()]
    context.close()
    assert shown == [False, True, False]
