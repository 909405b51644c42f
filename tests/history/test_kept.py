"""Every change of content, submissions and accounts leaves an entry, however it was made."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from resources.models import Section, Topic
from selfharm_portal.accounts.models import StaffRole, User
from selfharm_portal.history import kept
from selfharm_portal.history.attribution import at_work
from selfharm_portal.history.models import Entry
from selfharm_portal.pages.models import ContactMessage
from sites.models import Region
from tests.factories import (
    AreaMembershipFactory,
    ContactMessageFactory,
    MeasureValueFactory,
    ResourceFactory,
    SectionFactory,
    TopicFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


BEFORE = {"id": 0}


@pytest.fixture(autouse=True)
def what_was_kept_before(request):
    """Entries outlive the rows of other tests, whose numbers may come again."""
    if "django_db" in request.keywords or "db" in request.fixturenames:
        request.getfixturevalue("db" if "transactional_db" not in request.fixturenames else "transactional_db")
        BEFORE["id"] = Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0


def entries(row) -> list[Any]:
    kept = Entry.objects.filter(id__gt=BEFORE["id"], model=row._meta.label, key=str(row.pk))
    return list(kept.order_by("id"))


def test_every_model_is_kept_or_says_why_not():
    ours = {
        model._meta.label
        for app in apps.get_app_configs()
        if Path(app.path).is_relative_to(settings.BASE_DIR) and "site-packages" not in app.path
        for model in app.get_models(include_auto_created=True)
    }
    assert {"resources.Resource", "accounts.User"} < ours
    is_kept = {found.model._meta.label for found in kept.kept_models()}
    assert is_kept | {"history.Entry", *kept.NOT_KEPT} == ours
    assert is_kept.isdisjoint(kept.NOT_KEPT)


def test_every_table_has_both_triggers():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, count(*) FROM pg_trigger "
            "WHERE tgfoid = 'history.keep()'::regprocedure AND tgenabled <> 'D' GROUP BY 1"
        )
        assert dict(cursor.fetchall()) == {found.model._meta.db_table: 2 for found in kept.kept_models()}


def test_a_trigger_that_is_gone_or_switched_off_comes_back_with_the_next_migrate():
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER history_of_rows ON resources_section")
        cursor.execute("ALTER TABLE resources_topic DISABLE TRIGGER history_of_truncate")
    assert kept.attach(connection) == ["resources_section", "resources_topic"]
    assert kept.attach(connection) == []


def test_a_row_comes_changes_and_goes():
    before = timezone.now()
    section = SectionFactory(title="Guidance")
    number = section.pk
    section.title = "Guidelines"
    section.save()
    section.delete()
    added, changed, deleted = entries(Section(pk=number))
    assert (added.what, added.before, added.after["title"]) == ("insert", None, "Guidance")
    assert (changed.what, changed.before["title"], changed.after["title"]) == ("update", "Guidance", "Guidelines")
    assert (deleted.what, deleted.before["title"], deleted.after) == ("delete", "Guidelines", None)
    assert before - timedelta(seconds=1) < added.at <= changed.at <= deleted.at < timezone.now() + timedelta(seconds=1)


def test_what_changes_nothing_leaves_no_entry():
    section = SectionFactory()
    section.save()
    assert len(entries(section)) == 1


def test_many_rows_at_once_leave_an_entry_each():
    Region.objects.bulk_create(Region(slug=f"r{n}", name=f"Region {n}", code=f"R{n}") for n in range(3))
    Region.objects.filter(slug__startswith="r").update(confirmed=True)
    for region in Region.objects.all():
        assert [entry.what for entry in entries(region)] == ["insert", "update"]


def test_plain_sql_leaves_an_entry_too():
    section = SectionFactory(title="Guidance")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE resources_section SET title = 'Typed' WHERE title LIKE 'Guid%'")
        cursor.execute("DELETE FROM resources_section WHERE id = %s", [section.pk])
    _, changed, deleted = entries(section)
    assert (changed.after["title"], deleted.what) == ("Typed", "delete")
    assert (changed.person, changed.via, changed.role) == (None, "", connection.settings_dict["USER"])


def test_a_choice_of_topics_is_kept_with_the_item():
    resource, topic = ResourceFactory(), TopicFactory()
    resource.topics.add(topic)
    resource.topics.remove(topic)
    choices = Entry.objects.of(resource).filter(model="resources.Resource_topics")
    assert list(choices.values_list("what", "before__topic_id", "after__topic_id")) == [
        ("delete", topic.pk, None),
        ("insert", None, topic.pk),
    ]


def test_of_a_message_to_ncish_its_coming_and_going_is_kept_and_no_word():
    message = ContactMessageFactory(subject="Words", name="Words", email="words@example.org", message="Words")
    number = message.pk
    message.delete()
    added, deleted = entries(ContactMessage(pk=number))
    assert (added.what, deleted.what) == ("insert", "delete")
    for entry in (added, deleted):
        kept_of_it = entry.after or entry.before
        assert set(kept_of_it) == {"id", "sent_at", "answered_at", "answered_by_id"}


def test_numbers_are_kept_as_submissions():
    [entry] = entries(MeasureValueFactory(numerator=42, denominator=60))
    assert (entry.part, entry.after["numerator"]) == ("submissions", 42)


def test_roles_are_kept_and_passwords_are_not():
    user = UserFactory(curator=True)
    user.roles = [StaffRole.CURATOR, StaffRole.ANALYST]
    user.is_active = False
    user.save()
    user.set_password("something that nobody may read")
    user.last_login = timezone.now()
    user.save()
    _, changed = entries(user)
    assert changed.part == "accounts"
    assert (changed.after["roles"], changed.after["is_active"]) == (["curator", "analyst"], False)
    assert not {"password", "last_login"} & set(changed.before | changed.after)
    [joined] = entries(AreaMembershipFactory())
    assert joined.part == "accounts"


@pytest.mark.django_db(transaction=True)
def test_an_emptied_table_leaves_an_entry():
    SectionFactory()
    call_command("flush", interactive=False, verbosity=0)
    newest = Entry.objects.filter(model="resources.Section")[0]
    assert (newest.what, newest.key) == ("truncate", "")


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_back_leaves_no_trace():
    with transaction.atomic():
        topic = TopicFactory(slug="taken-back")
        assert entries(topic)[-1].after["slug"] == "taken-back"
        transaction.set_rollback(True)
    assert not Topic.objects.exists()
    assert not Entry.objects.filter(model="resources.Topic", after__slug="taken-back").exists()


# Who


def rename(client, section, title, **data):
    address = f"/admin/resources/section/{section.pk}/change/"
    sent = {"title": title, "introduction": section.introduction, "position": section.position, **data}
    response = client.post(address, sent)
    assert response.status_code == 302
    return address


@pytest.mark.django_db(transaction=True)
def test_an_entry_names_the_person_and_the_page(client):
    section, curator = SectionFactory(), UserFactory(curator=True)
    client.force_login(curator)
    address = rename(client, section, "Renamed, 100 %")
    entry = entries(section)[-1]
    assert (entry.person, entry.via, entry.after["title"]) == (curator, address, "Renamed, 100 %")


@pytest.mark.django_db(transaction=True)
def test_the_next_request_over_the_same_connection_is_another_persons(client):
    """The test's client keeps the connection, as CONN_MAX_AGE does: both requests come over the same."""
    section, first, second = SectionFactory(), UserFactory(curator=True), UserFactory(curator=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        before = cursor.fetchone()
    for person in (first, second):
        client.force_login(person)
        rename(client, section, f"By {person.pk}")
    Section.objects.filter(pk=section.pk).update(title="By nobody")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), current_setting('history.at_work', true)")
        assert cursor.fetchone() == (*before, "")
    assert [entry.person for entry in entries(section)] == [None, first, second, None]


@pytest.mark.django_db(transaction=True)
def test_a_person_is_named_after_a_savepoint_is_taken_back():
    user = UserFactory()
    with at_work(via="/somewhere/", person=lambda: user.pk), transaction.atomic():
        with transaction.atomic():
            SectionFactory()
            transaction.set_rollback(True)
        section = SectionFactory()
    assert entries(section)[0].person == user


@pytest.mark.parametrize("via", ["/a'b/%s/", '/"; DROP TABLE x; --', "/é\0/", "/\\/"])
def test_an_address_is_text_whatever_it_holds(via):
    with at_work(via=via):
        section = SectionFactory()
        with connection.cursor() as cursor:
            cursor.execute("/* a comment */ UPDATE resources_section SET title = 'x' WHERE title LIKE '%'")
            cursor.executemany("UPDATE resources_section SET title = %s", [["100 %"], ["y"]])
    assert {entry.via for entry in entries(section)} == {via.replace("\0", "")}
    assert len(entries(section)) == 4


def test_a_reader_in_portions_is_left_alone():
    TopicFactory.create_batch(2)
    with at_work(via="command test"):
        query = "WITH found AS (SELECT * FROM resources_topic) SELECT * FROM found"
        assert len(list(Topic.objects.raw(query).iterator())) == 2
        assert len(list(Topic.objects.iterator(chunk_size=1))) == 2


@pytest.mark.django_db(transaction=True)
def test_an_account_that_signs_in_is_named_from_then_on(client):
    """The person is asked for at each writing, not at the beginning of the request."""
    asked = []
    with at_work(via="/", person=lambda: asked.append(1)):
        list(User.objects.all())
        assert asked == []
        SectionFactory()
        assert asked == [1]
