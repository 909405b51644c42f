"""One result for each chart: months, phases and what fired, exactly as spc.py has it, in words and as a file."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures import charts, spc
from measures.sentences import sentence, variation_words
from measures.statistics import attention, findings, stale_limits
from measures.statistics.findings import Aim, Beginning, Findings, Series, find
from measures.wording import shifted

EXAMPLES = Path(__file__).parent / "spc_examples"
STEADY = [54.0, 58.0, 51.0, 55.0, 53.0, 57.0, 52.0, 56.0, 54.0, 50.0, 58.0, 53.0, 55.0, 52.0]
#: A year and more in which nothing happens, its mean 100 and its limits 86.7 and 113.3 once they are fixed on it.
BASELINE: list[float | None] = [102.5, 97.5] * 7


def months(how_many: int) -> list[date]:
    return [date(2021 + (row + 3) // 12, (row + 3) % 12 + 1, 1) for row in range(how_many)]


def series(values: Any, **changes: Any) -> Series:
    given = {"title": "SH08 Safety plan", "unit": "%", "months": months(len(values))}
    return Series(**(given | {"values": values} | changes))


def counted(numerators: Any, denominators: Any, **changes: Any) -> Series:
    multiplier = changes.get("multiplier", 100)
    values = [
        None if top is None or not size else multiplier * top / size
        for top, size in zip(numerators, denominators, strict=True)
    ]
    given = {"kind": "proportion", "multiplier": 100, "numerators": numerators, "denominators": denominators}
    return series(values, **(given | changes))


def letters(found: Findings) -> dict[int, str]:
    return {row: month.letters for row, month in enumerate(found.months) if month.letters}


def causes(found: Findings) -> list[tuple[str, str, str, int, int]]:
    return [(cause.letter, cause.kind, cause.rule, cause.start, cause.stop) for cause in found.special_causes]


def worked_examples() -> list[Any]:
    text = (EXAMPLES / "examples.json").read_text(encoding="utf-8")
    return [pytest.param(case, id=case["id"]) for case in json.loads(text)["cases"]]


# As spc.py, and so the reference, has it


@pytest.mark.requirement("G1")
@pytest.mark.parametrize("case", worked_examples())
def test_the_worked_examples_come_out_of_the_one_result_as_well(case):
    told, expected = case["input"], case["expected"]
    found = find(
        Series(
            "Example",
            "%",
            [date.fromisoformat(day) for day in told["dates"]],
            told["values"],
            improvement_direction=told["improvement_direction"],
            target=told["target"],
            fixed_months=told["fix_after_n_points"],
            beginnings=[Beginning(date.fromisoformat(day), "limits", "") for day in told["rebase"]],
        )
    )
    assert found.variation == expected["variation_icon"]
    assert found.assurance == expected["assurance_icon"]
    assert [month.upper for month in found.months] == pytest.approx(expected["upl"], rel=1e-9)
    assert [month.lower for month in found.months] == pytest.approx(expected["lpl"], rel=1e-9)
    assert [bool(month.letters) for month in found.months] == expected["special_cause_flag"]
    rules = [findings.RULES.get(name, ("", False))[0] for name in expected["special_cause_type"]]
    assert [month.rule for month in found.months] == rules


number = st.integers(20, 90).map(float)
many_values = st.lists(st.one_of(st.none(), number, number, number, number), min_size=13, max_size=48)
#: Long stretches to one side and long rises: what chance alone draws too seldom.
stretches = st.lists(
    st.one_of(
        st.lists(number, min_size=1, max_size=9),
        st.lists(st.integers(70, 75).map(float), min_size=6, max_size=9),
        st.lists(st.integers(20, 25).map(float), min_size=6, max_size=9),
        st.tuples(number, st.integers(6, 9)).map(lambda told: [told[0] + step for step in range(told[1])]),
        st.tuples(number, st.integers(6, 9)).map(lambda told: [told[0] - step for step in range(told[1])]),
        st.just([None]),
    ),
    min_size=3,
    max_size=7,
).map(lambda parts: [value for part in parts for value in part])
directions = st.sampled_from(["increase", "decrease", "neutral"])
run_lengths = st.sampled_from([6, 7])
holds = settings(deadline=None, max_examples=150)


@pytest.mark.requirement("G1")
@holds
@given(st.one_of(many_values, stretches), directions, run_lengths, st.one_of(st.none(), number), st.data())
def test_each_month_has_the_letters_of_exactly_the_rules_that_hold_of_it(values, direction, run_points, target, more):
    all_months = months(len(values))
    begins = more.draw(st.one_of(st.none(), st.sampled_from(all_months)))
    told = series(
        values,
        improvement_direction=direction,
        run_points=run_points,
        target=target,
        beginnings=[Beginning(begins, "limits", "")] if begins else [],
    )
    found = find(told)
    chart = spc.xmr(
        all_months,
        values,
        improvement_direction=direction,
        run_points=run_points,
        target=target,
        rebase=[begins] if begins else [],
    )
    by_letter = {cause.letter: cause for cause in found.special_causes}
    assert len(by_letter) == len(found.special_causes)
    for phase in found.phases:
        for row in range(phase.start, phase.stop):
            month = found.months[row]
            holding = [by_letter[letter] for letter in month.letters.split(", ") if letter]
            expected = set(spc_rules(chart, row)) if phase.has_enough_months else set()
            assert {cause.rule for cause in holding} == expected
            assert all(row in cause.rows and cause.start <= row < cause.stop for cause in holding)
            name = chart["special_cause_type"][row] if phase.has_enough_months else spc.COMMON_CAUSE
            assert (month.rule, month.is_high) == findings.RULES.get(name, ("", False))
            if month.rule:
                assert month.kind == KINDS_OF_POINT[chart["point_type"][row]]
    if found.phases[-1].has_enough_months:
        assert found.variation == chart["variation_icon"]
        assert found.assurance == chart["assurance_icon"]
        assert target is None or found.reaches(target) == chart["assurance_icon"]
    else:
        assert found.variation is found.assurance is None


KINDS_OF_POINT = {
    "special_cause_improvement": "improvement",
    "special_cause_concern": "concern",
    "special_cause_neutral_high": "neutral",
    "special_cause_neutral_low": "neutral",
}


def spc_rules(chart: Any, row: int) -> list[str]:
    return [rule for rule in ("astronomical", "trend", "two_in_three", "shift") if chart[f"rule_{rule}"][row]]


@holds
@given(stretches, run_lengths)
def test_a_special_cause_is_whole(values, run_points):
    for cause in find(series(values, run_points=run_points)).special_causes:
        told = [values[row] for row in range(cause.start, cause.stop)]
        assert None not in told
        assert [cause.rows[0], cause.rows[-1] + 1] == [cause.start, cause.stop]
        if cause.rule in ("shift", "trend"):
            assert len(told) >= run_points
            assert list(cause.rows) == list(range(cause.start, cause.stop))
        if cause.rule == "trend":
            steps = {after > before for before, after in pairwise(told)}
            assert steps == {cause.is_high}


# What stays the same, and what is turned round


def said(found: Findings) -> list[tuple[Any, ...]]:
    return [(month.kind, month.rule, month.is_high, month.letters, month.run_length) for month in found.months]


@pytest.mark.requirement("G1")
@holds
@given(stretches, directions, st.integers(-500, 500), st.sampled_from([0.25, 0.5, 2.0, 8.0]))
def test_neither_shifting_nor_stretching_changes_what_is_found(values, direction, by, times):
    plain = find(series(values, improvement_direction=direction))
    moved = [None if value is None else times * value + by for value in values]
    # Sums of moved numbers round differently; a value next to its mean could change sides by that alone.
    centres = [phase.centre for phase in plain.phases]
    if any(value is not None and 0 < abs(value - (centre or 0)) < 1e-6 for value in values for centre in centres):
        return
    assert said(find(series(moved, improvement_direction=direction, unit="people"))) == said(plain)


@pytest.mark.requirement("G1")
@holds
@given(st.one_of(many_values, stretches))
def test_turning_the_direction_round_swaps_improvement_and_concern_and_nothing_else(values):
    up, down = (find(series(values, improvement_direction=way)) for way in ("increase", "decrease"))
    swapped = {"improvement": "concern", "concern": "improvement"}
    assert [swapped.get(month.kind, month.kind) for month in up.months] == [month.kind for month in down.months]
    assert [month[1:] for month in said(up)] == [month[1:] for month in said(down)]
    assert [cause.letter for cause in up.special_causes] == [cause.letter for cause in down.special_causes]
    neutral = find(series(values))
    assert {month.kind for month in neutral.months} <= {"common", "neutral", "missing"}
    assert [month[1:] for month in said(neutral)] == [month[1:] for month in said(up)]


@pytest.mark.requirement("G3")
@holds
@given(stretches, st.data())
def test_a_month_taken_out_and_put_back_gives_the_same_findings(values, more):
    row = more.draw(st.integers(0, len(values) - 1))
    whole = find(series(values))
    without = find(series([*values[:row], None, *values[row + 1 :]]))
    assert without.months[row].kind == "missing"
    assert without.months[row].letters == ""
    assert not any(row in cause.rows for cause in without.special_causes)
    restored = [month.value for month in without.months]
    restored[row] = values[row]
    assert find(series(restored)) == whole


# Letters, by hand


@pytest.mark.requirement("G1")
def test_a_month_that_two_rules_flag_has_both_letters():
    rise = [37.5, 38.2, 39.0, 40.4, 41.5, 43.0, 55.0, 56.0]
    found = find(series([41.0, 39.0, 40.5, 39.5] * 5 + rise, improvement_direction="increase", fixed_months=12))
    assert causes(found) == [
        ("a", "improvement", "trend", 20, 28),
        ("b", "improvement", "astronomical", 26, 28),
    ]
    assert [month.letters for month in found.months[24:]] == ["a", "a", "a, b", "a, b"]
    assert (found.months[27].rule, found.months[27].run_length) == ("astronomical", 2)
    [section] = findings.table(found)
    limit = findings.line_text(found.phases[0].upper or 0, found.series)
    assert section.rows[27].says == f"Improvement (a, b): above the upper limit of {limit}"
    assert section.rows[22].says == "Improvement (a): one of 8 months in a row rising, December 2022 to July 2023"


@pytest.mark.requirement("G1")
def test_a_month_can_be_an_improvement_and_a_concern_and_shows_both():
    # Far below the average, and rising: the limit names the first month, the rise the others.
    found = find(series([*[60.0, 62.0] * 8, 20.0, *range(30, 37)], improvement_direction="increase"))
    month = found.months[16]
    assert (month.kind, month.rule) == ("concern", "astronomical")
    assert {cause.kind for cause in found.special_causes if cause.letter in month.letters.split(", ")} == {
        *("concern", "improvement")
    }


def test_a_peak_belongs_to_the_rise_and_to_the_fall_and_is_named_by_the_fall():
    found = find(series([*BASELINE, *range(91, 98), *range(96, 90, -1)], fixed_months=12))
    trends = [(cause.start, cause.stop, cause.is_high) for cause in found.special_causes if cause.rule == "trend"]
    assert trends == [(14, 21, True), (20, 27, False)]
    peak = found.months[20]
    assert (peak.rule, peak.is_high, peak.run_length) == ("trend", False, 7)


def test_two_in_three_leaves_the_month_between_out():
    found = find(series([*BASELINE, 111.0, 105.0, 111.0, 97.5, 111.0, 111.0, 105.0], fixed_months=12))
    assert causes(found) == [
        ("a", "neutral", "two_in_three", 14, 17),
        ("b", "neutral", "two_in_three", 18, 20),
    ]
    assert letters(found) == {14: "a", 16: "a", 18: "b", 19: "b"}
    says = findings.table(found)[0].rows[14].says
    assert says.endswith("in two of three months, June to August 2022")


def test_a_limit_is_told_apart_from_the_value_beside_it():
    told = series([1.0], unit="people", decimals=0)
    shown = [findings.limit_beside(68.0, limit, told) for limit in (60.0, 67.6, 67.96, 68.0)]
    assert shown == ["60", "67.6", "67.96", "68"]


@pytest.mark.parametrize("chart", ["xmr", "pp"])
def test_months_that_never_vary_have_no_limits_and_say_so(chart):
    found = find(counted([30.0] * 14, [60] * 14, chart=chart))
    assert "no limits: neighbouring months show no variation" in findings.table(found)[0].words


def test_letters_go_on_after_z():
    assert [findings.letter(number) for number in (0, 25, 26, 27, 51, 52, 702)] == [
        *("a", "z", "aa", "ab", "az", "ba", "aaa")
    ]


@pytest.mark.requirement("G1")
def test_six_in_a_row_are_a_shift_where_the_programme_says_so():
    values = [*BASELINE, *[104.0] * 6]
    assert not find(series(values, fixed_months=12)).special_causes
    found = find(series(values, fixed_months=12, run_points=6))
    assert causes(found) == [("a", "neutral", "shift", 14, 20)]
    assert sentence(found).startswith("Since June 2022, 6 months in a row have been above the average")
    with pytest.raises(ValueError, match="6 or 7 points, not 5"):
        find(series(values, run_points=5))


# Phases


@pytest.mark.requirement("G5")
def test_limits_fixed_to_the_first_months_judge_the_later_ones_and_say_so():
    found = find(series([*BASELINE, *[112.0] * 8], fixed_months=12, improvement_direction="increase"))
    assert found.phases[0].centre == 100.0
    [section] = findings.table(found)
    assert section.words == (
        "From April 2021: average 100%, lower limit 86.7%, upper limit above 100%. Worked out from the first 12 months."
    )


@pytest.mark.requirement("G5")
@pytest.mark.parametrize("why", ["definition", "board", "limits"])
def test_a_phase_says_why_it_begins(why):
    begins = Beginning(months(30)[15], why, "Limits recalculated at milestone 3.")
    found = find(series([*STEADY, *STEADY, 70.0, 71.0], beginnings=[begins]))
    words = [section.words for section in findings.table(found)]
    assert words[0].startswith("From April 2021: average 54")
    assert words[1].startswith("From July 2022: average")
    assert words[1].endswith("Limits recalculated at milestone 3.")


@pytest.mark.requirement("G3")
def test_two_reasons_in_one_month_are_one_phase_and_both_are_said():
    month = months(20)[15]
    begins = [Beginning(month, "board", "The board ended."), Beginning(month, "definition", "Definition changed.")]
    found = find(series([*STEADY, *STEADY[:6]], beginnings=begins))
    assert [(phase.start, phase.stop) for phase in found.phases] == [(0, 15), (15, 20)]
    assert findings.table(found)[1].words.endswith("The board ended. Definition changed.")
    assert sentence(found).startswith("Since the definition changed in July 2022, 5 months have a number")


@pytest.mark.requirement("G1")
def test_assurance_is_of_the_current_phase_only():
    values = [*STEADY, *[value + 30 for value in STEADY]]
    begins = [Beginning(months(28)[14], "limits", "")]
    found = find(series(values, target=65.0, improvement_direction="increase", beginnings=begins))
    assert found.assurance == "pass"
    assert find(series(values[:-3], target=65.0, improvement_direction="increase", beginnings=begins)).assurance is None


# Charts of proportions and rates, and run charts


@pytest.mark.requirement("G2")
@pytest.mark.parametrize("kind", ["p", "pp", "u", "up"])
def test_a_p_or_u_chart_has_the_limits_of_each_month_and_flags_what_lies_beyond(kind):
    tops, sizes = [*[30, 34] * 7, 75], [*[60, 70] * 7, 80]
    found = find(counted(tops, sizes, chart=kind, improvement_direction="increase"))
    chart = spc.attribute_chart(kind, months(15), tops, sizes)
    assert [month.upper for month in found.months] == [None if x is None else 100 * x for x in chart["ucl"]]
    assert [month.lower for month in found.months] == [None if x is None else 100 * x for x in chart["lcl"]]
    assert causes(found) == [("a", "neutral", "long_run", 0, 14), ("b", "improvement", "astronomical", 14, 15)]
    assert (found.months[14].kind, found.months[14].letters, found.variation) == (
        "improvement",
        "b",
        "improvement_high",
    )
    phase = found.phases[0]
    assert phase.centre == pytest.approx(100 * sum(tops) / sum(sizes))
    assert (phase.lower, phase.upper, phase.runs) == (None, None, chart["runs"][0])
    assert "limits by the size of each month. Longest run" in findings.table(found)[0].words


@pytest.mark.requirement("G1")
@pytest.mark.parametrize(
    ("target", "increase", "decrease"),
    [(95.0, "fail", "pass"), (20.0, "pass", "fail"), (69.0, "inconsistent", "inconsistent")],
)
def test_a_target_is_out_of_reach_of_a_p_chart_only_beyond_the_limits_of_every_month(target, increase, decrease):
    # A month of 60 people has wider limits than one of 600: what one can reach by chance is not out of reach.
    told = counted([*[30, 300] * 7], [*[60, 600] * 7], chart="p", target=target)
    assert find(replace(told, improvement_direction="increase")).assurance == increase
    assert find(replace(told, improvement_direction="decrease")).assurance == decrease
    assert find(replace(told, improvement_direction="neutral")).assurance is None


@pytest.mark.requirement("G2")
@pytest.mark.parametrize("chart", ["xmr", "p", "up", "run"])
def test_whatever_the_chart_under_13_months_have_the_median_and_no_limits(chart):
    found = find(counted([30, 40] * 6, [60] * 12, chart=chart, target=50.0, improvement_direction="increase"))
    [phase] = found.phases
    assert (phase.is_median, phase.has_enough_months) == (True, False)
    assert phase.centre == pytest.approx(58.333, abs=0.01)
    assert (found.variation, found.assurance, found.special_causes) == (None, None, [])
    assert {(month.lower, month.upper) for month in found.months} == {(None, None)}
    assert "too few months for limits" in findings.table(found)[0].words


@pytest.mark.requirement("G2")
def test_a_run_chart_judges_its_months_together():
    found = find(series([50.0, 51.0] * 5 + [57.0, 58.0] * 6, chart="run", improvement_direction="increase"))
    assert (found.variation, found.has_limits) == (None, False)
    assert {month.kind for month in found.months} == {"common"}
    assert found.phases[0].runs is not None
    assert found.phases[0].runs["runs_signal"]
    assert variation_words(found)[0] == "No limits"
    assert "median" in findings.table(found)[0].words
    assert "Chance does not explain that." in findings.table(found)[0].words


LOW_THEN_HIGH = [50.0, 51.0] * 5 + [57.0, 58.0] * 5


@pytest.mark.requirement("G1", "G2")
def test_runs_too_long_for_chance_have_letters_their_months_and_no_judgement():
    """20 months of which 10 and then 10 lie on one side; chance gives runs of up to 7."""
    found = find(series(LOW_THEN_HIGH, chart="run", improvement_direction="increase"))
    said = [(cause.letter, cause.rule, cause.kind, cause.is_high, list(cause.rows)) for cause in found.special_causes]
    assert said == [
        ("a", "long_run", "neutral", False, list(range(10))),
        ("b", "long_run", "neutral", True, list(range(10, 20))),
    ]
    assert found.special_causes[1].fired == found.months[17].month  # the eighth of its months
    assert [row.letters for row in findings.table(found)[0].rows] == ["a"] * 10 + ["b"] * 10
    assert findings.table(found)[0].rows[0].says == "Usual by itself (a): together with other months a change"


@pytest.mark.requirement("G1", "G2")
def test_a_line_that_crosses_too_seldom_has_a_letter_for_all_its_months():
    """Runs of six, which chance gives, but three crossings in 24 months, where it gives seven."""
    found = find(series([*[50.0, 51, 52] * 2, *[60.0, 61, 62] * 2] * 2, chart="run"))
    [cause] = found.special_causes
    assert (cause.letter, cause.rule, cause.is_high, list(cause.rows)) == ("a", "few_crossings", True, list(range(24)))
    assert cause.fired == found.months[spc.ENOUGH_POINTS - 1].month


@pytest.mark.requirement("G1", "G2")
@pytest.mark.parametrize("chart", ["p", "pp", "u", "up"])
def test_on_p_and_u_charts_a_long_run_has_a_letter_beside_the_months_beyond_limits(chart):
    numerators = [30, 31, 29, 30, 28, 31, 29, 30, 28, 31, 38, 39, 37, 38, 39, 37, 38, 39, 38, 37, 59]
    found = find(counted(numerators, [60] * 21, chart=chart, improvement_direction="increase"))
    assert found.phases[0].runs is not None
    assert found.phases[0].runs["runs_signal"]
    runs = [cause for cause in found.special_causes if cause.rule == "long_run"]
    assert [(cause.kind, cause.is_high) for cause in runs] == [("neutral", False), ("neutral", True)]
    latest = found.months[20]
    assert runs[1].letter in latest.letters.split(", ")
    assert (latest.kind, latest.rule) == ("improvement", "astronomical")
    assert found.variation == "improvement_high"


@pytest.mark.requirement("G1")
@holds
@given(st.one_of(many_values, stretches))
def test_the_runs_rules_have_a_letter_exactly_where_they_speak(values):
    found = find(series(values, chart="run"))
    [phase] = found.phases
    speaks = phase.runs is not None and phase.runs["runs_signal"]
    assert bool(found.special_causes) == bool(speaks)
    for cause in found.special_causes:
        sides = {(found.months[row].value or 0) > (phase.centre or 0) for row in cause.rows}
        assert cause.rule == "few_crossings" or sides == {cause.is_high}
        assert all(found.months[row].value != phase.centre for row in cause.rows)


@pytest.mark.requirement("G1", "G8")
def test_what_the_letters_of_the_runs_rules_mean_is_said():
    long_run = find(series(LOW_THEN_HIGH, chart="run"))
    seldom = find(series([*[50.0, 51, 52] * 2, *[60.0, 61, 62] * 2] * 2, chart="run"))
    notes = [charts.cause_note(cause, found) for found in (long_run, seldom) for cause in found.special_causes[-1:]]
    assert [(note.heading, note.words) for note in notes] == [
        (
            "Change: 10 above the centre line",
            f"{months_in_words(long_run, 10, 19)}, all above the median of 54% or on it: longer than chance explains.",
        ),
        (
            "Change: few crossings",
            f"{months_in_words(seldom, 0, 23)}: the line crosses the median of 56% less often than chance explains.",
        ),
    ]


def months_in_words(found, first, last):
    return f"{found.months[first].month:%B %Y} to {found.months[last].month:%B %Y}"


@pytest.mark.requirement("G6", "G7")
def test_a_chart_whose_runs_are_more_than_chance_is_not_called_steady():
    numerators = [30, 31, 29, 30, 28, 31, 29, 30, 28, 31, 33, 34, 32, 33, 34, 32, 33, 34, 33, 32]
    found = find(counted(numerators, [60] * 20, chart="p", improvement_direction="increase"))
    assert found.latest is not None
    assert found.latest.kind == "common"
    assert attention.place(found) == attention.Place(
        "neutral", f"The latest month is usual. {attention.RUNS_CHANGED}", asks=False
    )


@pytest.mark.requirement("C5", "G1")
def test_a_story_explains_a_run_of_a_run_chart_and_goes_on_with_it():
    told = series(LOW_THEN_HIGH, chart="run")
    [low, high] = find(told).special_causes
    story = findings.Said(high.began, shifted(high.fired, 1), "A clinic opened.", "Kim", date(2026, 1, 4))
    found = find(replace(told, stories=[story]))
    assert found.without_story == [low]
    assert "the run has gone on since" in findings.table(found)[0].rows[-1].says


def test_months_counted_in_another_way_are_an_xmr_chart_beside_a_p_chart():
    told = counted([*[None] * 14, *[30, 34] * 7], [*[None] * 14, *[60] * 14], chart="p")
    values = [*STEADY, *told.values[14:]]
    found = find(replace(told, values=values, beginnings=[Beginning(told.months[14], "definition", "")]))
    assert found.phases[0].upper is not None
    assert found.phases[1].upper is None
    assert found.months[27].upper == pytest.approx(72.655, abs=0.001)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"chart": "c"}, "chart must be one of xmr, p, pp, u, up, run"),
        ({"chart": "p"}, "3 months but 0 numerators"),
        ({"numerators": [1]}, "3 months but 1 numerators"),
        ({"denominators": [1, 2]}, "3 months but 2 denominators"),
        ({"waiting": [1.0]}, "3 months but 1 values that wait"),
        ({"beginnings": [Beginning(date(2020, 1, 1), "board", "")]}, "begins with a month of the chart"),
    ],
)
def test_lists_that_do_not_belong_together_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        series([1.0, 2.0, 3.0], **changes)


# Own aims


@pytest.mark.requirement("G1")
@pytest.mark.parametrize(
    ("aims", "held"),
    [
        ([], None),
        ([Aim(date(2021, 6, 1), 60.0)], 60.0),
        ([Aim(date(2021, 6, 1), 60.0), Aim(date(2022, 5, 1), 70.0)], 70.0),
        ([Aim(date(2021, 6, 1), 60.0), Aim(date(2022, 6, 1), 70.0)], 60.0),
        ([Aim(date(2022, 6, 1), 70.0), Aim(date(2023, 6, 1), 80.0)], 70.0),
    ],
)
def test_of_two_dated_aims_the_one_that_holds_in_the_latest_month_is_said(aims, held):
    told = series(STEADY, aims=aims, improvement_direction="increase")  # April 2021 to May 2022
    assert (told.aim and told.aim.value) == held
    said = sentence(find(told))
    assert ("own aim" in said) == (held is not None)
    assert held is None or f"{held:.0f}%" in said
    assert "target" not in said


# Table and file


@pytest.mark.requirement("C5")
@pytest.mark.parametrize(
    ("kind", "top", "size", "words"),
    [
        ("proportion", 18.0, 58, "18 of 58"),
        ("rate", 46.0, 285_000, "46 among 285,000"),
        ("mean_score", 412.5, 25, "412.50 from 25"),
        ("median_days", None, 25, "25"),
        ("count", 18.0, None, ""),
    ],
)
def test_a_row_says_what_its_value_is_made_of(kind, top, size, words):
    told = series([10.0], kind=kind, numerators=[top], denominators=[size])
    assert findings.table(find(told))[0].rows[0].out_of == words


@pytest.mark.requirement("C5")
def test_the_file_says_what_the_table_says():
    tops = [*[30, 34] * 7, None, 58, None]
    told = counted(
        tops,
        [*[60] * 14, None, 60, None],
        chart="xmr",
        target=50.0,
        aims=[Aim(date(2022, 1, 1), 60.0)],
        reasons=[*[""] * 14, "System down or changed", "", ""],
        waiting=[*[None] * 16, 61.5],
        improvement_direction="increase",
    )
    found = find(told)
    text = io.StringIO()
    csv.writer(text).writerows(findings.csv_rows(found))
    names, *rows = csv.reader(io.StringIO(text.getvalue()))
    assert tuple(names) == findings.CSV_COLUMNS
    file = [dict(zip(names, row, strict=True)) for row in rows]
    assert [row["month"] for row in file] == [f"{month:%Y-%m}" for month in told.months]
    assert {key: file[0][key] for key in names[:9]} == {
        "month": "2021-04",
        "value": "50",
        "numerator": "30",
        "denominator": "60",
        "average_or_median": findings.plain(found.phases[0].centre),
        "lower_limit": findings.plain(found.phases[0].lower),
        "upper_limit": findings.plain(found.phases[0].upper),
        "target": "50",
        "own_aim": "",
    }
    assert file[9]["own_aim"] == "60"
    assert (file[14]["value"], file[14]["reason_for_no_number"]) == ("", "System down or changed")
    assert (file[15]["special_cause"], file[15]["rule"], file[15]["letters"]) == ("improvement", "astronomical", "a")
    assert (file[16]["value"], file[16]["sent_not_accepted"]) == ("", "61.5")
    assert {row["phase"] for row in file} == {"1"}
    for row, month in zip(findings.table(found)[0].rows, file, strict=True):
        assert row.letters == month["letters"]
        assert (month["special_cause"] or "common") == row.kind or row.kind in ("missing", "waiting")


@pytest.mark.parametrize(
    ("number", "text"), [(None, ""), (12.0, "12"), (12.5, "12.5"), (1840, "1840"), (1 / 3, "0.333333"), (0.0, "0")]
)
def test_numbers_in_a_file_have_no_separators(number, text):
    assert findings.plain(number) == text


# Limits that look stale


def held_level(since: int, *then: float, **changes: Any) -> Any:
    level = [104.0, 106.0] * 20
    told = series([*BASELINE, *level[:since], *then], **({"fixed_months": 12} | changes))
    return stale_limits.stale_limits(find(told))


@pytest.mark.requirement("G5")
def test_limits_look_stale_once_a_new_level_has_as_many_months_as_limits_need():
    assert held_level(12) is None
    stale = held_level(13)
    assert (stale.held_from, stale.said_from) == (date(2022, 6, 1), date(2023, 6, 1))
    assert held_level(20).said_from == date(2023, 6, 1)


@pytest.mark.requirement("G5")
def test_limits_that_nobody_fixed_look_stale():
    """Held twice: the second level is so long that the average of all months lies below it."""
    stale = stale_limits.stale_limits(find(series([*BASELINE, *BASELINE, *[104.0, 106.0] * 7])))
    assert stale is not None
    assert stale.heading.startswith("These limits look stale, ")
    assert stale.words.endswith(
        "If you know why, and expect it to last, limits can be recalculated at a milestone. The portal never moves "
        "them itself."
    )


@pytest.mark.requirement("G5")
def test_a_baseline_that_was_fixed_on_purpose_is_never_called_stale():
    left = held_level(13)
    assert left.heading == "Later months have left the fixed baseline, June 2023"
    assert left.words == (
        "Since June 2022, 13 months with a number have held a level above the average of 100%, which was fixed to the "
        "first 12 months so that later ones are compared with it. Consider whether it is still the baseline to compare "
        "with; whoever fixed it said why. The portal never moves it itself."
    )


@pytest.mark.requirement("G5")
def test_limits_fixed_to_more_months_than_there_are_come_from_all_and_can_look_stale():
    told = series([*BASELINE, *BASELINE, *[104.0, 106.0] * 7], fixed_months=60)
    assert stale_limits.stale_limits(find(told)) == stale_limits.stale_limits(find(replace(told, fixed_months=None)))


@pytest.mark.requirement("G5")
def test_single_months_on_the_other_side_do_not_end_a_level_and_a_rule_does():
    assert held_level(12, 99.0, 104.0, 105.0) is not None
    assert held_level(13, 60.0, 104.0, 105.0) is None  # below the limit
    assert held_level(13, *[96.0, 95.0] * 4) is None
    assert held_level(13, *[99.0] * 6) is None  # not yet a rule, but the level is not there any more


@pytest.mark.requirement("G5")
def test_no_shift_no_limits_or_limits_of_that_very_level_are_not_stale():
    assert stale_limits.stale_limits(find(series(STEADY * 3))) is None
    assert stale_limits.stale_limits(find(series(STEADY[:9]))) is None
    assert stale_limits.stale_limits(find(series([None, None]))) is None
    begins = [Beginning(months(40)[14], "limits", "")]
    assert held_level(20, beginnings=begins) is None
    assert stale_limits.stale_limits(find(series([50.0, 51.0] * 5 + [57.0, 58.0] * 8, chart="run"))) is None


# Whatever comes


@st.composite
def any_counted(draw: Any) -> Series:
    """Numerators and denominators as months bring them, drawn as any chart, with phases, aims and fixed limits."""
    size = st.one_of(st.integers(0, 12), st.integers(30, 90), st.integers(1000, 300_000))
    pairs = draw(
        st.lists(
            st.one_of(st.none(), size.flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))),
            min_size=1,
            max_size=40,
        )
    )
    tops = [None if pair is None else float(pair[0]) for pair in pairs]
    sizes = [None if pair is None else pair[1] for pair in pairs]
    all_months = months(len(pairs))
    begins = draw(st.lists(st.sampled_from(all_months), max_size=2))
    goals = st.one_of(st.none(), st.floats(0, 100).map(lambda goal: round(goal, 1)))
    aims = draw(st.lists(st.floats(0, 100).map(lambda goal: round(goal, 1)), max_size=2))
    return counted(
        tops,
        sizes,
        chart=draw(st.sampled_from(findings.CHARTS)),
        improvement_direction=draw(directions),
        target=draw(goals),
        aims=[Aim(date(2021 + 2 * place, 6, 1), aim) for place, aim in enumerate(aims)],
        beginnings=[Beginning(month, why, "") for month, why in zip(begins, ("limits", "board"), strict=False)],
        fixed_months=draw(st.sampled_from([None, 12, 15])),
        run_points=draw(run_lengths),
    )


@pytest.mark.requirement("G2")
@settings(deadline=None, max_examples=50)
@given(any_counted())
def test_any_numbers_make_findings_a_sentence_a_table_a_file_and_a_drawing(told):
    found = find(told)
    words = sentence(found)
    assert words
    assert "None" not in words
    rows = [row for section in findings.table(found) for row in section.rows]
    assert len(rows) == len(findings.csv_rows(found)) - 1 == len(told.months)
    assert [bool(row.letters) for row in rows] == [bool(month.rule) for month in found.months]
    for month in found.months:
        if month.rule == "astronomical":
            assert month.value is not None
            limit = month.upper if month.is_high else month.lower
            assert limit is not None
            assert month.value > limit - 1e-9 if month.is_high else month.value < limit + 1e-9
    if told.improvement_direction == "neutral":
        assert found.assurance is None
        assert {month.kind for month in found.months} <= {"common", "neutral", "missing"}
    made = charts.chart_of(found)
    assert made.sentence == words
    assert made.wide.width > made.narrow.width
    stale_limits.stale_limits(found)
