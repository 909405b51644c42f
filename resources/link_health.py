"""A server's answer -> fine, moved, a soft failure, or a failure that counts towards "broken".

A link is called broken in front of readers only when nothing else explains it: after FAILURES failures over at
least DAYS. A server that is there and only does not let a program in (403, 429) never counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urldefrag, urljoin, urlsplit

FAILURES = 3
DAYS = timedelta(days=3)

#: A server that asks to be left alone is left alone, but not for longer than this.
LONGEST_WAIT = timedelta(days=7)
#: 429 that does not say for how long.
USUAL_WAIT = timedelta(hours=1)

#: Bytes of an address. Nothing longer is an address that somebody may cite.
LONGEST = 2000

#: The server is there, and keeps the page from a program or a stranger: nothing follows for readers.
NOT_FOR_PROGRAMS = {401, 402, 403, 405, 406, 407, 429, 451, 501, 999}
PERMANENT = {301, 308}
REDIRECTS = {*PERMANENT, 302, 303, 307}


class Finding(Enum):
    FINE = "fine"
    MOVED = "moved"  # it opens, and every redirect on the way there was a permanent one
    SOFT = "soft"
    FAILED = "failed"


class Hop(NamedTuple):
    """One redirect: with which status, and where to."""

    status: int
    url: str


class Answer(NamedTuple):
    """What came of opening an address: a status in the end, or in words why there was none."""

    hops: tuple[Hop, ...] = ()
    status: int | None = None
    problem: str = ""
    #: For how long the server asks to be left alone.
    wait: timedelta | None = None
    #: Nothing was asked, because the server had asked to be left alone.
    put_off: bool = False


class Verdict(NamedTuple):
    finding: Finding
    words: str
    moved_to: str = ""


def verdict(url: str, answer: Answer) -> Verdict:
    """What an answer says of the link, with a sentence for curators. moved_to: the address to write instead."""
    if answer.status is None:
        return Verdict(Finding.FAILED, answer.problem)
    if answer.status in NOT_FOR_PROGRAMS:
        return Verdict(Finding.SOFT, f"The server is there and does not let a program in ({status(answer.status)}).")
    if not 200 <= answer.status < 300:
        return Verdict(Finding.FAILED, f"The server answers {status(answer.status)}.")
    if not answer.hops:
        return Verdict(Finding.FINE, "It opens.")
    end = answer.hops[-1].url
    if is_front_page(end) and not is_front_page(url):
        return Verdict(Finding.SOFT, f"It leads to a front page now, {end}: what it was about may be gone.")
    if all(hop.status in PERMANENT for hop in answer.hops):
        moved_to = with_fragment_of(url, end)
        return Verdict(Finding.MOVED, "It has moved for good, and opens at its new address.", moved_to)
    return Verdict(Finding.FINE, f"It opens, at {end}.")


def is_broken(failures: int, since: datetime, now: datetime) -> bool:
    """failures: in a row, the first of them at `since`."""
    return failures >= FAILURES and now - since >= DAYS


def status(code: int) -> str:
    """404 Not Found; some servers have numbers of their own."""
    try:
        return f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        return str(code)


def may_pass(code: int) -> bool:
    """Is it worth asking once more, now? A server's own fault may be gone in a second."""
    return code >= 500 and code not in NOT_FOR_PROGRAMS


def wait_for(code: int, retry_after: str, now: datetime) -> timedelta | None:
    """For how long the server asks to be left alone. retry_after: the header, seconds or a date."""
    if code not in (429, 503) or (code == 503 and not retry_after):
        return None
    if re.fullmatch(r"[0-9]{1,9}", retry_after.strip()):
        wait = timedelta(seconds=int(retry_after))
    else:
        try:
            until = parsedate_to_datetime(retry_after)
        except ValueError:
            wait = USUAL_WAIT
        else:
            wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    return min(max(wait, timedelta(0)), LONGEST_WAIT)


def next_address(url: str, location: str) -> str:
    """Where a redirect leads: relative ones count from where it stood. Raises ValueError if that is no address."""
    address = urljoin(url, location.strip())
    if len(address.encode(errors="replace")) > LONGEST:
        raise ValueError("too long")
    return address


def refusal(url: str, *, loopback_too: bool = False) -> str:
    """Why this address is not asked at all; empty if it may be. What its name leads to is checked when connecting."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "This is not an address."
    if parts.scheme.lower() not in ("http", "https"):
        return f"It leads to {parts.scheme or 'nothing'}, not to the web."
    if not parts.hostname:
        return "This is not an address."
    if parts.username is not None:
        return "The address has a name or password in it."
    if port not in (None, 80, 443) and not loopback_too:
        return f"It leads to port {port}; pages for everybody are at 80 and 443."
    return ""


def is_front_page(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def with_fragment_of(url: str, end: str) -> str:
    """The part after #, which servers never see, goes along unless the new address has one."""
    fragment = urldefrag(url).fragment
    return f"{end}#{fragment}" if fragment and not urldefrag(end).fragment else end


# Addresses within a text

_BEGINS = re.compile(r"https?://[^\s<>\"\\^`{|}]+", re.IGNORECASE)
_CLOSING = {")": "(", "]": "["}


def addresses_in(text: str) -> Iterator[tuple[int, int]]:
    """Where web addresses begin and end in a text, be it plain, Markdown or JSON.

    A bracket that was opened before the address does not belong to it, nor does a full stop or comma after it.
    """
    here = 0
    while match := _BEGINS.search(text, here):
        here = match.start() + _length(match[0])
        address = text[match.start() : here].rstrip(".,;:!?'’”*")
        if _host(address) and len(address.encode(errors="replace")) <= LONGEST:
            yield match.start(), match.start() + len(address)


def _length(text: str) -> int:
    """Up to the first closing bracket that was not opened within."""
    opened: list[str] = []
    for position, sign in enumerate(text):
        if sign in _CLOSING.values():
            opened.append(sign)
        elif sign in _CLOSING:
            if _CLOSING[sign] not in opened:
                return position
            opened.remove(_CLOSING[sign])
    return len(text)


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def with_address_changed(text: str, old: str, new: str) -> str:
    """The text with one address in place of another; longer addresses that begin with it stay."""
    parts, done = [], 0
    for start, end in addresses_in(text):
        if text[start:end] == old:
            parts += [text[done:start], new]
            done = end
    return "".join([*parts, text[done:]])
