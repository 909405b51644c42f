"""Every published item by its title, from digits to Z."""

from __future__ import annotations

import re
from collections import defaultdict

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from . import wording
from .library_pages import items_in_words
from .models import Resource
from .search import fold

#: Where titles that begin with no letter from A to Z stand: first.
DIGITS = "0 to 9"


@require_safe
def a_to_z(request: HttpRequest) -> HttpResponse:
    """One query for any number of items; a letter without any is there as a word, so that A to Z stays whole."""
    shelves: dict[str, list[dict[str, str]]] = defaultdict(list)
    items = Resource.objects.published().only("slug", "title", "code", "type", "year", "status")
    for item in sorted(items, key=lambda item: (sorting_key(item.title), item.slug)):
        shelves[letter_of(item.title)].append(
            {
                "label": str(item),  # with its code behind it: in front it would hide the letter
                "url": item.get_absolute_url(),
                "text": wording.kind_and_year(item),
            }
        )
    names = [DIGITS, *(chr(letter) for letter in range(ord("A"), ord("Z") + 1))]
    context = {
        "count": items_in_words(sum(map(len, shelves.values()))),
        "letters": [
            {"name": name, "id": name.lower().replace(" ", "-"), "links": shelves.get(name, [])} for name in names
        ],
        "breadcrumb": [{"label": "Library", "url": reverse("resources:list")}],
    }
    return render(request, "resources/a_to_z.html", context)


def sorting_key(title: str) -> str:
    """As a librarian files it: without accents, capitals, signs, and "The", "A" or "An" at its beginning.

    >>> sorting_key("“The Élan” of care")
    'elan of care'
    """
    folded = fold(title)
    return re.sub(r"^(?:the|an?) (?=.)", "", folded)


def letter_of(title: str) -> str:
    """The capital under which it stands, or DIGITS.

    >>> letter_of("A 10 year plan"), letter_of("The Écart")
    ('0 to 9', 'E')
    """
    first = sorting_key(title)[:1].upper()
    return first if first.isascii() and first.isalpha() else DIGITS
