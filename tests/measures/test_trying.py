"""Numbers that a reader tries on a measure's page: the result, what is refused, what is asked, and nothing kept."""

from html import unescape

import pytest

from measures import rules
from measures.models import DraftEntry, Kind, MeasureValue
from tests.factories import MeasureVersionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("D2")]

NOTHING_ASKED = "nothing would be asked about them alone"


def tried(client, version, **typed):
    response = client.get(version.measure.get_absolute_url(), typed)
    assert response.status_code == 200
    return unescape(response.content.decode())


@pytest.mark.parametrize(
    ("traits", "typed", "said", "result"),
    [
        ({}, {"numerator": "29", "denominator": "38"}, "29 ÷ 38 × 100 =", "76.3%"),
        ({}, {"numerator": " 1,029", "denominator": "1 838 "}, "1029 ÷ 1838 × 100 =", "56.0%"),
        ({"count": True}, {"numerator": "54"}, "It counts", "54 people"),
        ({"rate": True}, {"numerator": "46", "denominator": "2850"}, "46 ÷ 2850 × 1000 =", "16.1 visits"),
        (
            {"median": True},
            {"value": "16.5", "denominator": "12"},
            "The median of 12, as you worked it out:",
            "16.5 days",
        ),
        ({"score": True}, {"numerator": "262", "denominator": "16"}, "262 ÷ 16 =", "16.4 points"),
    ],
)
def test_numbers_of_each_kind_come_to_what_a_month_would_make_of_them(client, traits, typed, said, result):
    html = tried(client, MeasureVersionFactory(**traits), **typed)
    assert f"<span>{said}</span> <strong>{result}" in html
    assert NOTHING_ASKED in html
    assert "Error:" not in html


@pytest.mark.parametrize(
    ("traits", "typed", "field", "said"),
    [
        ({}, {"numerator": "39", "denominator": "38"}, "numerator", "39 out of 38 is more than everyone."),
        (
            {},
            {"numerator": "12.5", "denominator": "38"},
            "numerator",
            "must be a whole number. You entered 12.5.",
        ),
        ({}, {"numerator": "many", "denominator": "38"}, "numerator", "You entered “many”."),
        ({}, {"numerator": "29", "denominator": ""}, "denominator", "Only one was entered."),
        ({}, {"numerator": "", "denominator": ""}, "numerator", "or say why there are none this month."),
        ({}, {"numerator": "-1", "denominator": "38"}, "numerator", "cannot be less than 0. You entered -1."),
        ({"count": True}, {"numerator": "99999999999"}, "numerator", "Check for extra digits."),
        ({"median": True}, {"value": "16.3", "denominator": "12"}, "value", "Is it an average by mistake?"),
        ({"score": True}, {"numerator": "16", "denominator": "0"}, "denominator", "If there was nobody, both are 0."),
        ({"score": True}, {"numerator": "900", "denominator": "16"}, "numerator", "can only lie between 0 and 40."),
        ({}, {"numerator": "1\x00", "denominator": "<b>"}, "denominator", "You entered “<b>”."),
    ],
)
def test_what_would_be_refused_is_said_beside_the_number_and_above(client, traits, typed, field, said):
    version = MeasureVersionFactory(**traits)
    response = client.get(version.measure.get_absolute_url(), typed)
    errors = response.context["trial"].form.errors[field]
    assert any(said in error for error in errors)
    html = response.content.decode()
    assert f'<a href="#id_{field}">' in html
    assert "These numbers would be refused." in html
    assert "<title>Error: " in html
    assert '<p class="cc-sum">' not in html.partition('id="try"')[2]


def test_numbers_stand_in_the_order_of_the_months_form(client):
    response = client.get(MeasureVersionFactory(median=True).measure.get_absolute_url())
    assert list(response.context["trial"].form.fields) == ["value", "denominator"]


def test_what_was_typed_stays(client):
    html = tried(client, MeasureVersionFactory(), numerator="39 <b>", denominator="38")
    assert 'value="39 <b>"' in html
    assert 'value="38"' in html


def test_nobody_in_the_group_is_no_value_and_not_missing(client):
    html = tried(client, MeasureVersionFactory(), numerator="0", denominator="0")
    assert "No value, and not missing." in html
    assert rules.KINDS[Kind.PROPORTION].zero_denominator in html


def test_what_would_be_asked_is_said_with_the_rules_own_words(client):
    html = tried(client, MeasureVersionFactory(median=True), value="366", denominator="11")
    assert "A team would be asked:" in html
    assert "A median wait of 366 days is longer than a year. Is it in days?" in html
    assert NOTHING_ASKED not in html


@pytest.mark.parametrize("kind", Kind)
def test_questions_that_need_a_past_are_named(client, kind):
    traits = {Kind.PROPORTION: {}, Kind.COUNT: {"count": True}, Kind.RATE: {"rate": True}}
    traits |= {Kind.MEDIAN_DAYS: {"median": True}, Kind.MEAN_SCORE: {"score": True}}
    html = tried(client, MeasureVersionFactory(**traits[kind]))
    assert "Outside your usual range" in html
    assert ("Drop to zero" in html) is (kind in (Kind.PROPORTION, Kind.COUNT, Kind.RATE))
    assert "Median longer than a year" not in html  # that can be tried


def test_a_follow_up_that_is_still_open_is_no_matter_here(client):
    html = tried(client, MeasureVersionFactory(reporting_lag_days=30), numerator="1", denominator="2")
    assert NOTHING_ASKED in html


def test_nothing_is_stored(client):
    version = MeasureVersionFactory()
    tried(client, version, numerator="29", denominator="38")
    assert not DraftEntry.objects.exists()
    assert not MeasureValue.objects.exists()


def test_an_address_with_numbers_is_for_nobody_else(client):
    version = MeasureVersionFactory()
    assert 'content="noindex"' in tried(client, version, numerator="29", denominator="38")
    html = tried(client, version)
    assert 'content="noindex"' not in html
    assert "These numbers would be refused." not in html
