"""Which of two items are taken for the same, over stored pairs; and what a curator is asked because of it."""

import time
from itertools import combinations
from pathlib import Path

import pytest
import yaml
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from resources import duplicates
from resources.duplicates import Known, canonical_address, why_the_same
from resources.models import NotTheSame, Resource
from tests.factories import NotTheSameFactory, ResourceFactory, ResourcePublisherFactory, SectionFactory
from tests.resources.at_the_desk import ADD, change_url, press, typed

PAIRS = yaml.safe_load((Path(__file__).parent / "duplicates.yaml").read_text())


def known(written):
    return Known(**(written | {"publishers": tuple(written.get("publishers", []))}))


def pairs(kind):
    return [(known(one), known(two)) for one, two in PAIRS[kind]]


@pytest.mark.requirement("B5")
def test_of_the_stored_pairs_95_in_100_are_found_and_2_in_100_are_wrong():
    same, different = pairs("same"), pairs("different")
    assert min(len(same), len(different)) >= 60
    missed = [pair for pair in same if not why_the_same(*pair)]
    wrong = [(*pair, why) for pair in different if (why := why_the_same(*pair))]
    for one, two in missed:
        print(f"missed: {one.title} {one.url}\n        {two.title} {two.url}")
    for one, two, why in wrong:
        print(f"wrong:  {one.title} {one.url}\n        {two.title} {two.url}\n        {why}")
    assert 1 - len(missed) / len(same) >= 0.95
    assert len(wrong) / len(different) <= 0.02


@pytest.mark.parametrize("kind", ["same", "different"])
def test_it_does_not_matter_which_of_the_two_was_there_first(kind):
    for one, two in pairs(kind):
        assert why_the_same(one, two) == why_the_same(two, one)


def test_our_own_library_has_no_pair_that_is_asked_about_without_need():
    library = yaml.safe_load(Path("fixtures/resources.yaml").read_text())["resources"]
    items = [
        Known(
            title=row["title"],
            doi=row["doi"] or "",
            pmid=row["pmid"] or "",
            url=row["url"] or "",
            code=row["code"] or "",
            year=row["year"],
            key=number,
        )
        for number, row in enumerate(library)
    ]
    asked = {
        frozenset([library[item.key]["key"], library[found.item.key]["key"]])
        for item in items
        for found in duplicates.find(item, items)
    }
    assert asked == set()


@pytest.mark.parametrize(
    "written",
    [
        "https://www.example.org/a/b?x=1&y=2",
        "http://example.org/a/b/?y=2&x=1",
        "HTTPS://WWW.Example.ORG:443/a/b?x=1&y=2#part",
        "http://example.org:80/a//b?x=1&utm_source=letter&y=2&fbclid=1",
        " example.org/a/b?x=1&y=2 ",
        "https://example.org./a/b/?x=1&y=2&_ga=2.1&mc_eid=3",
    ],
)
def test_addresses_of_one_page_have_one_form(written):
    assert canonical_address(written) == "example.org/a/b?x=1&y=2"


@pytest.mark.parametrize("written", ["", "no address", "https://", "http://[::1", "http://example.org:99999/", "//"])
def test_what_is_no_address_is_like_nothing(written):
    assert canonical_address(written) == ""
    assert not why_the_same(Known("One thing", url=written), Known("Quite another", url=written))


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_can_be_compared(one, two):
    why_the_same(Known(one, doi=two, url=one, pmid=two, code=one), Known(two, doi=one, url=two, pmid=one))
    assert canonical_address(canonical_address(one)) == canonical_address(one)


@given(st.sampled_from([known(each) for pair in PAIRS["same"] + PAIRS["different"] for each in pair]))
def test_everything_is_like_itself(item):
    assert why_the_same(item, item)


def test_a_page_that_several_items_share_says_nothing_by_itself():
    page = "https://www.example.org/project/materials"
    others = [Known("Talks and slides", url=page, key=1), Known("Data dictionary", url=page, key=2)]
    assert duplicates.find(Known("Somerset: digital resources", url=page), others[:1])
    assert not duplicates.find(Known("Somerset: digital resources", url=page), others)
    assert [found.item.key for found in duplicates.find(Known("Talks and slides", url=page), others)] == [1]


def test_an_item_is_not_its_own_duplicate():
    item = Known("Self-harm in older adults", key=7)
    assert duplicates.find(item, [item]) == []


def test_ten_thousand_items_are_compared_while_a_person_waits():
    words = ["care", "adults", "young", "people", "hospital", "nurse", "trial", "guide", "letter", "family", "group"]
    others = [
        Known(f"{' '.join(c)} {n}", url=f"https://example.org/{n}", key=n)
        for n, c in enumerate(list(combinations(words, 5)) * 22)
    ][:10_000]
    began = time.perf_counter()
    duplicates.find(Known("A guide for young people and family nurses in hospital"), others)
    assert time.perf_counter() - began < 4


class TestAsking:
    """What a curator is asked in admin before an item is saved."""

    pytestmark = pytest.mark.django_db

    @pytest.fixture
    def guideline(self):
        return ResourceFactory(title="Care after a night in hospital", url="https://www.example.org/care", year=2024)

    @pytest.fixture
    def answers(self, curator):
        section = SectionFactory()
        return {"title": "Care by night", "slug": "care", "section": section.pk, "type": "report", "reader": ["you"]}

    def add(self, client, **answers):
        return client.post(ADD, typed(client.get(ADD), **answers))

    @pytest.mark.requirement("B5")
    def test_a_likely_duplicate_is_named_with_its_reason_and_nothing_is_saved(self, client, answers, guideline):
        html = self.add(client, url="http://example.org/care/?utm_source=x", **answers).content.decode()
        assert f'href="{change_url(guideline)}"' in html
        assert "It has the same address." in html
        assert "It is not saved yet." in html
        assert Resource.objects.get() == guideline

    @pytest.mark.requirement("B5")
    def test_the_curator_may_save_anyway_which_is_remembered_and_not_asked_again(
        self, client, curator, answers, guideline
    ):
        response = self.add(client, url=guideline.url, not_the_same=[guideline.pk], **answers)
        assert response.status_code == 302
        added = Resource.objects.get(slug="care")
        pair = NotTheSame.objects.get()
        assert (pair.first, pair.second, pair.by) == (guideline, added, curator)
        for item in (added, guideline):
            assert press(client, item, "_continue", curator_note=f"About {item}.").redirect_chain
        assert NotTheSame.objects.count() == 1

    def test_each_of_several_is_ticked_by_itself(self, client, answers, guideline):
        other = ResourceFactory(title="Care by night", url="https://www.example.org/other")
        response = self.add(client, url=guideline.url, not_the_same=[other.pk], **answers)
        form = response.context["adminform"].form
        assert [(found.resource, is_ticked) for found, is_ticked in form.likely_duplicates] == [
            (guideline, False),
            (other, True),
        ]
        assert Resource.objects.count() == 2

    def test_a_change_is_asked_about_too(self, client, curator, guideline):
        other = ResourceFactory(title="Something else", doi="10.1000/1")
        press(client, other, "_continue", title="Care after a Night in Hospital")
        other.refresh_from_db()
        assert other.title == "Something else"

    def test_another_of_the_same_name_by_another_publisher_is_not_asked_about(self, client, curator):
        one, two = (ResourceFactory(title="A guide for parents") for _ in range(2))
        for item in (one, two):
            ResourcePublisherFactory(resource=item)
        assert press(client, two, "_continue", cost="free").redirect_chain

    @pytest.mark.parametrize("number", [1, 30])
    def test_asking_costs_the_same_queries_whatever_the_library_has(self, django_assert_num_queries, number):
        for _ in range(number):
            ResourcePublisherFactory(resource__title="Care after a night in hospital")
        with django_assert_num_queries(2):
            found = Resource.objects.likely_duplicates_of(Known("Care after a night in hospital"))
        assert len(found) == number

    def test_the_table_holds_a_pair_once_and_in_one_order(self, guideline):
        pair = NotTheSameFactory(first=guideline)
        for first, second in [(pair.first, pair.second), (pair.second, pair.first), (guideline, guideline)]:
            with pytest.raises(IntegrityError), transaction.atomic():
                NotTheSameFactory(first=first, second=second)
        NotTheSame.objects.remember(pair.second, [pair.first], by=pair.by)
        assert NotTheSame.objects.get() == pair

    def test_without_its_row_a_pair_is_asked_about_again(self, client, curator, guideline):
        pair = NotTheSameFactory(first=guideline, second__title=guideline.title)
        known = Known(guideline.title, key=guideline.pk)
        assert Resource.objects.likely_duplicates_of(known) == []
        client.post(reverse("admin:resources_notthesame_delete", args=[pair.pk]), {"post": "yes"})
        assert [found.resource for found in Resource.objects.likely_duplicates_of(known)] == [pair.second]
