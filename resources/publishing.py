"""Draft, in review, published, archived: the only writer of a resource's publication state.

One function a move, one transaction each: read again under the lock, decide, write, and say in one sentence
of history what happened. `check_move` raises, `may_move` answers a button; one calls the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils import timezone

from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.models import User

from . import changes, indexing
from .changes import Said
from .models import ChangeKind, Check, PublicationState, Resource, Review
from .review_dates import next_review

#: What a review writes.
REVIEW_FIELDS = ["reviewer", "last_reviewed", "review_due", "edited_at"]

#: (from, to): what the history says of the move. A first publication has a sentence of its own.
MOVES: dict[tuple[PublicationState, PublicationState], Said] = {
    (PublicationState.DRAFT, PublicationState.IN_REVIEW): Said(ChangeKind.FOR_STAFF, "Sent to review."),
    (PublicationState.IN_REVIEW, PublicationState.DRAFT): Said(ChangeKind.FOR_STAFF, "Taken back to draft."),
    (PublicationState.IN_REVIEW, PublicationState.PUBLISHED): Said(ChangeKind.ADDED, "Reviewed and published again."),
    (PublicationState.PUBLISHED, PublicationState.ARCHIVED): Said(ChangeKind.FOR_STAFF, "Taken out of the library."),
    (PublicationState.DRAFT, PublicationState.ARCHIVED): Said(
        ChangeKind.FOR_STAFF, "Put away without being published."
    ),
    (PublicationState.ARCHIVED, PublicationState.DRAFT): Said(ChangeKind.FOR_STAFF, "Taken back to draft."),
}
ADDED = Said(ChangeKind.ADDED, "Added to the library.")
DRAFTED = Said(ChangeKind.FOR_STAFF, "Added as a draft.")
REVIEWED = Said(ChangeKind.REVIEWED, "Reviewed.")


class PublishingError(Exception):
    """A move that may not be made. Its text says why, to the person who asked for it."""


class NotACurator(PublishingError):
    """Only curators change the library."""


class MoveNotAllowed(PublishingError):
    """This state does not lead to that one."""


class SecondPersonNeeded(PublishingError):
    """Whoever wrote it, or sent it to review, cannot review it."""


class NotChecked(PublishingError):
    """Something of the checklist is not ticked."""


class NotReady(PublishingError):
    """Something that readers need is missing; the text says what."""


def check_move(resource: Resource, to: PublicationState, *, by: permissions.Person) -> None:
    """Raises the PublishingError that says why `by` may not make this move now."""
    if not permissions.may_curate(by):
        raise NotACurator("Only curators can do this.")
    here = PublicationState(resource.publication_state)
    if (here, to) not in MOVES:
        raise MoveNotAllowed(f"It is {here.label.lower()}, and that does not lead to {to.label.lower()}.")
    if to == PublicationState.PUBLISHED and resource.author_id == by.pk:
        raise SecondPersonNeeded("You wrote it or sent it to review, so somebody else has to publish it.")


def may_move(resource: Resource, to: PublicationState, *, by: permissions.Person) -> bool:
    try:
        check_move(resource, to, by=by)
    except PublishingError:
        return False
    return True


@transaction.atomic
def send_to_review(resource: Resource, *, by: User) -> Resource:
    """Ask a second person to look at it. Who sends it answers for its text: that is its author from now on."""
    item = _locked(resource)
    if item.publication_state == PublicationState.IN_REVIEW and item.author_id == by.pk:
        return item  # the second half of a double click
    check_move(item, PublicationState.IN_REVIEW, by=by)
    item.author, item.reviewer, item.last_reviewed = by, None, None
    return _moved(item, PublicationState.IN_REVIEW, ["author", "reviewer", "last_reviewed"], by=by)


@transaction.atomic
def publish(resource: Resource, *, by: User, checked: Collection[str]) -> Resource:
    """Put it before readers: by somebody else than its author, with today as the day of its review.

    checked: what `by` ticked of the checklist. Raises NotChecked unless that is all of it, and NotReady if a rule
    about published items does not hold, in that rule's own words.
    """
    item = _locked(resource)
    if item.publication_state == PublicationState.PUBLISHED and item.reviewer_id == by.pk:
        return item
    check_move(item, PublicationState.PUBLISHED, by=by)
    is_first = item.published_at is None
    item.published_at = item.published_at or timezone.now()
    _set_review(item, by=by, checked=checked)
    return _moved(
        item,
        PublicationState.PUBLISHED,
        ["published_at", *REVIEW_FIELDS],
        by=by,
        said=ADDED if is_first else None,
    )


@contextmanager
def as_if_published(resource: Resource, *, by: User) -> Iterator[None]:
    """Inside, it is published as it would be today, so that its page is the one that readers will get.

    Afterwards nothing of that has happened. Raises NotReady, as publish() would.
    """
    with transaction.atomic():
        item = _locked(resource)
        said = MOVES[PublicationState.IN_REVIEW, PublicationState.PUBLISHED] if item.published_at else ADDED
        item.published_at = item.published_at or timezone.now()
        item.author, item.reviewer = None, by  # whoever looks may have written it
        item.last_reviewed, item.edited_at = timezone.localdate(), None
        item.review_due = next_review(item.last_reviewed)
        _moved(item, PublicationState.PUBLISHED, ["author", "published_at", *REVIEW_FIELDS], by=by, said=said)
        yield
        transaction.set_rollback(True)


@transaction.atomic
def archive(resource: Resource, *, by: User) -> Resource:
    """Take it out of the library. Its row, its history and its place on reading lists stay."""
    item = _locked(resource)
    if item.publication_state == PublicationState.ARCHIVED:
        return item
    check_move(item, PublicationState.ARCHIVED, by=by)
    return _moved(item, PublicationState.ARCHIVED, [], by=by)


@transaction.atomic
def back_to_draft(resource: Resource, *, by: User) -> Resource:
    """Work on it again, from review or from the archive. It needs a second person's review to come back."""
    item = _locked(resource)
    if item.publication_state == PublicationState.DRAFT:
        return item
    check_move(item, PublicationState.DRAFT, by=by)
    return _moved(item, PublicationState.DRAFT, [], by=by)


def check_review(resource: Resource, *, by: permissions.Person) -> None:
    """Raises the PublishingError that says why `by` may not note a review of this item."""
    if not permissions.may_curate(by):
        raise NotACurator("Only curators can do this.")
    if not resource.is_published:
        raise MoveNotAllowed("Only what is published is reviewed again. This is not.")
    if resource.author_id == by.pk:
        raise SecondPersonNeeded("You wrote it or sent it to review, so somebody else has to review it.")
    if resource.edited_at and resource.changes.told_by(by).filter(made_at__gte=resource.edited_at).exists():
        raise SecondPersonNeeded("You changed it since its review, so somebody else has to review it.")


def may_review(resource: Resource, *, by: permissions.Person) -> bool:
    try:
        check_review(resource, by=by)
    except PublishingError:
        return False
    return True


@transaction.atomic
def confirm_review(resource: Resource, *, by: User, checked: Collection[str]) -> Resource:
    """Note that `by` read a published item today and found it right; the next review is due in six months.

    checked: as for publish(). What was edited since the last review is reviewed by this.
    """
    item = _locked(resource)
    check_review(item, by=by)
    _set_review(item, by=by, checked=checked)
    item.save(update_fields=[*REVIEW_FIELDS, "updated_at"])
    changes.note(item, [REVIEWED], by=by)
    return item


@transaction.atomic
def edited(resource: Resource, said: Sequence[Said], *, by: User) -> None:
    """Note what an edit that is saved already comes to. If readers see it, the item waits for a review again."""
    now = timezone.now()  # before the sentences, so that who wrote them since is found
    changes.note(resource, said, by=by)
    if said:
        shown = Resource.objects.filter(pk=resource.pk, publication_state=PublicationState.PUBLISHED, edited_at=None)
        shown.update(edited_at=now)


def _locked(resource: Resource) -> Resource:
    item: Resource = Resource.objects.select_for_update().get(pk=resource.pk)
    return item


def _set_review(item: Resource, *, by: User, checked: Collection[str]) -> None:
    if set(checked) != set(Check.values):
        raise NotChecked("Go through the whole checklist first.")
    item.reviewer, item.last_reviewed = by, timezone.localdate()
    item.review_due, item.edited_at = next_review(item.last_reviewed), None
    Review.objects.create(resource=item, by=by, checked=Check.values)


def _moved(item: Resource, to: PublicationState, also: list[str], *, by: User, said: Said | None = None) -> Resource:
    said = said or MOVES[PublicationState(item.publication_state), to]
    item.publication_state = to
    try:
        item.validate_constraints()
    except ValidationError as error:
        raise NotReady(" ".join(error.message_dict[NON_FIELD_ERRORS])) from error
    item.save(update_fields=["publication_state", *also, "updated_at"])
    indexing.index(Resource.objects.filter(pk=item.pk))
    changes.note(item, [said], by=by)
    return item
