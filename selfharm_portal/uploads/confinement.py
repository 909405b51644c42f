"""Vetting in a process of its own, which may use so much memory and time and then ends.

Limits inside Pillow and pypdf are theirs to keep; these are the kernel's. A fault in a library that reads broken
files ends that process, and nothing else.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from .vetting import Kind, Reason, Refused, Vetted, kind_of, vet

logger = logging.getLogger(__name__)

MOST_MEMORY = 1024**3  # bytes of addresses, of which Python and its libraries take a quarter; see tests
MOST_SECONDS = 20  # of the processor's time
PATIENCE = 40  # seconds by the clock
ROOT = Path(__file__).resolve().parent.parent.parent

_one_at_a_time = threading.Lock()


def vet_apart(data: bytes) -> Vetted:
    """As vetting.vet. Raises Refused, also where the process was ended."""
    kind_of(data)  # what needs no process to be refused
    with _one_at_a_time:
        try:
            process = subprocess.run(
                [sys.executable, "-m", "selfharm_portal.uploads.confinement"],
                input=data,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # where a hostile file could make libraries complain without end
                cwd=ROOT,
                env={},  # no address or password of the portal's
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired as problem:
            raise Refused(Reason.TOO_HARD) from problem
    head, _, clean = process.stdout.partition(b"\n")
    if process.returncode or not head:
        logger.warning("Vetting an upload ended with %s", process.returncode)
        raise Refused(Reason.TOO_HARD)
    said = json.loads(head)
    if "refused" in said:
        raise Refused(Reason[said["refused"]], said["detail"])
    return Vetted(Kind(said["kind"]), clean, said["width"], said["height"], said["pages"])


# The other process


def _limit_ourselves() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):  # macOS has no such limit
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def _main() -> None:
    _limit_ourselves()
    try:
        found = vet(sys.stdin.buffer.read())
    except Refused as refused:
        sys.stdout.write(json.dumps({"refused": refused.reason.name, "detail": refused.detail}))
        return
    facts = {"kind": found.kind, "width": found.width, "height": found.height, "pages": found.pages}
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + found.data)


if __name__ == "__main__":
    _main()
