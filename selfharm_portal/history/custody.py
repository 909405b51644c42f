"""Whether the history is out of the application's reach, and how it gets there: hand_over.sql, by a superuser.

The embedded server lets us in as its superuser, so there `migrate` does it; elsewhere somebody who may has to.
"""

from __future__ import annotations

from pathlib import Path

import psycopg2
from django.db.backends.base.base import BaseDatabaseWrapper

HAND_OVER = Path(__file__).with_name("hand_over.sql")
SUPERUSER = "postgres"  # of the embedded server


def is_within_reach(connection: BaseDatabaseWrapper) -> bool:
    """Could the role that we connect as drop or change the history's table? False where there is no table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(relowner, 'USAGE') OR pg_has_role(relowner, 'SET') "
            "FROM pg_class WHERE oid = to_regclass('history.entry')"
        )
        found = cursor.fetchone()
    return bool(found and found[0])


def hand_over(connection: BaseDatabaseWrapper) -> None:
    """Run hand_over.sql as the embedded server's superuser. Raises psycopg2.OperationalError if it lets nobody in."""
    superuser = psycopg2.connect(**{**connection.get_connection_params(), "user": SUPERUSER})
    try:
        with superuser, superuser.cursor() as cursor:
            cursor.execute(HAND_OVER.read_text())
    finally:
        superuser.close()
