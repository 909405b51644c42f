"""Pages, people and messages for the curator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.forms import Textarea
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from selfharm_portal.accounts.http import SignedInRequest
from selfharm_portal.accounts.model_admin import KeptForGood, PortalModelAdmin, PortalStackedInline

from . import contact
from .models import (
    ContactMessage,
    Page,
    PageSection,
    Partner,
    Person,
    PersonGroup,
    PortalDatabase,
    WayIn,
)

if TYPE_CHECKING:
    Widgets = Mapping[type[models.Field[Any, Any]], Mapping[str, Any]]

LONG_TEXT: Widgets = {models.TextField: {"widget": Textarea(attrs={"rows": 10, "cols": 90})}}
SHORT_TEXT: Widgets = {models.TextField: {"widget": Textarea(attrs={"rows": 3, "cols": 60})}}


class PageSectionInline(PortalStackedInline):
    model = PageSection
    fields = [("heading", "order"), "key", "body_markdown", "source"]
    prepopulated_fields = {"key": ["heading"]}
    formfield_overrides = LONG_TEXT


class WayInInline(PortalStackedInline):
    model = WayIn
    fields = [("title", "order"), "text", ("link_text", "target", "key")]
    view_on_site = False
    formfield_overrides = SHORT_TEXT
    verbose_name_plural = "ways in (home page only)"


@admin.register(Page)
class PageAdmin(KeptForGood, PortalModelAdmin):
    list_display = ["title", "address", "gaps", "updated_at"]
    search_fields = ["title", "lead", "sections__heading", "sections__body_markdown"]
    readonly_fields = ["key", "updated_at"]
    fieldsets = [
        (None, {"fields": ["key", "title", "tagline", "lead", "intro", "updated_at"]}),
    ]
    inlines = [PageSectionInline, WayInInline]
    formfield_overrides = SHORT_TEXT

    def get_queryset(self, request: HttpRequest) -> QuerySet[Page]:
        return super().get_queryset(request).prefetch_related("sections")

    @admin.display(description="address")
    def address(self, page: Page) -> str:
        return page.get_absolute_url()

    @admin.display(description="gaps")
    def gaps(self, page: Page) -> SafeString | str:
        found = page.gaps()
        if not found:
            return "None"
        return format_html('<a href="{}#{}">{} to fill</a>', reverse("admin:pages_page_gaps"), page.key, len(found))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # a page needs an address, and so a change of the code

    def get_urls(self) -> list[URLPattern]:
        mine = [path("gaps/", self.admin_site.admin_view(self.list_of_gaps), name="pages_page_gaps")]
        return mine + super().get_urls()

    def list_of_gaps(self, request: HttpRequest) -> HttpResponse:
        """Everything in bold square brackets, page by page: what somebody has yet to write or to check."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        pages = [
            {"page": page, "url": reverse("admin:pages_page_change", args=[page.pk]), "gaps": found}
            for page in self.get_queryset(request)
            if (found := page.gaps())
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": "Gaps in the texts",
            "pages": pages,
            "count": sum(len(page["gaps"]) for page in pages),  # type: ignore[misc, arg-type]
            "opts": Page._meta,
        }
        return TemplateResponse(request, "admin/pages/page/gaps.html", context)


@admin.register(PersonGroup)
class PersonGroupAdmin(KeptForGood, PortalModelAdmin):
    list_display = ["title", "order"]
    search_fields = ["title"]
    prepopulated_fields = {"key": ["title"]}


@admin.register(Person)
class PersonAdmin(KeptForGood, PortalModelAdmin):
    list_display = ["name", "kind", "group", "organisation", "correction", "confirmed_on", "is_hidden"]
    list_filter = ["kind", "group", "is_hidden", ("confirmed_on", admin.EmptyFieldListFilter), "correction_certainty"]
    list_select_related = ["group"]
    search_fields = ["name", "role", "organisation"]
    autocomplete_fields = ["group"]
    prepopulated_fields = {"key": ["name"]}
    actions = ["hide", "show_again"]
    formfield_overrides = SHORT_TEXT
    fieldsets = [
        (None, {"fields": ["kind", "group", "order", "key"]}),
        (
            "As published",
            {
                "description": "The words of the programme's own page. Do not improve them here: propose a correction.",
                "fields": ["title", "name", "role", "role_as_published", "organisation"],
            },
        ),
        (
            "Proposed correction",
            {
                "description": "Only a confirmed correction is applied, with a footnote that gives what was published.",
                "fields": [
                    "correction_field",
                    "correction_proposed",
                    "correction_reason",
                    "correction_certainty",
                    "correction_advice",
                ],
            },
        ),
        ("Confirmed and shown", {"fields": ["confirmed", "confirmed_on", "is_hidden"]}),
        ("For staff", {"fields": ["evidence", "note"]}),
    ]

    @admin.display(description="correction")
    def correction(self, person: Person) -> str:
        return person.get_correction_certainty_display() if person.correction_certainty else "None"

    def view_on_site(self, person: Person) -> str:
        return f"{reverse('pages:people')}#{person.key}"

    @admin.action(description="Take off the page at once")
    def hide(self, request: HttpRequest, people: QuerySet[Person]) -> None:
        self.message_user(request, f"{people.update(is_hidden=True)} taken off the page.")

    @admin.action(description="Show again")
    def show_again(self, request: HttpRequest, people: QuerySet[Person]) -> None:
        self.message_user(request, f"{people.update(is_hidden=False)} shown again.")


@admin.register(Partner)
class PartnerAdmin(KeptForGood, PortalModelAdmin):
    list_display = ["name", "short_name", "kind", "url", "confirmed", "is_hidden"]
    list_filter = ["kind", "confirmed", "is_hidden"]
    search_fields = ["name", "short_name", "role"]
    prepopulated_fields = {"key": ["short_name"]}
    formfield_overrides = SHORT_TEXT
    fieldsets = [
        (None, {"fields": ["name", "short_name", "key", "order", "role", "kind", "url"]}),
        ("Confirmed and shown", {"fields": ["confirmed", "is_hidden"]}),
        ("For staff", {"fields": ["evidence", "note"]}),
    ]

    def view_on_site(self, partner: Partner) -> str:
        return f"{reverse('pages:people')}#partners"


@admin.register(ContactMessage)
class ContactMessageAdmin(PortalModelAdmin):
    """Read, marked as answered, and deleted for its writer's sake; nobody writes or changes a message here."""

    list_display = ["reference", "sent_at", "subject", "name", "email", "answered_at", "answered_by"]
    list_filter = [("answered_at", admin.EmptyFieldListFilter), "sent_at"]
    list_select_related = ["answered_by"]
    search_fields = ["subject", "name", "email", "message"]
    date_hierarchy = "sent_at"
    fields = ["reference", "sent_at", "subject", "name", "email", "message", "answered_at", "answered_by"]
    readonly_fields = ["reference", "sent_at", "subject", "name", "email", "message", "answered_at", "answered_by"]
    actions = ["mark_answered"]
    view_on_site = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        self.message_user(request, f"The e-mail with {obj_display} is still in NCISH's mailbox.", messages.WARNING)
        return super().response_delete(request, obj_display, obj_id)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Not many at once: each is deleted because its own writer asked."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.action(description="Mark as answered")
    def mark_answered(self, request: SignedInRequest, chosen: QuerySet[ContactMessage]) -> None:
        marked = contact.mark_answered(chosen, by=request.user)
        self.message_user(request, f"{marked} marked as answered.", messages.SUCCESS)


@admin.register(PortalDatabase)
class PortalDatabaseAdmin(KeptForGood, PortalModelAdmin):
    """The one row that says whether this is a demonstration: to see, not to change."""

    list_display = ["__str__", "decided_at"]
    fields = ["kind", "decided_at"]
    readonly_fields = ["kind", "decided_at"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
