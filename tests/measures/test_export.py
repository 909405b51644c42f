"""All months as a file, for analysts."""

from __future__ import annotations

import csv
import io
import re
import tracemalloc
from datetime import UTC, date, datetime
from pathlib import Path

import pandas
import pytest
from django.urls import reverse
from openpyxl import load_workbook

from measures import export, reporting, workflow
from measures.models import Download, State, Submission
from measures.rules import TypedEntry
from measures.wording import shifted
from selfharm_portal.pages import demonstration
from tests.factories import AreaMeasureFactory, MeasureVersionFactory, SubmissionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("E6")]

MONTH = date(2026, 3, 1)
LATER = datetime(2026, 5, 1, 12, tzinfo=UTC)
CSV, XLSX = (reverse("submissions:export", args=[form]) for form in ("csv", "xlsx"))


@pytest.fixture
def as_analyst(client, analyst):
    client.force_login(analyst)
    return client


def rows_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def accepted(month, team, analyst, entries=None):
    saved = workflow.save_draft(month, entries or team.entries(), by=team.lead, seen_lock_version=month.lock_version)
    workflow.submit(saved, by=team.lead, seen_lock_version=saved.lock_version, at=LATER)
    sent = Submission.objects.get(pk=month.pk)
    return workflow.accept(sent, by=analyst, seen_lock_version=sent.lock_version)


def test_a_row_is_an_area_a_month_and_a_measure_that_was_asked_for(as_analyst, month, team, analyst):
    accepted(month, team, analyst)
    rows = {row["measure"]: row for row in rows_of(as_analyst.get(CSV))}
    assert list(rows) == [measure.code for measure in team.measures]
    row = rows[team.proportion.measure.code]
    assert row | {"area_name": "", "measure_name": "", "unit": ""} == {
        "area": team.area.slug,
        "area_name": "",
        "month": "2026-03",
        "cohort_month": "2026-03",
        "measure": team.proportion.measure.code,
        "measure_name": "",
        "kind": "proportion",
        "unit": "",
        "dictionary_version": "1",
        "status": "accepted",
        "numerator": "42",
        "denominator": "60",
        "median_days": "",
        "result": "70",
        "reason": "",
        "note": "",
        "revision": "1",
        "submitted_at": "2026-05-01T13:00:00+01:00",
        "corrected": "",
        "data": "real",
    }
    assert (rows[team.median.measure.code]["median_days"], rows[team.median.measure.code]["result"]) == ("16", "16")


def test_a_month_that_is_not_accepted_says_where_it_stands_and_no_number(as_analyst, month, team):
    saved = workflow.save_draft(month, team.entries(), by=team.lead, seen_lock_version=0)
    workflow.submit(saved, by=team.lead, seen_lock_version=saved.lock_version, at=LATER)
    rows = rows_of(as_analyst.get(CSV))
    assert {row["status"] for row in rows} == {"submitted"}
    assert {row["numerator"] + row["median_days"] + row["reason"] for row in rows} == {""}


def test_a_correction_shows_once_it_is_accepted(as_analyst, month, team, analyst):
    begun = accepted(month, team, analyst)
    month = workflow.begin_correction(begun, by=team.lead, seen_lock_version=begun.lock_version, reason="Late letters")
    entries = [TypedEntry(team.count.measure.code, numerator="55")]
    saved = workflow.save_draft(month, entries, by=team.lead, seen_lock_version=month.lock_version)
    workflow.submit(saved, by=team.lead, seen_lock_version=saved.lock_version, at=LATER)

    def count():
        return next(row for row in rows_of(as_analyst.get(CSV)) if row["measure"] == team.count.measure.code)

    assert (count()["numerator"], count()["revision"], count()["corrected"]) == ("54", "1", "")
    sent = Submission.objects.get(pk=month.pk)
    workflow.accept(sent, by=analyst, seen_lock_version=sent.lock_version)
    assert (count()["numerator"], count()["revision"], count()["corrected"]) == ("55", "2", "yes")


def test_a_value_keeps_the_definition_under_which_it_was_given(as_analyst, month, team, analyst):
    accepted(month, team, analyst)
    MeasureVersionFactory(measure=team.proportion.measure, number=2, valid_from=date(2026, 4, 1))
    reporting.open_period(date(2026, 4, 1))
    found = [
        (row["month"], row["dictionary_version"])
        for row in rows_of(as_analyst.get(CSV))
        if row["measure"] == team.proportion.measure.code
    ]
    assert found == [("2026-03", "1"), ("2026-04", "2")]


def test_what_an_area_no_longer_reports_is_in_the_rows_of_its_time_only(as_analyst, month, team):
    reporting.open_period(date(2026, 4, 1))
    team.area.area_measures.filter(measure=team.count.measure).update(until_month=MONTH)
    found = [row["month"] for row in rows_of(as_analyst.get(CSV)) if row["measure"] == team.count.measure.code]
    assert found == ["2026-03"]


def test_reasons_and_notes_are_there_and_no_text_is_a_formula(as_analyst, month, team, analyst):
    entries = team.entries()
    entries[1] = TypedEntry(team.count.measure.code, reason="other", note="=HYPERLINK(A1): a new building")
    accepted(month, team, analyst, entries)
    row = next(row for row in rows_of(as_analyst.get(CSV)) if row["measure"] == team.count.measure.code)
    assert (row["reason"], row["note"]) == ("other", "'=HYPERLINK(A1): a new building")
    sheet = load_workbook(io.BytesIO(b"".join(as_analyst.get(XLSX).streaming_content)))["Months"]
    assert [cell.coordinate for line in sheet.iter_rows() for cell in line if cell.data_type == "f"] == []


def test_both_forms_say_the_same(as_analyst, month, team, analyst):
    accepted(month, team, analyst)
    sheet = load_workbook(io.BytesIO(b"".join(as_analyst.get(XLSX).streaming_content)))["Months"]
    head, *lines = sheet.iter_rows(values_only=True)
    as_text = [
        dict(zip(head, ["" if cell is None else str(cell).removesuffix(".0") for cell in line], strict=True))
        for line in lines
    ]
    assert as_text == rows_of(as_analyst.get(CSV))


def test_a_demonstration_says_so_in_the_name_and_in_every_row(as_analyst, month):
    demonstration.decide(demonstration=True, has_content=False)
    response = as_analyst.get(CSV)
    assert "-demonstration.csv" in response.headers["Content-Disposition"]
    assert {row["data"] for row in rows_of(response)} == {"demonstration"}


@pytest.mark.requirement("I2")
def test_each_download_is_noted_with_who_and_when(as_analyst, analyst, month):
    for answer in (as_analyst.get(CSV), as_analyst.head(CSV), as_analyst.get(XLSX)):
        list(answer.streaming_content)
    assert [(row.by, row.form) for row in Download.objects.order_by("pk")] == [(analyst, "csv"), (analyst, "xlsx")]


def test_nobody_else_gets_it(client, team):
    client.force_login(team.lead)
    assert client.get(CSV).status_code == 403
    assert not Download.objects.exists()


# Size


@pytest.mark.parametrize("months", [1, 12])
def test_queries_do_not_grow(as_analyst, team, months, django_assert_num_queries):
    for count in range(months):
        reporting.open_period(shifted(MONTH, -count))
    with django_assert_num_queries(4):
        assert len(list(export.rows())) == months * 3


def test_memory_does_not_grow_with_rows(team):
    """Two chunks take as much as all of them, but for a share that is far below what the rows weigh."""

    def most(limit):
        tracemalloc.start()
        written = 0
        for number, line in enumerate(export.comma_separated(export.rows())):
            written += len(line)
            if number == limit:
                break
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak, written

    for _ in range(20):
        AreaMeasureFactory(area=team.area, measure=MeasureVersionFactory().measure)
    for count in range(60):
        reporting.open_period(shifted(MONTH, -count))
    most(10_000)  # what is loaded once
    (few, _), (all_, written) = most(2 * export.CHUNK), most(10_000)
    assert written > 100_000
    assert all_ < few + written / 4


# What docs/data.md shows


def test_the_example_in_the_docs_runs(as_analyst, month, team, analyst, tmp_path, monkeypatch, capsys):
    accepted(month, team, analyst)
    SubmissionFactory(area=team.area)
    (tmp_path / "months.csv").write_bytes(b"".join(as_analyst.get(CSV).streaming_content))
    monkeypatch.chdir(tmp_path)
    text = (Path(__file__).parents[2] / "docs" / "data.md").read_text()
    [code] = re.findall(r"```python\n(.*?)```", text, flags=re.S)
    said: dict[str, object] = {}
    exec(code, said)
    shares = said["shares"]
    assert isinstance(shares, pandas.DataFrame)
    assert shares.loc[0, "result"] == 70
    assert State.ACCEPTED in capsys.readouterr().out


def test_the_docs_name_every_column_in_its_order():
    text = (Path(__file__).parents[2] / "docs" / "data.md").read_text()
    assert re.findall(r"(?m)^\| `(\w+)` \|", text) == list(export.Row._fields)
