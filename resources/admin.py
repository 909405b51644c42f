"""The curators' desk for the library."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Case, ForeignKey, Model, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from selfharm_portal.accounts.http import SignedInRequest
from selfharm_portal.accounts.model_admin import KeptForGood, PortalModelAdmin, PortalStackedInline
from selfharm_portal.accounts.models import StaffRole, User
from selfharm_portal.facts import Fact
from selfharm_portal.publishing import review_dates
from selfharm_portal.publishing.admin import WHERE_IT_STANDS, PublishableAdmin, ReviewFilter
from selfharm_portal.publishing.models import PublicationState

from . import (
    adding,
    changes,
    import_page,
    indexing,
    link_admin,
    links,
    reports,
    search_admin,
    wording,
)
from .forms import HelplineForm, PublisherForm, ReadingListEntryForm, ResourceForm
from .models import (
    Helpline,
    ImportedFile,
    ItemReport,
    NotTheSame,
    Publisher,
    Reader,
    ReadingList,
    ReadingListEntry,
    Resource,
    ResourceChange,
    ResourcePublisher,
    Review,
    Section,
    Topic,
)

__all__ = ["link_admin", "search_admin"]  # register themselves

#: Of a report: shown side by side.
DEALT_WITH = ("dealt_with_at", "dealt_with_by")


class KeptAddresses(KeptForGood, PortalModelAdmin):
    """Rows whose slug is typed once, when they are added: it is their key in the content, and part of addresses."""

    slug_from = "title"

    def get_prepopulated_fields(self, request: HttpRequest, obj: Model | None = None) -> dict[str, Any]:
        return {} if obj else {"slug": [self.slug_from]}

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["slug"] if obj else []


class ReaderFilter(admin.SimpleListFilter):
    title = "may be shown to"
    parameter_name = "reader"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        return [(reader.value, str(reader.label)) for reader in Reader]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Resource]) -> QuerySet[Resource]:
        return queryset.filter(reader__contains=[self.value()]) if self.value() else queryset


class ToDoFilter(admin.SimpleListFilter):
    title = "to do"
    parameter_name = "to_do"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        return [
            ("no_owner", "Without an owner"),
            ("check", "To be checked before it is published"),
            ("listed", "Replaced or withdrawn, and still on a reading list"),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "no_owner":
            return queryset.without_owner()
        if self.value() == "check":
            return queryset.unverified()
        return queryset.ended_but_listed() if self.value() == "listed" else queryset


class ResourcePublisherInline(PortalStackedInline):
    model = ResourcePublisher
    autocomplete_fields = ["publisher"]
    fields = [("publisher", "position")]
    verbose_name_plural = "publishers, in the order in which they stand on it"

    def get_extra(self, request: SignedInRequest, obj: Any = None, **kwargs: Any) -> int:  # type: ignore[override]
        return 1 if adding.looked_up(request).get("publisher") else 0


@admin.register(Resource)
class ResourceAdmin(PublishableAdmin):
    form = ResourceForm
    list_display = ["title", "code", "type", "stands", "owner", "due_on"]
    #: Overdue first: by the day of the next review, and what was put away last.
    ordering = [Case(When(publication_state=PublicationState.ARCHIVED, then=1), default=0), "review_due", "title"]
    list_filter = [
        "publication_state",
        ReviewFilter,
        ToDoFilter,
        "status",
        "type",
        "section",
        ReaderFilter,
        "verified",
        ("owner", admin.RelatedOnlyFieldListFilter),
        "topics",
    ]
    list_select_related = ["owner"]
    search_fields = ["title", "code", "slug", "doi", "pmid", "summary", "publishers__name"]
    autocomplete_fields = ["superseded_by"]
    inlines = [ResourcePublisherInline]
    readonly_fields = [*PublishableAdmin.readonly_fields, "created_at"]
    fieldsets = [
        (
            "Where it stands",
            {
                "fields": [
                    ("publication_state", "published_at"),
                    ("written_by", "reviewed_by", "last_reviewed", "edited_at"),
                    ("owner", "review_due"),
                ],
                "description": WHERE_IT_STANDS,
            },
        ),
        ("What it is", {"fields": ["title", "slug", "section", "type", "topics"]}),
        ("What readers are told", {"fields": ["summary", "content_note", "reader"]}),
        (
            "How to get it",
            {"fields": ["url", "access_note", ("format", "cost", "minutes"), ("login_required", "easy_read")]},
        ),
        ("Whom it is for and about", {"fields": ["audiences", "settings", "population", "qs34_statements"]}),
        (
            "How it was published",
            {"fields": ["authors", "journal", ("year", "date_published"), "code", "doi", "pmid", "isbn"]},
        ),
        (
            "Is it still current?",
            {"fields": ["status", "superseded_by", "status_reason", "status_date", "expected_on"]},
        ),
        ("For curators only", {"fields": ["verified", "evidence", "curator_note", ("created_at", "updated_at")]}),
        ("History", {"fields": ["reviews_of_it", "history"]}),
    ]

    # What is asked of the form

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any], request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "owner":
            kwargs["queryset"] = User.objects.filter(roles__contains=[StaffRole.CURATOR], is_active=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    # What publishing asks of it

    def to_be_checked(self, row: Resource) -> list[Fact]:
        return list(wording.to_be_checked(row))

    def in_words(self, change: ResourceChange) -> str:
        return changes.in_words(change)

    def edits(self, form: Any, formsets: Any) -> list[changes.Said]:
        return changes.of_edit(self._changed(form, formsets), form.initial, form.instance)

    def _changed(self, form: Any, formsets: Any) -> list[str]:
        of_publishers = (formset.has_changed() for formset in formsets if formset.model is ResourcePublisher)
        return [*form.changed_data, *(["publishers"] if any(of_publishers) else [])]

    # What a new item begins with, after it was looked up

    def get_changeform_initial_data(self, request: SignedInRequest) -> dict[str, Any]:  # type: ignore[override]
        kept = adding.looked_up(request)
        return kept["initial"] if kept else super().get_changeform_initial_data(request)

    def get_formset_kwargs(self, request: SignedInRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:  # type: ignore[override]
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, ResourcePublisherInline) and adding.looked_up(request).get("publisher"):
            kwargs["initial"] = [{"publisher": adding.looked_up(request)["publisher"]}]
        return kwargs

    # What saving does

    def save_related(self, request: SignedInRequest, form: Any, formsets: Any, change: bool) -> None:  # type: ignore[override]
        super().save_related(request, form, formsets, change)
        if form.likely_duplicates:
            others = [found.resource for found, _ in form.likely_duplicates]
            NotTheSame.objects.remember(form.instance, others, by=request.user)
        indexing.index(Resource.objects.filter(pk=form.instance.pk))
        if change and "url" in form.changed_data:
            transaction.on_commit(links.gather)  # so that the desk counts a broken link no longer

    def render_change_form(self, request: SignedInRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        if kwargs.get("obj") is None and adding.looked_up(request):
            context["adminform"].form.look_for_duplicates(context["adminform"].form.initial)
        return super().render_change_form(request, context, **kwargs)

    # Pages of its own

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        return [
            path("look-up/", guarded(self.look_up), name="resources_resource_look_up"),
            path("import/", guarded(self.bring), name="resources_resource_import"),
            path("import/<int:key>/", guarded(self.look_at), name="resources_resource_import_file"),
            *super().get_urls(),
        ]

    def bring(self, request: SignedInRequest) -> HttpResponse:
        return import_page.bring(request, self.page(request, "Import references"))

    def look_at(self, request: SignedInRequest, key: int) -> HttpResponse:
        return import_page.look(request, self.page(request, "Import references"), key)

    def look_up(self, request: SignedInRequest) -> HttpResponse:
        return adding.look_up(request, self.page(request, "Add by DOI, PubMed number or address"))


@admin.register(ResourceChange)
class ResourceChangeAdmin(KeptForGood, PortalModelAdmin):
    """The history of all items. Nobody rewrites it."""

    list_display = ["made_at", "resource", "kind", "sentence", "by"]
    list_display_links = None
    list_select_related = ["resource", "by"]
    list_filter = ["kind", "made_at"]
    search_fields = ["resource__title", "resource__code", "sentence"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ImportedFile)
class ImportedFileAdmin(KeptForGood, PortalModelAdmin):
    """Who brought which file, and what it did."""

    list_display = ["made_at", "name", "by", "written_at", "outcome"]
    list_display_links = None
    list_select_related = ["by"]
    search_fields = ["name", "outcome"]
    exclude = ["data"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Review)
class ReviewAdmin(KeptForGood, PortalModelAdmin):
    """Who ticked the checklist of what, and when. Nobody rewrites it."""

    list_display = ["made_at", "resource", "by"]
    list_display_links = None
    list_select_related = ["resource", "by"]
    list_filter = ["made_at", ("by", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["resource__title", "resource__code"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(NotTheSame)
class NotTheSameAdmin(PortalModelAdmin):
    """Pairs that curators told apart when they were asked. Without its row, a pair is asked about again."""

    list_display = ["first", "second", "by", "made_at"]
    list_display_links = None
    list_select_related = ["first", "second", "by"]
    search_fields = ["first__title", "second__title"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Section)
class SectionAdmin(KeptAddresses):
    list_display = ["title", "position"]
    search_fields = ["title", "introduction"]

    def view_on_site(self, obj: Section) -> str:
        return obj.get_absolute_url()


@admin.register(Topic)
class TopicAdmin(KeptAddresses):
    list_display = ["title", "position"]
    search_fields = ["title"]

    def save_model(self, request: HttpRequest, obj: Topic, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        indexing.index(obj.resources.all())

    def view_on_site(self, obj: Topic) -> str:
        return obj.get_absolute_url()


@admin.register(Publisher)
class PublisherAdmin(PortalModelAdmin):
    form = PublisherForm
    list_display = ["name", "spellings"]
    search_fields = ["name", "other_spellings"]

    def save_model(self, request: HttpRequest, obj: Publisher, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        indexing.index(obj.resources.all())

    @admin.display(description="other spellings")
    def spellings(self, publisher: Publisher) -> str:
        return "; ".join(publisher.other_spellings) or "none"


class ReadingListEntryInline(PortalStackedInline):
    model = ReadingListEntry
    form = ReadingListEntryForm
    autocomplete_fields = ["resource"]
    fields = [("position", "resource"), "why"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReadingListEntry]:
        return super().get_queryset(request).select_related("resource")


@admin.register(ReadingList)
class ReadingListAdmin(KeptAddresses):
    list_display = ["title", "audience", "shown", "position"]
    list_filter = ["shown", "audience"]
    search_fields = ["title", "introduction"]
    inlines = [ReadingListEntryInline]
    fields = ["title", "slug", "introduction", "audience", "shown", "position"]

    def view_on_site(self, obj: ReadingList) -> str:
        return obj.get_absolute_url()


@admin.register(ItemReport)
class ItemReportAdmin(PortalModelAdmin):
    """Read, dealt with in a sentence, and deleted for its writer's sake; nobody writes or changes a report here."""

    list_display = ["reference", "sent_at", "about", "resource", "dealt_with_at", "dealt_with_by"]
    list_filter = [("dealt_with_at", admin.EmptyFieldListFilter), "about", "sent_at"]
    list_select_related = ["resource", "dealt_with_by"]
    search_fields = ["resource__title", "resource__code", "message", "email", "what_was_done"]
    date_hierarchy = "sent_at"
    fields = [("reference", "sent_at"), "item", "about", "message", "email", "what_was_done", DEALT_WITH]
    readonly_fields = ["reference", "sent_at", "item", "about", "message", "email", *DEALT_WITH]
    view_on_site = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: ItemReport | None = None) -> list[str]:
        return [*self.readonly_fields, *(["what_was_done"] if obj and obj.dealt_with_at else [])]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Not many at once: each is deleted because its own writer asked."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_form(self, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(*args, **kwargs)
        if field := form.base_fields.get("what_was_done"):
            field.required = True  # there is nothing else to save here
        return form

    @admin.display(description="item")
    def item(self, report: ItemReport) -> str:
        url = reverse("admin:resources_resource_change", args=[report.resource_id])
        return format_html('<a href="{}">{}</a>', url, report.resource)

    def save_model(self, request: SignedInRequest, obj: ItemReport, form: Any, change: bool) -> None:  # type: ignore[override]
        if "what_was_done" in form.changed_data:  # unless somebody else was quicker
            reports.deal_with(obj, by=request.user, what_was_done=obj.what_was_done)


class CheckFilter(admin.SimpleListFilter):
    title = "to ring or open"
    parameter_name = "check"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        return [("due", f"Never, or not for {review_dates.VERIFY_EVERY.days} days")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.to_check(timezone.localdate()) if self.value() == "due" else queryset


@admin.register(Helpline)
class HelplineAdmin(KeptAddresses):
    slug_from = "name"
    form = HelplineForm
    list_display = ["name", "phone", "hours", "urgent", "verified", "verified_when", "order"]
    list_filter = [CheckFilter, "verified", "urgent"]
    search_fields = ["name", "for_whom", "phone", "note", "curator_note"]
    fieldsets = [
        (
            "Is it right?",
            {
                "fields": ["verified", "last_verified"],
                "description": "Only verified lines are shown. Ring or open each at least every three months.",
            },
        ),
        ("What readers see", {"fields": ["name", "slug", "for_whom", "hours", "cost", "note"]}),
        ("Ways to reach it", {"fields": ["phone", "phone_tel", "sms", "email", "webchat_url", "url"]}),
        ("Where it is shown", {"fields": ["urgent", "order"]}),
        ("For curators only", {"fields": ["evidence", "curator_note"]}),
    ]

    def save_model(self, request: HttpRequest, obj: Helpline, form: Any, change: bool) -> None:
        ticked = "verified" in form.changed_data and obj.verified
        if ticked and "last_verified" not in form.changed_data:
            obj.last_verified = timezone.localdate()
        super().save_model(request, obj, form, change)

    @admin.display(description="last verified", ordering="last_verified")
    def verified_when(self, line: Helpline) -> str:
        if line.last_verified is None:
            return "not since it was loaded"
        is_old = line.last_verified < timezone.localdate() - review_dates.VERIFY_EVERY
        return f"{line.last_verified:%d.%m.%Y}{', ring it again' if is_old else ''}"
