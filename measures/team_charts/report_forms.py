"""Which months and measures a board report has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from measures.models import MeasureVersion
from measures.reporting_calendar import month_in_words
from selfharm_portal.plain_messages import PlainMessages

#: How many months a report has that nobody has chosen otherwise.
USUAL_MONTHS = 24


class BoardReportForm(PlainMessages, forms.Form):
    """The months are those that the area's accepted months span, the newest first."""

    first = forms.ChoiceField(label="From")
    last = forms.ChoiceField(label="To")
    measure = forms.MultipleChoiceField(
        label="Measures",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one measure"},
    )

    def __init__(
        self,
        *args: Any,
        months: Sequence[date],
        accepted: Sequence[date],
        versions: Sequence[MeasureVersion],
        **kwargs: Any,
    ) -> None:
        """months: newest first, none left out. accepted: those of them that are accepted."""
        super().__init__(*args, **kwargs)
        self.accepted = accepted
        choices = [(f"{month:%Y-%m}", month_in_words(month)) for month in months]
        self.fields["first"].choices = self.fields["last"].choices = choices  # type: ignore[attr-defined]
        self.fields["measure"].choices = [  # type: ignore[attr-defined]
            (version.measure.code, f"{version.measure.code} {version.name}") for version in versions
        ]

    def clean_first(self) -> date:
        return date.fromisoformat(f"{self.cleaned_data['first']}-01")

    def clean_last(self) -> date:
        return date.fromisoformat(f"{self.cleaned_data['last']}-01")

    def clean(self) -> None:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first is None or last is None:
            return
        if last < first:
            self.add_error("last", "Choose a last month that does not lie before the first")
        elif not any(first <= month <= last for month in self.accepted):
            self.add_error("last", "No month between these two is accepted: choose more months")
