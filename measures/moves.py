"""State x role x action: who may do what with a month, and what the month is then.

This one table is what workflow.py asks before each action; nobody else writes `state`. `manage.py print_moves`
writes docs/submissions.md from it, and a test tries every action in every state as every role.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from selfharm_portal.accounts import permissions

from .models import State

if TYPE_CHECKING:
    from .models import Submission


class Action(StrEnum):
    """What somebody does with a month, as the buttons say it."""

    TYPE = "Type and save"
    SEND = "Send to NCISH"
    ACCEPT = "Accept"
    RETURN = "Send back with questions"
    CORRECT = "Correct an accepted month, with a reason"
    KEEP = "Leave it as it was accepted"
    REMIND = "Remind the leads"


class Role(StrEnum):
    """What somebody is to a month; everybody else may do nothing with it."""

    CONTRIBUTOR = "contributor of the area"
    LEAD = "lead of the area"
    ANALYST = "analyst"
    SENDER = "analyst who sent it"


class Allowed(NamedTuple):
    roles: tuple[Role, ...]
    then: State


TEAM = (Role.CONTRIBUTOR, Role.LEAD)
LEAD = (Role.LEAD,)
#: Never the person who sent it, whatever else they are.
CHECKER = (Role.ANALYST,)
NCISH = (Role.ANALYST, Role.SENDER)

#: What is not here, nobody may do.
TABLE: dict[tuple[State, Action], Allowed] = {
    (State.NOT_STARTED, Action.TYPE): Allowed(TEAM, State.DRAFT),
    (State.NOT_STARTED, Action.REMIND): Allowed(NCISH, State.NOT_STARTED),
    (State.DRAFT, Action.TYPE): Allowed(TEAM, State.DRAFT),
    (State.DRAFT, Action.SEND): Allowed(LEAD, State.SUBMITTED),
    (State.DRAFT, Action.REMIND): Allowed(NCISH, State.DRAFT),
    (State.SUBMITTED, Action.ACCEPT): Allowed(CHECKER, State.ACCEPTED),
    (State.SUBMITTED, Action.RETURN): Allowed(CHECKER, State.RETURNED),
    (State.RETURNED, Action.TYPE): Allowed(TEAM, State.RETURNED),
    (State.RETURNED, Action.SEND): Allowed(LEAD, State.SUBMITTED),
    (State.RETURNED, Action.REMIND): Allowed(NCISH, State.RETURNED),
    (State.ACCEPTED, Action.CORRECT): Allowed(LEAD, State.CORRECTING),
    (State.CORRECTING, Action.TYPE): Allowed(TEAM, State.CORRECTING),
    (State.CORRECTING, Action.SEND): Allowed(LEAD, State.SUBMITTED),
    (State.CORRECTING, Action.KEEP): Allowed(LEAD, State.ACCEPTED),
}


def plays(user: permissions.Person, role: Role, month: Submission) -> bool:
    """Is the person this to the month?"""
    if role == Role.CONTRIBUTOR:
        return permissions.may_save_draft(user, month.area)
    if role == Role.LEAD:
        return permissions.may_submit(user, month.area)
    if not permissions.sees_every_area(user):
        return False
    sent_it = month.latest_revision is not None and month.latest_revision.submitted_by_id == user.pk
    return sent_it == (role == Role.SENDER)


def may(user: permissions.Person, action: Action, month: Submission) -> bool:
    """The answer for a button, and for the door behind it."""
    allowed = TABLE.get((State(month.state), action))
    return allowed is not None and any(plays(user, role, month) for role in allowed.roles)


# The documentation

INTRODUCTION = """\
# The states of a month, and who does what with it

Written by `manage.py print_moves > docs/submissions.md` from the table in [moves.py](../measures/moves.py). A test
tries every action in every state as every role, and compares. What is not in the table, nobody may do, and so may
nobody who has no column: people of other areas do not even find the month, curators and administrators are refused.
Who opens which page is in [permissions.md](permissions.md), what the portal asks about numbers in
[queries.md](queries.md).

- Nobody accepts or returns what they sent themselves, whatever else they are.
- A month that is sent back with questions is open only where NCISH asks, and where a value has to agree with one
  that NCISH asks about. Each question needs an answer: another value, or words. Accepting the month ends it.
- A month that was accepted stays accepted while it is corrected: charts and exports read the accepted revision until
  the corrected one is accepted. Such a month is never late.
"""

WORDS = {
    State.NOT_STARTED: "not started",
    State.DRAFT: "draft",
    State.SUBMITTED: "with NCISH",
    State.RETURNED: "sent back",
    State.ACCEPTED: "accepted",
    State.CORRECTING: "being corrected",
}


def documentation() -> str:
    lines = [["The month is", "Action", "Then it is", *Role], ["---"] * (3 + len(Role))]
    for (state, action), allowed in TABLE.items():
        answers = ["yes" if role in allowed.roles else "no" for role in Role]
        lines.append([WORDS[state], action, WORDS[allowed.then], *answers])
    return INTRODUCTION + "\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)
