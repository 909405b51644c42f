"""The versions of a measure, and word by word what changed from one to the next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from measures.reporting_calendar import month_in_words
from selfharm_portal.facts import Fact
from selfharm_portal.word_differences import Piece, pieces

from . import definitions
from .fields import FIELDS, Entry, in_words


class Change(NamedTuple):
    label: str
    pieces: list[Piece]


class VersionWords(NamedTuple):
    id: str
    title: str
    #: Does it hold in the month that the page is about?
    holds: bool
    changes: list[Change]
    #: What the changes are against; empty for the first version.
    against: str
    #: The whole of it, where the page is about another version.
    rows: list[Fact]


def versions(entries: Sequence[Entry], today: date) -> list[VersionWords]:
    """entries: of one measure, the newest first, and so is what is said of them."""
    shown = definitions.current([entry.version for entry in entries], today)
    said = []
    for place, entry in enumerate(entries):
        before = entries[place + 1] if place + 1 < len(entries) else None
        until = f" to {month_in_words(entry.until)}" if entry.until else ""
        holds = entry.version == shown
        said.append(
            VersionWords(
                id=f"version-{entry.version.number}",
                title=f"Version {entry.version.number}, from {month_in_words(entry.version.valid_from)}{until}",
                holds=holds,
                changes=changes(before, entry) if before else [],
                against=f"version {before.version.number}" if before else "",
                rows=[] if holds else whole(entry),
            )
        )
    return said


def changes(before: Entry, after: Entry) -> list[Change]:
    """Of each field that says something else."""
    found = []
    for field in FIELDS:
        old, new = in_words(field.of(before)), in_words(field.of(after))
        if field.is_compared and old != new:
            found.append(Change(field.label, pieces(old, new)))
    return found


def whole(entry: Entry) -> list[Fact]:
    return [Fact(field.label, text) for field in FIELDS if field.is_compared and (text := in_words(field.of(entry)))]
