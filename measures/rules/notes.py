"""What a note says of a person: what is refused, and what is asked about."""

from datetime import date


def note_may_describe_a_person(note: str, month: date) -> bool:
    return False
