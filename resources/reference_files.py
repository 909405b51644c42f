"""Files of references, as they are uploaded: bytes in, rows of text out.

Pure. A row has our names of columns, whatever the file's format; what cannot be read is said beside it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields

import rispy

from selfharm_portal.cells import text_of

from . import citations, lookup
from .citations import PORTAL, SEPARATOR, Citable

#: More at a time and nobody would read what they are about to do.
MOST_ROWS = 500
LONGEST_CELL = 20_000  # characters

MOST_INITIALS = 6  # "J-PKLM"; more capitals are a name

#: Written for reading, and made anew by each export.
NOT_READ = {"kind_name", "notes"}
COLUMNS = [each.name for each in fields(Citable) if each.name not in NOT_READ]


class NotReadable(ValueError):
    """Nothing of the file can be used; the text says why, and what to do."""


@dataclass
class Row:
    """One reference: its place in the file, what it says by column, what is wrong with it."""

    place: str
    values: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    is_ours: bool = False  # exported here: the key is an item's, the summary is in our words


@dataclass
class ReadFile:
    rows: list[Row]
    encoding: str
    not_read: list[str] = field(default_factory=list)  # columns that we have no field for


def read(data: bytes, name: str) -> ReadFile:
    """A file whose name ends in .ris or .csv. Raises NotReadable."""
    ending = name.rpartition(".")[2].lower()
    if ending not in ("ris", "csv"):
        raise NotReadable("Choose a file whose name ends in .ris or .csv.")
    text, encoding = decoded(data)
    if not text.strip():
        raise NotReadable("The file is empty.")
    not_read: list[str] = []
    rows = list(_ris(text)) if ending == "ris" else list(_csv(text, not_read))
    if not rows:
        raise NotReadable("There is no reference in this file.")
    if len(rows) > MOST_ROWS:
        raise NotReadable(f"It has {len(rows):,} references. Bring at most {MOST_ROWS:,} at a time.")
    return ReadFile(rows, encoding, not_read)


def decoded(data: bytes) -> tuple[str, str]:
    """The text, and the name of its encoding. Raises NotReadable."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotReadable("It is written in UTF-16. Save it again as “CSV UTF-8”, or as RIS in UTF-8.")
    if b"\x00" in data:
        raise NotReadable("This is no text: it has NUL characters in it. Is it a spreadsheet that was renamed?")
    for encoding, name in (("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252")):
        try:
            return data.decode(encoding), name
        except UnicodeDecodeError:
            continue
    raise NotReadable("Its letters cannot be read. Save it again in UTF-8.")


# RIS


def _ris(text: str) -> Iterator[Row]:
    """One chunk a reference, each read by itself: a broken one does not take the next along."""
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines) if re.match(r"\s*TY {2}- ", line)]
    for index, (start, end) in enumerate(zip(starts, [*starts[1:], len(lines)], strict=False), start=1):
        row = Row(f"Reference {index}, from line {start + 1}")
        chunk = [line.strip() for line in lines[start:end] if line.strip()]
        ends = next((at for at, line in enumerate(chunk) if re.match(r"ER {1,2}-", line)), None)
        odd = [line for line in chunk[:ends] if not re.match(r"[A-Z][A-Z0-9] {2}-( |$)", line)]
        if ends is None:
            row.problems.append("It does not end: the line “ER  -” is missing.")
        elif odd:
            row.problems.append(f"A line is not of the form “TI  - Title”: “{odd[0][:60]}”.")
        else:
            read = rispy.loads("\n".join([*chunk[:ends], "ER  - "]), delimiter_tags_mapping={})
            row.values, row.is_ours = _of_ris(read[0]) if read else ({}, False)
        yield row


def _of_ris(read: dict[str, object]) -> tuple[dict[str, str], bool]:
    def text(*names: str) -> str:
        found = next((read[name] for name in names if read.get(name)), "")
        return found if isinstance(found, str) else str(found[0]) if isinstance(found, list) else ""

    def texts(*names: str) -> list[str]:
        found = next((read[name] for name in names if read.get(name)), [])
        return [str(each) for each in found] if isinstance(found, list) else [str(found)]

    is_ours = text("database_provider") == PORTAL
    publishers = text("publisher")
    authors = [as_ours(name) for name in texts("authors", "first_authors")]
    if is_ours and set(authors) <= set(publishers.split(SEPARATOR)):
        authors = []  # organisations, which stand there for want of a person
    year = re.match(r"[0-9]{4}", text("year", "publication_year", "date"))
    date = re.fullmatch(r"([0-9]{4})/([0-9]{2})/([0-9]{2})/?", text("date"))
    is_pubmed = text("name_of_database").casefold() in ("pubmed", "medline")
    values = {
        "title": text("title", "primary_title"),
        "authors": SEPARATOR.join(authors),
        "publishers": publishers,
        "journal": text("secondary_title", "journal_name", "alternate_title3")
        if not is_ours
        else text("secondary_title"),
        "year": year[0] if year else "",
        "date": "-".join(date.groups()) if date else "",
        "doi": text("doi"),
        "pmid": text("accession_number") if is_pubmed else "",
        "url": text("urls"),
        "topics": SEPARATOR.join(texts("keywords")),
    }
    if is_ours:
        values |= {
            "key": text("id"),
            "kind": text("type_of_work"),
            "isbn": text("issn"),
            "code": text("note"),
            "summary": text("abstract"),
        }
    return {name: value for name, value in values.items() if value}, is_ours


def as_ours(name: str) -> str:
    """ "Chan, M. K. Y." is Chan MKY, "Smith, J.-P." is Smith J-P, "Hawton, Keith" is Hawton K."""
    family, comma, given = name.partition(", ")
    if not comma:
        return name
    initials = re.sub("[. ]", "", given)
    if initials.isupper() and len(initials) <= MOST_INITIALS:
        return f"{family} {initials}"
    return lookup.with_initials(family, given)


# CSV


def _csv(text: str, not_read: list[str]) -> Iterator[Row]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [re.sub(r"\W+", "_", cell.strip().lower()) for cell in next(reader)]
        if "title" not in names:
            raise NotReadable("The first line has to name the columns, and one of them has to be “title”.")
        if twice := next((name for name in names if name in COLUMNS and names.count(name) > 1), ""):
            raise NotReadable(f"Two columns are called “{twice}”.")
        not_read += [name for name in names if name and name not in COLUMNS and name not in NOT_READ]
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            row = Row(f"Line {reader.line_num}", is_ours=True)
            if len(cells) > len(names):
                row.problems.append(f"It has {len(cells)} cells, and there are {len(names)} columns.")
            elif too_long := next(
                (name for name, cell in zip(names, cells, strict=False) if len(cell) > LONGEST_CELL), ""
            ):
                row.problems.append(f"“{too_long}” is longer than {LONGEST_CELL:,} characters.")
            else:
                known = ((name, text_of(cell.strip())) for name, cell in zip(names, cells, strict=False))
                row.values = {name: citations.one_line(cell) for name, cell in known if name in COLUMNS and cell}
            yield row
    except csv.Error as error:
        raise NotReadable(f"Line {reader.line_num} breaks the rules of CSV: {error}.") from error
