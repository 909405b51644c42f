"""Every combination of what a chart's sentence may have to say, made up: tests hold it to its promises with them, and
docs/sentences.md prints some for reading.

Pure: no Django.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

from measures import sentences
from measures.statistics.findings import Aim, Beginning, Findings, Series, find

STEADY = (54, 58, 51, 55, 53, 57, 52, 56, 54, 50, 58, 53, 55, 52)


def turned(values: Sequence[float]) -> tuple[float, ...]:
    """The same seen in a mirror: what was high is low."""
    return tuple(108 - value for value in values)


SHIFT = (*STEADY, 61, 60, 62, 59, 61, 63, 60, 62)
TREND = (*STEADY, *range(51, 58))
TWO_IN_THREE = (*STEADY, *STEADY, 64, 55, 64)
BEYOND = (*STEADY, 90)
BEYOND_AND_SHIFT = (*STEADY, *STEADY, 59, 60, 59, 60, 61, 60, 75)
BEYOND_AND_RISE = (*STEADY, *STEADY, 50, 52, 54, 56, 57, 58, 75)
#: Below the lower limit and rising, which is named by the limit, whatever the rise means.
BEYOND_AGAINST_RISE = (*STEADY, *STEADY, *STEADY, *range(26, 33))
#: What the months do: their values, and the chart they are drawn as ("" for the one of the kind).
STORIES: dict[str, tuple[Sequence[float | None], str]] = {
    "a shift up": (SHIFT, ""),
    "a shift down": (turned(SHIFT), ""),
    "a rise": (TREND, ""),
    "a fall": (turned(TREND), ""),
    "two in three, high": (TWO_IN_THREE, ""),
    "two in three, low": (turned(TWO_IN_THREE), ""),
    "above the limit": (BEYOND, ""),
    "below the limit": (turned(BEYOND), ""),
    "above the limit in a shift": (BEYOND_AND_SHIFT, ""),
    "below the limit in a shift": (turned(BEYOND_AND_SHIFT), ""),
    "above the limit in a rise": (BEYOND_AND_RISE, ""),
    "below the limit, rising": (BEYOND_AGAINST_RISE, ""),
    "nothing": (STEADY, ""),
    "something earlier": ((90, *STEADY), ""),
    "never another number": ((54,) * 14, ""),
    "no neighbouring months": ((54, None, 58, None, 51, None) * 5, ""),
    "nine months": (STEADY[:9], ""),
    "one month": (STEADY[:1], ""),
    "no number": ((None, None), ""),
    "a run chart, nothing": (STEADY, "run"),
    "a run chart, a long run": ((50, 51) * 5 + (57, 58, 59) * 4, "run"),
    "a run chart, few crossings": ((50, 51, 52) * 2 + (57, 58, 59) * 2 + (50, 51, 52) * 2 + (57, 58, 59) * 2, "run"),
    "a p chart, nothing": (STEADY, "p"),
    "a p chart, above the limit": (BEYOND, "p"),
    "a p chart, a long run": ((51, 52) * 5 + (57, 56, 55) * 4, "p"),
}
DIRECTIONS = ("increase", "decrease", "neutral")
REACHES = ("none", "pass", "fail", "inconsistent")
#: Of an own aim: also one that holds from a later month on.
AIMS = (*REACHES, "later")
#: kind, unit, decimals
KINDS = (
    ("proportion", "%", 1),
    ("proportion", "% of visits", 1),
    ("count", "people", 0),
    ("rate", "attendances per 100,000 adults", 1),
    ("median_days", "days", 1),
    ("mean_score", "points", 1),
)
PHASES = ("first", "definition", "board", "limits")
FIRST = date(2021, 4, 1)
#: An own aim that holds from after the latest month on.
LATER = date(2027, 4, 1)


@dataclass(frozen=True)
class Example:
    """One combination, and what the portal makes of it."""

    story: str
    direction: str
    target: str
    aim: str
    kind: str
    unit: str
    phase: str
    latest_is_missing: bool
    findings: Findings

    @property
    def described(self) -> str:
        gap = ", latest month missing" if self.latest_is_missing else ""
        parts = (self.direction, self.target, self.aim, self.kind, self.unit, self.phase)
        return f"{self.story}{gap}: {', '.join(parts)}"

    @property
    def sentence(self) -> str:
        return sentences.sentence(self.findings)


def examples(
    *,
    stories: Sequence[str] = tuple(STORIES),
    directions: Sequence[str] = DIRECTIONS,
    targets: Sequence[str] = REACHES,
    aims: Sequence[str] = AIMS,
    kinds: Sequence[tuple[str, str, int]] = KINDS,
    phases: Sequence[str] = PHASES,
    missing: Sequence[bool] = (False, True),
) -> Iterator[Example]:
    """All combinations of these; a p chart has percentages only."""
    for story, direction, (kind, unit, decimals), phase, gap in product(stories, directions, kinds, phases, missing):
        values, chart = STORIES[story]
        if chart == "p" and kind != "proportion":
            continue
        series = told(values, direction, kind, unit, decimals, phase, latest_is_missing=gap)
        series = replace(series, chart=chart or "xmr")
        lines = find(series)
        for target, aim in product(targets, aims):
            given = replace(
                series,
                target=None if target == "none" else height(target, lines),
                aims=own_aims(aim, lines),
            )
            # What `find` would say: neither changes what the months do.
            assurance = None if given.target is None else lines.reaches(given.target)
            found = replace(lines, series=given, assurance=assurance)
            yield Example(story, direction, target, aim, kind, unit, phase, gap, found)


def told(
    values: Sequence[float | None],
    direction: str,
    kind: str,
    unit: str,
    decimals: int,
    phase: str,
    *,
    latest_is_missing: bool,
) -> Series:
    before: tuple[float | None, ...] = () if phase == "first" else STEADY
    shown = [*before, *values, *([None] if latest_is_missing else [])]
    months = [date(FIRST.year + (3 + row) // 12, (3 + row) % 12 + 1, 1) for row in range(len(shown))]
    return Series(
        title="Example",
        unit=unit,
        months=months,
        values=shown,
        improvement_direction=direction,
        decimals=decimals,
        kind=kind,
        multiplier=100,
        numerators=[None if value is None else value * 10 for value in shown],
        denominators=[None if value is None else 1000 for value in shown],
        beginnings=[Beginning(months[len(before)], phase, "")] if before else (),
    )


def height(reach: str, lines: Findings) -> float:
    """A target that the process of these months reaches always, never or now and then."""
    months = lines.months[lines.phases[-1].start :]
    lower = min((month.lower for month in months if month.lower is not None), default=50.0)
    upper = max((month.upper for month in months if month.upper is not None), default=60.0)
    beyond = (lower - 4.0, upper + 4.0) if lines.series.improvement_direction != "decrease" else (upper + 4, lower - 4)
    return {"pass": beyond[0], "fail": beyond[1], "inconsistent": (lower + upper) / 2}[reach]


def own_aims(aim: str, lines: Findings) -> list[Aim]:
    if aim == "none":
        return []
    if aim == "later":
        return [Aim(LATER, 60.0)]
    return [Aim(FIRST, height(aim, lines))]


# The documentation

INTRODUCTION = """\
# What a chart says in a sentence

Written by `manage.py print_sentences > docs/sentences.md` from [sentences.py](../measures/sentences.py), for reading.
The series are made up; tests go through every combination of what the months do, which way is better, target, own aim,
kind of measure, phase and a missing latest month, and hold the sentences to what follows.

- It speaks of the latest month that has a number, of the current phase, and of nothing that the chart does not show.
- One judgement at most, and only where one direction is better: an improvement or a concern. Elsewhere it is a change.
- The target is compared with the limits of the current phase. What an area wants to reach is always called its own aim.
- 40 words at most. Where it would be more, the advice goes first, then the unit, which stands in the chart's caption.
- Too few months, too early to say: no judgement.
"""
MAIN = "First phase, percentages, no aim of the area's own. The words in brackets are those of the two icons."
DIRECTION_WORDS = {"increase": "higher", "decrease": "lower", "neutral": "neither"}
REACH_WORDS = {"none": "none", "pass": "always", "fail": "never", "inconsistent": "by chance", "later": "from later on"}
PERCENT = KINDS[:1]


def documentation() -> str:
    usual = ("nothing",)
    flagged = ("a shift up", "a rise", "two in three, high", "above the limit")
    return "\n".join(
        [
            INTRODUCTION,
            "## What the months do, the target, and which way is better",
            "",
            MAIN,
            "",
            *table(examples(aims=["none"], kinds=PERCENT, phases=["first"], missing=[False]), has_icons=True),
            "",
            "## The area's own aim beside the target",
            "",
            *table(
                examples(
                    stories=["nothing", "nine months"],
                    directions=["increase"],
                    kinds=PERCENT,
                    phases=["first"],
                    missing=[False],
                )
            ),
            "",
            "## Other units, and a latest month without a number",
            "",
            *table(
                examples(
                    stories=[*flagged, *usual],
                    directions=["decrease"],
                    targets=["none", "fail"],
                    aims=["none", "inconsistent"],
                    kinds=KINDS[1:],
                    phases=["first"],
                )
            ),
            "",
            "## After a phase began",
            "",
            *table(
                examples(
                    stories=["nine months", "one month", "no number", "nothing", "a shift up"],
                    directions=["increase"],
                    targets=["none", "fail"],
                    aims=["none"],
                    kinds=PERCENT,
                    phases=PHASES[1:],
                    missing=[False],
                )
            ),
            "",
        ]
    )


def table(shown: Iterator[Example], *, has_icons: bool = False) -> list[str]:
    """Each sentence once, with the first combination that leads to it."""
    rows: dict[str, str] = {}
    for example in shown:
        said = example.sentence
        if has_icons:
            words = (sentences.variation_words(example.findings)[0], sentences.assurance_words(example.findings)[0])
            said = f"{said} [{words[0]}; {words[1]}]"
        gap = ", latest month missing" if example.latest_is_missing else ""
        cells = [
            f"{example.story}{gap}",
            DIRECTION_WORDS[example.direction],
            REACH_WORDS[example.target],
            REACH_WORDS[example.aim],
        ]
        rows.setdefault(said, f"| {' | '.join([*cells, said])} |")
    return [
        "| The months | Better | Target reached | Own aim reached | Sentence |",
        "| --- | --- | --- | --- | --- |",
        *rows.values(),
    ]
