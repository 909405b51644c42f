"""All months as one table for analysts: a row an area, month and measure that was asked for (docs/data.md).

Values are those of the accepted revision, until another one is accepted; a month that is not accepted has a row
without values, with where it stands. Rows are read and written one after another, so that memory does not grow.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, NamedTuple

from django.db.models import F, Q
from django.utils import timezone

from selfharm_portal.accounts.models import User
from selfharm_portal.cells import guarded
from selfharm_portal.pages import demonstration

from . import rules
from .models import Download, MeasureValue, MeasureVersion, State, Submission
from .wording import shifted

#: So many rows are read from the database at a time.
CHUNK = 200
CSV_HEADER_MARK = "\ufeff"  # without it Excel takes the quotation marks for something else


class Row(NamedTuple):
    """The columns, by name and in order; docs/data.md says what each means."""

    area: str
    area_name: str
    month: str
    cohort_month: str
    measure: str
    measure_name: str
    kind: str
    unit: str
    dictionary_version: int
    status: str
    numerator: Decimal | None
    denominator: int | None
    median_days: Decimal | None
    result: Decimal | None
    reason: str
    note: str
    revision: int | None
    submitted_at: str
    corrected: str
    data: str


class _Asked(NamedTuple):
    """That an area was asked for a measure in a month, and where that month stands."""

    area_key: int
    month: date
    measure: int
    area: str
    area_name: str
    code: str
    state: str


def rows() -> Iterator[Row]:
    """An area after the other, by month and measure; 4 queries, however many rows."""
    data = "demonstration" if demonstration.is_demonstration() else "real"
    versions: dict[int, list[MeasureVersion]] = {}
    for each in MeasureVersion.objects.order_by("measure", "valid_from"):
        versions.setdefault(each.measure_id, []).append(each)
    values = _accepted_values()
    value = next(values, None)
    for asked in _asked():
        # Both come in the same order; a value whose measure is no longer asked for in that month is passed over.
        while value is not None and _key(value) < asked[:3]:
            value = next(values, None)
        found = value if value is not None and _key(value) == asked[:3] else None
        if version := _version(versions.get(asked.measure, []), asked.month, found):
            yield _row(asked, found, version, data)


def _version(versions: Sequence[MeasureVersion], month: date, value: MeasureValue | None) -> MeasureVersion | None:
    """The definition under which a value was given, or the one that holds in the month."""
    if value is not None:
        return next(each for each in versions if each.pk == value.version_id)
    return next((each for each in reversed(versions) if each.valid_from <= month), None)


def _asked() -> Iterator[_Asked]:
    measure = "area__area_measures"
    found = (
        Submission.objects.filter(
            Q(**{f"{measure}__until_month__isnull": True}) | Q(**{f"{measure}__until_month__gte": F("period__month")}),
            **{f"{measure}__from_month__lte": F("period__month")},
        )
        .order_by("area", "period__month", f"{measure}__measure")
        .values_list(
            "area",
            "period__month",
            f"{measure}__measure",
            "area__slug",
            "area__short_name",
            f"{measure}__measure__code",
            "state",
        )
    )
    yield from map(_Asked._make, found.iterator(CHUNK))


def _accepted_values() -> Iterator[MeasureValue]:
    return (
        MeasureValue.objects.filter(revision__accepted_for__isnull=False)
        .select_related("revision")
        .annotate(area=F("revision__submission__area"), month=F("revision__submission__period__month"))
        .order_by("area", "month", "measure")
        .iterator(CHUNK)
    )


def _key(value: MeasureValue) -> tuple[int, date, int]:
    # Keys of rows, because PostgreSQL may order text otherwise than Python.
    return value.area, value.month, value.measure_id  # type: ignore[attr-defined]


def _row(asked: _Asked, value: MeasureValue | None, version: MeasureVersion, data: str) -> Row:
    result = None
    if value is not None and not value.no_data_reason:
        result = rules.result(value.kind, value.numerator, value.denominator, value.value, version.rate_multiplier)
    revision = value.revision if value is not None else None
    return Row(
        area=asked.area,
        area_name=asked.area_name,
        month=f"{asked.month:%Y-%m}",
        cohort_month=f"{shifted(asked.month, version.cohort_month_offset):%Y-%m}",
        measure=asked.code,
        measure_name=version.name,
        kind=version.kind,
        unit=version.unit,
        dictionary_version=version.number,
        status=State.ACCEPTED if revision is not None else asked.state,
        numerator=value.numerator if value is not None else None,
        denominator=value.denominator if value is not None else None,
        median_days=value.value if value is not None else None,
        result=None if result is None else rules.rounded(result, version.decimals),
        reason=value.no_data_reason if value is not None else "",
        note=value.note if value is not None else "",
        revision=revision.number if revision is not None else None,
        submitted_at=_moment(revision.submitted_at) if revision is not None else "",
        corrected="yes" if revision is not None and revision.reason else "",
        data=data,
    )


def _moment(when: datetime) -> str:
    return timezone.localtime(when).isoformat(timespec="seconds")


# Writing


class _Line:
    """What csv.writer writes to: hands each line on."""

    def write(self, line: str) -> str:
        return line


def comma_separated(found: Iterable[Row]) -> Iterator[str]:
    """A line at a time."""
    writer = csv.writer(_Line())
    yield CSV_HEADER_MARK + str(writer.writerow(Row._fields))
    for row in found:
        yield str(writer.writerow([_text(cell) for cell in row]))


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return rules.plain(cell)
    return guarded(cell) if isinstance(cell, str) else str(cell)


def spreadsheet(found: Iterable[Row]) -> IO[bytes]:
    """An XLSX in a temporary file, open at its beginning; gone once it is closed."""
    # Late, because the package takes a fifth of a second to load and few pages need it.
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Months")
    sheet.freeze_panes = "A2"
    sheet.append(Row._fields)
    for row in found:
        sheet.append([guarded(cell) if isinstance(cell, str) else cell for cell in row])
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    workbook.save(file)
    file.seek(0)
    return file


def note_download(by: User, *, form: str) -> Download:
    """Who took all numbers away, and when. Before the file leaves, so that one that breaks off is noted too."""
    return Download.objects.create(by=by, form=form)
