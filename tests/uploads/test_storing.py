"""Files and their rows: never a row without a file, and nothing that others can read or guess."""

import os
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from selfharm_portal.uploads import originals, storing
from selfharm_portal.uploads.models import FileKind, Original
from selfharm_portal.uploads.originals import ChangedMeanwhile
from selfharm_portal.uploads.vetting import Kind, Vetted
from tests.factories import InfographicFactory, OriginalFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("C2")]

PDF = Vetted(Kind.PDF, b"%PDF-1.7 one", pages=2)
PNG = Vetted(Kind.PNG, b"\x89PNG another", width=60, height=40)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.UPLOADS_DIR = tmp_path / "uploads"
    return settings.UPLOADS_DIR


def brought(vetted=PDF, **fields):
    original = Original(infographic=InfographicFactory(), text_alternative="Training for 412 staff.", **fields)
    return originals.put(original, vetted, by=UserFactory(curator=True))


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_for_the_portal_alone_under_a_name_of_192_random_bits(folder):
    original = brought()
    assert files(folder) == [original.token]
    assert len(original.token) == 32
    assert (folder / original.token).read_bytes() == PDF.data
    assert (folder.stat().st_mode & 0o777, (folder / original.token).stat().st_mode & 0o777) == (0o700, 0o600)
    assert original.facts == "PDF, 2 pages, 1 kB"
    assert brought().token != original.token


def test_another_file_has_another_name_and_the_first_goes_once_that_is_certain(
    folder, django_capture_on_commit_callbacks
):
    original = brought()
    first = original.token
    with django_capture_on_commit_callbacks() as after:
        originals.put(original, PNG, by=original.uploaded_by)
        assert files(folder) == sorted([first, original.token])  # nothing is lost before the commit
    for callback in after:
        callback()
    assert files(folder) == [original.token] != [first]
    original.refresh_from_db()
    assert original.facts == "PNG picture, 60 by 40 pixels, 1 kB"
    assert original.pages is None


def test_a_row_that_cannot_be_saved_leaves_no_file(folder):
    original = brought()
    twin = Original(infographic=original.infographic, text_alternative="The same.")
    with pytest.raises(IntegrityError), transaction.atomic():
        originals.put(twin, PDF, by=original.uploaded_by)
    assert files(folder) == [original.token]


def test_a_file_that_cannot_be_written_leaves_no_row_and_no_half_of_it(folder, monkeypatch):
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    folder.mkdir(mode=0o700)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        brought()
    assert files(folder) == []
    assert not Original.objects.exists()


def test_whoever_saw_another_file_replaces_and_removes_nothing(folder):
    original = brought()
    stale = Original.objects.get(pk=original.pk)
    originals.put(original, PNG, by=original.uploaded_by)
    with pytest.raises(ChangedMeanwhile):
        originals.put(stale, PDF, by=original.uploaded_by)
    with pytest.raises(ChangedMeanwhile):
        originals.remove(stale)
    original.refresh_from_db()
    assert original.kind == FileKind.PNG
    assert (folder / original.token).read_bytes() == PNG.data


def test_removing_takes_the_row_and_then_the_file(folder, django_capture_on_commit_callbacks):
    original = brought()
    with django_capture_on_commit_callbacks(execute=True):
        originals.remove(original)
    assert files(folder) == []
    assert not Original.objects.exists()


@pytest.mark.parametrize(
    ("fields", "broken_rule"),
    [
        ({"text_alternative": "412 / 60"}, "says_in_words"),
        ({"pages": None}, "facts_of_its_kind"),
        ({"kind": FileKind.PNG, "pages": None}, "facts_of_its_kind"),
        ({"kind": "svg"}, "facts_of_its_kind"),
        ({"size": 0}, "has_a_file"),
        ({"token": "../../../../etc/passwd"}, "has_a_file"),
        ({"digest": "none"}, "has_a_file"),
    ],
)
def test_the_table_refuses_what_makes_no_sense(fields, broken_rule):
    with pytest.raises(IntegrityError, match=broken_rule), transaction.atomic():
        OriginalFactory(**fields)


def test_no_name_leads_out_of_the_folder():
    for name in ("../secret-key", "a" * 31 + "/", "", ".", "a" * 33):
        with pytest.raises(ValueError, match="no name of an upload"):
            storing.read(name)


# manage.py tidy_uploads


def tidied(*options):
    said = StringIO()
    call_command("tidy_uploads", *options, stdout=said)
    return said.getvalue()


def old_stray(folder):
    token = storing.keep(b"left behind")
    os.utime(folder / token, (0, 0))
    return token


def test_files_without_a_row_are_named_and_removed_when_asked(folder):
    kept, stray, young = brought().token, old_stray(folder), storing.keep(b"on its way to its row")
    (folder / "notes.txt").write_text("of somebody else")
    assert "1 file without a row, left there" in tidied()
    assert stray in files(folder)
    assert "1 file without a row, removed" in tidied("--remove")
    assert files(folder) == sorted([kept, young, "notes.txt"])
    assert tidied() == "0 files without a row.\n1 originals, each with its file.\n"


def test_a_row_without_its_file_is_named_and_the_command_fails(folder):
    original = brought()
    (folder / original.token).unlink()
    with pytest.raises(CommandError, match="1 of 1 originals have no file"):
        tidied()
