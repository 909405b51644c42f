"""The content of pages and people arrives whole, once, and is left alone after that."""

import re

import pytest

from selfharm_portal.pages import content
from selfharm_portal.pages.models import Page, PageKey, PageSection, Person, WayIn
from tests.content_keys import FIXTURES, unaccounted

pytestmark = pytest.mark.django_db

PAGES = {
    "writing_rules[]": "pages.PageSection.body_markdown",
    "pages[].key": "pages.Page.key",
    "pages[].title": "pages.Page.title",
    "pages[].tagline": "pages.Page.tagline",
    "pages[].lead": "pages.Page.lead",
    "pages[].intro[]": "pages.Page.intro",
    **{f"pages[].ways_in[].{key}": f"pages.WayIn.{key}" for key in ("key", "target", "title", "text", "link_text")},
    **{f"pages[].sections[].{key}": f"pages.PageSection.{key}" for key in ("key", "heading", "body_markdown")},
}
PEOPLE = {
    "about": "pages.PageSection.body_markdown",
    "groups[].key": "pages.PersonGroup.key",
    "groups[].title": "pages.PersonGroup.title",
    **{
        f"{group}[].{key}": f"pages.Person.{key}"
        for group in ("expert_reference_panel", "core_staff")
        for key in ("order", "key", "name", "role", "organisation", "note", "confirmed")
    },
    **{
        f"{group}[].evidence[].{key}": f"pages.{model}.evidence:{key}"
        for group, model in (("expert_reference_panel", "Person"), ("core_staff", "Person"), ("partners", "Partner"))
        for key in ("what", "source")
    },
    "expert_reference_panel[].group": "pages.Person.group__key",
    "expert_reference_panel[].correction_proposed": "pages.Person.correction_field",  # null where there is none
    "expert_reference_panel[].correction_proposed.field": "pages.Person.correction_field",
    "expert_reference_panel[].correction_proposed.proposed": "pages.Person.correction_proposed",
    "expert_reference_panel[].correction_proposed.reason": "pages.Person.correction_reason",
    "core_staff[].title": "pages.Person.title",
    "core_staff[].role_as_published": "pages.Person.role_as_published",
    "core_staff_note.text": "pages.PageSection.body_markdown",
    "core_staff_note.source": "pages.PageSection.source",
    **{
        f"partners[].{key}": f"pages.Partner.{key}"
        for key in ("order", "key", "name", "short_name", "role", "kind", "url", "confirmed", "note")
    },
}
CERTAINTY = "expert_reference_panel[].correction_proposed.certainty"  # two fields: see the next test


@pytest.fixture
def loaded():
    return content.load(FIXTURES)


def test_every_key_of_the_files_has_a_home(loaded):
    assert unaccounted("pages.yaml", PAGES, content.KEPT_IN_CODE) == []
    assert unaccounted("people.yaml", PEOPLE, content.KEPT_IN_CODE) == [f"{CERTAINTY} has no home"]


def test_how_certain_a_correction_is_and_what_to_do_first_are_two_fields(loaded):
    thompsell = Person.objects.get(key="amanda-thompsell")
    assert (thompsell.correction_certainty, thompsell.correction_advice) == ("likely", "ask before changing")
    mughal = Person.objects.get(key="faraz-mughal")
    assert (mughal.correction_certainty, mughal.correction_advice) == ("confirmed", "")


def test_every_page_has_its_words_and_its_address(loaded, client):
    assert {page.key for page in Page.objects.all()} == set(PageKey.values)
    for page in Page.objects.all():
        html = client.get(page.get_absolute_url()).content.decode()
        assert page.lead.split("'")[0] in html
        anchors = re.findall(r'\bid="([^"]+)"', html)
        assert len(anchors) == len(set(anchors))


def test_loading_again_changes_nothing_and_is_cheap(loaded, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        again = content.load(FIXTURES)
    assert [(kind, 0, created) for kind, created, _ in loaded] == list(again)


def test_loading_again_neither_updates_nor_revives(loaded):
    Page.objects.filter(key="about").update(title="Staff wrote this")
    PageSection.objects.filter(page__key="about").delete()
    WayIn.objects.all().delete()
    Person.objects.filter(key="nav-kapur").update(is_hidden=True, role="Changed")
    content.load(FIXTURES)
    assert Page.objects.get(key="about").title == "Staff wrote this"
    assert not PageSection.objects.filter(page__key="about").exists()
    assert not WayIn.objects.exists()
    assert not Person.objects.shown().filter(key="nav-kapur").exists()
    assert Person.objects.get(key="nav-kapur").role == "Changed"
