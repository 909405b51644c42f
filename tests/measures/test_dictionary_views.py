"""The pages of the data dictionary, for everybody."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from measures.dictionary import definitions
from measures.models import Basis, Direction, MeasureSource
from measures.wording import shifted
from tests.factories import (
    AreaFactory,
    AreaMeasureFactory,
    AreaMembershipFactory,
    DenominatorGroupFactory,
    DistressTermFactory,
    DomainFactory,
    LinkedTotalFactory,
    MeasureFactory,
    MeasureSourceFactory,
    MeasureValueFactory,
    MeasureVersionFactory,
    ResourceFactory,
    ThemeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

LIST = "/measures/"
QUERIES_OF_THE_LIST = 3
#: At most, with those of the frame: the list's, synonyms, words twice, two lists of words, and help.
QUERIES_OF_A_SEARCH = 16
QUERIES_OF_A_MEASURE = 7


@pytest.fixture
def queries_of_the_frame(client, django_assert_max_num_queries):
    """What every public page asks (the banner, the help lines), so that only the dictionary's own is counted here."""
    with django_assert_max_num_queries(20) as asked:
        client.get("/measures/")
    return len(asked) - 1  # with no measure at all the list asks once


def page(client, version):
    response = client.get(version.measure.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


# The list


def test_the_list_goes_by_domain(client):
    late, early = DomainFactory(title="Later chapter", order=2), DomainFactory(title="First chapter", order=1)
    MeasureVersionFactory(measure__domain=late, name="Counted later")
    MeasureVersionFactory(measure__domain=early, name="Counted first", improvement_direction=Direction.NEUTRAL)
    html = client.get(LIST).content.decode()
    assert html.index("First chapter</h2>") < html.index("Counted first") < html.index("Later chapter</h2>")
    assert "Percentage, neither is better by itself" in html
    assert "2 ways to see" in html
    assert definitions.STATUS in html


def test_an_empty_list_leads_on(client):
    html = client.get(LIST).content.decode()
    assert "There are no measures here yet." in html
    assert reverse("resources:list") in html


def test_withdrawn_measures_stand_apart(client):
    MeasureVersionFactory(name="Still asked for")
    MeasureVersionFactory(measure__withdrawn=True, name="Once asked for")
    html = client.get(LIST).content.decode()
    assert html.index("Still asked for") < html.index('<h2 class="nhsuk-heading-m cc-h2" id="withdrawn">')
    assert html.index('id="withdrawn">') < html.index("Once asked for")
    assert "1 way to see" in html


def test_a_code_without_a_definition_is_not_listed(client):
    measure = MeasureFactory()
    assert measure.code not in client.get(LIST).content.decode()
    assert client.get(measure.get_absolute_url()).status_code == 404


# Finding a measure


@pytest.fixture
def some(db):
    """Three measures that differ in all that a reader can look for."""
    waits = ThemeFactory(slug="waits", title="Waiting")
    first = MeasureVersionFactory(
        measure__code="SH07",
        name="Psychosocial assessment received",
        question="Do they get a full conversation?",
        numerator="The number of people who received it.",
        denominator="The number of people with a new episode.",
    )
    second = MeasureVersionFactory(
        measure__code="SH02",
        median=True,
        name="Median wait",
        question="How long is it?",
        numerator="The median of calendar days.",
        denominator="The number of people with a first appointment.",
    )
    second.themes.add(waits)
    third = MeasureVersionFactory(
        measure__code="SH24",
        count=True,
        name="Training sessions delivered",
        question="How much of it?",
        description="How often it was held.",
        numerator="The number of sessions.",
    )
    third.themes.add(ThemeFactory(slug="training", title="Training of staff"))
    return [first, second, third]


def codes(client, **query):
    html = client.get(LIST, query).content.decode()
    return [code for code in ("SH02", "SH07", "SH24") if f"/measures/{code}/" in html]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("SH07", ["SH07"]),
        ("sh 7", ["SH07"]),
        ("assessment", ["SH07"]),  # the name
        ("assessing", ["SH07"]),
        ("conversations", ["SH07"]),  # the question
        ("calendar", ["SH02"]),  # the top number
        ("appointments", ["SH02"]),  # the bottom number
        ("train", ["SH24"]),  # a word that goes on
        ("median wait", ["SH02"]),
        ("number of people", ["SH02", "SH07"]),
        ("training -sessions", []),
        ("   ", ["SH02", "SH07", "SH24"]),
    ],
)
def test_words_find_measures(client, some, typed, found):
    assert codes(client, q=typed) == found


@pytest.mark.parametrize("typed", ["-", "\x00", "'", '"', "a:*&|!()<->", "--- ---", "é" * 500, "of the"])
def test_no_words_break_the_search(client, some, typed):
    assert client.get(LIST, {"q": typed}).status_code == 200


def test_a_misspelt_word_is_set_right_and_says_so(client, some):
    response = client.get(LIST, {"q": "assesment recieved"})
    assert "Did you mean" in response.content.decode()
    assert response.context["meant"] == "assessment received"
    assert codes(client, q="assesment recieved") == ["SH07"]


def test_where_nothing_has_all_words_some_are_enough_and_the_page_says_so(client, some):
    html = client.get(LIST, {"q": "sessions zzzz"}).content.decode()
    assert "No measure has all of these words. These have some of them." in html
    assert "/measures/SH24/" in html


def test_words_of_distress_show_help_first_and_are_not_corrected(client, some):
    DistressTermFactory(term="want to die")
    html = client.get(LIST, {"q": "want to die"}).content.decode()
    assert "Samaritans, about anything" in html
    assert "Did you mean" not in html


def test_theme_and_kind_narrow_and_values_of_one_widen(client, some):
    assert codes(client, kind="median_days") == ["SH02"]
    assert codes(client, kind=["median_days", "count"]) == ["SH02", "SH24"]
    assert codes(client, kind=["median_days", "count"], theme="training") == ["SH24"]
    assert codes(client, q="number", theme="waits") == ["SH02"]
    assert codes(client, kind="no such kind", theme="'") == ["SH02", "SH07", "SH24"]


def test_each_value_says_how_many_measures_it_would_leave(client, some):
    for query in ({}, {"q": "number"}, {"kind": "count"}, {"theme": "waits", "q": "people"}):
        for group in client.get(LIST, query).context["facets"]:
            for option in group["options"]:
                chosen = {*query.get(group["name"], "").split(), option["value"]}
                found = codes(client, **{**query, group["name"]: sorted(chosen)})
                assert len(found) == option["count"], (query, option)


def test_what_is_chosen_can_be_taken_away(client, some):
    response = client.get(LIST, {"q": "number", "kind": "count"})
    assert response.context["chips"] == [{"label": "Number", "url": "/measures/?q=number", "on": True}]
    assert '<input type="hidden" name="q" value="number">' in response.content.decode()
    assert 'content="noindex"' in response.content.decode()


def test_nothing_found_says_what_to_do(client, some):
    response = client.get(LIST, {"q": "assessment", "kind": "count"})
    assert response.context["ways_on"] == [
        {"label": "Drop “Number”", "url": "/measures/?q=assessment", "text": "1 measure"},
        {"label": "Drop the words “assessment”", "url": "/measures/?kind=count", "text": "1 measure"},
    ]
    html = client.get(LIST, {"q": "xyzzy"}).content.decode()
    assert "No measure fits all of this" in html
    assert "See all measures" in html


def test_the_list_leads_to_the_whole_dictionary(client, some):
    html = client.get(LIST).content.decode()
    for ending in ("csv", "xlsx", "pdf", "json"):
        assert f'href="/measures/dictionary.{ending}"' in html


@pytest.mark.parametrize("query", [{"q": "people"}, {"q": "peple"}, {"q": "xyzzy people"}, {"kind": "proportion"}])
def test_a_search_costs_the_same_queries_whatever_it_finds(client, django_assert_max_num_queries, query):
    asked = []
    for more in (1, 25):
        for version in MeasureVersionFactory.create_batch(more):
            version.themes.add(ThemeFactory())
        with django_assert_max_num_queries(QUERIES_OF_A_SEARCH) as queries:
            client.get(LIST, query)
        asked.append(len(queries))
    assert asked[0] == asked[1]


# Addresses


def test_lower_case_leads_to_the_promised_address(client):
    MeasureVersionFactory(measure__code="SH07")
    response = client.get("/measures/sh07/")
    assert (response.status_code, response["Location"]) == (301, "/measures/SH07/")


@pytest.mark.parametrize("address", ["SH98", "sh98", "SH1", "SH0007", "XX07", "list", "SH07%00", "SH٠٧"])
def test_what_is_not_a_code_is_not_found(client, address):
    assert client.get(f"/measures/{address}/").status_code == 404


# A measure


@pytest.mark.requirement("D2")
def test_a_measure_says_what_to_count(client):
    html = page(
        client,
        MeasureVersionFactory(
            name="GP informed",
            question="Does the practice know?",
            description="The share of people.",
            rationale="It matters because of this.",
            numerator="People whose practice was told.",
            denominator="People assessed.",
            inclusions=["Everyone aged 18 or over."],
            exclusions=["Messages sent later."],
            pitfalls=["The last day is late."],
            month_rule="The date of the assessment.",
            reporting_lag_days=1,
            how_to_collect="From the record.",
            target_note="The scheme names no percentage.",
            basis=Basis.ADAPTED,
            basis_note="The 24 hours are the audit's.",
        ),
    )
    for said in (
        "GP informed",
        "Does the practice know?",
        "The share of people.",
        "It matters because of this.",
        "People whose practice was told.",
        "People assessed.",
        "Everyone aged 18 or over.",
        "Messages sent later.",
        "The last day is late.",
        "The date of the assessment. Complete 1 day after the month ends.",
        "From the record.",
        "No target is set.",
        "The scheme names no percentage.",
        "Higher is better.",
        "A percentage, from 0 to 100, with 1 decimal place.",
        "Adapted from a published source",
        "The 24 hours are the audit&#x27;s.",
        "Not known yet.",
        "numbers of 1 to 7 are hidden",
        "Version 1 from April 2021. There is no earlier one.",
        definitions.STATUS,
    ):
        assert said in html, said


@pytest.mark.requirement("D2")
def test_the_page_works_the_example_out_itself(client):
    version = MeasureVersionFactory(
        denominator="The number of people with a new episode.",
        worked_example={"text": "29 of 38 people.", "numerator": 29, "denominator": 38, "result": 12.3},
    )
    html = page(client, version)
    assert "29 ÷ 38 × 100 =" in html
    assert "<strong>76.3%</strong>" in html
    assert "12.3" not in html  # what was typed is not believed
    assert html.count('class="on"') == 29
    assert html.count('class="off"') == 9
    assert "38 dots, one for each person" in html


def test_a_measure_without_an_example_says_so(client):
    assert "There is no example yet." in page(client, MeasureVersionFactory())


def test_a_withdrawn_measure_says_so(client):
    assert "This measure is withdrawn" in page(client, MeasureVersionFactory(measure__withdrawn=True))


def test_no_submitted_number_is_on_the_page(client):
    value = MeasureValueFactory(numerator=4711, denominator=8093)
    html = page(client, value.version)
    assert "4711" not in html
    assert "8093" not in html


@pytest.mark.requirement("D1")
def test_the_version_that_holds_now_is_shown(client):
    today = timezone.localdate()
    first = MeasureVersionFactory(name="As it was")
    MeasureVersionFactory(measure=first.measure, number=2, valid_from=shifted(today, -1), name="As it is")
    to_come = MeasureVersionFactory(measure=first.measure, number=3, valid_from=shifted(today, 2), name="As it will be")
    html = page(client, first)
    assert "<h1" in html
    assert ">As it is</h1>" in html
    assert f"Version 3 from {to_come.valid_from:%B %Y}; version 2 from" in html
    assert "This page shows version 2, which holds until" in html


def test_measures_of_the_same_people_name_each_other(client):
    group = DenominatorGroupFactory(label="People assessed this month", definition="Each person counts once.")
    one, other = MeasureVersionFactory(denominator_group=group), MeasureVersionFactory(denominator_group=group)
    html = page(client, one)
    assert "People assessed this month: Each person counts once." in html
    assert f'<a href="{other.measure.get_absolute_url()}">{other.measure.code} {other.name}</a>' in html


def test_a_linked_total_shows_at_both_ends(client):
    left, right = MeasureVersionFactory(count=True), MeasureVersionFactory()
    LinkedTotalFactory(left=left.measure, right=right.measure)
    assert "Its bottom number and the top number here." in page(client, left)
    html = page(client, right)
    assert "Its top number and the bottom number here." in html
    assert left.measure.get_absolute_url() in html


@pytest.mark.requirement("J2")
def test_a_source_leads_to_the_library_where_readers_find_it_there(client):
    version = MeasureVersionFactory()
    shown = ResourceFactory()
    MeasureSourceFactory(
        version=version, resource=shown, statement="3", verified=True, url="https://www.nice.org.uk/guidance/qs34/3"
    )
    html = page(client, version)
    assert html.count(f'href="{shown.get_absolute_url()}"') == 2  # as the source, and to read more
    assert ", statement 3</a>" in html
    assert "Read it at nice.org.uk" in html
    assert definitions.NOT_CHECKED not in html


def test_a_source_leads_outside_where_the_library_does_not_show_it(client):
    version = MeasureVersionFactory()
    draft = ResourceFactory(draft=True)
    MeasureSourceFactory(version=version, resource=draft, verified=True, url="https://example.org/elsewhere")
    html = page(client, version)
    assert draft.get_absolute_url() not in html
    assert 'href="https://example.org/elsewhere"' in html
    assert "Nothing in the library belongs to this measure yet." in html


def test_a_source_that_nobody_has_read_says_so_and_keeps_its_note(client):
    source = MeasureSourceFactory(role=MeasureSource.Role.RELATED, note="Check it before publishing.")
    html = page(client, source.version)
    assert definitions.NOT_CHECKED in html
    assert "Check it before publishing." not in html


def test_our_own_proposal_has_nothing_to_be_checked_against(client):
    source = MeasureSourceFactory(title="Proposed for this portal")
    html = page(client, source.version)
    assert "Proposed, for NCISH to confirm" in html
    assert definitions.NOT_CHECKED not in html


@pytest.mark.parametrize("role", ["curator", "analyst", "administrator"])
def test_ncish_reads_which_areas_report_it_now(client, role):
    version = MeasureVersionFactory()
    now, ended, hidden = AreaFactory(), AreaFactory(), AreaFactory(draft=True)
    AreaMeasureFactory(area=now, measure=version.measure)
    AreaMeasureFactory(area=ended, measure=version.measure, until_month=date(2022, 3, 1))
    AreaMeasureFactory(area=hidden, measure=version.measure)
    client.force_login(UserFactory(**{role: True}))
    html = page(client, version)
    assert now.get_absolute_url() in html
    assert ended.get_absolute_url() not in html
    assert hidden.get_absolute_url() not in html


def test_nobody_else_reads_which_areas_report_it(client):
    version = MeasureVersionFactory()
    area = AreaFactory()
    AreaMeasureFactory(area=area, measure=version.measure)
    assert "Areas that report it" not in page(client, version)
    client.force_login(AreaMembershipFactory().user)
    html = page(client, version)
    assert "Areas that report it" not in html
    assert area.get_absolute_url() not in html


def test_the_pages_set_no_cookie(client):
    version = MeasureVersionFactory()
    for address in (LIST, version.measure.get_absolute_url()):
        assert not client.get(address).cookies


# Cost


@pytest.mark.parametrize("measures", [1, 26])
def test_the_list_costs_the_same_queries_whatever_its_length(
    client, queries_of_the_frame, django_assert_num_queries, measures
):
    MeasureVersionFactory.create_batch(measures)
    with django_assert_num_queries(queries_of_the_frame + QUERIES_OF_THE_LIST):
        client.get(LIST)


@pytest.mark.parametrize("neighbours", [1, 12])
def test_a_measure_costs_the_same_queries_whatever_it_belongs_to(
    client, queries_of_the_frame, django_assert_num_queries, neighbours
):
    group = DenominatorGroupFactory()
    version = MeasureVersionFactory(denominator_group=group)
    for position, other in enumerate(MeasureVersionFactory.create_batch(neighbours, denominator_group=group)):
        LinkedTotalFactory(left=version.measure, right=other.measure)
        MeasureSourceFactory(version=version, role="related", position=position, resource=ResourceFactory())
        AreaMeasureFactory(measure=version.measure)
    with django_assert_num_queries(queries_of_the_frame + QUERIES_OF_A_MEASURE):
        page(client, version)


# Words


@pytest.mark.parametrize(
    ("traits", "words"),
    [
        ({"count": True}, "A number of people, 0 or more, as a whole number."),
        ({"unit": "% of visits"}, "A percentage of visits, from 0 to 100, with 1 decimal place."),
        ({"rate": True}, "A rate: visits per 1,000 adults, 0 or more, with 1 decimal place."),
        ({"median": True}, "A median in days, 0 or more, with 1 decimal place."),
        ({"score": True, "decimals": 2}, "A mean score in points, from 0 to 40, with 2 decimal places."),
    ],
)
def test_how_a_result_is_given(traits, words):
    assert definitions.given_as(MeasureVersionFactory.build(**traits)) == words


@pytest.mark.parametrize(
    ("traits", "given", "words", "result"),
    [
        ({"count": True}, {"numerator": 54}, "It counts", "54 people"),
        (
            {"rate": True, "rate_multiplier": 100_000},
            {"numerator": 46, "denominator": 285_000},
            "46 ÷ 285000 × 100000 =",
            "16.1 visits per 1,000 adults",
        ),
        ({"score": True}, {"numerator": 262, "denominator": 16}, "262 ÷ 16 =", "16.4 points"),
        (
            {"median": True},
            {"denominator": 3, "value": 99, "observations": [3, 7, 9]},
            "The middle one of 3:",
            "7.0 days",
        ),
        (
            {"median": True},
            {"denominator": 2, "observations": [3, 8]},
            "Half way between the two in the middle of 2:",
            "5.5 days",
        ),
    ],
)
def test_an_example_of_each_kind(traits, given, words, result):
    example = definitions.example(MeasureVersionFactory.build(worked_example=given, **traits))
    assert example is not None
    assert example.sum.replace(",", "") == words
    assert example.result == result


def test_no_picture_of_what_is_not_people():
    appointments = MeasureVersionFactory.build(
        denominator="The number of appointments booked.", worked_example={"numerator": 3, "denominator": 8}
    )
    crowd = MeasureVersionFactory.build(
        denominator="The number of people seen.", worked_example={"numerator": 3, "denominator": 61}
    )
    assert definitions.example_dots(appointments) is None
    assert definitions.example_dots(crowd) is None


def test_a_measure_that_looks_back_says_whose_month_it_is():
    assert definitions.whose_month_in_words(-1) == "The numbers of a month speak of people of the month before."
    assert definitions.whose_month_in_words(0) == ""
