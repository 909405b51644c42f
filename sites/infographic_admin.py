"""Infographics for the curator: what is still to fill, panels in order, and the page beside the form."""

from __future__ import annotations

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.clickjacking import xframe_options_sameorigin

from selfharm_portal.accounts.http import SignedInRequest
from selfharm_portal.accounts.model_admin import PortalStackedInline
from selfharm_portal.facts import Fact
from selfharm_portal.publishing.admin import STANDING, PublishableAdmin, ReviewFilter
from selfharm_portal.publishing.moves import Said
from selfharm_portal.uploads.admin import original_of

from . import changes, filling, infographics
from .forms import InfographicForm, PanelForm
from .models import Area, Infographic, InfographicPanel, PanelKind

COMPLETE = "Nothing is left to fill: “{}” is complete."
NOT_COMPLETE = "“{}” is not complete any more: see what must still be filled in."
REWRITE = (
    "All panels of “{}” are filled. Rewrite the text alternative, which still says that something is not here yet."
)
NOT_TICKED = "Readers do not see “{}” until it is ticked as seen in a source."


def changed_beside(formsets: Any) -> list[str]:
    """What hangs on a row and was changed with it, in the words of its model."""
    return [str(formset.model._meta.verbose_name_plural) for formset in formsets if formset.has_changed()]


class InfographicPanelInline(PortalStackedInline):
    model = InfographicPanel
    form = PanelForm
    extra = 1  # without JavaScript there is no button for another
    fields = [("part", "order", "kind"), "heading", "text", "source", "confirmed", ("figure", "icon")]
    verbose_name = "panel"
    verbose_name_plural = "panels, by their number within each part"

    def get_queryset(self, request: HttpRequest) -> QuerySet[InfographicPanel]:
        return filling.in_reading_order(super().get_queryset(request))


class ToFillFilter(admin.SimpleListFilter):
    title = "to do"
    parameter_name = "to_do"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        return [("fill", "To fill")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.to_fill() if self.value() == "fill" else queryset


@admin.register(Infographic)
class InfographicAdmin(PublishableAdmin):
    form = InfographicForm
    list_display = ["title", "area", "theme", "status", "left_to_fill", "stands", "due_on"]
    list_filter = [ToFillFilter, "status", "publication_state", ReviewFilter, "theme", "area"]
    list_select_related = ["area", "theme"]
    search_fields = ["title", "area__place", "panels__heading", "panels__text"]
    autocomplete_fields = ["area", "theme"]
    inlines = [InfographicPanelInline]
    readonly_fields = [*PublishableAdmin.readonly_fields, "status", "original_infographic"]
    fieldsets = [
        STANDING,
        (None, {"fields": ["area", "theme", "title", "slug", "order", "status"]}),
        ("The same in words", {"fields": ["text_alternative", "original_infographic"]}),
        ("For staff", {"fields": ["curator_note"]}),
        ("History", {"fields": ["reviews_of_it", "history"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Infographic]:
        to_fill = Count("panels", filter=Q(panels__kind=PanelKind.TO_FILL))
        rows: QuerySet[Infographic] = super().get_queryset(request)
        return rows.annotate(to_fill=to_fill)

    @admin.display(description="panels to fill", ordering="to_fill")
    def left_to_fill(self, infographic: Any) -> int:
        return int(infographic.to_fill)

    @admin.display(description="the original")
    def original_infographic(self, infographic: Infographic) -> str:
        return original_of(infographic)

    # What publishing asks of it

    def to_be_checked(self, row: Infographic) -> list[Fact]:
        return infographics.to_be_checked(row)

    def edits(self, form: Any, formsets: Any) -> list[Said]:
        return changes.of_edit(form.instance, form.changed_data, changed_beside(formsets))

    # What saving does

    def save_model(self, request: SignedInRequest, obj: Infographic, form: Any, change: bool) -> None:  # type: ignore[override]
        if change:
            filling.reopen(obj)
        super().save_model(request, obj, form, change)

    def save_related(self, request: SignedInRequest, form: Any, formsets: Any, change: bool) -> None:  # type: ignore[override]
        super().save_related(request, form, formsets, change)
        infographic = form.instance
        filling.settle(infographic)
        if infographic.is_complete != form.was_complete:
            text, level = (COMPLETE, messages.SUCCESS) if infographic.is_complete else (NOT_COMPLETE, messages.WARNING)
            self.message_user(request, text.format(infographic), level)
        elif not infographic.is_complete and filling.only_its_text_is_left(infographic):
            self.message_user(request, REWRITE.format(infographic), messages.WARNING)
        for panel in (panel for formset in formsets for panel in _saved(formset)):
            if panel.kind != PanelKind.TO_FILL and not panel.confirmed:
                self.message_user(request, NOT_TICKED.format(panel), messages.WARNING)

    # What is still to fill, and the page beside the form

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        return [
            path("<path:object_id>/preview/", guarded(self.preview), name="sites_infographic_preview"),
            *super().get_urls(),
        ]

    @method_decorator(csp_update({"frame-src": SELF}))
    def change_view(self, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().change_view(*args, **kwargs)

    @method_decorator(csp_replace({"frame-ancestors": SELF}))
    @method_decorator(xframe_options_sameorigin)
    def preview(self, request: SignedInRequest, object_id: str) -> HttpResponse:
        """The page with what is typed, as far as that can be read, or as it is saved. Nothing is written."""
        context = self.page(request, "Preview")
        infographic = get_object_or_404(Infographic.objects.with_panels(), pk=object_id)
        panels = sorted(infographic.panels.all(), key=filling.reading_order)
        if request.method == "POST":
            infographic, panels = self._as_typed(request, infographic)
        tiles = Area.objects.listed().values_list("tile_row", "tile_column")
        context = {
            "base": "base_preview.html",
            "sheet": infographics.sheet(infographic, tiles, for_staff=True, panels=panels),
            "not_on_this_page": infographics.NOT_ON_THIS_PAGE,
            "programme": infographics.PROGRAMME,
        }
        return TemplateResponse(request, "sites/infographic_detail.html", context)

    def _as_typed(
        self, request: SignedInRequest, infographic: Infographic
    ) -> tuple[Infographic, list[InfographicPanel]]:
        """What the form would save. Where something cannot be read, what is saved stands."""
        form = self.get_form(request, infographic, change=True)(request.POST, instance=infographic)
        form.is_valid()
        typed: Infographic = form.instance
        panels = []
        for formset_class, inline in self.get_formsets_with_inlines(request, infographic):
            rows = inline.get_queryset(request)
            formset = formset_class(request.POST, instance=infographic, queryset=rows, prefix="panels")
            formset.is_valid()
            panels += [
                each.instance
                for each in formset.forms
                if (each.instance.pk or each.has_changed()) and each not in formset.deleted_forms
            ]
        panels.sort(key=filling.reading_order)
        typed.status = filling.status_of(typed, panels)
        return typed, panels

    def render_change_form(self, request: SignedInRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        if infographic := kwargs.get("obj"):
            places = {
                form.instance.pk: f"id_{form.prefix}-text"
                for inline in context["inline_admin_formsets"]
                for form in inline.formset.initial_forms
            }
            context["preview_url"] = reverse("admin:sites_infographic_preview", args=[infographic.pk])
            context["gaps"] = [
                {"what": gap.what, "question": gap.question, "place": places.get(gap.panel, "id_text_alternative")}
                for gap in filling.gaps(infographic)
            ]
        return super().render_change_form(request, context, **kwargs)


def _saved(formset: Any) -> list[InfographicPanel]:
    return [*formset.new_objects, *(panel for panel, _ in formset.changed_objects)]
