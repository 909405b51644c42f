from contextlib import nullcontext
from datetime import date
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from resources.models import Check, ResourceChange
from selfharm_portal.publishing import moves, review_dates
from selfharm_portal.publishing.models import PublicationState
from tests.factories import ResourceFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer():
    return UserFactory(curator=True)


@pytest.fixture
def second():
    return UserFactory(curator=True)


def sentences(resource):
    return list(ResourceChange.objects.filter(resource=resource).order_by("id").values_list("sentence", "by__name"))


def test_from_draft_to_readers_with_two_people(writer, second):
    resource = ResourceFactory(draft=True)

    in_review = moves.send_to_review(resource, by=writer)
    assert (in_review.publication_state, in_review.author) == (PublicationState.IN_REVIEW, writer)

    published = moves.publish(in_review, by=second, checked=Check.values)
    today = timezone.localdate()
    assert published.is_published
    assert (published.reviewer, published.last_reviewed) == (second, today)
    assert published.review_due == review_dates.next_review(today)
    assert published.published_at is not None
    assert sentences(resource) == [("Sent to review.", writer.name), ("Added to the library.", second.name)]


def test_whoever_sent_it_to_review_cannot_publish_it(writer):
    resource = moves.send_to_review(ResourceFactory(draft=True), by=writer)
    with pytest.raises(moves.SecondPersonNeeded, match="somebody else has to publish"):
        moves.publish(resource, by=writer, checked=Check.values)
    resource.refresh_from_db()
    assert resource.publication_state == PublicationState.IN_REVIEW


def test_whoever_rewrote_it_answers_for_it_even_if_somebody_else_added_it(writer, second):
    resource = moves.send_to_review(ResourceFactory(draft=True), by=writer)
    moves.back_to_draft(resource, by=second)
    resource = moves.send_to_review(resource, by=second)
    with pytest.raises(moves.SecondPersonNeeded):
        moves.publish(resource, by=second, checked=Check.values)
    assert moves.publish(resource, by=writer, checked=Check.values).is_published


def test_what_comes_back_from_the_archive_needs_a_review_again(writer, second):
    resource = ResourceFactory()
    first = resource.published_at
    moves.archive(resource, by=writer)
    moves.back_to_draft(resource, by=writer)
    moves.send_to_review(resource, by=writer)
    published = moves.publish(resource, by=second, checked=Check.values)
    assert published.published_at == first
    assert [sentence for sentence, _ in sentences(resource)] == [
        "Taken off the public pages.",
        "Taken back to draft.",
        "Sent to review.",
        "Reviewed and published again.",
    ]


@pytest.mark.parametrize(("here", "there"), list(product(PublicationState, repeat=2)))
def test_only_the_moves_of_the_table_may_be_made(writer, here, there):
    resource = ResourceFactory(publication_state=here)
    refusal = nullcontext() if (here, there) in moves.MOVES else pytest.raises(moves.MoveNotAllowed)
    with refusal:
        moves.check_move(resource, there, by=writer)


@pytest.mark.parametrize("roles", [{}, {"analyst": True}, {"administrator": True}])
@pytest.mark.parametrize("move", [moves.send_to_review, moves.archive])
def test_only_curators_move_anything(roles, move):
    resource = ResourceFactory(draft=True)
    with pytest.raises(moves.NotACurator):
        move(resource, by=UserFactory(**roles))
    resource.refresh_from_db()
    assert resource.publication_state == PublicationState.DRAFT
    assert sentences(resource) == []


@pytest.mark.parametrize(
    ("missing", "says"),
    [
        ({"summary": ""}, "a title, a summary, and a link"),
        ({"url": ""}, "a title, a summary, and a link"),
        ({"status": "withdrawn"}, "why it was withdrawn"),
    ],
)
def test_what_readers_need_is_asked_for_in_words(writer, second, missing, says):
    resource = moves.send_to_review(ResourceFactory(draft=True, **missing), by=writer)
    with pytest.raises(moves.NotReady, match=says):
        moves.publish(resource, by=second, checked=Check.values)
    resource.refresh_from_db()
    assert resource.publication_state == PublicationState.IN_REVIEW
    assert resource.last_reviewed is None


def test_a_double_click_moves_once(writer, second):
    resource = ResourceFactory(draft=True)
    for _ in range(2):
        moves.send_to_review(resource, by=writer)
    for _ in range(2):
        moves.publish(resource, by=second, checked=Check.values)
    for _ in range(2):
        moves.archive(resource, by=second)
    for _ in range(2):
        moves.back_to_draft(resource, by=second)
    assert len(sentences(resource)) == 4


def test_a_stale_page_does_not_decide(writer, second):
    seen_by_writer = ResourceFactory(draft=True)
    moves.send_to_review(seen_by_writer, by=writer)
    moves.publish(seen_by_writer, by=second, checked=Check.values)
    with pytest.raises(moves.MoveNotAllowed, match="published"):
        moves.send_to_review(seen_by_writer, by=writer)


def test_moves_leave_other_peoples_edits_alone(writer):
    seen = ResourceFactory(draft=True, title="Before")
    type(seen).objects.filter(pk=seen.pk).update(title="After")
    assert moves.send_to_review(seen, by=writer).title == "After"


def test_a_published_item_is_reviewed_again_by_somebody_else_than_its_author(writer, second):
    resource = ResourceFactory(author=writer)
    with pytest.raises(moves.SecondPersonNeeded):
        moves.confirm_review(resource, by=writer, checked=Check.values)
    reviewed = moves.confirm_review(resource, by=second, checked=Check.values)
    assert reviewed.reviewer == second
    assert reviewed.review_due == review_dates.next_review(timezone.localdate())
    assert sentences(resource) == [("Reviewed.", second.name)]


def test_a_draft_is_not_noted_as_reviewed(writer):
    with pytest.raises(moves.MoveNotAllowed):
        moves.confirm_review(ResourceFactory(draft=True), by=writer, checked=Check.values)


@pytest.mark.parametrize(
    ("reviewed", "due"),
    [
        (date(2026, 3, 2), date(2026, 9, 2)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2027, 6, 30)),
    ],
)
def test_the_next_review_is_six_months_later(reviewed, due):
    assert review_dates.next_review(reviewed) == due


@pytest.mark.parametrize("move", [moves.send_to_review, moves.archive])
def test_a_move_reads_again_under_a_lock(writer, move):
    with CaptureQueriesContext(connection) as queries:
        move(ResourceFactory(draft=True), by=writer)
    assert any("FOR UPDATE" in query["sql"] for query in queries)
