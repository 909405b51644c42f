"""Django admin asks permissions.py, through these classes and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from selfharm_portal.history import on_page
from selfharm_portal.plain_messages import PlainModelForm

from . import permissions

if TYPE_CHECKING:
    AnyModelAdmin = admin.ModelAdmin[Any]
    AnyTabularInline = admin.TabularInline[Any, Any]
    AnyStackedInline = admin.StackedInline[Any, Any]
else:  # Django's classes take no type arguments when they run
    AnyModelAdmin, AnyTabularInline, AnyStackedInline = admin.ModelAdmin, admin.TabularInline, admin.StackedInline


class AskPermissions:
    """Answers admin's questions with one predicate; a class for other people names its own."""

    def may_edit(self, user: permissions.Person) -> bool:
        return permissions.may_curate(user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may_edit(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_edit(request.user)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_edit(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_edit(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_edit(request.user)


class KeptForGood:
    """Rows that are never deleted here: what hangs on them would lose its sense, or content would bring them back.

    They are hidden, withdrawn, taken off a list or out of use instead, wherever their model has a field for it.
    """

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class PortalModelAdmin(AskPermissions, AnyModelAdmin):
    form: type[forms.ModelForm[Any]] = PlainModelForm
    list_per_page = 50
    object_history_template = "admin/kept_history.html"

    class Media:
        #: Lists that are searched get the names that Django leaves out.
        js = ["accounts/autocomplete_names.js"]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What the database itself has kept of the row, instead of what admin noted of its own pages."""
        row = self.get_object(request, unquote(object_id))
        kept = on_page.of(row, request.user) if row else {}
        return super().history_view(request, object_id, {**kept, **(extra_context or {})})


class PortalTabularInline(AskPermissions, AnyTabularInline):
    form: type[forms.ModelForm[Any]] = PlainModelForm
    extra = 0


class PortalStackedInline(AskPermissions, AnyStackedInline):
    form: type[forms.ModelForm[Any]] = PlainModelForm
    extra = 0
