"""Words in admin: what finds what, what shows help first, what is never offered, and what was looked for in vain."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from selfharm_portal.accounts.model_admin import KeptForGood, PortalModelAdmin

from . import failed_searches
from .forms import SynonymGroupForm
from .models import DistressTerm, FailedSearch, NeverSuggestedTerm, SynonymGroup


@admin.register(SynonymGroup)
class SynonymGroupAdmin(KeptForGood, PortalModelAdmin):
    form = SynonymGroupForm
    list_display = ["slug", "words", "in_use"]
    list_filter = ["in_use"]
    search_fields = ["slug", "terms"]

    @admin.display(description="terms")
    def words(self, group: SynonymGroup) -> str:
        return str(group)


@admin.register(DistressTerm)
class DistressTermAdmin(KeptForGood, PortalModelAdmin):
    list_display = ["term", "whole_query", "in_use"]
    list_filter = ["whole_query", "in_use"]
    search_fields = ["term"]


@admin.register(NeverSuggestedTerm)
class NeverSuggestedTermAdmin(KeptForGood, PortalModelAdmin):
    list_display = ["term", "in_use"]
    list_filter = ["in_use"]
    search_fields = ["term"]


@admin.register(FailedSearch)
class FailedSearchAdmin(KeptForGood, PortalModelAdmin):
    """What readers looked for in vain, on three days or more. It says what the library lacks; nobody edits it."""

    list_display = ["words", "days", "newest"]
    search_fields = ["words"]
    actions = ["deal_with"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[FailedSearch]:
        return FailedSearch.objects.often(timezone.localdate())

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("-days", "words")

    @admin.display(description="different days, of the last 90")
    def days(self, search: Any) -> int:
        return int(search.days)

    @admin.display(description="last searched for")
    def newest(self, search: FailedSearch) -> date:
        return search.day

    @admin.action(description="Dealt with: forget it", permissions=["view"])
    def deal_with(self, request: HttpRequest, queryset: QuerySet[FailedSearch]) -> None:
        done = failed_searches.deal_with([search.words for search in queryset])
        messages.success(request, f"Forgotten: {done}. What is still missing will come back.")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
