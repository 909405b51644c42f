"""A curator brings, replaces and removes an original; whatever is hostile is sent back with a sentence."""

import re
from html import unescape

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from selfharm_portal import limits
from selfharm_portal.uploads import admin, alternative, storing
from selfharm_portal.uploads.models import FileKind, Original
from selfharm_portal.uploads.vetting import LARGEST_FILE, Reason
from tests.factories import InfographicFactory, OriginalFactory, UserFactory
from tests.uploads import brought
from tests.uploads.test_vetting import HOSTILE_PDFS

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("C2")]

ADD = reverse("admin:uploads_original_add")
WORDS = "Training for 412 staff.\nThen what changed."


@pytest.fixture(autouse=True)
def curator(client):
    person = UserFactory(curator=True)
    client.force_login(person)
    return person


def sent(client, url, data=None, name="poster.pdf", **fields):
    """A form as a browser sends it; the type that a browser claims is whatever it likes."""
    file = {} if data is None else {"file": SimpleUploadedFile(name, data, content_type="image/png")}
    return client.post(url, {"text_alternative": WORDS, **fields, **file})


def add(client, data, name="poster.pdf", **fields):
    if "infographic" not in fields:
        fields["infographic"] = InfographicFactory().pk
    return sent(client, ADD, data, name, **fields)


def change_url(original):
    return reverse("admin:uploads_original_change", args=[original.pk])


def said(answer):
    """The messages above the form, and beside a field; each is in both places."""
    html = answer.content.decode()
    above = re.search(r'<div class="errornote" role="alert">(.*?)</div>', html, re.DOTALL)
    beside = re.findall(r'<ul class="errorlist[^>]*>(.*?)</ul>', html, re.DOTALL)
    found = [unescape(text).strip() for text in re.findall(r">([^<]+)<", above[1])] if above else []
    found = [text for text in found if text]
    assert len(found) == sum(part.count("<li>") for part in beside)
    return found


def refused(client, data, name):
    answer = add(client, data, name)
    assert answer.status_code == 200
    assert not Original.objects.exists()
    assert not list(storing.tokens(older_than=-60))
    html = answer.content.decode()
    assert "Training for 412 staff." in html  # what was typed stays
    [message] = said(answer)
    assert f'href="#id_file">{message}' in unescape(html)
    return message


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.UPLOADS_DIR = tmp_path / "uploads"


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (brought.pdf(), "poster.pdf", FileKind.PDF),
        (brought.pdf(), "poster.png", FileKind.PDF),  # by what it is, whatever its name says
        (brought.with_notes("JPEG"), "<script>.svg", FileKind.JPEG),
        (brought.picture("WEBP"), "no-ending", FileKind.WEBP),
        (brought.picture("PNG") + brought.zipped(), "poster.zip", FileKind.PNG),
    ],
)
def test_a_good_file_is_kept_clean_whatever_its_name(client, curator, data, name, kind):
    assert add(client, data, name).status_code == 302
    original = Original.objects.get()
    assert (original.kind, original.uploaded_by) == (kind, curator)
    assert original.text_alternative == WORDS
    kept = storing.read(original.token)
    assert len(kept) == original.size
    assert b"Kim" not in kept
    assert b"evil" not in kept
    assert client.get(original.get_absolute_url()).content == kept


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (brought.SHELL, "poster.png", Reason.OTHER_KIND),
        (brought.SCRIPT, "poster.pdf", Reason.OTHER_KIND),
        (brought.SVG, "poster.svg", Reason.SVG),
        (brought.SVG, "poster.png", Reason.SVG),
        (brought.SVG, "poster.pdf", Reason.SVG),
        (brought.picture("GIF"), "poster.png", Reason.OTHER_KIND),
        (brought.zipped(), "poster.pdf", Reason.OTHER_KIND),
        (brought.png_of(10_000, 10_000), "poster.png", Reason.TOO_MANY_PIXELS),
        (brought.animated("PNG"), "poster.png", Reason.MOVES),
        (brought.picture("PNG")[:60], "poster.png", Reason.BROKEN_PICTURE),
        (brought.picture("JPEG")[:-100], "poster.jpg", Reason.BROKEN_PICTURE),
    ],
    ids=range(11),
)
def test_a_hostile_file_is_sent_back_with_a_sentence(client, data, name, reason):
    assert refused(client, data, name) == reason


@pytest.mark.parametrize(
    "what",
    [
        "script on opening",
        "launch on opening",
        "an attachment",
        "a form",
        "a bomb on a page",
        "a bomb as a picture",
        "a bomb in a list of objects",
        "a picture of 100 megapixels",
        "locked",
        "a page first",
        "a zip behind",
        "half of it",
    ],
)
def test_a_hostile_pdf_is_sent_back_with_a_sentence(client, what):
    data, reason = HOSTILE_PDFS[what]
    assert refused(client, data, "poster.pdf").startswith(reason.partition("{}")[0])


def test_an_empty_file_and_none_are_sent_back(client):
    assert refused(client, b"", "poster.pdf") == "Choose another file: this one is empty"
    assert said(add(client, None)) == ["Choose a file for “File”"]


def test_a_file_a_little_too_large_is_sent_back(client):
    message = refused(client, brought.pdf() + b"\n" * LARGEST_FILE, "poster.pdf")
    assert message.startswith("This file has 10.0 MB, and there is room for 10 MB.")


def test_a_far_larger_one_is_not_read_at_all(client):
    answer = add(client, b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1))
    assert answer.status_code == 413
    assert "This file is too large" in answer.content.decode()
    assert "10 MB" in answer.content.decode()


def test_nowhere_else_may_be_sent_so_much(client):
    answer = sent(client, reverse("admin:sites_infographic_add"), b"x" * (limits.LARGEST_FORM + 1))
    assert answer.status_code == 413
    assert "It can have 2 MB" in answer.content.decode()


@pytest.mark.parametrize(
    ("words", "problem"),
    [("", alternative.EMPTY), ("poster", alternative.FILE_NAME), ("An image", alternative.NOTHING_SAID)],
)
def test_without_words_nothing_is_kept_and_the_file_is_asked_for_again(client, words, problem):
    answer = add(client, brought.pdf(), "poster.pdf", text_alternative=words)
    assert said(answer) == [admin.AGAIN, problem]
    assert not Original.objects.exists()
    assert not list(storing.tokens(older_than=-60))


def test_the_second_half_of_a_double_click_is_told_that_it_is_there(client):
    infographic = InfographicFactory().pk
    assert add(client, brought.pdf(), infographic=infographic).status_code == 302
    answer = add(client, brought.pdf(), infographic=infographic)
    assert said(answer) == ["This infographic has an original already: open that one to replace it"]
    assert Original.objects.count() == len(list(storing.tokens(older_than=-60))) == 1


def test_the_words_are_mended_without_bringing_the_file_again(client):
    original = OriginalFactory()
    answer = sent(client, change_url(original), seen=original.token, text_alternative="Training for 413 staff.")
    assert answer.status_code == 302
    token = original.token
    original.refresh_from_db()
    assert (original.text_alternative, original.token) == ("Training for 413 staff.", token)
    assert said(sent(client, change_url(original), seen=token, text_alternative="Image")) == [alternative.NOTHING_SAID]


def test_another_file_takes_its_place(client, curator, django_capture_on_commit_callbacks):
    original = OriginalFactory()
    first = original.token
    html = client.get(change_url(original)).content.decode()
    assert f'<a href="{original.get_absolute_url()}">PDF, 1 page, 1 kB</a>' in html
    with django_capture_on_commit_callbacks(execute=True):
        answer = sent(client, change_url(original), brought.picture("PNG"), seen=first)
    assert answer.status_code == 302
    original.refresh_from_db()
    assert (original.kind, original.uploaded_by) == (FileKind.PNG, curator)
    assert list(storing.tokens(older_than=-60)) == [original.token] != [first]


def test_a_stale_page_replaces_nothing_and_can_then_be_sent_again(client):
    original = OriginalFactory()
    stale = original.token
    sent(client, change_url(original), brought.picture("PNG"), seen=stale)
    original.refresh_from_db()
    answer = sent(client, change_url(original), brought.pdf(), seen=stale, text_alternative="My own words about it.")
    assert said(answer) == [admin.ELSEWHERE]
    html = answer.content.decode()
    assert "My own words about it." in html
    assert f'name="seen" value="{original.token}"' in html
    assert Original.objects.get().kind == FileKind.PNG
    assert sent(client, change_url(original), brought.pdf(), seen=original.token).status_code == 302
    assert Original.objects.get().kind == FileKind.PDF


def test_it_is_removed_with_its_file(client, django_capture_on_commit_callbacks):
    original = OriginalFactory()
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("admin:uploads_original_delete", args=[original.pk]), {"post": "yes"})
    assert answer.status_code == 302
    assert not Original.objects.exists()
    assert not list(storing.tokens(older_than=-60))
    assert client.get(original.get_absolute_url()).status_code == 404


def test_the_page_of_the_infographic_leads_here(client):
    infographic = InfographicFactory()
    page = reverse("admin:sites_infographic_change", args=[infographic.pk])
    html = client.get(page).content.decode()
    assert f'href="{ADD}?infographic={infographic.pk}"' in html
    chosen = client.get(f"{ADD}?infographic={infographic.pk}").content.decode()
    assert f'<option value="{infographic.pk}" selected>' in chosen
    original = OriginalFactory(infographic=infographic)
    assert f'href="{change_url(original)}"' in client.get(page).content.decode()
    assert client.get(reverse("admin:sites_infographic_add")).status_code == 200


@pytest.mark.parametrize("rows", [1, 5])
def test_the_list_costs_the_same_queries_whatever_its_length(client, django_assert_num_queries, rows):
    OriginalFactory.create_batch(rows)
    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        client.get(reverse("admin:uploads_original_changelist"))


QUERIES_OF_THE_LIST = 7
