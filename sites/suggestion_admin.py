"""A curator reads an area's suggestion beside what stands, and takes it over, edits it or declines it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.http import SignedInRequest
from selfharm_portal.accounts.model_admin import KeptForGood, PortalModelAdmin
from selfharm_portal.accounts.models import User
from selfharm_portal.facts import Fact, address
from selfharm_portal.word_differences import pieces

from . import suggestion_pages, suggestions
from .models import SuggestedFor, Suggestion, SuggestionState
from .suggestion_forms import DeclineForm, TakeOverForm

#: What the button of the second form says of itself.
DECLINE = "decline"


@admin.register(Suggestion)
class SuggestionAdmin(KeptForGood, PortalModelAdmin):
    """What areas' leads suggest for their pages: read and decided here, written by them alone."""

    list_display = ["title", "area", "by", "waits", "state"]
    list_filter = ["state", "area", "section"]
    list_select_related = ["area", "by"]
    search_fields = ["title", "text", "area__place", "by__name"]
    #: What waits first, and of that what has waited longest.
    ordering = [Case(When(state=SuggestionState.WAITING, then=0), default=1), "made_at", "pk"]
    actions = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Suggestion]:
        rows: QuerySet[Suggestion] = super().get_queryset(request)
        return rows.select_related("area", "panel", "by", "ended_by")

    @admin.display(description="waiting", ordering="made_at")
    def waits(self, suggestion: Suggestion) -> str:
        if suggestion.is_waiting:
            return suggestion_pages.for_days(suggestion.made_at, timezone.now())
        return f"decided {suggestion_pages.after_days(suggestion)}"

    def change_view(  # type: ignore[override]
        self,
        request: SignedInRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One suggestion: the difference, and a form for each of the two ways to decide; or what was decided."""
        suggestion = self.get_object(request, unquote(object_id))
        if suggestion is None or not self.has_view_permission(request, suggestion):
            return super().change_view(request, object_id, form_url, extra_context)
        if request.method != "POST" or not permissions.may_decide(request.user, suggestion):
            return self.show(request, suggestion)
        section = suggestions.section_of(suggestion)
        form: TakeOverForm | DeclineForm
        if section is None or request.POST.get("action") == DECLINE:
            form = DeclineForm(request.POST)
        else:
            form = TakeOverForm(request.POST, section=section)
        if suggestion.is_waiting and not form.is_valid():
            return self.show(request, suggestion, form)
        try:
            done = decide(suggestion, form, by=request.user)
        except suggestions.SuggestionError as problem:
            self.message_user(request, f"Nothing is decided by you. {problem}", messages.WARNING)
            moved = self.get_object(request, unquote(object_id))
            return self.show(request, moved or suggestion, form, status=409)
        self.message_user(request, said(done), messages.SUCCESS)
        return HttpResponseRedirect(waiting_list())

    def show(
        self,
        request: SignedInRequest,
        suggestion: Suggestion,
        form: TakeOverForm | DeclineForm | None = None,
        *,
        status: int = 200,
    ) -> HttpResponse:
        """form: what the person sent; once the suggestion has moved, it speaks of what stands now."""
        section = suggestions.section_of(suggestion)
        seen = suggestions.seen(section, suggestion)
        if form is not None and status == 409:
            form.see_again(seen)
        stands = section.stands if section and suggestion.is_waiting else suggestion.stood
        take_over, decline = None, None
        if suggestion.is_waiting and permissions.may_decide(request.user, suggestion):
            decline = form if isinstance(form, DeclineForm) else DeclineForm(initial={"seen": seen})
            if section:
                proposed = {"text": suggestion.text, "source": suggestion.source, "seen": seen}
                is_sent = isinstance(form, TakeOverForm)
                take_over = form if is_sent else TakeOverForm(initial=proposed, section=section)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{suggestion} ({suggestion.area})",
            "opts": self.opts,
            "original": suggestion,
            "facts": facts(suggestion),
            "section": section,
            "stood_before": suggestion.is_waiting and section is not None and section.stands != suggestion.stood,
            "difference": pieces(stands, suggestion.text),
            "take_over": take_over,
            "decline": decline,
            "outcome": None if suggestion.is_waiting else suggestion_pages.outcome(suggestion),
            "typed": form.data.get("reason") or form.data.get("text") if form and not suggestion.is_waiting else "",
            "enter_at": enter_at(suggestion) if section and section.is_entered_by_hand else "",
        }
        return TemplateResponse(request, "admin/sites/suggestion/change_form.html", context, status=status)


def decide(suggestion: Suggestion, form: TakeOverForm | DeclineForm, *, by: User) -> Suggestion:
    """Run the move that the form is for. What was decided meanwhile is said before anything that is wrong in it."""
    form.is_valid()
    given = form.cleaned_data
    if isinstance(form, DeclineForm):
        return suggestions.decline(suggestion, reason=given.get("reason", ""), by=by, seen_before=given.get("seen", ""))
    return suggestions.take_over(
        suggestion,
        text=given.get("text", ""),
        source=given.get("source", ""),
        by=by,
        seen_before=given.get("seen", ""),
    )


def said(done: Suggestion) -> str:
    """What the person is told of their decision."""
    if done.state == SuggestionState.DECLINED:
        return f"“{done}” is declined. {done.by} gets an e-mail with your reason."
    edited = " with your changes" if done.taken_text != done.text else ""
    ring = " Readers see the crisis line once you have rung it and given the date at the area."
    return (
        f"“{done}” is taken over{edited}. {done.by} gets an e-mail."
        f"{ring if done.section == SuggestedFor.CRISIS_LINE else ''}"
    )


def facts(suggestion: Suggestion) -> list[Fact]:
    """From whom it is, since when it waits, and where it can be read."""
    rows = [
        Fact("Area", str(suggestion.area)),
        Fact("From", f"{suggestion.by}, lead"),
        Fact("Suggested", f"on {suggestion_pages.day(suggestion.made_at)}"),
    ]
    if suggestion.is_waiting:
        rows.append(Fact("Waiting", suggestion_pages.for_days(suggestion.made_at, timezone.now())))
    return [
        *rows,
        Fact("Where it can be read, or how they know", suggestion.source, url=address(suggestion.source)),
    ]


def enter_at(suggestion: Suggestion) -> str:
    """The form where a curator enters what is more than a text."""
    if suggestion.section == SuggestedFor.THEMES:
        return reverse("admin:sites_area_change", args=[suggestion.area_id])
    begins_with = {"area": suggestion.area_id, "what": suggestion.text, "source": address(suggestion.source)}
    return f"{reverse('admin:sites_milestone_add')}?{urlencode(begins_with)}"


def waiting_list() -> str:
    return f"{reverse('admin:sites_suggestion_changelist')}?state__exact={SuggestionState.WAITING}"
