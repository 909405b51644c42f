"""The errors: what was typed, and what is wrong with it, so that the month cannot be handed over.

Each rule has a function of the same name whose arguments are named as in the rule's formula, and says its
message through `ERRORS`.

Nothing here refuses a draft: a draft keeps whatever was typed, and the same functions, called with
`submitting=False`, say what would stand in the way.

`today` is the date in London.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from measures.reporting_calendar import day_in_words, last_day, month_in_words

from .entries import (
    Definition,
    Numbers,
    TypedEntry,
    chosen_reason,
    clean,
    counted_unit,
    field_label,
    number,
    plain,
    quoted,
    rounded,
    sentence,
)
from .kinds import COUNT, EVERY_KIND, KINDS, MEAN_SCORE, MEDIAN_DAYS, PROPORTION, RATE
from .notes import what_names_a_person

#: Fewest characters of a note that explains a reason, spaces not counted.
SHORTEST_NOTE = 10
#: No number of people, visits or days in one month is larger.
TECHNICAL_LIMIT = Decimal(10_000_000)
TECHNICAL_LIMIT_OF_A_MEDIAN = Decimal(3_650)


@dataclass(frozen=True, slots=True)
class Rule:
    key: str
    title: str
    scope: str
    applies_to: tuple[str, ...]
    message: str


ERRORS: Mapping[str, Rule] = {
    rule.key: rule
    for rule in (
        Rule(
            "not_a_number",
            "Not a number",
            "field",
            EVERY_KIND,
            "Enter {field_label} as a number, for example 54. You entered “{entered}”.",
        ),
        Rule(
            "negative_number",
            "Below zero",
            "field",
            EVERY_KIND,
            "{field_label} cannot be less than 0. You entered {entered}.",
        ),
        Rule(
            "not_a_whole_number",
            "Not a whole number",
            "field",
            EVERY_KIND,
            "{field_label} counts {unit}, so it must be a whole number. You entered {entered}.",
        ),
        Rule(
            "median_not_in_half_steps",
            "Median not whole and not a half",
            "field",
            (MEDIAN_DAYS,),
            "A median of whole days is a whole number, or ends in .5 if the number of people is even. "
            "You entered {entered} for {denominator} people. Is it an average by mistake?",
        ),
        Rule(
            "missing_without_reason",
            "Nothing entered and no reason",
            "measure",
            EVERY_KIND,
            "Enter the numbers for {measure_name}, or say why there are none this month.",
        ),
        Rule(
            "part_missing",
            "One of two numbers missing",
            "measure",
            (PROPORTION, RATE, MEDIAN_DAYS, MEAN_SCORE),
            "{measure_name} needs two numbers: {first_label} and {denominator_label}. Only one was entered.",
        ),
        Rule(
            "reason_and_numbers",
            "Reason and numbers together",
            "measure",
            EVERY_KIND,
            "You entered numbers for {measure_name} and also chose “{reason_label}”. Keep one of the two.",
        ),
        Rule(
            "reason_needs_note",
            "Reason without its note",
            "measure",
            EVERY_KIND,
            "Please say in a few words why there is no data for {measure_name} ({reason_label}).",
        ),
        Rule(
            "numerator_above_denominator",
            "Part larger than the whole",
            "measure",
            (PROPORTION,),
            "{numerator} out of {denominator} is more than everyone. For {measure_name} the first number is part "
            "of the second: check both, or whether they were swapped.",
        ),
        Rule(
            "nothing_to_divide_by",
            "Numbers but nobody in the group",
            "measure",
            (RATE, MEAN_SCORE, MEDIAN_DAYS),
            "You entered {first} for {measure_name}, but 0 for {denominator_label}. If there was nobody, both are 0.",
        ),
        Rule(
            "score_out_of_range",
            "Mean score outside the scale",
            "measure",
            (MEAN_SCORE,),
            "{numerator} divided by {denominator} is {mean}. {measure_name} can only lie between {value_min} and "
            "{value_max}. Did you enter a mean where the sum is asked for?",
        ),
        Rule(
            "above_technical_limit",
            "Impossibly large",
            "field",
            EVERY_KIND,
            "{entered} is too large for {field_label}. Check for extra digits.",
        ),
        Rule(
            "future_month",
            "Month not over yet",
            "submission",
            EVERY_KIND,
            "{month_name} is not over yet. You can save a draft now and submit from {first_possible_date}.",
        ),
        Rule(
            "follow_up_still_open",
            "Follow-up time not over",
            "measure",
            EVERY_KIND,
            "{measure_name} looks {lag_days} days ahead, so the numbers for {month_name} can only be complete on "
            "{complete_date}. Submit after that, or choose “Not due yet”.",
        ),
        Rule(
            "before_measure_began",
            "Before the measure began",
            "measure",
            EVERY_KIND,
            "{measure_name} began in {valid_from_month}. Numbers for {month_name} cannot be entered.",
        ),
        Rule(
            "measure_not_assigned",
            "Measure not asked of this area",
            "measure",
            EVERY_KIND,
            "{area_name} does not report {measure_code} {measure_name} in {month_name}. Ask NCISH if it should.",
        ),
        Rule(  # spreadsheets.py has the rows
            "row_twice",
            "The same row twice",
            "file",
            EVERY_KIND,
            "{measure_code} for {month_name} is in the file twice: rows {row_a} and {row_b}. Keep one.",
        ),
        Rule(
            "shared_denominator_differs",
            "Same group, different numbers",
            "submission",
            (PROPORTION, MEDIAN_DAYS),
            "{measure_a} and {measure_b} both count “{group_label}”, but you entered {denominator_a} and "
            "{denominator_b}. They should be the same number.",
        ),
        Rule(
            "note_names_a_person",
            "Note that could identify someone",
            "note",
            EVERY_KIND,
            "Your note seems to contain {what}. Please take it out: this portal holds totals only, and nothing about "
            "any one person.",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One rule that fired. field is numerator, denominator, value, no_data_reason, note, or "" for the whole
    measure; code is "" where the whole month is meant."""

    rule: str
    code: str
    field: str
    message: str


# One function a rule, named by its key: True if it fires


def not_a_number(text: str) -> bool:
    return number(text) is None


def negative_number(x: Decimal) -> bool:
    return x < 0


def not_a_whole_number(x: Decimal) -> bool:
    return x != x.to_integral_value()


def above_technical_limit(x: Decimal, limit: Decimal) -> bool:
    return x > limit


def median_not_in_half_steps(value: Decimal, denominator: Decimal | int) -> bool:
    if int(denominator) % 2:
        return value != value.to_integral_value()
    return 2 * value != (2 * value).to_integral_value()


def missing_without_reason(fields: Iterable[object | None], no_data_reason: object | None, submitting: bool) -> bool:
    return submitting and no_data_reason is None and all(field is None for field in fields)


def part_missing(kind: str, first: Decimal | None, denominator: Decimal | int | None, submitting: bool) -> bool:
    nobody_was_seen = kind == MEDIAN_DAYS and denominator == 0
    return submitting and (first is None) != (denominator is None) and not nobody_was_seen


def reason_and_numbers(fields: Iterable[object | None], no_data_reason: object | None) -> bool:
    return no_data_reason is not None and any(field is not None for field in fields)


def reason_needs_note(note_required: bool, note: str, submitting: bool) -> bool:
    return submitting and note_required and len("".join(note.split())) < SHORTEST_NOTE


def numerator_above_denominator(numerator: Decimal, denominator: Decimal | int) -> bool:
    return numerator > denominator


def nothing_to_divide_by(first: Decimal, denominator: Decimal | int) -> bool:
    return denominator == 0 and first > 0


def score_out_of_range(
    numerator: Decimal, denominator: Decimal | int, value_min: Decimal | None, value_max: Decimal | None
) -> bool:
    too_low = value_min is not None and numerator < value_min * denominator
    too_high = value_max is not None and numerator > value_max * denominator
    return denominator > 0 and (too_low or too_high)


def future_month(last_day: date, today: date) -> bool:
    return last_day >= today


def follow_up_still_open(last_day: date, today: date, reporting_lag_days: int) -> bool:
    return reporting_lag_days > 0 and (today - last_day).days <= reporting_lag_days


def before_measure_began(month: date, valid_from: date) -> bool:
    return (month.year, month.month) < (valid_from.year, valid_from.month)


def measure_not_assigned(code: str, assigned: Iterable[str]) -> bool:
    return code not in assigned


def shared_denominator_differs(denominators: Iterable[Decimal | int | None]) -> bool:
    return len({denominator for denominator in denominators if denominator is not None}) > 1


def problem(rule: str, code: str, field: str, **words: object) -> Problem:
    return Problem(rule=rule, code=code, field=field, message=sentence(ERRORS[rule].message.format(**words)))


def mean_outside_range(mean: Decimal, definition: Definition) -> Decimal:
    """With as many decimals as show that it lies outside: 40.0 would not, where 40.02 is meant."""
    for decimals in range(definition.decimals, definition.decimals + 6):
        shown = rounded(mean, decimals)
        if score_out_of_range(shown, 1, definition.value_min, definition.value_max):
            return shown
    return mean


def parsed(entry: TypedEntry, definition: Definition) -> Numbers | None:
    """The numbers of an entry, to be frozen; None if a field holds something that its column could not."""
    if field_errors(entry, definition):
        return None
    read = {field: number(entry.typed(field)) for field in KINDS[definition.kind].entry_fields}
    denominator = read.get("denominator")
    return Numbers(
        numerator=read.get("numerator"),
        denominator=None if denominator is None else int(denominator),
        value=read.get("value"),
    )


# Applying the rules


def field_errors(entry: TypedEntry, definition: Definition) -> list[Problem]:
    """What is wrong with a single number, one problem a field; whether a draft or a submission makes no difference."""
    kind = KINDS[definition.kind]
    problems: list[Problem] = []
    sound: dict[str, Decimal] = {}
    for field in kind.entry_fields:
        text = entry.typed(field)
        if not clean(text):
            continue
        found = number_error(text, definition, field)
        if found:
            problems.append(found)
        elif (x := number(text)) is not None:
            sound[field] = x
    if (
        kind.key == MEDIAN_DAYS
        and "value" in sound
        and "denominator" in sound
        and median_not_in_half_steps(sound["value"], sound["denominator"])
    ):
        problems.append(
            problem(
                "median_not_in_half_steps",
                definition.code,
                "value",
                entered=quoted(entry.value),
                denominator=quoted(entry.denominator),
            )
        )
    return problems


def number_error(text: str, definition: Definition, field: str) -> Problem | None:
    kind = KINDS[definition.kind]
    label = field_label(definition, field)
    entered = quoted(text)
    x = number(text)
    if x is None:
        return problem("not_a_number", definition.code, field, field_label=label, entered=entered)
    # A scale may reach below zero; then score_out_of_range judges the sum.
    may_be_negative = (
        kind.key == MEAN_SCORE and field == "numerator" and (definition.value_min is None or definition.value_min < 0)
    )
    if negative_number(x) and not may_be_negative:
        return problem("negative_number", definition.code, field, field_label=label, entered=entered)
    limit = TECHNICAL_LIMIT_OF_A_MEDIAN if field == "value" else TECHNICAL_LIMIT
    if above_technical_limit(x, limit):
        return problem("above_technical_limit", definition.code, field, field_label=label, entered=entered)
    if field in kind.whole_numbers and not_a_whole_number(x):
        unit = counted_unit(definition, field)
        return problem("not_a_whole_number", definition.code, field, field_label=label, unit=unit, entered=entered)
    return None


def measure_errors(
    entry: TypedEntry, definition: Definition, *, month: date, today: date, submitting: bool
) -> list[Problem]:
    """What is wrong with a measure whose single numbers are sound."""
    code, name, kind = definition.code, definition.measure_name, KINDS[definition.kind]
    if before_measure_began(month, definition.first_valid_from):
        # Alone: nothing that could be typed here would be right.
        return [
            problem(
                "before_measure_began",
                code,
                "",
                measure_name=name,
                valid_from_month=month_in_words(definition.first_valid_from),
                month_name=month_in_words(month),
            )
        ]

    fields = [number(entry.typed(field)) for field in kind.entry_fields]
    problems = gap_errors(entry, definition, fields, submitting=submitting)
    if len(fields) > 1 and fields[0] is not None and fields[1] is not None:
        problems += pair_errors(entry, definition, fields[0], fields[1])
    if (
        submitting
        and any(field is not None for field in fields)
        and follow_up_still_open(last_day(month), today, definition.reporting_lag_days)
    ):
        problems.append(
            problem(
                "follow_up_still_open",
                code,
                "",
                measure_name=name,
                lag_days=definition.reporting_lag_days,
                month_name=month_in_words(month),
                complete_date=day_in_words(last_day(month) + timedelta(days=definition.reporting_lag_days)),
            )
        )
    return problems


def gap_errors(
    entry: TypedEntry, definition: Definition, fields: Sequence[Decimal | None], *, submitting: bool
) -> list[Problem]:
    """What is wrong between the numbers that a measure lacks and the reason for that."""
    code, name, kind = definition.code, definition.measure_name, KINDS[definition.kind]
    reason = chosen_reason(entry)
    problems: list[Problem] = []
    if missing_without_reason(fields, reason, submitting):
        problems.append(problem("missing_without_reason", code, "", measure_name=name))
    if kind.key != COUNT and part_missing(kind.key, fields[0], fields[1], submitting):
        problems.append(
            problem(
                "part_missing",
                code,
                kind.first if fields[0] is None else "denominator",
                measure_name=name,
                first_label=field_label(definition, kind.first),
                denominator_label=field_label(definition, "denominator"),
            )
        )
    if reason is not None:
        words = {"measure_name": name, "reason_label": reason.label}
        if reason_and_numbers(fields, reason):
            problems.append(problem("reason_and_numbers", code, "no_data_reason", **words))
        if reason_needs_note(reason.note_required, entry.note, submitting):
            problems.append(problem("reason_needs_note", code, "note", **words))
    return problems


def pair_errors(entry: TypedEntry, definition: Definition, first: Decimal, denominator: Decimal) -> list[Problem]:
    """What is wrong between the two numbers of a measure."""
    code, name, kind = definition.code, definition.measure_name, KINDS[definition.kind]
    typed_first, typed_denominator = quoted(entry.typed(kind.first)), quoted(entry.denominator)
    if kind.key == PROPORTION:
        if numerator_above_denominator(first, denominator):
            return [
                problem(
                    "numerator_above_denominator",
                    code,
                    "numerator",
                    numerator=typed_first,
                    denominator=typed_denominator,
                    measure_name=name,
                )
            ]
        return []
    if nothing_to_divide_by(first, denominator):
        return [
            problem(
                "nothing_to_divide_by",
                code,
                "denominator",
                first=typed_first,
                measure_name=name,
                denominator_label=field_label(definition, "denominator"),
            )
        ]
    if kind.key == MEAN_SCORE and score_out_of_range(first, denominator, definition.value_min, definition.value_max):
        return [
            problem(
                "score_out_of_range",
                code,
                "numerator",
                numerator=typed_first,
                denominator=typed_denominator,
                mean=mean_outside_range(first / denominator, definition),
                measure_name=name,
                value_min=plain(definition.value_min),
                value_max=plain(definition.value_max),
            )
        ]
    return []


def note_refused(text: str, month: date) -> str:
    """Why a note of this month must not be kept; empty if it may. What was written is not repeated."""
    what = what_names_a_person(text, month)
    return ERRORS["note_names_a_person"].message.format(what=what) if what else ""


def note_errors(entries: Iterable[TypedEntry], month: date) -> list[Problem]:
    """The notes that must not be kept, not even in a draft."""
    return [
        Problem("note_names_a_person", entry.code, "note", refused)
        for entry in entries
        if (refused := note_refused(entry.note, month))
    ]


def errors_of_measure(
    entry: TypedEntry, definition: Definition, *, month: date, today: date, submitting: bool
) -> list[Problem]:
    """Field errors; without any, the errors of the measure. What is wrong with the note comes last, in any case."""
    of_numbers = field_errors(entry, definition) or measure_errors(
        entry, definition, month=month, today=today, submitting=submitting
    )
    return of_numbers + note_errors([entry], month)


def errors_of_month(
    entries: Sequence[TypedEntry],
    definitions: Sequence[Definition],
    *,
    month: date,
    today: date,
    submitting: bool,
    area_name: str,
    other_measures: Mapping[str, str] | None = None,
) -> list[Problem]:
    """Everything that stands in the way of an area's month: fields first, then measures, the month, notes.

    entries: one a measure at most. definitions: the measures that the area reports in the month, in the order of the
    answer; one without an entry counts as left empty.
    other_measures: names, by code, of the measures it does not report, for the message about such an entry.
    """
    assigned = {definition.code: definition for definition in definitions}
    given = {entry.code: entry for entry in entries}
    of_fields: list[Problem] = []
    of_measures: list[Problem] = []
    sound: list[tuple[TypedEntry, Definition]] = []
    for code, definition in assigned.items():
        entry = given.get(code, TypedEntry(code))
        if found := field_errors(entry, definition):
            of_fields += found
            continue
        of_measures += measure_errors(entry, definition, month=month, today=today, submitting=submitting)
        sound.append((entry, definition))
    of_measures += not_assigned_errors(entries, assigned, month=month, area_name=area_name, names=other_measures or {})
    of_month = shared_denominator_errors(sound)
    if submitting:
        of_month += future_month_errors(month, today)
    return of_fields + of_measures + of_month + note_errors((given[code] for code in assigned if code in given), month)


def not_assigned_errors(
    entries: Iterable[TypedEntry],
    assigned: Mapping[str, Definition],
    *,
    month: date,
    area_name: str,
    names: Mapping[str, str],
) -> list[Problem]:
    """A problem for each measure that the area does not report and that something was typed for."""
    return [
        problem(
            "measure_not_assigned",
            entry.code,
            "",
            area_name=area_name,
            measure_code=quoted(entry.code),
            measure_name=names.get(entry.code, ""),
            month_name=month_in_words(month),
        )
        for entry in entries
        if measure_not_assigned(entry.code, assigned) and not entry.is_blank
    ]


def future_month_errors(month: date, today: date) -> list[Problem]:
    """A problem if the month is not over."""
    if not future_month(last_day(month), today):
        return []
    first_possible = day_in_words(last_day(month) + timedelta(days=1))
    return [problem("future_month", "", "", month_name=month_in_words(month), first_possible_date=first_possible)]


def shared_denominator_errors(pairs: Iterable[tuple[TypedEntry, Definition]]) -> list[Problem]:
    """A problem for each measure whose group differs from that of the first measure which counts the same group."""
    groups: dict[str, list[tuple[TypedEntry, Definition]]] = {}
    for entry, definition in pairs:
        counts_a_group = definition.denominator_group and definition.kind in (PROPORTION, MEDIAN_DAYS)
        if counts_a_group and chosen_reason(entry) is None and number(entry.denominator) is not None:
            groups.setdefault(definition.denominator_group, []).append((entry, definition))
    problems = []
    for (entry_a, a), *others in groups.values():
        for entry_b, b in others:
            if shared_denominator_differs([number(entry_a.denominator), number(entry_b.denominator)]):
                problems.append(
                    problem(
                        "shared_denominator_differs",
                        b.code,
                        "denominator",
                        measure_a=a.measure_name,
                        measure_b=b.measure_name,
                        group_label=a.denominator_group_label,
                        denominator_a=quoted(entry_a.denominator),
                        denominator_b=quoted(entry_b.denominator),
                    )
                )
    return problems
