"""The pages of a team's charts: all measures on one page, what needs attention first, and one measure on its own."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from measures.models import MeasureValue, MeasureVersion, ReportingPeriod, State, Submission, SubmissionRevision
from measures.wording import shifted
from tests.factories import AreaMeasureFactory, DomainFactory, MeasureVersionFactory
from tests.measures.conftest import Team

LAST = date(2026, 3, 1)
SENT_AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
QUERIES_OF_ALL_CHARTS = 15
#: Around 50% with ordinary ups and downs; the latest month is last.
USUAL = [50, 52, 49, 51, 50, 48, 51, 50, 52, 49, 50, 51, 49, 50]


def charts_of(team: Team) -> str:
    return reverse("submissions:charts", args=[team.area.slug])


def chart_of(team: Team, version: MeasureVersion) -> str:
    return reverse("submissions:chart", args=[team.area.slug, version.measure.code])


def accepted(team: Team, numbers: Mapping[MeasureVersion, Sequence[int | None]], last: date = LAST) -> None:
    """Months up to the last one, accepted with these numbers out of 100; None: the measure has no number there."""
    length = max(map(len, numbers.values()))
    for row in range(length):
        month = shifted(last, row + 1 - length)
        period, _ = ReportingPeriod.objects.get_or_create(month=month, defaults={"due_on": shifted(month, 2)})
        submission, _ = Submission.objects.get_or_create(area=team.area, period=period)
        revision = SubmissionRevision.objects.create(
            submission=submission, number=1, submitted_at=SENT_AT, submitted_by=team.lead, declaration="Right."
        )
        MeasureValue.objects.bulk_create(
            MeasureValue(
                revision=revision,
                measure=version.measure,
                version=version,
                kind=version.kind,
                numerator=values[row - length],
                denominator=100,
            )
            for version, values in numbers.items()
            if row - length >= -len(values) and values[row - length] is not None
        )
        submission.state, submission.latest_revision, submission.accepted_revision = State.ACCEPTED, revision, revision
        submission.save()


@pytest.fixture
def five(team) -> dict[str, MeasureVersion]:
    """Measures of proportions, by what their months say; the team reports these and no others."""
    team.area.area_measures.all().delete()
    domain = DomainFactory()
    versions: dict[str, MeasureVersion] = {}
    for number, name in enumerate(["steady", "concern", "better", "few", "none"], start=41):
        versions[name] = MeasureVersionFactory(
            measure__domain=domain, measure__code=f"SH{number}", improvement_direction="increase", name=f"Called {name}"
        )
        AreaMeasureFactory(area=team.area, measure=versions[name].measure)
    return versions


@pytest.fixture
def months(team, five):
    accepted(
        team,
        {
            five["steady"]: USUAL,
            five["concern"]: [*USUAL[:-1], 10],
            five["better"]: [*USUAL[:-1], 90],
            five["few"]: [50, 52, 49],
        },
    )


def rows_of(page: str) -> list[str]:
    return re.findall(r'<th role="rowheader" scope="row"><a href="[^"]+">([^<]+)</a>', page)


class TestAllCharts:
    @pytest.mark.requirement("G7")
    def test_what_needs_attention_comes_first_and_each_row_says_why(self, client, team, five, months):
        client.force_login(team.contributor)
        page = client.get(charts_of(team)).content.decode()
        assert rows_of(page) == ["Called concern", "Called better", "Called few", "Called none", "Called steady"]
        assert (
            "<h1>One measure asks for an explanation. "
            "One is getting better, two have too few months, one is steady.</h1>" in page
        )
        groups = re.findall(r'scope="rowgroup" colspan="8">([^<]+)<', page)
        assert groups == ["Ask first: 1", "Getting better: say what you did: 1", "Too few months: 2", "Steady: 1"]
        for reason in (
            "The latest month is below the lower limit. No explanation yet.",
            "The latest month is above the upper limit.",
            "3 of 13 months: limits can be drawn with 10 more.",
            "No month with a number has been accepted so far.",
            "Steady. No target is set.",
        ):
            assert f"{reason}</td>" in page

    @pytest.mark.requirement("G7")
    def test_a_row_has_all_that_the_chart_says_in_words(self, client, team, five, months):
        client.force_login(team.lead)
        page = client.get(charts_of(team)).content.decode()
        row = page[page.index("Called concern") : page.index("Called better")]
        words = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", row))
        for said in ("10.0%", "March 2026", "none", "Average 47.3%", "Concern: lower", "No target", "Why it is here:"):
            assert said in words
        assert re.search(r"limits [0-9.]+% to [0-9.]+%", words)
        assert f'href="{chart_of(team, five["concern"])}"' in page

    @pytest.mark.requirement("G7")
    def test_the_teams_home_says_the_same_sentence_and_leads_there(self, client, team, months):
        client.force_login(team.lead)
        page = client.get(reverse("submissions:area", args=[team.area.slug])).content.decode()
        assert "One measure asks for an explanation." in page
        assert f'href="{charts_of(team)}"' in page

    def test_nothing_accepted_yet(self, client, team):
        client.force_login(team.lead)
        page = client.get(charts_of(team)).content.decode()
        assert "Too early to say: limits need 13 months with a number." in page
        assert page.count("No month with a number has been accepted so far.") == 3
        assert '<svg class="cc-spark' not in page

    def test_a_team_without_measures(self, client, team):
        team.area.area_measures.all().delete()
        client.force_login(team.lead)
        page = client.get(charts_of(team)).content.decode()
        assert "NCISH has not agreed with this area which measures it reports." in page
        assert "<table" not in page

    @pytest.mark.requirement("F4")
    def test_it_is_the_teams_own(self, client, team, other_team, analyst):
        for person, status in ((other_team.lead, 404), (analyst, 200)):
            client.force_login(person)
            assert client.get(charts_of(team)).status_code == status
        assert "no-store" in client.get(charts_of(team)).headers["Cache-Control"]

    @pytest.mark.parametrize("measures", [1, 28])
    def test_queries_do_not_grow(self, client, team, django_assert_num_queries, measures):
        team.area.area_measures.all().delete()
        domain = DomainFactory()
        versions = [MeasureVersionFactory(measure__domain=domain) for _ in range(measures)]
        for version in versions:
            AreaMeasureFactory(area=team.area, measure=version.measure)
        accepted(team, {version: USUAL[: max(2, measures // 2)] for version in versions})
        client.force_login(team.lead)
        with django_assert_num_queries(QUERIES_OF_ALL_CHARTS):
            page = client.get(charts_of(team)).content.decode()
        assert len(rows_of(page)) == measures
