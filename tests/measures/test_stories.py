"""What a team says of months that a rule flags: beside the letter, in the table, and for NCISH to read."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from measures import series
from measures.models import Story
from measures.statistics import findings, windows
from measures.team_charts import stories
from measures.team_charts.stories import Months
from measures.wording import shifted
from selfharm_portal.accounts.models import AreaRole
from tests.factories import (
    AreaFactory,
    AreaMeasureFactory,
    AreaMembershipFactory,
    LimitsDecisionFactory,
    MeasureValueFactory,
    MeasureVersionFactory,
    ReportingPeriodFactory,
    StoryFactory,
    SubmissionFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("C5", "G1")]

FIRST, TODAY = date(2024, 4, 1), date(2026, 12, 1)
#: The months that the rule of a shift flags in `reported`.
RUN = Months(date(2025, 6, 1), date(2025, 12, 1))
WORDS = "A second clinic opened."
QUERIES_OF_THE_PAGE = 18


def add_months(reported, first, stop, numerator):
    version = reported.measure.versions.get()
    for n in range(first, stop):
        month = SubmissionFactory(
            area=reported.area, period=ReportingPeriodFactory(month=shifted(FIRST, n)), accepted=True
        )
        MeasureValueFactory(
            revision=month.accepted_revision,
            measure=version.measure,
            version=version,
            numerator=numerator + (-2, 2)[n % 2],
            denominator=100,
        )


@pytest.fixture
def reported():
    """14 months around 40 of 100, then 7 around 48: one run above the average."""
    version = MeasureVersionFactory(valid_from=FIRST)
    made = AreaMeasureFactory(area=AreaFactory(), measure=version.measure, from_month=FIRST)
    add_months(made, 0, 14, 40)
    add_months(made, 14, 21, 48)
    return made


@pytest.fixture
def contributor(client, reported):
    user = AreaMembershipFactory(area=reported.area, role=AreaRole.CONTRIBUTOR).user
    client.force_login(user)
    return user


def found(reported):
    [item] = series.series_of_area(reported.area, [reported.measure], today=TODAY)
    assert item.series is not None
    return findings.find(item.series)


def address(reported, name="story"):
    return reverse(f"submissions:{name}", args=[reported.area.slug, reported.measure.code])


def typed(months=RUN, text=WORDS, seen=""):
    return {"first": months.first.isoformat(), "last": months.last.isoformat(), "text": text, "seen": seen}


def text(answer):
    return answer.content.decode()


def letter_of(reported, months=RUN):
    return stories.causes_by_months(found(reported))[months][0].letter


# Which months a story covers


def test_the_fixture_has_its_run(reported):
    assert RUN in stories.causes_by_months(found(reported))


def test_a_story_covers_a_special_cause_if_it_covers_its_last_flagged_month(reported):
    assert found(reported).without_story
    StoryFactory(area_measure=reported, from_month=shifted(RUN.first, -1), to_month=shifted(RUN.last, -1))
    cause = stories.causes_by_months(found(reported))[RUN][0]
    assert found(reported).story_of(cause) is None
    StoryFactory(area_measure=reported, from_month=RUN.last, to_month=RUN.last, text=WORDS)
    assert found(reported).story_of(cause).text == WORDS


def test_of_several_the_story_of_fewest_months_is_shown(reported):
    StoryFactory(area_measure=reported, from_month=FIRST, to_month=RUN.last, text="All of the year")
    StoryFactory(area_measure=reported, from_month=RUN.first, to_month=RUN.last, text=WORDS)
    cause = stories.causes_by_months(found(reported))[RUN][0]
    assert found(reported).story_of(cause).text == WORDS


LONGER = Months(RUN.first, shifted(RUN.last, 3))
GONE_ON = "Explained on 4 January 2026 for months up to December 2025; the run has gone on since."


@pytest.fixture
def gone_on(reported):
    """The run has 10 months; the team spoke when it had 7."""
    add_months(reported, 21, 24, 48)
    StoryFactory(
        area_measure=reported,
        from_month=RUN.first,
        to_month=RUN.last,
        text=WORDS,
        made_at=datetime(2026, 1, 4, 12, tzinfo=UTC),
    )
    return found(reported)


def run_of(said):
    return next(cause for cause in said.special_causes if cause.rule == "shift" and cause.is_high)


def test_a_run_that_goes_on_stays_explained(gone_on):
    assert gone_on.series.months[run_of(gone_on).rows[-1]] == LONGER.last
    assert gone_on.story_of(run_of(gone_on)).text == WORDS
    assert run_of(gone_on) not in gone_on.without_story


def test_whoever_reads_it_learns_that_it_has_gone_on(client, reported, contributor, gone_on):
    answer = client.get(address(reported, "chart"))
    chart, letter = answer.context["chart"], run_of(gone_on).letter
    assert next(note for note in chart.letters if note.sign == letter).said.endswith(f" {GONE_ON}")
    assert (
        f"{GONE_ON}"
        in next(row for section in chart.sections for row in section.rows if row.month == "March 2026").says
    )
    assert "Write it again" in text(answer)
    assert GONE_ON in text(client.get(address(reported)))


def test_a_story_of_all_its_months_does_not_say_that_it_has_gone_on(reported):
    StoryFactory(area_measure=reported, from_month=RUN.first, to_month=RUN.last)
    assert found(reported).gone_on_words(run_of(found(reported))) == ""


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (shifted(RUN.first, 1), RUN.last),  # of another run
        (shifted(RUN.first, -1), RUN.last),
        (RUN.first, shifted(RUN.last, -1)),  # before the rule had fired
    ],
)
def test_other_months_explain_no_run_that_goes_on(reported, first, last):
    add_months(reported, 21, 24, 48)
    StoryFactory(area_measure=reported, from_month=first, to_month=last)
    assert found(reported).story_of(run_of(found(reported))) is None


def test_a_second_run_is_asked_about(reported, gone_on):
    add_months(reported, 24, 25, 30)
    add_months(reported, 25, 32, 48)
    causes = [cause for cause in found(reported).special_causes if cause.rule == "shift" and cause.is_high]
    assert [found(reported).story_of(cause) is None for cause in causes] == [False, True]


def test_a_month_beyond_the_limit_within_the_run_is_asked_about(reported, gone_on):
    add_months(reported, 24, 25, 70)
    asked = {cause.rule: found(reported).story_of(cause) is None for cause in found(reported).special_causes}
    assert asked["astronomical"]
    assert not asked["shift"]


def test_months_that_another_rule_flags_explain_no_run_that_began_with_them():
    """Six months that rise, all of them above the average: told when six in a row are a trend, and the run goes on."""
    months = [shifted(FIRST, row) for row in range(28)]
    values = [*[50.0, 46.0] * 7, 50, None, 52, 53, 54, 55, 56, 57, 53, 55, 52, 54, 53, 55]
    rise = findings.Said(months[16], months[21], WORDS, "Kim", TODAY)
    told = findings.Series("SH07", "%", months, values, run_points=6, stories=[rise])
    causes = {cause.rule: cause for cause in findings.find(told).special_causes if cause.began == rise.first}
    assert findings.find(told).story_of(causes["trend"]) == rise
    assert findings.find(told).story_of(causes["shift"]) is None


def test_of_a_month_beyond_the_limit_the_next_is_asked_about_again():
    months = [shifted(FIRST, row) for row in range(22)]
    values = [50.0, 46.0] * 10 + [80.0, 81.0]
    one = findings.Said(months[20], months[20], WORDS, "Kim", TODAY)
    said = findings.find(findings.Series("SH07", "%", months, values, stories=[one]))
    assert [said.story_of(cause) for cause in said.special_causes if cause.rule == "astronomical"] == [None]


def test_the_later_months_of_a_run_have_the_story_of_all(gone_on):
    shown = windows.between(gone_on, shifted(RUN.first, 4), LONGER.last)
    assert shown is not None
    assert shown.story_of(run_of(shown)) in gone_on.series.stories


def test_once_the_run_goes_on_the_words_are_offered(client, reported, contributor):
    story = stories.tell(reported, RUN, WORDS, by=contributor)
    add_months(reported, 21, 22, 48)
    longer = Months(RUN.first, shifted(RUN.last, 1))
    page = text(client.get(f"{address(reported)}?about={letter_of(reported, longer)}"))
    assert WORDS in page
    assert "speak of June 2025 to December 2025. More months have followed: say whether it still holds." in page
    client.force_login(UserFactory(analyst=True))
    page = text(client.get(f"{address(reported)}?about={letter_of(reported, longer)}"))
    assert "More months have followed." in page
    assert WORDS in page
    client.force_login(contributor)
    client.post(address(reported), typed(longer, "It is open now.", story.made_at.isoformat()))
    story.refresh_from_db()
    assert (story.from_month, story.to_month, story.text) == (*longer, "It is open now.")


def test_a_story_of_other_months_is_not_taken_for_this_one():
    of_a_month = Story(from_month=RUN.first, to_month=RUN.first)
    assert stories.story_of(RUN, [of_a_month], [RUN, Months(RUN.first, RUN.first)]) is None
    assert stories.story_of(RUN, [of_a_month], [RUN]) == of_a_month
    assert stories.story_of(RUN, [Story(from_month=FIRST, to_month=RUN.first)], [RUN]) is None


# Writing


def test_what_the_team_writes_stands_beside_the_letter_and_in_the_table(client, reported, contributor):
    page = text(client.get(f"{address(reported)}?about={letter_of(reported)}"))
    assert "What explains June 2025 to December 2025?" in page
    answer = client.post(address(reported), typed(), follow=True)
    assert answer.redirect_chain == [(address(reported, "chart"), 302)]
    chart = answer.context["chart"]
    note = next(note for note in chart.letters if note.sign == letter_of(reported))
    assert note.said == f"“{WORDS}” {contributor}"
    last = next(row for section in chart.sections for row in section.rows if row.month == "December 2025")
    assert f"The team on {note.sign}: “{WORDS}” ({contributor})" in last.says
    assert text(answer).count(WORDS) >= 2


def test_ncish_reads_it_and_writes_nothing(client, reported, contributor):
    stories.tell(reported, RUN, WORDS, by=contributor)
    client.force_login(UserFactory(analyst=True))
    page = text(client.get(f"{address(reported)}?about={letter_of(reported)}"))
    assert WORDS in page
    assert "<form method" not in page.split("<main", 1)[1]
    assert client.post(address(reported), typed(text="Mine")).status_code == 403
    assert Story.objects.get().text == WORDS


@pytest.mark.parametrize("role", ["analyst", "curator", "lead of another area"])
def test_only_the_team_may(reported, role):
    person = {
        "analyst": lambda: UserFactory(analyst=True),
        "curator": lambda: UserFactory(curator=True),
        "lead of another area": lambda: AreaMembershipFactory(role=AreaRole.LEAD).user,
    }[role]()
    with pytest.raises(stories.NotAllowed):
        stories.tell(reported, RUN, WORDS, by=person)


@pytest.mark.requirement("E3")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "Write what explains these months, or that you do not know yet."),
        ("   ", "Write what explains these months, or that you do not know yet."),
        ("Ask sam@example.org, who saw them", "an e-mail address"),
        ("One person, born 3 May 1984", "a date of birth"),
        ("x" * 1001, "Make it shorter"),
    ],
)
def test_what_may_not_be_kept_is_refused_beside_the_field(client, reported, contributor, words, said):
    answer = client.post(address(reported), typed(text=words))
    assert said in str(answer.context["form"].errors["text"])
    assert "nhsuk-error-summary" in text(answer)
    assert not Story.objects.exists()


def test_the_words_are_refused_whoever_calls(reported, contributor):
    with pytest.raises(stories.TextRefused):
        stories.tell(reported, RUN, "Ask sam@example.org", by=contributor)
    with pytest.raises(stories.TextRefused):
        stories.tell(reported, RUN, " ", by=contributor)


def test_a_double_click_writes_once(client, reported, contributor):
    for _ in range(2):
        assert "stands on the chart" in text(client.post(address(reported), typed(), follow=True))
    assert Story.objects.count() == 1


def test_written_again_the_earlier_words_stay_readable(client, reported, contributor):
    client.post(address(reported), typed())
    seen = Story.objects.get().made_at.isoformat()
    client.post(address(reported), typed(text="A third clinic opened.", seen=seen))
    page = text(client.get(f"{address(reported)}?about={letter_of(reported)}"))
    assert Story.objects.get().text == "A third clinic opened."
    before = page.split("What it said before", 1)[1]
    assert WORDS in before
    assert str(contributor) in before


def test_two_people_at_once_lose_nothing(client, reported, contributor):
    other = AreaMembershipFactory(area=reported.area, role=AreaRole.LEAD).user
    theirs = stories.tell(reported, RUN, "It is the new form.", by=other)
    answer = client.post(address(reported), typed())
    page = text(answer)
    assert answer.status_code == 409
    assert "Not saved: somebody else wrote about these months" in page
    assert "It is the new form." in page
    assert str(other) in page
    assert f">\n{WORDS}</textarea>" in page
    assert Story.objects.get().text == "It is the new form."
    client.post(address(reported), typed(text="Both.", seen=theirs.made_at.isoformat()))
    assert Story.objects.get().text == "Both."


def test_months_that_are_no_longer_flagged_take_nothing(client, reported, contributor):
    answer = client.post(address(reported), typed(Months(FIRST, FIRST)), follow=True)
    assert "These months are no longer flagged, so nothing was written." in text(answer)
    assert not Story.objects.exists()


@pytest.mark.parametrize("seen", ["yesterday", "2026-02-31T00:00:00", "2026-02-03"])
def test_a_page_that_was_tampered_with_is_a_stale_one(client, reported, contributor, seen):
    stories.tell(reported, RUN, WORDS, by=AreaMembershipFactory(area=reported.area, role=AreaRole.LEAD).user)
    assert client.post(address(reported), typed(text="Mine", seen=seen)).status_code == 409


# The pages around it


def test_the_choice_names_every_special_cause_by_its_letter(client, reported, contributor):
    page = text(client.get(address(reported)))
    assert [f"?about={cause.letter}" in page for cause in found(reported).special_causes] == [True] * len(
        found(reported).special_causes
    )
    assert "Say what explains it" in page
    assert text(client.get(f"{address(reported)}?about=zz")) == page


def test_a_chart_without_flags_has_nothing_to_explain(client, reported, contributor):
    measure = MeasureVersionFactory().measure
    other = AreaMeasureFactory(area=reported.area, measure=measure)
    assert "Nothing to explain" in text(client.get(address(other)))


def test_the_chart_leads_there(client, reported, contributor):
    page = text(client.get(address(reported, "chart")))
    assert f"{address(reported)}?about={letter_of(reported)}" in page


def test_with_other_limits_a_story_stays_readable_where_nothing_is_flagged(client, reported, contributor):
    stories.tell(reported, RUN, WORDS, by=contributor)
    LimitsDecisionFactory(area_measure=reported, from_month=RUN.first)
    page = text(client.get(address(reported, "chart")))
    assert "Said of months that are not flagged any more" in page
    assert WORDS in page


@pytest.mark.parametrize("more", [0, 6])
def test_queries_do_not_grow(client, reported, contributor, django_assert_num_queries, more):
    for n in range(more):
        StoryFactory(area_measure=reported, from_month=shifted(FIRST, n), to_month=shifted(FIRST, n))
    page = f"{address(reported)}?about={letter_of(reported)}"
    with django_assert_num_queries(QUERIES_OF_THE_PAGE):
        client.get(page)
