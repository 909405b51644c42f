"""Asks other servers what they know of a work; lookup.py reads what they say.

Crossref and Europe PMC stand in the settings, by whoever runs the portal. An address that a curator types is opened
through public_web.py, which reaches no private one, whatever it leads on to.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote

import httpx
from django.conf import settings

from selfharm_portal.facts import host
from selfharm_portal.public_web import NotPublic, PublicWeb

from . import lookup
from .lookup import Asked, Found, Kind

SILENCE, WHOLE = 6.0, 12.0  # seconds: without a byte, and for all of it
LARGEST = 3 * 1024 * 1024  # bytes; records and heads of pages are far smaller
MOST_REDIRECTS = 5

BY_HAND = "Fill in the rest by hand."


class NoAnswer(Exception):
    """Its text says to a curator why nothing is filled in."""


class Page(NamedTuple):
    """What came back: its text, and where it was in the end."""

    text: str
    url: str


def ask(asked: Asked) -> Found:
    """What is known elsewhere of what was typed. Raises NoAnswer; takes at most WHOLE seconds."""
    whom, read = _whom(asked), _reader(asked)
    try:
        page = asyncio.run(_in_time(asked))
        return read(page)
    except (lookup.NotThere, _Missing):
        raise NoAnswer(f"{whom} knows nothing of this {asked.kind.value}. Is there a slip in it? {BY_HAND}") from None
    except NotPublic:
        raise NoAnswer(f"This address is none of the public web, so it was not opened. {BY_HAND}") from None
    except (lookup.Unreadable, _Odd):
        raise NoAnswer(f"Nothing could be read from what {whom} answered. {BY_HAND}") from None
    except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
        raise NoAnswer(f"{whom} could not be reached just now. {BY_HAND}") from None


class _Missing(Exception):
    """404 or 410."""


class _Odd(Exception):
    """An answer that is none to what was asked: another status, no text, or far too much of it."""


def _whom(asked: Asked) -> str:
    return {Kind.DOI: "Crossref", Kind.PMID: "Europe PMC"}.get(asked.kind) or host(asked.value)


def _reader(asked: Asked) -> Callable[[Page], Found]:
    if asked.kind is Kind.DOI:
        return lambda page: lookup.of_crossref(page.text)
    if asked.kind is Kind.PMID:
        return lambda page: lookup.of_europe_pmc(page.text)
    return lambda page: lookup.of_page(page.text, page.url)


async def _in_time(asked: Asked) -> Page:
    async with asyncio.timeout(WHOLE):
        return await _fetch(asked)


async def _fetch(asked: Asked) -> Page:
    is_typed = asked.kind is Kind.ADDRESS
    headers = {
        "User-Agent": f"Self-harm community care portal (+{settings.PORTAL_URL}; mailto:{settings.NCISH_EMAIL})",
        "Accept": "text/html, application/xhtml+xml" if is_typed else "application/json",
        "Accept-Encoding": "identity",  # so that the size of what arrives is the size of what is read
    }
    guarded = PublicWeb(httpx.create_ssl_context(), loopback_too=settings.CHECK_LOOPBACK_LINKS) if is_typed else None
    async with (
        httpx.AsyncClient(
            transport=guarded,
            trust_env=not is_typed,  # the way to the two services may lead through a proxy
            timeout=SILENCE,
            follow_redirects=is_typed,
            max_redirects=MOST_REDIRECTS,
            headers=headers,
        ) as client,
        client.stream("GET", _address(asked)) as response,
    ):
        if response.status_code in (404, 410):
            raise _Missing
        if response.status_code != 200 or response.headers.get("Content-Encoding", "identity") != "identity":
            raise _Odd
        if is_typed and "html" not in response.headers.get("Content-Type", "html").lower():
            raise _Odd
        read = bytearray()
        async for chunk in response.aiter_raw():
            read += chunk
            if len(read) > LARGEST:
                raise _Odd
        return Page(_decoded(bytes(read), response.charset_encoding), str(response.url))


def _address(asked: Asked) -> str:
    """Source: api.crossref.org/swagger-ui, and europepmc.org/RestfulWebService."""
    if asked.kind is Kind.DOI:
        return f"{settings.CROSSREF_URL}/works/{quote(asked.value, safe='')}"
    if asked.kind is Kind.PMID:
        query = quote(f"EXT_ID:{asked.value} AND SRC:MED")
        path = f"/europepmc/webservices/rest/search?query={query}&resultType=core&format=json&pageSize=1"
        return f"{settings.EUROPE_PMC_URL}{path}"
    return asked.value


def _decoded(text: bytes, charset: str | None) -> str:
    """By what the server says, else what the page says, else UTF-8; a wrong sign is better than no title."""
    said = re.search(rb"""<meta[^>]{0,80}charset=["']?([A-Za-z0-9_:.-]{2,30})""", text[:4096], re.IGNORECASE)
    try:
        return text.decode(charset or (said[1].decode("ascii") if said else "utf-8"), "replace")
    except LookupError:  # no such encoding
        return text.decode("utf-8", "replace")
