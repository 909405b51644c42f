from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import psycopg2
from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.db import connections
from django.db.models.signals import post_migrate


class HistoryConfig(AppConfig):
    name = "selfharm_portal.history"
    verbose_name = "History"

    def ready(self) -> None:
        post_migrate.connect(keep_what_is_there, sender=self)
        checks.register(warn_if_within_reach, checks.Tags.database)


def keep_what_is_there(using: str, **kwargs: Any) -> None:
    """After each `migrate`: new tables get their triggers, and a new history gets out of the application's reach."""
    from . import custody, kept

    kept.attach(connections[using])
    if settings.EMBEDDED_DATABASE and custody.is_within_reach(connections[using]):
        with suppress(psycopg2.OperationalError):  # it lets nobody in as its superuser: the check below says so
            custody.hand_over(connections[using])


def warn_if_within_reach(databases: Sequence[str] | None = None, **kwargs: Any) -> list[checks.CheckMessage]:
    from . import custody

    return [
        checks.Warning(
            "The role that the portal connects as could drop the table of the history.",
            hint="Let a superuser run selfharm_portal/history/hand_over.sql in this database, once.",
            id="history.W001",
        )
        for alias in databases or []
        if custody.is_within_reach(connections[alias])
    ]
