"""Where addresses that the library once gave out lead now."""

from django.http import QueryDict
from django.shortcuts import get_object_or_404

from .models import Reader, ReadingList


def moved_to(query: QueryDict) -> str:
    """The page of a reader or of a reading list, which were filters of the library; empty for anything else."""
    if slug := query.get("list", "").replace("\x00", ""):  # PostgreSQL takes no NUL
        return get_object_or_404(ReadingList.objects.shown(), slug=slug).get_absolute_url()
    if (reader := query.get("reader", "")) in Reader.values:
        return Reader(reader).get_absolute_url()
    return ""
