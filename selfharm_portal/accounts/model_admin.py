"""Django admin asks permissions.py, through these classes and nothing else."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from . import permissions


class AskPermissions:
    """Who may see and change rows of this kind: one predicate for all four of admin's questions."""

    may_edit: ClassVar[Callable[[permissions.Person], bool]] = staticmethod(permissions.may_curate)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may_edit(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_edit(request.user)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_edit(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_edit(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_edit(request.user)


class PortalModelAdmin(AskPermissions, admin.ModelAdmin):  # type: ignore[misc]
    list_per_page = 50


class PortalTabularInline(AskPermissions, admin.TabularInline):  # type: ignore[misc]
    extra = 0


class PortalStackedInline(AskPermissions, admin.StackedInline):  # type: ignore[misc]
    extra = 0
