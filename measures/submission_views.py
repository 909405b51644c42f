"""The pages of area teams: their months and charts, and the form of one month. NCISH's are in checking_views.py."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.http import SignedInRequest

from . import charts, rules, submission_pages, workflow
from .access import find_area, find_month, for_teams_and_analysts
from .checking_views import show_sent
from .forms import DeclarationForm, MonthForm, SeenForm
from .models import Submission
from .reporting import measures_of_month
from .series import reported_measures, series_of_area


@for_teams_and_analysts
@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """Analysts go to the overview, people of one area to its months; people of several choose."""
    if permissions.sees_every_area(request.user):
        return redirect("submissions:overview")
    areas = list(permissions.areas_visible_to(request.user).order_by("name"))
    if len(areas) == 1:
        return redirect("submissions:area", areas[0].slug)
    return render(request, "measures/submissions_home.html", {"areas": areas})


@for_teams_and_analysts
@require_safe
def area_home(request: SignedInRequest, area: str) -> HttpResponse:
    found = find_area(request, area)
    now = timezone.now()
    months = list(Submission.objects.visible_to(request.user).of_area(found).with_context())
    return render(
        request,
        "measures/area_home.html",
        {
            "area": found,
            "due": submission_pages.what_is_due(
                months,
                today=timezone.localdate(now),
                may_save_draft=permissions.may_save_draft(request.user, found),
            ),
            "months": submission_pages.month_strip(months, now=now),
            "measures": submission_pages.latest_values(
                found, series_of_area(found, reported_measures(found), today=timezone.localdate(now))
            ),
        },
    )


@for_teams_and_analysts
@require_safe
def chart(request: SignedInRequest, area: str, code: str) -> HttpResponse:
    """The chart of one measure, and the way to the measures before and after it."""
    found = find_area(request, area)
    today = timezone.localdate()
    measures = reported_measures(found)
    position = next((position for position, measure in enumerate(measures) if measure.code == code), None)
    if position is None:
        raise Http404("this area does not report this measure")
    [item] = series_of_area(found, [measures[position]], today=today)
    return render(
        request,
        "measures/chart.html",
        {
            "area": found,
            "breadcrumb": [{"label": found.short_name, "url": reverse("submissions:area", args=[found.slug])}],
            "measure": item.measure,
            "version": item.version,
            "chart": charts.chart(item.series) if item.series else None,
            "neighbours": submission_pages.neighbours(found, measures, position, today=today),
        },
    )


@for_teams_and_analysts
@require_http_methods(["GET", "HEAD", "POST"])
def month(request: SignedInRequest, area: str, month: date) -> HttpResponse:
    """The team's form while the month is open; what was sent, once it is with NCISH."""
    submission = find_month(request, area, month)
    if request.method == "POST":
        return save_or_send(request, submission)
    if workflow.may_type(submission, by=request.user):
        return show_form(request, submission, stored_form(submission))
    return show_sent(request, submission)


def save_or_send(request: SignedInRequest, submission: Submission) -> HttpResponse:
    """Keep what was typed first, whatever the button; then hand it over if that was asked."""
    if not permissions.may_save_draft(request.user, submission.area):
        raise PermissionDenied
    form = MonthForm(measures_of_month(submission.area, submission.period.month), stored=[], data=request.POST)
    seen = SeenForm(request.POST)
    seen_lock_version = seen.cleaned_data["seen_lock_version"] if seen.is_valid() else -1
    try:
        saved = workflow.save_draft(submission, form.typed(), by=request.user, seen_lock_version=seen_lock_version)
    except (workflow.ChangedMeanwhile, workflow.MoveNotAllowed):
        return show_conflict(request, submission, form)
    if request.POST.get("action") == "send":
        return send(request, saved, form)
    if saved.is_open:
        messages.success(request, f"{submission.period} is saved as a draft. Nothing has been sent.")
    return redirect(submission)


def send(request: SignedInRequest, submission: Submission, form: MonthForm) -> HttpResponse:
    if not permissions.may_submit(request.user, submission.area):
        raise PermissionDenied
    declaration = DeclarationForm(request.POST, words=workflow.DECLARATION)
    if not declaration.is_valid():
        return show_form(request, submission, form, declaration=declaration)
    try:
        workflow.submit(submission, by=request.user, seen_lock_version=submission.lock_version)
    except workflow.RulesBroken as broken:
        form.show(broken.problems)
        return show_form(request, submission, form, declaration=declaration)
    except (workflow.ChangedMeanwhile, workflow.MoveNotAllowed):
        return show_conflict(request, submission, form)
    return redirect(submission)


# Showing a month


def stored_entries(submission: Submission) -> list[rules.TypedEntry]:
    return [entry.typed() for entry in submission.draft_entries.select_related("measure")]


def stored_form(submission: Submission) -> MonthForm:
    return MonthForm(measures_of_month(submission.area, submission.period.month), stored=stored_entries(submission))


def show_form(
    request: SignedInRequest,
    submission: Submission,
    form: MonthForm,
    *,
    declaration: DeclarationForm | None = None,
    differences: list[submission_pages.Difference] | None = None,
    status: int = 200,
) -> HttpResponse:
    if declaration is None:
        declaration = DeclarationForm(words=workflow.DECLARATION)
    errors = form.errors() + [
        {"text": message, "href": "#id_declaration"} for message in declaration.errors.get("declaration", [])
    ]
    return render(
        request,
        "measures/month_form.html",
        {
            "month": submission,
            "domains": submission_pages.entries(submission, form.entries),
            "declaration": declaration,
            "errors": errors,
            "differences": differences,
            "question": submission_pages.question_of_ncish(submission),
            "may_submit": permissions.may_submit(request.user, submission.area),
        },
        status=status,
    )


def show_conflict(request: SignedInRequest, submission: Submission, form: MonthForm) -> HttpResponse:
    """The month moved after this person opened it: nothing of theirs is lost, and nothing of the others is undone.

    While the month is open the form comes back: what this person changed stays as they typed it, beside what is
    saved; fields that they did not touch take the saved text. Once it is closed, what they typed can be copied.
    """
    month = find_month(request, submission.area.slug, submission.period.month)
    saved = stored_entries(month)
    differences = submission_pages.differences(form, saved)
    if not month.is_open:
        context = {"month": month, "differences": differences}
        return render(request, "measures/month_too_late.html", context, status=409)
    return show_form(request, month, form.over(saved), differences=differences, status=409)
