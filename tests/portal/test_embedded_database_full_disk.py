"""What a full disk does: to a first start, to a server at work, to whoever asks for a page just then."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg2.errors
import pytest
from django.db import connection

from selfharm_portal import embedded_database, logs
from tests.portal.embedded_clients import (
    answers,
    ask,
    complaint,
    removed_afterwards,
    wait_until,
    wait_until_stopped,
)
from tests.portal.embedded_clients import (
    client as a_client,
)

pytestmark = pytest.mark.requirement("M2")


class Disk:
    """A small one, in memory; a file takes what nobody else shall have."""

    def __init__(self, place: Path) -> None:
        self.place, self.ballast = place, place / "ballast"
        words = ["mount", "-t", "tmpfs", "-o", "size=120m,mode=0755", "tmpfs", str(place)]
        if subprocess.run(words, capture_output=True, check=False).returncode:
            pytest.skip("root may not mount anything here")

    def fill(self, *, but: int) -> None:
        """Leave that many megabytes free."""
        found = os.statvfs(self.place)
        excess = found.f_bavail * found.f_frsize - but * 2**20
        if excess > 0:
            with self.ballast.open("ab") as file:
                os.posix_fallocate(file.fileno(), file.tell(), excess)

    def make_room(self) -> None:
        self.ballast.unlink()

    def unmount(self) -> None:
        subprocess.run(["umount", str(self.place)], check=True)


@pytest.fixture
def disk(monkeypatch) -> Iterator[Disk]:
    # Not below pytest's own folders, which shut out the server's account.
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="portal-disk-") as place:
        Path(place).chmod(0o755)
        disk = Disk(Path(place))
        monkeypatch.setattr(embedded_database, "ROOTS_FOLDER", disk.place)
        yield disk
        disk.unmount()


@pytest.fixture
def data(disk, tmp_path) -> Iterator[Path]:
    with removed_afterwards(tmp_path / "data") as folder:
        yield folder


@pytest.mark.needs_root
@pytest.mark.parametrize(
    ("megabytes", "words"), [(0, "No space left on device"), (24, "is full: 23 MB are left, 64 are needed")]
)
def test_a_first_start_says_so_and_leaves_nothing_half_made(disk, data, megabytes, words):
    disk.fill(but=megabytes)
    assert words in complaint(data)
    assert not list(disk.place.glob("*/cluster*"))
    disk.make_room()
    with a_client(data):
        assert answers(data)


def enter_until_it_breaks(data: Path, sql: str) -> tuple[list[int], psycopg2.Error]:
    """Each number in a transaction of its own; which ones were kept, and what broke."""
    kept: list[int] = []
    try:
        while len(kept) < 1000:
            ask(data, sql.format(len(kept)))
            kept.append(len(kept))
    except psycopg2.Error as error:
        return kept, error
    raise AssertionError("the disk has room for everything")


def entered(data: Path) -> list[int]:
    found: list[int] = ask(data, "select array_agg(n order by n) from entry")
    return found


@pytest.mark.needs_root
def test_a_server_without_room_for_data_refuses_them_and_goes_on(disk, data):
    with a_client(data):
        ask(data, "create table entry (n int, text text storage external)")
        disk.fill(but=1)
        kept, error = enter_until_it_breaks(data, "insert into entry values ({}, repeat('x', 100000))")
        assert isinstance(error, psycopg2.errors.DiskFull)
        assert "No space left on device" in str(error)
        assert entered(data) == kept  # reading goes on
        disk.make_room()
        ask(data, f"insert into entry values ({len(kept)}, 'x')")
        assert entered(data) == [*kept, len(kept)]


@pytest.mark.needs_root
@pytest.mark.parametrize("is_freed", ["at once", "when the server was given up"])
def test_a_server_without_room_for_its_log_ends_and_comes_back_with_every_row(disk, data, is_freed):
    with ExitStack() as stack:
        stack.enter_context(a_client(data))
        ask(data, "create table entry (n int)")
        disk.fill(but=20)  # the next piece of the write-ahead log takes 16, the one after it has no room
        kept, _ = enter_until_it_breaks(
            data, "insert into entry values ({}); select pg_logical_emit_message(true, '', repeat('x', 4000000))"
        )
        if is_freed == "at once":
            disk.make_room()
        else:
            wait_until_stopped(data)
            assert "is full: " in complaint(data)
            disk.make_room()
            stack.enter_context(a_client(data))
        wait_until(lambda: answers(data))
        assert entered(data)[: len(kept)] == kept
        assert len(kept) > 2


# The portal


@pytest.mark.django_db
def test_a_page_that_meets_a_full_disk_is_the_500_page_and_the_log_says_why(client, caplog):
    """The server's own words and its own code of the error, from the real server."""
    full = (
        "do $$ begin raise exception 'could not extend file \"base/1/2\": No space left on device'"
        " using errcode = 'disk_full', hint = 'Check free disk space.'; end $$"
    )
    client.raise_request_exception = False
    with connection.execute_wrapper(lambda execute, sql, params, many, context: execute(full, None, False, context)):
        page = client.get("/")
    assert page.status_code == 500
    assert "Sorry, something went wrong here" in page.content.decode()
    [line] = [record for record in caplog.records if record.name == "django.request"]
    assert line.getMessage() == "Internal Server Error: /"
    assert line.exc_info
    assert line.exc_info[1]
    assert isinstance(line.exc_info[1].__cause__, psycopg2.errors.DiskFull)
    assert "DiskFull: could not extend file" in logs.LineFormatter().format(line)
    assert "No space left on device" in logs.LineFormatter().format(line)
