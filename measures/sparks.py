"""What the months say -> a small chart without words, for a list of measures. The sentence beside it says it.

Pure: no Django. Coordinates are units of the drawing's viewBox, y downwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from measures.charts import Line, Mark
from measures.findings import Findings

#: The latest months that are drawn, and the room for them.
MONTHS = 24
WIDTH, HEIGHT, EDGE = 240.0, 56.0, 9.0


@dataclass(frozen=True)
class Spark:
    """Lines first, then the marks of what is unusual and of the latest month."""

    lines: Sequence[Line]
    marks: Sequence[Mark]


def spark(findings: Findings, *, low: float | None = None, high: float | None = None) -> Spark:
    """The latest two years. A month without a number is a gap, and so is the beginning of a phase.

    low, high: the ends of the scale, for small charts that are compared; else it ends where this one does.

    The dashed lines are the averages of the phases, or their medians.
    """
    first = max(0, len(findings.months) - MONTHS)
    months = findings.months[first:]
    phases = [(max(phase.start - first, 0), phase.stop - first, phase.centre) for phase in findings.phases]
    centres = [(start, stop - 1, centre) for start, stop, centre in phases if stop > 0 and centre is not None]
    ends = [month.value for month in months if month.value is not None] + [centre for _, _, centre in centres]
    if not ends:
        return Spark([], [])
    low = min(ends) if low is None else low
    high = max(ends) if high is None else high

    def x(row: int) -> float:
        return EDGE + row * (WIDTH - 2 * EDGE) / max(len(months) - 1, 1)

    def y(value: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5
        return HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE)

    begins = {start for start, _, _ in phases}
    stretches: list[list[tuple[float, float]]] = [[]]
    marks = []
    for row, month in enumerate(months):
        if month.value is None or row in begins:
            stretches.append([])
        if month.value is None:
            continue
        stretches[-1].append((x(row), y(month.value)))
        if month.kind != "common" or month is findings.latest:
            marks.append(Mark(month.kind, x(row), y(month.value)))
    return Spark(
        [Line("median", [(x(start), y(centre)), (x(last), y(centre))]) for start, last, centre in centres]
        + [Line("line", points) for points in stretches if len(points) > 1],
        marks,
    )
