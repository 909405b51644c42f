"""What the months of a measure say: each by spc.py's rules, each phase by its lines, and both in words.

`find` is the one door. A phase with fewer than 13 months that have a number gets its median and no limits: "too few
months for limits".

Pure: no Django.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from measures import spc
from measures.reporting_calendar import last_day, month_in_words, next_month
from measures.sentences import number_text, with_sign, with_unit


class Milestone(NamedTuple):
    """Something that the team did: its number on the chart, its title in the legend."""

    day: date
    number: int
    title: str


class Beginning(NamedTuple):
    """Where a phase begins, and why: no limit and no rule reaches across.

    why: definition (the measure is counted in another way), board (another body answers for the area) or limits
    (somebody recalculated them at a milestone). words: a sentence for the chart's legend and for its table.
    """

    month: date
    why: str
    words: str


class Aim(NamedTuple):
    """What an area itself wants to reach from a month on; never called the target."""

    month: date
    value: float


@dataclass(frozen=True)
class Series:
    """One measure of one area, month by month.

    months: the first day of each month, none left out. values: as many, None where a month has no number.
    numerators, denominators: as many, whole numbers, where the measure has them; a value of a proportion or a rate is
    multiplier * numerator / denominator. reasons: as many, the words for why a month has no number. waiting: as many,
    what was sent for a month and is not accepted yet: it is shown, and no rule, line or sentence reads it.
    rebase: months at which a new phase begins. beginnings: the same months with their reasons.
    chart: xmr, p, pp, u, up or run, as chart_kinds.py chose; why_this_chart: the words for that.
    caution: a sentence where limits are too narrow for what is counted, else empty.
    fixed_months: limits are worked out from the first so many months of each phase, else from all.
    improvement_direction: increase, decrease or neutral. aims: at most two, the earlier first.
    Raises ValueError where the lists do not belong together.
    """

    title: str
    unit: str
    months: Sequence[date]
    values: Sequence[float | None]
    reasons: Sequence[str] = ()
    waiting: Sequence[float | None] = ()
    improvement_direction: str = "neutral"
    target: float | None = None
    rebase: Sequence[date] = ()
    milestones: Sequence[Milestone] = ()
    decimals: int = 1
    beginnings: Sequence[Beginning] = ()
    aims: Sequence[Aim] = ()
    numerators: Sequence[int | None] = ()
    denominators: Sequence[int | None] = ()
    multiplier: float = 1
    chart: str = "xmr"
    why_this_chart: str = ""
    caution: str = ""
    fixed_months: int | None = None

    def __post_init__(self) -> None:
        if not self.months:
            raise ValueError("a chart needs at least one month")
        if len(self.values) != len(self.months):
            raise ValueError(f"{len(self.months)} months but {len(self.values)} values")
        if self.reasons and len(self.reasons) != len(self.months):
            raise ValueError(f"{len(self.months)} months but {len(self.reasons)} reasons")
        if self.waiting and len(self.waiting) != len(self.months):
            raise ValueError(f"{len(self.months)} months but {len(self.waiting)} values that wait")
        for month, following in pairwise(self.months):
            if next_month(month) != following:
                raise ValueError(f"{following} does not follow {month}: give None for a month without a number")

    def waiting_in(self, row: int) -> float | None:
        """What was sent for this month and is not accepted yet."""
        return self.waiting[row] if self.waiting else None


# What the months say


@dataclass(frozen=True)
class MonthFinding:
    """One month.

    kind: common, improvement, concern, neutral or missing. rule: astronomical, trend, two_in_three, shift or "".
    lower, upper: the limits of this month, which differ from month to month on p and u charts.
    letters: of the special causes (`SpecialCause.letter`) that this month is part of.
    """

    month: date
    value: float | None
    kind: str
    rule: str = ""
    is_high: bool = False
    run_from: date | None = None
    run_length: int = 0
    reason: str = ""
    lower: float | None = None
    upper: float | None = None
    letters: str = ""


@dataclass(frozen=True)
class SpecialCause:
    """Months that one rule flags together. Rows start to stop (not included); rows: those that are flagged.

    letter: its name on the chart, in table and legend: a, b, ..., z, aa. kind, rule, is_high: as of its months.
    """

    letter: str
    kind: str
    rule: str
    is_high: bool
    start: int
    stop: int
    rows: Sequence[int]


@dataclass(frozen=True)
class Phase:
    """Rows start to stop (not included). centre: the average, or the median where months are too few for limits."""

    start: int
    stop: int
    numbers: int
    has_enough_months: bool
    centre: float | None
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class Findings:
    """What the chart says: every drawing, sentence, table, file and icon is made of this and of nothing else.

    assurance: pass, fail, inconsistent or None. variation: common_cause, improvement_high, improvement_low,
    concern_high, concern_low, neutral_high, neutral_low, or None where months are too few. Both name an icon.
    special_causes: in order of their first month.
    """

    series: Series
    months: Sequence[MonthFinding]
    phases: Sequence[Phase]
    assurance: str | None
    variation: str | None = None
    special_causes: Sequence[SpecialCause] = ()

    @property
    def latest(self) -> MonthFinding | None:
        return next((month for month in reversed(self.months) if month.value is not None), None)

    @property
    def has_limits(self) -> bool:
        return self.phases[-1].has_enough_months


NAMED_RULES = (
    (spc.ASTRONOMICAL, "astronomical"),
    (spc.TREND, "trend"),
    (spc.TWO_IN_THREE, "two_in_three"),
    (spc.SHIFT, "shift"),
)
#: spc's name of a special cause: the rule, and whether the point is high.
RULES = {name: (rule, name == names[0]) for names, rule in NAMED_RULES for name in names}
KINDS_OF_POINT = {
    "common_cause": "common",
    "special_cause_improvement": "improvement",
    "special_cause_concern": "concern",
    "special_cause_neutral_high": "neutral",
    "special_cause_neutral_low": "neutral",
}


def find(series: Series) -> Findings:
    """What the rules say of each month and each phase."""
    months, values = list(series.months), list(series.values)
    with_limits = spc.xmr(
        months,
        values,
        improvement_direction=series.improvement_direction,
        target=series.target,
        rebase=series.rebase,
    )
    with_median = spc.run_chart(months, values, rebase=series.rebase)

    phases = []
    breaks = sorted({months.index(month) for month in series.rebase} - {0})
    for start, stop in pairwise([0, *breaks, len(months)]):
        numbers = sum(value is not None for value in values[start:stop])
        if numbers >= spc.ENOUGH_POINTS:
            lines = with_limits["mean"][start], with_limits["lpl"][start], with_limits["upl"][start]
            phases.append(Phase(start, stop, numbers, True, *lines))
        else:
            phases.append(Phase(start, stop, numbers, False, with_median["centre"][start]))

    found = [
        month_finding(row, series, with_limits, phase) for phase in phases for row in range(phase.start, phase.stop)
    ]
    if not phases[-1].has_enough_months:
        return Findings(series, found, phases, None)
    return Findings(series, found, phases, with_limits["assurance_icon"], with_limits["variation_icon"])


def month_finding(row: int, series: Series, with_limits: spc.XmrChart, phase: Phase) -> MonthFinding:
    month, value = series.months[row], series.values[row]
    if value is None:
        reason = series.reasons[row] if series.reasons else ""
        return MonthFinding(month, None, "missing", reason=reason or "No reason given")
    name = with_limits["special_cause_type"][row]
    if not phase.has_enough_months or name == spc.COMMON_CAUSE:
        return MonthFinding(month, value, "common")
    rule, is_high = RULES[name]
    first, last = row, row
    if rule == "shift":
        sides = with_limits["relative_to_mean"]
        joined = [earlier == later for earlier, later in pairwise(sides)]
        first, last = run_around(row, phase, joined)
    elif rule == "trend":
        joined = [
            earlier is not None and later is not None and (earlier < later if is_high else earlier > later)
            for earlier, later in pairwise(series.values)
        ]
        first, last = run_around(row, phase, joined)
    kind = KINDS_OF_POINT[with_limits["point_type"][row]]
    return MonthFinding(month, value, kind, rule, is_high, series.months[first], last - first + 1)


def run_around(row: int, phase: Phase, joined: Sequence[bool]) -> tuple[int, int]:
    """First and last row of the run that holds `row`; joined[i] says whether rows i and i + 1 belong together."""
    first = last = row
    while first > phase.start and joined[first - 1]:
        first -= 1
    while last + 1 < phase.stop and joined[last]:
        last += 1
    return first, last


# Words beside the drawing

WORDS_OF_KIND = {"improvement": "Improvement", "concern": "Concern", "neutral": "Change", "common": "Usual"}


def rule_words(finding: MonthFinding) -> str:
    """What the rule says of one month, for table, label and tooltip."""
    if finding.kind == "missing":
        return f"No number: {finding.reason[:1].lower()}{finding.reason[1:]}"
    if not finding.rule:
        return "Usual"
    side, limit = ("above", "upper") if finding.is_high else ("below", "lower")
    way = "rising" if finding.is_high else "falling"
    said = {
        "astronomical": f"{side} the {limit} limit",
        "trend": f"one of {finding.run_length} months in a row {way}",
        "two_in_three": f"one of two in three months close to the {limit} limit",
        "shift": f"one of {finding.run_length} months in a row {side} the average",
    }[finding.rule]
    return f"{WORDS_OF_KIND[finding.kind]}: {said}"


def line_text(value: float, series: Series) -> str:
    """An average, a limit or a target: a count's average gets a decimal, where that says more."""
    decimals = max(series.decimals, 1) if abs(value) < 100 else series.decimals
    text = number_text(value, decimals)
    return with_sign(text.rstrip("0").removesuffix(".") if value == round(value) and "." in text else text, series.unit)


def phase_words(phase: Phase, series: Series) -> str:
    """From October 2021: average 40.8%, lower limit 34.9%, upper limit 46.6%."""

    began = f"From {month_in_words(series.months[phase.start])}"
    if phase.centre is None:
        return f"{began}: no numbers."
    if not phase.has_enough_months:
        return f"{began}: median {line_text(phase.centre, series)}, too few months for limits."
    if phase.lower is None or phase.upper is None:
        return (
            f"{began}: average {line_text(phase.centre, series)}, no limits, because neighbouring months do not vary."
        )
    return f"{began}: average {line_text(phase.centre, series)}, {limit_words(phase.lower, phase.upper, series)}."


def limit_words(lower: float, upper: float, series: Series) -> str:
    """lower limit 34.9%, upper limit 46.6%; where no month can go, only the side is said."""
    never_below_0 = all(value is None or value >= 0 for value in series.values)
    is_percentage = series.unit.startswith("%")
    low, high = line_text(lower, series), line_text(upper, series)
    return (
        f"lower limit {'below 0' if lower < 0 and never_below_0 else low}, "
        f"upper limit {'above 100%' if upper > 100 and is_percentage else high}"
    )


#: Of a value that no rule reads.
WAITING = "Sent, not yet accepted"


@dataclass(frozen=True)
class TableRow:
    month: str
    value: str
    says: str
    kind: str


@dataclass(frozen=True)
class TableSection:
    """One phase: what holds for all of its months, and a row for each."""

    words: str
    rows: Sequence[TableRow]


def table(findings: Findings) -> list[TableSection]:
    series = findings.series
    return [
        TableSection(
            phase_words(phase, series),
            [table_row(findings.months[row], series, series.waiting_in(row)) for row in range(phase.start, phase.stop)],
        )
        for phase in findings.phases
    ]


def table_row(finding: MonthFinding, series: Series, waiting: float | None) -> TableRow:
    def text(value: float) -> str:
        return with_sign(number_text(value, series.decimals), series.unit)

    month = month_in_words(finding.month)
    if finding.value is None and waiting is not None:
        return TableRow(month, text(waiting), WAITING, "waiting")
    says = rule_words(finding)
    if waiting is not None:
        says = f"{says}. Sent again as {text(waiting)}, not yet accepted"
    return TableRow(month, "No number" if finding.value is None else text(finding.value), says, finding.kind)


def waiting_words(finding: MonthFinding, series: Series, waiting: float) -> str:
    """October 2025: 54%, sent, not yet accepted"""
    value = with_unit(number_text(waiting, series.decimals), series.unit)
    return f"{month_in_words(finding.month)}: {value}, {WAITING[:1].lower()}{WAITING[1:]}"


def point_words(finding: MonthFinding, series: Series) -> str:
    """October 2025: 54%, improvement: one of 8 months in a row above the average"""
    says = rule_words(finding)
    said = says[:1].lower() + says[1:]
    if finding.value is None:
        return f"{month_in_words(finding.month)}: {said}"
    value = with_unit(number_text(finding.value, series.decimals), series.unit)
    return f"{month_in_words(finding.month)}: {value}, {said}"


def charted_milestones(series: Series) -> list[Milestone]:
    """Those within the months of the chart, in order of time."""
    first, last = series.months[0], last_day(series.months[-1])
    return sorted(milestone for milestone in series.milestones if first <= milestone.day <= last)
