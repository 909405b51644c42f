"""What the two commands promise at their beginning: a port that is taken, a setting that is none, which Chromium.

That `make run` as a whole begins, serves and ends is tried by hand on a fresh clone: docs/decisions/0002-granian.md.
"""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from selfharm_portal import serving, static_files
from selfharm_portal.pages.management.commands import serve
from tests import chromium

#: Nobody listens there: whoever asks the database anything fails, and says so.
NO_DATABASE = "postgresql://nobody:secret@127.0.0.1:1/nothing"


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": NO_DATABASE, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.mark.requirement("M1")
def test_a_port_in_use_is_named_before_the_database_is_asked(taken_port):
    ended = run("manage.py", "serve", PORT=str(taken_port))
    assert ended.returncode == 1
    assert f"Port {taken_port} is in use" in ended.stderr
    assert f"PORT={taken_port + 1} make run" in ended.stderr
    assert "database" not in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("port", ["eighty", "70000"])
def test_a_port_that_is_none_stops_the_start_with_its_name(port):
    ended = run("manage.py", "serve", PORT=port)
    assert ended.returncode == 1
    assert "PORT" in ended.stderr


def test_a_database_that_does_not_answer_is_said_in_one_line(unused_port):
    ended = run("manage.py", "serve", PORT=str(unused_port))
    assert ended.returncode == 1
    assert "The database does not answer." in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "secret" not in ended.stderr


@pytest.fixture
def unused_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_port_whose_last_connections_are_only_just_closed_is_free(taken_port, unused_port):
    serving.check_port("127.0.0.1", unused_port)
    with pytest.raises(serving.ServerError, match=str(taken_port)):
        serving.check_port("127.0.0.1", taken_port)


def test_the_server_ends_with_the_process_that_started_it(unused_port, tmp_path):
    """However that one ends: nobody stops the server here, only our end of the pipe is closed."""
    words = [sys.executable, "-m", "selfharm_portal.serving", *serving.OPTIONS, "--port", str(unused_port)]
    application = tmp_path / "application.py"
    application.write_text("def application(environ, start_response): ...\n")
    server = subprocess.Popen(
        [*words, "--working-dir", str(tmp_path), "application:application"],
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        wait_until_somebody_listens(unused_port)
        assert server.stdin
        server.stdin.close()
        assert server.wait(timeout=30) == 0
    finally:
        server.kill()
        server.wait()


def wait_until_somebody_listens(port: int) -> None:
    deadline = time.monotonic() + 30
    with socket.socket() as visitor:
        while visitor.connect_ex(("127.0.0.1", port)) != 0:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_one_account_of_each_role_is_shown(tmp_path):
    accounts = tmp_path / "demo-accounts.txt"
    accounts.write_text("a@example.org\tone\tlead\tnorth\nb@example.org\ttwo\tlead\tsouth\nc@example.org\t3\tcurator\n")
    assert serve.one_account_of_each_role(accounts) == [
        ("lead", "a@example.org", "one"),
        ("curator", "c@example.org", "3"),
    ]


def test_a_written_static_file_is_collected_anew(tmp_path, settings):
    settings.STATICFILES_DIRS = [tmp_path]
    style_sheet = tmp_path / "portal.css"
    style_sheet.write_text("body {}")
    before = static_files.fingerprint()
    assert static_files.fingerprint() == before
    style_sheet.write_text("body { color: black }")
    assert static_files.fingerprint() != before


# Which Chromium


def put_program(folder: Path, name: str) -> Path:
    program = folder / name
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return program


def test_the_first_name_on_the_path_is_taken(tmp_path):
    put_program(tmp_path, "google-chrome")
    wanted = put_program(tmp_path, "chromium")
    found = run("-m", "tests.chromium", PATH=str(tmp_path), CHROMIUM="")
    assert found.stdout == f"{wanted}\n"


def test_a_browser_that_is_named_comes_before_the_path(tmp_path):
    put_program(tmp_path, "chromium")
    wanted = put_program(tmp_path, "my-browser")
    assert run("-m", "tests.chromium", PATH=str(tmp_path), CHROMIUM=str(wanted)).stdout == f"{wanted}\n"
    missing = run("-m", "tests.chromium", PATH=str(tmp_path), CHROMIUM=str(tmp_path / "none"))
    assert missing.returncode == 1
    assert "no program is there" in missing.stderr


@pytest.mark.requirement("M1")
def test_without_a_browser_and_a_way_to_get_one_the_package_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(chromium, "from_playwright", lambda: None)  # the edge of the network
    with pytest.raises(chromium.NoChromium, match="Install the package `chromium`"):
        chromium.path()
