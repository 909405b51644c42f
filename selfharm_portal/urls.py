"""The table of contents: one include an app."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from selfharm_portal.pages import health, views

# One way to sign in, with its limits on guessing; admin's own form would be a second.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("selfharm_portal.pages.urls")),
    path("resources/", include("resources.urls")),
    path("areas/", include("sites.urls")),
    path("measures/", include("measures.urls")),
    path("submissions/", include("measures.submission_urls")),
    path("accounts/", include("selfharm_portal.accounts.urls")),
    path("admin/", admin.site.urls),
]

handler500 = "selfharm_portal.logs.server_error"
