"""Collected static files, made anew only when their sources have changed: a second start is quick, and a portal
that runs beside the tests keeps the files that its pages name."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect(say: Callable[[str], object] = lambda text: None) -> None:
    """Compress and hash what the pages name into STATIC_ROOT, unless that was done for the same sources."""
    collected = settings.VAR_DIR / "static-files-collected"
    current = fingerprint()
    if collected.exists() and collected.read_text() == current and Path(settings.STATIC_ROOT).exists():
        return
    say("Compressing style sheets, scripts and images")
    collected.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    collected.write_text(current)


def fingerprint() -> str:
    """Changes when a file that collectstatic would collect is added, removed or written."""
    found = []
    for finder in get_finders():
        for path, storage in finder.list([]):
            file = Path(storage.path(path)).stat()
            found.append(f"{path} {file.st_size} {file.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest()
