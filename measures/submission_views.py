"""The pages of area teams. A month is in month_views.py, charts in chart_views.py, NCISH's side in checking_views.py"""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.http import SignedInRequest
from selfharm_portal.accounts.models import User

from . import month_pages, submission_pages
from .access import find_area, for_teams_and_analysts
from .models import State, Submission
from .month_views import Draft
from .series import reported_measures, series_of_area
from .team_charts import chart_pages


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
    found_charts = chart_pages.find_all(series_of_area(found, reported_measures(found), today=timezone.localdate(now)))
    due = submission_pages.what_is_due(
        months,
        today=timezone.localdate(now),
        may_save_draft=permissions.may_save_draft(request.user, found),
    )
    return render(
        request,
        "measures/area_home.html",
        {
            "area": found,
            "due": due,
            "progress": progress_of(due.month, by=request.user)
            if due.month and due.month.state == State.DRAFT
            else None,
            "may_see_team": permissions.may_see_team(request.user, found),
            "may_suggest": permissions.may_suggest(request.user, found),
            "months": submission_pages.month_strip(months, now=now),
            "heading_of_charts": chart_pages.heading(found_charts),
            "measures": chart_pages.latest_values(found, found_charts),
        },
    )


def progress_of(month: Submission, *, by: User) -> month_pages.Progress:
    draft = Draft(month)
    tasks = month_pages.tasks(month, draft.sections, draft.typed, draft.problems, draft.unanswered)
    return month_pages.progress(month, tasks, draft.reported, draft.problems, by=by)
