"""A team's months as a file: what is written, what is read back, and what each wrong file is told."""

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from measures import spreadsheets
from measures.rules import COUNT, MEDIAN_DAYS, NO_DATA_REASONS, PROPORTION, Definition, TypedEntry
from measures.spreadsheets import ABOUT, DEFINITIONS, HEADINGS, NUMBERS, Asked, NotReadable, Template

pytestmark = pytest.mark.requirement("E6")

MONTH = date(2026, 3, 1)
AREA = "frimley"


def definition(code="SH07", kind=PROPORTION):
    return Definition(
        code=code,
        measure_name="Assessed within the time",
        kind=kind,
        unit="% of people",
        first_valid_from=date(2021, 4, 1),
        numerator_label="The number of people assessed.",
        denominator_label="" if kind == COUNT else "The number of people referred.",
        value_max=Decimal(100),
    )


def template(*entries, kind=PROPORTION, banner=""):
    rows = [Asked(MONTH, definition(entry.code, kind), 2, entry) for entry in entries or [TypedEntry("SH07")]]
    return Template(AREA, "Frimley", rows, banner)


def rows_of(data):
    brought = spreadsheets.read(data, area=AREA)
    assert brought.problems == []
    return [(row.month, row.entry, row.version) for row in brought.rows]


WRITE = {"xlsx": spreadsheets.spreadsheet, "csv": spreadsheets.comma_separated}
both = pytest.mark.parametrize("write", WRITE.values(), ids=WRITE)


def changed(change, data=None):
    """A template after somebody has worked on it."""
    workbook = load_workbook(io.BytesIO(data or spreadsheets.spreadsheet(template())))
    change(workbook)
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def with_cell(place, value):
    def change(workbook):
        workbook[NUMBERS][place] = value

    return changed(change)


def refused(data):
    with pytest.raises(NotReadable) as problem:
        spreadsheets.read(data, area=AREA)
    return str(problem.value)


# There and back


@both
@pytest.mark.parametrize(
    "entry",
    [
        TypedEntry("SH07", numerator="42", denominator="60"),
        TypedEntry("SH07", numerator="1,234", denominator=" 2000"),
        TypedEntry("SH07", numerator="12.5 people", denominator="007"),
        TypedEntry("SH07", reason="system_down", note="The record system was replaced."),
        TypedEntry("SH07", note="=HYPERLINK(“x”)"),
        TypedEntry("SH07", note="-3 to +3"),
        TypedEntry("SH07", note="'=1"),
        TypedEntry("SH07", numerator="=1+1", note="Two\nlines, “quoted”; and more"),
    ],
)
def test_what_is_written_is_read_back(write, entry):
    assert rows_of(write(template(entry))) == [(MONTH, entry, "2")]


words = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=40)


@both
@settings(deadline=None, max_examples=25)
@given(numerator=words, denominator=words, note=words)
def test_any_text_comes_back(write, numerator, denominator, note):
    entry = TypedEntry("SH07", numerator=numerator, denominator=denominator, note=note)
    [(_, read, _)] = rows_of(write(template(entry)))
    assert (read.numerator, read.denominator, read.note) == (numerator, denominator, note.strip())


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**7), st.decimals(0, 3650, places=1))
def test_numbers_are_numbers_in_the_sheet_and_come_back_as_they_were_typed(count, median):
    entry = TypedEntry("SH07", value=f"{median:f}".removesuffix(".0"), denominator=str(count))
    data = spreadsheets.spreadsheet(template(entry, kind=MEDIAN_DAYS))
    assert isinstance(load_workbook(io.BytesIO(data))[NUMBERS]["F2"].value, int)
    assert rows_of(data) == [(MONTH, entry, "2")]


@both
def test_no_text_is_a_formula_in_the_file(write):
    data = write(template(TypedEntry("SH07", numerator="=1+1", note="@SUM(A1)")))
    if write is spreadsheets.spreadsheet:
        cells = [cell for row in load_workbook(io.BytesIO(data))[NUMBERS].iter_rows() for cell in row]
        assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    else:
        [_, row] = csv.reader(io.StringIO(data.decode("utf-8-sig")))
        assert (row[4], row[8]) == ("'=1+1", "'@SUM(A1)")


# What a template has


def test_only_what_is_to_be_filled_in_is_unlocked():
    sheet = load_workbook(io.BytesIO(spreadsheets.spreadsheet(template(kind=COUNT))))[NUMBERS]
    assert sheet.protection.sheet
    unlocked = [heading for heading, cell in zip(HEADINGS, sheet[2], strict=True) if not cell.protection.locked]
    assert unlocked == ["Numerator", "Reason for no figures", "Note"]
    assert all(cell.protection.locked for cell in sheet[1])


def test_reasons_are_a_list_to_choose_from_and_counts_are_whole():
    sheet = load_workbook(io.BytesIO(spreadsheets.spreadsheet(template())))[NUMBERS]
    rules = {rule.type: rule for rule in sheet.data_validations.dataValidation if rule.sqref.ranges}
    assert rules["list"].formula1.strip('"').split(",") == [reason.label for reason in NO_DATA_REASONS.values()]
    assert {cell for part in rules["whole"].sqref.ranges for cell in str(part).split(":")} == {"E2", "F2"}


def test_definitions_area_months_and_versions_are_inside():
    workbook = load_workbook(io.BytesIO(spreadsheets.spreadsheet(template(banner="Demonstration: made-up numbers"))))
    assert [cell.value for cell in workbook[DEFINITIONS][2]][:4] == [
        "SH07",
        2,
        "Assessed within the time",
        "The number of people assessed.",
    ]
    about = [row[0].value for row in workbook[ABOUT].iter_rows()]
    assert about[0] == "Demonstration: made-up numbers"
    assert "Monthly measures of Frimley, March 2026." in about
    first = [cell.value for cell in workbook[NUMBERS][2]]
    assert (first[0], first[1], first[9], first[10]) == ("frimley", "2026-03", "2", "Demonstration: made-up numbers")


# What spreadsheets do to a file


@pytest.mark.parametrize("month", ["2026-03", "2026-3", "Mar-26", "March 2026", "01/03/2026", date(2026, 3, 1)])
def test_a_month_is_understood_as_spreadsheets_write_it(month):
    assert [row[0] for row in rows_of(with_cell("B2", month))] == [MONTH]


@pytest.mark.parametrize(("typed", "read"), [(42, "42"), (42.0, "42"), (24.5, "24.5"), (0, "0"), ("1 234", "1 234")])
def test_a_number_is_read_as_a_person_would_type_it(typed, read):
    assert [row[1].numerator for row in rows_of(with_cell("E2", typed))] == [read]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_another_delimiter_is_understood(delimiter):
    rows = csv.reader(io.StringIO(spreadsheets.comma_separated(template()).decode("utf-8-sig")))
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    assert len(rows_of(text.getvalue().encode("cp1252"))) == 1


# Wrong cells


def problems(data):
    return [(problem.place, problem.rule) for problem in spreadsheets.read(data, area=AREA).problems]


def test_a_formula_where_a_number_belongs():
    assert problems(with_cell("E2", "=A1+1")) == [(f"{NUMBERS}!E2", "formula_for_a_number")]


def test_a_formula_where_words_belong():
    assert problems(with_cell("I2", "=A1")) == [(f"{NUMBERS}!I2", "formula_for_words")]


def test_a_reason_that_is_not_in_the_list():
    assert problems(with_cell("H2", "On holiday")) == [(f"{NUMBERS}!H2", "reason_not_in_list")]


def test_a_month_that_is_none():
    assert problems(with_cell("B2", "2026-13")) == [(f"{NUMBERS}!B2", "month_not_read")]


def test_a_measure_twice():
    data = spreadsheets.comma_separated(template(TypedEntry("SH07"), TypedEntry("SH07")))
    [problem] = spreadsheets.read(data, area=AREA).problems
    assert problem.rule == "row_twice"
    assert problem.message == "SH07 for March 2026 is in the file twice: rows 2 and 3. Keep one."


# Wrong files, each with a message of its own


def with_part(name, content=b"x"):
    package = io.BytesIO(spreadsheets.spreadsheet(template()))
    with zipfile.ZipFile(package, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr(name, content)
    return package.getvalue()


def of_parts(**parts):
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in parts.items():
            written.writestr(name.replace("__", "/"), content)
    return package.getvalue()


def without_sheet():
    workbook = Workbook()
    workbook.worksheets[0].title = "Sheet1"
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def moved_column(workbook):
    workbook[NUMBERS].move_range("E1:E2", cols=8)
    workbook[NUMBERS].delete_cols(5)


WRONG = {
    "macros": (lambda: with_part("xl/vbaProject.bin"), "has macros"),
    "a password": (lambda: spreadsheets._OLE + "EncryptedPackage".encode("utf-16-le"), "protected with a password"),
    "an old Excel file": (lambda: spreadsheets._OLE + b"\0" * 100, "an old .xls file"),
    "a PDF renamed": (lambda: b"%PDF-1.7 and so on", "This is a PDF and no spreadsheet"),
    "a picture renamed": (lambda: b"\x89PNG\r\n\x1a\n\0\0", "This is a picture"),
    "a web page renamed": (lambda: b"\n<!doctype html><p>", "This is a web page"),
    "a Word file renamed": (lambda: of_parts(word__document="x"), "This is no Excel file"),
    "OpenDocument": (lambda: of_parts(mimetype="application/vnd.oasis"), "OpenDocument"),
    "anything else renamed": (lambda: b"\x7fELF\0\0", "This is no spreadsheet"),
    "UTF-16": (lambda: "Area,Month".encode("utf-16"), "UTF-16"),
    "nothing": (lambda: b"  ", "The file is empty"),
    "no row": (lambda: changed(lambda workbook: workbook[NUMBERS].delete_rows(2)), "There is no row"),
    "broken off": (lambda: spreadsheets.spreadsheet(template())[:2000], "damaged"),
    "another area": (lambda: with_cell("A2", "somerset"), "of the area “somerset”"),
    "merged cells": (lambda: changed(lambda workbook: workbook[NUMBERS].merge_cells("E2:F2")), "merged"),
    "a moved column": (lambda: changed(moved_column), "a column was moved"),
    "a column more": (lambda: with_cell("L1", "Mine"), "There is a column after “From”"),
    "other headings": (lambda: b"a,b\r\n1,2\r\n", "does not have the headings"),
    "no sheet of ours": (without_sheet, "The sheet “Numbers” is missing; there is “Sheet1”"),
    "an open quotation mark": (
        lambda: spreadsheets.comma_separated(template()) + b'"frimley,"2026',
        "an open quotation mark",
    ),
    "too large": (lambda: b"x" * (spreadsheets.LARGEST + 1), "there is room for 2 MB"),
    "a zip bomb": (lambda: with_part("xl/media/bomb", b"\0" * 30_000_000), "Unpacked, this file would be far larger"),
    "a thousand parts": (
        lambda: of_parts(**{f"xl__part{number}": "" for number in range(1000)}),
        "Unpacked, this file would be far larger",
    ),
    "too many rows": (lambda: with_cell("A9000", "frimley"), "more than 5,000 rows"),
    "an XML bomb": (
        lambda: of_parts(
            **{
                "[Content_Types].xml": "<Types/>",
                "xl__workbook.xml": '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
                + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
                + "]><x>&j;</x>",
            }
        ),
        "damaged",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_file_is_told_what_is_wrong_with_it(wrong):
    make, message = WRONG[wrong]
    assert message in refused(make())


def test_every_message_is_of_one_kind_of_file():
    messages = {wrong: refused(make()) for wrong, (make, _) in WRONG.items() if wrong != "a thousand parts"}
    same = {"broken off", "an XML bomb"}
    assert len({text for wrong, text in messages.items() if wrong not in same}) == len(messages) - len(same)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail_in_another_way(data):
    for start in (b"", b"PK\x03\x04", b"Area,"):
        with pytest.raises(NotReadable):
            spreadsheets.read(start + data, area=AREA)
