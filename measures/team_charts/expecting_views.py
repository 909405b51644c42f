"""What a lead expects of a change: saying it before it is seen, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from measures.access import find_area_measure, for_teams_and_analysts
from measures.models import Expected
from measures.reporting_calendar import month_in_words
from measures.statistics.before_after import MONTHS_NEEDED
from measures.statistics.expectations import months_to_choose
from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.http import SignedInRequest
from selfharm_portal.plain_messages import PlainMessages

from .limits_forms import reason

if TYPE_CHECKING:
    pass

from .expecting import (
    ChangedMeanwhile,
    NotAllowed,
    Stays,
    TooLate,
    change_of,
    record,
    standing,
    take_back,
    tested_by,
    tested_changes,
)
from .expecting_pages import (
    as_typed,
    by_whom,
    chart_url,
    in_words,
    months_in_words,
    of_page,
    take_back_url,
    taken_back_by,
)


class ExpectationForm(PlainMessages, forms.Form):
    """What should happen to the measure, and by when."""

    direction = forms.ChoiceField(
        label="What should happen to this measure?", choices=Expected.choices, widget=forms.RadioSelect
    )
    by_month = forms.TypedChoiceField(label="By which month should it show?", coerce=date.fromisoformat)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, months: Sequence[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["direction"].error_messages["required"] = "Choose what should happen to this measure"
        self.fields["by_month"].error_messages["required"] = "Choose the month by which it should show"
        self.fields["by_month"].choices = [  # type: ignore[attr-defined]
            ("", "Choose a month"),
            *((month.isoformat(), month_in_words(month)) for month in months),
        ]
        self.fields["by_month"].help_text = (
            f"{month_in_words(months[0])} at the earliest: before there are {MONTHS_NEEDED} months after the change, "
            "a chart cannot tell it from chance."
        )


class TakeBackForm(PlainMessages, forms.Form):
    """Why what was expected is taken back."""

    reason = reason("Why do you take it back?", "Say why you take it back.")
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


@for_teams_and_analysts
@require_http_methods(["GET", "HEAD", "POST"])
def expect(request: SignedInRequest, area: str, code: str, milestone: int) -> HttpResponse:
    """One milestone and one measure: what the lead expects."""
    area_measure = find_area_measure(request, area, code)
    found = area_measure.area
    if not permissions.may_say_what_to_expect(request.user, found):
        raise PermissionDenied
    tested = tested_by(found)
    of = get_object_or_404(found.milestones.filter(pk__in=[one.pk for one in tested]), pk=milestone)
    change = tested_changes(tested)[of.pk]
    now = standing(area_measure, of)
    typed = request.POST if request.method == "POST" else None
    form = ExpectationForm(typed, initial=as_typed(now), months=months_to_choose(change))
    changed_meanwhile = False
    if form.is_valid():
        given = form.cleaned_data
        try:
            record(
                area_measure,
                of,
                direction=given["direction"],
                by_month=given["by_month"],
                by=request.user,
                seen=given["seen"],
            )
        except NotAllowed:
            raise PermissionDenied from None
        except (Stays, TooLate, ChangedMeanwhile) as problem:
            now = standing(area_measure, of)
            changed_meanwhile = isinstance(problem, ChangedMeanwhile)
            form = ExpectationForm({**request.POST.dict(), "seen": now.seen}, months=months_to_choose(change))
        else:
            messages.success(request, "Recorded. The chart answers it as the months come in.")
            return redirect(f"{chart_url(found, code)}#before-and-after")
    return render(
        request,
        "measures/expect.html",
        {
            **of_page(area_measure, of, change),
            "form": form,
            "standing": now,
            "changed_meanwhile": changed_meanwhile,
            "is_refused": typed is not None,
            "recorded": in_words(now.expectation) if now.expectation else "",
            "by_whom": by_whom(now.expectation) if now.expectation else "",
            "known": months_in_words(now.months_known),
            "taken_back": [
                {"recorded": in_words(one), "by_whom": by_whom(one), "taken_back_by": taken_back_by(one)}
                for one in reversed(now.taken_back)
            ],
            "take_back_url": take_back_url(found, code, of.pk) if now.expectation else "",
        },
        status=409 if changed_meanwhile or (typed is not None and not now.is_open) else 200,
    )


@for_teams_and_analysts
@require_http_methods(["GET", "HEAD", "POST"])
def take_back_page(request: SignedInRequest, area: str, code: str, milestone: int) -> HttpResponse:
    """Takes back what is expected of one milestone and measure, with the reason."""
    area_measure = find_area_measure(request, area, code)
    found = area_measure.area
    if not permissions.may_say_what_to_expect(request.user, found):
        raise PermissionDenied
    of = get_object_or_404(found.milestones.filter(expectations__area_measure=area_measure).distinct(), pk=milestone)
    now = standing(area_measure, of)
    expectation = now.expectation or now.taken_back[-1]
    expectation.area_measure = area_measure
    form = TakeBackForm(request.POST if request.method == "POST" else None, initial={"seen": now.seen})
    changed_meanwhile = False
    is_second_click = request.method == "POST" and expectation.undone_by == request.user
    if expectation.undone_by and not is_second_click:
        messages.warning(request, f"{expectation.undone_by} has taken this back already.")
        return redirect(f"{chart_url(found, code)}#before-and-after")
    if form.is_valid():
        try:
            take_back(expectation, why=form.cleaned_data["reason"], by=request.user, seen=form.cleaned_data["seen"])
        except ChangedMeanwhile:
            changed_meanwhile = True
            form = TakeBackForm(initial={"reason": form.cleaned_data["reason"], "seen": now.seen})
        else:
            messages.success(request, "Taken back. It stays to read beside the chart, with your reason.")
            return redirect(f"{chart_url(found, code)}#before-and-after")
    return render(
        request,
        "measures/take_back.html",
        {
            **of_page(area_measure, of, change_of(of, 0)),
            "form": form,
            "recorded": in_words(expectation),
            "by_whom": by_whom(expectation),
            "changed_meanwhile": changed_meanwhile,
            "stays": now.months_known > 0,
        },
        status=409 if changed_meanwhile else 200,
    )
