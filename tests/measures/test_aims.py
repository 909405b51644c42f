"""An area's own aims: set by its lead, two at most, said to be its own."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from measures.models import AreaAim
from measures.team_charts import aims
from measures.team_charts.aims import Aim
from selfharm_portal.accounts.models import AreaRole
from tests.factories import AreaAimFactory, AreaMeasureFactory, AreaMembershipFactory, MeasureVersionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("G1")]

EARLIER, LATER = date(2025, 4, 1), date(2025, 10, 1)


@pytest.fixture
def reported():
    return AreaMeasureFactory(measure=MeasureVersionFactory().measure)


@pytest.fixture
def lead(client, reported):
    user = AreaMembershipFactory(area=reported.area, role=AreaRole.LEAD).user
    client.force_login(user)
    return user


def address(reported):
    return reverse("submissions:aims", args=[reported.area.slug, reported.measure.code])


def typed(**changes):
    return {"first": "70", "first_from": EARLIER.isoformat(), "second": "", "second_from": "", "seen": "", **changes}


def text(answer):
    return answer.content.decode()


def test_a_lead_sets_two_dated_aims_and_takes_them_away(client, reported, lead):
    assert "it is no target of NCISH" in text(client.get(address(reported)))
    answer = client.post(address(reported), typed(second="85.5", second_from=LATER.isoformat()), follow=True)
    assert "The chart shows it as your own aim." in text(answer)
    assert aims.stored(reported) == [Aim(Decimal("70"), EARLIER), Aim(Decimal("85.5"), LATER)]
    page = text(client.get(address(reported)))
    assert 'value="70"' in page
    assert 'value="85.5"' in page
    seen = aims.fingerprint(aims.stored(reported))
    answer = client.post(address(reported), typed(first="", first_from="", seen=seen), follow=True)
    assert "The chart shows no aim." in text(answer)
    assert not AreaAim.objects.exists()


def test_they_are_kept_in_order_of_their_months(client, reported, lead):
    client.post(address(reported), typed(first_from=LATER.isoformat(), second="60", second_from=EARLIER.isoformat()))
    assert [(aim.position, int(aim.value)) for aim in AreaAim.objects.order_by("from_month")] == [(1, 60), (2, 70)]


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"first": "101"}, "first", "Enter a number from 0 to 100"),
        ({"first": "-1"}, "first", "Enter a number from 0 to 100"),
        ({"first": "many"}, "first", "Write a number in figures"),
        ({"first_from": ""}, "first_from", "Choose the month from which you aim at it."),
        ({"first": ""}, "first", "Enter the aim for that month"),
        (
            {"first": "", "first_from": "", "second": "80", "second_from": "2025-10-01"},
            "first",
            "move the second one up",
        ),
        ({"second": "80", "second_from": "2025-04-01"}, "second_from", "two aims cannot begin in the same one"),
        ({"first_from": "1999-01-01"}, "first_from", "Choose again"),
    ],
)
def test_a_mistake_is_said_beside_its_field(client, reported, lead, changes, field, said):
    answer = client.post(address(reported), typed(**changes))
    assert said in str(answer.context["form"].errors[field])
    assert "nhsuk-error-summary" in text(answer)
    assert not AreaAim.objects.exists()


def test_a_double_click_saves_once(client, reported, lead):
    for _ in range(2):
        assert client.post(address(reported), typed()).status_code == 302
    assert AreaAim.objects.count() == 1


def test_a_stale_page_saves_nothing_and_keeps_what_was_typed(client, reported, lead):
    AreaAimFactory(area_measure=reported, value=50, from_month=LATER)
    answer = client.post(address(reported), typed())
    assert answer.status_code == 409
    page = text(answer)
    assert "Not saved: the aims changed meanwhile" in page
    assert "Set now: 50 from October 2025." in page
    assert 'value="70' in page
    assert aims.stored(reported) == [Aim(Decimal(50), LATER)]
    client.post(address(reported), typed(seen=answer.context["form"]["seen"].value()))
    assert aims.stored(reported) == [Aim(Decimal(70), EARLIER)]


@pytest.mark.parametrize("role", [AreaRole.CONTRIBUTOR, None])
def test_nobody_but_a_lead_may(client, reported, role):
    membership = AreaMembershipFactory(**({"area": reported.area, "role": role} if role else {"role": AreaRole.LEAD}))
    with pytest.raises(aims.NotAllowed):
        aims.set_aims(reported, [Aim(Decimal(70), EARLIER)], by=membership.user, seen="")
    client.force_login(membership.user)
    assert client.post(address(reported), typed()).status_code == (403 if role else 404)
