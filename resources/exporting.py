"""From rows of the library to references: which items, which file, which words in the page's head."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import TextChoices
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from selfharm_portal.facts import Link
from selfharm_portal.pages import demonstration

from . import citations, wording
from .citations import Citable, Name
from .models import Audience, Cost, Format, Population, Reader, Resource, ResourceType, Setting, Status

YES_OR_NO = {True: "Yes", False: "No", None: ""}


class FileFormat(NamedTuple):
    label: str
    content_type: str
    write: Callable[[Sequence[Citable]], str]
    encoding: str = "utf-8"


def csl_json(items: Sequence[Citable]) -> str:
    return json.dumps([citations.csl(item) for item in items], ensure_ascii=False, indent=1) + "\n"


#: By the end of the file's name.
FORMATS = {
    "ris": FileFormat("RIS, for EndNote, Zotero and others", "application/x-research-info-systems", citations.ris),
    "bib": FileFormat("BibTeX, for LaTeX", "application/x-bibtex", citations.bibtex),
    "json": FileFormat("CSL JSON, for Zotero and Pandoc", "application/vnd.citationstyles.csl+json", csl_json),
    # With a byte order mark: without it Excel takes the accents for something else.
    "csv": FileFormat("CSV, for a spreadsheet", "text/csv", citations.comma_separated, "utf-8-sig"),
}
#: Of every item: the library has none in another language, and no field for it.
LANGUAGE = "en"

FORMATS_OF_ONE = ["ris", "bib", "json"]
FORMATS_OF_A_LIST = ["csv", "ris", "bib", "json"]


class Meta(NamedTuple):
    name: str
    content: str


class Microdata(NamedTuple):
    """A thing of schema.org: its type, its texts, and the persons and organisations that belong to it."""

    type: str
    texts: list[Meta]
    parts: list[tuple[str, str, list[Meta]]]


class Citation(NamedTuple):
    """What the page of an item says about citing it."""

    text: str
    downloads: list[Link]
    highwire: list[Meta]
    thing: Microdata


def citable(resource: Resource, *notes: str) -> Citable:
    """What readers may know of it, with what they should know before they cite it."""
    notice = wording.status_notice(resource)
    if notice:
        notes = (f"{notice.title}. {notice.text} {notice.link}".strip(), *notes)
    return Citable(
        key=resource.slug,
        kind=resource.type,
        kind_name=str(ResourceType(resource.type).label),
        title=resource.title,
        authors=tuple(resource.authors),
        publishers=tuple(publisher.name for publisher in wording.publishers_of(resource)),
        journal=resource.journal,
        year=resource.year,
        date=resource.date_published,
        doi=resource.doi,
        pmid=resource.pmid,
        isbn=resource.isbn,
        code=resource.code,
        url=resource.url,
        summary=resource.summary,
        topics=tuple(topic.title for topic in resource.topics.all()),
        notes=notes,
        section=resource.section.title,
        content_note=resource.content_note,
        access_note=resource.access_note,
        audiences=_labels(resource.audiences, Audience),
        settings=_labels(resource.settings, Setting),
        population=_labels(resource.population, Population),
        reader=_labels(resource.reader, Reader),
        cost=str(Cost(resource.cost).label),
        format=str(Format(resource.format).label) if resource.format else "",
        minutes=resource.minutes,
        login_required=YES_OR_NO[resource.login_required],
        easy_read=YES_OR_NO[resource.easy_read],
        qs34_statements=tuple(str(number) for number in resource.qs34_statements),
        status=str(Status(resource.status).label),
        status_reason=resource.status_reason,
        status_date=_day(resource.status_date),
        expected_on=_day(resource.expected_on),
        replaced_by=successor.slug if (successor := resource.superseded_by) and successor.is_published else "",
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _labels(values: Iterable[str], choices: type[TextChoices]) -> tuple[str, ...]:
    return tuple(str(choices(value).label) for value in values)


def file_of(resources: Iterable[Resource], name: str, ending: str) -> HttpResponse:
    """The file to keep: `name` has the word "demonstration" in a demonstration, and so has each reference."""
    written_as = FORMATS[ending]
    notes = []
    if demonstration.is_demonstration():
        name, notes = f"{name}-demonstration", [demonstration.BANNER]
    text = written_as.write([citable(resource, *notes) for resource in resources])
    return HttpResponse(
        text.encode(written_as.encoding),
        content_type=f"{written_as.content_type}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.{ending}"'},
    )


def downloads_of_list(asked: Sequence[tuple[str, str]] = ()) -> list[Link]:
    """The list that a page shows, in each format: the same query string gives the same items."""
    query = f"?{urlencode(asked)}" if asked else ""
    return [
        Link(FORMATS[ending].label, f"{reverse(f'resources:export_{ending}')}{query}") for ending in FORMATS_OF_A_LIST
    ]


def citation_of(resource: Resource) -> Citation:
    item = citable(resource)
    downloads = [
        Link(FORMATS[ending].label, reverse(f"resources:cite_{ending}", args=[resource.slug]))
        for ending in FORMATS_OF_ONE
    ]
    return Citation(citations.reference(item), downloads, highwire(item), microdata(item))


def highwire(item: Citable) -> list[Meta]:
    """The names that Zotero, Mendeley and Google Scholar read in a page's head.

    Without the item's own address, Zotero would take the page's for it.
    """
    is_report = item.types.bibtex == "techreport"
    published = f"{item.date:%Y/%m/%d}" if item.date else str(item.year or "")
    found = [
        ("citation_title", item.title),
        *(("citation_author", name.inverted) for name in item.names),
        ("citation_publication_date", published),
        ("citation_journal_title", item.journal),
        *(("citation_publisher", publisher) for publisher in item.publishers),
        *(("citation_technical_report_institution", publisher) for publisher in item.publishers if is_report),
        ("citation_technical_report_number", item.code if is_report else ""),
        ("citation_doi", item.doi),
        ("citation_pmid", item.pmid),
        ("citation_isbn", item.isbn),
        ("citation_public_url", item.url),
        ("citation_language", LANGUAGE),
        ("citation_abstract", item.summary),
        *(("citation_keywords", topic) for topic in item.topics),
    ]
    return [Meta(name, content) for name, content in found if content]


def microdata(item: Citable) -> Microdata:
    """schema.org without a script element: no page has one that is not fetched from our own files."""
    identifiers = {"doi": item.doi, "pmid": item.pmid, "isbn": item.isbn, "code": item.code}
    texts = [
        ("name", item.title),
        ("genre", item.kind_name),
        ("datePublished", item.date.isoformat() if item.date else str(item.year or "")),
        ("url", item.url),
        ("sameAs", f"https://doi.org/{item.doi}" if item.doi else ""),
        ("inLanguage", LANGUAGE),
        ("abstract", item.summary),
        *(("keywords", topic) for topic in item.topics),
    ]
    known = [Meta(name, content) for name, content in texts if content]
    parts = [
        *(("author", *_agent(name)) for name in item.names),
        *(("publisher", "Organization", [Meta("name", publisher)]) for publisher in item.publishers),
        *(
            ("identifier", "PropertyValue", [Meta("propertyID", kind), Meta("value", value)])
            for kind, value in identifiers.items()
            if value
        ),
    ]
    if item.journal:
        parts.append(("isPartOf", "Periodical", [Meta("name", item.journal)]))
    return Microdata(item.types.schema_org, known, parts)


def _agent(name: Name) -> tuple[str, list[Meta]]:
    if not name.given:
        return "Organization", [Meta("name", name.family)]
    family = f"{name.particle} {name.family}".strip()
    return "Person", [
        Meta("name", f"{name.given} {family}"),
        Meta("familyName", family),
        Meta("givenName", name.given),
    ]
