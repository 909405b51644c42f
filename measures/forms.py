"""What people type into a month. Rules and messages are rules.py's; here they find their field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.datastructures import MultiValueDict

from selfharm_portal.plain_messages import PlainMessages

from . import rules
from .models import MeasureVersion, NoDataReason, SubmissionRevision
from .reporting import ReportedMeasure

#: The form's fields, by the fields of a problem; a problem of the whole measure stands at its first number.
NUMBER_FIELDS = ("numerator", "denominator", "value")


class MeasureEntryForm(PlainMessages, forms.Form):
    """What a person types for one measure of one month, kept as typed."""

    numerator = forms.CharField(required=False, strip=False)
    denominator = forms.CharField(required=False, strip=False)
    value = forms.CharField(required=False, strip=False)
    no_data_reason = forms.ChoiceField(label="Why are there no figures?", required=False)
    note = forms.CharField(
        label="Note",
        help_text="A few words for NCISH and for your team in a year's time. Nothing about any one person.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, measure: ReportedMeasure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measure = measure
        entered = rules.KINDS[measure.version.kind].entry_fields
        for name in NUMBER_FIELDS:
            if name not in entered:
                del self.fields[name]
                continue
            self.fields[name].label = label(measure.version, name)
            self.fields[name].widget.attrs |= {
                "inputmode": "numeric",
                "autocomplete": "off",
                "class": "nhsuk-input--width-10",
            }
        for field in self.fields.values():
            field.show_hidden_initial = True  # tells a field that this person changed from one that somebody else did
        self.fields["no_data_reason"].choices = [("", "There are figures"), *NoDataReason.choices]  # type: ignore[attr-defined]

    @property
    def number_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in rules.KINDS[self.measure.version.kind].entry_fields]

    @property
    def reason_is_open(self) -> bool:
        """Does the part for months without figures hold something that a person must see?"""
        return bool(self["no_data_reason"].value() or self["no_data_reason"].errors)

    @property
    def note_is_open(self) -> bool:
        return bool(self["note"].value() or self["note"].errors)

    @property
    def began_with(self) -> list[str]:
        """The hidden fields that say what stood in each field when the page was made."""
        return [field.as_hidden(only_initial=True) for field in self]

    @property
    def touched(self) -> set[str]:
        """Which fields of the entry this person has changed."""
        return {"reason" if name == "no_data_reason" else name for name in self.changed_data}

    def typed(self) -> rules.TypedEntry:
        """What stands in the fields, before any check."""
        return self.entry({name: self[name].value() for name in self.fields})

    def shown(self) -> rules.TypedEntry:
        """What stood in the fields when the page was made."""
        return self.entry({name: self.data.get(self.add_initial_prefix(name)) for name in self.fields})

    def entry(self, texts: Mapping[str, str | None]) -> rules.TypedEntry:
        """As an entry; without NUL, which no database keeps."""
        given = {name: (text or "").replace("\x00", "") for name, text in texts.items()}
        given["reason"] = given.pop("no_data_reason")
        return rules.TypedEntry(code=self.measure.definition.code, **given)

    def show(self, problem: rules.Problem) -> None:
        """Say a problem beside the field that it is about."""
        _ = self.errors  # Django's own check first: it would wipe out what is added before it
        self.add_error(self.field_of(problem), problem.message)

    def field_of(self, problem: rules.Problem) -> str:
        return problem.field if problem.field in self.fields else self.number_fields[0].name


def label(version: MeasureVersion, field: str) -> str:
    """What is to be counted, in the first sentence of the definition; the rest is a tap away."""
    return rules.first_sentence(version.denominator if field == "denominator" else version.numerator)


class SectionForm:
    """The forms of all measures of a section of a month."""

    def __init__(
        self,
        reported: Sequence[ReportedMeasure],
        *,
        stored: Iterable[rules.TypedEntry],
        data: MultiValueDict[str, str] | None = None,
    ) -> None:
        initial = {entry.code: entry for entry in stored}
        self.entries = [
            MeasureEntryForm(
                data,
                measure=measure,
                prefix=measure.definition.code.lower(),
                initial=as_initial(initial.get(measure.definition.code)),
            )
            for measure in reported
        ]

    def typed(self) -> list[rules.TypedEntry]:
        return [form.typed() for form in self.entries]

    def shown(self) -> list[rules.TypedEntry]:
        return [form.shown() for form in self.entries]

    def over(self, saved: Iterable[rules.TypedEntry]) -> SectionForm:
        """The same form begun anew on what is saved now: only what this person changed differs from it."""
        stored = {entry.code: entry for entry in saved}
        data: MultiValueDict[str, str] = MultiValueDict()
        for form in self.entries:
            before = as_initial(stored.get(form.measure.definition.code) or rules.TypedEntry(""))
            now = as_initial(form.typed())
            for name in form.fields:
                untouched = name not in form.changed_data
                data[form.add_prefix(name)] = before[name] if untouched else now[name]
                data[form.add_initial_prefix(name)] = before[name]
        return SectionForm([form.measure for form in self.entries], stored=stored.values(), data=data)

    def show(self, problems: Iterable[rules.Problem]) -> None:
        """Say each problem of these measures beside its field."""
        by_code = {form.measure.definition.code: form for form in self.entries}
        for problem in problems:
            if problem.code in by_code:
                by_code[problem.code].show(problem)

    def errors(self) -> list[Mapping[str, str]]:
        """For the summary: the text, and the field that it leads to."""
        return [
            {"text": f"{form.measure.definition.code}: {message}", "href": f"#{field.id_for_label}"}
            for form in self.entries
            for field in form
            for message in field.errors
        ]


def as_initial(entry: rules.TypedEntry | None) -> dict[str, str]:
    if entry is None:
        return {}
    return {
        "numerator": entry.numerator,
        "denominator": entry.denominator,
        "value": entry.value,
        "no_data_reason": entry.reason,
        "note": entry.note,
    }


class SeenForm(PlainMessages, forms.Form):
    """Which state of the month the person saw when they pressed the button."""

    seen_lock_version = forms.IntegerField(widget=forms.HiddenInput)


class DeclarationForm(SeenForm):
    """What a lead agrees to when handing a month over."""

    declaration = forms.BooleanField(
        error_messages={"required": "Tick the box to say that these totals are right as far as you know."}
    )

    def __init__(self, *args: Any, words: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["declaration"].label = words


class VerdictForm(SeenForm):
    """What an analyst decides about a month."""

    ACCEPT, RETURN = "accept", "return"
    reveals: ClassVar = {"verdict": {RETURN: ["comment"]}}
    verdict = forms.ChoiceField(
        label="What do you decide?",
        choices=[(ACCEPT, "Accept it: it shows on the team's charts"), (RETURN, "Send it back with a question")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether to accept the month or to send it back."},
    )
    comment = forms.CharField(
        label="Your question, or what should be looked at",
        help_text="The team reads this on the page of the month.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, revision: SubmissionRevision, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.revision = revision

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("verdict") == self.RETURN and not cleaned.get("comment"):
            self.add_error("comment", "Say what the team should look at.")
        return cleaned
