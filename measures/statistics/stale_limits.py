"""When the limits of a chart look stale: another level has held for long enough to have limits of its own.

It is a question to a person and moves nothing. Making Data Count gives no formula for recalculating limits;
docs/statistics.md says what we made of that. A baseline that somebody fixed is fixed so that later months are compared
with it: where they have left it, that is said, and nothing is called stale.

Pure: no Django.
"""

from dataclasses import dataclass
from datetime import date

from measures.reporting_calendar import month_in_words
from measures.sentences import amount
from measures.spc import ENOUGH_POINTS
from measures.statistics.findings import Findings, SpecialCause


@dataclass(frozen=True)
class StaleLimits:
    """held_from: the first month of the new level. said_from: the month from which the portal says so.

    is_fixed: the limits come from the first months because somebody decided so.
    """

    held_from: date
    said_from: date
    words: str
    is_fixed: bool = False

    @property
    def title(self) -> str:
        return "Later months have left the fixed baseline" if self.is_fixed else "These limits look stale"

    @property
    def heading(self) -> str:
        return f"{self.title}, {month_in_words(self.said_from)}"


def stale_limits(findings: Findings) -> StaleLimits | None:
    """Whether the limits of the current phase look stale; None where they do not, or where there are none.

    They do where a shift began within the phase, 13 months or more since then have a number, no rule has fired the
    other way after the shift, and the average of the latest months still lies on its side.
    """
    phase, series = findings.phases[-1], findings.series
    if not findings.has_limits or phase.centre is None:
        return None
    within = [cause for cause in findings.special_causes if cause.rule == "shift" and cause.start > phase.start]
    for shift in reversed(within):
        rows = [row for row in range(shift.start, phase.stop) if findings.months[row].value is not None]
        if len(rows) < ENOUGH_POINTS or fired_against(shift, findings) or not still_there(shift, findings):
            continue
        held_from = series.months[shift.start]
        side = "above" if shift.is_high else "below"
        is_fixed = bool(series.fixed_months and series.fixed_months < phase.stop - phase.start)
        level = (
            f"Since {month_in_words(held_from)}, {len(rows)} months with a number have held a level {side} the average "
            f"of {amount(phase.centre, findings)}"
        )
        words = f"{level}, {FIXED.format(series.fixed_months)}" if is_fixed else f"{level}. {STALE}"
        return StaleLimits(held_from, series.months[rows[ENOUGH_POINTS - 1]], words, is_fixed)
    return None


STALE = (
    "If you know why, and expect it to last, limits can be recalculated at a milestone. The portal never moves them "
    "itself."
)
FIXED = (
    "which was fixed to the first {} months so that later ones are compared with it. Consider whether it is still the "
    "baseline to compare with; whoever fixed it said why. The portal never moves it itself."
)


def fired_against(shift: SpecialCause, findings: Findings) -> bool:
    return any(cause.is_high != shift.is_high and cause.stop > shift.stop for cause in findings.special_causes)


def still_there(shift: SpecialCause, findings: Findings) -> bool:
    """Whether the latest months, as many as make a shift, are on its side on average."""
    phase = findings.phases[-1]
    values = [month.value for month in findings.months[shift.start : phase.stop] if month.value is not None]
    latest = values[-findings.series.run_points :]
    average = sum(latest) / len(latest)
    return phase.centre is not None and (average > phase.centre) == shift.is_high
