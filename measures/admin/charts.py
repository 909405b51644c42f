"""What was said of charts and decided about them, by teams and on their pages: for analysts to read."""

from __future__ import annotations

from django.contrib import admin

from measures.models import Expectation, LimitsDecision, Story
from selfharm_portal.accounts.model_admin import PortalModelAdmin

from .months import ReadByAnalysts


@admin.register(Expectation)
class ExpectationAdmin(ReadByAnalysts, PortalModelAdmin):
    list_display = [
        "area_measure",
        "milestone",
        "direction",
        "by_month",
        "months_known",
        "recorded_by",
        "recorded_at",
        "undone_by",
    ]
    list_filter = ["area_measure__area", "direction"]
    list_select_related = ["area_measure__area", "area_measure__measure", "milestone", "recorded_by", "undone_by"]
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
