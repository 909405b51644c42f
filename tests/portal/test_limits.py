"""What is refused before it is read. How the real server takes it is in tests/journeys/test_limits.py."""

from io import BytesIO

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from selfharm_portal import limits, serving


@pytest.fixture
def asked(rf: RequestFactory):
    """What a request is answered with, before a view or after."""
    return limits.LimitsMiddleware(lambda request: HttpResponse(request.body))


def test_what_is_within_the_limits_passes_whole(rf, asked):
    body = "x" * limits.LARGEST_FORM
    answer = asked(rf.post("/contact/", body, content_type="text/plain"))
    assert answer.content.decode() == body


@pytest.mark.parametrize(
    ("status", "given"),
    [
        (414, {"QUERY_STRING": "q=" + "x" * limits.LONGEST_ADDRESS}),
        (414, {"PATH_INFO": "/" + "x" * limits.LONGEST_ADDRESS}),
        (431, {"HTTP_COOKIE": "x" * limits.HEAVIEST_HEADERS}),
        (431, {f"HTTP_X_{number}": "x" * 1000 for number in range(33)}),
        (411, {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}),
        (413, {"CONTENT_LENGTH": str(limits.LARGEST_FORM + 1)}),
        (400, {"CONTENT_LENGTH": "10", "wsgi.input": BytesIO(b"four")}),
    ],
)
def test_what_is_not_gets_a_page_that_says_why(rf, asked, status, given):
    answer = asked(rf.generic("POST", "/contact/", "four", **given))
    assert answer.status_code == status
    assert "<h1" in answer.content.decode()
    assert "Get help now" in answer.content.decode()


def test_a_body_too_many_is_asked_to_come_again(rf, asked):
    for _ in range(limits.BODIES_AT_ONCE):
        assert asked.bodies.acquire(blocking=False)
    answer = asked(rf.post("/contact/", {"message": "Hello"}))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert asked(rf.get("/")).status_code == 200  # whoever only reads is not kept waiting
    asked.bodies.release()
    assert asked(rf.post("/contact/", {"message": "Hello"})).status_code == 200


def test_some_threads_are_left_for_those_who_only_read():
    threads = int(serving.OPTIONS[serving.OPTIONS.index("--blocking-threads") + 1])
    assert threads > limits.BODIES_AT_ONCE + limits.UPLOADS_AT_ONCE
