"""The page that shows every component: for NCISH and developers, and whole."""

from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from tests.factories import AreaMembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

TEMPLATES = Path(settings.BASE_DIR) / "templates"
SHOWN = sorted(
    path.relative_to(TEMPLATES).as_posix()
    for folder in ("components", "nhsuk/layout")
    for path in (TEMPLATES / folder).rglob("*.html")
)


@pytest.fixture
def url():
    return reverse("pages:styleguide")


@pytest.fixture
def as_curator(client):
    client.force_login(UserFactory(curator=True))
    return client


@pytest.mark.parametrize("role", ["curator", "analyst", "administrator"])
def test_whoever_has_a_role_at_ncish_sees_it(client, url, role):
    client.force_login(UserFactory(**{role: True}))
    assert client.get(url).status_code == 200


def test_nobody_else_finds_it(client, url):
    assert client.get(url).status_code == 404
    client.force_login(AreaMembershipFactory(role="lead").user)
    assert client.get(url).status_code == 404
    assert client.post(url).status_code == 404


def test_developers_see_it(client, url, settings):
    settings.DEBUG = True
    assert client.get(url).status_code == 200


def test_search_engines_are_sent_away_in_both_frames(as_curator, url):
    for address in (url, f"{url}?frame=public"):
        assert '<meta name="robots" content="noindex' in as_curator.get(address).content.decode()


@pytest.fixture
def rendered(as_curator, url):
    """All that is drawn on the page: in both frames, and with the errors of a form that was sent empty."""
    answers = [as_curator.get(url), as_curator.get(f"{url}?frame=public"), as_curator.post(url, {})]
    return {template.name for answer in answers for template in answer.templates}


def test_every_component_is_shown(rendered):
    missing = [name for name in SHOWN if name not in rendered]
    assert missing == [], "add a sample to selfharm_portal/pages/styleguide.py"


def test_a_form_that_is_right_is_thanked_and_forgotten(as_curator, url):
    typed = {
        "name": "Team",
        "kind": "first",
        "reasons": ["plan"],
        "agrees": "on",
        "day_day": "27",
        "day_month": "march",
        "day_year": "2026",
        "area": "a",
        "account": "A visit.",
        "password": "a password",
    }
    answer = as_curator.post(url, typed, follow=True)
    assert "Nothing was sent or kept." in answer.content.decode()


def test_a_form_that_is_wrong_says_so_in_the_title(as_curator, url):
    page = as_curator.post(url, {}).content.decode()
    assert "<title>Error: " in page
    assert "This field is required" not in page


def test_nothing_on_a_public_page_leads_there(client, url):
    assert url not in client.get("/").content.decode()
