"""The report for a board: what is chosen, and the words of the PDF as a PDF library reads them."""

import io
import re
from datetime import date
from html import unescape
from urllib.parse import urlencode

import pypdf
import pytest
from django.urls import reverse

from measures import reporting, rules, workflow
from measures.models import Submission
from measures.team_charts import board_report
from measures.wording import shifted
from selfharm_portal.pages import demonstration
from tests.factories import ExpectationFactory, MilestoneFactory
from tests.measures.conftest import LAST, SENT_AT, Team, accepted
from tests.measures.test_chart_views import chart_of

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("C5")]

QUERIES_OF_A_REPORT = 17


def page_of(team: Team, **chosen: object) -> str:
    address = reverse("submissions:report", args=[team.area.slug])
    return f"{address}?{urlencode(chosen, doseq=True)}" if chosen else address


def file_of(team: Team, first: date, last: date, *codes: str) -> str:
    chosen = {"first": f"{first:%Y-%m}", "last": f"{last:%Y-%m}", "measure": codes}
    return f"{reverse('submissions:report_file', args=[team.area.slug])}?{urlencode(chosen, doseq=True)}"


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    return pypdf.PdfReader(io.BytesIO(answer.content))


def words_of(page):
    return re.sub(r"\s+", " ", page.extract_text())


def tags_of(reader):
    """Each tag of the document, in reading order."""

    def below(node):
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for each in node:
                yield from below(each)
        elif isinstance(node, dict):
            if "/S" in node:
                yield str(node["/S"]), str(node.get("/Alt", ""))
            yield from below(node.get("/K", []))

    return list(below(reader.trailer["/Root"]["/StructTreeRoot"]))


class TestTheFile:
    def test_it_has_sentence_chart_table_and_next_question_of_each_measure(self, client, team, five, charted):
        client.force_login(team.lead)
        concern, steady = five["concern"].measure.code, five["steady"].measure.code
        reader = read(client, file_of(team, shifted(LAST, -13), LAST, concern, steady))
        overview, first, second = map(words_of, reader.pages)
        assert "One measure asks for an explanation. One is steady." in overview
        assert "14 of 14 months are accepted and counted here." in overview
        assert f"Made by {team.lead.name} on" in overview
        assert overview.index("Ask first: 1") < overview.index("Steady: 1")
        assert "The latest month is below the lower limit. No explanation yet." in overview
        assert f"{concern} Called concern" in first
        assert "March 2026, 10%, is below the lower limit" in first
        assert "What happened in March 2026, and what does the team want to try?" in first
        assert "10.0% 10 of 100 Concern" in first
        assert f"{steady} Called steady" in second
        assert "Is the level of these months good enough" in second
        assert first.count("2026") + first.count("2025") > 12

    @pytest.mark.requirement("G8")
    def test_it_is_tagged_with_title_language_and_alternative_text(self, client, team, five, charted):
        client.force_login(team.lead)
        code = five["concern"].measure.code
        reader = read(client, file_of(team, shifted(LAST, -13), LAST, code))
        root = reader.trailer["/Root"]
        assert root["/Lang"] == "en-GB"
        assert root["/MarkInfo"]["/Marked"].value
        assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
        assert reader.metadata.title.endswith("what the measures say, February 2025 to March 2026")
        tags = tags_of(reader)
        kinds = [kind for kind, _ in tags]
        assert kinds.count("/H1") == 1
        assert {"/H2", "/H3", "/Table", "/TH", "/TD", "/Figure"} <= set(kinds)
        [alternative] = [alt for kind, alt in tags if kind == "/Figure"]
        assert "March 2026, 10%, is below the lower limit" in alternative
        assert kinds.index("/H1") < kinds.index("/Table") < kinds.index("/Figure")

    def test_the_same_choice_gives_the_same_bytes(self, client, team, five, charted):
        client.force_login(team.lead)
        address = file_of(team, shifted(LAST, -13), LAST, five["steady"].measure.code)
        assert client.get(address).content == client.get(address).content

    def test_it_says_what_was_known_at_the_end_of_its_months(self, client, team, five, charted):
        client.force_login(team.lead)
        code = five["concern"].measure.code
        reader = read(client, file_of(team, shifted(LAST, -13), shifted(LAST, -1), code))
        text = " ".join(map(words_of, reader.pages))
        assert "asks for an explanation" not in text.replace("No measure asks", "")
        assert "10.0%" not in text
        assert "March 2026" not in text.replace("February 2025 to March 2026", "")

    def test_a_range_within_the_months_keeps_the_limits_of_all(self, client, team, five, charted):
        client.force_login(team.lead)
        code = five["steady"].measure.code
        whole, part = (
            " ".join(map(words_of, read(client, file_of(team, first, LAST, code)).pages))
            for first in (shifted(LAST, -13), shifted(LAST, -3))
        )
        [line] = re.findall(r"From February 2025: average [^.]+\.[^.]+\.[^.]+\.[^.]+\.", whole)
        assert line in part

    def test_only_accepted_values_are_in_it(self, client, team, five, charted):
        month = Submission.objects.get(area=team.area, period=reporting.open_period(shifted(LAST, 1)))
        code = five["steady"].measure.code
        for name in ("concern", "better", "few", "none"):
            five[name].measure.area_measures.all().delete()
        typed = [rules.TypedEntry(code, numerator="53", denominator="100")]
        saved = workflow.save_draft(month, typed, by=team.lead, seen_lock_version=month.lock_version)
        workflow.submit(saved, by=team.lead, seen_lock_version=saved.lock_version, at=SENT_AT)
        client.force_login(team.lead)
        assert "53.0%" in client.get(chart_of(team, five["steady"])).content.decode()
        found = [" ".join(map(words_of, read(client, file_of(team, shifted(LAST, -13), LAST, code)).pages))]
        for form in ("csv", "svg"):
            address = reverse("submissions:chart_file", args=[team.area.slug, code, form])
            found.append(client.get(address).content.decode())
        for text in found:
            assert "53.0%" not in text
            assert ",53," not in text
            assert "April 2026" not in text
            assert "2026-04" not in text

    def test_a_demonstration_says_so_on_each_page_and_in_the_name(self, client, team, five, charted):
        demonstration.decide(demonstration=True, has_content=False)
        client.force_login(team.lead)
        address = file_of(team, shifted(LAST, -13), LAST, five["steady"].measure.code)
        assert "-demonstration.pdf" in client.get(address).headers["Content-Disposition"]
        assert all(demonstration.BANNER in words_of(page) for page in read(client, address).pages)

    def test_a_measure_without_a_number_in_these_months_says_so(self, client, team, five, charted):
        client.force_login(team.lead)
        code = five["few"].measure.code
        reader = read(client, file_of(team, shifted(LAST, -13), shifted(LAST, -5), code))
        assert "has a number for this measure" in words_of(reader.pages[1])

    def test_what_was_typed_is_never_read_as_a_program(self, client, team, five, charted):
        five["steady"].name = '#eval(1) *b* $x$ "<b>'
        five["steady"].save()
        client.force_login(team.lead)
        reader = read(client, file_of(team, shifted(LAST, -13), LAST, five["steady"].measure.code))
        assert '#eval(1) *b* $x$ "<b>' in words_of(reader.pages[1])

    def test_queries_do_not_grow(self, client, team, five, charted, django_assert_num_queries):
        client.force_login(team.lead)
        codes = [version.measure.code for version in five.values()]
        for first, chosen in ((LAST, codes[:1]), (shifted(LAST, -13), codes)):
            with django_assert_num_queries(QUERIES_OF_A_REPORT):
                assert client.get(file_of(team, first, LAST, *chosen)).status_code == 200

    def test_one_that_cannot_be_made_says_so_and_is_logged(
        self, client, team, five, charted, monkeypatch, caplog, tmp_path
    ):
        broken = tmp_path / "broken.typ"
        broken.write_text('#panic("no ink")')
        monkeypatch.setattr(board_report, "PAGE", broken)
        client.force_login(team.lead)
        answer = client.get(file_of(team, shifted(LAST, -13), LAST, five["steady"].measure.code))
        assert answer.status_code == 500
        assert "The file could not be made" in answer.content.decode()
        assert any("no ink" in record.getMessage() for record in caplog.records)


@pytest.mark.requirement("G6")
class TestBeforeAndAfter:
    """What followed the changes that the area tested, as the page of a chart says it."""

    CHANGED = shifted(LAST, -12)

    def months(self, team, five, after):
        """A year before the change, its month, and what came after it."""
        before = [50, 52, 49, 51, 50, 48, 51, 50, 52, 49, 51, 50]
        shown = {name: version for name, version in five.items() if name == "steady"}
        for name in set(five) - set(shown):
            five[name].measure.area_measures.all().delete()
        accepted(team, {five["steady"]: [*before, 55, *after]}, last=shifted(self.CHANGED, len(after)))
        return MilestoneFactory(area=team.area, date=self.CHANGED, title="Workers start", change_tested=True)

    def text(self, client, team, five, last, first=None):
        client.force_login(team.lead)
        first = first or shifted(self.CHANGED, -12)
        reader = read(client, file_of(team, first, last, five["steady"].measure.code))
        return " ".join(map(words_of, reader.pages)), reader

    def test_the_difference_its_interval_and_what_was_expected(self, client, team, five):
        milestone = self.months(team, five, [70, 71, 69, 70, 72, 70, 71, 69])
        ExpectationFactory(
            milestone=milestone,
            area_measure=five["steady"].measure.area_measures.get(area=team.area),
            by_month=shifted(self.CHANGED, 8),
            recorded_by=team.lead,
        )
        text, reader = self.text(client, team, five, shifted(self.CHANGED, 8))
        shown = unescape(client.get(chart_of(team, five["steady"])).content.decode())
        [sentence] = re.findall(r"After milestone 1 the average was 20 percentage points higher [^.]*\.", text)
        assert sentence in shown
        assert f"Milestone 1, {milestone.when}: Workers start" in text
        assert "Before: 50.3% on average, 12 months, March 2024 to February 2025." in text
        assert "After: 70.3% on average, 8 months, April 2025 to November 2025." in text
        assert "It should go up by November 2025. As expected. It was to go up by November 2025" in text
        assert f"Recorded by {team.lead.name} on" in text
        assert "It says what followed, not what brought it about." in text
        assert text.index("The latest months in numbers") < text.index("Before and after each change")
        drawn = [alt for kind, alt in tags_of(reader) if kind == "/Figure"]
        assert len(drawn) == 2
        assert drawn[1].startswith("Difference +20.0 percentage points, likely between +1")

    def test_too_early_to_say_shows_no_interval(self, client, team, five):
        self.months(team, five, [70, 71, 69])
        text, reader = self.text(client, team, five, shifted(self.CHANGED, 3))
        assert "Too early to say: 3 of the 7 months that are needed after milestone 1 have a number so far." in text
        assert "Likely" not in text
        assert [kind for kind, _ in tags_of(reader)].count("/Figure") == 1

    def test_it_is_told_as_it_was_known_at_the_end_of_the_months(self, client, team, five):
        self.months(team, five, [70, 71, 69, 70, 72, 70, 71, 69])
        text, _ = self.text(client, team, five, shifted(self.CHANGED, 3))
        assert "Too early to say: 3 of the 7 months" in text
        text, _ = self.text(client, team, five, shifted(self.CHANGED, -1))
        assert "Workers start" not in text

    def test_a_change_before_the_months_is_told_while_they_are_compared_with_what_was_before(self, client, team, five):
        self.months(team, five, [70, 71, 69, 70, 72, 70, 71, 69, 70, 71])
        text, _ = self.text(client, team, five, shifted(self.CHANGED, 10), first=shifted(self.CHANGED, 8))
        assert "After milestone 1 the average was 20 percentage points higher" in text
        MilestoneFactory(area=team.area, date=shifted(self.CHANGED, 8), title="Another", change_tested=True)
        text, _ = self.text(client, team, five, shifted(self.CHANGED, 10), first=shifted(self.CHANGED, 9))
        assert "Workers start" not in text
        assert "Too early to say: 2 of the 7 months that are needed after milestone 2" in text

    def test_a_measure_with_many_letters_has_one_page_and_what_finds_no_room_begins_another(self, client, team, five):
        after = [90, 90, 10, 10, 90, 90, 10, 10, 95, 95, 99]
        self.months(team, five, after)
        text, reader = self.text(client, team, five, shifted(self.CHANGED, len(after)))
        assert len(reader.pages) == 2
        assert text.count("Concern.") + text.count("Improvement.") == 6
        for number in range(1, 6):
            month = shifted(self.CHANGED, 2 * number)
            MilestoneFactory(area=team.area, date=month, title=f"Change {number}", change_tested=True)
        _, reader = self.text(client, team, five, shifted(self.CHANGED, len(after)))
        _, measure, rest = map(words_of, reader.pages)
        headings = ["What happened, and what the letters mean", "What to ask next", "The latest months in numbers"]
        assert [measure.count(heading) for heading in headings] == [1, 1, 1]
        assert rest.startswith("Before and after each change that was tested Milestone 6")


class TestChoosing:
    def test_it_begins_with_the_latest_two_years_of_all_measures(self, client, team, five, charted):
        client.force_login(team.contributor)
        page = client.get(page_of(team)).content.decode()
        assert '<option value="2025-02" selected>February 2025</option>' in page
        assert '<option value="2026-03" selected>March 2026</option>' in page
        assert page.count("checked") == 5

    def test_from_a_chart_it_begins_with_that_measure(self, client, team, five, charted):
        client.force_login(team.lead)
        page = client.get(page_of(team, measure=five["steady"].measure.code)).content.decode()
        assert page.count("checked") == 1

    def test_a_choice_that_holds_leads_to_the_file(self, client, team, five, charted):
        client.force_login(team.lead)
        code = five["steady"].measure.code
        answer = client.get(page_of(team, first="2025-02", last="2026-03", measure=[code]))
        assert answer.status_code == 302
        assert answer.url == file_of(team, date(2025, 2, 1), LAST, code)

    @pytest.mark.parametrize(
        ("chosen", "message"),
        [
            ({"first": "2026-03", "last": "2025-02"}, "Choose a last month that does not lie before the first"),
            ({"first": "2025-02", "last": "2026-03", "measure": []}, "Choose at least one measure"),
            ({"first": "1999-01", "last": "2026-03"}, "1999-01"),
            ({"first": "x\x00", "last": "2026-03"}, "is not in the list"),
        ],
    )
    def test_what_does_not_hold_is_said_beside_it_and_stays(self, client, team, five, charted, chosen, message):
        client.force_login(team.lead)
        chosen = {"measure": [five["steady"].measure.code], **chosen}
        for address in (
            page_of(team, **chosen),
            reverse("submissions:report_file", args=[team.area.slug]) + f"?{urlencode(chosen, doseq=True)}",
        ):
            answer = client.get(address, follow=True)
            page = answer.content.decode()
            assert answer.status_code == 200
            assert page.count(message) >= 1
            assert "There is a problem" in page

    def test_a_range_without_an_accepted_month_says_so(self, client, team, five, charted):
        gap = shifted(LAST, -5)
        Submission.objects.filter(area=team.area, period__month=gap).update(
            accepted_revision=None, latest_revision=None, state="not_started"
        )
        client.force_login(team.lead)
        chosen = {"first": f"{gap:%Y-%m}", "last": f"{gap:%Y-%m}", "measure": five["steady"].measure.code}
        page = client.get(page_of(team, **chosen)).content.decode()
        assert "No month between these two is accepted" in page
        reader = read(client, file_of(team, gap, LAST, five["steady"].measure.code))
        assert "5 of 6 months are accepted and counted here. Not accepted: October 2025." in words_of(reader.pages[0])

    def test_nothing_accepted_yet(self, client, team):
        client.force_login(team.lead)
        assert "No month of this area has been accepted so far." in client.get(page_of(team)).content.decode()
        assert client.get(file_of(team, LAST, LAST, "SH01")).url.startswith(page_of(team))

    @pytest.mark.requirement("F4")
    def test_it_is_the_teams_own_and_nobody_keeps_it(self, client, team, other_team, five, charted):
        address = file_of(team, shifted(LAST, -13), LAST, five["steady"].measure.code)
        client.force_login(other_team.lead)
        assert client.get(address).status_code == client.get(page_of(team)).status_code == 404
        client.force_login(team.lead)
        assert "no-store" in client.get(address).headers["Cache-Control"]
