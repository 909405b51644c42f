"""How a month's numbers and dates are said (pure)."""

from datetime import date
from decimal import Decimal

from . import rules
from .reporting_calendar import day_in_words, month_in_words, next_month
from .sentences import number_text, with_sign, with_unit


def value_in_words(
    kind: str,
    *,
    numerator: Decimal | None,
    denominator: int | None,
    value: Decimal | None,
    unit: str,
    decimals: int,
    rate_multiplier: int | None = None,
) -> str:
    """A value with the numbers that it is made of: "25 of 39 (64.1%)", "54 people", "16 days (11 people)"."""
    result = rules.result(kind, numerator, denominator, value, rate_multiplier)
    if result is None:
        return "Nobody in this group"
    said = number_text(float(rules.rounded(result, decimals)), decimals)
    if kind == rules.PROPORTION:
        return f"{numerator:,.0f} of {denominator:,} ({with_sign(said, unit)})"
    if kind == rules.RATE:
        return f"{with_unit(said, unit)} ({numerator:,.0f} among {denominator:,})"
    if kind == rules.MEDIAN_DAYS:
        return f"{with_unit(said, unit)} ({denominator:,} people)"
    if kind == rules.MEAN_SCORE:
        return f"{with_unit(said, unit)} ({rules.plain(numerator)} over {denominator:,} forms)"
    return with_unit(said, unit)


def due_in_words(month: date, due_on: date, today: date) -> str:
    """ "October 2026 is due in 9 days"; late from the day after `due_on`."""
    days = (due_on - today).days
    name = month_in_words(month)
    if days < 0:
        return f"{name} is {-days} {'day' if days == -1 else 'days'} late"
    if days == 0:
        return f"{name} is due today"
    if days == 1:
        return f"{name} is due tomorrow"
    return f"{name} is due in {days} days"


def nothing_due_in_words(today: date) -> str:
    """What comes next for a team that has sent everything."""
    this_month = today.replace(day=1)
    return (
        f"{month_in_words(this_month)} can be sent from {day_in_words(next_month(this_month))}. "
        "You can start a draft before that."
    )


def whose_month(month: date, cohort_month_offset: int) -> str:
    """Of whom a measure speaks that looks back: "People of September 2026". Empty where it is the month itself."""
    if not cohort_month_offset:
        return ""
    return f"People of {month_in_words(shifted(month, cohort_month_offset))}"


def shifted(month: date, months: int) -> date:
    """The first day of the month so many months later (earlier, if negative)."""
    count = month.year * 12 + month.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
