"""The table of contents: one include an app."""

from django.contrib import admin
from django.urls import include, path

from selfharm_portal.pages import crawlers, health, views

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("sitemap.xml", crawlers.sitemap, name="sitemap"),
    path("robots.txt", crawlers.robots, name="robots"),
    path("opensearch.xml", crawlers.opensearch, name="opensearch"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("selfharm_portal.pages.urls")),
    path("resources/", include("resources.urls")),
    path("areas/", include("sites.urls")),
    path("measures/", include("measures.urls")),
    path("submissions/", include("measures.submission_urls")),
    path("files/", include("selfharm_portal.uploads.urls")),
    path("accounts/", include("selfharm_portal.accounts.urls")),
    path("admin/", admin.site.urls),
]

handler500 = "selfharm_portal.logs.server_error"
