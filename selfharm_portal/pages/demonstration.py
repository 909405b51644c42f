"""Is this database a demonstration or real? Decided once, before there is content, and never changed."""

from .models import DatabaseKind, PortalDatabase

#: Stands on every page, file and e-mail of a demonstration.
BANNER = "Demonstration: made-up numbers, not this area's data."


class MayBeReal(Exception):
    """There is content, and nothing says that it is a demonstration's; the message says what to do."""


def is_demonstration() -> bool:
    """One cheap query, asked anew each time: a process may outlive the database that it began with."""
    return kind() == DatabaseKind.DEMONSTRATION


def kind() -> DatabaseKind | None:
    """What this database is; None before its first load."""
    found = PortalDatabase.objects.values_list("kind", flat=True).first()
    return DatabaseKind(found) if found else None


def decide(*, demonstration: bool, has_content: bool) -> DatabaseKind:
    """Say what this database is, if nothing has said so yet; what has been decided stays.

    Raises MayBeReal if content that nobody called a demonstration's should become one.
    """
    if is_now := kind():
        return is_now
    if demonstration and has_content:
        raise MayBeReal(
            "This database has content, and nothing says that it is a demonstration, so it may be real. "
            "Set DEMONSTRATION=False to keep it as a real one, or start with an empty database."
        )
    wanted = DatabaseKind.DEMONSTRATION if demonstration else DatabaseKind.REAL
    PortalDatabase.objects.create(kind=wanted)
    return wanted
