"""The rules of data entry that stop a month: what was typed, and what is wrong with it.

The wording, thresholds and order are those of fixtures/validation_rules.yaml; a test compares the two.
Each rule has a test of the same name whose arguments are named as in the rule's formula, and says its
message through `ERRORS`. The rules of a note and of a file live where notes and files are read.

Nothing here refuses a draft: a draft keeps whatever was typed, and the same functions, called with
`submitting=False`, say what would stand in the way.

Pure: no Django, no database, no clock. `today` is the date in London.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from measures.reporting_calendar import day_in_words, last_day, month_in_words


@dataclass(frozen=True, slots=True)
class KindOfMeasure:
    key: str
    label: str
    entry_fields: tuple[str, ...]
    whole_numbers: tuple[str, ...]
    formula: str
    zero_denominator: str
    chart: tuple[str, ...]

    @property
    def first(self) -> str:
        """The first entry field: numerator, or value for a median."""
        return self.entry_fields[0]


PROPORTION, COUNT, RATE, MEDIAN_DAYS, MEAN_SCORE = "proportion", "count", "rate", "median_days", "mean_score"

KINDS: Mapping[str, KindOfMeasure] = {
    kind.key: kind
    for kind in (
        KindOfMeasure(
            key=PROPORTION,
            label="Percentage",
            entry_fields=("numerator", "denominator"),
            whole_numbers=("numerator", "denominator"),
            formula="100 * numerator / denominator",
            zero_denominator="Allowed with numerator 0: nobody was in the group. "
            "The month then has no value and no point on the chart.",
            chart=("xmr", "p"),
        ),
        KindOfMeasure(
            key=COUNT,
            label="Number",
            entry_fields=("numerator",),
            whole_numbers=("numerator",),
            formula="numerator",
            zero_denominator="",
            chart=("xmr",),
        ),
        KindOfMeasure(
            key=RATE,
            label="Rate",
            entry_fields=("numerator", "denominator"),
            whole_numbers=("numerator", "denominator"),
            formula="rate_multiplier * numerator / denominator",
            zero_denominator="Allowed with numerator 0: no value that month.",
            chart=("u",),
        ),
        KindOfMeasure(
            key=MEDIAN_DAYS,
            label="Median in days",
            entry_fields=("value", "denominator"),
            whole_numbers=("denominator",),
            formula="value (worked out by the team); denominator is the number of people it is based on",
            zero_denominator="Allowed with the value left empty: nobody was seen.",
            chart=("xmr",),
        ),
        KindOfMeasure(
            key=MEAN_SCORE,
            label="Mean score",
            entry_fields=("numerator", "denominator"),
            whole_numbers=("denominator",),
            formula="numerator / denominator (sum of scores over number of forms)",
            zero_denominator="Allowed with numerator 0: no forms that month.",
            chart=("xmr",),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class ReasonForNoData:
    key: str
    label: str
    help: str
    note_required: bool
    asked_again_after_three_months: bool
    public_words: str
    order: int


NO_DATA_REASONS: Mapping[str, ReasonForNoData] = {
    reason.key: reason
    for reason in (
        ReasonForNoData(
            key="not_collected",
            label="Not collected this month",
            help="Nobody gathered the numbers, or the field was not filled in.",
            note_required=False,
            asked_again_after_three_months=True,
            public_words="not collected here",
            order=1,
        ),
        ReasonForNoData(
            key="system_down",
            label="System down or changed",
            help="The record system could not be reached, or was being replaced.",
            note_required=False,
            asked_again_after_three_months=True,
            public_words="not collected here",
            order=2,
        ),
        ReasonForNoData(
            key="service_not_running",
            label="Service not running",
            help="The service had not begun, was paused, or has closed.",
            note_required=True,
            asked_again_after_three_months=False,
            public_words="service not running",
            order=3,
        ),
        ReasonForNoData(
            key="too_late",
            label="Numbers came too late",
            help="Another organisation did not send its numbers in time. They can be added later.",
            note_required=False,
            asked_again_after_three_months=True,
            public_words="not sent",
            order=4,
        ),
        ReasonForNoData(
            key="not_due_yet",
            label="Not due yet",
            help="The follow-up time of this measure is not over. The portal reminds you when it is.",
            note_required=False,
            asked_again_after_three_months=False,
            public_words="not due yet",
            order=5,
        ),
        ReasonForNoData(
            key="being_checked",
            label="Numbers being checked",
            help="There are numbers, but the team does not trust them yet.",
            note_required=True,
            asked_again_after_three_months=True,
            public_words="not available yet",
            order=6,
        ),
        ReasonForNoData(
            key="other",
            label="Another reason",
            help="Please say which.",
            note_required=True,
            asked_again_after_three_months=True,
            public_words="not available yet",
            order=7,
        ),
    )
}

#: Fewest characters of a note that explains a reason, spaces not counted.
SHORTEST_NOTE = 10
#: No number of people, visits or days in one month is larger.
TECHNICAL_LIMIT = Decimal(10_000_000)
TECHNICAL_LIMIT_OF_A_MEDIAN = Decimal(3_650)
#: How much of what was typed a message repeats.
LONGEST_QUOTE = 60
#: A definition that is longer than this would bury the rest of its message.
LONGEST_LABEL = 100


@dataclass(frozen=True, slots=True)
class ErrorRule:
    key: str
    title: str
    scope: str
    applies_to: tuple[str, ...]
    message: str


EVERY_KIND = tuple(KINDS)

ERRORS: Mapping[str, ErrorRule] = {
    rule.key: rule
    for rule in (
        ErrorRule(
            "not_a_number",
            "Not a number",
            "field",
            EVERY_KIND,
            "Enter {field_label} as a number, for example 54. You entered “{entered}”.",
        ),
        ErrorRule(
            "negative_number",
            "Below zero",
            "field",
            EVERY_KIND,
            "{field_label} cannot be less than 0. You entered {entered}.",
        ),
        ErrorRule(
            "not_a_whole_number",
            "Not a whole number",
            "field",
            EVERY_KIND,
            "{field_label} counts {unit}, so it must be a whole number. You entered {entered}.",
        ),
        ErrorRule(
            "median_not_in_half_steps",
            "Median not whole and not a half",
            "field",
            (MEDIAN_DAYS,),
            "A median of whole days is a whole number, or ends in .5 if the number of people is even. "
            "You entered {entered} for {denominator} people. Is it an average by mistake?",
        ),
        ErrorRule(
            "missing_without_reason",
            "Nothing entered and no reason",
            "measure",
            EVERY_KIND,
            "Enter the numbers for {measure_name}, or say why there are none this month.",
        ),
        ErrorRule(
            "part_missing",
            "One of two numbers missing",
            "measure",
            (PROPORTION, RATE, MEDIAN_DAYS, MEAN_SCORE),
            "{measure_name} needs two numbers: {first_label} and {denominator_label}. Only one was entered.",
        ),
        ErrorRule(
            "reason_and_numbers",
            "Reason and numbers together",
            "measure",
            EVERY_KIND,
            "You entered numbers for {measure_name} and also chose “{reason_label}”. Keep one of the two.",
        ),
        ErrorRule(
            "reason_needs_note",
            "Reason without its note",
            "measure",
            EVERY_KIND,
            "Please say in a few words why there is no data for {measure_name} ({reason_label}).",
        ),
        ErrorRule(
            "numerator_above_denominator",
            "Part larger than the whole",
            "measure",
            (PROPORTION,),
            "{numerator} out of {denominator} is more than everyone. For {measure_name} the first number is part "
            "of the second: check both, or whether they were swapped.",
        ),
        ErrorRule(
            "nothing_to_divide_by",
            "Numbers but nobody in the group",
            "measure",
            (RATE, MEAN_SCORE, MEDIAN_DAYS),
            "You entered {first} for {measure_name}, but 0 for {denominator_label}. If there was nobody, both are 0.",
        ),
        ErrorRule(
            "score_out_of_range",
            "Mean score outside the scale",
            "measure",
            (MEAN_SCORE,),
            "{numerator} divided by {denominator} is {mean}. {measure_name} can only lie between {value_min} and "
            "{value_max}. Did you enter a mean where the sum is asked for?",
        ),
        ErrorRule(
            "above_technical_limit",
            "Impossibly large",
            "field",
            EVERY_KIND,
            "{entered} is too large for {field_label}. Check for extra digits.",
        ),
        ErrorRule(
            "future_month",
            "Month not over yet",
            "submission",
            EVERY_KIND,
            "{month_name} is not over yet. You can save a draft now and submit from {first_possible_date}.",
        ),
        ErrorRule(
            "follow_up_still_open",
            "Follow-up time not over",
            "measure",
            EVERY_KIND,
            "{measure_name} looks {lag_days} days ahead, so the numbers for {month_name} can only be complete on "
            "{complete_date}. Submit after that, or choose “Not due yet”.",
        ),
        ErrorRule(
            "before_measure_began",
            "Before the measure began",
            "measure",
            EVERY_KIND,
            "{measure_name} began in {valid_from_month}. Numbers for {month_name} cannot be entered.",
        ),
        ErrorRule(
            "measure_not_assigned",
            "Measure not asked of this area",
            "measure",
            EVERY_KIND,
            "{area_name} does not report {measure_code} {measure_name} in {month_name}. Ask NCISH if it should.",
        ),
        ErrorRule(
            "shared_denominator_differs",
            "Same group, different numbers",
            "submission",
            (PROPORTION, MEDIAN_DAYS),
            "{measure_a} and {measure_b} both count “{group_label}”, but you entered {denominator_a} and "
            "{denominator_b}. They should be the same number.",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class TypedEntry:
    """What a person typed for one measure of one month, as text. Fields that the kind does not ask for are ignored."""

    code: str
    numerator: str = ""
    denominator: str = ""
    value: str = ""
    reason: str = ""
    note: str = ""

    def typed(self, field: str) -> str:
        return {"numerator": self.numerator, "denominator": self.denominator, "value": self.value}[field]

    @property
    def is_blank(self) -> bool:
        return not any(text.strip() for text in (self.numerator, self.denominator, self.value, self.reason, self.note))


@dataclass(frozen=True, slots=True)
class Definition:
    """What the rules need to know of a measure, in the version that is valid in the month.

    The labels say what a field counts, as a phrase ("the number of people assessed") or as the dictionary's
    definition, of which the first sentence is used; where that is long or empty, the words of the kind stand in.
    first_valid_from is that of the measure's first version, and decides what is too early.
    """

    code: str
    measure_name: str
    kind: str
    unit: str
    first_valid_from: date
    numerator_label: str = ""
    denominator_label: str = ""
    value_min: Decimal | None = Decimal(0)
    value_max: Decimal | None = None
    denominator_group: str = ""
    denominator_group_label: str = ""
    reporting_lag_days: int = 0
    decimals: int = 0
    rate_multiplier: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One rule that fired. field is numerator, denominator, value, no_data_reason, note, or "" for the whole
    measure; code is "" where the whole month is meant."""

    rule: str
    code: str
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """What was typed, read: only the fields of the measure's kind, None where a field is empty."""

    numerator: Decimal | None
    denominator: int | None
    value: Decimal | None


# Reading what was typed

NUMBER = re.compile(r"-?[0-9]+([.][0-9]+)?")
# One separator throughout and no leading zero: "0,125" and "1 234,5" are somebody's decimal comma.
# The spaces are the plain, the no-break, the thin and the narrow no-break one.
GROUPED = re.compile(r"-?[1-9][0-9]{0,2}(,[0-9]{3}(,[0-9]{3})*|([ \u00a0\u2009\u202f][0-9]{3})+)([.][0-9]+)?")
SEPARATORS = re.compile("[, \u00a0\u2009\u202f]")


def clean(text: str) -> str:
    """Take out spaces at both ends, and spaces, thin spaces and commas between groups of three digits."""
    text = text.strip()
    return SEPARATORS.sub("", text) if GROUPED.fullmatch(text) else text


def number(text: str) -> Decimal | None:
    """What `text` says as a number; None for an empty text and for anything else."""
    cleaned = clean(text)
    if not NUMBER.fullmatch(cleaned):
        return None
    read = Decimal(cleaned)
    return read if read else abs(read)  # "-0" is 0


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


def chosen_reason(entry: TypedEntry) -> ReasonForNoData | None:
    return NO_DATA_REASONS.get(entry.reason.strip())


# What the numbers come to


def result(
    kind: str,
    numerator: Decimal | int | None,
    denominator: int | None,
    value: Decimal | None,
    rate_multiplier: int | None = None,
) -> Decimal | None:
    """The value by the kind's formula, not rounded; None if a number is missing or nobody was in the group.

    Raises ValueError for an unknown kind, and for a rate without its multiplier.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind of measure: {kind}")
    if kind == RATE and rate_multiplier is None:
        raise ValueError("a rate needs a multiplier, such as 100000")
    if kind == COUNT:
        return None if numerator is None else Decimal(numerator)
    if not denominator:
        return None
    if kind == MEDIAN_DAYS:
        return value
    if numerator is None:
        return None
    multiplier = {PROPORTION: 100, RATE: rate_multiplier, MEAN_SCORE: 1}[kind] or 1
    return multiplier * Decimal(numerator) / denominator


def rounded(value: Decimal, decimals: int) -> Decimal:
    """To the measure's decimals, halves away from zero."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


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


# The words of a message


def quoted(text: str) -> str:
    """What was typed, fit to be repeated in a message: trimmed, not endless, nothing invisible."""
    visible = "".join(character if character.isprintable() else "\ufffd" for character in text.strip())
    return visible if len(visible) <= LONGEST_QUOTE else visible[:LONGEST_QUOTE].rstrip() + "…"


def plain(number: Decimal | int | None) -> str:
    """40, not 4E+1 or 40.00."""
    if number is None:
        return "any number"
    text = f"{Decimal(number):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def field_label(definition: Definition, field: str) -> str:
    """What a field asks for, as a phrase within a sentence."""
    counted = counted_unit(definition, field)
    if definition.kind == COUNT:
        return f"the number of {counted}"
    given = {"numerator": definition.numerator_label, "denominator": definition.denominator_label}.get(field, "")
    phrase = first_sentence(given)
    if phrase and len(phrase) <= LONGEST_LABEL:
        # "GP letters" keeps its capitals, "The number" does not.
        return phrase if phrase[1:2].isupper() else phrase[0].lower() + phrase[1:]
    return {
        (PROPORTION, "numerator"): "the first number",
        (PROPORTION, "denominator"): f"the number of {counted} in the group",
        (RATE, "denominator"): "the size of the group",
        (MEDIAN_DAYS, "value"): "the median in days",
        (MEAN_SCORE, "numerator"): "the sum of the scores",
    }.get((definition.kind, field), f"the number of {counted}")


def first_sentence(text: str) -> str:
    """Without its full stop."""
    return re.split(r"[.](?:\s|$)", text.strip(), maxsplit=1)[0]


def counted_unit(definition: Definition, field: str) -> str:
    """What a field counts, in one or two words: people, appointments, visits."""
    unit = definition.unit
    if definition.kind == COUNT:
        return unit
    if definition.kind == RATE and field == "numerator" and " per " in unit:
        return unit.partition(" per ")[0]
    label = definition.denominator_label if field == "denominator" else definition.numerator_label
    if found := re.search(r"\bnumber of (?:different )?([a-z]+)", label):
        return found[1]
    if unit.startswith("% of "):
        return unit.removeprefix("% of ")
    return "forms" if definition.kind == MEAN_SCORE else "people"


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def problem(rule: str, code: str, field: str, **words: object) -> Problem:
    return Problem(rule=rule, code=code, field=field, message=sentence(ERRORS[rule].message.format(**words)))


def mean_outside_range(mean: Decimal, definition: Definition) -> Decimal:
    """With as many decimals as show that it lies outside: 40.0 would not, where 40.02 is meant."""
    for decimals in range(definition.decimals, definition.decimals + 6):
        shown = rounded(mean, decimals)
        if score_out_of_range(shown, 1, definition.value_min, definition.value_max):
            return shown
    return mean


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


def errors_of_measure(
    entry: TypedEntry, definition: Definition, *, month: date, today: date, submitting: bool
) -> list[Problem]:
    """Field errors; without any, the errors of the measure."""
    return field_errors(entry, definition) or measure_errors(
        entry, definition, month=month, today=today, submitting=submitting
    )


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
    """Everything that stands in the way of an area's month: fields first, then measures, then the month.

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
    of_measures += [
        problem(
            "measure_not_assigned",
            entry.code,
            "",
            area_name=area_name,
            measure_code=quoted(entry.code),
            measure_name=(other_measures or {}).get(entry.code, ""),
            month_name=month_in_words(month),
        )
        for entry in entries
        if measure_not_assigned(entry.code, assigned) and not entry.is_blank
    ]

    of_month = shared_denominator_errors(sound)
    if submitting and future_month(last_day(month), today):
        of_month.append(
            problem(
                "future_month",
                "",
                "",
                month_name=month_in_words(month),
                first_possible_date=day_in_words(last_day(month) + timedelta(days=1)),
            )
        )
    return of_fields + of_measures + of_month


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
