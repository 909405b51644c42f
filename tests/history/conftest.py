"""Roles and connections of their own, for what cannot be tried inside of a test's transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
import pytest
from django.db import connection

from selfharm_portal.history import custody


@contextmanager
def asked_directly(**otherwise):
    """A connection beside Django's, where each statement is a transaction; `user=` another role."""
    beside = psycopg2.connect(**{**connection.get_connection_params(), **otherwise})
    beside.autocommit = True
    try:
        yield beside.cursor()
    finally:
        beside.close()


@pytest.fixture
def application(db) -> Iterator[psycopg2.extensions.cursor]:
    """The role that the portal connects as, with the history out of its reach."""
    assert not custody.is_within_reach(connection), "the embedded database should have handed the history over"
    with asked_directly() as cursor:
        yield cursor
