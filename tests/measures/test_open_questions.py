"""Special causes without a story: what NCISH asks areas, until a story covers what happened."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from measures.models import Direction, State
from measures.ncish import open_questions
from measures.wording import shifted
from tests.factories import (
    AreaFactory,
    MeasureValueFactory,
    QueryAnswerFactory,
    RegionFactory,
    StoryFactory,
    SubmissionEventFactory,
    SubmissionRevisionFactory,
)
from tests.measures.test_across_views import USUAL, months, page_of, queries, text_of, version

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("C3", "G7")]

QUESTIONS = "/submissions/overview/questions/"


def month_before(back):
    return shifted(timezone.localdate().replace(day=1), -back)


def series(area, of, values, *, last=1):
    """The area collects it; the latest of these months lies so many before this one."""
    months(area, of, values, first=month_before(last + len(values) - 1))


def month_in(area, back):
    return area.submissions.get(period__month=month_before(back))


def value_in(area, of, back):
    return month_in(area, back).accepted_revision.values.get(measure=of.measure)


def story(area, of, *, first, last, **fields):
    return StoryFactory(
        area_measure=area.area_measures.get(measure=of.measure),
        from_month=month_before(first),
        to_month=month_before(last),
        **fields,
    )


@pytest.fixture
def area(db):
    return AreaFactory(slug="alton", short_name="Alton")


@pytest.fixture
def of(db):
    return version()


class TestWhatIsAsked:
    def test_it_says_what_happened_since_when_and_how_long_it_is_open(self, client, analyst, area, of):
        series(area, of, [*USUAL, 58])
        opened = timezone.now() - timedelta(days=9)
        SubmissionEventFactory(submission=month_in(area, 1), to_state=State.ACCEPTED, when=opened)
        text = text_of(page_of(client, analyst, QUESTIONS))
        name = f"{month_before(1):%B %Y}"
        assert "1 chart asks for a story." in text
        assert f"{name} is above the upper limit of" in text
        assert f"Improvement, since {name}, open for 9 days" in text

    def test_it_leads_to_the_chart_and_to_whom_to_ask(self, client, analyst, area, of):
        series(area, of, [*USUAL, 58])
        page = page_of(client, analyst, QUESTIONS)
        assert 'href="/submissions/alton/charts/SH07/"' in page
        assert 'href="/submissions/alton/team/"' in page

    def test_usual_ups_and_downs_ask_nothing(self, client, analyst, area, of):
        series(area, of, USUAL)
        assert "No chart asks for a story." in page_of(client, analyst, QUESTIONS)

    def test_too_few_months_ask_nothing(self, client, analyst, area, of):
        series(area, of, [50, 51, 50, 95])
        assert "No chart asks for a story." in page_of(client, analyst, QUESTIONS)

    @pytest.mark.parametrize(
        ("back", "asked"), [(open_questions.RECENT_MONTHS, 1), (open_questions.RECENT_MONTHS + 1, 0)]
    )
    def test_only_what_is_recent_is_asked(self, client, analyst, area, of, back, asked):
        series(area, of, [*USUAL, 58], last=back)
        page = page_of(client, analyst, QUESTIONS)
        assert page.count('href="/submissions/alton/charts/') == asked
        assert f"{open_questions.RECENT_MONTHS} months" in page

    def test_of_a_measure_that_looks_back_the_month_in_which_it_is_reported_counts(self, client, analyst, area):
        """Its people are those of a year before: they are asked about when their number has come."""
        series(area, version(cohort_month_offset=-12), [*USUAL, 58])
        page = page_of(client, analyst, QUESTIONS)
        assert page.count('href="/submissions/alton/charts/') == 1
        assert f"{month_before(13):%B %Y} is above the upper limit" in page

    def test_a_run_chart_whose_run_is_too_long_for_chance_is_asked_about(self, client, analyst, area, of):
        series(area, of, [50, 51] * 5 + [57, 58] * 5)
        area.area_measures.update(chart="run", chart_reason="The numbers are rounded.")
        page = text_of(page_of(client, analyst, QUESTIONS))
        assert f"{month_before(10):%B %Y} to {month_before(1):%B %Y}, all above the median of 54%" in page
        assert f"Change, since {month_before(10):%B %Y}" in page
        assert "more months in a row are above the centre line of your chart than chance explains." in page

    def test_a_run_is_open_since_the_month_in_which_it_became_one(self, client, analyst, area, of):
        series(area, of, [50, 52, 48] * 6 + [60] * 9)
        for back in range(1, 10):
            accepted = timezone.now() - timedelta(days=30 * back)
            SubmissionEventFactory(submission=month_in(area, back), to_state=State.ACCEPTED, when=accepted)
        text = text_of(page_of(client, analyst, QUESTIONS))
        assert f"{month_before(9):%B %Y} to {month_before(1):%B %Y}, all above the average" in text
        assert f"since {month_before(9):%B %Y}, open for 90 days" in text  # nine months, seven of which make a run


class TestStories:
    def test_a_story_that_covers_the_last_month_ends_the_question(self, client, analyst, area, of):
        series(area, of, [50, 52, 48] * 6 + [60] * 9)
        told = story(area, of, first=10, last=2)
        page = page_of(client, analyst, QUESTIONS)
        assert "1 chart asks for a story." in page
        told.to_month = month_before(1)
        told.save()
        assert "No chart asks for a story." in page_of(client, analyst, QUESTIONS)

    def test_a_run_that_goes_on_is_not_asked_about_each_month(self, client, analyst, area, of):
        series(area, of, [50, 52, 48] * 6 + [55] * 9)
        story(area, of, first=9, last=3)
        assert "No chart asks for a story." in page_of(client, analyst, QUESTIONS)
        value = value_in(area, of, 1)
        value.numerator = 90
        value.save()
        page = page_of(client, analyst, QUESTIONS)
        assert f"{month_before(1):%B %Y} is above the upper limit" in text_of(page)
        assert "all above the average" not in text_of(page)

    def test_a_story_of_another_measure_or_area_does_not(self, client, analyst, area, of):
        other, elsewhere = version(2, "SH08"), AreaFactory()
        series(area, of, [*USUAL, 58])
        series(area, other, USUAL, last=1)
        series(elsewhere, of, USUAL, last=1)
        story(area, other, first=1, last=1)
        story(elsewhere, of, first=1, last=1)
        assert "1 chart asks for a story." in page_of(client, analyst, QUESTIONS)

    def test_what_the_team_has_said_so_far_stands_beside_it(self, client, analyst, area, of):
        series(area, of, [50, 52, 48] * 6 + [60] * 9)
        for back, note in ((3, "A clinic opened."), (2, "A clinic opened."), (20, "Long ago.")):
            value = value_in(area, of, back)
            value.note = note
            value.save()
        QueryAnswerFactory(value=value_in(area, of, 1), note="Checked: it is right.")
        story(area, of, first=9, last=5, text="We began early.")
        text = text_of(page_of(client, analyst, QUESTIONS))
        assert f"The team wrote for {month_before(3):%B %Y} and {month_before(2):%B %Y}: “A clinic opened.”" in text
        assert f"The team wrote for {month_before(1):%B %Y}: “Checked: it is right.”" in text
        assert f"The team wrote for {month_before(5):%B %Y}: “We began early.”" in text
        assert "Long ago." not in text


class TestWordsToSend:
    def test_they_say_the_months_and_where_to_write_and_no_number_of_the_area(self, client, analyst, area, of):
        series(area, of, [*USUAL, 58])
        page = page_of(client, analyst, QUESTIONS)
        [message] = map(text_of, re.findall(r'cc-asked__message">(.*?)</div>', page, re.DOTALL))
        name = f"{month_before(1):%B %Y}"
        assert message.startswith("SH07 Measure SH07, Alton")
        assert f"{name} is above the upper limit of your chart." in message
        assert "This is an improvement: what did your team do, or what else happened?" in message
        assert "http://testserver/submissions/alton/charts/SH07/story/" in message
        assert not re.search(r"\d", message.replace("SH07", "").replace(name, ""))

    @pytest.mark.parametrize(
        ("direction", "asks"),
        [
            (Direction.DECREASE, "This is a concern: what happened, as far as you know?"),
            (Direction.NEUTRAL, "This is a change: what happened, as far as you know?"),
        ],
    )
    def test_they_judge_only_where_one_direction_is_better(self, client, analyst, area, direction, asks):
        series(area, version(improvement_direction=direction), [*USUAL, 58])
        page = page_of(client, analyst, QUESTIONS)
        assert asks in page
        assert "mprovement" not in strip_tags(page.partition("cc-asked")[2])


class TestTheList:
    def test_it_is_filtered_by_what_happened_and_by_region(self, client, analyst, area, of):
        region = RegionFactory()
        other = AreaFactory(slug="zeal", short_name="Zeal", region=region)
        series(area, of, [*USUAL, 58])
        series(other, of, [*USUAL, 42])

        def slugs(**given):
            page = page_of(client, analyst, QUESTIONS, **given)
            return re.findall(r'href="/submissions/([^/"]+)/charts/', page)

        assert slugs() == ["alton", "zeal"]
        assert slugs(kind="improvement") == ["alton"]
        assert slugs(kind="concern") == ["zeal"]
        assert slugs(kind="neutral") == []
        assert slugs(region=region.slug) == ["zeal"]

    @pytest.mark.parametrize("highest", [0, 1, 2])
    def test_it_is_not_ordered_by_value(self, client, analyst, highest):
        made = [AreaFactory(slug=slug, short_name=slug.title()) for slug in ("melton", "alton", "zeal")]
        first, second = version(1, "SH08"), version(2, "SH07")
        for place, each in enumerate(made):
            series(each, first, [*USUAL, 62 if place == highest else 58])
            series(each, second, [*USUAL, 57 if place == highest else 63])
        for given in ({}, {"sort": "value"}, {"order": "-value"}, {"o": "1"}):
            page = page_of(client, analyst, QUESTIONS, **given)
            found = re.findall(r'href="/submissions/([^/"]+)/charts/([^/"]+)/"', page)
            assert found == [(slug, code) for slug in ("alton", "melton", "zeal") for code in ("SH08", "SH07")]

    def test_queries_do_not_grow(self, client, analyst, area):
        made = [version(order, f"SH{order:02}") for order in range(1, 6)]
        series(area, made[0], [*USUAL, 58])
        client.force_login(analyst)
        few = queries(client, QUESTIONS)
        for of in made[1:]:
            series(area, of, [*USUAL, 58])
        for each in AreaFactory.create_batch(2):
            for of in made:
                series(each, of, [*USUAL, 58])
        assert queries(client, QUESTIONS) == few


class TestTheCountOnTheOverview:
    def card(self, client, analyst, **given):
        page = page_of(client, analyst, "/submissions/overview/", **given)
        [(url, count)] = re.findall(r'href="([^"]*/overview/questions/[^"]*)"[^>]*><strong>(\d+)</strong>', page)
        return url, int(count)

    def test_it_leads_to_as_many(self, client, analyst, area, of):
        region = RegionFactory()
        series(area, of, [*USUAL, 58])
        series(AreaFactory(region=region), of, [*USUAL, 58])
        assert self.card(client, analyst) == (QUESTIONS, 2)
        url, count = self.card(client, analyst, region=region.pk)
        assert count == 1
        assert page_of(client, analyst, url).count("cc-asked__message") == 1

    def test_it_changes_with_a_story_a_month_and_a_correction(self, client, analyst, area, of):
        series(area, of, USUAL, last=2)
        assert self.card(client, analyst)[1] == 0
        months(area, of, [58], first=month_before(1))
        assert self.card(client, analyst)[1] == 1
        told = story(area, of, first=2, last=1)
        assert self.card(client, analyst)[1] == 0
        told.to_month, told.made_at = month_before(2), timezone.now()
        told.save()
        assert self.card(client, analyst)[1] == 1
        month = month_in(area, 1)
        month.accepted_revision = month.latest_revision = SubmissionRevisionFactory(submission=month)
        month.save()
        MeasureValueFactory(
            revision=month.accepted_revision, measure=of.measure, version=of, numerator=50, denominator=100
        )
        assert self.card(client, analyst)[1] == 0

    def test_it_is_not_counted_again_while_nothing_changes(self, client, analyst, area, of):
        series(area, of, [*USUAL, 58])
        client.force_login(analyst)
        first = queries(client, "/submissions/overview/")
        assert queries(client, "/submissions/overview/") < first - 10
