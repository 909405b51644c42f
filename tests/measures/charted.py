"""Series to chart: a plain one, one that shifts, and any that hypothesis thinks of."""

import random
from datetime import date
from typing import Any

from hypothesis import strategies as st

from measures.findings import Aim, Beginning, Milestone, Series

STEADY = [54.0, 58.0, 51.0, 55.0, 53.0, 57.0, 52.0, 56.0, 54.0, 50.0, 58.0, 53.0, 55.0, 52.0]
SHIFTED = [*STEADY, 61.0, 60.0, 62.0, 59.0, 61.0, 63.0, 60.0, 62.0]
REASONS = ["not collected this month", "system down or changed", "not sent", "a reason nobody foresaw"]


def months(how_many: int, first: date = date(2021, 4, 1)) -> list[date]:
    months_since_0 = [first.year * 12 + first.month - 1 + n for n in range(how_many)]
    return [date(n // 12, n % 12 + 1, 1) for n in months_since_0]


def series(values, **changes) -> Series:
    given = {"title": "Safety plan made together", "unit": "%", "months": months(len(values))}
    return Series(**(given | {"values": values} | changes))


def like_a_measure(seed: int, how_many: int, highest: float, decimals: int) -> list[float | None]:
    """Levels, spikes, slopes and gaps, so that rules have something to find."""
    chance = random.Random(seed)
    level, spread, slope = chance.uniform(0.2, 0.8), chance.uniform(0.0, 0.1), 0.0
    values: list[float | None] = []
    for _ in range(how_many):
        if chance.random() < 0.06:
            level, slope = chance.uniform(0.1, 0.9), chance.choice([0, 0, 0.02, -0.02])
        level += slope
        share = level + chance.gauss(0, spread) + (chance.choice([-0.4, 0.4]) if chance.random() < 0.05 else 0)
        missing = chance.random() < 0.08
        values.append(None if missing else round(min(max(share, 0), 1) * highest, decimals))
    return values


@st.composite
def any_series(draw) -> Series:
    how_many = draw(st.integers(1, 72))
    unit, highest, decimals = draw(
        st.sampled_from([("%", 100, 1), ("people", 400, 0), ("visits", 10_000_000, 0), ("points", 40, 1)])
    )
    value = st.floats(0, highest, allow_nan=False).map(lambda x: round(x, decimals))
    values = draw(
        st.one_of(
            st.lists(st.one_of(st.none(), value), min_size=how_many, max_size=how_many),
            st.integers(0, 10**6).map(lambda seed: like_a_measure(seed, how_many, highest, decimals)),
        )
    )
    all_months = months(how_many, draw(st.sampled_from([date(2021, 4, 1), date(2022, 11, 1), date(2023, 1, 1)])))
    days = st.dates(all_months[0], all_months[-1])
    begins = draw(
        st.lists(
            st.tuples(st.sampled_from(all_months), st.sampled_from(["definition", "board", "limits"])),
            max_size=2,
            unique_by=lambda each: each[0],
        )
    )
    chart = draw(st.sampled_from(["xmr", "xmr", "run", "p"] if unit == "%" else ["xmr", "run"]))
    counts: dict[str, Any] = {}
    if chart == "p":
        sizes = [draw(st.sampled_from([8, 40, 57, 300])) for _ in values]
        tops = [None if share is None else round(share * size / 100) for share, size in zip(values, sizes, strict=True)]
        values = [None if top is None else 100 * top / size for top, size in zip(tops, sizes, strict=True)]
        sizes = [None if top is None else size for top, size in zip(tops, sizes, strict=True)]
        counts = {"numerators": tops, "denominators": sizes, "multiplier": 100, "kind": "proportion"}
    return Series(
        title="Any",
        unit=unit,
        months=all_months,
        values=values,
        reasons=[REASONS[row % len(REASONS)] for row in range(how_many)],
        improvement_direction=draw(st.sampled_from(["increase", "decrease", "neutral"])),
        target=draw(st.one_of(st.none(), value)),
        aims=sorted(Aim(draw(st.sampled_from(all_months)), draw(value)) for _ in range(draw(st.integers(0, 2)))),
        beginnings=[Beginning(month, why, f"Because of the {why}.") for month, why in sorted(begins)],
        milestones=[Milestone(day, n, "Training") for n, day in enumerate(draw(st.lists(days, max_size=6)), start=1)],
        decimals=decimals,
        chart=chart,
        **counts,
    )
