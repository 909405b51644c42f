"""Who gets in under /submissions/, and which areas and months they find there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache

from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.http import SignedInRequest
from sites.models import Area

from .models import AreaMeasure, Submission

View = Callable[..., HttpResponse]


def for_teams_and_analysts(view: View) -> View:
    """Nobody else has business under /submissions/, whatever the rest of the address says."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not permissions.may_open_submissions(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return cast(View, never_cache(login_required(guarded)))


def find_area(request: SignedInRequest, area: str) -> Area:
    """The area, if it is the person's to see; another one is not found."""
    return get_object_or_404(permissions.areas_visible_to(request.user), slug=area)


def find_month(request: SignedInRequest, area: str, month: date) -> Submission:
    """The month, if it is the person's to see; another area's is not found."""
    months = Submission.objects.visible_to(request.user).with_context()
    return get_object_or_404(months, area__slug=area, period__month=month)


def find_area_measure(request: SignedInRequest, area: str, code: str) -> AreaMeasure:
    """What the area reports, or has reported, of a measure; another area's is not found."""
    found = find_area(request, area)
    reported = found.area_measures.select_related("measure").prefetch_related("measure__versions")
    area_measure: AreaMeasure = get_object_or_404(reported, measure__code=code)
    area_measure.area = found
    return area_measure
