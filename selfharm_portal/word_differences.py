"""Two texts, word by word: what stays, what was taken out, what was added.

For whoever has to see a change at a glance: a curator beside an area's suggestion (sites), a reader
beside two versions of a definition (measures). `components/word_difference.html` prints the pieces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

#: A word or a sign with the white space before it; at the end of a text also white space alone.
WORD = re.compile(r"\s*(?:\w+(?:['’.,-]\w+)*|[^\w\s])|\s+\Z")


class Piece(NamedTuple):
    kind: Literal["same", "gone", "new"]
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """In reading order; where words were replaced, first those that went and then those that came.

    "same" and "gone" together are `before`, "same" and "new" together are `after`, to the last space.
    """
    old, new = WORD.findall(before), WORD.findall(after)
    found: list[Piece] = []
    for is_same, i1, i2, j1, j2 in _stretches(old, new):
        gone, came = "".join(old[i1:i2]), "".join(new[j1:j2])
        if is_same:
            found.append(Piece("same", gone))
            continue
        space = gone[: len(gone) - len(gone.lstrip())]
        if space and came.startswith(space):  # it stays: a line through it would only join the words to those before
            last = found.pop().text if found else ""
            found.append(Piece("same", last + space))
            gone, came = gone[len(space) :], came[len(space) :]
        found += [piece for piece in (Piece("gone", gone), Piece("new", came)) if piece.text]
    return found


def _stretches(old: list[str], new: list[str]) -> Iterator[tuple[bool, int, int, int, int]]:
    """Stretches that are equal or not, by turns, as slices of both."""
    opcodes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    i1 = j1 = 0
    was_same: bool | None = None
    for number, (tag, i, i2, j, _) in enumerate(opcodes):
        # One word or sign that two changed stretches happen to share would tear both into shreds.
        is_between = 0 < number < len(opcodes) - 1
        is_same = tag == "equal" and not (is_between and i2 - i == 1)
        if was_same is not None and is_same is not was_same:
            yield was_same, i1, i, j1, j
            i1, j1 = i, j
        was_same = is_same
    if was_same is not None:
        yield was_same, i1, len(old), j1, len(new)
