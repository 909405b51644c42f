"""Has anything changed? For what takes long to work out from the database."""

from __future__ import annotations

from django.db import connection


def what_is_committed() -> str | None:
    """A name for all that a question sees now: another one after every change of any row by anybody.

    It is PostgreSQL's own name for what is committed and what is under way, so that two questions with the same name
    have the same answer. None within a transaction that has changed something itself: the name would say nothing of it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text WHERE pg_current_xact_id_if_assigned() IS NULL")
        found = cursor.fetchone()
    return found[0] if found else None
