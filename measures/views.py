"""The data dictionary. The months of the areas are in submission_views.py."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import conditional_page, require_safe

from selfharm_portal import facets
from selfharm_portal.pages import distress, help_lines
from selfharm_portal.typesetting import NotDrawn

from . import trying
from .dictionary import changes, definitions, fields, files, search
from .dictionary.files import FORMATS
from .models import Measure


def measure_list(request: HttpRequest) -> HttpResponse:
    """By domain: all measures, or those that have the words, of a theme or kind."""
    versions = definitions.shown_versions(timezone.localdate())
    choice = search.read(request.GET, versions)
    found = search.find(choice.typed, versions)
    shown = list(filter(choice.takes, found.versions))
    chapters, withdrawn = definitions.chapters(shown)
    chips = facets.chips(choice)
    context = {
        "chapters": chapters,
        "withdrawn": withdrawn,
        "number": sum(not version.measure.withdrawn for version in versions),
        "count": search.in_words(len(shown)),
        "typed": choice.typed,
        "is_narrowed": bool(choice),
        "is_loose": found.is_loose and shown,
        "meant": found.meant,
        "meant_url": choice.with_words(found.meant).get_absolute_url(),
        "help_first": help_lines.first_box() if distress.suggested(choice.typed) else None,
        "facets": facets.groups(choice, search.LEGENDS, found.versions),
        "hidden": [{"name": "q", "value": choice.typed}] if choice.typed else [],
        "chips": chips,
        "chosen": len(chips),
        "ways_on": [] if shown else search.ways_on(choice, versions, found.versions),
        "status": definitions.STATUS,
        "codes": definitions.CODES,
        "for_leads": [
            {"label": "How to collect and submit", "url": reverse("measures:guide")},
            {"label": "A worksheet to print", "url": reverse("measures:worksheet")},
        ],
        "downloads": [
            {"label": each.label, "url": reverse(f"measures:dictionary_{ending}")} for ending, each in FORMATS.items()
        ],
    }
    return render(request, "measures/list.html", context)


def measure_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One measure with all its versions; with numbers in the address, what they come to."""
    measure = get_object_or_404(
        Measure.objects.with_versions().prefetch_related("versions__sources__resource"), code=code.upper()
    )
    if code != measure.code:
        return redirect(measure, permanent=True)
    today = timezone.localdate()
    for_staff = request.user.is_authenticated and request.user.is_staff
    page = definitions.measure_page(measure, today, for_staff=for_staff)
    if page is None:
        raise Http404("this measure has no definition yet")
    versions = list(measure.versions.all())
    context = {
        "page": page,
        "trial": trying.trial(page.shown, versions, request.GET),
        "versions": changes.versions(fields.entries_of(measure, []), today),
        "breadcrumb": [{"label": "Measures", "url": page.domain.url.partition("#")[0]}, page.domain._asdict()],
        "status": definitions.STATUS,
        "take_along": [
            {"label": "A worksheet to print", "url": f"{reverse('measures:worksheet')}?measure={measure.code}"},
            {"label": "The whole dictionary, as PDF", "url": reverse("measures:dictionary_pdf")},
            {"label": "How to collect and submit", "url": reverse("measures:guide")},
        ],
    }
    return render(request, "measures/detail.html", context)


@require_safe
@conditional_page
def dictionary_file(request: HttpRequest, ending: str) -> HttpResponse:
    """The whole dictionary, for everybody. Whoever has it already is told so, and nothing is sent again."""
    book = files.book()
    try:
        content = files.file(book, ending)
    except NotDrawn:
        return render(request, "file_not_made.html", {"title": "Measures", "url": reverse("measures:list")}, status=500)
    name = f"{files.NAME}-demonstration" if book.banner else files.NAME
    disposition = "inline" if ending == "pdf" else "attachment"
    response = HttpResponse(content, content_type=FORMATS[ending].content_type)
    response.headers["Content-Disposition"] = f'{disposition}; filename="{name}.{ending}"'
    # Weak: a spreadsheet has the time in it at which it was made.
    response.headers["ETag"] = f'W/"{files.digest(book)}"'
    patch_cache_control(response, public=True, no_cache=True)
    return response
