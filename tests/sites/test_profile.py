import pytest

from selfharm_portal.facts import host
from sites import content, profile


@pytest.mark.parametrize(
    ("summary", "lead", "rest"),
    [
        ("One. Two. Three.", "One.", "Two. Three."),
        ("About 1.5 million people live here. More.", "About 1.5 million people live here.", "More."),
        ("Only one", "Only one", ""),
    ],
)
def test_the_lead_is_the_first_sentence(summary, lead, rest):
    assert profile.lead_and_rest(summary) == (lead, rest)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Frimley Health and Care Integrated Care System", "Frimley"),
        ("Somerset Sustainability and Transformation Partnership", "Somerset"),
        ("Surrey Heartlands Health and Care Partnership", "Surrey Heartlands"),
        ("South Yorkshire and Bassetlaw Integrated Care System", "South Yorkshire and Bassetlaw"),
        ("North West London", "North West London"),
    ],
)
def test_the_place_is_the_name_without_what_the_body_was(name, place):
    assert content.place_of(name) == place


def test_a_source_is_named_by_its_host():
    assert host("https://www.england.nhs.uk/a/b") == "england.nhs.uk"
    assert host("not an address") == "not an address"
