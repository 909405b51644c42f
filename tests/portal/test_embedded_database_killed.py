"""What is left of the local PostgreSQL, and what comes back, when something of it is killed. Linux: reads /proc."""

import os
import pwd
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from selfharm_portal import embedded_database, serving
from tests.portal.embedded_clients import (
    IN_THE_BACKGROUND,
    PROJECT,
    answers,
    as_account,
    ask,
    client,
    cluster_of,
    complaint,
    is_listening,
    kill,
    killed_afterwards,
    launched,
    log_of,
    removed_afterwards,
    server_of,
    state_and_parent,
    supervisor_of,
    supervisors_of,
    url_from,
    wait_until,
    wait_until_stopped,
)

pytestmark = pytest.mark.requirement("M2")

#: The portal in small: a lease for each worker, a connection for each request.
APPLICATION = """
import os, psycopg2
from pathlib import Path
from selfharm_portal import embedded_database

DATA = Path(os.environ["DATA"])
embedded_database.start(DATA)


def application(environ, start_response):
    connection = psycopg2.connect(embedded_database.url(DATA))
    with connection, connection.cursor() as cursor:
        cursor.execute("select text from word")
        [word] = cursor.fetchone()
    connection.close()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [word.encode()]
"""
#: An ancestor that takes in every orphan and never waits for one, as the first process of many a container does.
NEGLIGENT = """
import ctypes, signal, subprocess, sys
PR_SET_CHILD_SUBREAPER = 36
assert ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0
child = subprocess.Popen(sys.argv[1:])
signal.pause()
"""


@pytest.fixture
def data(tmp_path) -> Iterator[Path]:
    with removed_afterwards(tmp_path / "data") as folder:
        yield folder


def write_a_word(data: Path) -> None:
    ask(data, "create table word as select 'kept' as text")


def assert_nothing_is_left(data: Path) -> None:
    wait_until_stopped(data)
    assert not is_listening(data)
    assert not (cluster_of(data) / "postmaster.pid").exists()


# The clients


@pytest.mark.parametrize("end", [subprocess.Popen.terminate, subprocess.Popen.kill])
def test_the_server_ends_however_its_last_client_did(data, end):
    with client(data, durable=False) as last:
        end(last)
    assert_nothing_is_left(data)
    assert "database system is shut down" in log_of(data)


class Portal:
    """granian, asked for the word that its database holds."""

    def __init__(self, data: Path, folder: Path) -> None:
        (folder / "application.py").write_text(APPLICATION)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/"
        words = [*serving.OPTIONS, "--port", str(port), "--working-dir", str(folder), "application:application"]
        self.server = subprocess.Popen(
            [sys.executable, "-m", "selfharm_portal.serving", *words],
            cwd=PROJECT,
            env=os.environ | {"DATA": str(data)},
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def word(self) -> str:
        try:
            with urllib.request.urlopen(self.url, timeout=20) as response:
                return str(response.read().decode())
        except OSError:  # nobody listens, or 500
            return ""

    def kill(self) -> None:
        """With its workers."""
        with suppress(ProcessLookupError):
            os.killpg(self.server.pid, signal.SIGKILL)
        self.server.communicate()


@pytest.fixture
def portal(data, tmp_path) -> Iterator[Portal]:
    """Its workers' leases alone keep the database."""
    with client(data):
        write_a_word(data)
        portal = Portal(data, tmp_path)
        try:
            wait_until(lambda: portal.word() == "kept")
        except AssertionError:
            portal.kill()
            raise
    yield portal
    portal.kill()


def test_the_running_portal_gets_its_killed_server_back(data, portal):
    for _ in range(2):
        kill(server_of(data))
        wait_until(lambda: portal.word() == "kept")
    assert log_of(data).count("starting it again") == 2


def test_the_server_ends_with_a_killed_portal(data, portal):
    portal.kill()
    assert_nothing_is_left(data)


# The server


def test_a_server_that_was_killed_at_work_is_replaced_and_lost_nothing(data):
    busy = "import psycopg2, sys; psycopg2.connect(sys.argv[1]).cursor().execute(sys.argv[2])"
    query = "do $$ begin loop perform 'at work'; end loop; end $$"  # does not notice that its server is gone
    with client(data):
        write_a_word(data)
        words = [sys.executable, "-c", busy, embedded_database.url(data), query]
        with subprocess.Popen(words, stderr=subprocess.DEVNULL) as process, killed_afterwards(process):
            wait_until(lambda: ask(data, "select count(*) from pg_stat_activity where query like 'do %'"))
            kill(server_of(data))
            with client(data):
                assert ask(data, "select text from word") == "kept"


def test_a_server_that_cannot_start_again_is_given_up(data):
    with client(data, durable=False):
        (cluster_of(data) / "postgresql.conf").rename(cluster_of(data) / "aside")
        kill(server_of(data))
        wait_until_stopped(data)
        assert "ended 5 times in a row" in log_of(data)
        assert "No such file" in complaint(data)
        (cluster_of(data) / "aside").rename(cluster_of(data) / "postgresql.conf")
        with client(data, durable=False):
            assert answers(data)


def test_a_killed_server_of_an_earlier_checkout_does_not_come_back_in_the_way_of_a_new_one(data, tmp_path):
    with removed_afterwards(tmp_path / "earlier") as earlier, client(data, durable=False):
        old_server, old_supervisor = server_of(data), supervisor_of(data)
        data.rename(earlier)
        with client(data, durable=False):
            kill(old_server)
            wait_until(lambda: state_and_parent(old_supervisor)[0] in ("", "Z"))
            assert answers(data)
            assert server_of(data) != old_server


@pytest.mark.parametrize("survivor", ["supervisor", "nobody"])
def test_what_was_entered_outlives_the_server_and_its_client(data, survivor):
    with client(data) as last:
        write_a_word(data)
        supervisors = [] if survivor == "supervisor" else supervisors_of(data)
        kill(last.pid, *supervisors, server_of(data))
    wait_until_stopped(data)
    with client(data):
        assert ask(data, "select text from word") == "kept"
    assert_nothing_is_left(data)


def test_a_killed_supervisor_is_replaced_by_one_that_ends_the_server_with_its_last_client(data):
    with client(data):
        write_a_word(data)
        for _ in range(2):
            left = server_of(data)
            kill(supervisor_of(data))
            wait_until(lambda: state_and_parent(left)[0] in ("", "Z") and answers(data))  # noqa: B023 - called at once
            assert ask(data, "select text from word") == "kept"
            assert server_of(data) != left
    assert_nothing_is_left(data)


@pytest.mark.parametrize("below", [(), IN_THE_BACKGROUND], ids=["", "that was started in the background"])
def test_a_supervisor_and_its_client_killed_together_leave_nothing(data, below):
    with client(data, durable=False, below=below) as last:
        kill(last.pid, supervisor_of(data))
    assert_nothing_is_left(data)


def test_both_supervisors_killed_leave_a_server_that_the_next_start_takes_over(data):
    with client(data):
        write_a_word(data)
        left = server_of(data)
        kill(*supervisors_of(data))
        wait_until_stopped(data)
        assert ask(data, "select text from word") == "kept"  # clients go on
        with client(data):
            assert server_of(data) != left
            assert ask(data, "select text from word") == "kept"
            wait_until(lambda: state_and_parent(left)[0] in ("", "Z"))
    assert_nothing_is_left(data)


# What a killed server leaves: its process id, which may be another's by now, or a zombie's


@pytest.fixture
def somebody_elses_process(tmp_path) -> Iterator[int]:
    # Of the server's own account: PostgreSQL takes no notice of the others'.
    how = as_account(pwd.getpwnam("nobody")) if os.geteuid() == 0 else {}
    with subprocess.Popen(["sleep", "600"], cwd="/", **how) as process, killed_afterwards(process):
        yield process.pid
        assert process.poll() is None


@pytest.fixture
def another_server(tmp_path) -> Iterator[int]:
    with removed_afterwards(tmp_path / "other") as other, client(other, durable=False):
        yield server_of(other)
        assert answers(other)


@pytest.mark.parametrize("process", ["somebody_elses_process", "another_server"])
def test_a_process_id_that_is_anothers_by_now_is_no_obstacle(data, process, request):
    with client(data, durable=False):
        trace = cluster_of(data) / "postmaster.pid"
        words, owner = trace.read_text().split("\n", 1), trace.stat()
    wait_until_stopped(data)
    trace.write_text(f"{request.getfixturevalue(process)}\n{words[1]}")
    os.chown(trace, owner.st_uid, owner.st_gid)
    with client(data, durable=False):
        assert answers(data)


def test_zombies_are_no_obstacle(data):
    with launched(data, durable=True, below=[sys.executable, "-c", NEGLIGENT]) as negligent:
        assert url_from(negligent) == embedded_database.url(data)
        write_a_word(data)
        killed = [server_of(data), *reversed(supervisors_of(data))]
        kill(*reversed(killed))
        wait_until(lambda: all(state_and_parent(process)[0] in ("Z", "") for process in killed))
        with client(data):
            assert ask(data, "select text from word") == "kept"
        negligent.kill()
    assert_nothing_is_left(data)
