"""A reader tries numbers on the page of a measure: what they come to, what would be refused, what would be asked.

The rules and the sums are those of the teams' own months; nothing is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.http import QueryDict

from selfharm_portal.plain_messages import PlainMessages

from . import rules
from .dictionary import definitions
from .models import Kind, MeasureVersion
from .reporting_calendar import last_day
from .sentences import number_text, with_unit

#: Queries that ask about a measure by itself and need none of its earlier months.
NEED_NO_PAST = {"very_long_median", "note_may_describe_a_person"}


class TryForm(PlainMessages, forms.Form):
    """The numbers of one measure, as a team types them. It is sent by GET."""

    numerator = forms.CharField(required=False, strip=False)
    denominator = forms.CharField(required=False, strip=False)
    value = forms.CharField(required=False, strip=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, version: MeasureVersion) -> None:
        super().__init__(data)
        entered = rules.KINDS[version.kind].entry_fields
        labels = definitions.fraction_labels(version.kind)
        self.order_fields(entered)
        for name in list(self.fields):
            if name not in entered:
                del self.fields[name]
                continue
            field = self.fields[name]
            field.label = labels[name == "denominator"]
            counted = version.denominator if name == "denominator" else version.numerator
            field.help_text = f"{rules.first_sentence(counted)}."
            field.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off", "class": "nhsuk-input--width-10"}

    def typed(self, code: str) -> rules.TypedEntry:
        given = {name: str(self[name].value() or "") for name in self.fields}
        return rules.TypedEntry(code, **given)

    def show(self, problem: rules.Problem) -> None:
        """Say a problem beside the field that it is about, or at the first one."""
        _ = self.errors  # Django's own check first: it would wipe out what is added before it
        self.add_error(problem.field if problem.field in self.fields else next(iter(self.fields)), problem.message)


@dataclass(frozen=True)
class Trial:
    """What the page says of the numbers that were tried; `form` alone where there are none yet."""

    form: TryForm
    #: "29 ÷ 38 × 100 =", and what it comes to. Empty where the numbers are refused.
    sum: str = ""
    result: str = ""
    #: Of a month in which there was nobody.
    nobody: str = ""
    #: What a team would be asked about these numbers.
    asked: Sequence[str] = ()
    #: What can be asked about this kind of measure only with earlier months.
    needs_the_past: Sequence[str] = ()

    @property
    def is_tried(self) -> bool:
        return self.form.is_bound


def trial(version: MeasureVersion, versions: Sequence[MeasureVersion], query: QueryDict) -> Trial:
    """versions: all of the measure, the newest first."""
    past = [
        rule.title
        for rule in rules.QUERIES.values()
        if rule.scope == "measure" and version.kind in rule.applies_to and rule.key not in NEED_NO_PAST
    ]
    form = TryForm(version=version)
    if not any(name in query for name in form.fields):
        return Trial(form, needs_the_past=past)
    form = TryForm(query, version=version)
    entry = form.typed(version.measure.code)
    definition = version.definition(versions[-1].valid_from)
    # Of a month that is over, with its follow-up: numbers are tried here, and no month.
    month = version.valid_from
    over = last_day(month) + timedelta(days=version.reporting_lag_days + 1)
    for problem in rules.errors_of_measure(entry, definition, month=month, today=over, submitting=True):
        form.show(problem)
    numbers = rules.parsed(entry, definition)
    if form.errors or numbers is None:
        return Trial(form, needs_the_past=past)
    result = rules.result(version.kind, numbers.numerator, numbers.denominator, numbers.value, version.rate_multiplier)
    if result is None:
        return Trial(form, nobody=rules.KINDS[version.kind].zero_denominator, needs_the_past=past)
    return Trial(
        form,
        sum=sum_in_words(version, numbers),
        result=with_unit(number_text(float(rules.rounded(result, version.decimals)), version.decimals), version.unit),
        asked=[query.message for query in rules.queries_of_measure(entry, definition, month=month)],
        needs_the_past=past,
    )


def sum_in_words(version: MeasureVersion, numbers: rules.Numbers) -> str:
    if version.kind == Kind.MEDIAN_DAYS:
        return f"The median of {rules.plain(numbers.denominator)}, as you worked it out:"
    return definitions.sum_in_words(version, numbers.numerator, numbers.denominator)
