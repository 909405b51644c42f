import re
import string
from pathlib import Path

import pytest
import yaml
from django.urls import reverse

from resources import content
from resources.models import DistressTerm
from selfharm_portal.pages import distress
from tests.content_keys import FIXTURES
from tests.factories import ResourceFactory

HELP_FIRST = "If this is about you, you can talk to someone now"
PHRASES = yaml.safe_load((Path(__file__).parent / "distress.yaml").read_text())
#: The words of distress as the content brings them to curators.
_KEPT = yaml.safe_load((FIXTURES / "synonyms.yaml").read_text())
KEPT = [(term, False) for term in _KEPT["distress_terms"]] + [(term, True) for term in _KEPT["distress_whole_queries"]]
#: Where the site itself says something.
OUR_WORDS = ["resources.yaml", "reading_lists.yaml", "areas.yaml", "pages.yaml", "people.yaml", "measures.yaml"]

TERMS = [("want to die", False), ("can't cope", False), ("i self harm", False), ("help", True), ("a&e", True)]


@pytest.mark.requirement("K5")
@pytest.mark.parametrize(
    "typed",
    [
        "I want to die",
        "WANT TO DIE",
        "i want   to\ndie.",
        "“want to die”",
        "can't cope",
        "cant cope with this",
        "can’t cope",
        "I self-harm",
        "I self‑harm",
        "help",
        "Help!",
        "A&E",
    ],
)
def test_words_of_distress_are_met_whatever_their_dress(typed):
    assert distress.matches(typed, TERMS)


@pytest.mark.requirement("K5")
@pytest.mark.parametrize(
    "typed",
    [
        "",
        "self-harm training",
        "wanted to diet",
        "self-help",
        "help for parents",
        "waiting times in a&e",
        "cope",
        "!!!",
    ],
)
def test_harmless_words_are_not(typed):
    assert not distress.matches(typed, TERMS)


def test_an_empty_term_matches_nothing():
    assert not distress.matches("anything", [("", False), ("-", False), ("", True)])


@pytest.mark.django_db
def test_terms_are_those_that_curators_keep(django_assert_num_queries):
    DistressTerm.objects.create(term="not safe")
    with django_assert_num_queries(1):
        assert distress.suggested("I am not safe")
    with django_assert_num_queries(0):
        assert not distress.suggested("  ")


@pytest.mark.requirement("K5")
@pytest.mark.django_db
def test_a_term_taken_out_of_use_matches_no_more():
    DistressTerm.objects.create(term="not safe", in_use=False)
    assert not distress.suggested("I am not safe")


class TestTheList:
    @pytest.mark.requirement("K5")
    def test_everything_that_must_show_help_does(self):
        assert [phrase for phrase in PHRASES["must_show_help"] if not distress.matches(phrase, KEPT)] == []

    @pytest.mark.requirement("K5")
    def test_nothing_that_must_not_show_help_does(self):
        assert [phrase for phrase in PHRASES["must_not_show_help"] if distress.matches(phrase, KEPT)] == []

    def test_is_long_enough_and_says_nothing_twice(self):
        for phrases in PHRASES.values():
            assert len(set(phrases)) == len(phrases) >= 120

    @pytest.mark.django_db
    def test_the_words_that_it_is_tried_with_are_those_of_the_database(self):
        content.load(FIXTURES)
        assert sorted(DistressTerm.objects.in_use().values_list("term", "whole_query")) == sorted(KEPT)

    def test_no_word_of_our_own_pages_is_taken_for_a_misspelt_word_of_distress(self):
        """Where one of our sentences is met, it has the very words; but for a true form of them in these two."""
        others = set()
        for name in OUR_WORDS:
            for sentence in sentences(yaml.safe_load((FIXTURES / name).read_text())):
                if distress.matches(sentence, KEPT) and not any(has_exactly(sentence, *term) for term in KEPT):
                    others.add(sentence)
        forms = {"Opening times change: see the helplines list."}
        forms.add(
            "When there are still worries about someone's safety after the assessment, are we in touch within two days?"
        )
        assert others == forms


def sentences(value):
    if isinstance(value, str):
        yield from re.split(r"(?<=[.!?])\s+", value)
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
        yield from sentences(inner)


def has_exactly(sentence, term, only_alone):
    spoken, words = (" ".join(re.findall(r"\w+", re.sub("['’]", "", text.casefold()))) for text in (sentence, term))
    return spoken == words if only_alone else f" {words} " in f" {spoken} "


@pytest.mark.requirement("K5")
def test_any_one_slip_in_a_long_word_is_forgiven():
    """A letter missing, doubled, wrong or swapped with its neighbour, but the first: but for real words."""
    for term, only_alone in KEPT:
        for word in (word for word in term.split() if len(word) >= 6 and word.isalpha()):
            for place in range(1, len(word)):
                before, letter, after = word[:place], word[place], word[place + 1 :]
                slips = [before + after, before + letter * 2 + after, before + "q" + after]
                if after and after[0] != letter:
                    slips.append(before + after[0] + letter + after[1:])
                for slip in slips:
                    typed = term.replace(word, slip)
                    assert distress.matches(typed, [(term, only_alone)]) or slip in distress.LOOK_ALIKES, typed


def test_odd_words_are_no_fault_and_no_distress():
    for typed in (string.punctuation, "\x00", "\ud800", "ß", "٣", "a" * 5000, "' " * 2000, "\U0001f600" * 50):
        assert not distress.matches(typed, KEPT)


@pytest.mark.django_db
class TestOnThePages:
    @pytest.fixture(autouse=True)
    def kept(self):
        DistressTerm.objects.bulk_create(DistressTerm(term=term, whole_query=alone) for term, alone in KEPT)

    @pytest.mark.requirement("K5")
    @pytest.mark.parametrize("page", ["search", "resources:list"])
    @pytest.mark.parametrize("typed", ["i just want to die", "sucidal", "can’t really cope", "kil mysefl"])
    def test_a_search_shows_help_before_all_else_and_logs_nothing(self, client, caplog, page, typed):
        html = client.get(reverse(page), {"q": typed}, follow=True).content.decode()
        assert html.index(HELP_FIRST) < html.index('name="q"', html.index("<main"))
        assert typed not in caplog.text

    @pytest.mark.requirement("K5")
    @pytest.mark.parametrize("page", ["search", "resources:list"])
    def test_a_look_alike_does_not(self, client, page):
        assert HELP_FIRST not in client.get(reverse(page), {"q": "self-harm training"}, follow=True).content.decode()

    @pytest.mark.requirement("K5")
    def test_no_box_for_own_words_is_completed_automatically(self, client):
        """Neither by the site nor by what the browser remembers."""
        item = ResourceFactory()
        pages = [
            reverse(name)
            for name in ("home", "search", "resources:list", "pages:contact", "resources:for_professionals")
        ]
        for url in [*pages, reverse("resources:report", args=[item.slug])]:
            html = client.get(url).content.decode()
            assert "<datalist" not in html, url
            boxes = re.findall(r'<(?:input|textarea)[^>]*name="(?:q|message|subject)"[^>]*>', html)
            assert boxes, url
            assert [box for box in boxes if 'autocomplete="off"' not in box] == [], url
