"""The first page of Django admin: what waits for the person, by role."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode

from measures.models import MeasureSource, Submission
from resources import links
from resources.models import FailedSearch, Helpline, ItemReport, Link, Resource
from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.admin_site import PortalAdminSite
from selfharm_portal.publishing.review_dates import AHEAD
from sites.models import Area, Infographic, Suggestion

from . import coming_up
from .models import ContactMessage, Page, Person

#: So many of what is coming up stand beside the queues.
NEXT = 8


@dataclass(frozen=True)
class Queue:
    label: str
    count: int
    url: str
    detail: str = ""


def queues(user: permissions.Person) -> list[Queue]:
    """What a person of these roles may want to begin with; a constant number of queries.

    Each leads to the list that has exactly as many rows as it says.
    """
    today = timezone.localdate()
    waiting = []
    if permissions.sees_every_area(user):
        waiting += _months(user)
    if permissions.may_curate(user):
        waiting += [*_upkeep(today), *_library(), *_sites(today), *_to_confirm()]
        waiting += [*_words_from_areas(user, today), *_words_from_readers(today)]
    return waiting


def _months(user: permissions.Person) -> list[Queue]:
    months = Submission.objects.visible_to(user)
    return [
        Queue("Months to check", months.waiting_for_ncish().count(), reverse("submissions:overview")),
        Queue("Late months", months.late(timezone.now()).count(), reverse("submissions:overview")),
    ]


def _upkeep(today: date) -> list[Queue]:
    """What was right once, and may not be any more: what readers would meet on a bad night first."""
    help_lines = Helpline.objects.to_check(today)
    shown = help_lines.filter(verified=True).count()
    overdue = Resource.objects.overdue(today)
    oldest = overdue.values_list("review_due", flat=True).first()
    seen = Link.objects.for_readers()
    return [
        Queue(
            "Help lines to ring or open",
            help_lines.count(),
            _list("resources_helpline", check="due"),
            f"{shown} of them shown to readers",
        ),
        Queue(
            "Broken links",
            seen.broken().count(),
            _list("resources_link", standing__exact="broken", for_readers__exact=1),
            str(links.broken_share()),
        ),
        Queue(
            "Links that have moved",
            Link.objects.moved().count(),
            _list("resources_link", standing__exact="moved"),
            "one click writes the new address",
        ),
        Queue(
            "Reviews overdue",
            overdue.count(),
            _list("resources_resource", review="overdue"),
            f"the oldest for {days(today - oldest)}" if oldest else "",
        ),
        Queue(
            f"Reviews due within {AHEAD.days} days",
            Resource.objects.due_soon(today).count(),
            _list("resources_resource", review="soon"),
        ),
    ]


def _library() -> list[Queue]:
    everything = Resource.objects.all()
    return [
        Queue(
            "Items to review",
            everything.filter(publication_state="in_review").count(),
            _list("resources_resource", publication_state__exact="in_review"),
            "a second person publishes them",
        ),
        Queue(
            "Edited since their review",
            everything.edited_since_review().count(),
            _list("resources_resource", review="edited"),
            "a second person reads them again",
        ),
        Queue(
            "Drafts of the library",
            everything.filter(publication_state="draft").count(),
            _list("resources_resource", publication_state__exact="draft"),
        ),
        Queue(
            "Ended, but on a reading list",
            everything.ended_but_listed().count(),
            _list("resources_resource", to_do="listed"),
            "replaced or withdrawn",
        ),
        Queue(
            "Items without an owner", everything.without_owner().count(), _list("resources_resource", to_do="no_owner")
        ),
        Queue(
            "Gaps in page texts",
            sum(len(page.gaps()) for page in Page.objects.prefetch_related("sections")),
            reverse("admin:pages_page_gaps"),
        ),
    ]


def _sites(today: date) -> list[Queue]:
    """The areas and their infographics: what is to fill first, then what waits for a second person."""
    waiting = [
        Queue(
            "Infographics to fill",
            Infographic.objects.to_fill().count(),
            _list("sites_infographic", to_do="fill"),
            "each says what is missing",
        )
    ]
    for model, label in ((Infographic, "Infographics"), (Area, "Areas")):
        name = f"sites_{label.lower().removesuffix('s')}"
        rows = model.objects.all()
        waiting += [
            Queue(
                f"{label} to review",
                rows.in_review().count(),
                _list(name, publication_state__exact="in_review"),
                "a second person publishes them",
            ),
            Queue(
                f"{label} edited since review",
                rows.edited_since_review().count(),
                _list(name, review="edited"),
                "a second person reads them again",
            ),
            Queue(f"{label} with an overdue review", rows.overdue(today).count(), _list(name, review="overdue")),
        ]
    return waiting


def _to_confirm() -> list[Queue]:
    """What the content files say must be checked; their help lines stand first of all."""
    return [
        Queue(
            "Items to be checked",
            Resource.objects.unverified().count(),
            _list("resources_resource", to_do="check"),
            "not yet seen in a source",
        ),
        Queue(
            "Sources of measures to read",
            MeasureSource.objects.filter(verified=False).count(),
            _list("measures_measuresource", verified__exact=0),
        ),
        Queue(
            "Areas with something to check",
            Area.objects.exclude(to_check="").count(),
            _list("sites_area", to_check__isempty=0),
        ),
        Queue(
            "People to confirm",
            Person.objects.shown().filter(confirmed_on=None).count(),
            _list("pages_person", confirmed_on__isempty=1, is_hidden__exact=0),
            "do they agree to be named, and are the words right?",
        ),
    ]


def _words_from_areas(user: permissions.Person, today: date) -> list[Queue]:
    suggested = Suggestion.objects.visible_to(user).waiting()
    oldest = suggested.values_list("made_at", flat=True).first()
    return [
        Queue(
            "Suggestions from areas",
            suggested.count(),
            _list("sites_suggestion", state__exact="waiting"),
            f"the oldest for {days(today - timezone.localdate(oldest))}" if oldest else "",
        ),
    ]


def _words_from_readers(today: date) -> list[Queue]:
    return [
        Queue(
            "Messages to answer",
            ContactMessage.objects.filter(answered_at=None).count(),
            _list("pages_contactmessage", answered_at__isempty=1),
        ),
        Queue(
            "Reports to read",
            ItemReport.objects.filter(dealt_with_at=None).count(),
            _list("resources_itemreport", dealt_with_at__isempty=1),
            "what readers found wrong with an item",
        ),
        Queue(
            "Searches that find nothing",
            FailedSearch.objects.often(today).count(),
            _list("resources_failedsearch"),
            "on 3 different days or more",
        ),
    ]


def _list(model: str, **chosen: str | int) -> str:
    """Admin's list of a model, filtered."""
    return f"{reverse(f'admin:{model}_changelist')}?{urlencode(chosen)}"


def days(span: timedelta) -> str:
    return "1 day" if span.days == 1 else f"{span.days} days"


class Desk(PortalAdminSite):
    """Django admin with queues on its first page, and one list of what the next 90 days bring."""

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        context = {"desk_queues": queues(request.user), **(extra_context or {})}
        if permissions.may_curate(request.user):
            coming = coming_up.events(timezone.localdate())
            dated = [event for event in coming if event.day]  # the others have a queue of their own
            context["desk_calendar"] = dated[:NEXT]
            context["desk_calendar_rest"] = len(coming) - len(dated[:NEXT])
        return super().index(request, context)

    def get_urls(self) -> list[Any]:
        return [path("coming-up/", self.admin_view(self.coming_up), name="coming_up"), *super().get_urls()]

    def coming_up(self, request: HttpRequest) -> TemplateResponse:
        """All that appears, ends or falls due, by day."""
        if not permissions.may_curate(request.user):
            raise PermissionDenied
        context = {
            **self.each_context(request),
            "title": f"The next {AHEAD.days} days",
            "events": coming_up.events(timezone.localdate()),
        }
        return TemplateResponse(request, "admin/coming_up.html", context)
