"""Admin for the curator: every list and form opens, and says no where it must."""

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from selfharm_portal.pages import demonstration
from selfharm_portal.pages.models import ContactMessage, Page, PageKey, Partner, Person
from sites.models import Area, Infographic, Milestone
from tests.factories import (
    AreaFactory,
    AreaLinkFactory,
    AreaSuccessorFactory,
    ContactMessageFactory,
    InfographicFactory,
    InfographicPanelFactory,
    MilestoneFactory,
    OtherMaterialFactory,
    PageFactory,
    PageSectionFactory,
    PartnerFactory,
    PersonFactory,
    ThemeFactory,
    UserFactory,
    WayInFactory,
)

pytestmark = pytest.mark.django_db

OURS = [model for model in admin.site._registry if model._meta.app_label in ("pages", "sites")]


@pytest.fixture
def curator(client):
    user = UserFactory(curator=True)
    client.force_login(user)
    return user


@pytest.fixture
def rows():
    """One of everything."""
    demonstration.decide(demonstration=True, has_content=False)
    page = PageFactory(key=PageKey.HOME)
    PageSectionFactory(page=page, heading="Contact", body_markdown="Write to **[an address]**.")
    WayInFactory(page=page)
    PersonFactory()
    PartnerFactory()
    ContactMessageFactory()
    area = AreaFactory()
    area.themes.add(ThemeFactory())
    AreaSuccessorFactory(area=area)
    AreaLinkFactory(area=area)
    MilestoneFactory(area=area)
    MilestoneFactory(area=None, key="programme-1")
    InfographicPanelFactory(infographic=InfographicFactory(area=area))
    OtherMaterialFactory()


def name(model, view):
    return f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}"


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_a_curator_can_list_search_and_open_every_model(client, curator, rows, model):
    assert client.get(reverse(name(model, "changelist"))).status_code == 200
    if admin.site._registry[model].search_fields:
        assert client.get(reverse(name(model, "changelist")), {"q": "words"}).status_code == 200
    for row in model._default_manager.all():
        assert client.get(reverse(name(model, "change"), args=[row.pk])).status_code == 200
    assert client.get(reverse(name(model, "add"))).status_code in (200, 403)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_others_of_the_staff_cannot(client, rows, model):
    for role in ("analyst", "administrator"):
        client.force_login(UserFactory(**{role: True}))
        assert client.get(reverse(name(model, "changelist"))).status_code == 403
    assert client.get(reverse("admin:pages_page_gaps")).status_code == 403


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_a_list_costs_the_same_queries_whatever_its_rows(client, curator, rows, model, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        client.get(reverse(name(model, "changelist")))


def test_the_list_of_gaps_has_the_words_of_each_and_leads_to_its_page(client, curator, rows):
    html = client.get(reverse("admin:pages_page_gaps")).content.decode()
    assert "an address" in html
    assert "(Contact)" in html
    assert reverse("admin:pages_page_changelist") in html
    changelist = client.get(reverse("admin:pages_page_changelist")).content.decode()
    assert "1 to fill" in changelist
    assert reverse("admin:pages_page_gaps") in changelist


def test_a_message_is_read_and_marked_but_never_changed(client, curator):
    message = ContactMessageFactory(message="A link is broken.")
    url = reverse("admin:pages_contactmessage_change", args=[message.pk])
    assert "A link is broken." in client.get(url).content.decode()
    client.post(url, {"message": "Changed"})
    client.post(
        reverse("admin:pages_contactmessage_changelist"),
        {"action": "mark_answered", "_selected_action": [message.pk]},
    )
    answered = ContactMessage.objects.get()
    assert answered.message == "A link is broken."
    assert answered.answered_by == curator
    assert client.get(reverse("admin:pages_contactmessage_add")).status_code == 403


def test_a_message_is_deleted_after_a_question_and_admin_keeps_no_word_of_it(client, curator):
    message = ContactMessageFactory(subject="My own story", name="Sam", message="A link is broken.")
    url = reverse("admin:pages_contactmessage_delete", args=[message.pk])
    assert message.reference in client.get(url).content.decode()
    assert ContactMessage.objects.exists()
    page = client.post(url, {"post": "yes"}, follow=True).content.decode()
    assert not ContactMessage.objects.exists()
    assert f"The e-mail with {message.reference} is still in NCISH&#x27;s mailbox." in page
    [noted] = LogEntry.objects.all()
    assert (noted.user, noted.object_repr, noted.change_message) == (curator, message.reference, "")


def test_messages_are_not_deleted_many_at_once(client, curator):
    message = ContactMessageFactory()
    url = reverse("admin:pages_contactmessage_changelist")
    client.post(url, {"action": "delete_selected", "_selected_action": [message.pk], "post": "yes"})
    assert ContactMessage.objects.exists()


def test_what_the_database_is_cannot_be_changed_or_removed(client, curator, rows):
    for view in ("change", "delete"):
        url = reverse(f"admin:pages_portaldatabase_{view}", args=[True])
        client.post(url, {"kind": "real", "post": "yes"})
    assert demonstration.is_demonstration()


#: Rows that the next load of content would bring back, or that others hang on.
KEPT = {
    "page", "persongroup", "person", "partner", "portaldatabase",
    "region", "theme", "area", "infographic", "othermaterial",
}  # fmt: skip


def test_what_came_with_the_content_is_hidden_and_not_deleted(client, curator, rows):
    request = client.get("/admin/").wsgi_request
    for model in OURS:
        for row in model._default_manager.all():
            kept = model._meta.model_name in KEPT or (isinstance(row, Milestone) and row.key is not None)
            assert admin.site._registry[model].has_delete_permission(request, row) is not kept


def test_people_are_hidden_and_shown_again_from_the_list(client, curator):
    person = PersonFactory()
    for action, is_hidden in (("hide", True), ("show_again", False)):
        client.post(reverse("admin:pages_person_changelist"), {"action": action, "_selected_action": [person.pk]})
        person.refresh_from_db()
        assert person.is_hidden is is_hidden


def test_view_on_site_leads_to_the_public_page(client, curator, rows):
    for model in (Page, Area, Infographic, Person, Partner):
        row = model._default_manager.first()
        way = admin.site._registry[model].get_view_on_site_url(row)
        answer = client.get(way)
        assert answer.status_code in (200, 302)
        assert client.get(answer.get("Location", way)).status_code == 200


def test_forms_that_admin_makes_by_itself_speak_plainly_too(client, curator):
    client.force_login(curator)
    html = client.post(
        reverse("admin:resources_topic_add"), {"title": "", "slug": "", "position": "x"}
    ).content.decode()
    assert "Fill in “Title”" in html
    assert "Write a whole number in figures, such as 12" in html
    assert "This field is required" not in html
