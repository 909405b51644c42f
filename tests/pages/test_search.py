"""What somebody types into the one box, however odd."""

import pytest
from django.urls import reverse

from selfharm_portal.pages import search

ODD = ["-" * 200, "- " * 100, "a" + "-" * 190, "--", "-training", "self-harm", '"' * 99, "(((&|!:*", "\x00"]


@pytest.mark.django_db
@pytest.mark.parametrize("words", ODD)
def test_odd_words_get_a_page(client, words):
    assert client.get(reverse("search"), {"q": words}).status_code == 200


def test_one_hyphen_keeps_its_meaning():
    assert search.read("self-harm -children") == "self-harm -children"
