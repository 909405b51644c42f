from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth brings no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: administrators make the accounts."""
        return False
