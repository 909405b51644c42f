"""A note that seems to speak of a person goes into no table and no log; the page says why and keeps what was typed."""

import logging

import pytest
from django.db import connection
from django.urls import reverse

from measures import workflow
from measures.models import Question, UploadedMonths
from measures.rules import TypedAnswer, TypedEntry
from tests.measures.conftest import MONTH
from tests.measures.test_month_views import answered, field, opened, unusual
from tests.measures.test_submission_views import path_of, section_of
from tests.measures.test_uploads import address as upload_address
from tests.measures.test_uploads import as_file, bring, taken
from tests.measures.test_workflow import drafted, fresh, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("I3")]

__all__ = ["unusual"]  # a fixture

PERSON = "943 476 5919"
NOTE = f"Low because of {PERSON}"
WHY = "Your note seems to contain an NHS number. Please take it out"


def tables_that_hold(text: str) -> list[str]:
    """Every table of the database, read as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table} AS row WHERE row::text LIKE %s)", [f"%{text}%"])
            if cursor.fetchone()[0]:
                found.append(table)
    return found


@pytest.fixture(autouse=True)
def is_nowhere(db, caplog):
    caplog.set_level(logging.DEBUG)
    # The statements that the database is sent are logged while debugging only.
    logging.getLogger("django.db.backends").setLevel(logging.INFO)
    yield
    assert PERSON not in caplog.text
    assert tables_that_hold(PERSON) == []


@pytest.fixture
def lead(client, team):
    client.force_login(team.lead)
    return client


def test_the_search_of_the_tables_finds_what_is_there(team, month):
    workflow.save_draft(
        month, [TypedEntry(team.count.measure.code, note="somewhere")], by=team.lead, seen_lock_version=0
    )
    assert "public.measures_draftentry" in tables_that_hold("somewhere")


@pytest.mark.parametrize("action", ["", "later"])
def test_the_rest_of_the_section_is_kept_and_the_page_says_why(lead, team, month, action):
    form = opened(lead, month, team.count) | {
        field(team.count, "numerator"): "54",
        field(team.count, "note"): NOTE,
        "action": action,
    }
    page = lead.post(section_of(month, team.count), form).content.decode()
    assert WHY in page
    assert f'href="#id_{field(team.count, "note")}"' in page
    assert f"{NOTE}</textarea>" in page  # what was typed stays
    assert "Everything you typed is saved" not in page
    entry = month.draft_entries.get(measure=team.count.measure)
    assert (entry.numerator, entry.note) == ("54", "")


def test_what_was_there_before_stays(lead, team, month):
    entry = TypedEntry(team.count.measure.code, numerator="54", note="Campaign in March")
    workflow.save_draft(month, [entry], by=team.lead, seen_lock_version=0)
    lead.post(section_of(month, team.count), opened(lead, month, team.count) | {field(team.count, "note"): NOTE})
    assert month.draft_entries.get(measure=team.count.measure).note == "Campaign in March"


def test_without_the_person_it_is_kept(lead, team, month):
    form = opened(lead, month, team.count) | {field(team.count, "note"): NOTE}
    page = lead.post(section_of(month, team.count), form)
    assert page.status_code == 200
    mended = opened(lead, month, team.count) | {field(team.count, "note"): "Low because of leave"}
    lead.post(section_of(month, team.count), mended)
    assert month.draft_entries.get(measure=team.count.measure).note == "Low because of leave"


def test_an_answer_to_a_query(lead, team, month, unusual):
    page = answered(lead, month, unusual, checked="on", note=NOTE).content.decode()
    assert WHY in page
    assert f"{NOTE}</textarea>" in page
    kept = month.draft_query_answers.get()
    assert (kept.checked, kept.note) == (True, "")


@pytest.mark.parametrize("action", ["", "later"])
def test_an_answer_to_a_query_beside_the_number(lead, team, month, unusual, action):
    form = opened(lead, month, team.count) | {f"{unusual}-checked": "on", f"{unusual}-note": NOTE, "action": action}
    page = lead.post(section_of(month, team.count), form).content.decode()
    assert WHY in page
    assert f"{NOTE}</textarea>" in page
    assert month.draft_query_answers.get().note == ""


def test_a_draft_saved_by_other_code(team, month):
    entry = TypedEntry(team.count.measure.code, numerator="54", note=NOTE)
    saved = workflow.save_draft(
        month, [entry], by=team.lead, seen_lock_version=0, answers=[TypedAnswer("drop_to_zero-SH01-0", True, NOTE)]
    )
    assert month.draft_entries.get().note == ""
    assert saved.lock_version == 1


def test_a_question_of_ncish_and_its_answer(client, team, month, analyst):
    sent = submitted(month, team)
    code = team.count.measure.code
    for words in ({"questions": {code: NOTE}}, {"comment": NOTE}):
        with pytest.raises(workflow.NoteRefused, match=WHY):
            workflow.return_to_team(sent, by=analyst, seen_lock_version=sent.lock_version, **words)
    back = workflow.return_to_team(
        sent, by=analyst, seen_lock_version=sent.lock_version, questions={code: "Is 54 right?"}
    )
    client.force_login(team.lead)
    form = opened(client, month, team.count) | {field(team.count, "answer"): NOTE}
    page = client.post(section_of(month, team.count), form).content.decode()
    assert WHY in page
    assert f"{NOTE}</textarea>" in page
    assert Question.objects.get().answer == ""
    assert fresh(back).lock_version == back.lock_version


def test_on_the_page_of_ncish(client, team, month, analyst):
    sent = submitted(month, team)
    client.force_login(analyst)
    data = {"seen_lock_version": str(sent.lock_version), "verdict": "return", "comment": NOTE}
    page = client.post(reverse("submissions:check", args=[month.area.slug, MONTH]), data).content.decode()
    assert WHY in page
    assert NOTE in page


def test_why_a_month_is_corrected(team, month, analyst):
    sent = submitted(month, team)
    done = workflow.accept(sent, by=analyst, seen_lock_version=sent.lock_version)
    with pytest.raises(workflow.NoteRefused, match=WHY):
        workflow.begin_correction(done, by=team.lead, seen_lock_version=done.lock_version, reason=NOTE)


def test_what_waits_in_the_session_for_somebody_to_sign_in_again(lead, team, month):
    drafted(month, team)
    form = opened(lead, month, team.count) | {field(team.count, "numerator"): "55", field(team.count, "note"): NOTE}
    lead.logout()
    lead.post(section_of(month, team.count), form)
    lead.force_login(team.lead)
    page = lead.get(section_of(month, team.count)).content.decode()
    assert 'value="55"' in page
    assert PERSON not in page
    assert lead.get(path_of(month)).status_code == 200


def test_a_file_with_such_a_note(lead, team, month):
    rows = taken(lead, team)
    rows[0]["Note"] = NOTE
    page = bring(lead, team, rows)
    html = page.content.decode()
    assert page.status_code == 422
    assert "1 thing to mend in the file" in html
    assert "row 2, column Note" in html
    assert WHY in html
    assert not UploadedMonths.objects.exists()


def test_a_file_whose_name_is_such_a_note(lead, team, month):
    rows = taken(lead, team)
    rows[0]["Numerator"] = "1"
    html = lead.post(upload_address(team), {"file": as_file(rows, f"{PERSON}.csv")}).content.decode()
    assert "The name of the file seems to speak of a person." in html
    assert not UploadedMonths.objects.exists()
