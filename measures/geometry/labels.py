"""Where words find room on a drawing: how wide they are, and how they make way for each other.

Pure: numbers in, numbers out.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

# Widths of characters in parts of the font size: those of DejaVu Sans, which is wider than what most people see.
NARROW_CHARACTERS, BROAD_CHARACTERS = frozenset(" .,:;'|!iIjlftr()-"), frozenset("mwMW%@")
NARROW, USUAL, CAPITAL, BROAD = 0.42, 0.64, 0.79, 1.0
BOLD = 1.12
ABOVE_BASELINE, BELOW_BASELINE = 0.85, 0.25


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def is_within(self, other: "Box") -> bool:
        return (
            other.left <= self.left
            and self.right <= other.right
            and other.top <= self.top
            and self.bottom <= other.bottom
        )

    def grown(self, by: float) -> "Box":
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def moved(self, right: float, down: float) -> "Box":
        return Box(self.left + right, self.top + down, self.right + right, self.bottom + down)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """At most as wide as this, in the fonts that people have."""
    width = 0.0
    for character in text:
        if character in NARROW_CHARACTERS:
            width += NARROW
        elif character in BROAD_CHARACTERS or ord(character) > 0x24F:  # beyond Latin nothing is promised: take a square
            width += BROAD
        else:
            width += CAPITAL if character.isupper() else USUAL
    return width * size * (BOLD if bold else 1)


def lanes(places: Sequence[float], apart: float) -> list[int]:
    """For each place, in order, the lowest lane whose last disc is far enough away."""
    last_in_lane: list[float] = []
    chosen = []
    for place in places:
        lane = next((lane for lane, last in enumerate(last_in_lane) if place - last >= apart), len(last_in_lane))
        last_in_lane[lane : lane + 1] = [place]
        chosen.append(lane)
    return chosen


def cascade(tops: Sequence[float], heights: Sequence[float], fixed: int, top: float, bottom: float) -> list[float]:
    """Tops of labels below each other that do not touch, in the order given, between top and bottom.

    tops: where each would like to begin. fixed: the one that keeps its place; those above it go up, those below down.
    They fit if the heights add up to no more than bottom - top.
    """
    placed = list(tops)
    for at in reversed(range(fixed)):
        placed[at] = min(placed[at], placed[at + 1] - heights[at])
    free_from = top
    for at, height in enumerate(heights):
        placed[at] = max(placed[at], free_from)
        free_from = placed[at] + height
    free_to = bottom
    for at in reversed(range(len(placed))):
        placed[at] = min(placed[at], free_to - heights[at])
        free_to = placed[at]
    return placed


class Clutter:
    """What is drawn where words might go: covering it costs."""

    def __init__(
        self,
        samples: Iterable[tuple[float, float, float]],
        flat: Iterable[tuple[float, float, float, float]],
        upright: Iterable[tuple[float, float]],
    ) -> None:
        """samples: x, y and cost of points. flat: left, right, y and cost of lines that lie. upright: x and cost."""
        self.samples = sorted(samples)
        self.places = [x for x, _, _ in self.samples]
        self.flat = list(flat)
        self.upright = list(upright)

    def cost(self, box: Box) -> float:
        left, top, right, bottom = box
        first, last = bisect_left(self.places, left), bisect_right(self.places, right)
        cost = sum(cost for _, y, cost in self.samples[first:last] if top <= y <= bottom)
        cost += sum(cost for start, stop, y, cost in self.flat if top <= y <= bottom and start < right and left < stop)
        return cost + sum(cost for x, cost in self.upright if left < x < right)


class Spot(NamedTuple):
    """A place for words, and for lines that lead to them. boxes: what must be free; cost: of the place by itself."""

    words: Box
    boxes: Sequence[Box]
    cost: float


def best(spots: Iterable[Spot], frame: Box, taken: Sequence[Box], clutter: Clutter) -> Spot | None:
    """The cheapest spot inside the frame that touches nothing that is taken; None where there is none."""
    cheapest, least = None, float("inf")
    for spot in spots:
        if spot.cost >= least or not all(box.is_within(frame) for box in spot.boxes):
            continue
        if any(box.overlaps(other) for box in spot.boxes for other in taken):
            continue
        cost = spot.cost + clutter.cost(spot.words)
        if cost < least:
            cheapest, least = spot, cost
    return cheapest
