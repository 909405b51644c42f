"""The checklist of a second person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models

from selfharm_portal.plain_messages import PlainMessages


class ChecklistForm(PlainMessages, forms.Form):
    """What a second person ticks; each box that is not ticked says so beside it."""

    def __init__(self, *args: Any, checklist: type[models.TextChoices], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for check in checklist:
            name, _, meaning = str(check.label).partition(": ")
            self.fields[check.value] = forms.BooleanField(
                label=name,
                help_text=f"{meaning[:1].upper()}{meaning[1:]}.",
                error_messages={
                    "required": f"Look at this, then tick “{name}”. If it is not so, change the item first."
                },
            )

    @property
    def checked(self) -> list[str]:
        return [name for name, is_ticked in self.cleaned_data.items() if is_ticked]
