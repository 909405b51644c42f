"""The page on which a team says what explains flagged months, and what the page of a chart says of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods

from measures import charts
from measures.access import find_area_measure, for_teams_and_analysts
from measures.models import AreaMeasure, Story
from measures.ncish.checking_forms import LONGEST, names_nobody
from measures.reporting_calendar import month_in_words
from measures.revisions import moment
from measures.series import series_of_area
from measures.statistics import findings
from measures.statistics.findings import Findings, SpecialCause
from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.http import SignedInRequest
from selfharm_portal.long_text import LongTextField
from selfharm_portal.plain_messages import PlainMessages

from . import limits_pages, stories
from .stories import Months


class StoryForm(PlainMessages, forms.Form):
    """What explains the months. seen: when the story that is written again was written; empty for a new one."""

    text = LongTextField(
        label="What explains these months?",
        help_text="What happened, as far as you know: a change you made, a clinic that closed, how it was counted. “We "
        "do not know yet, and look into it” is an answer too. Nothing about any one person.",
        max_length=LONGEST,
        validators=[names_nobody],
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write what explains these months, or that you do not know yet."},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_seen(self) -> datetime | None:
        try:
            return parse_datetime(self.cleaned_data["seen"])
        except ValueError:
            return None


@for_teams_and_analysts
@require_http_methods(["GET", "HEAD", "POST"])
def story(request: SignedInRequest, area: str, code: str) -> HttpResponse:
    """`?about=a`: the special cause of which is spoken, by its letter; without it, a choice of all."""
    area_measure = find_area_measure(request, area, code)
    may_tell = permissions.may_tell_story(request.user, area_measure.area)
    if request.method == "POST" and not may_tell:
        raise PermissionDenied
    found = findings_of(area_measure, timezone.localdate())
    told = list(area_measure.stories.select_related("by"))
    chosen = chosen_months(found, request)
    if found is None or chosen is None:
        if request.method == "POST":
            messages.warning(request, "These months are no longer flagged, so nothing was written.")
            return redirect(url(area_measure))
        return show_choice(request, area_measure, found, may_tell=may_tell)
    before = stories.story_of(chosen, told, stories.causes_by_months(found))
    if request.method != "POST":
        initial = {"text": before.text, "seen": before.made_at.isoformat()} if before else {}
        form = StoryForm(initial=initial)
    else:
        form = StoryForm(request.POST)
        if form.is_valid():
            return tell(request, area_measure, found, chosen, before, form)
    return show_story(request, area_measure, found, chosen, before, form, may_tell=may_tell)


def tell(
    request: SignedInRequest,
    area_measure: AreaMeasure,
    found: Findings,
    chosen: Months,
    before: Story | None,
    form: StoryForm,
) -> HttpResponse:
    text, seen = form.cleaned_data["text"], form.cleaned_data["seen"]
    try:
        stories.tell(area_measure, chosen, text, by=request.user, story=before, seen=seen)
    except stories.ChangedMeanwhile as problem:
        again = StoryForm(initial={"text": text, "seen": problem.story.made_at.isoformat()})
        return show_story(
            request, area_measure, found, chosen, problem.story, again, may_tell=True, meanwhile=problem.story
        )
    messages.success(request, f"What you wrote about {in_words(chosen)} stands on the chart. NCISH reads it too.")
    return redirect(limits_pages.chart_url(area_measure))


def show_choice(
    request: SignedInRequest, area_measure: AreaMeasure, found: Findings | None, *, may_tell: bool
) -> HttpResponse:
    return render(
        request,
        "measures/story_choice.html",
        {**of_page(area_measure), "causes": causes(area_measure, found), "may_tell": may_tell},
    )


def show_story(
    request: SignedInRequest,
    area_measure: AreaMeasure,
    found: Findings,
    chosen: Months,
    before: Story | None,
    form: StoryForm,
    *,
    may_tell: bool,
    meanwhile: Story | None = None,
) -> HttpResponse:
    same = stories.causes_by_months(found)[chosen]
    return render(
        request,
        "measures/story.html",
        {
            **of_page(area_measure),
            "form": form if may_tell else None,
            "about": same[0].letter,
            "notes": [charts.cause_note(cause, found) for cause in same],
            "months": in_words(chosen),
            "first": chosen.first.isoformat(),
            "last": chosen.last.isoformat(),
            "others": [cause for cause in causes(area_measure, found) if cause["letter"] not in letters(same)],
            "before": told_in_words(before) if before else None,
            "goes_on": in_words(Months(before.from_month, before.to_month))
            if before and before.to_month != chosen.last
            else "",
            "earlier": [
                {"text": words.text, "by": f"{words.by}, {moment(words.made_at)}"}
                for words in (stories.earlier_words(before) if before else [])
            ],
            "meanwhile": told_in_words(meanwhile) if meanwhile else None,
        },
        status=409 if meanwhile else 200,
    )


def of_page(area_measure: AreaMeasure) -> dict[str, Any]:
    return {
        "area": area_measure.area,
        "measure": area_measure.measure,
        "version": area_measure.measure.definition_in(timezone.localdate()),
        "breadcrumb": limits_pages.breadcrumb(area_measure),
        "chart_url": limits_pages.chart_url(area_measure),
    }


def findings_of(area_measure: AreaMeasure, today: date) -> Findings | None:
    [item] = series_of_area(area_measure.area, [area_measure.measure], today=today, with_waiting=True)
    return findings.find(item.series) if item.series else None


def chosen_months(found: Findings | None, request: SignedInRequest) -> Months | None:
    """Letters move as months come in, so what is sent names its months."""
    by_months = stories.causes_by_months(found) if found else {}
    if request.method == "POST":
        sent = f"{request.POST.get('first', '')} {request.POST.get('last', '')}"
        return next((months for months in by_months if f"{months.first} {months.last}" == sent), None)
    about = request.GET.get("about", "")
    return next((months for months, same in by_months.items() if about in letters(same)), None)


def letters(same: Sequence[SpecialCause]) -> list[str]:
    return [cause.letter for cause in same]


def in_words(months: Months) -> str:
    """June 2025, or June 2025 to January 2026"""
    first, last = month_in_words(months.first), month_in_words(months.last)
    return first if first == last else f"{first} to {last}"


def url(area_measure: AreaMeasure, letter: str = "") -> str:
    page = reverse("submissions:story", args=[area_measure.area.slug, area_measure.measure.code])
    return f"{page}?about={letter}" if letter else page


def told_in_words(story: Story) -> dict[str, str]:
    return {"text": story.text, "by": f"{story.by}, {moment(story.made_at)}", "months": story.months}


def causes(area_measure: AreaMeasure, found: Findings | None) -> list[dict[str, Any]]:
    """Each special cause with what is said of it, and where that is written; the latest first."""
    if found is None:
        return []
    return [
        {
            "letter": cause.letter,
            "note": charts.cause_note(cause, found),
            "story": found.story_of(cause),
            "gone_on": found.gone_on_words(cause),
            "url": url(area_measure, cause.letter),
            "months": in_words(stories.months_of(cause, found.series.months)),
        }
        for cause in reversed(found.special_causes)
    ]


def on_chart(
    area_measure: AreaMeasure, found: Findings | None, user: permissions.Person, *, as_they_were: bool
) -> dict[str, Any]:
    """For measures/_stories.html on the page of a chart.

    as_they_were: the limits; other months may be flagged then than those of which stories are written.
    """
    return {
        "causes": causes(area_measure, found),
        "may_tell": not as_they_were and permissions.may_tell_story(user, area_measure.area),
        "past": past(found),
    }


def past(found: Findings | None) -> list[dict[str, str]]:
    """Stories of months that no rule flags any more, after a correction or new limits."""
    if found is None:
        return []
    shown = {found.story_of(cause) for cause in found.special_causes}
    return [
        {"months": in_words(Months(said.first, said.last)), "text": said.text, "by": said.by}
        for said in found.series.stories
        if said not in shown
    ]
