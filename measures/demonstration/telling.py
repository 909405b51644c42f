"""Stories -> made-up months: the numbers, the notes, and who moved a month when.

fixtures/demonstration_stories.yaml says in its section `generator` what this module does. Each series and
each group draws from a random stream of its own, so that adding a series changes no other, and the same
first month always gives the same numbers.

Pure: no Django, no clock. Months are counted from 1, as in the stories.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import log
from random import Random
from statistics import median
from typing import Any

from measures import reporting_calendar, rules
from measures.reporting_calendar import LONDON
from measures.wording import shifted

#: One area of the stories, or one of its parts, as the YAML has it.
Story = Mapping[str, Any]

#: Standard deviation of the number of staff trained.
SPREAD_OF_A_SHARE = 2
#: A month is handed over at most so many days before it is due, unless its story says late.
EARLIEST_BEFORE_DUE = 4
#: How many measures the draft of the open month leaves empty.
EMPTY_IN_DRAFT = 2
#: Team and analyst work from nine to five; minutes of the day.
OFFICE_HOURS = (9 * 60, 17 * 60)


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a month. to: the state it comes to; entries: what stood in the form then.

    about: the code of the value that is asked about. reason: of a correction that is sent.
    """

    to: str
    at: datetime
    entries: tuple[rules.TypedEntry, ...] = ()
    comment: str = ""
    about: str = ""
    answer: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ToldMonth:
    """One month of one area and its moves in order; without moves it is not started."""

    number: int
    month: date
    moves: tuple[Move, ...]


def latest_month_told(today: date) -> date:
    """Month 24 of a demonstration that is made today: the month before last.

    The stories ask for the latest month whose due date has passed. From that date to the end of a calendar month
    this would leave the month after it unfinished, and nobody could hand one over: so it is the one before.
    """
    return shifted(today.replace(day=1), -2)


def first_month(stories: Story, today: date) -> date:
    """Month 1 of a demonstration that is made today."""
    return shifted(latest_month_told(today), 1 - stories["calendar"]["months"])


def months_told(
    stories: Story, story: Story, first: date, definitions: Mapping[str, rules.Definition], now: datetime
) -> list[ToldMonth]:
    """What an area did, month by month: those that were handed over, and the one after them if it is begun.

    definitions: of every measure in the story, by code. now: the moment of generation, with its time zone.
    """
    last: int = stories["calendar"]["months"]
    drawn = draw(stories["generator"]["seed"], story, first, definitions, last + 1)
    stream = stream_of(stories["generator"]["seed"], story["area"], "moves")
    told = []
    for number in range(1, last + 1):
        month = shifted(first, number - 1)
        entries = entries_of(story, drawn, number)
        if number <= last_month_uploaded(story):
            moves = uploaded(story, shifted(first, last_month_uploaded(story) - 1), entries, now)
        else:
            moves = hand_over(story, number, month, entries, stream, now)
        if number >= story["reports_from_month"]:
            told.append(ToldMonth(number, month, moves))
    if any(part["type"] == "draft_only" and part["month"] == last + 1 for part in story["workflow"]):
        begun = entries_of(story, drawn, last + 1)[:-EMPTY_IN_DRAFT]
        yesterday = at_office_hours(now.astimezone(LONDON).date() - timedelta(days=1), stream)
        told.append(ToldMonth(last + 1, shifted(first, last), (Move("draft", yesterday, begun),)))
    return told


# The numbers


def stream_of(seed: int, area: str, name: str) -> Random:
    return Random(f"{seed}/{area}/{name}")  # noqa: S311 - to be the same each time, not to be secret


def draw(
    seed: int, story: Story, first: date, definitions: Mapping[str, rules.Definition], months: int
) -> dict[str, list[rules.Numbers]]:
    """The numbers of each series from month 1 on, whether they are reported or not."""
    area = story["area"]
    groups = {
        name: poissons(stream_of(seed, area, name), group["mean"], months) for name, group in story["groups"].items()
    }
    drawn: dict[str, list[rules.Numbers]] = {}
    waits: dict[str, list[list[int]]] = {}
    for series in story["series"]:
        code = series["code"]
        stream = stream_of(seed, area, code)
        drawn[code] = []
        for number, level in enumerate(levels(series, first, months), start=1):
            denominator = drawn_denominator(series.get("denominator") or {}, number, stream, groups, drawn)
            if series["noise"] == "lognormal_waits":
                waited = [round(stream.lognormvariate(log(level), series["sigma"])) for _ in range(denominator or 0)]
                waits.setdefault(code, []).append(waited)
                value = Decimal(str(median(waited))) if waited else None
                drawn[code].append(rules.Numbers(None, denominator, value))
                continue
            if series["noise"] == "share_of_waits":
                waited = waits[series["denominator"]["from_series"]][number - 1]
                numerator = sum(days <= series["within_days"] for days in waited)
            elif series["noise"] == "cumulative_share":
                numerator = trained(level, denominator or 0, drawn[code], stream)
            else:
                numerator = drawn_numerator(series, level, denominator or 0, definitions[code], stream)
            drawn[code].append(rules.Numbers(Decimal(numerator), denominator, None))
    for part in story["workflow"]:
        if part["type"] == "correction":  # hand_over puts the wrong one into the first revision
            months_of_code, index = drawn[part["code"]], part["month"] - 1
            months_of_code[index] = replace(months_of_code[index], **{part["field"]: Decimal(part["right"])})
    return drawn


def levels(series: Story, first: date, months: int) -> list[float]:
    """The level of each month: the series' own, changed by its effects in order. share_of_waits has none (0)."""
    found = [float(series["level"] or 0)] * months
    for effect in series["effects"]:
        if effect["type"] == "outlier":
            found[effect["month"] - 1] = effect["level"]
            continue
        if effect["type"] == "seasonal":
            factors = effect["factor_by_calendar_month"]
            found = [level * factors.get(shifted(first, row).month, 1) for row, level in enumerate(found)]
            continue
        start, stop = effect["from_month"] - 1, (effect["to_month"] or months) - 1
        if effect["type"] == "step":
            found[start : stop + 1] = [effect["level"]] * len(found[start : stop + 1])
        elif effect["type"] == "trend":
            rise = (effect["level"] - found[start]) / (stop - start)
            line = [found[start] + rise * min(row - start, stop - start) for row in range(start, months)]
            found[start:] = line
        else:
            raise ValueError(f"unknown effect: {effect['type']}")
    return found


def drawn_denominator(
    given: Story,
    number: int,
    stream: Random,
    groups: Mapping[str, Sequence[int]],
    drawn: Mapping[str, Sequence[rules.Numbers]],
) -> int | None:
    """The denominator of month `number`; None for a measure without one."""
    match given:
        case {"group": name}:
            return groups[name][number - 1]
        case {"from_series": code}:
            other = drawn[code][number - 1]
            return int(other.numerator or 0) if other.denominator is None else other.denominator
        case {"mean": mean}:
            return poisson(stream, mean)
        case {"fixed": people}:
            return int(people)
        case {"plan": steps}:
            return int([step["fixed"] for step in steps if step["from_month"] <= number][-1])
    return None


def drawn_numerator(series: Story, level: float, denominator: int, definition: rules.Definition, stream: Random) -> int:
    match series["noise"]:
        case "binomial":
            return sum(stream.random() < level for _ in range(denominator))
        case "poisson" if definition.kind == rules.RATE:
            return poisson(stream, level * denominator / (definition.rate_multiplier or 1))
        case "poisson":
            return poisson(stream, level)
        case "negative_binomial":
            shape = series["dispersion"]
            return poisson(stream, level * stream.gammavariate(shape, 1 / shape))
        case "normal_scores":
            lowest, highest = int(definition.value_min or 0), int(definition.value_max or 0)
            scores = [round(stream.gauss(level, series["sd"])) for _ in range(denominator)]
            return sum(min(max(score, lowest), highest) for score in scores)
    raise ValueError(f"unknown noise: {series['noise']}")


def trained(level: float, denominator: int, before: Sequence[rules.Numbers], stream: Random) -> int:
    """Staff trained so far: never fewer than the month before, as long as the same staff are counted."""
    lowest = int(before[-1].numerator or 0) if before and before[-1].denominator == denominator else 0
    return min(max(round(stream.gauss(level * denominator, SPREAD_OF_A_SHARE)), lowest), denominator)


def poisson(stream: Random, mean: float) -> int:
    """How many arrivals fall into a stretch of time, where one is expected per unit."""
    arrivals, clock = 0, stream.expovariate(1)
    while clock < mean:
        arrivals += 1
        clock += stream.expovariate(1)
    return arrivals


def poissons(stream: Random, mean: float, months: int) -> list[int]:
    return [poisson(stream, mean) for _ in range(months)]


# The months


def entries_of(story: Story, drawn: Mapping[str, Sequence[rules.Numbers]], number: int) -> tuple[rules.TypedEntry, ...]:
    """What the team typed for month `number`, in the order of the story: numbers and notes, or why there are none."""
    missing = {
        code: part
        for part in story["missing"]
        if part["month"] == number
        for code in (drawn if part["codes"] == "all" else part["codes"])
    }
    notes = {
        part["code"]: part["note"]
        for part in story["workflow"]
        if part["type"] == "query_answered" and part["month"] == number
    }
    return tuple(
        rules.TypedEntry(code, reason=missing[code]["reason"], note=missing[code]["note"] or "")
        if code in missing
        else typed(code, months[number - 1], notes.get(code, ""))
        for code, months in drawn.items()
    )


def typed(code: str, numbers: rules.Numbers, note: str) -> rules.TypedEntry:
    numerator, denominator, value = (
        "" if number is None else rules.plain(number)
        for number in (numbers.numerator, numbers.denominator, numbers.value)
    )
    return rules.TypedEntry(code, numerator=numerator, denominator=denominator, value=value, note=note)


def hand_over(
    story: Story,
    number: int,
    month: date,
    entries: tuple[rules.TypedEntry, ...],
    stream: Random,
    now: datetime,
) -> tuple[Move, ...]:
    """From the first draft to acceptance, shortly before the due date unless the story says late."""
    parts = {part["type"]: part for part in story["workflow"] if number in part.get("months", [part.get("month")])}
    right = entries
    if correction := parts.get("correction"):
        wrong = {correction["field"]: str(correction["wrong"])}
        entries = tuple(replace(entry, **wrong) if entry.code == correction["code"] else entry for entry in entries)
    days_after_due = -stream.randint(0, EARLIEST_BEFORE_DUE)
    if "late" in parts:
        days_after_due = parts["late"]["days_after_due"]
    day = reporting_calendar.due_on(month) + timedelta(days=days_after_due)
    moves = [
        Move("draft", at_office_hours(day - timedelta(days=stream.randint(1, 3)), stream), entries),
        Move("submitted", at_office_hours(day, stream), entries),
    ]
    verdict = at_office_hours(working_days_later(day, stream.randint(1, 4)), stream)
    if returned := parts.get("returned"):
        day = verdict.date() + timedelta(days=returned["resubmitted_after_days"])
        moves += [
            Move("returned", verdict, comment=returned["comment"], about=returned["code"]),
            Move("submitted", at_office_hours(day, stream), entries, answer=returned["note"]),
        ]
        verdict = at_office_hours(working_days_later(day, stream.randint(1, 4)), stream)
    moves.append(Move("accepted", min(verdict, now)))
    if correction:
        moves += corrected(correction, shifted(month, correction["found_in_month"] - number), right)
    return tuple(moves)


def corrected(correction: Story, found_in: date, right: tuple[rules.TypedEntry, ...]) -> list[Move]:
    """What followed when the team found the mistake, shortly before a later month was due."""
    day = reporting_calendar.due_on(found_in) - timedelta(days=EARLIEST_BEFORE_DUE)
    begun, sent, accepted = (working_days_later(day, count) for count in (0, 1, 3))
    stream = stream_of(0, str(day), "correction")
    reason = correction["note"]
    return [
        Move("correcting", at_office_hours(begun, stream), comment=reason),
        Move("submitted", at_office_hours(sent, stream), right, reason=reason),
        Move("accepted", at_office_hours(accepted, stream)),
    ]


def last_month_uploaded(story: Story) -> int:
    """The last of the months that an area brought in one spreadsheet when it joined; 0 if it brought none."""
    return max((part["month"] for part in story["workflow"] if part["type"] == "history_upload"), default=0)


def uploaded(story: Story, last: date, entries: tuple[rules.TypedEntry, ...], now: datetime) -> tuple[Move, ...]:
    """What happened at once to each month of such a spreadsheet, shortly before its last month was due."""
    stream = stream_of(0, story["area"], "upload")
    day = reporting_calendar.due_on(last) - timedelta(days=EARLIEST_BEFORE_DUE)
    brought = at_office_hours(day, stream)
    accepted = at_office_hours(working_days_later(day, 2), stream)
    return (
        Move("draft", brought, entries),
        Move("submitted", brought + timedelta(minutes=10), entries),
        Move("accepted", min(accepted, now)),
    )


def working_days_later(day: date, count: int) -> date:
    for _ in range(count):
        day = reporting_calendar.next_working_day(day + timedelta(days=1))
    return day


def at_office_hours(day: date, stream: Random) -> datetime:
    hour, minute = divmod(stream.randrange(*OFFICE_HOURS), 60)
    return datetime.combine(day, time(hour, minute), tzinfo=LONDON)
