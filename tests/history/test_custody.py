"""Nobody changes or deletes an entry: tried as the role that the portal connects as, and as the table's owner."""

from importlib import import_module

import psycopg2
import pytest
from django.core import checks
from django.db import connection

from selfharm_portal.history import apps, custody
from selfharm_portal.history.models import Entry
from tests.factories import SectionFactory
from tests.history.conftest import asked_directly

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("I2")]

IN_THE_WAY = "The history is kept as it was written: no entry is changed or deleted"

ATTEMPTS = {
    "UPDATE history.entry SET person_id = 1": "permission denied for table entry",
    "DELETE FROM history.entry": "permission denied for table entry",
    "TRUNCATE history.entry": "permission denied for table entry",
    "INSERT INTO history.entry (what, part, model, key, via) VALUES ('insert', 'content', 'x', '1', '')": (
        "permission denied for table entry"
    ),
    "DROP TRIGGER refuse ON history.entry": "must be owner of relation entry",
    "ALTER TABLE history.entry DISABLE TRIGGER refuse": "must be owner of table entry",
    "ALTER TABLE history.entry DISABLE TRIGGER ALL": "must be owner of table entry",
    "ALTER TABLE history.entry RENAME TO gone": "must be owner of table entry",
    "ALTER TABLE history.entry DROP COLUMN before": "must be owner of table entry",
    "ALTER TABLE history.entry OWNER TO CURRENT_USER": "must be owner of table entry",
    "CREATE RULE none AS ON INSERT TO history.entry DO INSTEAD NOTHING": "must be owner of table entry",
    "DROP TABLE history.entry": "must be owner of table entry",
    "DROP SCHEMA history CASCADE": "must be owner of schema history",
    "DROP FUNCTION history.refuse() CASCADE": "must be owner of function history.refuse",
    "CREATE OR REPLACE FUNCTION history.keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'": (
        "permission denied for schema history"
    ),
    "CREATE TABLE history.mine ()": "permission denied for schema history",
    "SET session_replication_role = replica": 'permission denied to set parameter "session_replication_role"',
    "SET ROLE historian": 'permission denied to set role "historian"',
    "GRANT historian TO CURRENT_USER": 'permission denied to grant role "historian"',
    "GRANT DELETE ON history.entry TO CURRENT_USER; DELETE FROM history.entry": "permission denied for table entry",
    "DROP ROLE historian": "permission denied to drop role",
}


@pytest.fixture
def entry():
    section = SectionFactory()
    return Entry.objects.get(model="resources.Section", key=str(section.pk), after__slug=section.slug)


@pytest.mark.parametrize("attempt", ATTEMPTS)
@pytest.mark.needs_embedded_database
def test_the_portals_own_role_is_refused(application, entry, attempt):
    with pytest.raises(psycopg2.Error, match=ATTEMPTS[attempt]):
        application.execute(attempt)
    assert Entry.objects.get(pk=entry.pk).after == entry.after
    application.execute("SELECT count(*) FROM pg_trigger WHERE tgrelid = 'history.entry'::regclass AND tgenabled = 'A'")
    assert application.fetchone() == (1,)


@pytest.mark.needs_embedded_database
def test_the_portals_own_role_reads_it(application, entry):
    application.execute("SELECT after ->> 'title' FROM history.entry WHERE id = %s", [entry.pk])
    assert application.fetchone() == (entry.after["title"],)


# Where only one role is to be had, the trigger still refuses: tried as a superuser, whom no permission stops.


@pytest.fixture
def superuser(db):
    with asked_directly(user=custody.SUPERUSER) as cursor:
        yield cursor


@pytest.mark.parametrize("replication_role", ["origin", "replica"])
@pytest.mark.parametrize(
    "attempt", ["UPDATE history.entry SET key = 'x'", "DELETE FROM history.entry", "TRUNCATE history.entry"]
)
@pytest.mark.needs_embedded_database
def test_whoever_is_permitted_everything_is_refused_too(superuser, entry, attempt, replication_role):
    superuser.execute(f"SET session_replication_role = {replication_role}")
    with pytest.raises(psycopg2.Error, match=IN_THE_WAY):
        superuser.execute(attempt)
    assert Entry.objects.get(pk=entry.pk).key == entry.key


# From the first migration to the handing over, in a database that is not a test's


@pytest.fixture
def other_database(superuser):
    """As the portal's role makes it; gives its name, and drops it afterwards."""
    name = f"history_{connection.settings_dict['NAME']}"
    superuser.execute(f"DROP DATABASE IF EXISTS {name}")
    superuser.execute(f"CREATE DATABASE {name} OWNER {connection.settings_dict['USER']}")
    with asked_directly(dbname=name) as cursor:
        cursor.execute(import_module("selfharm_portal.history.migrations.0001_initial").TABLE)
    yield name
    superuser.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def to_other_database(other_database):
    """Django's connection, to the other database."""
    copy = connection.copy()
    copy.settings_dict = {**connection.settings_dict, "NAME": other_database}
    yield copy
    copy.close()


def test_a_history_within_reach_is_warned_of_until_it_is_handed_over(to_other_database, monkeypatch):
    monkeypatch.setattr(apps, "connections", {"other": to_other_database})
    assert [warning.id for warning in apps.warn_if_within_reach(databases=["other"])] == ["history.W001"]
    custody.hand_over(to_other_database)
    assert apps.warn_if_within_reach(databases=["other"]) == []
    assert apps.warn_if_within_reach() == []  # databases are asked only where somebody says which
    custody.hand_over(to_other_database)  # twice does no harm


def test_the_database_itself_is_handed_over_and_tables_are_made_as_before(other_database, to_other_database):
    custody.hand_over(to_other_database)
    with to_other_database.cursor() as cursor:
        cursor.execute("CREATE TABLE public.mine (); DROP TABLE public.mine")
    to_other_database.close()
    with asked_directly() as cursor:
        for attempt in [f"DROP DATABASE {other_database}", f"ALTER DATABASE {other_database} RENAME TO gone"]:
            with pytest.raises(psycopg2.Error, match=f"must be owner of database {other_database}"):
                cursor.execute(attempt)


def test_a_server_that_lets_nobody_in_as_its_superuser_is_no_fault(to_other_database, monkeypatch):
    monkeypatch.setattr(apps, "connections", {"other": to_other_database})
    monkeypatch.setattr(custody, "SUPERUSER", "nobody_of_this_name")
    apps.keep_what_is_there(using="other")
    assert custody.is_within_reach(to_other_database)


def test_the_check_is_one_of_djangos_database_checks():
    assert apps.warn_if_within_reach in list[object](checks.registry.registry.get_checks())
