"""E4's two figures on simulated series; tests/benchmarks/simulated_queries.py tries more of them."""

import pytest

from tests.benchmarks.simulated_queries import SCENARIOS, simulate, whole_team

PROMISED = [scenario for scenario in SCENARIOS if scenario.is_promised]
OTHERS = [scenario for scenario in SCENARIOS if not scenario.is_promised]
#: Three years each.
SERIES = 4


@pytest.mark.requirement("E4")
@pytest.mark.parametrize("scenario", PROMISED, ids=lambda scenario: scenario.name)
def test_few_values_are_asked_about_and_a_digit_too_many_is_noticed(scenario):
    result = simulate(scenario, SERIES, mistakes_every=3)
    assert result.asked_share <= 0.03, result.by_rule
    assert result.caught_share >= 0.95
    assert result.mistakes >= 40


@pytest.mark.requirement("E4")
def test_few_values_of_a_team_are_asked_about_by_all_rules_together():
    values, asked = (sum(part) for part in zip(*(whole_team(number) for number in range(SERIES)), strict=True))
    assert asked <= 0.03 * values
    assert values == SERIES * 36 * len(PROMISED)


@pytest.mark.requirement("E4")
@pytest.mark.parametrize("scenario", OTHERS, ids=lambda scenario: scenario.name)
def test_nor_are_small_numbers_medians_and_scores_asked_about_often(scenario):
    # How much is noticed of them is measured and written down in docs/statistics.md, not promised.
    assert simulate(scenario, 2, mistakes_every=40).asked_share <= 0.05
