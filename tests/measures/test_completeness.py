"""Complete and on time are two numbers, and neither exceeds what it is counted out of."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.completeness import Month, count
from measures.reporting_calendar import late_from

DUE = date(2026, 4, 23)
IN_TIME, TOO_LATE = datetime(2026, 4, 20, 12, tzinfo=UTC), datetime(2026, 4, 24, 12, tzinfo=UTC)
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.mark.requirement("F3")
def test_complete_and_on_time_are_not_confused():
    counts = count(
        [
            Month(DUE, IN_TIME, is_accepted=True, numbers=5, reasons=1),
            Month(DUE, TOO_LATE, is_accepted=True, numbers=4, reasons=2),
            Month(DUE, IN_TIME, is_accepted=False),  # sent in time, and still with NCISH
            Month(DUE, None, is_accepted=False),
        ],
        NOW,
    )
    assert (counts.complete, counts.due) == (2, 4)
    assert counts.on_time == 1
    assert (counts.numbers, counts.reasons) == (9, 3)


@pytest.mark.requirement("E2", "F3")
def test_a_month_of_reasons_alone_is_accepted_and_not_complete():
    counts = count([Month(DUE, IN_TIME, is_accepted=True, reasons=6)], NOW)
    assert (counts.complete, counts.on_time, counts.only_reasons, counts.reasons) == (0, 0, 1, 6)


@pytest.mark.requirement("F3")
def test_a_month_that_is_not_due_yet_counts_nowhere_even_if_it_is_accepted():
    early = Month(date(2026, 6, 20), IN_TIME, is_accepted=True, numbers=6)
    assert count([early], NOW).due == count([early], NOW).complete == 0


@pytest.mark.requirement("F3")
@pytest.mark.parametrize(
    "due",
    [date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25), date(2026, 1, 15)],
    ids=["before the clocks go forward", "forward", "before they go back", "back", "winter"],
)
def test_on_time_ends_at_midnight_in_london_also_when_clocks_change(due):
    first_late = late_from(due)
    now = first_late + timedelta(days=30)
    last_moment = first_late.astimezone(UTC) - timedelta(seconds=1)
    assert count([Month(due, last_moment, is_accepted=True, numbers=1)], now).on_time == 1
    assert count([Month(due, first_late.astimezone(UTC), is_accepted=True, numbers=1)], now).on_time == 0
    assert count([Month(due, last_moment, is_accepted=True, numbers=1)], last_moment).due == 0
    assert count([Month(due, last_moment, is_accepted=True, numbers=1)], first_late).due == 1


months = st.builds(
    Month,
    due_on=st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    first_sent_at=st.none() | st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    is_accepted=st.booleans(),
    numbers=st.integers(0, 28),
    reasons=st.integers(0, 28),
)


@pytest.mark.requirement("E2", "F3")
@given(st.lists(months))
def test_no_figure_exceeds_one_hundred_percent(given_months):
    counts = count(given_months, NOW)
    assert 0 <= counts.on_time <= counts.complete <= counts.due <= len(given_months)
    assert counts.complete + counts.only_reasons <= counts.due
