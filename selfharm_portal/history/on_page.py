"""The history of one row, for the page that admin has of each."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.urls import reverse

from selfharm_portal.accounts import permissions

from . import wording
from .models import Entry

MOST = 200


def of(row: Model, user: permissions.Person) -> dict[str, Any]:
    """Context of templates/admin/kept_history.html: the newest entries that the person may read."""
    newest = list(Entry.objects.visible_to(user).of(row).select_related("person")[: MOST + 1])
    return {
        "entries": [
            {
                "url": reverse("admin:history_entry_change", args=[entry.pk]),
                "at": entry.at,
                "who": wording.who_in_words(entry),
                "what": entry.get_what_display(),
                "row": wording.row_in_words(entry),
                "fields": ", ".join(wording.fields(entry)),
            }
            for entry in newest[:MOST]
        ],
        "are_more": len(newest) > MOST,
    }
