"""Granian as a child of `manage.py serve`: is the port free, start, wait until it answers, stop it and its workers.

The child is this module run as a program: granian's own command line, and a thread that ends it with its parent,
however that one ends. So nothing goes on serving, and no lease keeps the embedded database, when nobody watches.
"""

import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

OPTIONS = [
    *("--interface", "wsgi", "--workers", "2", "--no-ws"),
    *("--blocking-threads", "16"),  # of which limits.py lets slow forms hold most, and never all
    "--respawn-failed-workers",  # one that is killed is replaced; two deaths in quick succession end the server
    *("--workers-kill-timeout", "3", "--log-level", "error"),
]
APPLICATION = "selfharm_portal.wsgi:application"
PATIENCE_TO_START = 60  # seconds
PATIENCE_TO_STOP = 5


class ServerError(RuntimeError):
    """The server cannot run; the message says what a person can do about it."""


def check_port(host: str, port: int) -> None:
    """Raises ServerError if nobody can listen there: granian itself would share the port with another granian."""
    try:
        # As servers do it: a port whose last connections are only just closed is free.
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            another = port + 1 if port < 65535 else 8000
            raise ServerError(
                f"Port {port} is in use by another program, or by a portal that runs already. "
                f"Stop that one, or take another port: PORT={another} make run"
            ) from error
        if error.errno == errno.EADDRNOTAVAIL:
            raise ServerError(f"HOST is {host}, which is not an address of this machine.") from error
        raise ServerError(f"Port {port} cannot be used: {error.strerror}. Another one: PORT=8001 make run") from error


def let_signals_interrupt() -> None:
    """The end of a terminal and a polite kill do what Ctrl-C does, also where a script started us in the background."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup: goes on without a terminal
            signal.signal(number, signal.default_int_handler)


@contextmanager
def running(host: str, port: int, *, host_name: str, folder: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Serve until the block is left; begins when /healthz answers. What the server reports is shown and kept in `log`.

    host_name is one that ALLOWED_HOSTS allows. Raises ServerError if there is no server.
    """
    command = [sys.executable, "-m", "selfharm_portal.serving", *OPTIONS, "--host", host, "--port", str(port)]
    server = subprocess.Popen(  # noqa: S603 - this file, run by this interpreter
        [*command, APPLICATION],
        cwd=folder,
        stdin=subprocess.PIPE,  # never written to: its end tells the child that we are gone
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C reaches us alone, so that one of us decides the order
    )
    assert server.stdout
    threading.Thread(target=_show_and_keep, args=[server.stdout, log], daemon=True).start()
    try:
        _wait_until_it_answers(server, reached_at(host), port, host_name, log)
        yield server
    finally:
        _stop(server)


def _show_and_keep(reports: IO[bytes], log: Path) -> None:
    # Addresses of people may be among what is reported.
    with open(log, "ab", buffering=0, opener=lambda path, flags: os.open(path, flags, 0o600)) as kept:
        for line in reports:
            with suppress(OSError):  # a full disk must not block the server
                kept.write(line)
            with suppress(OSError):  # nor a terminal that is closed
                os.write(sys.stderr.fileno(), line)


def reached_at(host: str) -> str:
    """Where a server is reached from this machine that listens at every address, or at this one."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - asks, and listens nowhere


def _wait_until_it_answers(server: subprocess.Popen[bytes], host: str, port: int, host_name: str, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_TO_START
    while server.poll() is None:
        status = _status_of_healthz(host, port, host_name)
        if status == http.client.OK:
            return
        if status is not None:
            raise ServerError(f"The server answers /healthz with {status}. Its reports are above and in {log}")
        if time.monotonic() > deadline:
            raise ServerError(f"The server has not answered for {PATIENCE_TO_START} s. Its reports are in {log}")
        time.sleep(0.05)
    raise ServerError(f"The server ended before it answered. Its reports are above and in {log}")


def _status_of_healthz(host: str, port: int, host_name: str) -> int | None:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": host_name})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None  # not yet
    finally:
        connection.close()


def _stop(server: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C: we are at it
    server.terminate()
    try:
        server.wait(PATIENCE_TO_STOP)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    with suppress(ProcessLookupError):  # as it should be: no worker has outlived it
        os.killpg(server.pid, signal.SIGKILL)


# The child's side


def _end_with_parent() -> None:
    os.read(0, 1)  # not sys.stdin, whose lock a forked worker would inherit, and wait for
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    from granian.cli import cli as granian  # here alone: the parent is ready sooner without it

    threading.Thread(target=_end_with_parent, daemon=True).start()
    granian()  # without entrypoint(), which would also read GRANIAN_* in the environment
