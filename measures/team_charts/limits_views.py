"""The limits of a chart: what was decided about them, deciding, and undoing. Contributors read."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from measures.access import find_area_measure, for_teams_and_analysts
from measures.models import LimitsDecision
from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.http import SignedInRequest

from . import limits, limits_pages
from .limits_forms import FixForm, RecalculateForm, UndoForm

#: The buttons: from the form to both pictures, back to the form, or save.
LOOK, CHANGE, SAVE = "look", "change", "save"


@for_teams_and_analysts
@require_http_methods(["GET", "HEAD", "POST"])
def limits_of_chart(request: SignedInRequest, area: str, code: str) -> HttpResponse:
    """What was decided; the two forms; both pictures before anything is saved."""
    found = limits_pages.Limits(find_area_measure(request, area, code), timezone.localdate())
    if request.method != "POST":
        return show(request, found)
    if not permissions.may_decide_limits(request.user, found.area_measure.area):
        raise PermissionDenied
    step = request.POST.get("step", LOOK)
    form = form_of(request.POST, found, step)
    if not form.is_valid() or step == CHANGE:
        return show(request, found, form)
    if step == SAVE:
        return save(request, found, form)
    return show_both(request, found, form)


def form_of(data: QueryDict, found: limits_pages.Limits, step: str) -> RecalculateForm | FixForm:
    if data.get("what") == "fix":
        return FixForm(data, longest=found.longest_baseline)
    # A second click finds its month still on the list, and then that it is decided already.
    series = found.as_they_were if step == SAVE else found.as_they_are
    return RecalculateForm(data, places=found.places(series))


def show(
    request: SignedInRequest, found: limits_pages.Limits, form: RecalculateForm | FixForm | None = None
) -> HttpResponse:
    area_measure = found.area_measure
    may_decide = permissions.may_decide_limits(request.user, area_measure.area)
    places = found.places(found.as_they_are)
    recalculate = form if isinstance(form, RecalculateForm) else RecalculateForm(places=places)
    fix = form if isinstance(form, FixForm) else FixForm(longest=found.longest_baseline)
    return render(
        request,
        "measures/limits.html",
        {
            "area": area_measure.area,
            "measure": area_measure.measure,
            "version": area_measure.measure.definition_in(found.today),
            "breadcrumb": limits_pages.breadcrumb(area_measure),
            "form": form,
            "stale": found.stale,
            "may_decide": may_decide,
            "recalculate": recalculate if places or recalculate.is_bound else None,
            "fix": fix if found.may_be_fixed or fix.is_bound else None,
            "seen_moves": limits.moves_so_far(area_measure),
            "rows": limits_pages.in_force_rows(found.in_force, may_undo=may_decide),
            "told": limits_pages.told(found.decisions),
        },
    )


def decision_of(
    found: limits_pages.Limits, form: RecalculateForm | FixForm, request: SignedInRequest
) -> LimitsDecision:
    """What the form asks for, not saved."""
    decision = LimitsDecision(
        area_measure=found.area_measure,
        reason=form.cleaned_data["reason"],
        decided_by=request.user,
        decided_at=timezone.now(),
    )
    if isinstance(form, RecalculateForm):
        place: limits.Place = form.cleaned_data["place"]
        decision.milestone, decision.from_month = place.milestone, place.month
    else:
        decision.fixed_months = form.cleaned_data["months"]
    return decision


def show_both(
    request: SignedInRequest,
    found: limits_pages.Limits,
    form: RecalculateForm | FixForm,
    *,
    changed_meanwhile: bool = False,
) -> HttpResponse:
    decision = decision_of(found, form, request)
    area_measure = found.area_measure
    return render(
        request,
        "measures/limits_preview.html",
        {
            "area": area_measure.area,
            "measure": area_measure.measure,
            "version": area_measure.measure.definition_in(found.today),
            "breadcrumb": limits_pages.breadcrumb(area_measure, within=True),
            "form": form,
            "what": "fix" if isinstance(form, FixForm) else "recalculate",
            "seen_moves": limits.moves_so_far(area_measure),
            "heading": limits_pages.title(decision),
            "decision": decision,
            "where": limits_pages.where(decision),
            "means": limits_pages.what_it_means(found, decision),
            "pictures": limits_pages.both_pictures(found, decision),
            "changed_meanwhile": changed_meanwhile,
        },
        status=409 if changed_meanwhile else 200,
    )


def save(request: SignedInRequest, found: limits_pages.Limits, form: RecalculateForm | FixForm) -> HttpResponse:
    area_measure, reason = found.area_measure, form.cleaned_data["reason"]
    seen = request.POST.get("seen_moves", "")
    seen_moves = int(seen) if seen.isdecimal() and len(seen) < 10 else -1
    try:
        if isinstance(form, RecalculateForm):
            place, agreed = form.cleaned_data["place"], form.cleaned_data["agreed"]
            decision = limits.recalculate(
                area_measure, place, agreed=agreed, reason=reason, by=request.user, seen_moves=seen_moves
            )
        else:
            months = form.cleaned_data["months"]
            decision = limits.fix(area_measure, months, reason=reason, by=request.user, seen_moves=seen_moves)
    except limits.NotAllowed:
        messages.warning(request, "This was decided already. Nothing was saved: look at what holds now.")
        return redirect(limits_pages.url(area_measure))
    except limits.ChangedMeanwhile:
        if is_taken(found, decision_of(found, form, request)):
            messages.warning(request, "Somebody decided this meanwhile. Nothing was saved: look at what holds now.")
            return redirect(limits_pages.url(area_measure))
        return show_both(request, found, form, changed_meanwhile=True)
    messages.success(request, limits_pages.saved(decision))
    return redirect(limits_pages.chart_url(area_measure))


def is_taken(found: limits_pages.Limits, decision: LimitsDecision) -> bool:
    return any(other.from_month == decision.from_month for other in found.in_force)


@for_teams_and_analysts
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: SignedInRequest, area: str, code: str, key: int) -> HttpResponse:
    """Takes a decision back, with the reason."""
    area_measure = find_area_measure(request, area, code)
    if not permissions.may_decide_limits(request.user, area_measure.area):
        raise PermissionDenied
    made = area_measure.limits_decisions.select_related("milestone", "decided_by", "undone_by")
    decision = get_object_or_404(made, pk=key)
    decision.area_measure = area_measure
    form = UndoForm(request.POST if request.method == "POST" else None)
    if decision.undone_by and decision.undone_by != request.user:
        messages.warning(request, f"{decision.undone_by} has undone this already.")
        return redirect(limits_pages.url(area_measure))
    if form.is_valid():
        try:
            limits.undo(decision, why=form.cleaned_data["reason"], by=request.user)
        except limits.ChangedMeanwhile:
            messages.warning(request, "Somebody has undone this already.")
        else:
            messages.success(request, "Undone. The chart has the limits that it had before.")
        return redirect(limits_pages.url(area_measure))
    return render(
        request,
        "measures/limits_undo.html",
        {
            "area": area_measure.area,
            "measure": area_measure.measure,
            "breadcrumb": limits_pages.breadcrumb(area_measure, within=True),
            "decision": decision,
            "heading": limits_pages.title(decision),
            "where": limits_pages.where(decision),
            "by": limits_pages.said_by(decision),
            "form": form,
        },
    )
