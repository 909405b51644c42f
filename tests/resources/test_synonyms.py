"""What a curator writes into a group of synonyms is what the next search knows."""

import pytest
from django.urls import reverse

from resources.models import SynonymGroup
from tests.factories import ResourceFactory, UserFactory

pytestmark = pytest.mark.django_db


def found(client, typed):
    response = client.get(reverse("resources:list"), {"q": typed}, follow=True)
    return [card.title for card in response.context["cards"]]


@pytest.fixture
def curator(client):
    client.force_login(UserFactory(curator=True))


@pytest.mark.requirement("A3")
def test_synonyms_are_kept_in_admin_and_live_at_once(client, curator):
    ResourceFactory(title="Emergency department")
    assert found(client, "casualty") == []
    add = {"slug": "a-and-e", "terms": "casualty\nemergency department", "in_use": "on"}
    assert client.post(reverse("admin:resources_synonymgroup_add"), add).status_code == 302
    assert found(client, "casualty") == ["Emergency department"]
    change = reverse("admin:resources_synonymgroup_change", args=[SynonymGroup.objects.get().pk])
    assert client.post(change, {**add, "terms": "casualty\nfront door"}).status_code == 302
    assert found(client, "casualty") == []


@pytest.mark.requirement("A3")
def test_a_code_is_never_expanded(client):
    SynonymGroup.objects.create(slug="nice", terms=["ng225", "guidance"])
    ResourceFactory(title="Self-harm", code="NG225")
    ResourceFactory(title="Guidance of another kind")
    assert found(client, "ng225") == ["Self-harm"]
    assert found(client, "guidance") == ["Guidance of another kind", "Self-harm"]
