"""NCISH's side of the months: the overview, what a team has sent, and the verdict on it."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.http import SignedInRequest
from sites.models import Area

from . import checking_pages, workflow
from .access import find_month, for_teams_and_analysts
from .forms import VerdictForm
from .models import Submission
from .moves import Action


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
        if workflow.may(month, Action.ACCEPT, by=request.user)
    ]
    late = months.late(now).order_by("period__month", "area__short_name")
    return render(
        request,
        "measures/overview.html",
        {
            "today": timezone.localdate(now),
            "waiting_columns": ["Month", "Area", "Sent", "By", "Next"],
            "late_columns": ["Month", "Area", "Was due", "State", "Next"],
            "waiting": checking_pages.waiting_list(waiting),
            "late": checking_pages.late_list(late),
            "matrix": checking_pages.matrix(Area.objects.order_by("short_name"), months, now=now),
        },
    )


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


def show_sent(request: SignedInRequest, submission: Submission, verdict: VerdictForm | None = None) -> HttpResponse:
    """What the month holds and where it stands; for an analyst, with the form for a verdict."""
    may_check = workflow.may(submission, Action.ACCEPT, by=request.user)
    sees_every_area = permissions.sees_every_area(request.user)
    if verdict is None and may_check and submission.latest_revision is not None:
        verdict = VerdictForm(
            initial={"seen_lock_version": submission.lock_version}, revision=submission.latest_revision
        )
    return render(
        request,
        "measures/month_sent.html",
        {
            "month": submission,
            "standing": checking_pages.standing(submission, sees_every_area=sees_every_area),
            "may_give_more_time": sees_every_area and submission.is_open,
            "domains": checking_pages.sent_values(submission),
            "story": checking_pages.story(submission),
            "verdict": verdict if may_check else None,
        },
    )
