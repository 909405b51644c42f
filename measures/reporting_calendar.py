"""The reporting month: when it ends, when its numbers are due, from which minute they are late.

Pure: no Django, no clock. `today` and `now` are arguments.
"""

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

#: The programme's first month, and how far ahead anything is planned.
FIRST_MONTH, YEARS_AHEAD = date(2021, 4, 1), 2

LONDON = ZoneInfo("Europe/London")

#: A month is due on this working day of the month after it.
DUE_WORKING_DAY = 15

# Written out, because strftime follows the locale of whatever process runs it.
MONTH_NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

SATURDAY = 5


def month_in_words(month: date) -> str:
    """May 2026"""
    return f"{MONTH_NAMES[month.month - 1]} {month.year}"


def day_in_words(day: date) -> str:
    """1 June 2026"""
    return f"{day.day} {month_in_words(day)}"


def time_in_words(when: datetime) -> str:
    """2:31pm"""
    return f"{when.hour % 12 or 12}:{when:%M}{'am' if when.hour < 12 else 'pm'}"


def is_within_reach(month: date, today: date) -> bool:
    """Can somebody mean this month for the programme's numbers?"""
    last = today.replace(year=today.year + YEARS_AHEAD, day=1)
    return FIRST_MONTH <= month <= last


def last_day(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def next_month(month: date) -> date:
    """The first day of the month after."""
    return last_day(month) + timedelta(days=1)


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of England, substitute days included."""
    # Late, because the package takes a tenth of a second to load and most pages need no due date.
    import holidays

    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in bank_holidays(day.year)


def next_working_day(day: date) -> date:
    """`day` itself if it is one."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def working_days_after(day: date, count: int) -> date:
    """The `count`th working day after `day`."""
    for _ in range(count):
        day = next_working_day(day + timedelta(days=1))
    return day


@cache
def due_on(month: date) -> date:
    """The day by whose end the numbers of `month` are due: the 15th working day of the next month in England."""
    return working_days_after(last_day(month), DUE_WORKING_DAY)


def late_from(due: date) -> datetime:
    """The first late moment: midnight in London at the end of the day on which the month is due."""
    return datetime.combine(due + timedelta(days=1), time(), tzinfo=LONDON)


def is_late(now: datetime, due: date) -> bool:
    """Raises ValueError for a moment without a time zone: an hour's difference decides."""
    if now.utcoffset() is None:
        raise ValueError(f"a moment without a time zone cannot be late or in time: {now}")
    return now >= late_from(due)


def reminder_days(due: date) -> tuple[date, ...]:
    """When a team is reminded of what is due: 7 days before, on the day, 3 and 10 working days after.

    A day that is no working day gives way to the next one.
    """
    return (
        next_working_day(due - timedelta(days=7)),
        next_working_day(due),
        working_days_after(due, 3),
        working_days_after(due, 10),
    )


def reminder_step(due: date, today: date) -> int | None:
    """Which of the reminders holds today, from 0; None before the first, and a week after the last.

    One holds until the next, so that a day on which nothing ran is made up for once, and a month from long ago
    writes to nobody.
    """
    days = reminder_days(due)
    reached = [step for step, day in enumerate(days) if day <= today]
    return reached[-1] if reached and today < days[-1] + timedelta(days=7) else None
