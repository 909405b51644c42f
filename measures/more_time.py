"""More time for one area and one month: an analyst gives it, with a reason that the team reads."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.http import SignedInRequest
from selfharm_portal.accounts.models import User
from selfharm_portal.plain_messages import PlainMessages
from selfharm_portal.typed_date import TypedDateField

from . import month_pages, rules, workflow
from .access import find_month, for_teams_and_analysts
from .models import Submission
from .reporting_calendar import day_in_words

#: Beyond this after the month's own date, numbers are no longer one month late but another month's business.
LONGEST = timedelta(days=180)


class MoreTimeForm(PlainMessages, forms.Form):
    """Until when, and why. Left empty, the date is the month's own again."""

    until = TypedDateField(label="Until when?", required=False)
    reason = forms.CharField(
        label="Why?",
        help_text="The team reads this. Nothing about any one person.",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, month: Submission, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.month = month.period.month
        due = month.period.due_on
        self.first, self.last = due + timedelta(days=1), due + LONGEST
        self.fields[
            "until"
        ].help_text = (
            f"{month.period} is due on {day_in_words(due)} for all areas. Leave this empty to keep to that date."
        )

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        if until and not self.first <= until <= self.last:
            raise forms.ValidationError(
                f"Enter a date from {day_in_words(self.first)} to {day_in_words(self.last)}: "
                f"you entered {day_in_words(until)}."
            )
        return until

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if refused := rules.note_refused(reason, self.month):
            raise forms.ValidationError(refused)
        return reason

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("until") and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "Say why the area has more time.")
        return cleaned


@transaction.atomic
def give(submission: Submission, until: date | None, *, reason: str, by: User) -> Submission:
    """Let the month be due later for this area alone; without a date, when it is due for all.

    Raises MoveNotAllowed if `by` is no analyst, or if the month is with NCISH or accepted, and NoteRefused.
    """
    workflow.refuse_notes([reason], submission)
    month = workflow.lock(submission)
    if not permissions.sees_every_area(by) or not month.is_open:
        raise workflow.MoveNotAllowed(f"{by} may not give {month} more time while it is {month.get_state_display()}")
    month.extended_until, month.extension_reason = until, reason if until else ""
    month.save(update_fields=["extended_until", "extension_reason"])
    return month


@for_teams_and_analysts
@require_http_methods(["GET", "HEAD", "POST"])
def more_time(request: SignedInRequest, area: str, month: date) -> HttpResponse:
    if not permissions.sees_every_area(request.user):
        raise PermissionDenied
    submission = find_month(request, area, month)
    if not submission.is_open:
        messages.warning(request, f"{submission} has been sent, so it needs no more time.")
        return redirect(submission)
    given = {"until": submission.extended_until, "reason": submission.extension_reason}
    form = MoreTimeForm(request.POST if request.method == "POST" else None, initial=given, month=submission)
    if form.is_valid():
        try:
            changed = give(submission, form.cleaned_data["until"], reason=form.cleaned_data["reason"], by=request.user)
        except workflow.MoveNotAllowed:
            messages.warning(request, f"{submission} was sent meanwhile, so it needs no more time.")
        else:
            messages.success(request, f"{submission} is now due on {day_in_words(changed.due_on)}.")
        return redirect(submission)
    breadcrumb = month_pages.breadcrumb(submission, within=True)
    return render(request, "measures/more_time.html", {"month": submission, "form": form, "breadcrumb": breadcrumb})
