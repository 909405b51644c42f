from datetime import date

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from resources.models import (
    Helpline,
    NeverSuggestedTerm,
    Publisher,
    ReadingList,
    Resource,
    ResourceChange,
    SynonymGroup,
)
from selfharm_portal.publishing.models import PublicationState
from tests.factories import (
    DistressTermFactory,
    HelplineFactory,
    NeverSuggestedTermFactory,
    PublisherFactory,
    ReadingListEntryFactory,
    ReadingListFactory,
    ResourceChangeFactory,
    ResourceFactory,
    ResourcePublisherFactory,
    SectionFactory,
    SynonymGroupFactory,
    TopicFactory,
    UserFactory,
)
from tests.resources.at_the_desk import ADD, LIST, change_url, press, said, tick, typed

pytestmark = pytest.mark.django_db

MODELS = [
    "link", "reminder", "resource", "resourcechange", "importedfile", "review", "notthesame", "section", "topic",
    "publisher", "readinglist", "helpline", "itemreport", "failedsearch", "synonymgroup", "distressterm",
    "neversuggestedterm",
]  # fmt: skip


def test_every_model_of_the_library_is_registered():
    from django.apps import apps

    inlines = {"resourcepublisher", "readinglistentry"}
    names = {m._meta.model_name for m in apps.get_app_config("resources").get_models() if not m._meta.auto_created}
    assert names - inlines == set(MODELS)
    assert {m._meta.model_name for m in admin.site._registry if m._meta.app_label == "resources"} == set(MODELS)


@pytest.mark.parametrize("model", MODELS)
def test_lists_answer_and_search(client, curator, model):
    for factory in (ResourceChangeFactory, ReadingListEntryFactory, HelplineFactory, SynonymGroupFactory):
        factory()
    for factory in (DistressTermFactory, NeverSuggestedTermFactory, TopicFactory, ResourcePublisherFactory):
        factory()
    url = reverse(f"admin:resources_{model}_changelist")
    assert client.get(url).status_code == 200
    assert client.get(url, {"q": "anything"}).status_code == 200


@pytest.mark.parametrize("role", ["analyst", "administrator"])
def test_only_curators_see_the_library_here(client, role):
    client.force_login(UserFactory(**{role: True}))
    assert client.get(LIST).status_code == 403
    assert client.get(change_url(ResourceFactory())).status_code == 403


@pytest.mark.parametrize(
    "query", ["review=overdue", "review=edited", "review=never", "reader=you", "publication_state__exact=draft"]
)
def test_filters_of_the_list(client, curator, query):
    due = ResourceFactory(review_due=date(2026, 1, 6), reader=["professionals", "you"])
    draft = ResourceFactory(draft=True)
    edited = ResourceFactory(edited_at=timezone.now())
    shown = set(client.get(f"{LIST}?{query}").context["cl"].queryset)
    assert (
        shown
        == {
            "review=overdue": {due},
            "review=edited": {edited},
            "review=never": {due, draft, edited},
            "reader=you": {due},
            "publication_state__exact=draft": {draft},
        }[query]
    )


def test_the_list_costs_the_same_queries_for_1_item_and_for_30(client, curator, django_assert_max_num_queries):
    ResourceFactory(owner=curator)
    client.get(LIST)
    with django_assert_max_num_queries(12):
        client.get(LIST)
    ResourceFactory.create_batch(29, owner=UserFactory(curator=True))
    with django_assert_max_num_queries(12):
        client.get(LIST)


def test_adding_a_draft_notes_its_author_and_begins_its_history(client, curator):
    section = SectionFactory()
    answers = {"title": "New", "slug": "new-item", "section": section.pk, "type": "report", "reader": ["families"]}
    response = client.post(ADD, typed(client.get(ADD), authors="Hawton K\nWitt KG\n", **answers), follow=True)
    resource = Resource.objects.get(slug="new-item")
    assert response.status_code == 200
    assert (resource.author, resource.publication_state) == (curator, PublicationState.DRAFT)
    assert resource.authors == ["Hawton K", "Witt KG"]
    assert resource.changes.get().sentence == "Added as a draft."


def test_reserved_addresses_are_refused_beside_the_field(client, curator):
    answers = {"title": "New", "slug": "feed", "section": SectionFactory().pk, "type": "report", "reader": ["families"]}
    response = client.post(ADD, typed(client.get(ADD), **answers))
    assert "address of a page of this site" in str(response.context["adminform"].form.errors["slug"])


@pytest.mark.parametrize(
    ("answers", "field", "says"),
    [
        ({"status": "superseded"}, "superseded_by", "go together"),
        ({"status": "in_development"}, "expected_on", "expected date"),
        ({"status": "withdrawn"}, "status_reason", "why it was withdrawn"),
        ({"year": "2021", "date_published": "2022-09-07"}, "date_published", "another year"),
        ({"url": ""}, "url", "how to get it"),
        ({"review_due": ""}, "review_due", "Fill in “Review due”"),
        ({"reader": []}, "reader", "Choose “May be shown to”"),
        ({"qs34_statements": ["1", "9"]}, "qs34_statements", "“9” is not in the list"),
    ],
)
def test_a_broken_rule_is_said_beside_its_field(client, curator, answers, field, says):
    url = change_url(ResourceFactory())
    response = client.post(url, typed(client.get(url), **answers))
    assert says in str(response.context["adminform"].form.errors[field])


def test_saving_writes_a_sentence_about_what_readers_see(client, curator):
    resource = ResourceFactory()
    press(client, resource, "_continue", title="A better title", curator_note="Only for us.")
    resource.refresh_from_db()
    assert (resource.title, resource.curator_note) == ("A better title", "Only for us.")
    change = resource.changes.get()
    assert (change.sentence, change.by) == ("Changed: title.", curator)
    press(client, resource, "_continue", curator_note="Still only for us.")
    press(client, resource, "_continue")
    assert resource.changes.count() == 1


def test_saving_keeps_what_somebody_else_moved_meanwhile(client, curator):
    resource = ResourceFactory()
    answers = typed(client.get(change_url(resource)), title="Edited")
    Resource.objects.filter(pk=resource.pk).update(publication_state=PublicationState.ARCHIVED)
    client.post(change_url(resource), answers)
    resource.refresh_from_db()
    assert (resource.title, resource.publication_state) == ("Edited", PublicationState.ARCHIVED)


def test_the_state_and_the_reviewer_cannot_be_typed(client, curator):
    resource = ResourceFactory(draft=True)
    press(client, resource, "_continue", publication_state="published", reviewer=str(curator.pk))
    resource.refresh_from_db()
    assert (resource.publication_state, resource.reviewer) == (PublicationState.DRAFT, None)


def test_one_curator_sends_it_to_review_and_a_second_publishes_it(client, curator):
    resource = ResourceFactory(draft=True, title="A guide")
    response = press(client, resource, "_send_to_review", summary="Edited in the same step.")
    assert "“A guide” is sent to review." in said(response)
    assert 'name="_publish"' not in response.content.decode()
    assert "somebody else has to publish it" in response.content.decode()

    response = press(client, resource, "_publish")
    assert "“A guide” stays as it is. You wrote it or sent it to review" in said(response)[-1]

    client.force_login(UserFactory(curator=True))
    assert 'name="_publish"' in client.get(change_url(resource)).content.decode()
    checklist = press(client, resource, "_publish")
    assert "“A guide” is published." in said(tick(client, checklist.redirect_chain[-1][0]))
    resource.refresh_from_db()
    assert resource.is_published
    assert resource.summary == "Edited in the same step."
    assert client.get(resource.get_absolute_url()).status_code == 200


def test_a_move_is_not_made_while_the_form_has_an_error(client, curator):
    resource = ResourceFactory(draft=True)
    press(client, resource, "_send_to_review", title="")
    resource.refresh_from_db()
    assert resource.publication_state == PublicationState.DRAFT


def test_what_is_missing_is_said_and_nothing_moves(client, curator):
    resource = ResourceFactory(publication_state=PublicationState.IN_REVIEW, summary="")
    checklist = press(client, resource, "_publish").redirect_chain[-1][0]
    assert "a title, a summary, and a link" in said(tick(client, checklist))[-1]
    resource.refresh_from_db()
    assert resource.publication_state == PublicationState.IN_REVIEW


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        ("draft", {"_send_to_review", "_archive"}),
        ("in_review", {"_publish", "_back_to_draft"}),
        ("published", {"_archive", "_confirm_review"}),
        ("archived", {"_back_to_draft"}),
    ],
)
def test_only_the_buttons_that_lead_somewhere_are_shown(client, curator, state, buttons):
    response = client.get(change_url(ResourceFactory(publication_state=state)))
    assert {move["name"] for move in response.context["moves"]} == buttons


def test_actions_say_what_happened_to_each_item(client, curator):
    draft = ResourceFactory(draft=True, title="A draft")
    published = ResourceFactory(title="A page")
    chosen = {"action": "send_to_review", "_selected_action": [draft.pk, published.pk]}
    messages = said(client.post(LIST, chosen, follow=True))
    assert "“A draft” is sent to review." in messages
    assert "“A page” stays as it is. It is published, and that does not lead to in review." in messages
    chosen = {"action": "archive", "_selected_action": [published.pk]}
    assert said(client.post(LIST, chosen, follow=True)) == ["“A page” is archived."]
    assert {name for name, _ in client.get(LIST).context["action_form"].fields["action"].choices} == {
        "",
        "send_to_review",
        "archive",  # and none that publishes: the checklist is about one text
    }


def test_nothing_of_the_library_can_be_deleted_here(client, curator):
    assert "delete_selected" not in client.get(LIST).content.decode()
    for row in (ResourceFactory(), HelplineFactory(), SynonymGroupFactory(), ReadingListFactory()):
        assert client.post(f"{change_url(row).removesuffix('change/')}delete/", {"post": "yes"}).status_code == 403


def test_an_address_once_published_is_kept(client, curator):
    resource = ResourceFactory(slug="promised")
    press(client, resource, "_continue", slug="other")
    resource.refresh_from_db()
    assert resource.slug == "promised"


def test_view_on_site_leads_to_the_page(client, curator):
    resource = ResourceFactory(draft=True)
    assert (
        f'href="{resource.get_absolute_url()}" class="viewsitelink"'
        in client.get(change_url(resource)).content.decode()
    )


def test_history_is_shown_and_nobody_rewrites_it(client, curator):
    change = ResourceChangeFactory(sentence="Link repaired.")
    assert "Link repaired." in client.get(change_url(change.resource)).content.decode()
    assert client.get(reverse("admin:resources_resourcechange_add")).status_code == 403
    client.post(change_url(change), {"sentence": "Rewritten."})
    assert ResourceChange.objects.get().sentence == "Link repaired."


def test_only_curators_can_own_an_item(client, curator):
    UserFactory(analyst=True)
    UserFactory(curator=True, is_active=False)
    owner = client.get(change_url(ResourceFactory())).context["adminform"].form.fields["owner"]
    assert list(owner.queryset) == [curator]


def test_publishers_of_an_item_can_be_added(client, curator):
    resource, publisher = ResourceFactory(), PublisherFactory()
    press(
        client,
        resource,
        "_continue",
        **{
            "resource_publishers-TOTAL_FORMS": "1",
            "resource_publishers-0-publisher": str(publisher.pk),
            "resource_publishers-0-position": "1",
        },
    )
    assert list(resource.publishers.all()) == [publisher]
    assert resource.changes.get().sentence == "Changed: publishers."


def test_a_public_list_refuses_what_its_readers_may_not_be_shown(client, curator):
    entry = ReadingListEntryFactory(
        reading_list__audience="families_and_carers", resource__reader=["professionals", "families"]
    )
    staff_only = ResourceFactory()
    url = change_url(entry.reading_list)
    response = client.post(url, typed(client.get(url), **{"entries-0-resource": str(staff_only.pk)}))
    errors = response.context["inline_admin_formsets"][0].formset.errors
    assert "This list is for: Families and friends." in str(errors)


@pytest.mark.parametrize("audience", ["", "people_who_self_harm"])
def test_a_new_list_is_refused_beside_the_field(client, curator, audience):
    data = {
        "title": "First reading",
        "slug": "first-reading",
        "introduction": "Where to begin.",
        "audience": audience,
        "position": "0",
        "entries-TOTAL_FORMS": "1",
        "entries-INITIAL_FORMS": "0",
        "entries-0-position": "1",
        "entries-0-resource": str(ResourceFactory().pk),
        "entries-0-why": "It is short.",
    }
    response = client.post(reverse("admin:resources_readinglist_add"), data)
    of_the_list = response.context["adminform"].form.errors
    [of_the_entry] = response.context["inline_admin_formsets"][0].formset.errors
    assert [*of_the_list, *of_the_entry] == (["resource"] if audience else ["audience"])


def test_lists_of_words_are_typed_one_a_line(client, curator):
    group = SynonymGroupFactory(terms=["gp", "general practice"])
    url = change_url(group)
    response = client.get(url)
    assert "gp\ngeneral practice</textarea>" in response.content.decode()
    client.post(url, typed(response, terms="gp\r\n\r\n doctor \r\n"))
    assert SynonymGroup.objects.get().terms == ["gp", "doctor"]
    response = client.post(url, typed(response, terms="gp"))
    assert "at least two terms" in str(response.context["adminform"].form.errors["terms"])


def test_spellings_of_a_publisher(client, curator):
    publisher = PublisherFactory()
    press(client, publisher, "_continue", other_spellings="One\nTwo")
    assert Publisher.objects.get().other_spellings == ["One", "Two"]


def test_a_help_line_that_is_verified_is_verified_today(client, curator):
    press(client, HelplineFactory(verified=False), "_continue", verified="on")
    line = Helpline.objects.get()
    assert (line.verified, line.last_verified) == (True, timezone.localdate())


def test_a_help_line_without_a_way_to_reach_it_is_refused_beside_the_field(client, curator):
    url = change_url(HelplineFactory())
    response = client.post(url, typed(client.get(url), phone="", phone_tel=""))
    assert "at least one way" in str(response.context["adminform"].form.errors["phone"])


@pytest.mark.parametrize(
    ("last", "says"),
    [(None, "not since it was loaded"), (date(2020, 1, 2), "02.01.2020, ring it again"), ("today", "")],
)
def test_the_list_of_help_lines_says_which_to_ring_again(client, curator, last, says):
    today = timezone.localdate()
    HelplineFactory(last_verified=today if last == "today" else last)
    html = client.get(reverse("admin:resources_helpline_changelist")).content.decode()
    assert (says or f"{today:%d.%m.%Y}") in html
    assert ("ring it again" in html) == ("ring" in says)


def test_words_and_lists_are_taken_out_of_use(client, curator):
    word, reading_list = NeverSuggestedTermFactory(), ReadingListFactory()
    press(client, word, "_continue", in_use=False)
    press(client, reading_list, "_continue", shown=False)
    assert not NeverSuggestedTerm.objects.get().in_use
    assert not ReadingList.objects.get().shown
