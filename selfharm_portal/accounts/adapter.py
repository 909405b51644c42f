"""What allauth asks of this portal."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

from selfharm_portal import mail

from . import permissions
from .models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth brings no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: administrators make the accounts."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """To the person's work: months for teams and analysts, the desk for the rest of NCISH."""
        if permissions.may_open_submissions(request.user):
            return reverse("submissions:home")
        return reverse("admin:index")

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """A letter like every other, which says so if it comes from a demonstration."""
        mail.send(
            to=[email],
            heading="Choose a new password",
            paragraphs=[
                "Somebody, most likely you, asked for a new password for this address.",
                "If it was not you, do nothing: the old password still works.",
            ],
            action="Choose a new password",
            # The path alone: the address of the portal is a setting, not what a request claims.
            path=urlsplit(context["password_reset_url"]).path,
            why="You get this because there is an account with this e-mail address.",
            sign="Self-harm community care portal",
        )
