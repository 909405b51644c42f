"""What is done with a month: one function an action, each asking the table of moves.py. Nobody else writes `state`.

Every function reads the month again under a lock before it decides, so that a double click,
a stale page or two people at once do no harm.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.models import User

from . import asking, moves, notices, rules
from .models import (
    OPEN_STATES,
    DraftEntry,
    Measure,
    MeasureValue,
    MeasureVersion,
    Question,
    State,
    Submission,
    SubmissionEvent,
    SubmissionRevision,
)
from .moves import Action
from .reporting import ReportedMeasure, measures_of_month

#: What a revision says of a measure; two revisions are compared by these.
FIELDS_OF_A_VALUE = ("numerator", "denominator", "value", "no_data_reason", "note")

DECLARATION = (
    "These totals are right as far as we know, they hold nothing about any one person, "
    "and our team agrees that NCISH may use them."
)


class WorkflowError(Exception):
    """A move that was not made; nothing has changed."""


class MoveNotAllowed(WorkflowError):
    """The month's state, or the person's role, does not permit it."""


class ChangedMeanwhile(WorkflowError):
    """Somebody saved after the page was shown."""

    def __init__(self, month: Submission) -> None:
        super().__init__(f"{month} was changed meanwhile")
        self.month = month


class NotAskedAbout(WorkflowError):
    """A value was changed about which NCISH does not ask."""

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__(f"not open in this month: {', '.join(codes)}")
        self.codes = codes


class RulesBroken(WorkflowError):
    """Errors stand in the way of handing the month over."""

    def __init__(self, problems: list[rules.Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


class NoteRefused(WorkflowError):
    """A text seems to speak of a person; the message says by what, and repeats nothing of it."""


class QueriesUnanswered(RulesBroken):
    """No error stands in the way, but something was asked and not answered."""

    def __init__(self, queries: list[rules.Query]) -> None:
        super().__init__([rules.Problem(query.rule, query.code, query.field, query.message) for query in queries])
        self.queries = queries


def may(month: Submission, action: Action, *, by: permissions.Person) -> bool:
    """The answer for a button: would the action be allowed?"""
    return moves.may(by, action, month)


def check(month: Submission, action: Action, *, by: User) -> None:
    """Raises MoveNotAllowed where `may` says no."""
    if not may(month, action, by=by):
        raise MoveNotAllowed(f"{by} may not “{action}” while {month} is {month.get_state_display()}")


def may_type(month: Submission, *, by: permissions.Person) -> bool:
    """May the person save a draft of this month now?"""
    return may(month, Action.TYPE, by=by)


@transaction.atomic
def save_draft(
    submission: Submission,
    entries: Sequence[rules.TypedEntry],
    *,
    by: User,
    seen_lock_version: int,
    shown: Sequence[rules.TypedEntry] | None = None,
    answers: Sequence[rules.TypedAnswer] = (),
    at: datetime | None = None,
) -> Submission:
    """Keep what was typed, as it was typed. The first save makes a draft of a month not started.

    shown: what these entries held when the page was made. With it only what this person changed is written, and
    others are in the way only where they saved the same measures; without it, wherever in the month they saved.
    answers: to the queries that asking.py has of the month. at: in place of now, for a demonstration's past.
    A note in which rules.note_refused finds a person is not kept: what was there stays, and the caller says why.

    Returns the month with the `lock_version` that the person may be said to have seen: the one that this save
    made, or, if it changed nothing, the one that was shown; handing over compares it with what is there.
    Raises MoveNotAllowed if the month is not open or the person not of its team; ChangedMeanwhile
    if somebody else saved something else after `seen_lock_version` was shown.
    """
    month = lock(submission)
    if not permissions.may_save_draft(by, month.area):
        raise MoveNotAllowed(f"{by} is not of the team of {month}")
    stored = {entry.measure.code: entry for entry in month.draft_entries.select_related("measure")}
    entries = [without_refused_note(entry, stored.get(entry.code), month) for entry in entries]
    before = {entry.code: entry for entry in shown or ()}
    changed = [
        entry for entry in entries if entry != before.get(entry.code) and not same_text(entry, stored.get(entry.code))
    ]
    answered = asking.changed_answers(month, answers)
    if not changed and not answered and month.state != State.NOT_STARTED:
        month.lock_version = seen_lock_version  # the second half of a double click, or nothing new
        return month
    if month.state not in OPEN_STATES:
        raise MoveNotAllowed(f"{month} is {month.get_state_display()}: its draft is closed")
    stands_as_shown = shown is not None and all(
        entry.code in before and same_text(before[entry.code], stored.get(entry.code)) for entry in changed
    )
    if month.lock_version != seen_lock_version and not stands_as_shown:
        raise ChangedMeanwhile(month)
    check_open(month, [entry.code for entry in changed])
    at = at or timezone.now()
    write_draft(month, changed)
    asking.keep_answers(month, answered, by=by, at=at)
    month.saved_by, month.saved_at = by, at
    if month.state == State.NOT_STARTED:
        move(month, State.DRAFT, by=by, at=at)
    else:
        change(month)
    return month


def without_refused_note(entry: rules.TypedEntry, stored: DraftEntry | None, month: Submission) -> rules.TypedEntry:
    if not rules.note_refused(entry.note, month.period.month):
        return entry
    return replace(entry, note=stored.note if stored else "")


def refuse_notes(texts: Iterable[str], month: Submission) -> None:
    """Raises NoteRefused where one of these texts must not be kept."""
    for text in texts:
        if refused := rules.note_refused(text, month.period.month):
            raise NoteRefused(refused)


def write_draft(month: Submission, entries: Sequence[rules.TypedEntry]) -> None:
    measures = {measure.code: measure for measure in Measure.objects.filter(code__in=[entry.code for entry in entries])}
    DraftEntry.objects.bulk_create(
        [
            DraftEntry(
                submission=month,
                measure=measures[entry.code],
                numerator=entry.numerator,
                denominator=entry.denominator,
                value=entry.value,
                reason=entry.reason,
                note=entry.note,
            )
            for entry in entries
        ],
        update_conflicts=True,
        unique_fields=["submission", "measure"],
        update_fields=["numerator", "denominator", "value", "reason", "note"],
    )


@transaction.atomic
def save_answers(
    submission: Submission,
    answers: Mapping[str, str],
    *,
    by: User,
    seen_lock_version: int,
    shown: Mapping[str, str] | None = None,
) -> Submission:
    """Keep what was typed in answer to the open questions, by the code of the measure; it is sent with the month.

    shown: what the answers were when the page was made; others are in the way as they are of save_draft.
    Returns and raises as save_draft does; NotAskedAbout for an answer to what is not asked.
    """
    month = lock(submission)
    if not permissions.may_save_draft(by, month.area):
        raise MoveNotAllowed(f"{by} is not of the team of {month}")
    asked = {question.measure.code: question for question in open_questions(month)}
    changed = {
        code: words
        for code, words in answers.items()
        if words != (asked[code].answer if code in asked else "") and not rules.note_refused(words, month.period.month)
    }
    if not changed:
        month.lock_version = seen_lock_version
        return month
    check(month, Action.TYPE, by=by)
    stands_as_shown = shown is not None and all(
        code in asked and shown.get(code) == asked[code].answer for code in changed
    )
    if month.lock_version != seen_lock_version and not stands_as_shown:
        raise ChangedMeanwhile(month)
    if strange := sorted(set(changed) - set(asked)):
        raise NotAskedAbout(strange)
    for code, words in changed.items():
        asked[code].answer = words
    Question.objects.bulk_update([asked[code] for code in changed], ["answer"])
    month.saved_by, month.saved_at = by, timezone.now()
    change(month)
    return month


@transaction.atomic
def submit(
    submission: Submission,
    *,
    by: User,
    seen_lock_version: int,
    at: datetime | None = None,
) -> SubmissionRevision:
    """Hand a month to NCISH: once, however often the button is pressed.

    Raises ChangedMeanwhile if someone saved after `seen_lock_version` was shown,
    MoveNotAllowed if the state or the person does not permit it, RulesBroken if an error stands or a query
    is unanswered (QueriesUnanswered).
    """
    revision, is_new = hand_over(submission, by=by, seen_lock_version=seen_lock_version, at=at)
    if is_new:  # no receipt for a month that was rolled back
        transaction.on_commit(partial(notices.send_receipt, revision))
        transaction.on_commit(partial(notices.send_arrival, revision))
    return revision


@transaction.atomic
def submit_many(
    submissions: Sequence[Submission], *, by: User, at: datetime | None = None
) -> tuple[list[SubmissionRevision], dict[Submission, WorkflowError]]:
    """Hand several months of one area to NCISH, each that may be, with one receipt for all of them.

    Returns what was handed over, and why the others were not.
    """
    sent, refused = [], {}
    for submission in sorted(submissions, key=lambda each: each.period.month):
        try:
            with transaction.atomic():
                sent.append(hand_over(submission, by=by, seen_lock_version=submission.lock_version, at=at))
        except WorkflowError as problem:
            refused[submission] = problem
    if new := [revision for revision, is_new in sent if is_new]:
        transaction.on_commit(partial(notices.send_receipt_of_many, new))
        transaction.on_commit(partial(notices.send_arrival_of_many, new))
    return [revision for revision, _ in sent], refused


def hand_over(
    submission: Submission, *, by: User, seen_lock_version: int, at: datetime | None
) -> tuple[SubmissionRevision, bool]:
    """What `submit` does but for its e-mails; False if the month was handed over already, by the same person."""
    month = lock(submission)
    if month.state == State.SUBMITTED and month.latest_revision and month.latest_revision.submitted_by == by:
        return month.latest_revision, False  # the second half of a double click
    if month.lock_version != seen_lock_version:
        raise ChangedMeanwhile(month)
    check(month, Action.SEND, by=by)
    at = at or timezone.now()
    revision = freeze_draft(month, by=by, at=at)
    open_questions(month).update(answered_by=by, answered_at=at)
    month.latest_revision = revision
    move(month, State.SUBMITTED, by=by, at=at)
    return revision, True


@transaction.atomic
def accept(submission: Submission, *, by: User, seen_lock_version: int, at: datetime | None = None) -> Submission:
    """Let the month count: charts show its latest revision from now on. All that was asked about it ends here.

    Raises MoveNotAllowed (also for one's own submission) and ChangedMeanwhile.
    """
    month, is_new = let_count(submission, by=by, seen_lock_version=seen_lock_version, at=at)
    if is_new:
        transaction.on_commit(partial(notices.send_accepted, month))
    return month


@transaction.atomic
def accept_many(
    seen: Mapping[Submission, int], *, by: User, at: datetime | None = None
) -> tuple[list[Submission], dict[Submission, WorkflowError]]:
    """Let each of these months count that may, with one letter to a person for all that they sent of one area.

    seen: the `lock_version` of each that was shown. Returns what counts now, and why the others do not.
    """
    done, refused, letters = one_by_one(seen, partial(let_count, by=by, at=at))
    for months in letters:
        transaction.on_commit(partial(notices.send_accepted_of_many, months))
    return done, refused


def let_count(
    submission: Submission, *, by: User, seen_lock_version: int, at: datetime | None
) -> tuple[Submission, bool]:
    """What `accept` does but for its e-mail; False if the same person accepted the month a moment ago."""
    month = lock(submission)
    if did_this(month, Action.ACCEPT, by=by):
        return month, False
    check_before_verdict(month, Action.ACCEPT, by=by, seen_lock_version=seen_lock_version)
    month.accepted_revision = month.latest_revision
    move(month, State.ACCEPTED, by=by, at=at or timezone.now())
    return month, True


@transaction.atomic
def return_to_team(
    submission: Submission,
    *,
    by: User,
    seen_lock_version: int,
    questions: Mapping[str, str] | None = None,
    comment: str = "",
    at: datetime | None = None,
) -> Submission:
    """Send the month back, with one e-mail however much is asked.

    questions: what is asked of which value, by the code of its measure; only those values are open then.
    comment: words about the month as a whole; without a question of a value, all of it is open.
    Raises ValueError where nothing is asked, or of a value that was not sent; MoveNotAllowed and ChangedMeanwhile.
    """
    asked = {code: words.strip() for code, words in (questions or {}).items()}
    month, is_new = send_back(
        submission, by=by, seen_lock_version=seen_lock_version, asked=asked, comment=comment.strip(), at=at
    )
    if is_new:
        transaction.on_commit(partial(notices.send_returned, month, count=len(asked)))
    return month


@transaction.atomic
def return_many(
    seen: Mapping[Submission, int], *, by: User, comment: str, at: datetime | None = None
) -> tuple[list[Submission], dict[Submission, WorkflowError]]:
    """Send each of these months back that may be, with the same question and one letter to a person and area.

    seen: the `lock_version` of each that was shown. Returns what is with its team now, and why the others are not.
    """
    done, refused, letters = one_by_one(seen, partial(send_back, by=by, asked={}, comment=comment.strip(), at=at))
    for months in letters:
        transaction.on_commit(partial(notices.send_returned_of_many, months))
    return done, refused


def send_back(
    submission: Submission,
    *,
    by: User,
    seen_lock_version: int,
    asked: Mapping[str, str],
    comment: str,
    at: datetime | None,
) -> tuple[Submission, bool]:
    """What `return_to_team` does but for its e-mail; False if the same person sent the month back a moment ago."""
    refuse_notes([*asked.values(), comment], submission)
    if not all(asked.values()) or not (asked or comment):
        raise ValueError("a month is never returned without saying why")
    month = lock(submission)
    if did_this(month, Action.RETURN, by=by):
        return month, False
    check_before_verdict(month, Action.RETURN, by=by, seen_lock_version=seen_lock_version)
    at = at or timezone.now()
    sent = {value.measure.code: value.measure for value in sent_values(month)}
    if strange := sorted(set(asked) - set(sent)):
        raise ValueError(f"nothing was sent for {', '.join(strange)}")
    Question.objects.bulk_create(
        [
            Question(revision=month.latest_revision, measure=sent[code], words=words, asked_by=by, asked_at=at)
            for code, words in sorted(asked.items())
        ]
    )
    move(month, State.RETURNED, by=by, at=at, comment=comment or f"About {', '.join(sorted(asked))}")
    return month, True


@transaction.atomic
def begin_correction(
    submission: Submission, *, by: User, seen_lock_version: int, reason: str, at: datetime | None = None
) -> Submission:
    """Open an accepted month again, with all of its values as they were accepted. It goes on to count meanwhile.

    Raises ValueError without a reason, MoveNotAllowed and ChangedMeanwhile.
    """
    refuse_notes([reason], submission)
    if not reason.strip():
        raise ValueError("a month is never corrected without saying why")
    month = lock(submission)
    if did_this(month, Action.CORRECT, by=by):
        return month
    check_before_verdict(month, Action.CORRECT, by=by, seen_lock_version=seen_lock_version)
    write_draft(month, [value.typed() for value in sent_values(month)])
    move(month, State.CORRECTING, by=by, at=at or timezone.now(), comment=reason.strip())
    return month


@transaction.atomic
def keep_as_accepted(submission: Submission, *, by: User, seen_lock_version: int) -> Submission:
    """Give up a correction that was begun: the draft is again what was accepted.

    Raises MoveNotAllowed and ChangedMeanwhile.
    """
    month = lock(submission)
    if did_this(month, Action.KEEP, by=by):
        return month
    check_before_verdict(month, Action.KEEP, by=by, seen_lock_version=seen_lock_version)
    write_draft(month, [value.typed() for value in sent_values(month)])
    move(month, State.ACCEPTED, by=by, at=timezone.now())
    return month


# What is open


def open_questions(month: Submission) -> QuerySet[Question]:
    """What NCISH asks about single values, while the month is sent back for it."""
    if month.state != State.RETURNED:
        return Question.objects.none()
    return Question.objects.filter(revision=month.latest_revision_id).select_related("measure", "asked_by")


def open_measures(month: Submission, reported: Sequence[ReportedMeasure]) -> frozenset[str]:
    """The codes of the measures that the team can change now, of those that it reports in this month.

    While NCISH asks about single values: those, what was never sent, and what counts the same people as one of
    them, because both have to agree. 2 queries then, else none.
    """
    codes = frozenset(item.definition.code for item in reported)
    if month.state not in OPEN_STATES:
        return frozenset()
    asked = set(open_questions(month).values_list("measure__code", flat=True))
    if not asked:
        return codes
    groups = {item.definition.denominator_group for item in reported if item.definition.code in asked} - {""}
    agree = {item.definition.code for item in reported if item.definition.denominator_group in groups}
    sent = set(MeasureValue.objects.filter(revision=month.latest_revision).values_list("measure__code", flat=True))
    return codes & (asked | agree | (codes - sent))


def check_open(month: Submission, changed: Sequence[str]) -> None:
    """Raises NotAskedAbout for a value that was sent and that NCISH does not ask about."""
    if month.state == State.RETURNED and open_questions(month).exists():
        is_open = open_measures(month, measures_of_month(month.area, month.period.month))
        if closed := sorted(set(changed) - is_open):
            raise NotAskedAbout(closed)


def sent_values(month: Submission) -> list[MeasureValue]:
    """The values of the latest revision."""
    values = MeasureValue.objects.filter(revision=month.latest_revision_id)
    return list(values.select_related("measure", "version"))


# The steps that actions share


def one_by_one(
    seen: Mapping[Submission, int], decide: Callable[..., tuple[Submission, bool]]
) -> tuple[list[Submission], dict[Submission, WorkflowError], list[list[Submission]]]:
    """A verdict on each of many months by itself, so that one stops no other.

    Returns those that it was given on, why not on the others, and the new ones by who sent them and of which area.
    """
    done, refused = [], {}
    letters: dict[tuple[int, int], list[Submission]] = defaultdict(list)
    # Always in the same order: of two people who decide on the same months, the second waits for the first.
    for submission in sorted(seen, key=lambda each: (each.period.month, each.pk)):
        try:
            with transaction.atomic():
                month, is_new = decide(submission, seen_lock_version=seen[submission])
        except WorkflowError as problem:
            refused[submission] = problem
            continue
        done.append(month)
        if is_new and month.latest_revision:
            letters[month.area_id, month.latest_revision.submitted_by_id].append(month)
    return done, refused, list(letters.values())


def lock(submission: Submission) -> Submission:
    """The month as it is now, held until the transaction ends."""
    Submission.objects.select_for_update().get(pk=submission.pk)
    # Read in a second query: rows joined to one that had to be waited for are as old as the wait.
    return Submission.objects.with_context().get(pk=submission.pk)


def same_text(entry: rules.TypedEntry, stored: DraftEntry | None) -> bool:
    return entry.is_blank if stored is None else entry == stored.typed()


def did_this(month: Submission, action: Action, *, by: User) -> bool:
    """Was this very action the person's own, a moment ago? Then this is the second half of a double click."""
    last = month.events.order_by("when", "pk").last()
    if last is None or last.who_id != by.pk:
        return False
    done = moves.TABLE.get((State(last.from_state), action))
    return done is not None and done.then == last.to_state == month.state


def check_before_verdict(month: Submission, action: Action, *, by: User, seen_lock_version: int) -> None:
    if month.lock_version != seen_lock_version:
        raise ChangedMeanwhile(month)
    check(month, action, by=by)


def change(month: Submission) -> None:
    """Something of the month is other than it was: pages that were made before are stale now."""
    month.lock_version += 1
    month.save(update_fields=["lock_version", "saved_by", "saved_at"])


def move(month: Submission, to: State, *, by: User, at: datetime, comment: str = "") -> None:
    """Write the new state and the event that says who moved the month."""
    SubmissionEvent.objects.create(
        submission=month,
        revision=month.latest_revision,
        from_state=month.state,
        to_state=to,
        who=by,
        when=at,
        comment=comment,
    )
    month.state = to
    month.lock_version += 1
    month.save(update_fields=["state", "lock_version", "latest_revision", "accepted_revision", "saved_by", "saved_at"])


def freeze_draft(month: Submission, *, by: User, at: datetime) -> SubmissionRevision:
    """Write the revision and its values from what was typed.

    Raises RulesBroken if an error stands, QueriesUnanswered if something that is asked has no answer.
    """
    reported = measures_of_month(month.area, month.period.month)
    typed = {entry.measure.code: entry.typed() for entry in month.draft_entries.select_related("measure")}
    is_open = open_measures(month, reported)
    typed |= {value.measure.code: value.typed() for value in sent_values(month) if value.measure.code not in is_open}
    if problems := problems_of(month, reported, list(typed.values()), submitting=True, at=at):
        raise RulesBroken(problems)
    queries = asking.queries_of_month(month, reported, list(typed.values()))
    if left := asking.unanswered(queries, asking.answers_of(month), is_open):
        raise QueriesUnanswered(left)
    number = (month.latest_revision.number if month.latest_revision else 0) + 1
    revision = SubmissionRevision.objects.create(
        submission=month,
        number=number,
        submitted_at=at,
        submitted_by=by,
        declaration=DECLARATION,
        reason=reason_of_correction(month),
    )
    values = MeasureValue.objects.bulk_create(
        [frozen(revision, item.version, item.definition, typed[item.definition.code]) for item in reported]
    )
    asking.freeze_answers(revision, queries, values)
    return revision


def reason_of_correction(month: Submission) -> str:
    """Why an accepted month was opened again; empty for a month that was never accepted."""
    if month.accepted_revision_id is None:
        return ""
    began = month.events.filter(to_state=State.CORRECTING).order_by("when", "pk").last()
    return began.comment if began else ""


def frozen(
    revision: SubmissionRevision, version: MeasureVersion, definition: rules.Definition, entry: rules.TypedEntry
) -> MeasureValue:
    """One entry as numbers, or as the reason for having none; the rules have passed it."""
    reason = rules.chosen_reason(entry)
    numbers = None if reason else rules.parsed(entry, definition)
    return MeasureValue(
        revision=revision,
        measure=version.measure,
        version=version,
        kind=version.kind,
        numerator=numbers.numerator if numbers else None,
        denominator=numbers.denominator if numbers else None,
        value=numbers.value if numbers else None,
        no_data_reason=reason.key if reason else "",
        note=entry.note.strip(),
    )


def problems_of(
    month: Submission,
    reported: Sequence[ReportedMeasure],
    entries: Sequence[rules.TypedEntry],
    *,
    submitting: bool,
    at: datetime,
) -> list[rules.Problem]:
    """What stands in the way of handing these entries over as this month."""
    problems = rules.errors_of_month(
        entries,
        [item.definition for item in reported],
        month=month.period.month,
        today=timezone.localdate(at),
        submitting=submitting,
        area_name=month.area.short_name,
    )
    wrong = {problem.code for problem in problems}
    typed = {entry.code: entry for entry in entries if entry.code not in wrong}
    return problems + unanswered(month, [item for item in reported if item.definition.code in typed], typed)


def unanswered(
    month: Submission, reported: Sequence[ReportedMeasure], typed: Mapping[str, rules.TypedEntry]
) -> list[rules.Problem]:
    """A problem for each question of NCISH that has neither words, nor another value, nor another note."""
    questions = {question.measure.code: question for question in open_questions(month)}
    if not questions:
        return []
    sent = {value.measure.code: value for value in sent_values(month)}
    found = []
    for item in reported:
        code = item.definition.code
        if code not in questions or questions[code].answer.strip():
            continue
        now = frozen(sent[code].revision, item.version, item.definition, typed[code])
        if all(getattr(now, name) == getattr(sent[code], name) for name in FIELDS_OF_A_VALUE):
            message = "NCISH asks about this. Change it, or answer that it is right."
            found.append(rules.Problem("question_not_answered", code, "answer", message))
    return found
