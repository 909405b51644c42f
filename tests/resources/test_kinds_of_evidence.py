"""What kind of evidence an item is: set by a curator, said in a sentence, explained in one tap."""

import re

import pytest
from django.urls import reverse

from resources.evidence_kinds import KINDS
from resources.models import ResourceType
from resources.wording import kind_in_a_sentence
from tests.factories import ResourceFactory, ResourcePublisherFactory, UserFactory
from tests.reading_age import reading_age
from tests.resources.test_views import page, queries

pytestmark = pytest.mark.django_db

KINDS_PAGE = reverse("resources:kinds")


def test_every_kind_has_its_words():
    assert set(KINDS) == set(ResourceType.values)


@pytest.mark.requirement("A5")
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_said_of_a_kind_is_for_readers_of_11(kind):
    words = KINDS[kind]
    for text in (kind_in_a_sentence(words), words.means, words.how_sure):
        assert reading_age(text) <= 11, (text, reading_age(text))


@pytest.mark.requirement("A5")
def test_the_kind_is_the_curators_and_never_the_publishers(client):
    """Neither saving an item nor giving it a publisher of guidelines changes what the curator set."""
    item = ResourceFactory(type="report")
    ResourcePublisherFactory(resource=item, publisher__name="National Institute for Health and Care Excellence (NICE)")
    item.save()
    item.refresh_from_db()
    assert item.type == "report"
    assert "A report: what an organisation found or plans." in page(client, item.get_absolute_url())
    client.force_login(UserFactory(curator=True))
    form = client.get(reverse("admin:resources_resource_change", args=[item.pk])).content.decode()
    assert '<select name="type"' in form


@pytest.mark.requirement("A5")
@pytest.mark.parametrize("kind", ResourceType)
def test_an_item_says_it_in_a_sentence_with_its_explanation_one_tap_away(client, kind):
    html = page(client, ResourceFactory(type=kind).get_absolute_url()).replace("&#x27;", "'")
    words = KINDS[kind]
    assert f"<strong>{kind_in_a_sentence(words)}</strong> {words.means}" in html
    [details] = [each for each in re.findall("<details.*?</details>", html, re.DOTALL) if words.how_sure in each]
    assert details.count("<summary") == 1
    assert KINDS_PAGE in html


@pytest.mark.requirement("A5")
def test_nothing_of_it_depends_on_an_icon_or_a_colour(client):
    html = page(client, ResourceFactory(type="leaflet").get_absolute_url())
    [box] = re.findall(r'<div class="cc-kindbox">.*?</details>', html, re.DOTALL)
    assert "<svg" not in box
    assert "<img" not in box
    assert "A leaflet or guide" in box
    listed = page(client, f"{reverse('resources:list')}?type=leaflet")
    assert "Leaflet or guide: a few pages to read, print or share" in listed


def test_one_page_explains_all_kinds_and_leads_to_their_items(client):
    ResourceFactory(type="app")
    ResourceFactory(type="video", status="withdrawn", status_reason="Over.")
    html = page(client, KINDS_PAGE).replace("&#x27;", "'")
    for kind in KINDS.values():
        assert kind.means in html
        assert kind.how_sure in html
    assert re.findall(r'<a href="(/resources/\?[^"]+)">See (.*?) of this kind', html) == [
        ("/resources/?type=app", "1 item")
    ]
    few = queries(client, KINDS_PAGE)
    for each in ResourceType:
        ResourceFactory(type=each)
    assert queries(client, KINDS_PAGE) == few
