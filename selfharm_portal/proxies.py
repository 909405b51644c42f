"""What a server in front may say about a request, and who may say it.

Anybody can send X-Forwarded-For. So these headers count only if the machine at the other end of the connection is one
of TRUSTED_PROXIES; from everybody else they are dropped, before anything reads them.
"""

import ipaddress
import logging
from collections.abc import Callable, Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADERS = ["HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_REQUEST_ID"]

log = logging.getLogger(__name__)


class ProxyMiddleware:
    """REMOTE_ADDR becomes the address of the person's machine, for the limits on guessing passwords."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.has_warned = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sender = request.META.get("REMOTE_ADDR", "")
        if is_trusted(sender):
            request.META["REMOTE_ADDR"] = client_address(sender, request.META.get("HTTP_X_FORWARDED_FOR", ""))
        else:
            if settings.BEHIND_HTTPS and "HTTP_X_FORWARDED_PROTO" in request.META and not self.has_warned:
                self.has_warned = True
                log.warning(
                    "X-Forwarded-Proto came from an address that is not in TRUSTED_PROXIES and was dropped. "
                    "If your own server sent it, browsers are now redirected in a circle: set TRUSTED_PROXIES."
                )
            for header in HEADERS:
                request.META.pop(header, None)
        return self.get_response(request)


def client_address(sender: str, forwarded_for: str) -> str:
    """Each server adds the address that it saw at the end: the last one that no trusted server has is the client's."""
    address = sender
    for earlier in reversed([part.strip() for part in forwarded_for.split(",") if part.strip()]):
        if not is_trusted(address) or not is_address(earlier):
            break
        address = earlier
    return address


def is_trusted(address: str) -> bool:
    trusted: Iterable[ipaddress.IPv4Network | ipaddress.IPv6Network] = settings.TRUSTED_PROXIES
    return is_address(address) and any(ipaddress.ip_address(address) in network for network in trusted)


def is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
