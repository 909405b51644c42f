"""What other servers say of a work, as values for our fields; a curator checks them.

Pure: a text of theirs in, a `Found` out. Formats: Crossref's REST API (works), Europe PMC's search (core, JSON), and
the tags of a page's head that reference managers read. An abstract is never taken over, and no kind of evidence.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from enum import Enum
from html.parser import HTMLParser
from typing import Any, NamedTuple

from .duplicates import canonical_address, doi_of_address, plain_doi, plain_pmid, pmid_of_address

FIRST_YEAR, LAST_YEAR = 1900, 2100


class Asked(NamedTuple):
    """What was typed, and so whom to ask."""

    kind: Kind
    value: str


class Kind(Enum):
    DOI = "DOI"
    PMID = "PubMed number"
    ADDRESS = "address"


class Found(NamedTuple):
    """What is known now; empty where it is not. `publisher` is the name as it stands there."""

    title: str = ""
    authors: tuple[str, ...] = ()
    journal: str = ""
    publisher: str = ""
    year: int | None = None
    date: date | None = None
    doi: str = ""
    pmid: str = ""
    isbn: str = ""
    url: str = ""
    warning: str = ""


class Unreadable(ValueError):
    """The answer is not of the documented form."""


class NotThere(LookupError):
    """The answer is that there is no such work."""


def read(typed: str) -> Asked | None:
    """A DOI, a PubMed number or an address, in any of their usual spellings; None for anything else."""
    typed = typed.strip()
    if doi := doi_of_address(typed) or (
        plain_doi(typed) if re.match(r"(?:doi:\s*)?10\.", typed, re.IGNORECASE) else ""
    ):
        return Asked(Kind.DOI, doi)
    if pmid := plain_pmid(typed) or pmid_of_address(typed):
        return Asked(Kind.PMID, pmid) if len(pmid) <= 8 else None
    if canonical_address(typed) and not re.search(r"[\s@]", typed):
        scheme = re.match(r"([a-z][a-z0-9+.-]*)://", typed, re.IGNORECASE)
        if scheme is None:
            return Asked(Kind.ADDRESS, f"https://{typed}")
        return Asked(Kind.ADDRESS, typed) if scheme[1].lower() in ("http", "https") else None
    return None


def already_known(asked: Asked) -> Found:
    """What the question itself says, for when nobody answers."""
    if asked.kind is Kind.DOI:
        return Found(doi=asked.value, url=f"https://doi.org/{asked.value}")
    return Found(pmid=asked.value) if asked.kind is Kind.PMID else Found(url=asked.value)


# Crossref


def of_crossref(answer: str) -> Found:
    """Source: Crossref, REST API, /works/{doi}. Raises Unreadable."""
    work = _mapping(_json(answer).get("message"))
    title = _first(work.get("title"))
    if not title:
        raise Unreadable("no title")
    subtitle = _first(work.get("subtitle"))
    published = _parts(work.get("issued")) or _parts(work.get("published"))
    year, day = _year_and_day(published)
    doi = plain_doi(_text(work.get("DOI")))
    retracted = any(_mapping(each).get("type") == "retraction" for each in _list(work.get("updated-by")))
    return Found(
        title=f"{title}: {subtitle}" if subtitle and subtitle.casefold() not in title.casefold() else title,
        authors=tuple(filter(None, map(_crossref_author, _list(work.get("author"))))),
        journal=_first(work.get("container-title")),
        publisher=_text(work.get("publisher")),
        year=year,
        date=day,
        doi=doi,
        isbn=_first(work.get("ISBN")),
        url=f"https://doi.org/{doi}" if doi else "",
        warning="Crossref says that this was retracted." if retracted else "",
    )


def _crossref_author(author: Any) -> str:
    named = _mapping(author)
    if family := _text(named.get("family")):
        return with_initials(family, _text(named.get("given")))
    return _text(named.get("name"))


def _parts(issued: Any) -> list[Any]:
    return _list(next(iter(_list(_mapping(issued).get("date-parts"))), []))


# Europe PMC


def of_europe_pmc(answer: str) -> Found:
    """Source: Europe PMC, RESTful web service, search with resultType=core. Raises NotThere, Unreadable."""
    results = _mapping(_json(answer).get("resultList")).get("result")
    if results == []:
        raise NotThere
    work = _mapping(next(iter(_list(results)), None))
    title = _text(work.get("title"))
    if not title:
        raise Unreadable("no title")
    journal = _mapping(_mapping(work.get("journalInfo")).get("journal"))
    year, day = _year_and_day(re.split(r"[-/]", _text(work.get("firstPublicationDate"))))
    printed, _ = _year_and_day([_text(work.get("pubYear"))])
    doi, kinds = plain_doi(_text(work.get("doi"))), _list(_mapping(work.get("pubTypeList")).get("pubType"))
    authors = (_mapping(each) for each in _list(_mapping(work.get("authorList")).get("author")))
    return Found(
        title=title.removesuffix("."),
        authors=tuple(
            filter(None, (_text(each.get("fullName")) or _text(each.get("collectiveName")) for each in authors))
        ),
        journal=_text(journal.get("title")),
        year=printed or year,
        date=day if printed in (None, year) else None,
        doi=doi,
        pmid=plain_pmid(_text(work.get("pmid"))),
        url=f"https://doi.org/{doi}" if doi else "",
        warning="PubMed says that this was retracted." if "Retracted Publication" in kinds else "",
    )


# A page


#: Our field: the names of the tags that say it, the surest first.
TAGS = {
    "title": ["citation_title", "dc.title", "dcterms.title", "og:title"],
    "journal": ["citation_journal_title", "prism.publicationname"],
    "publisher": [
        "citation_publisher",
        "citation_technical_report_institution",
        "dc.publisher",
        "dcterms.publisher",
        "og:site_name",
    ],
    "date": [
        "citation_publication_date",
        "citation_date",
        "citation_online_date",
        "prism.publicationdate",
        "dcterms.issued",
        "dc.date.issued",
        "dc.date",
        "article:published_time",
    ],
    "doi": ["citation_doi", "prism.doi", "dc.identifier", "dcterms.identifier"],
    "pmid": ["citation_pmid"],
    "isbn": ["citation_isbn", "prism.isbn", "book:isbn"],
}
PERSONS, PERSONS_OR_ORGANISATIONS = "citation_author", ["dc.creator", "dcterms.creator"]


class _Head(HTMLParser):
    """The tags of a head, by name; the title, if it has no better one."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: dict[str, list[str]] = {}
        self.title: list[str] = []
        self.is_title = self.is_over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.is_over:
            return
        self.is_title = tag == "title"
        if tag == "body":
            self.is_over = True
        elif tag == "meta":
            named = dict(attrs)
            name, content = named.get("name") or named.get("property") or "", _plain(named.get("content") or "")
            if name and content:
                self.tags.setdefault(name.strip().lower(), []).append(content)

    def handle_endtag(self, tag: str) -> None:
        self.is_title = False
        self.is_over = self.is_over or tag == "head"

    def handle_data(self, data: str) -> None:
        if self.is_title:
            self.title.append(data)

    def first(self, names: Iterable[str]) -> str:
        return next((self.tags[name][0] for name in names if name in self.tags), "")


def of_page(text: str, address: str) -> Found:
    """What a page says of itself in its head. Raises Unreadable if that is nothing.

    address: where the page was in the end.
    """
    head = _Head()
    head.feed(text.replace("\x00", ""))
    title = head.first(TAGS["title"]) or _plain("".join(head.title))
    if not title:
        raise Unreadable("no title")
    year, day = _year_and_day(re.split(r"[-/T ]", head.first(TAGS["date"])))
    publisher = head.first(TAGS["publisher"])
    authors = [_person(name) for name in head.tags.get(PERSONS, [])]
    if not authors:
        named = next((head.tags[name] for name in PERSONS_OR_ORGANISATIONS if name in head.tags), [])
        authors = [_person(name) if "," in name else name for name in named if name != publisher]
    return Found(
        title=title,
        authors=tuple(authors),
        journal=head.first(TAGS["journal"]),
        publisher=publisher,
        year=year,
        date=day,
        doi=next(filter(None, map(plain_doi, (head.first([name]) for name in TAGS["doi"]))), ""),
        pmid=plain_pmid(head.first(TAGS["pmid"])),
        isbn=head.first(TAGS["isbn"]),
        url=address,
    )


def _person(name: str) -> str:
    """ "Hawton, Keith" and "Keith Hawton" are Hawton K; an organisation stays as it is."""
    family, comma, given = name.partition(",")
    if comma:
        return with_initials(family, given)
    parts = name.split()
    if not 2 <= len(parts) <= 4 or not all(part[:1].isupper() or part in ("van", "de", "der", "von") for part in parts):
        return name
    start = next((i for i, part in enumerate(parts) if part[:1].islower()), len(parts) - 1)
    return with_initials(" ".join(parts[start:]), " ".join(parts[:start])) if start else name


# What all have in common


def with_initials(family: str, given: str) -> str:
    """ "Hawton", "Keith E." are Hawton KE, as authors are written here."""
    initials = "".join(part[0].upper() for part in re.findall(r"[^\W\d_]+", given))
    if given.replace(".", "").isupper() and len(given) <= 4:  # they are initials already
        initials = re.sub(r"[\W_]", "", given)
    return f"{_plain(family)} {initials}".strip()


def _plain(text: str) -> str:
    """Without markup (Crossref has <i> in titles, and sometimes &amp;amp;), on one line."""
    without = re.sub(r"</?[a-zA-Z][^<>]{0,80}>", "", html.unescape(html.unescape(text)))
    return " ".join("".join(c for c in without if c.isprintable() or c.isspace()).split())


def _json(answer: str) -> Mapping[str, Any]:
    try:
        return _mapping(json.loads(answer))
    except (ValueError, RecursionError) as error:
        raise Unreadable(str(error)) from error


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return _plain(value) if isinstance(value, str) else ""


def _first(values: Any) -> str:
    return next(filter(None, map(_text, _list(values))), "")


def _year_and_day(parts: Iterable[Any]) -> tuple[int | None, date | None]:
    """2021; 2021, 4, 22; "2021", "04", "22"; anything else is not known."""
    numbers = [int(str(part)) for part in parts if re.fullmatch(r"[0-9]{1,4}", str(part))][:3]
    if not numbers or not FIRST_YEAR <= numbers[0] <= LAST_YEAR:
        return None, None
    try:
        return numbers[0], date(*numbers) if len(numbers) == 3 else None
    except ValueError:
        return numbers[0], None
