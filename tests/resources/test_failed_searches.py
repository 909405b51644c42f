import doctest
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from resources import failed_searches
from resources.models import DistressTerm, FailedSearch, NeverSuggestedTerm
from tests.factories import FailedSearchFactory, ResourceFactory, SectionFactory, UserFactory

TODAY = date(2026, 11, 25)


def kept():
    return list(FailedSearch.objects.values_list("words", flat=True))


def test_examples():
    assert doctest.testmod(failed_searches).failed == 0


@pytest.mark.parametrize(
    "typed", ["veterans", "Peer support", "NG999", "self-harm in prison", "CBT for adults", "10 year plan", "COCHRANE"]
)
def test_a_subject_may_be_kept(typed):
    assert failed_searches.words_to_keep(typed)


@pytest.mark.requirement("A3")
@pytest.mark.parametrize(
    "typed",
    [
        "",
        "???",
        "my name is sam",
        "My Name Is Sam",
        "i'm sam",
        "I’m 15",
        "called sam",
        "Sam Smith",
        "mrs smith",
        "dr jones clinic",
        "my daughter",
        "he hit her",
        "sam@example.org",
        "www.example.org",
        "https://example.org/x",
        "example.org",
        "01632 960123",
        "0163-296-0123",
        "9434765919",
        "943 476 5919",
        "nhs number 943 476 5919",
        "12/03/1998",
        "12345",
        "M13 9PL",
        "m139pl",
        "sam smith born 98",
        "flat 4 address",
        "a story that goes on for more than six words",
        "x" * 25,
        "αβγ",
        "a\x00b\ud800",
    ],
)
def test_whatever_could_point_to_a_person_is_not_kept_at_all(typed):
    assert failed_searches.words_to_keep(typed) == ""


@pytest.mark.django_db
class TestNote:
    def test_keeps_folded_words_and_the_day_once_a_day(self):
        for typed in ("Véterans", "veterans", "VETERANS "):
            failed_searches.note(typed, TODAY)
        failed_searches.note("veterans", TODAY + timedelta(days=1))
        found = list(FailedSearch.objects.order_by("day").values_list("words", "day"))
        assert found == [("veterans", TODAY), ("veterans", TODAY + timedelta(days=1))]

    @pytest.mark.requirement("A3", "K5")
    @pytest.mark.parametrize("typed", ["hopeless", "so hopeles", "veterans hope-less", "want to die in prison"])
    def test_keeps_nothing_of_a_search_that_shows_distress(self, typed):
        DistressTerm.objects.create(term="hopeless")
        DistressTerm.objects.create(term="want to die")
        failed_searches.note(typed, TODAY)
        assert kept() == []

    @pytest.mark.requirement("A3")
    def test_keeps_nothing_that_names_a_way_of_self_harm(self):
        NeverSuggestedTerm.objects.create(term="some-ways")
        NeverSuggestedTerm.objects.create(term="other", in_use=False)
        for typed in ("leaflet on some way", "Some ways", "other"):
            failed_searches.note(typed, TODAY)
        assert kept() == ["other"]

    def test_forgets_after_90_days(self):
        for age in (89, 90, 91, 400):
            FailedSearch.objects.create(words=f"of {age}", day=TODAY - timedelta(days=age))
        failed_searches.note("veterans", TODAY)
        assert kept() == ["of 89", "of 90", "veterans"]

    def test_a_flood_fills_no_disk(self):
        rows = [FailedSearch(words=f"flood {n}", day=TODAY) for n in range(failed_searches.MOST_A_DAY)]
        FailedSearch.objects.bulk_create(rows)
        failed_searches.note("veterans", TODAY)
        assert FailedSearch.objects.count() == failed_searches.MOST_A_DAY
        failed_searches.note("veterans", TODAY + timedelta(days=1))
        assert "veterans" in kept()

    def test_costs_a_handful_of_queries(self, django_assert_num_queries):
        with django_assert_num_queries(6):  # distress twice, never suggested, old ones, how many, the row
            failed_searches.note("veterans", TODAY)
        with django_assert_num_queries(0):
            failed_searches.note("my name is sam", TODAY)

    @pytest.mark.parametrize("words", ["Veterans", "two  words", "a-b", "call 01632", "", " x"])
    def test_the_table_takes_nothing_but_folded_words(self, words):
        with pytest.raises(IntegrityError, match="folded_words"), transaction.atomic():
            FailedSearch.objects.create(words=words, day=TODAY)


@pytest.mark.django_db
class TestWhoIsToldOfIt:
    @pytest.mark.requirement("A3")
    @pytest.mark.parametrize("page", ["search", "resources:list"])
    def test_only_a_search_without_any_result_is_noted(self, client, page):
        section = SectionFactory(title="Books")
        ResourceFactory(title="Support for veterans", section=section)
        for typed in ("veterans", "vetrans", "zeppelin", "zeppelin veterans"):
            client.get(reverse(page), {"q": typed}, follow=True)
        client.get(reverse("resources:list"), {"q": "balloon", "section": section.slug}, follow=True)
        assert kept() == ["zeppelin"]

    @pytest.mark.requirement("A3")
    def test_a_curator_sees_what_was_looked_for_on_three_different_days(self, client):
        today = timezone.localdate()
        FailedSearchFactory(words="veterans", days=4)
        FailedSearchFactory(words="prisons")
        FailedSearchFactory(words="twice only", days=2)
        FailedSearchFactory(words="long ago", day=today - timedelta(days=91))
        client.force_login(UserFactory(curator=True))
        response = client.get(reverse("admin:resources_failedsearch_changelist"))
        rows = [(row.words, row.days, row.day) for row in response.context["cl"].result_list]
        assert rows == [("veterans", 4, today), ("prisons", 3, today)]

    def test_dealt_with_is_forgotten_and_comes_back_if_it_did_not_help(self, client):
        row = FailedSearchFactory(words="veterans")
        FailedSearchFactory(words="prisons")
        client.force_login(UserFactory(curator=True))
        url = reverse("admin:resources_failedsearch_changelist")
        client.post(url, {"action": "deal_with", "_selected_action": [row.pk]})
        assert set(kept()) == {"prisons"}

    def test_the_page_says_what_is_kept(self, client):
        html = client.get(reverse("search")).content.decode()
        assert "We never keep who searched, or words of distress." in html
        assert "for 90 days" in html
