import pytest

from resources.models import DistressTerm
from selfharm_portal.pages import distress

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
        "want todie",
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
