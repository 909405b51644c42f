"""The first page of Django admin: what waits for the person, by role."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from measures.models import Submission
from resources.models import ItemReport, Resource
from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.admin_site import PortalAdminSite

from .models import ContactMessage, Page


@dataclass(frozen=True)
class Queue:
    label: str
    count: int
    url: str
    detail: str = ""


def queues(user: permissions.Person) -> list[Queue]:
    """What a person of these roles may want to begin with; a constant number of queries."""
    waiting = []
    if permissions.sees_every_area(user):
        months = Submission.objects.visible_to(user)
        waiting += [
            Queue("Months to check", months.waiting_for_ncish().count(), reverse("submissions:overview")),
            Queue("Late months", months.late(timezone.now()).count(), reverse("submissions:overview")),
        ]
    if permissions.may_curate(user):
        library, today = reverse("admin:resources_resource_changelist"), timezone.localdate()
        messages = reverse("admin:pages_contactmessage_changelist")
        gaps = sum(len(page.gaps()) for page in Page.objects.prefetch_related("sections"))
        waiting += [
            Queue(
                "Items to review",
                Resource.objects.filter(publication_state="in_review").count(),
                f"{library}?publication_state__exact=in_review",
                "a second person publishes them",
            ),
            Queue(
                "Drafts of the library",
                Resource.objects.filter(publication_state="draft").count(),
                f"{library}?publication_state__exact=draft",
            ),
            Queue("Reviews due", Resource.objects.review_due(today).count(), f"{library}?review_due__lte={today}"),
            Queue("Messages to answer", ContactMessage.objects.filter(answered_at=None).count(), messages),
            Queue(
                "Reports to read",
                ItemReport.objects.filter(dealt_with_at=None).count(),
                f"{reverse('admin:resources_itemreport_changelist')}?dealt_with_at__isempty=1",
                "what readers found wrong with an item",
            ),
            Queue("Gaps in page texts", gaps, reverse("admin:pages_page_gaps")),
        ]
    return waiting


class Desk(PortalAdminSite):
    """Django admin with queues on its first page."""

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        return super().index(request, {"desk_queues": queues(request.user), **(extra_context or {})})
