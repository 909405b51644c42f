"""What the leads of a demonstration have decided and said about their charts, by the functions that a team uses."""

from __future__ import annotations

import re
from datetime import date, datetime

from measures.models import AreaMeasure
from measures.series import series_of_area
from measures.statistics import findings
from measures.team_charts import limits, stories
from measures.wording import shifted
from selfharm_portal.accounts.models import User
from sites.models import Area

from . import telling

#: How a story says that the limits of a measure come from its first months.
FIXED = re.compile(r"limits fixed on months 1 to (\d+)")
WHY_FIXED = "Made up: these are the months before our change, and we compare all later ones with them."
#: Area and measure that have new limits from the month of the area's first milestone on.
RECALCULATED = ("frimley", "SH14")
WHY_RECALCULATED = "Made up: all localities offer the four sessions now, and we do not mean to go back."


def decide(area: Area, story: telling.Story, first: date, *, lead: User, at: datetime) -> int:
    """Fix and recalculate limits as the stories say; returns how many decisions that were.

    first: month 1.
    """
    decided = 0
    reported = {each.measure.code: each for each in area.area_measures.select_related("measure")}
    for part in story.get("expected", []):
        if fixed := FIXED.fullmatch(part.get("phase", "")):
            limits.fix(reported[part["code"]], int(fixed[1]), reason=WHY_FIXED, by=lead, seen_moves=0, at=at)
            decided += 1
    if area.slug == RECALCULATED[0]:
        milestone = area.milestones.filter(change_tested=True).order_by("date")[0]
        limits.recalculate(
            reported[RECALCULATED[1]],
            limits.Place(milestone, shifted(first, story["milestones"][0]["month"] - 1), 1),
            agreed=limits.CHECKLIST,
            reason=WHY_RECALCULATED,
            by=lead,
            seen_moves=0,
            at=at,
        )
        decided += 1
    return decided


def tell(area: Area, story: telling.Story, first: date, *, by: User, at: datetime) -> int:
    """What the team found when it was asked about a month that is flagged now; returns how many stories that were."""
    reported = {each.measure.code: each for each in area.area_measures.select_related("measure")}
    told = 0
    for part in story["workflow"]:
        if part["type"] == "query_answered":
            month = shifted(first, part["month"] - 1)
            told += tell_of_month(reported[part["code"]], month, part["note"], by=by, at=at)
    return told


def tell_of_month(area_measure: AreaMeasure, month: date, words: str, *, by: User, at: datetime) -> bool:
    [item] = series_of_area(area_measure.area, [area_measure.measure], today=at.date())
    found = findings.find(item.series) if item.series else None
    if found is None:
        return False
    of_month = [cause for cause in found.special_causes if found.series.months[cause.rows[-1]] == month]
    for cause in of_month[:1]:
        stories.tell(area_measure, stories.months_of(cause, found.series.months), words, by=by, at=at)
    return bool(of_month)
