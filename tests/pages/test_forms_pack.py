"""The form templates: their structure, and that no text, however hostile, becomes more than text in any form."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
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
from django.contrib.auth import password_validation
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse

from measures import rules, upload_views
from measures.admin.areas import AreaMeasureForm, ReportingPeriodForm
from measures.admin.dictionary import MeasureVersionForm
from measures.forms import DeclarationForm, MeasureEntryForm, QueryForm, SeenForm
from measures.giving import GiveForm
from measures.models import AreaMeasure, Submission
from measures.more_time import MoreTimeForm
from measures.ncish import across_views, overview_views
from measures.ncish.checking_forms import CorrectionForm, QuestionForm, VerdictForm
from measures.team_charts.aims import AimsForm
from measures.team_charts.expecting_views import ExpectationForm, TakeBackForm
from measures.team_charts.limits_forms import FixForm, RecalculateForm, UndoForm
from measures.team_charts.report_forms import BoardReportForm
from measures.team_charts.story_pages import StoryForm
from measures.trying import TryForm
from resources import forms as library
from resources.adding import LookUpForm
from resources.import_page import ImportForm
from resources.models import Audience, ReadingList, ReadingListEntry
from resources.reports import ReportForm
from selfharm_portal.accounts import forms as accounts
from selfharm_portal.accounts.admin import UserForm
from selfharm_portal.accounts.invitation_forms import InvitationForm, InviteForm, JoinForm
from selfharm_portal.long_text import LongTextField
from selfharm_portal.pages.forms import ContactForm
from selfharm_portal.pages.styleguide import Colleague, EveryField, filled, read_only, wrong
from selfharm_portal.plain_messages import djangos_words
from selfharm_portal.publishing.forms import ChecklistForm
from selfharm_portal.typed_date import BoundTypedDate, Part, TypedDateField
from selfharm_portal.uploads.admin import OriginalForm
from sites.forms import InfographicForm, PanelForm
from sites.models import Area, Check, InfographicPanel, SuggestedFor
from sites.suggestion_forms import DeclineForm, SuggestionForm, TakeOverForm
from sites.suggestions import Section
from tests.factories import MeasureFactory, MeasureVersionFactory, ReportingPeriodFactory, UserFactory

APPS = ["selfharm_portal", "measures", "resources", "sites"]

#: Elements without an end.
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


# Reading HTML


class Page(HTMLParser):
    """The elements of a page in order, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice: {names}"
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)

    @property
    def shape(self) -> list[tuple[str, tuple[str, ...]]]:
        return [(tag, tuple(sorted(attrs))) for tag, attrs in self.elements]

    def all(self, tag: str, **wanted: str) -> list[dict[str, Any]]:
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in wanted.items()}
        return [
            attrs
            for found, attrs in self.elements
            if found == tag and all(attrs.get(name) == value for name, value in wanted.items())
        ]

    def one(self, tag: str, **wanted: str) -> dict[str, Any]:
        [found] = self.all(tag, **wanted)
        return found

    def with_class(self, name: str) -> list[dict[str, Any]]:
        return [attrs for _, attrs in self.elements if name in (attrs.get("class") or "").split()]


def read(html: str) -> Page:
    page = Page(html)
    assert page.open == [], "something was not closed"
    ids = [attrs["id"] for _, attrs in page.elements if attrs.get("id")]
    assert len(ids) == len(set(ids)), "an id stands twice"
    for _, attrs in page.elements:
        for name in ("aria-describedby", "aria-labelledby"):
            missing = set((attrs.get(name) or "").split()) - set(ids)
            assert not missing, f"{name} names {missing}"
    return page


def printed(source: str, **context: Any) -> Page:
    request = RequestFactory().get("/")
    return read(Template("{% load crispy_forms_tags %}" + source).render(Context({"request": request, **context})))


def crispy(form: Any, helper: FormHelper | None = None) -> Page:
    if helper is None:  # which is not the same as false: a helper without a layout has the length 0
        helper = getattr(form, "helper", FormHelper())
    return printed("{% crispy form helper %}", form=form, helper=helper)


WAYS: dict[str, Callable[[Any], Page]] = {
    "tag": crispy,
    "filter": lambda form: printed("{{ form|crispy }}", form=form),
    "field by field": lambda form: printed(
        "{% for field in form %}{% include 'nhsuk/field.html' with field=field only %}{% endfor %}"
        "{% include 'components/error_summary.html' with form=form labels=True intro=form.intro only %}",
        form=form,
    ),
}


# Structure


class OneForm(forms.Form):
    name = forms.CharField(label="Name", help_text="In full.")
    nick = forms.CharField(label="Nickname", required=False)


def test_a_field_has_its_label_its_hint_and_nothing_else():
    page = printed("{% include 'nhsuk/field.html' with field=form.name only %}", form=OneForm())
    control = page.one("input", id="id_name")
    assert page.one("label", for_="id_name")["class"] == "nhsuk-label"
    assert control["aria-describedby"] == "id_name_helptext"
    assert control["class"] == "nhsuk-input"
    assert "aria-invalid" not in control
    assert page.text.split() == ["Name", "In", "full."]


def test_only_what_may_be_left_out_is_marked():
    page = crispy(OneForm())
    assert "Nickname (optional)" in page.text
    assert "Name (optional)" not in page.text
    assert "*" not in page.text


def test_an_error_is_tied_to_its_field_and_begins_with_error():
    page = crispy(OneForm({}))
    control = page.one("input", id="id_name")
    assert control["aria-describedby"] == "id_name_helptext id_name_error"
    assert control["aria-invalid"] == "true"
    assert control["class"] == "nhsuk-input nhsuk-input--error"
    assert page.with_class("nhsuk-form-group--error")
    assert "Error: This field is required." in page.text
    summary = page.with_class("nhsuk-error-summary")[0]
    assert summary["data-module"] == "nhsuk-error-summary"
    assert page.one("a", href="#id_name")


def test_errors_can_be_left_out():
    helper = FormHelper()
    helper.form_show_errors = False
    page = crispy(OneForm({}), helper)
    assert "Error:" not in page.text
    assert page.one("input", id="id_name")["aria-describedby"] == "id_name_helptext"
    assert not page.with_class("nhsuk-error-summary")


def test_labels_can_be_hidden_and_are_still_read_out():
    helper = FormHelper()
    helper.form_show_labels = False
    assert "nhsuk-u-visually-hidden" in crispy(OneForm(), helper).one("label", for_="id_name")["class"]


def test_a_form_says_how_it_is_sent():
    class Upload(forms.Form):
        file = forms.FileField()

    helper = FormHelper()
    helper.form_id, helper.form_class, helper.form_action = "upload", "wide", "/there/"
    form = crispy(Upload(), helper).one("form")
    assert (form["id"], form["class"], form["action"]) == ("upload", "wide", "/there/")
    assert (form["method"], form["enctype"]) == ("post", "multipart/form-data")
    assert "novalidate" in form


def test_the_layout_objects():
    helper = FormHelper()
    helper.layout = Layout(
        Fieldset("{{ title }}", Row(Column("name"), Column(Field("nick", css_class="nhsuk-input--width-10")))),
        Div(HTML("<p>Between {{ title }}</p>"), css_class="cc-measure", css_id="between"),
        ButtonHolder(Submit("send", "Send it"), Button("later", "Later"), Reset("again", "Again")),
        FormActions(Hidden("seen", "1")),
    )
    page = printed("{% crispy form helper %}", form=OneForm(), helper=helper, title="Bits & pieces")
    assert "Bits & pieces" in page.text
    assert "Between Bits & pieces" in page.text
    assert page.one("div", id="between")["class"] == "cc-measure"
    assert page.one("input", id="id_nick")["class"] == "nhsuk-input nhsuk-input--width-10"
    buttons = {attrs["name"]: attrs for attrs in page.all("button")}
    assert buttons["send"]["type"] == "submit"
    assert buttons["send"]["class"] == "nhsuk-button"
    for name in ("later", "again"):
        assert "nhsuk-button--secondary" in buttons[name]["class"]
    assert page.one("input", type="hidden", name="seen")["value"] == "1"
    assert len(page.with_class("cc-actions")) == 2


def test_a_field_that_a_layout_leaves_out_is_not_printed():
    helper = FormHelper()
    helper.layout = Layout("name")
    assert not crispy(OneForm(), helper).all("input", id="id_nick")


@pytest.mark.parametrize(
    ("field", "kind", "type_"), [("kind", "radios", "radio"), ("reasons", "checkboxes", "checkbox")]
)
def test_choices_stand_in_a_fieldset_and_reveal(field, kind, type_):
    page = printed(
        "{% include 'nhsuk/field.html' with field=form|field only %}".replace("form|field", f"form.{field}"),
        form=EveryField(),
    )
    [group] = page.with_class(f"nhsuk-{kind}")
    assert group["data-module"] == f"nhsuk-{kind}"
    assert page.one("fieldset")["aria-describedby"] == f"id_{field}_helptext"
    [reveals] = [attrs for attrs in page.all("input", type=type_) if attrs.get("data-aria-controls")]
    [conditional] = page.with_class(f"nhsuk-{kind}__conditional")
    assert conditional["id"] == reveals["data-aria-controls"]
    assert f"nhsuk-{kind}__conditional--hidden" in conditional["class"]
    [inner] = page.all("input", type="text")
    assert inner["name"].startswith("other_")


def test_what_is_revealed_is_printed_once_whichever_way():
    for way in WAYS.values():
        page = way(EveryField())
        assert len(page.all("input", name="other_kind")) == 1
        assert len(page.all("textarea", name="note")) == 1


def test_what_was_chosen_is_open():
    page = crispy(filled())
    assert [attrs for attrs in page.with_class("nhsuk-radios__conditional") if "--hidden" in attrs["class"]] == []
    assert page.one("input", id="id_filled-kind_2")["checked"] is None
    assert page.one("input", id="id_filled-has_note")["data-aria-controls"] == "conditional-id_filled-has_note"


def test_groups_of_choices_have_their_heading_once():
    page = printed("{% include 'nhsuk/field.html' with field=form.reasons only %}", form=EveryField())
    assert page.text.count("In the visit") == 1
    assert page.text.count("After it") == 1


def test_a_select_and_a_file():
    page = crispy(wrong())
    assert page.one("select", id="id_wrong-area")["class"] == "nhsuk-select nhsuk-select--error"
    assert len(page.all("optgroup")) == 2
    assert page.one("input", type="file")["aria-describedby"] == "id_wrong-file_helptext"


def test_a_textarea_says_how_much_fits_and_cuts_nothing_off():
    page = crispy(EveryField())
    account = page.one("textarea", id="id_account")
    assert "maxlength" not in account
    assert "nhsuk-js-character-count" in account["class"]
    assert account["aria-describedby"] == "id_account_helptext id_account-info"
    assert [(a["data-maxlength"], a.get("data-count-type")) for a in page.with_class("nhsuk-character-count")] == [
        ("200", None),
        ("20", "words"),
    ]
    assert "You can enter up to 20 words" in page.text
    assert "nhsuk-js-character-count" not in page.one("textarea", id="id_note")["class"]


def test_a_password_has_a_button_that_waits_for_its_script():
    page = crispy(EveryField())
    [toggle] = page.with_class("nhsuk-password-input__toggle")
    assert "hidden" in toggle
    assert (toggle["type"], toggle["aria-controls"]) == ("button", "id_password")
    assert page.one("input", id="id_password")["autocapitalize"] == "none"


def test_a_search_field_has_its_button():
    page = printed("{% include 'nhsuk/field.html' with field=form.find only %}", form=EveryField())
    assert page.one("input", type="search")
    assert page.one("button", type="submit")


def test_a_value_that_is_only_read_is_words():
    page = crispy(read_only())
    assert not page.all("input", type="text")
    assert not page.all("textarea")
    for words in ("Something else", "27 March 2026", "Area B", "A safety plan, Something else", "Yes", "SOM-2026-10"):
        assert words in page.text
    assert "(optional)" not in page.text


def test_a_formset_has_one_summary_and_its_management_fields():
    several = forms.formset_factory(Colleague, extra=0, min_num=2, validate_min=True)
    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-colleague": "Kim", "form-1-phone": "1"}
    for page in (crispy(several(data)), printed("{{ form|crispy }}", form=several(data))):
        assert len(page.with_class("nhsuk-error-summary")) == 1
        assert page.one("a", href="#id_form-1-colleague")
        assert page.one("input", name="form-TOTAL_FORMS", type="hidden")
        assert "Entry 2" in page.text


def test_a_formset_with_a_layout():
    helper = FormHelper()
    helper.layout = Layout(Fieldset("Person {{ forloop.counter }}", "colleague"))
    several = forms.formset_factory(Colleague, extra=2)
    page = crispy(several(), helper)
    assert "Person 1" in page.text
    assert "Person 2" in page.text
    assert len(page.all("input", type="text")) == 2


# Dates


class DayForm(forms.Form):
    day = TypedDateField(label="Day")
    may_be_empty = TypedDateField(required=False)


def typed_date(day="", month="", year=""):
    form = DayForm({"day_day": day, "day_month": month, "day_year": year})
    return form, form.errors.get("day", [])


@pytest.mark.parametrize("month", ["3", "03", "March", "mar"])
def test_a_date_is_read(month):
    form, errors = typed_date(" 27 ", month, "2026")
    assert errors == []
    assert form.cleaned_data == {"day": date(2026, 3, 27), "may_be_empty": None}


@pytest.mark.parametrize(
    ("typed", "message", "wrong_parts"),
    [
        (("", "", ""), "Enter a day, a month and a year", ("day", "month", "year")),
        (("27", "", "2026"), "Enter a month as well", ("month",)),
        (("", "3", ""), "Enter a day and a year as well", ("day", "year")),
        (("30", "2", "2026"), "Check the day: February 2026 has 28 days, and you wrote “30”", ("day",)),
        (("0", "2", "2024"), "Check the day: February 2024 has 29 days, and you wrote “0”", ("day",)),
        (("1", "13", "2026"), "Write the month as a number from 1 to 12: you wrote “13”", ("month",)),
        (("1", "3", "26"), "Write the year with 4 figures, such as 2026: you wrote “26”", ("year",)),
        (("1", "3", "0000"), "Write the year with 4 figures, such as 2026: you wrote “0000”", ("year",)),
        (("first", "3", "2026"), "Write the day in figures, such as 27: you wrote “first”", ("day",)),
        (("1", "3", "９９９９"), "Write the year in figures, such as 2026: you wrote “９９９９”", ("year",)),
        (("1", "3", "9" * 5000), f"Write the year in figures, such as 2026: you wrote “{'9' * 20}”", ("year",)),
    ],
)
def test_an_error_names_the_part_of_a_date(typed, message, wrong_parts):
    form, errors = typed_date(*typed)
    assert errors == [message]
    assert form["day"].wrong_parts == wrong_parts
    page = crispy(form)
    marked = [attrs["name"].removeprefix("day_") for attrs in page.all("input", aria_invalid="true")]
    assert tuple(marked) == wrong_parts
    assert page.one("a", href=f"#{form['day'].id_for_label}")
    assert form["day"].id_for_label == page.one("input", name=f"day_{wrong_parts[0]}")["id"]


def test_a_date_is_a_group_that_says_its_hint_and_error():
    page = printed("{% include 'nhsuk/field.html' with field=form.day only %}", form=wrong())
    assert page.one("fieldset", role="group")["aria-describedby"] == "id_wrong-day_helptext id_wrong-day_error"
    assert [attrs["inputmode"] for attrs in page.all("input")] == ["numeric"] * 3
    assert [attrs["value"] for attrs in page.all("input")] == ["31", "", "2026"]


def test_a_date_that_was_stored_stands_in_its_parts_and_is_not_a_change():
    form = DayForm({"day_day": "27", "day_month": "3", "day_year": "2026"}, initial={"day": date(2026, 3, 27)})
    assert form.changed_data == []
    assert [part.value for part in parts(DayForm(initial={"day": date(2026, 3, 27)}))] == ["27", "3", "2026"]


def parts(form: forms.Form) -> list[Part]:
    day = form["day"]
    assert isinstance(day, BoundTypedDate)
    return day.parts


# Long texts


class LongForm(forms.Form):
    text = LongTextField(max_length=5, max_words=2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\r\nb c", "Make it shorter: it can have 2 words, and it has 3"),
        ("é😀\r\nab", None),
        ("é😀\r\nabc", "Make it shorter: it can have 5 characters, and it has 6"),
    ],
)
def test_a_line_break_is_one_character(text, message):
    assert LongForm({"text": text}).errors.get("text", [None])[0] == message


# Every form of the project


def aims_form(**given: Any) -> forms.BaseForm:
    return AimsForm(version=MeasureVersionFactory(), months=[date(2026, 3, 1)], **given)


def entry_form(**given: Any) -> forms.BaseForm:
    version = MeasureVersionFactory(measure=MeasureFactory())

    class Reported:
        measure = version.measure
        definition = version

    Reported.version = version  # type: ignore[attr-defined]
    return MeasureEntryForm(measure=Reported(), **given)  # type: ignore[arg-type]


def question_form(data: Any = None, **given: Any) -> forms.BaseForm:
    form = QuestionForm(data, code="SH07")
    form.prefix = None
    form.initial = given.get("initial", {})
    return form


def try_form(**given: Any) -> forms.BaseForm:
    return TryForm(version=MeasureVersionFactory(), **given)


def report_form(**given: Any) -> forms.BaseForm:
    months = [date(2026, 3, 1), date(2026, 2, 1)]
    return BoardReportForm(months=months, accepted=months, versions=[MeasureVersionFactory()], **given)


def more_time_form(**given):
    return MoreTimeForm(month=Submission(period=ReportingPeriodFactory.build()), **given)


def list_entry_form(**given: Any) -> forms.BaseForm:
    entry = ReadingListEntry(reading_list=ReadingList(audience=Audience.FAMILIES_AND_CARERS))
    return library.ReadingListEntryForm(instance=entry, **given)


def of(form: Callable[..., Any], **needed: Any) -> Callable[..., forms.BaseForm]:
    return partial(form, **needed)


PANEL = Section(SuggestedFor.PANEL, "A project", "Its aims", "Words.", "", panel=InfographicPanel(pk=1))


#: How each form of the project is made. A new form needs a row: then hostile text is tried through it.
def query_form(*args: Any, **kwargs: Any) -> QueryForm:
    query = rules.Query("drop_to_zero", "SH01", "numerator", "Is it really 0?", "drop_to_zero-SH01-0", ("SH01",))
    return QueryForm(*args, query=query, month=date(2026, 5, 1), **kwargs)


FORMS: dict[str, Callable[..., forms.BaseForm]] = {
    "measures.admin.areas.AreaMeasureForm": forms.modelform_factory(
        AreaMeasure, form=AreaMeasureForm, fields=["from_month", "chart", "chart_reason"]
    ),
    "measures.admin.dictionary.MeasureVersionForm": of(MeasureVersionForm),
    "measures.admin.areas.ReportingPeriodForm": of(ReportingPeriodForm),
    "measures.ncish.checking_forms.CorrectionForm": of(CorrectionForm),
    "measures.ncish.checking_forms.QuestionForm": question_form,
    "measures.ncish.checking_forms.VerdictForm": of(VerdictForm, codes=["SH07"]),
    "measures.team_charts.expecting_views.ExpectationForm": of(ExpectationForm, months=[date(2026, 3, 1)]),
    "measures.team_charts.expecting_views.TakeBackForm": of(TakeBackForm),
    "measures.forms.DeclarationForm": of(DeclarationForm, words="These totals are right."),
    "measures.forms.MeasureEntryForm": entry_form,
    "measures.forms.QueryForm": query_form,
    "measures.forms.SeenForm": of(SeenForm),
    "measures.giving.GiveForm": of(GiveForm, today=date(2026, 3, 1)),
    "measures.team_charts.limits_forms.FixForm": of(FixForm, longest=20),
    "measures.team_charts.limits_forms.RecalculateForm": of(RecalculateForm, places=[]),
    "measures.team_charts.limits_forms.UndoForm": of(UndoForm),
    "measures.ncish.across_views.AcrossForm": of(across_views.AcrossForm),
    "measures.ncish.across_views.AreasForm": of(across_views.AreasForm),
    "measures.ncish.across_views.QuestionsForm": of(across_views.QuestionsForm),
    "measures.more_time.MoreTimeForm": more_time_form,
    "measures.ncish.overview_views.ManyForm": of(overview_views.ManyForm),
    "measures.ncish.overview_views.OverviewForm": of(overview_views.OverviewForm),
    "measures.upload_views.ManyForm": of(upload_views.ManyForm, drafts=[]),
    "measures.upload_views.MonthsForm": of(upload_views.MonthsForm, months=[date(2026, 3, 1)]),
    "measures.upload_views.UploadForm": of(upload_views.UploadForm, area=Area(slug="frimley")),
    "measures.team_charts.report_forms.BoardReportForm": report_form,
    "measures.team_charts.story_pages.StoryForm": of(StoryForm),
    "measures.team_charts.aims.AimsForm": aims_form,
    "measures.trying.TryForm": try_form,
    "resources.adding.LookUpForm": of(LookUpForm),
    "resources.forms.HelplineForm": of(library.HelplineForm),
    "resources.forms.PublisherForm": of(library.PublisherForm),
    "resources.forms.ReadingListEntryForm": list_entry_form,
    "resources.forms.ResourceForm": of(library.ResourceForm),
    "resources.forms.SynonymGroupForm": of(library.SynonymGroupForm),
    "resources.import_page.ImportForm": of(ImportForm),
    "resources.reports.ReportForm": of(ReportForm),
    "selfharm_portal.accounts.admin.UserForm": of(UserForm),
    "selfharm_portal.accounts.forms.ChangePasswordForm": of(accounts.ChangePasswordForm),
    "selfharm_portal.accounts.forms.LoginForm": of(accounts.LoginForm),
    "selfharm_portal.accounts.forms.ReauthenticateForm": of(accounts.ReauthenticateForm, user=None),
    "selfharm_portal.accounts.forms.ResetPasswordForm": of(accounts.ResetPasswordForm),
    "selfharm_portal.accounts.forms.ResetPasswordKeyForm": of(accounts.ResetPasswordKeyForm),
    "selfharm_portal.accounts.invitation_forms.InvitationForm": of(InvitationForm),
    "selfharm_portal.accounts.invitation_forms.InviteForm": of(InviteForm),
    "selfharm_portal.accounts.invitation_forms.JoinForm": of(JoinForm, email="kim@example.org"),
    "selfharm_portal.pages.forms.ContactForm": of(ContactForm),
    "sites.suggestion_forms.DeclineForm": of(DeclineForm),
    "sites.suggestion_forms.SuggestionForm": of(SuggestionForm, section=PANEL),
    "sites.suggestion_forms.TakeOverForm": of(TakeOverForm, section=PANEL),
    "selfharm_portal.pages.styleguide.Colleague": of(Colleague),
    "selfharm_portal.pages.styleguide.EveryField": of(EveryField),
    "selfharm_portal.uploads.admin.OriginalForm": of(OriginalForm),
    "selfharm_portal.publishing.forms.ChecklistForm": of(ChecklistForm, checklist=Check),
    "sites.forms.InfographicForm": of(InfographicForm),
    "sites.forms.PanelForm": of(PanelForm),
}
#: What others build on.
BASES = {
    "selfharm_portal.plain_messages.RulesBesideFields",
    "selfharm_portal.accounts.forms.InOurWords",
    "selfharm_portal.pages.forms.LetterForm",
    "selfharm_portal.plain_messages.PlainMessages",
    "selfharm_portal.plain_messages.PlainModelForm",
    "sites.suggestion_forms.SeenForm",
    "sites.forms.KeepsOthersWork",
}


def modules() -> Iterator[str]:
    for app in APPS:
        package = importlib.import_module(app)
        for found in pkgutil.walk_packages(package.__path__, f"{app}."):
            parts = found.name.split(".")
            if not {"migrations", "commands", "wsgi"} & set(parts):
                yield found.name


def forms_of_the_project() -> set[str]:
    return {
        f"{name}.{thing.__qualname__}"
        for name in modules()
        for thing in vars(importlib.import_module(name)).values()
        if isinstance(thing, type) and issubclass(thing, forms.BaseForm) and thing.__module__ == name
    }


def test_every_form_has_a_row():
    assert forms_of_the_project() - BASES == set(FORMS)


HOSTILE = {
    "script": "<script>alert(1)</script>",
    "variable": "{{ settings }}{{ form.secret }}",
    "tag": "{% include 'admin/index.html' %}{% y %}",
    "quotes": """ " onfocus=alert(1) x=' autofocus ' > """,
    "entities": "Fish & chips &lt;b&gt; &amp;",
    "right to left": "\u202eabc\u202c שלום ‎",
    "long": "x" * 10_000,
}
HARMLESS = "zyxw"


def filled_with(make: Callable[..., forms.BaseForm], text: str, *, bound: bool) -> forms.BaseForm:
    """The form with the text as every label, hint, choice, value and error."""
    form = make(data={}) if bound else make()
    if bound:
        _ = form.errors
        form.errors.clear()
    form.intro = text  # type: ignore[attr-defined]
    names = list(form.fields)
    for name in names:
        field = form.fields[name]
        field.label = field.help_text = text
        if hasattr(field, "choices") and not isinstance(field, forms.ModelChoiceField):
            field.choices = [(text, text), (text, [("inner", text)])]
        elif hasattr(field, "choices"):
            field.widget.choices = [(text, text)]
        if bound:
            form.add_error(name, text)
        elif not isinstance(field, forms.JSONField):
            form.initial[name] = [text] if isinstance(field, forms.MultipleChoiceField) else text
    if bound:
        form.add_error(None, text)
    return form


@pytest.mark.django_db
@pytest.mark.parametrize("bound", [False, True], ids=["empty", "with errors"])
@pytest.mark.parametrize("name", sorted(FORMS))
def test_hostile_text_stays_text_in_every_form(name, bound):
    for words, way in WAYS.items():
        calm = way(filled_with(FORMS[name], HARMLESS, bound=bound))
        for kind, text in HOSTILE.items():
            page = way(filled_with(FORMS[name], text, bound=bound))
            assert page.shape == calm.shape, f"{words}, {kind}: the text changed an element or an attribute"
            assert page.text.count(text.strip()) == calm.text.count(HARMLESS), f"{words}, {kind}"


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_stays_text_in_legends_and_buttons(kind):
    text = HOSTILE[kind]
    helper = FormHelper()
    helper.layout = Layout(
        Fieldset("{{ words }}", "name"),
        HTML("<p>{{ words }}</p>"),
        ButtonHolder(Submit("send", "{{ words }}"), Button("later", "{{ words }}"), Hidden("seen", "{{ words }}")),
    )
    helper.form_error_title = text

    def draw(words: str) -> Page:
        return printed("{% crispy form helper %}", form=OneForm(), helper=helper, words=words)

    page = draw(text)
    assert page.text.count(text.strip()) == 4
    assert page.one("input", name="seen")["value"] == text


def test_no_words_are_put_into_a_layout_but_as_a_variable():
    """crispy-forms renders legends, HTML and buttons as templates: an f-string there would run what it holds."""
    objects = {"Fieldset", "HTML", "Submit", "Button", "Reset", "Hidden", "ButtonHolder", "FormActions"}
    found = []
    for app in APPS:
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in objects:
                    texts = node.args if node.func.id in {"Submit", "Button", "Reset", "Hidden"} else node.args[:1]
                    found += [
                        f"{path.name}:{node.lineno}" for text in texts if not isinstance(text, (ast.Constant, ast.Call))
                    ]
    assert found == []


def test_no_template_marks_text_as_safe():
    for path in (Path(settings.BASE_DIR) / "templates").rglob("*.html"):
        assert "|safe" not in path.read_text().replace("|safeseq", ""), path


# What fields say


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(FORMS))
def test_no_field_speaks_djangos_words(name):
    form = FORMS[name](data={})
    said = {str(message) for field, messages in form.errors.items() for message in messages}
    assert not {message for message in said if "This field" in message or "valid" in message}, said
    for field in form.fields.values():
        for code in {"required", "invalid_choice", "invalid_list"} & set(field.error_messages):
            assert str(field.error_messages[code]) != djangos_words(field).get(code), (field.label, code)


def test_a_field_keeps_its_own_words():
    assert ContactForm({}).errors["message"] == ["Write your message"]


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("name", "", "Fill in “Name of the team”"),
        ("name", "x" * 41, "Make “Name of the team” shorter: it can have 40 characters, and it has 41"),
        ("kind", "", "Answer “What kind of visit was it?”"),
        ("kind", "elsewhere", "Choose again: “elsewhere” is not in the list"),
        ("agrees", "", "Tick “These totals are right as far as we know”"),
        ("email", "kim at home", "Write the e-mail address like name@example.org"),
    ],
)
def test_a_message_says_what_to_do(field, typed, message):
    assert EveryField({field: typed}).errors[field] == [message]


# Signing in


@pytest.mark.django_db
def test_signing_in_does_not_tell_what_was_wrong(client):
    user = UserFactory()
    user.set_password("lanterns on a winter street")
    user.save()
    address = reverse("account_login")
    for email in (user.email, "nobody@example.org"):
        page = client.post(address, {"login": email, "password": "wrong"}).content.decode()
        assert page.count("That e-mail address and password do not go together. Check both, and try again") == 1
        assert "<title>Error: Sign in" in page


@pytest.mark.django_db
def test_signing_in_says_what_to_do(client):
    page = client.post(reverse("account_login"), {"login": "kim at home", "password": ""}).content.decode()
    assert page.count("Write the e-mail address like name@example.org") == 2
    assert page.count("Enter your password") == 2
    assert "placeholder" not in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "second", "field", "message"),
    [
        ("short", "short", "password1", "Make the password longer: it needs at least 12 characters"),
        ("password1234", "password1234", "password1", "Choose another password: this one is on lists"),
        ("seven herons by the weir", "seven", "password2", "The two are not alike. Type the new password again"),
        ("seven herons by the weir", "", "password2", "Enter the new password a second time"),
    ],
)
def test_a_new_password_is_refused_in_plain_words(first, second, field, message):
    form = accounts.ResetPasswordKeyForm({"password1": first, "password2": second}, user=UserFactory())
    assert [str(error)[: len(message)] for error in form.errors[field]] == [message]


def test_the_hint_tells_the_length_that_is_asked_for():
    [lengths] = [one for one in password_validation.get_default_password_validators() if hasattr(one, "min_length")]
    assert f"At least {lengths.min_length} characters" in accounts.NEW_PASSWORD_HINT
