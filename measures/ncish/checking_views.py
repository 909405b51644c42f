"""What a team has sent: read, decided upon, asked about and corrected; NCISH's overview is overview_views.py."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from measures import revisions, workflow
from measures.access import find_month, for_teams_and_analysts
from measures.forms import SeenForm
from measures.models import State, Submission, SubmissionRevision
from measures.moves import Action
from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.http import SignedInRequest

from . import checking_pages
from .checking_forms import CorrectionForm, VerdictForm


@for_teams_and_analysts
@require_POST
def check(request: SignedInRequest, area: str, month: date) -> HttpResponse:
    """An analyst's verdict on a month."""
    if not permissions.sees_every_area(request.user):
        raise PermissionDenied
    submission = find_month(request, area, month)
    if submission.latest_revision is None:
        raise PermissionDenied
    form = VerdictForm(request.POST, codes=codes_of(submission))
    if not form.is_valid():
        return show_sent(request, submission, verdict=form)
    seen = form.cleaned_data["seen_lock_version"]
    try:
        if form.cleaned_data["verdict"] == VerdictForm.ACCEPT:
            workflow.accept(submission, by=request.user, seen_lock_version=seen)
            messages.success(request, f"{submission} is accepted. It shows on the team’s charts.")
        else:
            workflow.return_to_team(
                submission,
                by=request.user,
                seen_lock_version=seen,
                questions=form.asked,
                comment=form.cleaned_data["comment"],
            )
            messages.success(request, f"{submission} is back with the team. They have one e-mail that says so.")
    except workflow.MoveNotAllowed as refused:
        raise PermissionDenied from refused
    except workflow.ChangedMeanwhile:
        messages.warning(request, "This month changed after you opened it. Nothing was decided: look again.")
    return redirect(submission)


def codes_of(submission: Submission) -> list[str]:
    """The measures about which something can be asked."""
    return [value.measure.code for value in workflow.sent_values(submission)]


def show_sent(request: SignedInRequest, submission: Submission, verdict: VerdictForm | None = None) -> HttpResponse:
    """What the month holds and where it stands, and what this person can do with it next."""
    may_check = workflow.may(submission, Action.ACCEPT, by=request.user)
    sees_every_area = permissions.sees_every_area(request.user)
    if verdict is None and may_check:
        initial = {"seen_lock_version": submission.lock_version}
        verdict = VerdictForm(initial=initial, codes=codes_of(submission))
    revision = submission.latest_revision
    if revision:
        revision.submission = submission
    all_revisions = revisions.list_of(submission, submission.revisions.select_related("submitted_by"))
    return render(
        request,
        "measures/month_sent.html",
        {
            "month": submission,
            "standing": checking_pages.standing(submission, sees_every_area=sees_every_area),
            "may_give_more_time": sees_every_area and submission.is_awaited,
            "may_correct": workflow.may(submission, Action.CORRECT, by=request.user),
            "may_remind": workflow.may(submission, Action.REMIND, by=request.user),
            "revision": revision,
            "asked": revisions.asked_of_the_month(revision),
            "domains": what_was_sent(submission, revision, verdict) if revision else {},
            "revisions": all_revisions,
            "story": checking_pages.story(submission),
            "verdict": verdict if may_check else None,
            "errors": verdict.problems() if verdict and verdict.is_bound else [],
            "is_receipt": submission.state == State.SUBMITTED
            and revision is not None
            and revision.submitted_by == request.user,
        },
    )


def what_was_sent(
    submission: Submission, revision: SubmissionRevision, verdict: VerdictForm | None
) -> dict[str, list[revisions.SentValue]]:
    """The values of the latest revision, beside those that count so far or else beside the revision before."""
    is_correction = checking_pages.is_correction(submission)
    against = submission.accepted_revision if is_correction else revisions.previous(revision)
    return revisions.values_of(revision, against=against, questions=verdict.questions if verdict else None)


@for_teams_and_analysts
@require_safe
def revision(request: SignedInRequest, area: str, month: date, number: int) -> HttpResponse:
    """A month as it was handed over once, and what was other than in the revision before."""
    submission = find_month(request, area, month)
    found = get_object_or_404(submission.revisions.select_related("submitted_by"), number=number)
    found.submission = submission
    last = submission.latest_revision.number if submission.latest_revision else number
    return render(
        request,
        "measures/revision.html",
        {
            "month": submission,
            "revision": found,
            "breadcrumb": month_breadcrumb(submission),
            "facts": revisions.facts_of(submission, found),
            "asked": revisions.asked_of_the_month(found),
            "domains": revisions.values_of(found, against=revisions.previous(found)),
            "is_first": number == 1,
            "earlier": revisions.url_of(submission, number - 1) if number > 1 else "",
            "later": revisions.url_of(submission, number + 1) if number < last else "",
        },
    )


@for_teams_and_analysts
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: SignedInRequest, area: str, month: date) -> HttpResponse:
    """A lead says why an accepted month is corrected, and it is open again; or leaves it as it was accepted."""
    submission = find_month(request, area, month)
    if not permissions.may_submit(request.user, submission.area):
        raise PermissionDenied
    if request.method == "POST" and request.POST.get("action") == "keep":
        return keep(request, submission)
    if request.method == "POST":
        form = CorrectionForm(request.POST)
        if form.is_valid():
            return begin(request, submission, form)
    else:
        form = CorrectionForm(initial={"seen_lock_version": submission.lock_version})
    may_begin = workflow.may(submission, Action.CORRECT, by=request.user)
    if not may_begin and not workflow.may(submission, Action.KEEP, by=request.user):
        return redirect(submission)
    return render(
        request,
        "measures/correct.html",
        {
            "month": submission,
            "breadcrumb": month_breadcrumb(submission),
            "form": form if may_begin else None,
            "reason": workflow.reason_of_correction(submission),
        },
    )


def begin(request: SignedInRequest, submission: Submission, form: CorrectionForm) -> HttpResponse:
    try:
        workflow.begin_correction(
            submission,
            by=request.user,
            seen_lock_version=form.cleaned_data["seen_lock_version"],
            reason=form.cleaned_data["reason"],
        )
    except (workflow.MoveNotAllowed, workflow.ChangedMeanwhile):
        messages.warning(request, "This month changed after you opened it. Nothing was begun: look again.")
    else:
        messages.success(
            request, f"{submission.period} is open for your correction. What was accepted counts until you send it."
        )
    return redirect(submission)


def keep(request: SignedInRequest, submission: Submission) -> HttpResponse:
    seen = SeenForm(request.POST)
    try:
        version = seen.cleaned_data["seen_lock_version"] if seen.is_valid() else -1
        workflow.keep_as_accepted(submission, by=request.user, seen_lock_version=version)
    except (workflow.MoveNotAllowed, workflow.ChangedMeanwhile):
        messages.warning(request, "This month changed after you opened it. Nothing was given up: look again.")
    else:
        messages.success(request, f"{submission.period} stays as it was accepted.")
    return redirect(submission)


def month_breadcrumb(month: Submission) -> list[dict[str, str]]:
    return [
        {"label": month.area.short_name, "url": reverse("submissions:area", args=[month.area.slug])},
        {"label": str(month.period), "url": month.get_absolute_url()},
    ]
