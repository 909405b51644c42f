"""The smallest valid row of each model; a test states only what matters to it."""

import factory
from factory.django import DjangoModelFactory

from selfharm_portal.accounts.models import User


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.PostGenerationMethodCall("set_unusable_password")
