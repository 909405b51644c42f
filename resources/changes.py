"""What happened to an item, one sentence a change: for its page, the feed, "What is new" and the desk.

moves.note() of publishing writes them. A sentence never names another item, which may leave the library one day:
`successor` does, and in_words() says its name while it is published.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.utils.text import Truncator, get_text_list
from django.utils.timezone import localdate

from selfharm_portal.facts import Fact, host

from .models import ChangeKind, Resource, ResourceChange, Status
from .wording import plain_date, short_name

#: What readers are told by name if it changes. Nothing else is for them (owner, notes of curators).
TOLD = {
    "title": "title",
    "section": "section",
    "type": "kind of evidence",
    "topics": "topics",
    "summary": "summary",
    "content_note": "what may be hard to read in it",
    "reader": "whose pages it is on",
    "publishers": "publishers",
    "authors": "authors",
    "journal": "journal",
    "year": "year of publication",
    "date_published": "date of publication",
    "access_note": "how to get it",
    "doi": "DOI",
    "pmid": "PubMed number",
    "isbn": "ISBN",
    "code": "code",
    "audiences": "whom it is written for",
    "settings": "settings",
    "population": "whom it is about",
    "cost": "cost",
    "format": "format",
    "minutes": "how long it takes",
    "login_required": "need of an account",
    "easy_read": "Easy Read",
    "qs34_statements": "statements of QS34",
    "status_reason": "why it was replaced or withdrawn",
    "status_date": "since when",
    "expected_on": "expected date",
}
#: Said by a sentence about where the work stands, so not named once more.
OF_STATUS = {"status_reason", "status_date", "expected_on"}


class Said(NamedTuple):
    kind: ChangeKind
    sentence: str
    successor: Resource | None = None


def of_edit(changed: Collection[str], before: Mapping[str, Any], item: Resource) -> list[Said]:
    """What an edit comes to, each change said once, the weightiest first.

    changed: the names of the fields (and "publishers"); before: what they held, by name.
    """
    said = []
    left = [name for name in TOLD if name in changed]
    if {"status", "superseded_by"} & set(changed):
        said.append(_of_status(Status(before["status"]), item))
        left = [name for name in left if name not in OF_STATUS]
    if "url" in changed:
        said.append(Said(ChangeKind.LINK, _of_link(str(before["url"] or ""), item.url)))
    if _is_later(before.get("date_published"), item.date_published) or _is_later(before.get("year"), item.year):
        said.append(Said(ChangeKind.EDITION, f"New edition, of {item.year}."))
        left = [name for name in left if name not in ("year", "date_published")]
    if left:
        names = get_text_list([TOLD[name] for name in left], "and")
        said.append(Said(ChangeKind.DETAILS, Truncator(f"Changed: {names}.").chars(300)))
    return said


def in_words(change: ResourceChange) -> str:
    """The sentence, with the successor's name while that is published."""
    successor = change.successor
    if successor and successor.is_published:
        return f"Replaced by {short_name(successor)}."
    return change.sentence


def history_of(item: Resource) -> list[Fact]:
    """What readers are told of an item, newest first, without who did it: one query."""
    found = item.changes.told().select_related("successor")
    return [Fact(plain_date(localdate(change.made_at)), in_words(change)) for change in found]


def _of_status(before: Status, item: Resource) -> Said:
    if item.status == Status.SUPERSEDED:
        return Said(ChangeKind.REPLACED, "Replaced by something newer.", item.superseded_by)
    if item.status == Status.WITHDRAWN:
        return Said(ChangeKind.WITHDRAWN, "Withdrawn.")
    if item.status == Status.IN_DEVELOPMENT:
        return Said(ChangeKind.STATUS, "Not out yet: a new version is in development.")
    is_out = before == Status.IN_DEVELOPMENT
    return Said(ChangeKind.STATUS, "It is out now." if is_out else "In use again.")


def _of_link(before: str, now: str) -> str:
    if not now:
        return "The link was taken away."
    return f"The link was changed and leads to {host(now)}." if before else f"A link was added, to {host(now)}."


def _is_later(before: date | int | None, now: date | int | None) -> bool:
    """A number or day that comes after the earlier one; a gap that was filled is no new edition."""
    return before is not None and now is not None and now > before  # type: ignore[operator]  # two of a kind
