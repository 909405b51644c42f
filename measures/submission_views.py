"""The pages of area teams and of NCISH's analysts: months, one month, the overview."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.http import SignedInRequest
from sites.models import Area

from . import charts, rules, submission_pages, workflow
from .forms import DeclarationForm, MonthForm, SeenForm, VerdictForm
from .models import State, Submission
from .reporting import measures_of_month
from .series import reported_measures, series_of_area

View = Callable[..., HttpResponse]


def for_teams_and_analysts(view: View) -> View:
    """Nobody else has business under /submissions/, whatever the rest of the address says."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not permissions.may_open_submissions(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return cast(View, never_cache(login_required(guarded)))


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
def overview(request: SignedInRequest) -> HttpResponse:
    if not permissions.sees_every_area(request.user):
        raise PermissionDenied
    now = timezone.now()
    months = Submission.objects.visible_to(request.user).with_context()
    waiting = [
        month
        for month in months.waiting_for_ncish().order_by("latest_revision__submitted_at")
        if workflow.may_move(month, State.ACCEPTED, by=request.user)
    ]
    late = months.late(now).order_by("period__month", "area__short_name")
    return render(
        request,
        "measures/overview.html",
        {
            "today": timezone.localdate(now),
            "waiting_columns": ["Month", "Area", "Sent", "By", "Next"],
            "late_columns": ["Month", "Area", "Was due", "State", "Next"],
            "waiting": submission_pages.waiting_list(waiting),
            "late": submission_pages.late_list(late),
            "matrix": submission_pages.matrix(Area.objects.order_by("short_name"), months, now=now),
        },
    )


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


def find_area(request: SignedInRequest, area: str) -> Area:
    """The area, if it is the person's to see; another one is not found."""
    return get_object_or_404(permissions.areas_visible_to(request.user), slug=area)


def find_month(request: SignedInRequest, area: str, month: date) -> Submission:
    """The month, if it is the person's to see; another area's is not found."""
    months = Submission.objects.visible_to(request.user).with_context()
    return get_object_or_404(months, area__slug=area, period__month=month)


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


@for_teams_and_analysts
@require_POST
def check(request: SignedInRequest, area: str, month: date) -> HttpResponse:
    """An analyst's verdict on a month."""
    if not permissions.sees_every_area(request.user):
        raise PermissionDenied
    submission = find_month(request, area, month)
    if submission.latest_revision is None:
        raise PermissionDenied
    form = VerdictForm(request.POST, revision=submission.latest_revision)
    if not form.is_valid():
        return show_sent(request, submission, verdict=form)
    seen = form.cleaned_data["seen_lock_version"]
    try:
        if form.cleaned_data["verdict"] == VerdictForm.ACCEPT:
            workflow.accept(submission, by=request.user, seen_lock_version=seen)
            messages.success(request, f"{submission} is accepted. It shows on the team's charts.")
        else:
            comment = form.cleaned_data["comment"]
            workflow.return_to_team(submission, by=request.user, seen_lock_version=seen, comment=comment)
            messages.success(request, f"{submission} is back with the team. They have an e-mail with your question.")
    except workflow.MoveNotAllowed as refused:
        raise PermissionDenied from refused
    except workflow.ChangedMeanwhile:
        messages.warning(request, "This month changed after you opened it. Nothing was decided: look again.")
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


def show_sent(request: SignedInRequest, submission: Submission, verdict: VerdictForm | None = None) -> HttpResponse:
    """What the month holds and where it stands; for an analyst, with the form for a verdict."""
    may_check = workflow.may_move(submission, State.ACCEPTED, by=request.user)
    sees_every_area = permissions.sees_every_area(request.user)
    if verdict is None and may_check and submission.latest_revision is not None:
        verdict = VerdictForm(
            initial={"seen_lock_version": submission.lock_version}, revision=submission.latest_revision
        )
    sent_by = submission.latest_revision.submitted_by if submission.latest_revision else None
    return render(
        request,
        "measures/month_sent.html",
        {
            "month": submission,
            "standing": submission_pages.standing(submission, sees_every_area=sees_every_area),
            "domains": submission_pages.sent_values(submission),
            "story": submission_pages.story(submission),
            "verdict": verdict if may_check else None,
            "is_receipt": submission.state == State.SUBMITTED and sent_by == request.user,
        },
    )
