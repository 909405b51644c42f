"""Exact tails against brute force in fractions, and against published values."""

from fractions import Fraction
from math import comb, exp, isclose, lgamma, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.rules.tails import binomial_tails, hypergeometric_tails


def of(weights: list[Fraction], x: int) -> tuple[float, float]:
    """Both tails of x, by adding up every weight."""
    return float(sum(weights[: x + 1]) / sum(weights)), float(sum(weights[x:]) / sum(weights))


def near(ours: tuple[float, float], true: tuple[float, float]) -> bool:
    return all(isclose(a, b, rel_tol=1e-9, abs_tol=1e-15) for a, b in zip(ours, true, strict=True))


@pytest.mark.requirement("E4")
@given(st.data(), st.integers(0, 60), st.integers(1, 30), st.integers(1, 30))
def test_binomial_tails_are_those_of_brute_force(data, n, successes, failures):
    x = data.draw(st.integers(0, n))
    share = Fraction(successes, successes + failures)
    weights = [comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]
    assert near(binomial_tails(x, n, float(share)), of(weights, x))


@pytest.mark.requirement("E4")
@given(st.data(), st.integers(0, 50), st.integers(0, 50))
def test_hypergeometric_tails_are_those_of_brute_force(data, marked, unmarked):
    draws = data.draw(st.integers(0, marked + unmarked))
    lowest, highest = max(0, draws - unmarked), min(draws, marked)
    x = data.draw(st.integers(lowest, highest))
    weights = [Fraction(comb(marked, k) * comb(unmarked, draws - k)) for k in range(highest + 1)]
    assert near(hypergeometric_tails(x, draws, marked, marked + unmarked), of(weights, x))


@pytest.mark.requirement("E4")
@pytest.mark.parametrize(
    ("tail", "published"),
    [
        # Tables of the cumulative binomial distribution, as in every textbook: n = 20.
        (binomial_tails(3, 20, 0.1).lower, 0.8670),
        (binomial_tails(5, 20, 0.25).lower, 0.6172),
        (binomial_tails(14, 20, 0.5).upper, 0.0577),
        (binomial_tails(2, 10, 0.3).lower, 0.3828),
        # Fisher's lady tasting tea: all four cups right, three or more right.
        (hypergeometric_tails(4, 4, 4, 8).upper, 0.0143),
        (hypergeometric_tails(3, 4, 4, 8).upper, 0.2429),
        # Fisher's twins, 1935: 2 of 17 dizygotic, 10 of 13 monozygotic brothers convicted.
        (hypergeometric_tails(2, 17, 12, 30).lower, 0.0005),
    ],
)
def test_published_values(tail, published):
    assert round(tail, 4) == published


@pytest.mark.requirement("E4")
def test_large_counts():
    n, x = 20_000_000, 10_004_000
    middle = exp(lgamma(n + 1) - 2 * lgamma(n / 2 + 1) - n * log(2))
    tails = binomial_tails(n // 2, n, 0.5)
    assert tails.lower == pytest.approx(0.5 + middle / 2, abs=1e-9)
    assert binomial_tails(x, n, 0.5).upper == pytest.approx(0.036837, abs=1e-6)  # 1.7886 standard deviations
    assert binomial_tails(10_000_000, 10_000_000, 1e-7).upper == 0
    both = hypergeometric_tails(500_000, 1_000_000, 1_000_000, 2_000_000)
    assert both.lower + both.upper == pytest.approx(1, abs=0.01)


def test_what_is_certain():
    assert binomial_tails(0, 5, 0) == (1, 1)
    assert binomial_tails(3, 5, 0) == (1, 0)
    assert binomial_tails(5, 5, 1) == (1, 1)
    assert binomial_tails(3, 5, 1) == (0, 1)
    assert binomial_tails(0, 0, 0.5) == (1, 1)
    assert hypergeometric_tails(0, 0, 3, 5) == (1, 1)


@pytest.mark.parametrize("call", [lambda: binomial_tails(6, 5, 0.5), lambda: binomial_tails(1, 5, 1.5)])
def test_what_cannot_be_is_refused(call):
    with pytest.raises(ValueError, match="no binomial tail"):
        call()
    with pytest.raises(ValueError, match="no hypergeometric tail"):
        hypergeometric_tails(3, 2, 5, 8)
