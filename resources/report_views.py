"""Something wrong with an item: a form for everybody, and its receipt."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from measures.reporting_calendar import time_in_words
from selfharm_portal.pages import distress, help_lines, pace

from . import reports
from .models import ItemReport, Resource
from .reports import ReportForm


@never_cache
def report(request: HttpRequest, slug: str) -> HttpResponse:
    resource = get_object_or_404(Resource.objects.published(), slug=slug)
    form = ReportForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_valid():
        if pace.may_write(request):
            return redirect(reports.receive(resource, **form.written))
        form.add_error(None, pace.TOO_OFTEN)
        status = 429
    help_first = form.is_bound and distress.suggested(form.words)
    context = {
        "form": form,
        "resource": resource,
        "help_first": help_lines.first_box() if help_first else None,
        "breadcrumb": [
            {"label": "Library", "url": reverse("resources:list")},
            {"label": str(resource), "url": resource.get_absolute_url()},
        ],
    }
    return render(request, "resources/report.html", context, status=status)


@never_cache
def report_sent(request: HttpRequest, slug: str, receipt: UUID) -> HttpResponse:
    """The receipt. Its address says nothing of the report, so help first is worked out anew."""
    received = get_object_or_404(ItemReport.objects.select_related("resource"), receipt=receipt, resource__slug=slug)
    context = {
        "received": received,
        "resource": received.resource if received.resource.is_published else None,
        "time": time_in_words(timezone.localtime(received.sent_at)),
        "help_first": help_lines.first_box() if distress.suggested(received.message) else None,
    }
    return render(request, "resources/report_sent.html", context)
