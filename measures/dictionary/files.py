"""The whole dictionary as files: CSV, XLSX, PDF and JSON, of the same fields in the same order (dictionary/fields.py).

Every version of every measure is in them, so that a number that was given years ago still finds its definition.
"""

from __future__ import annotations

import csv
import io
import json
import logging
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from django.core.cache import cache as kept

from measures.reporting_calendar import month_in_words
from selfharm_portal import typesetting
from selfharm_portal.cells import guarded
from selfharm_portal.pages import demonstration
from selfharm_portal.typesetting import FONTS, NotDrawn

from . import definitions
from .fields import FIELDS, Entry, Value, entries, in_words

logger = logging.getLogger(__name__)

TITLE = "Measures of community care for people who self-harm"
AUTHOR = "NCISH, University of Manchester"
SUMMARY = "The data dictionary: what to count, how, and which way is better."
#: Of the file, before "-demonstration" and its ending.
NAME = "data-dictionary"
PAGE = Path(__file__).with_name("dictionary.typ")
#: A week: changed content has another digest, so that an old file is only in nobody's way.
KEPT_FOR = 7 * 24 * 60 * 60
#: Widths of columns in XLSX, in letters.
WIDE, NARROW, LONG = 60, 18, 40


class Book(NamedTuple):
    """All that the files say."""

    entries: Sequence[Entry]
    #: Empty in a real database.
    banner: str

    @property
    def head(self) -> list[str]:
        """What stands before the definitions."""
        return [text for text in (self.banner, definitions.STATUS, definitions.CODES) if text]

    def rows(self) -> list[list[Value]]:
        return [[field.of(entry) for field in FIELDS] for entry in self.entries]


class Format(NamedTuple):
    label: str
    content_type: str
    write: Callable[[Book], bytes]
    #: Does it take long enough to be worth keeping?
    is_kept: bool = False


def book() -> Book:
    return Book(entries(), demonstration.BANNER if demonstration.is_demonstration() else "")


def digest(book: Book) -> str:
    """Of all that the files depend on."""
    return sha256(f"{_release()}{book.head!r}{book.rows()!r}".encode()).hexdigest()[:16]


def file(book: Book, ending: str) -> bytes:
    """The file in this form; what takes long is made once for the same content. Raises NotDrawn, and logs why."""
    written_as = FORMATS[ending]
    if not written_as.is_kept:
        return written_as.write(book)
    key = f"dictionary:{digest(book)}.{ending}"
    found: bytes | None = kept.get(key)
    if found is None:
        try:
            found = written_as.write(book)
        except NotDrawn as problem:
            logger.exception("No %s of the dictionary: %s", ending, problem.__cause__)
            raise
        kept.set(key, found, KEPT_FOR)
    return found


@cache
def _release() -> str:
    """Of the code and the drawing, so that a new release writes anew."""
    found = sha256(f"{version('typst')} {version('openpyxl')}".encode())
    for source in (Path(__file__), PAGE, *sorted(FONTS.glob("*.ttf"))):
        found.update(source.read_bytes())
    return found.hexdigest()


def comma_separated(book: Book) -> bytes:
    """A row each, with the names of the fields first; a list has an item a line. The last column is of the whole."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)  # also whole where a spreadsheet parts cells at semicolons
    writer.writerow([*(field.key for field in FIELDS), "status"])
    status = " ".join(part for part in (book.banner, definitions.STATUS) if part)
    for row in book.rows():
        writer.writerow([*map(_cell, row), guarded(status)])
    # With a byte order mark: without it Excel takes the quotation marks for something else.
    return text.getvalue().encode("utf-8-sig")


def spreadsheet(book: Book) -> bytes:
    """One sheet to read, with what the file is on a second one."""
    # Late, because the package takes a fifth of a second to load and no other page needs it.
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    workbook = Workbook()
    workbook.properties.title, workbook.properties.creator = TITLE, AUTHOR
    sheet = workbook.worksheets[0]
    sheet.title = "Dictionary"
    sheet.append([field.label for field in FIELDS])
    for row in book.rows():
        sheet.append([_number(value) if isinstance(value, int | Decimal) else _cell(value) for value in row])
    for number, column in enumerate(sheet.iter_cols(), start=1):
        longest = max(len(str(cell.value or "")) for cell in column)
        sheet.column_dimensions[get_column_letter(number)].width = WIDE if longest > LONG else NARROW
        for cell in column:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        column[0].font = Font(bold=True)
    # Code, version and name stay in sight; the name is far to the right, so it is the first three columns.
    sheet.freeze_panes = "D2"
    sheet.auto_filter.ref = sheet.dimensions
    about = workbook.create_sheet("About this file")
    about.column_dimensions["A"].width = 2 * WIDE
    for text in (TITLE, SUMMARY, *book.head):
        about.append([guarded(text)])
    for cell in about["A"]:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    about["A1"].font = Font(bold=True)
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def javascript_object(book: Book) -> bytes:
    """docs/dictionary.md says what each name means."""
    said = {
        "title": TITLE,
        "status": definitions.STATUS,
        "demonstration": book.banner or None,
        "codes": definitions.CODES,
        "fields": {field.key: field.label for field in FIELDS},
        "versions": [
            {field.key: _in_json(value) for field, value in zip(FIELDS, row, strict=True)} for row in book.rows()
        ],
    }
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


def pdf(book: Book) -> bytes:
    """For a meeting and for paper, tagged (PDF/UA-1), with a list of its contents. Raises NotDrawn."""
    return typesetting.pdf(PAGE, book=_for_paper(book))


def _for_paper(book: Book) -> dict[str, Any]:
    """What dictionary.typ reads: fields without a value are left out."""
    domains = []
    for domain, found in groupby(book.entries, key=lambda entry: entry.version.measure.domain):
        domains.append(
            {
                "title": domain.title,
                "description": domain.description,
                "versions": [
                    {
                        "code": entry.version.measure.code,
                        "name": entry.version.name,
                        "since": f"Version {entry.version.number}, from {month_in_words(entry.version.valid_from)}",
                        "rows": [
                            {"label": field.label, "lines": in_words(value).split("\n")}
                            for field in FIELDS
                            if in_words(value := field.of(entry))
                        ],
                    }
                    for entry in found
                ],
            }
        )
    return {"title": TITLE, "author": AUTHOR, "summary": SUMMARY, "head": book.head, "domains": domains}


def _cell(value: Value) -> str:
    return guarded(in_words(value))


def _number(value: int | Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)


def _in_json(value: Value) -> Any:
    if isinstance(value, int | Decimal):
        return _number(value)
    return value if isinstance(value, list) else value or None


#: By the end of the file's name, in the order in which the page names them.
FORMATS = {
    "csv": Format("CSV, for a spreadsheet", "text/csv; charset=utf-8", comma_separated),
    "xlsx": Format(
        "XLSX, for Excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        spreadsheet,
        is_kept=True,
    ),
    "pdf": Format("PDF, for paper", "application/pdf", pdf, is_kept=True),
    "json": Format("JSON, for programs", "application/json", javascript_object),
}
