"""What an edit of an area or infographic comes to, in a sentence of history."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.utils.text import Truncator, get_text_list

from selfharm_portal.publishing.moves import Said

from .models import Area, Infographic, SiteChangeKind

#: Readers never see these, so a change of them is no sentence.
FOR_STAFF = {"provenance", "to_check", "early_implementer_evidence", "curator_note", "review_due"}


def of_edit(row: Area | Infographic, changed: Collection[str], of_its_own: Iterable[str] = ()) -> list[Said]:
    """One sentence, or none where readers see no change.

    changed: names of fields of the row; of_its_own: what hangs on it and was changed too, as "panels".
    """
    labels = [str(_field(row, name).verbose_name) for name in changed if name not in FOR_STAFF]
    labels += of_its_own
    if not labels:
        return []
    return [Said(SiteChangeKind.DETAILS, Truncator(f"Changed: {get_text_list(labels, 'and')}.").chars(300))]


def _field(row: Area | Infographic, name: str) -> Any:
    return row._meta.get_field(name)
