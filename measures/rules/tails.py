"""Exact tails of the binomial and the hypergeometric distribution, for numbers small and large.

No approximation: every probability follows from its neighbour by the ratio of the two, beginning at the most
likely number, and what is left out could not change the sixteenth digit.
"""

from collections.abc import Callable
from typing import NamedTuple

#: A probability this many times smaller than the largest one is lost in rounding.
NEGLIGIBLE = 1e-20


class Tails(NamedTuple):
    """The chance of so few or fewer, and of so many or more."""

    lower: float
    upper: float


def binomial_tails(x: int, n: int, share: float) -> Tails:
    """Of x successes in n trials, each with this chance of success.

    Raises ValueError unless 0 <= x <= n and 0 <= share <= 1.
    """
    if not 0 <= x <= n or not 0 <= share <= 1:
        raise ValueError(f"no binomial tail of {x} in {n} with share {share}")
    if share in (0, 1):
        certain = n if share else 0
        return Tails(float(x >= certain), float(x <= certain))
    odds = share / (1 - share)
    return tails(x, min(int((n + 1) * share), n), 0, n, lambda k: (n - k) / (k + 1) * odds)


def hypergeometric_tails(x: int, draws: int, marked: int, total: int) -> Tails:
    """Of x marked ones among so many drawn, without putting back, from a total of which some are marked.

    Raises ValueError where that cannot be.
    """
    lowest, highest = max(0, draws - (total - marked)), min(draws, marked)
    if not (0 <= marked <= total and 0 <= draws <= total and lowest <= x <= highest):
        raise ValueError(f"no hypergeometric tail of {x} in {draws} from {total} with {marked} marked")
    unmarked = total - marked
    mode = min(max((draws + 1) * (marked + 1) // (total + 2), lowest), highest)
    return tails(
        x, mode, lowest, highest, lambda k: (marked - k) * (draws - k) / ((k + 1) * (unmarked - draws + k + 1))
    )


def tails(x: int, mode: int, lowest: int, highest: int, step: Callable[[int], float]) -> Tails:
    """step(k): how many times more likely k + 1 is than k. mode: the most likely number, or one beside it."""
    below = at = above = 0.0
    weight, k = 1.0, mode
    while weight > NEGLIGIBLE:
        below, at, above = below + weight * (k < x), at + weight * (k == x), above + weight * (k > x)
        if k == highest:
            break
        weight *= step(k)
        k += 1
    weight, k = 1.0, mode
    while k > lowest:
        k -= 1
        weight /= step(k)
        if weight <= NEGLIGIBLE:
            break
        below, at, above = below + weight * (k < x), at + weight * (k == x), above + weight * (k > x)
    total = below + at + above
    return Tails((below + at) / total, (at + above) / total)
