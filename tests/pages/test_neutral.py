"""Titles that tell a stranger nothing."""

import pytest

from selfharm_portal.pages.neutral import neutral


@pytest.mark.requirement("K2")
@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Library", "Library"),
        ("Self-harm: assessment and management (NG225)", "Assessment and management (NG225)"),
        ("Self-harm (quality standard QS34)", "Quality standard QS34"),
        ("Self-harm", "…"),
        ("For people who self-harm", "For people who …"),
        ("Self\u2011Harming, and self harm", "…"),
        ("Suicide and self-harm e-learning (MindEd)", "… e-learning (MindEd)"),
        ("Suicidal thoughts, suicide attempts and non-suicidal self-harm", "… thoughts, … attempts and …"),
        ("Error: Sign in", "Error: Sign in"),
        ("Charm and harmony", "Charm and harmony"),
        ("", ""),
    ],
)
def test_titles_leave_out_the_words(title, shown):
    assert neutral(title) == shown
