import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connections, transaction
from django.urls import reverse

from resources import reports
from resources.models import DistressTerm, ItemReport, ReportAbout
from selfharm_portal.pages import desk, pace
from tests.factories import ItemReportFactory, ResourceFactory, UserFactory

pytestmark = pytest.mark.django_db

HELP_FIRST = "If this is about you, you can talk to someone now"


@pytest.fixture
def item():
    return ResourceFactory(title="Care", code="NG225")


@pytest.fixture
def url(item):
    return reverse("resources:report", args=[item.slug])


def html_of(response):
    return response.content.decode()


def test_the_page_of_an_item_leads_to_the_form(client, item, url):
    assert f'href="{url}"' in html_of(client.get(item.get_absolute_url()))
    html = html_of(client.get(url))
    assert "Care (NG225)" in html
    for choice in ReportAbout:
        assert str(choice.label) in html


def test_a_report_is_kept_and_acknowledged_without_an_address(client, item, url):
    answer = client.post(url, {"about": "broken_link"})
    report = ItemReport.objects.get()
    assert (report.resource, report.about, report.message, report.email) == (item, "broken_link", "", "")
    assert answer.status_code == 302
    receipt = html_of(client.get(answer.url))
    assert report.reference in receipt
    assert "You gave no e-mail address" in receipt
    assert f'href="{item.get_absolute_url()}"' in receipt
    assert "noindex" in receipt


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({}, "Choose what is wrong"),
        ({"about": "nonsense"}, "“nonsense” is not in the list"),
        ({"about": "mistake", "message": ""}, "Write a sentence about what is wrong"),
        ({"about": "harm", "message": " \n "}, "Write a sentence about what is wrong"),
        ({"about": "other", "message": "x" * 5001}, "it can have 5,000 characters, and it has 5001"),
        ({"about": "broken_link", "email": "sam"}, "Write the e-mail address like name@example.org"),
        ({"about": "broken_link", "website": "https://spam.example"}, "Empty this field"),
    ],
)
def test_what_is_wrong_with_a_report_is_said_and_nothing_typed_is_lost(client, url, typed, error):
    answer = client.post(url, {"message": "My own words"} | typed)
    html = html_of(answer)
    assert answer.status_code == 200
    assert html.count(error) >= 2  # in the summary and beside the field
    assert "<title>Error: " in html
    assert "message" in typed or "My own words" in html
    assert typed.get("about") not in ReportAbout.values or "checked" in html
    assert not ItemReport.objects.exists()


@pytest.mark.parametrize("state", ["draft", "in_review", "archived"])
def test_there_is_no_report_about_what_is_not_published(client, state):
    client.force_login(UserFactory(curator=True))
    resource = ResourceFactory(publication_state=state, title="Secret")
    assert client.get(reverse("resources:report", args=[resource.slug])).status_code == 404
    receipt = html_of(client.get(ItemReportFactory(resource=resource).get_absolute_url()))
    assert "Secret" not in receipt


def test_a_receipt_belongs_to_its_item(client, url):
    report = ItemReportFactory(sent_at=datetime(2026, 6, 1, 22, 43, tzinfo=UTC))
    assert "Received on Monday 1 June 2026 at 11:43pm. " in html_of(client.get(report.get_absolute_url()))
    assert client.get(f"{url}sent/{report.receipt}/").status_code == 404
    assert client.get(f"{url}sent/9d4f0d4e-8c1e-4c3e-9b1e-000000000000/").status_code == 404


@pytest.mark.requirement("K5")
def test_help_comes_first_where_words_suggest_distress_and_none_is_logged(client, url, caplog):
    caplog.set_level(logging.DEBUG)
    DistressTerm.objects.create(term="want to die")
    html = html_of(client.post(url, {"message": "I want to die"}))
    assert html.index(HELP_FIRST) < html.index("There is a problem")
    answer = client.post(url, {"about": "other", "message": "I want to die"})
    assert "die" not in answer.url
    receipt = html_of(client.get(answer.url))
    assert receipt.index(HELP_FIRST) < receipt.index("<h1>Thank you, we have your report")
    assert "want to die" not in receipt
    ours = [record for record in caplog.records if not record.name.startswith("django.db")]
    assert "want to die" not in " ".join(record.getMessage() for record in ours)


def test_help_does_not_come_first_otherwise(client, url):
    DistressTerm.objects.create(term="want to die")
    assert HELP_FIRST not in html_of(client.get(url))
    answer = client.post(url, {"about": "mistake", "message": "The year is 2022."})
    assert HELP_FIRST not in html_of(client.get(answer.url))


class TestPace:
    @pytest.fixture(autouse=True)
    def two_an_hour(self, settings):
        settings.ACCOUNT_RATE_LIMITS = {"write_to_ncish": "2/h/ip"}

    def test_whoever_sends_too_much_is_asked_to_wait_and_loses_nothing(self, client, url):
        typed = {"about": "other", "message": "My own words"}
        assert [client.post(url, typed).status_code for _ in range(3)] == [302, 302, 429]
        html = html_of(client.post(url, typed))
        assert pace.TOO_OFTEN in html
        assert "My own words" in html
        assert ItemReport.objects.count() == 2
        assert client.post(url, typed, REMOTE_ADDR="203.0.113.9").status_code == 302

    def test_what_did_not_pass_does_not_count(self, client, url):
        for _ in range(5):
            assert client.post(url, {}).status_code == 200
        assert client.post(url, {"about": "broken_link"}).status_code == 302

    def test_letters_and_reports_are_counted_together(self, client, url):
        contact = reverse("pages:contact")
        assert client.post(contact, {"message": "A link is broken."}).status_code == 302
        assert client.post(url, {"about": "broken_link"}).status_code == 302
        assert client.post(contact, {"message": "A link is broken."}).status_code == 429

    @pytest.mark.django_db(transaction=True)
    def test_the_count_is_where_every_process_finds_it(self, client, url):
        typed = {"about": "broken_link"}

        def elsewhere():
            """With a connection, and so a view of the database, of its own."""
            try:
                return client.post(url, typed).status_code
            finally:
                connections.close_all()

        assert [client.post(url, typed).status_code for _ in range(2)] == [302, 302]
        with ThreadPoolExecutor(max_workers=1) as another:
            assert another.submit(elsewhere).result() == 429


class TestDesk:
    def test_reports_wait_on_the_desk_until_somebody_says_what_was_done(self, client):
        curator = UserFactory(curator=True)
        client.force_login(curator)
        report = ItemReportFactory(about="mistake", message="The year is 2022.")
        [queue] = [queue for queue in desk.queues(curator) if queue.label == "Reports to read"]
        assert queue.count == 1
        assert "The year is 2022." not in html_of(client.get(queue.url))
        assert report.reference in html_of(client.get(queue.url))

        change = reverse("admin:resources_itemreport_change", args=[report.pk])
        assert "The year is 2022." in html_of(client.get(change))
        client.post(change, {"what_was_done": "Corrected the year.", "message": "Rewritten"})
        report.refresh_from_db()
        assert (report.what_was_done, report.dealt_with_by) == ("Corrected the year.", curator)
        assert report.dealt_with_at is not None
        assert report.message == "The year is 2022."
        [queue] = [queue for queue in desk.queues(curator) if queue.label == "Reports to read"]
        assert queue.count == 0
        assert client.get(queue.url).context["cl"].result_count == 0

    def test_saving_without_a_word_deals_with_nothing(self, client):
        client.force_login(UserFactory(curator=True))
        report = ItemReportFactory()
        answer = client.post(reverse("admin:resources_itemreport_change", args=[report.pk]), {"what_was_done": ""})
        assert answer.status_code == 200
        report.refresh_from_db()
        assert report.dealt_with_at is None

    def test_the_first_who_dealt_with_it_stays(self):
        first, second = UserFactory(curator=True), UserFactory(curator=True)
        report = ItemReportFactory()
        assert reports.deal_with(report, by=first, what_was_done="Mended.")
        assert not reports.deal_with(report, by=second, what_was_done="Mended again.")
        report.refresh_from_db()
        assert (report.dealt_with_by, report.what_was_done) == (first, "Mended.")


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"about": "nonsense"}, "about_is_known"),
        ({"about": "harm"}, "says_what_is_wrong"),
        ({"what_was_done": "Mended."}, "dealt_with_when_by_whom_and_how"),
        ({"dealt_with_at": datetime(2026, 1, 1, tzinfo=UTC)}, "dealt_with_when_by_whom_and_how"),
    ],
)
def test_the_table_refuses_what_makes_no_sense(values, rule):
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        ItemReportFactory(**values)
