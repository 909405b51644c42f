from html.parser import HTMLParser

import pytest
from django.urls import reverse
from django.utils import timezone

from measures import reporting, workflow
from measures.models import MeasureVersion, State, Submission
from measures.rules import TypedEntry
from measures.wording import shifted
from selfharm_portal.accounts.models import AreaRole
from sites.models import Area
from tests.factories import AreaMembershipFactory, MeasureVersionFactory, UserFactory
from tests.measures.conftest import MONTH
from tests.measures.test_workflow import LATER, drafted, fresh, submitted

QUERIES_OF_AN_AREA = 13
QUERIES_OF_A_CHART = 11
QUERIES_OF_A_MONTH = 14
QUERIES_OF_THE_OVERVIEW = 8


def posted(team, month: Submission, **changes: str) -> dict[str, str]:
    """What the browser sends for a month without a mistake, with some fields changed."""
    proportion, count, median = (measure.code.lower() for measure in team.measures)
    return {
        "seen_lock_version": str(fresh(month).lock_version),
        f"{proportion}-numerator": "42",
        f"{proportion}-denominator": "60",
        f"{count}-numerator": "54",
        f"{median}-value": "16",
        f"{median}-denominator": "11",
        "action": "save",
        **changes,
    }


def began_with_nothing(fields: dict[str, str]) -> dict[str, str]:
    """As from a page on which no field held anything: each one was typed by this person."""
    return {**fields, **{f"initial-{name}": "" for name in fields if name.startswith("sh")}}


class Fields(HTMLParser):
    """The inputs of a page with their values, as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.in_textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") != "checkbox" and given.get("name"):
            self.found[str(given["name"])] = given.get("value") or ""
        self.in_textarea = str(given.get("name") or "") if tag == "textarea" else ""
        if self.in_textarea:
            self.found[self.in_textarea] = ""

    def handle_data(self, data: str) -> None:
        if self.in_textarea:
            self.found[self.in_textarea] += data.strip()


def fields_of(page: str) -> dict[str, str]:
    parser = Fields()
    parser.feed(page.partition('<form method="post"')[2])
    return parser.found


def path_of(month: Submission) -> str:
    return reverse("submissions:month", args=[month.area.slug, month.period.month])


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
        assert client.post(path_of(month), {"action": "save"}).status_code == 404

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


class TestATeamFillsInAMonth:
    def test_the_form_has_the_fields_of_each_kind_and_the_definition(self, client, team, month):
        client.force_login(team.contributor)
        page = client.get(path_of(month)).content.decode()
        proportion, count, median = (measure.code.lower() for measure in team.measures)
        for field in (f"{proportion}-denominator", f"{count}-numerator", f"{median}-value", f"{count}-no_data_reason"):
            assert f'name="{field}"' in page
        for field in (f"{count}-denominator", f"{proportion}-value", f"{median}-numerator"):
            assert f'name="{field}"' not in page
        assert team.proportion.how_to_collect in page
        assert "to NCISH</button>" not in page  # a contributor does not send

    def test_saving_keeps_the_text_and_says_that_nothing_was_sent(self, client, team, month):
        client.force_login(team.contributor)
        code = team.count.measure.code.lower()
        response = client.post(path_of(month), posted(team, month, **{f"{code}-numerator": " about 50 "}), follow=True)
        assert "Nothing has been sent" in response.content.decode()
        assert 'value=" about 50 "' in response.content.decode()

    @pytest.mark.requirement("E3")
    def test_a_mistake_is_said_beside_its_field_and_above(self, client, team, month):
        client.force_login(team.lead)
        code = team.proportion.measure.code.lower()
        page = client.post(
            path_of(month),
            posted(team, month, action="send", declaration="on", **{f"{code}-numerator": "61"}),
        ).content.decode()
        assert page.count("61 out of 60 is more than everyone") == 2
        assert f'href="#id_{code}-numerator"' in page
        assert 'value="61"' in page
        assert "<title>Error: " in page
        assert fresh(month).state == State.DRAFT
        assert month.draft_entries.get(measure=team.proportion.measure).numerator == "61"

    def test_it_is_not_sent_without_the_declaration(self, client, team, month):
        client.force_login(team.lead)
        page = client.post(path_of(month), posted(team, month, action="send")).content.decode()
        assert 'href="#id_declaration"' in page
        assert fresh(month).state == State.DRAFT

    def test_a_reason_is_enough(self, client, team, month):
        client.force_login(team.lead)
        code = team.count.measure.code.lower()
        client.post(
            path_of(month),
            posted(
                team,
                month,
                action="send",
                declaration="on",
                **{f"{code}-numerator": "", f"{code}-no_data_reason": "not_collected"},
            ),
        )
        assert fresh(month).state == State.SUBMITTED

    def test_sent_it_shows_a_receipt_and_what_was_sent(self, client, team, month):
        client.force_login(team.lead)
        page = client.post(
            path_of(month), posted(team, month, action="send", declaration="on"), follow=True
        ).content.decode()
        assert month.revisions.get().reference in page
        assert "42 of 60 (70.0%)" in page
        assert "March 2026 is with NCISH" in page

    def test_a_contributor_who_sends_anyway_is_refused(self, client, team, month):
        client.force_login(team.contributor)
        response = client.post(path_of(month), posted(team, month, action="send", declaration="on"))
        assert response.status_code == 403
        assert fresh(month).state == State.DRAFT  # what was typed is kept all the same

    @pytest.mark.requirement("E5")
    def test_a_stale_page_shows_both_versions(self, client, team, month):
        stale = began_with_nothing(posted(team, month))
        drafted(month, team)
        client.force_login(team.contributor)
        code = team.count.measure.code.lower()
        response = client.post(path_of(month), {**stale, f"{code}-numerator": "99"})
        assert response.status_code == 409
        page = response.content.decode()
        assert "<td>99</td><td>54</td>" in page
        assert 'value="99"' in page
        # Saving again keeps what this person typed.
        seen = str(fresh(month).lock_version)
        client.post(path_of(month), {**stale, f"{code}-numerator": "99", "seen_lock_version": seen})
        assert month.draft_entries.get(measure=team.count.measure).numerator == "99"

    @pytest.mark.requirement("E5")
    def test_what_this_person_did_not_touch_stays_as_the_other_saved_it(self, client, team, month):
        drafted(month, team)
        proportion, count, _ = (measure.code.lower() for measure in team.measures)
        client.force_login(team.lead)
        page = client.get(path_of(month)).content.decode()
        opened = {name: value for name, value in fields_of(page).items() if name != "csrfmiddlewaretoken"}
        workflow.save_draft(
            month, [TypedEntry(team.count.measure.code, numerator="55")], by=team.contributor, seen_lock_version=1
        )
        answer = client.post(path_of(month), {**opened, f"{proportion}-numerator": "43", "action": "save"})
        assert answer.status_code == 409
        again = fields_of(answer.content.decode())
        assert (again[f"{proportion}-numerator"], again[f"{count}-numerator"]) == ("43", "55")
        assert "<td>54</td>" not in answer.content.decode()
        client.post(path_of(month), {**again, "action": "save"})
        saved = {entry.measure: entry.numerator for entry in month.draft_entries.select_related("measure")}
        assert (saved[team.proportion.measure], saved[team.count.measure]) == ("43", "55")

    @pytest.mark.requirement("E5")
    def test_a_page_left_open_while_the_month_was_sent_loses_nothing(self, client, team, month):
        stale = began_with_nothing(posted(team, month))
        submitted(month, team)
        client.force_login(team.contributor)
        code = team.count.measure.code.lower()
        response = client.post(path_of(month), {**stale, f"{code}-numerator": "99"})
        assert response.status_code == 409
        assert "<td>99</td><td>54</td>" in response.content.decode()

    def test_an_old_tab_does_not_send_a_month_that_is_accepted(self, client, team, month, analyst):
        old = posted(team, month, action="send", declaration="on")
        sent = submitted(month, team)
        workflow.accept(sent, by=analyst, seen_lock_version=sent.lock_version)
        client.force_login(team.lead)
        assert client.post(path_of(month), old).status_code == 409
        assert month.revisions.count() == 1

    def test_an_old_tab_does_not_send_a_month_past_the_question_of_ncish(self, client, team, month, analyst):
        drafted(month, team)
        old = posted(team, month, action="send", declaration="on")
        sent = submitted(fresh(month), team)
        workflow.return_to_team(sent, by=analyst, seen_lock_version=sent.lock_version, comment="Is 54 right?")
        client.force_login(team.lead)
        answer = client.post(path_of(month), old)
        assert answer.status_code == 409
        assert "Is 54 right?" in answer.content.decode()
        assert month.revisions.count() == 1

    def test_a_note_with_a_character_that_no_database_keeps_is_kept_without_it(self, client, team, month):
        client.force_login(team.lead)
        code = team.count.measure.code.lower()
        client.post(path_of(month), posted(team, month, **{f"{code}-note": "two\x00words"}))
        assert month.draft_entries.get(measure=team.count.measure).note == "twowords"

    def test_a_double_click_on_send_ends_at_the_receipt(self, client, team, month):
        client.force_login(team.lead)
        sent = posted(team, month, action="send", declaration="on")
        client.post(path_of(month), sent)
        page = client.post(path_of(month), sent, follow=True).content.decode()
        assert "March 2026 is with NCISH" in page
        assert month.revisions.count() == 1

    def test_earlier_months_stand_beside_the_fields(self, client, team, month):
        submitted(month, team)
        next_month = Submission.objects.get(area=team.area, period=reporting.open_period(shifted(MONTH, 1)))
        client.force_login(team.lead)
        page = client.get(path_of(next_month)).content.decode()
        assert "42 of 60 (70.0%)" in page
        assert "March 2026" in page
        assert "April 2025" in page

    def test_hostile_text_stays_text(self, client, team, month):
        client.force_login(team.lead)
        code = team.count.measure.code.lower()
        hostile = "</textarea><script>alert(1)</script>{{ month }}{% if x %}"
        page = client.post(
            path_of(month),
            posted(team, month, action="send", **{f"{code}-note": hostile, f"{code}-numerator": hostile}),
        ).content.decode()
        assert "<script>alert" not in page
        assert "{{ month }}" in page


class TestAnAnalystChecksIt:
    def decide(self, client, month, **fields):
        data = {"seen_lock_version": str(fresh(month).lock_version), **fields}
        return client.post(reverse("submissions:check", args=[month.area.slug, month.period.month]), data, follow=True)

    def test_accepting_puts_it_on_the_chart(self, client, team, month, analyst):
        submitted(month, team)
        client.force_login(analyst)
        assert "42 of 60" in client.get(path_of(month)).content.decode()
        self.decide(client, month, verdict="accept")
        assert fresh(month).state == State.ACCEPTED
        page = client.get(chart_of(team.proportion, team.area)).content.decode()
        assert "c-chart__drawing" in page
        assert "<td>70.0%</td>" in page

    def test_sending_back_needs_a_question_and_opens_the_form_again(self, client, team, month, analyst):
        submitted(month, team)
        client.force_login(analyst)
        refused = self.decide(client, month, verdict="return").content.decode()
        assert "Say what the team should look at." in refused
        assert fresh(month).state == State.SUBMITTED
        self.decide(client, month, verdict="return", comment="Is 54 right?")
        client.force_login(team.lead)
        page = client.get(path_of(month)).content.decode()
        assert "Is 54 right?" in page
        assert 'value="54"' in page

    def test_a_verdict_on_a_changed_month_decides_nothing(self, client, team, month, analyst):
        submitted(month, team)
        client.force_login(analyst)
        page = self.decide(client, month, verdict="accept", seen_lock_version="0").content.decode()
        assert "Nothing was decided" in page
        assert fresh(month).state == State.SUBMITTED

    @pytest.mark.requirement("F4")
    def test_teams_do_not_check(self, client, team, month):
        submitted(month, team)
        client.force_login(team.lead)
        response = client.post(
            reverse("submissions:check", args=[team.area.slug, MONTH]), {"verdict": "accept", "seen_lock_version": "2"}
        )
        assert response.status_code == 403

    def test_a_draft_is_the_team_s_own(self, client, team, month, analyst):
        workflow.save_draft(
            month, [TypedEntry(team.count.measure.code, numerator="73519")], by=team.lead, seen_lock_version=0
        )
        client.force_login(analyst)
        page = client.get(path_of(month)).content.decode()
        assert "73519" not in page
        assert "has not sent it" in page

    def test_the_overview_lists_what_waits_and_what_is_late(self, client, team, other_team, month, analyst):
        submitted(month, team)
        client.force_login(analyst)
        page = client.get(reverse("submissions:overview")).content.decode()
        assert "Check it" in page
        assert other_team.area.short_name in page


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

    @pytest.mark.parametrize("measures", [1, 3])
    def test_of_a_month(self, client, team, month, django_assert_num_queries, measures):
        for version in team.measures[measures:]:
            version.area_measures.all().delete()
        client.force_login(team.lead)
        with django_assert_num_queries(QUERIES_OF_A_MONTH):
            client.get(path_of(month))

    @pytest.mark.parametrize("months", [1, 4])
    def test_of_the_overview(self, client, team, analyst, django_assert_num_queries, months):
        accept_months(team, analyst, months)
        client.force_login(analyst)
        with django_assert_num_queries(QUERIES_OF_THE_OVERVIEW):
            client.get(reverse("submissions:overview"))
