"""A team with an open month of three measures, and an analyst at NCISH."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from measures import reporting
from measures.models import (
    Kind,
    Measure,
    MeasureValue,
    MeasureVersion,
    ReportingPeriod,
    State,
    Submission,
    SubmissionRevision,
)
from measures.rules import TypedEntry
from measures.wording import shifted
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


# Months that charts are made of

LAST = date(2026, 3, 1)
SENT_AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
#: Around 50% with ordinary ups and downs; the latest month is last.
USUAL = [50, 52, 49, 51, 50, 48, 51, 50, 52, 49, 50, 51, 49, 50]


def accepted(team: Team, numbers: Mapping[MeasureVersion, Sequence[int | None]], last: date = LAST) -> None:
    """Months up to the last one, accepted with these numbers out of 100; None: the measure has no number there."""
    length = max(map(len, numbers.values()))
    for row in range(length):
        month = shifted(last, row + 1 - length)
        period, _ = ReportingPeriod.objects.get_or_create(month=month, defaults={"due_on": shifted(month, 2)})
        submission, _ = Submission.objects.get_or_create(area=team.area, period=period)
        revision = SubmissionRevision.objects.create(
            submission=submission, number=1, submitted_at=SENT_AT, submitted_by=team.lead, declaration="Right."
        )
        MeasureValue.objects.bulk_create(
            MeasureValue(
                revision=revision,
                measure=version.measure,
                version=version,
                kind=version.kind,
                numerator=values[row - length],
                denominator=100,
            )
            for version, values in numbers.items()
            if row - length >= -len(values) and values[row - length] is not None
        )
        submission.state, submission.latest_revision, submission.accepted_revision = State.ACCEPTED, revision, revision
        submission.save()


@pytest.fixture
def five(team) -> dict[str, MeasureVersion]:
    """Measures of proportions, by what their months say; the team reports these and no others."""
    team.area.area_measures.all().delete()
    domain = DomainFactory()
    versions: dict[str, MeasureVersion] = {}
    for number, name in enumerate(["steady", "concern", "better", "few", "none"], start=41):
        versions[name] = MeasureVersionFactory(
            measure__domain=domain, measure__code=f"SH{number}", improvement_direction="increase", name=f"Called {name}"
        )
        AreaMeasureFactory(area=team.area, measure=versions[name].measure)
    return versions


@pytest.fixture
def charted(team, five):
    accepted(
        team,
        {
            five["steady"]: USUAL,
            five["concern"]: [*USUAL[:-1], 10],
            five["better"]: [*USUAL[:-1], 90],
            five["few"]: [50, 52, 49],
        },
    )
