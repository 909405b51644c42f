"""The curators' forms: what admin's own fields would make hard to type, and errors beside the field they are about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models

from selfharm_portal.one_per_line import OnePerLineField
from selfharm_portal.plain_messages import PlainMessages, RulesBesideFields

from .duplicates import Known
from .models import (
    QS34_STATEMENTS,
    Audience,
    Helpline,
    Population,
    Publisher,
    Reader,
    ReadingListEntry,
    Resource,
    Setting,
    SynonymGroup,
)
from .querysets import LikelyDuplicate

if TYPE_CHECKING:
    BaseForm = forms.Form
    BaseModelForm = forms.ModelForm[Any]
else:
    BaseForm, BaseModelForm = forms.Form, forms.ModelForm


class SeveralOf(forms.MultipleChoiceField):
    """Boxes to tick, in the order of the choices."""

    widget = forms.CheckboxSelectMultiple


def several(
    field: str, choices: type[Audience | Setting | Population | Reader], *, required: bool = False
) -> SeveralOf:
    column: Any = Resource._meta.get_field(field)
    label = column.verbose_name[:1].upper() + column.verbose_name[1:]
    return SeveralOf(choices=choices.choices, required=required, label=label, help_text=column.help_text)


def one_per_line(model: type[models.Model], field: str, *, required: bool = False) -> OnePerLineField:
    column: Any = model._meta.get_field(field)
    return OnePerLineField(required=required, help_text=column.help_text)


class ResourceForm(RulesBesideFields):
    """An item of the library. What may be here already is asked about before it is saved."""

    not_the_same = forms.ModelMultipleChoiceField(Resource.objects.all(), required=False)
    #: What is asked about, and whether it has been ticked as another work; set by clean().
    likely_duplicates: list[tuple[LikelyDuplicate, bool]]
    audiences = several("audiences", Audience)
    settings = several("settings", Setting)
    population = several("population", Population)
    reader = several("reader", Reader, required=True)
    authors = one_per_line(Resource, "authors")
    qs34_statements = forms.TypedMultipleChoiceField(
        label="QS34 statements",
        choices=[(number, f"Statement {number}") for number in QS34_STATEMENTS],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Statements of quality standard 34 that it helps with. Empty until a curator says.",
    )

    class Meta:
        model = Resource
        exclude: list[str] = []
        widgets = {
            "title": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "topics": forms.CheckboxSelectMultiple,
            "content_note": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.likely_duplicates = []

    def clean(self) -> None:
        super().clean()
        if not self.cleaned_data.get("title"):
            return
        self.look_for_duplicates(self.cleaned_data)
        if not all(is_ticked for _, is_ticked in self.likely_duplicates):
            self.add_error("not_the_same", "It is not saved yet.")

    def look_for_duplicates(self, typed: Mapping[str, Any]) -> None:
        """Fill likely_duplicates for these values of the fields."""
        texts = {name: typed.get(name) or "" for name in ("title", "doi", "pmid", "url", "code")}
        named = self.instance.publishers.values_list("name", flat=True) if self.instance.pk else []
        item = Known(**texts, year=typed.get("year"), publishers=tuple(named), key=self.instance.pk)
        ticked = typed.get("not_the_same") or []
        found = Resource.objects.likely_duplicates_of(item)
        self.likely_duplicates = [(each, each.resource in ticked) for each in found]


class PublisherForm(RulesBesideFields):
    other_spellings = one_per_line(Publisher, "other_spellings")

    class Meta:
        model = Publisher
        exclude: list[str] = []


class SynonymGroupForm(RulesBesideFields):
    terms = one_per_line(SynonymGroup, "terms", required=True)

    class Meta:
        model = SynonymGroup
        exclude: list[str] = []


class HelplineForm(RulesBesideFields):
    class Meta:
        model = Helpline
        exclude: list[str] = []


class ReadingListEntryForm(PlainMessages, BaseModelForm):
    """A list on a public page holds only what may be shown to its readers."""

    class Meta:
        model = ReadingListEntry
        exclude: list[str] = []

    def clean(self) -> None:
        super().clean()
        resource = self.cleaned_data.get("resource")
        reading_list = self.cleaned_data.get("reading_list")  # the form's own: a new list has no key yet
        if not resource or not reading_list or not reading_list.audience:  # what is missing is said by itself
            return
        if reading_list.reader not in resource.reader:
            for_whom = reading_list.reader.label
            self.add_error("resource", f"This list is for: {for_whom}. The item may not be shown to them.")
