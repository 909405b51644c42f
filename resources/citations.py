"""One item of the library as references are written: RIS, BibTeX, CSL JSON, a row of CSV, and a line to read.

Pure: plain values in, text out. What a format cannot say by itself (kind, code, where the work stands) goes where
reference managers show it: M3, M1 and N1 of RIS; type, number and note of BibTeX; genre, number and note of CSL.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, NamedTuple

import rispy
from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field
from pylatexenc.latexencode import RULE_DICT, RULE_REGEX, UnicodeToLatexConversionRule, UnicodeToLatexEncoder

from selfharm_portal.cells import guarded

#: Vancouver names six authors, then "et al."
AUTHORS_IN_A_LINE = 6

#: In RIS, by which importing knows that the abstract is our own summary, and the kind one that a curator chose.
PORTAL = "Community care for self-harm"

#: Between several values in one text, where a format has one text for them.
SEPARATOR = "; "


class Types(NamedTuple):
    """What a kind of item is called in each format."""

    ris: str
    bibtex: str
    csl: str
    schema_org: str


ARTICLE = Types("JOUR", "article", "article-journal", "ScholarlyArticle")
REPORT = Types("RPRT", "techreport", "report", "Report")

#: By ResourceType. BibTeX has no entry type for what is not printed.
TYPES = {
    "guideline": REPORT,
    "quality_standard": Types("STAND", "techreport", "standard", "Report"),
    "systematic_review": ARTICLE,
    "journal_article": ARTICLE,
    "report": REPORT,
    "competence_framework": REPORT,
    "toolkit": REPORT,
    "training_course": Types("ELEC", "misc", "webpage", "Course"),
    "training_package": Types("ELEC", "misc", "webpage", "Course"),
    "leaflet": Types("PAMP", "booklet", "pamphlet", "DigitalDocument"),
    "website": Types("ELEC", "misc", "webpage", "WebSite"),
    "app": Types("COMP", "misc", "software", "SoftwareApplication"),
    "video": Types("VIDEO", "misc", "motion_picture", "VideoObject"),
    "dataset": Types("DATA", "misc", "dataset", "Dataset"),
}


@dataclass(frozen=True)
class Citable:
    """What is known of an item, as its page shows it. Empty where it is not known."""

    key: str
    kind: str
    kind_name: str
    title: str
    authors: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    journal: str = ""
    year: int | None = None
    date: date | None = None
    doi: str = ""
    pmid: str = ""
    isbn: str = ""
    code: str = ""
    url: str = ""
    summary: str = ""
    topics: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    # What references have no place for: in CSV only, in the words of the pages.
    section: str = ""
    content_note: str = ""
    access_note: str = ""
    audiences: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    population: tuple[str, ...] = ()
    reader: tuple[str, ...] = ()
    cost: str = ""
    format: str = ""
    minutes: int | None = None
    login_required: str = ""
    easy_read: str = ""
    qs34_statements: tuple[str, ...] = ()
    status: str = ""
    status_reason: str = ""
    status_date: str = ""  # as 2026-03-27
    expected_on: str = ""
    replaced_by: str = ""  # the key of that item

    @property
    def types(self) -> Types:
        """A review that no journal printed is a report."""
        types = TYPES[self.kind]
        return REPORT if types is ARTICLE and not self.journal else types

    @property
    def names(self) -> list[Name]:
        """Who is cited as author: persons, or else the organisations that published it."""
        return [name_of(author) for author in self.authors] or [Name(one_line(each)) for each in self.publishers]


class Name(NamedTuple):
    """A person, or an organisation, which has a family name only."""

    family: str
    given: str = ""
    particle: str = ""

    @property
    def inverted(self) -> str:
        """van Heeringen, K."""
        family = f"{self.particle} {self.family}".strip()
        return f"{family}, {self.given}" if self.given else family


def name_of(author: str) -> Name:
    """ "Chan MKY" is Chan, M. K. Y.; "van Heeringen K" has a particle; anything else is taken as it stands."""
    written = one_line(author)
    person = re.fullmatch(r"((?:[^\W\d_A-Z]+ )*)([^,]*[^\W\d_A-Z][^,]*) ([^\W\d_a-z]{1,4}(?:-[^\W\d_a-z])?)", written)
    if not person or not person[3].isupper():
        return Name(written)
    particle = person[1].strip() if person[1].islower() else ""
    family = person[2] if particle or not person[1] else f"{person[1]}{person[2]}"
    given = " ".join(f"{letter}." for letter in person[3] if letter != "-")
    return Name(family, given.replace(". ", ".-", 1) if person[3][1:2] == "-" else given, particle)


def one_line(text: str) -> str:
    """Without line breaks, which end a value in RIS, and without characters that nobody can see."""
    return " ".join("".join(each for each in text if each.isspace() or unicodedata.category(each) != "Cc").split())


# RIS


class _RisWriter(rispy.RisWriter):  # type: ignore[misc]  # it brings no types
    NEWLINE = "\r\n"

    def set_header(self, count: int) -> str:
        return ""  # rispy numbers the references; not every reference manager expects that


def ris(items: Sequence[Citable]) -> str:
    """To be read with `delimiter_tags_mapping={}` by rispy, which would cut an address at a semicolon."""
    return str(rispy.dumps([_ris_reference(item) for item in items], implementation=_RisWriter)) if items else ""


def _ris_reference(item: Citable) -> dict[str, Any]:
    # An organisation with a comma in its name would be taken for a person: it stays in PB.
    authors = [name.inverted for name in item.names if item.authors or "," not in name.family]
    reference = {
        "type_of_reference": item.types.ris,
        "id": item.key,
        "authors": authors,
        "title": one_line(item.title),
        "secondary_title": one_line(item.journal),
        "publisher": one_line(SEPARATOR.join(item.publishers)),
        "year": str(item.year or ""),
        "date": f"{item.date:%Y/%m/%d}" if item.date else "",
        "doi": one_line(item.doi),
        "accession_number": item.pmid,
        "name_of_database": "PubMed" if item.pmid else "",
        "database_provider": PORTAL,
        "issn": one_line(item.isbn),
        "note": one_line(item.code),
        "type_of_work": item.kind_name,
        "abstract": one_line(item.summary),
        "keywords": [one_line(topic) for topic in item.topics],
        "notes": [one_line(note) for note in item.notes],
        "urls": [one_line(item.url)] if item.url else [],
    }
    return {name: value for name, value in reference.items() if value}


# BibTeX

#: What TeX would read as a command, or join to another character. Letters stay: BibTeX files are UTF-8 today.
_ESCAPES = UnicodeToLatexEncoder(
    conversion_rules=[
        UnicodeToLatexConversionRule(
            RULE_REGEX, [(re.compile(r"-(?=-)"), "-{}"), (re.compile(r"([`'?!])(?=[`'])"), r"\1{}")]
        ),
        UnicodeToLatexConversionRule(
            RULE_DICT,
            {
                **{ord(each): f"\\{each}" for each in "$&#%_"},
                ord("{"): r"\{\vphantom{\}}",  # in pairs: BibTeX counts braces, whatever stands before them
                ord("}"): r"\vphantom{\{}\}",
                ord("\\"): r"{\textbackslash}",
                ord("~"): r"{\textasciitilde}",
                ord("^"): r"{\textasciicircum}",
            },
        ),
    ],
    replacement_latex_protection="none",
    unknown_char_policy="keep",
    unknown_char_warning=False,
)


def bibtex(items: Sequence[Citable]) -> str:
    library = Library([_bibtex_entry(item) for item in items])
    return write_string(library)


def _bibtex_entry(item: Citable) -> Entry:
    kind = item.types.bibtex
    values = {
        "title": f"{{{_tex(item.title)}}}",  # in braces: no style may write "Nice" for NICE
        "author": " and ".join(_tex_name(name) for name in item.names),
        "journal": _tex(item.journal),
        "institution" if kind == "techreport" else "publisher": _tex_names(item.publishers),
        "year": str(item.year or ""),
        "date": item.date.isoformat() if item.date else "",
        "type": _tex(item.kind_name),
        "number": _tex(item.code),
        "doi": _verbatim(item.doi),
        "pmid": item.pmid,
        "isbn": _tex(item.isbn),
        "url": _verbatim(item.url),
        "abstract": _tex(item.summary),
        "keywords": ", ".join(f"{{{_tex(each)}}}" if "," in each else _tex(each) for each in item.topics),
        "note": _tex(" ".join(item.notes)),
    }
    return Entry(kind, item.key, [Field(name, value) for name, value in values.items() if value])


def _tex(text: str) -> str:
    return str(_ESCAPES.unicode_to_latex(one_line(text)))


def _tex_name(name: Name) -> str:
    return _tex(name.inverted) if name.given else f"{{{_tex(name.family)}}}"


def _tex_names(names: Sequence[str]) -> str:
    """One in braces each, because "and" may be part of a name."""
    return " and ".join(f"{{{_tex(name)}}}" for name in names)


def _verbatim(address: str) -> str:
    """TeX prints these two fields as they stand; only what would end the field is written as addresses write it."""
    codes = {"{": "%7B", "}": "%7D", "\\": "%5C"}
    return "".join(codes.get(each, each) for each in one_line(address))


# CSL JSON


def csl(item: Citable) -> dict[str, Any]:
    """An item by the CSL-JSON schema 1.0.2; a file holds a list of them."""
    published = [item.date.year, item.date.month, item.date.day] if item.date else [item.year] if item.year else []
    values = {
        "id": item.key,
        "type": item.types.csl,
        "title": one_line(item.title),
        "author": [_csl_name(name) for name in item.names],
        "container-title": one_line(item.journal),
        "publisher": one_line(SEPARATOR.join(item.publishers)),
        "issued": {"date-parts": [published]} if published else None,
        "genre": item.kind_name,
        "number": one_line(item.code),
        "DOI": one_line(item.doi),
        "PMID": item.pmid,
        "ISBN": one_line(item.isbn),
        "URL": one_line(item.url),
        "abstract": one_line(item.summary),
        "keyword": ", ".join(one_line(topic) for topic in item.topics),
        "note": one_line(" ".join(item.notes)),
    }
    return {name: value for name, value in values.items() if value}


def _csl_name(name: Name) -> dict[str, str]:
    if not name.given:
        return {"literal": name.family}
    person = {"family": name.family, "given": name.given}
    return person | ({"non-dropping-particle": name.particle} if name.particle else {})


# CSV


def comma_separated(items: Sequence[Citable]) -> str:
    """A row each, with the names of the columns first; authors, publishers, topics and notes with semicolons."""
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)  # also whole where a spreadsheet parts cells at semicolons
    writer.writerow([field.name for field in fields(Citable)])
    writer.writerows([_cell(getattr(item, field.name)) for field in fields(Citable)] for item in items)
    return file.getvalue()


def _cell(value: Any) -> str:
    values = value if isinstance(value, tuple) else () if value is None else (value,)
    text = SEPARATOR.join(one_line(str(each)) for each in values)
    return guarded(text)


# To read


def reference(item: Citable) -> str:
    """One line in the manner of Vancouver; volume and pages are not known here, a DOI leads to them."""
    people = [one_line(author) for author in item.authors] or [one_line(each) for each in item.publishers]
    shown = [*people[:AUTHORS_IN_A_LINE], "et al"] if len(people) > AUTHORS_IN_A_LINE else people
    parts = [
        (", " if item.authors else SEPARATOR).join(shown),
        f"{one_line(item.title)} ({item.code})" if item.code else one_line(item.title),
        one_line(item.journal or (SEPARATOR.join(item.publishers) if item.authors else "")),
        str(item.year or ""),
        f"doi: {one_line(item.doi)}" if item.doi else f"Available from: {one_line(item.url)}" if item.url else "",
    ]
    sentences = [part if part.endswith((".", "?", "!")) else f"{part}." for part in parts if part]
    # A full stop after an address would be taken for part of it.
    return " ".join(sentences).removesuffix(".") if item.doi or item.url else " ".join(sentences)
