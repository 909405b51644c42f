"""An area's lead suggests changes of its pages, section by section, and sees what became of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from measures import kept_typing
from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.http import SignedInRequest
from selfharm_portal.word_differences import pieces

from . import suggestion_pages, suggestions
from .models import Area, Suggestion
from .suggestion_forms import SuggestionForm
from .suggestions import Section

#: What was decided longer ago than the latest of these is in the history, which NCISH keeps.
MOST_OUTCOMES = 30
NOT_SENT = "You were signed out before this was sent. What you typed is below: read it, and send it again."
#: The guide for leads stands where they need it.
HOW_IT_WORKS = [
    "You write what should stand in a section, and where it can be read or how you know it. Until NCISH has decided, "
    "you and the other leads of your area can change it or withdraw it. One suggestion waits for a section at a time.",
    "NCISH compares your words with what stands there, and takes them over as they are, takes them over with changes, "
    "or leaves the section as it is and says why. You get one e-mail, and this page shows what became of it.",
    "Everybody can read these pages. Write nothing about any one person, and nothing about methods of self-harm.",
]

View = Callable[..., HttpResponse]


def for_leads(view: View) -> View:
    """Gives the view the area of the address, if the person leads it; others' areas are not found."""

    @wraps(view)
    def guarded(request: SignedInRequest, slug: str, **kwargs: str) -> HttpResponse:
        led = permissions.areas_led_by(request.user)
        if not led.exists():
            raise PermissionDenied
        return view(request, get_object_or_404(led, slug=slug), **kwargs)

    return cast(View, never_cache(login_required(guarded)))


@for_leads
@require_safe
def suggest(request: SignedInRequest, area: Area) -> HttpResponse:
    """All sections of the area's pages, and what became of what was suggested."""
    return show_list(request, area)


@kept_typing.loses_nothing
@for_leads
@require_http_methods(["GET", "HEAD", "POST"])
def suggest_section(request: SignedInRequest, area: Area, section: str) -> HttpResponse:
    """One section: what stands there, what waits for it, and a form for other words."""
    if "withdraw" in request.POST:
        return withdraw(request, area)
    found = suggestions.section(area, section)
    if found is None:
        if request.method == "POST":  # it was taken away while somebody wrote for it
            return show_list(request, area, lost=request.POST.get("text", ""), status=409)
        raise Http404("no such section")
    if request.method != "POST":
        if (typed := kept_typing.kept(request)) is None:
            return show_section(request, area, found)
        messages.warning(request, NOT_SENT)
        return show_section(request, area, found, form=SuggestionForm(typed, section=found))
    kept_typing.forget(request)
    form = SuggestionForm(request.POST, section=found)
    if not form.is_valid():
        return show_section(request, area, found, form=form)
    try:
        suggestions.suggest(
            area,
            section,
            text=form.cleaned_data["text"],
            source=form.cleaned_data["source"],
            by=request.user,
            seen_before=form.cleaned_data["seen"],
        )
    except suggestions.NothingNew as problem:
        form.add_error("text", str(problem))
        return show_section(request, area, found, form=form)
    except suggestions.ChangedMeanwhile:
        now = suggestions.section(Area.objects.get(pk=area.pk), section)
        if now is None:
            return show_list(request, area, lost=form.cleaned_data["text"], status=409)
        return show_section(request, area, now, form=form, status=409)
    messages.success(request, f"Your words for “{found.title}” are with NCISH. You get one e-mail once it is decided.")
    return redirect("sites:suggest", area.slug)


def withdraw(request: SignedInRequest, area: Area) -> HttpResponse:
    key = request.POST["withdraw"]
    mine = Suggestion.objects.visible_to(request.user).with_people()
    suggestion = get_object_or_404(mine, area=area, pk=int(key) if key.isdecimal() and len(key) < 18 else 0)
    try:
        suggestions.withdraw(suggestion, by=request.user)
        messages.success(request, f"Your suggestion for “{suggestion}” is withdrawn. The page stays as it is.")
    except suggestions.NoLongerWaiting as problem:
        messages.warning(request, f"“{suggestion}” is not withdrawn. {problem}")
    return redirect("sites:suggest", area.slug)


# Showing


def show_list(request: SignedInRequest, area: Area, *, lost: str = "", status: int = 200) -> HttpResponse:
    of_area = Suggestion.objects.visible_to(request.user).filter(area=area).with_people()
    ended = list(of_area.ended()[: MOST_OUTCOMES + 1])
    context = {
        "area": area,
        "how": HOW_IT_WORKS,
        "groups": suggestion_pages.tasks(area, suggestions.sections(area), list(of_area.waiting()), now=timezone.now()),
        "outcomes": [suggestion_pages.outcome(suggestion) for suggestion in ended[:MOST_OUTCOMES]],
        "are_more": len(ended) > MOST_OUTCOMES,
        "lost": lost,
        "is_conflict": status == 409,
    }
    return render(request, "sites/suggest.html", context, status=status)


def show_section(
    request: SignedInRequest, area: Area, section: Section, *, form: SuggestionForm | None = None, status: int = 200
) -> HttpResponse:
    of_area = Suggestion.objects.visible_to(request.user).filter(area=area)
    of_kind = of_area.filter(section=section.kind).with_people()
    of_section = [suggestion for suggestion in of_kind if suggestions.is_for(suggestion, section)]
    waiting = suggestions.waiting_for(section, [each for each in of_section if each.is_waiting])
    ended = [each for each in of_section if not each.is_waiting]
    latest = max(ended, key=lambda each: each.ended_at or each.made_at, default=None)
    seen = suggestions.seen(section, waiting)
    if form is None:
        begins_with = {"text": waiting.text, "source": waiting.source} if waiting else {"text": section.stands}
        form = SuggestionForm(initial={**begins_with, "seen": seen}, section=section)
    elif status == 409:
        form.see_again(seen)
    context = {
        "area": area,
        "section": section,
        "breadcrumb": [
            {"label": f"Suggest changes to {area.place}", "url": reverse("sites:suggest", args=[area.slug])}
        ],
        "waiting": waiting,
        "waits": suggestion_pages.for_days(waiting.made_at, timezone.now()) if waiting else "",
        "difference": pieces(section.stands, waiting.text) if waiting else [],
        "changed_since": waiting is not None and waiting.stood != section.stands,
        "latest": suggestion_pages.outcome(latest) if latest else None,
        "form": form,
        "typed_by": kept_typing.signed(request.user),
        "is_conflict": status == 409,
    }
    return render(request, "sites/suggest_section.html", context, status=status)
