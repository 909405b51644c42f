"""A team takes a template, fills it in and brings it back; several months are sent at once."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from measures import asking, bringing, reporting, spreadsheets, workflow
from measures.models import DraftEntry, MeasureVersion, State, Submission, UploadedMonths
from measures.rules import TypedAnswer, TypedEntry
from measures.wording import shifted
from selfharm_portal.accounts.models import AreaRole
from tests.factories import AreaMeasureFactory, AreaMembershipFactory, MeasureVersionFactory
from tests.measures.test_asking import earlier

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("E6")]

MONTH = date(2026, 3, 1)


@pytest.fixture
def as_lead(client, team, month):
    client.force_login(team.lead)
    return client


def address(team, name="upload", *args):
    return reverse(f"submissions:{name}", args=[team.area.slug, *args])


def rows_of(response):
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def taken(client, team, **query):
    """The rows of the template, as CSV."""
    return rows_of(client.get(address(team, "template_of_months", "csv"), query))


def as_file(rows, name="months.csv"):
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return SimpleUploadedFile(name, text.getvalue().encode())


def bring(client, team, rows, **options):
    return client.post(address(team), {"file": as_file(rows)}, **options)


def agree(client, response):
    """Press the button on the page that shows what the file would do."""
    page = response.context
    return client.post(response.request["PATH_INFO"], {"seen": page["seen"]}, follow=True)


def filled(rows, team):
    """All that the team counts, in every month of the rows."""
    entries = {entry.code: entry for entry in team.entries()}
    for row in rows:
        entry = entries[row["Code"]]
        row |= {"Numerator": entry.numerator, "Denominator": entry.denominator, "Median in days": entry.value}
    return rows


def drafts():
    return {
        (entry.submission.period.month, entry.measure.code): entry.typed()
        for entry in DraftEntry.objects.select_related("submission__period", "measure")
    }


# There and back


def test_a_filled_template_becomes_the_draft_once_the_person_agrees(as_lead, team):
    page = bring(as_lead, team, filled(taken(as_lead, team), team), follow=True)
    assert "Nothing is saved yet" in page.content.decode()
    assert "3 measures will be written into the draft." in page.content.decode()
    assert drafts() == {}
    done = agree(as_lead, page)
    assert "3 measures in 1 month saved as drafts. Nothing has been sent yet." in done.content.decode()
    assert drafts() == {(MONTH, entry.code): entry for entry in team.entries()}
    assert not UploadedMonths.objects.exists()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_exported_and_brought_back_changes_nothing(as_lead, team, month, form):
    entries = [*team.entries()[:2], TypedEntry(team.median.measure.code, reason="other", note="=1\r\n+2, “so”")]
    workflow.save_draft(month, entries, by=team.lead, seen_lock_version=0)
    file = as_lead.get(address(team, "template", MONTH, form))
    upload = SimpleUploadedFile(f"months.{form}", file.content)
    page = as_lead.post(address(team), {"file": upload}, follow=True)
    assert "Nothing changes." in page.content.decode()
    assert page.context["changes"] == 0
    again = as_lead.get(address(team, "template", MONTH, form))
    if form == "csv":
        assert again.content == file.content


def test_a_row_that_is_left_empty_changes_nothing(as_lead, team, month):
    workflow.save_draft(month, team.entries(), by=team.lead, seen_lock_version=0)
    rows = taken(as_lead, team)
    rows[0] |= {"Numerator": "", "Denominator": ""}
    agree(as_lead, bring(as_lead, team, rows, follow=True))
    assert drafts()[MONTH, rows[0]["Code"]].denominator


def test_a_month_that_was_sent_is_in_its_template_and_may_stand_in_a_file_as_it_is(as_lead, team, month):
    saved = workflow.save_draft(month, team.entries(), by=team.lead, seen_lock_version=0)
    workflow.submit(saved, by=team.lead, seen_lock_version=saved.lock_version)
    rows = taken(as_lead, team)
    page = bring(as_lead, team, rows, follow=True)
    assert "Nothing changes." in page.content.decode()
    next(row for row in rows if row["Numerator"])["Numerator"] = "41"
    page = bring(as_lead, team, rows)
    assert "is with ncish, so" in page.content.decode()
    assert page.status_code == 422


def test_the_latest_month_that_is_over_is_offered_first(as_lead, team, month):
    this = timezone.localdate().replace(day=1)
    for opened in (shifted(this, -1), this):
        reporting.open_period(opened)
    html = as_lead.get(address(team)).content.decode()
    assert html.count(f'<option value="{shifted(this, -1):%Y-%m}" selected>') == 2


# Mistakes


def test_every_mistake_is_told_with_its_place_and_its_rule_and_nothing_is_kept(as_lead, team):
    rows = filled(taken(as_lead, team), team)
    wrong = next(row for row in rows if row["Code"] == team.proportion.measure.code)
    wrong |= {"Numerator": "61"}
    other = next(row for row in rows if row["Code"] == team.count.measure.code)
    other |= {"Numerator": "12.5 people"}
    page = bring(as_lead, team, rows)
    html = page.content.decode()
    assert page.status_code == 422
    assert "2 things to mend in the file" in html
    assert f"row {rows.index(wrong) + 2}, column Numerator" in html
    assert "numerator_above_denominator" in html
    assert "You entered “12.5 people”." in html
    assert "<title>Error: Months as a spreadsheet" in html
    assert not UploadedMonths.objects.exists()
    assert drafts() == {}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"Code": "SH98"}, "measure_not_assigned"),
        ({"Month": "2031-01"}, "month_not_open"),
        ({"Definition version": "9"}, "other_version"),
        ({"Reason for no figures": "Other matters"}, "reason_not_in_list"),
        ({"Numerator": "3", "Reason for no figures": "Not due yet"}, "reason_and_numbers"),
    ],
)
def test_rows_that_do_not_fit_the_area(as_lead, team, change, rule):
    rows = [row for row in filled(taken(as_lead, team), team) if row["Code"] == team.count.measure.code]
    rows[0] |= change
    assert rule in bring(as_lead, team, rows).content.decode()


def test_a_file_of_another_area_is_refused_in_words(as_lead, team, other_team):
    rows = filled(taken(as_lead, team), team)
    rows[0]["Area"] = other_team.area.slug
    html = bring(as_lead, team, rows).content.decode()
    assert f"is of the area “{other_team.area.slug}”" in html
    assert html.count("There is a problem") == 1


def test_fifty_megabytes_are_refused_in_words(as_lead, team):
    file = SimpleUploadedFile("months.xlsx", b"PK" + bytes(50_000_000))
    response = as_lead.post(address(team), {"file": file})
    assert response.status_code == 413
    assert "This spreadsheet is too large" in response.content.decode()
    file = SimpleUploadedFile("months.xlsx", b"PK" + bytes(2_010_000))
    assert (
        "The file has 2.01 MB, and there is room for 2 MB."
        in as_lead.post(address(team), {"file": file}).content.decode()
    )


def test_an_old_template_is_told_which_version_holds(as_lead, team):
    rows = filled(taken(as_lead, team), team)
    version = MeasureVersion.objects.get(measure=team.count.measure)
    MeasureVersionFactory(
        measure=version.measure, number=2, valid_from=MONTH, kind="count", denominator="", unit="people", value_max=None
    )
    html = bring(as_lead, team, rows).content.decode()
    assert f"The row was made for version 1 of {version.measure.code}, and in March 2026 version 2 holds." in html


# Questions


@pytest.fixture
def lately(team):
    """Three accepted months in which the team counted about as much as filled() says, but for the count."""
    earlier(team.area, team.count, 3, numerator=540)


def test_the_preview_says_how_many_questions_will_be_asked(as_lead, team, month, lately):
    page = bring(as_lead, team, filled(taken(as_lead, team, **{"from": "2026-03"}), team), follow=True)
    html = page.content.decode()
    assert "1 question to answer before it can be sent." in html
    assert AS_IF_SENT not in html  # there is one month alone
    assert f'<a href="{month.get_absolute_url()}">March 2026</a>' in html
    agree(as_lead, page)
    month.refresh_from_db()
    asked = asking.queries_of_month(month, reporting.measures_of_month(team.area, MONTH), team.entries())
    assert len(asked) == 1


def test_what_is_answered_already_is_not_counted_again(as_lead, team, month, lately):
    asked = asking.queries_of_month(month, reporting.measures_of_month(team.area, MONTH), team.entries())
    answers = [TypedAnswer(query.fingerprint, checked=True, note="Counted twice by hand.") for query in asked]
    saved = workflow.save_draft(month, team.entries(), by=team.lead, seen_lock_version=0, answers=answers)
    assert len(asked) == 1
    rows = filled(taken(as_lead, team, **{"from": "2026-03"}), team)
    next(row for row in rows if row["Code"] == team.median.measure.code)["Median in days"] = "17"
    page = bring(as_lead, team, rows, follow=True)
    assert page.context["changes"] == 1
    assert "to answer before it can be sent" not in page.content.decode()
    assert saved.lock_version == 1


def test_a_month_with_questions_is_not_sent_and_leads_to_them(as_lead, team, month, lately):
    workflow.save_draft(month, team.entries(), by=team.lead, seen_lock_version=0)
    [(key, _)] = as_lead.get(address(team, "send_many")).context["form"].fields["months"].choices
    html = as_lead.post(address(team, "send_many"), {"months": [key], "declaration": "on"}).content.decode()
    assert f'<a href="{address(team, "answers", MONTH)}">March 2026: 1 question to answer first.</a>' in html
    month.refresh_from_db()
    assert month.state == State.DRAFT


#: Else a person finds fewer questions on the page of a month than they were told, and wonders.
AS_IF_SENT = "Questions are counted as if you send the months in their order"


def test_a_backlog_is_asked_what_its_preview_said(as_lead, team, history):
    """The months before it in the file make the last one unusual: none is sent when the preview is made."""
    rows = filled(taken(as_lead, team, **{"from": "2025-12", "to": "2026-03"}), team)
    for row in rows:
        if row["Code"] == team.count.measure.code and row["Month"] == "2026-03":
            row["Numerator"] = "540"
    page = bring(as_lead, team, rows, follow=True)
    said = {month["title"]: month["asks"] for month in page.context["months"]}
    assert said == {
        "December 2025": "",
        "January 2026": "",
        "February 2026": "",
        "March 2026": "1 question to answer before it can be sent.",
    }
    assert AS_IF_SENT in page.content.decode()
    agree(as_lead, page)
    keys = [key for key, _ in as_lead.get(address(team, "send_many")).context["form"].fields["months"].choices]
    html = as_lead.post(address(team, "send_many"), {"months": keys, "declaration": "on"}).content.decode()
    assert "3 months sent to NCISH: December 2025, January 2026 and February 2026." in html
    assert "March 2026: 1 question to answer first." in html


def test_a_draft_with_a_gap_makes_no_later_month_unusual(as_lead, team, history):
    """It cannot be sent before them."""
    for month in history[-4:-1]:
        submission = Submission.objects.get(area=team.area, period__month=month)
        entry = TypedEntry(team.count.measure.code, numerator="5")
        workflow.save_draft(submission, [entry], by=team.lead, seen_lock_version=0)
    page = bring(as_lead, team, filled(taken(as_lead, team, **{"from": "2026-03"}), team), follow=True)
    assert [month["asks"] for month in page.context["months"]] == [""]


@pytest.mark.parametrize("months", [1, 12])
def test_queries_for_questions_do_not_grow_with_months(team, months, django_assert_num_queries):
    for count in range(months):
        reporting.open_period(shifted(MONTH, -count))
    entries = [(shifted(MONTH, -count), entry) for count in range(months) for entry in team.entries()]
    found = bringing.outcomes(team.area, entries)
    with django_assert_num_queries(8):
        assert len(bringing.questions(team.area, found)) == months


# Two at once


def test_a_month_that_changed_meanwhile_is_shown_again_and_nothing_is_written(as_lead, team, month):
    page = bring(as_lead, team, filled(taken(as_lead, team), team), follow=True)
    entry = TypedEntry(team.count.measure.code, numerator="7")
    workflow.save_draft(month, [entry], by=team.contributor, seen_lock_version=0)
    again = agree(as_lead, page)
    assert "A month has changed since you looked." in again.content.decode()
    assert drafts() == {(MONTH, entry.code): entry}
    agree(as_lead, again)
    assert len(drafts()) == 3


def test_a_double_click_writes_once(as_lead, team):
    page = bring(as_lead, team, filled(taken(as_lead, team), team), follow=True)
    agree(as_lead, page)
    again = agree(as_lead, page)
    assert "written or forgotten already" in again.content.decode()
    assert Submission.objects.get(area=team.area).lock_version == 1


def test_a_file_is_its_owners_and_another_file_takes_its_place(as_lead, team, client):
    bring(as_lead, team, filled(taken(as_lead, team), team))
    page = bring(as_lead, team, filled(taken(as_lead, team), team), follow=True)
    [kept] = UploadedMonths.objects.all()
    client.force_login(team.contributor)
    response = client.get(page.request["PATH_INFO"], follow=True)
    assert "written or forgotten already" in response.content.decode()
    assert kept.by == team.lead


# Thirty-six months


@pytest.fixture
def history(team):
    """36 months that are open, the last of them March 2026."""
    months = [shifted(MONTH, -count) for count in range(36)]
    for month in months:
        reporting.open_period(month)
    return sorted(months)


def test_36_months_are_brought_sent_and_accepted_together(
    as_lead, team, history, analyst, django_capture_on_commit_callbacks
):
    rows = filled(taken(as_lead, team, **{"from": "2023-04", "to": "2026-03"}), team)
    assert len(rows) == 36 * 3
    done = agree(as_lead, bring(as_lead, team, rows, follow=True))
    assert "108 measures in 36 months saved as drafts." in done.content.decode()
    keys = [key for key, _ in done.context["form"].fields["months"].choices]
    assert len(keys) == 36
    with django_capture_on_commit_callbacks(execute=True):
        sent = as_lead.post(address(team, "send_many"), {"months": keys, "declaration": "on"}, follow=True)
    assert "36 months sent to NCISH" in sent.content.decode()
    assert [message.subject for message in mail.outbox] == [
        f"36 months of {team.area.short_name} are with NCISH",
        f"{team.area.short_name} has sent 36 months",
    ]
    for month in Submission.objects.filter(area=team.area):
        workflow.accept(month, by=analyst, seen_lock_version=month.lock_version)
    assert set(Submission.objects.values_list("state", flat=True)) == {State.ACCEPTED}


@pytest.mark.parametrize("months", [1, 12])
def test_queries_do_not_grow_with_months(as_lead, team, months, django_assert_num_queries):
    for count in range(months):
        reporting.open_period(shifted(MONTH, -count))
    rows = filled(taken(as_lead, team), team)
    brought = spreadsheets.read(as_file(rows).read(), area=team.area.slug)
    with django_assert_num_queries(6):
        assert bringing.problems_of(brought, team.area) == []
    with django_assert_num_queries(6):
        assert len(bringing.template(team.area, {row.month for row in brought.rows}).rows) == months * 3


def test_a_month_with_a_gap_stays_a_draft_and_says_why(as_lead, team, history):
    for month in history[-2:]:
        submission = Submission.objects.get(area=team.area, period__month=month)
        entries = team.entries() if month == MONTH else team.entries()[:2]
        workflow.save_draft(submission, entries, by=team.lead, seen_lock_version=0)
    page = as_lead.get(address(team, "send_many"))
    keys = [key for key, _ in page.context["form"].fields["months"].choices]
    html = as_lead.post(address(team, "send_many"), {"months": keys, "declaration": "on"}).content.decode()
    assert "1 month sent to NCISH: March 2026." in html
    assert "1 thing to mend first." in html
    states = Submission.objects.filter(period__month__in=history[-2:]).order_by("period__month")
    assert [month.state for month in states] == [State.DRAFT, State.SUBMITTED]


def test_nothing_is_sent_without_the_declaration(as_lead, team, month):
    workflow.save_draft(month, team.entries(), by=team.lead, seen_lock_version=0)
    page = as_lead.get(address(team, "send_many"))
    [(key, _)] = page.context["form"].fields["months"].choices
    html = as_lead.post(address(team, "send_many"), {"months": [key]}).content.decode()
    assert html.count("Tick the box to say that these totals are right as far as you know.") == 2
    month.refresh_from_db()
    assert month.state == State.DRAFT


def test_a_contributor_fills_in_and_does_not_send(client, team, month):
    client.force_login(team.contributor)
    assert client.get(address(team)).status_code == 200
    assert client.get(address(team, "send_many")).status_code == 302


def test_another_team_finds_nothing(client, team, month, other_team):
    client.force_login(other_team.lead)
    for name, *args in (("upload",), ("send_many",), ("template_of_months", "csv"), ("template", MONTH, "xlsx")):
        assert client.get(address(team, name, *args)).status_code == 404


def test_a_person_of_two_areas_brings_each_file_on_its_own_page(as_lead, team, other_team):
    AreaMembershipFactory(area=other_team.area, user=team.lead, role=AreaRole.LEAD)
    AreaMeasureFactory(area=other_team.area)
    bring(as_lead, team, filled(taken(as_lead, team), team))
    assert UploadedMonths.objects.get().area == team.area
