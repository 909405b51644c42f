"""The address of a file: who is given it, and with which headers."""

import logging

import pytest

from selfharm_portal.uploads import storing, views
from selfharm_portal.uploads.models import FileKind
from tests.factories import AreaFactory, InfographicFactory, OriginalFactory, UserFactory
from tests.uploads import brought

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("C2")]

QUERIES_OF_A_FILE = 1


def hidden():
    return OriginalFactory(infographic=InfographicFactory(area=AreaFactory(draft=True)))


def a_picture(**fields):
    data = brought.picture("PNG")
    facts = {"kind": FileKind.PNG, "pages": None, "width": 60, "height": 40, "size": len(data)}
    return OriginalFactory(token=storing.keep(data), **facts, **fields)


def test_a_pdf_is_saved_with_headers_that_let_it_do_nothing(client, django_assert_num_queries):
    original = OriginalFactory(infographic__slug="digital-resources")
    with django_assert_num_queries(QUERIES_OF_A_FILE):
        answer = client.get(original.get_absolute_url())
    assert answer.status_code == 200
    assert answer.content == b"%PDF-1.7"
    safe = {
        "Content-Type": "application/pdf",
        "Content-Disposition": 'attachment; filename="digital-resources-original.pdf"',
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "public, max-age=31536000, immutable",
        "ETag": f'"{original.digest[:32]}"',
    }
    assert {name: answer.headers[name] for name in safe} == safe
    assert not answer.cookies
    assert "Vary" not in answer.headers


def test_a_picture_opens_in_the_browser(client):
    answer = client.get(a_picture().get_absolute_url())
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"].startswith("inline; ")
    assert answer.headers["Content-Security-Policy"] == views.POLICY


def test_it_is_not_sent_or_compressed_again_for_nothing(client):
    original = a_picture()
    url = original.get_absolute_url()
    whole = client.get(url, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in whole.headers
    again = client.get(url, headers={"If-None-Match": whole.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = client.head(url)
    assert (head.status_code, head.content) == (200, b"")
    assert client.post(url).status_code == 405


def test_what_is_not_published_is_for_curators_alone_and_kept_nowhere(client):
    url = hidden().get_absolute_url()
    assert client.get(url).status_code == 404
    for role in ("analyst", "administrator"):
        client.force_login(UserFactory(**{role: True}))
        assert client.get(url).status_code == 404
    client.force_login(UserFactory(curator=True))
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("change", [{"kind": "png"}, {"token": "A" * 32}])
def test_a_guessed_address_finds_nothing(client, change):
    original = OriginalFactory()
    for name, value in change.items():
        setattr(original, name, value)
    assert client.get(original.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("path", ["/files/", "/files/../secret-key", "/files/x.pdf", "/static/uploads/", "/uploads/"])
def test_there_is_no_other_way_in(client, path):
    assert client.get(path).status_code == 404


def test_a_file_that_is_gone_is_not_found_and_logged(client, caplog):
    original = OriginalFactory()
    storing.forget(original.token)
    with caplog.at_level(logging.ERROR):
        assert client.get(original.get_absolute_url()).status_code == 404
    assert "is gone" in caplog.text


def test_the_page_of_the_infographic_names_it_with_its_words(client):
    original = OriginalFactory(size=230_400, text_alternative="Aims: <b>training</b>.\n\nOutcomes: 412 staff.")
    html = client.get(original.infographic.get_absolute_url()).content.decode()
    assert f'<a href="{original.get_absolute_url()}">The original infographic (PDF, 1 page, 230 kB)</a>' in html
    assert "<p>Aims: &lt;b&gt;training&lt;/b&gt;.</p>" in html
    assert "<p>Outcomes: 412 staff.</p>" in html


def test_without_one_the_page_says_nothing_of_it(client):
    html = client.get(InfographicFactory().get_absolute_url()).content.decode()
    assert "original" not in html.lower()
