"""How often the queries ask without a reason, and how often they notice a digit too many, on simulated months.

`python -m tests.benchmarks.simulated_queries` prints the table of docs/statistics.md; the tests run fewer series.
A series is one measure over three years with nothing but chance in it: Poisson arrivals, and what follows from them.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from math import log
from random import Random
from statistics import median

from measures import rules
from measures.demonstration.telling import poisson
from measures.rules import Definition, EarlierMonth, History, Numbers, TypedEntry
from measures.wording import shifted

SEED = 20260501
MONTHS = 36
#: From this month on (counted from 0) there are the three earlier months that the exact tails need.
JUDGED_FROM = 3
FIRST_MONTH = date(2023, 4, 1)
SERIES = 60

Draw = Callable[[Random], Numbers]


@dataclass(frozen=True)
class Scenario:
    """One kind of measure at one level. is_promised: it averages 6 or more, and is no median and no score."""

    name: str
    kind: str
    draw: Draw
    is_promised: bool = True
    definition: Definition = field(init=False)

    def __post_init__(self) -> None:
        units = {"proportion": "%", "rate": "visits per 100,000 adults", "median_days": "days", "mean_score": "points"}
        of = Definition(
            code="SH01",
            measure_name=self.name,
            kind=self.kind,
            unit=units.get(self.kind, "people"),
            first_valid_from=date(2021, 4, 1),
            value_max=Decimal(40) if self.kind == "mean_score" else None,
            decimals=0 if self.kind == "count" else 1,
            rate_multiplier=100_000 if self.kind == "rate" else None,
        )
        object.__setattr__(self, "definition", of)


def counts(mean: float) -> Draw:
    return lambda chance: Numbers(Decimal(poisson(chance, mean)), None, None)


def shares(people: float, share: float) -> Draw:
    def draw(chance: Random) -> Numbers:
        group = poisson(chance, people)
        return Numbers(Decimal(sum(chance.random() < share for _ in range(group))), group, None)

    return draw


def rates(mean: float, people: int) -> Draw:
    return lambda chance: Numbers(Decimal(poisson(chance, mean)), people, None)


def medians(people: float, days: float, sigma: float) -> Draw:
    def draw(chance: Random) -> Numbers:
        waits = [round(chance.lognormvariate(log(days), sigma)) for _ in range(poisson(chance, people))]
        return Numbers(None, len(waits), Decimal(str(median(waits))) if waits else None)

    return draw


def scores(forms: float, level: float, spread: float) -> Draw:
    def draw(chance: Random) -> Numbers:
        given = [min(max(round(chance.gauss(level, spread)), 0), 40) for _ in range(poisson(chance, forms))]
        return Numbers(Decimal(sum(given)), len(given), None)

    return draw


SCENARIOS = [
    Scenario("Number, 6 a month", "count", counts(6)),
    Scenario("Number, 15 a month", "count", counts(15)),
    Scenario("Number, 50 a month", "count", counts(50)),
    Scenario("Number, 400 a month", "count", counts(400)),
    Scenario("Percentage, about 6 of 12", "proportion", shares(12, 0.5)),
    Scenario("Percentage, about 6 of 60", "proportion", shares(60, 0.1)),
    Scenario("Percentage, about 20 of 40", "proportion", shares(40, 0.5)),
    Scenario("Percentage, about 36 of 40", "proportion", shares(40, 0.9)),
    Scenario("Percentage, about 120 of 200", "proportion", shares(200, 0.6)),
    Scenario("Rate, about 6 among 285,000", "rate", rates(6, 285_000)),
    Scenario("Rate, about 46 among 285,000", "rate", rates(46, 285_000)),
    Scenario("Number, 1 a month", "count", counts(1), is_promised=False),
    Scenario("Number, 3 a month", "count", counts(3), is_promised=False),
    Scenario("Percentage, about 2 of 8", "proportion", shares(8, 0.25), is_promised=False),
    Scenario("Rate, about 2 among 40,000", "rate", rates(2, 40_000), is_promised=False),
    Scenario("Median wait of 16 days, 11 people", "median_days", medians(11, 16, 0.6), is_promised=False),
    Scenario("Median wait of 40 days, 40 people", "median_days", medians(40, 40, 0.6), is_promised=False),
    Scenario("Mean score of 17, 16 forms", "mean_score", scores(16, 17, 7), is_promised=False),
]


def typed(numbers: Numbers) -> TypedEntry:
    texts = ("" if x is None else rules.plain(x) for x in (numbers.numerator, numbers.denominator, numbers.value))
    return TypedEntry("SH01", *texts)


def series_of(scenario: Scenario, number: int, months: int = MONTHS) -> list[Numbers]:
    chance = Random(f"{SEED}/{scenario.name}/{number}")
    return [scenario.draw(chance) for _ in range(months)]


def histories(series: Sequence[Numbers]) -> Iterator[tuple[date, Numbers, History]]:
    """Each month with what was accepted before it."""
    past: list[EarlierMonth] = []
    for row, numbers in enumerate(series):
        month = shifted(FIRST_MONTH, row)
        yield month, numbers, History(tuple(past))
        past.append(EarlierMonth(month, numbers))


def rules_that_ask(scenario: Scenario, numbers: Numbers, history: History, month: date) -> set[str]:
    """The queries about one value, or the errors that stop it."""
    entry, of = typed(numbers), [scenario.definition]
    wrong = rules.errors_of_month([entry], of, month=month, today=month, submitting=False, area_name="")
    if wrong:
        return {problem.rule for problem in wrong}
    found = rules.queries_of_month([entry], of, {"SH01": history}, month=month)
    return {query.rule for query in found}


# What goes wrong with a number by a factor of ten


def times_ten(numbers: Numbers) -> list[Numbers]:
    """A digit too many in one of the numbers; what was 0 stays 0 and is no mistake."""
    found = [replace(numbers, numerator=numbers.numerator * 10)] if numbers.numerator else []
    if numbers.value:
        found.append(replace(numbers, value=numbers.value * 10))
    if numbers.denominator:
        found.append(replace(numbers, denominator=numbers.denominator * 10))
    return found


def a_tenth(numbers: Numbers) -> list[Numbers]:
    """The last digit lost from the number that counts."""
    if numbers.numerator:
        return [replace(numbers, numerator=numbers.numerator // 10)]
    return [replace(numbers, value=numbers.value // 10)] if numbers.value else []


@dataclass
class Result:
    """Of one scenario: how many values there were, how many were asked about, and by which rule."""

    values: int = 0
    asked: int = 0
    by_rule: Counter[str] = field(default_factory=Counter)
    mistakes: int = 0
    caught: int = 0
    lost_digits: int = 0
    lost_digits_caught: int = 0

    @property
    def asked_share(self) -> float:
        return self.asked / self.values

    @property
    def caught_share(self) -> float:
        return self.caught / self.mistakes


def simulate(scenario: Scenario, series: int, *, mistakes_every: int = 4) -> Result:
    """mistakes_every: in every so many-th month the mistakes are tried as well."""
    result = Result()
    for number in range(series):
        for row, (month, numbers, history) in enumerate(histories(series_of(scenario, number))):
            asking = rules_that_ask(scenario, numbers, history, month)
            result.values += 1
            result.asked += bool(asking)
            result.by_rule.update(asking)
            if row < JUDGED_FROM or (row + number) % mistakes_every:
                continue
            for wrong in times_ten(numbers):
                result.mistakes += 1
                result.caught += bool(rules_that_ask(scenario, wrong, history, month))
            for wrong in a_tenth(numbers):
                result.lost_digits += 1
                result.lost_digits_caught += bool(rules_that_ask(scenario, wrong, history, month))
    return result


def whole_team(number: int, months: int = MONTHS) -> tuple[int, int]:
    """A team with the promised scenarios as its measures: how many values it gave, about how many it was asked.

    With the rules that look at the month as a whole; a query of the month counts as one about every value.
    """
    team = [scenario for scenario in SCENARIOS if scenario.is_promised]
    definitions = [replace(scenario.definition, code=f"SH{row:02}") for row, scenario in enumerate(team, start=1)]
    drawn = [series_of(scenario, number, months) for scenario in team]
    past: dict[str, list[EarlierMonth]] = {of.code: [] for of in definitions}
    values = asked = 0
    for row in range(months):
        month = shifted(FIRST_MONTH, row)
        now = {of.code: series[row] for of, series in zip(definitions, drawn, strict=True)}
        entries = [replace(typed(numbers), code=code) for code, numbers in now.items()]
        known = {code: History(tuple(earlier)) for code, earlier in past.items()}
        found = rules.queries_of_month(entries, definitions, known, month=month)
        about = {code for query in found for code in (query.about or now)}
        values, asked = values + len(now), asked + len(about)
        for code, numbers in now.items():
            past[code].append(EarlierMonth(month, numbers))
    return values, asked


def main() -> int:
    print("| simulated series | values asked about | ten-fold error caught | last digit lost, caught |")
    print("| --- | --- | --- | --- |")
    kept = True
    for scenario in SCENARIOS:
        result = simulate(scenario, SERIES)
        lost = f"{result.lost_digits_caught / result.lost_digits:.1%}" if result.lost_digits else ""
        print(f"| {scenario.name} | {result.asked_share:.1%} | {result.caught_share:.1%} | {lost} |", flush=True)
        if scenario.is_promised:
            kept = kept and result.asked_share <= 0.03 and result.caught_share >= 0.95
    given = [whole_team(number) for number in range(SERIES // 4)]
    values, asked = (sum(part) for part in zip(*given, strict=True))
    print(
        f"| A team with the first {len([s for s in SCENARIOS if s.is_promised])} together | {asked / values:.1%} | | |"
    )
    return 0 if kept and asked <= 0.03 * values else 1


if __name__ == "__main__":
    sys.exit(main())
