"""The real server, with people who send too much, or too slowly."""

import socket
import time
from contextlib import ExitStack
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import pytest

from selfharm_portal import limits

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

CROWD = 80
PATIENCE = 20  # seconds; with two busy cores as with none
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def place(portal) -> tuple[str, int]:
    found = urlsplit(portal.address)
    return str(found.hostname), int(found.port or 80)


def ask(place, *, path="/healthz", method="GET", headers=None, body=None) -> HTTPResponse:
    connection = HTTPConnection(place[0], place[1], timeout=PATIENCE)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        response = connection.getresponse()
        response.read()
        return response
    finally:
        connection.close()


def say(place, text: str) -> socket.socket:
    """Send this much and no more."""
    connection = socket.create_connection(place, timeout=PATIENCE)
    connection.sendall(text.encode())
    return connection


def post(place, path: str, length: int, sent: str, headers: str = "") -> socket.socket:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}"
    return say(place, f"{head}Content-Type: {FORM['Content-Type']}\r\nContent-Length: {length}\r\n\r\n{sent}")


def first_line(connection: socket.socket) -> str:
    return connection.recv(4096).decode(errors="replace").partition("\r\n")[0]


def test_headers_of_70_kb_are_refused(place):
    response = ask(place, headers={"X-Long": "x" * 70_000})
    assert response.status == 431
    assert response.headers["X-Frame-Options"] == "DENY"


def test_an_address_of_9_kb_is_refused(place):
    assert ask(place, path="/search/?q=" + "x" * 9_000).status == 414


def test_50_mb_are_refused_when_they_are_announced(place):
    with post(place, "/contact/", 50_000_000, "message=") as connection:
        assert " 413 " in first_line(connection)


def test_where_files_are_brought_a_body_may_be_larger_and_not_without_end(place):
    three_megabytes = "x=" + "x" * 3_000_000
    assert ask(place, path="/contact/", method="POST", headers=FORM, body=three_megabytes).status == 413
    assert (
        ask(place, path="/admin/uploads/original/add/", method="POST", headers=FORM, body=three_megabytes).status == 403
    )
    with post(place, "/admin/uploads/original/add/", 50_000_000, "file=") as connection:
        assert " 413 " in first_line(connection)


def test_a_body_of_no_stated_length_is_refused(place):
    head = "POST /contact/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    with say(place, f"{head}5\r\nhello\r\n") as connection:
        assert " 411 " in first_line(connection)


def test_whoever_reads_is_answered_while_80_are_slow(place):
    """Half of them within their headers, half within the body of a form, which is read before the answer."""
    with ExitStack() as crowd:
        for _ in range(CROWD // 2):
            crowd.enter_context(say(place, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "))
            crowd.enter_context(post(place, "/contact/", 1000, "message="))
        time.sleep(1)  # until the server has taken in what it will
        began = time.monotonic()
        assert ask(place).status == 200
        assert ask(place, path="/measures/").status == 200
        print(f"with {CROWD} slow clients: {time.monotonic() - began:.3f} s for two pages")
    wait_for_room(place)


def test_a_slow_form_arrives_whole_in_the_end(place):
    with post(place, "/contact/", 16, "message=", headers="Cookie: a=b\r\n") as connection:
        time.sleep(1)
        connection.sendall(b"hello%21")
        assert " 403 " in first_line(connection)  # read to its end, and then without a token


def wait_for_room(place) -> None:
    """The crowd is gone: the next tests may send forms again."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if all(
            ask(place, method="POST", body="a=b", headers=FORM).status != 503 for _ in range(2 * limits.BODIES_AT_ONCE)
        ):
            return
        time.sleep(0.2)
    pytest.fail("no form was taken any more after slow clients had gone")
