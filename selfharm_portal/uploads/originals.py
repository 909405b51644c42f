"""Bringing, replacing and removing an infographic's original: the only writer of its row and its file."""

from __future__ import annotations

from functools import partial
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from selfharm_portal.accounts.models import User

from . import storing
from .models import Original
from .vetting import Vetted


class ChangedMeanwhile(Exception):
    """Somebody else has replaced the file since it was shown."""


def put(original: Original, vetted: Vetted, *, by: User) -> Original:
    """Keep the file, and save the row, new or there already; the file that it had goes once that is certain.

    Raises ChangedMeanwhile if the row has another file than `original` knows.
    """
    seen, token = original.token, storing.keep(vetted.data)
    try:
        with transaction.atomic():
            if original.pk:
                _lock(original, seen)
                transaction.on_commit(partial(storing.forget, seen))
            original.token = token
            original.kind, original.size = vetted.kind.value, len(vetted.data)
            original.digest = sha256(vetted.data).hexdigest()
            original.width, original.height = vetted.width or None, vetted.height or None
            original.pages = vetted.pages or None
            original.uploaded_at, original.uploaded_by = timezone.now(), by
            original.save()
    except BaseException:
        original.token = seen
        storing.forget(token)
        raise
    return original


@transaction.atomic
def remove(original: Original) -> None:
    """The row, and then the file. Raises ChangedMeanwhile, as put does."""
    _lock(original, original.token)
    transaction.on_commit(partial(storing.forget, original.token))
    original.delete()


def _lock(original: Original, seen: str) -> None:
    there = Original.objects.select_for_update().filter(pk=original.pk).values_list("token", flat=True)
    if list(there) != [seen]:
        raise ChangedMeanwhile
