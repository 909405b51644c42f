"""The data dictionary. The months of the areas are in submission_views.py."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from . import dictionary
from .models import Measure


def measure_list(request: HttpRequest) -> HttpResponse:
    chapters, withdrawn = dictionary.chapters(timezone.localdate())
    return render(
        request,
        "measures/list.html",
        {
            "chapters": chapters,
            "withdrawn": withdrawn,
            "number": sum(len(chapter.items) for chapter in chapters),
            "status": dictionary.STATUS,
            "codes": dictionary.CODES,
        },
    )


def measure_detail(request: HttpRequest, code: str) -> HttpResponse:
    measure = get_object_or_404(Measure.objects.with_versions(), code=code.upper())
    if code != measure.code:
        return redirect(measure, permanent=True)
    page = dictionary.measure_page(measure, timezone.localdate())
    if page is None:
        raise Http404("this measure has no definition yet")
    breadcrumb = [{"label": "Measures", "url": page.domain.url.partition("#")[0]}, page.domain._asdict()]
    return render(
        request,
        "measures/detail.html",
        {"page": page, "breadcrumb": breadcrumb, "status": dictionary.STATUS},
    )
