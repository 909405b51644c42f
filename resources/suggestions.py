""" "Did you mean": the library's own words, nearest to a misspelt one.

Nothing unpublished, no word of distress and no word that names a way of self-harm is in the vocabulary; a search
that shows distress gets no suggestion at all, and no suggestion finds nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from selfharm_portal.pages import distress

from .models import DistressTerm, NeverSuggestedTerm, Publisher, Resource, SynonymGroup, Topic
from .search import CODE, STOP_WORDS, fold, key_of, words_of

#: Shorter words are near to too many others.
SHORTEST = 4
#: From this length on, two letters may be wrong.
LONG = 8
#: So many candidates for one word are looked at, and so many suggestions are tried.
MOST_CANDIDATES, MOST_TRIED = 4, 6

Terms = Collection[tuple[str, bool]]


class Suggestion(NamedTuple):
    words: str
    found: int


def vocabulary(
    texts: Iterable[str], never: Collection[str], distressing: Terms, helpful: Iterable[str]
) -> Counter[str]:
    """Each word that may be offered, and how often it stands in `texts`.

    A word of a term that is never suggested is left out, unless `helpful` texts have it as well: "self" may be
    offered although "self-poisoning" may not.
    """
    fine = {word for text in helpful for word in fold(text).split()}
    blocked = {word for term in never for word in fold(term).split()} - fine
    blocked |= {fold(term) for term in never}
    counted = Counter(
        word
        for text in texts
        for word in fold(text).split()
        if len(word) >= SHORTEST and word.isalpha() and word not in STOP_WORDS and word not in blocked
    )
    return Counter({word: count for word, count in counted.items() if not distress.matches(word, distressing)})


def corrections(typed: str, known: Mapping[str, int], never: Collection[str], distressing: Terms) -> Iterator[str]:
    """`typed` with its unknown words set right, the likeliest first; never a word or term that is not to be offered."""
    words = words_of(typed)
    wrong = [place for place, word in enumerate(words) if is_unknown(word, known)]
    never_keys = [" ".join(key_of(words_of(term))) for term in never]
    corrected = list(words)
    offered = []
    for place in wrong:
        candidates = nearest(words[place], known)
        if not candidates:
            continue
        corrected[place] = candidates[0]
        offered += [(place, other) for other in candidates[1:]]
    if corrected == list(words):
        return
    for change in [None, *offered]:
        attempt = list(corrected)
        if change:
            attempt[change[0]] = change[1]
        padded = f" {' '.join(key_of(tuple(attempt)))} "
        if distress.matches(" ".join(attempt), distressing) or any(f" {term} " in padded for term in never_keys):
            continue
        yield " ".join(attempt)


def is_unknown(word: str, known: Mapping[str, int]) -> bool:
    return len(word) >= SHORTEST and word not in known and word not in STOP_WORDS and not CODE.fullmatch(word)


def nearest(word: str, known: Mapping[str, int]) -> list[str]:
    """By the letters that differ, then by how common it is here; a swap of two neighbours is one letter."""
    cutoff = 2 if len(word) >= LONG else 1
    near = process.extract(word, list(known), scorer=OSA.distance, score_cutoff=cutoff, limit=20)
    ranked = sorted(near, key=lambda found: (found[1], found[0][0] != word[0], -known[found[0]], found[0]))
    return [found[0] for found in ranked[:MOST_CANDIDATES]]


def did_you_mean(typed: str, count: Callable[[str], int]) -> Suggestion | None:
    """Other words for a search that found nothing or little: in 6 queries, and what `count` asks for each one tried."""
    distressing = list(DistressTerm.objects.in_use().values_list("term", "whole_query"))
    if distress.matches(typed, distressing) or distress.matches(fold(typed), distressing):
        return None
    never = list(NeverSuggestedTerm.objects.in_use().values_list("term", flat=True))
    known = words_of_the_library(never, distressing)
    for words in islice(corrections(typed, known, never, distressing), MOST_TRIED):
        if found := count(words):
            return Suggestion(words, found)
    return None


def words_of_the_library(never: Collection[str], distressing: Terms) -> Counter[str]:
    """Titles, topics, publishers and synonyms: of what is published only."""
    published = Resource.objects.published()
    titles = list(published.values_list("search_title", flat=True))
    topics = list(Topic.objects.filter(resources__in=published).distinct().values_list("title", flat=True))
    names = list(Publisher.objects.filter(resources__in=published).distinct().values_list("name", flat=True))
    terms = [term for group in SynonymGroup.objects.in_use().values_list("terms", flat=True) for term in group]
    never_terms = {fold(term) for term in never}
    helpful = [*topics, *names, *(term for term in terms if fold(term) not in never_terms)]
    return vocabulary([*titles, *topics, *names, *terms], never, distressing, helpful)
