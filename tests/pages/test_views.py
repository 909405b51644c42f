"""What readers and staff see of the pages around library, areas and measures."""

import re
from html import unescape

import pytest
from django.urls import reverse

from resources import content as resources_content
from resources.models import DistressTerm, Helpline
from selfharm_portal.pages import content, demonstration
from selfharm_portal.pages.models import PageKey
from tests.content_keys import FIXTURES
from tests.factories import (
    AreaFactory,
    MeasureVersionFactory,
    PageFactory,
    PageSectionFactory,
    PartnerFactory,
    PersonFactory,
    ResourceFactory,
    UserFactory,
    WayInFactory,
)

pytestmark = pytest.mark.django_db

HELP_FIRST = "If this is about you, you can talk to someone now"
ADDRESSES = [
    "/",
    "/search/",
    "/about/",
    "/about/people/",
    "/about/support/",
    "/about/independence/",
    "/about/how-we-choose/",
    "/get-help/",
    "/contact/",
    "/accessibility/",
    "/privacy/",
    "/cookies/",
]


def page(client, url, **query):
    answer = client.get(url, query)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.parametrize("url", ADDRESSES)
def test_every_address_answers_on_an_empty_database_with_help_first(client, url):
    html = page(client, url)
    assert html.index('class="nhsuk-skip-link"') < html.index("cc-help__now") < html.index("<h1")
    for number in ("tel:999", "tel:111", "tel:116123", "sms:85258"):
        assert number in html
    assert "Demonstration" not in html


@pytest.mark.parametrize("url", ADDRESSES)
def test_a_demonstration_says_so_on_every_page(client, url):
    demonstration.decide(demonstration=True, has_content=False)
    assert demonstration.BANNER in page(client, url).replace("&#x27;", "'")


@pytest.mark.parametrize("url", [url for url in ADDRESSES if url != "/contact/"])
def test_public_pages_set_no_cookie_and_hold_no_form_that_writes(client, url):
    answer = client.get(url)
    assert not answer.cookies
    assert b'method="post"' not in answer.content


@pytest.mark.parametrize("sections", [1, 12])
def test_a_page_of_words_costs_the_same_queries_whatever_its_sections(client, django_assert_num_queries, sections):
    PageSectionFactory.create_batch(sections, page=PageFactory())
    with django_assert_num_queries(4):  # page, sections, what the database is, the strip
        client.get("/about/")


@pytest.mark.parametrize("people", [1, 14])
def test_the_people_cost_the_same_queries_whatever_their_number(client, django_assert_num_queries, people):
    PageFactory(key=PageKey.PEOPLE)
    PersonFactory.create_batch(people)
    with django_assert_num_queries(7):
        client.get("/about/people/")


def test_home_has_the_three_ways_in_and_true_numbers(client):
    home = PageFactory(key=PageKey.HOME, tagline="Better support", intro="Twelve areas.\n\nOne team.")
    WayInFactory(page=home, link_text="Explore the areas")
    AreaFactory()
    AreaFactory(draft=True)
    html = page(client, "/")
    assert "Better support</h1>" in html
    assert "Explore the areas" in html
    assert "<p>One team.</p>" in html
    assert "<dt>areas</dt><dd>1</dd>" in html


@pytest.mark.parametrize(("user", "sees_words"), [(None, False), ("analyst", False), ("curator", True)])
def test_a_gap_is_still_to_be_completed_for_readers_and_has_its_words_for_curators(client, user, sees_words):
    PageSectionFactory(page=PageFactory(key=PageKey.PRIVACY), body_markdown="Write to **[contact to be added]**.")
    if user:
        client.force_login(UserFactory(**{user: True}))
    html = page(client, "/privacy/")
    assert ("contact to be added" in html) is sees_words
    assert ("still to be completed" in html) is not sees_words


def test_no_gap_of_the_content_reaches_a_reader_as_brackets(client):
    content.load(FIXTURES)
    for url in ADDRESSES:
        assert set(re.findall(r"\[[^\]]{3,}\]", page(client, url))) <= {"[still to be completed]"}


@pytest.mark.requirement("K1")
def test_get_help_has_999_in_sign_language_and_verified_lines_urgent_first(client):
    content.load(FIXTURES)
    resources_content.load(FIXTURES)
    html = page(client, "/get-help/")
    assert '<a href="https://999bsl.co.uk/">999 BSL</a>' in html
    shown = list(Helpline.objects.filter(verified=True))
    heads = [unescape(head) for head in re.findall(r'<h3 class="nhsuk-heading-s">([^<]+)</h3>', html)]
    assert len(heads) == len(shown)
    for line in Helpline.objects.filter(verified=False):
        assert line.name not in heads
    urgent = [line.name for line in shown if line.urgent]
    assert heads[: len(urgent)] == urgent
    for line in Helpline.objects.exclude(curator_note=""):
        assert line.curator_note not in html


def test_the_four_kinds_of_support_and_how_to_ask_about_data(client):
    content.load(FIXTURES)
    html = page(client, "/about/support/")
    for kind in ("Knowledge.", "Guidance.", "Measuring change.", "An online resource."):
        assert f"<strong>{kind}</strong>" in html
    [url] = set(re.findall(r'href="(/contact/\?subject=[^"]+)"', html))
    assert 'value="Advice on methods of data collection"' in page(client, url)


def test_people_stand_as_published_in_their_groups(client):
    content.load(FIXTURES)
    html = page(client, "/about/people/")
    for words in ("Mette Isaksen", "Experts by experience", "Professor Nav Kapur", "MS4MH-R", "Keele University"):
        assert words in html
    # Confirmed corrections are applied with a footnote; the others are not.
    assert "Published as “Keel University”." in html
    assert html.count('href="#note-') == 2
    for proposed in ("Mutual Support for Mental Health Research", "Consultant old age", "(SLaM)", "Chief Executive"):
        assert proposed not in html
    assert "NHS Improvement has since become" not in html  # a note for staff
    assert "Listed for the centre in the notes" not in html  # evidence


def test_people_are_not_indexed_until_everyone_is_confirmed_and_vanish_at_once(client):
    person, other = PersonFactory(name="Sam Shown"), PersonFactory(name="Alex Other", confirmed_on="2026-05-01")
    assert '<meta name="robots" content="noindex">' in page(client, "/about/people/")
    person.is_hidden = True
    person.save(update_fields=["is_hidden"])
    html = page(client, "/about/people/")
    assert "Sam Shown" not in html
    assert other.name in html
    assert "noindex" not in html


def test_a_group_with_nobody_shown_is_left_out_and_an_empty_page_says_so(client):
    PersonFactory(is_hidden=True, group__title="Quality improvement")
    PartnerFactory(is_hidden=True, name="Hidden partner")
    html = page(client, "/about/people/")
    assert "Quality improvement" not in html
    assert "Hidden partner" not in html
    assert html.count("Nobody is named here at the moment.") == 2
    assert "No partner is named here at the moment." in html


# Search


def test_one_box_finds_library_areas_and_measures_in_groups_with_counts(client):
    resources_content.load(FIXTURES)
    AreaFactory(place="Frimley", summary="They wrote safety plans.")
    AreaFactory(place="Unlisted", summary="They wrote safety plans.", draft=True)
    MeasureVersionFactory(name="Safety plan made together")
    html = page(client, reverse("search"), q="safety plan")
    assert re.search(r"\d+ items in the library", html)
    assert "1 area</h2>" in html
    assert "1 measure</h2>" in html
    assert "Unlisted" not in html
    assert html.index("items in the library</h2>") < html.index("1 area</h2>") < html.index("1 measure</h2>")


@pytest.mark.parametrize("typed", ["", "   ", "\x00"])
def test_an_empty_search_leads_on(client, typed):
    html = page(client, reverse("search"), q=typed)
    assert "What are you looking for?" in html
    for url in ("/resources/", "/areas/", "/measures/", "/contact/"):
        assert f'href="{url}"' in html


@pytest.mark.parametrize("typed", ["xyzzy", "-", '"', "a\x00b", "(((", "' OR 1=1 --", "x" * 3000, "\U0001f600"])
def test_a_search_without_results_leads_on_and_keeps_what_was_typed(client, typed):
    html = page(client, reverse("search"), q=typed)
    assert "Nothing was found for these words" in html
    assert 'href="/contact/"' in html
    if typed.isalpha():
        assert typed[:200] in html


@pytest.mark.requirement("K5")
def test_help_comes_before_results_and_never_instead_of_them(client):
    DistressTerm.objects.create(term="suicidal")
    DistressTerm.objects.create(term="help", whole_query=True)
    AreaFactory(place="Frimley", summary="A course on suicidal thoughts, and help for parents.")
    html = page(client, reverse("search"), q="Suicidal thoughts")
    assert html.index(HELP_FIRST) < html.index("1 area</h2>")
    assert HELP_FIRST in page(client, reverse("search"), q="HELP")
    html = page(client, reverse("search"), q="help for parents")
    assert HELP_FIRST not in html
    assert "1 area</h2>" in html


@pytest.mark.requirement("K5")
def test_what_was_searched_for_is_neither_logged_nor_in_the_title(client, caplog):
    DistressTerm.objects.create(term="want to die")
    html = page(client, reverse("search"), q="want to die")
    assert "want to die" not in caplog.text
    assert "want to die" not in re.findall("<title>.*?</title>", html)[0]


@pytest.mark.parametrize("rows", [3, 12])
def test_a_search_costs_the_same_queries_whatever_it_finds(client, django_assert_num_queries, rows):
    AreaFactory.create_batch(rows, summary="Safety planning.")
    MeasureVersionFactory.create_batch(rows, name="Safety plan")
    ResourceFactory.create_batch(rows, summary="How to make a plan for safety.")
    with django_assert_num_queries(15):
        client.get(reverse("search"), {"q": "safety plan"})


@pytest.mark.parametrize("rows", [1, 10])
def test_a_suggestion_costs_the_same_queries_whatever_there_is(client, django_assert_num_queries, rows):
    ResourceFactory.create_batch(rows, title="Listening to parents")
    with django_assert_num_queries(27):
        assert "Did you mean" in page(client, reverse("search"), q="lisening parents")
