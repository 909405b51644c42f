import pytest

from sites.models import Area, Milestone
from tests.factories import AreaFactory, MilestoneFactory, ThemeFactory

pytestmark = pytest.mark.django_db


def test_listed_are_all_but_those_taken_off_the_list_a_to_z():
    last, first = AreaFactory(place="Somerset"), AreaFactory(place="Frimley")
    AreaFactory(draft=True)
    assert list(Area.objects.listed()) == [first, last]


@pytest.mark.parametrize(
    "words", ["Somerset", "somerset", "QSL", "digital", "NHS Somerset Integrated Care Board", "Dorset OR rural", "west"]
)
def test_an_area_is_found_by_names_codes_texts_region_and_theme(words):
    area = AreaFactory(
        place="Somerset",
        ods_code="QSL",
        icb_name="NHS Somerset Integrated Care Board",
        summary="A large, rural county.",
        region__name="South West",
    )
    area.themes.add(ThemeFactory(title="Digital resources"))
    AreaFactory()
    assert list(Area.objects.search(words)) == [area]


def test_the_area_of_that_name_comes_before_one_that_only_mentions_it():
    mentions = AreaFactory(place="Kent", summary="Next to Somerset, on the map of the programme.")
    named = AreaFactory(place="Somerset")
    assert list(Area.objects.search("somerset")) == [named, mentions]


@pytest.mark.parametrize("words", ["", "   ", "xyzzy", "-", '"', "the", "a & b | !"])
def test_words_that_mean_nothing_find_nothing(words):
    AreaFactory()
    assert list(Area.objects.search(words)) == []


def test_readers_see_milestones_that_are_confirmed_and_not_hidden():
    shown = MilestoneFactory()
    MilestoneFactory(confirmed=False)
    MilestoneFactory(is_hidden=True)
    of_programme = MilestoneFactory(area=None)
    assert set(Milestone.objects.shown()) == {shown, of_programme}
    assert list(Milestone.objects.of_programme()) == [of_programme]
