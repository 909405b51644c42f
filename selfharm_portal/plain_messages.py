"""What a field says when it is empty or wrong: what to do, in place of Django's "This field is required."."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.html import strip_tags

if TYPE_CHECKING:
    Base = forms.BaseForm
    AnyModelForm = forms.ModelForm[Any]
else:
    Base, AnyModelForm = object, forms.ModelForm

#: Whatever its name, how such a field is written.
INVALID = {
    forms.EmailField: "Write the e-mail address like name@example.org",
    forms.URLField: "Write the address like https://www.example.org/page",
    forms.FloatField: "Write a number in figures, such as 12.5",
    forms.DecimalField: "Write a number in figures, such as 12.5",
    forms.IntegerField: "Write a whole number in figures, such as 12",
    forms.DateTimeField: "Write day and time like 2026-03-27 14:30",
    forms.DateField: "Write the date like 2026-03-27",
    forms.TimeField: "Write the time like 14:30",
    forms.JSONField: "Check the commas, braces and quotation marks: it cannot be read",
    forms.SlugField: "Use letters without accents, figures, hyphens and underscores only",
    forms.FileField: "Choose the file again: nothing arrived",
}
CHOICES = {
    "invalid_choice": "Choose again: “%(value)s” is not in the list",
    "invalid_pk_value": "Choose again: “%(pk)s” is not in the list",
    "invalid_list": "Choose again from the list",
}
LIMITS = {
    "max_length": "Make “{label}” shorter: it can have %(limit_value)d characters, and it has %(show_value)d",
    "min_length": "Make “{label}” longer: it needs %(limit_value)d characters, and it has %(show_value)d",
    "max_value": "Enter at most %(limit_value)s for “{label}”",
    "min_value": "Enter at least %(limit_value)s for “{label}”",
}


class PlainMessages(Base):
    """For forms: each field that still speaks Django's words speaks ours. Stands before Form in the bases."""

    def full_clean(self) -> None:
        for name, field in self.fields.items():
            field.error_messages |= missing_messages(field, name)
        super().full_clean()


class PlainModelForm(PlainMessages, AnyModelForm):
    """What admin makes forms from."""


class RulesBesideFields(PlainModelForm):
    """Says a broken constraint beside the field that its code names, those about fields outside the form too."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:  # Django leaves out constraints that name a field which cannot be typed here
            try:
                self.instance.validate_constraints()
            except ValidationError as error:
                self._update_errors(error)

    def _update_errors(self, errors: ValidationError) -> None:
        problems = getattr(errors, "error_dict", {})
        for problem in problems.pop(NON_FIELD_ERRORS, []):
            field = problem.code if problem.code in self.fields else NON_FIELD_ERRORS
            problems.setdefault(field, []).append(problem)
        super()._update_errors(errors)  # type: ignore[misc]


def missing_messages(field: forms.Field, name: str) -> dict[str, str]:
    """Ours, but for those that the field, or one of its validators, has in its own words."""
    own = {code for code, text in field.error_messages.items() if str(text) != djangos_words(field).get(code)}
    own |= {
        getattr(validator, "code", "")
        for validator in field.validators
        if str(getattr(validator, "message", "")) != str(getattr(type(validator), "message", ""))
    }
    label = strip_tags(str(field.label or name.replace("_", " ").capitalize())).rstrip(":. ")
    return {code: message for code, message in messages(field, label).items() if code not in own}


def messages(field: forms.Field, label: str) -> dict[str, str]:
    said = {code: text.format(label=label.replace("%", "%%")) for code, text in LIMITS.items()}
    asks = label.endswith("?")
    said |= next(({"invalid": text} for kind, text in INVALID.items() if isinstance(field, kind)), {})
    if isinstance(field, (forms.ChoiceField, forms.ModelChoiceField)):
        return said | CHOICES | {"required": f"Answer “{label}”" if asks else f"Choose “{label}”"}
    if isinstance(field, forms.BooleanField):
        return said | {"required": f"Tick “{label}”"}
    if isinstance(field, forms.FileField):
        choose = f"Choose a file for “{label}”"
        return said | {"required": choose, "missing": choose, "empty": "Choose another file: this one is empty"}
    return said | {"required": f"Answer “{label}”" if asks else f"Fill in “{label}”"}


def djangos_words(field: forms.Field) -> dict[str, str]:
    """What Django says for a field of this class."""
    words: dict[str, str] = {}
    for kind in reversed(type(field).__mro__):
        if kind.__module__.startswith(("django.", "allauth.")):
            words |= {code: str(text) for code, text in getattr(kind, "default_error_messages", {}).items()}
    return words
