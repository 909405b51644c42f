"""Files in a folder of their own, outside everything that is served by itself, under names that nobody can guess.

A file is whole before its row says that it is there, and goes after its row has gone. A fault in between leaves a file
without a row, which nobody is shown: `manage.py tidy_uploads` finds it.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

#: 24 random bytes, written in letters that an address may have.
TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")


def keep(data: bytes) -> str:
    """Write a file, to the disk and not only to its cache; returns the name that it is found by."""
    token = secrets.token_urlsafe(24)
    folder = _folder()
    aside = folder / f".{token}"  # no token, so nobody finds half a file
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.rename(folder / token)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
    return token


def read(token: str) -> bytes:
    """Raises FileNotFoundError."""
    return _path(token).read_bytes()


def is_there(token: str) -> bool:
    return _path(token).is_file()


def forget(token: str) -> None:
    _path(token).unlink(missing_ok=True)


def tokens(*, older_than: int) -> Iterator[str]:
    """Of the files that have been there for so many seconds: younger ones may wait for their row."""
    for path in sorted(_folder().iterdir()):
        if TOKEN.fullmatch(path.name.removeprefix(".")) and path.stat().st_mtime < time.time() - older_than:
            yield path.name


def _path(token: str) -> Path:
    if not TOKEN.fullmatch(token.removeprefix(".")):
        raise ValueError(f"no name of an upload: {token!r}")
    return settings.UPLOADS_DIR / token


def _folder() -> Path:
    """Nobody but the portal looks into it."""
    folder: Path = settings.UPLOADS_DIR
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
