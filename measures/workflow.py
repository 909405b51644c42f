"""The states of a Submission: one table of moves, one function a move. Nobody else writes `state`.

Every function reads the month again under a lock before it decides, so that a double click,
a stale page or two people at once do no harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone

from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.models import User

from . import notices, rules
from .models import (
    OPEN_STATES,
    DraftEntry,
    Measure,
    MeasureValue,
    MeasureVersion,
    State,
    Submission,
    SubmissionEvent,
    SubmissionRevision,
)
from .reporting import ReportedMeasure, measures_of_month

#: (from, to): the predicate that says who may make the move. A test walks all pairs of states.
MOVES = {
    (State.NOT_STARTED, State.DRAFT): lambda user, month: permissions.may_save_draft(user, month.area),
    (State.DRAFT, State.SUBMITTED): lambda user, month: permissions.may_submit(user, month.area),
    (State.RETURNED, State.SUBMITTED): lambda user, month: permissions.may_submit(user, month.area),
    (State.SUBMITTED, State.RETURNED): permissions.may_check,
    (State.SUBMITTED, State.ACCEPTED): permissions.may_check,
}

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


class RulesBroken(WorkflowError):
    """Errors stand in the way of handing the month over."""

    def __init__(self, problems: list[rules.Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


def may_move(month: Submission, to: State, *, by: permissions.Person) -> bool:
    """The answer for a button: would the move be allowed?"""
    may = MOVES.get((State(month.state), to))
    return may is not None and may(by, month)


def check_move(month: Submission, to: State, *, by: User) -> None:
    """Raises MoveNotAllowed where `may_move` says no."""
    if not may_move(month, to, by=by):
        raise MoveNotAllowed(f"{by} may not move {month} from {month.get_state_display()} to {to.label}")


def may_type(month: Submission, *, by: permissions.Person) -> bool:
    """May the person save a draft of this month now?"""
    return month.state in OPEN_STATES and permissions.may_save_draft(by, month.area)


@transaction.atomic
def save_draft(
    submission: Submission,
    entries: Sequence[rules.TypedEntry],
    *,
    by: User,
    seen_lock_version: int,
    shown: Sequence[rules.TypedEntry] | None = None,
) -> Submission:
    """Keep what was typed, as it was typed. The first save makes a draft of a month not started.

    shown: what these entries held when the page was made. With it only what this person changed is written, and
    others are in the way only where they saved the same measures; without it, wherever in the month they saved.

    Returns the month with the `lock_version` that the person may be said to have seen: the one that this save
    made, or, if it changed nothing, the one that was shown; handing over compares it with what is there.
    Raises MoveNotAllowed if the month is not open or the person not of its team; ChangedMeanwhile
    if somebody else saved something else after `seen_lock_version` was shown.
    """
    month = lock(submission)
    if not permissions.may_save_draft(by, month.area):
        raise MoveNotAllowed(f"{by} is not of the team of {month}")
    stored = {entry.measure.code: entry for entry in month.draft_entries.select_related("measure")}
    before = {entry.code: entry for entry in shown or ()}
    changed = [
        entry for entry in entries if entry != before.get(entry.code) and not same_text(entry, stored.get(entry.code))
    ]
    if not changed and month.state != State.NOT_STARTED:
        month.lock_version = seen_lock_version  # the second half of a double click, or nothing new
        return month
    if month.state not in OPEN_STATES:
        raise MoveNotAllowed(f"{month} is {month.get_state_display()}: its draft is closed")
    stands_as_shown = shown is not None and all(
        entry.code in before and same_text(before[entry.code], stored.get(entry.code)) for entry in changed
    )
    if month.lock_version != seen_lock_version and not stands_as_shown:
        raise ChangedMeanwhile(month)
    measures = {measure.code: measure for measure in Measure.objects.filter(code__in=[entry.code for entry in changed])}
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
            for entry in changed
        ],
        update_conflicts=True,
        unique_fields=["submission", "measure"],
        update_fields=["numerator", "denominator", "value", "reason", "note"],
    )
    if month.state == State.NOT_STARTED:
        move(month, State.DRAFT, by=by, at=timezone.now())
    else:
        month.lock_version += 1
        month.save(update_fields=["lock_version"])
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
    MoveNotAllowed if the state or the person does not permit it, RulesBroken if an error stands.
    """
    month = lock(submission)
    if month.state == State.SUBMITTED and month.latest_revision and month.latest_revision.submitted_by == by:
        return month.latest_revision  # the second half of a double click
    if month.lock_version != seen_lock_version:
        raise ChangedMeanwhile(month)
    check_move(month, State.SUBMITTED, by=by)
    at = at or timezone.now()
    revision = freeze_draft(month, by=by, at=at)
    month.latest_revision = revision
    move(month, State.SUBMITTED, by=by, at=at)
    # No receipt for a month that was rolled back.
    transaction.on_commit(partial(notices.send_receipt, revision))
    transaction.on_commit(partial(notices.send_arrival, revision))
    return revision


@transaction.atomic
def accept(submission: Submission, *, by: User, seen_lock_version: int, at: datetime | None = None) -> Submission:
    """Let the month count: charts show its latest revision from now on.

    Raises MoveNotAllowed (also for one's own submission) and ChangedMeanwhile.
    """
    month = lock(submission)
    if made_this_move(month, State.ACCEPTED, by=by):
        return month
    check_before_verdict(month, State.ACCEPTED, by=by, seen_lock_version=seen_lock_version)
    month.accepted_revision = month.latest_revision
    move(month, State.ACCEPTED, by=by, at=at or timezone.now())
    transaction.on_commit(partial(notices.send_accepted, month))
    return month


@transaction.atomic
def return_to_team(
    submission: Submission, *, by: User, seen_lock_version: int, comment: str, at: datetime | None = None
) -> Submission:
    """Send the month back with a question or a reason; the team's draft is open again.

    Raises ValueError without a comment, MoveNotAllowed and ChangedMeanwhile.
    """
    if not comment.strip():
        raise ValueError("a month is never returned without saying why")
    month = lock(submission)
    if made_this_move(month, State.RETURNED, by=by):
        return month
    check_before_verdict(month, State.RETURNED, by=by, seen_lock_version=seen_lock_version)
    move(month, State.RETURNED, by=by, at=at or timezone.now(), comment=comment)
    transaction.on_commit(partial(notices.send_returned, month))
    return month


def lock(submission: Submission) -> Submission:
    """The month as it is now, held until the transaction ends."""
    Submission.objects.select_for_update().get(pk=submission.pk)
    # Read in a second query: rows joined to one that had to be waited for are as old as the wait.
    return Submission.objects.select_related("area", "period", "latest_revision__submitted_by").get(pk=submission.pk)


def same_text(entry: rules.TypedEntry, stored: DraftEntry | None) -> bool:
    return entry.is_blank if stored is None else entry == stored.typed()


def made_this_move(month: Submission, to: State, *, by: User) -> bool:
    """Was this very verdict the person's own, a moment ago? Then this is the second half of a double click."""
    if month.state != to:
        return False
    last = month.events.order_by("when", "pk").last()
    return last is not None and last.to_state == to and last.who_id == by.pk


def check_before_verdict(month: Submission, to: State, *, by: User, seen_lock_version: int) -> None:
    if month.lock_version != seen_lock_version:
        raise ChangedMeanwhile(month)
    check_move(month, to, by=by)


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
    month.save(update_fields=["state", "lock_version", "latest_revision", "accepted_revision"])


def freeze_draft(month: Submission, *, by: User, at: datetime) -> SubmissionRevision:
    """Write the revision and its values from what was typed.

    Raises RulesBroken if an error stands.
    """
    reported = measures_of_month(month.area, month.period.month)
    typed = {entry.measure.code: entry.typed() for entry in month.draft_entries.select_related("measure")}
    if problems := problems_of(month, reported, list(typed.values()), submitting=True, at=at):
        raise RulesBroken(problems)
    number = (month.latest_revision.number if month.latest_revision else 0) + 1
    revision = SubmissionRevision.objects.create(
        submission=month, number=number, submitted_at=at, submitted_by=by, declaration=DECLARATION
    )
    MeasureValue.objects.bulk_create(
        [frozen(revision, item.version, item.definition, typed[item.definition.code]) for item in reported]
    )
    return revision


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
    return rules.errors_of_month(
        entries,
        [item.definition for item in reported],
        month=month.period.month,
        today=timezone.localdate(at),
        submitting=submitting,
        area_name=month.area.short_name,
    )
