"""How often the interval of before_after.py holds the true difference, on simulated months.

`python -m tests.benchmarks.simulated_differences` prints the table of docs/statistics.md; the tests run fewer series.
Nothing changes in a simulated series, so the true difference is 0. Beside our interval stand two simpler ones: Welch's
alone, and the one that takes every person for a throw of a coin.
"""

from collections.abc import Callable, Sequence
from math import exp, fsum, log, sqrt
from random import Random
from typing import NamedTuple

from measures.demonstration.telling import poisson
from measures.statistics.before_after import Months, difference_between, t_quantile

SEED = 20260601
SERIES = 1000
#: Months before and after; the month between them counts on neither side.
LENGTHS = ((7, 7), (12, 7), (12, 12), (24, 12), (24, 24))

#: Value and weight of each month.
Drawn = list[tuple[float, float]]


class Scenario(NamedTuple):
    """likeness: the autocorrelation of neighbouring months in what is drawn. is_promised: see `PROMISED`."""

    name: str
    draw: Callable[[Random, int], Drawn]
    likeness: float = 0
    of_people: bool = False


def alike(chance: Random, months: int, likeness: float) -> list[float]:
    """A first-order autoregressive series of mean 0 and variance 1."""
    found = [chance.gauss(0, 1)]
    while len(found) < months:
        found.append(likeness * found[-1] + sqrt(1 - likeness**2) * chance.gauss(0, 1))
    return found


def scores(likeness: float) -> Scenario:
    def draw(chance: Random, months: int) -> Drawn:
        return [(17 + 2 * value, 1.0) for value in alike(chance, months, likeness)]

    return Scenario(f"Mean score, likeness {likeness}", draw, likeness)


def counts(average: float) -> Scenario:
    return Scenario(
        f"Number, {average:g} a month", lambda chance, months: [(poisson(chance, average), 1.0) for _ in range(months)]
    )


def shares(people: int, share: float, *, beyond: float = 0, likeness: float = 0) -> Scenario:
    """beyond: how much the months vary beyond chance: standard deviation on the scale of log odds."""

    def draw(chance: Random, months: int) -> Drawn:
        found = []
        for value in alike(chance, months, likeness):
            odds = exp(log(share / (1 - share)) + beyond * value)
            group = max(poisson(chance, people), 1)
            counted = sum(chance.random() < odds / (1 + odds) for _ in range(group))
            found.append((100 * counted / group, float(group)))
        return found

    also = f", months vary beyond chance, likeness {likeness:g}" if beyond else ""
    return Scenario(f"Percentage, {share:.0%} of {people}{also}", draw, likeness, of_people=True)


SCENARIOS = (
    scores(0),
    scores(0.2),
    scores(0.4),
    scores(0.6),
    counts(3),
    counts(20),
    shares(12, 0.9),
    shares(40, 0.5),
    shares(40, 0.5, beyond=0.3),
    shares(40, 0.5, beyond=0.3, likeness=0.4),
    shares(200, 0.6, beyond=0.3, likeness=0.3),
)


class Result(NamedTuple):
    """In how many of the series the interval held 0."""

    series: int
    ours: int
    welch: int
    coin: int


def simulate(scenario: Scenario, before: int, after: int, series: int) -> Result:
    held = [0, 0, 0]
    chance = Random(f"{SEED}/{scenario.name}/{before}/{after}")
    for _ in range(series):
        drawn = scenario.draw(chance, before + 1 + after)
        sides = (
            Months(range(before), drawn[:before]),
            Months(range(before + 1, len(drawn)), drawn[before + 1 :]),
        )
        ours = difference_between(*sides)
        held[0] += ours.low is not None and ours.high is not None and ours.low <= 0 <= ours.high
        held[1] += abs(ours.by) <= half_of_welch(sides)
        held[2] += scenario.of_people and abs(ours.by) <= half_of_coins(sides)
    return Result(series, *held)


def half_of_welch(sides: Sequence[Months]) -> float:
    parts = [(one.variance_of_mean, len(one.rows) - 1) for one in sides]
    variance = fsum(part for part, _ in parts)
    freedom = variance**2 / fsum(part**2 / degrees for part, degrees in parts) if variance else 1
    return t_quantile(int(freedom + 1e-9)) * sqrt(variance)


def half_of_coins(sides: Sequence[Months]) -> float:
    return 1.96 * sqrt(fsum(one.mean * (100 - one.mean) / fsum(weight for _, weight in one.values) for one in sides))


def main() -> None:
    lengths = " | ".join(f"{before} and {after}" for before, after in LENGTHS)
    print(f"| simulated months | {lengths} | Welch alone | every person a coin |")
    print("| --- | " + "--- | " * (len(LENGTHS) + 2))
    for scenario in SCENARIOS:
        results = [simulate(scenario, before, after, SERIES) for before, after in LENGTHS]
        ours = " | ".join(f"{result.ours / SERIES:.0%}" for result in results)
        whole = SERIES * len(LENGTHS)
        coin = f"{sum(result.coin for result in results) / whole:.0%}" if scenario.of_people else ""
        print(f"| {scenario.name} | {ours} | {sum(result.welch for result in results) / whole:.0%} | {coin} |")


if __name__ == "__main__":
    main()
