"""Tells the database who is at work, together with each statement that writes; history.keep() notes it.

It is told for one transaction (or one statement outside of any), so a connection that serves another person next
knows nothing of this one; and together with the statement, so a savepoint that is rolled back takes nothing away.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

#: What stands before a statement that may write: blanks and comments.
WRITES = re.compile(r"(\s|--[^\n]*\n|/\*.*?\*/)*(INSERT|UPDATE|DELETE|MERGE|TRUNCATE|WITH|DO|CALL)\b", re.I | re.S)


@contextmanager
def at_work(*, via: str, person: Callable[[], int | None] = lambda: None) -> Iterator[None]:
    """Whatever this thread writes meanwhile was written by this person (asked at each writing), in this place.

    To stand around transactions: what was told inside of one is known until that one ends.
    """

    def tell(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        # A statement of a named cursor, which Django takes to read in portions, cannot have another before it.
        if isinstance(sql, str) and WRITES.match(sql) and not getattr(context["cursor"], "name", None):
            told = json.dumps({"person": person(), "via": via.replace("\0", "")}).encode().hex()
            # In hexadecimal digits there is nothing to quote, whether `params` are there or not.
            sql = f"SELECT set_config('history.at_work', convert_from(decode('{told}', 'hex'), 'UTF8'), true); {sql}"
        return execute(sql, params, many, context)

    with connection.execute_wrapper(tell):
        yield


class HistoryMiddleware:
    """Below AuthenticationMiddleware: what a request writes is written by who is signed in at that moment."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with at_work(via=request.path, person=lambda: request.user.pk):
            return self.get_response(request)
