"""Before and after a change that a team tested: the difference between the months, with what chance leaves open.

`compare` is the one door. What is compared, how the interval is worked out, and how often it holds the truth in
simulated months is in docs/statistics.md.

Pure: no Django.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from math import atan, cos, fsum, pi, sin, sqrt
from typing import NamedTuple

from measures.reporting_calendar import month_in_words, next_month
from measures.sentences import number_text, with_sign, with_unit
from measures.statistics.findings import Findings, Series
from measures.wording import shifted

#: So many months with a number on either side, else it is too early to say: the length of a run.
MONTHS_NEEDED = 7
#: How far a side reaches at most. What was three years ago is not what the change met.
LONGEST_SIDE = 24
CONFIDENCE = 0.95
#: A short series cannot tell more likeness between neighbouring months than this.
MOST_LIKENESS = 0.6
#: Charts on which a large month counts more than a small one: their centre is all people over all people.
POOLED = ("p", "pp", "u", "up")


class Change(NamedTuple):
    """A change that a team tested: its number on the chart, and the months in which it happened or may have.

    first, last: the first day of each; the same month, unless only the year is known.
    """

    number: int
    title: str
    first: date
    last: date


@dataclass(frozen=True)
class Side:
    """Rows start to stop (not included) of the chart, before or after a change.

    numbers: how many of them have one. missing: the months that have none. mean: of the others, as the chart draws it.
    cut_by: what keeps further months out ("milestone 2", "the new definition of May 2025"); empty where the chart
    itself begins or ends.
    """

    start: int
    stop: int
    numbers: int
    missing: Sequence[date]
    mean: float | None
    cut_by: str = ""


class Difference(NamedTuple):
    """After less before, in the measure's unit. low and high: the interval; None where no month varies."""

    by: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class BeforeAfter:
    """What can be said of one change.

    outcome: difference (the interval leaves out 0), uncertain (it holds 0), no_variation, too_early (months are still
    to come), too_few (there will never be enough), apart (the two sides are not counted in the same way).
    together: the numbers of other changes of the same months, which cannot be told apart from this one.
    apart_because: why the two sides are not counted in the same way.
    """

    findings: Findings
    change: Change
    together: Sequence[int]
    before: Side
    after: Side
    outcome: str
    difference: Difference | None = None
    apart_because: str = ""

    @property
    def kind(self) -> str:
        """improvement, concern, neutral or common, as a point of the chart."""
        if self.outcome != "difference" or self.difference is None:
            return "common"
        better = self.findings.series.improvement_direction
        if better == "neutral":
            return "neutral"
        return "improvement" if (self.difference.by > 0) == (better == "increase") else "concern"

    @property
    def months_to_come(self) -> int:
        """How many more months after the change a comparison needs."""
        return MONTHS_NEEDED - self.after.numbers if self.outcome == "too_early" else 0


def compare(
    findings: Findings, change: Change, others: Sequence[Change] = (), *, until: date | None = None
) -> BeforeAfter:
    """The months on either side of a change, and the difference between them.

    The months of the change itself belong to neither side. A side ends where another tested change happened, where a
    definition or a board changed, and after two years. Months without a number are left out; what is not accepted yet
    is none.
    others: the area's other tested changes. until: as it was known when this month was the latest.
    """
    series = findings.series
    meeting = [other for other in others if other.first <= change.last and change.first <= other.last]
    first = min([change.first, *(other.first for other in meeting)])
    last = max([change.last, *(other.last for other in meeting)])
    apart = [(day, words) for day, words in definitions_and_boards(series) if first <= day <= next_month(last)]

    # Where each side begins or ends at the latest, and what is to blame; the chart itself is nobody's fault.
    begins = [(series.months[0], ""), (shifted(first, -LONGEST_SIDE), "")]
    ends = [(next_month(series.months[-1]), ""), (shifted(last, LONGEST_SIDE + 1), "")]
    begins += [(day, words) for day, words in definitions_and_boards(series) if day < first]
    ends += [(day, words) for day, words in definitions_and_boards(series) if day > last]
    begins += [(next_month(other.last), f"milestone {other.number}") for other in others if other.last < first]
    ends += [(other.first, f"milestone {other.number}") for other in others if other.first > last]
    if until:
        ends.append((next_month(until), ""))
    (begin, begun_by), (end, ended_by) = max(begins), min(ends, key=lambda item: item[0])
    weights = weights_of(series)
    before = side(series, weights, begin, first, begun_by)
    after = side(series, weights, next_month(last), end, ended_by)

    def found(outcome: str, difference: Difference | None = None, because: str = "") -> BeforeAfter:
        together = sorted(other.number for other in meeting)
        return BeforeAfter(findings, change, together, before, after, outcome, difference, because)

    if apart:
        return found("apart", because=apart[0][1])
    if before.numbers < MONTHS_NEEDED or (after.numbers < MONTHS_NEEDED and after.cut_by):
        return found("too_few")
    if after.numbers < MONTHS_NEEDED:
        return found("too_early")
    difference = difference_between(*(Months.of(series, weights, one) for one in (before, after)))
    if difference.low is None or difference.high is None:
        return found("no_variation", difference)
    return found("uncertain" if difference.low <= 0 <= difference.high else "difference", difference)


def definitions_and_boards(series: Series) -> list[tuple[date, str]]:
    """Where no comparison reaches across, and why. Recalculated limits move lines, not what is counted."""
    words = {"definition": "the new definition of", "board": "the change of board in"}
    return [
        (beginning.month, f"{words[beginning.why]} {month_in_words(beginning.month)}")
        for beginning in sorted(series.beginnings)
        if beginning.why in words
    ]


def weights_of(series: Series) -> list[float]:
    """How much each month counts: as much as its group is large where the chart's centre is pooled, else 1."""
    if series.chart in POOLED and series.denominators:
        return [float(denominator or 0) for denominator in series.denominators]
    return [1.0] * len(series.months)


def side(series: Series, weights: Sequence[float], begin: date, end: date, cut_by: str) -> Side:
    """The months from begin to end (not included), as far as the chart has them."""
    rows = [row for row, month in enumerate(series.months) if begin <= month < end]
    start = rows[0] if rows else sum(month < begin for month in series.months)
    there = [(series.values[row], weights[row]) for row in rows]
    values = [(value, weight) for value, weight in there if value is not None]
    missing = [series.months[row] for row in rows if series.values[row] is None]
    return Side(start, start + len(rows), len(values), missing, mean(values) if values else None, cut_by)


def mean(values: Sequence[tuple[float, float]]) -> float:
    """Of values with their weights."""
    whole = fsum(weight for _, weight in values)
    # Two passes, as spc.py takes them: the mean of equal values is that value.
    first = fsum(value * weight for value, weight in values) / whole
    return first + fsum((value - first) * weight for value, weight in values) / whole


# The interval


@dataclass(frozen=True)
class Months:
    """The months of one side that have a number: row, value and weight of each."""

    rows: Sequence[int]
    values: Sequence[tuple[float, float]]

    @classmethod
    def of(cls, series: Series, weights: Sequence[float], one: Side) -> "Months":
        rows = [row for row in range(one.start, one.stop) if series.values[row] is not None]
        return cls(rows, [(value, weights[row]) for row in rows if (value := series.values[row]) is not None])

    @property
    def mean(self) -> float:
        return mean(self.values)

    @property
    def residuals(self) -> dict[int, float]:
        """By row: how far each month lies from the mean, times its weight."""
        centre = self.mean
        return {row: weight * (value - centre) for row, (value, weight) in zip(self.rows, self.values, strict=True)}

    @property
    def variance_of_mean(self) -> float:
        """As if the months were independent of each other. With equal weights s² / n."""
        count, whole = len(self.rows), fsum(weight for _, weight in self.values)
        squares = fsum(residual**2 for residual in self.residuals.values())
        return count / (count - 1) * squares / whole**2


def difference_between(before: Months, after: Months) -> Difference:
    """Welch's t interval on months, widened by how alike neighbouring months are."""
    by = after.mean - before.mean
    likeness = likeness_of_neighbours([before, after])
    parts = [(one.variance_of_mean * widening(len(one.rows), likeness), len(one.rows) - 1) for one in (before, after)]
    variance = fsum(part for part, _ in parts)
    if not variance:
        return Difference(by, None, None)
    freedom = variance**2 / fsum(part**2 / degrees for part, degrees in parts)
    half = t_quantile(int(freedom + 1e-9)) * sqrt(variance)
    return Difference(by, by - half, by + half)


def likeness_of_neighbours(sides: Sequence[Months]) -> float:
    """The autocorrelation of neighbouring months around the mean of their side, from 0 to MOST_LIKENESS.

    Corrected for what a short series hides of it (Kendall 1954: on average (1 + 3r) / n too little).
    """
    product, squares, pairs, months = 0.0, 0.0, 0, 0
    for one in sides:
        residuals = one.residuals
        total = fsum(residual**2 for residual in residuals.values())
        if not total:
            continue
        # Each side on its own scale, so that one whose months vary much does not speak for both.
        squares += len(residuals)
        months += len(residuals) - 1
        for row, following in pairwise(one.rows):
            if following == row + 1:
                product += residuals[row] * residuals[following] / (total / len(residuals))
                pairs += 1
    if not pairs:
        return 0.0
    found = product / pairs * months / squares
    average = fsum(len(one.rows) for one in sides) / len(sides)
    return min(max((found + 1 / average) / (1 - 3 / average), 0.0), MOST_LIKENESS)


def widening(months: int, likeness: float) -> float:
    """How much larger the variance of a mean is where each month is like the one before it.

    The variance of the mean of a first-order autoregressive series, over what s² / n makes of it on average.
    """
    factor = 1 + 2 * fsum((1 - apart / months) * likeness**apart for apart in range(1, months))
    return factor / (1 - (factor - 1) / (months - 1))


@cache
def t_quantile(degrees: int) -> float:
    """The t below which a share of CONFIDENCE lies on both sides of 0, for whole degrees of freedom.

    Bisection of the exact distribution. Raises ValueError below 1.
    """
    if degrees < 1:
        raise ValueError(f"no t distribution has {degrees} degrees of freedom")
    low, high = 0.0, 16.0
    while high - low > 1e-12:
        middle = (low + high) / 2
        low, high = (middle, high) if t_within(middle, degrees) < CONFIDENCE else (low, middle)
    return high


def t_within(t: float, degrees: int) -> float:
    """The probability that |T| is less than t. Abramowitz and Stegun 1964, 26.7.3 and 26.7.4."""
    angle = atan(t / sqrt(degrees))
    if degrees == 1:
        return 2 * angle / pi
    odd = degrees % 2
    term = total = cos(angle) if odd else 1.0
    for k in range(3 if odd else 2, degrees - 1, 2):
        term *= cos(angle) ** 2 * (k - 1) / k
        total += term
    return 2 / pi * (angle + sin(angle) * total) if odd else sin(angle) * total


# In words

WHAT_LIKELY_MEANS = (
    "“Likely” is a 95% interval. Worked out like this from the ups and downs of the months, such intervals hold the "
    "real difference about 19 times in 20. It says what followed, not what brought it about."
)


def sentence(found: BeforeAfter) -> str:
    """What followed the change; no judgement, because the sentence of the chart has it."""
    return SENTENCES[found.outcome](found)


def milestones_in_words(found: BeforeAfter) -> str:
    """milestone 1, or milestones 1 and 2 where they happened in the same month"""
    numbers = [str(number) for number in sorted([found.change.number, *found.together])]
    if len(numbers) == 1:
        return f"milestone {numbers[0]}"
    return f"milestones {', '.join(numbers[:-1])} and {numbers[-1]}"


def the_difference(found: BeforeAfter) -> str:
    text, way = size_and_way(found)
    low, high = bounds(found)
    between = " and ".join(sorted([low.text, high.text], key=lambda shown: float(shown.replace(",", ""))))
    return f"After {milestones_in_words(found)} the average was {text} {way} (likely between {between} {way})."


def no_clear_difference(found: BeforeAfter) -> str:
    text, way = size_and_way(found)
    low, high = bounds(found)
    average = f"{text} {way}" if way else "about the same"
    unit = "" if way else unit_words(found, high.text)
    if low.is_zero or high.is_zero:
        one = high if low.is_zero else low
        between = f"0 and {one.text}{unit} {one.way}"
    else:
        between = f"{low.text}{unit} lower and {high.text} higher"
    return (
        f"After {milestones_in_words(found)} the average was {average} (likely between {between}): there may be no "
        "difference."
    )


def no_variation(found: BeforeAfter) -> str:
    named, series = milestones_in_words(found), found.findings.series
    before, after = (mean_text(one, series) for one in (found.before, found.after))
    if before == after:
        return f"Every month before and after {named} was {before}."
    return (
        f"Every month before {named} was {before} and every month after {after}. Where months never vary no interval "
        "can be worked out."
    )


def too_early(found: BeforeAfter) -> str:
    have = f"{found.after.numbers} of the {MONTHS_NEEDED}" if found.after.numbers else f"none of the {MONTHS_NEEDED}"
    verb = "has" if found.after.numbers in (0, 1) else "have"
    return f"Too early to say: {have} months that are needed after {milestones_in_words(found)} {verb} a number so far."


def too_few(found: BeforeAfter) -> str:
    named = milestones_in_words(found)
    where = "before" if found.before.numbers < MONTHS_NEEDED else "after"
    one = found.before if where == "before" else found.after
    count = {0: "no month", 1: "only 1 month"}.get(one.numbers, f"only {one.numbers} months")
    verb = "has" if one.numbers in (0, 1) else "have"
    place = f"{where} {named}"
    if one.cut_by:
        place = f"between {one.cut_by} and {named}" if where == "before" else f"between {named} and {one.cut_by}"
    return (
        f"Before and after {named} cannot be compared: {count} {verb} a number {place}, and {MONTHS_NEEDED} are needed."
    )


def apart(found: BeforeAfter) -> str:
    return (
        f"Before and after {milestones_in_words(found)} are not compared: {found.apart_because} lies between them, so "
        "the months are not counted in the same way."
    )


SENTENCES: dict[str, Callable[[BeforeAfter], str]] = {
    "difference": the_difference,
    "uncertain": no_clear_difference,
    "no_variation": no_variation,
    "too_early": too_early,
    "too_few": too_few,
    "apart": apart,
}


def cautions(found: BeforeAfter) -> list[str]:
    """What a reader has to know besides, one sentence each."""
    return [*which_months(found), *what_to_beware(found)]


def which_months(found: BeforeAfter) -> list[str]:
    said = []
    months = month_in_words(found.change.first)
    if found.change.first != found.change.last:
        months = f"{months} to {month_in_words(found.change.last)}"
    said.append(f"{months} counts on neither side, because it is partly before the change and partly after.")
    missing = sorted([*found.before.missing, *found.after.missing])
    if missing:
        named = ", ".join(month_in_words(month) for month in missing)
        said.append(f"Left out, because there is no number: {named}.")
    for cut, words in ((found.before.cut_by, "The months before begin after"), (found.after.cut_by, "They end before")):
        if cut:
            said.append(f"{words} {cut}.")
    return said


def what_to_beware(found: BeforeAfter) -> list[str]:
    """What may make of the difference more, or less, than it is."""
    if found.outcome not in ("difference", "uncertain"):
        return []
    said = []
    if found.together:
        said.append("The changes of the same month cannot be told apart.")
    if way := already_moving(found):
        said.append(f"The months before were already {way}, so part of the difference may have been on its way.")
    if found.outcome == "difference" and no_rule_speaks(found):
        said.append(
            "No rule of the chart flags a month. A difference of this size would be rare if nothing had changed, and "
            "more months will tell."
        )
    if found.findings.series.caution:
        said.append(
            "This measure counts much the same people or staff each month, so the interval is probably too narrow."
        )
    if min(found.before.stop - found.before.start, found.after.stop - found.after.start) < 12:
        said.append("Less than a year on one side: what a season does is not told apart from what the change does.")
    return said


def no_rule_speaks(found: BeforeAfter) -> bool:
    """Does the chart flag no month of the two sides, though they share their limits?"""
    start, stop = found.before.start, found.after.stop
    share = not any(start < phase.start < stop for phase in found.findings.phases)
    return share and not any(month.rule for month in found.findings.months[start:stop])


def already_moving(found: BeforeAfter) -> str:
    """rising or falling, if a trend of the months before goes the way of the difference."""
    if found.difference is None:
        return ""
    rows = range(found.before.start, found.before.stop)
    trends = [month for month in (found.findings.months[row] for row in rows) if month.rule == "trend"]
    if not trends or trends[-1].is_high != (found.difference.by > 0):
        return ""
    return "rising" if trends[-1].is_high else "falling"


class Bound(NamedTuple):
    text: str
    way: str

    @property
    def is_zero(self) -> bool:
        return not self.way


def bounds(found: BeforeAfter) -> tuple[Bound, Bound]:
    """Both ends of the interval without their sign, and which way each lies; neither where it reads as 0."""
    difference = found.difference
    if difference is None or difference.low is None or difference.high is None:
        raise ValueError("there is no interval")
    low, high = (unsigned(value, decimals_of(found)) for value in (difference.low, difference.high))
    return low, high


def unsigned(value: float, decimals: int) -> Bound:
    text = number_text(abs(value), decimals)
    if not float(text.replace(",", "")):
        return Bound("0", "")
    return Bound(text, "higher" if value > 0 else "lower")


def size_and_way(found: BeforeAfter) -> tuple[str, str]:
    """16 percentage points, higher"""
    if found.difference is None:
        raise ValueError("there is no difference")
    shown = unsigned(found.difference.by, decimals_of(found))
    return f"{shown.text}{unit_words(found, shown.text)}", shown.way


def unit_words(found: BeforeAfter, number: str) -> str:
    """The unit of a difference: " percentage points" of a percentage."""
    unit = found.findings.series.unit
    if unit.startswith("%"):
        return " percentage point" if number == "1" else " percentage points"
    return with_unit(number, unit).removeprefix(number)


def decimals_of(found: BeforeAfter) -> int:
    """As many as sentences show, and more where a difference that is there would read as 0."""
    difference, series = found.difference, found.findings.series
    large = 10 if series.unit.startswith("%") else 100
    whole = difference is not None and abs(difference.by) >= large
    return enough_decimals(found, 0 if whole else max(series.decimals, 1))


def enough_decimals(found: BeforeAfter, decimals: int) -> int:
    difference = found.difference
    if found.outcome == "difference" and difference and difference.low is not None and difference.high is not None:
        smallest = min(abs(difference.low), abs(difference.high))
        while unsigned(smallest, decimals).is_zero and decimals < 6:
            decimals += 1
    return decimals


def difference_texts(found: BeforeAfter) -> tuple[str, str, str]:
    """For table and drawing, with their signs: +15.6 percentage points, +13.5, +17.8"""
    difference = found.difference
    if difference is None or difference.low is None or difference.high is None:
        raise ValueError("there is no interval")
    least = 0 if abs(difference.by) >= 100 else max(found.findings.series.decimals, 1)
    decimals = enough_decimals(found, least)
    by, low, high = (signed(value, decimals) for value in (difference.by, difference.low, difference.high))
    return f"{by}{unit_words(found, by.strip(SIGNS))}", low, high


#: A minus as typographers draw it, as wide as the plus.
SIGNS = "+\N{MINUS SIGN}"


def signed(value: float, decimals: int) -> str:
    shown = unsigned(value, decimals)
    return {"higher": "+", "lower": "\N{MINUS SIGN}"}.get(shown.way, "") + shown.text


def mean_number(one: Side, series: Series) -> str:
    """39.4%, or 16.2: with one decimal more than the numbers of a count."""
    if one.mean is None:
        raise ValueError("no month has a number")
    decimals = max(series.decimals, 1) if abs(one.mean) < 100 else series.decimals
    text = number_text(one.mean, decimals)
    if one.mean == round(one.mean) and "." in text:
        text = text.rstrip("0").removesuffix(".")
    return with_sign(text, series.unit)


def mean_text(one: Side, series: Series) -> str:
    """39.4%, or 16.2 days"""
    number = mean_number(one, series)
    return number if series.unit.startswith("%") else with_unit(number, series.unit)
