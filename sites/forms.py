"""The curator's forms of areas and infographics: two people may type at once, and words alone fill a panel."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html

from selfharm_portal.plain_messages import RulesBesideFields

from .models import Infographic, InfographicPanel, InfographicStatus, PanelKind

MEANWHILE = "Somebody changed this while you were typing. It now says: “{now}”. Save again to put yours in its place."


class KeepsOthersWork(RulesBesideFields):
    """What a person left as it was stays as it is now, and a field that two people changed is asked about.

    For that, the form carries what it showed: without it, as in a file of answers, nothing is asked.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = True

    def clean(self) -> None:
        super().clean()
        if self.instance.pk is None:
            return
        for name in self._meta.fields or ():
            if name not in self.fields or name not in self.initial:
                continue
            if name in self.changed_data:
                self._ask_if_changed_meanwhile(name)
            elif name not in self.errors:
                self.cleaned_data[name] = self.fields[name].clean(self.fields[name].prepare_value(self.initial[name]))

    def _ask_if_changed_meanwhile(self, name: str) -> None:
        field, now, shown_as = self.fields[name], self.initial[name], self.add_initial_prefix(name)
        if not any(self.add_initial_prefix(each) in self.data for each in self.fields):
            return
        shown = field.to_python(field.hidden_widget().value_from_datadict(self.data, self.files, shown_as))
        if not differ(field, shown, now) or not differ(field, now, self.cleaned_data.get(name)):
            return
        self.add_error(name, MEANWHILE.format(now=in_words(field, now)))
        seen: Any = self.data
        self.data = seen = seen.copy()
        kept = field.prepare_value(now)
        if isinstance(kept, list):
            seen.setlist(shown_as, kept)
        else:
            seen[shown_as] = kept


def in_words(field: forms.Field, value: Any) -> str:
    """As the person would have typed or chosen it."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(dict(getattr(field, "choices", ())).get(value, value))


def differ(field: forms.Field, before: Any, after: Any) -> bool:
    """Browsers send line breaks as two characters, whatever they were given."""
    one, other = (value.replace("\r\n", "\n") if isinstance(value, str) else value for value in (before, after))
    return field.has_changed(one, field.prepare_value(other))


class InfographicForm(KeepsOthersWork):
    class Meta:
        model = Infographic
        fields = ["area", "theme", "title", "slug", "order", "text_alternative", "curator_note", "review_due"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.was_complete = self.instance.is_complete

    def _post_clean(self) -> None:
        # filling.settle makes it complete again, once all is saved. Until then the rule about complete ones waits.
        self.instance.status = InfographicStatus.TITLE_CONFIRMED
        super()._post_clean()


class PanelForm(KeepsOthersWork):
    """A panel to fill asks its question, and has an empty place for the answer. With words there, it is filled."""

    class Meta:
        model = InfographicPanel
        fields = ["part", "kind", "order", "heading", "text", "figure", "icon", "source", "confirmed"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3, "cols": 80})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["text"].required = False  # clean() asks for it where it is missing
        if self.is_to_fill:
            self.initial["text"] = ""
            self.fields["text"].help_text = format_html(
                '<strong class="cc-question">To fill: {}</strong>', self.instance.text
            )

    @property
    def is_to_fill(self) -> bool:
        """Until now; what is typed may fill it."""
        return self.instance.pk is not None and self.instance.kind == PanelKind.TO_FILL

    def clean(self) -> None:
        super().clean()
        if self.cleaned_data.get("confirmed") and not self.cleaned_data.get("source") and "source" not in self.errors:
            self.add_error("source", "Name the source that it was seen in, or take the tick away.")
        if self.instance.pk is None:
            return
        kind, text = self.cleaned_data.get("kind"), self.cleaned_data.get("text")
        if self.is_to_fill and "text" not in self.changed_data:
            text = ""  # what is saved there is the question
        if self.is_to_fill and text:
            self.cleaned_data["kind"] = PanelKind.KNOWN if kind == PanelKind.TO_FILL else kind
        elif self.is_to_fill and kind == PanelKind.TO_FILL:
            self.cleaned_data["text"] = self.instance.text
        elif not text and "text" not in self.errors:
            self.add_error("text", "Write what this panel says, or leave it “to fill”.")
