"""The dictionary, for curators: domains, measures, and the versions that say what is counted."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from measures import reporting, reporting_calendar
from measures.dictionary import definitions
from measures.models import DenominatorGroup, Domain, LinkedTotal, Measure, MeasureSource, MeasureValue, MeasureVersion
from measures.wording import shifted
from selfharm_portal.accounts.model_admin import KeptForGood, PortalModelAdmin, PortalStackedInline
from selfharm_portal.one_per_line import OnePerLineField
from selfharm_portal.plain_messages import PlainMessages

from .fields import NARROW, SHORT_TEXT, within_reach

if TYPE_CHECKING:
    VersionModelForm = forms.ModelForm[MeasureVersion]
else:  # Django's class takes no type argument when it runs
    VersionModelForm = forms.ModelForm


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
