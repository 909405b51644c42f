"""What each kind of evidence is, and how sure one can be of it: on one page, in words that a parent understands."""

from __future__ import annotations

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from . import wording
from .evidence_kinds import KINDS
from .library_pages import items_in_words
from .models import Resource, ResourceType


@require_safe
def kinds_of_evidence(request: HttpRequest) -> HttpResponse:
    """All kinds, those without an item too: somebody may have met one elsewhere."""
    in_use = Resource.objects.published().in_use().order_by()
    numbers = dict(in_use.values_list("type").annotate(Count("pk")))
    context = {
        "kinds": [
            {
                "id": kind.value,
                "label": kind.label,
                "sentence": wording.kind_in_a_sentence(KINDS[kind]),
                "means": KINDS[kind].means,
                "how_sure": KINDS[kind].how_sure,
                "url": wording.list_url("type", kind),
                "count": items_in_words(numbers[kind]) if kind in numbers else "",
            }
            for kind in ResourceType
        ],
        "breadcrumb": [{"label": "Library", "url": reverse("resources:list")}],
    }
    return render(request, "resources/kinds_of_evidence.html", context)
