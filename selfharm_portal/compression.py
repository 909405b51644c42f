"""Compressed pages, except where a compressed length could give a secret away; see docs/decisions/0004."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

#: Compressed already, each in its own way: seconds of work for nothing.
COMPRESSED = {"application/pdf", "image/jpeg", "image/png", "image/webp"}


class PageCompressionMiddleware(GZipMiddleware):
    """Compresses, unless words that another site may have chosen meet what only this person may see."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.headers.get("Content-Type") in COMPRESSED:
            return response
        is_private = settings.SESSION_COOKIE_NAME in request.COOKIES
        is_bare = request.method in {"GET", "HEAD"} and not request.META.get("QUERY_STRING")
        if is_private and not is_bare:
            return response
        return super().process_response(request, response)
