"""What the log says, as lines for people or JSON for machines, each with the id of its request.

The log holds nothing personal: no address or account of a person, no query string (what somebody searched for), no
link that sets a password, and of a fault only the first line, since a database adds the row that it refused.
"""

import json
import logging
import re
import secrets
import traceback
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

HEADER = "X-Request-ID"
GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is mistaken for another on the telephone

current_id: ContextVar[str] = ContextVar("current_id", default="")


class RequestIdMiddleware:
    """The server in front names the request, or we do: in the log, the answer and on the page of a fault."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.META.get("HTTP_X_REQUEST_ID", "")  # ProxyMiddleware leaves it there for trusted proxies only
        name = given if GIVEN_ID.fullmatch(given) else "".join(secrets.choice(LETTERS) for _ in range(10))
        # Until the next request of this thread, because Django logs a refusal when all middleware is done.
        current_id.set(name)
        response = self.get_response(request)
        response[HEADER] = name
        return response


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of a fault, with the id that leads from a telephone call to the log."""
    return render(request, "500.html", {"reference": current_id.get()}, status=500)


class RequestFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_id.get()
        return True


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        request = getattr(record, "request", None)
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
            "request_id": getattr(record, "request_id", ""),
            "method": getattr(request, "method", None),
            "status": getattr(record, "status_code", None),
            "fault": fault(record),
        }
        return json.dumps({name: value for name, value in told.items() if value}, ensure_ascii=False)


class LineFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        when = datetime.fromtimestamp(record.created).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        name = getattr(record, "request_id", "")
        line = f"{when} {record.levelname} {record.name}{f' [{name}]' if name else ''}: "
        return "\n".join([line + without_secrets(record.getMessage()), *([found] if (found := fault(record)) else [])])


def without_secrets(message: str) -> str:
    """Query strings and the keys in links that set a password or invite are left out."""
    return re.sub(r"(/reset/key/|/invitation/)[^/\s]+", r"\1…", re.sub(r"(/[^\s?]*)\?\S+", r"\1?…", message))


def fault(record: logging.LogRecord) -> str:
    """Where it went wrong, as Python prints it, but of each exception only the first line."""
    if not record.exc_info or not record.exc_info[1]:
        return ""
    chain = list(causes(record.exc_info[1]))
    return "\n".join(
        "".join(traceback.format_tb(error.__traceback__))
        + f"{type(error).__module__}.{type(error).__qualname__}: {str(error).partition(chr(10))[0]}"
        for error in reversed(chain)
    )


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The exception, what it came from, and so on."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
