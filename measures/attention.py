"""Which measures of a team come first, and why each stands where it does.

`place` is the one door. The latest month that has a number decides, as everywhere in a chart's words; within a group
the order is that of the codes, so that nothing is ordered by value.

Pure: no Django.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from measures.findings import Findings
from measures.reporting_calendar import month_in_words
from measures.spc import ENOUGH_POINTS


class Group(NamedTuple):
    """title, without its number of measures; explanation: what its measures have in common."""

    key: str
    title: str
    explanation: str


#: In the order of the page.
GROUPS = (
    Group("concern", "Ask first", "A change for the worse in the latest month."),
    Group(
        "out_of_reach",
        "The target is out of reach",
        "Nothing has changed lately, and the process as it works today does not reach the target.",
    ),
    Group("improvement", "Getting better: say what you did", "An improvement in the latest month."),
    Group("neutral", "Changed, for you to judge", "A change in the latest month, and neither direction is better."),
    Group("too_few", "Too few months", "No limits yet."),
    Group("steady", "Steady", "Usual ups and downs."),
)
#: Of months that a rule flags, by their kind.
CHANGED = ("concern", "improvement", "neutral")


class Place(NamedTuple):
    """group: the key of one of GROUPS. reason: why it is in this group. asks: it waits for somebody's explanation."""

    group: str
    reason: str
    asks: bool = False


def place(findings: Findings | None, *, is_explained: bool = False) -> Place:
    """Where a measure stands; findings is None while no month with it is accepted.

    is_explained: whether the team has said what happened in the months that the latest rule flags.
    """
    latest = findings.latest if findings else None
    if findings is None or latest is None:
        return Place("too_few", "No month with a number has been accepted so far.")
    if not findings.has_limits:
        return Place("too_few", what_is_missing(findings))
    if latest.kind in CHANGED:
        parts = [what_happened(findings)]
        if latest.kind == "concern":
            parts.append("Your team has said what happened." if is_explained else "No explanation yet.")
        elif latest.kind == "improvement" and findings.assurance == "fail":
            parts.append("Still short of the target.")
        return Place(latest.kind, " ".join(parts), asks=latest.kind == "concern" and not is_explained)
    if findings.assurance == "fail":
        return Place("out_of_reach", "Usual ups and downs, and the target lies beyond the limits.")
    return Place("steady", steady(findings))


#: What a steady measure's ups and downs mean for its target.
STEADY = {"pass": "Every month meets the target.", "inconsistent": "Chance decides whether a month meets the target."}


def steady(findings: Findings) -> str:
    if findings.series.target is None:
        return "Steady. No target is set."
    return f"Steady. {STEADY.get(findings.assurance or '', '')}".strip()


def what_is_missing(findings: Findings) -> str:
    """9 of 13 months: limits can be drawn with 4 more."""
    phase = findings.phases[-1]
    so_far = f"{phase.numbers} of {ENOUGH_POINTS} months"
    if len(findings.phases) > 1:
        so_far = f"{so_far} since {month_in_words(findings.series.months[phase.start])}"
    return f"{so_far}: limits can be drawn with {ENOUGH_POINTS - phase.numbers} more."


def what_happened(findings: Findings) -> str:
    """The rule that flags the latest month, as the shortest of sentences."""
    latest = findings.latest
    if latest is None:
        return ""
    side, limit = ("above", "upper") if latest.is_high else ("below", "lower")
    if latest.rule == "shift":
        return f"{latest.run_length} months in a row {side} the average."
    if latest.rule == "trend":
        return f"{latest.run_length} months in a row {'rising' if latest.is_high else 'falling'}."
    if latest.rule == "two_in_three":
        return f"Two of three months in a row are close to the {limit} limit."
    month = "latest month" if latest is findings.months[-1] else "latest month with a number"
    return f"The {month} is {side} the {limit} limit."


def in_order(places: Mapping[str, Place]) -> list[tuple[Group, list[str]]]:
    """The codes of each group that has any, in the order of the page."""
    found = [(group, sorted(code for code in places if places[code].group == group.key)) for group in GROUPS]
    return [(group, codes) for group, codes in found if codes]


# The sentence above them all

#: At the beginning of a sentence; from there on figures.
NUMBERS = (
    *("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"),
    *("Thirteen", "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen", "Twenty"),
)
#: What one measure of a group does, and what several do; the concerns have a sentence of their own.
DOES = {
    "out_of_reach": ("cannot reach its target", "cannot reach their targets"),
    "improvement": ("is getting better", "are getting better"),
    "neutral": ("has changed", "have changed"),
    "too_few": ("has too few months", "have too few months"),
    "steady": ("is steady", "are steady"),
}


def heading(places: Iterable[Place]) -> str:
    """Three measures ask for an explanation. Six are getting better, fifteen are steady."""
    found = list(places)
    count = Counter(each.group for each in found)
    if not found:
        return "No measures yet."
    if count["too_few"] == len(found):
        return f"Too early to say: limits need {ENOUGH_POINTS} months with a number."
    asking = sum(each.asks for each in found)
    sentences = [
        f"{counted(asking)} {'measure asks' if asking < 2 else 'measures ask'} for an explanation.",
    ]
    if explained := count["concern"] - asking:
        sentences.append(f"{counted(explained)} {'concern is' if explained == 1 else 'concerns are'} explained.")
    others = [f"{counted(count[key]).lower()} {does[count[key] > 1]}" for key, does in DOES.items() if count[key]]
    if others:
        listed = ", ".join(others)
        sentences.append(f"{listed[:1].upper()}{listed[1:]}.")
    return " ".join(sentences)


def counted(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else str(count)
