"""A team with an open month of three measures, and an analyst at NCISH."""

from dataclasses import dataclass
from datetime import date

import pytest

from measures import reporting
from measures.models import Kind, Measure, MeasureVersion, Submission
from measures.rules import TypedEntry
from selfharm_portal.accounts.models import AreaMembership, AreaRole, StaffRole, User
from sites.models import Area
from tests.factories import (
    AreaFactory,
    AreaMeasureFactory,
    AreaMembershipFactory,
    DomainFactory,
    MeasureVersionFactory,
    UserFactory,
)

MONTH = date(2026, 3, 1)


@dataclass
class Team:
    area: Area
    lead: User
    contributor: User
    proportion: MeasureVersion
    count: MeasureVersion
    median: MeasureVersion

    @property
    def measures(self) -> list[Measure]:
        return [version.measure for version in (self.proportion, self.count, self.median)]

    def entries(self, **changes: TypedEntry) -> list[TypedEntry]:
        """A month without a mistake."""
        return [
            TypedEntry(self.proportion.measure.code, numerator="42", denominator="60"),
            TypedEntry(self.count.measure.code, numerator="54"),
            TypedEntry(self.median.measure.code, value="16", denominator="11"),
        ]


def join(area: Area, role: AreaRole) -> User:
    membership: AreaMembership = AreaMembershipFactory(area=area, role=role)
    return membership.user


def make_team() -> Team:
    area, domain = AreaFactory(), DomainFactory()
    versions = [
        MeasureVersionFactory(measure__domain=domain),
        MeasureVersionFactory(
            measure__domain=domain, kind=Kind.COUNT, denominator="", unit="people", decimals=0, value_max=None
        ),
        MeasureVersionFactory(measure__domain=domain, kind=Kind.MEDIAN_DAYS, unit="days", value_max=None),
    ]
    for version in versions:
        AreaMeasureFactory(area=area, measure=version.measure)
    return Team(area, join(area, AreaRole.LEAD), join(area, AreaRole.CONTRIBUTOR), *versions)


@pytest.fixture
def team(db) -> Team:
    return make_team()


@pytest.fixture
def other_team(db) -> Team:
    return make_team()


@pytest.fixture
def month(team) -> Submission:
    period = reporting.open_period(MONTH)
    return Submission.objects.get(area=team.area, period=period)


@pytest.fixture
def analyst(db) -> User:
    return UserFactory(roles=[StaffRole.ANALYST])
