"""What a lead types into a section, and what a curator makes of it."""

from __future__ import annotations

from typing import Any

from django import forms

from selfharm_portal.long_text import LongTextField
from selfharm_portal.plain_messages import PlainMessages

from . import suggestions
from .models import SuggestedFor
from .suggestions import Section


class SeenForm(PlainMessages, forms.Form):
    """Which state of section and suggestion the person saw; nothing else than that is ever asked of it."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def see_again(self, seen: str) -> None:
        """What was typed stays; it is about what the person sees now."""
        self.data = {**{name: self.data.get(name, "") for name in self.fields}, "seen": seen}


class SuggestionForm(SeenForm):
    """The words that a lead would have there, and where they are from."""

    source = LongTextField(
        label="Where can this be read, or how do you know it?",
        help_text="An address on the web, the name of a report, or how you know it: “I lead the project”.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say where this can be read, or how you know it"},
    )

    def __init__(self, *args: Any, section: Section, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section = section
        is_milestone = section.kind == SuggestedFor.MILESTONE
        self.fields["text"] = text_field(
            section,
            "What happened, and when?" if is_milestone else "What should stand there?",
            help_text="Nothing about any one person: everybody can read these pages.",
            required="Write what happened, and when" if is_milestone else "Write what should stand there",
        )
        self.order_fields(["text", "source", "seen"])

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if suggestions.says_the_same(text, self.section.stands):
            raise forms.ValidationError(suggestions.NOTHING_NEW)
        return text


class TakeOverForm(SeenForm):
    """The words as readers will see them, which a curator may still change."""

    source = LongTextField(
        label="The source as readers will see it",
        help_text="An address, or where it was read.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
        error_messages={"required": "Say where it can be read: no panel is shown without that"},
    )

    def __init__(self, *args: Any, section: Section, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"] = text_field(
            section,
            "The words as you entered them" if section.is_entered_by_hand else "The words as readers will see them",
            help_text="Change them here if they need it: the lead is shown what you changed.",
            required="Write the words, or decline the suggestion below",
        )
        self.order_fields(["text", "source", "seen"])
        if not section.panel:
            del self.fields["source"]  # only panels name theirs to readers


class DeclineForm(SeenForm):
    """Why the section stays as it is."""

    reason = LongTextField(
        label="Why not?",
        help_text="The lead reads this, on the page and in an e-mail. Say what would help.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 80}),
        error_messages={"required": "Say why: the lead should know what would help"},
    )

    field_order = ["reason", "seen"]


def text_field(section: Section, label: str, *, help_text: str, required: str) -> LongTextField:
    return LongTextField(
        label=label,
        help_text=help_text,
        max_length=section.longest,
        widget=forms.Textarea(attrs={"rows": 3 if section.longest < suggestions.LONGEST else 8, "cols": 80}),
        error_messages={"required": required},
    )
