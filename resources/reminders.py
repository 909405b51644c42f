"""One letter a week to each curator: which reviews, help lines and links wait for them. No letter where nothing does.

What nobody owns waits for every curator. A letter is noted before it leaves, so a run that is repeated, or broken
off, never writes to anybody twice.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.text import get_text_list

from selfharm_portal import mail
from selfharm_portal.accounts.models import StaffRole, User
from selfharm_portal.publishing import review_dates

from . import links
from .models import Helpline, Link, Reminder, Resource
from .wording import plain_date

#: So many names of a kind stand in a letter; the others are on the desk.
NAMED = 10

WHY = "You get this on weeks when something waits for you, because you are a curator of the library."


class Waiting(NamedTuple):
    """What waits for one curator."""

    overdue: Sequence[Resource]
    due_soon: int
    help_lines: Sequence[Helpline]
    broken: Sequence[Link]

    def __bool__(self) -> bool:
        return bool(self.overdue or self.help_lines or self.broken)


class Sent(NamedTuple):
    """How many curators got a letter now, had it already, or have nothing to do."""

    now: int
    before: int
    nothing: int


def remind(today: date) -> Sent:
    """Write to every curator for whom something waits, and who has had no letter this week."""
    week = review_dates.week_of(today)
    help_lines = list(Helpline.objects.to_check(today))
    broken = broken_links()
    now = before = nothing = 0
    for curator in User.objects.filter(roles__contains=[StaffRole.CURATOR], is_active=True).order_by("pk"):
        waiting = waiting_for(curator, today, help_lines, broken)
        if not waiting:
            nothing += 1
            continue
        with transaction.atomic():
            _, is_new = Reminder.objects.get_or_create(to=curator, week=week)
            if is_new:
                transaction.on_commit(partial(send, curator, waiting))
        now, before = now + is_new, before + (not is_new)
    return Sent(now, before, nothing)


def broken_links() -> dict[Link, set[int] | None]:
    """Broken links that readers see, with the owners of the items in which they stand; None: for everybody."""
    broken = {link.url: link for link in Link.objects.broken().for_readers()}
    owned = dict(Resource.objects.exclude(pk__in=Resource.objects.without_owner()).values_list("pk", "owner"))
    found: dict[Link, set[int] | None] = {}
    for url, places in (links.places_of(broken) if broken else {}).items():
        owners = {owned.get(place.pk) if place.model is Resource else None for place in places}
        found[broken[url]] = None if None in owners else {owner for owner in owners if owner is not None}
    return found


def waiting_for(
    curator: User, today: date, help_lines: Sequence[Helpline], broken: dict[Link, set[int] | None]
) -> Waiting:
    theirs = Q(owner=curator) | Q(pk__in=Resource.objects.without_owner())
    return Waiting(
        overdue=list(Resource.objects.overdue(today).filter(theirs)),
        due_soon=Resource.objects.due_soon(today).filter(theirs).count(),
        help_lines=help_lines,
        broken=[link for link, owners in broken.items() if owners is None or curator.pk in owners],
    )


def send(curator: User, waiting: Waiting) -> None:
    mail.send(
        to=[curator.email],
        heading=heading(waiting),
        paragraphs=paragraphs(waiting),
        action="Open the desk",
        path=reverse("admin:index"),
        why=WHY,
        sign="Self-harm community care portal",
    )


def heading(waiting: Waiting) -> str:
    """In the library: 3 reviews are overdue, 1 link is broken and 2 help lines are to be checked"""
    parts = [
        counted(len(waiting.help_lines), "help line is to be checked", "help lines are to be checked"),
        counted(len(waiting.broken), "link is broken", "links are broken"),
        counted(len(waiting.overdue), "review is overdue", "reviews are overdue"),
    ]
    return f"In the library: {get_text_list([part for part in parts if part], 'and')}"


def paragraphs(waiting: Waiting) -> list[str]:
    """The most urgent first: a wrong number on a bad night."""
    lines = [f"{line.name} ({'shown to readers' if line.verified else 'not shown yet'})" for line in waiting.help_lines]
    items = [
        f"“{item}”, due on {plain_date(item.review_due)}{'' if item.owner_id else ', without an owner'}"
        for item in waiting.overdue
    ]
    said = [
        *listed(f"Help lines to ring or open, because nobody has for {review_dates.VERIFY_EVERY.days} days:", lines),
        *listed("Broken links:", [link.url for link in waiting.broken]),
        *listed("Overdue reviews:", items),
    ]
    if waiting.due_soon:
        soon = counted(waiting.due_soon, "review falls", "reviews fall")
        said.append(f"{soon} due in the next {review_dates.AHEAD.days} days.")
    return said


def listed(beginning: str, names: Collection[str]) -> list[str]:
    """A line for each, so that no comma or full stop becomes part of an address; nothing where there is none."""
    if not names:
        return []
    shown = list(names)[:NAMED]
    more = len(names) - len(shown)
    return [beginning, *shown, *([f"and {more} more."] if more else [])]


def counted(number: int, one: str, several: str) -> str:
    """Empty for none."""
    return f"{number} {one if number == 1 else several}" if number else ""
