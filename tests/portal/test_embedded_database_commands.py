"""When manage.py starts the local PostgreSQL, and when it does not."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.portal.embedded_clients import PROJECT

#: manage.py, with another embedded_database.start.
MANAGE = """
import runpy, sys
from selfharm_portal import embedded_database

def start(data):
    print("The database starts", flush=True)
    raise {problem}

embedded_database.start = start
sys.argv = ["manage.py", *sys.argv[1:]]
runpy.run_path("manage.py", run_name="__main__")
"""


def manage(*words: str, problem: str, port: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", MANAGE.format(problem=problem), *words],
        cwd=PROJECT,
        env={**os.environ, "DATABASE_URL": "", "PORT": str(port)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.mark.requirement("M1")
def test_no_database_is_started_for_a_server_that_cannot_have_its_port(taken_port):
    ended = manage("serve", problem="AssertionError", port=taken_port)
    assert ended.returncode == 1
    assert f"Port {taken_port} is in use" in ended.stderr
    assert "The database starts" not in ended.stdout


@pytest.mark.requirement("M1")
@pytest.mark.parametrize("words", [["serve"], ["serve", "--only-prepare"], ["check"]])
def test_a_database_that_does_not_start_is_said_without_a_traceback(port, words):
    ended = manage(*words, problem="embedded_database.StartError('The disk is full.')", port=port)
    assert ended.returncode == 1
    assert "The database did not start. The disk is full." in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.requirement("M1")
@pytest.mark.parametrize("word", ["serve", "check"])
def test_an_early_interrupt_is_the_end_and_no_traceback(port, word):
    ended = manage(word, problem="KeyboardInterrupt", port=port)
    assert ended.stdout.endswith("The database starts\n")
    assert ended.returncode == 130
    assert ended.stderr == ""
