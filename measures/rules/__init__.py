"""The rules of data entry: what was typed for a month, what stops it, and what is asked about it.

Keys, wording, thresholds and order are those of fixtures/validation_rules.yaml; tests compare the two and try every
case. Form, upload and command use these names, by which everything here is reached:

    errors_of_month, errors_of_measure     what stands in the way            errors.py
    queries_of_month, queries_of_measure   what is asked, tick and note      queries.py
    usual_range                            what is said beside a field       queries.py
    note_refused                           why a note is not kept            notes.py

Pure: no Django, no database, no clock. What is known of earlier months comes in as plain data.
"""

from .entries import (
    Definition,
    Numbers,
    TypedEntry,
    chosen_reason,
    clean,
    counted_unit,
    field_label,
    first_sentence,
    number,
    plain,
    quoted,
    result,
    rounded,
)
from .errors import (
    ERRORS,
    Problem,
    Rule,
    errors_of_measure,
    errors_of_month,
    field_errors,
    note_errors,
    note_refused,
    parsed,
)
from .kinds import (
    COUNT,
    KINDS,
    MEAN_SCORE,
    MEDIAN_DAYS,
    NO_DATA_REASONS,
    PROPORTION,
    RATE,
    KindOfMeasure,
    ReasonForNoData,
)
from .queries import (
    QUERIES,
    EarlierMonth,
    History,
    LinkedTotal,
    Query,
    TypedAnswer,
    UsualRange,
    queries_of_measure,
    queries_of_month,
    usual_range,
)

__all__ = [
    "COUNT",
    "ERRORS",
    "KINDS",
    "MEAN_SCORE",
    "MEDIAN_DAYS",
    "NO_DATA_REASONS",
    "PROPORTION",
    "QUERIES",
    "RATE",
    "Definition",
    "EarlierMonth",
    "History",
    "KindOfMeasure",
    "LinkedTotal",
    "Numbers",
    "Problem",
    "Query",
    "ReasonForNoData",
    "Rule",
    "TypedAnswer",
    "TypedEntry",
    "UsualRange",
    "chosen_reason",
    "clean",
    "counted_unit",
    "errors_of_measure",
    "errors_of_month",
    "field_errors",
    "field_label",
    "first_sentence",
    "note_errors",
    "note_refused",
    "number",
    "parsed",
    "plain",
    "queries_of_measure",
    "queries_of_month",
    "quoted",
    "result",
    "rounded",
    "usual_range",
]
