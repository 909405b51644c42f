"""NCISH gives an area its measures: several at once, from one month on. First what it means, then it is done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from selfharm_portal.accounts.http import SignedInRequest
from selfharm_portal.plain_messages import PlainMessages
from sites.models import Area

from . import reporting
from .models import AreaMeasure, Measure, ReportingPeriod
from .reporting_calendar import month_in_words
from .wording import shifted

if TYPE_CHECKING:
    BaseForm = forms.Form
else:
    BaseForm = forms.Form

#: Months that are offered: so many before this one, and after it.
BACK, AHEAD = 60, 12


class GiveForm(PlainMessages, BaseForm):
    area = forms.ModelChoiceField(Area.objects.order_by("name"), label="Area")
    from_month = forms.TypedChoiceField(label="From which month on?", coerce=date.fromisoformat)
    until_month = forms.TypedChoiceField(
        label="Until which month?",
        required=False,
        coerce=date.fromisoformat,
        empty_value=None,
        help_text="Of that month they are still asked. Leave it open unless an end is agreed.",
    )
    measures = forms.MultipleChoiceField(label="Measures", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this_month = today.replace(day=1)
        months = [shifted(this_month, step) for step in range(AHEAD, -BACK - 1, -1)]
        offered = [(month.isoformat(), month_in_words(month)) for month in months]
        fields: Any = self.fields
        fields["from_month"].choices = offered
        fields["from_month"].initial = this_month.isoformat()
        fields["until_month"].choices = [("", "No end"), *offered]
        in_use = Measure.objects.in_use().select_related("domain").prefetch_related("versions")
        ordered = sorted(in_use, key=lambda measure: (measure.domain.order, measure.domain.title, measure.code))
        fields["measures"].choices = [
            (domain, [(measure.code, f"{measure.code} {measure.definition_in(this_month).name}") for measure in group])
            for domain, group in groupby(ordered, key=lambda measure: measure.domain.title)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("from_month"), cleaned.get("until_month")
        if first and last and last < first:
            self.add_error("until_month", f"Choose {month_in_words(first)} or a later month, or no end")
        if cleaned.get("area") and cleaned.get("measures"):
            there = has_already(cleaned["area"], cleaned["measures"])
            if there:
                self.add_error(
                    "measures",
                    f"{cleaned['area'].short_name} has {in_a_row(there)} already. Take the tick away; its months are "
                    "changed in the list of area measures",
                )
        return cleaned


def has_already(area: Area, codes: Iterable[str]) -> list[str]:
    found = AreaMeasure.objects.filter(area=area, measure__code__in=list(codes))
    return list(found.order_by("measure__code").values_list("measure__code", flat=True))


def in_a_row(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def what_it_means(area: Area, codes: list[str], first: date, last: date | None) -> list[str]:
    """In sentences, before it is done: "12 measures for Frimley, from April 2026 on"."""
    count = "1 measure" if len(codes) == 1 else f"{len(codes)} measures"
    until = f"to {month_in_words(last)}" if last else "on"
    open_months = ReportingPeriod.objects.filter(month__gte=first)
    if last:
        open_months = open_months.filter(month__lte=last)
    total = open_months.count()
    new = open_months.exclude(submissions__area=area).count()
    said = [f"{count} for {area.short_name}, from {month_in_words(first)} {until}: {in_a_row(sorted(codes))}."]
    if not total:
        return [*said, "None of these months is open yet: they are asked for as months open."]
    said.append(f"{counted(total)} open already, and {'asks' if total == 1 else 'ask'} for them from now on.")
    if new:
        said.append(f"Of these, {new} {'is' if new == 1 else 'are'} new for the area: its team finds the rows at once.")
    return said


def counted(months: int) -> str:
    return "1 of these months is" if months == 1 else f"{months} of these months are"


@transaction.atomic
def give(area: Area, codes: list[str], first: date, last: date | None) -> int:
    """All of them or none; returns how many months were opened for the area.

    Raises IntegrityError if somebody gave one of them meanwhile.
    """
    AreaMeasure.objects.bulk_create(
        AreaMeasure(area=area, measure=measure, from_month=first, until_month=last)
        for measure in Measure.objects.in_use().filter(code__in=codes)
    )
    return reporting.area_joins(area)


def page(request: SignedInRequest, context: dict[str, Any]) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = GiveForm(posted, today=timezone.localdate(), initial={"area": request.GET.get("area")})
    means: list[str] = []
    if form.is_valid():
        given = (form.cleaned_data["area"], form.cleaned_data["measures"])
        months = (form.cleaned_data["from_month"], form.cleaned_data["until_month"])
        means = what_it_means(*given, *months)
        if request.POST.get("seen") == " ".join(means):
            try:
                opened = give(*given, *months)
            except IntegrityError:
                means = []
                form.add_error("measures", "Somebody gave the area one of these a moment ago. Look again")
            else:
                new = f" {opened} new in its team's list." if opened else ""
                messages.success(request, f"{means[0]}{new}")
                return HttpResponseRedirect(reverse("admin:measures_areameasure_changelist"))
        elif "seen" in request.POST:
            messages.warning(request, "Something has changed since you looked. This is what it would mean now.")
    context |= {"form": form, "means": means, "seen": " ".join(means)}
    return TemplateResponse(request, "admin/measures/areameasure/give.html", context)
