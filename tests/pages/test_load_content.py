"""The command: what it says, what it refuses, and what the database becomes."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from measures.models import Measure
from resources.models import Resource
from selfharm_portal.pages import demonstration
from selfharm_portal.pages.models import DatabaseKind, Page
from sites.models import Area
from tests.factories import AreaFactory

pytestmark = pytest.mark.django_db


def load(**options):
    out = StringIO()
    call_command("load_content", stdout=out, **options)
    return out.getvalue()


def test_the_first_load_creates_everything_and_the_second_nothing(settings):
    settings.DEMONSTRATION = False
    said = load()
    assert "areas: created 12, kept 0" in said
    assert "Content loaded: " in said
    for model in (Page, Area, Resource, Measure):
        assert model.objects.exists()
    assert load().strip() == "Content: nothing new. Real."
    assert "areas: created 0, kept 12" in load(verbosity=2)


@pytest.mark.parametrize("is_demonstration", [True, False])
def test_the_first_load_decides_what_the_database_is(settings, is_demonstration):
    settings.DEMONSTRATION = is_demonstration
    load()
    assert demonstration.is_demonstration() is is_demonstration
    settings.DEMONSTRATION = not is_demonstration
    load()
    assert demonstration.is_demonstration() is is_demonstration


def test_content_that_nobody_called_a_demonstration_may_be_real(settings):
    AreaFactory(tile_row=1, tile_column=1)  # where the content has none
    settings.DEMONSTRATION = True
    with pytest.raises(CommandError, match="it may be real"):
        load()
    assert demonstration.kind() is None
    assert not Page.objects.exists()
    settings.DEMONSTRATION = False
    load()
    assert demonstration.kind() == DatabaseKind.REAL


def test_a_load_that_fails_leaves_nothing(settings, monkeypatch):
    def fail(fixtures):
        raise RuntimeError

    monkeypatch.setattr("measures.content.load", fail)
    with pytest.raises(RuntimeError):
        load()
    assert not Page.objects.exists()
    assert demonstration.kind() is None


def test_before_the_first_load_nothing_is_a_demonstration(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert not demonstration.is_demonstration()
