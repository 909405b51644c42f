"""The guide to collecting and submitting, and the blank worksheet: for the public, and for a team's own measures."""

from datetime import date
from html import unescape

import pytest
from django.utils import timezone

from measures import guide, reporting_calendar, rules
from measures.reporting_calendar import day_in_words, month_in_words
from measures.wording import shifted
from tests.factories import (
    AreaFactory,
    AreaMeasureFactory,
    AreaMembershipFactory,
    DomainFactory,
    MeasureVersionFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("E1")]

GUIDE, SHEET = "/measures/guide/", "/measures/guide/worksheet/"


def html(client, path, **query):
    response = client.get(path, query)
    assert response.status_code == 200
    return unescape(response.content.decode())


# The guide


def test_the_guide_says_when_who_what_and_what_never(client):
    MeasureVersionFactory(measure__code="SH07", name="Seen within a week", reporting_lag_days=7)
    month = shifted(timezone.localdate(), -1)
    said = html(client, GUIDE)
    for words in (
        f"{month_in_words(month)} is due on {day_in_words(reporting_calendar.due_on(month))}.",
        "SH07 Seen within a week (7 days)",
        "Only the <strong>data lead</strong> can send a month",
        "Enter 0 and the bottom number.",
        "Enter 0 and 0.",
        "Choose “Numbers came too late”",
        "numbers of 1 to 7 are hidden",
        "Never enter a name, a date of birth, an NHS number",
        *(reason.label for reason in rules.NO_DATA_REASONS.values()),
        *(reason.help for reason in rules.NO_DATA_REASONS.values()),
    ):
        assert words in said, words


def test_the_words_of_the_guide_are_those_of_the_rules():
    assert rules.NO_DATA_REASONS["too_late"].label == "Numbers came too late"
    assert rules.NO_DATA_REASONS["being_checked"].label == "Numbers being checked"
    assert rules.NO_DATA_REASONS["being_checked"].note_required
    assert reporting_calendar.DUE_WORKING_DAY == 15


@pytest.mark.parametrize("path", [GUIDE, SHEET])
def test_a_reader_gets_no_cookie(client, path):
    assert not client.get(path).cookies


# A worksheet for everybody


@pytest.fixture
def some():
    waiting, training = DomainFactory(slug="waiting"), DomainFactory(slug="training")
    return [
        MeasureVersionFactory(measure__domain=waiting, measure__code="SH02", median=True, name="Median wait"),
        MeasureVersionFactory(measure__domain=waiting, measure__code="SH03", name="Seen soon"),
        MeasureVersionFactory(measure__domain=training, measure__code="SH24", count=True, name="Sessions"),
        MeasureVersionFactory(measure__domain=waiting, measure__code="SH05", measure__withdrawn=True, name="Gone"),
    ]


def on_sheet(client, **query):
    return [line.code for line in client.get(SHEET, query).context["lines"]]


def test_a_domain_or_chosen_measures_make_a_sheet(client, some):
    assert on_sheet(client, domain="waiting") == ["SH02", "SH03"]
    assert on_sheet(client, measure=["SH24", "SH02"]) == ["SH02", "SH24"]
    assert on_sheet(client, domain="training", measure="SH03") == ["SH03", "SH24"]


def test_each_number_has_its_box_and_its_words(client, some):
    said = html(client, SHEET, measure=["SH02", "SH03", "SH24"])
    assert said.count('class="cc-sheet__box"') == 5  # a median and its people, two numbers, one number
    for version in some[:3]:
        assert version.numerator in said
        assert version.denominator in said
    assert "Nothing about any one person" in said
    assert said.count("If there is no number, why:") == 3


def test_without_a_choice_the_page_offers_one(client, some):
    said = html(client, SHEET)
    assert f'href="{SHEET}?domain=waiting"' in said
    assert 'value="SH24"' in said
    assert "SH05" not in said


@pytest.mark.parametrize("query", [{"domain": "no-such"}, {"measure": "SH99"}, {"measure": "SH05"}, {"domain": "\x00"}])
def test_what_is_not_there_is_said_and_a_choice_offered(client, some, query):
    said = html(client, SHEET, **query)
    assert "No such measure" in said
    assert 'value="SH24"' in said


@pytest.mark.parametrize("measures", [1, 26])
def test_a_sheet_costs_the_same_queries_whatever_its_length(client, django_assert_max_num_queries, measures):
    domain = DomainFactory(slug="waiting")
    MeasureVersionFactory.create_batch(measures, measure__domain=domain)
    with django_assert_max_num_queries(6):
        assert len(on_sheet(client, domain="waiting")) == measures


# A team's own


@pytest.fixture
def team():
    membership = AreaMembershipFactory(area=AreaFactory(place="Frimley", slug="frimley"))
    for version in (MeasureVersionFactory(name="Reported"), MeasureVersionFactory(name="Reported, too")):
        AreaMeasureFactory(area=membership.area, measure=version.measure)
    ended = MeasureVersionFactory(name="No longer")
    AreaMeasureFactory(area=membership.area, measure=ended.measure, until_month=date(2022, 3, 1))
    MeasureVersionFactory(name="Of others")
    return membership


def test_a_team_prints_its_own_measures_of_the_month_that_is_over(client, team):
    client.force_login(team.user)
    month = guide.last_month(timezone.localdate())
    said = html(client, SHEET, area="frimley")
    assert f"Worksheet: Frimley, {month_in_words(month)}" in said
    assert f"is due on {day_in_words(reporting_calendar.due_on(month))}" in said
    assert "Reported, too" in said
    assert "No longer" not in said
    assert "Of others" not in said


def test_another_month_has_the_measures_and_definitions_of_that_month(client, team):
    client.force_login(team.user)
    said = html(client, SHEET, area="frimley", month="2022-03")
    assert "Worksheet: Frimley, March 2022" in said
    assert "No longer" in said


@pytest.mark.parametrize("month", ["2022-13", "x", "", "1999-01", "2022-03-01", "9999-12", "２０２２-03"])
def test_what_is_no_month_is_not_found(client, team, month):
    client.force_login(team.user)
    assert client.get(SHEET, {"area": "frimley", "month": month}).status_code == 404


def test_guide_and_choice_lead_a_team_to_its_own_sheet(client, team):
    client.force_login(team.user)
    for path in (GUIDE, SHEET):
        assert f'href="{SHEET}?area=frimley"' in html(client, path)


def test_which_measures_an_area_reports_is_for_its_team_and_analysts(client, team):
    response = client.get(SHEET, {"area": "frimley"})
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=/measures/guide/worksheet/")
    client.force_login(AreaMembershipFactory().user)
    assert client.get(SHEET, {"area": "frimley"}).status_code == 404
    client.force_login(UserFactory(curator=True))
    assert client.get(SHEET, {"area": "frimley"}).status_code == 404
    client.force_login(UserFactory(analyst=True))
    assert client.get(SHEET, {"area": "frimley"}).status_code == 200


def test_an_area_without_measures_is_told_so(client):
    membership = AreaMembershipFactory(area=AreaFactory(slug="somewhere"))
    client.force_login(membership.user)
    assert "NCISH has not agreed with this area" in html(client, SHEET, area="somewhere")
    assert client.get(SHEET, {"area": "\x00"}).status_code == 404
