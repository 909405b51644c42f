"""Django admin's front door: one way to sign in, and the page for a wrong role."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse


class PortalAdminSite(admin.AdminSite):
    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Strangers sign in; who is signed in without a role at NCISH gets the 403 page, not a second sign-in."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def front_door(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not self.has_permission(request):
                raise PermissionDenied
            return guarded(request, *args, **kwargs)

        return front_door

    # Admin's own forms would be second ways to try passwords, without the limits on guessing.

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseRedirect:
        index = reverse("admin:index")
        return redirect(index) if request.user.is_authenticated else redirect_to_login(index)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_change_password")
