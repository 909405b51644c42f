"""What the months of a measure say: each by spc.py's rules, each phase by its lines, and both in words.

`find` is the one door. A phase with fewer than 13 months that have a number gets its median and no limits: "too few
months for limits". What fired together (signals.py) is one special cause with a letter.

Pure: no Django.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from itertools import pairwise
from string import ascii_lowercase
from typing import NamedTuple

from measures import spc
from measures.reporting_calendar import day_in_words, last_day, month_in_words
from measures.sentences import number_text, with_sign, with_unit
from measures.statistics import signals

#: Of how many series a process keeps what was worked out: more than a programme's 42 areas with 28 measures have.
KEPT = 2048
CHARTS = ("xmr", *spc.ATTRIBUTE_KINDS, "run")


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


class Said(NamedTuple):
    """What the team says explains the months from the first to the last. by: who wrote it; on: the day."""

    first: date
    last: date
    text: str
    by: str
    on: date


@dataclass(frozen=True)
class Series:
    """One measure of one area, month by month.

    months: the first day of each month, none left out. values: as many, None where a month has no number.
    numerators, denominators: as many, whole numbers, where the measure has them; a value of a proportion or a rate is
    multiplier * numerator / denominator. reasons: as many, the words for why a month has no number. waiting: as many,
    what was sent for a month and is not accepted yet: it is shown, and no rule, line or sentence reads it.
    kind: proportion, count, rate, median_days or mean_score: how numerator and denominator are said.
    beginnings: where a new phase begins, each a month of the chart; two reasons may fall into one month.
    chart: xmr, p, pp, u, up or run, as chart_kinds.py chose; why_this_chart: the words for that.
    caution: a sentence where limits are too narrow for what is counted, else empty.
    fixed_months: limits are worked out from the first so many months of each phase, at least 12, else from all.
    run_points: how many months in a row make a shift or a trend, 6 or 7.
    improvement_direction: increase, decrease or neutral. aims: at most two, the earlier first.
    stories: what the team says of its months, in order of their first month.
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
    milestones: Sequence[Milestone] = ()
    decimals: int = 1
    beginnings: Sequence[Beginning] = ()
    aims: Sequence[Aim] = ()
    numerators: Sequence[float | None] = ()
    denominators: Sequence[int | None] = ()
    multiplier: float = 1
    chart: str = "xmr"
    why_this_chart: str = ""
    caution: str = ""
    fixed_months: int | None = None
    kind: str = ""
    run_points: int = spc.RUN_POINTS
    stories: Sequence[Said] = ()

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if isinstance(value, list):
                object.__setattr__(self, name, tuple(value))
        if not self.months:
            raise ValueError("a chart needs at least one month")
        if len(self.values) != len(self.months):
            raise ValueError(f"{len(self.months)} months but {len(self.values)} values")
        if self.reasons and len(self.reasons) != len(self.months):
            raise ValueError(f"{len(self.months)} months but {len(self.reasons)} reasons")
        if self.waiting and len(self.waiting) != len(self.months):
            raise ValueError(f"{len(self.months)} months but {len(self.waiting)} values that wait")
        for name, numbers in (("numerators", self.numerators), ("denominators", self.denominators)):
            if len(numbers) != len(self.months) and (numbers or self.chart in spc.ATTRIBUTE_KINDS):
                raise ValueError(f"{len(self.months)} months but {len(numbers)} {name}")
        if self.chart not in CHARTS:
            raise ValueError(f"chart must be one of {', '.join(CHARTS)}, not {self.chart!r}")
        if not {beginning.month for beginning in self.beginnings} <= set(self.months):
            raise ValueError("a phase begins with a month of the chart")
        for month, following in pairwise(self.months):
            months_apart = (following.year - month.year) * 12 + following.month - month.month
            if months_apart != 1 or following.day != 1:
                raise ValueError(f"{following} does not follow {month}: give None for a month without a number")

    @property
    def rebase(self) -> list[date]:
        """The months at which a new phase begins."""
        return sorted({beginning.month for beginning in self.beginnings})

    @property
    def aim(self) -> Aim | None:
        """The area's own aim that holds in the latest month; where none does yet, the one to come."""
        held = [aim for aim in self.aims if aim.month <= self.months[-1]]
        return held[-1] if held else next(iter(self.aims), None)

    def waiting_in(self, row: int) -> float | None:
        """What was sent for this month and is not accepted yet."""
        return self.waiting[row] if self.waiting else None


# What the months say


class MonthFinding(NamedTuple):
    """One month.

    kind: common, improvement, concern, neutral or missing. rule: astronomical, trend, two_in_three, shift or "".
    lower, upper: the limits of this month, which differ from month to month on p and u charts.
    rule is the one that names the month; run_from, run_length: the months by which it fired.
    letters: "b, c": of all special causes (`SpecialCause.letter`) that flag this month; the runs rules of p, u and run
    charts speak of months together and name none, so that a common month can have letters.
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

    letter: its name on the chart, in table and legend: a, b, ..., z, aa. kind: what this rule alone would make of its
    months; a month is named by the first of its rules, so that its own kind can be another. began: its first month.
    fired: the month in which the rule had all that it needs. whole: how many months it has. These also hold where not
    all of its months are shown (windows.py).
    """

    letter: str
    kind: str
    rule: str
    is_high: bool
    start: int
    stop: int
    rows: Sequence[int]
    began: date
    fired: date
    whole: int = 0

    @property
    def length(self) -> int:
        return self.whole or self.stop - self.start


@dataclass(frozen=True)
class Phase:
    """Rows start to stop (not included). centre: the average, or the median where months are too few for limits.

    is_median: the centre is a median, and there are no limits. lower, upper: the limits, where they are the same in
    every month (XmR); limits_differ: they differ from month to month (p, u). runs: the runs rules, on run, p and u
    charts with enough months.
    """

    start: int
    stop: int
    numbers: int
    has_enough_months: bool
    centre: float | None
    lower: float | None = None
    upper: float | None = None
    is_median: bool = False
    runs: spc.Runs | None = None
    limits_differ: bool = False

    @property
    def called(self) -> str:
        """What the centre line is called."""
        return "Median" if self.is_median else "Average"


@dataclass(frozen=True)
class Findings:
    """What the chart says: every drawing, sentence, table, file and icon is made of this and of nothing else.

    assurance: pass, fail, inconsistent or None. variation: common_cause, improvement_high, improvement_low,
    concern_high, concern_low, neutral_high, neutral_low, or None without limits. Both name an icon.
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
        return self.phases[-1].has_enough_months and not self.phases[-1].is_median

    def story_of(self, cause: SpecialCause) -> Said | None:
        """What the team says of it: the story that covers its last flagged month; of several, that of fewest months.

        Where none does, a story of the same run before it went on explains it still, the latest of several.
        """
        last = self.series.months[cause.rows[-1]]
        covering = [story for story in self.series.stories if story.first <= last <= story.last]
        if covering:
            return min(covering, key=lambda story: (story.last - story.first, story.first))
        return max(filter(partial(self.has_gone_on, cause), self.series.stories), default=None)

    def has_gone_on(self, cause: SpecialCause, story: Said) -> bool:
        """Whether it is what this story speaks of, with more months: it began with the same one.

        The story must reach the month in which the rule fired, and no other special cause may have just its months:
        otherwise it speaks of something else. Each new month beyond a limit is an event of its own.
        """
        last = self.series.months[cause.rows[-1]]
        others = [(other.began, self.series.months[other.rows[-1]]) for other in self.special_causes]
        return (
            cause.rule != "astronomical"
            and story.first == cause.began
            and cause.fired <= story.last < last
            and (story.first, story.last) not in others
        )

    def gone_on_words(self, cause: SpecialCause) -> str:
        """For whoever reads a story of a run that has gone on since; else empty."""
        story = self.story_of(cause)
        if story is None or not self.has_gone_on(cause, story):
            return ""
        until = f"for months up to {month_in_words(story.last)}"
        return f"Explained on {day_in_words(story.on)} {until}; the run has gone on since."

    @property
    def without_story(self) -> list[SpecialCause]:
        """The special causes of which the team has said nothing yet."""
        return [cause for cause in self.special_causes if self.story_of(cause) is None]

    def reaches(self, target: float) -> str | None:
        """Whether the current phase as it works today reaches it: pass, fail or inconsistent.

        None without limits, and where neither direction is better.
        """
        phase, direction = self.phases[-1], self.series.improvement_direction
        return reached(target, self.months[phase.start : phase.stop], direction)


def reached(target: float, months: Sequence[MonthFinding], direction: str) -> str | None:
    """Where limits differ from month to month, only what lies beyond all of them is always, or never, reached."""
    lower = [month.lower for month in months if month.lower is not None]
    upper = [month.upper for month in months if month.upper is not None]
    if direction == "neutral" or not lower or not upper:
        return None
    if min(lower) <= target <= max(upper):
        return "inconsistent"
    return "pass" if (target < min(lower)) == (direction == "increase") else "fail"


#: spc's name of a special cause: the rule, and whether the point is high.
RULES = {
    name: (rule, name == names[0])
    for rule, many in (
        ("astronomical", [spc.ASTRONOMICAL]),
        ("trend", spc.TREND.values()),
        ("two_in_three", [spc.TWO_IN_THREE]),
        ("shift", spc.SHIFT.values()),
    )
    for names in many
    for name in names
}
#: improvement_direction: what a high month is, what a low month is.
KINDS = {
    "increase": ("improvement", "concern"),
    "decrease": ("concern", "improvement"),
    "neutral": ("neutral", "neutral"),
}


#: How many of its months a rule needs; of a shift and a trend, as many as the programme has set.
NEEDED = {"astronomical": 1, "two_in_three": 2, "few_crossings": spc.ENOUGH_POINTS}


class Judged(NamedTuple):
    """One phase and its months, row by row: limits, what fired, and the rule that names each month."""

    phase: Phase
    lower: Sequence[float | None]
    upper: Sequence[float | None]
    fired: Sequence[signals.Signal] = ()
    named: Sequence[tuple[str, bool] | None] = ()


@lru_cache(maxsize=KEPT)
def find(series: Series) -> Findings:
    """What the rules say of each month and each phase. Kept: the same series has the same findings."""
    starts = {0, *map(series.months.index, series.rebase)}
    judged = [judge(series, start, stop) for start, stop in pairwise([*sorted(starts), len(series.months)])]
    causes = special_causes(series, judged)
    months = [
        month_finding(row, part, series, causes) for part in judged for row in range(part.phase.start, part.phase.stop)
    ]
    current, direction = judged[-1].phase, series.improvement_direction
    in_phase = months[current.start :]
    return Findings(
        series,
        months,
        [part.phase for part in judged],
        None if series.target is None else reached(series.target, in_phase, direction),
        None if current.is_median else variation(in_phase),
        causes,
    )


def judge(series: Series, start: int, stop: int) -> Judged:
    """The lines of one phase, and what the rules say of its months."""
    months, values = series.months[start:stop], series.values[start:stop]
    numbers = sum(value is not None for value in values)
    if numbers < spc.ENOUGH_POINTS or series.chart == "run":
        enough = numbers >= spc.ENOUGH_POINTS
        median = spc.run_chart(months, values, fix_after_n_points=series.fixed_months)
        runs = median["runs"][0] if enough else None
        phase = Phase(start, stop, numbers, enough, median["centre"][0], is_median=True, runs=runs)
        return Judged(phase, median["lcl"], median["ucl"], signals.of_runs(median) if enough else ())
    # Numbers that were counted in another way have a value and no part in a p or u chart: their phase is an XmR chart.
    counted = zip(values, series.numerators[start:stop], series.denominators[start:stop], strict=False)
    if series.chart == "xmr" or any(value is not None and None in rest for value, *rest in counted):
        return judge_xmr(series, start, stop)
    return judge_attributes(series, start, stop)


def judge_xmr(series: Series, start: int, stop: int) -> Judged:
    values = series.values[start:stop]
    chart = spc.xmr(
        series.months[start:stop],
        values,
        improvement_direction=series.improvement_direction,
        fix_after_n_points=series.fixed_months,
        run_points=series.run_points,
    )
    numbers = sum(value is not None for value in values)
    lines = chart["mean"][0], chart["lpl"][0], chart["upl"][0]
    return Judged(
        Phase(start, stop, numbers, True, *lines),
        chart["lpl"],
        chart["upl"],
        signals.of_xmr(values, chart, series.run_points),
        [RULES.get(name) for name in chart["special_cause_type"]],
    )


def judge_attributes(series: Series, start: int, stop: int) -> Judged:
    chart = spc.attribute_chart(
        series.chart,
        series.months[start:stop],
        series.numerators[start:stop],
        series.denominators[start:stop],
        fix_after_n_points=series.fixed_months,
    )

    def in_unit(column: Sequence[float | None]) -> list[float | None]:
        return [None if number is None else series.multiplier * number for number in column]

    numbers = sum(value is not None for value in chart["value"])
    fired = signals.of_attributes(chart)
    named: list[tuple[str, bool] | None] = [None] * (stop - start)
    for signal in fired:
        if signal.rule not in signals.OF_A_PHASE:
            for row in signal.rows:
                named[row] = signal.rule, signal.is_high
    phase = Phase(
        start,
        stop,
        numbers,
        True,
        in_unit(chart["centre"])[0],
        runs=chart["runs"][0],
        limits_differ=any(limit is not None for limit in chart["ucl"]),
    )
    return Judged(phase, in_unit(chart["lcl"]), in_unit(chart["ucl"]), fired, named)


def special_causes(series: Series, judged: Sequence[Judged]) -> list[SpecialCause]:
    """What fired, in order of the first month, each with its letter."""
    fired = [(part.phase, signal) for part in judged for signal in part.fired]
    return [special_cause(letter(number), signal, phase, series) for number, (phase, signal) in enumerate(fired)]


def special_cause(letter: str, signal: signals.Signal, phase: Phase, series: Series) -> SpecialCause:
    rows = [phase.start + row for row in signal.rows]
    fired = rows[min(needed(signal, phase, series), len(rows)) - 1]
    return SpecialCause(
        letter,
        kind_of(signal, series),
        signal.rule,
        signal.is_high,
        rows[0],
        rows[-1] + 1,
        rows,
        series.months[rows[0]],
        series.months[fired],
    )


def needed(signal: signals.Signal, phase: Phase, series: Series) -> int:
    """How many of its months a rule needs before it fires."""
    if signal.rule == "long_run" and phase.runs:
        return (phase.runs["longest_run_max"] or 0) + 1
    return NEEDED.get(signal.rule, series.run_points)


def kind_of(signal: signals.Signal, series: Series) -> str:
    """What the runs rules find is called a change, whatever the direction (docs/statistics.md)."""
    if signal.rule in signals.OF_A_PHASE:
        return "neutral"
    return KINDS[series.improvement_direction][0 if signal.is_high else 1]


def letter(number: int) -> str:
    """a, b, ..., z, aa, ab, ..."""
    before, last = divmod(number, 26)
    return (letter(before - 1) if before else "") + ascii_lowercase[last]


def month_finding(row: int, judged: Judged, series: Series, causes: Sequence[SpecialCause]) -> MonthFinding:
    month, value, at = series.months[row], series.values[row], row - judged.phase.start
    lower, upper = judged.lower[at], judged.upper[at]
    if value is None:
        reason = series.reasons[row] if series.reasons else ""
        return MonthFinding(month, None, "missing", reason=reason or "No reason given", lower=lower, upper=upper)
    name = judged.named[at] if judged.named else None
    flagging = [cause for cause in causes if row in cause.rows]
    letters = ", ".join(cause.letter for cause in flagging)
    if name is None:
        return MonthFinding(month, value, "common", lower=lower, upper=upper, letters=letters)
    # A peak or trough that ends one trend and begins the next is named by the later one, as in spc.py.
    naming = next(cause for cause in reversed(flagging) if (cause.rule, cause.is_high) == name)
    return MonthFinding(
        month,
        value,
        naming.kind,
        naming.rule,
        naming.is_high,
        series.months[naming.start],
        naming.stop - naming.start,
        lower=lower,
        upper=upper,
        letters=letters,
    )


def variation(months: Sequence[MonthFinding]) -> str | None:
    """What the latest month with a value says, and nothing before it."""
    latest = next((month for month in reversed(months) if month.value is not None), None)
    if latest is None:
        return None
    return "common_cause" if latest.kind == "common" else f"{latest.kind}_{'high' if latest.is_high else 'low'}"


# Words beside the drawing

WORDS_OF_KIND = {"improvement": "Improvement", "concern": "Concern", "neutral": "Change", "common": "Usual"}


def months_in_a_row(first: date, how_many: int) -> str:
    """May 2023, May to July 2023, November 2022 to March 2023"""
    years, month = divmod(first.month - 1 + how_many - 1, 12)
    last = date(first.year + years, month + 1, 1)
    if how_many == 1:
        return month_in_words(first)
    began = month_in_words(first)
    return f"{began.split()[0] if first.year == last.year else began} to {month_in_words(last)}"


def rule_words(finding: MonthFinding, series: Series) -> str:
    """What the rules say of one month: the one that names it by which months, and the letters of all that hold."""
    if finding.kind == "missing":
        return f"No number: {finding.reason[:1].lower()}{finding.reason[1:]}"
    if not finding.rule or finding.run_from is None:
        return (
            f"Usual by itself ({finding.letters}): together with other months a change" if finding.letters else "Usual"
        )
    side, limit_name = ("above", "upper") if finding.is_high else ("below", "lower")
    limit = limit_beside(finding.value or 0, (finding.upper if finding.is_high else finding.lower) or 0, series)
    way = "rising" if finding.is_high else "falling"
    span = months_in_a_row(finding.run_from, finding.run_length)
    said = {
        "astronomical": f"{side} the {limit_name} limit of {limit}",
        "trend": f"one of {finding.run_length} months in a row {way}, {span}",
        "two_in_three": f"close to the {limit_name} limit of {limit} in two of three months, {span}",
        "shift": f"one of {finding.run_length} months in a row {side} the average, {span}",
    }[finding.rule]
    return f"{WORDS_OF_KIND[finding.kind]} ({finding.letters}): {said}"


def limit_beside(value: float, limit: float, series: Series) -> str:
    """With more decimals where value and limit would look the same: "68.0%, above 68%" would puzzle."""
    for decimals in range(series.decimals, series.decimals + 3):
        if number_text(value, decimals) != number_text(limit, decimals):
            more = with_sign(number_text(limit, decimals), series.unit)
            return line_text(limit, series) if decimals == series.decimals else more
    return line_text(limit, series)


def line_text(value: float, series: Series) -> str:
    """An average, a limit or a target: a count's average gets a decimal, where that says more."""
    decimals = max(series.decimals, 1) if abs(value) < 100 else series.decimals
    text = number_text(value, decimals)
    return with_sign(text.rstrip("0").removesuffix(".") if value == round(value) and "." in text else text, series.unit)


def phase_words(phase: Phase, series: Series) -> str:
    """From October 2021: average 40.8%, lower limit 34.9%, upper limit 46.6%. Then why the phase begins."""
    began = f"From {month_in_words(series.months[phase.start])}"
    if phase.centre is None:
        said = f"{began}: no numbers."
    elif phase.is_median:
        without = "" if phase.has_enough_months else ", too few months for limits"
        said = f"{began}: median {line_text(phase.centre, series)}{without}."
    elif phase.limits_differ:
        said = f"{began}: average {line_text(phase.centre, series)}, limits by the size of each month."
    elif phase.lower is None or phase.upper is None:
        centre = line_text(phase.centre, series)
        said = f"{began}: average {centre}, no limits: neighbouring months show no variation to work them out from."
    else:
        limits = limit_words(phase.lower, phase.upper, series)
        said = f"{began}: average {line_text(phase.centre, series)}, {limits}."
    if series.fixed_months and series.fixed_months < phase.stop - phase.start:
        said += f" Worked out from the first {series.fixed_months} months."
    why = [beginning.words for beginning in series.beginnings if beginning.month == series.months[phase.start]]
    return " ".join([said, *(words for words in why if words), *runs_words(phase)])


def runs_words(phase: Phase) -> list[str]:
    """The runs rules of one phase in a sentence, where they speak."""
    runs = phase.runs
    if runs is None or runs["longest_run"] is None:
        return []
    centre = phase.called.lower()
    said = (
        f"Longest run on one side of the {centre}: {runs['longest_run']} months, chance gives up to "
        f"{runs['longest_run_max']}. Crossings: {runs['crossings']}, chance gives {runs['crossings_min']} or more."
    )
    return [f"{said} {'Chance does not explain that.' if runs['runs_signal'] else 'Nothing but chance.'}"]


def limit_words(lower: float, upper: float, series: Series) -> str:
    """lower limit 34.9%, upper limit 46.6%; where no month can go, only the side is said."""
    low, high = limit_texts(lower, upper, series)
    return f"lower limit {low}, upper limit {high}"


def limit_texts(lower: float, upper: float, series: Series) -> tuple[str, str]:
    """34.9% and 46.6%, or "below 0" and "above 100%"."""
    never_below_0 = all(value is None or value >= 0 for value in series.values)
    is_percentage = series.unit.startswith("%")
    return (
        "below 0" if lower < 0 and never_below_0 else line_text(lower, series),
        "above 100%" if upper > 100 and is_percentage else line_text(upper, series),
    )


#: Of a value that no rule reads.
WAITING = "Sent, not yet accepted"


@dataclass(frozen=True)
class TableRow:
    """One month. out_of: "18 of 58", where the measure has both; letters: of the rules that flag it."""

    month: str
    value: str
    says: str
    kind: str
    out_of: str = ""
    letters: str = ""


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
            [
                table_row(findings.months[row], row, series, stories_told_in(row, findings))
                for row in range(phase.start, phase.stop)
            ],
        )
        for phase in findings.phases
    ]


def said_after(sentence: str) -> str:
    return f" {sentence}" if sentence else ""


def stories_told_in(row: int, findings: Findings) -> str:
    """What the team says of special causes whose last flagged month this is."""
    told = [
        f" The team on {cause.letter}: “{story.text}” ({story.by}){said_after(findings.gone_on_words(cause))}"
        for cause in findings.special_causes
        if cause.rows[-1] == row and (story := findings.story_of(cause))
    ]
    return "".join(told)


def table_row(finding: MonthFinding, row: int, series: Series, stories: str = "") -> TableRow:
    def text(value: float) -> str:
        return with_sign(number_text(value, series.decimals), series.unit)

    month, waiting, counted = month_in_words(finding.month), series.waiting_in(row), out_of(row, series)
    if finding.value is None and waiting is not None:
        return TableRow(month, text(waiting), WAITING, "waiting")
    says = rule_words(finding, series)
    if waiting is not None:
        says = f"{says}. Sent again as {text(waiting)}, not yet accepted"
    says += f".{stories}" if stories else ""
    value = "No number" if finding.value is None else text(finding.value)
    return TableRow(month, value, says, finding.kind, counted, finding.letters)


def out_of(row: int, series: Series) -> str:
    """18 of 58, 46 among 285,000, 412 from 25; of a median how many it is of: 25. Nothing for a count."""
    top = series.numerators[row] if series.numerators else None
    size = series.denominators[row] if series.denominators else None
    if size is None:
        return ""
    if top is None:
        return number_text(size, 0)
    between = {"rate": "among", "mean_score": "from"}.get(series.kind, "of")
    return f"{number_text(top, 0 if top == round(top) else 2)} {between} {number_text(size, 0)}"


# The file

CSV_COLUMNS = (
    "month",
    "value",
    "numerator",
    "denominator",
    "average_or_median",
    "lower_limit",
    "upper_limit",
    "target",
    "own_aim",
    "special_cause",
    "rule",
    "letters",
    "reason_for_no_number",
    "phase",
    "sent_not_accepted",
)


def csv_rows(findings: Findings) -> list[list[str]]:
    """The chart as a file: a row of names, then one for each month. Numbers as they are, in the measure's unit."""
    series = findings.series
    rows = [list(CSV_COLUMNS)]
    for number, phase in enumerate(findings.phases, start=1):
        for row in range(phase.start, phase.stop):
            month = findings.months[row]
            held = [aim.value for aim in series.aims if aim.month <= month.month]
            rows.append(
                [
                    f"{month.month:%Y-%m}",
                    plain(month.value),
                    plain(series.numerators[row] if series.numerators else None),
                    plain(series.denominators[row] if series.denominators else None),
                    plain(phase.centre),
                    plain(month.lower),
                    plain(month.upper),
                    plain(series.target),
                    plain(held[-1] if held else None),
                    "" if month.kind in ("common", "missing") else month.kind,
                    month.rule.replace("_", " "),
                    month.letters,
                    month.reason,
                    str(number),
                    plain(series.waiting_in(row)),
                ]
            )
    return rows


def plain(number: float | None) -> str:
    """12, 12.5 or 12.345678, without separators; nothing for no number."""
    return "" if number is None else f"{number:.6f}".rstrip("0").rstrip(".")


def waiting_words(finding: MonthFinding, series: Series, waiting: float) -> str:
    """October 2025: 54%, sent, not yet accepted"""
    value = with_unit(number_text(waiting, series.decimals), series.unit)
    return f"{month_in_words(finding.month)}: {value}, {WAITING[:1].lower()}{WAITING[1:]}"


def point_words(finding: MonthFinding, series: Series) -> str:
    """October 2025: 54%, improvement: one of 8 months in a row above the average"""
    says = rule_words(finding, series)
    said = says[:1].lower() + says[1:]
    if finding.value is None:
        return f"{month_in_words(finding.month)}: {said}"
    value = with_unit(number_text(finding.value, series.decimals), series.unit)
    return f"{month_in_words(finding.month)}: {value}, {said}"


def charted_milestones(series: Series) -> list[Milestone]:
    """Those within the months of the chart, in order of time."""
    first, last = series.months[0], last_day(series.months[-1])
    return sorted(milestone for milestone in series.milestones if first <= milestone.day <= last)
