"""What somebody typed and sent when it could not be saved, because they were signed out or the database was away.

Signed out: it waits in the browser's own session, which Django carries over to whoever signs in there next, and is
given back only to the person for whom the page had been made. The page says who that is, signed.
Database away: the answer holds all of it, and a button that sends it again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.core.signing import BadSignature, Signer
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.csrf import csrf_failure as refuse

from selfharm_portal.accounts.models import User

from . import rules

View = Callable[..., HttpResponse]

#: Of the form and of the session.
FIELD, KEY = "typed_by", "kept_typing"
KEPT_FOR = timedelta(hours=1)
SIGNED_OUT = "You were signed out before this was saved. Sign in again: what you typed is kept for an hour."
NOTE_NOT_KEPT = "One of your notes is not among it: it seemed to speak of one person."

log = logging.getLogger(__name__)
signer = Signer(salt=__name__)


def signed(user: User) -> str:
    """For the form: whose page this is."""
    return signer.sign(str(user.pk))


def loses_nothing(view: View) -> View:
    """Around a view that saves what was typed; outside of whatever asks who is signed in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            if request.method == "POST" and not request.user.is_authenticated:
                keep(request)
            return view(request, *args, **kwargs)
        except (OperationalError, InterfaceError):
            if request.method != "POST":
                raise
            log.exception("the database was away while a form was being saved")
            return not_saved(request)

    return cast(View, guarded)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Signed out, or signed in again in another tab, with a page that is older than that."""
    if request.method == "POST" and keep(request):
        return redirect(request.path)
    return refuse(request, reason)


def keep(request: HttpRequest) -> bool:
    """Keep what was sent, if it is a page of ours that comes back, and not to somebody else."""
    try:
        by = int(signer.unsign(request.POST.get(FIELD, "")))
    except BadSignature:
        return False
    is_signed_in = request.user.is_authenticated
    if is_signed_in and request.user.pk != by:
        return False
    request.session[KEY] = {
        "by": by,
        "path": request.path,
        "typed": what_may_be_kept(request).urlencode(),
        "until": (timezone.now() + KEPT_FOR).timestamp(),
    }
    if not is_signed_in:
        request.session.set_expiry(KEPT_FOR)
        messages.warning(request, SIGNED_OUT)
    return True


def what_may_be_kept(request: HttpRequest) -> QueryDict:
    """What was sent, without the texts that seem to speak of a person."""
    typed = request.POST.copy()
    for name in typed:
        text = str(typed[name])
        if name.endswith(("-note", "-answer")) and rules.note_refused(text, timezone.localdate().replace(day=1)):
            typed[name] = typed.get(f"initial-{name}", "")  # what the page had there
            messages.warning(request, NOTE_NOT_KEPT)
    return typed


def kept(request: HttpRequest) -> QueryDict | None:
    """What this person sent to this address and did not get saved."""
    found = request.session.get(KEY)
    if not found or (found["by"], found["path"]) != (request.user.pk, request.path):
        return None
    if found["until"] < timezone.now().timestamp():
        forget(request)
        return None
    return QueryDict(found["typed"])


def forget(request: HttpRequest) -> None:
    request.session.pop(KEY, None)


def not_saved(request: HttpRequest) -> HttpResponse:
    """Made without the database: all that was typed, to be read and to be sent again."""
    fields = [(name, text) for name, texts in request.POST.lists() for text in texts if name != "csrfmiddlewaretoken"]
    context = {
        "path": request.path,
        "token": get_token(request),
        "fields": fields,
        "typed": [row for name, text in fields if (row := read_back(name, text))],
    }
    return HttpResponse(render_to_string("measures/month_not_saved.html", context), status=503)


#: Longer than that a field is named after a query.
LONGEST_CODE = 5
WORDS = {
    "numerator": "top number",
    "denominator": "bottom number",
    "value": "median",
    "no_data_reason": "reason",
    "note": "note",
    "answer": "answer",
}


def read_back(name: str, text: str) -> Mapping[str, str] | None:
    """A field that a person filled in, in words: "SH07, top number"."""
    subject, _, field = name.rpartition("-")
    if not text or field not in WORDS or subject.startswith("initial-"):
        return None
    return {
        "label": f"{subject.upper()}, {WORDS[field]}" if len(subject) <= LONGEST_CODE else "What you found",
        "text": text,
    }
