"""What areas report, from when to when, and when it is due: for curators."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone

from measures import giving, reporting, reporting_calendar
from measures.dictionary import definitions
from measures.models import AreaAim, AreaMeasure, ChartKind, ReportingPeriod
from measures.statistics import chart_kinds
from selfharm_portal.accounts.http import SignedInRequest
from selfharm_portal.accounts.model_admin import KeptForGood, PortalModelAdmin, PortalStackedInline
from selfharm_portal.plain_messages import PlainMessages, RulesBesideFields

from .fields import NARROW, within_reach

if TYPE_CHECKING:
    PeriodModelForm = forms.ModelForm[ReportingPeriod]
else:  # Django's class takes no type argument when it runs
    PeriodModelForm = forms.ModelForm


class AreaAimInline(PortalStackedInline):
    model = AreaAim
    fields = [("position", "value", "from_month")]
    max_num = 2
    verbose_name_plural = "aims of the area’s own, at most two"


class AreaMeasureForm(RulesBesideFields):
    def clean(self) -> dict[str, Any] | None:
        """A kind of chart suits some kinds of measure only: p and u need a numerator and a denominator."""
        cleaned = super().clean()
        chart, measure = self.cleaned_data.get("chart"), self.cleaned_data.get("measure")
        versions = list(reversed(measure.versions.all())) if chart and measure else []
        version = definitions.current(versions, timezone.localdate())
        suits = chart_kinds.CHOICES[version.kind] if version else chart_kinds.FOR_ALL
        if chart and measure and chart not in suits:
            names = [dict(ChartKind.choices)[kind] for kind in suits]
            self.add_error("chart", f"{measure} can have one of these: {'; '.join(names)}.")
        return cleaned


@admin.register(AreaMeasure)
class AreaMeasureAdmin(KeptForGood, PortalModelAdmin):
    """Ended by a last month: what was reported stays explained."""

    list_display = ["area", "measure", "from_month", "until_month"]
    list_filter = ["area", "measure__domain"]
    list_select_related = ["area", "measure"]
    search_fields = ["area__place", "measure__code", "measure__versions__name"]
    form = AreaMeasureForm
    fieldsets = [
        (None, {"fields": ["area", "measure", ("from_month", "until_month")]}),
        (
            "Another kind of chart",
            {
                "description": "Only where the portal's own choice does not suit these numbers. "
                "The team reads the reason beside its chart.",
                "fields": ["chart", "chart_reason"],
            },
        ),
    ]
    formfield_overrides = NARROW
    inlines = [AreaAimInline]

    def get_urls(self) -> list[URLPattern]:
        several = self.admin_site.admin_view(self.give)
        return [path("give/", several, name="measures_areameasure_give"), *super().get_urls()]

    def give(self, request: SignedInRequest) -> HttpResponse:
        if not self.may_edit(request.user):
            raise PermissionDenied
        title = "Give an area several measures"
        context = {**self.admin_site.each_context(request), "opts": self.model._meta, "title": title}
        return giving.page(request, context)

    def save_model(self, request: HttpRequest, obj: AreaMeasure, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if opened := reporting.area_joins(obj.area):
            months = "month" if opened == 1 else "months"
            self.message_user(request, f"{opened} {months} opened for {obj.area}.")


class ReportingPeriodForm(PlainMessages, PeriodModelForm):
    class Meta:
        model = ReportingPeriod
        fields = ["month", "due_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].required = False
        self.fields[
            "due_on"
        ].help_text = "Leave empty for the 15th working day of the next month in England; late from the next midnight."

    def clean_month(self) -> date:
        return within_reach(self.cleaned_data["month"])

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        month = self.cleaned_data.get("month", self.instance.month)
        if month and not self.cleaned_data.get("due_on"):
            self.cleaned_data["due_on"] = reporting_calendar.due_on(month)
        return cleaned


@admin.register(ReportingPeriod)
class ReportingPeriodAdmin(KeptForGood, PortalModelAdmin):
    form = ReportingPeriodForm
    list_display = ["name", "due_on"]
    date_hierarchy = "month"
    search_fields = ["month"]

    def get_readonly_fields(self, request: HttpRequest, obj: ReportingPeriod | None = None) -> list[str]:
        return ["month"] if obj else []

    def save_model(self, request: HttpRequest, obj: ReportingPeriod, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if opened := reporting.add_submissions([obj]):
            areas = "area" if opened == 1 else "areas"
            self.message_user(request, f"{obj} is open for {opened} {areas}.")

    @admin.display(description="month", ordering="month")
    def name(self, period: ReportingPeriod) -> str:
        return str(period)


@admin.register(AreaAim)
class AreaAimAdmin(PortalModelAdmin):
    list_display = ["area_measure", "position", "value", "from_month"]
    list_filter = ["area_measure__area"]
    list_select_related = ["area_measure__area", "area_measure__measure"]
    search_fields = ["area_measure__area__place", "area_measure__measure__code"]
    autocomplete_fields = ["area_measure"]
