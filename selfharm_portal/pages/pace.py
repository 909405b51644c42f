"""How often one computer may write to NCISH without an account: settings.ACCOUNT_RATE_LIMITS says it.

allauth counts, as it does for signing in, in the cache that all processes share; no word of a letter is in it.
"""

from allauth.core import ratelimit
from django.http import HttpRequest

#: Said on the form, which still holds what was typed.
TOO_OFTEN = "A lot was sent from your network in the last hour. Wait an hour, then send this again"


def may_write(request: HttpRequest) -> bool:
    """Count one letter, if there is room for it."""
    allowed: bool = ratelimit.consume(request, action="write_to_ncish")
    return allowed
