import pytest
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def test_the_process_lives_without_asking_the_database(client):
    # No django_db: a query would fail the test.
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_the_portal_is_ready_when_every_migration_is_there(client):
    assert client.get("/readyz").status_code == 200
    [newest] = MigrationLoader(connection).graph.leaf_nodes("sites")
    MigrationRecorder(connection).record_unapplied(*newest)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.content.startswith(b"Migrations are waiting: ")


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_said_without_its_address(client):
    def refuse(*args, **kwargs):
        raise OperationalError("connection to server at 10.0.0.1 failed")

    with connection.execute_wrapper(refuse):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.content == b"The database does not answer.\n"
