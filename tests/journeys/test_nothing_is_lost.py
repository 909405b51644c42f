"""Two people, a session that ends, a network that goes, a server that is killed: what was typed comes back."""

import os
import signal
from contextlib import contextmanager, suppress
from time import sleep

import psycopg2
import pytest
from playwright.sync_api import Error, expect

from tests.journeys.conftest import database_url, environment_of, free_port, serve, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.requirement("E5")]

SECTION = "staff_training/"
FIELD = "id_sh24-numerator"


def begins(someone, new_team, role="lead", *, width=320, javascript=True, address=""):
    person = someone(width=width, javascript=javascript, address=address)
    account = getattr(new_team, role)
    person.opens("/submissions/")
    person.page.fill("#id_login", account.email)
    person.page.fill("#id_password", account.password)
    person.page.press("#id_password", "Enter")
    person.page.wait_for_url(f"**/submissions/{new_team.area}/")
    return person


def says(person, number):
    person.page.locator(f"#{FIELD}").fill(number)


def holds(person):
    return person.page.locator(f"#{FIELD}").input_value()


def saves(person):
    person.page.click("button[value=later]")


def no_page_comes(person):
    """The browser says so in words of its own."""
    with suppress(Error):  # that navigation failed is what is waited for
        person.page.wait_for_url("chrome-error://**")


def test_two_people_at_once_choose_between_both_versions(new_team, someone):
    page = new_team.month(4) + SECTION
    lead, contributor = begins(someone, new_team), begins(someone, new_team, "contributor", width=1280)
    for person in (lead, contributor):
        person.opens(page)
    says(contributor, "7")
    saves(contributor)
    contributor.reads("Nothing has been sent.")

    says(lead, "9")
    saves(lead)
    lead.reads("Somebody saved these measures after you opened them")
    assert lead.page.locator("table.cc-table tbody td").all_inner_texts() == ["9", "7"]
    lead.finds_nothing_in_the_way()
    assert holds(lead) == "9"
    saves(lead)
    lead.reads("Nothing has been sent.")
    contributor.opens(page)
    assert holds(contributor) == "9"


def test_in_two_sections_nobody_is_in_the_way(new_team, someone):
    lead, contributor = begins(someone, new_team), begins(someone, new_team, "contributor")
    lead.opens(new_team.month(5) + SECTION)
    contributor.opens(new_team.month(5) + "digital_resources/")
    says(lead, "3")
    contributor.page.fill("#id_sh27-numerator", "612")
    for person in (lead, contributor):
        saves(person)
        person.reads("Nothing has been sent.")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_session_that_ended_gives_back_what_was_typed(new_team, someone, javascript):
    lead = begins(someone, new_team, javascript=javascript)
    lead.opens(new_team.month(4) + SECTION)
    says(lead, "41 or 42")
    lead.page.context.clear_cookies()
    saves(lead)
    lead.reads("You were signed out before this was saved")
    if javascript:
        lead.finds_nothing_in_the_way()
    lead.page.fill("#id_login", new_team.lead.email)
    lead.page.fill("#id_password", new_team.lead.password)
    lead.page.press("#id_password", "Enter")
    lead.reads("This is not saved yet")
    assert holds(lead) == "41 or 42"
    if javascript:
        lead.finds_nothing_in_the_way()
    saves(lead)
    lead.reads("Nothing has been sent.")


def comes_back(lead, path, number):
    """To the page whose save did not get through; once more, because a reload must not lose it either."""
    for _ in range(2):
        lead.opens(path)
        expect(lead.page.locator("[data-not-saved]")).to_be_visible()
        assert holds(lead) == number
    lead.finds_nothing_in_the_way()
    saves(lead)
    lead.reads("Nothing has been sent.")
    lead.opens(path)
    expect(lead.page.locator("[data-not-saved]")).to_be_hidden()
    assert holds(lead) == number


def test_a_network_that_goes_gives_back_what_was_typed(new_team, someone):
    lead, path = begins(someone, new_team), new_team.month(4) + SECTION
    lead.opens(path)
    says(lead, "43")
    lead.page.context.set_offline(True)
    with suppress(Error):
        saves(lead)
    no_page_comes(lead)
    lead.page.context.set_offline(False)
    comes_back(lead, path, "43")


@contextmanager
def asking_the_database():
    """In a session of its own, as the test's own transaction sees nothing of what others do."""
    database = psycopg2.connect(database_url())
    try:
        yield database.cursor()
    finally:
        database.close()


HOLD_THE_MONTH = """
SELECT s.id FROM measures_submission s
JOIN measures_reportingperiod p ON p.id = s.period_id JOIN sites_area a ON a.id = s.area_id
WHERE a.slug = %s AND to_char(p.month, 'YYYY-MM') = %s FOR UPDATE OF s
"""


def wait_until_somebody_waits(other):
    for _ in range(400):
        other.execute("SELECT pid FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
        if other.fetchall():
            return
        sleep(0.05)
    pytest.fail("no save came to wait")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_server_that_is_killed_during_a_save_loses_nothing(portal, new_team, someone, javascript):
    """A second server over the same database: killed with all its workers, and started again."""
    port, path = free_port(), new_team.month(5) + SECTION
    address, number = f"http://127.0.0.1:{port}", "about 44" if javascript else "about 45"
    server = serve(port, environment_of(port))
    try:
        wait_for(address, server)
        lead = begins(someone, new_team, javascript=javascript, address=address)
        lead.opens(path)
        says(lead, number)
        with asking_the_database() as other:
            other.execute(HOLD_THE_MONTH, [new_team.area, new_team.month(5).rstrip("/").rpartition("/")[2]])
            lead.page.click("button[value=later]", no_wait_after=True)
            wait_until_somebody_waits(other)
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
        no_page_comes(lead)
        with asking_the_database() as database:
            database.execute("SELECT count(*) FROM measures_draftentry WHERE numerator = %s", [number])
            assert database.fetchone() == (0,)

        server = serve(port, environment_of(port))
        wait_for(address, server)
        if javascript:
            comes_back(lead, path, number)
        else:
            lead.page.reload()  # the browser sends the same again, as it asks a person whether to
            lead.reads("Nothing has been sent.")
            lead.opens(path)
            assert holds(lead) == number
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()
