"""Every field of a definition, with its name for machines and its name for people: one list for all files of the
dictionary and for what has changed between two versions.

A source's `note` is not among them: it is for curators, and says what they still have to check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from measures import rules
from measures.models import Basis, LinkedTotal, Measure, MeasureSource, MeasureVersion, TotalField
from measures.wording import shifted
from resources import qs34

from . import definitions

#: None where a version has nothing to say.
Value = str | int | Decimal | list[str] | None


@dataclass(frozen=True)
class Entry:
    """One version of a measure, with what only its neighbours can tell."""

    version: MeasureVersion
    #: The last month in which it holds; None while no later version is known.
    until: date | None
    #: Fields of other measures that are the same number, in words.
    same_numbers: list[str]


class Field(NamedTuple):
    key: str
    label: str
    of: Callable[[Entry], Value]
    #: Does it belong to the words of a definition, so that versions are compared by it?
    is_compared: bool = True


def _plain(name: str) -> Callable[[Entry], Value]:
    def of(entry: Entry) -> Value:
        value: Value = getattr(entry.version, name)
        return value

    return of


def _label(name: str) -> Callable[[Entry], Value]:
    """The words of a choice."""
    return lambda entry: str(getattr(entry.version, f"get_{name}_display")())


def _number_of_example(name: str) -> Callable[[Entry], Value]:
    return lambda entry: definitions.decimal(entry.version.worked_example.get(name))


def _observations(entry: Entry) -> Value:
    observations = entry.version.worked_example.get("observations") or []
    return ", ".join(rules.plain(definitions.decimal(each)) for each in observations)


def _group(entry: Entry) -> Value:
    group = entry.version.denominator_group
    return f"{group.label}: {group.definition}" if group else None


def _sources(role: MeasureSource.Role) -> Callable[[Entry], Value]:
    return lambda entry: [
        cited(source, entry.version.basis) for source in entry.version.sources.all() if source.role == role
    ]


def _statements(entry: Entry) -> Value:
    """Which statements of NICE's quality standard the sources name."""
    numbers = {
        int(source.statement)
        for source in entry.version.sources.all()
        if source.statement.isdecimal() and source.resource and source.resource.slug == qs34.SLUG
    }
    return [f"QS34 statement {number}" for number in sorted(numbers)]


def cited(source: MeasureSource, basis: str) -> str:
    """A source in one line: what it is, whose, where, and whether somebody has read this in it."""
    words = definitions.source_in_words(source, basis)
    label = f"{words.label} ({words.details})" if words.details else words.label
    return ". ".join(part for part in (label, source.url, words.warning) if part)


#: In the order in which files have them.
FIELDS = (
    Field("code", "Code", lambda entry: entry.version.measure.code, is_compared=False),
    Field("version", "Version", _plain("number"), is_compared=False),
    Field("valid_from", "Valid from", lambda entry: f"{entry.version.valid_from:%Y-%m}", is_compared=False),
    Field(
        "valid_until",
        "Valid until",
        lambda entry: f"{entry.until:%Y-%m}" if entry.until else None,
        is_compared=False,
    ),
    Field(
        "asked_for",
        "Still asked for",
        lambda entry: "no, withdrawn" if entry.version.measure.withdrawn else "yes",
        is_compared=False,
    ),
    Field("domain", "Domain", lambda entry: entry.version.measure.domain.title, is_compared=False),
    Field("name", "Name", _plain("name")),
    Field("question", "The question it answers", _plain("question")),
    Field("description", "In short", _plain("description")),
    Field("rationale", "Why it matters", _plain("rationale")),
    Field("kind", "Kind", _label("kind")),
    Field("unit", "Unit", _plain("unit")),
    Field("rate_multiplier", "Per how many", _plain("rate_multiplier")),
    Field("numerator", "Top number (numerator)", _plain("numerator")),
    Field("denominator", "Bottom number (denominator)", _plain("denominator")),
    Field("counted_together_with", "Counted together with", _group),
    Field("same_numbers", "Same number as", lambda entry: entry.same_numbers, is_compared=False),
    Field("inclusions", "Count these", _plain("inclusions")),
    Field("exclusions", "Leave these out", _plain("exclusions")),
    Field("pitfalls", "Easy to get wrong", _plain("pitfalls")),
    Field("month_rule", "Which month counts", _plain("month_rule")),
    Field(
        "whose_month",
        "Whose month",
        lambda entry: definitions.whose_month_in_words(entry.version.cohort_month_offset),
    ),
    Field("cohort_month_offset", "Months between people and report", _plain("cohort_month_offset"), is_compared=False),
    Field("reporting_lag_days", "Days until the numbers are complete", _plain("reporting_lag_days")),
    Field("how_to_collect", "How to collect it", _plain("how_to_collect")),
    Field("nobody", "If there was nobody", lambda entry: rules.KINDS[entry.version.kind].zero_denominator),
    Field("direction", "Which way is better", _label("improvement_direction")),
    Field("measure_type", "Type", lambda entry: definitions.type_in_words(entry.version)),
    Field("lowest", "Lowest value", _plain("value_min")),
    Field("highest", "Highest value", _plain("value_max")),
    Field("decimals", "Decimal places", _plain("decimals")),
    Field("target", "Target", _plain("target")),
    Field("target_source", "Where the target comes from", _plain("target_source")),
    Field("target_note", "About targets", _plain("target_note")),
    Field("example", "Worked example", lambda entry: entry.version.worked_example.get("text", "")),
    Field("example_numerator", "Example: top number", _number_of_example("numerator")),
    Field("example_denominator", "Example: bottom number", _number_of_example("denominator")),
    Field("example_observations", "Example: each person", _observations),
    Field("example_result", "Example: result, worked out", lambda entry: definitions.example_result(entry.version)),
    Field("themes", "Themes", lambda entry: [theme.title for theme in entry.version.themes.all()]),
    Field("basis", "Basis", _label("basis")),
    Field(
        "basis_meaning",
        "What that means",
        lambda entry: definitions.BASIS_MEANINGS[Basis(entry.version.basis)],
        is_compared=False,
    ),
    Field("basis_note", "What is ours", _plain("basis_note")),
    Field("ncish_dictionary_reference", "In NCISH's own dictionary", _plain("ncish_dictionary_reference")),
    Field("source", "Source", _sources(MeasureSource.Role.PRIMARY)),
    Field("nice_statements", "NICE statements", _statements),
    Field("related_sources", "Related sources", _sources(MeasureSource.Role.RELATED)),
    Field("small_numbers", "Small numbers", lambda entry: definitions.small_numbers_in_words(entry.version)),
)


def in_words(value: Value) -> str:
    """A value as one text: an item of a list a line, a number as it is written, nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "\n".join(value)
    return rules.plain(value) if isinstance(value, int | Decimal) else value


def entries() -> list[Entry]:
    """Every version of every measure, by domain and code, the newest first; 7 queries, however many there are."""
    totals = list(LinkedTotal.objects.select_related("left", "right"))
    measures = (
        Measure.objects.order_by("domain__order", "domain__title", "code")
        .with_versions()
        .prefetch_related("versions__sources__resource")
    )
    return [entry for measure in measures for entry in entries_of(measure, totals)]


def entries_of(measure: Measure, totals: Iterable[LinkedTotal]) -> list[Entry]:
    """Of one measure that comes with its versions, the newest first."""
    versions = list(measure.versions.all())
    same = _same_numbers(measure, totals)
    found = []
    for version, until in zip(versions, _ends(versions), strict=True):
        version.measure = measure  # with its domain
        found.append(Entry(version, until, same))
    return found


def _ends(versions: Sequence[MeasureVersion]) -> list[date | None]:
    return [None, *(shifted(later.valid_from, -1) for later in versions)][: len(versions)]


def _same_numbers(measure: Measure, totals: Iterable[LinkedTotal]) -> list[str]:
    ends = []
    for total in totals:
        if total.left_id == measure.pk:
            ends.append((total.left_field, total.right, total.right_field, total.meaning))
        elif total.right_id == measure.pk:
            ends.append((total.right_field, total.left, total.left_field, total.meaning))
    return [
        f"{_field_name(theirs).capitalize()} of {other.code} and {_field_name(mine)} here. {meaning}"
        for mine, other, theirs, meaning in ends
    ]


def _field_name(field: str) -> str:
    return definitions.FIELD_NAMES[TotalField(field)]
