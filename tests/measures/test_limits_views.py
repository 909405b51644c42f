"""The page of a chart's limits: both pictures before anything is saved, undoing, and what everybody reads."""

from datetime import date

import pytest
from django.urls import reverse

from measures.models import LimitsDecision
from measures.team_charts import limits
from measures.wording import shifted
from selfharm_portal.accounts.models import AreaRole
from tests.factories import (
    AreaMeasureFactory,
    AreaMembershipFactory,
    LimitsDecisionFactory,
    MeasureVersionFactory,
    MilestoneFactory,
    UserFactory,
)
from tests.measures.a_change import FIRST, reported_over_a_change

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("G5")]

REASON = "It works in all localities."
QUERIES_OF_THE_PAGE = 20


@pytest.fixture
def version():
    return MeasureVersionFactory(valid_from=FIRST)


@pytest.fixture
def reported(version):
    return reported_over_a_change(version)


@pytest.fixture
def lead(client, reported):
    user = AreaMembershipFactory(area=reported.area, role=AreaRole.LEAD).user
    client.force_login(user)
    return user


def address(reported, name="limits", *more):
    return reverse(f"submissions:{name}", args=[reported.area.slug, reported.measure.code, *more])


def typed(reported, step="look", **changes):
    milestone = reported.area.milestones.get()
    return {
        "what": "recalculate",
        "step": step,
        "seen_moves": "0",
        "recalculate-place": f"{milestone.pk}-2025-06",
        "recalculate-agreed": limits.CHECKLIST,
        "recalculate-reason": REASON,
        **changes,
    }


def fixed(step="look", **changes):
    return {"what": "fix", "step": step, "seen_moves": "0", "fix-months": "14", "fix-reason": "Before it", **changes}


def text(answer):
    return answer.content.decode()


def test_the_page_says_when_to_and_when_not_to_and_offers_the_milestones(client, reported, lead):
    page = text(client.get(address(reported)))
    assert "The portal never does so by itself." in page
    assert "When not to." in page
    assert "From June 2025, the month of milestone 1: The offer opens" in page
    assert "From July 2025, the month after milestone 1: The offer opens" in page
    assert all(words in page for words in limits.CHECKLIST)
    assert "Nothing. The limits come from all months of each part of the chart." in page


def test_limits_that_look_stale_are_a_question_with_the_way_to_the_answer(client, reported, lead):
    chart = text(client.get(address(reported, "chart")))
    assert "These limits look stale." in chart
    assert f'href="{address(reported)}"' in chart
    assert "These limits look stale" in text(client.get(address(reported)))
    client.post(address(reported), typed(reported, "save"))
    assert "stale" not in text(client.get(address(reported)))
    assert LimitsDecision.objects.count() == 1


def test_both_pictures_are_seen_before_anything_is_saved(client, reported, lead):
    answer = client.post(address(reported), typed(reported))
    page = text(answer)
    assert "Nothing is saved yet." in page
    assert page.index("As it is") < page.index("As it would be")
    now, then = (picture["chart"] for picture in answer.context["pictures"])
    assert (len(now.sections), len(then.sections)) == (1, 2)
    assert REASON in page
    assert not LimitsDecision.objects.exists()


def test_saving_shows_who_and_why_on_the_chart(client, reported, lead):
    answer = client.post(address(reported), typed(reported, "save"), follow=True)
    assert answer.redirect_chain == [(address(reported, "chart"), 302)]
    page = text(answer)
    assert "From June 2025 the chart has new limits." in page
    assert f"{lead}" in page
    assert REASON in page
    assert LimitsDecision.objects.get().checklist == list(limits.CHECKLIST)


def test_the_chart_as_it_was_is_one_click_away_and_so_is_the_way_back(client, reported, lead):
    before = client.get(address(reported, "chart")).context["chart"]
    client.post(address(reported), typed(reported, "save"))
    now = client.get(address(reported, "chart"))
    other = f"{address(reported, 'chart')}?limits=as-they-were"
    assert f'href="{other}"' in text(now)
    was = client.get(other)
    assert was.context["chart"].sections == before.sections != now.context["chart"].sections
    assert f'<a href="{address(reported, "chart")}">Show it as it is now</a>' in text(was)


def test_without_decisions_there_is_no_other_picture(client, reported, lead):
    page = text(client.get(address(reported, "chart")))
    assert "Nobody has moved them." in page
    assert "as-they-were" not in page


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"recalculate-reason": ""}, "reason", "Say why the limits are recalculated."),
        ({"recalculate-reason": "Call Kim on 07700 900123"}, "reason", "telephone number"),
        ({"recalculate-place": ""}, "place", "Choose the month"),
        ({"recalculate-place": "7-1999-01"}, "place", "Choose again"),
        ({"recalculate-agreed": limits.CHECKLIST[:3]}, "agreed", "only if all four are true"),
        ({"recalculate-agreed": []}, "agreed", "Tick what is true"),
    ],
)
@pytest.mark.parametrize("step", ["look", "save"])
def test_a_mistake_is_said_beside_its_field_and_keeps_what_was_typed(
    client, reported, lead, step, changes, field, said
):
    answer = client.post(address(reported), typed(reported, step, **changes))
    page = text(answer)
    assert said in page
    assert said in str(answer.context["recalculate"].errors[field])
    assert "nhsuk-error-summary" in page
    kept = {"recalculate-reason": REASON, **changes}["recalculate-reason"]
    assert kept in page
    assert not LimitsDecision.objects.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"fix-months": "11"}, "Enter a number from 12 to 27."),
        ({"fix-months": "28"}, "Enter a number from 12 to 27."),
        ({"fix-months": "many"}, "Write a whole number in figures, such as 12"),
        ({"fix-reason": ""}, "Say why the limits are fixed to these months."),
    ],
)
def test_a_baseline_that_is_none_is_refused(client, reported, lead, changes, said):
    assert said in text(client.post(address(reported), fixed("save", **changes)))
    assert not LimitsDecision.objects.exists()


def test_limits_are_fixed_to_the_first_months(client, reported, lead):
    page = text(client.post(address(reported), fixed()))
    assert "Average and limits come from the first 14 months" in page
    page = text(client.post(address(reported), fixed("save"), follow=True))
    assert "The limits come from the first 14 months now." in page
    assert "Limits fixed on the first 14 months" in page
    assert "Fix to the first months" not in text(client.get(address(reported)))


def test_back_from_the_pictures_everything_is_as_it_was_typed(client, reported, lead):
    page = text(client.post(address(reported), typed(reported, "change")))
    assert REASON in page
    assert page.count(" checked") == 5
    assert "nhsuk-error-summary" not in page


def test_a_short_new_part_is_said_before_saving(client, reported, version, lead):
    reported.area.milestones.all().delete()
    milestone = MilestoneFactory(area=reported.area, date=date(2026, 3, 1), change_tested=True)
    early = MilestoneFactory(area=reported.area, date=date(2024, 8, 1), change_tested=True)
    data = {**fixed(), "what": "recalculate", "recalculate-agreed": limits.CHECKLIST, "recalculate-reason": REASON}
    data["recalculate-place"] = f"{milestone.pk}-2026-03"
    assert "The new part has 5 months with a number of the 13 that limits need." in text(
        client.post(address(reported), data)
    )
    data["recalculate-place"] = f"{early.pk}-2024-08"
    page = text(client.post(address(reported), data))
    assert "The part before is left with 4 months with a number, too few for limits as well." in page


def test_a_double_click_saves_once(client, reported, lead):
    for _ in range(2):
        answer = client.post(address(reported), typed(reported, "save"), follow=True)
        assert "From June 2025 the chart has new limits." in text(answer)
    assert LimitsDecision.objects.count() == 1


def test_a_stale_page_saves_nothing_and_shows_how_it_would_be_now(client, reported, lead):
    other = UserFactory(analyst=True)
    limits.fix(reported, 12, reason="Before the change", by=other, seen_moves=0)
    answer = client.post(address(reported), typed(reported, "save"))
    assert answer.status_code == 409
    page = text(answer)
    assert "Not saved: the limits changed meanwhile" in page
    assert LimitsDecision.objects.count() == 1
    assert 'name="seen_moves" value="1"' in page
    client.post(address(reported), typed(reported, "save", seen_moves="1"))
    assert LimitsDecision.objects.count() == 2


def test_what_somebody_else_decided_meanwhile_is_not_decided_again(client, reported, lead):
    place = limits.Place(reported.area.milestones.get(), date(2025, 6, 1), 1)
    other = UserFactory(analyst=True)
    limits.recalculate(reported, place, agreed=limits.CHECKLIST, reason="First", by=other, seen_moves=0)
    answer = client.post(address(reported), typed(reported, "save"), follow=True)
    assert "Somebody decided this meanwhile. Nothing was saved" in text(answer)
    assert LimitsDecision.objects.get().reason == "First"


def test_undoing_needs_a_reason_and_both_stay_readable(client, reported, lead):
    client.post(address(reported), typed(reported, "save"))
    decision = LimitsDecision.objects.get()
    undo = address(reported, "undo_limits", decision.pk)
    assert f'href="{undo}"' in text(client.get(address(reported)))
    page = text(client.get(undo))
    assert REASON in page
    assert "Say why this is undone." in text(client.post(undo, {"reason": ""}))
    for _ in range(2):
        page = text(client.post(undo, {"reason": "The offer closed"}, follow=True))
        assert "Undone. The chart has the limits that it had before." in page
    assert "Undone: limits recalculated from June 2025" in page
    assert "The offer closed" in page
    assert REASON in page
    decision.refresh_from_db()
    assert decision.undone_by == lead


def test_what_somebody_else_has_undone_is_said(client, reported, lead):
    other = UserFactory(analyst=True)
    decision = LimitsDecisionFactory(area_measure=reported, milestone=reported.area.milestones.get())
    limits.undo(decision, why="The offer closed", by=other)
    answer = client.post(address(reported, "undo_limits", decision.pk), {"reason": "Mine"}, follow=True)
    assert f"{other} has undone this already." in text(answer)
    decision.refresh_from_db()
    assert decision.why_undone == "The offer closed"


def test_a_decision_of_another_chart_is_not_found_here(client, reported, lead):
    other = LimitsDecisionFactory(area_measure=AreaMeasureFactory(area=reported.area))
    assert client.get(address(reported, "undo_limits", other.pk)).status_code == 404


def test_contributors_read_and_decide_nothing(client, reported):
    LimitsDecisionFactory(area_measure=reported, milestone=reported.area.milestones.get(), reason=REASON)
    client.force_login(AreaMembershipFactory(area=reported.area, role=AreaRole.CONTRIBUTOR).user)
    page = text(client.get(address(reported)))
    assert REASON in page
    assert "<form method" not in page.split("<main", 1)[1]
    assert "undo/" not in page
    assert client.post(address(reported), typed(reported, "save")).status_code == 403


def test_an_analyst_decides_too(client, reported):
    client.force_login(UserFactory(analyst=True))
    client.post(address(reported), typed(reported, "save"))
    assert LimitsDecision.objects.exists()


def test_without_milestones_the_page_says_what_is_missing(client, reported, lead):
    reported.area.milestones.all().delete()
    page = text(client.get(address(reported)))
    assert "No milestone for this" in page
    assert "Fix to the first months" in page


def test_an_area_without_accepted_months_has_a_page_too(client, lead, reported):
    measure = MeasureVersionFactory().measure
    AreaMeasureFactory(area=reported.area, measure=measure)
    page = client.get(reverse("submissions:limits", args=[reported.area.slug, measure.code]))
    assert page.status_code == 200
    assert "No milestone for this" in text(page)


@pytest.mark.parametrize("more", [0, 6])
def test_queries_do_not_grow(client, reported, lead, django_assert_num_queries, more):
    for n in range(more):
        milestone = MilestoneFactory(area=reported.area, date=shifted(FIRST, n + 2), change_tested=True)
        LimitsDecisionFactory(area_measure=reported, milestone=milestone)
    with django_assert_num_queries(QUERIES_OF_THE_PAGE):
        client.get(address(reported))
