"""The history, to read: content for curators, submissions for analysts, accounts for administrators."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join

from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.model_admin import PortalModelAdmin
from selfharm_portal.accounts.models import User

from . import wording
from .kept import kept_models
from .models import Entry, What
from .querysets import parts_open_to


class ModelFilter(admin.SimpleListFilter):
    title = "kind of row"
    parameter_name = "model"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        parts = parts_open_to(request.user)
        labels = {kept.model._meta.label for kept in kept_models() if kept.part in parts}
        return sorted(((label, wording.model_in_words(label)) for label in labels), key=lambda choice: choice[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        return queryset.filter(model=self.value()) if self.value() else queryset


class PersonFilter(admin.SimpleListFilter):
    title = "person"
    parameter_name = "person"
    nobody = "nobody"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        there = Entry.objects.visible_to(request.user).order_by().values("person_id").distinct()
        people = User.objects.filter(pk__in=there)
        return [(self.nobody, "Nobody signed in"), *((str(person.pk), str(person)) for person in people)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        chosen = self.value()
        if chosen == self.nobody:
            return queryset.filter(person=None)
        return queryset.filter(person=int(chosen)) if chosen and chosen.isdecimal() else queryset


@admin.register(Entry)
class EntryAdmin(PortalModelAdmin):
    list_display = ["at", "who", "what", "row"]
    list_display_links = ["at", "row"]
    list_filter = ["what", ModelFilter, PersonFilter]
    search_fields = ["key", "via", "person__name", "person__email", "before", "after"]
    search_help_text = "Words of a row, before or after; its number; a person; an address of the portal."
    date_hierarchy = "at"
    fields = ["at", "who", "via_in_words", "what", "row_with_link", "changes"]
    readonly_fields = ["who", "via_in_words", "row_with_link", "changes"]  # the others are, since nobody may edit

    # Nobody writes here, whatever their role; who reads is asked of each entry's part.

    def may_edit(self, user: permissions.Person) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(parts_open_to(request.user))

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        parts = parts_open_to(request.user)
        return obj.part in parts if isinstance(obj, Entry) else bool(parts)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        # With the people, so that an account that is gone is nobody, and not a fault.
        return Entry.objects.visible_to(request.user).select_related("person")

    @admin.display(description="who", ordering="person__name")
    def who(self, entry: Entry) -> str:
        return wording.who_in_words(entry)

    @admin.display(description="row", ordering="model")
    def row(self, entry: Entry) -> str:
        return wording.row_in_words(entry)

    @admin.display(description="where")
    def via_in_words(self, entry: Entry) -> str:
        return entry.via or "Not by a page or command of the portal"

    @admin.display(description="row")
    def row_with_link(self, entry: Entry) -> str:
        words = wording.row_in_words(entry)
        try:
            address = reverse(f"admin:{entry.model.lower().replace('.', '_')}_change", args=[entry.key])
        except NoReverseMatch:  # it is shown as a part of another, or the table was emptied
            return words
        return format_html('<a href="{}">{}</a>', address, words)

    @admin.display(description="before and after")
    def changes(self, entry: Entry) -> str:
        if entry.what == What.TRUNCATE:
            return "All rows were taken out at once. What they held is in the entries before this one."
        return format_html(
            '<table><thead><tr><th scope="col">Field</th><th scope="col">Before</th><th scope="col">After</th></tr>'
            "</thead><tbody>{}</tbody></table>",
            format_html_join("", '<tr><th scope="row">{}</th><td>{}</td><td>{}</td></tr>', wording.lines(entry)),
        )
