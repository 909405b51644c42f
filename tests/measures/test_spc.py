"""The charts, against worked examples of the reference, edge by edge, and as properties."""

import json
import math
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.spc import attribute_chart, run_chart, xmr

EXAMPLES = Path(__file__).parent / "spc_examples"


def cases(name: str) -> list[Any]:
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    return [pytest.param(case, id=case["id"]) for case in json.loads(text)["cases"]]


def months(how_many: int) -> list[date]:
    return [date(2021 + row // 12, row % 12 + 1, 1) for row in range(how_many)]


def chart(values: Any, **settings: Any) -> Any:
    return xmr(months(len(values)), values, **settings)


def rows(flags: Any) -> list[int]:
    return [row for row, flag in enumerate(flags) if flag]


def assert_agrees(got: Any, expected: Any, where: str = "") -> None:
    """Floats to 1e-9 relative or 1e-12 absolute, everything else exactly."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            assert_agrees(got[key], value, f"{where}.{key}")
    elif isinstance(expected, list):
        assert len(got) == len(expected), where
        for row, (one, other) in enumerate(zip(got, expected, strict=True)):
            assert_agrees(one, other, f"{where}[{row}]")
    elif isinstance(expected, bool | str) or expected is None:
        assert type(got) is type(expected), where
        assert got == expected, where
    else:
        assert got is not None, where
        assert got == pytest.approx(expected, rel=1e-9, abs=1e-12), where


#: Twelve ordinary months: mean 200, every moving range 50, so the limits are 67 and 333,
#: the near limits 111.33 and 288.67. Fixed on them, any later months can be judged.
BASELINE = [175, 225] * 6
UPPER, LOWER = chart(BASELINE)["upl"][0], chart(BASELINE)["lpl"][0]


def after_baseline(*later: float | None, **settings: Any) -> Any:
    """What the rules say of months that come after the baseline: a chart without its first 12 rows."""
    whole = chart([*BASELINE, *later], fix_after_n_points=12, **settings)
    return {key: column[12:] if isinstance(column, list) else column for key, column in whole.items()}


# Worked examples


@pytest.mark.requirement("G1")
@pytest.mark.parametrize("case", cases("examples.json"))
def test_an_xmr_chart_agrees_with_the_reference_to_the_last_flag(case):
    assert_agrees(xmr(**case["input"]), case["expected"])


@pytest.mark.requirement("G2")
@pytest.mark.parametrize("case", cases("examples_p_u_run.json"))
def test_p_u_and_run_charts_agree_with_the_reference(case):
    settings = dict(case["input"])
    kind = settings.pop("chart")
    got = run_chart(**settings) if kind == "run" else attribute_chart(kind, **settings)
    assert_agrees(got, case["expected"])


@pytest.mark.parametrize("case", cases("examples.json"))
def test_dates_are_labels_whatever_their_type(case):
    settings = dict(case["input"])
    as_text = xmr(**settings)
    settings["dates"] = tuple(map(date.fromisoformat, settings["dates"]))
    settings["rebase"] = set(map(date.fromisoformat, settings["rebase"]))
    settings["values"] = tuple(settings["values"])
    assert xmr(**settings) == as_text


# What cannot be charted

THREE = ["2024-01-01", "2024-02-01", "2024-03-01"]


@pytest.mark.parametrize(
    ("dates", "values", "settings", "message"),
    [
        ([], [], {}, "no points"),
        (THREE, [1, 2], {}, "3 dates but 2 values"),
        ([THREE[0], THREE[2], THREE[1]], [1, 2, 3], {}, "2024-02-01 does not come after 2024-03-01"),
        ([THREE[0], THREE[0], THREE[1]], [1, 2, 3], {}, "2024-01-01 does not come after 2024-01-01"),
        (THREE, [1, 2, 3], {"rebase": ["2024-01-15"]}, "not among the dates: 2024-01-15"),
        (THREE, [1, math.nan, 3], {}, "2024-02-01: nan is not a finite number"),
        (THREE, [1, 2, math.inf], {}, "2024-03-01: inf is not a finite number"),
        (THREE, [-math.inf, 2, 3], {}, "2024-01-01: -inf is not a finite number"),
        (THREE, [1e308, -1e308, 1e308], {}, "1e[+]308 is not a finite number that can be charted"),
    ],
)
@pytest.mark.parametrize("draw", [xmr, run_chart])
def test_months_that_make_no_chart_are_refused(draw, dates, values, settings, message):
    with pytest.raises(ValueError, match=message):
        draw(dates, values, **settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"improvement_direction": "up"}, "increase, decrease, neutral, not 'up'"),
        ({"fix_after_n_points": 11}, "at least 12 points to be fixed on, not 11"),
        ({"target": math.nan}, "target: nan is not a finite number"),
        ({"target": -math.inf}, "target: -inf is not a finite number"),
    ],
)
def test_settings_that_make_no_xmr_chart_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        chart([1, 2, 3], **settings)


@pytest.mark.parametrize(
    ("kind", "numerators", "denominators", "settings", "message"),
    [
        ("c", [1, 2, 3], [4, 4, 4], {}, "p, pp, u, up, not 'c'"),
        ("p", [1, 2], [4, 4, 4], {}, "3 dates but 2 numerators"),
        ("p", [1, 2, 3], [4, 4], {}, "3 dates but 2 denominators"),
        ("u", [1, -2, 3], [4, 4, 4], {}, "2024-02-01: .* negative"),
        ("u", [1, 2, None], [4, 4, -1], {}, "2024-03-01: .* negative"),
        ("u", [1, -2, 3], [4, None, 4], {}, "2024-02-01: .* negative"),
        ("p", [1, 5, 3], [4, 4, 4], {}, "2024-02-01: .* proportion above 1"),
        ("pp", [1, 1, 3], [4, 0, 4], {}, "2024-02-01: .* proportion above 1"),
        ("u", [1, 1, 3], [4, 0, 4], {}, "2024-02-01: there is no rate of 1.0 per 0"),
        ("u", [1, math.nan, 3], [4, 4, 4], {}, "2024-02-01: nan"),
        ("up", [1, 2, 3], [4, 4, math.inf], {}, "2024-03-01: inf"),
        ("p", [1, 2, 3], [4, 4, 4], {"rebase": ["2025-01-01"]}, "not among the dates: 2025-01-01"),
        ("p", [1, 2, 3], [4, 4, 4], {"rebase": THREE[1:2], "fix_after_n_points": 2}, "cannot be rebased as well"),
        ("p", [1, 2, 3], [4, 4, 4], {"fix_after_n_points": 0}, "at least 1 point to be fixed on, not 0"),
    ],
)
def test_numbers_that_make_no_attribute_chart_are_refused(kind, numerators, denominators, settings, message):
    with pytest.raises(ValueError, match=message):
        attribute_chart(kind, THREE, numerators, denominators, **settings)


def test_a_run_chart_is_not_fixed_and_rebased_at_once():
    with pytest.raises(ValueError, match="cannot be rebased as well"):
        run_chart(THREE, [1, 2, 3], rebase=THREE[1:2], fix_after_n_points=2)


def test_no_dates_at_all_are_refused_by_attribute_charts():
    with pytest.raises(ValueError, match="no points"):
        attribute_chart("p", [], [], [])


def test_a_rate_may_be_above_1_where_a_proportion_may_not():
    assert attribute_chart("u", THREE, [5, 6, 7], [4, 4, 4])["value"] == [1.25, 1.5, 1.75]


# Mean, moving ranges, screening, limits


def test_eighteen_times_0_9_average_to_0_9_and_are_no_shift():
    same = chart([0.9] * 18)
    assert same["mean"] == [0.9] * 18
    assert same["relative_to_mean"] == [0] * 18
    assert not any(same["rule_shift"])


def test_values_that_never_change_have_no_limits():
    same = chart([10] * 15, target=9)
    for limit in ("mean_moving_range", "lpl", "upl", "nlpl", "nupl", "outside_limits", "close_to_limits"):
        assert same[limit] == [None] * 15
    assert same["moving_range"] == [None] * 15
    assert same["rule_astronomical"] == same["rule_two_in_three"] == [False] * 15
    assert same["assurance_type"] is None
    assert same["variation_icon"] == "common_cause"


def test_values_that_never_change_have_limits_of_no_width_where_nothing_is_screened():
    same = chart([10] * 15, target=9, screen_outliers=False)
    assert same["lpl"] == same["upl"] == same["nlpl"] == same["nupl"] == [10] * 15
    assert same["outside_limits"] == same["close_to_limits"] == [False] * 15
    assert same["assurance_icon"] == "pass"


def test_a_moving_range_at_the_cut_is_dropped_and_one_below_it_kept():
    # Ranges 1, ..., 1 and a last one r: their mean is (n + r) / (n + 1), so with n = 9 the cut
    # is 3.267 × (9 + r) / 10, which r reaches from 4.3669... on.
    start = [0, 1] * 5
    kept = chart([*start, 1 + 4.36])
    dropped = chart([*start, 1 + 4.37])
    assert kept["moving_range"][-1] == pytest.approx(4.36)
    assert kept["mean_moving_range"][0] == pytest.approx((9 + 4.36) / 10)
    assert dropped["moving_range"][-1] is None
    assert dropped["mean_moving_range"][0] == 1


def test_screening_is_done_once():
    # 100 is dropped; of what is kept, 10 is beyond 3.267 × its mean, and stays all the same.
    values = [0, 1, 0, 1, 0, 1, 0, 1, 11, 111]
    assert chart(values)["moving_range"] == [None, 1, 1, 1, 1, 1, 1, 1, 10, None]
    assert chart(values)["mean_moving_range"][0] == pytest.approx(17 / 8)
    assert 10 > 3.267 * 17 / 8


def test_screening_drops_the_range_and_keeps_the_value_in_the_mean():
    values = [0, 1] * 6 + [101]
    assert chart(values)["mean"][0] == pytest.approx(107 / 13)
    assert chart(values, screen_outliers=False)["moving_range"][-1] == 100
    assert chart(values, screen_outliers=False)["mean"] == chart(values)["mean"]


def test_limits_are_2_66_mean_moving_ranges_away_and_never_cut_off():
    two = chart([0, 10])
    assert two["lpl"][0] == pytest.approx(5 - 26.6)
    assert two["upl"][0] == pytest.approx(5 + 26.6)
    assert two["nlpl"][0] == pytest.approx(5 - 2 * 26.6 / 3)
    assert two["nupl"][0] == pytest.approx(5 + 2 * 26.6 / 3)


@pytest.mark.parametrize("values", [[5], [None], [None, 5], [5, None, 7], [None, None]])
def test_no_two_neighbouring_values_no_limits(values):
    lonely = chart(values, target=5)
    assert lonely["upl"] == lonely["mean_moving_range"] == [None] * len(values)
    assert lonely["assurance_icon"] is None


@pytest.mark.requirement("G3")
def test_a_missing_month_has_no_range_on_either_side_and_no_say_in_the_mean():
    gap = chart([1, 2, None, 5, 7])
    assert gap["moving_range"] == [None, 1, None, None, 2]
    assert gap["mean"] == [3.75] * 5
    assert gap["relative_to_mean"] == [-1, -1, None, 1, 1]
    assert gap["outside_limits"][2] is gap["close_to_limits"][2] is None
    assert gap["lpl"][2] == gap["lpl"][0]
    assert gap["special_cause_type"][2] == "Common Cause"


@pytest.mark.parametrize(("points", "is_trial"), [(12, True), (13, False)])
def test_limits_of_fewer_than_13_rows_are_trial_limits(points, is_trial):
    assert chart([1, 2, None, *range(points - 3)])["short_group_warning"] == [is_trial] * points


# Fixed limits


def test_fixed_limits_come_from_the_first_rows_and_judge_them_all():
    fixed = chart([*BASELINE, 400, 500], fix_after_n_points=12)
    assert fixed["mean"] == [200] * 14
    assert fixed["upl"] == [pytest.approx(333)] * 14
    assert fixed["moving_range"][12:] == [None, None]
    assert rows(fixed["rule_astronomical"]) == [12, 13]


def test_rows_without_a_value_count_among_the_fixed_rows():
    fixed = chart([None, *BASELINE, 400], fix_after_n_points=13)
    assert fixed["mean"] == [200] * 14
    assert chart([None, *BASELINE, 400], fix_after_n_points=12)["mean"][0] == pytest.approx(sum(BASELINE[:11]) / 11)


def test_a_phase_shorter_than_the_fixed_rows_uses_all_of_its_rows():
    values = [4, 7, 5, 9, 3]
    assert chart(values, fix_after_n_points=12) == chart(values)


def test_each_phase_is_fixed_on_its_own_first_rows():
    values = [*BASELINE, 999, *BASELINE, 999]
    fixed = chart(values, fix_after_n_points=12, rebase=[months(26)[13]])
    assert fixed["mean"] == [200] * 26
    assert rows(fixed["rule_astronomical"]) == [12, 25]


def test_fixed_rows_without_any_value_leave_only_the_trend():
    values = [None] * 12 + [1, 2, 3, 4, 5, 6, 7]
    fixed = chart(values, fix_after_n_points=12)
    assert fixed["mean"] == fixed["upl"] == fixed["relative_to_mean"] == [None] * 19
    assert rows(fixed["rule_trend"]) == list(range(12, 19))
    assert not any(fixed["rule_shift"])
    assert fixed["variation_icon"] == "improvement_high"


# Phases


def test_groups_count_from_0_and_from_1_where_the_first_date_is_rebased():
    dates = months(4)
    assert chart([1, 2, 3, 4], rebase=[dates[2]])["rebase_group"] == [0, 0, 1, 1]
    assert chart([1, 2, 3, 4], rebase=[dates[3], dates[0]])["rebase_group"] == [1, 1, 1, 2]
    assert chart([1, 2, 3, 4], rebase=[dates[1], dates[1]])["rebase_group"] == [0, 1, 1, 1]


def test_no_range_reaches_across_a_step():
    assert chart([1, 3, 8, 9], rebase=[months(4)[2]])["moving_range"] == [None, 2, None, 1]


def test_a_rebase_at_the_first_date_only_renames_the_phase():
    plain, renamed = chart(BASELINE), chart(BASELINE, rebase=[months(12)[0]])
    assert {**renamed, "rebase_group": plain["rebase_group"]} == plain


# Rule 1


def test_a_point_on_the_limit_is_inside():
    on = after_baseline(UPPER, LOWER)
    assert on["outside_limits"] == on["rule_astronomical"] == [False, False]
    assert on["close_to_limits"] == [True, True]
    beyond = after_baseline(math.nextafter(UPPER, math.inf), math.nextafter(LOWER, -math.inf))
    assert beyond["rule_astronomical"] == [True, True]
    assert beyond["close_to_limits"] == [False, False]
    assert beyond["special_cause_type"] == ["Above UCL", "Below LCL"]


# Rule 2


@pytest.mark.parametrize(("points", "is_shift"), [(6, False), (7, True), (8, True)])
@pytest.mark.parametrize(("value", "name"), [(210, "7 Points Above CL"), (190, "7 Points Below CL")])
def test_seven_on_one_side_are_a_shift_and_six_are_not(points, is_shift, value, name):
    later = after_baseline(200, *[value] * points, 200)
    assert later["rule_shift"] == [False, *[is_shift] * points, False]
    assert later["special_cause_type"][1:-1] == [name if is_shift else "Common Cause"] * points


def test_a_point_equal_to_the_mean_ends_a_run():
    later = after_baseline(*[210] * 4, 200, *[210] * 6)
    assert later["relative_to_mean"][4] == 0
    assert not any(later["rule_shift"])


@pytest.mark.requirement("G3")
def test_a_missing_month_ends_a_run():
    assert not any(after_baseline(200, *[210] * 6, None, *[210] * 6)["rule_shift"])
    assert rows(after_baseline(200, *[210] * 6, None, *[210] * 7)["rule_shift"]) == list(range(8, 15))


# Rule 3


@pytest.mark.parametrize(("points", "is_trend"), [(6, False), (7, True), (9, True)])
@pytest.mark.parametrize(("step", "name"), [(1, "7 Point Trend (Increasing)"), (-1, "7 Point Trend (Decreasing)")])
def test_seven_that_rise_are_a_trend_and_six_are_not(points, is_trend, step, name):
    moves = [200 + step * row for row in range(points)]
    later = after_baseline(200, *moves, moves[-1])
    assert later["rule_trend"] == [False, *[is_trend] * points, False]
    assert later["special_cause_type"][1] == (name if is_trend else "Common Cause")


def test_equal_neighbours_end_a_trend():
    assert not any(after_baseline(201, 202, 203, 204, 204, 205, 206, 207)["rule_trend"])


@pytest.mark.requirement("G3")
def test_a_missing_month_ends_a_trend():
    assert not any(after_baseline(201, 202, 203, 204, None, 205, 206, 207)["rule_trend"])


def test_a_trend_needs_no_mean():
    """A rise wholly below the mean is a rise, and better where higher is better."""
    later = after_baseline(*range(150, 157))
    assert later["relative_to_mean"] == [-1] * 7
    assert later["rule_trend"] == later["rule_shift"] == [True] * 7
    assert later["special_cause_type"] == ["7 Point Trend (Increasing)"] * 7
    assert later["point_type"] == ["special_cause_improvement"] * 7


def test_a_peak_that_belongs_to_two_trends_takes_the_later_one():
    up, down = [200, 201, 202, 203, 204, 205], [205, 204, 203, 202, 201, 200]
    names = after_baseline(*up, 206, *down)["special_cause_type"]
    assert names == ["7 Point Trend (Increasing)"] * 6 + ["7 Point Trend (Decreasing)"] * 7


# Rule 4


@pytest.mark.parametrize(
    ("three", "flagged"),
    [
        ([300, 310, 240], [0, 1]),
        ([300, 240, 310], [0, 2]),
        ([240, 300, 310], [1, 2]),
        ([300, 310, 300], [0, 1, 2]),
        ([300, 240, 240], []),  # one of three
        ([300, 190, 310], []),  # two, but the third is on the other side
        ([300, 200, 310], []),  # the third is on the mean
        ([300, None, 310], []),  # the third is missing
        ([300, 100, 240], []),  # close on either side
        ([300, 400, 240], []),  # a point beyond the limit is not close
        ([100, 110, 160], [0, 1]),  # below
        ([300, 310, 190], []),  # no window of three on one side holds both: the month before is below, too
    ],
)
def test_two_in_three(three, flagged):
    later = after_baseline(190, *three, 190)
    assert rows(later["rule_two_in_three"][1:-1]) == flagged
    assert not later["rule_two_in_three"][0]
    assert not later["rule_two_in_three"][-1]


def test_a_third_point_on_the_far_side_of_two_close_ones_completes_the_window():
    assert rows(after_baseline(240, 300, 310, 190)["rule_two_in_three"]) == [1, 2]
    assert rows(after_baseline(300, 310, 240, 190)["rule_two_in_three"]) == [0, 1]


def test_two_close_points_three_months_apart_do_not_fire():
    assert not any(after_baseline(300, 240, 240, 310)["rule_two_in_three"])


def test_windows_overlap():
    assert rows(after_baseline(190, 300, 240, 310, 240, 300, 190)["rule_two_in_three"]) == [1, 3, 5]


def test_a_point_on_the_near_limit_is_not_close():
    near = chart(BASELINE)["nupl"][0]
    assert after_baseline(near, math.nextafter(near, math.inf))["close_to_limits"] == [False, True]


def test_two_points_alone_hold_no_window_of_three():
    assert not any(chart([100, 300], screen_outliers=False)["rule_two_in_three"])


@pytest.mark.parametrize(("side", "name"), [(1, "2 in 3 Above CL"), (-1, "2 in 3 Below CL")])
def test_two_in_three_is_named_by_its_side(side, name):
    later = after_baseline(200 + 100 * side, 200 + 110 * side, 200 + 20 * side)
    assert later["special_cause_type"] == [name, name, "Common Cause"]


# Which rule names a point


def test_rules_name_a_point_in_their_order():
    later = after_baseline(260, 270, 280, 290, 300, 310, 340, 210, 295, 296)
    assert later["special_cause_type"] == [
        *["7 Point Trend (Increasing)"] * 6,
        "Above UCL",  # also the end of the trend, and of the shift
        "7 Points Above CL",
        "2 in 3 Above CL",  # also part of the shift
        "2 in 3 Above CL",
    ]
    assert later["rule_shift"] == [True] * 10
    assert later["special_cause_flag"] == [True] * 10


@pytest.mark.parametrize(
    ("direction", "high", "low"),
    [
        ("increase", ("special_cause_improvement", "improvement_high"), ("special_cause_concern", "concern_low")),
        ("decrease", ("special_cause_concern", "concern_high"), ("special_cause_improvement", "improvement_low")),
        ("neutral", ("special_cause_neutral_high", "neutral_high"), ("special_cause_neutral_low", "neutral_low")),
    ],
)
@pytest.mark.parametrize(
    ("highs", "lows"),
    [
        ([400], [10]),
        ([210] * 7, [190] * 7),
        (list(range(195, 202)), list(range(205, 198, -1))),
        ([240, 300, 310], [160, 100, 90]),
    ],
    ids=["astronomical", "shift", "trend", "two in three"],
)
def test_what_a_point_means_for_each_direction(direction, high, low, highs, lows):
    for values, expected in ((highs, high), (lows, low)):
        later = after_baseline(*values, improvement_direction=direction)
        assert (later["point_type"][-1], later["variation_icon"]) == expected
        assert later["variation_type"] == expected[0]


# Icons


@pytest.mark.requirement("G3")
def test_the_variation_icon_speaks_of_the_latest_month_with_a_value():
    later = after_baseline(400, None, None)
    assert later["point_type"] == ["special_cause_improvement", "common_cause", "common_cause"]
    assert later["variation_icon"] == "improvement_high"
    assert later["variation_type"] == "special_cause_improvement"


def test_the_variation_icon_says_nothing_of_months_before_the_latest():
    assert after_baseline(400, 210)["variation_icon"] == "common_cause"


def test_no_value_at_all_has_no_icon():
    nothing = chart([None, None, None], target=3)
    assert nothing["variation_type"] is nothing["variation_icon"] is None
    assert nothing["assurance_type"] is nothing["assurance_icon"] is None
    assert nothing["target"] == [3, 3, 3]


@pytest.mark.requirement("G1")
@pytest.mark.parametrize(
    ("target", "increase", "decrease"),
    [
        (math.nextafter(UPPER, math.inf), "consistent_fail", "consistent_pass"),
        (UPPER, "inconsistent", "inconsistent"),
        (200, "inconsistent", "inconsistent"),
        (0, "consistent_pass", "consistent_fail"),
        (LOWER, "inconsistent", "inconsistent"),
        (math.nextafter(LOWER, -math.inf), "consistent_pass", "consistent_fail"),
    ],
)
def test_assurance_compares_the_target_with_the_limits(target, increase, decrease):
    icons = {"consistent_pass": "pass", "consistent_fail": "fail", "inconsistent": "inconsistent"}
    for direction, expected in (("increase", increase), ("decrease", decrease)):
        judged = chart(BASELINE, target=target, improvement_direction=direction)
        assert (judged["assurance_type"], judged["assurance_icon"]) == (expected, icons[expected])
    neutral = chart(BASELINE, target=target, improvement_direction="neutral")
    assert neutral["assurance_type"] is neutral["assurance_icon"] is None


@pytest.mark.requirement("G1")
def test_assurance_looks_at_the_current_phase_only():
    values = [*BASELINE, *[value + 1000 for value in BASELINE]]
    assert chart(values, target=700, rebase=[months(24)[12]])["assurance_icon"] == "pass"
    assert chart(values[:12], target=700)["assurance_icon"] == "fail"


def test_no_target_no_assurance():
    plain = chart(BASELINE)
    assert plain["target"] == [None] * 12
    assert plain["assurance_type"] is plain["assurance_icon"] is None


# Where we knowingly differ from the reference


def test_differs_a_missing_month_among_seven_that_only_rise_is_no_trend_and_no_error():
    assert not any(chart([1, 2, 3, None, 4, 5, 6])["rule_trend"])
    assert not any(chart([6, 5, 4, None, 3, 2, 1])["rule_trend"])


def test_differs_the_end_of_a_rise_is_named_by_its_own_trend():
    later = after_baseline(200, 201, 202, 203, 204, 205, 206, 180, 179, 178, 177, 176, 175, 174)
    assert later["special_cause_type"][6] == "7 Point Trend (Decreasing)"  # the peak begins the fall, so it is in both
    apart = after_baseline(200, 201, 202, 203, 204, 205, 206, 206, 205, 204, 203, 202, 201, 200)
    assert apart["special_cause_type"] == ["7 Point Trend (Increasing)"] * 7 + ["7 Point Trend (Decreasing)"] * 7


def test_differs_the_icon_of_a_missing_latest_month_is_that_of_the_month_before():
    assert after_baseline(10, None)["variation_icon"] == "concern_low"


def test_differs_a_target_without_limits_has_no_assurance():
    assert chart([5, 5, 5], target=4)["assurance_type"] is None


def test_differs_a_rebase_date_that_is_not_a_date_of_the_chart_is_an_error():
    with pytest.raises(ValueError, match="not among the dates"):
        chart([1, 2, 3], rebase=[date(1999, 1, 1)])


# Attribute charts


def attribute(kind: str, numerators: Any, denominators: Any, **settings: Any) -> Any:
    return attribute_chart(kind, months(len(numerators)), numerators, denominators, **settings)


def test_the_centre_is_all_numerators_over_all_denominators():
    p = attribute("p", [1, 8, 4, None, 2, 0], [2, 10, None, 7, 8, 0])
    assert p["value"] == [0.5, 0.8, None, None, 0.25, None]
    assert p["centre"] == [pytest.approx(11 / 20)] * 6
    assert [limit is None for limit in p["lcl"]] == [False, False, True, True, False, True]
    assert p["runs"][0]["n_obs"] == 6
    assert p["runs"][0]["n_useful"] == 3


def test_limits_of_proportions_and_rates_stay_where_values_can_lie():
    p = attribute("p", [1, 0, 2, 1], [2, 2, 2, 2])
    assert p["lcl"] == [0] * 4
    assert p["ucl"] == [1] * 4
    u = attribute("u", [1, 0, 2, 1], [1, 1, 1, 1])
    assert u["lcl"] == [0] * 4
    assert u["ucl"] == [pytest.approx(4)] * 4
    assert u["ucl_95"] == [pytest.approx(3)] * 4


def test_a_value_beyond_three_sigma_is_a_signal():
    u = attribute("u", [10] * 11 + [40], [1] * 12)
    assert rows(u["sigma_signal"]) == [11]


def test_fixed_limits_of_an_attribute_chart_judge_all_rows():
    u = attribute("u", [10, 12, 8, 10, 40], [1] * 5, fix_after_n_points=4)
    assert u["centre"] == [10] * 5
    assert rows(u["sigma_signal"]) == [4]


def test_phases_of_an_attribute_chart_stand_on_their_own():
    dates = months(6)
    p = attribute("p", [1, 2, 3, 6, 7, 8], [10] * 6, rebase=[dates[3], dates[0]])
    assert p["phase"] == [0, 0, 0, 1, 1, 1]
    assert p["centre"] == pytest.approx([0.2] * 3 + [0.7] * 3)
    assert [phase["n_obs"] for phase in p["runs"]] == [3, 3]


def test_the_prime_correction_follows_neighbouring_scores():
    # Around 0.5 one sigma is 0.05, so the scores are -1 and 1, and 2 apart.
    pp = attribute("pp", [45, 55] * 5, [100] * 10)
    assert pp["ucl"][0] == pytest.approx(0.5 + 3 * 0.05 * 2 / 1.128)
    gap = attribute("pp", [40, None, 60, None, 40], [100] * 5)
    assert gap["ucl"] == [None] * 5


@pytest.mark.parametrize(
    ("kind", "numerators"), [("pp", [0, 0, 0]), ("pp", [9, 9, 9]), ("pp", [3, 3, 3]), ("up", [0, 0, 0])]
)
def test_a_prime_chart_without_variation_has_no_limits(kind, numerators):
    same = attribute(kind, numerators, [9, 9, 9])
    assert same["lcl"] == same["ucl"] == same["lcl_95"] == same["ucl_95"] == [None] * 3
    assert same["sigma_signal"] == [False] * 3


def test_nothing_to_divide_by_has_no_centre():
    nothing = attribute("p", [0, None, 3], [0, 5, None])
    assert nothing["value"] == nothing["centre"] == nothing["ucl"] == [None] * 3
    assert nothing["runs"][0]["runs_signal"] is False
    assert nothing["runs"][0]["longest_run"] is None


# Run charts


def test_the_centre_of_a_run_chart_is_the_median_of_each_phase():
    dates = months(7)
    run = run_chart(dates, [1, None, 5, 9, 10, 20, 30], rebase=[dates[4]])
    assert run["centre"] == [5] * 4 + [20] * 3
    assert run["ucl"] == run["lcl"] == [None] * 7
    assert run["sigma_signal"] == [False] * 7
    assert [phase["n_useful"] for phase in run["runs"]] == [2, 2]


def test_a_fixed_median_comes_from_the_first_rows():
    assert run_chart(months(6), [1, 3, None, 9, 9, 9], fix_after_n_points=3)["centre"] == [2] * 6


def test_points_on_the_median_neither_end_nor_lengthen_a_run():
    runs = run_chart(months(10), [1, 1, 5, 1, None, 1, 9, 9, 9, 9])["runs"][0]
    assert runs["n_obs"] == 10
    assert runs["n_useful"] == 8
    assert runs["longest_run"] == 4
    assert runs["crossings"] == 1


@pytest.mark.parametrize(
    ("useful", "longest_run_max", "crossings_min"),
    [(2, 4, 0), (10, 6, 2), (12, 7, 3), (16, 7, 4), (24, 8, 8), (38, 8, 14), (60, 9, 23)],
)
def test_the_bounds_of_the_runs_rules(useful, longest_run_max, crossings_min):
    """Round(log2 n) + 3, and the 5 % point of a binomial of n - 1 fair coins."""
    runs = run_chart(months(useful), [row % 2 for row in range(useful)])["runs"][0]
    assert runs["n_useful"] == useful
    assert (runs["longest_run_max"], runs["crossings_min"]) == (longest_run_max, crossings_min)


def test_a_long_run_is_a_signal_and_so_are_few_crossings():
    ten = [0] * 5 + [1] * 5
    runs = run_chart(months(10), ten)["runs"][0]
    assert (runs["longest_run"], runs["crossings"], runs["runs_signal"]) == (5, 1, True)
    steady = run_chart(months(10), [row % 2 for row in range(10)])["runs"][0]
    assert (steady["longest_run"], steady["crossings"], steady["runs_signal"]) == (1, 9, False)


def test_values_all_on_the_median_have_no_runs():
    assert run_chart(months(3), [4, 4, 4])["runs"] == [
        {
            "n_obs": 3,
            "n_useful": 0,
            "longest_run": None,
            "longest_run_max": None,
            "crossings": None,
            "crossings_min": None,
            "runs_signal": False,
        }
    ]


# Properties

numbers = st.one_of(
    st.integers(min_value=-10_000, max_value=10_000),
    st.floats(min_value=-1e6, max_value=1e6),
    st.sampled_from([0.1, 0.2, 0.3, 0.9, 1.0, 50.0]),  # so that neighbours are often equal, and often on the mean
)
values_with_gaps = st.lists(st.one_of(st.none(), numbers, numbers, numbers), min_size=1, max_size=40)
settings_of_xmr = st.fixed_dictionaries(
    {
        "improvement_direction": st.sampled_from(["increase", "decrease", "neutral"]),
        "target": st.one_of(st.none(), numbers),
        "fix_after_n_points": st.one_of(st.none(), st.integers(min_value=12, max_value=50)),
        "screen_outliers": st.booleans(),
    }
)


def holds_for(**strategies: Any) -> Any:
    """Hypothesis' given, without its time limit: speed is the benchmark's question."""
    return lambda test: settings(deadline=None)(given(**strategies)(test))


def rebased(more: Any, dates: list[date]) -> Any:
    return more.draw(st.lists(st.sampled_from(dates), max_size=3), label="rebase")


def assert_no_nan(result: Any) -> None:
    for item in result.values() if isinstance(result, dict) else result:
        if isinstance(item, dict | list):
            assert_no_nan(item)
        elif isinstance(item, float):
            assert math.isfinite(item)


FLAGS = [
    "rule_astronomical",
    "rule_trend",
    "rule_two_in_three",
    "rule_shift",
    "special_cause_flag",
    "special_cause_type",
]


@holds_for(values=values_with_gaps, settings=settings_of_xmr, more=st.data())
def test_every_list_has_an_item_per_date_and_nothing_is_nan(values, settings, more):
    dates = months(len(values))
    result: Any = xmr(dates, values, rebase=rebased(more, dates), **settings)
    for column in result.values():
        assert not isinstance(column, list) or len(column) == len(dates)
    assert_no_nan(result)


@holds_for(values=values_with_gaps, settings=settings_of_xmr, more=st.data())
def test_rules_never_cross_a_rebase(values, settings, more):
    """A chart with a step is the two charts before and after it, side by side."""
    dates = months(len(values) + 1)
    values = [*values, 7]
    step = more.draw(st.integers(min_value=1, max_value=len(values) - 1), label="step")
    whole = xmr(dates, values, rebase=[dates[step]], **settings)
    before: Any = xmr(dates[:step], values[:step], **settings)
    after: Any = xmr(dates[step:], values[step:], **settings)
    for key, column in whole.items():
        if key != "rebase_group" and isinstance(column, list):
            assert column == before[key] + after[key]
    assert whole["assurance_type"] == after["assurance_type"]
    assert whole["variation_type"] == after["variation_type"]


@pytest.mark.requirement("G3")
@holds_for(values=values_with_gaps, settings=settings_of_xmr, more=st.data())
def test_removing_and_restoring_a_value_gives_the_same_chart(values, settings, more):
    dates = months(len(values))
    settings["rebase"] = rebased(more, dates)
    row = more.draw(st.integers(min_value=0, max_value=len(values) - 1), label="row")
    first = xmr(dates, values, **settings)
    removed = [*values[:row], None, *values[row + 1 :]]
    without: Any = xmr(dates, removed, **settings)
    assert without["relative_to_mean"][row] is None
    assert not any(without[flag][row] is True for flag in FLAGS)
    restored = [*removed[:row], values[row], *removed[row + 1 :]]
    assert xmr(dates, restored, **settings) == first


@holds_for(
    values=st.lists(st.integers(min_value=0, max_value=100), min_size=32, max_size=32),
    shift=st.sampled_from([-1024, -64, 1, 4096]),
    screen_outliers=st.booleans(),
)
def test_adding_a_constant_changes_no_flag(values, shift, screen_outliers):
    # Whole numbers of 32 months: their mean is exact with and without the constant, so no rounding decides.
    here, there = (
        chart(moved, screen_outliers=screen_outliers) for moved in (values, [value + shift for value in values])
    )
    assert there["moving_range"] == here["moving_range"]
    assert there["mean_moving_range"] == here["mean_moving_range"]
    assert there["relative_to_mean"] == here["relative_to_mean"]
    for flag in ("rule_shift", "rule_trend"):
        assert there[flag] == here[flag]
    is_on_a_limit = [
        limit is not None and abs(value - limit) < 1e-9
        for value, *limits in zip(values, here["lpl"], here["nlpl"], here["nupl"], here["upl"], strict=True)
        for limit in limits
    ]
    if not any(is_on_a_limit):  # limits are not whole numbers: a value on one may fall to either side
        for flag in FLAGS:
            assert there[flag] == here[flag]


@holds_for(values=values_with_gaps, settings=settings_of_xmr)
def test_turning_the_direction_round_turns_improvement_into_concern(values, settings):
    if settings["improvement_direction"] == "neutral":
        settings["improvement_direction"] = "increase"
    turned = {
        **settings,
        "improvement_direction": {"increase": "decrease", "decrease": "increase"}[settings["improvement_direction"]],
    }
    swap = {"special_cause_improvement": "special_cause_concern", "special_cause_concern": "special_cause_improvement"}
    here, there = chart(values, **settings), chart(values, **turned)
    assert there["point_type"] == [swap.get(point_type, point_type) for point_type in here["point_type"]]
    assert there["special_cause_type"] == here["special_cause_type"]


@holds_for(values=values_with_gaps)
def test_a_flag_has_a_rule_and_a_rule_has_a_flag(values):
    result = chart(values)
    for row, value in enumerate(values):
        by_rule = [result[rule][row] for rule in FLAGS[:4]]
        assert result["special_cause_flag"][row] == any(by_rule)
        assert (result["special_cause_type"][row] == "Common Cause") == (not any(by_rule))
        assert (result["point_type"][row] == "common_cause") == (not any(by_rule))
        assert value is not None or not any(by_rule)
        assert not (result["outside_limits"][row] and result["close_to_limits"][row])


@holds_for(
    kind=st.sampled_from(["p", "pp", "u", "up"]),
    pairs=st.lists(
        st.one_of(
            st.tuples(st.integers(0, 500), st.integers(1, 500)).map(sorted),
            st.tuples(st.none(), st.integers(0, 500)),
            st.tuples(st.integers(0, 500), st.none()),
            st.just((0, 0)),
        ),
        min_size=1,
        max_size=40,
    ),
    more=st.data(),
)
def test_attribute_charts_keep_to_their_dates_and_their_scale(kind, pairs, more):
    dates = months(len(pairs))
    numerators, denominators = zip(*pairs, strict=True)
    result: Any = attribute_chart(kind, dates, numerators, denominators, rebase=rebased(more, dates))
    assert_no_nan(result)
    for key, column in result.items():
        assert len(column) == (max(result["phase"]) + 1 if key == "runs" else len(dates))
    for value, centre, lower, near_lower, near_upper, upper in zip(
        *(result[key] for key in ("value", "centre", "lcl", "lcl_95", "ucl_95", "ucl")), strict=True
    ):
        assert value is None or value >= 0
        if lower is not None:
            assert 0 <= lower <= near_lower <= centre <= near_upper <= upper
            assert kind in ("u", "up") or upper <= 1


@holds_for(values=values_with_gaps, more=st.data())
def test_run_charts_keep_to_their_dates(values, more):
    dates = months(len(values))
    result: Any = run_chart(dates, values, rebase=rebased(more, dates))
    assert_no_nan(result)
    for key, column in result.items():
        assert len(column) == (max(result["phase"]) + 1 if key == "runs" else len(dates))
    for runs in result["runs"]:
        if runs["n_useful"]:
            assert 1 <= runs["longest_run"] <= runs["n_useful"] <= runs["n_obs"]
            assert 0 <= runs["crossings"] < runs["n_useful"]


# On its own


def test_an_analyst_can_import_it_without_django():
    asked = "import sys, measures.spc; sys.exit('django' in sys.modules)"
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", asked], cwd=root, check=False).returncode == 0


# Six points instead of seven


@pytest.mark.requirement("G1")
def test_six_points_make_a_shift_and_a_trend_where_that_is_set():
    shifted, rising = after_baseline(*[210] * 6, run_points=6), after_baseline(*range(190, 196), run_points=6)
    assert rows(shifted["rule_shift"]) == rows(shifted["special_cause_flag"]) == list(range(6))
    assert shifted["special_cause_type"][-1] == "6 Points Above CL"
    assert rows(rising["rule_trend"]) == list(range(6))
    assert rising["special_cause_type"][-1] == "6 Point Trend (Increasing)"
    assert not rows(after_baseline(*range(190, 195), run_points=6)["rule_trend"])
    assert not rows(after_baseline(*range(190, 196))["rule_trend"])


@pytest.mark.parametrize("run_points", [0, 5, 8])
def test_other_numbers_of_points_are_refused(run_points):
    with pytest.raises(ValueError, match=f"6 or 7 points, not {run_points}"):
        chart([1, 2, 3], run_points=run_points)


# At the edges


def test_a_fraction_is_checked_after_a_month_without_numbers_too():
    with pytest.raises(ValueError, match="proportion above 1"):
        attribute("p", [None, 9], [None, 8])


def test_a_centre_may_come_from_a_single_month():
    assert attribute("p", [1, 9], [10, 10], fix_after_n_points=1)["centre"] == [0.1, 0.1]


def test_a_window_of_three_may_begin_with_the_first_month_of_a_phase():
    flagged = chart([250, 240, 250, *[205, 175] * 10])
    assert rows(flagged["rule_two_in_three"]) == rows(flagged["close_to_limits"]) == [0, 2]


def test_a_shift_may_begin_with_the_first_month_of_a_phase():
    assert rows(chart([210] * 7 + [150] * 9)["rule_shift"])[:7] == list(range(7))


@pytest.mark.parametrize("numerators", [[0] * 14, [10] * 14])
def test_a_value_on_its_limit_is_no_signal_of_a_p_chart(numerators):
    on_the_line = attribute("p", numerators, [10] * 14)
    assert on_the_line["lcl"] == on_the_line["value"] == on_the_line["ucl"]
    assert not any(on_the_line["sigma_signal"])


def test_a_run_as_long_and_crossings_as_few_as_chance_gives_are_no_signal():
    high, low = [1], [0]
    long_run = run_chart(months(24), [*low * 2, *high * 8, *(low * 2 + high) * 4, *low * 2])["runs"][0]
    assert (long_run["longest_run"], long_run["longest_run_max"], long_run["runs_signal"]) == (8, 8, False)
    few = [*(low * 3 + high * 3) * 3, *low * 2, *high * 3, *low]
    crossing = run_chart(months(24), few)["runs"][0]
    assert (crossing["crossings"], crossing["crossings_min"], crossing["runs_signal"]) == (8, 8, False)
