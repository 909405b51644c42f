"""A curator puts the infographic as it was published beside its page, and a reader takes it along."""

from io import BytesIO

import pypdf
import pytest

from tests.uploads import brought

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

INFOGRAPHIC = "/areas/somerset/infographics/somerset-digital-resources/"
WORDS = "Aims: digital resources for people in Somerset.\nOutcomes: people found their way to help."


@pytest.mark.requirement("C2")
@pytest.mark.parametrize("width", [320, 1280])
def test_from_a_refused_drawing_to_the_page(portal, someone, width):
    # Given a curator, a drawing that may hold programs, and the infographic as Chromium prints it
    curator = someone(width=width)
    account = portal.account("curator", position=0)
    curator.signs_in(account.email, account.password, path="/admin/sites/infographic/?q=somerset")
    printed = someone(width=1280)
    printed.opens(INFOGRAPHIC)
    poster = printed.page.pdf(print_background=True)

    # When they bring the drawing, they are told what to do
    curator.activates("Somerset STP: digital resources")
    curator.activates("Bring it, as PDF or picture")
    curator.finds_nothing_in_the_way()
    field = curator.page.locator("#id_file")
    field.set_input_files({"name": "poster.svg", "mimeType": "image/svg+xml", "buffer": brought.SVG})
    curator.page.locator("#id_text_alternative").fill(WORDS)
    curator.activates("Save")
    curator.reads("Such files can hold programs")
    curator.finds_nothing_in_the_way()

    # And with the PDF it is kept, and their words with it
    field.set_input_files({"name": "poster.pdf", "mimeType": "application/pdf", "buffer": poster})
    curator.activates("Save and continue editing")
    curator.reads("was added successfully")
    curator.finds_nothing_in_the_way()

    # Then a reader finds both
    reader = someone(width=width)
    reader.opens(INFOGRAPHIC)
    reader.reads("Outcomes: people found their way to help.")
    reader.finds_nothing_in_the_way()
    link = reader.page.get_by_role("link", name="The original infographic (PDF, ")
    with reader.page.expect_download() as download:
        link.press("Enter")
    assert download.value.suggested_filename == "somerset-digital-resources-original.pdf"
    kept = pypdf.PdfReader(download.value.path(), strict=True)
    text = [page.extract_text() for page in kept.pages]
    assert text == [page.extract_text() for page in pypdf.PdfReader(BytesIO(poster)).pages]

    # And once it is removed, nobody does
    address = link.get_attribute("href")
    curator.activates("Delete")
    curator.finds_nothing_in_the_way()
    curator.activates("Yes, I’m sure")
    reader.opens(INFOGRAPHIC)
    reader.does_not_read("The original infographic")
    assert someone(width=width).opens(address) == 404  # whose browser has not kept it


@pytest.mark.requirement("C2")
def test_a_picture_opens_in_the_browser_and_can_do_nothing_there(portal, someone):
    curator = someone(width=1280)
    account = portal.account("curator", position=0)
    curator.signs_in(account.email, account.password, path="/admin/uploads/original/add/")
    curator.page.locator("#id_infographic").select_option(index=1)
    picture = brought.picture("PNG", size=(600, 400))
    curator.page.locator("#id_file").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture})
    curator.page.locator("#id_text_alternative").fill(WORDS)
    curator.activates("Save and continue editing")
    address = curator.page.locator("a", has_text="PNG picture, 600 by 400 pixels").get_attribute("href")
    reader = someone(width=320)
    reader.is_reading = False  # Chromium says that it may not style its own page around the picture
    reader.opens(address)
    assert reader.page.evaluate("[document.images[0].naturalWidth, self.origin]") == [600, "null"]
    curator.activates("Delete")
    curator.activates("Yes, I’m sure")
