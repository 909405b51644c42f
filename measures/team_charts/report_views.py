"""The report for a board: choosing its months and measures, and the file."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from measures.access import find_area, for_teams_and_analysts
from measures.models import Measure, Submission
from measures.series import every_month, reported_measures, series_of_area
from selfharm_portal.accounts.http import SignedInRequest
from selfharm_portal.pages import demonstration
from selfharm_portal.typesetting import NotDrawn
from sites.models import Area

from . import board_report, expecting
from .report_forms import USUAL_MONTHS, BoardReportForm

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Choices:
    """What an area can make a report of."""

    months: list[Submission]
    measures: list[Measure]

    @property
    def accepted(self) -> list[date]:
        return sorted(month.period.month for month in self.months if month.accepted_revision_id)

    def form(self, data: QueryDict | None, today: date, **kwargs: Any) -> BoardReportForm:
        accepted = self.accepted
        return BoardReportForm(
            data,
            months=every_month(accepted[0], accepted[-1])[::-1],
            accepted=accepted,
            versions=[measure.definition_in(today) for measure in self.measures],
            **kwargs,
        )

    def usual(self, measure: str) -> dict[str, Any]:
        """The latest two years of all measures, or of the one whose chart led here."""
        codes = [each.code for each in self.measures]
        accepted = self.accepted
        first = every_month(accepted[0], accepted[-1])[-USUAL_MONTHS:][0]
        return {
            "first": f"{first:%Y-%m}",
            "last": f"{accepted[-1]:%Y-%m}",
            "measure": [measure] if measure in codes else codes,
        }


def choices_of(request: SignedInRequest, area: Area) -> Choices:
    months = Submission.objects.visible_to(request.user).of_area(area).with_context()
    return Choices(list(months), reported_measures(area))


@for_teams_and_analysts
@require_safe
def report(request: SignedInRequest, area: str) -> HttpResponse:
    """Choose months and measures; a choice that holds leads on to the file."""
    found_area = find_area(request, area)
    choices = choices_of(request, found_area)
    form = None
    if choices.accepted and choices.measures:
        today = timezone.localdate()
        if "first" in request.GET or "last" in request.GET:
            form = choices.form(request.GET, today)
            if form.is_valid():
                return redirect(f"{reverse('submissions:report_file', args=[area])}?{request.GET.urlencode()}")
        else:
            form = choices.form(None, today, initial=choices.usual(request.GET.get("measure", "")))
    return render(
        request,
        "measures/report.html",
        {
            "area": found_area,
            "breadcrumb": [
                {"label": found_area.short_name, "url": reverse("submissions:area", args=[area])},
                {"label": "Charts", "url": reverse("submissions:charts", args=[area])},
            ],
            "form": form,
        },
    )


@for_teams_and_analysts
@require_safe
def report_file(request: SignedInRequest, area: str) -> HttpResponse:
    """The PDF; a choice that does not hold goes back to the page that says why."""
    found_area = find_area(request, area)
    choices = choices_of(request, found_area)
    today = timezone.localdate()
    page = f"{reverse('submissions:report', args=[area])}?{request.GET.urlencode()}"
    if not (choices.accepted and choices.measures):
        return redirect(page)
    form = choices.form(request.GET, today)
    if not form.is_valid():
        return redirect(page)
    chosen = board_report.Range(form.cleaned_data["first"], form.cleaned_data["last"])
    measures = [measure for measure in choices.measures if measure.code in form.cleaned_data["measure"]]
    made = board_report.Report(
        area=found_area,
        range=chosen,
        found=board_report.found_until(series_of_area(found_area, measures, today=today), chosen.last),
        tested=expecting.tested_by(found_area),
        expected=expecting.expected_by(found_area),
        accepted=board_report.accepted_in_words(choices.months, chosen),
        made_by=request.user.name,
        made_on=today,
        banner=demonstration.BANNER if demonstration.is_demonstration() else "",
    )
    try:
        content = board_report.pdf(made)
    except NotDrawn as problem:
        logger.exception("No report of %s, %s: %s", area, chosen.in_words, problem.__cause__)
        context = {"title": "All charts of the team", "url": reverse("submissions:charts", args=[area])}
        return render(request, "file_not_made.html", context, status=500)
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{board_report.name(made)}"'
    return response
