"""What NCISH decides and asks, and why a team corrects what was accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from measures import rules
from measures.forms import SeenForm
from selfharm_portal.long_text import LongTextField
from selfharm_portal.plain_messages import PlainMessages

#: Characters of a question, an answer or a reason.
LONGEST = 1000


def names_nobody(text: str) -> None:
    if refused := rules.note_refused(text, timezone.localdate().replace(day=1)):
        raise ValidationError(refused)


class QuestionForm(PlainMessages, forms.Form):
    """Whether NCISH asks about one value, and what."""

    reveals: ClassVar = {"ask": {"on": ["words"]}}
    ask = forms.BooleanField(required=False)
    words = LongTextField(
        required=False, max_length=LONGEST, validators=[names_nobody], widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: MultiValueDict[str, str] | None = None, *, code: str) -> None:
        super().__init__(data, prefix=code.lower())
        self.code = code
        self.fields["ask"].label = f"Ask about {code}"
        self.fields["words"].label = f"Your question about {code}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("ask") and not cleaned.get("words") and "words" not in self.errors:
            self.add_error("words", f"Write what you ask about {self.code}, or take the tick away.")
        return cleaned

    @property
    def asked(self) -> str:
        """The question; one that is written counts without a tick."""
        return str(self.cleaned_data.get("words", ""))


class VerdictForm(SeenForm):
    """What an analyst decides about a month. The buttons say which."""

    ACCEPT, RETURN = "accept", "return"
    verdict = forms.ChoiceField(choices=[(ACCEPT, "Accept"), (RETURN, "Send back")], widget=forms.HiddenInput)
    comment = LongTextField(
        label="About the month as a whole",
        help_text="The team reads this first. Without a question about a value, all of the month is open for them.",
        required=False,
        max_length=LONGEST,
        validators=[names_nobody],
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: MultiValueDict[str, str] | None = None, *, codes: Sequence[str], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.questions = {code: QuestionForm(data, code=code) for code in codes}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not all(form.is_valid() for form in self.questions.values()):
            return cleaned  # said beside the questions
        if cleaned.get("verdict") == self.RETURN and not self.asked and not cleaned.get("comment"):
            self.add_error("comment", "Tick a value and write what you ask, or say what is wrong with the whole month.")
        if cleaned.get("verdict") == self.ACCEPT and (self.asked or cleaned.get("comment")):
            self.add_error(
                None, "You have asked something. Send the month back with it, or take it away before you accept."
            )
        return cleaned

    def is_valid(self) -> bool:
        return super().is_valid() and all(form.is_valid() for form in self.questions.values())

    @property
    def asked(self) -> dict[str, str]:
        """What is asked, by the code of the measure."""
        return {code: form.asked for code, form in self.questions.items() if form.asked}

    def problems(self) -> list[Mapping[str, str]]:
        """For the summary above: the text, and the field that it leads to; in the order of the page."""
        found: list[Mapping[str, str]] = []
        for form in [*self.questions.values(), self]:
            found += [{"text": str(message)} for message in form.non_field_errors()]
            for field in form.visible_fields():
                found += [{"text": str(message), "href": f"#{field.id_for_label}"} for message in field.errors]
        return found + [{"text": str(message)} for field in self.hidden_fields() for message in field.errors]


class CorrectionForm(SeenForm):
    """Why a month that was accepted is corrected."""

    reason = LongTextField(
        label="What was wrong?",
        help_text="NCISH reads this, and it stays with the month. Nothing about any one person.",
        max_length=LONGEST,
        validators=[names_nobody],
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say what was wrong with the month."},
    )
