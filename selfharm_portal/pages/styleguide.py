"""Every component and every form field in every state, on one page: for whoever builds or checks pages.

All names and numbers here are made up. docs/front-end.md tells how to call what is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from crispy_forms.bootstrap import FormActions
from crispy_forms.helper import FormHelper
from crispy_forms.layout import (
    HTML,
    Button,
    ButtonHolder,
    Column,
    Div,
    Field,
    Fieldset,
    Hidden,
    Layout,
    Reset,
    Row,
    Submit,
)
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache

from selfharm_portal.long_text import LongTextField
from selfharm_portal.plain_messages import PlainMessages
from selfharm_portal.typed_date import TypedDateField
from selfharm_portal.word_differences import pieces

HERE = "#main"
LONG = "Community mental health team for adults and older adults in the northern half of the county"


class EveryField(PlainMessages, forms.Form):
    """A field of each kind, with what the radios and checkboxes reveal."""

    heading = "About the visit"
    reveals = {
        "kind": {"other": ["other_kind"]},
        "reasons": {"else": ["other_reason"]},
        "has_note": {"on": ["note"]},
    }

    name = forms.CharField(label="Name of the team", help_text="As it stands on its letters.", max_length=40)
    email = forms.EmailField(label="E-mail address", required=False)
    kind = forms.ChoiceField(
        label="What kind of visit was it?",
        help_text="One answer.",
        choices=[("first", "A first visit"), ("again", "A further visit"), ("other", "Something else")],
        widget=forms.RadioSelect,
    )
    other_kind = forms.CharField(label="What was it?", required=False)
    reasons = forms.MultipleChoiceField(
        label="What was talked about?",
        help_text="All that apply.",
        choices=[
            ("In the visit", [("plan", "A safety plan"), ("family", "Family and friends")]),
            ("After it", [("call", "A call within 72 hours"), ("else", "Something else")]),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    other_reason = forms.CharField(label="What else?", required=False)
    agrees = forms.BooleanField(label="These totals are right as far as we know", help_text="A lead says so.")
    has_note = forms.BooleanField(label="Add a note", required=False)
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    day = TypedDateField(label="When was it?", help_text="For example, 27 3 2026 or 27 March 2026.")
    area = forms.ChoiceField(
        label="Area",
        choices=[("", "Choose an area"), ("North", [("a", "Area A"), ("b", "Area B")]), ("South", [("c", "Area C")])],
    )
    account = LongTextField(
        label="What happened?",
        help_text="Nothing about any one person.",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    summary = LongTextField(label="In 20 words", max_words=20, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    file = forms.FileField(label="Spreadsheet", help_text="XLSX or CSV, at most 2 MB.", required=False)
    find = forms.CharField(label="Find a measure", required=False, widget=forms.SearchInput)
    password = forms.CharField(label="Password", widget=forms.PasswordInput(attrs={"autocomplete": "off"}))
    reference = forms.CharField(label="Reference", disabled=True, required=False, initial="SOM-2026-10")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.prefix or "try"
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.show_error_summary = False
        self.helper.layout = Layout(
            Fieldset(
                "{{ form.heading }}",
                Row(Column("name"), Column("email")),
                Div("kind", "reasons", css_class="cc-measure"),
                HTML("<p>A sentence between two fields.</p>"),
                Field("agrees"),
                "has_note",
                "day",
                "area",
            ),
            "account",
            "summary",
            "file",
            "find",
            "password",
            "reference",
            ButtonHolder(
                Submit("send", "Send it to nobody", css_id=f"{own}-send"),
                Button("later", "Save and come back later", css_id=f"{own}-later"),
                Reset("again", "Begin again", css_id=f"{own}-again"),
            ),
            FormActions(Hidden("seen", "1", css_id=f"{own}-seen"), Button("other", "Another", css_id=f"{own}-other")),
        )

    def clean(self) -> None:
        super().clean()
        if self.cleaned_data.get("kind") == "other" and not self.cleaned_data.get("other_kind"):
            self.add_error("other_kind", "Say what kind of visit it was")


FILLED = {
    "name": LONG[:40],
    "email": "team@example.org",
    "kind": "other",
    "other_kind": "A visit with an interpreter",
    "reasons": ["plan", "else"],
    "other_reason": "Work",
    "agrees": True,
    "has_note": True,
    "note": "Two lines\nof a note.",
    "day": date(2026, 3, 27),
    "area": "b",
    "account": "The team met at the person's home.",
    "summary": "A first plan was made.",
    "find": "safety plan",
}
WRONG = {
    "name": LONG,
    "email": "team at example",
    "kind": "other",
    "has_note": "on",
    "day_day": "31",
    "day_month": "",
    "day_year": "2026",
    "account": LONG * 3,
    "summary": "one two three four five six seven " * 3,
}


def filled() -> EveryField:
    return EveryField(prefix="filled", initial=FILLED)


def wrong() -> EveryField:
    return EveryField({f"wrong-{name}": value for name, value in WRONG.items()}, {}, prefix="wrong")


def read_only() -> EveryField:
    form = EveryField(prefix="read", initial=FILLED)
    for field in form.fields.values():
        field.disabled = True
    return form


class Colleague(PlainMessages, forms.Form):
    """A small form: printed by the filter, field by field, and several times as a formset."""

    colleague = forms.CharField(label="Name of a colleague")
    phone = forms.CharField(label="Telephone", required=False, help_text="With the area code.")


@dataclass(frozen=True)
class Sample:
    """A component with data; `inside` is the element that it has to stand in."""

    name: str
    context: dict[str, Any]
    inside: str = ""

    @property
    def html(self) -> SafeString:
        printed = render_to_string(f"components/{self.name}.html", self.context)
        if not self.inside:
            return printed
        tag, _, classes = self.inside.partition(".")
        return format_html('<{} class="{}">{}</{}>', tag, classes, printed, tag)


def link(label: str, **more: Any) -> dict[str, Any]:
    return {"label": label, "url": HERE, **more}


MONTHS = [
    ("accepted", "Accepted"),
    ("sent", "With NCISH"),
    ("question", "A question for you"),
    ("draft", "Draft"),
    ("late", "Late"),
    ("reasons", "No figures, with reasons"),
    ("none", "Not begun"),
]
ROWS: list[dict[str, Any]] = [
    {"label": "Published", "text": "7 September 2022"},
    {"label": "Topics", "links": [link("Safety planning"), link("Peer support")]},
    {"label": "Publisher", "text": "NICE", "url": HERE, "note": "Checked in October 2026"},
]
CHART_ICONS = [
    "common_cause",
    *(f"{kind}_{side}" for kind in ("improvement", "concern", "neutral") for side in ("high", "low")),
    "none",
    "pass",
    "fail",
    "inconsistent",
    "no_target",
    "not_collected",
]
TASK = {"id": "task-1", "title": "Assessment and safety planning", "url": HERE, "hint": "4 measures"}

#: In the order of their names. Parts of the frame stand around the page itself, in one of its two frames.
SAMPLES: Sequence[Sample] = (
    Sample("area_head", {"eyebrow": "Somerset", "title": "An area", "lead": "What it did.", "theme": "moss"}),
    Sample("area_key", {"lit": 3, "named": 5, "inferred": 4}),
    Sample(
        "area_list",
        {
            "areas": [
                {"number": number, "name": name, "url": HERE, "state": state, "region": "South West", "text": "Text."}
                for number, name, state in [(1, "Area A", "lit"), (2, "Area B", "named"), (3, "Area C", "inferred")]
            ],
            "columns": True,
        },
    ),
    Sample("area_list", {"areas": []}),
    Sample(
        "area_map",
        {
            "tiles": [
                {"number": 1, "label": "1 Area A", "url": HERE, "state": "lit", "x": 6, "y": 6, "lines": ["Area A"]},
                {
                    "number": 2,
                    "label": "2 Area B",
                    "url": HERE,
                    "state": "named",
                    "x": 121,
                    "y": 6,
                    "lines": ["Area B"],
                },
                {"number": 3, "label": "3 Area C", "url": HERE, "state": "inferred", "x": 236, "y": 6, "lines": ["C"]},
            ],
            "ghosts": [{"x": 351, "y": 6}],
        },
    ),
    Sample("before", {"rows": [{"label": "September 2026", "text": "25 of 39 (64.1%)"}]}),
    Sample(
        "call",
        {
            "title": "Samaritans",
            "text": "For everybody.",
            "hours": "Free, 24 hours a day",
            "href": "tel:116123",
            "action": "Call 116 123",
            "also": [{"label": "E-mail", "href": HERE}],
            "urgent": True,
        },
    ),
    Sample("card", {"title": "A card", "text": "With text.", "url": HERE, "link": "And a link"}),
    Sample("card", {"title": "A tinted card", "rows": ROWS, "tone": "tint"}),
    Sample("card", {"title": "A lit card", "links": [link("One"), link("Two")], "tone": "lamp"}),
    *(Sample("chart_icon", {"icon": icon, "size": size}) for icon in CHART_ICONS for size in (24, 48)),
    Sample("chips", {"items": [link("Guideline", on=True)], "label": "Chosen filters", "clear_url": HERE}),
    Sample("chips", {"items": [link("Safety planning")], "label": "Topics"}),
    Sample("details", {"summary": "A question", "about": "of SH07", "text": "Its answer."}),
    Sample("details", {"summary": "An open question", "paragraphs": ["One.", "Two."], "open": True}),
    Sample("door", {"title": "A way in", "url": HERE, "text": "For whom it is.", "theme": "plum"}, "ul.cc-doors"),
    Sample(
        "dots",
        {
            "label": "3 dots, one for each person. 2 are filled.",
            "width": 112,
            "height": 28,
            "dots": [{"x": 14 + 28 * place, "y": 14, "on": place < 2} for place in range(3)],
        },
    ),
    Sample(
        "due",
        {
            "title": "October 2026 is due in 9 days",
            "text": "Friday 20 November, before midnight.",
            "note": "Saved by Kim today.",
            "steps": ["done", "part", ""],
            "url": HERE,
            "action": "Continue October",
        },
    ),
    Sample(
        "facets",
        {
            "action": "#",
            "title": "Narrow the list",
            "chosen": 1,
            "groups": [
                {
                    "legend": "Kind",
                    "name": "kind",
                    "options": [{"value": "guideline", "label": "Guideline", "count": 9, "checked": True}],
                    "url": HERE,
                    "link": "What do these kinds mean?",
                }
            ],
            "hidden": [{"name": "q", "value": "safety"}],
        },
    ),
    Sample("facts", {"rows": ROWS}),
    Sample("facts", {"rows": ROWS, "wide": True}),
    Sample("figures", {"items": [{"label": "areas", "value": 12}, {"label": "measures", "value": 28}]}),
    Sample("fraction", {"top": "Received an assessment", "bottom": "Had a new episode"}),
    Sample(
        "gentle",
        {
            "title": "If this is about you, you can talk to someone now",
            "text": "Day and night.",
            "ways": [{"label": "Samaritans", "href": "tel:116123", "action": "Call 116 123", "note": "Free"}],
            "url": HERE,
            "link": "More lines",
        },
    ),
    Sample("help_lines_fixed", {}, "ul.cc-help cc-help__more cc-help__lines"),
    Sample(
        "infographic",
        {
            "id": "sample-infographic",
            "area": "Somerset",
            "title": "A project in one picture",
            "theme": "rust",
            "open": "What the evaluation found.",
            "links": [link("As a PDF")],
            "parts": [
                {
                    "title": "Why",
                    "panels": [
                        {"figure": "5", "title": "A figure", "text": "What it counts.", "note": "2022"},
                        {"title": "Background", "context": True},
                        {"title": "Not known yet", "open": True},
                    ],
                }
            ],
        },
    ),
    Sample(
        "kindbox", {"title": "Guideline.", "text": "Says what should be.", "question": "How sure?", "answer": "So."}
    ),
    Sample("leaving_quickly", {}),
    Sample("linklist", {"items": [link("Assessment received", text="What it counts.", code="SH07")]}),
    Sample(
        "matrix",
        {
            "id": "sample-matrix",
            "caption": "Areas by months",
            "columns": [{"label": "October", "year": 2026, "now": True}, {"label": "September"}],
            "totals": ["Late"],
            "rows": [
                {
                    "header": "Area A",
                    "url": HERE,
                    "totals": ["0"],
                    "cells": [
                        {"state": "sent", "status": "sent", "url": HERE, "name": "Area A, October 2026: sent"},
                        {"state": "none", "status": "not begun"},
                    ],
                },
                {"header": "Area B", "empty": "Begins in January."},
            ],
        },
    ),
    Sample("measure_list", {"items": [link("Assessment", code="SH07", text="What it counts.", meta="Percentage")]}),
    Sample("messages", {"messages": [Message(messages.INFO, "What the last action did.")]}),
    Sample(
        "months",
        {"months": [link(f"Month {number}", state=state, status=word) for number, (state, word) in enumerate(MONTHS)]},
    ),
    Sample(
        "neighbours",
        {"previous": link("SH07 The measure before"), "next": link("SH09 The measure after"), "label": "Measures"},
    ),
    Sample("notice", {"title": "Replaced", "text": "In 2022.", "url": HERE, "link": "NG225", "id": "sample-notice"}),
    Sample(
        "outcome",
        {
            "outcome": {
                "title": "Aims",
                "state": "Declined",
                "tone": "stop",
                "when": "Suggested by Kim on 2 March 2026, declined on 6 March 2026, after 4 days.",
                "reason": "We need a source.",
                "text": "To see everybody within a week.",
            }
        },
    ),
    Sample(
        "outcome",
        {
            "outcome": {
                "title": "Lead provider",
                "state": "Taken over, with changes",
                "tone": "good",
                "when": "Suggested by Kim on 2 March 2026, taken over on the same day.",
                "edits": pieces("One trust.", "Two trusts."),
            }
        },
    ),
    Sample(
        "pagination",
        {
            "previous_url": HERE,
            "next_url": HERE,
            "label": "Pages of the sample",
            "items": [{"number": 1, "url": HERE}, {"number": 2, "url": HERE, "current": True}, {}],
        },
    ),
    Sample("panel", {"title": "October 2026 is with NCISH", "label": "Your reference", "body": "SOM-2026-10"}),
    Sample("queues", {"queues": [link("to check", count=3, on=True), link("late", count=0)]}),
    Sample(
        "reader_item",
        {
            "title": "When somebody you know self-harms",
            "url": HERE,
            "note": "What to say, what to leave, and where to find help.",
            "caution": "A mother tells of a hard night.",
            "facts": ["Leaflet", "Free"],
        },
    ),
    Sample(
        "result",
        {
            "title": "Self-harm: assessment, management and preventing recurrence",
            "url": HERE,
            "code": "NG225",
            "kind": "Guideline: says what care should be like",
            "parts": [{"text": "What was "}, {"text": "searched", "mark": True}, {"text": " for."}],
            "facts": ["NICE", "2022", "Free"],
        },
    ),
    Sample(
        "result",
        {
            "title": "An item that was replaced",
            "url": HERE,
            "text": "Its summary.",
            "tag": "Replaced",
            "tag_text": "Use",
            "successor": "NG225",
            "successor_url": HERE,
        },
    ),
    Sample(
        "search",
        {"action": "#", "id": "sample-search", "label": "Search the sample", "show_label": True, "landmark": "Sample"},
    ),
    Sample("steps", {"items": [{"title": "First", "url": HERE, "text": "Why", "note": "A note", "facts": ["Free"]}]}),
    Sample("suggest", {"label": "safety plan", "url": HERE, "text": "It finds 15 items."}),
    Sample(
        "summary_list",
        {
            "rows": [
                {"key": "SH07", "value": "13 of 24 (54.2%)", "note": "Last month 61.1%", "url": HERE},
                {"key": "SH08", "value": "No figures: system down"},
            ]
        },
    ),
    Sample(
        "table",
        {
            "id": "sample-table",
            "caption": "A table",
            "columns": [{"label": "Measure"}, {"label": "People", "numeric": True}],
            "rows": [{"header": "SH07", "url": HERE, "cells": [{"text": "13", "numeric": True}]}],
        },
    ),
    Sample("table", {"id": "empty-table", "caption": "An empty table", "columns": [{"label": "Measure"}], "rows": []}),
    *(
        Sample("tag", {"text": f"State {tone}", "tone": tone})
        for tone in ("good", "ask", "stop", "quiet", "plum", "solid")
    ),
    Sample("task_item", {**TASK, "status": "Not begun", "tone": "quiet"}, "ul.nhsuk-task-list"),
    Sample(
        "timeline",
        {
            "theme": "indigo",
            "items": [
                {"title": "It began", "when": "September 2022", "text": "With a meeting.", "source_url": HERE},
                {"title": "The programme", "when": "2019", "text": "Began.", "programme": True},
            ],
        },
    ),
    Sample("unknown", {"text": "how many people were seen.", "since": "Missing since November 2026."}),
    Sample("word_difference", {"pieces": pieces("Seen by one team.", "Seen by two teams, in time."), "explain": True}),
    Sample(
        "worklist",
        {
            "columns": ["Area", "Month", "Next"],
            "rows": [
                {"header": "Area A", "cells": [{"label": "Month", "text": "October"}], "url": HERE, "action": "Read"}
            ],
        },
    ),
    Sample("worklist", {"columns": [], "rows": []}),
)


def may_see(request: HttpRequest) -> bool:
    """Whoever has any role at NCISH, and developers."""
    return settings.DEBUG or bool(request.user.is_authenticated and request.user.is_staff)


@never_cache
def styleguide(request: HttpRequest) -> HttpResponse:
    if not may_see(request):
        raise Http404
    form = EveryField(*([request.POST, request.FILES] if request.method == "POST" else []))
    if form.is_valid():
        messages.success(request, "Every field was right. Nothing was sent or kept.")
        return redirect("pages:styleguide")
    is_public = request.GET.get("frame") == "public"
    helper = FormHelper()
    helper.form_tag = False
    helper.formset_legend = "Colleague"
    context = {
        "frame": "base.html" if is_public else "base_staff.html",
        "is_public": is_public,
        "breadcrumb": [{"label": "Home", "url": "/"}],
        "samples": SAMPLES,
        "names": sorted({sample.name for sample in SAMPLES}),
        "form": form,
        "states": [("Filled in", filled()), ("Wrong", wrong()), ("Read only", read_only())],
        "colleague": Colleague(prefix="filter"),
        "one_field": Colleague(prefix="single"),
        "colleagues": forms.formset_factory(Colleague, extra=2)(prefix="several"),
        "helper": helper,
    }
    return render(request, "pages/styleguide.html", context)
