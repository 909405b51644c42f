"""A reader finds something wrong with an item: the form, and what becomes of it. No account, no address needed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone

from selfharm_portal.accounts.models import User
from selfharm_portal.pages.forms import LetterForm

from .models import SAYS_ENOUGH, ItemReport, ReportAbout, Resource


class ReportForm(LetterForm):
    """What is wrong; in words, too, unless it is the link alone."""

    about = forms.ChoiceField(
        label="What is wrong?",
        choices=ReportAbout,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is wrong"},
    )

    field_order = ["about", "message", "email", "website"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        message = self.fields["message"]
        message.label, message.required = "Tell us more", False
        message.widget.attrs["rows"] = 5

    def clean(self) -> None:
        super().clean()
        about, message = (self.cleaned_data.get(name) for name in ("about", "message"))
        if about and about not in SAYS_ENOUGH and message == "":
            self.add_error("message", "Write a sentence about what is wrong, so that we can find it")


def receive(resource: Resource, *, about: str, message: str, email: str) -> ItemReport:
    """Keep what a reader wrote; the desk shows that it is there."""
    return ItemReport.objects.create(resource=resource, about=about, message=message, email=email)


@transaction.atomic
def deal_with(report: ItemReport, *, by: User, what_was_done: str) -> bool:
    """Note who dealt with it, when and how; what is noted already stays. Was it noted?"""
    found = ItemReport.objects.select_for_update().get(pk=report.pk)
    if found.dealt_with_at:
        return False
    found.what_was_done, found.dealt_with_by, found.dealt_with_at = what_was_done, by, timezone.now()
    found.save(update_fields=["what_was_done", "dealt_with_by", "dealt_with_at"])
    return True
