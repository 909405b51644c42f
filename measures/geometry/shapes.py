"""What a drawing is made of: lines, areas, marks and labels, each with its place and its colours.

Pure: no Django. Coordinates are units of the drawing's viewBox, y downwards; what a template prints is text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from measures.geometry.labels import ABOVE_BASELINE, BELOW_BASELINE, Box, text_width


class Paint(NamedTuple):
    """Presentation attributes: with them the drawing looks right before, and without, any style sheet."""

    fill: str = "none"
    stroke: str = "none"
    width: str = "0"
    dash: str = ""
    cap: str = ""


INK, QUIET, TEAL = "#212b32", "#4a555b", "#0a5a5f"
INK_OF_KIND = {"improvement": "#00539b", "concern": "#a03c00", "neutral": "#8000c0"}

PAINTS = {
    "future": Paint(fill="#f3efe6"),
    "band": Paint(fill="#e7eeef"),
    "size": Paint(fill="#b9c6ca"),
    "grid": Paint(stroke="#d4dbdd", width="1"),
    "tick": Paint(stroke="#d4dbdd", width="1"),
    "xtick": Paint(stroke="#6b777d", width="1"),
    "gapcol": Paint(stroke="#5c6b70", width="1", dash="1.5 4", cap="round"),
    "limit": Paint(stroke="#6b777d", width="1.25", dash="5 4"),
    "mean": Paint(stroke=TEAL, width="2"),
    "median": Paint(stroke=TEAL, width="2", dash="7 4"),
    "target": Paint(stroke=INK, width="1.75", dash="9 4 2 4"),
    "targetflag": Paint(fill=INK, stroke=INK, width="1.5"),
    "aim": Paint(stroke=INK, width="1.25", dash="14 5"),
    "aimflag": Paint(fill="#fff", stroke=INK, width="1.5"),
    "mileline": Paint(stroke=INK, width="1.25", dash="2 3"),
    "mile": Paint(fill=INK),
    "defline": Paint(stroke=INK, width="1"),
    "def": Paint(fill="#fff", stroke=INK, width="1.5"),
    "leader": Paint(stroke="#6b777d", width="0.8"),
    "line": Paint(stroke="#3c484e", width="1.9"),
    "common": Paint(fill="#5c6b70", stroke="#fff", width="1"),
    "improvement": Paint(fill="#0067b5", stroke="#fff", width="1.25"),
    "concern": Paint(fill="#b84600", stroke="#fff", width="1.25"),
    "neutral": Paint(fill="#8000c0", stroke="#fff", width="1.25"),
    "missing": Paint(fill="#fff", stroke="#5c6b70", width="1.5", dash="2.4 1.9"),
    "needed": Paint(fill="#fff", stroke="#5c6b70", width="1.4", dash="2.4 1.9"),
    "smallring": Paint(fill="#fff", stroke="#5c6b70", width="1", dash="1.5 1.1"),
    "faint": Paint(stroke="#b7c2c5", width="1.25"),
    "side": Paint(stroke=TEAL, width="5", cap="round"),
    "interval": Paint(stroke=TEAL, width="7", cap="round"),
    "zero": Paint(stroke=INK, width="1.5"),
    "reason": Paint(stroke=INK, width="1.6", cap="round"),
    "waiting": Paint(fill="#fff", stroke="#3c484e", width="2"),
    **{f"bracket-{kind}": Paint(stroke=ink, width="1.5") for kind, ink in INK_OF_KIND.items()},
    **{f"rulebox-{kind}": Paint(fill="#fff", stroke=ink, width="1.5") for kind, ink in INK_OF_KIND.items()},
}


def unit_text(number: float) -> str:
    """A coordinate as text: a template would write it in the reader's language, with a comma in some."""
    text = f"{number:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"


def path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{unit_text(x)} {unit_text(y)}" for x, y in points)


@dataclass(frozen=True)
class Line:
    """Straight from point to point."""

    kind: str
    points: Sequence[tuple[float, float]]
    text = ""
    row = None

    @property
    def d(self) -> str:
        return path(self.points)

    @property
    def paint(self) -> Paint:
        return PAINTS[self.kind]


@dataclass(frozen=True)
class Area(Line):
    """What a closed line holds: a band between limits, a bar, a flag."""

    @property
    def d(self) -> str:
        return f"{path(self.points)}z"


def rectangle(kind: str, left: float, top: float, right: float, bottom: float) -> Area:
    return Area(kind, [(left, top), (right, top), (right, bottom), (left, bottom)])


@dataclass(frozen=True)
class Mark:
    """A point, a hollow ring, a milestone's disc: x and y are its middle, radius half of its height.

    text: what a pointer is told. row: the month that it stands for, where it is the one for a keyboard.
    """

    kind: str
    x: float
    y: float
    radius: float
    text: str = ""
    row: int | None = None

    @property
    def row_text(self) -> str:
        return str(self.row)

    @property
    def d(self) -> str:
        x, y, r = unit_text(self.x), unit_text(self.y), self.radius
        left, top = unit_text(self.x - r), unit_text(self.y - r)
        if self.kind == "concern":
            return f"M{x} {top}L{unit_text(self.x + r)} {y}L{x} {unit_text(self.y + r)}L{left} {y}z"
        if self.kind == "neutral":
            side = unit_text(2 * r)
            return f"M{left} {top}h{side}v{side}h-{side}z"
        if self.kind == "def":
            half = r * 0.55
            right, height = unit_text(self.x + r), r * 0.94
            upper, lower = unit_text(self.y - height), unit_text(self.y + height)
            near, far = unit_text(self.x - half), unit_text(self.x + half)
            return f"M{near} {upper}L{far} {upper}L{right} {y}L{far} {lower}L{near} {lower}L{left} {y}z"
        radius, diameter = unit_text(r), unit_text(2 * r)
        return f"M{left} {y}a{radius} {radius} 0 1 0 {diameter} 0a{radius} {radius} 0 1 0 -{diameter} 0z"

    @property
    def paint(self) -> Paint:
        return PAINTS[self.kind]


@dataclass(frozen=True)
class RuleBox:
    """The frame around the letter of a rule."""

    kind: str
    box: Box
    text = ""
    row = None

    @property
    def d(self) -> str:
        left, top, right, bottom = self.box
        across, down = unit_text(right - left - 8), unit_text(bottom - top - 8)
        return (
            f"M{unit_text(left + 4)} {unit_text(top)}h{across}a4 4 0 0 1 4 4v{down}a4 4 0 0 1 -4 4h-{across}"
            f"a4 4 0 0 1 -4 -4v-{down}a4 4 0 0 1 4 -4z"
        )

    @property
    def paint(self) -> Paint:
        return PAINTS[self.kind]


#: Why a month has no number, as strokes in the ring, in parts of its radius; a point is a stroke of no length.
SIGNS: dict[str, Sequence[Sequence[tuple[float, float]]]] = {
    "not collected this month": [[(-0.45, 0), (0.45, 0)]],
    "system down or changed": [[(-0.36, -0.36), (0.36, 0.36)], [(0.36, -0.36), (-0.36, 0.36)]],
    "service not running": [[(-0.22, -0.4), (-0.22, 0.4)], [(0.22, -0.4), (0.22, 0.4)]],
    "numbers came too late": [[(0, -0.5), (0, 0.05), (0.32, 0.25)]],
    "not due yet": [[(-0.32, -0.45), (0.32, -0.45), (-0.32, 0.45), (0.32, 0.45), (-0.32, -0.45)]],
    "numbers being checked": [
        [(-0.32, 0), (-0.1, -0.4), (0.18, -0.25), (0.2, 0.02), (-0.05, 0.2), (-0.32, 0)],
        [(0.15, 0.12), (0.42, 0.42)],
    ],
    "nobody in this group": [
        [(0, -0.45), (0.26, -0.2), (0.26, 0.2), (0, 0.45), (-0.26, 0.2), (-0.26, -0.2), (0, -0.45)]
    ],
    "not sent": [[(-0.3, 0.42), (-0.3, -0.42), (0.3, 0.42), (0.3, -0.42)]],
    "not accepted yet": [[(0, 0.45), (0, -0.4)], [(-0.28, -0.1), (0, -0.42), (0.28, -0.1)]],
}
OTHER_REASON: Sequence[Sequence[tuple[float, float]]] = [[(-0.4, 0), (-0.4, 0)], [(0, 0), (0, 0)], [(0.4, 0), (0.4, 0)]]


@dataclass(frozen=True)
class Sign:
    """Why a month has no number, inside of its ring."""

    x: float
    y: float
    radius: float
    reason: str
    kind = "reason"
    text = ""
    row = None

    @property
    def d(self) -> str:
        strokes = SIGNS.get(self.reason.lower(), OTHER_REASON)
        return "".join(
            path([(self.x + x * self.radius, self.y + y * self.radius) for x, y in line]) for line in strokes
        )

    @property
    def paint(self) -> Paint:
        return PAINTS[self.kind]


Shape = Line | Mark | RuleBox | Sign


@dataclass(frozen=True)
class Label:
    """Text on the drawing; x is its start, middle or end as anchor says, y its baseline.

    has_halo: ground around its letters, where something may lie below them.
    """

    kind: str
    x: float
    y: float
    text: str
    size: float
    anchor: str = "start"
    bold: bool = False
    fill: str = INK
    has_halo: bool = False

    @property
    def box(self) -> Box:
        width = text_width(self.text, self.size, bold=self.bold)
        left = self.x - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        return Box(left, self.y - self.size * ABOVE_BASELINE, left + width, self.y + self.size * BELOW_BASELINE)

    @property
    def x_text(self) -> str:
        return unit_text(self.x)

    @property
    def y_text(self) -> str:
        return unit_text(self.y)

    @property
    def size_text(self) -> str:
        return unit_text(self.size)
