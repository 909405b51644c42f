"""Nothing typed is lost: signed out, signed in elsewhere, and the database gone in the middle of a save."""

from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from measures import kept_typing, workflow
from measures.models import Submission
from measures.rules import TypedEntry
from selfharm_portal.accounts.models import AreaRole
from tests.measures.conftest import join
from tests.measures.test_month_views import field, fields_of, opened
from tests.measures.test_submission_views import section_of
from tests.measures.test_workflow import submitted

pytestmark = pytest.mark.requirement("E5")
PASSWORD = "of a lead who was signed out"


@pytest.fixture
def lead(client, team):
    team.lead.set_password(PASSWORD)
    team.lead.save()
    client.force_login(team.lead)
    return client


def signs_in(client, user, path: str):
    return client.post(f"{reverse('account_login')}?next={path}", {"login": user.email, "password": PASSWORD})


def session_ends(client) -> None:
    Session.objects.all().delete()
    client.cookies.pop("sessionid", None)


class TestSignedOut:
    def test_after_signing_in_again_what_was_typed_is_there_and_is_saved_by_saving(self, lead, team, month):
        path = section_of(month, team.count)
        form = opened(lead, month, team.count) | {field(team.count, "numerator"): "54", "then": "answers"}
        session_ends(lead)
        answer = lead.post(path, form)
        assert answer.url == f"{reverse('account_login')}?next={path}"
        assert kept_typing.SIGNED_OUT in lead.get(answer.url).content.decode()
        assert signs_in(lead, team.lead, path).url == path
        page = lead.get(path).content.decode()
        assert "You were signed out before it was saved" in page
        again = fields_of(page)
        assert (again[field(team.count, "numerator")], again["then"]) == ("54", "answers")
        assert not month.draft_entries.exists()
        lead.post(path, again)
        assert month.draft_entries.get(measure=team.count.measure).numerator == "54"
        assert "You were signed out before it was saved" not in lead.get(path).content.decode()

    def test_it_is_given_to_nobody_else(self, lead, team, month):
        path = section_of(month, team.count)
        form = opened(lead, month, team.count) | {field(team.count, "numerator"): "98765"}
        session_ends(lead)
        lead.post(path, form)
        colleague = join(team.area, AreaRole.LEAD)
        colleague.set_password(PASSWORD)
        colleague.save()
        signs_in(lead, colleague, path)
        assert "98765" not in lead.get(path).content.decode()

    def test_of_a_measure_that_somebody_saved_meanwhile_both_versions_are_shown(self, lead, team, month):
        path = section_of(month, team.count)
        form = opened(lead, month, team.count) | {
            field(team.count, "numerator"): "99",
            field(team.proportion, "numerator"): "41",
        }
        session_ends(lead)
        lead.post(path, form)
        by_another = [TypedEntry(team.count.measure.code, numerator="54")]
        workflow.save_draft(month, by_another, by=team.contributor, seen_lock_version=0)
        signs_in(lead, team.lead, path)
        page = lead.get(path).content.decode()
        assert "<td>99</td><td>54</td>" in page
        assert "<td>41</td>" not in page  # nobody else's number is there
        again = fields_of(page)
        assert (again[field(team.count, "numerator")], again[field(team.proportion, "numerator")]) == ("99", "41")

    def test_it_can_be_left(self, lead, team, month):
        path = section_of(month, team.count)
        form = opened(lead, month, team.count) | {field(team.count, "numerator"): "99"}
        session_ends(lead)
        lead.post(path, form)
        signs_in(lead, team.lead, path)
        assert 'value="99"' not in lead.get(f"{path}?leave").content.decode()
        assert 'value="99"' not in lead.get(path).content.decode()

    def test_of_a_month_that_was_sent_meanwhile_it_can_be_copied(self, lead, team, month):
        path = section_of(month, team.count)
        form = opened(lead, month, team.count) | {field(team.count, "numerator"): "99"}
        session_ends(lead)
        lead.post(path, form)
        submitted(month, team)
        signs_in(lead, team.lead, path)
        answer = lead.get(path)
        assert answer.status_code == 409
        assert "<td>99</td><td>54</td>" in answer.content.decode()

    def test_it_is_not_kept_for_ever(self, lead, team, month, monkeypatch):
        path = section_of(month, team.count)
        form = opened(lead, month, team.count) | {field(team.count, "numerator"): "99"}
        session_ends(lead)
        lead.post(path, form)
        signs_in(lead, team.lead, path)
        later = timezone.now() + kept_typing.KEPT_FOR
        monkeypatch.setattr(timezone, "now", lambda: later)
        assert 'value="99"' not in lead.get(path).content.decode()

    def test_a_page_that_is_not_ours_keeps_nothing(self, lead, team, month):
        path = section_of(month, team.count)
        form = opened(lead, month, team.count) | {field(team.count, "numerator"): "99"}
        session_ends(lead)
        for forged in ("", "1", f"{team.lead.pk}:forged", kept_typing.signed(team.lead)[:-1]):
            lead.post(path, form | {"typed_by": forged})
        assert not Session.objects.exists()


class TestSignedInAgainInAnotherTab:
    def test_a_page_from_before_keeps_what_was_typed(self, team, month):
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(team.lead)
        path = section_of(month, team.count)
        form = opened(browser, month, team.count) | {field(team.count, "numerator"): "54"}
        answer = browser.post(path, form | {"csrfmiddlewaretoken": "of the session before"})
        assert answer.headers["Location"] == path
        page = browser.get(path).content.decode()
        assert fields_of(page)[field(team.count, "numerator")] == "54"
        assert not month.draft_entries.exists()

    def test_a_page_of_somebody_else_is_refused(self, team, month):
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(team.lead)
        form = opened(browser, month, team.count) | {"typed_by": kept_typing.signed(team.contributor)}
        answer = browser.post(section_of(month, team.count), form)
        assert answer.status_code == 403
        assert "Please send that form again" in answer.content.decode()


def kill_who_waits_for(connection) -> None:
    """End the database's process that waits for a lock of ours, as an administrator or a crash would."""
    until = monotonic() + 20
    while monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks "
                "WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchall():
                return
        sleep(0.05)
    pytest.fail("nobody came to wait")


class TestTheDatabaseIsGone:
    @pytest.mark.django_db(transaction=True)
    def test_killed_during_a_save_the_answer_holds_what_was_typed_and_saves_it(self, team, month):
        browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
        browser.force_login(team.lead)
        path = section_of(month, team.count)
        page = browser.get(path).content.decode()
        token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        typed = {
            field(team.count, "numerator"): " 54",
            field(team.count, "note"): "<Two>\r\nlines & more",
            "csrfmiddlewaretoken": token,
        }

        def saves():
            try:
                return browser.post(path, fields_of(page) | typed)
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool, transaction.atomic():
            Submission.objects.select_for_update().get(pk=month.pk)
            answer = pool.submit(saves)
            kill_who_waits_for(connection)
            answer = answer.result()
        assert answer.status_code == 503
        said = answer.content.decode()
        assert "This could not be saved just now" in said
        assert f"{team.count.measure.code}, top number" in said
        assert not month.draft_entries.exists()
        again = fields_of(said) | {"csrfmiddlewaretoken": token}
        assert browser.post(path, again).status_code in (200, 302)
        saved = month.draft_entries.get(measure=team.count.measure)
        assert (saved.numerator, saved.note) == (" 54", "<Two>\r\nlines & more")
