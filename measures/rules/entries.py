"""What a person typed for a measure, what it reads as, and how a message says it."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from .kinds import COUNT, KINDS, MEAN_SCORE, MEDIAN_DAYS, NO_DATA_REASONS, PROPORTION, RATE, ReasonForNoData

#: How much of what was typed a message repeats.
LONGEST_QUOTE = 60
#: A definition that is longer than this would bury the rest of its message.
LONGEST_LABEL = 100


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
    multiplier = 100 if kind == PROPORTION else rate_multiplier if kind == RATE else 1
    return (multiplier or 1) * Decimal(numerator) / denominator


def rounded(value: Decimal, decimals: int) -> Decimal:
    """To the measure's decimals, halves away from zero."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


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
