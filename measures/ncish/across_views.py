"""Charts of all areas side by side, for analysts: nothing in these pages orders areas by value."""

from __future__ import annotations

import csv
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from measures.access import for_teams_and_analysts
from measures.models import Domain, Measure
from measures.reporting_calendar import month_in_words
from measures.upload_views import CONTENT_TYPES
from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.http import SignedInRequest
from selfharm_portal.pages import demonstration
from selfharm_portal.plain_messages import PlainMessages
from sites.models import Area, Region, Theme

from . import across, across_pages, open_questions, question_pages


class AreasForm(PlainMessages, forms.Form):
    """Which areas are shown."""

    region = forms.ModelChoiceField(
        Region.objects.none(), label="Region", required=False, empty_label="All regions", to_field_name="slug"
    )
    theme = forms.ModelChoiceField(
        Theme.objects.none(), label="Theme", required=False, empty_label="All themes", to_field_name="slug"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = Region.objects.all()  # type: ignore[attr-defined]
        self.fields["theme"].queryset = Theme.objects.all()  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, Any]:
        """What was chosen and exists; a choice that does not is said beside its field, and narrows nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class AcrossForm(AreasForm):
    """Which areas and measures are shown."""

    domain = forms.ModelChoiceField(
        Domain.objects.none(), label="Measures", required=False, empty_label="All chapters", to_field_name="slug"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domain"].queryset = Domain.objects.all()  # type: ignore[attr-defined]


class QuestionsForm(AreasForm):
    """Which areas are shown, and which of their questions."""

    kind = forms.ChoiceField(
        label="What happened",
        choices=[
            ("", "Anything unusual"),
            ("concern", "A concern"),
            ("improvement", "An improvement"),
            ("neutral", "A change, neither direction is better"),
        ],
        required=False,
    )


def areas_shown(request: SignedInRequest, chosen: dict[str, Any]) -> QuerySet[Area]:
    areas = permissions.areas_visible_to(request.user).order_by("short_name")
    if region := chosen.get("region"):
        areas = areas.filter(region=region)
    if theme := chosen.get("theme"):
        areas = areas.filter(themes=theme)
    return areas


def charts_shown(areas: QuerySet[Area], chosen: dict[str, Any]) -> tuple[list[Area], list[Measure], across.Charts]:
    """Areas that collect something, A to Z; what they collect, in the order of the dictionary; and what it says."""
    found = list(across.areas_with_measures(areas))
    measures = across.measures_of(found)
    if domain := chosen.get("domain"):
        measures = measures.filter(domain=domain)
    return found, list(measures), across.charts(found, list(measures), today=timezone.localdate())


@for_teams_and_analysts
@require_safe
def matrix(request: SignedInRequest) -> HttpResponse:
    """Measures by areas, as icons with words."""
    if not permissions.sees_every_area(request.user):
        raise PermissionDenied
    form = AcrossForm(request.GET)
    areas = areas_shown(request, form.chosen)
    shown, measures, charts = charts_shown(areas, form.chosen)
    return render(
        request,
        "measures/matrix.html",
        {
            "breadcrumb": [{"label": "Overview", "url": reverse("submissions:overview")}],
            "form": form,
            "matrix": across_pages.matrix(shown, measures, charts, today=timezone.localdate()),
            "without": [area.short_name for area in areas if area not in shown],
            "key": across_pages.KEY,
            "csv_url": f"{reverse('submissions:matrix_csv')}?{request.GET.urlencode()}",
        },
    )


@for_teams_and_analysts
@require_safe
def matrix_csv(request: SignedInRequest) -> HttpResponse:
    """The matrix a line a cell: words, and no numbers."""
    if not permissions.sees_every_area(request.user):
        raise PermissionDenied
    chosen = AcrossForm(request.GET).chosen
    shown, measures, charts = charts_shown(areas_shown(request, chosen), chosen)
    response = HttpResponse(content_type=CONTENT_TYPES["csv"])
    name = "measures-by-areas-demonstration" if demonstration.is_demonstration() else "measures-by-areas"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    csv.writer(response).writerows(across_pages.matrix_lines(shown, measures, charts, today=timezone.localdate()))
    return response


@for_teams_and_analysts
@require_safe
def one_measure(request: SignedInRequest, code: str) -> HttpResponse:
    """One measure in all areas that collect it, small charts on one scale."""
    if not permissions.sees_every_area(request.user):
        raise PermissionDenied
    measure = get_object_or_404(Measure.objects.with_versions().filter(versions__isnull=False).distinct(), code=code)
    form = AreasForm(request.GET)
    areas = areas_shown(request, form.chosen)
    today = timezone.localdate()
    charts = across.charts(list(areas), [measure], today=today)
    everywhere = list(across.measures_of(permissions.areas_visible_to(request.user)))
    return render(
        request,
        "measures/one_measure.html",
        {
            "breadcrumb": [
                {"label": "Overview", "url": reverse("submissions:overview")},
                {"label": "Measures by areas", "url": reverse("submissions:matrix")},
            ],
            "form": form,
            "measure": measure,
            "page": across_pages.one_measure(measure, list(areas), charts, today=today),
            "neighbours": across_pages.neighbours(measure, everywhere, today=today),
        },
    )


@for_teams_and_analysts
@require_safe
def questions(request: SignedInRequest) -> HttpResponse:
    """Special causes without a story, as a list of what to ask which area."""
    if not permissions.sees_every_area(request.user):
        raise PermissionDenied
    form = QuestionsForm(request.GET)
    today = timezone.localdate()
    areas, _, charts = charts_shown(areas_shown(request, form.chosen), {})
    found = open_questions.find(areas, charts, today=today, kind=form.chosen.get("kind", ""))
    return render(
        request,
        "measures/questions.html",
        {
            "breadcrumb": [{"label": "Overview", "url": reverse("submissions:overview")}],
            "form": form,
            "count": len(found),
            "asked": question_pages.asked(found, today=today, site=request.build_absolute_uri("/").rstrip("/")),
            "since": month_in_words(open_questions.oldest_month(today)),
            "recent_months": open_questions.RECENT_MONTHS,
        },
    )
