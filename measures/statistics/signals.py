"""Which points a rule flags together: the signals of one phase, each with its rule, its side and its rows.

spc.py says of each point which rules hold. Here neighbouring points of one rule become one signal, so that a chart can
give it a letter and say by which months it fired. A point can be part of several.

Pure: no Django.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from measures import spc

#: In the order in which they name a point: spc.py, `_named`. Those of OF_A_PHASE name no point.
RULES = ("astronomical", "trend", "two_in_three", "shift", "long_run", "few_crossings")
#: The runs rules of run, p and u charts: what the months of a phase do together.
OF_A_PHASE = ("long_run", "few_crossings")


class Signal(NamedTuple):
    """rows: those that are flagged, in order; between two of a two in three one may be left out."""

    rule: str
    is_high: bool
    rows: Sequence[int]


def of_xmr(values: spc.Values, chart: spc.XmrChart, run_points: int = spc.RUN_POINTS) -> list[Signal]:
    """The signals of an XmR chart of one phase, in order of their first row; values: those it was made of."""
    sides = chart["relative_to_mean"]

    def is_close(earlier: int, later: int) -> bool:
        # One row in between belongs to the same three only where it lies on the same side.
        return later - earlier <= 2 and all(side == sides[earlier] for side in sides[earlier : later + 1])

    near = (row for row, flagged in enumerate(chart["rule_two_in_three"]) if flagged)
    shifts = spc.long_runs(sides, run_points)
    return in_order(
        [
            *beyond_limits(chart["rule_astronomical"], sides),
            *(Signal("trend", way > 0, range(start, stop)) for start, stop, way in spc.trends(values, run_points)),
            *(Signal("two_in_three", (sides[rows[0]] or 0) > 0, rows) for rows in together(near, is_close)),
            *(Signal("shift", side > 0, range(start, stop)) for start, stop, side in shifts),
        ]
    )


def of_attributes(chart: spc.RunsChart) -> list[Signal]:
    """The signals of a p, p-prime, u or u-prime chart of one phase: months beyond their own limits, and runs."""
    return in_order([*beyond_limits(chart["sigma_signal"], sides_of(chart)), *of_runs(chart)])


def of_runs(chart: spc.RunsChart) -> list[Signal]:
    """What the runs rules find in one phase of a run, p or u chart.

    Runs that are too long for chance, by their months; where the line crosses the centre too seldom without any, all
    months that are not on it: is_high says on which side it lies at last.
    """
    [runs], sides = chart["runs"], sides_of(chart)
    if not runs["runs_signal"]:
        return []
    useful = [row for row, side in enumerate(sides) if side]
    split = ([*rows] for _, rows in groupby(useful, key=lambda row: sides[row]))
    too_long = [rows for rows in split if len(rows) > (runs["longest_run_max"] or 0)]
    rule = "long_run" if too_long else "few_crossings"
    return [Signal(rule, (sides[rows[-1]] or 0) > 0, rows) for rows in too_long or [useful]]


def sides_of(chart: spc.RunsChart) -> list[int | None]:
    return [
        None if value is None or centre is None else (value > centre) - (value < centre)
        for value, centre in zip(chart["value"], chart["centre"], strict=True)
    ]


def beyond_limits(flags: Sequence[bool], sides: Sequence[int | None]) -> list[Signal]:
    outside = (row for row, flagged in enumerate(flags) if flagged)
    neighbours = together(outside, lambda earlier, later: later - earlier == 1 and sides[later] == sides[earlier])
    return [Signal("astronomical", (sides[rows[0]] or 0) > 0, rows) for rows in neighbours]


def together(rows: Iterable[int], belong: Callable[[int, int], bool]) -> list[list[int]]:
    """Rows in groups: one that does not belong to the row before it begins the next group."""
    groups: list[list[int]] = []
    for row in rows:
        if groups and belong(groups[-1][-1], row):
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def in_order(signals: list[Signal]) -> list[Signal]:
    return sorted(signals, key=lambda signal: (signal.rows[0], RULES.index(signal.rule)))
