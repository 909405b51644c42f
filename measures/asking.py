"""What a month is asked about: the queries of rules/, over what the area gave before, and the team's answers.

An answer belongs to rule and value. It is kept with the draft under the query's fingerprint, so that the same is not
asked again of the same value, and is frozen with the revision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import F, Q

from . import rules
from .models import DraftQueryAnswer, LinkedTotal, MeasureValue, QueryAnswer, State, Submission, SubmissionRevision
from .reporting import ReportedMeasure

if TYPE_CHECKING:
    from selfharm_portal.accounts.models import User
    from sites.models import Area


def histories_of(area: Area, reported: Sequence[ReportedMeasure], *, month: date) -> dict[str, rules.History]:
    """The earlier months of each measure under the definition that holds in `month`, by code; 1 query."""
    return histories_of_months(area, {month: reported})[month]


def histories_of_months(
    area: Area, reported: Mapping[date, Sequence[ReportedMeasure]]
) -> dict[date, dict[str, rules.History]]:
    """`histories_of` for each of the months, with what is reported in it; 1 query for all of them.

    A month counts as accepted with its accepted revision, and as submitted while its first one is with NCISH.
    """
    of_month = "revision__submission"
    accepted = Q(revision=F(f"{of_month}__accepted_revision"))
    first_one_waits = Q(
        **{f"{of_month}__accepted_revision__isnull": True, f"{of_month}__state": State.SUBMITTED},
        revision=F(f"{of_month}__latest_revision"),
    )
    versions = {item.version.pk for items in reported.values() for item in items}
    values = (
        MeasureValue.objects.filter(accepted | first_one_waits, revision__submission__area=area, version__in=versions)
        .filter(revision__submission__period__month__lte=max(reported, default=date.min))
        .annotate(
            month=F("revision__submission__period__month"),
            accepted_id=F("revision__submission__accepted_revision"),
        )
        .order_by("month")
    )
    given = [
        (value.version_id, value.accepted_id == value.revision_id, value.month, value.numbers, value.no_data_reason)
        for value in values
    ]
    found = {}
    for month, items in reported.items():
        codes = {item.version.pk: item.definition.code for item in items}
        earlier: dict[str, list[rules.EarlierMonth]] = defaultdict(list)
        corrects: dict[str, rules.Numbers] = {}
        for version, is_accepted, of, numbers, reason in given:
            if version not in codes or of > month:
                continue
            if of < month:
                earlier[codes[version]].append(rules.EarlierMonth(of, numbers, reason, is_accepted))
            elif is_accepted and numbers:
                corrects[codes[version]] = numbers
        found[month] = {code: rules.History(tuple(earlier[code]), corrects.get(code)) for code in codes.values()}
    return found


def queries_of_month(
    month: Submission,
    reported: Sequence[ReportedMeasure],
    entries: Sequence[rules.TypedEntry],
    histories: Mapping[str, rules.History] | None = None,
    linked_totals: Sequence[rules.LinkedTotal] | None = None,
) -> list[rules.Query]:
    """What is asked about these entries as this month; a query for the histories and one for the linked totals,
    where they are not known already."""
    if histories is None:
        histories = histories_of(month.area, reported, month=month.period.month)
    if linked_totals is None:
        linked_totals = all_linked_totals()
    return rules.queries_of_month(
        entries,
        [item.definition for item in reported],
        histories,
        month=month.period.month,
        linked_totals=linked_totals,
    )


def all_linked_totals() -> list[rules.LinkedTotal]:
    return [total.for_rules() for total in LinkedTotal.objects.select_related("left", "right")]


def answers_of(month: Submission) -> dict[str, rules.TypedAnswer]:
    """What the team has answered in this month so far, by fingerprint; 1 query."""
    return {answer.fingerprint: answer.typed() for answer in month.draft_query_answers.all()}


def unanswered(
    queries: Iterable[rules.Query], answers: Mapping[str, rules.TypedAnswer], is_open: Container[str]
) -> list[rules.Query]:
    """The queries without a tick or without a note, of the month or of a value that can still be changed.

    is_open: codes of those values. The others were sent before: a longer history asks nothing new of them.
    """
    return [
        query
        for query in queries
        if (not query.code or query.code in is_open)
        and not (query.fingerprint in answers and answers[query.fingerprint].is_complete)
    ]


def changed_answers(month: Submission, answers: Iterable[rules.TypedAnswer]) -> list[rules.TypedAnswer]:
    """Those that differ from what is kept; a blank one that was never given does not.

    A note that names a person is not kept: what was there stays.
    """
    kept = answers_of(month)
    answers = [
        replace(answer, note=kept[answer.fingerprint].note if answer.fingerprint in kept else "")
        if rules.note_refused(answer.note, month.period.month)
        else answer
        for answer in answers
    ]
    return [
        answer for answer in answers if answer != kept.get(answer.fingerprint, rules.TypedAnswer(answer.fingerprint))
    ]


def keep_answers(month: Submission, answers: Iterable[rules.TypedAnswer], *, by: User, at: datetime) -> None:
    """Keep these answers as they were typed; workflow.save_draft calls it, under its lock."""
    DraftQueryAnswer.objects.bulk_create(
        [
            DraftQueryAnswer(
                submission=month,
                fingerprint=answer.fingerprint,
                checked=answer.checked,
                note=answer.note,
                who=by,
                when=at,
            )
            for answer in answers
        ],
        update_conflicts=True,
        unique_fields=["submission", "fingerprint"],
        update_fields=["checked", "note", "who", "when"],
    )


def freeze_answers(
    revision: SubmissionRevision, queries: Iterable[rules.Query], values: Iterable[MeasureValue]
) -> None:
    """Keep with the revision each query that was answered; workflow.submit calls it, when none is left open."""
    by_code = {value.measure.code: value for value in values}
    answers = {answer.fingerprint: answer for answer in revision.submission.draft_query_answers.all()}
    QueryAnswer.objects.bulk_create(
        [
            QueryAnswer(
                revision=revision,
                value=by_code.get(query.code),
                rule=query.rule,
                fingerprint=query.fingerprint,
                message=query.message,
                note=answer.note.strip(),
                who_id=answer.who_id,
                when=answer.when,
            )
            for query in queries
            if (answer := answers.get(query.fingerprint)) and answer.typed().is_complete
        ]
    )
