import pytest

from sites import tile_map


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Somerset", ["Somerset"]),
        ("NW London", ["NW London"]),
        ("Herts and West Essex", ["Herts and", "West Essex"]),
        ("Humber, Coast and Vale", ["Humber, Coast", "and Vale"]),
        ("Herefordshireandworcestershire", ["Herefordshireandworcestershire"]),
    ],
)
def test_a_name_stands_in_one_line_or_in_two_alike(name, lines):
    assert tile_map.lines(name) == lines


def test_rows_count_from_the_north_and_columns_from_the_west():
    assert tile_map.corner(1, 1) == (6, 6)
    assert tile_map.corner(6, 4) == (6 + 3 * 115, 6 + 5 * 115)


def test_the_rest_of_england_leaves_an_area_its_tile():
    everywhere = tile_map.ghosts([])
    assert len(everywhere) == len(tile_map.REST_OF_ENGLAND)
    assert tile_map.Ghost(*tile_map.corner(1, 3)) in everywhere
    assert tile_map.Ghost(*tile_map.corner(1, 3)) not in tile_map.ghosts([(1, 3)])


def test_a_tile_is_called_by_the_words_that_stand_on_it():
    assert tile_map.label(9, "NW London", "North West London") == "9 NW London, North West London"
    assert tile_map.label(3, "Frimley", "Frimley") == "3 Frimley"
