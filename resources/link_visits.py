"""Opens other people's addresses, politely: one request at a time to a host and a pause after it.

A page is asked for by HEAD, and by GET where HEAD is refused; no body is read. Redirects are followed here, so that
each is recorded and each address checked. What the answers mean is link_health.py's business.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx

from selfharm_portal.public_web import NotPublic, PublicWeb

from . import link_health
from .link_health import Answer, Hop

#: Browsers follow about twenty; a page that people can cite needs few.
MOST_REDIRECTS = 10

NO_ANSWER = "There was no answer in time."
CIRCLE = "It leads round in a circle."
TOO_FAR = f"It leads on more than {MOST_REDIRECTS} times."
NOT_PUBLIC = "It leads to an address that is not of the public web."
NO_CONNECTION = "No connection: there is no such server, or it does not answer."
BAD_CERTIFICATE = "The server's certificate is not right, so browsers warn of it."
NOT_HTTP = "What came back is not an answer of a web server."


class Manners(NamedTuple):
    """How we behave. Seconds, but for the first."""

    hosts_at_once: int = 8
    pause: float = 1.0
    silence: float = 10.0  # without a byte
    whole: float = 20.0  # for one request, from the look-up of the name to the end of the headers


class Reply(NamedTuple):
    """What one request came to."""

    status: int | None = None
    location: str = ""
    wait: timedelta | None = None
    problem: str = ""
    may_pass: bool = False


def visit(
    urls: Iterable[str], *, user_agent: str, loopback_too: bool, manners: Manners
) -> Iterator[tuple[str, Answer]]:
    """Open each address; yields it with its answer as soon as there is one.

    Everybody waits while the caller works with an answer, and no event loop runs in the meantime: it may ask the
    database.
    """
    with asyncio.Runner() as runner:
        visitor = runner.run(_visitor(user_agent, loopback_too, manners))
        pending = {runner.get_loop().create_task(visitor.open(url), name=url) for url in urls}
        while pending:
            done, pending = runner.run(_first_of(pending))
            for task in done:
                yield task.get_name(), task.result()


async def _visitor(user_agent: str, loopback_too: bool, manners: Manners) -> Visitor:
    return Visitor(user_agent=user_agent, loopback_too=loopback_too, manners=manners)


async def _first_of(tasks: set[asyncio.Task[Answer]]) -> tuple[set[asyncio.Task[Answer]], set[asyncio.Task[Answer]]]:
    return await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)


class Visitor:
    """Remembers whom it asked when, and who wants to be left alone."""

    def __init__(self, *, user_agent: str, loopback_too: bool, manners: Manners) -> None:
        self.user_agent, self.loopback_too, self.manners = user_agent, loopback_too, manners
        self._certificates = httpx.create_ssl_context()
        self._hosts: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._places = asyncio.Semaphore(manners.hosts_at_once)
        self._free_from: dict[str, float] = {}
        self._left_alone: dict[str, datetime] = {}

    async def open(self, url: str) -> Answer:
        """Follow an address to its end. Cookies are kept on the way, and for this way only: some pages insist."""
        async with httpx.AsyncClient(
            transport=PublicWeb(self._certificates, loopback_too=self.loopback_too),
            trust_env=False,
            timeout=self.manners.silence,
            headers={"User-Agent": self.user_agent, "Accept": "*/*", "Accept-Encoding": "identity"},
        ) as client:
            here, hops, seen = url, list[Hop](), set[Any]()
            while True:
                if problem := link_health.refusal(here, loopback_too=self.loopback_too):
                    return Answer(tuple(hops), problem=problem)
                # The same page once more is a circle, unless it has set a cookie meanwhile and may now open.
                if (here, cookies_of(client)) in seen:
                    return Answer(tuple(hops), problem=CIRCLE)
                seen.add((here, cookies_of(client)))
                reply = await self._ask(client, here)
                if reply is None:
                    wait = self._left_alone[host_of(here)] - datetime.now(UTC)
                    return Answer(tuple(hops), wait=wait, put_off=True)
                if reply.status not in link_health.REDIRECTS or not reply.location:
                    return Answer(tuple(hops), reply.status, reply.problem, reply.wait)
                try:
                    hop = Hop(reply.status, link_health.next_address(here, reply.location))
                except ValueError:
                    return Answer(tuple(hops), problem="It leads on to something that is not an address.")
                hops.append(hop)
                here = hop.url
                if len(hops) > MOST_REDIRECTS:
                    return Answer(tuple(hops), problem=TOO_FAR)

    async def _ask(self, client: httpx.AsyncClient, url: str) -> Reply | None:
        """HEAD, then GET where HEAD is refused, and GET again where that may help; None: the host is left alone."""
        reply = None
        for method in ("HEAD", "GET", "GET"):
            async with self._turn(host_of(url)) as is_open:
                if not is_open:
                    return reply
                reply = await self._request(client, method, url)
                if reply.wait is not None:
                    self._left_alone[host_of(url)] = datetime.now(UTC) + reply.wait
            refused = method == "HEAD" and reply.status is not None and reply.status >= 400
            if reply.wait is not None or not (refused or reply.may_pass):
                break
        return reply

    @asynccontextmanager
    async def _turn(self, host: str) -> AsyncIterator[bool]:
        """Our turn with this host: nobody else asks it now, nor asked it just before. False: it is left alone."""
        clock = asyncio.get_running_loop().time
        async with self._hosts[host]:
            if datetime.now(UTC) < self._left_alone.get(host, datetime.min.replace(tzinfo=UTC)):
                yield False
                return
            await asyncio.sleep(max(0.0, self._free_from.get(host, 0.0) - clock()))
            async with self._places:
                try:
                    yield True
                finally:
                    self._free_from[host] = clock() + self.manners.pause

    async def _request(self, client: httpx.AsyncClient, method: str, url: str) -> Reply:
        try:
            async with asyncio.timeout(self.manners.whole), client.stream(method, url) as response:
                code, headers = response.status_code, response.headers  # and no body
        except (TimeoutError, httpx.TimeoutException):
            return Reply(problem=NO_ANSWER, may_pass=True)
        except NotPublic:
            return Reply(problem=NOT_PUBLIC)
        except httpx.ConnectError as error:
            is_certificate = "CERTIFICATE" in str(error).upper()
            return Reply(problem=BAD_CERTIFICATE if is_certificate else NO_CONNECTION, may_pass=not is_certificate)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):  # names that cannot be, among others
            return Reply(problem=NOT_HTTP, may_pass=True)
        wait = link_health.wait_for(code, headers.get("Retry-After", ""), datetime.now(UTC))
        return Reply(code, headers.get("Location", ""), wait, may_pass=link_health.may_pass(code))


def host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


def cookies_of(client: httpx.AsyncClient) -> tuple[tuple[str, str | None], ...]:
    return tuple(sorted((cookie.name, cookie.value) for cookie in client.cookies.jar))
