"""NCISH's overview: areas by months, what waits for whom, many months accepted at once, a reminder by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.contrib.postgres.aggregates import ArrayAgg
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from measures import reminders, workflow
from measures.access import find_month, for_teams_and_analysts
from measures.models import Submission
from measures.moves import Action
from measures.querysets import SubmissionQuerySet
from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.http import SignedInRequest
from selfharm_portal.long_text import LongTextField
from selfharm_portal.plain_messages import PlainMessages
from sites.models import Area, Region

from . import open_questions, overview_pages
from .checking_forms import LONGEST, names_nobody

MONTHS = [(12, "12 months"), (24, "24 months"), (36, "36 months"), (60, "60 months")]


class OverviewForm(PlainMessages, forms.Form):
    """Which areas and months the table shows."""

    months = forms.TypedChoiceField(label="How far back", choices=MONTHS, coerce=int, required=False, empty_value="")
    region = forms.ModelChoiceField(Region.objects.none(), label="Region", required=False, empty_label="All regions")
    state = forms.ChoiceField(
        label="Areas with a month that is",
        choices=[
            ("", "in any state"),
            ("late", "late"),
            ("sent", "sent"),
            ("question", "sent back"),
            ("draft", "a draft"),
        ],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = Region.objects.all()  # type: ignore[attr-defined]


class Ticked(NamedTuple):
    """A month as the person saw it when they ticked it."""

    pk: int
    seen_lock_version: int


class ManyForm(PlainMessages, forms.Form):
    """One verdict on all months that are ticked."""

    ACCEPT, RETURN = "accept", "return"
    verdict = forms.ChoiceField(choices=[(ACCEPT, "Accept"), (RETURN, "Send back")])
    comment = LongTextField(
        label="Your question to all of them",
        help_text="All of each month is open for its team then. To ask about single values, open the month.",
        required=False,
        max_length=LONGEST,
        validators=[names_nobody],
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, ticked: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [re.fullmatch(r"([0-9]{1,9})-([0-9]{1,9})", text) for text in ticked]
        self.ticked = [Ticked(int(match[1]), int(match[2])) for match in found if match]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.ticked:
            raise forms.ValidationError("Tick the months that you mean. Nothing was decided.")
        if cleaned.get("verdict") == self.RETURN and not cleaned.get("comment") and "comment" not in self.errors:
            self.add_error("comment", "Write what you ask. Nothing was sent back.")
        return cleaned

    @property
    def ticks(self) -> list[str]:
        """As they were sent, for the boxes of a page that comes back."""
        return [f"{pk}-{seen_lock_version}" for pk, seen_lock_version in self.ticked]


@for_teams_and_analysts
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: SignedInRequest) -> HttpResponse:
    """Areas by months, and the queues; sent, it is a verdict on what is ticked."""
    if not permissions.sees_every_area(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return show(request, ManyForm())
    many = ManyForm(request.POST, ticked=request.POST.getlist("months"))
    if not many.is_valid():
        return show(request, many)
    decide(request, many)
    return redirect(request.get_full_path())


def show(request: SignedInRequest, many: ManyForm) -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    form = OverviewForm(request.GET or None)
    chosen = form.cleaned_data if form.is_valid() else {}
    shown = overview_pages.months_shown(chosen.get("months") or MONTHS[0][0], today)
    areas = Area.objects.order_by("short_name")
    months = Submission.objects.visible_to(request.user).with_context()
    region = chosen.get("region")
    if region:
        areas, months = areas.filter(region=region), months.filter(area__region=region)
    in_table = months.filter(period__month__in=shown).with_first_sent()
    queues = queues_of(request, months, areas)
    queue = next((queue for queue in queues if queue.key == request.GET.get("queue")), queues[0])
    kept = {name: request.GET.get(name, "") for name in form.fields}
    return render(
        request,
        "measures/overview.html",
        {
            "today": today,
            "next_due": overview_pages.next_due(today),
            "region": region,
            "form": form if form.is_bound else OverviewForm(initial={"months": MONTHS[0][0]}),
            "queues": [
                *overview_pages.cards(queues, queue.key, kept),
                card_of_questions(list(areas), region, today=today),
            ],
            "queue": queue,
            "here": request.get_full_path(),
            "many": many,
            "matrix": overview_pages.matrix(areas, list(in_table), shown, now=now, only=chosen.get("state", "")),
            "key": overview_pages.KEY,
        },
    )


def card_of_questions(areas: Sequence[Area], region: Region | None, *, today: date) -> dict[str, object]:
    """The way to the questions about charts, which have a page of their own."""
    kept = f"?region={region.slug}" if region else ""
    return {
        "count": open_questions.count(areas, today=today),
        "label": "Charts without a story",
        "url": f"{reverse('submissions:open_questions')}{kept}",
    }


def queues_of(
    request: SignedInRequest, months: SubmissionQuerySet, areas: QuerySet[Area]
) -> list[overview_pages.Queue]:
    """All queues, in the order of their cards. 5 queries, whatever is in them."""
    now = timezone.now()
    waiting = months.waiting_for_ncish().with_what_to_look_at()
    return [
        overview_pages.waiting(
            month
            for month in waiting.order_by("latest_revision__submitted_at", "pk")
            if workflow.may(month, Action.ACCEPT, by=request.user)
        ),
        overview_pages.late(months.late(now).with_reminder().order_by("period__month", "area__short_name")),
        overview_pages.surprising(overview_pages.unusual(months.waiting_for_ncish())),
        overview_pages.asked(months.asked().with_question().with_reminder()),
        overview_pages.few_people(with_few_people(areas)),
    ]


def with_few_people(areas: QuerySet[Area]) -> QuerySet[Area]:
    active = Q(memberships__user__is_active=True)
    return (
        areas.filter(submissions__isnull=False)
        .annotate(
            active_people=ArrayAgg(
                "memberships__user__name", filter=active, distinct=True, order_by="memberships__user__name", default=[]
            ),
            active_count=Count("memberships__user", filter=active, distinct=True),
        )
        .filter(active_count__lte=1)
        .order_by("short_name")
    )


def decide(request: SignedInRequest, many: ManyForm) -> None:
    """Accept or send back what is ticked: each month by itself, under its own lock, so that one stops no other."""
    months = Submission.objects.visible_to(request.user).with_context().in_bulk([pk for pk, _ in many.ticked])
    seen = {months[pk]: seen for pk, seen in many.ticked if pk in months}
    accepting = many.cleaned_data["verdict"] == ManyForm.ACCEPT
    if accepting:
        done, refused = workflow.accept_many(seen, by=request.user)
    else:
        done, refused = workflow.return_many(seen, by=request.user, comment=many.cleaned_data["comment"])
    for month, problem in refused.items():
        messages.warning(request, f"{month}: {why_not(problem)} Nothing was decided.")
    if done:
        what = "Accepted" if accepting else "Sent back"
        messages.success(request, f"{what}: {'; '.join(map(str, done))}.")


def why_not(problem: workflow.WorkflowError) -> str:
    if isinstance(problem, workflow.ChangedMeanwhile):
        return "it changed after you opened the list."
    if isinstance(problem, workflow.NoteRefused):
        return str(problem)
    return "it does not wait for a verdict of yours."


@for_teams_and_analysts
@require_POST
def remind(request: SignedInRequest, area: str, month: date) -> HttpResponse:
    """One letter to the leads of the area about this month, once a day."""
    if not permissions.sees_every_area(request.user):
        raise PermissionDenied
    submission = find_month(request, area, month)
    try:
        leads = reminders.remind_leads(submission, by=request.user, today=timezone.localdate())
    except reminders.NotReminded as reason:
        messages.warning(request, f"Nothing was sent. {reason}")
    except workflow.MoveNotAllowed:
        messages.warning(request, f"Nothing was sent: {submission} does not wait for its team.")
    else:
        names = " and ".join(str(lead) for lead in leads)
        messages.success(request, f"{names} got one e-mail about {submission.period}.")
    return back_to_overview(request)


def back_to_overview(request: SignedInRequest) -> HttpResponse:
    """To the page from which the button was pressed, if it is one of ours."""
    here = request.POST.get("here", "")
    if url_has_allowed_host_and_scheme(here, allowed_hosts=None):
        return redirect(here)
    return redirect(reverse("submissions:overview"))
