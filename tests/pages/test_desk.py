import pytest
from django.urls import reverse

from selfharm_portal.pages.desk import queues
from tests.factories import ContactMessageFactory, ResourceFactory, SubmissionFactory, UserFactory

pytestmark = pytest.mark.django_db


def waiting_for(user):
    return {queue.label: queue.count for queue in queues(user)}


def test_a_curator_sees_what_waits_in_the_library_and_in_the_post():
    ResourceFactory(publication_state="draft")
    ContactMessageFactory()
    waiting = waiting_for(UserFactory(roles=["curator"]))
    assert waiting["Drafts of the library"] == 1
    assert waiting["Messages to answer"] == 1
    assert "Months to check" not in waiting


def test_an_analyst_sees_what_waits_of_the_months():
    SubmissionFactory(submitted=True)
    waiting = waiting_for(UserFactory(roles=["analyst"]))
    assert waiting == {"Months to check": 1, "Late months": 0}


def test_an_administrator_has_no_queue():
    assert queues(UserFactory(roles=["administrator"])) == []


def test_every_queue_leads_to_its_rows(client):
    user = UserFactory(roles=["curator", "analyst"])
    client.force_login(user)
    page = client.get(reverse("admin:index"))
    for queue in queues(user):
        assert queue.label in page.content.decode()
        assert client.get(queue.url).status_code == 200, queue.url
