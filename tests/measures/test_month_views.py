"""A team fills in a month: tasks, sections, check your answers, receipt."""

import re
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from measures import reporting, workflow
from measures.models import State, Submission
from measures.rules import TypedAnswer, TypedEntry
from measures.wording import shifted
from tests.factories import DomainFactory, MeasureValueFactory, ReportingPeriodFactory, SubmissionFactory
from tests.measures.conftest import MONTH
from tests.measures.test_submission_views import path_of, section_of
from tests.measures.test_workflow import drafted, fresh, submitted

QUERIES_OF_A_MONTH = 14
QUERIES_OF_A_SECTION = 13
QUERIES_OF_THE_ANSWERS = 15


class Fields(HTMLParser):
    """The inputs of a page with their values, as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.textarea = ""
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, box = given.get("name", ""), given.get("type") == "checkbox"
        self.textarea = name if tag == "textarea" else ""
        self.select = name if tag == "select" else self.select
        if tag == "input" and name and (not box or "checked" in given):
            self.found[name] = given.get("value", "on" if box else "")
        elif tag == "textarea":
            self.found[name] = ""
        elif tag == "option" and "selected" in given:
            self.found[self.select] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.found[self.textarea] += data.strip("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.textarea = ""


def fields_of(page: str) -> dict[str, str]:
    parser = Fields()
    parser.feed(page.partition('<form method="post"')[2].partition("</form>")[0])
    return {name: value for name, value in parser.found.items() if name != "csrfmiddlewaretoken"}


def opened(client, month, version) -> dict[str, str]:
    """What the browser would send from the page of the section as it is now."""
    return fields_of(client.get(section_of(month, version)).content.decode())


def field(version, name: str) -> str:
    return f"{version.measure.code.lower()}-{name}"


def answers_of(month: Submission) -> str:
    return reverse("submissions:answers", args=[month.area.slug, month.period.month])


def sent(client, month, **fields: str):
    """The lead ticks the declaration and presses the button, on a page that is up to date if not said otherwise."""
    data = {"seen_lock_version": str(fresh(month).lock_version), "declaration": "on", **fields}
    return client.post(answers_of(month), data)


@pytest.fixture
def lead(client, team):
    client.force_login(team.lead)
    return client


@pytest.fixture
def two_sections(team):
    """The first two measures in a section of their own, after that of the third."""
    domain = DomainFactory(order=1, title="Waiting")
    later = DomainFactory(order=2, title="Training")
    for version, home in ((team.proportion, domain), (team.count, domain), (team.median, later)):
        version.measure.domain = home
        version.measure.save()
    return domain, later


class TestTheTasksOfAMonth:
    def test_each_section_is_a_task_with_its_codes(self, lead, team, month, two_sections):
        page = lead.get(path_of(month)).content.decode()
        assert f'href="{section_of(month, team.count)}"' in page
        assert f"{team.proportion.measure.code}, {team.count.measure.code}" in page
        assert page.count("Not started") == 3  # both sections, and the month
        assert "Cannot start yet" in page

    @pytest.mark.parametrize(
        ("numerator", "denominator", "status"),
        [("42", "60", "Completed"), ("42", "", "In progress"), ("61", "60", "1 problem"), ("x", "y", "2 problems")],
    )
    def test_a_task_says_how_far_it_is(self, lead, team, month, two_sections, numerator, denominator, status):
        entries = [
            TypedEntry(team.proportion.measure.code, numerator=numerator, denominator=denominator),
            TypedEntry(team.count.measure.code, numerator="0"),
        ]
        workflow.save_draft(month, entries, by=team.lead, seen_lock_version=0)
        page = lead.get(path_of(month)).content.decode()
        assert f">{status}</strong>" in page
        assert ">Not started</strong>" in page  # the other section

    def test_it_says_who_saved_last_and_when(self, client, team, month):
        workflow.save_draft(month, team.entries()[:1], by=team.contributor, seen_lock_version=0)
        for person, who in ((team.contributor, "you"), (team.lead, str(team.contributor))):
            client.force_login(person)
            page = client.get(path_of(month)).content.decode()
            assert re.search(rf"<dd>Today, [0-9]+:[0-9]{{2}}[ap]m, by {who}</dd>", page)
        assert "Last saved today, " in client.get(reverse("submissions:area", args=[team.area.slug])).content.decode()

    def test_nobody_has_saved_a_month_that_is_not_begun(self, lead, month):
        assert "Last saved" not in lead.get(path_of(month)).content.decode()

    def test_nothing_has_to_be_done_in_a_complete_month(self, lead, team, month):
        drafted(month, team)
        page = lead.get(path_of(month)).content.decode()
        assert ">Completed</strong>" in page
        assert ">Ready</strong>" in page
        assert "3 of 3 measures" in page


class TestASection:
    def test_it_has_the_fields_of_each_kind_and_the_definition(self, client, team, month):
        client.force_login(team.contributor)
        page = client.get(section_of(month, team.proportion)).content.decode()
        for name in (
            field(team.proportion, "denominator"),
            field(team.count, "numerator"),
            field(team.median, "value"),
        ):
            assert f'name="{name}"' in page
        for name in (field(team.count, "denominator"), field(team.proportion, "value")):
            assert f'name="{name}"' not in page
        assert team.proportion.how_to_collect in page

    def test_it_holds_its_own_measures_alone(self, lead, team, month, two_sections):
        page = lead.get(section_of(month, team.median)).content.decode()
        assert field(team.median, "value") in page
        assert field(team.count, "numerator") not in page
        assert "Section 2 of 2" in page

    def test_a_domain_of_which_nothing_is_reported_is_not_found(self, lead, month):
        address = reverse("submissions:section", args=[month.area.slug, MONTH, DomainFactory().slug])
        assert lead.get(address).status_code == 404

    def test_saving_for_later_keeps_the_text_and_says_that_nothing_was_sent(self, lead, team, month):
        form = opened(lead, month, team.count) | {field(team.count, "numerator"): " about 50 ", "action": "later"}
        page = lead.post(section_of(month, team.count), form, follow=True).content.decode()
        assert "Nothing has been sent" in page
        assert ">1 problem</strong>" in page
        assert opened(lead, month, team.count)[field(team.count, "numerator")] == " about 50 "

    def test_saving_leads_on_to_the_next_section_and_then_to_the_answers(self, lead, team, month, two_sections):
        form = opened(lead, month, team.count) | {
            field(team.proportion, "numerator"): "42",
            field(team.proportion, "denominator"): "60",
            field(team.count, "numerator"): "54",
        }
        assert lead.post(section_of(month, team.count), form).url == section_of(month, team.median)
        form = opened(lead, month, team.median) | {
            field(team.median, "value"): "16",
            field(team.median, "denominator"): "11",
        }
        assert lead.post(section_of(month, team.median), form).url == answers_of(month)

    def test_a_change_from_the_answers_leads_back_to_them(self, lead, team, month, two_sections):
        drafted(month, team)
        page = lead.get(answers_of(month)).content.decode()
        change = f"{section_of(month, team.count)}?then=answers"
        assert f'href="{change}#id_{field(team.count, "numerator")}"' in page
        form = fields_of(lead.get(change).content.decode()) | {field(team.count, "numerator"): "55"}
        assert lead.post(section_of(month, team.count), form).url == answers_of(month)

    @pytest.mark.requirement("E2")
    @pytest.mark.parametrize(
        ("typed", "kept"), [("1,234", "1,234"), ("1 234", "1,234"), ("0", "0"), ("12.5 people", None)]
    )
    def test_numbers_are_understood_as_people_write_them(self, lead, team, month, typed, kept):
        drafted(month, team)
        form = opened(lead, month, team.count) | {field(team.count, "numerator"): typed}
        answer = lead.post(section_of(month, team.count), form, follow=True)
        page = answer.content.decode()
        if kept:
            assert f">{kept} people<" in page
        else:
            assert "as a number, for example 54. You entered “12.5 people”." in page
            assert 'value="12.5 people"' in page

    @pytest.mark.requirement("E2")
    def test_nobody_in_the_group_is_neither_a_value_nor_missing(self, lead, team, month):
        drafted(month, team)
        form = opened(lead, month, team.proportion) | {
            field(team.proportion, "numerator"): "0",
            field(team.proportion, "denominator"): "0",
        }
        page = lead.post(section_of(month, team.proportion), form, follow=True).content.decode()
        assert "Nobody in this group" in page
        assert "Now send it" in page

    @pytest.mark.requirement("E3")
    def test_a_mistake_is_said_beside_its_field_and_above_and_is_saved(self, lead, team, month):
        drafted(month, team)
        form = opened(lead, month, team.proportion) | {field(team.proportion, "numerator"): "61"}
        page = lead.post(section_of(month, team.proportion), form).content.decode()
        assert page.count("61 out of 60 is more than everyone") == 2
        assert f'href="#id_{field(team.proportion, "numerator")}"' in page
        assert 'value="61"' in page
        assert "<title>Error: " in page
        assert month.draft_entries.get(measure=team.proportion.measure).numerator == "61"
        # The page that came back knows what is saved now: nobody is in the way of its reader.
        again = fields_of(page) | {field(team.proportion, "numerator"): "41"}
        assert lead.post(section_of(month, team.proportion), again).url == answers_of(month)

    def test_what_is_missing_is_asked_for_on_going_on_and_not_on_coming_back(self, lead, team, month):
        form = opened(lead, month, team.count) | {field(team.count, "numerator"): "54"}
        page = lead.post(section_of(month, team.count), form).content.decode()
        assert f"Enter the numbers for {team.proportion.name}" in page
        assert "Enter the numbers" not in lead.get(section_of(month, team.count)).content.decode()

    def test_a_reason_is_enough(self, lead, team, month):
        drafted(month, team)
        form = opened(lead, month, team.count) | {
            field(team.count, "numerator"): "",
            field(team.count, "no_data_reason"): "not_collected",
        }
        page = lead.post(section_of(month, team.count), form, follow=True).content.decode()
        assert "No figures: not collected this month" in page
        assert "2 measures with figures, 1 with a reason" in page
        sent(lead, month)
        assert fresh(month).state == State.SUBMITTED

    def test_earlier_months_stand_beside_the_fields(self, lead, team, month):
        submitted(month, team)
        next_month = Submission.objects.get(area=team.area, period=reporting.open_period(shifted(MONTH, 1)))
        page = lead.get(section_of(next_month, team.proportion)).content.decode()
        assert "42 of 60 (70.0%)" in page
        assert "March 2026" in page
        assert "April 2025" in page

    def test_a_measure_that_looks_back_says_whose_month_it_is(self, lead, team, month):
        team.proportion.cohort_month_offset = -1
        team.proportion.save()
        assert "People of February 2026." in lead.get(section_of(month, team.proportion)).content.decode()
        assert "(people of February 2026)" in lead.get(path_of(month)).content.decode()

    def test_a_note_with_a_character_that_no_database_keeps_is_kept_without_it(self, lead, team, month):
        form = opened(lead, month, team.count) | {field(team.count, "note"): "two\x00words"}
        lead.post(section_of(month, team.count), form)
        assert month.draft_entries.get(measure=team.count.measure).note == "twowords"

    def test_hostile_text_stays_text(self, lead, team, month):
        hostile = "</textarea><script>alert(1)</script>{{ month }}{% if x %}"
        form = opened(lead, month, team.count) | {
            field(team.count, "note"): hostile,
            field(team.count, "numerator"): hostile,
        }
        for page in (lead.post(section_of(month, team.count), form), lead.get(answers_of(month))):
            assert "<script>alert" not in page.content.decode()
            assert "{{ month }}" in page.content.decode()

    def test_it_is_not_open_once_the_month_is_sent(self, lead, team, month):
        submitted(month, team)
        assert lead.get(section_of(month, team.count)).url == path_of(month)


class TestTwoPeopleAtOnce:
    @pytest.mark.requirement("E5")
    def test_in_two_sections_they_are_not_in_each_others_way(self, lead, team, month, two_sections):
        first, second = opened(lead, month, team.count), opened(lead, month, team.median)
        first |= {field(team.count, "numerator"): "54", "action": "later"}
        second |= {field(team.median, "value"): "16", "action": "later"}
        assert lead.post(section_of(month, team.count), first).status_code == 302
        lead.force_login(team.contributor)
        assert lead.post(section_of(month, team.median), second).status_code == 302
        saved = {entry.measure: entry.typed() for entry in month.draft_entries.select_related("measure")}
        assert saved[team.count.measure].numerator == "54"
        assert saved[team.median.measure].value == "16"

    @pytest.mark.requirement("E5")
    def test_of_two_measures_of_a_section_both_are_kept(self, lead, team, month):
        drafted(month, team)
        form = opened(lead, month, team.count) | {field(team.proportion, "numerator"): "43", "action": "later"}
        by_another = TypedEntry(team.count.measure.code, numerator="55")
        workflow.save_draft(month, [by_another], by=team.contributor, seen_lock_version=fresh(month).lock_version)
        assert lead.post(section_of(month, team.count), form).status_code == 302
        saved = {entry.measure: entry.numerator for entry in month.draft_entries.select_related("measure")}
        assert (saved[team.proportion.measure], saved[team.count.measure]) == ("43", "55")

    @pytest.mark.requirement("E5")
    def test_of_the_same_measure_both_versions_are_shown_and_the_person_chooses(self, lead, team, month):
        form = opened(lead, month, team.count) | {field(team.count, "numerator"): "99"}
        drafted(month, team)
        answer = lead.post(section_of(month, team.count), form)
        assert answer.status_code == 409
        page = answer.content.decode()
        assert "<td>99</td><td>54</td>" in page
        assert month.draft_entries.get(measure=team.count.measure).numerator == "54"
        again = fields_of(page)
        assert again[field(team.count, "numerator")] == "99"
        assert again[field(team.proportion, "numerator")] == "42"  # not touched: as the other saved it
        lead.post(section_of(month, team.count), again)
        assert month.draft_entries.get(measure=team.count.measure).numerator == "99"

    @pytest.mark.requirement("E5")
    def test_two_numbers_of_a_measure_belong_together(self, lead, team, month):
        drafted(month, team)
        form = opened(lead, month, team.count) | {field(team.proportion, "numerator"): "43"}
        by_another = TypedEntry(team.proportion.measure.code, numerator="42", denominator="50")
        workflow.save_draft(month, [by_another], by=team.contributor, seen_lock_version=fresh(month).lock_version)
        assert lead.post(section_of(month, team.count), form).status_code == 409

    @pytest.mark.requirement("E5")
    def test_a_page_left_open_while_the_month_was_sent_loses_nothing(self, lead, team, month):
        form = opened(lead, month, team.count) | {field(team.count, "numerator"): "99"}
        submitted(month, team)
        answer = lead.post(section_of(month, team.count), form)
        assert answer.status_code == 409
        assert "<td>99</td><td>54</td>" in answer.content.decode()

    @pytest.mark.requirement("E5")
    def test_a_double_click_saves_once_and_is_no_conflict(self, lead, team, month):
        form = opened(lead, month, team.count) | {field(team.count, "numerator"): "54", "action": "later"}
        for _ in range(2):
            assert lead.post(section_of(month, team.count), form).url == path_of(month)
        assert fresh(month).lock_version == 1


class TestCheckYourAnswers:
    def test_they_stand_by_section_with_the_way_to_change_them(self, lead, team, month, two_sections):
        drafted(month, team)
        page = lead.get(answers_of(month)).content.decode()
        for text in ("Waiting", "Training", "42 of 60 (70.0%)", "54 people", "3 measures with figures"):
            assert text in page

    def test_what_is_in_the_way_is_said_with_the_way_to_it(self, lead, team, month):
        entry = TypedEntry(team.proportion.measure.code, numerator="61", denominator="60")
        workflow.save_draft(month, [entry], by=team.lead, seen_lock_version=0)
        page = lead.get(answers_of(month)).content.decode()
        assert "61 out of 60 is more than everyone" in page
        assert f'?then=answers#id_{field(team.count, "numerator")}"' in page
        assert "Now send it" not in page
        assert sent(lead, month).status_code == 200
        assert fresh(month).state == State.DRAFT

    def test_a_contributor_reads_them_and_does_not_send(self, client, team, month):
        drafted(month, team)
        client.force_login(team.contributor)
        page = client.get(answers_of(month)).content.decode()
        assert "to NCISH</button>" not in page
        assert "A lead of your team sends the month" in page
        assert sent(client, month).status_code == 403
        assert fresh(month).state == State.DRAFT

    def test_it_is_not_sent_without_the_declaration(self, lead, team, month):
        drafted(month, team)
        page = sent(lead, month, declaration="").content.decode()
        assert 'href="#id_declaration"' in page
        assert fresh(month).state == State.DRAFT

    def test_sent_it_has_a_receipt(self, lead, team, month):
        drafted(month, team)
        page = lead.get(sent(lead, month).url).content.decode()
        assert month.revisions.get().reference in page
        assert "March 2026 is with NCISH" in page
        assert f"Sent by {team.lead} on " in page
        assert "42 of 60 (70.0%)" in lead.get(path_of(month)).content.decode()

    @pytest.mark.requirement("E5")
    def test_a_double_click_on_send_ends_at_the_receipt(self, lead, team, month):
        drafted(month, team)
        seen = str(fresh(month).lock_version)
        first, second = (sent(lead, month, seen_lock_version=seen) for _ in range(2))
        assert first.url == second.url == reverse("submissions:receipt", args=[month.area.slug, MONTH])
        assert month.revisions.count() == 1

    @pytest.mark.requirement("E5")
    def test_a_page_that_does_not_show_what_is_saved_sends_nothing(self, lead, team, month):
        saved = drafted(month, team)
        changed = [TypedEntry(team.count.measure.code, numerator="55")]
        workflow.save_draft(month, changed, by=team.contributor, seen_lock_version=saved.lock_version)
        answer = sent(lead, month, seen_lock_version=str(saved.lock_version))
        assert answer.status_code == 409
        assert "Nothing has been sent" in answer.content.decode()
        assert "55 people" in answer.content.decode()
        assert fresh(month).state == State.DRAFT

    def test_an_old_tab_does_not_send_a_month_that_is_accepted(self, lead, team, month, analyst):
        handed_over = submitted(month, team)
        workflow.accept(handed_over, by=analyst, seen_lock_version=handed_over.lock_version)
        page = sent(lead, month, seen_lock_version="1")
        assert page.url == path_of(month)
        assert month.revisions.count() == 1

    def test_an_old_tab_does_not_send_a_month_past_the_question_of_ncish(self, lead, team, month, analyst):
        drafted(month, team)
        seen = str(fresh(month).lock_version)
        handed_over = submitted(fresh(month), team)
        workflow.return_to_team(
            handed_over, by=analyst, seen_lock_version=handed_over.lock_version, comment="Is 54 right?"
        )
        answer = sent(lead, month, seen_lock_version=seen)
        assert answer.status_code == 409
        assert "Is 54 right?" in answer.content.decode()
        assert month.revisions.count() == 1

    def test_there_is_no_receipt_of_a_month_that_was_not_sent(self, lead, team, month):
        assert lead.get(reverse("submissions:receipt", args=[month.area.slug, MONTH])).status_code == 404


class TestNcishAsksAboutOneValue:
    @pytest.fixture
    def asked(self, team, month, analyst):
        """Of the count; the others stay as they were sent."""
        sent = submitted(month, team)
        questions = {team.count.measure.code: "Is 54 right?"}
        return workflow.return_to_team(sent, by=analyst, seen_lock_version=sent.lock_version, questions=questions)

    def test_that_one_alone_is_open_and_the_question_stands_above_it(self, lead, team, month, asked):
        page = lead.get(section_of(month, team.count)).content.decode()
        assert "Is 54 right?" in page
        assert f'name="{field(team.count, "numerator")}"' in page
        assert f'name="{field(team.proportion, "numerator")}"' not in page
        assert "42 of 60 (70.0%)" in page
        assert ">1 question</strong>" in lead.get(path_of(month)).content.decode()

    def test_only_that_one_can_be_changed_from_the_answers(self, lead, team, month, asked):
        page = lead.get(answers_of(month)).content.decode()
        assert f'?then=answers#id_{field(team.count, "numerator")}"' in page
        assert f'#id_{field(team.proportion, "numerator")}"' not in page
        assert "42 of 60 (70.0%)" in page

    def test_it_is_answered_and_sent(self, lead, team, month, asked):
        form = opened(lead, month, team.count)
        page = lead.post(section_of(month, team.count), form).content.decode()
        assert "NCISH asks about this. Change it, or answer that it is right." in page
        again = fields_of(page) | {field(team.count, "answer"): "Yes, I counted again."}
        assert lead.post(section_of(month, team.count), again).url == answers_of(month)
        sent(lead, month)
        assert fresh(month).state == State.SUBMITTED
        assert asked.latest_revision.questions.get().answer == "Yes, I counted again."

    def test_an_answer_is_not_written_over_one_that_a_colleague_saved_meanwhile(self, lead, team, month, asked):
        form = opened(lead, month, team.count) | {field(team.count, "answer"): "Mine."}
        code = team.count.measure.code
        workflow.save_answers(asked, {code: "Theirs."}, by=team.contributor, seen_lock_version=asked.lock_version)
        answer = lead.post(section_of(month, team.count), form)
        assert answer.status_code == 409
        assert "<td>Mine.</td><td>Theirs.</td>" in answer.content.decode()


class TestQueriesDoNotGrow:
    @pytest.mark.parametrize("measures", [1, 3])
    def test_of_a_month(self, lead, team, month, django_assert_num_queries, measures):
        drafted(month, team)
        for measure in team.measures[measures:]:
            measure.area_measures.all().delete()
        for path, queries in (
            (path_of(month), QUERIES_OF_A_MONTH),
            (section_of(month, team.proportion), QUERIES_OF_A_SECTION),
            (answers_of(month), QUERIES_OF_THE_ANSWERS),
        ):
            with django_assert_num_queries(queries):
                lead.get(path)


@pytest.fixture
def unusual(team, month) -> str:
    """The count of the month is far from the six before; returns the fingerprint of the query."""
    for back in range(1, 7):
        period = ReportingPeriodFactory(month=shifted(MONTH, -back))
        earlier = SubmissionFactory(area=team.area, period=period, accepted=True)
        MeasureValueFactory(revision=earlier.accepted_revision, version=team.count, numerator=10, denominator=None)
    drafted(month, team)
    return f"unlikely_for_history-{team.count.measure.code}-54"


def answered(client, month, fingerprint: str, **fields: str):
    data = {"seen_lock_version": str(fresh(month).lock_version), "action": "answer"}
    return client.post(answers_of(month), data | {f"{fingerprint}-{name}": text for name, text in fields.items()})


class TestWhatIsUnusual:
    @pytest.mark.requirement("E3")
    def test_it_is_asked_before_the_month_can_be_sent(self, lead, team, month, unusual):
        page = lead.get(answers_of(month)).content.decode()
        assert "54 people is far from your earlier months" in page
        assert f'href="#id_{unusual}-checked"' in page
        assert f'?then=answers#id_{field(team.count, "numerator")}"' in page
        assert "Now send it" not in page
        assert "1 thing left" in lead.get(path_of(month)).content.decode()
        assert sent(lead, month).status_code == 200
        assert fresh(month).state == State.DRAFT

    @pytest.mark.requirement("E3")
    def test_ticked_and_explained_it_is_sent_with_the_month(self, lead, team, month, unusual):
        assert answered(lead, month, unusual, checked="on", note="Campaign in March").url == answers_of(month)
        page = lead.get(answers_of(month)).content.decode()
        assert "Campaign in March" in page
        assert "Now send it" in page
        sent(lead, month)
        assert [answer.note for answer in month.revisions.get().query_answers.all()] == ["Campaign in March"]

    @pytest.mark.requirement("E3", "E5")
    @pytest.mark.parametrize(
        ("fields", "says", "where"),
        [
            ({"checked": "on", "note": ""}, "Say in a few words what you found.", "note"),
            ({"note": "I will ask Sam"}, "Tick the box once you have checked the number.", "checked"),
        ],
    )
    def test_half_an_answer_is_kept_and_says_what_is_missing(self, lead, month, unusual, fields, says, where):
        page = answered(lead, month, unusual, **fields).content.decode()
        assert says in page
        assert f'href="#id_{unusual}-{where}"' in page
        assert month.draft_query_answers.get().note == fields["note"]

    def test_a_contributor_may_answer(self, client, team, month, unusual):
        client.force_login(team.contributor)
        answered(client, month, unusual, checked="on", note="Campaign in March")
        assert month.draft_query_answers.get().who == team.contributor

    @pytest.mark.requirement("E5")
    def test_an_answer_over_what_others_saved_is_shown_and_not_lost(self, lead, team, month, unusual):
        data = {"seen_lock_version": "0", "action": "answer", f"{unusual}-checked": "on", f"{unusual}-note": "Mine"}
        answer = lead.post(answers_of(month), data)
        assert answer.status_code == 409
        assert "Mine" in answer.content.decode()
        assert not month.draft_query_answers.exists()

    def test_an_answer_to_a_value_that_changed_answers_nothing(self, lead, team, month, unusual):
        other = [TypedEntry(team.count.measure.code, numerator="55")]
        workflow.save_draft(month, other, by=team.lead, seen_lock_version=fresh(month).lock_version)
        answered(lead, month, unusual, checked="on", note="Campaign in March")
        assert not month.draft_query_answers.exists()

    @pytest.mark.requirement("E3")
    def test_after_saving_it_is_asked_beside_the_number_once_and_needed_only_before_sending(
        self, lead, team, month, unusual
    ):
        path = section_of(month, team.count)
        form = opened(lead, month, team.count)
        del form[f"{unusual}-note"]  # as from a page that did not ask yet
        page = lead.post(path, form).content.decode()
        assert "Please check before you go on" in page
        assert page.count("54 people is far from your earlier months") == 2
        assert "<title>Error" not in page
        # Left open it waits; the month is not sent without it.
        assert lead.post(path, fields_of(page)).url == answers_of(month)
        assert ">1 question</strong>" in lead.get(path_of(month)).content.decode()
        assert sent(lead, month).status_code == 200
        # Answered it stays with the value, and is asked no more.
        found = fields_of(page) | {f"{unusual}-checked": "on", f"{unusual}-note": "Campaign in March"}
        assert lead.post(path, found).url == answers_of(month)
        assert "Campaign in March" in lead.get(path).content.decode()
        assert ">Completed</strong>" in lead.get(path_of(month)).content.decode()
        sent(lead, month)
        assert fresh(month).state == State.SUBMITTED

    def test_half_an_answer_beside_the_number_is_kept_and_says_what_is_missing(self, lead, team, month, unusual):
        form = opened(lead, month, team.count) | {f"{unusual}-note": "I will ask Sam"}
        page = lead.post(section_of(month, team.count), form).content.decode()
        assert "Tick the box once you have checked the number." in page
        assert month.draft_query_answers.get().note == "I will ask Sam"
        again = fields_of(page) | {f"{unusual}-checked": "on"}
        assert lead.post(section_of(month, team.count), again).url == answers_of(month)

    @pytest.mark.requirement("E5")
    def test_beside_the_number_nobody_writes_over_what_a_colleague_found(self, lead, team, month, unusual):
        form = opened(lead, month, team.count) | {f"{unusual}-checked": "on", f"{unusual}-note": "Mine"}
        theirs = [TypedAnswer(unusual, True, "Theirs")]
        workflow.save_draft(month, [], by=team.contributor, seen_lock_version=fresh(month).lock_version, answers=theirs)
        answer = lead.post(section_of(month, team.count), form)
        assert answer.status_code == 409
        page = answer.content.decode()
        assert "<td>Mine</td><td>Theirs</td>" in page
        assert month.draft_query_answers.get().note == "Theirs"
        assert lead.post(section_of(month, team.count), fields_of(page)).url == answers_of(month)
        assert month.draft_query_answers.get().note == "Mine"

    @pytest.mark.requirement("E1")
    def test_the_usual_range_stands_beside_the_field(self, lead, team, month, unusual):
        assert "from your 6 earlier months" in lead.get(section_of(month, team.count)).content.decode()
