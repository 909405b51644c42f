"""What an XmR chart of 60 points costs, beside adding the same 60 values up.

Run it as `python -m tests.benchmarks.bench_spc`; it fails when a chart costs more than 100 sums.
A ratio of two things done in turn in the same run says the same on a fast machine and on a slow one.
"""

import random
import sys
from collections.abc import Callable
from datetime import date
from math import fsum
from time import perf_counter_ns

from measures.spc import xmr

MOST_SUMS = 100
POINTS = 60
ROUNDS = 60
CHARTS_A_ROUND = 20
SUMS_A_ROUND = 1_000

DATES = [date(2021 + month // 12, month % 12 + 1, 1) for month in range(POINTS)]


def series() -> dict[str, list[float]]:
    """The pictures a measure can draw: the rules have nothing to find in the first, much in the others."""
    chance = random.Random(60)
    ordinary = [round(chance.gauss(50, 5), 1) for _ in range(POINTS)]
    counts: list[float] = [chance.randint(20, 90) for _ in range(POINTS)]  # the quickest to add up
    outlier = [*ordinary[:30], 95.0, *ordinary[31:]]
    step = [value + (8 if month >= POINTS // 2 else 0) for month, value in enumerate(ordinary)]
    rising = [20.0 + month + chance.random() / 2 for month in range(POINTS)]
    return {
        "ordinary months": ordinary,
        "whole numbers": counts,
        "one very high month": outlier,
        "a step": step,
        "always rising": rising,
    }


def nanoseconds(work: Callable[[], object], times: int) -> float:
    start = perf_counter_ns()
    for _ in range(times):
        work()
    return (perf_counter_ns() - start) / times


def charts_in_sums(values: list[float]) -> float:
    """The cost of one chart in sums: the best round of each, taken alternately so that both see the same machine."""
    charts, sums = [], []
    for _ in range(ROUNDS):
        charts.append(nanoseconds(lambda: xmr(DATES, values), CHARTS_A_ROUND))
        sums.append(nanoseconds(lambda: fsum(values), SUMS_A_ROUND))
    return min(charts) / min(sums)


def main() -> int:
    dearest = 0.0
    for name, values in series().items():
        ratio = charts_in_sums(values)
        dearest = max(dearest, ratio)
        print(f"XmR chart of {POINTS} points, {name}: {ratio:.1f} sums")
    if dearest > MOST_SUMS:
        print(f"Too slow: a chart may cost at most {MOST_SUMS} sums.", file=sys.stderr)
        return 1
    print(f"Within the {MOST_SUMS} sums that a chart may cost.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
