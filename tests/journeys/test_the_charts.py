"""A lead opens what needs attention, reads why, and takes the report to the board; and all of it at three widths."""

import io
import re

import pypdf
import pytest
from django.utils import timezone

from measures.models import AreaMeasure, Measure, MeasureVersion
from measures.wording import shifted
from selfharm_portal.accounts.models import AreaMembership, AreaRole, User
from sites.models import Area
from tests.journeys.conftest import Account
from tests.measures.conftest import USUAL, Team, accepted

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

AREA = "north-east-london"
HOME, GRID = f"/submissions/{AREA}/", f"/submissions/{AREA}/charts/"
CHART, REPORT = f"{GRID}SH08/", f"{GRID}report/"
PASSWORD = "of-a-lead-whose-latest-month-is-low"
TICKED = "all => all.map((box) => box.value)"
CHOSEN = "form => new URLSearchParams(new FormData(form)).toString()"


@pytest.fixture(scope="module")
def low_month(portal, django_db_blocker) -> Account:
    """A lead of an area with 14 accepted months of three measures; the latest of SH08 is far below the others."""
    with django_db_blocker.unblock():
        area = Area.objects.get(slug=AREA)
        last = shifted(timezone.localdate().replace(day=1), -2)
        lead = User.objects.create_user("lead.of.north.east.london@example.org", PASSWORD, name="Sam Reed")
        AreaMembership.objects.create(user=lead, area=area, role=AreaRole.LEAD)
        versions = {}
        for code in ("SH07", "SH08", "SH14"):
            measure = Measure.objects.get(code=code)
            AreaMeasure.objects.create(area=area, measure=measure, from_month=shifted(last, -13))
            versions[code] = MeasureVersion.objects.filter(measure=measure).earliest("number")
        team = Team(area, lead, lead, *versions.values())
        accepted(
            team,
            {
                versions["SH07"]: USUAL,
                versions["SH08"]: [*USUAL[:-1], 10],
                versions["SH14"]: [*USUAL[:-1], 90],
            },
            last,
        )
    return Account(lead.email, PASSWORD, "lead", AREA)


@pytest.fixture
def signed_in(someone, low_month):
    def arrives(width=1280, **given):
        lead = someone(width=width, **given)
        lead.signs_in(low_month.email, low_month.password)
        return lead

    return arrives


@pytest.mark.requirement("C5", "G7", "K4")
def test_from_what_needs_attention_to_the_report_for_the_board(signed_in):
    # Given a lead whose team has one month that is far from the others
    lead = signed_in()
    lead.reads("One measure asks for an explanation.")

    # When they open all charts, by keyboard
    lead.activates("All charts in one table")
    lead.reads("One measure asks for an explanation. One is getting better, one is steady.")
    lead.finds_nothing_in_the_way()
    groups = lead.page.locator(".cc-charts__group th").all_inner_texts()
    assert [words.split("\n")[0] for words in groups] == [
        "Ask first: 1",
        "Getting better: say what you did: 1",
        "Steady: 1",
    ]

    # Then the first chart says what happened and what to ask
    lead.activates("Safety plan made together")
    assert lead.page.url.endswith(CHART)
    lead.reads(re.compile("is below the lower limit of .*: this is a concern"))
    lead.reads("What happened in")
    lead.reads("The latest month is below the lower limit. No explanation yet.")
    lead.finds_nothing_in_the_way()

    # When they say what explains it
    lead.activates("Say what explains it")
    lead.reads("What explains")
    lead.finds_nothing_in_the_way()
    lead.tabs_to_field("id_text")
    lead.types("The clinic was closed for three weeks of the month.")
    lead.activates("Save")

    # Then the chart and all charts know it
    lead.reads("The latest month is below the lower limit. Your team has said what happened.")
    lead.reads("Does what the team says explain it, and what comes next?")
    lead.opens(GRID)
    lead.reads("No measure asks for an explanation. One concern is explained.")
    lead.activates("Safety plan made together")

    # And the report for the board has the same words
    lead.activates("Board report")
    assert lead.page.locator("[name=measure]:checked").evaluate_all(TICKED) == ["SH08"]
    lead.tabs_to("Make the report")
    query = lead.page.locator("main form").evaluate(CHOSEN)
    answer = lead.page.request.get(f"{REPORT}?{query}")
    assert answer.headers["content-type"] == "application/pdf"
    first, second = (
        re.sub(r"\s+", " ", page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(answer.body())).pages
    )
    assert "No measure asks for an explanation. One concern is explained." in first
    assert "Made by Sam Reed on" in first
    assert "SH08 Safety plan made together" in second
    assert "is below the lower limit of" in second
    assert "Does what the team says explain it" in second
    assert "The clinic was closed for three weeks of the month." in second
    for page in (first, second):
        assert "Demonstration: made-up numbers" in page


@pytest.mark.requirement("G7", "G8")
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_is_in_the_way(signed_in, width):
    lead = signed_in(width)
    for path in (HOME, GRID, CHART, REPORT, f"{REPORT}?first=1999-01&last="):
        assert lead.opens(path) == 200, path
        lead.finds_nothing_in_the_way()


@pytest.mark.requirement("G7")
def test_a_team_that_has_just_begun_reads_what_is_missing(new_team, someone):
    lead = someone(width=320)
    lead.signs_in(new_team.lead.email, new_team.lead.password)
    lead.opens(f"/submissions/{new_team.area}/charts/")
    lead.reads("Too early to say: limits need 13 months with a number.")
    assert lead.page.locator(".cc-charts tbody tr:not(.cc-charts__group)").count() == 28
    lead.finds_nothing_in_the_way()
    lead.opens(f"/submissions/{new_team.area}/charts/report/")
    lead.finds_nothing_in_the_way()


@pytest.mark.requirement("G8", "K1")
def test_the_table_stays_one_where_its_rows_are_cards(signed_in):
    lead = signed_in(320)
    lead.opens(GRID)
    table = lead.page.get_by_role("table", name="3 measures, those that need attention first")
    assert table.get_by_role("columnheader").count() == 8
    assert table.get_by_role("rowheader").count() == 6  # three groups, three measures
    assert table.get_by_role("cell").count() == 21
    box = lead.page.locator(".cc-charts tbody tr").nth(1).bounding_box()
    assert box is not None
    assert box["width"] <= 320


def test_charts_and_report_are_whole_without_javascript(signed_in):
    lead = signed_in(320, javascript=False)
    lead.opens(GRID)
    assert lead.page.locator(".cc-charts .cc-spark").count() == 3
    lead.opens(CHART)
    assert lead.page.locator(".c-chart__table tbody tr").count() >= 14
    lead.opens(REPORT)
    assert lead.page.get_by_role("button", name="Make the report").is_visible()
