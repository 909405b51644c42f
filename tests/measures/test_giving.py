"""NCISH gives an area its measures, several at once, from one month on; what it means is said before it is done."""

import re
from datetime import date
from html import unescape

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from measures import giving
from measures.models import AreaMeasure, Submission
from measures.wording import shifted
from tests.factories import AreaFactory, AreaMeasureFactory, MeasureVersionFactory, ReportingPeriodFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("F5")]
GIVE = "/admin/measures/areameasure/give/"


@pytest.fixture
def as_curator(client):
    client.force_login(UserFactory(curator=True))
    return client


@pytest.fixture
def chosen():
    """An area, two measures, and three months from the first on that are open."""
    first = shifted(timezone.localdate().replace(day=1), -3)
    for step in range(3):
        ReportingPeriodFactory(month=shifted(first, step))
    versions = [MeasureVersionFactory(valid_from=date(2021, 4, 1)) for _ in range(2)]
    codes = [version.measure.code for version in versions]
    return {"area": AreaFactory().pk, "from_month": first.isoformat(), "until_month": "", "measures": codes}


def seen(response):
    return unescape(re.findall(r'name="seen" value="([^"]*)"', response.content.decode())[0])


def test_what_it_means_is_said_first_and_then_done_at_once(as_curator, chosen):
    shown = as_curator.post(GIVE, chosen)
    said = seen(shown)
    assert said.startswith("2 measures for ")
    assert "3 of these months are open already" in said
    assert "Of these, 3 are new for the area" in said
    assert not AreaMeasure.objects.exists()
    done = as_curator.post(GIVE, chosen | {"seen": said}, follow=True)
    assert "2 measures for " in done.content.decode()
    assert {row.from_month.isoformat() for row in AreaMeasure.objects.all()} == {chosen["from_month"]}
    assert AreaMeasure.objects.count() == 2
    assert Submission.objects.filter(area=chosen["area"]).count() == 3


def test_until_a_month_opens_no_row_after_it(as_curator, chosen):
    chosen |= {"until_month": chosen["from_month"]}
    as_curator.post(GIVE, chosen | {"seen": seen(as_curator.post(GIVE, chosen))})
    assert Submission.objects.filter(area=chosen["area"]).count() == 1


def test_what_changed_since_it_was_shown_is_shown_again(as_curator, chosen):
    said = seen(as_curator.post(GIVE, chosen))
    again = as_curator.post(GIVE, chosen | {"measures": chosen["measures"][:1], "seen": said})
    assert "Something has changed since you looked." in again.content.decode()
    assert seen(again).startswith("1 measure for ")
    assert not AreaMeasure.objects.exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"area": ""}, "Choose “Area”"),
        ({"measures": []}, "Choose “Measures”"),
        ({"until_month": "2021-13-01"}, "is not in the list"),
    ],
)
def test_what_is_missing_is_said_and_what_was_chosen_stays(as_curator, chosen, given, said):
    html = as_curator.post(GIVE, chosen | given).content.decode()
    assert said in html
    assert f'value="{chosen["from_month"]}" selected' in html
    assert 'name="seen"' not in html


def test_an_end_before_the_beginning(as_curator, chosen):
    before = shifted(date.fromisoformat(chosen["from_month"]), -1)
    assert (
        "or a later month, or no end"
        in as_curator.post(GIVE, chosen | {"until_month": before.isoformat()}).content.decode()
    )


def test_what_the_area_has_already_is_named_beside_the_field_and_nothing_is_given(as_curator, chosen):
    said = seen(as_curator.post(GIVE, chosen))
    there = AreaMeasureFactory(area_id=chosen["area"], measure__code="SH77")
    MeasureVersionFactory(measure=there.measure)
    html = as_curator.post(GIVE, chosen | {"measures": [*chosen["measures"], "SH77"], "seen": said}).content.decode()
    assert "has SH77 already. Take the tick away" in html
    assert AreaMeasure.objects.count() == 1


def test_all_or_none(chosen):
    area = AreaFactory()
    first = date.fromisoformat(chosen["from_month"])
    giving.give(area, chosen["measures"][:1], first, None)
    with pytest.raises(IntegrityError, match="area_measure_once_per_area"), transaction.atomic():
        giving.give(area, chosen["measures"], first, None)
    assert AreaMeasure.objects.filter(area=area).count() == 1


@pytest.mark.requirement("F4")
@pytest.mark.parametrize("role", ["analyst", "administrator"])
def test_it_is_curators_who_decide_what_an_area_reports(client, role):
    client.force_login(UserFactory(**{role: True}))
    assert client.get(GIVE).status_code == 403
