"""Clients of embedded databases, for the tests that start, kill and fill them.

Each is a process of its own: a lease ends with the process that holds it, and the tests have to go on.
"""

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2

from selfharm_portal import embedded_database, embedded_server

PROJECT = Path(__file__).resolve().parents[2]
CLIENT = """
import sys
from pathlib import Path
from selfharm_portal import embedded_database
data, durability, roots_folder = sys.argv[1:]
embedded_database.ROOTS_FOLDER = Path(roots_folder)
embedded_database.start(Path(data), durable=durability == "durable")
print(embedded_database.url(Path(data)), flush=True)
sys.stdin.read()
"""


#: As a shell starts a command with `&`: it ignores SIGINT, and so does whatever it starts.
IN_THE_BACKGROUND = ("sh", "-c", 'trap "" INT; exec "$@"', "sh")


def command(data: Path, *, durable: bool, python: str = sys.executable, options: tuple[str, ...] = ()) -> list[str]:
    words = [str(data), "durable" if durable else "throwaway", str(embedded_database.ROOTS_FOLDER)]
    return [python, *options, "-c", CLIENT, *words]


@contextmanager
def client(data: Path, *, durable=True, environment=None, below=()) -> Iterator[subprocess.Popen[str]]:
    """A process that holds a lease, from when its start() has returned."""
    with launched(data, durable=durable, env=os.environ | (environment or {}), below=below) as process:
        assert url_from(process) == embedded_database.url(data)
        yield process


@contextmanager
def launched(
    data: Path, *, durable: bool, python=sys.executable, cwd=PROJECT, below=(), **how
) -> Iterator[subprocess.Popen[str]]:
    """A client that ends when its standard input does, and so after a `with`."""
    words = [*below, *command(data, durable=durable, python=python)]
    with (
        subprocess.Popen(words, cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **how) as process,
        killed_afterwards(process),
    ):
        yield process
        process.communicate(timeout=60)


@contextmanager
def killed_afterwards(process: subprocess.Popen[Any]) -> Iterator[None]:
    """No test that fails waits for a process that does not end by itself."""
    try:
        yield
    finally:
        process.kill()


def url_from(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def complaint(data: Path, *options: str, python=sys.executable, cwd=PROJECT, **how) -> str:
    """What a person reads when a client cannot start."""
    words = command(data, durable=True, python=python, options=options)
    result = subprocess.run(words, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, **how)
    assert result.returncode != 0
    return str(result.stderr)


def ask(data: Path, sql: str) -> Any:
    with closing(psycopg2.connect(embedded_database.url(data))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0] if cursor.description else None


def answers(data: Path) -> bool:
    try:
        return bool(ask(data, "select true"))
    except psycopg2.OperationalError:
        return False


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def wait_until_stopped(data: Path) -> None:
    """Until no supervisor watches over the server of this folder: all have ended, or the supervisors were killed."""
    lock = embedded_database._home(data) / "supervisor.lock"
    if lock.exists():
        with lock.open("a") as file:
            wait_until(lambda: embedded_database._locked(file, fcntl.LOCK_EX))


@contextmanager
def removed_afterwards(data: Path) -> Iterator[Path]:
    yield data
    wait_until_stopped(data)
    for folder in [embedded_database._home(data), embedded_database._socket_folder(data)]:
        shutil.rmtree(folder, ignore_errors=True)


def cluster_of(data: Path) -> Path:
    return embedded_database._home(data) / "cluster"


def log_of(data: Path) -> str:
    return (embedded_database._home(data) / "server.log").read_text()


def is_listening(data: Path) -> bool:
    return (embedded_database._socket_folder(data) / f".s.PGSQL.{embedded_server.PORT}").exists()


def server_of(data: Path) -> int:
    return int((cluster_of(data) / "postmaster.pid").read_text().split()[0])


def state_and_parent(process: int) -> tuple[str, int]:
    """As "Z" for a zombie; "" for a process that is gone."""
    try:
        state, parent = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[:2]
    except (FileNotFoundError, ProcessLookupError):
        return "", 0
    return state, int(parent)


def supervisor_of(data: Path) -> int:
    return state_and_parent(server_of(data))[1]


def supervisors_of(data: Path) -> list[int]:
    """The one at work, and its parent, which puts another in its place: killed in the other order, both are gone."""
    at_work = supervisor_of(data)
    return [state_and_parent(at_work)[1], at_work]


def kill(*processes: int) -> None:
    for process in processes:
        os.kill(process, signal.SIGKILL)


def as_account(account: pwd.struct_passwd) -> dict[str, Any]:
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
