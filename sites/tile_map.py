"""Where each area's tile lies on the sketch of England, and how its name fits on it (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

MARGIN, STEP = 6, 115
#: Letters that fit on a line of a tile.
LINE = 12
#: Tiles (row, column) of the rest of England, so that the sketch reads as a country.
REST_OF_ENGLAND = ((1, 3), (3, 3), (4, 2), (4, 4), (6, 2))


class Ghost(NamedTuple):
    x: int
    y: int


def corner(row: int, column: int) -> tuple[int, int]:
    """Upper left corner of a tile; rows count from the north, columns from the west, both from 1."""
    return MARGIN + STEP * (column - 1), MARGIN + STEP * (row - 1)


def ghosts(lit: Iterable[tuple[int, int]], areas: Iterable[tuple[int, int]] = ()) -> list[Ghost]:
    """The rest of England: tiles of no area, and those of areas that are not shown now."""
    shown = set(lit)
    return [Ghost(*corner(*tile)) for tile in sorted({*REST_OF_ENGLAND, *areas} - shown)]


def label(number: int, short_name: str, place: str) -> str:
    """What a tile is called: the words that stand on it, for whoever speaks them, then the whole name."""
    return f"{number} {short_name}" if short_name == place else f"{number} {short_name}, {place}"


def lines(name: str) -> list[str]:
    """A short name in one line, or in the two that are most alike in length."""
    words = name.split()
    if len(name) <= LINE or len(words) == 1:
        return [name]
    breaks = ((" ".join(words[:n]), " ".join(words[n:])) for n in range(1, len(words)))
    return list(min(breaks, key=lambda pair: max(map(len, pair))))
