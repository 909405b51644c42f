"""A chart in one plain sentence, and numbers as sentences, tables and labels show them.

The sentence speaks of the latest month that has a number and of nothing that the chart does not show.
"Improvement" and "concern" are said only where one direction is better; elsewhere it is "a change".

Pure: no Django.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, NamedTuple

from measures.reporting_calendar import month_in_words
from measures.spc import ENOUGH_POINTS

if TYPE_CHECKING:
    from measures.statistics.findings import Findings, MonthFinding, Phase

JUDGEMENTS = {"improvement": "this is an improvement", "concern": "this is a concern", "neutral": "this is a change"}
ONE_OF = {"people": "person", "days": "day", "points": "point", "sessions": "session", "visits": "visit"}
#: From here on a sentence says a percentage without its decimals.
WHOLE_PERCENT_FROM = 10


def number_text(value: float, decimals: int) -> str:
    """1,840 or 16.1: halves away from zero, as everywhere in the portal."""
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return f"{abs(rounded) if rounded == 0 else rounded:,f}"


def with_sign(number: str, unit: str) -> str:
    """54% for a percentage of anything, else the number alone."""
    return f"{number}%" if unit.startswith("%") else number


def with_unit(number: str, unit: str) -> str:
    """54%, 3.4% of visits, 1 person, 16 days"""
    if unit.startswith("%"):
        return number + unit
    return f"{number} {ONE_OF.get(unit, unit) if number == '1' else unit}".strip()


def amount(value: float, findings: "Findings", *, has_unit: bool = True) -> str:
    """A number with its unit as a sentence says it: whole percent, except for small ones."""
    series = findings.series
    whole = series.unit.startswith("%") and abs(value) >= WHOLE_PERCENT_FROM
    number = number_text(value, 0 if whole else series.decimals)
    return with_unit(number, series.unit) if has_unit else with_sign(number, series.unit)


class Manner(NamedTuple):
    """How fully the sentence is said. Without its unit a percentage keeps its sign; the chart's caption has both."""

    has_advice: bool = True
    has_unit: bool = True


#: From the fullest to the shortest: the first that is short enough is said.
MANNERS = (Manner(), Manner(has_advice=False), Manner(has_advice=False, has_unit=False))
MOST_WORDS = 40


def sentence(findings: "Findings") -> str:
    """What the chart says: what the months did, then the target and the area's own aim, in 40 words at most."""
    for manner in MANNERS:
        text = " ".join([what_the_months_did(findings, manner), *target_and_aim(findings, manner)])
        if len(text.split()) <= MOST_WORDS:
            break
    return text


# What the months did


def what_the_months_did(findings: "Findings", manner: Manner = MANNERS[0]) -> str:
    latest, phase = findings.latest, findings.phases[-1]
    if latest is None:
        return "There are no numbers to show yet."
    if not phase.has_enough_months:
        return too_few_months(findings, manner)
    if phase.is_median or latest.kind == "common":
        return usual(latest, findings, manner)
    return {
        "shift": a_shift,
        "trend": a_trend,
        "two_in_three": two_in_three,
        "astronomical": beyond_a_limit,
    }[latest.rule](latest, findings, manner)


#: Why a phase began; of two reasons in one month the first is said.
BEGAN = {
    "definition": "the definition changed",
    "board": "the area’s board ended",
    "limits": "limits were recalculated",
}


def too_few_months(findings: "Findings", manner: Manner) -> str:
    phase = findings.phases[-1]
    if len(findings.phases) > 1:
        month = findings.series.months[phase.start]
        reasons = {beginning.why for beginning in findings.series.beginnings if beginning.month == month}
        began = next((words for why, words in BEGAN.items() if why in reasons), "a new phase began")
        has = "1 month has a number" if phase.numbers == 1 else f"{phase.numbers or 'no'} months have a number"
        only = "the median only, too early to say" if phase.numbers else "too early to say"
        return f"Since {began} in {month_in_words(month)}, {has}: {only}."
    text = f"Too few months for limits: {phase.numbers} of the {ENOUGH_POINTS} that are needed."
    if phase.centre is None or phase.numbers == 1:
        return text
    values = [month.value for month in findings.months if month.value is not None]
    above = sum(value > phase.centre for value in values)
    below = sum(value < phase.centre for value in values)
    lie = "month lies" if above == 1 else "months lie"
    centre = amount(phase.centre, findings, has_unit=manner.has_unit)
    return f"{text} So far {above} {lie} above the median of {centre} and {below} below."


def a_shift(latest: "MonthFinding", findings: "Findings", manner: Manner) -> str:
    centre = amount(findings.phases[-1].centre or 0, findings, has_unit=manner.has_unit)
    began, length = month_in_words(latest.run_from or latest.month), f"{latest.run_length} months in a row"
    around = f"{'above' if latest.is_high else 'below'} the average of {centre}: {JUDGEMENTS[latest.kind]}."
    if latest is findings.months[-1]:
        return f"Since {began}, {length} have been {around}"
    return f"From {began} to {month_in_words(latest.month)}, {length} were {around}"


def a_trend(latest: "MonthFinding", findings: "Findings", manner: Manner) -> str:
    began = latest.run_from or latest.month
    value = latest.value or 0
    # Where not all of its months are shown (windows.py), from the first that is.
    first = next(month.value for month in findings.months if month.month >= began) or 0
    start, end = told_apart(first, value, findings, has_unit=manner.has_unit)
    way = "rising" if latest.is_high else "falling"
    span = f"from {start} in {month_in_words(began)} to {end} in {month_in_words(latest.month)}"
    return f"{latest.run_length} months in a row {way}, {span}: {JUDGEMENTS[latest.kind]}."


def two_in_three(latest: "MonthFinding", findings: "Findings", manner: Manner) -> str:
    limit_name, limit = ("upper", latest.upper) if latest.is_high else ("lower", latest.lower)
    close = f"close to the {limit_name} limit of {amount(limit or 0, findings, has_unit=manner.has_unit)}"
    return f"Two of three months up to {month_in_words(latest.month)} are {close}: {JUDGEMENTS[latest.kind]}."


def beyond_a_limit(latest: "MonthFinding", findings: "Findings", manner: Manner) -> str:
    side, limit_name, limit = ("above", "upper", latest.upper) if latest.is_high else ("below", "lower", latest.lower)
    shown, limit_shown = told_apart(latest.value or 0, limit or 0, findings, has_unit=manner.has_unit)
    is_alone = latest.run_length == 1 and "," not in latest.letters
    advice = " It is one month, so ask what happened." if manner.has_advice and is_alone else ""
    beyond = (
        f"{side} the {limit_name} limit of {limit_shown}{and_one_of(latest, findings) if manner.has_advice else ''}"
    )
    return f"{month_in_words(latest.month)}, {shown}, is {beyond}: {JUDGEMENTS[latest.kind]}.{advice}"


def and_one_of(latest: "MonthFinding", findings: "Findings") -> str:
    """The run that a month beyond a limit is also part of, where that says the same of it."""
    row = findings.months.index(latest)
    for cause in findings.special_causes:
        is_alike = (cause.kind, cause.is_high) == (latest.kind, latest.is_high)
        if cause.rule in ("shift", "trend") and is_alike and row in cause.rows:
            if cause.rule == "shift":
                does = f"{'above' if cause.is_high else 'below'} the average"
            else:
                does = "rising" if cause.is_high else "falling"
            return f" and one of {cause.length} months in a row {does}"
    return ""


def usual(latest: "MonthFinding", findings: "Findings", manner: Manner) -> str:
    phase = findings.phases[-1]
    in_phase = findings.months[phase.start : phase.stop]
    centre = amount(phase.centre or 0, findings, has_unit=manner.has_unit)
    if never_varies(findings):
        since = f" since {month_in_words(in_phase[0].month)}" if phase.start else ""
        return f"Every month{since} has been {centre}."
    if phase.runs is not None and phase.runs["runs_signal"]:
        return more_than_chance(latest, phase, centre, manner)
    if phase.is_median:
        return f"Nothing but chance: ups and downs around the median of {centre}."
    if all(month.upper is None for month in in_phase):
        return f"Ups and downs around {centre}; no limits can be worked out from these months."
    if any(month.rule for month in in_phase):
        return f"The latest month, {month_in_words(latest.month)}, is within the usual ups and downs around {centre}."
    return f"Nothing out of the ordinary: the usual ups and downs around {centre}."


def more_than_chance(latest: "MonthFinding", phase: "Phase", centre: str, manner: Manner) -> str:
    """The runs rules speak of a whole phase: of a run chart a change, neither praised nor feared.

    Where there are limits, the latest month is judged by them alone, and this is said beside it.
    """
    runs = phase.runs
    is_long = runs is not None and (runs["longest_run"] or 0) > (runs["longest_run_max"] or 0)
    does = "stays on one side of" if is_long else "crosses"
    than = "longer than chance explains" if is_long else "less often than chance explains"
    said = f"he line {does} the {phase.called.lower()}, {centre}, {than}"
    if phase.is_median:
        return f"T{said}: {JUDGEMENTS['neutral']}."
    if not manner.has_advice:
        return f"T{said}."
    return f"The latest month, {month_in_words(latest.month)}, is within its limits, but t{said}."


def never_varies(findings: "Findings") -> bool:
    """Every number of the current phase is the same one."""
    phase = findings.phases[-1]
    return len({m.value for m in findings.months[phase.start : phase.stop] if m.value is not None}) == 1


def told_apart(one: float, other: float, findings: "Findings", *, has_unit: bool = True) -> tuple[str, str]:
    """Both with as many decimals as show that they differ: "55%, above 55%" would puzzle. The unit is said once."""
    told = amount(one, findings, has_unit=has_unit), amount(other, findings, has_unit=False)
    decimals, unit = findings.series.decimals, findings.series.unit
    for more in range(3):
        if amount(one, findings, has_unit=False) != told[1] or one == other:
            break
        first, second = (number_text(number, decimals + more) for number in (one, other))
        told = (with_unit(first, unit) if has_unit else with_sign(first, unit)), with_sign(second, unit)
        if first != second:
            break
    return told


# The target and the area's own aim


def target_and_aim(findings: "Findings", manner: Manner = MANNERS[0]) -> list[str]:
    """What the process as it works today does with each, in one sentence; nothing where there is neither."""
    if findings.latest is None:
        return []
    series, aim = findings.series, findings.series.aim
    named: list[tuple[str, str | None]] = []
    if series.target is not None:
        value = amount(series.target, findings, has_unit=manner.has_unit)
        reach = kept_by(findings, series.target, findings.assurance)
        named.append((said_of("the target", value, reach), reach))
    if aim is not None:
        value, when = amount(aim.value, findings, has_unit=manner.has_unit), ""
        reach = kept_by(findings, aim.value, findings.reaches(aim.value))
        if aim.month > series.months[-1]:  # nothing to judge by it yet
            when, reach = f" from {month_in_words(aim.month)}", None
        named.append((said_of(f"the area’s own aim{when}", value, reach), reach))
    if not named:
        return []
    if len(named) == 1:
        [(name, reach)] = named
        return [f"{upper_first(ALONE[reach].format(name))}."]
    (target, of_target), (own, of_aim) = named
    if of_target == of_aim and of_aim is not None:
        return [f"{TOGETHER[of_aim].format(target, own)}."]
    both = f"{BRIEFLY[of_target].format(target)}; {BRIEFLY[of_aim].format(own)}."
    return [upper_first(both) if of_target is None else f"Today {both}"]


def said_of(name: str, value: str, reach: str | None) -> str:
    return f"{name} is {value}" if reach is None else f"{name} of {value}"


def kept_by(findings: "Findings", target: float, reach: str | None) -> str | None:
    """How the process reaches it, with "usual_" before it where single months of this phase did otherwise."""
    phase = findings.phases[-1]
    values = [month.value for month in findings.months[phase.start : phase.stop] if month.value is not None]
    is_high_better = findings.series.improvement_direction == "increase"
    meeting = [value >= target if is_high_better else value <= target for value in values]
    if (reach == "pass" and not all(meeting)) or (reach == "fail" and any(meeting)):
        return f"usual_{reach}"
    return reach


#: Whether the process reaches it: what is said of one, of two alike, and of each of two that differ.
ALONE = {
    "fail": "{} is out of reach for the process as it works today",
    "pass": "every month of the process as it works today meets {}",
    "usual_fail": "usual months of the process as it works today do not reach {}",
    "usual_pass": "usual months of the process as it works today meet {}",
    "inconsistent": "chance decides whether a month meets {}",
    None: "{}",
}
TOGETHER = {
    "fail": "Today {} and {} are out of reach",
    "pass": "Today every month meets {} and {}",
    "usual_fail": "Today usual months do not reach {} and {}",
    "usual_pass": "Today usual months meet {} and {}",
    "inconsistent": "Chance decides about {} and {}",
}
BRIEFLY = {
    "fail": "{} is out of reach",
    "pass": "every month meets {}",
    "usual_fail": "usual months do not reach {}",
    "usual_pass": "usual months meet {}",
    "inconsistent": "chance decides about {}",
    None: "{}",
}


def upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


# Words of the two icons


def variation_words(findings: "Findings") -> tuple[str, str]:
    """What the latest month says: a word for beside the icon, and half a sentence."""
    latest = findings.latest
    phase = findings.phases[-1]
    if phase.has_enough_months and phase.is_median:
        return "No limits", "a run chart judges the months together and not the latest one alone"
    if findings.variation is None or latest is None:
        return "Too few months", f"{phase.numbers} of the {ENOUGH_POINTS} months that limits need"
    if latest.kind == "common" and never_varies(findings):
        return "No variation", "the months that have a number are all the same"
    if latest.kind == "common" and phase.runs is not None and phase.runs["runs_signal"]:
        return "Within its limits", "the latest month is within its limits; what the line does is more than chance"
    if latest.kind == "common":
        return "Usual ups and downs", "the latest month is within the ups and downs of the usual size"
    better = {"increase": "higher is better", "decrease": "lower is better", "neutral": "neither direction is better"}
    if latest.rule == "trend":
        way = "rising" if latest.is_high else "falling"
        said = f"{latest.run_length} months in a row are {way}"
    else:
        way = "higher" if latest.is_high else "lower"
        said = f"the latest month is {way} than usual"
    word = {"improvement": "Improvement", "concern": "Concern", "neutral": "Change"}[latest.kind]
    return f"{word}: {way}", f"{said}, and {better[findings.series.improvement_direction]}"


def assurance_words(findings: "Findings") -> tuple[str, str]:
    """What the process as it works today does with its target: a word for beside the icon, and half a sentence."""
    series = findings.series
    if series.target is None:
        return "No target", "no target is set"
    shown = amount(series.target, findings)
    reach = kept_by(findings, series.target, findings.assurance)
    if reach is not None:
        word = {"pass": "Meets the target", "fail": "Misses the target", "inconsistent": "Hit and miss"}
        return word[reach.removeprefix("usual_")], ALONE[reach].format(f"the target of {shown}")
    if series.improvement_direction == "neutral":
        return "Not judged", f"neither direction is better, so the target of {shown} is shown and not judged"
    if not findings.phases[-1].has_enough_months:
        return "Too early to say", f"too few months for limits to compare with the target of {shown}"
    return "No limits", f"these months give no limits to compare with the target of {shown}"
