"""State x role x move: who moves a month, and when. test_moves_by_role.py walks it against measures/workflow.py.

`python -m tests.moves_by_role > docs/submissions.md` writes the documentation from it.
"""

#: Who is tried; the month is area A's, and was handed over by area A's lead where it has been.
PEOPLE = [
    "contributor of A",
    "lead of A",
    "lead of B",
    "curator",
    "analyst",
    "analyst who submitted it",
    "administrator",
]

#: State before and after, who may, and what the button says. Every other pair of states is nobody's.
MOVES = """
not_started | draft     | contributor of A, lead of A | Save as a draft
draft       | submitted | lead of A                   | Send to NCISH
returned    | submitted | lead of A                   | Send to NCISH
submitted   | returned  | analyst                     | Return with a question
submitted   | accepted  | analyst                     | Accept
"""

#: Who may go on typing in which state.
TYPING = """
not_started | contributor of A, lead of A
draft       | contributor of A, lead of A
returned    | contributor of A, lead of A
submitted   |
accepted    |
"""


def moves() -> dict[tuple[str, str], set[str]]:
    return {(before, after): names(people) for before, after, people, _ in cells(MOVES)}


def typing() -> dict[str, set[str]]:
    return {state: names(people) for state, people in cells(TYPING)}


def cells(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def names(people: str) -> set[str]:
    return {name.strip() for name in people.split(",") if name.strip()}


INTRODUCTION = """\
# The states of a month, and who moves it

Written by `python -m tests.moves_by_role > docs/submissions.md` from the table in that file, which a test compares
with `MOVES` in [workflow.py](../measures/workflow.py) for every pair of states and every role. What is not in the
table, nobody may do. Who opens which page is in [permissions.md](permissions.md), what the portal asks about numbers in
[queries.md](queries.md).

Nobody accepts or returns what they submitted themselves, whatever else they are. A month that is accepted stays so:
a correction is a new revision.
"""


def documentation() -> str:
    tried = [person for person in PEOPLE if person != "analyst who submitted it"]
    lines = [["Before", "Move", "After", *tried], ["---"] * (3 + len(tried))]
    for before, after, people, button in cells(MOVES):
        lines.append([words(before), button, words(after), *yes_or_no(people, tried)])
    for state, people in cells(TYPING):
        lines.append([words(state), "Type and save", words(state), *yes_or_no(people, tried)])
    return INTRODUCTION + "\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)


def yes_or_no(people: str, tried: list[str]) -> list[str]:
    return ["yes" if person in names(people) else "no" for person in tried]


def words(state: str) -> str:
    return state.replace("_", " ")


if __name__ == "__main__":
    print(documentation(), end="")
