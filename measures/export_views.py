"""All months as a file, for analysts."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.http import SignedInRequest
from selfharm_portal.pages import demonstration

from . import export
from .access import for_teams_and_analysts
from .upload_views import CONTENT_TYPES


@for_teams_and_analysts
@require_safe
def all_months(request: SignedInRequest, form: str) -> HttpResponse:
    if not permissions.sees_every_area(request.user):
        raise PermissionDenied
    if request.method == "GET":
        export.note_download(request.user, form=form)
    name = f"months-{timezone.localdate():%Y-%m-%d}"
    name = f"{name}-demonstration.{form}" if demonstration.is_demonstration() else f"{name}.{form}"
    response: StreamingHttpResponse | FileResponse
    if form == "csv":
        response = StreamingHttpResponse(export.comma_separated(export.rows()), content_type=CONTENT_TYPES[form])
    else:
        response = FileResponse(export.spreadsheet(export.rows()), content_type=CONTENT_TYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response  # type: ignore[return-value]  # HttpResponse's sibling, which views may return as well
