"""What people type into a month. Rules and messages are rules.py's; here they find their field."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from selfharm_portal.plain_messages import PlainMessages

from . import rules
from .models import MeasureVersion, NoDataReason, Question
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
    answer = forms.CharField(
        label="Your answer to NCISH",
        help_text="Say what you found. If the number was wrong, change it above; an answer is not needed then.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, measure: ReportedMeasure, question: Question | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measure = measure
        self.question = question
        if question is None:
            del self.fields["answer"]
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
        given = {name: without_nul(text) for name, text in texts.items() if name != "answer"}
        given["reason"] = given.pop("no_data_reason")
        return rules.TypedEntry(code=self.measure.definition.code, **given)

    def answer_typed(self) -> str:
        """To the question of NCISH, if there is one."""
        return without_nul(self["answer"].value()) if self.question else ""

    def answer_shown(self) -> str:
        return without_nul(self.data.get(self.add_initial_prefix("answer")))

    def refused(self, month: date) -> list[rules.Problem]:
        """The texts that are not kept, because they seem to speak of a person."""
        found = rules.note_errors([self.typed()], month)
        if refused := rules.note_refused(self.answer_typed(), month):
            found.append(rules.Problem("note_names_a_person", self.measure.definition.code, "answer", refused))
        return found

    def show(self, problem: rules.Problem) -> None:
        """Say a problem beside the field that it is about."""
        _ = self.errors  # Django's own check first: it would wipe out what is added before it
        self.add_error(self.field_of(problem), problem.message)

    def field_of(self, problem: rules.Problem) -> str:
        return problem.field if problem.field in self.fields else self.number_fields[0].name


def without_nul(text: str | None) -> str:
    """No database keeps that character."""
    return (text or "").replace("\x00", "")


def label(version: MeasureVersion, field: str) -> str:
    """What is to be counted, in the first sentence of the definition; the rest is a tap away."""
    return rules.first_sentence(version.denominator if field == "denominator" else version.numerator)


class SectionForm:
    """The forms of the measures of a section."""

    def __init__(
        self,
        reported: Sequence[ReportedMeasure],
        *,
        questions: Mapping[str, Question],
        data: MultiValueDict[str, str] | None = None,
    ) -> None:
        self.entries = [
            MeasureEntryForm(
                data,
                measure=measure,
                question=questions.get(measure.definition.code),
                prefix=measure.definition.code.lower(),
            )
            for measure in reported
        ]

    def typed(self) -> list[rules.TypedEntry]:
        return [form.typed() for form in self.entries]

    def shown(self) -> list[rules.TypedEntry]:
        return [form.shown() for form in self.entries]

    def answers_typed(self) -> dict[str, str]:
        """By the code of the measure: what this person has changed in answer to the questions of NCISH."""
        changed = [form for form in self.entries if "answer" in form.changed_data]
        return {form.measure.definition.code: form.answer_typed() for form in changed}

    def answers_shown(self) -> dict[str, str]:
        return {form.measure.definition.code: form.answer_shown() for form in self.entries if form.question}

    def over(
        self, saved: Mapping[str, rules.TypedEntry], questions: Mapping[str, Question], is_open: Container[str]
    ) -> SectionForm:
        """Begun anew on what is saved now: only what this person changed differs from it.

        is_open: the codes of the measures that can be changed; the others are left out.
        """
        data: MultiValueDict[str, str] = MultiValueDict()
        entries = [form for form in self.entries if form.measure.definition.code in is_open]
        for form in entries:
            code = form.measure.definition.code
            question = questions.get(code)
            before = texts_of(saved.get(code) or rules.TypedEntry(code), question.answer if question else "")
            now = texts_of(form.typed(), form.answer_typed())
            for name in before:
                text = now[name] if name in form.changed_data else before[name]
                data[form.add_prefix(name)] = text
                data[form.add_initial_prefix(name)] = before[name]
        return SectionForm([form.measure for form in entries], questions=questions, data=data)

    def refused(self, month: date) -> list[rules.Problem]:
        return [problem for form in self.entries for problem in form.refused(month)]

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


def texts_of(entry: rules.TypedEntry, answer: str) -> dict[str, str]:
    """By the names of the form's fields."""
    return {
        "numerator": entry.numerator,
        "denominator": entry.denominator,
        "value": entry.value,
        "no_data_reason": entry.reason,
        "note": entry.note,
        "answer": answer,
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


class QueryForm(PlainMessages, forms.Form):
    """What a team says to one query: looked at again, and what was found."""

    checked = forms.BooleanField(label="I have checked this", required=False)
    note = forms.CharField(
        label="What you found",
        help_text="A few words for NCISH. Nothing about any one person.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, query: rules.Query, month: date, **kwargs: Any) -> None:
        # The name says of which value it speaks: an answer to a number that has changed meanwhile finds no field.
        super().__init__(*args, **{**kwargs, "prefix": query.fingerprint})
        self.query = query
        self.month = month
        for field in self.fields.values():
            field.show_hidden_initial = True

    @property
    def began_with(self) -> list[str]:
        """The hidden fields that say what was answered when the page was made."""
        return [field.as_hidden(only_initial=True) for field in self]

    def typed(self) -> rules.TypedAnswer:
        """As it stands in the fields, before any check."""
        note = without_nul(self["note"].value())
        return rules.TypedAnswer(self.query.fingerprint, bool(self["checked"].value()), note)

    def shown(self) -> rules.TypedAnswer:
        """What was answered when the page was made."""
        checked, note = (self.data.get(self.add_initial_prefix(name)) for name in ("checked", "note"))
        return rules.TypedAnswer(self.query.fingerprint, checked == "True", without_nul(note))

    def over(self, kept: rules.TypedAnswer) -> QueryForm:
        """Begun anew on what is kept now; where this person changed it, with what they said."""
        now = self.typed() if self.has_changed() else kept
        data = {
            self.add_prefix("note"): now.note,
            self.add_initial_prefix("note"): kept.note,
            self.add_initial_prefix("checked"): str(kept.checked),
        }
        return QueryForm(
            data | ({self.add_prefix("checked"): "on"} if now.checked else {}), query=self.query, month=self.month
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if refused := rules.note_refused(cleaned.get("note", ""), self.month):
            self.add_error("note", refused)
        elif cleaned.get("checked") and not cleaned.get("note"):
            self.add_error("note", "Say in a few words what you found.")
        if cleaned.get("note") and not cleaned.get("checked"):
            self.add_error("checked", "Tick the box once you have checked the number.")
        return cleaned
