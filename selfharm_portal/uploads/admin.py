"""The original of an infographic, for curators: bring it, say what it shows, replace it, remove it.

A page of its own, and not a part of the infographic's: only here may a request be so large (limits.py), and a browser
forgets a chosen file whenever another field has to be mended.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from selfharm_portal.accounts.http import SignedInRequest
from selfharm_portal.accounts.model_admin import PortalModelAdmin
from selfharm_portal.plain_messages import PlainModelForm
from sites.models import Infographic

from . import alternative, confinement, originals
from .models import Original
from .vetting import Refused, Vetted

ELSEWHERE = (
    "Somebody else has changed the file since you opened this page. Below is how it is now: "
    "choose yours again if it is still needed"
)
AGAIN = "Choose the file again: it is good, but browsers do not keep it when a page comes back"


class OriginalForm(PlainModelForm):
    file = forms.FileField(
        label="File",
        help_text="PDF of at most 20 pages, or PNG, JPEG or WebP picture; at most 10 MB. Pictures are drawn anew "
        "without notes on place, camera and author. A PDF with a program, a form, comments or attached files is "
        "not taken: print it to a new PDF.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.webp"}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    vetted: Vetted | None = None

    class Meta:
        model = Original
        fields = ["infographic", "text_alternative"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text_alternative"].error_messages["required"] = alternative.EMPTY
        if self.instance.pk:
            self.fields["file"].required = False
            self.fields["file"].label = "Another file in its place"
            self.fields["seen"].initial = self.instance.token

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file:
            try:
                self.vetted = confinement.vet_apart(file.read())
            except Refused as refused:
                raise forms.ValidationError(refused.message) from refused
        return file

    def clean_text_alternative(self) -> str:
        text: str = self.cleaned_data["text_alternative"]
        file = self.files.get(self.add_prefix("file"))
        if problem := alternative.problem(text, str(file.name) if file else ""):
            raise forms.ValidationError(problem)
        return text

    def clean(self) -> None:
        super().clean()
        if self.vetted and "text_alternative" in self.errors:
            self.add_error("file", AGAIN)
        if self.instance.pk and self.cleaned_data.get("seen") != self.instance.token:
            # The page that comes back shows the file as it is now, and may be sent again.
            self.data = {**self.data.dict(), self.add_prefix("seen"): self.instance.token}  # type: ignore[attr-defined]
            raise forms.ValidationError(ELSEWHERE)


@admin.register(Original)
class OriginalAdmin(PortalModelAdmin):
    form = OriginalForm
    list_display = ["infographic", "what_it_is", "uploaded_at", "uploaded_by"]
    list_select_related = ["infographic", "uploaded_by"]
    search_fields = ["infographic__title", "text_alternative"]
    change_form_template = "admin/uploads/original/change_form.html"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["infographic", *(["file_there"] if obj else []), "file", "text_alternative", "seen"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["infographic", "file_there"] if obj else []

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Not many at once: each has a file."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.display(description="file")
    def what_it_is(self, original: Original) -> str:
        return original.facts

    @admin.display(description="File")
    def file_there(self, original: Original) -> SafeString:
        return format_html('<a href="{}">{}</a>', original.get_absolute_url(), original.facts)

    def view_on_site(self, original: Original) -> str:
        return original.infographic.get_absolute_url()

    def save_model(self, request: SignedInRequest, obj: Original, form: Any, change: bool) -> None:  # type: ignore[override]
        if form.vetted:
            originals.put(obj, form.vetted, by=request.user)
        else:
            obj.save(update_fields=["text_alternative"])

    def delete_model(self, request: HttpRequest, obj: Original) -> None:
        originals.remove(obj)

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().changeform_view(request, object_id, *args, **kwargs)
        except originals.ChangedMeanwhile:
            return self._somebody_was_quicker(request)

    def delete_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().delete_view(request, object_id, *args, **kwargs)
        except originals.ChangedMeanwhile:
            return self._somebody_was_quicker(request)

    def _somebody_was_quicker(self, request: HttpRequest) -> HttpResponse:
        self.message_user(request, f"{ELSEWHERE}.", messages.WARNING)
        return HttpResponseRedirect(reverse("admin:uploads_original_changelist"))


def original_of(infographic: Infographic) -> SafeString | str:
    """For the infographic's page in admin: what there is, and the way to bring or replace it."""
    if infographic.pk is None:
        return "Save the infographic first"
    original = Original.objects.filter(infographic=infographic).first()
    if original is None:
        url = f"{reverse('admin:uploads_original_add')}?infographic={infographic.pk}"
        return format_html('None yet. <a href="{}">Bring it, as PDF or picture</a>', url)
    url = reverse("admin:uploads_original_change", args=[original.pk])
    return format_html('{}. <a href="{}">Look at it, replace it or remove it</a>', original.facts, url)
