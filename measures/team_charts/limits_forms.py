"""What a person says when the limits of a chart are recalculated, fixed, or put back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from measures.ncish.checking_forms import LONGEST, names_nobody
from measures.spc import SHORTEST_BASELINE
from selfharm_portal.long_text import LongTextField
from selfharm_portal.plain_messages import PlainMessages

from . import limits


def reason(label: str, missing: str) -> LongTextField:
    return LongTextField(
        label=label,
        help_text="Everybody who sees the chart reads this, with your name. Nothing about any one person.",
        max_length=LONGEST,
        validators=[names_nobody],
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": missing},
    )


class RecalculateForm(PlainMessages, forms.Form):
    """From which month, the checklist of the method, and why."""

    prefix = "recalculate"

    place = forms.ChoiceField(
        label="From which month?",
        help_text="The month after, if the change began in the middle of a month.",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose the month from which limits are recalculated.",
            "invalid_choice": "Choose again: limits cannot be recalculated from that month, or are already.",
        },
    )
    agreed = forms.MultipleChoiceField(
        label="Is all of this true?",
        help_text="Tick what is. If one of them is not, leave the limits as they are.",
        choices=[(words, words) for words in limits.CHECKLIST],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick what is true. Limits are recalculated only if all four are."},
    )
    reason = reason("Why are the limits recalculated?", "Say why the limits are recalculated.")

    def __init__(self, *args: Any, places: Sequence[limits.Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {place.key: place for place in places}
        self.fields["place"].choices = [(key, place.words) for key, place in self.places.items()]  # type: ignore[attr-defined]

    def clean_agreed(self) -> list[str]:
        agreed: list[str] = self.cleaned_data["agreed"]
        if len(agreed) < len(limits.CHECKLIST):
            raise forms.ValidationError("Limits are recalculated only if all four are true. If not, leave them.")
        return agreed

    def clean_place(self) -> limits.Place:
        return self.places[self.cleaned_data["place"]]


class FixForm(PlainMessages, forms.Form):
    """To how many months, and why."""

    prefix = "fix"

    months = forms.IntegerField(
        label="To how many of the first months?",
        widget=forms.NumberInput(attrs={"class": "nhsuk-input--width-2", "inputmode": "numeric"}),
        error_messages={"required": "Enter how many of the first months make the limits."},
    )
    reason = reason("Why are the limits fixed?", "Say why the limits are fixed to these months.")

    def __init__(self, *args: Any, longest: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.longest = longest
        self.fields["months"].help_text = f"From {SHORTEST_BASELINE} to {longest}."

    def clean_months(self) -> int:
        months: int = self.cleaned_data["months"]
        if not SHORTEST_BASELINE <= months <= self.longest:
            raise forms.ValidationError(f"Enter a number from {SHORTEST_BASELINE} to {self.longest}.")
        return months


class UndoForm(PlainMessages, forms.Form):
    """Why a decision about limits is taken back."""

    reason = reason("Why is it undone?", "Say why this is undone.")
