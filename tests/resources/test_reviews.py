"""The checklist: nothing is published without all of it, and what is edited afterwards is read again."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from resources.models import Check, Resource, Review
from selfharm_portal.publishing import moves
from selfharm_portal.publishing.models import PublicationState
from tests.factories import (
    MeasureSourceFactory,
    ReadingListEntryFactory,
    ResourceFactory,
    ResourcePublisherFactory,
    ReviewFactory,
    TopicFactory,
    UserFactory,
)
from tests.resources.at_the_desk import LIST, change_url, press, said, tick

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_review():
    return ResourceFactory(
        draft=True, publication_state=PublicationState.IN_REVIEW, author=UserFactory(curator=True), title="A guide"
    )


def checklist_of(resource):
    return reverse("admin:resources_resource_review", args=[resource.pk])


@pytest.mark.requirement("B3")
def test_the_checklist_is_stored_with_who_and_when(client, curator, in_review):
    assert said(tick(client, checklist_of(in_review))) == ["“A guide” is published."]
    review = Review.objects.get()
    assert (review.resource, review.by, set(review.checked)) == (in_review, curator, set(Check.values))
    in_review.refresh_from_db()
    assert in_review.is_published
    html = client.get(change_url(in_review)).content.decode()
    assert f"{review.made_at:%d.%m.%Y}" in html
    assert str(curator) in client.get(reverse("admin:resources_review_changelist")).content.decode()


@pytest.mark.parametrize("missing", Check.values)
def test_a_box_that_is_not_ticked_says_so_beside_it_and_nothing_is_published(client, curator, in_review, missing):
    response = tick(client, checklist_of(in_review), leave_out=[missing])
    assert list(response.context["form"].errors) == [missing]
    assert f'aria-describedby="id_{missing}-meaning id_{missing}-error"' in response.content.decode()
    in_review.refresh_from_db()
    assert not in_review.is_published
    assert not Review.objects.exists()


def test_no_function_publishes_without_it(in_review):
    with pytest.raises(moves.NotChecked):
        moves.publish(in_review, by=UserFactory(curator=True), checked=[Check.LINK])
    in_review.refresh_from_db()
    assert not in_review.is_published
    with pytest.raises(moves.NotChecked):
        moves.confirm_review(ResourceFactory(), by=UserFactory(curator=True), checked=[])


def test_the_table_takes_no_half_of_it():
    for checked in ([], Check.values[:-1], [*Check.values, "mood"]):
        with pytest.raises(IntegrityError, match="whole_checklist"), transaction.atomic():
            ReviewFactory(checked=checked)


def test_nobody_rewrites_or_deletes_it(client, curator):
    review = ReviewFactory()
    assert client.get(reverse("admin:resources_review_add")).status_code == 403
    assert client.post(change_url(review), {"by": curator.pk}).status_code == 403
    assert client.post(reverse("admin:resources_review_delete", args=[review.pk]), {"post": "yes"}).status_code == 403


def test_whoever_wrote_it_does_not_get_to_the_checklist(client, curator):
    mine = ResourceFactory(draft=True, publication_state=PublicationState.IN_REVIEW, author=curator)
    response = client.get(checklist_of(mine), follow=True)
    assert response.redirect_chain == [(change_url(mine), 302)]
    assert "somebody else has to publish it" in said(response)[0]


def test_the_page_shows_what_is_to_be_checked(client, curator, in_review):
    Resource.objects.filter(pk=in_review.pk).update(summary="", content_note="It speaks of a death.")
    html = client.get(checklist_of(in_review)).content.decode()
    for text in ("Not written yet", "It speaks of a death.", in_review.url, "Professionals", "Guideline"):
        assert text in html
    assert f'href="{in_review.get_absolute_url()}"' in html


class TestPreview:
    """What a curator sees before publishing is what readers get afterwards."""

    NOTICE = re.compile(r'<section class="cc-notice" aria-labelledby="preview">.*?</section>\n?', re.DOTALL)
    NO_INDEX = '<meta name="robots" content="noindex">'

    @pytest.fixture
    def full(self, in_review):
        """With whatever a page is made of."""
        Resource.objects.filter(pk=in_review.pk).update(doi="10.5555/1", authors=["Hawton K"], year=2024)
        in_review.topics.add(TopicFactory())
        ResourceFactory(title="What it replaced", status="superseded", superseded_by=in_review)
        ResourcePublisherFactory(resource=in_review)
        ReadingListEntryFactory(resource=in_review)
        MeasureSourceFactory(resource=in_review)
        return in_review

    @pytest.mark.requirement("B3")
    @pytest.mark.parametrize("looked_at_as", ["draft", "in_review", "archived"])
    def test_the_preview_equals_the_public_page(self, client, curator, full, looked_at_as):
        Resource.objects.filter(pk=full.pk).update(publication_state=looked_at_as)
        preview = client.get(full.get_absolute_url()).content.decode()
        assert self.NOTICE.search(preview)
        Resource.objects.filter(pk=full.pk).update(publication_state="in_review")

        moves.publish(full, by=curator, checked=Check.values)
        public = client.get(full.get_absolute_url()).content.decode()
        preview = self.NOTICE.sub("", preview).replace(self.NO_INDEX, "")
        assert preview == public
        client.logout()
        to_everybody = client.get(full.get_absolute_url()).content.decode()
        assert to_everybody.partition("<main")[2] == preview.partition("<main")[2]  # before it, the way to sign in

    def test_looking_changes_nothing(self, client, curator, full):
        before = Resource.objects.filter(pk=full.pk).values().get()
        client.get(full.get_absolute_url())
        assert Resource.objects.filter(pk=full.pk).values().get() == before
        assert not full.changes.exists()

    def test_the_author_may_look_too_and_what_is_missing_is_said(self, client):
        author = UserFactory(curator=True)
        client.force_login(author)
        mine = ResourceFactory(draft=True, author=author, summary="")
        assert "To be published it needs a title, a summary" in client.get(mine.get_absolute_url()).content.decode()

    def test_each_item_has_the_button(self, client, curator, full):
        assert "Preview as readers will see it" in client.get(change_url(full)).content.decode()
        assert "See it as readers do" in client.get(change_url(ResourceFactory())).content.decode()


class TestLaterEdits:
    """They go live at once, are told in a sentence, and wait for a second person."""

    @pytest.fixture
    def published(self, client, in_review):
        reviewer = UserFactory(curator=True)
        return moves.publish(in_review, by=reviewer, checked=Check.values)

    def edit(self, client, resource, **answers):
        press(client, resource, "_continue", **answers)
        resource.refresh_from_db()

    @pytest.mark.requirement("B3")
    def test_an_edit_goes_live_writes_a_sentence_of_history_and_queues_for_review(self, client, curator, published):
        self.edit(client, published, title="A better title")
        assert "A better title" in client.get(published.get_absolute_url()).content.decode()
        assert published.changes.first().sentence == "Changed: title."
        assert list(Resource.objects.edited_since_review()) == [published]
        waiting = client.get(LIST, {"review": "edited"})
        assert list(waiting.context["cl"].queryset) == [published]
        assert "Published, edited since its review" in waiting.content.decode()

        client.force_login(UserFactory(curator=True))
        page = client.get(checklist_of(published)).content.decode()
        assert "Changed: title." in page
        tick(client, checklist_of(published))
        assert not Resource.objects.edited_since_review()
        assert published.reviews.count() == 2

    def test_nobody_reviews_their_own_edit_not_even_when_others_edited_after_them(self, client, curator, published):
        self.edit(client, published, title="A better title")
        client.force_login(UserFactory(curator=True))
        self.edit(client, published, cost="free")
        with pytest.raises(moves.SecondPersonNeeded, match="You changed it since its review"):
            moves.confirm_review(published, by=curator, checked=Check.values)
        assert moves.confirm_review(published, by=UserFactory(curator=True), checked=Check.values).edited_at is None

    def test_what_readers_do_not_see_needs_no_review(self, client, curator, published):
        self.edit(client, published, curator_note="For us.", evidence="Seen on their page.")
        assert not Resource.objects.edited_since_review()

    def test_a_draft_that_is_edited_waits_for_nothing(self, client, curator):
        draft = ResourceFactory(draft=True)
        self.edit(client, draft, title="A better title")
        assert draft.edited_at is None
