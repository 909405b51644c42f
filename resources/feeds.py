"""What has changed in the library: an Atom feed for every choice of filters, and the same on a page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date, urlencode
from django.utils.timezone import localdate
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from selfharm_portal.pages import distress, help_lines

from . import changes, filters, library_pages, wording
from .citations import one_line
from .models import Resource, ResourceChange

#: Entries of a feed: more than a busy month has.
IN_A_FEED = 60
#: Changes on one page of "What is new".
ON_A_PAGE = 40

#: Of a feed that has no entry yet: before there was anything to tell.
NOTHING_YET = datetime(2020, 1, 1, tzinfo=UTC)

SITE = "Community care for self-harm"

kept_for_a_quarter = cache_control(public=True, max_age=15 * 60)


class LibraryFeed(Atom1Feed):
    """Its date is its newest change's, so that it stays the same while nothing happens."""

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else NOTHING_YET


class Month(NamedTuple):
    """The changes of a month, newest first."""

    name: str
    changes: list[dict[str, str]]


@require_safe
@kept_for_a_quarter
@conditional_page
def feed(request: HttpRequest) -> HttpResponse:
    """Of what the library shows for the same query string, and of what was replaced or withdrawn there."""
    choice = filters.read(request.GET)
    title = f"{SITE}: {wording.in_a_sentence(name_of(choice))}"
    return _answer(_news(choice), title, url_of_feed(choice), choice.get_absolute_url())


@require_safe
@kept_for_a_quarter
@conditional_page
def item_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """Of one item."""
    item = get_object_or_404(Resource.objects.published(), slug=slug)
    news = ResourceChange.objects.news().filter(resource=item)
    return _answer(news, f"{SITE}: {item}", reverse("resources:item_feed", args=[slug]), item.get_absolute_url())


@require_safe
def whats_new(request: HttpRequest) -> HttpResponse:
    """The feed as a page, by month."""
    choice = filters.read(request.GET)
    page = Paginator(_with_items(_news(choice)), ON_A_PAGE).get_page(choice.page)
    context = {
        "help_first": help_lines.first_box() if distress.suggested(choice.typed) else None,
        "heading": "What is new" if not choice else f"What is new: {wording.in_a_sentence(name_of(choice))}",
        "months": by_month(page.object_list),
        "feed_url": url_of_feed(choice),
        "list_url": choice.get_absolute_url(),
        "is_narrowed": bool(choice),
        "canonical": url_of_news(choice, page.number),
        "pagination": library_pages.pagination(page, partial(url_of_news, choice)),
        "breadcrumb": [{"label": "Library", "url": reverse("resources:list")}],
    }
    return render(request, "resources/new.html", context)


def ways_to_follow(choice: filters.Choice) -> dict[str, Any]:
    """For the head of a list's page, and the card below the list."""
    feed_url = url_of_feed(choice)
    links = [
        {"label": "See what is new", "url": url_of_news(choice)},
        {"label": "Follow this list (Atom)", "url": feed_url},
    ]
    return {"feed_url": feed_url, "follow": links}


def url_of_news(choice: filters.Choice, page: int = 1) -> str:
    """The page that tells what the feed tells."""
    pairs = [*_pairs(choice), *([("page", str(page))] if page > 1 else [])]
    return f"{reverse('resources:new')}{f'?{urlencode(pairs)}' if pairs else ''}"


def url_of_feed(choice: filters.Choice) -> str:
    """The one address of the feed of a choice."""
    pairs = _pairs(choice)
    return f"{reverse('resources:feed')}{f'?{urlencode(pairs)}' if pairs else ''}"


def name_of(choice: filters.Choice) -> str:
    """ "Topic: aftercare; cost: free" """
    parts = [f"{filters.FACETS[name].legend}: {choice.label(name, value)}" for name, value in choice.facet_pairs()]
    parts += [f"About “{choice.typed}”"] if choice.typed else []
    parts += [choice.years] if choice.years else []
    return "; ".join(parts) or "The library"


def by_month(found: Iterable[ResourceChange]) -> list[Month]:
    """In the order given, which is newest first."""
    days = [(localdate(change.made_at), change) for change in found]
    return [
        Month(
            f"{month:%B %Y}",
            [
                {
                    "title": str(change.resource),
                    "url": change.resource.get_absolute_url(),
                    "when": wording.plain_date(day),
                    "text": changes.in_words(change),
                    "line": wording.line(change.resource),
                }
                for day, change in rows
            ],
        )
        for month, rows in groupby(days, key=lambda row: row[0].replace(day=1))
    ]


def _pairs(choice: filters.Choice) -> list[tuple[str, str]]:
    return [(name, value) for name, value in choice.pairs() if name != "sort"]  # newest first, always


def _news(choice: filters.Choice) -> QuerySet[ResourceChange]:
    # Replaced and withdrawn items are not found unless they are asked for; that they are so is news.
    found = choice.found() if choice.values["status"] else choice.found(leaving_out="status")
    return ResourceChange.objects.news().filter(resource__in=found.order_by().values("pk"))


def _with_items(news: QuerySet[ResourceChange]) -> QuerySet[ResourceChange]:
    return news.select_related("resource", "successor").prefetch_related("resource__resource_publishers__publisher")


def _answer(news: QuerySet[ResourceChange], title: str, here: str, page: str) -> HttpResponse:
    atom = LibraryFeed(
        title=one_line(title),
        link=f"{settings.PORTAL_URL}{page}",
        description="What was added, replaced, withdrawn or repaired, and new editions.",
        language="en-gb",
        author_name=SITE,
        feed_url=f"{settings.PORTAL_URL}{here}",
        feed_guid=f"{settings.PORTAL_URL}{here}",
    )
    for change in _with_items(news)[:IN_A_FEED]:
        item, said = change.resource, changes.in_words(change)
        atom.add_item(
            title=one_line(f"{said.removesuffix('.')}: {item}"),
            link=f"{settings.PORTAL_URL}{item.get_absolute_url()}",
            description=one_line(f"{said} {wording.line(item)}"),
            unique_id=id_of(change),
            pubdate=change.made_at,
            updateddate=change.made_at,
            categories=[change.get_kind_display()],
        )
    answer = HttpResponse(atom.writeString("utf-8"), content_type=atom.content_type)
    answer.headers["Last-Modified"] = http_date(atom.latest_post_date().timestamp())
    return answer


def id_of(change: ResourceChange) -> str:
    """For good, whatever becomes of the item's address."""
    host = settings.PORTAL_URL.partition("://")[2].partition(":")[0]
    return f"tag:{host},{change.made_at:%Y-%m-%d}:library-change-{change.pk}"
