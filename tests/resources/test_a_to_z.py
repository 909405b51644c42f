import doctest
import re

import pytest
from django.urls import reverse

from resources import a_to_z
from resources.a_to_z import letter_of
from resources.models import Resource
from tests.factories import ResourceFactory
from tests.resources.test_views import page, queries

A_TO_Z = reverse("resources:a_to_z")


def test_examples():
    assert doctest.testmod(a_to_z).failed == 0


@pytest.mark.parametrize(
    ("title", "letter"),
    [
        ("The way in", "W"),
        ("A way in", "W"),
        ("An app", "A"),
        ("A", "A"),
        ("Anna Freud", "A"),
        ("“What now?”", "W"),
        ("éclair", "E"),
        ("NHS 10 year plan", "N"),
        ("10 year plan", "0 to 9"),
        ("The 10 year plan", "0 to 9"),
        ("Ωmega", "0 to 9"),
        ("!!!", "0 to 9"),
    ],
)
def test_a_title_stands_where_a_librarian_puts_it(title, letter):
    assert letter_of(title) == letter


@pytest.mark.django_db
class TestPage:
    def test_has_titles_with_kind_and_year_in_their_order(self, client):
        ResourceFactory(title="The beginning", type="report", year=2020)
        ResourceFactory(title="An apple", type="app")
        ResourceFactory(title="Bad news", status="superseded", superseded_by=ResourceFactory(title="C"), year=2004)
        ResourceFactory(title="Hidden", draft=True)
        html = page(client, A_TO_Z)
        assert html.index(">An apple<") < html.index(">Bad news<") < html.index(">The beginning<")
        assert "<p>Report, 2020</p>" in html
        assert "<p>App</p>" in html
        assert "<p>Replaced. Guideline, 2004</p>" in html
        assert "Hidden" not in html

    def test_letters_lead_to_their_titles_and_the_others_are_words(self, client):
        ResourceFactory(title="Calm")
        html = page(client, A_TO_Z)
        assert re.findall(r'<a href="#([a-z0-9-]+)">(\w)', html) == [("c", "C")]
        assert 'id="c">C</h2>' in html
        assert "D<span" in html

    def test_holds_nothing_and_500_items_in_the_same_queries(self, client):
        assert "0 items" in page(client, A_TO_Z)
        none = queries(client, A_TO_Z)
        section = ResourceFactory().section
        Resource.objects.bulk_create(ResourceFactory.build_batch(499, section=section))
        html = page(client, A_TO_Z)
        assert "500 items" in html
        assert queries(client, A_TO_Z) == none
