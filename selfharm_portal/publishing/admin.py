"""Admin of what is published: the buttons that move it, the checklist, the filters. moves.py does the moving."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from selfharm_portal.accounts.http import SignedInRequest
from selfharm_portal.accounts.model_admin import KeptForGood, PortalModelAdmin
from selfharm_portal.accounts.models import User
from selfharm_portal.facts import Fact

from . import moves
from .forms import ChecklistForm
from .models import PublicationState, Publishable
from .review_dates import AHEAD

WHERE_IT_STANDS = "The buttons at the end move it. Whoever sends it to review cannot publish it."
#: The first group of a form.
STANDING: Any = (
    "Where it stands",
    {
        "fields": [
            ("publication_state", "published_at"),
            ("written_by", "reviewed_by", "last_reviewed", "edited_at"),
            "review_due",
        ],
        "description": WHERE_IT_STANDS,
    },
)


class Move(NamedTuple):
    """A button on a row's page, and what it does."""

    label: str
    run: Callable[..., Publishable]
    check: Callable[..., None]
    done: str
    has_checklist: bool = False


def _to(state: PublicationState) -> Callable[..., None]:
    def check(row: Publishable, *, by: User) -> None:
        moves.check_move(row, state, by=by)

    return check


MOVES = {
    "_send_to_review": Move(
        "Send to review", moves.send_to_review, _to(PublicationState.IN_REVIEW), "is sent to review"
    ),
    "_publish": Move(
        "Review and publish", moves.publish, _to(PublicationState.PUBLISHED), "is published", has_checklist=True
    ),
    "_confirm_review": Move(
        "Review it again", moves.confirm_review, moves.check_review, "is noted as reviewed today", has_checklist=True
    ),
    "_back_to_draft": Move("Back to draft", moves.back_to_draft, _to(PublicationState.DRAFT), "is a draft again"),
    "_archive": Move("Archive", moves.archive, _to(PublicationState.ARCHIVED), "is archived"),
}


class ReviewFilter(admin.SimpleListFilter):
    title = "review"
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        return [
            ("overdue", "Overdue"),
            ("soon", f"Due within {AHEAD.days} days"),
            ("edited", "Edited since its review"),
            ("never", "Never reviewed"),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        today = timezone.localdate()
        chosen = {
            "overdue": queryset.overdue(today),
            "soon": queryset.due_soon(today),
            "edited": queryset.edited_since_review(),
            "never": queryset.filter(last_reviewed=None),
        }
        return chosen.get(self.value() or "", queryset)


class PublishableAdmin(KeptForGood, PortalModelAdmin):
    """A class for a model of rows that are published; it says what is to be checked and what a sentence says."""

    actions = ["send_to_review", "archive"]  # none publishes: the checklist is about one text, read by one person
    save_on_top = False
    #: Of the form; a class that has more names these too.
    readonly_fields = [
        "publication_state",
        "published_at",
        "written_by",
        "reviewed_by",
        "last_reviewed",
        "updated_at",
        "edited_at",
        "reviews_of_it",
        "history",
    ]

    #: What the address is proposed from; once published, it stays.
    slug_from = "title"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        is_promised = obj is not None and obj.published_at is not None
        return [*self.readonly_fields, *(["slug"] if is_promised else [])]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if "slug" in self.get_readonly_fields(request, obj) else {"slug": [self.slug_from]}

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Model | None:
        """Whoever saves waits until another has saved, and is then compared with what that left."""
        found = super().get_object(request, object_id, from_field)
        if found is not None and request.method == "POST":
            self.model._default_manager.select_for_update().filter(pk=found.pk).first()
            return super().get_object(request, object_id, from_field)
        return found

    # What a class says of its own

    def to_be_checked(self, row: Any) -> list[Fact]:
        """What readers are told, for the page of the checklist."""
        raise NotImplementedError

    def in_words(self, change: Any) -> str:
        """A sentence of history, for staff."""
        return str(change.sentence)

    def edits(self, form: Any, formsets: Any) -> list[Any]:
        """What was changed in this form and readers may see, as sentences of history."""
        raise NotImplementedError

    # How it stands

    @admin.display(description="publication state", ordering="publication_state")
    def stands(self, obj: Any) -> str:
        state = str(PublicationState(obj.publication_state).label)
        return f"{state}, edited since its review" if obj.is_published and obj.edited_at else state

    @admin.display(description="review due", ordering="review_due")
    def due_on(self, obj: Any) -> str:
        is_overdue = obj.is_published and obj.is_overdue(timezone.localdate())
        return f"{obj.review_due:%d.%m.%Y}{', overdue' if is_overdue else ''}"

    # As words: Django would link to the person's account, which curators may not open.
    @admin.display(description="author")
    def written_by(self, obj: Any) -> str:
        return str(obj.author) if obj.author else "nobody yet"

    @admin.display(description="reviewer")
    def reviewed_by(self, obj: Any) -> str:
        return str(obj.reviewer) if obj.reviewer else "nobody yet"

    @admin.display(description="who went through the checklist")
    def reviews_of_it(self, obj: Any) -> str:
        reviews = obj.reviews.select_related("by") if obj.pk else []
        rows = [(f"{timezone.localtime(each.made_at):%d.%m.%Y %H:%M}", each.by) for each in reviews]
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}: {}</li>", rows)) if rows else "Nobody yet"

    @admin.display(description="what happened to it, newest first")
    def history(self, obj: Any) -> str:
        found = obj.changes.for_history() if obj.pk else []
        rows = [
            (f"{timezone.localtime(each.made_at):%d.%m.%Y %H:%M}", self.in_words(each), each.by or "the portal")
            for each in found
        ]
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}: {} ({})</li>", rows)) if rows else "Nothing yet"

    def view_on_site(self, obj: Any) -> str:
        return str(obj.get_absolute_url())

    # What saving does

    def save_model(self, request: SignedInRequest, obj: Any, form: Any, change: bool) -> None:  # type: ignore[override]
        if not change:
            obj.author = request.user
            obj.save()
            return
        # Only what was typed, so that somebody's move of the same row meanwhile stays.
        columns = {field.name for field in obj._meta.concrete_fields}
        if changed := [name for name in form.changed_data if name in columns]:
            obj.save(update_fields=[*changed, "updated_at"])

    def save_related(self, request: SignedInRequest, form: Any, formsets: Any, change: bool) -> None:  # type: ignore[override]
        super().save_related(request, form, formsets, change)
        if change:
            moves.edited(form.instance, self.edits(form, formsets), by=request.user)
        else:
            moves.note(form.instance, [moves.DRAFTED], by=request.user)

    # Moves

    def render_change_form(self, request: SignedInRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        row = kwargs.get("obj")
        if row is not None:
            context["moves"], context["why_not"] = [], []
            for name, move in MOVES.items():
                try:
                    move.check(row, by=request.user)
                    context["moves"].append({"name": name, "label": move.label})
                except moves.SecondPersonNeeded as problem:
                    context["why_not"].append(str(problem))
                except moves.PublishingError:
                    pass
        return super().render_change_form(request, context, **kwargs)

    def response_change(self, request: SignedInRequest, obj: Any) -> HttpResponse:  # type: ignore[override]
        for name, move in MOVES.items():
            if name in request.POST and move.has_checklist:
                return HttpResponseRedirect(reverse(self.address("review"), args=[obj.pk]))
            if name in request.POST:
                self._run(request, move, obj)
                return HttpResponseRedirect(request.get_full_path())
        return super().response_change(request, obj)

    def address(self, page: str) -> str:
        """The name of one of this admin's addresses."""
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"

    def get_urls(self) -> list[URLPattern]:
        name = self.address("review").removeprefix("admin:")
        return [
            path("<path:object_id>/review/", self.admin_site.admin_view(self.review), name=name),
            *super().get_urls(),
        ]

    def page(self, request: HttpRequest, title: str) -> dict[str, Any]:
        """What each of this admin's own pages begins with."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        return {**self.admin_site.each_context(request), "title": title, "opts": self.opts}

    def review(self, request: SignedInRequest, object_id: str) -> HttpResponse:
        """The checklist of one row, beside what is to be checked. Ticked whole, it publishes, or notes the review."""
        context = self.page(request, "Review")
        row = get_object_or_404(self.get_queryset(request), pk=object_id)
        move = MOVES["_confirm_review" if row.is_published else "_publish"]
        back = reverse(self.address("change"), args=[row.pk])
        try:
            move.check(row, by=request.user)
        except moves.PublishingError as problem:
            self.message_user(request, f"“{row}” stays as it is. {problem}", messages.ERROR)
            return HttpResponseRedirect(back)
        form = ChecklistForm(request.POST if request.method == "POST" else None, checklist=row.checklist)
        if form.is_valid():
            self._run(request, move, row, checked=form.checked)
            return HttpResponseRedirect(back)
        since = row.changes.for_history().filter(made_at__gte=row.edited_at) if row.edited_at else []
        context |= {
            "title": move.label,
            "original": row,
            "form": form,
            "facts": self.to_be_checked(row),
            "since": [self.in_words(each) for each in since],
            "list_url": reverse(self.address("changelist")),
            "back_url": back,
        }
        return TemplateResponse(request, "admin/publishing/review.html", context)

    def _run(self, request: SignedInRequest, move: Move, row: Publishable, **answers: Any) -> bool:
        try:
            move.run(row, by=request.user, **answers)
        except moves.PublishingError as problem:
            self.message_user(request, f"“{row}” stays as it is. {problem}", messages.ERROR)
            return False
        self.message_user(request, f"“{row}” {move.done}.", messages.SUCCESS)
        return True

    def _run_all(self, request: SignedInRequest, queryset: QuerySet[Any], name: str) -> None:
        for row in queryset:
            self._run(request, MOVES[name], row)

    @admin.action(description="Send to review")
    def send_to_review(self, request: SignedInRequest, queryset: QuerySet[Any]) -> None:
        self._run_all(request, queryset, "_send_to_review")

    @admin.action(description="Archive")
    def archive(self, request: SignedInRequest, queryset: QuerySet[Any]) -> None:
        self._run_all(request, queryset, "_archive")
