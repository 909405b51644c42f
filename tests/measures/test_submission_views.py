import pytest
from django.urls import reverse
from django.utils import timezone

from measures import reporting, workflow
from measures.models import MeasureVersion, Submission
from measures.wording import shifted
from selfharm_portal.accounts.models import AreaRole
from sites.models import Area
from tests.factories import AreaMembershipFactory, MeasureVersionFactory, UserFactory
from tests.measures.conftest import MONTH
from tests.measures.test_workflow import LATER, drafted, submitted

QUERIES_OF_AN_AREA = 19
QUERIES_OF_A_CHART = 24


def path_of(month: Submission) -> str:
    return reverse("submissions:month", args=[month.area.slug, month.period.month])


def section_of(month: Submission, version: MeasureVersion) -> str:
    return reverse("submissions:section", args=[month.area.slug, month.period.month, version.measure.domain.slug])


def chart_of(version: MeasureVersion, area: Area) -> str:
    return reverse("submissions:chart", args=[area.slug, version.measure.code])


class TestWhoGetsIn:
    @pytest.mark.requirement("F4")
    def test_a_stranger_signs_in_first(self, client, month):
        response = client.get(path_of(month))
        assert response.status_code == 302
        assert response.url.startswith(reverse("account_login"))

    @pytest.mark.requirement("F4")
    @pytest.mark.parametrize("role", ["curator", "administrator"])
    @pytest.mark.parametrize("name", ["home", "overview", "area", "chart", "month"])
    def test_curators_and_administrators_have_no_business_here(self, client, team, month, role, name):
        client.force_login(UserFactory(roles=[role]))
        args = {
            "area": [month.area.slug],
            "chart": [month.area.slug, team.count.measure.code],
            "month": [month.area.slug, month.period.month],
        }
        response = client.get(reverse(f"submissions:{name}", args=args.get(name, [])))
        assert response.status_code == 403
        assert "403.html" in [template.name for template in response.templates]

    @pytest.mark.requirement("F4")
    def test_another_area_is_not_found(self, client, team, month, other_team):
        client.force_login(other_team.lead)
        assert client.get(path_of(month)).status_code == 404
        assert client.get(reverse("submissions:area", args=[month.area.slug])).status_code == 404
        assert client.get(chart_of(team.count, team.area)).status_code == 404
        assert client.get(section_of(month, team.count)).status_code == 404
        assert client.post(section_of(month, team.count), {"action": "later"}).status_code == 404

    def test_the_overview_is_for_analysts(self, client, team):
        client.force_login(team.lead)
        assert client.get(reverse("submissions:overview")).status_code == 403

    def test_home_leads_each_to_their_desk(self, client, team, other_team, analyst):
        client.force_login(analyst)
        assert client.get(reverse("submissions:home")).url == reverse("submissions:overview")
        client.force_login(team.lead)
        assert client.get(reverse("submissions:home")).url == reverse("submissions:area", args=[team.area.slug])
        AreaMembershipFactory(user=team.lead, area=other_team.area, role=AreaRole.CONTRIBUTOR)
        assert team.area.name in client.get(reverse("submissions:home")).content.decode()

    def test_a_month_that_does_not_exist_is_not_found(self, client, team):
        client.force_login(team.lead)
        assert client.get(f"/submissions/{team.area.slug}/2026-13/").status_code == 404
        assert client.get(f"/submissions/{team.area.slug}/2019-01/").status_code == 404

    def test_nothing_of_it_is_kept_by_a_cache(self, client, team, month):
        client.force_login(team.lead)
        assert "no-store" in client.get(path_of(month)).headers["Cache-Control"]


def test_months_that_are_open_ahead_hide_no_month_that_was_sent(client, team, month):
    submitted(month, team)
    for ahead in range(1, 14):
        reporting.open_period(shifted(timezone.localdate().replace(day=1), ahead))
    client.force_login(team.lead)
    page = client.get(reverse("submissions:area", args=[team.area.slug])).content.decode()
    assert "Mar 2026" in page


def accept_months(team, analyst, count):
    for back in range(count):
        month = Submission.objects.get(area=team.area, period=reporting.open_period(shifted(MONTH, -back)))
        sent = submitted(month, team)
        workflow.accept(sent, by=analyst, seen_lock_version=sent.lock_version, at=LATER)


class TestATeamLooksAtItsMeasures:
    def test_its_page_has_the_latest_value_of_each_and_what_the_chart_says(self, client, team, analyst):
        accept_months(team, analyst, 2)
        client.force_login(team.contributor)
        page = client.get(reverse("submissions:area", args=[team.area.slug])).content.decode()
        for version, value in ((team.proportion, "70.0%"), (team.count, "54 people"), (team.median, "16.0 days")):
            assert f'href="{chart_of(version, team.area)}"' in page
            assert f'<span class="big">{value}</span> in March 2026' in page
        assert page.count("Too few months for limits: 2 of the 13 that are needed.") == 3
        assert "c-chart__drawing" not in page

    def test_a_measure_that_looks_back_stands_at_the_month_of_its_people(self, client, team, analyst):
        team.proportion.cohort_month_offset = -1
        team.proportion.save()
        accept_months(team, analyst, 2)
        client.force_login(team.lead)
        page = client.get(reverse("submissions:area", args=[team.area.slug])).content.decode()
        assert '<span class="big">70.0%</span> people of February 2026' in page
        page = client.get(chart_of(team.proportion, team.area)).content.decode()
        assert "Each point stands at the month of the people it speaks of." in page
        assert 'scope="row">February 2026</th>' in page
        assert 'scope="row">March 2026</th>' not in page

    def test_a_draft_that_is_due_says_how_far_it_is(self, client, team, month):
        drafted(month, team)
        client.force_login(team.lead)
        page = client.get(reverse("submissions:area", args=[team.area.slug])).content.decode()
        assert "1 of 1 section done, 3 of 3 measures filled in. Last saved today, " in page

    def test_its_charts_are_leafed_through_in_the_order_of_its_page(self, client, team):
        client.force_login(team.lead)
        charts = [chart_of(version, team.area) for version in (team.proportion, team.count, team.median)]
        page = client.get(reverse("submissions:area", args=[team.area.slug])).content.decode()
        ordered = sorted(charts, key=page.index)
        for before, here, after in zip([None, *ordered], ordered, [*ordered[1:], None], strict=False):
            page = client.get(here).content.decode()
            assert [chart for chart in charts if f'href="{chart}" rel="prev"' in page] == [before] * bool(before)
            assert [chart for chart in charts if f'href="{chart}" rel="next"' in page] == [after] * bool(after)
            assert f'href="{reverse("submissions:area", args=[team.area.slug])}"' in page

    def test_a_measure_without_an_accepted_month_says_so(self, client, team):
        client.force_login(team.lead)
        page = client.get(chart_of(team.count, team.area)).content.decode()
        assert "No month with this measure has been accepted so far." in page
        assert team.count.measure.get_absolute_url() in page

    def test_a_code_in_small_letters_is_the_same_measure_and_an_unknown_one_is_not_found(self, client, team):
        client.force_login(team.lead)
        assert client.get(chart_of(team.count, team.area).lower()).status_code == 200
        for code in ("XX99", MeasureVersionFactory().measure.code, "nonsense"):
            assert client.get(f"/submissions/{team.area.slug}/charts/{code}/").status_code == 404


class TestQueriesDoNotGrow:
    @pytest.mark.parametrize(("months", "measures"), [(1, 1), (4, 3)])
    def test_of_an_area(self, client, team, analyst, django_assert_num_queries, months, measures):
        accept_months(team, analyst, months)
        for version in team.measures[measures:]:
            version.area_measures.all().delete()
        client.force_login(team.lead)
        with django_assert_num_queries(QUERIES_OF_AN_AREA):
            client.get(reverse("submissions:area", args=[team.area.slug]))

    @pytest.mark.parametrize(("months", "measures"), [(1, 1), (4, 3)])
    def test_of_a_chart(self, client, team, analyst, django_assert_num_queries, months, measures):
        accept_months(team, analyst, months)
        for version in team.measures[measures:]:
            version.area_measures.all().delete()
        client.force_login(team.lead)
        with django_assert_num_queries(QUERIES_OF_A_CHART):
            client.get(chart_of(team.proportion, team.area))
