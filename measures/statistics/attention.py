"""Which measures of a team come first, and why each stands where it does.

`place` is the one door. The latest month that has a number decides, as everywhere in a chart's words; within a group
the order is that of the codes, so that nothing is ordered by value.

Pure: no Django.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from measures.reporting_calendar import month_in_words
from measures.sentences import amount, kept_by
from measures.spc import ENOUGH_POINTS
from measures.statistics.findings import Findings, MonthFinding, SpecialCause


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
    Group("neutral", "Changed, for you to judge", "A change that no rule calls better or worse."),
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


def place(findings: Findings | None) -> Place:
    """Where a measure stands; findings is None while no month with it is accepted."""
    latest = findings.latest if findings else None
    if findings is None or latest is None:
        return Place("too_few", "No month with a number has been accepted so far.")
    phase = findings.phases[-1]
    if not phase.has_enough_months:
        return Place("too_few", what_is_missing(findings))
    runs_signal = phase.runs is not None and phase.runs["runs_signal"]
    if phase.is_median:
        return Place("neutral", RUNS_CHANGED) if runs_signal else Place("steady", "Steady, as far as a run chart says.")
    if latest.kind in CHANGED:
        parts, told = [what_happened(findings)], is_explained(findings, latest)
        if latest.kind == "concern":
            parts.append("Your team has said what happened." if told else "No explanation yet.")
        elif latest.kind == "improvement" and findings.assurance == "fail":
            parts.append("Still short of the target.")
        return Place(latest.kind, " ".join(parts), asks=latest.kind == "concern" and not told)
    if findings.assurance == "fail":
        return Place("out_of_reach", "Usual ups and downs, and the target lies beyond the limits.")
    if runs_signal:
        return Place("neutral", f"The latest month is usual. {RUNS_CHANGED}")
    return Place("steady", steady(findings))


#: Of the runs rules, which speak of the months together.
RUNS_CHANGED = "The months lie on one side of the centre line, or cross it, in a way that chance does not give."
#: What a steady measure's ups and downs mean for its target.
STEADY = {
    "pass": "Every month meets the target.",
    "usual_pass": "Usual months meet the target.",
    "inconsistent": "Chance decides whether a month meets the target.",
}


def steady(findings: Findings) -> str:
    if findings.series.target is None:
        return "Steady. No target is set."
    reach = kept_by(findings, findings.series.target, findings.assurance)
    return f"Steady. {STEADY.get(reach or '', '')}".strip()


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


# What a board would ask next


def next_question(findings: Findings | None) -> str:
    """The one question that follows from what the months say: never more than the method knows."""
    latest = findings.latest if findings else None
    if findings is None or latest is None:
        return "When will the first months be accepted?"
    group = place(findings).group
    phase, target = findings.phases[-1], findings.series.target
    if group == "too_few":
        return f"What is needed so that the next {in_months(ENOUGH_POINTS - phase.numbers)} can be counted and sent?"
    if phase.is_median:
        return "What was different in these months?" if group == "neutral" else LEVEL
    if group == "concern" and is_explained(findings, latest):
        return "Does what the team says explain it, and what comes next?"
    if latest.kind in CHANGED:
        since = changed_since(findings, latest)
        when = f"in {month_in_words(latest.month)}" if since == latest.month else f"since {month_in_words(since)}"
        asked = {
            "concern": f"What happened {when}, and what does the team want to try?",
            "improvement": f"What did the team do differently {when}, and how can it be kept?",
            "neutral": f"What is different {when}, and is that what the team wants?",
        }[latest.kind]
        if group == "improvement" and findings.assurance == "fail" and target is not None:
            return f"{asked} What else would it take to reach the target of {amount(target, findings)}?"
        return asked
    if target is None or findings.assurance is None:
        return LEVEL
    shown = amount(target, findings)
    return {
        "fail": f"What would have to change in how the work is done, so that it can reach the target of {shown}?",
        "inconsistent": f"What would have to change in how the work is done, so that every month meets {shown}?",
        "pass": "What makes it work, and does anything threaten it?",
    }[findings.assurance]


def flagging(findings: Findings, latest: MonthFinding) -> list[SpecialCause]:
    """All that flag the latest month as what it is: one beyond a limit can end a run of many."""
    row = findings.months.index(latest)
    return [cause for cause in findings.special_causes if row in cause.rows and cause.kind == latest.kind]


def is_explained(findings: Findings, latest: MonthFinding) -> bool:
    """The team has said what happened in all of these months."""
    causes = flagging(findings, latest)
    return bool(causes) and all(findings.story_of(cause) for cause in causes)


def changed_since(findings: Findings, latest: MonthFinding) -> date:
    """The first of these months."""
    starts = [findings.series.months[cause.start] for cause in flagging(findings, latest)]
    return min(starts, default=latest.run_from or latest.month)


LEVEL = "Is the level of these months good enough for the people it is about?"


def in_months(count: int) -> str:
    return "month" if count == 1 else f"{counted(count).lower()} months"


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
