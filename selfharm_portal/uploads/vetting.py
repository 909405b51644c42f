"""A file from outside: what it is, by its bytes and never by its name, and a clean one in its place (pure).

Pictures are drawn anew from their pixels (pictures.py); a PDF is looked through and written anew (documents.py).
Whatever is not taken is Refused, with a sentence that says what to do. Both libraries read what strangers may have
made, so the portal runs this in a process of its own, with limits: confinement.py.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

LARGEST_FILE = 10_000_000  # bytes; an infographic for print has one to five million
#: Of what comes out: a picture drawn anew can be heavier than it was.
LARGEST_RESULT = 20_000_000


class Kind(StrEnum):
    """What is taken. The value is also the ending of the file's address."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpg"
    WEBP = "webp"

    @property
    def is_picture(self) -> bool:
        return self is not Kind.PDF


class Reason(StrEnum):
    """Why a file is not taken; the value is said beside the field."""

    EMPTY = "This file is empty. Choose another one."
    TOO_LARGE = "This file has {} MB, and there is room for 10 MB. Save it with smaller pictures, then choose that one."
    SVG = (
        "This is an SVG drawing. Such files can hold programs, so none is taken. "
        "Save it as PDF or PNG, then choose that one."
    )
    OTHER_KIND = (
        "This is not a PDF and not a PNG, JPEG or WebP picture, whatever its name says. "
        "Save it as one of these, then choose that one."
    )
    BROKEN_PICTURE = "This picture is broken or not whole. Save it again from the program that made it."
    MOVES = "This picture moves. Save one still picture of it, then choose that one."
    TOO_MANY_PIXELS = (
        "A picture has more than 30 million pixels. "
        "Save it smaller, then choose that one: 2,500 by 3,500 pixels are enough for a printed page."
    )
    BROKEN_PDF = (
        "This PDF is broken, not whole, or has something else behind its end. "
        "Save it as PDF again from the program that made it."
    )
    ENCRYPTED = "This PDF is locked. Save it without password and restrictions, then choose that one."
    SCRIPT = "This PDF holds a program (JavaScript). Print it to a new PDF, then choose that one."
    ATTACHMENT = "This PDF has other files attached. Take them out, or print it to a new PDF, then choose that one."
    FORM = "This PDF has a form to fill in. Print it to a new PDF, then choose that one."
    ACTION = "This PDF opens or sends something by itself ({}). Print it to a new PDF, then choose that one."
    MEDIA = "This PDF holds film, sound or a 3D model. Print it to a new PDF, then choose that one."
    COMMENTS = "This PDF has comments or marks on its pages. Take them out, then choose it again."
    LINK = "This PDF links to something that is no web or e-mail address. Take the link out, then choose it again."
    TOO_MANY_PAGES = "This PDF has {} pages, and there is room for 20. Choose one with the infographic alone."
    PACKED = "This PDF is packed in a way that is not taken ({}). Print it to a new PDF, then choose that one."
    TOO_BIG_UNPACKED = (
        "What is packed in this PDF is far larger than the file. Print it to a new PDF, then choose that one."
    )
    TOO_HARD = (
        "Looking through this file took too much time or memory. "
        "Print it to a new PDF, or save the picture smaller, then choose that one."
    )


class Refused(Exception):
    """A file that is not taken. `message` is for the person who chose it."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason.name)
        self.reason, self.detail = reason, detail

    @property
    def message(self) -> str:
        return self.reason.value.format(self.detail)


class Vetted(NamedTuple):
    """A clean file. A picture has width and height in pixels, a PDF has pages; the others are 0."""

    kind: Kind
    data: bytes
    width: int = 0
    height: int = 0
    pages: int = 0


def vet(data: bytes) -> Vetted:
    """The clean file in place of this one. Raises Refused, and nothing else."""
    from . import documents, pictures  # they load what reads pictures and PDFs, which the portal itself never needs

    kind = kind_of(data)
    try:
        vetted = pictures.drawn_anew(data, kind) if kind.is_picture else documents.written_anew(data)
    except Refused:
        raise
    except (MemoryError, RecursionError) as problem:
        raise Refused(Reason.TOO_HARD) from problem
    except Exception as problem:  # of libraries that read broken files: they promise no kind of error
        raise Refused(Reason.BROKEN_PICTURE if kind.is_picture else Reason.BROKEN_PDF) from problem
    if len(vetted.data) > LARGEST_RESULT:
        raise Refused(Reason.TOO_LARGE, megabytes(len(vetted.data)))
    return vetted


def kind_of(data: bytes) -> Kind:
    """By the first bytes, and the size. Raises Refused."""
    if not data:
        raise Refused(Reason.EMPTY)
    if len(data) > LARGEST_FILE:
        raise Refused(Reason.TOO_LARGE, megabytes(len(data)))
    if data.startswith(b"%PDF-"):
        return Kind.PDF
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if data.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return Kind.WEBP
    looks_like_svg = b"<svg" in data[:4096].replace(b"\0", b"").lower()  # without \0: UTF-16
    raise Refused(Reason.SVG if looks_like_svg else Reason.OTHER_KIND)


def megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f}"
