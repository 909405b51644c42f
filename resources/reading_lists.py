"""Reading lists: all of them, and one in the order in which to read it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from . import exporting, wording
from .library_pages import items_in_words
from .models import ReadingList, ReadingListEntry


@require_safe
def reading_lists(request: HttpRequest) -> HttpResponse:
    """Every list that is shown, with how much is on it."""
    lists = ReadingList.objects.shown().with_entries()
    context = {
        "lists": [
            {
                "label": each.title,
                "url": each.get_absolute_url(),
                "text": " ".join(part for part in (each.introduction, numbers(each)) if part),
            }
            for each in lists
        ],
        "breadcrumb": [_library()],
    }
    return render(request, "resources/reading_lists.html", context)


@require_safe
def reading_list(request: HttpRequest, slug: str) -> HttpResponse:
    """One list: what is published on it, each with why to read it, and how many items are still being checked."""
    shown, entries = list_with_entries(slug)
    context = {
        "list": shown,
        "steps": [step(entry) for entry in entries],
        "count": items_in_words(len(entries)),
        "being_checked": being_checked(shown),
        "downloads": exporting.downloads_of_list([("list", shown.slug)]),
        "breadcrumb": [_library(), {"label": "Reading lists", "url": reverse("resources:reading_lists")}],
    }
    return render(request, "resources/reading_list.html", context)


def list_with_entries(slug: str) -> tuple[ReadingList, list[ReadingListEntry]]:
    """A list and what is published on it for its reader, in order; not found if it is not shown."""
    shown: ReadingList = get_object_or_404(ReadingList.objects.shown().with_entries(), slug=slug)
    return shown, shown.entries_shown


def step(entry: ReadingListEntry) -> dict[str, Any]:
    """An item on a list, for components/steps.html."""
    item = entry.resource
    return {
        "title": item.title,
        "url": item.get_absolute_url(),
        "text": entry.why,
        "note": item.summary,
        "caution": item.content_note,
        "facts": wording.card(item).facts,
    }


def numbers(shown: ReadingList) -> str:
    """ "8 items. 1 more is being checked before it is shown." """
    return " ".join(part for part in (f"{items_in_words(len(shown.entries_shown))}.", being_checked(shown)) if part)


def being_checked(shown: ReadingList) -> str:
    """How many items of the list readers do not see yet: a number, never a name. Empty if there are none."""
    count = len(shown.entries_waiting)
    if count == 0:
        return ""
    return "1 more is being checked before it is shown." if count == 1 else f"{count} more are being checked first."


def _library() -> dict[str, str]:
    return {"label": "Library", "url": reverse("resources:list")}
