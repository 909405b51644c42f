"""The files, to whoever may see what they belong to."""

from __future__ import annotations

import logging

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import conditional_page, require_safe

from selfharm_portal.accounts import permissions

from . import storing
from .models import Original
from .vetting import Kind

logger = logging.getLogger(__name__)

CONTENT_TYPES = {
    Kind.PDF: "application/pdf",
    Kind.PNG: "image/png",
    Kind.JPEG: "image/jpeg",
    Kind.WEBP: "image/webp",
}
#: It may do nothing, whatever it is: neither load nor run, nor be shown in a page.
POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
A_YEAR = 365 * 24 * 60 * 60


@require_safe
@conditional_page
def file(request: HttpRequest, token: str, kind: str) -> HttpResponse:
    """As readers get it once its infographic is shown; before that, curators alone.

    Another file has another address, so this one may be kept for good. A PDF is saved, not opened in the browser:
    not every browser shows one under a policy as strict as this.
    """
    originals = Original.objects.select_related("infographic").filter(token=token, kind=kind)
    original = originals.shown().first()
    is_public = original is not None
    if original is None and permissions.may_curate(request.user):
        original = originals.first()
    if original is None:
        raise Http404
    try:
        data = storing.read(original.token)
    except FileNotFoundError:
        logger.exception("The file of original %s is gone", original.pk)
        raise Http404 from None
    response = HttpResponse(data, content_type=CONTENT_TYPES[Kind(original.kind)])
    how = "inline" if Kind(original.kind).is_picture else "attachment"
    response.headers["Content-Disposition"] = f'{how}; filename="{original.infographic.slug}-original.{kind}"'
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["ETag"] = f'"{original.digest[:32]}"'
    if is_public:
        patch_cache_control(response, public=True, max_age=A_YEAR, immutable=True)
    else:
        patch_cache_control(response, private=True, no_store=True)
    return response
