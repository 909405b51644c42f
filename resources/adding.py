"""The page "Add by DOI, PubMed number or address": what is found fills in the form for a new item, to be checked."""

from __future__ import annotations

from itertools import chain, count
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import get_text_list, slugify

from selfharm_portal.accounts.http import SignedInRequest
from selfharm_portal.plain_messages import PlainMessages

from . import asking, lookup
from .lookup import Asked, Found
from .models import Publisher, Resource

if TYPE_CHECKING:
    BaseForm = forms.Form
else:
    BaseForm = forms.Form

#: The key of the session, and the parameter that says that a form is to begin with it.
LOOKED_UP = "looked_up"

#: In which order a curator is told what is filled in.
NAMES = {
    "title": "title",
    "authors": "authors",
    "journal": "journal",
    "year": "year",
    "date_published": "date",
    "doi": "DOI",
    "pmid": "PubMed number",
    "isbn": "ISBN",
    "url": "link",
}


class LookUpForm(PlainMessages, BaseForm):
    typed = forms.CharField(
        label="DOI, PubMed number or address",
        max_length=500,
        widget=forms.TextInput(attrs={"class": "vLargeTextField", "autocomplete": "off"}),
        help_text="For example 10.1192/bjp.2021.50, 29449180, or https://www.nice.org.uk/guidance/ng225",
    )

    def clean_typed(self) -> Asked:
        asked = lookup.read(self.cleaned_data["typed"])
        if asked is None:
            raise forms.ValidationError(
                "Write a DOI such as 10.1192/bjp.2021.50, a PubMed number such as 29449180, or an address that "
                "begins with https://"
            )
        return asked


def look_up(request: SignedInRequest, context: dict[str, Any]) -> HttpResponse:
    """Ask, keep what was found in the session, and lead on to the form for a new item."""
    form = LookUpForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return TemplateResponse(request, "admin/resources/resource/look_up.html", {**context, "form": form})
    asked: Asked = form.cleaned_data["typed"]
    try:
        found = asking.ask(asked)
    except asking.NoAnswer as problem:
        found = lookup.already_known(asked)
        messages.warning(request, str(problem))
    else:
        messages.success(request, _said(found))
        if found.warning:
            messages.warning(request, f"{found.warning} Look into that first.")
    publisher = _publisher(found.publisher)
    if found.publisher and publisher is None:
        messages.warning(request, f"Published by “{found.publisher}”, which is not among our publishers yet.")
    request.session[LOOKED_UP] = {
        "typed": asked.value,
        "initial": initial_of(found),
        "publisher": publisher.pk if publisher else None,
    }
    query = urlencode({LOOKED_UP: asked.value})
    return HttpResponseRedirect(f"{reverse('admin:resources_resource_add')}?{query}")


def looked_up(request: SignedInRequest) -> dict[str, Any]:
    """What this form for a new item begins with; empty if nothing was looked up for it."""
    kept: dict[str, Any] = request.session.get(LOOKED_UP, {})
    return kept if request.method == "GET" and kept.get("typed") == request.GET.get(LOOKED_UP, "") else {}


def initial_of(found: Found) -> dict[str, Any]:
    """For the fields of the form. The summary stays empty: its words are ours."""
    values = {
        "title": found.title,
        "slug": free_slug(found.title),
        "authors": list(found.authors),
        "journal": found.journal,
        "year": found.year,
        "date_published": found.date.isoformat() if found.date else "",
        "doi": found.doi,
        "pmid": found.pmid,
        "isbn": found.isbn,
        "url": found.url,
    }
    return {name: value for name, value in values.items() if value}


def free_slug(title: str) -> str:
    """The beginning of the title as an address that no item has; empty without a title."""
    words = slugify(title)[:60]
    slug = words.rpartition("-")[0] if len(words) == 60 and "-" in words else words
    taken = set(Resource.objects.filter(slug__startswith=slug).values_list("slug", flat=True)) if slug else set()
    numbered = (f"{slug}-{number}" for number in count(2))
    return next(each for each in chain([slug], numbered) if each not in taken)


def _publisher(name: str) -> Publisher | None:
    if not name:
        return None
    return Publisher.objects.filter(Q(name__iexact=name) | Q(other_spellings__contains=[name])).first()


def _said(found: Found) -> str:
    filled = [NAMES[name] for name in NAMES if name in initial_of(found)]
    return (
        f"Filled in: {get_text_list(filled, 'and')}. Check each against the item itself, and choose what kind of "
        "evidence it is. The summary is empty: write it in our own words, never those of the abstract."
    )
