"""An infographic as PDF and as picture: the same words as the page, tagged, kept, and harmless if one fails."""

import logging
import re
import struct
from io import BytesIO
from itertools import pairwise

import pypdf
import pytest
from django.urls import reverse

from selfharm_portal.pages import demonstration
from selfharm_portal.pages.models import DatabaseKind, PortalDatabase
from sites import infographic_files
from sites.models import PanelKind, PanelPart
from tests.factories import InfographicFactory, UserFactory
from tests.sites import exampleshire
from tests.sites.test_infographics import TO_FILL, full, panel, sheet, words, words_of_page

pytestmark = pytest.mark.django_db

QUERIES_OF_A_FILE = 5


def file(client, infographic, form, status=200):
    answer = client.get(address(infographic, form))
    assert answer.status_code == status
    return answer


def address(infographic, form):
    return reverse(f"sites:infographic_{form}", args=[infographic.area.slug, infographic.slug])


def read(answer):
    return pypdf.PdfReader(BytesIO(answer.content))


def run_together(text):
    """Without the spaces, as a line of a PDF may end where a page has none."""
    return re.sub(r"\s", "", text)


def roles(element):
    """The tags below an element of the tree, in the order of reading."""
    element = element.get_object()
    if not isinstance(element, pypdf.generic.DictionaryObject):
        return
    if "/S" in element:
        yield element["/S"]
    kids = element.get("/K", [])
    kids = kids.get_object() if hasattr(kids, "get_object") else kids
    for kid in kids if isinstance(kids, list) else [kids]:
        yield from roles(kid)


@pytest.mark.requirement("C2")
def test_the_pdf_says_what_the_page_says_in_its_order(client):
    infographic = full()
    for page, text in enumerate(["With & < > and “quotes”.", "Änderung, Łódź, 5 ≥ 4."]):
        panel(infographic, PanelPart.PROJECT_DETAILS, heading=f"Heading {page}", text=text, order=5 + page)
    pdf = read(file(client, infographic, "pdf"))
    assert len(pdf.pages) == 1
    assert run_together(pdf.pages[0].extract_text()) == run_together(words_of_page(client, infographic))


@pytest.mark.requirement("C2")
def test_much_or_little_is_one_page_with_the_words_of_the_page_in_its_order(client):
    for infographic in exampleshire.infographics().values():
        pdf = read(file(client, infographic, "pdf"))
        assert len(pdf.pages) == 1
        assert run_together(pdf.pages[0].extract_text()) == run_together(words_of_page(client, infographic))


@pytest.mark.requirement("C2")
def test_the_pdf_is_tagged_and_says_its_title_and_language(client):
    pdf = read(file(client, full(), "pdf"))
    root = pdf.root_object
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
    assert pdf.metadata.title == "Exampleshire STP: A worker in every practice"
    assert pdf.metadata.subject == "The same in words."
    assert b"pdfuaid:part>1<" in root["/Metadata"].get_data()
    assert [round(float(side) / 72 * 25.4) for side in pdf.pages[0].mediabox[2:]] == [210, 297]
    headings = [int(role[2]) for role in roles(root["/StructTreeRoot"]) if re.fullmatch(r"/H\d", role)]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(headings))


def test_the_picture_has_its_size_and_its_words_have_a_font(client):
    infographic = full()
    answer = file(client, infographic, "png")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG\r\n")
    assert struct.unpack(">II", answer.content[16:24]) == (1200, 675)
    drawn = sheet(infographic)
    svg = infographic_files.picture(drawn, "")
    assert infographic_files.png(drawn._replace(title="Ä"), "") != infographic_files.png(drawn._replace(title=" "), "")
    for text in ("Exampleshire STP", "Aims", "Project details", "Outcome measures", "NCISH, University of Manchester"):
        assert text in svg
        assert text.lower() in drawn.alternative_of_picture.lower()


@pytest.mark.parametrize("title", ["T", "Brief psychological intervention", "A quite long title of a project " * 4])
@pytest.mark.parametrize("area", ["S", "Frimley Health and Care Integrated Care System", "Long Name Of Some Area " * 3])
@pytest.mark.parametrize("banner", ["", demonstration.BANNER])
def test_no_words_of_the_picture_are_lost_or_smaller_than_20_or_upon_each_other(title, area, banner):
    drawn = sheet(full())._replace(area=area.strip(), title=title.strip())
    lines = re.findall(r'x="64" y="([\d.]+)" font-size="(\d+)"[^>]*>([^<]*)<', infographic_files.picture(drawn, banner))
    if banner:
        lines.pop()
    assert all(int(size) >= 20 for _, size, _ in lines)
    assert words(" ".join(text for *_, text in lines[:-1])) == f"{drawn.area} {drawn.title}"
    assert all(float(y) <= 436 - 22 for y, *_ in lines[:-1])


def test_a_demonstration_says_so_in_both_files(client):
    infographic = full()
    as_real = {form: file(client, infographic, form).content for form in ("pdf", "png")}
    PortalDatabase.objects.update_or_create(defaults={"kind": DatabaseKind.DEMONSTRATION})
    text = read(file(client, infographic, "pdf")).pages[0].extract_text()
    assert run_together(text) == run_together(f"{demonstration.BANNER} {words_of_page(client, infographic)}")
    html = client.get(infographic.get_absolute_url()).content.decode().replace("&#x27;", "'")
    assert f'<p class="cc-card">{demonstration.BANNER} {sheet(infographic).alternative_of_picture}</p>' in html
    assert file(client, infographic, "png").content != as_real["png"]
    banner = infographic_files.picture(sheet(infographic), demonstration.BANNER).replace("&#x27;", "'")
    assert demonstration.BANNER in banner


@pytest.mark.parametrize("form", ["pdf", "png"])
def test_files_hold_what_readers_see_whoever_asks(client, form):
    infographic = full()
    for_readers = file(client, infographic, form).content
    panel(infographic, heading="Its own aims", text="For NCISH.", order=9, **TO_FILL)
    client.force_login(UserFactory(curator=True))
    assert file(client, infographic, form).content == for_readers


@pytest.mark.parametrize("form", ["pdf", "png"])
def test_a_file_is_drawn_once_and_anew_when_its_words_change(client, form, monkeypatch):
    infographic = full()
    drawn = []
    draw = infographic_files.DRAW[form]

    def drawing(*given):
        drawn.append(given)
        return draw(*given)

    monkeypatch.setitem(infographic_files.DRAW, form, drawing)
    first = file(client, infographic, form)
    again = client.get(address(infographic, form), headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, len(drawn)) == (304, 1)
    infographic.title = "Another title"
    infographic.save()
    changed = file(client, infographic, form)
    assert changed.headers["ETag"] != first.headers["ETag"]
    assert changed.content != first.content
    assert len(drawn) == 2


@pytest.mark.parametrize("form", ["pdf", "png"])
def test_the_address_on_the_page_may_be_kept_for_good_and_used_elsewhere(client, form):
    infographic = full()
    html = client.get(infographic.get_absolute_url()).content.decode()
    (hashed,) = re.findall(rf'href="({re.escape(address(infographic, form))}\?v=\w+)"', html)
    answer = client.get(hashed)
    assert "immutable" in answer.headers["Cache-Control"]
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert not answer.cookies
    for other in (address(infographic, form), f"{address(infographic, form)}?v=old"):
        assert client.get(other).headers["Cache-Control"] == "public, max-age=3600"


@pytest.mark.parametrize(
    ("form", "breaks"), [("pdf", {"text": "Too many words for a page. " * 400}), ("png", {"heading": "Fine"})]
)
def test_what_cannot_be_drawn_says_so_is_logged_and_leaves_the_page_alone(client, caplog, form, breaks):
    infographic = full(title="A \x01 that no XML may hold" if form == "png" else "Too long")
    panel(infographic, order=9, **breaks)
    with caplog.at_level(logging.ERROR):
        answer = file(client, infographic, form, status=500)
    assert "The file could not be made" in answer.content.decode()
    assert infographic.get_absolute_url() in answer.content.decode()
    assert any(f"No {form} of the infographic" in record.getMessage() for record in caplog.records)
    assert client.get(infographic.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("panels", [1, 8])
def test_a_file_costs_the_same_queries_whatever_its_panels(client, django_assert_num_queries, panels):
    infographic = InfographicFactory()
    for order in range(panels):
        panel(infographic, PanelPart.PROJECT_DETAILS, order=order, kind=PanelKind.CONTEXT)
    file(client, infographic, "pdf")
    with django_assert_num_queries(QUERIES_OF_A_FILE):
        file(client, infographic, "pdf")


def test_its_colours_are_those_of_the_style_sheet(settings):
    tokens = (settings.BASE_DIR / "static" / "src" / "scss" / "_tokens.scss").read_text()
    named = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", tokens))
    for name, (theme, tint) in infographic_files.COLOURS.items():
        assert (theme, tint) == (named[f"theme-{name}"], named[f"theme-{name}-tint"])
    ours = {"white": "card", "lamp": "lamp", "paper": "paper", "deep": "paper-deep", "ink": "ink", "quiet": "ink-quiet"}
    assert {name: named[token] for name, token in ours.items()} == infographic_files.PLAIN_COLOURS
