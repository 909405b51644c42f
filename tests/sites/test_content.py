"""The content of the areas arrives whole, once, and is left alone after that."""

import pytest

from resources import content as resources_content
from sites import content
from sites.models import (
    Area,
    AreaLink,
    Certainty,
    EarlyImplementer,
    Infographic,
    InfographicPanel,
    Milestone,
    OtherMaterial,
    PanelKind,
    Region,
    Theme,
)
from tests.content_keys import FIXTURES, unaccounted, values_by_path

pytestmark = pytest.mark.django_db

HOMES = {
    "themes[].key": "sites.Theme.slug",
    "themes[].title": "sites.Theme.title",
    "themes[].topics[]": "sites.Theme.topics__slug",
    "themes[].description": "sites.Theme.description",
    "themes[].confirmed": "sites.Theme.confirmed",
    "themes[].order": "sites.Theme.order",
    "themes[].evidence": "sites.Theme.evidence",
    "regions[].key": "sites.Region.slug",
    "regions[].name": "sites.Region.name",
    "regions[].code": "sites.Region.code",
    "regions[].confirmed": "sites.Region.confirmed",
    "ods_codes_source": "sites.Area.ods_code_source",
    "areas[].key": "sites.Area.slug",
    "areas[].name": "sites.Area.name",
    "areas[].short_name": "sites.Area.short_name",
    "areas[].programme_form": "sites.Area.programme_form",
    "areas[].programme_form_note": "sites.Area.programme_form_note",
    "areas[].integrated_care_system_today": "sites.Area.integrated_care_system_today",
    "areas[].icb_name": "sites.Area.icb_name",
    "areas[].ods_code": "sites.Area.ods_code",
    "areas[].icb_change.kind": "sites.Area.change_kind",
    "areas[].icb_change.took_effect": "sites.Area.change_took_effect",
    "areas[].icb_change.what": "sites.Area.change_what",
    "areas[].icb_change.source": "sites.Area.change_source",
    "areas[].icb_change.also_seen": "sites.Area.change_also_seen",
    "areas[].icb_change.confirmed": "sites.Area.change_confirmed",
    "areas[].icb_change.successors[].name": "sites.AreaSuccessor.name",
    "areas[].icb_change.successors[].ods_code": "sites.AreaSuccessor.ods_code",
    "areas[].icb_change.successors[].part": "sites.AreaSuccessor.part",
    "areas[].region": "sites.Area.region__slug",
    "areas[].lead_provider": "sites.Area.lead_provider",
    "areas[].lead_provider_note": "sites.Area.lead_provider_note",
    "areas[].population.text": "sites.Area.population_text",
    "areas[].population.confirmed": "sites.Area.population_confirmed",
    "areas[].population.source": "sites.Area.population_source",
    "areas[].themes[]": "sites.Area.themes__slug",
    "areas[].summary": "sites.Area.summary",
    "areas[].aims": "sites.Area.aims",
    "areas[].project_details": "sites.Area.project_details",
    "areas[].outcome_measures": "sites.Area.outcome_measures",
    "areas[].links[].title": "sites.AreaLink.title",
    "areas[].links[].url": "sites.AreaLink.url",
    "areas[].tile.row": "sites.Area.tile_row",
    "areas[].tile.column": "sites.Area.tile_column",
    "areas[].early_implementer.status": "sites.Area.early_implementer_status",
    "areas[].early_implementer.evidence": "sites.Area.early_implementer_evidence",
    "areas[].early_implementer.source": "sites.Area.early_implementer_source",
    "areas[].certainty": "sites.Area.certainty",
    "areas[].provenance": "sites.Area.provenance",
    "areas[].to_check": "sites.Area.to_check",
    "areas[].confirmed": "sites.Area.confirmed",
    **{
        f"{owner}[].{key}": f"sites.Milestone.{key}"
        for owner in ("areas[].milestones", "programme_milestones")
        for key in ("date", "date_precision", "title", "what", "confirmed", "source")
    },
    "infographics[].key": "sites.Infographic.slug",
    "infographics[].area": "sites.Infographic.area__slug",
    "infographics[].theme": "sites.Infographic.theme__slug",
    "infographics[].order": "sites.Infographic.order",
    "infographics[].title": "sites.Infographic.title",
    "infographics[].status": "sites.Infographic.status",
    "infographics[].text_alternative": "sites.Infographic.text_alternative",
    "infographics[].curator_note": "sites.Infographic.curator_note",
    **{
        f"infographics[].{part}[].{key}": f"sites.InfographicPanel.{key}"
        for part in ("aims", "project_details", "outcome_measures")
        for key in ("kind", "heading", "text", "figure", "source", "confirmed")
    },
    "infographics[].project_details[].icon": "sites.InfographicPanel.icon",
    "also_known_to_exist[].what": "sites.OtherMaterial.what",
    "also_known_to_exist[].evidence": "sites.OtherMaterial.evidence",
    "also_known_to_exist[].titles_confirmed": "sites.OtherMaterial.titles_confirmed",
    "also_known_to_exist[].source": "sites.OtherMaterial.source",
}


@pytest.fixture
def loaded():
    resources_content.load(FIXTURES)
    return content.load(FIXTURES)


def test_every_key_of_the_file_has_a_home(loaded):
    assert unaccounted("areas.yaml", HOMES, content.KEPT_IN_CODE) == []


def test_the_levels_in_code_are_those_of_the_file():
    values = values_by_path("areas.yaml")
    for levels, choices in (("certainty_levels", Certainty), ("early_implementer_levels", EarlyImplementer)):
        in_file = list(zip(values[f"{levels}[].key"], values[f"{levels}[].title"], strict=True))
        assert in_file == choices.choices


@pytest.mark.requirement("C1")
def test_all_twelve_areas_are_listed_and_each_profile_opens(loaded, client):
    areas = Area.objects.listed()
    assert len(areas) == 12
    for area in areas:
        html = client.get(area.get_absolute_url()).content.decode()
        assert area.place in html
        assert area.to_check not in html
        assert "To be added by NCISH" not in html
        assert "to be added by NCISH" not in html


def test_loading_again_changes_nothing_and_is_cheap(loaded, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        again = content.load(FIXTURES)
    assert all(created == 0 for _, created, _ in again)
    assert {kind: kept for kind, _, kept in again} == {kind: created for kind, created, _ in loaded}


def test_loading_again_neither_updates_nor_revives(loaded):
    Area.objects.filter(slug="somerset").update(summary="Staff wrote this.", publication_state="archived")
    AreaLink.objects.filter(area__slug="somerset").delete()
    Area.objects.get(slug="somerset").themes.clear()
    Milestone.objects.filter(area=None).update(title="Renamed", is_hidden=True)
    Milestone.objects.filter(area__slug="somerset").delete()
    InfographicPanel.objects.filter(kind=PanelKind.TO_FILL).delete()
    before = Milestone.objects.count()
    content.load(FIXTURES)
    somerset = Area.objects.get(slug="somerset")
    assert (somerset.summary, somerset.publication_state) == ("Staff wrote this.", "archived")
    assert not somerset.links.exists()
    assert not somerset.themes.exists()
    assert Milestone.objects.count() == before
    assert not InfographicPanel.objects.filter(kind=PanelKind.TO_FILL).exists()


def test_what_is_missing_comes_by_its_key(loaded):
    Infographic.objects.get(slug="somerset-digital-resources").delete()
    OtherMaterial.objects.earliest("pk").delete()
    created = {kind: number for kind, number, _ in content.load(FIXTURES)}
    assert created["infographics"] == 1
    assert created["other material of the programme"] == 1
    assert created["areas"] == 0
    assert Infographic.objects.get(slug="somerset-digital-resources").panels.exists()


def test_regions_and_themes_keep_their_order(loaded):
    assert [theme.order for theme in Theme.objects.all()] == list(range(1, 9))
    assert Region.objects.count() == 7
