"""Tests run over a real PostgreSQL: DATABASE_URL's server, or an embedded one of their own, without fsync."""

import os

import environ
import pytest
from django.conf import settings
from django.db import connections

from selfharm_portal import embedded_database, static_files

pytest_plugins = ["tests.evidence"]


def pytest_configure(config: pytest.Config) -> None:
    if settings.EMBEDDED_DATABASE:
        data = settings.VAR_DIR / "test-database"
        embedded_database.start(data, durable=False)
        connections["default"].settings_dict.update(environ.Env.db_url_config(embedded_database.url(data)))
        # Two runs at once, each with a database of its own.
        connections["default"].settings_dict["TEST"]["NAME"] = f"test_portal_{os.getpid()}"


def pytest_sessionstart(session: pytest.Session) -> None:
    # Pages name the hashed files that `make run` serves; workers find what the first process collected.
    if not hasattr(session.config, "workerinput"):
        static_files.collect()
