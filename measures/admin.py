"""The dictionary, what areas report and the months for curators; the areas' numbers for analysts, to read only."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.http import SignedInRequest
from selfharm_portal.accounts.model_admin import KeptForGood, PortalModelAdmin, PortalStackedInline, PortalTabularInline
from selfharm_portal.one_per_line import OnePerLineField
from selfharm_portal.plain_messages import PlainMessages, RulesBesideFields

from . import giving, reporting, reporting_calendar
from .dictionary import definitions
from .models import (
    AreaAim,
    AreaMeasure,
    ChartKind,
    DenominatorGroup,
    Domain,
    Download,
    DraftEntry,
    DraftQueryAnswer,
    Expectation,
    LimitsDecision,
    LinkedTotal,
    Measure,
    MeasureSource,
    MeasureValue,
    MeasureVersion,
    MonthReminder,
    QueryAnswer,
    Question,
    ReminderByHand,
    ReportingPeriod,
    Story,
    Submission,
    SubmissionEvent,
    SubmissionRevision,
)
from .statistics import chart_kinds
from .wording import shifted

if TYPE_CHECKING:
    VersionModelForm = forms.ModelForm[MeasureVersion]
    PeriodModelForm = forms.ModelForm[ReportingPeriod]
else:  # Django's classes take no type arguments when they run
    VersionModelForm = PeriodModelForm = forms.ModelForm

SHORT_TEXT: dict[Any, Any] = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": 80})}}

NARROW: dict[Any, Any] = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 2, "cols": 80})}}

#: What cannot change once months have been given under a version: it would change what their numbers mean.
MEANING = [
    "measure",
    "number",
    "valid_from",
    "kind",
    "unit",
    "rate_multiplier",
    "numerator",
    "denominator",
    "denominator_group",
    "inclusions",
    "exclusions",
    "month_rule",
    "cohort_month_offset",
    "reporting_lag_days",
    "value_min",
    "value_max",
]


class ReadByAnalysts:
    """The areas' numbers: written by workflow.py, read by analysts, and no business of anybody else's."""

    def may_edit(self, user: permissions.Person) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return permissions.sees_every_area(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return permissions.sees_every_area(request.user)


# The dictionary


@admin.register(Domain)
class DomainAdmin(KeptForGood, PortalModelAdmin):
    list_display = ["title", "order", "description"]
    search_fields = ["title", "description"]
    prepopulated_fields = {"slug": ["title"]}


@admin.register(DenominatorGroup)
class DenominatorGroupAdmin(KeptForGood, PortalModelAdmin):
    """Who is in a group is part of the meaning of its measures, so it stays once months were given under one."""

    list_display = ["label", "definition"]
    search_fields = ["label", "definition"]
    prepopulated_fields = {"slug": ["label"]}

    def get_readonly_fields(self, request: HttpRequest, obj: DenominatorGroup | None = None) -> list[str]:
        given = obj is not None and MeasureValue.objects.filter(version__denominator_group=obj).exists()
        return ["definition"] if given else []


@admin.register(Measure)
class MeasureAdmin(KeptForGood, PortalModelAdmin):
    list_display = ["code", "name", "domain", "withdrawn"]
    list_filter = ["domain", "withdrawn"]
    list_select_related = ["domain"]
    search_fields = ["code", "slug", "versions__name"]
    autocomplete_fields = ["domain"]
    readonly_fields = ["definitions"]
    fieldsets = [
        (None, {"fields": ["code", "slug", "domain", "withdrawn"]}),
        (
            "Definitions",
            {
                "description": "The words are in the versions. A change of meaning is a new version, valid from a "
                "month; values stay with the version under which they were given.",
                "fields": ["definitions"],
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Measure]:
        measures: QuerySet[Measure] = super().get_queryset(request)
        return measures.prefetch_related("versions")

    def get_readonly_fields(self, request: HttpRequest, obj: Measure | None = None) -> list[str]:
        # The code is in addresses, spreadsheets and e-mails.
        return ["definitions", *(["code"] if obj else [])]

    def view_on_site(self, obj: Measure) -> str | None:
        return obj.get_absolute_url() if obj.versions.all() else None

    @admin.display(description="name")
    def name(self, measure: Measure) -> str:
        version = definitions.current(list(reversed(measure.versions.all())), timezone.localdate())
        return version.name if version else "No definition yet"

    @admin.display(description="versions")
    def definitions(self, measure: Measure) -> str | SafeString:
        if measure.pk is None:
            return "Save the measure first, then write its first version."
        rows = format_html_join(
            "",
            "<p><a href='{}'>Version {}, from {}: {}</a></p>",
            (
                (
                    reverse("admin:measures_measureversion_change", args=[version.pk]),
                    version.number,
                    reporting_calendar.month_in_words(version.valid_from),
                    version.name,
                )
                for version in measure.versions.all()
            ),
        )
        add = reverse("admin:measures_measureversion_add")
        return format_html("{}<p><a href='{}?measure={}'>Write the next version</a></p>", rows, add, measure.pk)


def within_reach(month: date) -> date:
    """Refuses a month that nobody can mean; the years after it would not even be dates."""
    if reporting_calendar.is_within_reach(month, timezone.localdate()):
        return month
    first = reporting_calendar.month_in_words(reporting_calendar.FIRST_MONTH)
    raise forms.ValidationError(f"Choose a month from {first} on, at most two years ahead.")


class MeasureVersionForm(PlainMessages, VersionModelForm):
    class Meta:
        model = MeasureVersion
        fields = "__all__"
        help_texts = {
            "worked_example": "“text” tells it; “numerator”, “denominator” and, of a median, “value” and "
            "“observations” are its numbers; “result” is what they come to, rounded to the decimals. "
            "The page works the result out by itself.",
        }

    def clean_valid_from(self) -> date:
        return within_reach(self.cleaned_data["valid_from"])

    def clean(self) -> None:
        super().clean()
        self.clean_place()
        self.clean_example()

    def clean_place(self) -> None:
        """It follows the measure's last version, and leaves to that the months that were given under it."""
        try:
            measure, number, valid_from = (self.cleaned_data[name] for name in ("measure", "number", "valid_from"))
        except KeyError:  # refused already, or not to be changed because months were given under it
            return
        earlier = measure.versions.filter(number__lt=number)
        last = earlier.order_by("number").last()
        following = measure.versions.count() + 1
        if self.instance.pk is None and number != following:
            self.add_error("number", f"The next version of {measure} is number {following}.")
        elif last and valid_from <= last.valid_from:
            month = reporting_calendar.month_in_words(last.valid_from)
            self.add_error("valid_from", f"Version {last.number} holds from {month}: choose a later month.")
        elif last and (given := reporting.last_month_given(earlier)) and valid_from <= given:
            month = reporting_calendar.month_in_words(given)
            self.add_error("valid_from", f"Months up to {month} were given under version {last.number}: choose later.")

    def clean_example(self) -> None:
        """The worked example comes to what it says, by the portal's own rules."""
        example = self.cleaned_data.get("worked_example")
        if self.errors or example is None:
            return
        if not isinstance(example, dict):
            self.add_error("worked_example", "Write it as the other measures have it: names and values in braces.")
            return
        kind = self.cleaned_data.get("kind", self.instance.kind)
        if problem := definitions.example_problem(example, kind):
            self.add_error("worked_example", problem)
            return
        probe = MeasureVersion(
            worked_example=example,
            decimals=self.cleaned_data["decimals"],
            kind=kind,
            rate_multiplier=self.cleaned_data.get("rate_multiplier", self.instance.rate_multiplier),
        )
        try:
            result = definitions.example_result(probe)
        except ValueError:  # a rate without its multiplier: the constraint says so
            return
        said = definitions.decimal(example.get("result"))
        if said != result:
            computed = "no result" if result is None else str(result)
            self.add_error("worked_example", f"By its own numbers it comes to {computed}, not to {said}.")


SOURCE_FIELDS = [
    "role",
    "position",
    "title",
    "organisation",
    "year",
    "url",
    "statement",
    "resource",
    "verified",
    "note",
]


class MeasureSourceInline(PortalStackedInline):
    model = MeasureSource
    fields = [
        ("role", "position"),
        "title",
        ("organisation", "year"),
        ("url", "statement"),
        "resource",
        "verified",
        "note",
    ]
    autocomplete_fields = ["resource"]
    verbose_name_plural = "sources (readers see all but the note; “verified” only if somebody read it there)"
    formfield_overrides = NARROW

    def get_extra(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> int:
        return 0 if obj or request.method == "POST" else len(sources_to_take_over(request))


@admin.register(MeasureVersion)
class MeasureVersionAdmin(PortalModelAdmin):
    form = MeasureVersionForm
    list_display = ["code", "number", "name", "from_month", "kind", "basis", "ncish_dictionary_reference"]
    list_display_links = ["code", "name"]
    list_filter = [
        "measure__domain",
        "kind",
        "basis",
        "improvement_direction",
        "measure_type",
        "themes",
        "disclosure_sensitive",
        "none_is_sensitive",
        "all_is_sensitive",
    ]
    list_select_related = ["measure"]
    search_fields = ["measure__code", "name", "question", "description", "numerator", "denominator"]
    autocomplete_fields = ["measure", "denominator_group", "themes"]
    formfield_overrides = SHORT_TEXT
    inlines = [MeasureSourceInline]

    def get_fieldsets(self, request: HttpRequest, obj: MeasureVersion | None = None) -> Any:
        used = (
            "Months have been given under this version, so what is counted stays as it is; the database holds to that. "
            "If the meaning changes, write the next version, which begins with the words of the last one."
            if in_use(obj)
            else "A change of meaning is a new version, valid from the first day of a month."
        )
        return [
            (None, {"description": used, "fields": ["measure", ("number", "valid_from")]}),
            ("In words", {"fields": ["name", "question", "description", "rationale", "how_to_collect"]}),
            (
                "What to count",
                {
                    "fields": [
                        ("kind", "unit", "rate_multiplier"),
                        "numerator",
                        "denominator",
                        "denominator_group",
                        "inclusions",
                        "exclusions",
                        "pitfalls",
                    ]
                },
            ),
            ("When", {"fields": ["month_rule", ("cohort_month_offset", "reporting_lag_days")]}),
            ("The result", {"fields": [("value_min", "value_max", "decimals"), "worked_example"]}),
            (
                "Which way is better",
                {
                    "fields": [
                        ("improvement_direction", "measure_type", "balancing"),
                        "target",
                        "target_source",
                        "target_note",
                    ]
                },
            ),
            ("Where it belongs", {"fields": ["themes"]}),
            (
                "Where it comes from",
                {
                    "description": "Readers see on what the definition rests, and that NCISH has still to confirm it.",
                    "fields": ["basis", "basis_note", "ncish_dictionary_reference"],
                },
            ),
            (
                "Small numbers",
                {
                    "description": "Can “nobody” or “everybody” say something about people that they would not want "
                    "said? Leave it unknown until somebody has thought about it.",
                    "fields": ["disclosure_sensitive", ("none_is_sensitive", "all_is_sensitive")],
                },
            ),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: MeasureVersion | None = None) -> list[str]:
        return MEANING if in_use(obj) else []

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in ("inclusions", "exclusions", "pitfalls"):
            return OnePerLineField(
                required=False,
                label=db_field.verbose_name.capitalize(),
                help_text="One a line.",
                widget=forms.Textarea(attrs={"rows": 5, "cols": 80}),
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The next version of a measure begins with the words of the last one."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        last = last_version(request)
        if last is None:
            return initial
        kept = [
            field.name
            for field in MeasureVersion._meta.fields
            if field.name not in ("id", "measure", "number", "valid_from")
        ]
        next_month = shifted(timezone.localdate(), 1)
        return {
            **{name: last.serializable_value(name) for name in kept},
            **initial,
            "number": last.number + 1,
            "valid_from": max(next_month, shifted(last.valid_from, 1)),
            "themes": list(last.themes.all()),
        }

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if obj.pk is None and request.method == "GET":
            kwargs["initial"] = sources_to_take_over(request)
        return kwargs

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        # The list's own deletion asks without a row; it would stop at versions in use, which are protected.
        allowed = super().has_delete_permission(request, obj)
        return allowed and not (isinstance(obj, MeasureVersion) and in_use(obj))

    def view_on_site(self, obj: MeasureVersion) -> str:
        return obj.measure.get_absolute_url()

    @admin.display(description="measure", ordering="measure__code")
    def code(self, version: MeasureVersion) -> str:
        return version.measure.code

    @admin.display(description="valid from", ordering="valid_from")
    def from_month(self, version: MeasureVersion) -> str:
        return reporting_calendar.month_in_words(version.valid_from)


def in_use(version: MeasureVersion | None) -> bool:
    """Have months been given under it?"""
    return version is not None and version.pk is not None and version.values.exists()


def last_version(request: HttpRequest) -> MeasureVersion | None:
    """Of the measure whose next version is being written."""
    measure = request.GET.get("measure", "")
    if not measure.isdecimal():
        return None
    return MeasureVersion.objects.filter(measure_id=int(measure)).order_by("number").last()


def sources_to_take_over(request: HttpRequest) -> list[dict[str, Any]]:
    last = last_version(request)
    return [] if last is None else list(last.sources.values(*SOURCE_FIELDS))


@admin.register(MeasureSource)
class MeasureSourceAdmin(PortalModelAdmin):
    list_display = ["title", "statement", "version", "role", "year", "verified", "resource"]
    list_filter = ["verified", "role", "version__basis", "organisation"]
    list_select_related = ["version__measure", "resource"]
    search_fields = ["title", "organisation", "statement", "version__measure__code", "version__name"]
    autocomplete_fields = ["version", "resource"]


@admin.register(LinkedTotal)
class LinkedTotalAdmin(KeptForGood, PortalModelAdmin):
    list_display = ["meaning", "left", "left_field", "right", "right_field"]
    list_select_related = ["left", "right"]
    search_fields = ["meaning", "left__code", "right__code"]
    autocomplete_fields = ["left", "right"]


# What areas report, and when


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
        if version and chart not in chart_kinds.CHOICES[version.kind]:
            names = [dict(ChartKind.choices)[kind] for kind in chart_kinds.CHOICES[version.kind]]
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


# The areas' months: read by analysts, written by workflow.py


class ReadOnlyInline(ReadByAnalysts, PortalTabularInline):
    can_delete = False
    show_change_link = True


class RevisionInline(ReadOnlyInline):
    model = SubmissionRevision
    fields = ["number", "submitted_at", "submitted_by", "reason"]


class EventInline(ReadOnlyInline):
    model = SubmissionEvent
    fields = ["when", "who", "from_state", "to_state", "comment"]


class ValueInline(ReadOnlyInline):
    model = MeasureValue
    fields = ["measure", "version", "numerator", "denominator", "value", "no_data_reason", "note"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[MeasureValue]:
        values: QuerySet[MeasureValue] = super().get_queryset(request)
        return values.select_related("measure", "version__measure")


@admin.register(Submission)
class SubmissionAdmin(ReadByAnalysts, PortalModelAdmin):
    list_display = ["area", "month", "state", "latest_revision", "accepted_revision"]
    list_filter = ["state", "area", "period"]
    list_select_related = ["area", "period", "latest_revision__submission", "accepted_revision__submission"]
    search_fields = ["area__place", "area__slug"]
    date_hierarchy = "period__month"
    fields = ["area", "period", "state", "latest_revision", "accepted_revision", "lock_version"]
    inlines = [RevisionInline, EventInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        months: QuerySet[Submission] = super().get_queryset(request)
        return months.select_related(
            "area",
            "period",
            "latest_revision__submission__area",
            "latest_revision__submission__period",
            "accepted_revision__submission__area",
            "accepted_revision__submission__period",
        )

    @admin.display(description="month", ordering="period__month")
    def month(self, submission: Submission) -> str:
        return str(submission.period)


@admin.register(SubmissionRevision)
class SubmissionRevisionAdmin(ReadByAnalysts, PortalModelAdmin):
    list_display = ["reference", "submitted_at", "submitted_by", "reason"]
    list_filter = ["submission__area", "submission__period"]
    list_select_related = ["submission__area", "submission__period", "submitted_by"]
    search_fields = ["submission__area__place", "submission__area__slug", "submitted_by__name"]
    date_hierarchy = "submitted_at"
    inlines = [ValueInline]


@admin.register(MeasureValue)
class MeasureValueAdmin(ReadByAnalysts, PortalModelAdmin):
    list_display = ["revision", "measure", "kind", "numerator", "denominator", "value", "no_data_reason"]
    list_filter = ["revision__submission__area", "no_data_reason", "kind", "measure"]
    list_select_related = ["revision__submission__area", "revision__submission__period", "measure"]
    search_fields = ["measure__code", "version__name", "revision__submission__area__place"]


@admin.register(SubmissionEvent)
class SubmissionEventAdmin(ReadByAnalysts, PortalModelAdmin):
    list_display = ["submission", "from_state", "to_state", "who", "when", "comment"]
    list_filter = ["to_state", "submission__area"]
    list_select_related = ["submission__area", "submission__period", "who"]
    search_fields = ["submission__area__place", "who__name", "comment"]
    date_hierarchy = "when"


@admin.register(Question)
class QuestionAdmin(ReadByAnalysts, PortalModelAdmin):
    list_display = ["revision", "measure", "words", "asked_by", "asked_at", "answer", "answered_by"]
    list_filter = ["revision__submission__area", "measure"]
    list_select_related = [
        "revision__submission__area",
        "revision__submission__period",
        "measure",
        "asked_by",
        "answered_by",
    ]
    search_fields = ["revision__submission__area__place", "measure__code", "words", "answer"]
    date_hierarchy = "asked_at"


@admin.register(ReminderByHand)
class ReminderByHandAdmin(ReadByAnalysts, PortalModelAdmin):
    list_display = ["submission", "sent_on", "sent_by"]
    list_filter = ["submission__area"]
    list_select_related = ["submission__area", "submission__period", "sent_by"]
    search_fields = ["submission__area__place", "sent_by__name"]
    date_hierarchy = "sent_on"


@admin.register(DraftEntry)
class DraftEntryAdmin(ReadByAnalysts, PortalModelAdmin):
    list_display = ["submission", "measure", "numerator", "denominator", "value", "reason"]
    list_filter = ["submission__area", "submission__period"]
    list_select_related = ["submission__area", "submission__period", "measure"]
    search_fields = ["submission__area__place", "measure__code"]


@admin.register(QueryAnswer)
class QueryAnswerAdmin(ReadByAnalysts, PortalModelAdmin):
    list_display = ["revision", "rule", "message", "note", "who", "when"]
    list_filter = ["rule", "revision__submission__area"]
    list_select_related = ["revision__submission__area", "revision__submission__period", "who"]
    search_fields = ["revision__submission__area__place", "message", "note"]
    date_hierarchy = "when"


@admin.register(DraftQueryAnswer)
class DraftQueryAnswerAdmin(ReadByAnalysts, PortalModelAdmin):
    list_display = ["submission", "fingerprint", "checked", "note", "who", "when"]
    list_filter = ["submission__area", "submission__period"]
    list_select_related = ["submission__area", "submission__period", "who"]
    search_fields = ["submission__area__place", "fingerprint", "note"]


@admin.register(AreaAim)
class AreaAimAdmin(PortalModelAdmin):
    list_display = ["area_measure", "position", "value", "from_month"]
    list_filter = ["area_measure__area"]
    list_select_related = ["area_measure__area", "area_measure__measure"]
    search_fields = ["area_measure__area__place", "area_measure__measure__code"]
    autocomplete_fields = ["area_measure"]


@admin.register(Expectation)
class ExpectationAdmin(ReadByAnalysts, PortalModelAdmin):
    list_display = ["area_measure", "milestone", "direction", "by_month", "months_known", "recorded_by", "recorded_at"]
    list_filter = ["area_measure__area", "direction"]
    list_select_related = ["area_measure__area", "area_measure__measure", "milestone", "recorded_by"]
    search_fields = ["area_measure__area__place", "area_measure__measure__code", "milestone__title"]
    date_hierarchy = "recorded_at"


@admin.register(LimitsDecision)
class LimitsDecisionAdmin(ReadByAnalysts, PortalModelAdmin):
    list_display = ["area_measure", "what", "reason", "decided_by", "decided_at", "undone_by", "undone_at"]
    list_filter = ["area_measure__area"]
    list_select_related = ["area_measure__area", "area_measure__measure", "decided_by", "undone_by"]
    search_fields = ["area_measure__area__place", "area_measure__measure__code", "reason", "why_undone"]
    date_hierarchy = "decided_at"


@admin.register(Story)
class StoryAdmin(ReadByAnalysts, PortalModelAdmin):
    list_display = ["area_measure", "months", "text", "by", "made_at"]
    list_filter = ["area_measure__area"]
    list_select_related = ["area_measure__area", "area_measure__measure", "by"]
    search_fields = ["area_measure__area__place", "area_measure__measure__code", "text"]
    date_hierarchy = "made_at"


@admin.register(Download)
class DownloadAdmin(ReadByAnalysts, PortalModelAdmin):
    list_display = ["at", "by", "form"]
    list_filter = ["form"]
    list_select_related = ["by"]
    search_fields = ["by__name"]
    date_hierarchy = "at"


@admin.register(MonthReminder)
class MonthReminderAdmin(ReadByAnalysts, PortalModelAdmin):
    list_display = ["submission", "to", "due_on", "sent_on"]
    list_filter = ["submission__area"]
    list_select_related = ["submission__area", "submission__period", "to"]
    search_fields = ["to__name", "submission__area__place"]
    date_hierarchy = "sent_on"
