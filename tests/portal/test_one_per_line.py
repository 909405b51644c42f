"""A list typed one item a line."""

import pytest
from django.core.exceptions import ValidationError

from selfharm_portal.one_per_line import OnePerLineField


def test_empty_lines_and_spaces_around_count_for_nothing():
    assert OnePerLineField().clean(" one \n\n two\r\n") == ["one", "two"]


def test_a_nul_that_the_database_could_not_keep_is_refused():
    with pytest.raises(ValidationError):
        OnePerLineField().clean("one\ntw\x00o")
