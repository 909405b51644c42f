import logging
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.urls import reverse

from resources.models import DistressTerm
from selfharm_portal.pages import contact, demonstration
from selfharm_portal.pages.models import ContactMessage
from tests.factories import ContactMessageFactory, UserFactory

pytestmark = pytest.mark.django_db

HELP_FIRST = "If this is about you, you can talk to someone now"


@pytest.fixture
def url():
    return reverse("pages:contact")


def send(client, url, **typed):
    return client.post(url, {"message": "A link is broken.", **typed})


def test_a_message_is_kept_mailed_and_acknowledged(client, url, settings, django_capture_on_commit_callbacks):
    settings.NCISH_EMAIL = "team@example.org"
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(client, url, subject="NG225", name="Sam", email="sam@example.org")
    message = ContactMessage.objects.get()
    assert (message.subject, message.name, message.email) == ("NG225", "Sam", "sam@example.org")
    assert answer.status_code == 302
    assert answer.url == message.get_absolute_url()
    assert message.reference in client.get(answer.url).content.decode()
    [letter] = mail.outbox
    assert letter.to == ["team@example.org"]
    assert letter.reply_to == ["sam@example.org"]
    assert "A link is broken." in letter.body
    assert message.reference in letter.subject
    assert "NG225" not in letter.subject
    assert demonstration.BANNER not in letter.body


def test_a_letter_from_a_demonstration_says_so(client, url, django_capture_on_commit_callbacks):
    demonstration.decide(demonstration=True, has_content=False)
    with django_capture_on_commit_callbacks(execute=True):
        send(client, url)
    [letter] = mail.outbox
    assert demonstration.BANNER in letter.body
    assert "Demonstration" in letter.subject


def test_no_letter_goes_out_for_a_message_that_was_not_kept():
    with pytest.raises(RuntimeError):
        contact_that_fails()
    assert ContactMessage.objects.count() == 0
    assert mail.outbox == []


def contact_that_fails():
    from django.db import transaction

    with transaction.atomic():
        contact.receive(message="A link is broken.")
        raise RuntimeError


def test_a_mail_server_that_does_not_answer_loses_nothing_and_logs_no_word(
    client, url, settings, caplog, django_capture_on_commit_callbacks
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with caplog.at_level(logging.INFO), django_capture_on_commit_callbacks(execute=True):
        assert send(client, url, message="SECRET words", subject="SECRET subject").status_code == 302
    assert ContactMessage.objects.get().message == "SECRET words"
    assert "SECRET" not in caplog.text


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"message": ""}, "Write your message"),
        ({"message": " \n "}, "Write your message"),
        ({"message": "x" * 5001}, "it can have 5,000 characters, and it has 5001"),
        ({"email": "sam"}, "Write the e-mail address like name@example.org"),
        ({"subject": "x" * 151}, "Make the subject shorter"),
        ({"name": "x" * 121}, "Make the name shorter"),
        ({"website": "https://spam.example"}, "Empty this field"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client, url, typed, error):
    answer = client.post(url, {"message": "My message", "subject": "My subject", "name": "Sam"} | typed)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert html.count(error) >= 2  # in the summary and beside the field
    assert "<title>Error: " in html
    for kept in {"message": "My message", "subject": "My subject", "name": "Sam"}.items() - typed.items():
        if kept[0] not in typed:
            assert kept[1] in html
    assert not ContactMessage.objects.exists()


def test_nothing_at_all_is_an_answer_too(client, url):
    assert "Write your message" in client.post(url, {}).content.decode()


def test_a_subject_may_be_filled_in_by_the_address_and_is_one_line(client, url):
    assert 'value="Advice &lt;b&gt;"' in client.get(url, {"subject": "Advice <b>"}).content.decode()
    send(client, url, subject="Two\nlines\r\nBcc: x")
    assert ContactMessage.objects.get().subject == "Two lines Bcc: x"


@pytest.mark.requirement("K5")
@pytest.mark.parametrize("field", ["message", "subject"])
def test_help_comes_first_where_words_suggest_distress(client, url, caplog, field):
    DistressTerm.objects.create(term="want to die")
    html = client.post(url, {field: "I want to die", "email": "not an address"}).content.decode()
    assert html.index(HELP_FIRST) < html.index("There is a problem")
    answer = send(client, url, **{field: "I want to die"})
    assert "die" not in answer.url
    receipt = client.get(answer.url).content.decode()
    assert receipt.index(HELP_FIRST) < receipt.index("<h1>Your message is with NCISH")
    assert "want to die" not in receipt
    assert "want to die" not in caplog.text


def test_help_does_not_come_first_otherwise(client, url):
    DistressTerm.objects.create(term="want to die")
    assert HELP_FIRST not in client.get(url).content.decode()
    answer = send(client, url)
    assert HELP_FIRST not in client.get(answer.url).content.decode()


def test_an_unknown_receipt_is_not_there(client):
    assert client.get("/contact/sent/9d4f0d4e-8c1e-4c3e-9b1e-000000000000/").status_code == 404


def test_the_receipt_says_when_as_people_write_it(client):
    received = ContactMessageFactory(sent_at=datetime(2026, 6, 1, 22, 43, tzinfo=UTC))
    html = client.get(received.get_absolute_url()).content.decode()
    assert "Received on Monday 1 June 2026 at 11:43pm. " in html


def test_marking_as_answered_keeps_the_first_mark():
    first, second = UserFactory(curator=True), UserFactory(curator=True)
    message = ContactMessageFactory()
    assert contact.mark_answered(ContactMessage.objects.all(), by=first) == 1
    assert contact.mark_answered(ContactMessage.objects.all(), by=second) == 0
    message.refresh_from_db()
    assert message.answered_by == first
