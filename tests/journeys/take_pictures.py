"""Pictures for README and docs: `make pictures`. Not collected with the tests, since its name does not begin so."""

import pytest
import typst
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from PIL import Image

from measures.geometry import sparks
from measures.statistics.findings import find
from sites.models import Infographic
from tests.measures.charted import EXAMPLES, figure

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

FOLDER = settings.BASE_DIR / "docs" / "images"
#: Beside the mock-ups in docs/library.md.
LIBRARY = {
    "results": "/resources/?q=saftey+planing",
    "none": "/resources/?q=postcards+prisons&type=training_course&cost=paid",
    "help-first": "/resources/?q=want+to+die",
    "item": "/resources/nice-ng225/",
    "families": "/resources/for/families/",
}


#: For docs/infographics.md, beside one that does not exist.
INFOGRAPHICS = {
    "frimley": "frimley-brief-psychological-intervention",
    "north-west-london": "north-west-london-training-programme",
    "somerset": "somerset-digital-resources",
}
GREY = "html { filter: grayscale(1) }"
ONE_PAGE = '#set page(width: 210mm, height: 297mm, margin: 0mm)\n#image("page.pdf", width: 210mm)'


#: Beside the mock-ups in docs/charts.md: how each kind of chart looks, and one of them in other circumstances.
WAYS = {
    "forced-colours": {"forced_colors": "active", "color_scheme": "light"},
    "forced-colours-dark": {"forced_colors": "active", "color_scheme": "dark"},
    "print-grey": {},
    "focus": {},
}


#: Of pages that the demonstration has.
AREA = "humber-coast-and-vale"
OF_A_TEAM = {"before-after": ("SH08/", ".cc-before-after__one"), "all": ("", ".cc-charts")}
WAYS_OF_A_PAGE = {
    "1280": (1280, {}),
    "320": (320, {}),
    "forced-colours": (1280, {"forced_colors": "active"}),
    "print": (720, {"media": "print"}),
}


def take(person, path, name, *, height=800, element=None):
    person.page.set_viewport_size({"width": person.page.viewport_size["width"], "height": height})
    person.opens(path)
    target = person.page.locator(element).first if element else person.page
    target.screenshot(path=FOLDER / f"{name}.png")


def test_take_pictures(portal, someone):
    reader = someone(width=1280)
    take(reader, "/", "home", height=960)

    for name, path in LIBRARY.items():
        take(reader, path, f"library/{name}", height=1100)

    lead = someone(width=1280)
    account = portal.account("lead", "frimley")
    lead.signs_in(account.email, account.password)
    take(lead, "/submissions/frimley/charts/SH13/", "chart", element=".c-chart__figure")
    lead.opens("/submissions/frimley/")
    lead.opens(lead.page.locator(".cc-due a").get_attribute("href"))
    take(lead, lead.page.locator(".nhsuk-task-list a").first.get_attribute("href"), "month", height=900)

    analyst = someone(width=1280)
    account = portal.account("analyst")
    analyst.signs_in(account.email, account.password)
    take(analyst, "/submissions/overview/", "overview", height=1100)


def test_take_pictures_of_infographics(someone, exampleshire, tmp_path):
    folder = FOLDER / "infographics"
    shown = {name: Infographic.objects.select_related("area").get(slug=slug) for name, slug in INFOGRAPHICS.items()}
    shown["example"] = exampleshire["complete"]
    for width in (320, 1280):
        reader = someone(width=width)
        for name, infographic in shown.items():
            take(reader, infographic.get_absolute_url(), f"infographics/{name}-{width}", element="article")
    files = [exampleshire["complete"].area.slug, exampleshire["complete"].slug]
    for form, path in (("pdf", tmp_path / "page.pdf"), ("png", folder / "example-slide.png")):
        answer = reader.page.request.get(reverse(f"sites:infographic_{form}", args=files))
        path.write_bytes(answer.body())
    (tmp_path / "page.typ").write_text(ONE_PAGE)
    typst.compile(tmp_path / "page.typ", output=folder / "example-pdf.png", format="png", ppi=96)


def test_take_pictures_of_what_followed_a_change_and_of_all_charts(portal, someone):
    lead = someone(width=1280)
    account = portal.account("lead", AREA)
    lead.signs_in(account.email, account.password)
    folder = FOLDER / "charts"
    for name, (path, element) in OF_A_TEAM.items():
        lead.opens(f"/submissions/{AREA}/charts/{path}")
        for way, (width, media) in WAYS_OF_A_PAGE.items():
            lead.page.set_viewport_size({"width": width, "height": 900})
            lead.page.emulate_media(**({"media": "screen", "forced_colors": "none"} | media))
            picture = folder / f"{name}-{way}.png"
            lead.page.locator(element).first.screenshot(path=picture)
            few_colours(picture)


def few_colours(path):
    """A drawing needs no more than 64 of them, and its picture a third of the room."""
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(64, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


def test_take_pictures_of_charts(bare_page):
    folder = FOLDER / "charts"
    folder.mkdir(exist_ok=True)

    def keep(page, name, element=".c-chart__figure"):
        page.add_style_tag(content="main { padding: 0 16px }" + (GREY if "grey" in name else ""))
        path = folder / f"{name}.png"
        page.locator(element).first.screenshot(path=path)
        few_colours(path)

    for name in EXAMPLES:
        for width in (320, 1280):
            keep(bare_page(figure(name), width), f"{name}-{width}")
    for name, way in WAYS.items():
        page = bare_page(figure("everything"), 800, **way)
        if name == "print-grey":
            page.emulate_media(media="print")
        if name == "focus":
            for key in ("Tab", "End", *["ArrowLeft"] * 3):
                page.keyboard.press(key)
        keep(page, name)
    small = "".join(
        f"<p>{render_to_string('measures/_spark.html', {'spark': sparks.spark(find(each()))})}</p>"
        for each in EXAMPLES.values()
    )
    keep(bare_page(f'<div class="small" style="width: 232px">{small}</div>', 320), "small", ".small")
