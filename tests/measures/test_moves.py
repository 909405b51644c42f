"""The table of moves.py is what workflow.py does in each state for each role, and what docs/submissions.md says."""

from itertools import product
from pathlib import Path

import pytest
from django.db import transaction

from measures import moves, workflow
from measures.models import State, Submission
from measures.moves import Action, Role
from measures.rules import TypedEntry
from selfharm_portal.accounts.models import AreaRole, StaffRole, User
from tests.factories import AreaMembershipFactory, UserFactory
from tests.measures.conftest import Team
from tests.measures.test_workflow import LATER, fresh

#: Those whom the table does not name: it gives them nothing.
NOBODY = ["lead of another area", "curator", "administrator", "lead who left"]


@pytest.fixture
def people(team: Team, other_team: Team) -> dict[str, User]:
    gone: User = AreaMembershipFactory(area=team.area, role=AreaRole.LEAD, user__is_active=False).user
    sender: User = AreaMembershipFactory(area=team.area, role=AreaRole.LEAD, user__roles=[StaffRole.ANALYST]).user
    return {
        Role.CONTRIBUTOR: team.contributor,
        Role.LEAD: team.lead,
        Role.ANALYST: UserFactory(analyst=True),
        Role.SENDER: sender,
        "lead of another area": other_team.lead,
        "curator": UserFactory(curator=True),
        "administrator": UserFactory(administrator=True),
        "lead who left": gone,
    }


def bring(month: Submission, state: State, team: Team, people: dict[str, User]) -> Submission:
    """The month in a state, by the moves that lead there; whatever was sent was sent by the analyst who is a lead."""
    sender, analyst = people[Role.SENDER], people[Role.ANALYST]
    if state == State.NOT_STARTED:
        return fresh(month)
    month = workflow.save_draft(month, team.entries(), by=sender, seen_lock_version=0)
    if state == State.DRAFT:
        return fresh(month)
    workflow.submit(month, by=sender, seen_lock_version=month.lock_version, at=LATER)
    month = fresh(month)
    if state == State.RETURNED:
        workflow.return_to_team(month, by=analyst, seen_lock_version=month.lock_version, comment="Is this right?")
    if state in (State.ACCEPTED, State.CORRECTING):
        workflow.accept(month, by=analyst, seen_lock_version=month.lock_version)
    if state == State.CORRECTING:
        month = fresh(month)
        workflow.begin_correction(month, by=sender, seen_lock_version=month.lock_version, reason="Counted twice")
    return fresh(month)


def tries(month: Submission, action: Action, team: Team, by: User) -> None:
    seen = month.lock_version
    match action:
        case Action.TYPE:
            entry = TypedEntry(team.count.measure.code, numerator="55")
            workflow.save_draft(month, [entry], by=by, seen_lock_version=seen)
        case Action.SEND:
            workflow.submit(month, by=by, seen_lock_version=seen, at=LATER)
        case Action.ACCEPT:
            workflow.accept(month, by=by, seen_lock_version=seen)
        case Action.RETURN:
            workflow.return_to_team(month, by=by, seen_lock_version=seen, comment="Is this right?")
        case Action.CORRECT:
            workflow.begin_correction(month, by=by, seen_lock_version=seen, reason="Counted twice")
        case Action.KEEP:
            workflow.keep_as_accepted(month, by=by, seen_lock_version=seen)
        case Action.REMIND:
            workflow.check(month, Action.REMIND, by=by)


#: A second press of the button that led here answers as the first did, and moves nothing.
SECOND_PRESS = {
    (State.SUBMITTED, Action.SEND, Role.SENDER),
    (State.RETURNED, Action.RETURN, Role.ANALYST),
    (State.ACCEPTED, Action.ACCEPT, Role.ANALYST),
    (State.CORRECTING, Action.CORRECT, Role.SENDER),
}


def what_happens(month: Submission, action: Action, team: Team, by: User) -> str:
    """The state that follows, or that it is refused, or that nothing moves; then all is as before."""
    savepoint = transaction.savepoint()
    try:
        tries(month, action, team, by)
        now = fresh(month)
        moved = now.lock_version != month.lock_version or action == Action.REMIND
        return now.state if moved else "nothing"
    except workflow.MoveNotAllowed:
        assert fresh(month).lock_version == month.lock_version
        return "refused"
    finally:
        transaction.savepoint_rollback(savepoint)


@pytest.mark.requirement("F4")
@pytest.mark.parametrize("state", State)
def test_whoever_tries_whatever_finds_what_the_table_says(month, team, people, state):
    assert set(people) == {*Role, *NOBODY}
    month = bring(month, state, team, people)
    found, expected = {}, {}
    for role, action in product(people, Action):
        allowed = moves.TABLE.get((state, action))
        # The analyst who sent it is a lead of the area, too: nobody else can send.
        roles = {role, Role.LEAD} if role == Role.SENDER else {role}
        may = allowed is not None and bool(roles & set(allowed.roles))
        assert workflow.may(month, action, by=people[role]) == may, (role, action)
        found[role, action] = what_happens(month, action, team, people[role])
        refused = "nothing" if (state, action, role) in SECOND_PRESS else "refused"
        expected[role, action] = allowed.then if allowed and may else refused
    assert found == expected


@pytest.mark.requirement("F4")
def test_what_must_never_be_in_the_table():
    who = {
        action: {role for (_, does), row in moves.TABLE.items() if does == action for role in row.roles}
        for action in Action
    }
    assert who[Action.SEND] == {Role.LEAD}
    assert who[Action.ACCEPT] == who[Action.RETURN] == {Role.ANALYST}  # never the one who sent it
    assert who[Action.TYPE] == {Role.CONTRIBUTOR, Role.LEAD}
    assert who[Action.CORRECT] == {Role.LEAD}


def test_the_documentation_is_the_table():
    written = Path("docs/submissions.md")
    assert written.read_text() == moves.documentation(), f"manage.py print_moves > {written}"
