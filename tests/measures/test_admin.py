"""Admin for the dictionary and the months: who gets in, and what a curator can and cannot do there."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.urls import reverse

from measures import models
from measures.models import AreaMeasure, MeasureVersion, ReportingPeriod, Submission
from tests.factories import (
    AreaAimFactory,
    AreaFactory,
    AreaMeasureFactory,
    DenominatorGroupFactory,
    DownloadFactory,
    DraftEntryFactory,
    DraftQueryAnswerFactory,
    ExpectationFactory,
    LimitsDecisionFactory,
    LinkedTotalFactory,
    MeasureFactory,
    MeasureSourceFactory,
    MeasureValueFactory,
    MeasureVersionFactory,
    MonthReminderFactory,
    QueryAnswerFactory,
    QuestionFactory,
    ReminderByHandFactory,
    ReportingPeriodFactory,
    StoryFactory,
    SubmissionEventFactory,
    SubmissionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

CURATORS_ROWS: dict[type[Model], Callable[[], Any]] = {
    models.Domain: lambda: MeasureFactory().domain,
    models.DenominatorGroup: DenominatorGroupFactory,
    models.Measure: lambda: MeasureVersionFactory().measure,
    models.MeasureVersion: MeasureVersionFactory,
    models.MeasureSource: MeasureSourceFactory,
    models.LinkedTotal: LinkedTotalFactory,
    models.AreaMeasure: AreaMeasureFactory,
    models.AreaAim: AreaAimFactory,
    models.ReportingPeriod: ReportingPeriodFactory,
}
ANALYSTS_ROWS: dict[type[Model], Callable[[], Any]] = {
    models.Submission: lambda: SubmissionFactory(accepted=True),
    models.DraftEntry: DraftEntryFactory,
    models.DraftQueryAnswer: DraftQueryAnswerFactory,
    models.SubmissionRevision: lambda: MeasureValueFactory().revision,
    models.MeasureValue: MeasureValueFactory,
    models.QueryAnswer: QueryAnswerFactory,
    models.Question: QuestionFactory,
    models.SubmissionEvent: SubmissionEventFactory,
    models.MonthReminder: MonthReminderFactory,
    models.ReminderByHand: ReminderByHandFactory,
    models.Download: DownloadFactory,
    models.Expectation: ExpectationFactory,
    models.LimitsDecision: LimitsDecisionFactory,
    models.Story: StoryFactory,
}
#: Of one person, until they agree to what a file would do.
NOT_IN_ADMIN = {models.UploadedMonths}


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def curator(client):
    client.force_login(UserFactory(curator=True))
    return client


@pytest.fixture
def analyst(client):
    client.force_login(UserFactory(analyst=True))
    return client


def test_every_model_is_registered():
    named = {model for model in CURATORS_ROWS | ANALYSTS_ROWS if admin.site.is_registered(model)}
    of_the_app = {model for model in vars(models).values() if isinstance(model, type) and hasattr(model, "_meta")}
    assert named | NOT_IN_ADMIN == {model for model in of_the_app if model._meta.app_label == "measures"}


@pytest.mark.parametrize("model", CURATORS_ROWS)
def test_curators_edit_the_dictionary(curator, model):
    row = CURATORS_ROWS[model]()
    assert curator.get(address(model, "changelist"), {"q": "people"}).status_code == 200
    assert curator.get(address(model, "add")).status_code == 200
    page = curator.get(address(model, "change", row.pk))
    assert page.status_code == 200
    assert 'name="_save"' in page.content.decode()


@pytest.mark.requirement("F4")
@pytest.mark.parametrize("role", ["curator", "administrator"])
@pytest.mark.parametrize("model", ANALYSTS_ROWS)
def test_admin_is_no_side_door_to_the_areas_numbers(client, model, role):
    row = ANALYSTS_ROWS[model]()
    client.force_login(UserFactory(**{role: True}))
    for page, *args in (["changelist"], ["add"], ["change", row.pk], ["history", row.pk], ["delete", row.pk]):
        assert client.get(address(model, page, *args)).status_code == 403


@pytest.mark.requirement("F4")
@pytest.mark.parametrize("model", ANALYSTS_ROWS)
def test_analysts_read_the_numbers_and_write_none(analyst, model):
    row = ANALYSTS_ROWS[model]()
    assert analyst.get(address(model, "changelist"), {"q": "place"}).status_code == 200
    page = analyst.get(address(model, "change", row.pk))
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    assert analyst.get(address(model, "add")).status_code == 403
    assert analyst.post(address(model, "change", row.pk), {}).status_code == 403
    assert analyst.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert type(row).objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("role", ["analyst", "administrator"])
@pytest.mark.parametrize("model", CURATORS_ROWS)
def test_others_leave_the_dictionary_alone(client, model, role):
    client.force_login(UserFactory(**{role: True}))
    assert client.get(address(model, "changelist")).status_code == 403


def test_a_person_without_a_role_does_not_get_in(client):
    client.force_login(UserFactory())
    assert client.get(address(models.Measure, "changelist")).status_code == 403


# Versions


def form_of(client, url):
    """What a browser would send back from the page, untouched."""
    context = client.get(url).context
    forms = [
        context["adminform"].form,
        *(form for inline in context["inline_admin_formsets"] for form in inline.formset),
    ]
    forms += [inline.formset.management_form for inline in context["inline_admin_formsets"]]
    data = {}
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is not None and value is not False:
                data[bound.html_name] = value
    return data


@pytest.fixture
def version():
    version = MeasureVersionFactory(
        inclusions=["Adults.", "Older adults, too."],
        worked_example={"text": "6 of 8.", "numerator": 6, "denominator": 8, "result": 75.0},
    )
    MeasureSourceFactory(version=version, title="Where it is from", statement="3")
    return version


def test_saving_a_version_changes_nothing_by_itself(curator, version):
    url = address(MeasureVersion, "change", version.pk)
    response = curator.post(url, form_of(curator, url))
    assert response.status_code == 302
    after = MeasureVersion.objects.get(pk=version.pk)
    for field in MeasureVersion._meta.fields:
        assert getattr(after, field.name) == getattr(version, field.name), field.name


def test_a_list_is_written_an_item_a_line(curator, version):
    url = address(MeasureVersion, "change", version.pk)
    curator.post(url, form_of(curator, url) | {"exclusions": "Letters, texts.\n\n  Calls. "})
    assert MeasureVersion.objects.get(pk=version.pk).exclusions == ["Letters, texts.", "Calls."]


@pytest.mark.requirement("D2")
@pytest.mark.parametrize(
    ("example", "said"),
    [
        (
            '{"text": "", "numerator": 6, "denominator": 8, "result": 80}',
            "By its own numbers it comes to 75.0, not to 80",
        ),
        ('{"text": "", "numerator": "six", "denominator": 8, "result": 80}', "“numerator” has to be a number"),
        ('{"text": "", "numerator": 6, "denominator": "8", "result": 75.0}', "“denominator” has to be a number"),
        ('{"text": "", "numerator": 6, "denominator": 8, "result": "75.0"}', "“result” has to be a number"),
        ('{"text": "", "numerator": true, "denominator": 8, "result": 12.5}', "“numerator” has to be a number"),
        ('{"text": "", "numerator": NaN, "denominator": 8, "result": 75.0}', "“numerator” has to be a number"),
        ('{"text": "", "numerator": 6.0, "denominator": 8, "result": 75.0}', "“numerator” counts"),
        ('{"text": "", "value": 7, "denominator": 3, "observations": ["3", 7, 9]}', "“observations” are numbers"),
        ('{"text": "", "value": 7, "denominator": 3, "observations": 7}', "“observations” are numbers"),
        ("[6, 8]", "names and values in braces"),
        ("{", "Check the commas, braces and quotation marks"),
    ],
)
def test_a_worked_example_must_come_to_what_it_says(curator, version, example, said):
    url = address(MeasureVersion, "change", version.pk)
    response = curator.post(url, form_of(curator, url) | {"worked_example": example})
    assert response.status_code == 200
    assert said in response.content.decode()


@pytest.mark.requirement("D1")
def test_what_is_counted_stays_once_months_are_given_under_it(curator, version):
    MeasureValueFactory(version=version)
    url = address(MeasureVersion, "change", version.pk)
    assert "Months have been given under this version" in curator.get(url).content.decode()
    curator.post(url, form_of(curator, url) | {"numerator": "Something else", "rationale": "Said better"})
    after = MeasureVersion.objects.get(pk=version.pk)
    assert (after.numerator, after.rationale) == (version.numerator, "Said better")
    assert curator.get(address(MeasureVersion, "delete", version.pk)).status_code == 403


@pytest.mark.requirement("D1")
def test_a_version_leads_to_the_next_one(curator, version):
    html = curator.get(address(MeasureVersion, "change", version.pk)).content.decode()
    assert f'<a href="{address(MeasureVersion, "add")}?measure={version.measure.pk}">Write the next version</a>' in html


@pytest.mark.requirement("D1")
def test_who_is_in_a_group_stays_once_months_are_given_under_a_measure_of_it(curator):
    group = DenominatorGroupFactory()
    version = MeasureVersionFactory(denominator_group=group)
    url = address(models.DenominatorGroup, "change", group.pk)
    curator.post(url, form_of(curator, url) | {"definition": "Said better."})
    MeasureValueFactory(version=version, measure=version.measure)
    curator.post(url, form_of(curator, url) | {"definition": "Other people.", "label": "Another name"})
    group.refresh_from_db()
    assert (group.definition, group.label) == ("Said better.", "Another name")


@pytest.mark.requirement("D1")
def test_the_next_version_begins_with_the_words_of_the_last(curator, version):
    measure = version.measure
    assert f"?measure={measure.pk}" in curator.get(address(models.Measure, "change", measure.pk)).content.decode()
    url = f"{address(MeasureVersion, 'add')}?measure={measure.pk}"
    response = curator.post(url, form_of(curator, url) | {"numerator": "People seen within a week"})
    assert response.status_code == 302
    following = measure.versions.get(number=2)
    assert following.numerator == "People seen within a week"
    assert following.rationale == version.rationale
    assert following.valid_from > version.valid_from
    assert [source.title for source in following.sources.all()] == ["Where it is from"]
    assert version.sources.count() == 1


@pytest.mark.requirement("D1")
@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"number": "3"}, "number", "is number 2"),
        ({"number": "1"}, "number", "is number 2"),
        ({"valid_from": "2021-04-01"}, "valid_from", "Version 1 holds from April 2021: choose a later month"),
        ({"valid_from": "2026-03-01"}, "valid_from", "Months up to March 2026 were given under version 1"),
        ({"valid_from": "0001-01-01"}, "valid_from", "Choose a month from April 2021 on"),
        ({"valid_from": "9999-12-01"}, "valid_from", "at most two years ahead"),
        ({"valid_from": "2026-04-01"}, "", ""),
    ],
)
def test_a_version_follows_the_last_and_the_months_given_under_it(curator, version, typed, field, said):
    MeasureValueFactory(version=version, measure=version.measure, revision__submission__period__month=date(2026, 3, 1))
    url = f"{address(MeasureVersion, 'add')}?measure={version.measure.pk}"
    response = curator.post(url, form_of(curator, url) | typed)
    if field:
        assert said in response.context["adminform"].form.errors[field][0]
    assert version.measure.versions.count() == (1 if field else 2)


@pytest.mark.parametrize("measure", ["", "0", "99999"])
def test_a_version_of_no_measure_begins_empty(curator, measure):
    assert curator.get(address(MeasureVersion, "add"), {"measure": measure}).status_code == 200


def test_a_code_stays(curator, version):
    url = address(models.Measure, "change", version.measure.pk)
    curator.post(url, form_of(curator, url) | {"code": "SH999"})
    assert models.Measure.objects.get(pk=version.measure.pk).code == version.measure.code


def test_view_on_site_leads_to_the_page(curator, version):
    assert version.measure.get_absolute_url() == "/measures/" + version.measure.code + "/"
    page = curator.get(address(MeasureVersion, "change", version.pk)).content.decode()
    assert f'href="{version.measure.get_absolute_url()}" class="viewsitelink"' in page


@pytest.mark.parametrize("rows", [1, 9])
def test_lists_cost_the_same_queries_whatever_their_length(curator, django_assert_max_num_queries, rows):
    MeasureVersionFactory.create_batch(rows)
    for model in (models.Measure, MeasureVersion):
        with django_assert_max_num_queries(9):
            curator.get(address(model, "changelist"))


# Months


def test_a_period_gets_its_due_date_and_its_rows(curator):
    reported = AreaMeasureFactory()
    data = {"month": "2026-04-01", "due_on": ""}
    assert curator.post(address(ReportingPeriod, "add"), data).status_code == 302
    period = ReportingPeriod.objects.get()
    assert period.due_on == date(2026, 5, 22)
    assert [month.area for month in period.submissions.all()] == [reported.area]


def test_a_due_date_can_be_given(curator):
    curator.post(address(ReportingPeriod, "add"), {"month": "2026-04-01", "due_on": "2026-05-29"})
    assert ReportingPeriod.objects.get().due_on == date(2026, 5, 29)


def test_a_period_that_is_no_month_is_refused_in_words(curator):
    response = curator.post(address(ReportingPeriod, "add"), {"month": "2026-04-02", "due_on": ""})
    assert response.status_code == 200
    assert not ReportingPeriod.objects.exists()


@pytest.mark.parametrize("month", ["9999-12-01", "0001-01-01", "2021-03-01", "2199-01-01"])
def test_a_month_that_nobody_can_mean_is_refused_in_words(curator, month):
    response = curator.post(address(ReportingPeriod, "add"), {"month": month, "due_on": ""})
    assert "Choose a month from April 2021 on, at most two years ahead." in response.content.decode()
    assert not ReportingPeriod.objects.exists()


@pytest.mark.requirement("G2")
@pytest.mark.parametrize(
    ("chart", "reason", "field", "said"),
    [
        ("u", "Many visits", "chart", "can have one of these: XmR: single values"),
        ("p", "", "chart_reason", "Choose a kind of chart and say why, or leave both empty."),
        ("", "Many visits", "chart_reason", "Choose a kind of chart and say why, or leave both empty."),
        ("p", "The groups differ much in size", None, ""),
    ],
)
def test_another_kind_of_chart_suits_the_measure_and_has_a_reason(curator, chart, reason, field, said):
    row = AreaMeasureFactory(measure=MeasureVersionFactory().measure)
    data = {"area": row.area_id, "measure": row.measure_id, "from_month": "2021-04-01", "until_month": ""}
    data |= {"chart": chart, "chart_reason": reason, "aims-TOTAL_FORMS": "0", "aims-INITIAL_FORMS": "0"}
    answer = curator.post(address(AreaMeasure, "change", row.pk), data)
    row.refresh_from_db()
    if field is None:
        assert (answer.status_code, row.chart, row.chart_reason) == (302, chart, reason)
    else:
        assert said in str(answer.context["adminform"].form.errors[field])
        assert row.chart == ""


def test_an_area_that_joins_gets_its_months(curator):
    ReportingPeriodFactory(month=date(2026, 4, 1))
    area, measure = AreaFactory(), MeasureVersionFactory().measure
    data = {
        "area": area.pk,
        "measure": measure.pk,
        "from_month": "2026-04-01",
        "until_month": "",
        "aims-TOTAL_FORMS": "1",
        "aims-INITIAL_FORMS": "0",
        "aims-0-position": "1",
        "aims-0-value": "80",
        "aims-0-from_month": "2026-04-01",
    }
    assert curator.post(address(AreaMeasure, "add"), data).status_code == 302
    assert Submission.objects.get().area == area
    assert AreaMeasure.objects.get().aims.get().value == 80
