"""Which chart a measure gets: one table from its kind and its counts, with the reason in words.

NCISH may choose another for one area and measure, with a reason. Whichever it is, a phase with fewer than 13 months
that have a number shows its median and no limits (findings.py).

Pure: no Django.
"""

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from measures.spc import ENOUGH_POINTS

#: A rate whose denominators are this large in half of its months or more gets a u′ chart. From about a thousand on, the
#: denominator is a population and no longer a caseload: the limits of a u chart then know nothing but counting error,
#: and what really varies from month to month (weekdays, seasons, recording) falls outside them.
VERY_LARGE = 1000


class Override(NamedTuple):
    """What NCISH chose for one area and measure instead, and its reason."""

    chart: str
    reason: str


class Choice(NamedTuple):
    """chart: xmr, p, pp, u, up or run. why: a sentence. caution: a sentence where limits are too narrow, else empty."""

    chart: str
    why: str
    caution: str = ""


class Row(NamedTuple):
    """One row of the table."""

    kind: str
    counts: str
    chart: str
    why: str


#: What each chart is called.
CALLED = {
    "xmr": "XmR chart",
    "p": "p chart",
    "pp": "p′ chart",
    "u": "u chart",
    "up": "u′ chart",
    "run": "Run chart",
}
TABLE = (
    Row(
        "proportion",
        "any",
        "xmr",
        "XmR chart of the percentage, as Making Data Count draws it: its limits come from how much neighbouring months "
        "differ.",
    ),
    Row(
        "rate",
        f"denominators under {VERY_LARGE:,}",
        "u",
        "u chart: the limits of each month follow the size of its denominator.",
    ),
    Row(
        "rate",
        f"denominators of {VERY_LARGE:,} or more in half of the months or more",
        "up",
        "u′ chart: the denominators are very large, so that the limits of a u chart would be too narrow. They are "
        "widened by how much neighbouring months really differ.",
    ),
    Row(
        "count",
        "any",
        "xmr",
        "XmR chart: its limits come from how much neighbouring months differ.",
    ),
    Row(
        "median_days",
        "any",
        "xmr",
        "XmR chart of the median: its limits come from how much neighbouring months differ.",
    ),
    Row(
        "mean_score",
        "any",
        "xmr",
        "XmR chart of the mean score: its limits come from how much neighbouring months differ.",
    ),
)
TOO_FEW = f"Under {ENOUGH_POINTS} months with a number there is the median only: too few months for limits."
#: Which charts NCISH may choose instead: p and u need a numerator and a denominator.
CHOICES = {
    "proportion": ("xmr", "p", "pp", "run"),
    "rate": ("xmr", "u", "up", "run"),
    "count": ("xmr", "run"),
    "median_days": ("xmr", "run"),
    "mean_score": ("xmr", "run"),
}
#: What suits a measure of any kind, also one that is not defined yet.
FOR_ALL = ("xmr", "run")

PEOPLE = "It counts much the same people each month"
STAFF = "It counts much the same staff each month"
NARROW = (
    "so neighbouring months are alike and the limits are too narrow: a month outside them is a question, not a finding."
)
#: Measures of a stock, not of a flow: who is there at the end of a month was mostly there at the end of the last.
CAUTIONS = {
    "SH09": f"{PEOPLE}, {NARROW}",
    "SH12": f"{PEOPLE}, {NARROW}",
    "SH23": f"{PEOPLE}, {NARROW}",
    "SH25": f"{STAFF}, {NARROW}",
}


def choose(code: str, kind: str, denominators: Sequence[float | None] = (), override: Override | None = None) -> Choice:
    """The chart of a measure, with its reason.

    denominators: of each month; they matter for rates only. override: what NCISH chose instead.
    Raises ValueError for an unknown kind, and for a chart that the kind cannot have.
    """
    if kind not in CHOICES:
        raise ValueError(f"unknown kind of measure: {kind}")
    caution = CAUTIONS.get(code, "")
    if override is not None:
        if override.chart not in CHOICES[kind]:
            raise ValueError(f"a {kind} can have {', '.join(CHOICES[kind])}, not {override.chart!r}")
        return Choice(
            override.chart, f"{CALLED[override.chart]}, chosen by NCISH: {override.reason.rstrip('.')}.", caution
        )
    rows = [row for row in TABLE if row.kind == kind]
    sizes = [size for size in denominators if size is not None]
    row = rows[-1] if sizes and median(sizes) >= VERY_LARGE else rows[0]
    return Choice(row.chart, row.why, caution)
