"""Whether anything has changed since something was worked out."""

import pytest
from django.db import connection, transaction

from selfharm_portal.what_is_committed import what_is_committed
from tests.factories import RegionFactory

pytestmark = pytest.mark.requirement("N2")


@pytest.mark.django_db
def test_a_transaction_that_has_changed_something_has_no_name_for_it():
    with transaction.atomic():
        RegionFactory()
        assert what_is_committed() is None


@pytest.mark.django_db(transaction=True)
def test_every_change_has_another_name():
    before = what_is_committed()
    RegionFactory()
    after = what_is_committed()
    assert before is not None
    assert after is not None
    assert before != after


@pytest.mark.django_db(transaction=True)
def test_a_change_that_was_under_way_has_another_name_once_it_is_committed():
    other = connection.copy()
    try:
        with transaction.atomic():
            RegionFactory()
            with other.cursor() as cursor:
                cursor.execute("SELECT pg_current_snapshot()::text")
                [under_way] = cursor.fetchone()
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_current_snapshot()::text")
            assert cursor.fetchone() != (under_way,)
    finally:
        other.close()
