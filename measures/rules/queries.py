"""The queries: a number that may be right, and that somebody should look at once more.

Each rule has a function of the same name whose arguments are named as in the rule's formula, and says its message
through `QUERIES`. A query is answered with a tick and a note. Its fingerprint names rule, subject and value, so that
the answer is known again; measures of one group are asked about their shared denominator once.

No rule reaches across a change of definition: a History holds the months since the last one.
"""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from statistics import median

from measures import spc
from measures.reporting_calendar import month_in_words, next_month
from measures.sentences import number_text, with_sign, with_unit

from .entries import (
    Definition,
    Numbers,
    TypedEntry,
    chosen_reason,
    field_label,
    plain,
    quoted,
    result,
    rounded,
    sentence,
)
from .errors import Rule, errors_of_month, parsed
from .kinds import COUNT, EVERY_KIND, KINDS, MEAN_SCORE, MEDIAN_DAYS, NO_DATA_REASONS, PROPORTION, RATE
from .notes import note_may_describe_a_person
from .tails import Tails, binomial_tails, hypergeometric_tails

#: With so many earlier months process limits are drawn; with fewer, exact tails decide.
MONTHS_FOR_LIMITS = 24
MONTHS_FOR_TAILS = 3
#: What has a smaller chance than this is asked about.
UNLIKELY = 0.001
#: How many of the latest months count as lately, and how many of them there must be.
LATELY, LATELY_AT_LEAST = 6, 3
#: So many numbers must agree, or be round, before that is odd.
ENOUGH_NUMBERS = 6
MONTHS_WITHOUT_DATA = 3
#: A fingerprint repeats a value that is no longer than this.
LONGEST_VALUE = 60

COUNTED_KINDS = (PROPORTION, COUNT, RATE)
KINDS_WITH_DENOMINATOR = (PROPORTION, RATE, MEDIAN_DAYS, MEAN_SCORE)

QUERIES: Mapping[str, Rule] = {
    rule.key: rule
    for rule in (
        Rule(
            "outside_usual_range",
            "Outside your usual range",
            "measure",
            EVERY_KIND,
            "{value} is outside your usual range of {lower} to {upper} for {measure_name}. Is it right?",
        ),
        Rule(
            "unlikely_for_history",
            "Unlikely for so short a history",
            "measure",
            COUNTED_KINDS,
            "{entered} is far from your earlier months for {measure_name} (about {usual}). Is it right?",
        ),
        Rule(
            "drop_to_zero",
            "Drop to zero",
            "measure",
            COUNTED_KINDS,
            "You entered 0 for {measure_name}. In recent months it was about {recent}. Is it really 0, or is there "
            "no data this month?",
        ),
        Rule(
            "same_as_last_month",
            "Everything as last month",
            "submission",
            EVERY_KIND,
            "All {count} numbers are the same as in {last_month_name}. Was last month's form copied by mistake?",
        ),
        Rule(
            "denominator_changed_by_half",
            "Group size changed by more than half",
            "measure",
            KINDS_WITH_DENOMINATOR,
            "{denominator_label} went from {last} to {denominator}. Is it right? If the way of counting changed, "
            "please say so.",
        ),
        Rule(
            "count_far_above_last",
            "Much larger than last month",
            "measure",
            (COUNT,),
            "{x} is more than three times last month’s {last} for {measure_name}. Check for an extra digit. "
            "Is it right?",
        ),
        Rule(
            "all_of_them",
            "Everyone, for the first time",
            "measure",
            (PROPORTION,),
            "{numerator} out of {denominator} is 100%. It has been at most {recent_max}% lately. Is it right?",
        ),
        Rule(
            "linked_total_differs",
            "Two totals that should agree",
            "submission",
            COUNTED_KINDS,
            "{left_label} ({left}) and {right_label} ({right}) are usually the same number. Why do they differ?",
        ),
        Rule(
            "only_round_numbers",
            "Only round numbers",
            "submission",
            EVERY_KIND,
            "All your larger numbers end in 0. Are they counted or estimated?",
        ),
        Rule(
            "very_long_median",
            "Median longer than a year",
            "measure",
            (MEDIAN_DAYS,),
            "A median wait of {value} days is longer than a year. Is it in days?",
        ),
        Rule(
            "no_data_three_months",
            "No data for the third month",
            "measure",
            EVERY_KIND,
            "This is month {run_length} in a row without data for {measure_name}. When do you expect to have it again? "
            "NCISH may be able to help.",
        ),
        Rule(
            "large_correction",
            "Large correction of an accepted month",
            "measure",
            EVERY_KIND,
            "You changed {field_label} for {month_name} from {old} to {new}. Please say what was wrong, for everyone "
            "who has used the old number.",
        ),
        Rule(
            "note_may_describe_a_person",
            "Note that may describe someone",
            "note",
            EVERY_KIND,
            "Does your note describe one person? Please keep it to the service: no names, ages or dates of single "
            "people. Tick if it does not.",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class EarlierMonth:
    """What was handed over for one measure in an earlier month: its numbers, or the reason for having none."""

    month: date
    numbers: Numbers | None = None
    reason: str = ""
    accepted: bool = True


@dataclass(frozen=True, slots=True)
class History:
    """One measure's earlier months of the current phase, oldest first, without the month in hand.

    corrects: the accepted numbers of the month in hand itself, where there are any.
    """

    earlier: tuple[EarlierMonth, ...] = ()
    corrects: Numbers | None = None

    def with_months(self, more: Iterable[EarlierMonth]) -> "History":
        """With months that are to be handed over before the month in hand."""
        return replace(self, earlier=tuple(sorted((*self.earlier, *more), key=lambda past: past.month)))


@dataclass(frozen=True, slots=True)
class LinkedTotal:
    """Two fields, each as (code, field), that usually hold the same number."""

    left: tuple[str, str]
    right: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Query:
    """One rule that asks.

    code: the measure beside which it is asked, "" for the whole month; field as in Problem.
    about: the codes of all measures that share the answer. fingerprint: the same for the same rule, subject and
    value, and no other query of the month has it; fit for the name of a form field.
    """

    rule: str
    code: str
    field: str
    message: str
    fingerprint: str
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TypedAnswer:
    """What a person says to a query: a tick for "I have checked this", and a note."""

    fingerprint: str
    checked: bool = False
    note: str = ""

    @property
    def is_complete(self) -> bool:
        return self.checked and bool(self.note.strip())

    @property
    def is_blank(self) -> bool:
        return not self.checked and not self.note


@dataclass(frozen=True, slots=True)
class UsualRange:
    """Between which values a month is not asked about, and the sentence that says so beside the field."""

    lower: Decimal
    upper: Decimal
    sentence: str


# What the earlier months say


def earlier_numbers(history: History, field: str) -> list[Decimal]:
    """Every number of a field, accepted or submitted, oldest first."""
    found = [getattr(earlier.numbers, field) for earlier in history.earlier if earlier.numbers]
    return [Decimal(number) for number in found if number is not None]


def value_of(numbers: Numbers | None, definition: Definition) -> Decimal | None:
    if numbers is None:
        return None
    return result(definition.kind, numbers.numerator, numbers.denominator, numbers.value, definition.rate_multiplier)


def with_value(history: History, definition: Definition) -> list[tuple[EarlierMonth, Decimal]]:
    """The months that were handed over with a value, each with that value."""
    found = [(earlier, value_of(earlier.numbers, definition)) for earlier in history.earlier]
    return [(earlier, value) for earlier, value in found if value is not None]


def accepted_with_value(history: History, definition: Definition) -> list[tuple[EarlierMonth, Decimal]]:
    return [(earlier, value) for earlier, value in with_value(history, definition) if earlier.accepted]


def process_limits(past: Sequence[tuple[EarlierMonth, Decimal]]) -> tuple[float, float] | None:
    """The lower and the upper process limit as the chart draws them; None where nothing varies."""
    values = {earlier.month: float(value) for earlier, value in past}
    months = [min(values)]
    while months[-1] < max(values):
        months.append(next_month(months[-1]))
    chart = spc.xmr(months, [values.get(month) for month in months])
    lower, upper = chart["lpl"][-1], chart["upl"][-1]
    return None if lower is None or upper is None else (lower, upper)


@dataclass(frozen=True, slots=True)
class Totals:
    """What the earlier months add up to, to judge one more month by."""

    kind: str
    months: int
    numerator: int
    denominator: int

    def tails_of(self, x: int, denominator: int | None) -> Tails:
        """How likely a month is that has x or fewer, and x or more, if nothing has changed."""
        if self.kind == PROPORTION:
            size = denominator or 0
            return hypergeometric_tails(x, size, self.numerator + x, self.denominator + size)
        if self.kind == COUNT:
            return binomial_tails(x, self.numerator + x, 1 / (self.months + 1))
        size = denominator or 0
        return binomial_tails(x, self.numerator + x, size / (self.denominator + size))


def totals(past: Sequence[tuple[EarlierMonth, Decimal]], kind: str) -> Totals:
    numbers = [earlier.numbers for earlier, _ in past if earlier.numbers]
    return Totals(
        kind,
        len(numbers),
        sum(int(each.numerator or 0) for each in numbers),
        sum(each.denominator or 0 for each in numbers),
    )


# One function a rule, named by its key: True if it fires


def outside_usual_range(n_history: int, value: Decimal, lpl: Decimal, upl: Decimal) -> bool:
    return n_history >= MONTHS_FOR_LIMITS and not lpl <= value <= upl


def unlikely_for_history(
    kind: str,
    n_history: int,
    history_total: Decimal | int,
    x: Decimal | int,
    history_denominators: Decimal | int = 0,
    denominator: Decimal | int | None = None,
) -> bool:
    if not MONTHS_FOR_TAILS <= n_history < MONTHS_FOR_LIMITS:
        return False
    past = Totals(kind, int(n_history), int(history_total), int(history_denominators))
    return min(past.tails_of(int(x), None if denominator is None else int(denominator))) < UNLIKELY


def drop_to_zero(numerator: Decimal, recent: Sequence[Decimal]) -> bool:
    """recent: all earlier numerators."""
    lately = recent[-LATELY:]
    return numerator == 0 and len(lately) >= LATELY_AT_LEAST and median(lately) >= 5


def same_as_last_month(pairs: Sequence[tuple[Decimal | int, Decimal | int]]) -> bool:
    """pairs: each number of the month with last month's."""
    return all(x == last for x, last in pairs) and sum(x != 0 for x, _ in pairs) >= ENOUGH_NUMBERS


def denominator_changed_by_half(denominator: Decimal, last: Decimal) -> bool:
    if last <= 0 or 2 * abs(denominator - last) <= last:
        return False
    both = int(denominator + last)
    return binomial_tails(int(min(denominator, last)), both, 0.5).lower < UNLIKELY


def count_far_above_last(n_history: int, x: Decimal | int, last: Decimal | int) -> bool:
    return n_history < MONTHS_FOR_TAILS and 0 < 3 * last < x and x >= 20


def all_of_them(numerator: Decimal | int, denominator: Decimal | int, recent: Sequence[Decimal | int]) -> bool:
    """recent: all earlier values, in per cent."""
    lately = recent[-LATELY:]
    return numerator == denominator and denominator >= 20 and len(lately) >= LATELY_AT_LEAST and max(lately) <= 90


def linked_total_differs(left: Decimal | int | None, right: Decimal | int | None) -> bool:
    return left is not None and right is not None and left != right


def only_round_numbers(numbers: Iterable[Decimal | int]) -> bool:
    larger = [x for x in numbers if x >= 10]
    return len(larger) >= ENOUGH_NUMBERS and all(x % 10 == 0 for x in larger)


def very_long_median(value: Decimal | int) -> bool:
    return value > 365


def no_data_three_months(reasons: Sequence[str]) -> bool:
    """reasons: of this month and of the months just before it, the newest first."""
    return run_without_data(reasons) >= MONTHS_WITHOUT_DATA


def run_without_data(reasons: Iterable[str]) -> int:
    length = 0
    for reason in reasons:
        if reason not in NO_DATA_REASONS or not NO_DATA_REASONS[reason].asked_again_after_three_months:
            break
        length += 1
    return length


def large_correction(old: Decimal, new: Decimal) -> bool:
    changed = abs(new - old)
    return changed >= 5 and (old == 0 or new == 0 or 5 * changed > old)


# The words of a query


def value_text(value: Decimal, definition: Definition, decimals: int | None = None) -> str:
    """54%, 72 people, 16.1 attendances per 100,000 adults"""
    decimals = definition.decimals if decimals is None else decimals
    return with_unit(number_text(float(value), decimals), definition.unit)


def range_text(lower: Decimal, upper: Decimal, definition: Definition, decimals: int | None = None) -> tuple[str, str]:
    """Both ends as they are shown: not beyond what the measure can be, and rounded inwards, but not past each other."""
    lower = max(lower, definition.value_min if definition.value_min is not None else lower)
    upper = min(upper, Decimal(100) if definition.kind == PROPORTION else upper)
    fewest = definition.decimals if decimals is None else decimals
    for shown in range(fewest, fewest + 6):
        step = Decimal(1).scaleb(-shown)
        ends = lower.quantize(step, ROUND_CEILING), upper.quantize(step, ROUND_FLOOR)
        if ends[0] < ends[1] or lower == upper:
            break
    low, high = (with_sign(number_text(float(end), shown), definition.unit) for end in ends)
    return low, high


def enough_decimals(value: Decimal, lower: Decimal, upper: Decimal, definition: Definition) -> int:
    """As many as show that the value lies outside the range."""
    for decimals in range(definition.decimals, definition.decimals + 6):
        step = Decimal(1).scaleb(-decimals)
        shown = rounded(value, decimals)
        if shown < lower.quantize(step, ROUND_CEILING) or shown > upper.quantize(step, ROUND_FLOOR):
            return decimals
    return definition.decimals


def average_text(past: Totals, definition: Definition) -> str:
    """What the earlier months come to, taken together."""
    if past.kind == COUNT:
        mean = Decimal(past.numerator) / past.months
        return number_text(float(mean), 0 if mean >= 10 or mean == mean.to_integral_value() else 1)
    value = result(past.kind, past.numerator, past.denominator, None, definition.rate_multiplier)
    return with_sign(number_text(float(value or 0), definition.decimals), definition.unit)


def fingerprint(rule: str, subject: str, given: Iterable[Decimal | int | str | None]) -> str:
    value = "-".join(x if isinstance(x, str) else "" if x is None else plain(x) for x in given)
    # A number can have a hundred decimals.
    return "-".join(filter(None, [rule, subject, value if len(value) <= LONGEST_VALUE else digest([value])]))


def digest(texts: Iterable[str]) -> str:
    """Short, whatever it stands for, and nothing can be read from it."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def query(
    rule: str, code: str, field: str, *, given: Sequence[Decimal | int | str | None], subject: str = "", **words: object
) -> Query:
    message = sentence(QUERIES[rule].message.format(**words))
    return Query(rule, code, field, message, fingerprint(rule, subject or code, given), (code,) if code else ())


# Applying the rules


def queries_of_measure(
    entry: TypedEntry,
    definition: Definition,
    history: History = History(),
    *,
    month: date,
) -> list[Query]:
    """What is asked about one measure by itself, in which no error stands."""
    numbers = parsed(entry, definition)
    if numbers is None:
        return []
    return [
        *range_queries(numbers, definition, history),
        *pair_queries(numbers, definition, history),
        *gap_queries(entry, definition, history, month),
        *correction_queries(numbers, definition, history, month),
        *note_queries(entry, definition, month),
    ]


def range_queries(numbers: Numbers, definition: Definition, history: History) -> list[Query]:
    """Is the value far from what it was? By limits, by exact tails, or by last month's alone: one of the three."""
    value = value_of(numbers, definition)
    past = accepted_with_value(history, definition)
    if value is None:
        return []
    if len(past) >= MONTHS_FOR_LIMITS:
        return limit_queries(value, numbers, definition, past)
    if numbers.numerator is None or definition.kind not in COUNTED_KINDS:
        return []
    if len(past) >= MONTHS_FOR_TAILS:
        return tail_queries(value, numbers.numerator, numbers, definition, past)
    return last_month_queries(numbers.numerator, numbers, definition, history, len(past))


def given_numbers(numbers: Numbers, definition: Definition) -> list[Decimal | int | None]:
    """What the kind asks for, as it was given: by this an answered query is known again."""
    return [getattr(numbers, field) for field in KINDS[definition.kind].entry_fields]


def limit_queries(
    value: Decimal, numbers: Numbers, definition: Definition, past: Sequence[tuple[EarlierMonth, Decimal]]
) -> list[Query]:
    limits = process_limits(past)
    if limits is None:
        return []
    lower, upper = map(Decimal, limits)
    if not outside_usual_range(len(past), value, lower, upper):
        return []
    decimals = enough_decimals(value, lower, upper, definition)
    ends = range_text(lower, upper, definition, decimals)
    return [
        query(
            "outside_usual_range",
            definition.code,
            KINDS[definition.kind].first,
            given=given_numbers(numbers, definition),
            value=value_text(value, definition, decimals),
            lower=ends[0],
            upper=ends[1],
            measure_name=definition.measure_name,
        )
    ]


def tail_queries(
    value: Decimal, x: Decimal, numbers: Numbers, definition: Definition, past: Sequence[tuple[EarlierMonth, Decimal]]
) -> list[Query]:
    kind, total = definition.kind, totals(past, definition.kind)
    if not unlikely_for_history(kind, total.months, total.numerator, x, total.denominator, numbers.denominator):
        return []
    entered = value_text(value, definition)
    if kind == PROPORTION:
        entered = f"{plain(x)} out of {plain(numbers.denominator)} ({entered})"
    return [
        query(
            "unlikely_for_history",
            definition.code,
            KINDS[kind].first,
            given=given_numbers(numbers, definition),
            entered=entered,
            usual=average_text(total, definition),
            measure_name=definition.measure_name,
        )
    ]


def last_month_queries(
    x: Decimal, numbers: Numbers, definition: Definition, history: History, months: int
) -> list[Query]:
    before = earlier_numbers(history, "numerator")
    if definition.kind != COUNT or not before or not count_far_above_last(months, x, before[-1]):
        return []
    return [
        query(
            "count_far_above_last",
            definition.code,
            KINDS[COUNT].first,
            given=given_numbers(numbers, definition),
            x=number_text(float(x), 0),
            last=number_text(float(before[-1]), 0),
            measure_name=definition.measure_name,
        )
    ]


def pair_queries(numbers: Numbers, definition: Definition, history: History) -> list[Query]:
    """Nobody, another group, everybody, a wait of years."""
    return [
        *nobody_queries(numbers, definition, history),
        *group_queries(numbers, definition, history),
        *everybody_queries(numbers, definition, history),
        *wait_queries(numbers, definition),
    ]


def nobody_queries(numbers: Numbers, definition: Definition, history: History) -> list[Query]:
    x, before = numbers.numerator, earlier_numbers(history, "numerator")
    if definition.kind not in COUNTED_KINDS or x is None or not drop_to_zero(x, before):
        return []
    recent = plain(median(before[-LATELY:]))
    words = {"measure_name": definition.measure_name, "recent": recent}
    return [query("drop_to_zero", definition.code, "numerator", given=[x], **words)]


def group_queries(numbers: Numbers, definition: Definition, history: History) -> list[Query]:
    denominator, groups = numbers.denominator, earlier_numbers(history, "denominator")
    if definition.kind == COUNT or denominator is None or not groups:
        return []
    if not denominator_changed_by_half(Decimal(denominator), groups[-1]):
        return []
    return [
        query(
            "denominator_changed_by_half",
            definition.code,
            "denominator",
            given=[denominator],
            subject=definition.denominator_group,
            denominator_label=definition.denominator_group_label or field_label(definition, "denominator"),
            last=number_text(float(groups[-1]), 0),
            denominator=number_text(float(denominator), 0),
        )
    ]


def everybody_queries(numbers: Numbers, definition: Definition, history: History) -> list[Query]:
    x, denominator = numbers.numerator, numbers.denominator
    if definition.kind != PROPORTION or x is None or denominator is None:
        return []
    values = [value for _, value in with_value(history, definition)]
    if not all_of_them(x, denominator, values):
        return []
    return [
        query(
            "all_of_them",
            definition.code,
            "numerator",
            given=[x, denominator],
            numerator=plain(x),
            denominator=plain(denominator),
            recent_max=number_text(float(max(values[-LATELY:])), definition.decimals),
        )
    ]


def wait_queries(numbers: Numbers, definition: Definition) -> list[Query]:
    if definition.kind != MEDIAN_DAYS or numbers.value is None or not very_long_median(numbers.value):
        return []
    days = number_text(float(numbers.value), 1).removesuffix(".0")
    return [query("very_long_median", definition.code, "value", given=[numbers.value], value=days)]


def gap_queries(entry: TypedEntry, definition: Definition, history: History, month: date) -> list[Query]:
    reason = chosen_reason(entry)
    if reason is None:
        return []
    reasons = [reason.key]
    for earlier in reversed(history.earlier):
        month = month_before(month)
        if earlier.month != month:
            break
        reasons.append(earlier.reason)
    if not no_data_three_months(reasons):
        return []
    return [
        query(
            "no_data_three_months",
            definition.code,
            "no_data_reason",
            given=[reason.key],
            run_length=run_without_data(reasons),
            measure_name=definition.measure_name,
        )
    ]


def month_before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def correction_queries(numbers: Numbers, definition: Definition, history: History, month: date) -> list[Query]:
    found = []
    for field in KINDS[definition.kind].entry_fields:
        old, new = getattr(history.corrects, field, None), getattr(numbers, field)
        if old is None or new is None or not large_correction(Decimal(old), Decimal(new)):
            continue
        subject = definition.denominator_group if field == "denominator" else ""
        found.append(
            query(
                "large_correction",
                definition.code,
                field,
                given=[field, old, new],
                subject=subject,
                field_label=field_label(definition, field),
                month_name=month_in_words(month),
                old=plain(old),
                new=plain(new),
            )
        )
    return found


def note_queries(entry: TypedEntry, definition: Definition, month: date) -> list[Query]:
    if not note_may_describe_a_person(entry.note, month):
        return []
    return [query("note_may_describe_a_person", definition.code, "note", given=[digest([entry.note.strip()])])]


def queries_of_month(
    entries: Sequence[TypedEntry],
    definitions: Sequence[Definition],
    histories: Mapping[str, History],
    *,
    month: date,
    linked_totals: Iterable[LinkedTotal] = (),
) -> list[Query]:
    """Everything that is asked about an area's month: measures in the order of the definitions, then the month.

    entries: one a measure at most. histories: by code; a measure without one has no earlier months.
    A measure in which an error stands is asked nothing, and has no part in what is asked about the month.
    """
    # What stands in the way of a draft: what is still missing has nothing to ask about.
    wrong = errors_of_month(entries, definitions, month=month, today=month, submitting=False, area_name="")
    in_error = {problem.code for problem in wrong}
    given = {entry.code: entry for entry in entries}
    sound = {
        definition.code: (definition, numbers)
        for definition in definitions
        if definition.code in given
        and definition.code not in in_error
        and (numbers := parsed(given[definition.code], definition)) is not None
    }
    found: dict[str, Query] = {}
    for code, (definition, _) in sound.items():
        for asked in queries_of_measure(given[code], definition, histories.get(code, History()), month=month):
            known = found.get(asked.fingerprint)
            about = (*known.about, code) if known else (code,)
            found[asked.fingerprint] = replace(known or asked, about=about)
    month_wide = [
        *copied(sound, histories, month),
        *linked_total_queries(sound, linked_totals),
        *round_number_queries(sound),
    ]
    return [*found.values(), *month_wide]


Sound = Mapping[str, tuple[Definition, Numbers]]


def numbers_once(sound: Sound) -> dict[tuple[str, str], Decimal]:
    """Every number of the month by subject and field; a denominator that several measures share counts once."""
    found: dict[tuple[str, str], Decimal] = {}
    for code, (definition, numbers) in sound.items():
        for field in KINDS[definition.kind].entry_fields:
            x = getattr(numbers, field)
            subject = definition.denominator_group if field == "denominator" else ""
            if x is not None:
                found.setdefault((subject or code, field), Decimal(x))
    return found


def copied(sound: Sound, histories: Mapping[str, History], month: date) -> list[Query]:
    last_month = month_before(month)
    before = {
        code: (definition, earlier.numbers)
        for code, (definition, _) in sound.items()
        for earlier in histories.get(code, History()).earlier[-1:]
        if earlier.month == last_month and earlier.numbers
    }
    now, then = numbers_once(sound), numbers_once(before)
    pairs = [(now[key], then[key]) for key in now if key in then]
    if not same_as_last_month(pairs):
        return []
    return [
        query(
            "same_as_last_month",
            "",
            "",
            given=[digest(plain(x) for x in now.values())],
            count=len(pairs),
            last_month_name=month_in_words(last_month),
        )
    ]


def linked_total_queries(sound: Sound, linked_totals: Iterable[LinkedTotal]) -> list[Query]:
    found = []
    for total in linked_totals:
        ends = [(sound.get(code), field) for code, field in (total.left, total.right)]
        left, right = (getattr(of[1], field) if of else None for of, field in ends)
        if not linked_total_differs(left, right):
            continue
        left_label, right_label = (total_label(of[0], field) for of, field in ends if of)
        asked = query(
            "linked_total_differs",
            total.left[0],
            total.left[1],
            given=[total.right[0], left, right],
            left_label=left_label,
            left=plain(left),
            right_label=right_label,
            right=plain(right),
        )
        found.append(replace(asked, about=(total.left[0], total.right[0])))
    return found


def total_label(definition: Definition, field: str) -> str:
    if definition.kind == COUNT:
        return quoted(definition.measure_name)
    return f"{field_label(definition, field)} in “{definition.measure_name}”"


def round_number_queries(sound: Sound) -> list[Query]:
    numbers = numbers_once(sound).values()
    if not only_round_numbers(numbers):
        return []
    return [query("only_round_numbers", "", "", given=[digest(plain(x) for x in numbers)])]


# What is usual


def usual_range(definition: Definition, history: History, *, denominator: int | None = None) -> UsualRange | None:
    """The values that would not be asked about, by limits or by exact tails; None with too few earlier months.

    denominator: the size of this month's group, where it is known already; else that of an average month.
    """
    past = accepted_with_value(history, definition)
    if len(past) >= MONTHS_FOR_LIMITS:
        limits = process_limits(past)
        if limits is None:
            return None
        lower, upper = map(Decimal, limits)
        return in_words(lower, upper, definition, f"from your {len(past)} earlier months")
    if len(past) < MONTHS_FOR_TAILS or definition.kind not in COUNTED_KINDS:
        return None
    total = totals(past, definition.kind)
    size = denominator or round(total.denominator / total.months)
    if definition.kind != COUNT and not size:
        return None
    fewest, most = likely_numbers(total, size)
    lower, upper = (
        result(definition.kind, x, size, None, definition.rate_multiplier) or Decimal(0) for x in (fewest, most)
    )
    of_a_group = "" if definition.kind == COUNT else f", for a group of {number_text(size, 0)}"
    return in_words(lower, upper, definition, f"from your {len(past)} earlier months{of_a_group}")


def likely_numbers(total: Totals, size: int) -> tuple[int, int]:
    """The smallest and the largest number that would not be unlikely."""
    centre = total.numerator // total.months
    top = size if total.kind == PROPORTION else max(2 * centre, 16)
    while total.kind != PROPORTION and total.tails_of(top, size).upper >= UNLIKELY:
        top *= 2
    numbers = range(top + 1)
    fewest = bisect_left(numbers, UNLIKELY, key=lambda x: total.tails_of(x, size).lower)
    beyond = bisect_right(numbers, -UNLIKELY, key=lambda x: -total.tails_of(x, size).upper)
    return fewest, beyond - 1


def in_words(lower: Decimal, upper: Decimal, definition: Definition, since: str) -> UsualRange:
    ends = range_text(lower, upper, definition)
    return UsualRange(lower, upper, f"Usually {ends[0]} to {ends[1]}, {since}.")
