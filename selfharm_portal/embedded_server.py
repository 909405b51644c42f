"""The embedded PostgreSQL's supervisor: the parent of the server, as a process of its own.

embedded_database.py starts this file as a program, with neither the project nor a package on its path. It makes the
cluster where there is none, starts the server, starts it again when it was killed, and stops it when the last lease is
gone. Its own parent does nothing but put another in the place of a killed one. What it prints goes to the server's log,
and so to whoever waits in vain for the server.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

ROLE = "portal"  # what clients connect as: owns the database `portal`, may create others (tests do), no superuser
PORT = 5432  # only a part of the socket's name; said everywhere, so that a PGPORT in the environment changes nothing
PATIENCE = 120  # seconds for a start, which may have to recover data, and for the end of a server that stops
RESTARTS = 4  # of a server that ends by itself, until it has run for CALM seconds; the pauses are 0, 1, 2 and 4 s
CALM = 60

ROOTS_FOLDER = Path("/var/lib")  # not /var/tmp: what lies there unread for a month is cleaned away
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}  # nothing of the caller's: no PG*, no locale
OPTIONS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def is_ready(binaries: Path, sockets: Path) -> bool:
    """Ask the server itself: a process id may by now be another's, or a zombie's."""
    command = [f"{binaries}/pg_isready", "-q", "-h", str(sockets), "-p", str(PORT), "-U", ROLE, "-d", ROLE]
    return subprocess.run(command, env=ENVIRONMENT, check=False).returncode == 0  # noqa: S603 - PostgreSQL's own


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    """Wait until the condition holds; False if it does not in this time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


class _Watch:
    """The server that runs now, and whether it still has a user."""

    def __init__(self, command: list[str], how: dict[str, Any], is_ready: Callable[[], bool]) -> None:
        self.command, self.how, self.is_ready = command, how, is_ready
        self.server: subprocess.Popen[bytes] | None = None
        self.is_over = False

    def run(self, when_ready: Callable[[], None]) -> None:
        """Start the server and see it end."""
        with subprocess.Popen(self.command, stdin=subprocess.DEVNULL, **self.how) as server:  # noqa: S603 - PostgreSQL's own
            self.server = server
            if self.is_over or not within(PATIENCE, lambda: server.poll() is not None or self.is_ready()):
                server.send_signal(signal.SIGINT)
            elif server.poll() is None:
                when_ready()
            server.wait()

    def end(self, *_: object) -> None:
        self.is_over = True
        if self.server:
            # SIGINT is its fast shutdown: connections are ended, nothing committed is lost.
            self.server.send_signal(signal.SIGINT)

    def end_after_last_lease(self, lease: IO[str]) -> None:
        fcntl.flock(lease, fcntl.LOCK_EX)  # kept until this process ends: a new client waits until the server is gone
        self.end()


def _supervise(home: Path, sockets: Path, installed: Path, lock: int, answer: IO[str], *, durable: bool) -> None:
    os.umask(0o077)
    account = _server_account()
    binaries = _binaries_for(account, installed)
    _clear_the_way(home, sockets, account)
    if not (home / "cluster").exists():
        _create_cluster(home, binaries, account, durable=durable)
    options = OPTIONS | ({} if durable else THROWAWAY) | _admission(home, account)
    options["unix_socket_directories"] = str(sockets)
    command = [f"{binaries}/postgres", "-D", f"{home}/cluster", *(f"--{name}={options[name]}" for name in options)]
    watch = _Watch(command, _run_as(account), lambda: is_ready(binaries, sockets))

    def tell_ready() -> None:
        with suppress(BrokenPipeError):  # who asked has gone meanwhile
            if not answer.closed:
                answer.write("ready")
                answer.close()

    with (home / "lease").open("r+") as lease:
        signal.signal(signal.SIGTERM, watch.end)
        # A command in the background hands on that it ignores SIGINT: a server told to end at once would not hear it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        threading.Thread(target=watch.end_after_last_lease, args=[lease], daemon=True).start()
        ends = 0
        while True:
            began = time.monotonic()
            watch.run(tell_ready)
            if watch.is_over or not answer.closed or not _is_ours(home, sockets, lock):
                return
            # It was killed, or its disk is full. Clients go on, and find it where it was.
            ends = 1 if time.monotonic() - began > CALM else ends + 1
            if ends > RESTARTS:
                sys.exit(f"The server ended {ends} times in a row. The next command of the portal tries again.")
            print("The server ended, and not by us: starting it again.", flush=True)
            within(int(2 ** (ends - 2)), lambda: watch.is_over)
            _clear_the_way(home, sockets, account)


def _is_ours(home: Path, sockets: Path, lock: int) -> bool:
    """Whether no new checkout has taken our folder, or that of the socket, while we ran."""
    trace = sockets / f".s.PGSQL.{PORT}.lock"
    try:
        ours = os.path.samestat(os.fstat(lock), (home / "supervisor.lock").stat())
        return ours and (not trace.exists() or f"\n{home}/cluster\n" in trace.read_text())
    except FileNotFoundError:
        return False


def _clear_the_way(home: Path, sockets: Path, account: pwd.struct_passwd) -> None:
    _stop_orphans(home / "cluster")
    _make_private(sockets, account)


def _server_account() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    except KeyError as error:
        sys.exit(f"PostgreSQL runs only as a user whom this machine knows: {error.args[0]}")


def _run_as(account: pwd.struct_passwd) -> dict[str, Any]:
    change = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    return {"env": ENVIRONMENT, "cwd": "/", **change}


def _binaries_for(account: pwd.struct_passwd, installed: Path) -> Path:
    """The binaries; for root a copy, if the server's account cannot run them where they are installed."""
    if os.geteuid() != 0 or _can_run(installed, account):
        return installed
    with (installed / "postgres").open("rb") as program:
        version = hashlib.file_digest(program, "sha256").hexdigest()[:12]
    copy = ROOTS_FOLDER / f"portal-postgres-binaries-{version}"
    if not copy.exists():
        unfinished = Path(tempfile.mkdtemp(prefix=f"{copy.name}.", dir=copy.parent))
        package = installed.parents[1]
        # The same layout as in the wheel: the programs look for their libraries in this place.
        libraries = f"{package.name}.libs"
        try:
            shutil.copytree(package.parent / libraries, unfinished / libraries)
            shutil.copytree(package / "pginstall18", unfinished / package.name / "pginstall18")
            for path in [unfinished, *unfinished.rglob("*")]:
                path.chmod(0o755)
            unfinished.rename(copy)
        except OSError:  # another supervisor was quicker, or the disk is full
            shutil.rmtree(unfinished)
    binaries = copy / installed.relative_to(installed.parents[2])
    if not _can_run(binaries, account):
        sys.exit(f"the user {account.pw_name} cannot run {binaries}/initdb")
    return binaries


def _can_run(binaries: Path, account: pwd.struct_passwd) -> bool:
    command = [f"{binaries}/initdb", "--version"]
    try:
        return subprocess.run(command, check=False, **_run_as(account)).returncode == 0  # noqa: S603 - PostgreSQL's own
    except OSError:  # not permitted, or not there
        return False


def _make_private(sockets: Path, account: pwd.struct_passwd) -> None:
    """Make the folder of the socket, or check that nobody else made it (/tmp is open to all), and empty it."""
    try:
        sockets.mkdir(mode=0o700)
        os.chown(sockets, account.pw_uid, -1)
    except FileExistsError:
        found = sockets.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.pw_uid or found.st_mode & 0o077:
            sys.exit(f"{sockets} should be a private folder of {account.pw_name} and is not: look at it, and remove it")
    for left_over in sockets.glob(".s.PGSQL.*"):
        left_over.unlink()


def _create_cluster(home: Path, binaries: Path, account: pwd.struct_passwd, *, durable: bool) -> None:
    """Make the cluster under another name first: a half-made one is never taken for a whole one."""
    for left_over in home.glob("cluster.*"):
        shutil.rmtree(left_over)
    cluster = Path(tempfile.mkdtemp(prefix="cluster.", dir=home))
    os.chown(cluster, account.pw_uid, -1)
    initdb = [f"{binaries}/initdb", "-D", str(cluster)]
    # Upper and lower case by PostgreSQL's own rules, the same on every machine and under any locale of the caller.
    make = ["-U", "postgres", "-A", "peer", "-E", "UTF8", "--locale=C", "--locale-provider=builtin"]
    make += ["--builtin-locale=C.UTF-8", "--no-sync", "--no-instructions"]
    alone = [f"{binaries}/postgres", "--single", "-F", "-D", str(cluster), "-c", "exit_on_error=on", "postgres"]
    sql = f"CREATE ROLE {ROLE} LOGIN CREATEDB\nCREATE DATABASE {ROLE} OWNER {ROLE} TEMPLATE template0\n"
    try:
        subprocess.run([*initdb, *make], check=True, **_run_as(account))  # noqa: S603 - PostgreSQL's own
        subprocess.run(alone, input=sql.encode(), check=True, **_run_as(account))  # noqa: S603 - PostgreSQL's own
        if durable:
            subprocess.run([*initdb, "--sync-only"], check=True, **_run_as(account))  # noqa: S603 - PostgreSQL's own
    except subprocess.CalledProcessError as error:
        shutil.rmtree(cluster)
        sys.exit(f"{error.cmd[0]} ended with {error.returncode}")
    cluster.rename(home / "cluster")


def _admission(home: Path, account: pwd.struct_passwd) -> dict[str, str]:
    """Let in the user who called us and the one who runs the server; the kernel says who asks.

    Written at each start, since the data may have come from another machine; beside the cluster and not in it,
    since root should write nothing into a folder of another account.
    """
    rules, users = home / "pg_hba.conf", home / "pg_ident.conf"
    rules.write_text("local all all peer map=local\n")
    names = sorted({account.pw_name, pwd.getpwuid(os.geteuid()).pw_name})
    users.write_text("".join(f'local "{name}" {role}\n' for name in names for role in [ROLE, "postgres"]))
    for path in [rules, users]:
        path.chmod(0o644)
    return {"hba_file": str(rules), "ident_file": str(users)}


def _stop_orphans(cluster: Path) -> None:
    """Stop a server that lost its supervisor, or what a killed server left; then remove the trace of it.

    PostgreSQL would refuse to start while a query of the old server still runs, and while the process id it finds
    is in use, though by another program or a zombie. Where there is no /proc, its own checks have to do.
    """
    trace = cluster / "postmaster.pid"
    if not trace.exists() or not Path("/proc/self/exe").exists():
        return
    server = int((trace.read_text().split() or ["0"])[0])  # empty where the disk was full
    left = _serving(cluster)
    for pid in [server] if server in left else left:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT if pid == server else signal.SIGQUIT)
    if not within(PATIENCE, lambda: not _serving(cluster)):
        sys.exit(f"a server that lost its supervisor does not stop: process {_serving(cluster)}")
    trace.unlink(missing_ok=True)


def _serving(cluster: Path) -> list[int]:
    """The processes of PostgreSQL that work in this folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # gone, a zombie, or another user's
            if (process / "exe").readlink().name.startswith("postgres") and (process / "cwd").readlink() == cluster:
                found.append(int(process.name))
    return found


def _outlive_supervisors(home: Path, sockets: Path, lock: int, answer: IO[str]) -> None:
    """Return in a process that is to supervise, and in another one each time that this was killed.

    Nobody would end the server of a killed supervisor: not before the next command of the portal. The next
    supervisor takes it over, which cuts its connections once.
    """
    while supervisor := os.fork():
        answer.close()  # the first one tells whoever waits; of those that come after it nobody has asked
        _, status = os.waitpid(supervisor, 0)
        if not os.WIFSIGNALED(status) or not _is_ours(home, sockets, lock):
            sys.exit(os.waitstatus_to_exitcode(status))
        print("The supervisor was killed: another takes over.", flush=True)


if __name__ == "__main__":
    if os.fork():  # who started us waits for this process only, and is left with no child to reap
        os._exit(0)
    _home, _sockets, _installed = map(Path, sys.argv[1:4])
    _lock, _answer = int(sys.argv[4]), os.fdopen(int(sys.argv[5]), "w")
    _outlive_supervisors(_home, _sockets, _lock, _answer)
    _supervise(_home, _sockets, _installed, _lock, _answer, durable=sys.argv[6] == "durable")
