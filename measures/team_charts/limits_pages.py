"""What pages say about the limits of a chart: finished values for their templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.urls import reverse

from measures import charts
from measures.models import AreaMeasure, LimitsDecision
from measures.reporting_calendar import month_in_words
from measures.revisions import moment
from measures.series import series_of_area
from measures.spc import ENOUGH_POINTS, SHORTEST_BASELINE
from measures.statistics import findings
from measures.statistics.stale_limits import StaleLimits, stale_limits
from selfharm_portal.accounts import permissions

from . import limits

#: On a chart's page: `?limits=as-they-were`.
AS_THEY_WERE = "as-they-were"


@dataclass
class Limits:
    """The limits of one chart, as they are and as they were before anybody decided about them; each read once."""

    area_measure: AreaMeasure
    today: date

    @cached_property
    def decisions(self) -> list[LimitsDecision]:
        """All of them, the latest first."""
        made = self.area_measure.limits_decisions.select_related("milestone", "decided_by", "undone_by")
        return list(made.order_by("-decided_at", "-pk"))

    @property
    def in_force(self) -> list[LimitsDecision]:
        return [decision for decision in self.decisions if decision.is_in_force]

    @cached_property
    def as_they_were(self) -> findings.Series | None:
        area, measure = self.area_measure.area, self.area_measure.measure
        [item] = series_of_area(area, [measure], today=self.today, with_waiting=True, as_they_were=True)
        return item.series

    @cached_property
    def as_they_are(self) -> findings.Series | None:
        return self.as_they_were and limits.applied(self.as_they_were, self.in_force)

    def with_another(self, decision: LimitsDecision) -> findings.Series | None:
        """As they would be."""
        return self.as_they_were and limits.applied(self.as_they_were, [*self.in_force, decision])

    def places(self, series: findings.Series | None) -> list[limits.Place]:
        return limits.places(series, self.area_measure.area.milestones.all()) if series else []

    @property
    def stale(self) -> StaleLimits | None:
        return stale_limits(findings.find(self.as_they_are)) if self.as_they_are else None

    @property
    def longest_baseline(self) -> int:
        return limits.longest_baseline(self.as_they_were) if self.as_they_were else 0

    @property
    def may_be_fixed(self) -> bool:
        """Are there months to compare with a baseline, and is none in force?"""
        is_fixed = any(decision.fixed_months for decision in self.in_force)
        return self.longest_baseline >= SHORTEST_BASELINE and not is_fixed


def url(area_measure: AreaMeasure) -> str:
    return reverse("submissions:limits", args=[area_measure.area.slug, area_measure.measure.code])


def chart_url(area_measure: AreaMeasure) -> str:
    return reverse("submissions:chart", args=[area_measure.area.slug, area_measure.measure.code])


def aims_url(area_measure: AreaMeasure) -> str:
    return reverse("submissions:aims", args=[area_measure.area.slug, area_measure.measure.code])


def breadcrumb(area_measure: AreaMeasure, *, within: bool = False) -> list[dict[str, str]]:
    """within: on a page below the page of the limits."""
    area, measure = area_measure.area, area_measure.measure
    crumbs = [
        {"label": area.short_name, "url": reverse("submissions:area", args=[area.slug])},
        {"label": "Charts", "url": reverse("submissions:charts", args=[area.slug])},
        {"label": measure.code, "url": chart_url(area_measure)},
    ]
    return [*crumbs, {"label": "Limits", "url": url(area_measure)}] if within else crumbs


def title(decision: LimitsDecision) -> str:
    """Limits recalculated from June 2025"""
    return decision.what[:1].upper() + decision.what[1:]


def where(decision: LimitsDecision) -> str:
    """At “The offer opens”, 16 June 2025"""
    return f"At “{decision.milestone.title}”, {decision.milestone.when}" if decision.milestone else ""


def in_force_rows(decisions: Sequence[LimitsDecision], *, may_undo: bool) -> list[dict[str, str]]:
    """For components/summary_list.html."""
    return [
        {
            "key": title(decision),
            "value": decision.reason,
            "note": ". ".join(filter(None, [where(decision), said_by(decision)])),
            "url": undo_url(decision) if may_undo else "",
            "action": "Undo",
        }
        for decision in decisions
    ]


def said_by(decision: LimitsDecision) -> str:
    return f"{decision.decided_by}, {moment(decision.decided_at)}"


def undo_url(decision: LimitsDecision) -> str:
    area_measure = decision.area_measure
    return reverse("submissions:undo_limits", args=[area_measure.area.slug, area_measure.measure.code, decision.pk])


def told(decisions: Sequence[LimitsDecision]) -> list[dict[str, Any]]:
    """Every decision and every undoing, the latest first, as sentences with who, when and why."""
    events = []
    for decision in decisions:
        checked = "All of the checklist was true." if decision.checklist else ""
        events.append(
            (
                decision.decided_at,
                {
                    "what": title(decision),
                    "by": said_by(decision),
                    "words": [*filter(None, [where(decision), checked])],
                    "reason": decision.reason,
                    "is_undone": not decision.is_in_force,
                },
            )
        )
        if decision.undone_at:
            events.append(
                (
                    decision.undone_at,
                    {
                        "what": f"Undone: {decision.what}",
                        "by": f"{decision.undone_by}, {moment(decision.undone_at)}",
                        "words": [],
                        "reason": decision.why_undone,
                        "is_undone": False,
                    },
                )
            )
    return [event for _, event in sorted(events, key=lambda each: each[0], reverse=True)]


def both_pictures(found: Limits, decision: LimitsDecision) -> list[dict[str, Any]]:
    """The chart as it is, and as it would be."""
    pictures = []
    for name, heading, series in (
        ("now", "As it is", found.as_they_are),
        ("then", "As it would be", found.with_another(decision)),
    ):
        if series:
            pictures.append({"heading": heading, "chart": charts.chart(series, name=name)})
    return pictures


def what_it_means(found: Limits, decision: LimitsDecision) -> str:
    """What to know before saving."""
    series = found.with_another(decision)
    if series is None:
        return ""
    phases = findings.find(series).phases
    if decision.fixed_months:
        parts = " in each part of the chart" if len(phases) > 1 else ""
        return f"Average and limits come from the first {decision.fixed_months} months{parts}; later ones are compared."
    start = series.months.index(decision.from_month) if decision.from_month in series.months else 0
    new = next(phase for phase in phases if phase.start == start)
    earlier = next((phase for phase in phases if phase.stop == start), new)
    said = "Each part of the chart gets its average and limits from its own months, and no rule reaches across."
    if not new.has_enough_months:
        said = (
            f"The new part has {numbers_of(new)} of the {ENOUGH_POINTS} that limits need. Until it has them, it shows "
            "its median only, and the chart flags nothing there."
        )
    if not earlier.has_enough_months:
        said += f" The part before is left with {numbers_of(earlier)}, too few for limits as well."
    return said


def numbers_of(phase: findings.Phase) -> str:
    return "1 month with a number" if phase.numbers == 1 else f"{phase.numbers} months with a number"


def on_chart(
    area_measure: AreaMeasure,
    found: findings.Findings | None,
    decisions: Sequence[LimitsDecision],
    user: permissions.Person,
    *,
    as_they_were: bool,
) -> dict[str, Any]:
    """For measures/_limits.html on the page of a chart.

    found: what it shows. decisions: those in force.
    """
    here = chart_url(area_measure)
    may_decide = permissions.may_decide_limits(user, area_measure.area)
    return {
        "url": url(area_measure),
        "link": "Recalculate or fix the limits" if may_decide else "How the limits were decided",
        "rows": in_force_rows(decisions, may_undo=False),
        "stale": stale_limits(found) if found and not as_they_were else None,
        "as_they_were": as_they_were,
        "aims_url": aims_url(area_measure) if permissions.may_set_aims(user, area_measure.area) else "",
        "other_picture": here if as_they_were else f"{here}?limits={AS_THEY_WERE}",
    }


def saved(decision: LimitsDecision) -> str:
    """What is said once it is decided."""
    if decision.from_month:
        return f"From {month_in_words(decision.from_month)} the chart has new limits. The picture before stays to see."
    return f"The limits come from the first {decision.fixed_months} months now. The picture before stays to see."
