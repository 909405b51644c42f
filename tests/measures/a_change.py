"""A measure of an area that tested a change: its chart asks for new limits."""

from datetime import date

from measures.models import AreaMeasure, MeasureVersion
from measures.wording import shifted
from tests.factories import (
    AreaFactory,
    AreaMeasureFactory,
    MeasureValueFactory,
    MilestoneFactory,
    ReportingPeriodFactory,
    SubmissionFactory,
)

FIRST, CHANGED = date(2024, 4, 1), date(2025, 6, 16)


def reported_over_a_change(version: MeasureVersion) -> AreaMeasure:
    """28 months: about 40 of 100, and from the 15th on, where the area tested a change, about 60."""
    made: AreaMeasure = AreaMeasureFactory(area=AreaFactory(), measure=version.measure, from_month=FIRST)
    MilestoneFactory(area=made.area, title="The offer opens", date=CHANGED, change_tested=True)
    months(made, version, 28)
    return made


def months(area_measure: AreaMeasure, version: MeasureVersion, count: int, first: int = 0) -> None:
    """Accepted ones, from the month of this number to that one (not included)."""
    for n in range(first, count):
        period = ReportingPeriodFactory(month=shifted(FIRST, n))
        month = SubmissionFactory(area=area_measure.area, period=period, accepted=True)
        MeasureValueFactory(
            revision=month.accepted_revision,
            measure=version.measure,
            version=version,
            numerator=(40 if n < 14 else 60) + n % 3,
            denominator=100,
        )
