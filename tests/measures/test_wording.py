from datetime import date
from decimal import Decimal

import pytest

from measures.wording import due_in_words, nothing_due_in_words, shifted, value_in_words, whose_month


@pytest.mark.parametrize(
    ("kind", "numbers", "words"),
    [
        ("proportion", {"numerator": Decimal(25), "denominator": 39}, "25 of 39 (64.1%)"),
        ("proportion", {"numerator": Decimal(0), "denominator": 0}, "Nobody in this group"),
        ("count", {"numerator": Decimal(1840), "unit": "visits", "decimals": 0}, "1,840 visits"),
        ("count", {"numerator": Decimal(1), "unit": "people", "decimals": 0}, "1 person"),
        ("median_days", {"value": Decimal("24.5"), "denominator": 8, "unit": "days"}, "24.5 days (8 people)"),
        (
            "rate",
            {"numerator": Decimal(115), "denominator": 742000, "rate_multiplier": 100000, "unit": "per 100,000 adults"},
            "15.5 per 100,000 adults (115 among 742,000)",
        ),
        (
            "mean_score",
            {"numerator": Decimal("262.50"), "denominator": 16, "unit": "points"},
            "16.4 points (262.5 over 16 forms)",
        ),
    ],
)
def test_a_value_is_said_with_its_numbers(kind, numbers, words):
    given = {"numerator": None, "denominator": None, "value": None, "unit": "%", "decimals": 1, **numbers}
    assert value_in_words(kind, **given) == words


@pytest.mark.requirement("F3")
@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2026, 11, 11), "October 2026 is due in 9 days"),
        (date(2026, 11, 19), "October 2026 is due tomorrow"),
        (date(2026, 11, 20), "October 2026 is due today"),
        (date(2026, 11, 21), "October 2026 is 1 day late"),
        (date(2026, 11, 30), "October 2026 is 10 days late"),
    ],
)
def test_what_is_due_is_said_in_days(today, words):
    assert due_in_words(date(2026, 10, 1), date(2026, 11, 20), today) == words


def test_with_everything_sent_the_next_month_is_named():
    assert nothing_due_in_words(date(2026, 11, 24)).startswith("November 2026 can be sent from 1 December 2026.")


def test_a_measure_that_looks_back_says_whose_month_it_is():
    assert whose_month(date(2026, 1, 1), -1) == "People of December 2025"
    assert whose_month(date(2026, 1, 1), 0) == ""


@pytest.mark.parametrize(
    ("months", "expected"), [(1, date(2026, 1, 1)), (-12, date(2024, 12, 1)), (0, date(2025, 12, 1))]
)
def test_months_are_counted_over_the_year_s_end(months, expected):
    assert shifted(date(2025, 12, 1), months) == expected
