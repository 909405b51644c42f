"""The three ways in: people who self-harm, families and friends, professionals.

Each reader's page is two taps from home to any item that may be shown to that reader, and holds nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from selfharm_portal.pages import help_lines

from . import exporting, reading_lists, wording
from .library_pages import items_in_words
from .models import Cost, Format, Helpline, Reader, ReadingList, Resource, ResourceType, Section, Status, Topic


class Door(NamedTuple):
    """What stands on a reader's card on the home page, and at the head of the page behind it."""

    reader: Reader
    card: str
    card_text: str
    eyebrow: str
    title: str
    lead: str
    theme: str

    @property
    def url(self) -> str:
        return self.reader.get_absolute_url()


#: In the order of the cards.
DOORS = {
    Reader.YOU: Door(
        Reader.YOU,
        card="I self-harm, or have",
        card_text="What good care should feel like, where to turn, and things to read or use at your own pace.",
        eyebrow="For people who self-harm, or have",
        title="You can go at your own pace",
        lead="You do not have to be sure, or ready. Nothing here asks who you are.",
        theme="plum",
    ),
    Reader.FAMILIES: Door(
        Reader.FAMILIES,
        card="I am worried about someone",
        card_text="For parents, carers, partners and friends: what helps, what to say, and looking after yourself.",
        eyebrow="For parents, carers, partners and friends",
        title="Someone you love is self-harming",
        lead="You are not alone, and there is good help. You do not have to find the perfect words.",
        theme="rust",
    ),
    Reader.PROFESSIONALS: Door(
        Reader.PROFESSIONALS,
        card="I work in care, or plan it",
        card_text="Guidelines, research and training, what the areas have done, and how to measure change.",
        eyebrow="For people who work in care, or plan it",
        title="Guidance, research and training",
        lead="Everything in the library for your work, by section. Each item says what it is and how sure you can be.",
        theme="teal",
    ),
}
#: Whom families can call for themselves; shown while somebody vouches for number and hours.
LINES_FOR_FAMILIES = ["youngminds-parents", "papyrus-hopeline247", "samaritans"]
COURSES = [("type", ResourceType.TRAINING_COURSE.value), ("type", ResourceType.TRAINING_PACKAGE.value)]


class Item(NamedTuple):
    """An item on the pages for families and for people who self-harm: enough to choose it, in plain words."""

    title: str
    url: str
    text: str  # why to read it, where it is on the list
    note: str  # what it is
    caution: str
    facts: list[str]
    tag: str


@require_safe
def you(request: HttpRequest) -> HttpResponse:
    """Help first, then things to read or use: a line each, and more about it on request."""
    return render(request, "resources/for_you.html", _context(Reader.YOU) | {"help": help_lines.first_box()})


@require_safe
def families(request: HttpRequest) -> HttpResponse:
    """The reading list first, lines to call beside it, then whatever else there is for families."""
    lines = Helpline.objects.verified().filter(slug__in=LINES_FOR_FAMILIES)
    by_slug = {line.slug: line for line in lines}
    calls = [help_lines.call(by_slug[slug]) for slug in LINES_FOR_FAMILIES if slug in by_slug]
    return render(request, "resources/for_families.html", _context(Reader.FAMILIES) | {"calls": calls})


@require_safe
def professionals(request: HttpRequest) -> HttpResponse:
    """Reading lists and topics, then every item by section."""
    items = list(_items(Reader.PROFESSIONALS))
    by_section: dict[int, list[Resource]] = {}
    for item in items:
        by_section.setdefault(item.section_id, []).append(item)
    library = reverse("resources:list")
    in_use = Q(resources__publication_state="published", resources__status__in=[Status.CURRENT, Status.IN_DEVELOPMENT])
    context = {
        "door": DOORS[Reader.PROFESSIONALS],
        "breadcrumb": [{"label": "Library", "url": library}],
        "count": items_in_words(len(items)),
        "lists": [
            {"label": each.title, "url": each.get_absolute_url(), "text": reading_lists.numbers(each)}
            for each in _lists(Reader.PROFESSIONALS)
        ],
        "sections": [
            {
                "slug": section.slug,
                "title": section.title,
                "introduction": section.introduction,
                "links": [_line(item) for item in by_section[section.pk]],
            }
            for section in Section.objects.all()
            if section.pk in by_section
        ],
        "topics": [
            {"label": f"{topic.title} ({topic.shown})", "url": topic.get_absolute_url()}
            for topic in Topic.objects.annotate(shown=Count("resources", filter=in_use)).filter(shown__gt=0)
        ],
        "downloads": exporting.downloads_of_list([("reader", Reader.PROFESSIONALS.value)]) if items else [],
        "courses_url": f"{library}?{urlencode(COURSES)}",
    }
    return render(request, "resources/for_professionals.html", context)


def facts(item: Resource) -> list[str]:
    """Format, cost, whether it needs an account, and Easy Read where that is known: never left out in silence."""
    needs_account = {True: "Needs an account", False: "No sign-in", None: "May need an account"}
    return [
        str(Format(item.format).label) if item.format else "Format not known",
        str(Cost(item.cost).label),
        needs_account[item.login_required],
        *(["Easy Read"] if item.easy_read else []),
        *(publisher.short_name for publisher in wording.publishers_of(item)),
    ]


def _context(reader: Reader) -> dict[str, Any]:
    """The first list of this reader as steps, and everything else once."""
    lists = _lists(reader)
    first = lists[0] if lists else None
    why = {entry.resource_id: entry.why for entry in first.entries_shown} if first else {}
    items = {item.pk: item for item in _items(reader)}
    on_list = [items[key] for key in why if key in items]
    return {
        "door": DOORS[reader],
        "breadcrumb": [{"label": "Library", "url": reverse("resources:list")}],
        "list": first,
        "being_checked": reading_lists.being_checked(first) if first else "",
        "steps": [_item(item, why[item.pk]) for item in on_list],
        "rest": [_item(item) for key, item in items.items() if key not in why],
        "other_lists": [
            {"label": each.title, "url": each.get_absolute_url(), "text": each.introduction} for each in lists[1:]
        ],
    }


def _items(reader: Reader) -> Iterable[Resource]:
    found: Iterable[Resource] = Resource.objects.published().for_reader(reader).in_use_first().with_everything()
    return found


def _lists(reader: Reader) -> list[ReadingList]:
    return [each for each in ReadingList.objects.shown().with_entries() if each.reader == reader]


def _item(item: Resource, why: str = "") -> Item:
    return Item(
        title=item.title,
        url=item.get_absolute_url(),
        text=why,
        note=item.summary,
        caution=item.content_note,
        facts=facts(item),
        tag=wording.card(item).tag,
    )


def _line(item: Resource) -> dict[str, str]:
    return {"label": item.title, "url": item.get_absolute_url(), "code": item.code, "text": wording.line(item)}
