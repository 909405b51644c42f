"""What the log and the page of a fault say, and what the log never says."""

import ipaddress
import json
import logging
import re
import sys

import pytest
from django.db import IntegrityError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from granian.cli import cli as granian

from selfharm_portal import logs, serving
from selfharm_portal.urls import handler500 as handler500
from selfharm_portal.urls import urlpatterns as portal_urls
from tests.factories import AreaMembershipFactory

SECRET = "hushhush"


def fail(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("create temporary table person (email text check (email not like '%%hush%%'))")
        cursor.execute("insert into person values (%s)", [f"{SECRET}@example.org"])
    return HttpResponse()


urlpatterns = [path("fail/", fail), *portal_urls]


@pytest.fixture
def logged(caplog):
    """What the log holds, as JSON."""

    def lines() -> list[dict[str, object]]:
        keep = logs.RequestFilter()
        return [json.loads(logs.JsonFormatter().format(record)) for record in caplog.records if keep.filter(record)]

    return lines


@pytest.fixture
def visitor():
    return Client(raise_request_exception=False)


@pytest.mark.urls(__name__)
@pytest.mark.django_db
def test_the_number_on_the_page_of_a_fault_leads_to_its_line_in_the_log(visitor, logged):
    answer = visitor.get("/fail/", {"q": SECRET})
    assert answer.status_code == 500
    [number] = re.findall(r'<span class="cc-code">(\w{10})</span>', answer.content.decode())
    assert answer["X-Request-ID"] == number
    [line] = logged()
    assert (line["request_id"], line["level"], line["status"]) == (number, "ERROR", 500)
    assert line["message"] == "Internal Server Error: /fail/"
    assert 'cursor.execute("insert' in str(line["fault"])
    assert "django.db.utils.IntegrityError: new row for relation" in str(line["fault"])


@pytest.mark.urls(__name__)
@pytest.mark.django_db
def test_the_row_that_a_database_refused_is_not_in_the_log(visitor, caplog):
    """As lines for people too. That the database would say it is the reason for the rule."""
    visitor.get("/fail/")
    [record] = caplog.records
    assert isinstance(record.exc_info[1], IntegrityError)
    assert SECRET in str(record.exc_info[1])
    for formatter in (logs.JsonFormatter(), logs.LineFormatter()):
        assert SECRET not in formatter.format(record)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/none/", "/search/none/", "/areas/none/"])
def test_what_somebody_searched_for_and_who_asked_is_not_in_the_log(visitor, logged, address):
    answer = visitor.get(address, {"q": SECRET}, REMOTE_ADDR="203.0.113.9", headers={"user-agent": "their browser"})
    assert answer.status_code == 404
    [line] = logged()
    assert line["message"] == f"Not Found: {address}"
    assert line["request_id"] == answer["X-Request-ID"]
    for unsaid in (SECRET, "203.0.113.9", "their browser"):
        assert unsaid not in str(line)


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("Not Found: /search/?q=hushhush&page=2", "Not Found: /search/?…"),
        ("Not Found: /accounts/password/reset/key/5-abc-def/", "Not Found: /accounts/password/reset/key/…/"),
        ("Not Allowed: /accounts/invitation/a-Key_/", "Not Allowed: /accounts/invitation/…/"),
        ("What now? It goes on.", "What now? It goes on."),
    ],
)
def test_query_strings_and_keys_are_cut_out_of_any_message(message, kept):
    assert logs.without_secrets(message) == kept


@pytest.mark.parametrize(
    ("sender", "given", "is_taken"),
    [
        ("10.0.0.2", "0123456789abcdef0123456789abcdef", True),
        ("10.0.0.3", "0123456789abcdef0123456789abcdef", False),  # anybody can send one
        ("10.0.0.2", "short", False),
        ("10.0.0.2", "x" * 65, False),
        ("10.0.0.2", 'abcdefgh", "level": "', False),
    ],
)
def test_only_the_server_in_front_names_a_request(client, settings, sender, given, is_taken):
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.2")]
    name = client.get("/healthz", headers={"x-request-id": given}, REMOTE_ADDR=sender)["X-Request-ID"]
    assert (name == given) is is_taken
    assert is_taken or re.fullmatch(f"[{logs.LETTERS}]{{10}}", name)


def test_two_requests_have_two_names(client):
    assert client.get("/healthz")["X-Request-ID"] != client.get("/healthz")["X-Request-ID"]


def record_of(error: Exception) -> logging.LogRecord:
    try:
        try:
            raise KeyError("first\nhushhush")
        except KeyError as cause:
            raise error from cause
    except type(error):
        return logging.LogRecord("portal", logging.ERROR, __file__, 1, "went %s", ("wrong",), sys.exc_info())


def test_a_fault_is_told_from_its_cause_on_in_one_line_of_json():
    line = logs.JsonFormatter().format(record_of(ValueError("second\nhushhush")))
    assert "\n" not in line
    fault = str(json.loads(line)["fault"])
    assert fault.index("builtins.KeyError") < fault.index("builtins.ValueError: second")
    assert fault.count('raise KeyError("first') == 1
    assert fault.splitlines()[-1] == "builtins.ValueError: second"


def test_a_line_for_people_begins_with_time_strength_and_source():
    record = logging.LogRecord("measures", logging.WARNING, __file__, 1, "a month is late", (), None)
    record.request_id = "k7qm4t9xab"
    line = logs.LineFormatter().format(record)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d WARNING measures \[k7qm4t9xab\]: a month is late", line)


def test_the_log_of_the_running_portal_has_the_ids(settings):
    [handler] = settings.LOGGING["handlers"].values()
    assert handler["filters"] == ["request"]
    assert settings.LOGGING["filters"]["request"]["()"] == "selfharm_portal.logs.RequestFilter"


# Every page of a fault says what to do next, and has the help lines


@pytest.mark.django_db
@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("address", "headers", "status", "says"),
    [
        ("/areas/%00/", {}, 404, "Search guidance, research and training"),
        ("/none/", {"host": "elsewhere.example.org"}, 400, "start again from the home page"),
        ("/fail/", {}, 500, "Please try again in a few minutes"),
    ],
)
def test_a_page_of_a_fault_says_what_to_do(visitor, address, headers, status, says):
    answer = visitor.get(address, headers=headers)
    assert answer.status_code == status
    for words in (says, "116 123", 'href="/get-help/"'):
        assert words in answer.content.decode()


@pytest.mark.django_db
def test_a_page_that_is_not_theirs_says_whom_to_ask(client):
    client.force_login(AreaMembershipFactory().user)
    answer = client.get("/submissions/overview/")
    assert answer.status_code == 403
    for words in ("Ask NCISH to change what you can open", "Nothing you did is lost", "116 123"):
        assert words in answer.content.decode()


@pytest.mark.django_db
def test_a_form_that_was_open_too_long_is_asked_for_again():
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/")
    assert answer.status_code == 403
    assert "Load the page again, then send the form." in answer.content.decode()


@pytest.mark.requirement("K5")
def test_the_server_writes_no_line_for_a_visit():
    """Its line would have the address with what was searched for: granian writes none unless it is told to."""
    writes_visits = next(option for option in granian.params if option.name == "log_access_enabled")
    assert writes_visits.default is False
    assert set(writes_visits.opts).isdisjoint(serving.OPTIONS)
