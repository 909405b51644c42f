"""Say it before you see it: who may, until when, and what the page of the chart says of it."""

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
from django.urls import reverse

from measures import series
from measures.models import Expectation
from measures.team_charts import before_after_pages, expecting, expecting_pages
from measures.team_charts.expecting import (
    ChangedMeanwhile,
    NotAllowed,
    ReasonRefused,
    Stays,
    TooLate,
    months_with_numbers,
    record,
    standing,
    take_back,
)
from measures.wording import shifted
from sites.models import DatePrecision
from tests.factories import (
    AreaMeasureFactory,
    ExpectationFactory,
    MeasureValueFactory,
    MeasureVersionFactory,
    MilestoneFactory,
    ReportingPeriodFactory,
    SubmissionFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("G6")]

FIRST, CHANGED = date(2025, 4, 1), date(2026, 2, 1)
BY = date(2026, 10, 1)
TODAY = date(2026, 12, 1)


@pytest.fixture
def reported(team):
    return team.area.area_measures.get(measure=team.proportion.measure)


@pytest.fixture
def milestone(team):
    return MilestoneFactory(
        area=team.area, date=CHANGED, date_precision=DatePrecision.MONTH, title="Workers start", change_tested=True
    )


def send(team, month, numerator=42, *, accepted=True, **changes):
    """One month of the proportion, of 60."""
    state = {"accepted": True} if accepted else {"submitted": True}
    sent = SubmissionFactory(area=team.area, period=ReportingPeriodFactory(month=month), **state)
    revision = sent.accepted_revision or sent.latest_revision
    version = team.proportion
    return MeasureValueFactory(
        revision=revision, measure=version.measure, version=version, **({"numerator": numerator} | changes)
    )


def send_months(team, before=10, after=8, *, from_numerator=30, to_numerator=42):
    for row in range(before):
        send(team, shifted(FIRST, row), from_numerator + row % 3)
    send(team, CHANGED, 36)
    for row in range(after):
        send(team, shifted(CHANGED, row + 1), to_numerator + row % 3)


def page_of(team, milestone, version=None):
    code = (version or team.proportion).measure.code
    return reverse("submissions:expect", args=[team.area.slug, code, milestone.pk])


def chart_of(team):
    return reverse("submissions:chart", args=[team.area.slug, team.proportion.measure.code])


def say(team, reported, milestone, **changes):
    given = {"direction": "increase", "by_month": BY, "by": team.lead, "seen": ""}
    return record(reported, milestone, **(given | changes))


# The rules


def test_what_a_lead_says_is_kept_with_name_and_time(team, reported, milestone):
    kept = say(team, reported, milestone)
    assert (kept.direction, kept.by_month, kept.recorded_by, kept.months_known) == ("increase", BY, team.lead, 0)
    assert kept.recorded_at.tzinfo


def test_pressed_twice_it_is_recorded_once(team, reported, milestone):
    assert say(team, reported, milestone) == say(team, reported, milestone)
    assert Expectation.objects.count() == 1


def test_it_can_be_changed_until_the_first_number_after_the_milestone(team, reported, milestone):
    first = say(team, reported, milestone)
    send(team, CHANGED)  # the milestone's own month counts on neither side
    second = say(team, reported, milestone, direction="stay", seen=standing(reported, milestone).seen)
    assert (second.pk, second.direction) == (first.pk, "stay")
    send(team, shifted(CHANGED, 1), accepted=False)  # sent is known, whether accepted or not
    with pytest.raises(Stays):
        say(team, reported, milestone, seen=standing(reported, milestone).seen)
    assert Expectation.objects.get().direction == "stay"


def test_a_month_without_a_number_tells_nothing(team, reported, milestone):
    send(team, shifted(CHANGED, 1), numerator=None, denominator=None, no_data_reason="system_down")
    assert months_with_numbers(reported) == []
    assert standing(reported, milestone).is_open


def test_months_of_other_measures_and_areas_tell_nothing(team, other_team, reported, milestone):
    send(other_team, shifted(CHANGED, 1))
    MeasureValueFactory(
        revision__submission=SubmissionFactory(area=team.area, accepted=True), measure=team.count.measure,
        version=team.count, kind="count", numerator=1, denominator=None,
    )  # fmt: skip
    assert months_with_numbers(reported) == []


def test_a_measure_that_looks_back_counts_the_months_of_its_people(team, milestone):
    version = MeasureVersionFactory(valid_from=FIRST, cohort_month_offset=-1)
    reported = AreaMeasureFactory(area=team.area, measure=version.measure)
    month = SubmissionFactory(area=team.area, period=ReportingPeriodFactory(month=shifted(CHANGED, 1)), accepted=True)
    MeasureValueFactory(revision=month.accepted_revision, measure=version.measure, version=version)
    assert months_with_numbers(reported) == [CHANGED]
    assert standing(reported, milestone).months_known == 0


@pytest.mark.parametrize("known", [1, 6])
def test_late_it_is_recorded_once_and_says_how_many_months_were_known(team, reported, milestone, known):
    send_months(team, after=known)
    kept = say(team, reported, milestone)
    assert kept.months_known == known
    assert f"when {known} month" in expecting_pages.by_whom(kept)
    with pytest.raises(Stays):
        say(team, reported, milestone, direction="decrease", seen=standing(reported, milestone).seen)


def test_once_the_chart_can_compare_it_is_too_late(team, reported, milestone):
    send_months(team, after=7)
    with pytest.raises(TooLate):
        say(team, reported, milestone)


def test_two_leads_at_once_lose_nothing(team, reported, milestone):
    say(team, reported, milestone)
    with pytest.raises(ChangedMeanwhile):
        say(team, reported, milestone, direction="decrease", by=lead_of(team))
    assert Expectation.objects.get().recorded_by == team.lead


def lead_of(team):
    user = UserFactory()
    team.area.memberships.create(user=user, role="lead")
    return user


def test_only_leads_of_the_area_and_only_what_it_tested(team, other_team, reported, milestone):
    for somebody in (team.contributor, other_team.lead, UserFactory(analyst=True), UserFactory(curator=True)):
        with pytest.raises(NotAllowed):
            say(team, reported, milestone, by=somebody)
    for other in (
        MilestoneFactory(area=team.area),
        MilestoneFactory(area=other_team.area, change_tested=True),
        MilestoneFactory(area=team.area, change_tested=True, is_hidden=True),
    ):
        with pytest.raises(NotAllowed):
            say(team, reported, other)
    assert not Expectation.objects.exists()


def test_only_a_month_in_which_a_change_could_show(team, reported, milestone):
    with pytest.raises(ValueError, match="none of the months"):
        say(team, reported, milestone, by_month=shifted(CHANGED, 6))


def test_the_numbers_of_milestones_are_those_of_the_chart(team):
    send_months(team)
    for title, day in (("B", date(2026, 1, 1)), ("A", date(2026, 1, 1)), ("C", date(2025, 6, 1))):
        MilestoneFactory(area=team.area, title=title, date=day, change_tested=True)
    (item,) = series.series_of_area(team.area, [team.proportion.measure], today=TODAY)
    assert item.series is not None
    changes = expecting.tested_changes(expecting.tested_by(team.area))
    assert sorted((change.number, change.title) for change in changes.values()) == [
        (milestone.number, milestone.title) for milestone in item.series.milestones
    ]


# Taking back


def back(team, reported, milestone, **changes):
    now = standing(reported, milestone)
    given = {"why": "The workers did not start.", "by": team.lead, "seen": now.seen}
    return take_back(now.expectation or now.taken_back[-1], **(given | changes))


def test_taken_back_it_stays_with_who_did_so_and_why_and_another_may_be_recorded(team, reported, milestone):
    say(team, reported, milestone)
    kept = back(team, reported, milestone)
    assert (kept.undone_by, kept.why_undone) == (team.lead, "The workers did not start.")
    assert standing(reported, milestone).expectation is None
    another = say(team, reported, milestone, direction="decrease")
    now = standing(reported, milestone)
    assert (now.expectation, now.taken_back) == (another, [kept])


def test_once_months_are_known_nothing_takes_its_place(team, reported, milestone):
    say(team, reported, milestone)
    send(team, shifted(CHANGED, 1))
    kept = back(team, reported, milestone)
    assert standing(reported, milestone).stays_taken_back
    with pytest.raises(Stays):
        say(team, reported, milestone, direction="decrease")
    assert Expectation.objects.get() == kept


def test_pressed_twice_it_is_taken_back_once(team, reported, milestone):
    say(team, reported, milestone)
    first = back(team, reported, milestone)
    assert back(team, reported, milestone, why="Again").undone_at == first.undone_at
    assert Expectation.objects.get().why_undone == "The workers did not start."


def test_what_a_colleague_changed_or_took_back_meanwhile_is_not_taken_back(team, reported, milestone):
    first = say(team, reported, milestone)
    seen = standing(reported, milestone).seen
    say(team, reported, milestone, direction="stay", by=lead_of(team), seen=seen)
    with pytest.raises(ChangedMeanwhile):
        take_back(first, why="Mine", by=team.lead, seen=seen)
    assert standing(reported, milestone).expectation == first
    other = lead_of(team)
    back(team, reported, milestone, by=other)
    with pytest.raises(ChangedMeanwhile):
        take_back(first, why="Mine", by=team.lead, seen=seen)
    assert Expectation.objects.get().undone_by == other


def test_a_page_that_shows_what_was_taken_back_meanwhile_does_not_change_it(team, reported, milestone):
    say(team, reported, milestone)
    seen = standing(reported, milestone).seen
    back(team, reported, milestone, by=lead_of(team))
    with pytest.raises(ChangedMeanwhile):
        say(team, reported, milestone, direction="stay", seen=seen)
    assert standing(reported, milestone).expectation is None


def test_only_leads_of_the_area_take_back(team, other_team, reported, milestone):
    say(team, reported, milestone)
    for somebody in (team.contributor, other_team.lead, UserFactory(analyst=True), UserFactory(curator=True)):
        with pytest.raises(NotAllowed):
            back(team, reported, milestone, by=somebody)
    assert standing(reported, milestone).expectation


@pytest.mark.parametrize("why", ["", "  ", "Ask sam@example.org"])
def test_it_needs_a_reason_that_names_nobody(team, reported, milestone, why):
    say(team, reported, milestone)
    with pytest.raises(ReasonRefused):
        back(team, reported, milestone, why=why)


def test_a_lead_takes_it_back_on_its_page_and_the_chart_says_so(client, team, reported, milestone):
    send_months(team, after=2)
    say(team, reported, milestone)
    client.force_login(team.lead)
    address = f"{page_of(team, milestone)}take-back/"
    assert address in client.get(chart_of(team)).content.decode()
    assert address in client.get(page_of(team, milestone)).content.decode()
    page = client.get(address).content.decode()
    assert "It should go up by October 2026." in page
    assert "nothing can take its place" in page
    given = {"reason": "The workers did not start.", "seen": standing(reported, milestone).seen}
    assert client.post(address, given | {"reason": ""}).content.decode().count("Say why you take it back.") == 2
    for _ in range(2):
        page = unescape(client.post(address, given, follow=True).content.decode())
        assert "Taken back. It stays to read beside the chart, with your reason." in page
    assert "It should go up by October 2026." in page
    assert f"Taken back by {team.lead} on " in page
    assert "The workers did not start." in page
    assert "/expect/" not in page.split('id="before-and-after"', 1)[1]
    page = unescape(client.get(page_of(team, milestone)).content.decode())
    assert "It was taken back, and a month after the change has been sent: nothing takes its place" in page
    assert "The workers did not start." in page


def test_a_stale_page_keeps_the_reason_and_takes_nothing_back(client, team, reported, milestone):
    say(team, reported, milestone)
    address, seen = f"{page_of(team, milestone)}take-back/", standing(reported, milestone).seen
    say(team, reported, milestone, direction="stay", by=lead_of(team), seen=seen)
    client.force_login(team.lead)
    answer = client.post(address, {"reason": "It did not begin.", "seen": seen})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "A colleague has changed it meanwhile" in page
    assert "It did not begin." in page
    assert "It should stay as it is until October 2026." in page
    assert standing(reported, milestone).expectation


def test_what_a_colleague_has_taken_back_is_said(client, team, reported, milestone):
    say(team, reported, milestone)
    other = lead_of(team)
    seen = standing(reported, milestone).seen
    back(team, reported, milestone, by=other)
    client.force_login(team.lead)
    answer = client.post(f"{page_of(team, milestone)}take-back/", {"reason": "Mine", "seen": seen}, follow=True)
    assert f"{other} has taken this back already." in unescape(answer.content.decode())
    assert Expectation.objects.get().why_undone == "The workers did not start."


# The form


def test_a_lead_writes_it_down_and_the_chart_says_so(client, team, milestone):
    send_months(team, after=0)
    client.force_login(team.lead)
    chart = client.get(chart_of(team)).content.decode()
    assert page_of(team, milestone) in chart
    answer = client.post(page_of(team, milestone), {"direction": "increase", "by_month": "2026-10-01", "seen": ""})
    assert answer.status_code == 302
    page = unescape(client.get(answer.url).content.decode())
    assert "It should go up by October 2026." in page
    assert f"Recorded by {team.lead}" in page
    assert "before any month after the change was sent" in page
    assert "Change what you expect" in page
    assert "Not yet" in page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, ["Choose what should happen to this measure", "Choose the month by which it should show"]),
        ({"direction": "sideways", "by_month": "2026-10-01"}, ["Choose again"]),
        ({"direction": "increase", "by_month": "2026-03-01"}, ["Choose again"]),
    ],
)
def test_what_is_missing_is_said_and_what_was_chosen_stays(client, team, milestone, given, said):
    client.force_login(team.lead)
    page = client.post(page_of(team, milestone), given).content.decode()
    assert "<title>Error: " in page
    for words in said:
        assert page.count(words) == 2  # beside the field, and above
    if given.get("by_month") == "2026-10-01":
        assert '<option value="2026-10-01" selected>' in page


def test_a_stale_page_shows_both_and_saves_over_it_only_when_asked_again(client, team, milestone, reported):
    client.force_login(team.lead)
    say(team, reported, milestone, direction="decrease", by=lead_of(team))
    given = {"direction": "increase", "by_month": "2026-10-01", "seen": ""}
    answer = client.post(page_of(team, milestone), given)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "It should go down by October 2026." in page
    assert re.search(r'<input[^>]*value="increase"[^>]* checked', page)
    assert Expectation.objects.get().direction == "decrease"
    client.post(page_of(team, milestone), given | {"seen": standing(reported, milestone).seen})
    assert Expectation.objects.get().direction == "increase"


def test_what_stays_is_shown_without_a_form(client, team, milestone, reported):
    say(team, reported, milestone)
    send(team, shifted(CHANGED, 1))
    client.force_login(team.lead)
    page = client.get(page_of(team, milestone)).content.decode()
    assert "this stays as it is" in page
    assert "<fieldset" not in page
    given = {"direction": "decrease", "by_month": "2026-10-01", "seen": standing(reported, milestone).seen}
    answer = client.post(page_of(team, milestone), given)
    assert answer.status_code == 409
    assert "nothing was saved" in answer.content.decode()
    assert Expectation.objects.get().direction == "increase"


def test_a_late_page_says_that_it_is_late(client, team, milestone):
    send_months(team, after=1)
    client.force_login(team.lead)
    assert "1 month after the change has been sent already" in client.get(page_of(team, milestone)).content.decode()
    send_after = [shifted(CHANGED, row) for row in range(2, 8)]
    for month in send_after:
        send(team, month)
    assert "it is too late to say what you expect" in client.get(page_of(team, milestone)).content.decode()


# The page of the chart


def test_the_chart_answers(client, team, milestone, reported):
    send_months(team)
    ExpectationFactory(
        milestone=milestone,
        area_measure=reported,
        by_month=BY,
        recorded_by=team.lead,
        recorded_at=datetime(2026, 2, 3, 12, tzinfo=UTC),
    )
    client.force_login(team.lead)
    page = unescape(client.get(chart_of(team)).content.decode())
    assert "Milestone 1, February 2026: Workers start" in page
    assert "After milestone 1 the average was 20 percentage points higher (likely between " in page
    assert "As expected" in page
    assert "It was to go up by October 2026, and it went up." in page
    assert f"Recorded by {team.lead} on 3 February 2026, before any month after the change was sent." in page
    assert "51.5% on average, 10 months, April 2025 to January 2026" in page
    assert "such intervals hold the real difference about 19 times in 20" in page
    assert "Change what you expect" not in page


@pytest.mark.parametrize("who", ["contributor", "analyst"])
def test_others_read_it_and_are_offered_nothing(client, team, milestone, reported, who):
    send_months(team, after=2)
    say(team, reported, milestone)
    client.force_login(UserFactory(analyst=True) if who == "analyst" else team.contributor)
    page = client.get(chart_of(team)).content.decode()
    assert "What the team expected." in page
    assert "/expect/" not in page


def test_a_milestone_that_tested_nothing_or_lies_before_the_chart_has_no_block(client, team):
    send_months(team)
    MilestoneFactory(area=team.area, date=CHANGED, title="A new name")
    MilestoneFactory(area=team.area, date=date(2024, 3, 1), title="Long ago", change_tested=True)
    client.force_login(team.lead)
    assert "Before and after each change that was tested" not in client.get(chart_of(team)).content.decode()


def test_what_cannot_be_compared_shows_no_number_and_offers_nothing(team):
    send_months(team, before=5, after=1)
    MilestoneFactory(area=team.area, date=shifted(FIRST, 2), change_tested=True)
    MilestoneFactory(area=team.area, date=shifted(FIRST, 4), change_tested=True)
    (item,) = series.series_of_area(team.area, [team.proportion.measure], today=TODAY)
    for block in before_after_pages.blocks(team.area, item, team.lead).blocks:
        assert "cannot be compared" in block.sentence
        assert (block.comparison, block.rows, block.expecting.link) == (None, [], "")


def test_a_chart_without_months_has_no_block(team, milestone):
    (item,) = series.series_of_area(team.area, [team.proportion.measure], today=TODAY)
    assert before_after_pages.blocks(team.area, item, team.lead).blocks == []


@pytest.mark.parametrize("changes", [1, 6])
def test_queries_do_not_grow_with_changes(team, reported, django_assert_num_queries, changes):
    send_months(team, after=changes)
    for number in range(changes):
        milestone = MilestoneFactory(area=team.area, date=shifted(CHANGED, number), change_tested=True)
        ExpectationFactory(milestone=milestone, area_measure=reported)
    (item,) = series.series_of_area(team.area, [team.proportion.measure], today=TODAY)
    with django_assert_num_queries(5):
        found = before_after_pages.blocks(team.area, item, team.lead)
    assert len(found.blocks) == changes
