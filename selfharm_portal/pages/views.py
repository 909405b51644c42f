"""The pages around library, areas and measures: for everybody, without a cookie but on the contact form."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache

from measures.models import Measure
from measures.reporting_calendar import time_in_words
from resources import doors, failed_searches
from resources.models import Helpline, ReadingList, Resource
from selfharm_portal.accounts import permissions
from sites.models import Area

from . import contact as messages_to_ncish
from . import distress, help_lines, markdown, pace, people
from . import search as search_box
from .forms import ContactForm
from .models import ContactMessage, Page, PageKey, Partner, WayIn

#: The section of the page about the programme that lists what it offers.
KINDS_OF_SUPPORT = "what-ncish-offers-to-the-areas"
ADVICE_ON_DATA = "Advice on methods of data collection"


class Section(NamedTuple):
    key: str
    heading: str
    body: SafeString
    source: str


class Words(NamedTuple):
    """The words of a page, ready to print."""

    title: str
    tagline: str
    lead: str
    intro: SafeString
    sections: list[Section]

    def section(self, key: str) -> Section | None:
        return next((section for section in self.sections if section.key == key), None)


def _words(request: HttpRequest, key: PageKey) -> Words:
    """Of the page with this key, in 2 queries; its name alone where nothing has been loaded yet."""
    page = Page.objects.with_sections().filter(key=key).first()
    if page is None:
        return Words(key.label, key.label, "The words of this page are still to come.", SafeString(), [])
    for_staff = permissions.may_curate(request.user)
    return Words(
        title=page.title,
        tagline=page.tagline or page.title,
        lead=page.lead,
        intro=markdown.render(page.intro, for_staff=for_staff),
        sections=[
            Section(
                section.key,
                section.heading,
                markdown.render(section.body_markdown, for_staff=for_staff),
                section.source,
            )
            for section in page.sections.all()
        ],
    )


def _about() -> list[dict[str, str]]:
    return [{"label": "About", "url": reverse("pages:about")}]


def home(request: HttpRequest) -> HttpResponse:
    context = {
        "words": _words(request, PageKey.HOME),
        "doors": doors.DOORS.values(),
        "ways_in": WayIn.objects.filter(page__key=PageKey.HOME),
        "lists": [
            {"label": reading_list.title, "url": reading_list.get_absolute_url()}
            for reading_list in ReadingList.objects.shown()
        ],
        "figures": [
            {"label": "areas", "value": Area.objects.listed().count()},
            {"label": "items in the library", "value": Resource.objects.published().count()},
            {"label": "measures", "value": Measure.objects.in_use().count()},
        ],
    }
    return render(request, "pages/home.html", context)


def text_page(request: HttpRequest, key: PageKey) -> HttpResponse:
    """A page that is all words: about, independence, how we choose, accessibility, privacy, cookies."""
    context = {
        "words": _words(request, key),
        "breadcrumb": [] if key == PageKey.ABOUT else _about(),
        "others": [
            {"label": label, "url": reverse(f"pages:{name}")}
            for name, label in (
                ("about", "About the programme"),
                ("people", "People and partners"),
                ("support", "What the programme offers"),
                ("how_we_choose", "How we choose and check resources"),
                ("independence", "This site's independence"),
                ("accessibility", "Accessibility"),
                ("privacy", "Privacy"),
                ("cookies", "Cookies"),
                ("contact", "Ask NCISH"),
            )
            if name != key.replace("-", "_")
        ],
    }
    return render(request, "pages/text.html", context)


def people_and_partners(request: HttpRequest) -> HttpResponse:
    words = _words(request, PageKey.PEOPLE)
    context = {
        "words": words,
        "core_staff_section": words.section("core-staff"),
        "other_sections": [section for section in words.sections if section.key != "core-staff"],
        "people": people.people_page(),
        "partners": Partner.objects.filter(is_hidden=False),
        "breadcrumb": _about(),
    }
    return render(request, "pages/people.html", context)


def support(request: HttpRequest) -> HttpResponse:
    context = {
        "offer": _words(request, PageKey.ABOUT).section(KINDS_OF_SUPPORT),
        "ask_about_data": f"{reverse('pages:contact')}?{urlencode({'subject': ADVICE_ON_DATA})}",
        "breadcrumb": _about(),
    }
    return render(request, "pages/support.html", context)


def get_help(request: HttpRequest) -> HttpResponse:
    first, others = help_lines.calls(Helpline.objects.verified())
    context = {"words": _words(request, PageKey.GET_HELP), "first": first, "others": others}
    return render(request, "pages/get_help.html", context)


@never_cache
def contact(request: HttpRequest) -> HttpResponse:
    typed = request.POST if request.method == "POST" else None
    form = ContactForm(typed, initial={"subject": request.GET.get("subject", "")[:150]})
    status = 200
    if form.is_valid():
        if pace.may_write(request):
            return redirect(messages_to_ncish.receive(**form.written))
        form.add_error(None, pace.TOO_OFTEN)
        status = 429
    help_first = form.is_bound and distress.suggested(form.words)
    context = {"form": form, "help_first": help_lines.first_box() if help_first else None}
    return render(request, "pages/contact.html", context, status=status)


@never_cache
def contact_sent(request: HttpRequest, receipt: UUID) -> HttpResponse:
    """The receipt. Its address says nothing of the message, so help first is worked out anew."""
    received = get_object_or_404(ContactMessage, receipt=receipt)
    help_first = distress.suggested(f"{received.subject} {received.message}")
    context = {
        "received": received,
        "time": time_in_words(timezone.localtime(received.sent_at)),
        "help_first": help_lines.first_box() if help_first else None,
    }
    return render(request, "pages/contact_sent.html", context)


def search(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("q", "")
    words = search_box.read(typed)
    context: dict[str, Any] = {"q": words, "asked": bool(typed.strip("\x00 \t\r\n")), "groups": []}
    if words:
        answer = search_box.answer(words)
        if not answer.groups:
            failed_searches.note(words, timezone.localdate())
        context |= answer._asdict()
        if distress.suggested(words):
            context["help_first"] = help_lines.first_box()
    return render(request, "pages/search.html", context)
