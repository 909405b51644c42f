"""A chart in one plain sentence, and numbers as sentences, tables and labels show them.

The sentence speaks of the latest month that has a number and of nothing that the chart does not show.
"Improvement" and "concern" are said only where one direction is better; elsewhere it is "a change".

Pure: no Django.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from measures.reporting_calendar import month_in_words
from measures.spc import ENOUGH_POINTS

if TYPE_CHECKING:
    from measures.findings import Findings, MonthFinding

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


def amount(value: float, findings: "Findings") -> str:
    """A number with its unit as a sentence says it: whole percent, except for small ones."""
    series = findings.series
    whole = series.unit.startswith("%") and abs(value) >= WHOLE_PERCENT_FROM
    return with_unit(number_text(value, 0 if whole else series.decimals), series.unit)


def sentence(findings: "Findings") -> str:
    """What the chart says, in one sentence; a second one where there is a target."""
    latest = findings.latest
    if latest is None:
        return "There are no numbers to show yet."
    if not findings.phases[-1].has_enough_months:
        return too_few_months(findings)
    return what_the_months_did(latest, findings) + target_clause(findings)


def too_few_months(findings: "Findings") -> str:
    phase = findings.phases[-1]
    if len(findings.phases) > 1:
        began = month_in_words(findings.series.months[phase.start])
        months = "1 month" if phase.numbers == 1 else f"{phase.numbers} months"
        return f"Since a new phase began in {began}, {months} with a number: too few for limits, too early to say."
    text = f"Too few months for limits: {phase.numbers} of the {ENOUGH_POINTS} that are needed."
    if phase.centre is None or phase.numbers == 1:
        return text
    values = [month.value for month in findings.months if month.value is not None]
    above = sum(value > phase.centre for value in values)
    below = sum(value < phase.centre for value in values)
    lie = "month lies" if above == 1 else "months lie"
    return f"{text} So far {above} {lie} above the median of {amount(phase.centre, findings)} and {below} below."


def what_the_months_did(latest: "MonthFinding", findings: "Findings") -> str:
    phase = findings.phases[-1]
    centre = amount(phase.centre, findings) if phase.centre is not None else ""
    if latest.kind == "common":
        return usual(latest, findings, centre)

    judgement = JUDGEMENTS[latest.kind]
    when = month_in_words(latest.month)
    began = latest.run_from or latest.month
    length = f"{latest.run_length} months in a row"
    side, limit_name = ("above", "upper") if latest.is_high else ("below", "lower")
    if latest.rule == "shift":
        around = f"{side} the average of {centre}: {judgement}."
        if latest is findings.months[-1]:
            return f"Since {month_in_words(began)}, {length} have been {around}"
        return f"From {month_in_words(began)} to {when}, {length} were {around}"

    value = latest.value or 0
    if latest.rule == "trend":
        way = "rising" if latest.is_high else "falling"
        first = next(month.value for month in findings.months if month.month == began) or 0
        span = f"from {amount(first, findings)} in {month_in_words(began)} to {amount(value, findings)} in {when}"
        return f"{length} {way}, {span}: {judgement}."

    limit = (phase.upper if latest.is_high else phase.lower) or 0
    if latest.rule == "two_in_three":
        close = f"close to the {limit_name} limit of {amount(limit, findings)}"
        return f"Two of three months in a row, up to {when}, are {close}: {judgement}."
    shown, limit_shown = told_apart(value, limit, findings)
    beyond = f"{side} the {limit_name} limit of {limit_shown}"
    return f"{when}, {shown}, is {beyond}: {judgement}. It is one month, so ask what happened."


def usual(latest: "MonthFinding", findings: "Findings", centre: str) -> str:
    phase = findings.phases[-1]
    in_phase = findings.months[phase.start : phase.stop]
    if never_varies(findings):
        return f"Every month has been {centre}."
    if phase.upper is None:
        return f"Ups and downs around {centre}; no limits can be worked out from these months."
    if any(month.rule for month in in_phase):
        return f"The latest month, {month_in_words(latest.month)}, is within the usual ups and downs around {centre}."
    return f"Nothing out of the ordinary: the usual ups and downs around {centre}."


# Words of the two icons


def variation_words(findings: "Findings") -> tuple[str, str]:
    """What the latest month says: a word for beside the icon, and half a sentence."""
    latest = findings.latest
    if findings.variation is None or latest is None:
        phase = findings.phases[-1]
        return "Too few months", f"{phase.numbers} of the {ENOUGH_POINTS} months that limits need"
    if latest.kind == "common" and never_varies(findings):
        return "No variation", "every month has been the same"
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
    if findings.assurance is not None:
        return {
            "pass": ("Meets the target", f"as it works today, every month meets the target of {shown}"),
            "fail": ("Misses the target", f"as it works today, the process does not reach the target of {shown}"),
            "inconsistent": ("Hit and miss", f"chance decides whether a month meets the target of {shown}"),
        }[findings.assurance]
    if series.improvement_direction == "neutral":
        return "Not judged", f"neither direction is better, so the target of {shown} is shown and not judged"
    if not findings.has_limits:
        return "Too early to say", f"too few months for limits to compare with the target of {shown}"
    return "No limits", f"these months give no limits to compare with the target of {shown}"


def never_varies(findings: "Findings") -> bool:
    """Every number of the current phase is the same one."""
    phase = findings.phases[-1]
    return len({m.value for m in findings.months[phase.start : phase.stop] if m.value is not None}) == 1


def told_apart(value: float, limit: float, findings: "Findings") -> tuple[str, str]:
    """Both with as many decimals as show that they differ: "55%, above 55%" would puzzle."""
    told = amount(value, findings), amount(limit, findings)
    decimals, unit = findings.series.decimals, findings.series.unit
    for more in range(3):
        if told[0] != told[1]:
            break
        told = (
            with_unit(number_text(value, decimals + more), unit),
            with_unit(number_text(limit, decimals + more), unit),
        )
    return told


def target_clause(findings: "Findings") -> str:
    target = findings.series.target
    if target is None:
        return ""
    shown = amount(target, findings)
    return {
        "fail": f" The target of {shown} is out of reach for the process as it works today.",
        "pass": f" Every month of the process as it works today meets the target of {shown}.",
        "inconsistent": f" Chance decides whether a month meets the target of {shown}.",
    }.get(findings.assurance or "", "")
