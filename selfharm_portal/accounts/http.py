from django.http import HttpRequest

from .models import User


class SignedInRequest(HttpRequest):
    """A request behind login_required, so that its user is a User."""

    user: User
