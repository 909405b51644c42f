import pytest
from django.conf import settings
from django.urls import reverse

from resources import content
from resources.models import Reader, ReadingList
from tests.factories import ReadingListEntryFactory, ReadingListFactory, ResourceFactory, ResourcePublisherFactory
from tests.resources.test_views import page, queries

pytestmark = pytest.mark.django_db

LIBRARY, LISTS = reverse("resources:list"), reverse("resources:reading_lists")


def test_a_list_shows_its_items_in_order_with_their_reasons(client):
    entry = ReadingListEntryFactory(position=2, why="Then this.")
    first = ReadingListEntryFactory(reading_list=entry.reading_list, position=1, why="Start here.")
    html = page(client, entry.reading_list.get_absolute_url())
    assert html.index("Start here.") < html.index("Then this.")
    assert first.resource.get_absolute_url() in html
    assert "2 items, in the order to read them" in html
    assert "being checked" not in html


def test_holds_back_what_is_not_published_or_not_for_its_readers(client):
    families = ReadingListFactory(audience="families_and_carers")
    draft = ReadingListEntryFactory(
        reading_list=families, resource=ResourceFactory(draft=True, reader=[Reader.FAMILIES]), why="Draft."
    )
    staff = ReadingListEntryFactory(reading_list=families, why="For staff.")
    html = page(client, families.get_absolute_url())
    assert draft.why not in html
    assert staff.why not in html
    assert "nothing on this list is published yet" in html
    assert LISTS in html


def test_says_only_how_many_items_are_being_checked(client):
    shown = ReadingListEntryFactory(reading_list__audience="families_and_carers", resource__reader=[Reader.FAMILIES])
    for state, reader in (
        ("draft", Reader.FAMILIES),
        ("in_review", Reader.FAMILIES),
        ("archived", Reader.FAMILIES),
        ("draft", Reader.PROFESSIONALS),  # it will not be shown to families
    ):
        ReadingListEntryFactory(
            reading_list=shown.reading_list,
            why="A secret reason.",
            resource=ResourceFactory(title="A secret title", publication_state=state, reader=[reader]),
        )
    for url in (shown.reading_list.get_absolute_url(), LISTS, Reader.FAMILIES.get_absolute_url()):
        html = page(client, url)
        assert "2 more are being checked" in html, url
        assert "secret" not in html, url


def test_a_list_that_is_not_shown_is_not_there(client):
    hidden = ReadingListFactory(shown=False)
    assert client.get(hidden.get_absolute_url()).status_code == 404
    assert client.get(f"{LIBRARY}?list={hidden.slug}").status_code == 404
    assert client.get(f"{LIBRARY}?list=nowhere").status_code == 404
    assert hidden.title not in page(client, LISTS)


def test_the_old_address_leads_to_the_list(client):
    shown = ReadingListFactory()
    response = client.get(f"{LIBRARY}?list={shown.slug}")
    assert (response.status_code, response.headers["Location"]) == (301, shown.get_absolute_url())
    assert client.get(f"{LIBRARY}?list=%00").headers["Location"] == LIBRARY


def test_the_lists_are_a_page_when_there_are_none(client):
    assert "no reading list is on this site yet" in page(client, LISTS)


def test_a_list_costs_the_same_queries_for_1_item_and_for_20(client):
    reading_list = ReadingListFactory()

    def add(number):
        for entry in ReadingListEntryFactory.create_batch(number, reading_list=reading_list):
            ResourcePublisherFactory(resource=entry.resource)

    add(1)
    one = [queries(client, url) for url in (reading_list.get_absolute_url(), LISTS)]
    add(19)
    ReadingListEntryFactory.create_batch(5)
    assert [queries(client, url) for url in (reading_list.get_absolute_url(), LISTS)] == one


@pytest.mark.requirement("A8")
def test_the_real_lists_are_at_least_five_and_each_can_be_taken_along(client):
    content.load(settings.BASE_DIR / "fixtures")
    html = page(client, LISTS)
    lists = ReadingList.objects.shown()
    assert len(lists) >= 5
    for each in lists:
        assert f'href="{each.get_absolute_url()}">{each.title}</a>' in html
        of_one = page(client, each.get_absolute_url())
        for ending in ("csv", "ris", "bib", "json"):
            address = f"{reverse(f'resources:export_{ending}')}?list={each.slug}"
            assert address in of_one
            assert client.get(address).status_code == 200
