"""A team's months as a spreadsheet, both ways: a template to fill in, and a filled one read back, cell by cell.

XLSX and CSV hold the same rows, one a month and measure, under the same headings; a template begins with what is
typed already, so that a file which is brought back unchanged changes nothing. What a file is, is told by its content
and never by its name. Pure: no Django, no database; rules.py judges what was typed, here is only read what it is.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from selfharm_portal.cells import guarded, text_of

from .reporting_calendar import MONTH_NAMES, month_in_words
from .rules import ERRORS, KINDS, NO_DATA_REASONS, Definition, TypedEntry, quoted

NUMBERS, DEFINITIONS, ABOUT = "Numbers", "Definitions", "About this file"
#: In this order. The last says where the file comes from, and is not read.
HEADINGS = (
    "Area",
    "Month",
    "Code",
    "Measure",
    "Numerator",
    "Denominator",
    "Median in days",
    "Reason for no figures",
    "Note",
    "Definition version",
    "From",
)
AREA, MONTH, CODE, NUMERATOR, DENOMINATOR, VALUE, REASON, NOTE, VERSION = 0, 1, 2, 4, 5, 6, 7, 8, 9
NUMBER_COLUMNS = {"numerator": NUMERATOR, "denominator": DENOMINATOR, "value": VALUE}

#: In bytes; 60 months of 28 measures have about 100,000. Far larger ones stop at selfharm_portal/limits.py.
LARGEST = 2_000_000
MOST_ROWS = 5_000
#: What an XLSX may unpack to, all parts together: beyond it a small file fills the memory.
LARGEST_UNPACKED = 20_000_000
MOST_PARTS = 200

_SHORT_MONTHS = {name[:3].lower(): number for number, name in enumerate(MONTH_NAMES, start=1)}
_DATES = (
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})(-0?1)?(T00:00:00| 00:00:00)?"),
    re.compile(r"(0?1/)?(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})"),
)
_NAMED_DATE = re.compile(r"(?P<name>[A-Za-z]{3,9})[ -](?P<year>[0-9]{2}|[0-9]{4})")

#: The beginnings of what is brought by mistake.
_OTHER_FILES = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"{\\rtf": "a text document",
    b"<!DOCTYPE": "a web page",
    b"<html": "a web page",
}
#: Of an old .xls, and of an XLSX that has a password.
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


DAMAGED = "The file is damaged: it cannot be opened. Save it again, or take a new template."


class NotReadable(ValueError):
    """Nothing of the file can be used; the text says why, and what to do."""


class Asked(NamedTuple):
    """A row of a template: a measure in a month, and what is typed for it so far."""

    month: date
    definition: Definition
    version: int
    entry: TypedEntry


class Template(NamedTuple):
    area: str
    area_name: str
    rows: Sequence[Asked]
    #: The sentence of a demonstration; empty in a real database.
    banner: str

    @property
    def source(self) -> str:
        return self.banner or "Self-harm community care portal, NCISH"


class Cell(NamedTuple):
    """What a cell says, and where it stands: `Numbers!E14`, or `row 14, column Numerator` of a CSV."""

    text: str
    place: str
    is_formula: bool = False


@dataclass(frozen=True)
class FileProblem:
    """What is wrong at a place of the file; `rule` is a key of the rules, or one of a file's own.

    definition: the one that the rule judged by, as `SH08 version 2`.
    """

    place: str
    rule: str
    message: str
    definition: str = ""


@dataclass(frozen=True)
class Row:
    """A month and a measure as the file has them. `cells` are by column, `place` is that of the whole row."""

    place: str
    number: int
    month: date
    entry: TypedEntry
    version: str
    cells: Sequence[Cell]

    def place_of(self, name: str) -> str:
        """Of a field of rules.Problem; of the row where it names none."""
        column = {**NUMBER_COLUMNS, "no_data_reason": REASON, "note": NOTE}.get(name)
        return self.place if column is None else self.cells[column].place


@dataclass
class Brought:
    """A file that was read: its rows, and what is wrong with cells, by itself."""

    rows: list[Row] = field(default_factory=list)
    problems: list[FileProblem] = field(default_factory=list)


# Reading


def read(data: bytes, *, area: str) -> Brought:
    """Read a filled template of this area. Raises NotReadable.

    area: the slug that every row names.
    """
    if len(data) > LARGEST:
        raise NotReadable(
            f"The file has {len(data) / 1_000_000:.2f} MB, and there is room for {LARGEST / 1_000_000:.0f} MB. "
            "Bring it in parts, or take a new template and copy the numbers into it."
        )
    if not data.strip():
        raise NotReadable("The file is empty.")
    lines = _of_xlsx(data) if data.startswith(b"PK") else _of_csv(data)
    head = next(lines, [])
    _check_headings([cell.text for cell in head])
    brought = Brought()
    seen: dict[tuple[date, str], int] = {}
    for number, cells in enumerate(lines, start=2):
        if not any(cell.text.strip() for cell in cells):
            continue
        if number > MOST_ROWS + 1:
            raise NotReadable(f"It has more than {MOST_ROWS:,} rows. Bring it in parts.")
        _check_area(cells[AREA].text, area, number)
        row = _row(cells, number, brought.problems)
        if row is None:
            continue
        first = seen.setdefault((row.month, row.entry.code), number)
        if first != number:
            words = {"measure_code": row.entry.code, "month_name": month_in_words(row.month)}
            brought.problems.append(
                FileProblem(
                    row.place, "row_twice", ERRORS["row_twice"].message.format(**words, row_a=first, row_b=number)
                )
            )
        brought.rows.append(row)
    if not brought.rows and not brought.problems:
        raise NotReadable("There is no row with a month and a measure in it.")
    return brought


def _check_headings(found: Sequence[str]) -> None:
    given = [text.strip() for text in found]
    while given and not given[-1]:
        given.pop()
    if tuple(given) == HEADINGS:
        return
    if not set(given) & set(HEADINGS):
        raise NotReadable(
            f"The first row does not have the headings of our template ({', '.join(HEADINGS[:3])} and so on). "
            "Take a template from your area's page and copy the numbers into it."
        )
    for position, (is_there, belongs) in enumerate(zip([*given, *[""] * len(HEADINGS)], HEADINGS, strict=False), 1):
        if is_there != belongs:
            raise NotReadable(
                f"Column {position} is “{quoted(is_there) or 'empty'}”, and “{belongs}” belongs there: a column was "
                "moved, renamed, added or taken out. Put the columns back as they were, or take a new template."
            )
    raise NotReadable(f"There is a column after “{HEADINGS[-1]}”: “{quoted(given[len(HEADINGS)])}”. Take it out.")


def _check_area(found: str, area: str, number: int) -> None:
    if found.strip() != area:
        raise NotReadable(
            f"Row {number} is of the area “{quoted(found)}”, and this is the page of “{area}”. "
            "Bring each area's file on its own page."
        )


def _row(cells: Sequence[Cell], number: int, problems: list[FileProblem]) -> Row | None:
    """None if it cannot be said which month or measure it is; the problem is noted then."""
    month, code = _month(cells[MONTH].text), cells[CODE].text.strip().upper()
    if month is None:
        problems.append(
            FileProblem(
                cells[MONTH].place,
                "month_not_read",
                f"“{quoted(cells[MONTH].text)}” is not a month. Write it as in the template: 2026-03.",
            )
        )
        return None
    if not code:
        problems.append(FileProblem(cells[CODE].place, "code_missing", "The code of the measure is missing."))
        return None
    for name, column in NUMBER_COLUMNS.items():
        if cells[column].is_formula:
            problems.append(
                FileProblem(
                    cells[column].place,
                    "formula_for_a_number",
                    f"There is a formula where the {HEADINGS[NUMBER_COLUMNS[name]].lower()} belongs. "
                    "Type the number itself.",
                )
            )
    for column in (REASON, NOTE):
        if cells[column].is_formula:
            problems.append(
                FileProblem(cells[column].place, "formula_for_words", "There is a formula here. Type the words.")
            )
    reason = _reason(cells[REASON], problems)
    entry = TypedEntry(
        code=code,
        **{name: "" if cells[column].is_formula else cells[column].text for name, column in NUMBER_COLUMNS.items()},
        reason=reason,
        note="" if cells[NOTE].is_formula else cells[NOTE].text.strip(),
    )
    place = cells[CODE].place
    return Row(place, number, month, entry, cells[VERSION].text.strip(), cells)


def _month(text: str) -> date | None:
    """2026-03, and what spreadsheets make of it: a date, Mar-26, March 2026, 01/03/2026."""
    text = text.strip()
    for form in _DATES:
        if found := form.fullmatch(text):
            return _first_of(int(found["year"]), int(found["month"]))
    if found := _NAMED_DATE.fullmatch(text):
        number = _SHORT_MONTHS.get(found["name"][:3].lower())
        year = int(found["year"])
        return _first_of(year + 2000 if year < 100 else year, number or 0)
    return None


def _first_of(year: int, month: int) -> date | None:
    return date(year, month, 1) if 1 <= month <= 12 and year >= 1 else None


def _reason(cell: Cell, problems: list[FileProblem]) -> str:
    """The key of the reason; its label is what the template offers."""
    said = cell.text.strip()
    by_label = {reason.label.lower(): key for key, reason in NO_DATA_REASONS.items()}
    key = said if said in NO_DATA_REASONS else by_label.get(said.lower())
    if said and key is None and not cell.is_formula:
        labels = "; ".join(reason.label for reason in NO_DATA_REASONS.values())
        problems.append(
            FileProblem(
                cell.place, "reason_not_in_list", f"“{quoted(said)}” is not in the list. Choose one of: {labels}."
            )
        )
    return key or ""


# CSV


def _of_csv(data: bytes) -> Iterator[list[Cell]]:
    """Raises NotReadable."""
    _refuse_other_files(data)
    text = _decoded(data)
    delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            headings = [*HEADINGS, *range(len(HEADINGS) + 1, len(row) + 1)]
            texts = [*row, *[""] * (len(HEADINGS) - len(row))]
            yield [
                Cell(text_of(text), f"row {number}, column {heading}")
                for text, heading in zip(texts, headings, strict=True)
            ]
    except csv.Error as problem:
        raise NotReadable(f"The file breaks off or has an open quotation mark: {problem}.") from problem


def _refuse_other_files(data: bytes) -> None:
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise NotReadable("The file is protected with a password. Take the password off, and bring it again.")
        raise NotReadable("This is an old .xls file. Save it as .xlsx, and bring it again.")
    begins = data.lstrip()[:20]
    for signature, what in _OTHER_FILES.items():
        if begins.lower().startswith(signature.lower()):
            raise NotReadable(f"This is {what} and no spreadsheet, whatever its name says. Bring the filled template.")


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotReadable("It is written in UTF-16. Save it again as “CSV UTF-8”.")
    if b"\x00" in data:
        raise NotReadable("This is no spreadsheet, whatever its name says. Bring the filled template.")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotReadable("Its letters cannot be read. Save it again as “CSV UTF-8”.")


# XLSX


def _of_xlsx(data: bytes) -> Iterator[list[Cell]]:
    """Raises NotReadable."""
    _check_package(data)
    # Late, because the package takes a fifth of a second to load and no other page needs it.
    from openpyxl import load_workbook

    try:
        workbook = load_workbook(io.BytesIO(data), data_only=False, keep_links=False)
    except Exception as problem:  # openpyxl raises whatever a broken part makes it raise
        raise NotReadable(
            "The file is damaged: it cannot be opened. Save it again, or take a new template."
        ) from problem
    if NUMBERS not in workbook.sheetnames:
        names = ", ".join(f"“{quoted(name)}”" for name in workbook.sheetnames[:5])
        raise NotReadable(f"The sheet “{NUMBERS}” is missing; there is {names}. Take a new template.")
    sheet = workbook[NUMBERS]
    if sheet.merged_cells.ranges:
        raise NotReadable(
            f"Cells are merged on the sheet “{NUMBERS}”: {sorted(map(str, sheet.merged_cells.ranges))[0]}. "
            "Part them again, so that each number stands in a cell of its own."
        )
    if sheet.max_row > MOST_ROWS + 1:
        raise NotReadable(f"It has more than {MOST_ROWS:,} rows. Delete the empty ones, or bring it in parts.")
    for row in sheet.iter_rows(max_col=max(len(HEADINGS), min(sheet.max_column, 2 * len(HEADINGS)))):
        yield [Cell(_text(cell.value), f"{NUMBERS}!{cell.coordinate}", cell.data_type == "f") for cell in row]


def _check_package(data: bytes) -> None:
    """What can be said of an XLSX before any of it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as problem:
        raise NotReadable(
            "The file is damaged: it cannot be opened. Save it again, or take a new template."
        ) from problem
    names = {part.filename.lower() for part in parts}
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise NotReadable("Unpacked, this file would be far larger than months can be. Take a new template.")
    if any(part.flag_bits & 1 for part in parts):
        raise NotReadable("The file is protected with a password. Take the password off, and bring it again.")
    if any(name.endswith("vbaproject.bin") for name in names):
        raise NotReadable("The file has macros in it, which are not opened here. Save it as .xlsx without macros.")
    if "xl/workbook.xml" not in names:
        is_opendocument = "mimetype" in names
        raise NotReadable(
            "This is an OpenDocument file. Save it as .xlsx, and bring it again."
            if is_opendocument
            else "This is no Excel file, whatever its name says. Bring the filled template."
        )


def _text(value: object) -> str:
    """What a cell says, as a person would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, int | float | Decimal):
        try:
            plain = f"{Decimal(repr(value)) if isinstance(value, float) else Decimal(value):f}"
        except InvalidOperation:
            return str(value)
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return text_of(str(value))


# Writing


def comma_separated(template: Template) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)  # also whole where a spreadsheet parts cells at semicolons
    writer.writerow(HEADINGS)
    for asked in template.rows:
        writer.writerow([guarded(each) for each in _written(asked, template)])
    # With a byte order mark: without it Excel takes the quotation marks for something else.
    return text.getvalue().encode("utf-8-sig")


def _written(asked: Asked, template: Template) -> list[str]:
    entry = asked.entry
    reason = NO_DATA_REASONS.get(entry.reason.strip())
    return [
        template.area,
        f"{asked.month:%Y-%m}",
        asked.definition.code,
        asked.definition.measure_name,
        entry.numerator,
        entry.denominator,
        entry.value,
        reason.label if reason else entry.reason,
        entry.note,
        str(asked.version),
        template.source,
    ]


def spreadsheet(template: Template) -> bytes:
    """Locked but for what is to be filled in, with the definitions on a second sheet."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill, Protection
    from openpyxl.worksheet.datavalidation import DataValidation

    workbook = Workbook()
    workbook.properties.title = f"Monthly measures of {template.area_name}"
    workbook.properties.creator = "NCISH, University of Manchester"
    sheet = workbook.worksheets[0]
    sheet.title = NUMBERS
    sheet.append(list(HEADINGS))
    labels = ",".join(reason.label for reason in NO_DATA_REASONS.values())
    reasons = DataValidation(type="list", formula1=f'"{labels}"', allow_blank=True)
    whole = DataValidation(type="whole", operator="greaterThanOrEqual", formula1="0", allow_blank=True)
    whole.error, whole.errorTitle = "Enter a whole number, 0 or more.", "A whole number"
    decimal = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True)
    decimal.error, decimal.errorTitle = "Enter a number, 0 or more.", "A number"
    reasons.error, reasons.errorTitle = "Choose a reason from the list.", "A reason"
    for rule in (reasons, whole, decimal):
        rule.showErrorMessage = True
        sheet.add_data_validation(rule)
    grey, open_ = PatternFill("solid", fgColor="E8E8E8"), Protection(locked=False)
    for number, asked in enumerate(template.rows, start=2):
        kind = KINDS[asked.definition.kind]
        for column, text in enumerate(_written(asked, template), start=1):
            name = next((name for name, at in NUMBER_COLUMNS.items() if at == column - 1), "")
            cell = sheet.cell(number, column, _value(text) if name else _words(text))
            if column - 1 in (REASON, NOTE) or name in kind.entry_fields:
                cell.protection = open_
            elif name:
                cell.fill = grey
            if name in kind.entry_fields:
                (whole if name in kind.whole_numbers else decimal).add(cell)
            elif column - 1 == REASON:
                reasons.add(cell)
            elif column - 1 == NOTE:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    for letter, width in zip("ABCDEFGHIJK", (16, 10, 8, 50, 12, 12, 12, 28, 40, 10, 20), strict=True):
        sheet.column_dimensions[letter].width = width
    for heading in sheet[1]:
        heading.font, heading.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "E2"
    sheet.protection.sheet = True  # without a password: it keeps from slips, not from people
    _write_definitions(workbook.create_sheet(DEFINITIONS), template)
    _write_about(workbook.create_sheet(ABOUT), template)
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def _value(text: str) -> str | int | float | None:
    """A number as a number, so that the sheet can count with it; anything else as it was typed."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return _words(text) or None
    if not number.is_finite() or _text(number) != text:
        return _words(text)
    return int(number) if number == number.to_integral_value() else float(number)


def _words(text: str) -> str:
    """Fit for a cell: nothing in it is computed, and nothing that XML has no sign for."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return guarded(ILLEGAL_CHARACTERS_RE.sub("\ufffd", text))


def _write_definitions(sheet: Any, template: Template) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.append(["Code", "Definition version", "Measure", "Numerator", "Denominator", "Median in days"])
    seen: set[tuple[str, int]] = set()
    for asked in template.rows:
        definition = asked.definition
        if (definition.code, asked.version) in seen:
            continue
        seen.add((definition.code, asked.version))
        is_median = "value" in KINDS[definition.kind].entry_fields
        sheet.append(
            [
                definition.code,
                asked.version,
                guarded(definition.measure_name),
                "" if is_median else guarded(definition.numerator_label),
                guarded(definition.denominator_label),
                guarded(definition.numerator_label) if is_median else "",
            ]
        )
    for letter, width in zip("ABCDEF", (8, 10, 50, 60, 60, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows():
        for each in row:
            each.alignment = Alignment(wrap_text=True, vertical="top")
    for each in sheet[1]:
        each.font = Font(bold=True)
    sheet.protection.sheet = True


def _write_about(sheet: Any, template: Template) -> None:
    from openpyxl.styles import Alignment

    months = sorted({asked.month for asked in template.rows})
    span = " to ".join(dict.fromkeys(month_in_words(month) for month in (months[0], months[-1]))) if months else ""
    for line in _about(template.area_name, span, template.banner):
        sheet.append([guarded(line)])
    sheet.column_dimensions["A"].width = 100
    for cell in sheet["A"]:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.protection.sheet = True


def _about(area_name: str, span: str, banner: str) -> Iterable[str]:
    yield from filter(None, [banner])
    yield f"Monthly measures of {area_name}, {span}."
    yield f"Fill in the white cells of the sheet “{NUMBERS}”. The sheet “{DEFINITIONS}” says what each number counts."
    yield "Only monthly totals: nothing about any one person, here or in a note."
    yield (
        "0 means that you looked and there was nobody. If you do not know, leave the numbers empty and choose a "
        "reason. A row that is left empty changes nothing."
    )
    yield "Bring the file back on your area's page. You see what it would do before anything is saved."
