"""A lead says what a change should do before the numbers are in; months come, and the chart answers."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import pytest
from django.db import connection
from django.utils import timezone

from measures.models import AreaMeasure, Measure, MeasureValue, ReportingPeriod, State, Submission, SubmissionRevision
from measures.reporting_calendar import due_on, month_in_words
from measures.wording import shifted
from selfharm_portal.accounts.models import AreaMembership, AreaRole, User
from sites.models import Area, DatePrecision, Milestone

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

EMAIL, PASSWORD = "lead.of.one.measure@example.org", "seven herons by the weir"


@dataclass
class Small:
    """An area that reports one measure, and tested one change."""

    area: Area
    measure: Measure
    lead: User
    changed: date

    @property
    def chart(self) -> str:
        return f"/submissions/{self.area.slug}/charts/{self.measure.code}/"

    def months_come(self) -> None:
        """The month of the change and eight after it, higher than before."""
        # In a thread, whose connection is none of the test's transaction: the portal has to see them.
        with ThreadPoolExecutor(max_workers=1) as elsewhere:
            elsewhere.submit(self.accept_later_months).result()

    def accept_later_months(self) -> None:
        for row in range(9):
            self.accept(shifted(self.changed, row), 42 + row * 7 % 5)
        connection.close()

    def accept(self, month: date, numerator: int) -> None:
        period, _ = ReportingPeriod.objects.get_or_create(month=month, defaults={"due_on": due_on(month)})
        submission, _ = Submission.objects.get_or_create(area=self.area, period=period)
        revision = SubmissionRevision.objects.create(
            submission=submission, number=1, submitted_at=timezone.now(), submitted_by=self.lead, declaration="Right."
        )
        version = self.measure.definition_in(month)
        MeasureValue.objects.create(
            revision=revision,
            measure=self.measure,
            version=version,
            kind=version.kind,
            numerator=numerator,
            denominator=60,
        )
        submission.state, submission.latest_revision, submission.accepted_revision = State.ACCEPTED, revision, revision
        submission.save()


@pytest.fixture(scope="module")
def small(portal, django_db_blocker) -> Iterator[Small]:
    """Ten months, then the change, and nothing after it yet."""
    with django_db_blocker.unblock():
        area = Area.objects.get(slug="south-yorkshire-and-bassetlaw")  # its board goes on, and it reports nothing
        measure = Measure.objects.get(code="SH07")
        lead = User.objects.create_user(EMAIL, PASSWORD, name="Ada Lead")
        AreaMembership.objects.create(user=lead, area=area, role=AreaRole.LEAD)
        changed = shifted(timezone.localdate().replace(day=1), -10)
        AreaMeasure.objects.create(area=area, measure=measure, from_month=shifted(changed, -10))
        Milestone.objects.create(
            area=area,
            date=changed,
            date_precision=DatePrecision.MONTH,
            title="Assessments in a quiet room",
            what="Made up for a test.",
            change_tested=True,
        )
        found = Small(area, measure, lead, changed)
        for row in range(10):
            found.accept(shifted(changed, row - 10), 30 + row * 7 % 5)
        yield found
        months = Submission.objects.filter(area=area)
        months.update(accepted_revision=None, latest_revision=None, state=State.NOT_STARTED)
        SubmissionRevision.objects.filter(submission__area=area).delete()
        months.delete()
        for expectation in [
            one for area_measure in area.area_measures.all() for one in area_measure.expectations.all()
        ]:
            expectation.delete()
        area.milestones.filter(change_tested=True).delete()
        area.area_measures.all().delete()
        area.memberships.filter(user=lead).delete()
        User.objects.filter(pk=lead.pk).update(is_active=False)


@pytest.mark.requirement("G6", "G8")
def test_a_lead_says_it_before_the_chart_answers(small, someone):
    # Given a lead at a narrow screen, whose area has changed something and has no month after it
    lead = someone(width=320)
    lead.signs_in(EMAIL, PASSWORD, small.chart)
    lead.reads("Assessments in a quiet room")
    lead.reads("Too early to say: none of the 7 months that are needed after milestone 1 has a number so far.")
    lead.finds_nothing_in_the_way()

    # When they want to say what they expect, and forget by when
    lead.activates("Say what you expect before you see it")
    lead.finds_nothing_in_the_way()
    lead.tabs_to("It goes up")
    lead.presses("Space")
    lead.activates("Save what we expect")

    # Then the page says so and keeps what was chosen
    lead.reads("Choose the month by which it should show")
    assert lead.page.title().startswith("Error: ")
    assert lead.page.locator("input[value=increase]").is_checked()
    lead.finds_nothing_in_the_way()

    # When they choose the month
    by = month_in_words(shifted(small.changed, 8))
    lead.tabs_to_field("id_by_month")
    lead.page.keyboard.type(by)
    lead.activates("Save what we expect")

    # Then the chart's page has it, with name and time
    lead.reads("Recorded. The chart answers it as the months come in.")
    lead.reads(f"It should go up by {by}.")
    lead.reads("Recorded by Ada Lead on ")
    lead.reads("before any month after the change was sent")
    lead.finds_nothing_in_the_way()

    # When the months come, higher than before
    small.months_come()
    lead.opens(small.chart)

    # Then the chart answers, and nobody can change what was said
    lead.reads("After milestone 1 the average was 20 percentage points higher (likely between ")
    lead.reads("As expected")
    lead.reads(f"It was to go up by {by}, and it went up.")
    lead.does_not_read("Change what you expect")
    lead.finds_nothing_in_the_way()
    for width in (768, 1280):
        lead.page.set_viewport_size({"width": width, "height": 800})
        lead.finds_nothing_in_the_way()

    # And a drawing shows it, without a script too
    drawing = lead.page.get_by_role("img", name="before and after milestone 1")
    assert drawing.count() == 1
