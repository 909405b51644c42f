"""Is this database a demonstration or real? Decided once, before there is content, and never changed."""

from .models import DatabaseKind, PortalDatabase

#: Stands on every page, file and e-mail of a demonstration.
BANNER = "Demonstration: made-up numbers, not this area's data."


class AlreadyDecided(Exception):
    """The database is something else already; the message says what to do."""


def is_demonstration() -> bool:
    """One cheap query, asked anew each time: a process may outlive the database that it began with."""
    return kind() == DatabaseKind.DEMONSTRATION


def kind() -> DatabaseKind | None:
    """What this database is; None before its first load."""
    found = PortalDatabase.objects.values_list("kind", flat=True).first()
    return DatabaseKind(found) if found else None


def decide(*, demonstration: bool, has_content: bool) -> DatabaseKind:
    """Say what this database is, if nothing has said so yet.

    Raises AlreadyDecided if it is the other kind, or if there is content that nobody called a
    demonstration: that may be real.
    """
    wanted = DatabaseKind.DEMONSTRATION if demonstration else DatabaseKind.REAL
    is_now = kind()
    if is_now is None:
        if demonstration and has_content:
            raise AlreadyDecided(
                "This database has content, and nothing says that it is a demonstration, so it may be real. "
                "Set DEMONSTRATION=False to keep it as a real one, or start with an empty database."
            )
        PortalDatabase.objects.create(kind=wanted)
    elif is_now != wanted:
        raise AlreadyDecided(
            f"This database is {'a demonstration' if demonstration is False else 'a real one'} and stays so. "
            f"Set DEMONSTRATION={not demonstration}, or start with an empty database."
        )
    return wanted
