import pytest

from tests.factories import UserFactory


@pytest.fixture
def curator(client):
    curator = UserFactory(curator=True, name="Rosa")
    client.force_login(curator)
    return curator
