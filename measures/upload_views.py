"""Months as files: templates to take away, a filled one brought back, and many months sent at once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.http import SignedInRequest
from selfharm_portal.pages import demonstration
from selfharm_portal.plain_messages import PlainMessages
from sites.models import Area

from . import bringing, rules, spreadsheets, upload_pages, workflow
from .access import find_area, find_month, for_teams_and_analysts
from .converters import MonthConverter
from .models import Submission, UploadedMonths
from .reporting_calendar import last_day, month_in_words
from .spreadsheets import FileProblem

if TYPE_CHECKING:
    BaseForm = forms.Form
else:
    BaseForm = forms.Form

CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
WRITE = {"xlsx": spreadsheets.spreadsheet, "csv": spreadsheets.comma_separated}


class MonthsForm(PlainMessages, BaseForm):
    """Of which months a template is; its fields have the names of the template's address."""

    def __init__(self, *args: Any, months: list[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(f"{month:%Y-%m}", month_in_words(month)) for month in months]
        over = [month for month in months if last_day(month) < timezone.localdate()]
        initial = f"{(over or months)[-1]:%Y-%m}"
        self.fields["from"] = forms.ChoiceField(label="From", choices=choices, initial=initial)
        self.fields["to"] = forms.ChoiceField(label="To", choices=choices, initial=initial)


class UploadForm(PlainMessages, BaseForm):
    file = forms.FileField(
        label="The filled template",
        help_text="The .xlsx or .csv file that you took from this page, of at most 2 MB. The next page shows what it "
        "would do.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": "Choose the file first."},
    )

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.area = area

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if rules.note_refused(file.name, timezone.localdate()):
            raise forms.ValidationError(
                "The name of the file seems to speak of a person. Give it another name, and bring it again."
            )
        try:
            self.brought = spreadsheets.read(file.read(), area=self.area.slug)
        except spreadsheets.NotReadable as problem:
            raise forms.ValidationError(str(problem)) from problem
        return file


@for_teams_and_analysts
@require_safe
def template_of_month(request: SignedInRequest, area: str, month: date, form: str) -> HttpResponse:
    submission = find_month(request, area, month)
    return _file(submission.area, [month], form, f"{area}-{month:%Y-%m}")


@for_teams_and_analysts
@require_safe
def template_of_months(request: SignedInRequest, area: str, form: str) -> HttpResponse:
    """`?from=2023-04&to=2026-03`; without them all months that are there."""
    found = find_area(request, area)
    there = _months(request, found)
    first, last = _asked(request, "from"), _asked(request, "to")
    months = [month for month in there if (not first or month >= first) and (not last or month <= last)]
    if not months:
        messages.warning(request, "No month of your area lies between these two. Choose others.")
        return redirect("submissions:upload", found.slug)
    return _file(found, months, form, f"{area}-{months[0]:%Y-%m}-to-{months[-1]:%Y-%m}")


def _asked(request: HttpRequest, name: str) -> date | None:
    try:
        return MonthConverter().to_python(request.GET.get(name, ""))
    except ValueError:
        return None


def _months(request: SignedInRequest, area: Area) -> list[date]:
    """Of the area's months, the oldest first."""
    months = Submission.objects.visible_to(request.user).of_area(area).order_by("period__month")
    return list(months.values_list("period__month", flat=True))


def _file(area: Area, months: list[date], form: str, name: str) -> HttpResponse:
    template = bringing.template(area, months)
    name = f"{name}-demonstration.{form}" if demonstration.is_demonstration() else f"{name}.{form}"
    response = HttpResponse(WRITE[form](template), content_type=CONTENT_TYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@for_teams_and_analysts
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: SignedInRequest, area: str) -> HttpResponse:
    """Choose a file. One with a mistake in it is shown with its mistakes, and forgotten."""
    found = find_area(request, area)
    if not permissions.may_save_draft(request.user, found):
        raise PermissionDenied
    if request.method != "POST":
        return _show_upload(request, found, UploadForm(area=found))
    form = UploadForm(request.POST, request.FILES, area=found)
    if not form.is_valid():
        return _show_upload(request, found, form)
    if problems := bringing.problems_of(form.brought, found):
        return _show_upload(request, found, UploadForm(area=found), problems=problems)
    kept = bringing.keep(form.brought, found, name=form.cleaned_data["file"].name, by=request.user)
    return redirect("submissions:uploaded", found.slug, kept.pk)


def _show_upload(
    request: SignedInRequest, area: Area, form: UploadForm, *, problems: list[FileProblem] | None = None
) -> HttpResponse:
    months = _months(request, area)
    context = {
        "area": area,
        "breadcrumb": upload_pages.breadcrumb(area),
        "form": form,
        "problems": upload_pages.problems(problems or []),
        "months": MonthsForm(months=months) if months else None,
        "may_submit": permissions.may_submit(request.user, area),
    }
    return render(request, "measures/upload.html", context, status=422 if problems else 200)


@for_teams_and_analysts
@require_http_methods(["GET", "HEAD", "POST"])
def uploaded(request: SignedInRequest, area: str, key: int) -> HttpResponse:
    """What the file would do; sent, it is done."""
    found = find_area(request, area)
    if not permissions.may_save_draft(request.user, found):
        raise PermissionDenied
    kept = UploadedMonths.objects.filter(area=found, by=request.user, pk=key).first()
    if kept is None:
        messages.info(request, "That file is written or forgotten already. Your months are as they stand here.")
        return redirect("submissions:area", found.slug)
    if request.method == "POST":
        try:
            written = bringing.write(kept, by=request.user, seen=request.POST.get("seen", ""))
        except (bringing.ChangedMeanwhile, workflow.WorkflowError):
            messages.warning(request, "A month has changed since you looked. This is what the file would do now.")
            return redirect("submissions:uploaded", found.slug, kept.pk)
        messages.success(request, upload_pages.what_was_written(written))
        return redirect("submissions:send_many", found.slug)
    outcomes = bringing.outcomes(found, bringing.entries_of(kept))
    questions = bringing.questions(found, outcomes)
    context = {
        "area": found,
        "breadcrumb": upload_pages.breadcrumb(found, within=True),
        "file": kept,
        "seen": bringing.fingerprint(outcomes),
        "months": upload_pages.outcomes(outcomes, questions),
        "asks_in_order": len(questions) > 1 and any(questions.values()),
        "changes": sum(len(each.changes) for each in outcomes),
    }
    return render(request, "measures/uploaded.html", context)


class ManyForm(PlainMessages, BaseForm):
    """Which of the months with a draft are sent, under one declaration."""

    months = forms.MultipleChoiceField(
        label="Which months?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one month.",
            "invalid_choice": "A month changed after you opened this page. Look again, and choose anew.",
        },
    )
    declaration = forms.BooleanField(
        label=workflow.DECLARATION,
        error_messages={"required": "Tick the box to say that these totals are right as far as you know."},
    )

    def __init__(self, *args: Any, drafts: list[Submission], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.drafts = {f"{month.pk}-{month.lock_version}": month for month in drafts}
        months = self.fields["months"]
        assert isinstance(months, forms.MultipleChoiceField)
        months.choices = [(key, str(month.period)) for key, month in self.drafts.items()]

    @property
    def chosen(self) -> list[Submission]:
        return [self.drafts[key] for key in self.cleaned_data["months"]]


@for_teams_and_analysts
@require_http_methods(["GET", "HEAD", "POST"])
def send_many(request: SignedInRequest, area: str) -> HttpResponse:
    """All months with a draft, to be sent under one declaration: each that has no mistake goes."""
    found = find_area(request, area)
    if not permissions.may_submit(request.user, found):
        if permissions.may_save_draft(request.user, found):
            return redirect("submissions:area", found.slug)
        raise PermissionDenied
    drafts = bringing.drafts_of(found)
    form = ManyForm(request.POST if request.method == "POST" else None, drafts=drafts)
    refused: list[dict[str, str]] = []
    if form.is_valid():
        sent, problems = workflow.submit_many(form.chosen, by=request.user)
        if sent:
            messages.success(request, upload_pages.what_was_sent(sent))
        if not problems:
            return redirect("submissions:area", found.slug)
        refused = upload_pages.refused(problems)
        form = ManyForm(drafts=bringing.drafts_of(found))
    context = {
        "area": found,
        "breadcrumb": upload_pages.breadcrumb(found, within=True),
        "form": form,
        "refused": refused,
    }
    return render(request, "measures/send_many.html", context)
