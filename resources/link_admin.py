"""Links in admin: what is broken, where each stands, and the one click that repairs a moved one. links.py does it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Case, QuerySet, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from selfharm_portal.accounts.http import SignedInRequest
from selfharm_portal.accounts.model_admin import KeptForGood, PortalModelAdmin

from . import links
from .models import Link, Reminder, Standing

WORST_FIRST = [Standing.BROKEN, Standing.SOFT, Standing.MOVED, Standing.UNCHECKED, Standing.FINE]

NOWHERE = "Nowhere any more"


class Where(NamedTuple):
    """A place as a curator finds it: what it is called, and its page in admin."""

    words: str
    url: str


def where(places: Collection[links.Place]) -> dict[links.Place, Where]:
    """Rows without a page of their own are found on the page of what they belong to."""
    keys = defaultdict(set)
    for place in places:
        keys[place.model].add(place.pk)
    rows = {model: _rows(model, pks) for model, pks in keys.items()}
    return {place: _as_found(rows[place.model][place.pk], place) for place in places if place.pk in rows[place.model]}


def _rows(model: type[models.Model], pks: set[Any]) -> dict[Any, models.Model]:
    parent = _parent_of(model)
    found = model._default_manager.select_related(parent) if parent else model._default_manager.all()
    return {row.pk: getattr(row, parent) if parent else row for row in found.filter(pk__in=pks)}


def _parent_of(model: type[models.Model]) -> str:
    """The key to what the row is part of, and goes with; empty if the row has a page of its own."""
    if model in admin.site._registry:
        return ""
    return next(
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.remote_field.on_delete is models.CASCADE
    )


def _as_found(row: models.Model, place: links.Place) -> Where:
    field = place.model._meta.get_field(place.field).verbose_name  # type: ignore[union-attr]
    name = f"{row._meta.verbose_name} “{row}”, {field}"
    url = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    return Where(f"{name[:1].upper()}{name[1:]}", url)


class LinkList(ChangeList):
    """Each link on the page gets the first place where it stands, from one walk through the content."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        places = links.places_of({link.url for link in self.result_list})
        names = where([found[0] for found in places.values()])
        for link in self.result_list:
            link.stands_in = [names.get(place) for place in places[link.url]]


@admin.register(Link)
class LinkAdmin(KeptForGood, PortalModelAdmin):
    """check_links writes these rows; curators read them, and repair."""

    list_display = ["url", "how_it_stands", "stands_in"]
    list_filter = ["standing", "for_readers"]
    search_fields = ["url", "moved_to", "words"]
    ordering = [Case(*(When(standing=standing, then=number) for number, standing in enumerate(WORST_FIRST))), "url"]
    actions = ["check_again"]
    list_per_page = 25
    fields = [
        "url", "standing", "words", "moved_to", "where_it_stands", "for_readers", "redirects", "failures",
        "failing_since", "checked_at", "next_check_at",
    ]  # fmt: skip
    readonly_fields = ["where_it_stands"]
    view_on_site = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return LinkList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        context = {"title": "Links", "broken_share": links.broken_share(), **(extra_context or {})}
        return super().changelist_view(request, context)

    @admin.display(description="how it stands", ordering="standing")
    def how_it_stands(self, link: Link) -> SafeString:
        """With the button of a moved one. It belongs to the list's own form, which brings the token; of that form
        nothing else is read."""
        said = format_html("<strong>{}</strong>", link.get_standing_display())
        if link.checked_at:
            said += format_html("<br>{} ({})", link.words, f"{timezone.localtime(link.checked_at):%d.%m.%Y}")
        if link.moved_to:
            said += format_html(
                '<br><a href="{}">{}</a><br><button class="button" type="submit" formaction="{}" '
                'aria-label="Write the new address in place of {}">Write the new address</button>',
                link.moved_to,
                link.moved_to,
                reverse("admin:resources_link_repair", args=[link.pk]),
                link.url,
            )
        return said

    @admin.display(description="stands in")
    def stands_in(self, link: Any) -> SafeString | str:
        first, *others = link.stands_in or [None]
        if first is None:
            return NOWHERE
        return format_html(
            '<a href="{}">{}</a>{}', first.url, first.words, f" and {len(others)} more" if others else ""
        )

    @admin.display(description="where it stands")
    def where_it_stands(self, link: Link) -> SafeString | str:
        found = where(links.places_of([link.url])[link.url]).values()
        rows = format_html_join(
            SafeString("<br>"), '<a href="{}">{}</a>', ((place.url, place.words) for place in found)
        )
        return rows or NOWHERE

    @admin.action(description="Check again, with the next run")
    def check_again(self, request: HttpRequest, chosen: QuerySet[Link]) -> None:
        count = chosen.update(next_check_at=None)
        self.message_user(request, f"{count} will be tried when links are checked next.", messages.SUCCESS)

    def get_urls(self) -> list[URLPattern]:
        repair = self.admin_site.admin_view(self.repair)
        return [path("<int:pk>/repair/", repair, name="resources_link_repair"), *super().get_urls()]

    def repair(self, request: SignedInRequest, pk: int) -> HttpResponse:
        if not self.may_edit(request.user):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        link = Link.objects.filter(pk=pk).first()
        if link is None:
            raise Http404("no such link")
        try:
            count = links.repair(link, by=request.user)
        except links.NotRepaired as problem:
            self.message_user(request, f"Nothing is changed. {problem}", messages.ERROR)
        else:
            places = "1 place" if count == 1 else f"{count} places"
            now = Link.objects.get(pk=pk)
            self.message_user(request, f"Repaired in {places}: {link.url} is now {now.url}.", messages.SUCCESS)
        moved = f"{reverse('admin:resources_link_changelist')}?standing__exact={Standing.MOVED}"
        return HttpResponseRedirect(moved)


@admin.register(Reminder)
class ReminderAdmin(KeptForGood, PortalModelAdmin):
    """Who was written to in which week. remind_reviews writes it; to see, not to change."""

    list_display = ["week", "to", "made_at"]
    list_select_related = ["to"]
    date_hierarchy = "week"
    fields = ["week", "made_at"]
    view_on_site = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
