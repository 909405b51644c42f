"""Statistical process control: XmR, p, p-prime, u, u-prime and run charts.

The method is NHS England's Making Data Count, as docs/statistics.md explains it section by section.
Plain numbers in, plain dicts out, with one list item per date; what is undefined is None, never NaN.
No Django and no clock, so an analyst can import this file on its own and check it by hand.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby, pairwise
from math import comb, fsum, log2, sqrt
from operator import lt
from statistics import median
from typing import NamedTuple, TypedDict, TypeVar, cast

#: A shift is this many points in a row on one side of the mean, a trend this many that rise (or fall) throughout.
RUN_POINTS = 7
#: What NHS England's tools offer to choose from.
RUN_POINTS_ALLOWED = (6, 7)
#: A phase with fewer months has trial limits only.
ENOUGH_POINTS = 13
#: Limits fixed on fewer months than this say too little to judge later months by.
SHORTEST_BASELINE = 12
#: Process limits lie this many mean moving ranges from the mean. As published: not 3 / 1.128.
LIMIT_FACTOR = 2.66
#: Near limits, two thirds of the way: about two standard deviations.
NEAR_LIMIT_FACTOR = 2 * (LIMIT_FACTOR / 3)
#: A moving range of this many mean moving ranges, or more, is left out (Nelson 1982).
SCREENING_FACTOR = 3.267
#: A mean moving range divided by this estimates a standard deviation (d2 of two values).
RANGE_PER_SIGMA = 1.128
#: Sums and differences of smaller numbers cannot overflow, so no infinity or NaN comes out.
LARGEST_NUMBER = 1e100

COMMON_CAUSE = "Common Cause"
#: Each rule's names for a high and for a low point; the rule that names a point first wins (`_named`).
ASTRONOMICAL = ("Above UCL", "Below LCL")
TWO_IN_THREE = ("2 in 3 Above CL", "2 in 3 Below CL")
#: Run points: names.
TREND = {
    points: (f"{points} Point Trend (Increasing)", f"{points} Point Trend (Decreasing)")
    for points in RUN_POINTS_ALLOWED
}
SHIFT = {points: (f"{points} Points Above CL", f"{points} Points Below CL") for points in RUN_POINTS_ALLOWED}

#: improvement_direction: what a high point is, what a low point is.
HIGH_AND_LOW = {
    "increase": ("special_cause_improvement", "special_cause_concern"),
    "decrease": ("special_cause_concern", "special_cause_improvement"),
    "neutral": ("special_cause_neutral_high", "special_cause_neutral_low"),
}
#: improvement_direction: special_cause_type: point_type.
POINT_TYPES = {
    direction: {
        name: kind
        for names in (ASTRONOMICAL, *TREND.values(), TWO_IN_THREE, *SHIFT.values())
        for name, kind in zip(names, kinds, strict=True)
    }
    for direction, kinds in HIGH_AND_LOW.items()
}
#: improvement_direction: point_type: variation_icon. A latest month of common cause has that as its icon.
VARIATION_ICONS = {
    "increase": {"special_cause_improvement": "improvement_high", "special_cause_concern": "concern_low"},
    "decrease": {"special_cause_improvement": "improvement_low", "special_cause_concern": "concern_high"},
    "neutral": {"special_cause_neutral_high": "neutral_high", "special_cause_neutral_low": "neutral_low"},
}
ASSURANCE_ICONS = {"consistent_pass": "pass", "consistent_fail": "fail", "inconsistent": "inconsistent"}

#: The attribute charts: of a proportion or of a rate, without or with Laney's correction.
ATTRIBUTE_KINDS = ("p", "pp", "u", "up")
PROPORTIONS = ("p", "pp")
PRIMES = ("pp", "up")

Dates = Sequence[str] | Sequence[date]
Values = Sequence[float | None]


class XmrColumns(TypedDict):
    """The lists of an XmR chart, or of one phase of it: one item per date, numbers in the measure's unit."""

    rebase_group: list[int]
    mean: list[float | None]
    moving_range: list[float | None]
    mean_moving_range: list[float | None]
    lpl: list[float | None]
    upl: list[float | None]
    nlpl: list[float | None]
    nupl: list[float | None]
    relative_to_mean: list[int | None]
    outside_limits: list[bool | None]
    close_to_limits: list[bool | None]
    rule_astronomical: list[bool]
    rule_trend: list[bool]
    rule_two_in_three: list[bool]
    rule_shift: list[bool]
    special_cause_type: list[str]
    special_cause_flag: list[bool]
    point_type: list[str]
    short_group_warning: list[bool]


class XmrChart(XmrColumns):
    """What `xmr` returns: the lists, the target repeated for each date, and what the two icons say."""

    target: list[float | None]
    variation_type: str | None
    variation_icon: str | None
    assurance_type: str | None
    assurance_icon: str | None


class Runs(TypedDict):
    """The runs rules of Anhøj and Olesen for one phase."""

    n_obs: int
    n_useful: int
    longest_run: int | None
    longest_run_max: int | None
    crossings: int | None
    crossings_min: int | None
    runs_signal: bool


class RunsChart(TypedDict):
    """What `attribute_chart` and `run_chart` return. Lists have one item per date, `runs` one per phase."""

    phase: list[int]
    value: list[float | None]
    centre: list[float | None]
    lcl: list[float | None]
    ucl: list[float | None]
    lcl_95: list[float | None]
    ucl_95: list[float | None]
    sigma_signal: list[bool]
    runs: list[Runs]


Columns = TypeVar("Columns", XmrColumns, RunsChart)


class Limits(NamedTuple):
    """Process limits and near limits of one phase of an XmR chart, in the measure's unit."""

    lower: float
    near_lower: float
    near_upper: float
    upper: float


NO_LIMITS = (None, None, None, None)

#: The points that a rule flags: their row in the phase, and 1 (high, rising) or -1 (low, falling).
Signals = dict[int, int]


# The three charts


def xmr(
    dates: Dates,
    values: Values,
    *,
    improvement_direction: str = "increase",
    target: float | None = None,
    rebase: Iterable[str | date] = (),
    fix_after_n_points: int | None = None,
    screen_outliers: bool = True,
    run_points: int = RUN_POINTS,
) -> XmrChart:
    """An XmR chart: limits, the four rules for special cause, and both icons.

    dates: strictly increasing, one per month, ISO strings or dates; labels only.
    values: as many, in the measure's unit; None where a month has no value.
    improvement_direction: "increase", "decrease" or "neutral": which way is better.
    target: in the measure's unit. rebase: dates at which a new phase begins.
    fix_after_n_points: limits from the first so many rows of each phase, at least 12.
    screen_outliers: leave unusually large moving ranges out of the limits.
    run_points: how many points in a row make a shift or a trend, 6 or 7.
    Raises ValueError where `dates`, `values` or a setting cannot be charted, and says why.
    Source: NHS England, Making Data Count (docs/statistics.md).
    """
    if improvement_direction not in POINT_TYPES:
        raise ValueError(
            f"improvement_direction must be one of {', '.join(POINT_TYPES)}, not {improvement_direction!r}"
        )
    if fix_after_n_points is not None and fix_after_n_points < SHORTEST_BASELINE:
        raise ValueError(f"limits need at least {SHORTEST_BASELINE} points to be fixed on, not {fix_after_n_points}")
    if run_points not in RUN_POINTS_ALLOWED:
        raise ValueError(f"a shift and a trend have 6 or 7 points, not {run_points}")
    _check_dates(dates, values=values)
    values = _numbers(dates, values)
    if target is not None:
        _numbers(["target"], [target])
    rebase_rows = _rebase_rows(dates, rebase)

    first_group = 1 if 0 in rebase_rows else 0
    columns = _joined(
        [
            _xmr_phase(
                values[rows],
                group,
                POINT_TYPES[improvement_direction],
                fix_after_n_points,
                screen_outliers,
                run_points,
            )
            for group, rows in enumerate(_phases(dates, rebase_rows), start=first_group)
        ]
    )
    variation = _latest(columns["point_type"], values)
    assurance = _assurance(improvement_direction, target, columns["lpl"][-1], columns["upl"][-1])
    return {
        **columns,
        "target": [target] * len(dates),
        "variation_type": variation,
        "variation_icon": VARIATION_ICONS[improvement_direction].get(variation, variation) if variation else None,
        "assurance_type": assurance,
        "assurance_icon": None if assurance is None else ASSURANCE_ICONS[assurance],
    }


def attribute_chart(
    kind: str,
    dates: Dates,
    numerators: Values,
    denominators: Values,
    *,
    rebase: Iterable[str | date] = (),
    fix_after_n_points: int | None = None,
) -> RunsChart:
    """A p, p-prime, u or u-prime chart: limits that follow the size of each month's denominator.

    kind: "p" (proportion), "pp" (p-prime), "u" (rate) or "up" (u-prime).
    dates: strictly increasing, one per month, ISO strings or dates; labels only.
    numerators, denominators: as many, at least 0; None where a month has none.
    rebase: dates at which a new phase begins. fix_after_n_points: limits from the first so many rows.
    Returns values, centre and limits as numerator per denominator.
    Raises ValueError where the numbers or a setting cannot be charted, and says why.
    Source: Laney 2002 for p-prime and u-prime; Anhøj and Olesen 2014 for `runs` (docs/statistics.md).
    """
    if kind not in ATTRIBUTE_KINDS:
        raise ValueError(f"kind must be one of {', '.join(ATTRIBUTE_KINDS)}, not {kind!r}")
    _check_dates(dates, numerators=numerators, denominators=denominators)
    numerators, denominators = _numbers(dates, numerators), _numbers(dates, denominators)
    _check_fractions(kind, dates, numerators, denominators)
    phases = _phases(dates, _rebase_rows_unless_fixed(dates, rebase, fix_after_n_points))
    return _joined(
        [
            _attribute_phase(number, kind, numerators[rows], denominators[rows], fix_after_n_points)
            for number, rows in enumerate(phases)
        ]
    )


def run_chart(
    dates: Dates,
    values: Values,
    *,
    rebase: Iterable[str | date] = (),
    fix_after_n_points: int | None = None,
) -> RunsChart:
    """A run chart: the median and the runs rules, no limits.

    dates: strictly increasing, one per month, ISO strings or dates; labels only.
    values: as many, in the measure's unit; None where a month has no value.
    rebase: dates at which a new phase begins. fix_after_n_points: median of the first so many rows.
    Raises ValueError where `dates`, `values` or a setting cannot be charted, and says why.
    Source: Anhøj and Olesen 2014, doi 10.1371/journal.pone.0113825 (docs/statistics.md, "Run charts").
    """
    _check_dates(dates, values=values)
    values = _numbers(dates, values)
    phases = _phases(dates, _rebase_rows_unless_fixed(dates, rebase, fix_after_n_points))
    return _joined([_run_phase(number, values[rows], fix_after_n_points) for number, rows in enumerate(phases)])


# What can be charted


def _check_dates(dates: Dates, **columns: Values) -> None:
    if not dates:
        raise ValueError("there are no points: a chart needs at least one date")
    for name, column in columns.items():
        if len(column) != len(dates):
            raise ValueError(f"{len(dates)} dates but {len(column)} {name}: give None for a month without a value")
    if not all(map(lt, dates, dates[1:])):
        row = next(row for row in range(1, len(dates)) if not lt(dates[row - 1], dates[row]))
        raise ValueError(f"dates must be strictly increasing: {dates[row]} does not come after {dates[row - 1]}")


def _numbers(labels: Dates, given: Values) -> list[float | None]:
    """The given numbers as floats: these compare faster with a mean than whole numbers do."""
    numbers = [None if number is None else float(number) for number in given]
    for number in numbers:
        if number is not None and not -LARGEST_NUMBER < number < LARGEST_NUMBER:  # so written, NaN is refused as well
            raise ValueError(f"{labels[numbers.index(number)]}: {number} is not a finite number that can be charted")
    return numbers


def _check_fractions(kind: str, dates: Dates, numerators: Values, denominators: Values) -> None:
    for day, numerator, denominator in zip(dates, numerators, denominators, strict=True):
        if (numerator is not None and numerator < 0) or (denominator is not None and denominator < 0):
            raise ValueError(f"{day}: neither numerator nor denominator can be negative: {numerator} of {denominator}")
        if numerator is None or denominator is None:
            continue
        if numerator > denominator and kind in PROPORTIONS:
            raise ValueError(f"{day}: {numerator} of {denominator} is a proportion above 1")
        if numerator > 0 and denominator == 0:
            raise ValueError(f"{day}: there is no rate of {numerator} per 0")


# Phases


def _rebase_rows(dates: Dates, rebase: Iterable[str | date]) -> list[int]:
    asked = set(rebase)
    unknown = asked.difference(dates)
    if unknown:
        raise ValueError(f"rebase dates that are not among the dates: {', '.join(sorted(map(str, unknown)))}")
    return [row for row, day in enumerate(dates) if day in asked] if asked else []


def _rebase_rows_unless_fixed(dates: Dates, rebase: Iterable[str | date], fix_after_n_points: int | None) -> list[int]:
    rebase_rows = _rebase_rows(dates, rebase)
    if fix_after_n_points is not None:
        if rebase_rows:
            raise ValueError("limits that are fixed on the first points cannot be rebased as well: choose one")
        if fix_after_n_points < 1:
            raise ValueError(f"limits need at least 1 point to be fixed on, not {fix_after_n_points}")
    return rebase_rows


def _phases(dates: Dates, rebase_rows: list[int]) -> list[slice]:
    """The rows of each phase in turn; a rebase at the first date splits nothing off."""
    bounds = [0, *(row for row in rebase_rows if row > 0), len(dates)]
    return [slice(start, stop) for start, stop in pairwise(bounds)]


def _joined(phases: list[Columns]) -> Columns:
    """The phases of a chart, one after the other, as one chart."""
    # The columns of a phase differ in type, which a loop over them cannot say.
    whole = cast(dict[str, list[object]], phases[0])
    for phase in phases[1:]:
        for name, column in cast(dict[str, list[object]], phase).items():
            whole[name] += column
    return phases[0]


# Mean, moving ranges and limits


def _present(values: Values) -> list[float]:
    return [value for value in values if value is not None]


def _mean(numbers: list[float]) -> float:
    # Two passes, as R takes them: with one, eighteen times 0.9 does not average to 0.9,
    # and a steady measure would be reported as a shift.
    first = fsum(numbers) / len(numbers)
    return first + fsum([number - first for number in numbers]) / len(numbers)


def _mean_of_present(values: Values) -> float | None:
    present = _present(values)
    return _mean(present) if present else None


def _moving_ranges(values: Values) -> list[float | None]:
    """Absolute differences between neighbouring months; None for the first month and on both sides of a gap."""
    ranges: list[float | None] = [None]
    ranges += [None if a is None or b is None else abs(b - a) for a, b in pairwise(values)]
    return ranges


def _screened(ranges: list[float | None]) -> tuple[list[float | None], float | None]:
    """The moving ranges, with None for those that are unusually large, and the mean of those kept.

    Screening is done once and never repeated.
    """
    present = _present(ranges)
    if not present:
        return ranges, None
    mean = _mean(present)
    cut = SCREENING_FACTOR * mean
    # Strictly below: where nothing varies no range is below 0, and there are no limits to give.
    if max(present) < cut:
        return ranges, mean
    kept = [moved if moved is not None and moved < cut else None for moved in ranges]
    return kept, _mean_of_present(kept)


def _limits(mean: float | None, mean_range: float | None) -> Limits | None:
    if mean is None or mean_range is None:
        return None
    far, near = LIMIT_FACTOR * mean_range, NEAR_LIMIT_FACTOR * mean_range
    return Limits(mean - far, mean - near, mean + near, mean + far)


# The four rules


def _relative_to_mean(values: Values, mean: float | None) -> list[int | None]:
    """The side of the mean of each point: 1 above, -1 below, 0 on it, compared as they are."""
    if mean is None:
        return [None] * len(values)
    return [None if value is None else 1 if value > mean else -1 if value < mean else 0 for value in values]


def _beyond_limits(values: Values, limits: Limits | None) -> tuple[list[bool | None], list[bool | None]]:
    """Which points are outside the process limits, and which are close: beyond a near limit, but not outside."""
    if limits is None:
        return [None] * len(values), [None] * len(values)
    lower, near_lower, near_upper, upper = limits
    outside = [None if value is None else False for value in values]
    close = outside.copy()
    for row, value in enumerate(values):  # most points lie between the near limits, and are neither
        if value is not None and not near_lower <= value <= near_upper:
            outside[row] = not lower <= value <= upper
            close[row] = not outside[row]
    return outside, close


def _astronomical(outside: list[bool | None], sides: list[int | None]) -> Signals:
    """Rule 1: a point beyond a process limit."""
    return {row: sides[row] or 0 for row, is_outside in enumerate(outside) if is_outside}


def _shift(sides: list[int | None], run_points: int) -> Signals:
    """Rule 2: seven points or more in a row on one side of the mean."""
    signals: Signals = {}
    for start, stop, side in long_runs(sides, run_points):
        signals.update(dict.fromkeys(range(start, stop), side))
    return signals


def _trend(values: Values, run_points: int) -> Signals:
    """Rule 3: seven points or more in a row, each above (or each below) the one before."""
    signals: Signals = {}
    for start, stop, step in trends(values, run_points):
        # A peak or trough that ends one trend and begins the next is written twice: the later one keeps it.
        signals.update(dict.fromkeys(range(start, stop), step))
    return signals


def trends(values: Values, run_points: int) -> list[tuple[int, int, int]]:
    """Runs that rise (1) or fall (-1) throughout: first row, row after the last, 1 or -1. Two may share one row."""
    steps = [None if a is None or b is None else 1 if b > a else -1 if b < a else 0 for a, b in pairwise(values)]
    # Six steps join seven points.
    return [(start, stop + 1, step) for start, stop, step in long_runs(steps, run_points - 1)]


def _two_in_three(close: list[bool | None], sides: list[int | None]) -> Signals:
    """Rule 4: two of three points in a row close to a limit, all three on the same side of the mean."""
    signals: Signals = {}
    close_rows = [row for row, is_close in enumerate(close) if is_close]
    for earlier, later in pairwise(close_rows):
        # Every three rows within the phase that hold both of these; none where the two lie further apart.
        for first in range(max(0, later - 2), min(earlier, len(sides) - 3) + 1):
            side = sides[first]
            if side and side == sides[first + 1] == sides[first + 2]:
                signals[earlier] = signals[later] = side
    return signals


def long_runs(marks: Sequence[int | None], at_least: int) -> list[tuple[int, int, int]]:
    """Runs of the same mark, at least so long: first row, row after the last, mark. 0 and None end a run."""
    runs = []
    start, running = 0, marks[0] if marks else None
    for row, mark in enumerate([*marks, None]):
        if mark != running:
            if row - start >= at_least and running:
                runs.append((start, row, running))
            start, running = row, mark
    return runs


def _named(*by_importance: tuple[tuple[str, str], Signals]) -> dict[int, str]:
    """The name of the first rule that holds, for each flagged point."""
    names = {}
    for (high, low), signals in reversed(by_importance):  # what is written last stays
        for row, side in signals.items():
            names[row] = high if side > 0 else low
    return names


def _flags(rows: int, flagged: Iterable[int]) -> list[bool]:
    flags = [False] * rows
    for row in flagged:
        flags[row] = True
    return flags


def _words(rows: int, otherwise: str, words: dict[int, str]) -> list[str]:
    column = [otherwise] * rows
    for row, word in words.items():
        column[row] = word
    return column


# One phase of an XmR chart, and the icons


def _xmr_phase(
    values: Values,
    group: int,
    point_types: dict[str, str],
    fix_after_n_points: int | None,
    screen_outliers: bool,
    run_points: int,
) -> XmrColumns:
    rows = len(values)
    used = values[:fix_after_n_points]
    mean, ranges = _mean_of_present(used), _moving_ranges(used)
    ranges, mean_range = _screened(ranges) if screen_outliers else (ranges, _mean_of_present(ranges))
    limits = _limits(mean, mean_range)
    lpl, nlpl, nupl, upl = limits or NO_LIMITS

    sides = _relative_to_mean(values, mean)
    outside, close = _beyond_limits(values, limits)
    astronomical, shift = _astronomical(outside, sides), _shift(sides, run_points)
    trend, two_in_three = _trend(values, run_points), _two_in_three(close, sides)
    names = _named(
        (ASTRONOMICAL, astronomical),
        (TREND[run_points], trend),
        (TWO_IN_THREE, two_in_three),
        (SHIFT[run_points], shift),
    )

    return {
        "rebase_group": [group] * rows,
        "mean": [mean] * rows,
        "moving_range": ranges + [None] * (rows - len(used)),
        "mean_moving_range": [mean_range] * rows,
        "lpl": [lpl] * rows,
        "upl": [upl] * rows,
        "nlpl": [nlpl] * rows,
        "nupl": [nupl] * rows,
        "relative_to_mean": sides,
        "outside_limits": outside,
        "close_to_limits": close,
        "rule_astronomical": _flags(rows, astronomical),
        "rule_trend": _flags(rows, trend),
        "rule_two_in_three": _flags(rows, two_in_three),
        "rule_shift": _flags(rows, shift),
        "special_cause_type": _words(rows, COMMON_CAUSE, names),
        "special_cause_flag": _flags(rows, names),
        "point_type": _words(rows, "common_cause", {row: point_types[name] for row, name in names.items()}),
        "short_group_warning": [rows < ENOUGH_POINTS] * rows,
    }


def _latest(point_types: list[str], values: Values) -> str | None:
    """What the latest month with a value is; the months before it are not asked."""
    for point_type, value in zip(reversed(point_types), reversed(values), strict=True):
        if value is not None:
            return point_type
    return None


def _assurance(direction: str, target: float | None, lower: float | None, upper: float | None) -> str | None:
    """Whether ordinary variation meets the target always, never, or now and then (on a limit: now and then)."""
    if direction == "neutral" or target is None or lower is None or upper is None:
        return None
    if lower <= target <= upper:
        return "inconsistent"
    return "consistent_pass" if (target < lower) == (direction == "increase") else "consistent_fail"


# One phase of the other charts


def _run_phase(number: int, values: Values, fix_after_n_points: int | None) -> RunsChart:
    used = _present(values[:fix_after_n_points])
    return _runs_phase(number, values, median(used) if used else None, [None] * len(values), highest=None)


def _runs_phase(
    number: int, values: Values, centre: float | None, sigmas: list[float | None], *, highest: float | None
) -> RunsChart:
    """One phase with its limits, 2 and 3 sigma around the centre, from 0 to `highest`."""
    rows = len(values)
    lcl, ucl = _sigma_limits(centre, sigmas, 3, highest)
    lcl_95, ucl_95 = _sigma_limits(centre, sigmas, 2, highest)
    return {
        "phase": [number] * rows,
        "value": list(values),
        "centre": [centre] * rows,
        "lcl": lcl,
        "ucl": ucl,
        "lcl_95": lcl_95,
        "ucl_95": ucl_95,
        "sigma_signal": [
            value is not None and lower is not None and upper is not None and not lower <= value <= upper
            for value, lower, upper in zip(values, lcl, ucl, strict=True)
        ],
        "runs": [_runs(values, centre)],
    }


def _sigma_limits(
    centre: float | None, sigmas: list[float | None], factor: int, highest: float | None
) -> tuple[list[float | None], list[float | None]]:
    """Lower and upper limits of each row, cut off where no value can lie."""
    lower: list[float | None] = []
    upper: list[float | None] = []
    for sigma in sigmas:
        if centre is None or sigma is None:
            lower.append(None)
            upper.append(None)
            continue
        above = centre + factor * sigma
        lower.append(max(0.0, centre - factor * sigma))
        upper.append(above if highest is None else min(highest, above))
    return lower, upper


def _attribute_phase(
    number: int, kind: str, numerators: Values, denominators: Values, fix_after_n_points: int | None
) -> RunsChart:
    is_proportion = kind in PROPORTIONS
    # A row takes part where it has both numbers; a denominator of 0 divides nothing, so it is as good as missing.
    sizes = [
        (size or None) if count is not None else None for count, size in zip(numerators, denominators, strict=True)
    ]
    values = [
        None if count is None or size is None else count / size for count, size in zip(numerators, sizes, strict=True)
    ]
    used = slice(fix_after_n_points)
    centre = _overall(numerators[used], sizes[used])
    sigmas = _sigmas(centre, sizes, is_proportion=is_proportion)
    if kind in PRIMES:
        sigma_z = _sigma_z(centre, values[used], sigmas[used])
        sigmas = [None if sigma is None or sigma_z is None else sigma * sigma_z for sigma in sigmas]
    return _runs_phase(number, values, centre, sigmas, highest=1.0 if is_proportion else None)


def _overall(numerators: Values, sizes: Values) -> float | None:
    """All numerators over all denominators, of the rows that have both."""
    total = fsum(_present(sizes))
    if total == 0:
        return None
    counted = [count for count, size in zip(numerators, sizes, strict=True) if count is not None and size is not None]
    return fsum(counted) / total


def _sigmas(centre: float | None, sizes: Values, *, is_proportion: bool) -> list[float | None]:
    """The standard deviation that chance alone gives each row: binomial for proportions, Poisson for rates."""
    if centre is None:
        return [None] * len(sizes)
    spread = centre * (1 - centre) if is_proportion else centre
    return [None if size is None else sqrt(spread / size) for size in sizes]


def _sigma_z(centre: float | None, values: Values, sigmas: Values) -> float | None:
    """Laney's correction: how much more (or less) neighbouring months differ than chance alone would have it."""
    # No score where chance gives no spread at all: every numerator is 0, or every one is its denominator.
    scores = [
        None if centre is None or value is None or not sigma else (value - centre) / sigma
        for value, sigma in zip(values, sigmas, strict=True)
    ]
    _, mean_range = _screened(_moving_ranges(scores))
    return None if mean_range is None else mean_range / RANGE_PER_SIGMA


def _runs(values: Values, centre: float | None) -> Runs:
    """The runs rules: is a run too long, or does the line cross the centre too seldom, for chance alone?"""
    sides = [side for side in _relative_to_mean(values, centre) if side]  # points on the centre line are skipped
    if not sides:
        return {
            "n_obs": len(values),
            "n_useful": 0,
            "longest_run": None,
            "longest_run_max": None,
            "crossings": None,
            "crossings_min": None,
            "runs_signal": False,
        }
    longest_run = max(len(list(run)) for _, run in groupby(sides))
    longest_run_max = round(log2(len(sides))) + 3
    crossings = sum(before != after for before, after in pairwise(sides))
    crossings_min = _fewest_crossings(len(sides))
    return {
        "n_obs": len(values),
        "n_useful": len(sides),
        "longest_run": longest_run,
        "longest_run_max": longest_run_max,
        "crossings": crossings,
        "crossings_min": crossings_min,
        "runs_signal": longest_run > longest_run_max or crossings < crossings_min,
    }


def _fewest_crossings(useful_points: int) -> int:
    """The fewest crossings that chance still gives: least k with P(X <= k) >= 1/20, X binomial (n - 1, 1/2)."""
    steps = useful_points - 1
    crossings = ways = 0
    while True:
        ways += comb(steps, crossings)
        if ways * 20 >= 2**steps:  # in whole numbers, so that no rounding decides
            return crossings
        crossings += 1
