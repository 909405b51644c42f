"""The table of moves_by_role.py is what workflow.py allows, and what docs/submissions.md says."""

from itertools import product
from pathlib import Path

import pytest

from measures import workflow
from measures.models import State, Submission
from selfharm_portal.accounts.models import AreaRole, StaffRole
from tests import moves_by_role
from tests.every_address import team_member
from tests.factories import AreaFactory, SubmissionFactory, SubmissionRevisionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    area = AreaFactory()
    return {
        "contributor of A": team_member(area, AreaRole.CONTRIBUTOR),
        "lead of A": team_member(area, AreaRole.LEAD),
        "lead of B": team_member(AreaFactory(), AreaRole.LEAD),
        "curator": UserFactory(curator=True),
        "analyst": UserFactory(analyst=True),
        "analyst who submitted it": UserFactory(roles=[StaffRole.ANALYST]),
        "administrator": UserFactory(administrator=True),
    }


@pytest.fixture
def month_in(people):
    area = people["lead of A"].memberships.get().area

    def in_state(state: State) -> Submission:
        month = SubmissionFactory(area=area)
        if state not in (State.NOT_STARTED, State.DRAFT):
            month.latest_revision = SubmissionRevisionFactory(
                submission=month, submitted_by=people["analyst who submitted it"]
            )
        if state == State.ACCEPTED:
            month.accepted_revision = month.latest_revision
        month.state = state
        month.save()
        return month

    return in_state


@pytest.mark.requirement("F4")
def test_every_move_is_whose_the_table_says(people, month_in):
    assert set(people) == set(moves_by_role.PEOPLE)
    found = {
        (before.value, after.value): {
            name for name, person in people.items() if workflow.may_move(month, after, by=person)
        }
        for before, month in ((state, month_in(state)) for state in State)
        for after in State
    }
    assert {pair: who for pair, who in found.items() if who} == moves_by_role.moves()
    assert set(found) == {(before.value, after.value) for before, after in product(State, State)}


@pytest.mark.requirement("F4")
def test_typing_is_whose_the_table_says(people, month_in):
    found = {
        state.value: {name for name, person in people.items() if workflow.may_type(month_in(state), by=person)}
        for state in State
    }
    assert found == moves_by_role.typing()


def test_the_documentation_is_the_table():
    written = Path("docs/submissions.md")
    assert written.read_text() == moves_by_role.documentation(), f"python -m tests.moves_by_role > {written}"
