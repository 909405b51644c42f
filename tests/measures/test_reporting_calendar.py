"""When a month is due, and from which minute it is late."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from measures import reporting_calendar as calendar

LONDON = ZoneInfo("Europe/London")
THIRTY_YEARS = [date(year, month, 1) for year in range(2015, 2045) for month in range(1, 13)]


@pytest.mark.requirement("F3")
@pytest.mark.parametrize(
    ("month", "due"),
    [
        (date(2026, 1, 1), date(2026, 2, 20)),  # no bank holiday
        (date(2026, 3, 1), date(2026, 4, 23)),  # Good Friday on the 3rd, Easter Monday on the 6th
        (date(2026, 4, 1), date(2026, 5, 22)),  # early May on the 4th; the spring holiday, on the 25th, comes after
        (date(2025, 11, 1), date(2025, 12, 19)),  # before Christmas
        (date(2025, 12, 1), date(2026, 1, 22)),  # New Year
        (date(2021, 12, 1), date(2022, 1, 24)),  # New Year on a Saturday: the Monday instead
        (date(2020, 4, 1), date(2020, 5, 22)),  # early May moved to the 8th that year
        (date(2022, 5, 1), date(2022, 6, 23)),  # two days in June for a jubilee
    ],
)
def test_a_month_is_due_on_the_fifteenth_working_day_of_the_next(month, due):
    assert calendar.due_on(month) == due


def test_scotlands_holidays_are_not_englands():
    assert calendar.is_working_day(date(2026, 1, 2))
    assert calendar.is_working_day(date(2026, 11, 30))


def test_thirty_years_of_due_dates_make_sense():
    for month in THIRTY_YEARS:
        due = calendar.due_on(month)
        first = calendar.next_month(month)
        days = [first + timedelta(days=n) for n in range((due - first).days + 1)]
        assert calendar.is_working_day(due)
        assert sum(calendar.is_working_day(day) for day in days) == 15
        assert (due.year, due.month) == (first.year, first.month)
        assert 19 <= due.day <= 25


def test_a_week_end_or_holiday_moves_to_the_next_working_day():
    assert calendar.next_working_day(date(2026, 4, 3)) == date(2026, 4, 7)  # Good Friday to Tuesday
    assert calendar.next_working_day(date(2026, 12, 25)) == date(2026, 12, 29)  # Boxing Day on a Saturday
    assert calendar.next_working_day(date(2026, 4, 8)) == date(2026, 4, 8)


@pytest.mark.requirement("F3")
@pytest.mark.parametrize("due", [date(2026, 1, 22), date(2026, 6, 19), date(2026, 3, 28), date(2026, 10, 24)])
def test_a_month_is_late_from_midnight_in_london(due):
    # On 29 March and 25 October 2026 the clocks change, an hour after that midnight.
    midnight = datetime(due.year, due.month, due.day, tzinfo=LONDON) + timedelta(days=1)
    moment = midnight.astimezone(UTC)
    assert calendar.is_late(moment, due)
    assert not calendar.is_late(moment - timedelta(microseconds=1), due)


@pytest.mark.requirement("F3")
def test_summer_time_makes_a_month_late_an_hour_earlier_by_utc():
    due = date(2026, 6, 19)
    assert calendar.is_late(datetime(2026, 6, 19, 23, 0, tzinfo=UTC), due)
    assert not calendar.is_late(datetime(2026, 6, 19, 22, 59, 59, tzinfo=UTC), due)
    assert not calendar.is_late(datetime(2026, 1, 22, 23, 59, 59, tzinfo=UTC), date(2026, 1, 22))


def test_on_the_day_the_clocks_change_the_day_has_23_or_25_hours():
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)):
        begins, ends = calendar.late_from(day - timedelta(days=1)), calendar.late_from(day)
        assert (ends.astimezone(UTC) - begins.astimezone(UTC)) == timedelta(hours=hours)


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        calendar.is_late(datetime(2026, 6, 19, 23, 0), date(2026, 6, 19))


def test_months_and_days_in_words():
    assert calendar.month_in_words(date(2026, 5, 1)) == "May 2026"
    assert calendar.day_in_words(date(2026, 6, 1)) == "1 June 2026"
    assert calendar.last_day(date(2028, 2, 1)) == date(2028, 2, 29)
    assert calendar.next_month(date(2026, 12, 1)) == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("hour", "minute", "said"), [(0, 5, "12:05am"), (9, 30, "9:30am"), (12, 0, "12:00pm"), (14, 31, "2:31pm")]
)
def test_times_in_words(hour, minute, said):
    assert calendar.time_in_words(datetime(2026, 6, 1, hour, minute)) == said


@pytest.mark.parametrize(
    ("month", "answer"),
    [
        (date(1, 1, 1), False),
        (date(2021, 3, 1), False),
        (date(2021, 4, 1), True),
        (date(2028, 6, 1), True),
        (date(2028, 7, 1), False),
        (date(9999, 12, 1), False),
    ],
)
def test_months_within_reach_are_of_the_programme_and_at_most_two_years_ahead(month, answer):
    assert calendar.is_within_reach(month, date(2026, 6, 10)) == answer


@pytest.mark.requirement("F2")
def test_thirty_years_of_reminders_fall_on_working_days_in_their_order():
    for month in THIRTY_YEARS:
        days = calendar.reminder_days(calendar.due_on(month))
        assert list(days) == sorted(set(days))
        assert all(calendar.is_working_day(day) for day in days)


@pytest.mark.requirement("F2")
def test_a_step_holds_until_the_next_and_the_last_for_a_week():
    due = date(2026, 3, 20)
    steps = {day: calendar.reminder_step(due, day) for day in (due + timedelta(days=n) for n in range(-10, 40))}
    assert [day for day, step in steps.items() if step is None][:3] == [date(2026, 3, day) for day in (10, 11, 12)]
    assert [steps[day] for day in calendar.reminder_days(due)] == [0, 1, 2, 3]
    assert steps[date(2026, 3, 19)] == 0
    assert (steps[date(2026, 4, 13)], steps[date(2026, 4, 14)]) == (3, None)
