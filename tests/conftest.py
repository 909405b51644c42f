"""Tests run over a real PostgreSQL: DATABASE_URL's server, or an embedded one of their own, without fsync."""

import gc
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

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

    # Uploads of tests are in a folder of their own, which goes with them.
    settings.UPLOADS_DIR = Path(tempfile.mkdtemp(prefix="portal-test-uploads-"))
    config.add_cleanup(lambda: shutil.rmtree(settings.UPLOADS_DIR, ignore_errors=True))


def pytest_sessionstart(session: pytest.Session) -> None:
    # Pages name the hashed files that `make run` serves; workers find what the first process collected.
    if not hasattr(session.config, "workerinput"):
        static_files.collect()


# Tests that need what is not here are left out, and counted, rather than skipped without a word

_left_out = pytest.StashKey[int]()

#: A minute and more each. Begun last, one of them is still running when the other worker has nothing left to do.
LONG_WITH_FEW_TESTS = [
    "tests/resources/test_nothing_unpublished.py",
    "tests/sites/test_migrations.py",
    "tests/test_headers.py",
    "tests/test_permissions_by_url.py",
]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    here = {"needs_root": os.geteuid() == 0, "needs_embedded_database": settings.EMBEDDED_DATABASE is not None}
    left_out = [item for item in items if any(item.get_closest_marker(need) for need, met in here.items() if not met)]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
    config.stash[_left_out] = len(left_out)
    # Journeys first and in one go, as each change to them and back loads the whole demonstration anew (20 s and more);
    # then the longest files, so that the workers end together: those with most tests, but for a few long tests.
    tests = Counter(item.path for item in items)
    tests.update({config.rootpath / file: 1000 for file in LONG_WITH_FEW_TESTS})
    items.sort(key=lambda item: ("journeys" not in item.path.parts, -tests[item.path], item.path))


def pytest_collection_finish() -> None:
    # Modules and thousands of collected tests stay to the end: to look through them for rubbish, and after each 700 new
    # objects, is a seventh of all the work of a test.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = session.config.stash.get(_left_out, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    # Each worker of pytest-xdist collects every test; this process collects none.
    left_out = getattr(node, "workeroutput", {}).get("left_out", 0)  # no output of one that crashed
    node.config.stash[_left_out] = max(left_out, node.config.stash.get(_left_out, 0))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if number := config.stash.get(_left_out, 0):
        terminalreporter.write_line(
            f"{number} tests need root, or the embedded database, and were left out", yellow=True
        )
    for line in ends_of_the_server():
        terminalreporter.write_line(f"PostgreSQL of the tests: {line}", red=True)


#: What PostgreSQL and its supervisor write when a process of the server did not end by itself.
ENDS = ("was terminated by", "PANIC", "exited with exit code", "starting it again", "another takes over")


def ends_of_the_server() -> list[str]:
    """Why connections broke off, where they did: without it, tests fail far from the cause."""
    if not settings.EMBEDDED_DATABASE:
        return []
    log = embedded_database._home(settings.VAR_DIR / "test-database") / "server.log"
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return [line for line in lines if any(end in line for end in ENDS)][:20]
