"""What every page needs to know. Lazy: a page that does not ask makes no query."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import escape_uri_path
from django.utils.functional import SimpleLazyObject

from .demonstration import BANNER, is_demonstration
from .help_lines import urgent_lines


def portal(request: HttpRequest) -> dict[str, Any]:
    return {
        "is_demonstration": SimpleLazyObject(is_demonstration),
        "demonstration_banner": BANNER,
        "urgent_lines": SimpleLazyObject(urgent_lines),
        "help_url": reverse("pages:get_help"),
        # The page's one address, without parameters. A page whose parameters count puts its own `canonical` in.
        "portal_url": settings.PORTAL_URL,
        "canonical": escape_uri_path(request.path),
    }
