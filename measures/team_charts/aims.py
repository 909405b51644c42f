"""An area's own aims for a measure, two dated ones at most: its lead sets them, and charts call them the area's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from measures.access import find_area_measure, for_teams_and_analysts
from measures.models import AreaAim, AreaMeasure, MeasureVersion
from measures.reporting_calendar import month_in_words
from measures.rules import plain
from measures.wording import shifted
from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.http import SignedInRequest
from selfharm_portal.accounts.models import User
from selfharm_portal.plain_messages import PlainMessages

from . import limits_pages

#: How far ahead an aim may begin.
MONTHS_AHEAD = 24


class Aim(NamedTuple):
    value: Decimal
    from_month: date


class NotAllowed(Exception):
    """The person is no lead of the area."""


class ChangedMeanwhile(Exception):
    """Somebody else set other aims after the page was shown."""


def stored(area_measure: AreaMeasure) -> list[Aim]:
    """Those that are set, the earlier first."""
    return [Aim(aim.value, aim.from_month) for aim in area_measure.aims.order_by("from_month")]


def fingerprint(aims: Sequence[Aim]) -> str:
    """Tells whether somebody has changed them since."""
    return " ".join(f"{aim.value:f}@{aim.from_month}" for aim in aims)


@transaction.atomic
def set_aims(area_measure: AreaMeasure, aims: Sequence[Aim], *, by: User, seen: str) -> bool:
    """Put these in place of what is set; False where that was so already. Raises NotAllowed and ChangedMeanwhile."""
    if not permissions.may_set_aims(by, area_measure.area):
        raise NotAllowed(f"{by} is no lead of {area_measure.area}")
    AreaMeasure.objects.select_for_update().get(pk=area_measure.pk)
    before, aims = stored(area_measure), sorted(aims, key=lambda aim: aim.from_month)
    if before == aims:
        return False
    if fingerprint(before) != seen:
        raise ChangedMeanwhile
    area_measure.aims.all().delete()
    AreaAim.objects.bulk_create(
        AreaAim(area_measure=area_measure, position=position, value=aim.value, from_month=aim.from_month)
        for position, aim in enumerate(aims, start=1)
    )
    return True


class AimsForm(PlainMessages, forms.Form):
    """Two values with their months; an empty pair is no aim."""

    first = forms.DecimalField(label="Your aim", required=False, max_digits=10, decimal_places=2)
    first_from = forms.ChoiceField(label="From which month?", required=False)
    second = forms.DecimalField(label="A second aim", required=False, max_digits=10, decimal_places=2)
    second_from = forms.ChoiceField(label="From which month?", required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, version: MeasureVersion, months: Sequence[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = version
        choices = [("", "Choose a month"), *((month.isoformat(), month_in_words(month)) for month in months)]
        for name in ("first", "second"):
            self.fields[name].label = f"{self.fields[name].label}, in {version.unit}"
            self.fields[name].widget.attrs |= {"class": "nhsuk-input--width-5", "inputmode": "decimal"}
            self.fields[f"{name}_from"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("first", "second"):
            self.clean_pair(name, cleaned.get(name), cleaned.get(f"{name}_from"))
        if cleaned.get("second") is not None and cleaned.get("first") is None and "first" not in self.errors:
            self.add_error("first", "Enter the first aim, or move the second one up.")
        if cleaned.get("first_from") and cleaned.get("first_from") == cleaned.get("second_from"):
            self.add_error("second_from", "Choose another month: two aims cannot begin in the same one.")
        return cleaned

    def clean_pair(self, name: str, value: Decimal | None, month: str | None) -> None:
        lowest, highest = self.version.value_min, self.version.value_max
        if name in self.errors or f"{name}_from" in self.errors:
            return
        if value is not None and (value < lowest or (highest is not None and value > highest)):
            reach = f"from {lowest} to {highest}" if highest is not None else f"of {lowest} or more"
            self.add_error(name, f"Enter a number {reach}: nothing else can be reached.")
        if value is not None and not month:
            self.add_error(f"{name}_from", "Choose the month from which you aim at it.")
        if value is None and month:
            self.add_error(name, "Enter the aim for that month, or take the month away.")

    def aims(self) -> list[Aim]:
        return [
            Aim(self.cleaned_data[name], date.fromisoformat(self.cleaned_data[f"{name}_from"]))
            for name in ("first", "second")
            if self.cleaned_data[name] is not None
        ]


def months_to_choose(area_measure: AreaMeasure, today: date) -> list[date]:
    """From the first month that is reported to two years ahead, and those that are set."""
    first, last = area_measure.from_month, shifted(today.replace(day=1), MONTHS_AHEAD)
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    within = {shifted(first, n) for n in range(count)}
    return sorted(within | {aim.from_month for aim in stored(area_measure)})


def initial(aims: Sequence[Aim]) -> dict[str, str]:
    found = {"seen": fingerprint(aims)}
    for name, aim in zip(("first", "second"), aims, strict=False):
        found |= {name: plain(aim.value.normalize()), f"{name}_from": aim.from_month.isoformat()}
    return found


@for_teams_and_analysts
@require_http_methods(["GET", "HEAD", "POST"])
def aims(request: SignedInRequest, area: str, code: str) -> HttpResponse:
    area_measure = find_area_measure(request, area, code)
    if not permissions.may_set_aims(request.user, area_measure.area):
        raise PermissionDenied
    today = timezone.localdate()
    version = area_measure.measure.definition_in(today)
    before, months = stored(area_measure), months_to_choose(area_measure, today)
    data = request.POST if request.method == "POST" else None
    form = AimsForm(data, initial=initial(before), version=version, months=months)
    changed_meanwhile = False
    if form.is_valid():
        try:
            set_aims(area_measure, form.aims(), by=request.user, seen=form.cleaned_data["seen"])
        except ChangedMeanwhile:
            changed_meanwhile = True
            typed = {**form.cleaned_data, "seen": fingerprint(before)}
            form = AimsForm(initial=typed, version=version, months=months)
        else:
            said = "Saved. The chart shows it as your own aim." if form.aims() else "Saved. The chart shows no aim."
            messages.success(request, said)
            return redirect(limits_pages.chart_url(area_measure))
    return render(
        request,
        "measures/aims.html",
        {
            "area": area_measure.area,
            "measure": area_measure.measure,
            "version": version,
            "breadcrumb": limits_pages.breadcrumb(area_measure),
            "chart_url": limits_pages.chart_url(area_measure),
            "form": form,
            "now": [f"{plain(aim.value.normalize())} from {month_in_words(aim.from_month)}" for aim in before],
            "changed_meanwhile": changed_meanwhile,
        },
        status=409 if changed_meanwhile else 200,
    )
