"""Bring a file of references: choose it, look at what it would do, and have that done.

The file is kept between the two steps (ImportedFile), not sent to the browser and back: what is written is what was
looked at, and one row can be locked against a double click.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from selfharm_portal.accounts.http import SignedInRequest
from selfharm_portal.plain_messages import PlainMessages

from . import importing, reference_files
from .importing import Does, Result
from .models import ImportedFile, Reader, ResourceType, Section

if TYPE_CHECKING:
    BaseForm = forms.Form
else:
    BaseForm = forms.Form

LARGEST = 1_500_000  # bytes; a thousand references with summaries have about a third of that
#: Of each kind of row, so many are shown; the others are counted.
MOST_SHOWN = 200


class ImportForm(PlainMessages, BaseForm):
    file = forms.FileField(
        label="File",
        help_text="RIS from a reference manager, or CSV with our names of columns, as “Take this list with you” "
        f"writes it. At most {reference_files.MOST_ROWS:,} references.",
        widget=forms.FileInput(attrs={"accept": ".ris,.csv"}),
    )
    section = forms.ModelChoiceField(
        Section.objects.all(),
        required=False,
        label="Section",
        empty_label="As the file says",
        help_text="Of new items.",
    )
    type = forms.ChoiceField(
        choices=[("", "As the file says"), *ResourceType.choices],
        required=False,
        label="Kind of evidence",
        help_text="Of new items; what a publisher calls them is not taken over. Whoever reviews them looks again.",
    )
    reader = forms.ChoiceField(
        choices=[("", "As the file says"), *Reader.choices],
        required=False,
        label="May be shown to",
        help_text="Of new items.",
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            has, room = file.size / 1_000_000, LARGEST / 1_000_000
            raise forms.ValidationError(f"It has {has:.1f} MB, and there is room for {room} MB. Bring it in parts.")
        self.data_of_file = file.read()
        try:
            reference_files.read(self.data_of_file, file.name)
        except reference_files.NotReadable as problem:
            raise forms.ValidationError(str(problem)) from problem
        return file


def bring(request: SignedInRequest, context: dict[str, Any]) -> HttpResponse:
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_valid():
        file = ImportedFile.objects.create(
            name=form.cleaned_data["file"].name[-200:],
            data=form.data_of_file,
            section=form.cleaned_data["section"],
            type=form.cleaned_data["type"],
            reader=form.cleaned_data["reader"],
            by=request.user,
        )
        return HttpResponseRedirect(reverse("admin:resources_resource_import_file", args=[file.pk]))
    return TemplateResponse(request, "admin/resources/resource/import.html", {**context, "form": form})


def look(request: SignedInRequest, context: dict[str, Any], key: int) -> HttpResponse:
    """What a file would do; sent, it is done."""
    file = get_object_or_404(ImportedFile, pk=key)
    library = HttpResponseRedirect(reverse("admin:resources_resource_changelist"))
    if file.written_at:
        messages.info(request, f"“{file}” was written already: {file.outcome}")
        return library
    problem = ""
    if request.method == "POST":
        agreed = "without_the_rest" in request.POST
        try:
            written = importing.write(file, seen=request.POST.get("seen", ""), without_the_rest=agreed)
        except importing.ChangedMeanwhile:
            messages.warning(request, "The library has changed since you looked. This is what the file would do now.")
        except importing.RowsStayOut:
            problem = "Nothing is written yet. Tick this, or mend the file and bring it again."
        else:
            if written:
                messages.success(request, f"“{file}” is written: {written.sentence}")
            return library
    result = importing.preview(file)
    context |= {
        "title": f"What “{file}” would do",
        "file": file,
        "problem": problem,
        "result": result,
        "groups": groups(result),
        "writes": result.count(Does.ADDS) + result.count(Does.UPDATES),
        "left_out": "1 row stays out" if result.left_out == 1 else f"{result.left_out} rows stay out",
    }
    return TemplateResponse(request, "admin/resources/resource/import_file.html", context)


def groups(result: Result) -> list[dict[str, Any]]:
    """By what rows do, the ones to look at first; rows that change nothing are only counted."""
    found = []
    for does in Does:
        rows = [outcome for outcome in result.outcomes if outcome.does is does]
        if rows:
            count = "1 row" if len(rows) == 1 else f"{len(rows)} rows"
            shown = rows[:MOST_SHOWN] if does is not Does.NOTHING else []
            more = len(rows) - len(shown)
            found.append({"heading": f"{count}: {does.value}", "rows": shown, "more": more if shown else 0})
    return found
