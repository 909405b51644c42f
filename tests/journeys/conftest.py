"""A real portal for journeys: granian over the tests' database, with the real content and the demonstration.

The journeys of a worker share it, in an order that differs from run to run: what one changes of an area's months, of a
chart's stories or of its limits, no other may count on.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from measures import reporting
from measures.models import AreaMeasure, Measure
from measures.wording import shifted
from selfharm_portal import embedded_database, serving
from selfharm_portal.accounts.models import AreaMembership, AreaRole, User
from sites.models import Area, Infographic
from tests import chromium
from tests.answering import answering
from tests.journeys.person import Person
from tests.sites import exampleshire as exampleshire_of_the_tests

# Playwright keeps an event loop in this thread, where Django would refuse to ask the database anything.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@dataclass(frozen=True)
class Account:
    email: str
    password: str
    role: str
    area: str


@dataclass(frozen=True)
class Portal:
    address: str
    accounts: list[Account]

    def account(self, role: str, area: str = "", position: int = 0) -> Account:
        return [found for found in self.accounts if found.role == role and found.area == area][position]


def database_url() -> str:
    """Where the tests' own database is, for a process of its own."""
    data = settings.VAR_DIR / "test-database"
    url = embedded_database.url(data) if settings.EMBEDDED_DATABASE else os.environ["DATABASE_URL"]
    return urlsplit(url)._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def environment_of(port: int) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": database_url(),
        "EMAIL_URL": "dummymail://",
        "PORT": str(port),
        "UPLOADS_DIR": str(settings.UPLOADS_DIR),
        "PYTHONWARNINGS": "ignore",
    }


def serve(port: int, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """A server of its own process group, at this port."""
    granian = str(Path(sys.executable).parent / "granian")
    command = [granian, *serving.OPTIONS, "--port", str(port), serving.APPLICATION]
    return subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, start_new_session=True)


def wait_for(address: str, server: subprocess.Popen[bytes], patience: int = 60) -> None:
    for _ in range(patience * 10):
        if server.poll() is not None:
            pytest.fail(f"the portal ended with {server.returncode}")
        try:
            with urlopen(f"{address}/readyz", timeout=5):
                return
        except (URLError, ConnectionError):
            try:
                server.wait(timeout=0.1)
            except subprocess.TimeoutExpired:
                continue
    pytest.fail("the portal did not answer")


@pytest.fixture(scope="package")
def portal(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    """The portal with the demonstration, for all journeys of this folder; emptied afterwards."""
    accounts = tmp_path_factory.mktemp("journeys") / "accounts.txt"
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with django_db_blocker.unblock(), answering() as elsewhere:  # type: ignore[attr-defined]
        call_command("load_content", verbosity=0, stdout=StringIO())
        call_command("load_demonstration", accounts=accounts, verbosity=0, stdout=StringIO())
        environment = environment_of(port) | {
            "CROSSREF_URL": elsewhere.address,  # nobody outside this machine is asked
            "EUROPE_PMC_URL": elsewhere.address,
        }
        server = serve(port, environment)
        try:
            wait_for(address, server)
            lines = [line.split("\t") for line in accounts.read_text().splitlines()]
            yield Portal(address, [Account(*line) for line in lines])
        finally:
            server.terminate()
            server.wait(timeout=20)
            with connection.cursor() as cursor:  # a worker's connection may outlive it by a moment
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            call_command("flush", interactive=False, reset_sequences=False, verbosity=0)


@pytest.fixture(scope="module", autouse=True)
def a_connection_that_works(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> None:
    """A connection that the database closed while a journey was long in the browser would fail all that come after."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        if connection.connection is not None and not connection.is_usable():
            connection.close()


@pytest.fixture(scope="module")
def exampleshire(portal: Portal, django_db_blocker: pytest.FixtureRequest) -> Iterator[dict[str, Infographic]]:
    """Infographics of an area that does not exist, while the tests of one file last."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        made = exampleshire_of_the_tests.infographics()
        yield made
        made["complete"].area.delete()


@dataclass(frozen=True)
class Team:
    """Of an area that has begun to report all 28 measures: nothing of its months is typed."""

    area: str
    lead: Account
    contributor: Account

    def month(self, back: int) -> str:
        """The address of a month: so many before this one."""
        return f"/submissions/{self.area}/{shifted(timezone.localdate().replace(day=1), -back):%Y-%m}/"


def begins_to_report(area_slug: str, email: str, *, codes: Sequence[str], since: int) -> Team:
    """An area that gives these measures from so many months back, with a lead and nothing typed."""
    area = Area.objects.get(slug=area_slug)
    first = shifted(timezone.localdate().replace(day=1), -since)
    for code in codes:
        AreaMeasure.objects.create(area=area, measure=Measure.objects.get(code=code), from_month=first)
    reporting.area_joins(area)
    lead = Account(email, f"a-lead-called-{email}", AreaRole.LEAD, area_slug)
    user = User.objects.create_user(lead.email, lead.password, name=f"Lead {email}")
    AreaMembership.objects.create(user=user, area=area, role=AreaRole.LEAD)
    return Team(area_slug, lead, lead)


@pytest.fixture(scope="package")
def new_team(portal: Portal, django_db_blocker: pytest.FixtureRequest) -> Team:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        area = Area.objects.get(slug="cheshire-and-merseyside")
        begin = shifted(timezone.localdate().replace(day=1), -6)
        AreaMeasure.objects.bulk_create(
            AreaMeasure(area=area, measure=measure, from_month=begin) for measure in Measure.objects.in_use()
        )
        reporting.area_joins(area)
        accounts = {}
        for role in (AreaRole.LEAD, AreaRole.CONTRIBUTOR):
            account = Account(f"new.{role}@example.org", f"of-a-new-{role}-of-all-measures", role, area.slug)
            user = User.objects.create_user(account.email, account.password, name=f"New {role}")
            AreaMembership.objects.create(user=user, area=area, role=role)
            accounts[role] = account
    return Team(area.slug, accounts[AreaRole.LEAD], accounts[AreaRole.CONTRIBUTOR])


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=chromium.path(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
        )
        yield found
        found.close()


def new_page(context: BrowserContext) -> Page:
    """A page whose faults fail the journey: script errors, and what the Content-Security-Policy refuses."""
    page = context.new_page()
    page.set_default_timeout(15_000)
    return page


@pytest.fixture
def bare_page(browser: Browser) -> Iterator[object]:
    """`bare_page("<p>…</p>", 320)`: with our styles and nothing of the portal around it."""
    contexts: list[BrowserContext] = []
    built = settings.BASE_DIR / "static" / "build"

    def opens(body: str, width: int = 1280, *, javascript: bool = True, **more: Any) -> Page:
        contexts.append(
            browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=javascript, **more)
        )
        page = new_page(contexts[-1])
        styles = (built / "portal.css").read_text()
        page.set_content(
            f'<!doctype html><html lang="en"><title>Bare</title><style>{styles}</style><main><h1>Bare</h1>{body}</main>'
        )
        if javascript:
            page.add_script_tag(path=built / "chart.js")
        return page

    yield opens
    for context in contexts:
        context.close()


@pytest.fixture
def someone(portal: Portal, browser: Browser) -> Iterator[object]:
    """`someone(width=320)`: a new person with a browser of their own."""
    contexts: list[BrowserContext] = []
    people: list[Person] = []

    def arrives(width: int = 320, *, javascript: bool = True, address: str = "") -> Person:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            base_url=address or portal.address,
            java_script_enabled=javascript,
        )
        contexts.append(context)
        person = Person(new_page(context))
        people.append(person)
        return person

    yield arrives
    faults = [fault for person in people for fault in person.faults]
    for context in contexts:
        context.close()
    assert faults == []
