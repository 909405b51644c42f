"""The dictionary as CSV, XLSX, PDF and JSON: read back, the four say the same, and the same as the database."""

import csv
import io
import json
import logging
import re
from datetime import date
from decimal import Decimal
from itertools import pairwise

import openpyxl
import pypdf
import pytest
from django.conf import settings

from measures import rules
from measures.dictionary import definitions, files
from measures.dictionary.fields import FIELDS, in_words
from measures.models import Basis, MeasureVersion
from selfharm_portal.cells import text_of
from selfharm_portal.pages import demonstration
from selfharm_portal.pages.models import DatabaseKind, PortalDatabase
from tests.factories import (
    DenominatorGroupFactory,
    LinkedTotalFactory,
    MeasureFactory,
    MeasureSourceFactory,
    MeasureVersionFactory,
    ResourceFactory,
    ThemeFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("D2")]

#: One of them asks whether it is a demonstration; the files that take long are kept, which is one more.
QUERIES_OF_A_FILE = {"csv": 7, "json": 7, "xlsx": 8, "pdf": 8}
ENDINGS = ["csv", "xlsx", "pdf", "json"]
FORMULAS = ["=1+1", "+44 161", "-5 to 5", "@SUM(A1)", "\t=1", "\r=1", "'=1", "＝1", "'quoted'"]


def file(client, ending):
    answer = client.get(f"/measures/dictionary.{ending}")
    assert answer.status_code == 200
    return answer


def plain(value):
    """A number as all formats can write it."""
    return rules.plain(Decimal(str(value))) if isinstance(value, int | float) else value or ""


def rows_of_csv(client):
    return [
        {key: text_of(cell) for key, cell in row.items()}
        for row in csv.DictReader(io.StringIO(file(client, "csv").content.decode("utf-8-sig"), newline=""))
    ]


def sheets(client):
    return openpyxl.load_workbook(io.BytesIO(file(client, "xlsx").content))


def rows_of_xlsx(client):
    labels, *rows = sheets(client)["Dictionary"].iter_rows(values_only=True)
    assert list(labels) == [field.label for field in FIELDS]
    return [
        {
            field.key: text_of(cell) if isinstance(cell, str) else plain(cell)
            for field, cell in zip(FIELDS, row, strict=True)
        }
        for row in rows
    ]


def rows_of_json(client):
    return [
        {key: "\n".join(value) if isinstance(value, list) else plain(value) for key, value in row.items()}
        for row in json.loads(file(client, "json").content)["versions"]
    ]


def read_pdf(client):
    return pypdf.PdfReader(io.BytesIO(file(client, "pdf").content))


def text_of_pdf(client):
    pdf = read_pdf(client)
    text = "".join(page.extract_text() for page in pdf.pages)
    return run_together(re.sub(r"Draft for NCISH[^\n]*\nPage \d+ of \d+|Page \d+ of \d+", "", text))


def run_together(text):
    return re.sub(r"\s", "", text)


@pytest.fixture
def whole():
    """A dictionary of every kind, with versions, neighbours, sources, and texts that a spreadsheet would compute."""
    group = DenominatorGroupFactory()
    first = MeasureVersionFactory(
        name="=SUM(A1:A9)",
        basis=Basis.ADAPTED,
        question="+ what is this?",
        description="-5 is below zero.",
        rationale="@home",
        numerator="'=already marked",
        denominator_group=group,
        inclusions=["=One.", "Two."],
        pitfalls=["+ Not the mean."],
        exclusions=["Łódź & “quotes” <b>."],
        target=Decimal("80.50"),
        worked_example={"text": "6 of 8.", "numerator": 6, "denominator": 8, "result": 75.0},
    )
    first.themes.add(ThemeFactory())
    MeasureVersionFactory(measure=first.measure, number=2, valid_from=date(2024, 4, 1), name="As it is now")
    MeasureVersionFactory(count=True, worked_example={"text": "54 people.", "numerator": 54, "result": 54})
    MeasureVersionFactory(rate=True, worked_example={"text": "", "numerator": 46, "denominator": 2850, "result": 16.1})
    MeasureVersionFactory(
        median=True,
        measure__withdrawn=True,
        worked_example={"text": "", "denominator": 3, "value": 7, "observations": [3, 7, 9], "result": 7.0},
    )
    score = MeasureVersionFactory(score=True)
    LinkedTotalFactory(left=first.measure, right=score.measure)
    MeasureSourceFactory(
        version=first, resource=ResourceFactory(slug="nice-qs34"), statement="3", note="Not for readers"
    )
    MeasureSourceFactory(version=first, role="related", url="https://example.org/", verified=True, year=2022)
    return first


def test_the_four_files_say_the_same(client, whole):
    book = files.book()
    expected = [{field.key: in_words(value) for field, value in zip(FIELDS, row, strict=True)} for row in book.rows()]
    assert len(expected) == MeasureVersion.objects.count() == 6
    assert rows_of_json(client) == expected
    assert rows_of_xlsx(client) == expected
    of_csv = rows_of_csv(client)
    assert {row.pop("status") for row in of_csv} == {definitions.STATUS}
    assert of_csv == expected
    rest = text_of_pdf(client)
    for row in expected:
        for field in FIELDS:
            if row[field.key]:
                said = run_together(field.label + row[field.key])
                assert said in rest, (row["code"], field.key)
                rest = rest[rest.index(said) + len(said) :]


def test_every_version_is_there_with_its_months(client, whole):
    versions = [row for row in rows_of_csv(client) if row["code"] == whole.measure.code]
    assert [(row["version"], row["valid_from"], row["valid_until"]) for row in versions] == [
        ("2", "2024-04", ""),
        ("1", "2021-04", "2024-03"),
    ]


def test_the_fields_hold_what_the_requirement_names(client, whole):
    [row] = [row for row in rows_of_csv(client) if (row["code"], row["version"]) == (whole.measure.code, "1")]
    assert row["inclusions"] == "=One.\nTwo."
    assert row["example_result"] == "75"
    assert row["nice_statements"] == "QS34 statement 3"
    assert row["source"].endswith(definitions.NOT_CHECKED)
    assert row["related_sources"].endswith("(2022). https://example.org/")
    assert row["same_numbers"].startswith("Bottom number of ")
    assert row["target"] == "80.5"
    assert "Not for readers" not in str(rows_of_json(client))


@pytest.mark.requirement("E6")
@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_is_computed_and_each_is_read_back_as_it_was(client, formula):
    MeasureVersionFactory(name=formula, numerator=formula)
    raw = list(csv.reader(io.StringIO(file(client, "csv").content.decode("utf-8-sig"), newline="")))
    assert not [cell for row in raw for cell in row if cell.startswith(tuple("=+-@＝＋－＠\t\r"))]
    cells = [cell for sheet in sheets(client) for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert not [cell for cell in cells if isinstance(cell.value, str) and cell.value.startswith(tuple("=+-@\t\r"))]
    assert rows_of_csv(client)[0]["name"] == formula
    assert rows_of_json(client)[0]["name"] == formula
    assert rows_of_xlsx(client)[0]["name"] == formula.replace("\r", "\n")  # XML knows one kind of line end


def test_a_demonstration_says_so_in_every_file_and_in_its_name(client, whole):
    PortalDatabase.objects.update_or_create(defaults={"kind": DatabaseKind.DEMONSTRATION})
    for ending in ENDINGS:
        assert f'filename="data-dictionary-demonstration.{ending}"' in file(client, ending)["Content-Disposition"]
    assert all(row["status"].startswith(demonstration.BANNER) for row in rows_of_csv(client))
    assert [cell.value for cell in sheets(client)["About this file"]["A"]][2] == demonstration.BANNER
    assert json.loads(file(client, "json").content)["demonstration"] == demonstration.BANNER
    pdf = read_pdf(client)
    assert all(demonstration.BANNER in page.extract_text() for page in pdf.pages)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_real_database_has_no_banner(client, whole, ending):
    assert "demonstration" not in file(client, ending)["Content-Disposition"]
    assert demonstration.BANNER not in text_of_pdf(client)


def test_the_pdf_is_tagged_and_says_its_title_and_language(client, whole):
    pdf = read_pdf(client)
    root = pdf.root_object
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
    assert pdf.metadata.title == files.TITLE
    assert b"pdfuaid:part>1<" in root["/Metadata"].get_data()
    levels = [len(path) for path in outline(pdf.outline)]
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def outline(items, path=()):
    for item in items:
        if isinstance(item, list):
            yield from outline(item, (*path, 0))
        else:
            yield (*path, item.title)


def test_an_empty_dictionary_makes_files_too(client):
    for ending in ENDINGS:
        file(client, ending)
    assert rows_of_csv(client) == rows_of_xlsx(client) == rows_of_json(client) == []


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_has_not_changed_is_not_sent_again(client, whole, ending):
    first = file(client, ending)
    assert first["Cache-Control"] == "public, no-cache"
    address = f"/measures/dictionary.{ending}"
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    MeasureVersion.objects.filter(pk=whole.pk).update(question="Something else?")
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("measures", [1, 9])
def test_a_file_costs_the_same_queries_whatever_its_length(client, django_assert_num_queries, ending, measures):
    for position in range(measures):
        version = MeasureVersionFactory(denominator_group=DenominatorGroupFactory())
        version.themes.add(ThemeFactory())
        MeasureSourceFactory(version=version, resource=ResourceFactory())
        MeasureSourceFactory(version=version, role="related", position=position)
        LinkedTotalFactory(left=version.measure, right=MeasureFactory())
    file(client, ending)
    with django_assert_num_queries(QUERIES_OF_A_FILE[ending]):
        file(client, ending)


def test_a_pdf_that_cannot_be_made_leads_back_to_the_page(client, whole, monkeypatch, tmp_path, caplog):
    broken = tmp_path / "broken.typ"
    broken.write_text("#nothing-of-that-name()")
    monkeypatch.setattr(files, "PAGE", broken)
    with caplog.at_level(logging.ERROR):
        answer = client.get("/measures/dictionary.pdf")
    assert answer.status_code == 500
    assert 'href="/measures/"' in answer.content.decode()
    assert any("No pdf of the dictionary" in record.getMessage() for record in caplog.records)


def test_files_set_no_cookie(client, whole):
    for ending in ENDINGS:
        assert not file(client, ending).cookies


def test_the_documentation_has_every_field():
    documented = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", (settings.BASE_DIR / "docs/dictionary.md").read_text(), re.M)
    assert documented == [(field.key, field.label) for field in FIELDS]
