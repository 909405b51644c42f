"""What is taken, what it becomes, and what is refused: every hostile file is really made (brought.py)."""

import subprocess
import sys
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ArrayObject, NumberObject, TextStringObject

from selfharm_portal.uploads import documents, pictures, vetting
from selfharm_portal.uploads.vetting import Kind, Reason, Refused, vet
from tests.uploads import brought
from tests.uploads.brought import annotation, in_catalog, name, on_page, stream, thing

pytestmark = pytest.mark.requirement("C2")


def refusal(data: bytes) -> Reason:
    with pytest.raises(Refused) as found:
        vet(data)
    assert "{" not in found.value.message
    return found.value.reason


# Pictures


@pytest.mark.parametrize(("form", "kind"), [("PNG", Kind.PNG), ("JPEG", Kind.JPEG), ("WEBP", Kind.WEBP)])
def test_a_picture_is_drawn_anew_the_right_way_up_without_a_note(form, kind):
    brought_in = brought.with_notes(form)
    assert any(word in brought_in for word in brought.PLACE_AND_CAMERA)
    vetted = vet(brought_in)
    assert (vetted.kind, vetted.width, vetted.height, vetted.pages) == (kind, 40, 60, 0)
    assert not [word for word in brought.PLACE_AND_CAMERA if word in vetted.data]
    again = Image.open(BytesIO(vetted.data))
    assert not again.getexif()
    # Turned with the clock: the red is at the upper right.
    right, left = [again.convert("RGB").crop((x, 5, x + 1, 6)).tobytes() for x in (35, 5)]
    assert right[0] > 200
    assert max(right[1:]) < 60
    assert min(left) > 200


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_way_to_count_colours_gives_a_picture(mode):
    written = BytesIO()
    Image.new(mode, (4, 4), {"I;16": 0x8000, "1": 1}.get(mode, 0)).save(written, "PNG")
    again = Image.open(BytesIO(vet(written.getvalue()).data))
    assert again.mode in ("L", "RGB", "RGBA")
    assert {"I;16": 128, "1": 255}.get(mode) in (None, again.getpixel((0, 0)))


def test_colours_for_print_become_colours_for_screens():
    again = Image.open(BytesIO(vet(brought.picture("JPEG", "CMYK")).data))
    assert again.mode == "RGB"
    assert again.getpixel((50, 30)) == (255, 255, 255)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_profile_of_other_colours_is_left_behind(form):
    assert "icc_profile" not in Image.open(BytesIO(vet(brought.with_profile(form)).data)).info


BEHIND = {"a page": brought.SCRIPT, "a zip": brought.zipped(), "a drawing": brought.SVG, "a PDF": brought.by_hand()}


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("hidden", BEHIND)
def test_what_hangs_behind_a_picture_is_left_behind(form, hidden):
    hidden = BEHIND[hidden]
    vetted = vet(brought.picture(form) + hidden)
    assert hidden not in vetted.data
    assert b"evil" not in vetted.data
    assert b"script" not in vetted.data


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_a_picture_that_moves_is_refused(form):
    assert refusal(brought.animated(form)) == Reason.MOVES


def test_100_megapixels_in_100_kb_are_refused_before_they_are_unpacked():
    bomb = brought.png_of(10_000, 10_000)
    assert len(bomb) < 110_000
    assert refusal(bomb) == Reason.TOO_MANY_PIXELS
    assert refusal(brought.png_of(20_000, 10_000)) == Reason.TOO_MANY_PIXELS  # beyond Pillow's own limit


# PDFs


def test_a_pdf_keeps_pages_words_tags_links_and_title():
    brought_in = brought.pdf(pages=2)
    vetted = vet(brought_in)
    assert (vetted.kind, vetted.pages, vetted.width, vetted.height) == (Kind.PDF, 2, 0, 0)
    again = PdfReader(BytesIO(vetted.data), strict=True)
    before = PdfReader(BytesIO(brought_in))
    assert [page.extract_text() for page in again.pages] == [page.extract_text() for page in before.pages]
    assert again.metadata == {"/Title": "Somerset: digital resources"}
    assert "/StructTreeRoot" in again.root_object
    assert again.root_object["/Lang"] == before.root_object["/Lang"]
    assert "https://example.org" in str([link.get_object() for link in again.pages[0].annotations or []])


def test_who_wrote_a_pdf_is_left_behind():
    brought_in = brought.pdf()
    assert "Kim Author" in str(PdfReader(BytesIO(brought_in)).metadata)
    vetted = vet(brought_in)
    assert b"Kim Author" not in vetted.data
    assert PdfReader(BytesIO(vetted.data)).xmp_metadata is None


def test_the_same_pdf_gives_the_same_bytes_and_once_more_too():
    brought_in = brought.pdf()
    vetted = vet(brought_in).data
    assert vet(brought_in).data == vetted
    assert vet(vetted).pages == 1


def test_a_form_without_a_field_is_only_left_behind():
    assert b"AcroForm" not in vet(brought.form(fields=False)).data


def test_notes_are_left_behind_where_objects_are_packed_too():
    notes = b"/Metadata(Kim Author)/PieceInfo<</X(Kim Author)>>/AcroForm<</Fields[]>>"
    clean = vet(brought.bomb_of_objects(1_000_000, notes)).data
    assert b"Kim" not in clean
    assert b"AcroForm" not in clean


def test_old_versions_of_a_page_are_left_behind():
    """Saved again behind its end, as some programs do: the first version still stands in the file."""
    first = brought.by_hand(b"/Lang(secret-draft)")
    body = b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    table = b"xref\n1 1\n%010d 00000 n \n" % len(first)
    trailer = b"trailer\n<</Size 4/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        first.index(b"xref\n0 4"),
        len(first) + len(body),
    )
    assert b"secret-draft" not in vet(first + body + table + trailer).data


BOX = ArrayObject([NumberObject(9)])
URI, SOMEWHERE = {"S": name("URI")}, TextStringObject("https://a.example")
HOSTILE_PDFS = {
    "script on opening": (in_catalog("OpenAction", brought.script()), Reason.SCRIPT),
    "script by name": (in_catalog("Names", thing(JavaScript=thing(Names=ArrayObject([])))), Reason.SCRIPT),
    "script under other letters": (brought.hidden_name(), Reason.SCRIPT),
    "script after a link": (annotation("Link", A=thing(S=name("GoTo"), Next=brought.script())), Reason.SCRIPT),
    "script in an outline": (in_catalog("Outlines", thing(First=thing(A=brought.script()))), Reason.SCRIPT),
    "action of a page": (on_page("AA", thing(O=thing(S=name("GoTo")))), Reason.ACTION),
    "launch on opening": (in_catalog("OpenAction", brought.launching()), Reason.ACTION),
    "launch by a link": (annotation("Link", A=brought.launching()), Reason.ACTION),
    "another file by a link": (
        annotation("Link", A=thing(S=name("GoToR"), F=SOMEWHERE)),
        Reason.ACTION,
    ),
    "an action of no known kind": (annotation("Link", A=thing(S=name("Unheard"))), Reason.ACTION),
    "opens the web": (in_catalog("OpenAction", thing(**URI, URI=SOMEWHERE)), Reason.ACTION),
    "a link that is a script": (annotation("Link", A=thing(**URI, URI=TextStringObject("javascript:1"))), Reason.LINK),
    "a link to a file": (annotation("Link", A=thing(**URI, URI=TextStringObject("file:///etc/passwd"))), Reason.LINK),
    "a link of bytes": (annotation("Link", A=thing(**URI, URI=brought.byte_string(b"\xffjavascript:1"))), Reason.LINK),
    "an attachment": (brought.attached(), Reason.ATTACHMENT),
    "an attachment on a page": (annotation("FileAttachment"), Reason.ATTACHMENT),
    "an attachment by association": (on_page("AF", ArrayObject([])), Reason.ATTACHMENT),
    "data from elsewhere": (on_page("Far", stream(b"", F=SOMEWHERE)), Reason.ATTACHMENT),
    "a form": (brought.form(fields=True), Reason.FORM),
    "a form in XML": (in_catalog("AcroForm", thing(XFA=stream(b"<xdp/>"))), Reason.FORM),
    "a field alone": (annotation("Widget"), Reason.FORM),
    "sends a form": (annotation("Link", A=thing(S=name("SubmitForm"))), Reason.FORM),
    "film": (annotation("RichMedia"), Reason.MEDIA),
    "sound": (annotation("Link", A=thing(S=name("Sound"))), Reason.MEDIA),
    "comments": (annotation("Text", Contents=TextStringObject("Kim: is this right?")), Reason.COMMENTS),
    "a bomb on a page": (brought.bomb_on_page(200_000_000), Reason.TOO_BIG_UNPACKED),
    "a bomb as a picture": (brought.bomb_in_picture(200_000_000), Reason.TOO_BIG_UNPACKED),
    "a bomb in a list of objects": (brought.bomb_of_objects(200_000_000), Reason.BROKEN_PDF),
    "a bomb in a bomb": (brought.packed_twice(), Reason.PACKED),
    "a way to pack of old": (on_page("Old", stream(b"\x80\x0b", "LZWDecode")), Reason.PACKED),
    "a picture of 100 megapixels": (brought.picture_of(10_000, 10_000), Reason.TOO_MANY_PIXELS),
    "locked": (brought.encrypted("secret"), Reason.ENCRYPTED),
    "restricted": (brought.encrypted(""), Reason.ENCRYPTED),
    "21 pages": (brought.pdf(pages=21), Reason.TOO_MANY_PAGES),
    "a page first": (brought.by_hand(before=brought.SCRIPT), Reason.OTHER_KIND),
    "a zip behind": (brought.by_hand(behind=brought.zipped()), Reason.BROKEN_PDF),
    "a page behind": (brought.by_hand(behind=brought.SCRIPT), Reason.BROKEN_PDF),
    "half of it": (brought.pdf()[:2000], Reason.BROKEN_PDF),
    "no page": (brought.by_hand().replace(b"/Kids[3 0 R]/Count 1", b"/Kids[     ]/Count 0"), Reason.BROKEN_PDF),
}


@pytest.mark.parametrize("what", HOSTILE_PDFS)
def test_a_pdf_that_does_or_hides_something_is_refused(what):
    data, reason = HOSTILE_PDFS[what]
    assert len(data) < vetting.LARGEST_FILE
    assert refusal(data) == reason


def test_what_is_not_hostile_is_taken():
    """The same makers, with something harmless: it is what they add that is refused."""
    assert vet(brought.by_hand()).pages == 1
    assert vet(annotation("Link", A=thing(**URI, URI=TextStringObject("mailto:a@example.org")))).pages == 1
    assert vet(in_catalog("OpenAction", thing(S=name("GoTo"), D=TextStringObject("start")))).pages == 1
    assert vet(brought.bomb_on_page(1_000_000)).pages == 1
    assert vet(brought.bomb_of_objects(1_000_000)).pages == 1
    assert vet(brought.picture_of(1000, 1000)).pages == 1


# Other files


#: By name: a test is called what it is called on every worker, whatever second its file was made in.
OTHER_FILES = {
    "nothing": (b"", Reason.EMPTY),
    "too much": (b"x" * (vetting.LARGEST_FILE + 1), Reason.TOO_LARGE),
    "a drawing": (brought.SVG, Reason.SVG),
    "a drawing in other letters": (brought.SVG.decode().encode("utf-16"), Reason.SVG),
    "a page": (brought.SCRIPT, Reason.OTHER_KIND),
    "a program": (brought.SHELL, Reason.OTHER_KIND),
    "a zip": (brought.zipped(), Reason.OTHER_KIND),
    "a GIF that is a zip": (brought.picture("GIF") + brought.zipped(), Reason.OTHER_KIND),
    "a TIFF": (brought.picture("TIFF"), Reason.OTHER_KIND),
    "the start of a PNG": (brought.picture("PNG")[:60], Reason.BROKEN_PICTURE),
    "most of a JPEG": (brought.picture("JPEG")[:-100], Reason.BROKEN_PICTURE),
    "most of a WebP": (brought.picture("WEBP")[:-20], Reason.BROKEN_PICTURE),
    "a page that begins as a PNG": (b"\x89PNG\r\n\x1a\n" + brought.SCRIPT, Reason.BROKEN_PICTURE),
    "a page that begins as a PDF": (b"%PDF-1.7\n" + brought.SCRIPT, Reason.BROKEN_PDF),
}


@pytest.mark.parametrize("what", OTHER_FILES)
def test_what_is_no_picture_and_no_pdf_is_refused(what):
    data, reason = OTHER_FILES[what]
    assert refusal(data) == reason


# Whatever is brought

GOOD = [
    brought.picture("PNG"),
    brought.with_notes("JPEG"),
    brought.with_notes("WEBP"),
    brought.picture("PNG", "P"),
    brought.pdf(),
    brought.by_hand(b"/Lang(en)"),
    vet(brought.pdf()).data,
    HOSTILE_PDFS["an attachment"][0],
]


def taken_or_refused(data: bytes) -> None:
    try:
        taken = vet(data)
    except Refused:
        return
    assert taken.data


STARTS = [b"", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF1234WEBP"]
#: Where in the file, what is put there, and how many bytes go.
CHANGE = st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=6), st.integers(0, 8))


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=400), st.sampled_from(STARTS))
def test_any_bytes_are_taken_or_refused_and_nothing_else(data, start):
    taken_or_refused(start + data)
    taken_or_refused(start + data + b"\n%%EOF")


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(GOOD), st.lists(CHANGE, min_size=1, max_size=8))
def test_a_good_file_with_changed_bytes_is_taken_or_refused(data, changes):
    for where, new, gone in changes:
        start = int(where * len(data))
        data = data[:start] + new + data[start + gone :]
    taken_or_refused(data)


def test_vetting_needs_no_django_and_loads_no_library_before_it_has_to():
    program = (
        "import sys\nfrom selfharm_portal.uploads import confinement\n"
        "assert not {'django', 'PIL', 'pypdf'} & set(sys.modules)\n"
        "from selfharm_portal.uploads import documents, pictures\nassert 'django' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_limits_are_those_that_people_are_told():
    assert f"for {documents.MOST_PAGES}." in Reason.TOO_MANY_PAGES
    assert f"{pictures.MOST_PIXELS // 1_000_000} million" in Reason.TOO_MANY_PIXELS
    assert f"{vetting.LARGEST_FILE // 1_000_000} MB" in Reason.TOO_LARGE
