"""The library and an item: pages for everybody, with no cookie and no form that writes."""

from __future__ import annotations

from urllib.parse import parse_qsl

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.models import User
from selfharm_portal.pages import distress, help_lines
from selfharm_portal.publishing import moves
from selfharm_portal.publishing.models import PublicationState

from . import (
    changes,
    exporting,
    failed_searches,
    feeds,
    filters,
    library_pages,
    old_addresses,
    reading_lists,
    related,
    succession,
    upkeep,
    wording,
)
from .library_pages import items_in_words
from .models import Reader, ReadingList, Resource, Section, Status

#: Items of one page of results.
PER_PAGE = 20

#: Above the preview of what is not published.
ONLY_CURATORS = "Only curators see this page. Its own links and files work once it is published."


@require_safe
def resource_list(request: HttpRequest) -> HttpResponse:
    """The library's front page; with words, filters or an order, what is found.

    Each choice has one address: other spellings of it lead there, unless something in them was not understood.
    """
    if url := old_addresses.moved_to(request.GET):
        return redirect(url, permanent=True)
    choice = filters.read(request.GET)
    if (
        not choice.problems
        and parse_qsl(request.META["QUERY_STRING"], keep_blank_values=True) != choice.pairs_of_page()
    ):
        return redirect(choice)
    if choice.pairs_of_page() or choice.problems:
        return results(request, choice)
    return front_page(request, choice)


def front_page(request: HttpRequest, choice: filters.Choice) -> HttpResponse:
    numbers = filters.numbers(choice, "section")
    context = {
        "count": items_in_words(choice.count),
        "sections": [
            {
                "label": section.title,
                "url": section.get_absolute_url(),
                "text": section.introduction,
                "count": items_in_words(numbers.get(section.slug, 0)),
            }
            for section in Section.objects.all()
        ],
        "everything": choice.sorted_by(filters.Sort.NEWEST).get_absolute_url(),
        "lists": [
            {"label": each.title, "url": each.get_absolute_url(), "text": each.introduction}
            for each in ReadingList.objects.shown()
        ],
        "facets": library_pages.groups(choice),
        "years": library_pages.years(choice),
        "downloads": exporting.downloads_of_list(),
        **feeds.ways_to_follow(choice),
    }
    return render(request, "resources/resource_list.html", context)


def results(request: HttpRequest, choice: filters.Choice) -> HttpResponse:
    """What was asked for; where that is nothing and other words were meant, what those find."""
    meant = library_pages.other_words(choice)
    if choice.is_words_alone and not choice.count and not meant:
        failed_searches.note(choice.typed, timezone.localdate())
    shown = meant.choice if meant and meant.are_shown else choice
    page = Paginator(shown.results().with_everything(), PER_PAGE).get_page(shown.page)
    if page.number != shown.page and not choice.problems:
        return redirect(shown.on_page(page.number))
    chips = library_pages.chips(shown)
    shows_distress = distress.suggested(choice.typed)
    context = {
        "typed": choice.typed,
        "help_first": help_lines.first_box() if shows_distress else None,
        "problems": [{"text": each.message, "href": "#narrow" if each.field else ""} for each in choice.problems],
        "meant": meant,
        "heading": library_pages.heading(shown),
        "introduction": library_pages.introduction(shown),
        "count": items_in_words(shown.count) if shows_distress else library_pages.count_in_words(shown),
        "is_loose": shown.count and shown.is_loose,
        "cards": [wording.card(item) for item in page],
        "ended": library_pages.ended_too(shown),
        "sorts": library_pages.sorts(shown),
        "chips": chips,
        "chosen": len(chips),
        "facets": library_pages.groups(shown),
        "years": library_pages.years(shown),
        "hidden": library_pages.hidden(shown),
        "pagination": library_pages.pagination(page, lambda number: shown.on_page(number).get_absolute_url()),
        "downloads": exporting.downloads_of_list(shown.pairs()) if shown.count else [],
        "nothing": "Nothing is published here yet" if shown.is_one_list else "Nothing matches all of this yet",
        "ways_on": [] if shown.count else library_pages.ways_on(shown),
        "ask": library_pages.ask_ncish(choice),
        "canonical": choice.get_absolute_url(),
        **feeds.ways_to_follow(shown),
        "is_indexed": choice.is_one_list and choice.page == 1,
        "breadcrumb": [{"label": "Library", "url": reverse("resources:list")}],
    }
    return render(request, "resources/filtered_list.html", context)


@require_safe
def export(request: HttpRequest, ending: str) -> HttpResponse:
    """What resource_list shows for the same query string, as a file; with `list` or `reader`, what their pages show."""
    if slug := request.GET.get("list", "").replace("\x00", ""):
        shown, entries = reading_lists.list_with_entries(slug)
        keys = [entry.resource_id for entry in entries]
        found = Resource.objects.published().with_everything().in_bulk(keys)
        return exporting.file_of([found[key] for key in keys if key in found], shown.slug, ending)
    if (reader := request.GET.get("reader", "")) in Reader.values:
        items = Resource.objects.published().for_reader(reader).in_use_first()
        return exporting.file_of(items.with_everything(), f"for-{reader}", ending)
    return exporting.file_of(filters.read(request.GET).results().with_everything(), "library", ending)


@require_safe
def cite(request: HttpRequest, slug: str, ending: str) -> HttpResponse:
    """One item as a reference. A curator's preview has none: what is cited is published."""
    resource = get_object_or_404(Resource.objects.published().with_everything(), slug=slug)
    return exporting.file_of([resource], resource.slug, ending)


def resource_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One item. What is not published is not there for the public; a curator sees it as readers will."""
    resource = get_object_or_404(Resource.objects.with_everything(), slug=slug)
    if resource.is_published:
        return page_of_item(request, resource)
    curator = request.user
    if not isinstance(curator, User) or not permissions.may_curate(curator):
        raise Http404("not published")
    preview = str(PublicationState(resource.publication_state).label)
    try:
        with moves.as_if_published(resource, by=curator):
            as_readers_will = Resource.objects.with_everything().get(pk=resource.pk)
            return page_of_item(request, as_readers_will, preview, ONLY_CURATORS)
    except moves.NotReady as problem:
        return page_of_item(request, resource, preview, f"{ONLY_CURATORS} {problem}")


def page_of_item(request: HttpRequest, resource: Resource, preview: str = "", notice: str = "") -> HttpResponse:
    """preview: the state of an item that is not published, with a notice above its page."""
    kind, link = wording.kind_of(resource), upkeep.link_of(resource)
    section = resource.section
    line = succession.line_of(resource)
    history = changes.history_of(resource)
    context = {
        "resource": resource,
        "preview": preview,
        "preview_notice": notice,
        "breadcrumb": [
            {"label": "Library", "url": reverse("resources:list")},
            {"label": section.title, "url": section.get_absolute_url()},
        ],
        "eyebrow": wording.eyebrow(resource),
        "notice": wording.status_notice(resource, newest=line.newest),
        "notices": upkeep.notices(resource, link, timezone.localdate()),
        "is_ended": resource.status in (Status.SUPERSEDED, Status.WITHDRAWN),
        "way_in": wording.way_in(resource),
        "access": wording.access(resource),
        "kind": kind,
        "kind_title": wording.kind_in_a_sentence(kind),
        "kind_question": f"How sure can I be of {kind.noun}?",
        "facts": wording.at_a_glance(resource),
        "looked_after": [
            *upkeep.link_fact(resource, link),
            *wording.looked_after(resource, changes=len(history)),
        ],
        "measures": wording.measures_that_rest_on(resource),
        "line": line.steps,
        "related": related.related_to(resource),
        "history": history,
        "wrong": [
            {"label": "Report a broken link or a concern", "url": reverse("resources:report", args=[resource.slug])},
            {"label": "Tell me when this changes (Atom)", "url": reverse("resources:item_feed", args=[resource.slug])},
        ],
        "citation": exporting.citation_of(resource),
    }
    return render(request, "resources/resource_detail.html", context)
