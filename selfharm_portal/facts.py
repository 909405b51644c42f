"""Lists of facts, as components/facts.html prints them, and the links in them."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit


class Link(NamedTuple):
    label: str
    url: str


class Fact(NamedTuple):
    """One row: a text, which may be a link, or several links in its place, and a quiet second line."""

    label: str
    text: str = ""
    note: str = ""
    url: str = ""
    links: list[Link] | None = None


def address(text: str) -> str:
    """The text, if it can be opened on the web; else nothing. Sources are either."""
    return text if text.startswith(("https://", "http://")) else ""


def host(url: str) -> str:
    """Where a link leads, as readers are told: nice.org.uk. What is no address is told as it is."""
    return (urlsplit(url).hostname or url).removeprefix("www.")
