"""What a request may weigh, and how many may be on their way: granian itself sets no limits.

Who asks too much is answered before anything of the body is read. A body that comes slowly holds one of granian's
threads until it is there, so only so many may; whoever only reads is answered whatever they do. A server in front
(docs/operations.md) takes such bodies in by itself.
"""

import re
from collections.abc import Callable
from threading import BoundedSemaphore
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.template.loader import render_to_string

LONGEST_ADDRESS = 8 * 1024  # bytes, with the query
HEAVIEST_HEADERS = 32 * 1024  # bytes, names and values of all; browsers send 1 to 2 kB
#: Bytes of a body: of a form, and where curators bring files (those have 10 MB: uploads/vetting.py).
LARGEST_FORM, LARGEST_UPLOAD = 2 * 1024**2, settings.DATA_UPLOAD_MAX_MEMORY_SIZE
UPLOADS = "/admin/uploads/"
#: Where an area's team brings months as a spreadsheet, which is no larger than a form.
SPREADSHEETS = re.compile(r"/submissions/[^/]+/upload/")
#: In each worker; the rest of its threads (serving.OPTIONS) is left for those who send nothing.
BODIES_AT_ONCE = 12
#: Of those larger than a form, which lie in memory until they are looked at.
UPLOADS_AT_ONCE = 2


class Refusal(NamedTuple):
    status: int
    heading: str
    text: str


ADDRESS_TOO_LONG = Refusal(
    414, "This address is too long", "Part of it may have been put in twice. Start again from the home page."
)
HEADERS_TOO_HEAVY = Refusal(
    431,
    "Your browser sent too much along",
    "Most likely too many cookies are kept for this site. Delete its cookies in your browser, then try again.",
)
LENGTH_MISSING = Refusal(
    411, "What you sent does not say how long it is", "Browsers say it. A program has to send Content-Length."
)
BODY_TOO_LARGE = Refusal(
    413,
    "What you sent is too large",
    f"It can have {LARGEST_FORM // 1024**2} MB. Go back in your browser: what you typed is usually still there.",
)
FILE_TOO_LARGE = Refusal(
    413,
    "This file is too large",
    "It can have 10 MB. Save it with smaller pictures. Then go back in your browser and choose that one: "
    "what you typed is usually still there.",
)
SPREADSHEET_TOO_LARGE = Refusal(
    413,
    "This spreadsheet is too large",
    f"It can have {LARGEST_FORM // 1024**2} MB; a template of five years has 0.1. Nothing of it was read. Go back in "
    "your browser, take a new template, copy the numbers alone into it, and bring that one.",
)
BODY_BROKE_OFF = Refusal(
    400, "What you sent did not arrive whole", "The connection broke off. Go back in your browser and send it again."
)
TOO_MANY_BODIES = Refusal(
    503,
    "Too many people are sending something right now",
    "Go back in your browser, wait a minute and send it again: what you typed is usually still there.",
)


def refusal(request: HttpRequest) -> Refusal | None:
    """Why the request is not looked at, from its first lines alone."""
    sent = request.META
    if len(sent["PATH_INFO"]) + len(sent.get("QUERY_STRING", "")) > LONGEST_ADDRESS:
        return ADDRESS_TOO_LONG
    if sum(len(name) + len(str(sent[name])) for name in sent if name.startswith("HTTP_")) > HEAVIEST_HEADERS:
        return HEADERS_TOO_HEAVY
    if "HTTP_TRANSFER_ENCODING" in sent and not sent.get("CONTENT_LENGTH"):
        return LENGTH_MISSING  # Django would take such a body for an empty one
    if request.path_info.startswith(UPLOADS):
        return FILE_TOO_LARGE if content_length(request) > LARGEST_UPLOAD else None
    if content_length(request) > LARGEST_FORM:
        return SPREADSHEET_TOO_LARGE if SPREADSHEETS.fullmatch(request.path_info) else BODY_TOO_LARGE
    return None


def content_length(request: HttpRequest) -> int:
    claimed = str(request.META.get("CONTENT_LENGTH") or "")
    return int(claimed) if claimed.isdecimal() else 0


class LimitsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.bodies = BoundedSemaphore(BODIES_AT_ONCE)
        self.uploads = BoundedSemaphore(UPLOADS_AT_ONCE)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        problem = refusal(request)
        if problem is None and content_length(request):
            problem = self.take_in(request)
        return refused(problem) if problem else self.get_response(request)

    def take_in(self, request: HttpRequest) -> Refusal | None:
        """Read the body, which Django keeps, before a view holds anything that others wait for."""
        room = self.bodies if content_length(request) <= LARGEST_FORM else self.uploads
        if not room.acquire(blocking=False):
            return TOO_MANY_BODIES
        try:
            return None if len(request.body) == content_length(request) else BODY_BROKE_OFF
        except UnreadablePostError:
            return BODY_BROKE_OFF
        finally:
            room.release()


def refused(problem: Refusal) -> HttpResponse:
    """A page that asks nothing of the database, the session or the request."""
    response = HttpResponse(render_to_string("refused.html", problem._asdict()), status=problem.status)
    if problem.status == TOO_MANY_BODIES.status:
        response.headers["Retry-After"] = "60"
    return response
