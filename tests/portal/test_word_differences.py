"""What changed between two texts, word by word."""

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from selfharm_portal.word_differences import pieces

pytestmark = pytest.mark.requirement("D1")

TEXTS = st.text(alphabet="ab .,'\n\tß—", max_size=40) | st.text(max_size=40)


@pytest.mark.parametrize(
    ("before", "after", "marked"),
    [
        ("One team saw 12 people.", "One team saw 12 people.", "One team saw 12 people."),
        ("One team saw 12 people.", "One team saw 15 people.", "One team saw -[12]+[15] people."),
        ("Staff were trained.", "Staff were trained, twice.", "Staff were trained+[, twice]."),
        ("Seen within 1.5 days", "Seen within 2.5 days", "Seen within -[1.5]+[2.5] days"),
        ("", "New.", "+[New.]"),
        ("Old.", "", "-[Old.]"),
        ("", "", ""),
        # "the" alone is no bridge between two sentences.
        ("see the doctor", "ask the nurse", "-[see the doctor]+[ask the nurse]"),
        ("Two\nlines", "Two lines", "Two-[\nlines]+[ lines]"),
    ],
)
def test_what_stays_goes_and_comes_is_told_apart_in_reading_order(before, after, marked):
    signs = {"same": "{}", "gone": "-[{}]", "new": "+[{}]"}
    assert "".join(signs[piece.kind].format(piece.text) for piece in pieces(before, after)) == marked


@given(TEXTS, TEXTS)
def test_no_letter_and_no_space_of_either_text_is_lost(before, after):
    found = pieces(before, after)
    assert "".join(piece.text for piece in found if piece.kind != "new") == before
    assert "".join(piece.text for piece in found if piece.kind != "gone") == after
    assert all(piece.text for piece in found)


@pytest.mark.requirement("K4")
def test_the_change_is_marked_in_elements_and_said_in_words_and_no_text_becomes_markup():
    html = render_to_string(
        "components/word_difference.html", {"pieces": pieces("Old <b>words</b>", "New <b>words</b>"), "explain": True}
    )
    assert "<del><span" in html
    assert "[taken out:</span>Old<span" in html
    assert "[added:</span>New<span" in html
    assert "&lt;b&gt;words&lt;/b&gt;" in html
    assert "Underlined" in html
