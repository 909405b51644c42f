"""`manage.py open_periods`: months ahead, each once, with a row for every area that reports in it."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from measures.models import ReportingPeriod, Submission
from tests.factories import AreaMeasureFactory, ReportingPeriodFactory

pytestmark = pytest.mark.django_db


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def run(*arguments, stdout=None):
    out = stdout or StringIO()
    call_command("open_periods", *arguments, stdout=out)
    return out.getvalue()


def test_it_opens_months_ahead():
    AreaMeasureFactory(from_month=date(2026, 5, 1))
    said = run("--from", "2026-04-01", "--months", "3")
    assert "Reporting months: opened 3, kept 0." in said
    months = ReportingPeriod.objects.order_by("month")
    assert [period.month for period in months] == [date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)]
    assert months[0].due_on == date(2026, 5, 22)
    assert [month.period.month.month for month in Submission.objects.order_by("period__month")] == [5, 6]


def test_a_second_run_changes_nothing():
    AreaMeasureFactory()
    run("--from", "2026-04", "--months", "2")
    assert "Reporting months: opened 0, kept 2." in run("--from", "2026-04", "--months", "2")
    assert Submission.objects.count() == 2


def test_a_date_that_somebody_moved_stays():
    ReportingPeriodFactory(month=date(2026, 4, 1), due_on=date(2026, 5, 29))
    assert "Reporting months: opened 1, kept 1." in run("--from", "2026-04", "--months", "2")
    assert ReportingPeriod.objects.get(month=date(2026, 4, 1)).due_on == date(2026, 5, 29)


def test_it_crosses_the_turn_of_the_year():
    run("--from", "2026-12", "--months", "2")
    assert ReportingPeriod.objects.filter(month=date(2027, 1, 1)).exists()


def test_without_a_month_it_begins_with_the_present_one():
    assert "Reporting months: opened 12, kept 0." in run()


def test_a_person_at_a_terminal_sees_how_far_it_is():
    assert "2 of 2: May 2026" in run("--from", "2026-04", "--months", "2", stdout=Terminal())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--from", "2026-04-02"], "not the first day of a month"),
        (["--from", "2026-13"], "write it as 2026-04"),
        (["--from", "soon"], "write it as 2026-04"),
        (["--months", "0"], "from 1 to 120"),
        (["--months", "1000"], "from 1 to 120"),
    ],
)
def test_what_it_cannot_read_it_refuses_in_words(arguments, message):
    with pytest.raises(CommandError, match=message):
        run(*arguments)
    assert not ReportingPeriod.objects.exists()
