"""Django admin asks permissions.py, through these classes and nothing else."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

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


class PortalModelAdmin(AskPermissions, AnyModelAdmin):
    list_per_page = 50


class PortalTabularInline(AskPermissions, AnyTabularInline):
    extra = 0


class PortalStackedInline(AskPermissions, AnyStackedInline):
    extra = 0
