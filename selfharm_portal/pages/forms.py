"""Forms by which somebody without an account writes to NCISH."""

from typing import Any

from django import forms

from selfharm_portal.long_text import LongTextField
from selfharm_portal.plain_messages import PlainMessages


class LetterForm(PlainMessages, forms.Form):
    """What every such form has: a message, an address for an answer, and a field that only machines fill in."""

    message = LongTextField(
        label="Your message",
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off"}),  # no browser offers what was once written
        max_length=5000,
        help_text="Please do not tell us anything about the health of a person whom others could recognise.",
        error_messages={
            "required": "Write your message",
            "max_length": "Make your message shorter: it can have 5,000 characters, and it has %(show_value)s",
        },
    )
    email = forms.EmailField(
        label="Your e-mail address",
        required=False,
        help_text="Only if you want an answer.",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"invalid": "Write the e-mail address like name@example.org"},
    )
    website = forms.CharField(
        label="Leave this field empty: it catches machines that fill in everything",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    #: Fields whose words may be words of distress.
    in_own_words = ["message"]

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError("Empty this field: it only catches machines. Then send your message again")
        return ""

    @property
    def words(self) -> str:
        """What was typed, whether or not it passes, for the words of distress in it."""
        return " ".join(str(self.data.get(name, "")) for name in self.in_own_words)

    @property
    def written(self) -> dict[str, Any]:
        """What is kept of a form that passed."""
        return {name: value for name, value in self.cleaned_data.items() if name != "website"}


class ContactForm(LetterForm):
    """A message to NCISH. Only the message is needed: whoever wants an answer gives an address."""

    subject = forms.CharField(
        label="What is it about?",
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": "Make the subject shorter: it can have 150 characters"},
    )
    name = forms.CharField(
        label="Your name",
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"max_length": "Make the name shorter: it can have 120 characters"},
    )

    field_order = ["subject", "message", "name", "email", "website"]
    in_own_words = ["subject", "message"]

    def clean_subject(self) -> str:
        return " ".join(str(self.cleaned_data["subject"]).split())
