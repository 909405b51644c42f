"""For search engines and browsers: which pages there are, which are nobody's business, where to search."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as sitemap_views
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from measures.models import Measure
from resources import qs34
from resources.models import ReadingList, Resource, Section
from sites.models import Area, Infographic, Theme

if TYPE_CHECKING:
    AnySitemap = Sitemap[Any]
else:  # Django's class takes no type arguments when it runs
    AnySitemap = Sitemap

PAGES = [
    *("home", "resources:list", "sites:list", "measures:list", "measures:guide", "measures:worksheet"),
    *("resources:for_professionals", "resources:for_families", "resources:for_you"),
    *("resources:reading_lists", "resources:a_to_z", "resources:kinds", "resources:new", "resources:qs34"),
    *("pages:about", "pages:people", "pages:support", "pages:independence", "pages:how_we_choose"),
    *("pages:get_help", "pages:contact", "pages:accessibility", "pages:privacy", "pages:cookies"),
]

#: Files for machines change seldom; an hour late is early enough.
kept_for_an_hour = cache_control(public=True, max_age=3600)


class OurAddress(AnySitemap):
    """Addresses begin as the setting says, not as a request claims."""

    def get_protocol(self, protocol: str | None = None) -> str:
        return settings.PORTAL_URL.partition("://")[0]

    def get_domain(self, site: Any = None) -> str:
        return settings.PORTAL_URL.partition("://")[2]


class Pages(OurAddress):
    def items(self) -> list[str]:
        return [*map(reverse, PAGES), *map(qs34.url_of, qs34.STATEMENTS)]

    def location(self, item: str) -> str:
        return item


class Rows(OurAddress):
    """The public pages of one model, with the day of the last change where the row knows it."""

    def __init__(self, rows: Callable[[], QuerySet[Any]], changed: str = "") -> None:
        self.rows, self.changed = rows, changed

    def items(self) -> QuerySet[Any]:
        return self.rows()

    def lastmod(self, item: Model) -> Any:
        return getattr(item, self.changed, None)


#: Nothing that is not published, and nothing that says `noindex` of itself.
SITEMAPS: dict[str, AnySitemap | type[AnySitemap]] = {
    "pages": Pages(),
    "items": Rows(
        lambda: Resource.objects.published().in_use().only("slug", "updated_at").order_by("slug"), "updated_at"
    ),
    "sections": Rows(lambda: Section.objects.filter(resources__publication_state="published").distinct()),
    "lists": Rows(lambda: ReadingList.objects.shown()),
    "areas": Rows(lambda: Area.objects.listed().order_by("slug")),
    "infographics": Rows(lambda: Infographic.objects.shown().select_related("area")),
    "themes": Rows(lambda: Theme.objects.order_by("slug")),
    "measures": Rows(lambda: Measure.objects.in_use().filter(versions__isnull=False).distinct().order_by("code")),
}


@require_safe
@kept_for_an_hour
@conditional_page
def sitemap(request: HttpRequest) -> HttpResponse:
    answer = sitemap_views.sitemap(request, SITEMAPS).render()
    return HttpResponse(answer.content, headers=answer.headers)  # conditional_page leaves a TemplateResponse alone


@require_safe
@kept_for_an_hour
@conditional_page
def robots(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/robots.txt", content_type="text/plain; charset=utf-8")


@require_safe
@kept_for_an_hour
@conditional_page
def opensearch(request: HttpRequest) -> HttpResponse:
    """Lets a browser search this site from its address bar, under the site's neutral name."""
    return render(request, "pages/opensearch.xml", content_type="application/opensearchdescription+xml; charset=utf-8")
