"""Do typed words suggest distress? Then help is shown first. Words are compared here and kept nowhere."""

import re
from collections.abc import Iterable

from resources.models import DistressTerm


def suggested(typed: str) -> bool:
    """Compare with the words that curators keep: one query, and none if nothing was typed."""
    if not typed.strip():
        return False
    return matches(typed, DistressTerm.objects.in_use().values_list("term", "whole_query"))


def matches(typed: str, terms: Iterable[tuple[str, bool]]) -> bool:
    """terms: (words, do they count only if nothing else was typed?). Whole words, whatever their capitals,
    hyphens and apostrophes: “Self-harm” is “self harm”, “cant” is “can't”, but “alone” is not in “standalone”.
    """
    spoken = _plain(typed)
    padded = f" {spoken} "
    for words, only_alone in terms:
        term = _plain(words)
        if term and (spoken == term if only_alone else f" {term} " in padded):
            return True
    return False


def _plain(words: str) -> str:
    without_apostrophes = re.sub(r"['’‘`´]", "", words.casefold())
    return " ".join(re.findall(r"[^\W_]+(?:&[^\W_]+)*", without_apostrophes))
