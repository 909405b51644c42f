"""Areas and milestones for the curator; infographics have infographic_admin.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from selfharm_portal.accounts.model_admin import KeptForGood, PortalModelAdmin, PortalStackedInline
from selfharm_portal.facts import Fact
from selfharm_portal.publishing.admin import STANDING, PublishableAdmin, ReviewFilter
from selfharm_portal.publishing.moves import Said

from . import changes, infographic_admin, profile, suggestion_admin
from .forms import KeepsOthersWork
from .models import (
    Area,
    AreaLink,
    AreaSuccessor,
    Milestone,
    OtherMaterial,
    Region,
    SiteChange,
    SiteReview,
    Theme,
)

__all__ = ["infographic_admin", "suggestion_admin"]  # register themselves

SHORT_TEXT: Mapping[type[models.Field[Any, Any]], Mapping[str, Any]] = {
    models.TextField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": 80})}
}


@admin.register(Region)
class RegionAdmin(KeptForGood, PortalModelAdmin):
    list_display = ["name", "code", "confirmed"]
    search_fields = ["name", "code"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Theme)
class ThemeAdmin(KeptForGood, PortalModelAdmin):
    list_display = ["title", "order", "confirmed", "number_of_areas"]
    list_filter = ["confirmed"]
    search_fields = ["title", "description"]
    autocomplete_fields = ["topics"]
    prepopulated_fields = {"slug": ["title"]}
    formfield_overrides = SHORT_TEXT
    fieldsets = [
        (None, {"fields": ["title", "slug", "order", "description", "topics"]}),
        ("How certain", {"fields": ["confirmed", "evidence"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Theme]:
        rows: QuerySet[Theme] = super().get_queryset(request)
        return rows.annotate(area_count=Count("areas"))

    @admin.display(description="areas", ordering="area_count")
    def number_of_areas(self, theme: Any) -> int:
        return int(theme.area_count)


# Stacked, also where a table would do: in Django's tables the fields have no labels for screen readers.
class AreaSuccessorInline(PortalStackedInline):
    model = AreaSuccessor
    form = KeepsOthersWork
    fields = [("name", "ods_code"), ("part", "order")]


class AreaLinkInline(PortalStackedInline):
    model = AreaLink
    form = KeepsOthersWork
    fields = [("title", "url"), "order"]


class AreaMilestoneInline(PortalStackedInline):
    """By date. None is deleted: it is hidden, so that what was said of the area once can be found again."""

    model = Milestone
    form = KeepsOthersWork
    can_delete = False
    verbose_name_plural = "milestones, the oldest first"
    fields = [("title", "date", "date_precision"), "what", "source", ("confirmed", "change_tested", "is_hidden")]
    formfield_overrides = SHORT_TEXT
    show_change_link = True


@admin.register(Area)
class AreaAdmin(PublishableAdmin):
    form = KeepsOthersWork
    list_display = ["place", "region", "certainty", "board_changed", "crisis_line_confirmed_on", "stands", "due_on"]
    list_filter = [
        "publication_state",
        ReviewFilter,
        ("to_check", admin.EmptyFieldListFilter),
        "region",
        "themes",
        "certainty",
        "change_kind",
        "early_implementer_status",
    ]
    list_select_related = ["region"]
    search_fields = ["place", "name", "short_name", "icb_name", "ods_code", "lead_provider", "summary"]
    autocomplete_fields = ["region"]
    slug_from = "place"
    # Themes are few enough to tick.
    formfield_overrides = {**SHORT_TEXT, models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple}}
    inlines = [AreaSuccessorInline, AreaMilestoneInline, AreaLinkInline]
    fieldsets = [
        STANDING,
        (None, {"fields": ["place", "name", "short_name", "slug", "region", "themes"]}),
        (
            "The project",
            {
                "description": "Leave empty what is not known: readers then see one sentence that says so.",
                "fields": ["summary", "aims", "project_details", "outcome_measures"],
            },
        ),
        (
            "Crisis line",
            {
                "description": "Shown on the profile once there is a date on which somebody confirmed it.",
                "fields": ["crisis_line", "crisis_line_confirmed_on"],
            },
        ),
        (
            "How certain its part is",
            {"fields": ["certainty", "confirmed", "provenance", "to_check"]},
        ),
        (
            "Then and now",
            {
                "fields": [
                    "programme_form",
                    "programme_form_note",
                    "integrated_care_system_today",
                    "icb_name",
                    "ods_code",
                    "ods_code_source",
                ]
            },
        ),
        (
            "What happened to the board",
            {
                "fields": [
                    "change_kind",
                    "change_took_effect",
                    "change_what",
                    "change_source",
                    "change_also_seen",
                    "change_confirmed",
                    "series_continue",
                ]
            },
        ),
        (
            "Facts",
            {
                "fields": [
                    "lead_provider",
                    "lead_provider_note",
                    "population_text",
                    "population_source",
                    "population_confirmed",
                    "early_implementer_status",
                    "early_implementer_evidence",
                    "early_implementer_source",
                ]
            },
        ),
        ("Place on the map", {"fields": [("tile_row", "tile_column")]}),
        ("History", {"fields": ["reviews_of_it", "history"]}),
    ]

    def to_be_checked(self, row: Area) -> list[Fact]:
        return profile.to_be_checked(row)

    def edits(self, form: Any, formsets: Any) -> list[Said]:
        return changes.of_edit(form.instance, form.changed_data, infographic_admin.changed_beside(formsets))

    @admin.display(description="board", ordering="change_kind")
    def board_changed(self, area: Area) -> str:
        return area.get_change_kind_display()


@admin.register(Milestone)
class MilestoneAdmin(PortalModelAdmin):
    list_display = ["title", "when", "owner", "confirmed", "change_tested", "is_hidden"]
    list_filter = ["change_tested", "confirmed", "is_hidden", "area"]
    list_select_related = ["area"]
    search_fields = ["title", "what", "area__place"]
    autocomplete_fields = ["area"]
    date_hierarchy = "date"
    formfield_overrides = SHORT_TEXT
    fieldsets = [
        (None, {"fields": ["area", "title", ("date", "date_precision"), "what", "source"]}),
        ("How it is shown", {"fields": ["confirmed", "change_tested", "is_hidden"]}),
    ]

    @admin.display(description="when", ordering="date")
    def when(self, milestone: Milestone) -> str:
        return milestone.when

    @admin.display(description="of", ordering="area")
    def owner(self, milestone: Milestone) -> str:
        return str(milestone.area or "The whole programme")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # What came with the content would come back with the next load: hide it instead.
        return super().has_delete_permission(request, obj) and (obj is None or obj.key is None)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


@admin.register(OtherMaterial)
class OtherMaterialAdmin(KeptForGood, PortalModelAdmin):
    list_display = ["__str__", "titles_confirmed", "is_hidden"]
    list_filter = ["titles_confirmed", "is_hidden"]
    search_fields = ["what", "evidence"]
    formfield_overrides = SHORT_TEXT


class Noted(KeptForGood, PortalModelAdmin):
    """What moves.py wrote of areas and infographics. Nobody rewrites it."""

    list_display_links = None
    list_select_related = ["area", "infographic", "by"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(SiteChange)
class SiteChangeAdmin(Noted):
    list_display = ["made_at", "area", "infographic", "kind", "sentence", "by"]
    list_filter = ["kind", "made_at"]
    search_fields = ["area__place", "infographic__title", "sentence"]


@admin.register(SiteReview)
class SiteReviewAdmin(Noted):
    list_display = ["made_at", "area", "infographic", "by"]
    list_filter = ["made_at", ("by", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["area__place", "infographic__title"]
