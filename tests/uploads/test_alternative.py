"""A text alternative says what a picture shows; the name of its file does not."""

import pytest

from selfharm_portal.uploads import alternative

pytestmark = pytest.mark.requirement("C2")


@pytest.mark.parametrize(
    ("text", "file_name", "problem"),
    [
        ("", "", alternative.EMPTY),
        (" \n ", "", alternative.EMPTY),
        ("412 / 60 %", "", alternative.EMPTY),
        ("somerset_digital-resources.pdf", "somerset_digital-resources.pdf", alternative.FILE_NAME),
        ("Somerset digital resources", "somerset_digital-resources.pdf", alternative.FILE_NAME),
        ("SOMERSET  DIGITAL RESOURCES 2", "somerset_digital-resources (2).pdf", alternative.FILE_NAME),
        ("scan0001.png", "another.png", alternative.FILE_NAME),
        ("Somerset", "Somerset", alternative.FILE_NAME),
        ("Image", "", alternative.NOTHING_SAID),
        ("Picture of the original infographic (PDF)", "", alternative.NOTHING_SAID),
        ("untitled.", "", alternative.NOTHING_SAID),
        ("Somerset trained 412 staff.", "somerset.pdf", ""),
        ("A path from aims to outcomes, as in scan0001.png", "scan0001.png", ""),
        ("Hyfforddiant i staff", "poster.pdf", ""),
    ],
)
def test_what_says_nothing_is_sent_back(text, file_name, problem):
    assert alternative.problem(text, file_name) == problem
