"""Why each measure of a team stands where it does: every combination of what the months can say."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from measures.statistics import attention
from measures.statistics.findings import Findings, MonthFinding, Phase, Said, Series, SpecialCause, find
from measures.wording import shifted

pytestmark = pytest.mark.requirement("G7")

FIRST = date(2024, 1, 1)
KINDS = ("common", "improvement", "concern", "neutral")
RULES = ("astronomical", "trend", "two_in_three", "shift")
ASSURANCES = (None, "pass", "fail", "inconsistent")


def found(
    kind="common",
    rule="",
    *,
    is_high=True,
    assurance=None,
    has_limits=True,
    target=70.0,
    numbers=20,
    missing=0,
    began=0,
    told=False,
):
    """20 months, whose latest number has this kind; `missing` months after it have none."""
    months = [shifted(FIRST, row) for row in range(numbers + missing)]
    values = [50.0] * numbers + [None] * missing
    findings = [
        MonthFinding(month, value, "common" if value else "missing")
        for month, value in zip(months, values, strict=True)
    ]
    if numbers:
        findings[numbers - 1] = findings[numbers - 1]._replace(
            kind=kind, rule=rule, is_high=is_high, run_from=months[0], run_length=8
        )
    phases = [Phase(began, len(months), numbers - began, has_limits, 50.0, 40.0, 60.0)]
    if began:
        phases.insert(0, Phase(0, began, began, has_limits, 50.0, 40.0, 60.0))
    causes = (
        [SpecialCause("a", kind, rule, is_high, 0, numbers, [numbers - 1], months[0], months[numbers - 1])]
        if rule
        else []
    )
    stories = [Said(months[0], months[numbers - 1], "A clinic closed.", "Kim", FIRST)] if told else []
    series = Series("SH07", "%", months, values, target=target, stories=stories)
    return Findings(series, findings, phases, assurance, special_causes=causes)


@pytest.mark.parametrize(
    ("kind", "rule", "is_high", "assurance", "has_limits", "is_explained"),
    [
        (kind, rule, *rest)
        for kind, *rest in product(KINDS, (True, False), ASSURANCES, (True, False), (True, False))
        for rule in (RULES if kind != "common" else ("",))
    ],
)
def test_every_combination_has_one_group_and_one_reason_that_does_not_contradict_it(
    kind, rule, is_high, assurance, has_limits, is_explained
):
    place = attention.place(
        found(kind, rule, is_high=is_high, assurance=assurance, has_limits=has_limits, told=is_explained)
    )
    if not has_limits:
        assert place.group == "too_few"
    elif kind != "common":
        assert place.group == kind
    else:
        assert place.group == ("out_of_reach" if assurance == "fail" else "steady")
    assert place.reason.endswith((".", "more."))
    assert place.reason[:1].isupper() or place.reason[:1].isdigit()
    assert place.asks == (place.group == "concern" and not is_explained)
    assert ("No explanation yet." in place.reason) == place.asks
    # What one sentence says no other takes back.
    assert not ("Steady" in place.reason and "explanation" in place.reason)
    assert ("Still short" in place.reason) == (place.group == "improvement" and assurance == "fail")
    if has_limits and kind != "common":
        high, low = ("above", "rising", "upper"), ("below", "falling", "lower")
        said, unsaid = (high, low) if is_high else (low, high)
        assert any(word in place.reason for word in said)
        assert not any(word in place.reason for word in unsaid)


@pytest.mark.parametrize(
    ("findings", "reason"),
    [
        (found("concern", "astronomical"), "The latest month is above the upper limit. No explanation yet."),
        (
            found("concern", "astronomical", missing=2),
            "The latest month with a number is above the upper limit. No explanation yet.",
        ),
        (
            found("concern", "two_in_three", is_high=False),
            "Two of three months in a row are close to the lower limit. No explanation yet.",
        ),
        (found("improvement", "trend", is_high=False), "8 months in a row falling."),
        (
            found("improvement", "shift", assurance="fail"),
            "8 months in a row above the average. Still short of the target.",
        ),
        (found("neutral", "shift"), "8 months in a row above the average."),
        (found(assurance="fail"), "Usual ups and downs, and the target lies beyond the limits."),
        (found(target=None), "Steady. No target is set."),
        (found(assurance="inconsistent"), "Steady. Chance decides whether a month meets the target."),
        (found(assurance="pass"), "Steady. Every month meets the target."),
        (found(assurance=None), "Steady."),  # no limits, because neighbouring months do not vary
        (found(has_limits=False, numbers=9), "9 of 13 months: limits can be drawn with 4 more."),
        (
            found(has_limits=False, numbers=9, began=3),
            "6 of 13 months since April 2024: limits can be drawn with 7 more.",
        ),
        (found(has_limits=False, numbers=0, missing=3), "No month with a number has been accepted so far."),
        (None, "No month with a number has been accepted so far."),
    ],
)
def test_the_reason_says_which_rule_or_what_is_missing(findings, reason):
    assert attention.place(findings).reason == reason


def test_an_explained_concern_stays_a_concern_and_asks_no_more():
    place = attention.place(found("concern", "shift", told=True))
    assert place == ("concern", "8 months in a row above the average. Your team has said what happened.", False)


@pytest.mark.requirement("C5")
@pytest.mark.parametrize(
    ("findings", "question"),
    [
        (None, "When will the first months be accepted?"),
        (found(has_limits=False, numbers=12), "What is needed so that the next month can be counted and sent?"),
        (
            found("improvement", "shift", assurance="fail"),
            "What did the team do differently since January 2024, and how can it be kept? "
            "What else would it take to reach the target of 70%?",
        ),
        (found("neutral", "shift"), "What is different since January 2024, and is that what the team wants?"),
        (
            found(assurance="fail"),
            "What would have to change in how the work is done, so that it can reach the target of 70%?",
        ),
        (
            found(assurance="inconsistent"),
            "What would have to change in how the work is done, so that every month meets 70%?",
        ),
        (found(assurance="pass"), "What makes it work, and does anything threaten it?"),
        (found(target=None), attention.LEVEL),
    ],
)
def test_the_next_question_follows_from_what_the_months_say(findings, question):
    assert attention.next_question(findings) == question


@pytest.mark.requirement("C5")
def test_the_next_question_asks_for_all_months_that_led_to_the_latest():
    months = [shifted(FIRST, row) for row in range(24)]
    values = [50.0, 52, 49, 51, 50, 48, 51, 50, 52, 49, 50, 51, 49, 50, 51, 49, 54, 54, 54, 54, 54, 54, 54, 70]
    said = find(Series("SH07", "%", months, values, improvement_direction="decrease"))
    assert said.latest is not None
    assert said.latest.rule == "astronomical"
    assert attention.next_question(said) == "What happened since May 2025, and what does the team want to try?"


@pytest.mark.requirement("C5")
def test_a_concern_is_explained_once_all_that_led_to_it_is():
    months = [shifted(FIRST, row) for row in range(24)]
    values = [50.0, 52, 49, 51, 50, 48, 51, 50, 52, 49, 50, 51, 49, 50, 51, 49, 54, 54, 54, 54, 54, 54, 54, 70]
    series = Series("SH07", "%", months, values, improvement_direction="decrease")
    asked = [
        (attention.place(found).asks, attention.next_question(found).startswith("Does what the team says explain it"))
        for first, last in ((16, 22), (16, 23))
        for found in [
            find(replace(series, stories=[Said(months[first], months[last], "A clinic closed.", "Kim", FIRST)]))
        ]
    ]
    assert asked == [(True, False), (False, True)]


@pytest.mark.requirement("C5")
@pytest.mark.parametrize(
    ("kind", "rule", "assurance", "has_limits", "is_explained"),
    [
        (kind, rule, *rest)
        for kind, *rest in product(KINDS, ASSURANCES, (True, False), (True, False))
        for rule in (RULES if kind != "common" else ("",))
    ],
)
def test_the_next_question_is_a_question_and_never_advice(kind, rule, assurance, has_limits, is_explained):
    question = attention.next_question(found(kind, rule, assurance=assurance, has_limits=has_limits, told=is_explained))
    assert question.endswith("?")
    assert not {"should", "must", "significant", "better", "worse", "cause"} & set(question.lower().split())


@pytest.mark.parametrize(("signal", "group"), [(True, "neutral"), (False, "steady")])
def test_a_run_chart_has_no_limits_and_is_not_short_of_months(signal, group):
    months = [shifted(FIRST, row) for row in range(20)]
    values = [1.0] * 10 + [5.0] * 10 if signal else [1.0, 5.0, 2.0, 4.0, 3.0] * 4
    said = find(Series("SH18", "people", months, values, chart="run", improvement_direction="decrease"))
    place = attention.place(said)
    assert place.group == group
    assert "limits" not in place.reason
    assert attention.next_question(said).endswith("?")


def test_groups_come_in_the_order_of_the_design_and_codes_within_them():
    of = {
        "SH09": found(),
        "SH02": found(),
        "SH10": found("neutral", "shift"),
        "SH08": found("improvement", "shift"),
        "SH28": found(assurance="fail"),
        "SH11": found("concern", "trend"),
        "SH04": found("concern", "shift"),
        "SH01": None,
    }
    groups = attention.in_order({code: attention.place(findings) for code, findings in of.items()})
    assert [(group.key, codes) for group, codes in groups] == [
        ("concern", ["SH04", "SH11"]),
        ("out_of_reach", ["SH28"]),
        ("improvement", ["SH08"]),
        ("neutral", ["SH10"]),
        ("too_few", ["SH01"]),
        ("steady", ["SH02", "SH09"]),
    ]


def places(**of):
    return [attention.Place(group, "", group == "concern") for group, count in of.items() for _ in range(count)]


@pytest.mark.parametrize(
    ("shown", "heading"),
    [
        (
            places(concern=3, improvement=6, steady=15),
            "Three measures ask for an explanation. Six are getting better, fifteen are steady.",
        ),
        (
            places(concern=1, out_of_reach=1, improvement=1, neutral=1, too_few=1, steady=1),
            "One measure asks for an explanation. One cannot reach its target, one is getting better, "
            "one has changed, one has too few months, one is steady.",
        ),
        (places(steady=28), "No measure asks for an explanation. 28 are steady."),
        (places(concern=2), "Two measures ask for an explanation."),
        (
            [*places(concern=1, steady=2), attention.Place("concern", "", asks=False)],
            "One measure asks for an explanation. One concern is explained. Two are steady.",
        ),
        (places(too_few=4), "Too early to say: limits need 13 months with a number."),
        ([], "No measures yet."),
    ],
)
def test_the_heading_counts_every_measure_once(shown, heading):
    assert attention.heading(shown) == heading


def test_it_is_worked_out_without_django():

    code = "import sys, measures.statistics.attention; sys.exit(any(name.startswith('django') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
