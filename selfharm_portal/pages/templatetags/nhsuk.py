"""What the form templates in templates/nhsuk/ ask of a bound field."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from html import unescape
from typing import Any, NamedTuple

from django import forms, template
from django.forms.formsets import BaseFormSet
from django.template.context import Context
from django.utils import formats
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

register = template.Library()


class Option(NamedTuple):
    """A radio button or a checkbox; what it reveals is shown once it is chosen."""

    group: str
    name: str
    value: str
    label: str
    id: str
    is_chosen: bool
    is_disabled: bool
    reveals: list[forms.BoundField]


class Limit(NamedTuple):
    most: int
    unit: str


@register.simple_tag(takes_context=True)
def control(context: Context, field: forms.BoundField) -> SafeString:
    """The input itself, with the classes that nhsuk-frontend knows and all that describes it."""
    widget = field.field.widget
    has_errors = bool(field.errors) and context.get("form_show_errors") is not False
    base = base_class(widget)
    classes = [base, f"{base}--error" if has_errors else "", *extra_classes(field), widget.attrs.get("class", "")]
    described = [
        widget.attrs.get("aria-describedby", ""),
        f"{field.auto_id}_helptext" if field.help_text else "",
        f"{field.auto_id}_error" if has_errors else "",
        f"{field.id_for_label}-info" if limit(field) else "",
    ]
    attrs: dict[str, Any] = {"class": " ".join(filter(None, classes))}
    attrs["aria-describedby"] = " ".join(filter(None, described)) or False
    if isinstance(widget, forms.Textarea):
        attrs["maxlength"] = False  # it would cut off what is pasted, and say nothing
    if isinstance(widget, forms.PasswordInput):
        attrs |= {"spellcheck": "false", "autocapitalize": "none"}
    if isinstance(widget, forms.CheckboxInput) and revealed_by(field, "on"):
        attrs["data-aria-controls"] = f"conditional-{field.id_for_label}"
    return field.as_widget(attrs=attrs)


def base_class(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return "nhsuk-checkboxes__input"
    if isinstance(widget, forms.Select):
        return "nhsuk-select"
    if isinstance(widget, forms.Textarea):
        return "nhsuk-textarea"
    return "cc-file" if isinstance(widget, forms.FileInput) else "nhsuk-input"


def extra_classes(field: forms.BoundField) -> list[str]:
    if isinstance(field.field.widget, forms.PasswordInput):
        return ["nhsuk-password-input__input", "nhsuk-js-password-input-input"]
    return ["nhsuk-js-character-count"] if limit(field) else []


@register.filter
def limit(field: forms.BoundField) -> Limit | None:
    """How much fits into a textarea, if there is a limit."""
    if not isinstance(field.field.widget, forms.Textarea):
        return None
    if words := getattr(field.field, "max_words", None):
        return Limit(words, "words")
    characters = getattr(field.field, "max_length", None)
    return Limit(characters, "characters") if characters else None


@register.filter
def is_search(field: forms.BoundField) -> bool:
    return getattr(field.field.widget, "input_type", "") == "search"


@register.filter
def options(field: forms.BoundField) -> list[Option]:
    """The choices as they are printed, each group's heading with its first."""
    attrs = field.build_widget_attrs({"id": field.auto_id})
    widget: Any = field.field.widget
    found: list[Option] = []
    for group, choices, _ in widget.optgroups(field.html_name, widget.format_value(field.value()), attrs):
        for number, choice in enumerate(choices):
            value = str(choice["value"])
            found.append(
                Option(
                    group=str(group or "") if number == 0 else "",
                    name=choice["name"],
                    value=value,
                    label=choice["label"],
                    id=choice["attrs"].get("id", ""),
                    is_chosen=choice["selected"],
                    is_disabled=bool(choice["attrs"].get("disabled")),
                    reveals=revealed_by(field, value),
                )
            )
    return found


def revealed_by(field: forms.BoundField, value: str) -> list[forms.BoundField]:
    """The form says it: `reveals = {"verdict": {"return": ["comment"]}}`."""
    names: Iterable[str] = getattr(field.form, "reveals", {}).get(field.name, {}).get(value, ())
    return [field.form[name] for name in names if name in field.form.fields]


@register.filter
def revealed_when_ticked(field: forms.BoundField) -> list[forms.BoundField]:
    """What a checkbox that stands alone reveals: `reveals = {"has_note": {"on": ["note"]}}`."""
    return revealed_by(field, "on")


@register.filter
def is_revealed(field: forms.BoundField) -> bool:
    """Is it shown inside another field, and so not by itself?"""
    reveals: dict[str, dict[str, list[str]]] = getattr(field.form, "reveals", {})
    return any(
        field.name in names
        for revealing, by_value in reveals.items()
        if revealing in field.form.fields
        for names in by_value.values()
    )


@register.filter
def first_id(field: forms.BoundField) -> str:
    """Where the error summary leads: the input, the first of several, or the part of a date that is wrong."""
    if isinstance(field.field.widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return next((option.id for option in options(field)), field.auto_id)
    return field.id_for_label or field.auto_id


@register.filter
def errors_of_all(formset: BaseFormSet[Any]) -> list[dict[str, str]]:
    """For the summary of a formset: what is wrong with the whole, then with each form in turn."""
    found = [{"text": str(message)} for message in formset.non_form_errors()]
    for form in formset.forms:
        found += [{"text": str(message)} for message in form.non_field_errors()]
        for field in form:
            found += [{"text": str(message), "href": f"#{first_id(field)}"} for message in field.errors]
    return found


@register.filter
def in_words(field: forms.BoundField) -> str:
    """A value that is only read: the words of a choice, a date in full, Yes or No."""
    value = field.value()
    choices = getattr(field.field, "choices", None)
    if choices is not None:
        chosen = {str(one) for one in (value if isinstance(value, (list, tuple, set)) else [value])}
        flat = [
            pair for key, label in choices for pair in (label if isinstance(label, (list, tuple)) else [(key, label)])
        ]
        return ", ".join(str(label) for key, label in flat if str(key) in chosen)
    if isinstance(field.field, forms.BooleanField):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return formats.date_format(value, "j F Y")
    return "" if value is None else str(value)


@register.filter
def plain(rendered: Any) -> str:
    """The text of a legend or a button, which crispy-forms hands over rendered: to be escaped once, here."""
    return unescape(strip_tags(str(rendered)))
