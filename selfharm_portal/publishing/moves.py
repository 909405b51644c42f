"""Draft, in review, published, archived: the only writer of the publication state, of whatever model.

One function a move, one transaction each: read again under the lock, decide, write, and say in one sentence
of history what happened.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.models import User

from .models import PublicationState, Publishable
from .review_dates import next_review

Row = TypeVar("Row", bound=Publishable)

#: Kinds of sentences that every model's history has: what staff alone are told, and what readers may be.
FOR_STAFF, ADDED, REVIEWED = "for_staff", "added", "reviewed"

#: What a review writes.
REVIEW_FIELDS = ["reviewer", "last_reviewed", "review_due", "edited_at"]


class Said(NamedTuple):
    """A sentence of history, as `note` writes it: the names are those of its columns."""

    kind: str
    sentence: str


#: (from, to): what the history says of the move. A first publication has its model's sentence.
MOVES: dict[tuple[PublicationState, PublicationState], Said] = {
    (PublicationState.DRAFT, PublicationState.IN_REVIEW): Said(FOR_STAFF, "Sent to review."),
    (PublicationState.IN_REVIEW, PublicationState.DRAFT): Said(FOR_STAFF, "Taken back to draft."),
    (PublicationState.IN_REVIEW, PublicationState.PUBLISHED): Said(ADDED, "Reviewed and published again."),
    (PublicationState.PUBLISHED, PublicationState.ARCHIVED): Said(FOR_STAFF, "Taken off the public pages."),
    (PublicationState.DRAFT, PublicationState.ARCHIVED): Said(FOR_STAFF, "Put away without being published."),
    (PublicationState.ARCHIVED, PublicationState.DRAFT): Said(FOR_STAFF, "Taken back to draft."),
}
DRAFTED = Said(FOR_STAFF, "Added as a draft.")
REVIEW = Said(REVIEWED, "Reviewed.")


class PublishingError(Exception):
    """A move that may not be made. Its text says why, to the person who asked for it."""


class NotACurator(PublishingError):
    """Only curators publish."""


class MoveNotAllowed(PublishingError):
    """This state does not lead to that one."""


class SecondPersonNeeded(PublishingError):
    """Whoever wrote it, or sent it to review, cannot review it."""


class NotChecked(PublishingError):
    """Something of the checklist is not ticked."""


class NotReady(PublishingError):
    """Something that readers need is missing; the text says what."""


def check_move(row: Row, to: PublicationState, *, by: permissions.Person) -> None:
    """Raises the PublishingError that says why `by` may not make this move now."""
    if not permissions.may_curate(by):
        raise NotACurator("Only curators can do this.")
    here = PublicationState(row.publication_state)
    if (here, to) not in MOVES:
        raise MoveNotAllowed(f"It is {here.label.lower()}, and that does not lead to {to.label.lower()}.")
    if to == PublicationState.PUBLISHED and row.author_id == by.pk:
        raise SecondPersonNeeded("You wrote it or sent it to review, so somebody else has to publish it.")


@transaction.atomic
def send_to_review(row: Row, *, by: User) -> Row:
    """Ask a second person to look at it. Who sends it answers for its text: that is its author from now on."""
    held = _locked(row)
    if held.publication_state == PublicationState.IN_REVIEW and held.author_id == by.pk:
        return held  # the second half of a double click
    check_move(held, PublicationState.IN_REVIEW, by=by)
    held.author, held.reviewer, held.last_reviewed = by, None, None
    return _moved(held, PublicationState.IN_REVIEW, ["author", "reviewer", "last_reviewed"], by=by)


@transaction.atomic
def publish(row: Row, *, by: User, checked: Collection[str]) -> Row:
    """Put it before readers: by somebody else than its author, with today as the day of its review.

    checked: what `by` ticked of the checklist. Raises NotChecked unless that is all of it, and NotReady if a rule
    about published items does not hold, in that rule's own words.
    """
    held = _locked(row)
    if held.publication_state == PublicationState.PUBLISHED and held.reviewer_id == by.pk:
        return held
    check_move(held, PublicationState.PUBLISHED, by=by)
    is_first = held.published_at is None
    held.published_at = held.published_at or timezone.now()
    _set_review(held, by=by, checked=checked)
    return _moved(
        held,
        PublicationState.PUBLISHED,
        ["published_at", *REVIEW_FIELDS],
        by=by,
        said=first_publication(held) if is_first else None,
    )


@contextmanager
def as_if_published(row: Row, *, by: User) -> Iterator[None]:
    """Inside, it is published as it would be today, so that its page is the one that readers will get.

    Afterwards nothing of that has happened. Raises NotReady, as publish() would.
    """
    with transaction.atomic():
        held = _locked(row)
        again = MOVES[PublicationState.IN_REVIEW, PublicationState.PUBLISHED]
        said = again if held.published_at else first_publication(held)
        held.published_at = held.published_at or timezone.now()
        held.author, held.reviewer = None, by  # whoever looks may have written it
        held.last_reviewed, held.edited_at = timezone.localdate(), None
        held.review_due = next_review(held.last_reviewed)
        _moved(held, PublicationState.PUBLISHED, ["author", "published_at", *REVIEW_FIELDS], by=by, said=said)
        yield
        transaction.set_rollback(True)


@transaction.atomic
def archive(row: Row, *, by: User) -> Row:
    """Take it off the public pages. Its row, its history and what points to it stay."""
    held = _locked(row)
    if held.publication_state == PublicationState.ARCHIVED:
        return held
    check_move(held, PublicationState.ARCHIVED, by=by)
    return _moved(held, PublicationState.ARCHIVED, [], by=by)


@transaction.atomic
def back_to_draft(row: Row, *, by: User) -> Row:
    """Work on it again, from review or from the archive. It needs a second person's review to come back."""
    held = _locked(row)
    if held.publication_state == PublicationState.DRAFT:
        return held
    check_move(held, PublicationState.DRAFT, by=by)
    return _moved(held, PublicationState.DRAFT, [], by=by)


def check_review(row: Row, *, by: permissions.Person) -> None:
    """Raises the PublishingError that says why `by` may not note a review of it."""
    if not permissions.may_curate(by):
        raise NotACurator("Only curators can do this.")
    if not row.is_published:
        raise MoveNotAllowed("Only what is published is reviewed again. This is not.")
    if row.author_id == by.pk:
        raise SecondPersonNeeded("You wrote it or sent it to review, so somebody else has to review it.")
    if row.edited_at and row.changes.told_by(by).filter(made_at__gte=row.edited_at).exists():
        raise SecondPersonNeeded("You changed it since its review, so somebody else has to review it.")


@transaction.atomic
def confirm_review(row: Row, *, by: User, checked: Collection[str]) -> Row:
    """Note that `by` read a published row today and found it right; the next review is due in six months.

    checked: as for publish(). What was edited since the last review is reviewed by this.
    """
    held = _locked(row)
    check_review(held, by=by)
    _set_review(held, by=by, checked=checked)
    held.save(update_fields=[*REVIEW_FIELDS, "updated_at"])
    note(held, [REVIEW], by=by)
    return held


def note(row: Publishable, all_said: Iterable[Any], *, by: User | None) -> None:
    """Write the sentences into the row's history: Said, or what else has its columns for names.

    `by` is None where the portal itself made the change.
    """
    for said in all_said:
        row.changes.create(by=by, **said._asdict())


def first_publication(row: Publishable | type[Publishable]) -> Said:
    """What the history says of it."""
    return Said(ADDED, row.first_sentence)


@transaction.atomic
def edited(row: Publishable, said: Collection[Any], *, by: User) -> None:
    """Note what an edit that is saved already comes to. If readers see it, it waits for a review again."""
    now = timezone.now()  # before the sentences, so that who wrote them since is found
    note(row, said, by=by)
    if said:
        rows = type(row)._default_manager
        shown = rows.filter(pk=row.pk, publication_state=PublicationState.PUBLISHED, edited_at=None)
        shown.update(edited_at=now)


def _locked(row: Row) -> Row:
    held: Row = type(row)._default_manager.select_for_update().get(pk=row.pk)
    return held


def _set_review(held: Publishable, *, by: User, checked: Collection[str]) -> None:
    if set(checked) != set(held.checklist.values):
        raise NotChecked("Go through the whole checklist first.")
    held.reviewer, held.last_reviewed = by, timezone.localdate()
    held.review_due, held.edited_at = next_review(held.last_reviewed), None
    held.reviews.create(by=by, checked=held.checklist.values)


def _moved(held: Row, to: PublicationState, also: list[str], *, by: User, said: Said | None = None) -> Row:
    said = said or MOVES[PublicationState(held.publication_state), to]
    held.publication_state = to
    try:
        held.validate_constraints()
    except ValidationError as error:
        raise NotReady(" ".join(error.messages)) from error
    held.save(update_fields=["publication_state", *also, "updated_at"])
    held.moved()
    note(held, [said], by=by)
    return held
