"""Series to chart: a plain one, one that shifts, and any that hypothesis thinks of."""

import random
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from hypothesis import strategies as st

from measures import charts
from measures.statistics.findings import Aim, Beginning, Milestone, Series

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


# One of each kind, for pictures and for a browser

GAPS = {11: "system down or changed", 24: "not collected this month"}
PLANS = [31.0, 27.9, 32.9, 27.0, 31.9, 29.1, 41.2, 38.5, 22.5, 40.0, 43.1, None, 39.1, 36.8, 38.2, 40.0, 42.4, 44.1]
PLANS += [46.3, 47.8, 50.7, 57.8, 60.6, 58.2, None, 52.7, 56.9, 53.0, 60.3, 63.2, 64.9, 62.5, 66.1, 63.9, 65.2, 63.4]
PEOPLE = [58, 68, 73, 63, 72, 55, 68, 64, 71, 70, 65, 0, 64, 57, 55, 65, 59, 59, 54, 67, 73, 64, 66, 67, 0, 55, 72, 66]
PEOPLE += [58, 57, 57, 56, 56, 72, 69, 71]


def everything() -> Series:
    """Changed definition, milestones, recalculated limits, missing months, target, own aims, every rule."""
    all_months = months(36)
    return Series(
        title="SH08 Safety plan made together",
        unit="%",
        months=all_months,
        values=PLANS,
        reasons=[GAPS.get(row, "") for row in range(36)],
        improvement_direction="increase",
        target=70.0,
        kind="proportion",
        numerators=[None if share is None else round(n * share / 100) for n, share in zip(PEOPLE, PLANS, strict=True)],
        denominators=[n or None for n in PEOPLE],
        multiplier=100,
        why_this_chart="XmR chart of the percentage, as Making Data Count draws it.",
        beginnings=[
            Beginning(all_months[6], "definition", "Plans made by phone are counted from here on."),
            Beginning(all_months[21], "limits", "Limits recalculated by an analyst: the change had a known cause."),
        ],
        milestones=[
            Milestone(date(2022, 2, 1), 1, "Template for the plan in the record."),
            Milestone(date(2022, 12, 1), 2, "Crisis team trained to write plans with people."),
            Milestone(date(2023, 1, 1), 3, "Plan becomes part of every discharge."),
        ],
        aims=[Aim(all_months[12], 48.0), Aim(all_months[24], 65.0)],
    )


def by_group_size(chart: str = "p") -> Series:
    """Limits that follow the size of the group: of a proportion, or of a rate."""
    chance = random.Random(3)
    sizes = [None if row == 9 else chance.randint(*((44, 70) if chart == "p" else (900, 1900))) for row in range(24)]
    multiplier = 100 if chart == "p" else 1000
    share = 0.56 if chart == "p" else 0.02
    spread = 0.06 if chart == "p" else 0.004
    tops = [None if size is None else round(size * max(chance.gauss(share, spread), 0)) for size in sizes]
    if chart != "p":
        tops[17] = 70
    values = [
        None if top is None or size is None else multiplier * top / size for top, size in zip(tops, sizes, strict=True)
    ]
    return Series(
        title="SH11 Family or friends involved" if chart == "p" else "SH19 Attendances for self-harm",
        unit="%" if chart == "p" else "attendances per 1,000 people",
        months=months(24),
        values=values,
        reasons=["not sent"] * 24,
        kind="proportion" if chart == "p" else "rate",
        numerators=tops,
        denominators=sizes,
        multiplier=multiplier,
        chart=chart,
        why_this_chart=f"{chart} chart, chosen because the group changes in size from month to month.",
    )


def few_months() -> Series:
    return Series(
        title="SH06 Ethnicity recorded",
        unit="%",
        months=months(9),
        values=[54.8, 53.1, 60.5, 42.2, 63.3, 52.6, 40.6, 44.4, 50.4],
        improvement_direction="increase",
        target=80.0,
    )


def run_for_good() -> Series:
    chance = random.Random(7)
    return Series(
        title="SH24 Training sessions delivered",
        unit="sessions",
        months=months(30),
        values=[float(chance.randint(0, 6)) for _ in range(30)],
        decimals=0,
        chart="run",
        why_this_chart="Run chart around the median, because the numbers are small.",
    )


def waiting_and_gaps() -> Series:
    """Another board, months without a number in a row, and values that are sent and not accepted."""
    values = [None if row in (4, 5, 6, 7, 20) else 40.0 + row * 7 % 11 - (12 if row > 15 else 0) for row in range(29)]
    all_months = months(30)
    return Series(
        title="SH13 Median wait",
        unit="days",
        months=all_months,
        values=[*values, None],
        waiting=[*[None] * 28, 28.0, 33.0],
        reasons=["service not running" if row < 10 else "numbers came too late" for row in range(30)],
        improvement_direction="decrease",
        target=28.0,
        decimals=0,
        beginnings=[Beginning(all_months[16], "board", "The area’s board ended. Before and after are read apart.")],
        milestones=[Milestone(date(2022, 3, day), n, f"Step {n}") for n, day in enumerate((1, 9, 20, 28), start=1)],
    )


EXAMPLES = {
    "everything": everything,
    "p": by_group_size,
    "u": lambda: by_group_size("u"),
    "few-months": few_months,
    "run": run_for_good,
    "waiting": waiting_and_gaps,
}


def figure(name: str) -> str:
    """One of them with all that stands around it."""
    return render_to_string("measures/_chart.html", {"chart": charts.chart(EXAMPLES[name](), name=name)})
