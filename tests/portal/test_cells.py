"""What stands in a spreadsheet is text, whatever it looks like, and is read back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfharm_portal.cells import guarded, text_of

pytestmark = pytest.mark.requirement("E6")

STARTS = tuple("=+-@＝＋－＠\t\r\n")


@given(st.text(alphabet=st.sampled_from([*STARTS, "'", "a", " "])) | st.text())
def test_no_text_is_computed_and_every_text_comes_back(text):
    assert not guarded(text).startswith(STARTS)
    assert text_of(guarded(text)) == text


@pytest.mark.parametrize("text", ["People seen", "29 of 38", "'quoted'", "", "1-2"])
def test_what_no_spreadsheet_computes_is_left_alone(text):
    assert guarded(text) == text
