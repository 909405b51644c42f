"""Months that a team brings as a file: what the file would do, and doing it, all of it or nothing.

A row replaces what is typed for its measure in its month; a row that is left empty, and whatever the file does not
have, stays as it is. Nothing is kept of a file with a mistake in it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from selfharm_portal.accounts.models import User
from selfharm_portal.pages import demonstration
from sites.models import Area

from . import asking, rules, spreadsheets, workflow
from .models import Measure, State, Submission, UploadedMonths
from .reporting import ReportedMeasure, measures_of_months
from .reporting_calendar import last_day, month_in_words
from .rules import TypedEntry
from .spreadsheets import Asked, Brought, FileProblem, Row, Template


class ChangedMeanwhile(Exception):
    """The months changed after the person looked at what the file would do."""


@dataclass
class Month:
    """A month of the area as it stands, and what a file has for it."""

    submission: Submission
    reported: list[ReportedMeasure]
    #: By code: what is typed, or, where nothing can be typed now, what was sent.
    stands: dict[str, TypedEntry]

    @property
    def month(self) -> date:
        return self.submission.period.month


@dataclass(frozen=True)
class Change:
    code: str
    name: str
    before: TypedEntry
    after: TypedEntry


@dataclass(frozen=True)
class Outcome:
    """What a file does to one month."""

    submission: Submission
    changes: Sequence[Change]
    same: int


# Templates


def template(area: Area, months: Iterable[date]) -> Template:
    """Every measure of the months that are open for the area, with what is typed or was sent so far."""
    rows = [
        Asked(
            month.month,
            item.definition,
            item.version.number,
            month.stands.get(item.definition.code, TypedEntry(item.definition.code)),
        )
        for month in months_of(area, months).values()
        for item in month.reported
    ]
    banner = demonstration.BANNER if demonstration.is_demonstration() else ""
    return Template(area.slug, area.short_name, rows, banner)


def months_of(area: Area, months: Iterable[date]) -> dict[date, Month]:
    """The area's months that are there, the oldest first, with what stands in each; at most 7 queries."""
    found = (
        Submission.objects.of_area(area)
        .filter(period__month__in=list(months))
        .with_context()
        .order_by("period__month")
        .prefetch_related("draft_entries__measure", "latest_revision__values__measure", "draft_query_answers")
    )
    submissions = list(found)
    reported = measures_of_months(area, [each.period.month for each in submissions])
    return {each.period.month: Month(each, reported[each.period.month], _stands(each)) for each in submissions}


def _stands(submission: Submission) -> dict[str, TypedEntry]:
    rows: Iterable[Any] = submission.draft_entries.all()
    if not submission.is_open and submission.latest_revision:
        rows = submission.latest_revision.values.all()
    return {row.measure.code: row.typed() for row in rows}


# What a file would do


def problems_of(brought: Brought, area: Area) -> list[FileProblem]:
    """Everything in the way of taking the file over, in the order of its rows; a constant number of queries."""
    months = months_of(area, {row.month for row in brought.rows})
    names = dict(Measure.objects.filter(code__in={row.entry.code for row in brought.rows}).values_list("code", "slug"))
    found = [*brought.problems]
    for month, rows in _by_month(brought.rows).items():
        if month not in months:
            found += [
                FileProblem(
                    row.place,
                    "month_not_open",
                    f"{month_in_words(month)} is not open for {area.short_name}. Take the row out, or ask NCISH to "
                    "open the month.",
                )
                for row in rows
            ]
        else:
            found += _problems_of_month(months[month], rows, names)
    order = {cell.place: row.number for row in brought.rows for cell in row.cells}
    return sorted(found, key=lambda problem: order.get(problem.place, 0))


def _problems_of_month(month: Month, rows: Sequence[Row], names: dict[str, str]) -> list[FileProblem]:
    filled = {row.entry.code: row for row in rows if not row.entry.is_blank}
    found = [*_of_other_versions(month, rows), *_of_closed(month, filled.values())]
    problems = rules.errors_of_month(
        list((month.stands | {code: row.entry for code, row in filled.items()}).values()),
        [item.definition for item in month.reported],
        month=month.month,
        today=timezone.localdate(),
        submitting=False,
        area_name=month.submission.area.short_name,
        other_measures=names,
    )
    versions = {item.definition.code: item.version.number for item in month.reported}
    for problem in problems:
        if row := filled.get(problem.code):
            definition = f"{problem.code} version {versions[problem.code]}" if problem.code in versions else ""
            found.append(FileProblem(row.place_of(problem.field), problem.rule, problem.message, definition))
    return found


def _of_other_versions(month: Month, rows: Iterable[Row]) -> list[FileProblem]:
    valid = {item.definition.code: str(item.version.number) for item in month.reported}
    return [
        FileProblem(
            row.cells[spreadsheets.VERSION].place,
            "other_version",
            f"The row was made for version {row.version or 'unknown'} of {row.entry.code}, and in "
            f"{month_in_words(month.month)} version {valid[row.entry.code]} holds. Take a new template and read what "
            "has changed before you copy the numbers.",
        )
        for row in rows
        if row.version != valid.get(row.entry.code, row.version)
    ]


def _of_closed(month: Month, rows: Iterable[Row]) -> list[FileProblem]:
    """Rows that would change what cannot be typed now."""
    is_open = workflow.open_measures(month.submission, month.reported)
    standing = str(month.submission.get_state_display()).lower()
    return [
        FileProblem(
            row.place,
            "month_closed",
            f"{month_in_words(month.month)} is {standing}, so {row.entry.code} cannot be changed by a file. Take the "
            "row out, or leave it as the template had it.",
        )
        for row in rows
        if row.entry.code not in is_open and not _same(row.entry, month.stands.get(row.entry.code))
    ]


def outcomes(area: Area, entries: Sequence[tuple[date, TypedEntry]]) -> list[Outcome]:
    """What writing these entries would do, by month, the oldest first."""
    months = months_of(area, {month for month, _ in entries})
    found = []
    for month in months.values():
        names = {item.definition.code: item.definition.measure_name for item in month.reported}
        own = [entry for of_month, entry in entries if of_month == month.month]
        changes = [
            Change(entry.code, names.get(entry.code, ""), before, entry)
            for entry in own
            if not _same(entry, before := month.stands.get(entry.code, TypedEntry(entry.code)))
        ]
        found.append(Outcome(month.submission, changes, len(own) - len(changes)))
    return found


def questions(area: Area, found: Iterable[Outcome]) -> dict[date, int]:
    """By month: how much would be asked, and is not answered yet, before it can be sent with what the file has.

    As it will be when the months are sent from the oldest on, with the drafts that wait already: each that is sent
    belongs to the history of the next. One that has a mistake or a gap would stay behind.
    """
    changes = {each.submission.period.month: each.changes for each in found if each.changes}
    months = months_of(area, {*changes, *(draft.period.month for draft in drafts_of(area))})
    histories = asking.histories_of_months(area, {month: each.reported for month, each in months.items()})
    linked_totals = asking.all_linked_totals()
    sent_before: dict[int, list[rules.EarlierMonth]] = defaultdict(list)  # by version: no rule reaches across
    counts = {}
    for month, each in months.items():
        entries = each.stands | {change.code: change.after for change in changes.get(month, ())}
        if month in changes:
            queries = asking.queries_of_month(
                each.submission,
                each.reported,
                list(entries.values()),
                {
                    item.definition.code: histories[month][item.definition.code].with_months(
                        sent_before[item.version.pk]
                    )
                    for item in each.reported
                },
                linked_totals,
            )
            is_open = workflow.open_measures(each.submission, each.reported)
            counts[month] = len(asking.unanswered(queries, asking.answers_of(each.submission), is_open))
        for item, past in _as_sent(each, entries):
            sent_before[item.version.pk].append(past)
    return counts


def _as_sent(month: Month, entries: dict[str, TypedEntry]) -> Iterable[tuple[ReportedMeasure, rules.EarlierMonth]]:
    """What a month adds to the histories of those after it, if it can be sent and does not count already."""
    if not month.submission.is_awaited or rules.errors_of_month(
        list(entries.values()),
        [item.definition for item in month.reported],
        month=month.month,
        today=timezone.localdate(),
        submitting=True,
        area_name=month.submission.area.short_name,
    ):
        return
    for item in month.reported:
        entry = entries[item.definition.code]
        reason = rules.chosen_reason(entry)
        numbers = None if reason else rules.parsed(entry, item.definition)
        yield item, rules.EarlierMonth(month.month, numbers, reason.key if reason else "", accepted=False)


def fingerprint(found: Sequence[Outcome]) -> str:
    """Of all that a person sees before they agree; another as soon as somebody else types in one of the months."""
    seen = [(each.submission.pk, each.submission.lock_version, list(each.changes)) for each in found]
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]


def drafts_of(area: Area) -> list[Submission]:
    """The months that have a draft and are over, the oldest first."""
    months = Submission.objects.of_area(area).filter(state=State.DRAFT).with_context().order_by("period__month")
    return [month for month in months if last_day(month.period.month) < timezone.localdate()]


# Keeping and writing


def keep(brought: Brought, area: Area, *, name: str, by: User) -> UploadedMonths:
    """Keep what a file without a mistake says until its person agrees; what they brought before is forgotten."""
    UploadedMonths.objects.filter(area=area, by=by).delete()
    entries = [
        {"month": row.month.isoformat(), "code": row.entry.code, **_fields(row.entry)}
        for row in brought.rows
        if not row.entry.is_blank
    ]
    return UploadedMonths.objects.create(area=area, by=by, name=name[-200:], entries=entries)


def entries_of(uploaded: UploadedMonths) -> list[tuple[date, TypedEntry]]:
    return [
        (date.fromisoformat(each["month"]), TypedEntry(**{name: each[name] for name in each if name != "month"}))
        for each in uploaded.entries
    ]


@transaction.atomic
def write(uploaded: UploadedMonths, *, by: User, seen: str, at: datetime | None = None) -> list[Outcome]:
    """Write all of it into the drafts, and forget the file.

    seen: the fingerprint of what the person agreed to. Raises ChangedMeanwhile if it would do something else now, and
    what workflow.save_draft raises; then nothing is written.
    """
    uploaded = UploadedMonths.objects.select_for_update().get(pk=uploaded.pk)
    found = outcomes(uploaded.area, entries_of(uploaded))
    if fingerprint(found) != seen:
        raise ChangedMeanwhile
    for each in filter(lambda each: each.changes, found):
        workflow.save_draft(
            each.submission,
            [change.after for change in each.changes],
            by=by,
            seen_lock_version=each.submission.lock_version,
            at=at,
        )
    uploaded.delete()
    return found


def _by_month(rows: Iterable[Row]) -> dict[date, list[Row]]:
    found: dict[date, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.month].append(row)
    return found


def _fields(entry: TypedEntry) -> dict[str, str]:
    return {name: getattr(entry, name) for name in ("numerator", "denominator", "value", "reason", "note")}


def _same(one: TypedEntry, other: TypedEntry | None) -> bool:
    """Whether two entries say the same: spaces around, and the ends of lines, are the file's and not the person's."""
    if other is None:
        return one.is_blank
    return [_plain(text) for text in _fields(one).values()] == [_plain(text) for text in _fields(other).values()]


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
