"""The library's finder: facets that combine, one address for each choice, a way on from nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape
from django.utils.http import urlencode
from hypothesis import HealthCheck, given
from hypothesis import settings as h_settings
from hypothesis import strategies as st

from resources import filters, library_pages
from resources.models import DistressTerm, Resource
from tests.factories import ResourceFactory, ResourcePublisherFactory, SectionFactory, TopicFactory

pytestmark = pytest.mark.django_db

LIBRARY = reverse("resources:list")


def choice(query: str) -> filters.Choice:
    return filters.read(QueryDict(query))


def page(client: Client, query: str) -> str:
    response = client.get(f"{LIBRARY}?{query}", follow=True)
    assert response.status_code == 200
    html: str = response.content.decode()
    return html


def titles(query: str) -> list[str]:
    return [item.title for item in choice(query).results()]


@pytest.fixture
def shelf():
    """24 items whose values overlap in many ways; every sixth was replaced, withdrawn or is still to come."""
    topics = [TopicFactory(slug=slug) for slug in ("aftercare", "training", "families")]
    sections = [SectionFactory(slug=slug) for slug in ("guidelines", "leaflets")]
    successor = ResourceFactory(title="Aftercare plan", section=sections[0])
    ends: list[dict[str, Any]] = [
        {"status": "superseded", "superseded_by": successor},
        {"status": "withdrawn", "status_reason": "It has ended."},
        {"status": "in_development", "status_reason": "It is to come."},
    ]
    for n in range(24):
        ResourceFactory(
            title=f"Plan {n}" if n % 4 else f"Course {n}",
            section=sections[n % 2],
            topics=[topics[k] for k in range(3) if (n >> k) & 1],
            type=["guideline", "leaflet", "training_course"][n % 3],
            audiences=[["clinicians"], ["clinicians", "young_people"], [], ["public"]][n % 4],
            settings=[["prisons"], ["prisons", "schools"], ["online"]][n % 3],
            population=[["adults"], ["adults", "older_adults"], []][(n // 2) % 3],
            cost=["free", "paid", "unknown"][(n // 3) % 3],
            year=None if n % 5 == 0 else 2010 + n % 7,
            **(ends[n // 6 - 1] if n % 6 == 0 and n else {}),
        )


EVERY_VALUE = [
    *(("topic", v) for v in ("aftercare", "training", "families")),
    *(("section", v) for v in ("guidelines", "leaflets")),
    *(("type", v) for v in ("guideline", "leaflet", "training_course")),
    *(("audience", v) for v in ("clinicians", "young_people", "public")),
    *(("setting", v) for v in ("prisons", "schools", "online")),
    *(("population", v) for v in ("adults", "older_adults")),
    *(("cost", v) for v in ("free", "paid", "unknown")),
    *(("status", v) for v in ("current", "in_development", "superseded", "withdrawn")),
]


@pytest.mark.requirement("A2")
class TestNumbers:
    @pytest.mark.parametrize("with_words", ["", "q=plan&year_from=2012&"])
    def test_the_number_beside_a_value_is_what_is_found_once_it_is_clicked(self, shelf, with_words):
        """For every pair of values of every two facets, of one facet too."""
        wrong = []
        for first in EVERY_VALUE:
            query = f"{with_words}{urlencode([first])}"
            numbers = {name: filters.numbers(choice(query), name) for name in filters.FACETS}
            for name, value in EVERY_VALUE:
                if (name, value) != first:
                    clicked = choice(f"{query}&{urlencode([(name, value)])}").found().count()
                    shown = numbers[name].get(value, 0)
                    # A value that nothing has is not shown: it could only leave what is there.
                    if shown != clicked and not (shown == 0 and name == first[0]):
                        wrong.append((query, name, value, shown, clicked))
        assert wrong == []

    def test_the_page_shows_these_numbers_and_leaves_out_what_leads_to_nothing(self, client, shelf):
        response = client.get(f"{LIBRARY}?topic=aftercare&type=leaflet")
        for group in response.context["facets"]:
            numbers = filters.numbers(choice("topic=aftercare&type=leaflet"), group["name"])
            assert {option["value"]: option["count"] for option in group["options"]} == numbers
            for option in group["options"]:
                assert f'{escape(option["label"])} <span class="n">({option["count"]})</span>' in (
                    response.content.decode()
                )
        audiences = next(group for group in response.context["facets"] if group["name"] == "audience")
        assert "researchers" not in {option["value"] for option in audiences["options"]}

    def test_values_of_one_facet_widen_and_facets_narrow(self, shelf):
        one, other = choice("type=guideline").count, choice("type=leaflet").count
        assert choice("type=guideline&type=leaflet").count == one + other
        assert choice("type=guideline&cost=free").count < one
        assert (
            len(set(choice("topic=aftercare&topic=training").found())) == choice("topic=aftercare&topic=training").count
        )

    def test_an_item_without_a_year_is_in_no_range_of_years(self, shelf):
        assert all(item.year for item in choice("year_from=1900").found())
        assert {item.year for item in choice("year_from=2011&year_to=2012").found()} == {2011, 2012}


@pytest.mark.requirement("A2")
class TestAddress:
    @h_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
    @given(
        pairs=st.lists(
            st.sampled_from(
                [
                    *EVERY_VALUE,
                    ("q", "safety plan"),
                    ("year_from", "2011"),
                    ("year_to", "2015"),
                    ("sort", "newest"),
                    ("sort", "title"),
                    ("page", "2"),
                    ("utm_source", "mail"),
                    ("year_from", ""),
                ]
            ),
            unique_by=lambda pair: pair if pair[0] in filters.FACETS else pair[0],
        ),
        data=st.data(),
    )
    def test_is_one_whatever_the_order_of_what_is_asked_for(self, shelf, pairs, data):
        asked = choice(urlencode(pairs))
        other = choice(urlencode(data.draw(st.permutations(pairs))))
        assert asked.get_absolute_url() == other.get_absolute_url()
        assert choice(asked.get_absolute_url().partition("?")[2]).get_absolute_url() == asked.get_absolute_url()

    def test_other_spellings_lead_to_it(self, client, shelf):
        form = "q=&type=leaflet&topic=training&topic=aftercare&year_from=&year_to=&sort=title&page=1&utm_source=mail"
        response = client.get(f"{LIBRARY}?{form}")
        assert response.status_code == 302
        assert response.url == f"{LIBRARY}?topic=aftercare&topic=training&type=leaflet"
        assert client.get(response.url).status_code == 200
        assert client.get(f"{LIBRARY}?page=1").url == LIBRARY

    def test_of_one_section_is_for_search_engines_and_others_are_not(self, client, shelf):
        noindex = '<meta name="robots" content="noindex">'
        assert noindex not in page(client, "section=leaflets")
        assert noindex in page(client, "section=leaflets&cost=free")
        assert noindex in page(client, "q=plan")

    def test_needs_no_cookie_and_no_script(self, client, shelf):
        response = client.get(f"{LIBRARY}?topic=aftercare")
        assert not response.cookies
        forms = re.findall(r'<form class="cc-facets[^>]*>', response.content.decode())
        assert len(forms) == 2
        assert all('method="get"' in form and f'action="{LIBRARY}"' in form for form in forms)


class TestPage:
    def test_of_one_section_has_its_introduction(self, client):
        resource = ResourceFactory(section=SectionFactory(slug="brochures", title="Brochures", introduction="To read."))
        other = ResourceFactory()
        html = page(client, "section=brochures")
        assert '<h1 class="nhsuk-heading-l">Brochures</h1>' in html
        assert "To read." in html
        assert resource.summary in html
        assert other.get_absolute_url() not in html

    @pytest.mark.parametrize("empty", ["section=here", "topic=there"])
    def test_of_a_section_or_topic_with_nothing_published_says_so(self, client, empty):
        SectionFactory(slug="here")
        TopicFactory(slug="there")
        html = page(client, empty)
        assert "Nothing is published here yet" in html
        assert "See the whole library" in html

    def test_words_and_facets_are_searched_for_together(self, client, shelf):
        html = page(client, "q=plan&cost=free")
        assert "about “plan”" in html
        assert "<mark>" not in page(client, "q=course") or "Course" in html
        assert set(titles("q=plan&cost=free")) == {t for t in titles("cost=free") if "lan" in t}

    def test_a_chosen_filter_can_be_taken_away_and_the_words_stay(self, client, shelf):
        response = client.get(f"{LIBRARY}?q=plan&cost=free&year_from=2011")
        assert [chip["label"] for chip in response.context["chips"]] == ["Free", "2011 or later"]
        assert response.context["chips"][0]["url"] == f"{LIBRARY}?q=plan&year_from=2011"
        html = response.content.decode()
        assert html.count('<input type="hidden" name="q" value="plan">') == 2

    def test_orders(self, client):
        ResourceFactory(title="B", year=2020)
        ResourceFactory(title="A", year=None)
        ResourceFactory(title="C", year=2024)
        assert titles("") == ["A", "B", "C"]
        assert titles("sort=newest") == ["C", "B", "A"]
        assert titles("q=b") == ["B"]
        response = client.get(f"{LIBRARY}?sort=newest")
        assert [(sort["label"], sort["url"]) for sort in response.context["sorts"]] == [
            ("Newest first", ""),
            ("By title, A to Z", LIBRARY),
        ]

    def test_pages_of_twenty(self, client):
        ResourceFactory.create_batch(45, year=2020)
        first = client.get(f"{LIBRARY}?year_from=2020")
        assert len(first.context["cards"]) == 20
        html = page(client, "year_from=2020&page=3")
        assert html.count('class="cc-result"') == 5
        assert 'aria-current="page" aria-label="Page 3"' in html
        assert page(client, "year_from=2020&page=99") == html

    def test_costs_the_same_queries_for_1_item_and_for_40(self, client):
        section = SectionFactory(slug="here")

        def add(number):
            items = ResourceFactory.create_batch(number, section=section, topics=[TopicFactory()], title="Safety plan")
            for resource in items:
                ResourcePublisherFactory(resource=resource)

        def queries(query):
            page(client, query)
            with CaptureQueriesContext(connection) as captured:
                page(client, query)
            return len(captured)

        add(3)
        few = [queries("section=here"), queries("q=safety+plan&section=here&type=guideline")]
        add(37)
        assert [queries("section=here"), queries("q=safety+plan&section=here&type=guideline")] == few
        assert max(few) <= 30


@pytest.mark.requirement("A4")
class TestEnded:
    def test_is_found_only_on_request_or_by_its_own_code_and_is_labelled(self, client):
        successor = ResourceFactory(title="Care plans", code="NG225")
        ResourceFactory(title="Care plans of old", code="CG16", status="superseded", superseded_by=successor)
        ResourceFactory(title="Care plans, paid", status="withdrawn", status_reason="The year is over.")
        assert titles("q=care+plans") == ["Care plans"]
        html = page(client, "q=care+plans")
        assert "Show 2 replaced or withdrawn items too" in html
        response = client.get(client.get(f"{LIBRARY}?q=care+plans").context["ended"]["url"])
        assert [card.tag for card in response.context["cards"]] == ["", "Withdrawn", "Replaced"]
        assert titles("q=CG16") == ["Care plans of old"]
        assert titles("status=superseded") == ["Care plans of old"]


class TestNothing:
    @pytest.mark.requirement("A3")
    def test_leads_on_with_true_numbers(self, client, shelf):
        DistressTerm.objects.create(term="want to die")
        response = client.get(f"{LIBRARY}?q=plan&section=guidelines&topic=families&year_from=2030")
        ways = response.context["ways_on"]
        assert "Nothing matches all of this yet" in response.content.decode()
        assert [way["label"] for way in ways] == ["Drop “2030 or later”"]
        assert ways[0]["text"] == library_pages.items_in_words(len(client.get(ways[0]["url"]).context["cards"]))
        response = client.get(f"{LIBRARY}?q=aftercare&audience=public&cost=paid")
        for way in response.context["ways_on"]:
            assert way["text"] == library_pages.items_in_words(choice(way["url"].partition("?")[2]).count)

    def test_asks_ncish_with_what_was_looked_for(self, client):
        response = client.get(f"{LIBRARY}?q=zebras+in+ward+7")
        ask = response.context["ask"]
        assert ask["label"] == "Ask for “zebras in ward 7”"
        form = client.get(ask["url"]).content.decode()
        assert "Something in the library about “zebras in ward 7”" in form

    @pytest.mark.requirement("K5")
    def test_words_of_distress_show_help_and_are_put_into_no_message(self, client):
        DistressTerm.objects.create(term="want to die")
        response = client.get(f"{LIBRARY}?q=i+want+to+die")
        html = response.content.decode()
        assert "If this is about you, you can talk to someone now" in html
        assert "want" not in response.context["ask"]["url"]
        assert "about “" not in html
        assert "Did you mean" not in html

    def test_other_words_keep_the_filters_and_lead_to_something(self, client):
        ResourceFactory(title="Safety planning", cost="free")
        ResourceFactory(title="Safety planning too", cost="paid")
        html = page(client, "q=saftey+planing&cost=free")
        assert 'Did you mean <a href="/resources/?q=safety+planning&amp;cost=free">' in html
        assert "It finds 1 item. We show it below." in html
        assert "Safety planning</a>" in html
        assert 'value="saftey planing"' in html
        assert "Did you mean" not in page(client, "q=saftey&type=leaflet")


ODD = [
    "topic=nowhere", "topic=%00", "type=' OR 1=1 --", "q=%00", "q=%ED%A0%80", "q=" + "x" * 3000, "q=" + "a+" * 1000,
    "page=-1", "page=1000000000", "page=%D9%A3", "page=x", "year_from=2020&year_to=2010", "year_from=20x0",
    "year_to=99999999999999999999", "sort=best", "sort=relevance", "audience=clinicians&audience=robots", "status=",
    "q='; DROP TABLE resources_resource; --", "q=%22%22%22", "q=((((&|!:*", "q=-", "q=OR", "section=%F0%9F%92%A9",
    "&".join(f"topic=t{n}" for n in range(200)), "year_from=%D9%A2%D9%A0%D9%A2%D9%A0",
]  # fmt: skip


class TestOddAddresses:
    def test_give_a_helpful_page(self, client, shelf):
        for query in ODD:
            html = page(client, query)
            assert "<h1" in html, query
            assert "Search guidance, research and training" in html, query

    @pytest.mark.parametrize("query", ["q=" + "x" * 10_000, "&".join(f"topic=t{n}" for n in range(3000))])
    def test_that_are_too_long_are_refused_in_words(self, client, query):
        response = client.get(f"{LIBRARY}?{query}")
        assert response.status_code == 414
        assert "<h1" in response.content.decode()

    def test_years_that_are_none_are_said_beside_the_field_and_stay(self, client, shelf):
        html = page(client, "year_from=20x0&cost=free")
        assert "From year: write a year with four digits, such as 2015" in html
        assert html.count('value="20x0"') == 2
        assert "There is a problem" in html
        assert choice("year_from=20x0&cost=free").count == choice("cost=free").count
        html = page(client, "year_from=2020&year_to=2010")
        assert "From year: write a year that is not after the “to” year" in html
        assert 'value="2020"' in html
        assert 'value="2010"' in html

    def test_what_the_library_does_not_know_is_said(self, client):
        html = page(client, "topic=<b>x")
        assert "Topic: this library has no “&lt;b&gt;x”. We left it out." in html


def test_the_newest_are_those_that_came_last_within_a_year():
    for day, title in ((1, "First"), (2, "Second")):
        ResourceFactory(title=title, year=2024, published_at=datetime(2026, 1, day, tzinfo=UTC))
    assert titles("sort=newest") == ["Second", "First"]
    assert Resource.objects.count() == 2
