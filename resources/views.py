"""The library, a reading list, an item: pages for everybody, with no cookie and no form that writes."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from selfharm_portal.accounts import permissions

from . import exporting, filters, wording
from .models import PublicationState, ReadingList, ReadingListEntry, Resource, Section

NOTHING_HERE = "Nothing is published here yet"
NOTHING_MATCHES = "Nothing matches all of this yet"


@dataclass(frozen=True)
class Shelf:
    """A section of the library as its page shows it."""

    section: Section
    items: list[Resource]

    @property
    def count(self) -> str:
        return items_in_words(len(self.items))

    @property
    def links(self) -> list[dict[str, str]]:
        return [
            {
                "label": item.title,
                "url": item.get_absolute_url(),
                "code": item.code,
                "text": wording.line(item),
            }
            for item in self.items
        ]


def items_in_words(count: int) -> str:
    return "1 item" if count == 1 else f"{count} items"


def resource_list(request: HttpRequest) -> HttpResponse:
    """Everything by section; with a filter, what is left; with `list`, one reading list."""
    if slug := request.GET.get("list", "").replace("\x00", ""):  # PostgreSQL takes no NUL
        return reading_list(request, slug)
    choice = filters.read(request.GET)
    if choice:
        return filtered_list(request, choice)
    items = list(Resource.objects.published().in_use_first().with_everything())
    shelves = [Shelf(section, [i for i in items if i.section_id == section.pk]) for section in Section.objects.all()]
    lists = ReadingList.objects.shown()
    context = {
        "count": items_in_words(len(items)),
        "shelves": shelves,
        "lists": [{"label": each.title, "url": each.get_absolute_url(), "text": each.introduction} for each in lists],
        "facets": filters.groups(choice),
        "downloads": exporting.downloads_of_list(),
    }
    return render(request, "resources/resource_list.html", context)


def filtered_list(request: HttpRequest, choice: filters.Choice) -> HttpResponse:
    items = list(choice.found().in_use_first().with_everything())
    pairs = choice.pairs()
    heading, introduction = "Library", ""
    if len(pairs) == 1:  # the page of one section, topic or reader
        kind, value = pairs[0]
        heading = choice.label(kind, value)
        if kind == "reader":
            heading = f"For {heading[:1].lower()}{heading[1:]}"
        if kind == "section":
            introduction = Section.objects.get(slug=value).introduction
    context = {
        "heading": heading,
        "introduction": introduction,
        "count": items_in_words(len(items)),
        "cards": [wording.card(item) for item in items],
        "nothing": NOTHING_HERE if len(pairs) == 1 else NOTHING_MATCHES,
        "ways_on": [] if items else filters.ways_on(choice),
        "chips": filters.chips(choice),
        "chosen": len(pairs),
        "facets": filters.groups(choice),
        "downloads": exporting.downloads_of_list(pairs) if items else [],
        "breadcrumb": [{"label": "Library", "url": reverse("resources:list")}],
    }
    return render(request, "resources/filtered_list.html", context)


def reading_list(request: HttpRequest, slug: str) -> HttpResponse:
    shown, entries = list_with_entries(slug)
    steps = [
        {
            "title": entry.resource.title,
            "url": entry.resource.get_absolute_url(),
            "text": entry.why,
            "note": entry.resource.summary,
            "facts": wording.card(entry.resource).facts,
        }
        for entry in entries
    ]
    breadcrumb = [{"label": "Library", "url": reverse("resources:list")}]
    context = {
        "list": shown,
        "steps": steps,
        "count": items_in_words(len(steps)),
        "downloads": exporting.downloads_of_list([("list", shown.slug)]),
        "breadcrumb": breadcrumb,
    }
    return render(request, "resources/reading_list.html", context)


def list_with_entries(slug: str) -> tuple[ReadingList, list[ReadingListEntry]]:
    """A list and what is published on it for its reader, in order."""
    shown = get_object_or_404(ReadingList.objects.shown().with_published_entries(), slug=slug)
    return shown, [entry for entry in shown.published_entries if shown.reader in entry.resource.reader]


@require_safe
def export(request: HttpRequest, ending: str) -> HttpResponse:
    """What resource_list shows for the same query string, as a file."""
    if slug := request.GET.get("list", "").replace("\x00", ""):
        shown, entries = list_with_entries(slug)
        keys = [entry.resource_id for entry in entries]
        found = Resource.objects.published().with_everything().in_bulk(keys)
        return exporting.file_of([found[key] for key in keys if key in found], shown.slug, ending)
    items = filters.read(request.GET).found().in_use_first().with_everything()
    return exporting.file_of(items, "library", ending)


@require_safe
def cite(request: HttpRequest, slug: str, ending: str) -> HttpResponse:
    """One item as a reference. A curator's preview has none: what is cited is published."""
    resource = get_object_or_404(Resource.objects.published().with_everything(), slug=slug)
    return exporting.file_of([resource], resource.slug, ending)


def resource_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One item. What is not published is not there for the public; a curator sees it as it would look."""
    resource = get_object_or_404(Resource.objects.with_everything(), slug=slug)
    preview = ""
    if not resource.is_published:
        if not permissions.may_curate(request.user):
            raise Http404("not published")
        preview = PublicationState(resource.publication_state).label
    kind = wording.kind_of(resource)
    section = resource.section
    context = {
        "resource": resource,
        "preview": preview,
        "breadcrumb": [
            {"label": "Library", "url": reverse("resources:list")},
            {"label": section.title, "url": section.get_absolute_url()},
        ],
        "eyebrow": wording.eyebrow(resource),
        "notice": wording.status_notice(resource),
        "way_in": wording.way_in(resource),
        "access": wording.access(resource),
        "kind": kind,
        "kind_title": f"{kind.noun[:1].upper()}{kind.noun[1:]}: {kind.gist}.",
        "kind_question": f"How sure can I be of {kind.noun}?",
        "facts": wording.at_a_glance(resource),
        "looked_after": wording.looked_after(resource),
        "measures": wording.measures_that_rest_on(resource),
        "citation": None if preview else exporting.citation_of(resource),
    }
    return render(request, "resources/resource_detail.html", context)
