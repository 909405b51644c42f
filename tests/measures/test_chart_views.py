"""The pages of a team's charts: all measures on one page, what needs attention first, and one measure on its own."""

import csv
import io
import re
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from measures.models import AreaAim, MeasureVersion, Submission
from measures.team_charts import chart_files, chart_pages
from measures.wording import shifted
from selfharm_portal.pages import demonstration
from sites.models import Area
from tests.factories import AreaMeasureFactory, DomainFactory, MeasureVersionFactory
from tests.measures.conftest import LAST, USUAL, Team, accepted

#: How often somebody may come: what another database of the same PostgreSQL commits in between, as that of tests that
#: run beside these, counts as a change too.
VISITS = 200
QUERIES_OF_ALL_CHARTS = 16


def charts_of(team: Team) -> str:
    return reverse("submissions:charts", args=[team.area.slug])


def chart_of(team: Team, version: MeasureVersion) -> str:
    return reverse("submissions:chart", args=[team.area.slug, version.measure.code])


def rows_of(page: str) -> list[str]:
    return re.findall(r'<th role="rowheader" scope="row"><a href="[^"]+">([^<]+)</a>', page)


class TestAllCharts:
    @pytest.mark.requirement("G7")
    def test_what_needs_attention_comes_first_and_each_row_says_why(self, client, team, five, charted):
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
    def test_a_row_has_all_that_the_chart_says_in_words(self, client, team, five, charted):
        client.force_login(team.lead)
        page = client.get(charts_of(team)).content.decode()
        row = page[page.index("Called concern") : page.index("Called better")]
        words = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", row))
        for said in ("10.0%", "March 2026", "none", "Average 47.3%", "Concern: lower", "No target", "Why it is here:"):
            assert said in words
        assert re.search(r"limits [0-9.]+% to [0-9.]+%", words)
        assert f'href="{chart_of(team, five["concern"])}"' in page

    @pytest.mark.requirement("G7")
    def test_the_teams_home_says_the_same_sentence_and_leads_there(self, client, team, charted):
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

    @pytest.mark.requirement("N2")
    @pytest.mark.django_db(transaction=True)
    def test_it_is_kept_until_anything_has_changed(self, client, team, five, charted):
        client.force_login(team.lead)
        first = client.get(charts_of(team)).content
        for _ in range(VISITS):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(charts_of(team)).content == first
            if len(asked) <= QUERIES_OF_ALL_CHARTS // 2:
                break
        assert len(asked) <= QUERIES_OF_ALL_CHARTS // 2
        five["steady"].name = "Renamed"
        five["steady"].save()
        assert "Renamed" in client.get(charts_of(team)).content.decode()

    @pytest.mark.requirement("N2")
    def test_what_was_worked_out_is_of_the_same_numbers_and_words(self, client, team, five, charted):
        client.force_login(team.lead)
        first = client.get(charts_of(team)).content
        before = chart_pages.as_html.cache_info()
        assert client.get(charts_of(team)).content == first
        after = chart_pages.as_html.cache_info()
        assert (after.hits - before.hits, after.misses - before.misses) == (len(five), 0)
        five["steady"].name = "Renamed"
        five["steady"].save()
        area_measure = team.area.area_measures.get(measure=five["steady"].measure)
        AreaAim.objects.create(area_measure=area_measure, position=1, value=60, from_month=LAST)
        page = client.get(charts_of(team)).content.decode()
        row = page[page.index("Renamed") :]
        assert "Called steady" not in page
        assert "Own aim 60" in row

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


def file_of(team: Team, version: MeasureVersion, form: str) -> str:
    return reverse("submissions:chart_file", args=[team.area.slug, version.measure.code, form])


class TestFilesOfAChart:
    @pytest.mark.requirement("C5")
    def test_the_drawing_is_whole_without_the_page(self, client, team, five, charted):
        client.force_login(team.lead)
        answer = client.get(file_of(team, five["concern"], "svg"))
        assert answer.headers["Content-Type"] == "image/svg+xml"
        assert f"{five['concern'].measure.code}-{team.area.slug}-2026-03.svg" in answer.headers["Content-Disposition"]
        assert "no-store" in answer.headers["Cache-Control"]
        root = ElementTree.fromstring(answer.content)
        words = " ".join(root.itertext())
        assert "March 2026, 10%, is below the lower limit" in words
        assert team.area.short_name in words
        text = answer.content.decode()
        assert "style=" not in text
        assert "<script" not in text

    @pytest.mark.requirement("C5")
    def test_the_picture_has_its_text_on_the_page(self, client, team, five, charted):
        client.force_login(team.lead)
        picture = Image.open(io.BytesIO(client.get(file_of(team, five["concern"], "png")).content))
        assert picture.width >= 1200
        # Words are drawn too: without its fonts a picture is silent about it.
        assert len(picture.convert("L").crop((0, 0, picture.width, 120)).getcolors() or []) > 20
        page = client.get(chart_of(team, five["concern"])).content.decode()
        alternative = page[page.index("Text for the picture") :]
        assert "March 2026, 10%, is below the lower limit" in alternative

    @pytest.mark.requirement("C5", "C6")
    def test_the_numbers_have_a_status_in_each_row_and_no_formula(self, client, team, five, charted):
        Area.objects.filter(pk=team.area.pk).update(short_name="=HYPERLINK(A1)")
        Submission.objects.filter(area=team.area, period__month=shifted(LAST, -2)).update(
            accepted_revision=None, latest_revision=None, state="not_started"
        )
        client.force_login(team.lead)
        text = client.get(file_of(team, five["concern"], "csv")).content.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text)))
        assert len(rows) == 14
        assert [row["value"] for row in rows][-3:] == ["", "49", "10"]
        assert [row["status"] for row in rows][-3:] == ["no number", "accepted", "accepted"]
        assert rows[-3]["reason_for_no_number"] == "not sent"
        assert {row["data"] for row in rows} == {"real"}
        assert {row["area"] for row in rows} == {"'=HYPERLINK(A1)"}
        # All rows say what the page's table says of its months.
        assert rows[-1]["special_cause"] == "concern"

    @pytest.mark.parametrize("form", ["svg", "csv"])
    def test_a_demonstration_says_so_in_the_file_and_in_its_name(self, client, team, five, charted, form):
        demonstration.decide(demonstration=True, has_content=False)
        client.force_login(team.lead)
        answer = client.get(file_of(team, five["steady"], form))
        assert f"-demonstration.{form}" in answer.headers["Content-Disposition"]
        assert "emonstration" in answer.content.decode()

    @pytest.mark.requirement("F4")
    def test_another_areas_and_what_is_not_there_are_not_found(self, client, team, other_team, five, charted):
        client.force_login(other_team.lead)
        assert client.get(file_of(team, five["steady"], "csv")).status_code == 404
        client.force_login(team.lead)
        assert client.get(file_of(team, five["none"], "csv")).status_code == 404
        assert client.get(file_of(team, five["steady"], "csv").replace(".csv", ".exe")).status_code == 404

    def test_one_that_cannot_be_made_says_so_and_is_logged(self, client, team, five, charted, monkeypatch, caplog):
        monkeypatch.setattr(chart_files, "svg", lambda *given: "<svg")
        client.force_login(team.lead)
        answer = client.get(file_of(team, five["steady"], "png"))
        assert answer.status_code == 500
        assert "The file could not be made" in answer.content.decode()
        assert any("No png of the chart" in record.getMessage() for record in caplog.records)


class TestOneChart:
    @pytest.mark.requirement("G7")
    def test_the_page_says_what_to_ask_next_and_whose_it_is(self, client, team, five, charted):
        client.force_login(team.lead)
        page = client.get(chart_of(team, five["concern"])).content.decode()
        assert "What happened in March 2026, and what does the team want to try?" in page
        assert "writes it down beside the flagged months" in page
        assert "The latest month is below the lower limit. No explanation yet." in page
        assert f'href="{charts_of(team)}"' in page
        assert five["concern"].question in page
