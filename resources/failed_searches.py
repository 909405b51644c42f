"""Searches that found nothing: what the library lacks, and nothing about who looked for it.

Of a search only its folded words and the day are kept, for 90 days at most, and only if they can hold nothing of a
person: the whole search is dropped if it shows distress, names a way of self-harm, or is not plainly a subject.
Curators see what was searched for on three different days.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from selfharm_portal.pages import distress

from .models import FailedSearch, NeverSuggestedTerm
from .search import fold, key_of, words_of

KEPT_FOR = timedelta(days=90)
#: So that a flood of made-up searches fills no disk; an honest day has far fewer.
MOST_A_DAY = 200
MOST_WORDS, LONGEST_WORD = 6, 24
#: From so many digits on it may be a telephone, an NHS number, a date of birth or the number of a record.
DIGITS_OF_A_PERSON = 5

#: A word of a subject, or of a code such as NG225.
_WORD = re.compile(rf"[a-z]{{2,{LONGEST_WORD}}}|[a-z]{{1,3}}[0-9]{{1,4}}|[0-9]{{1,4}}|a")
_ADDRESS = re.compile(r"@|://|\bwww\b|\.(?:uk|com|org|net)\b", re.IGNORECASE)
_POSTCODE = re.compile(r"\b[a-z]{1,2}[0-9][a-z0-9]?\s*[0-9][a-z]{2}\b", re.IGNORECASE)
#: Two words in a row with capitals, as names have them; "NICE" and "Cochrane review" are none.
_NAMES = re.compile(r"\b[A-Z][a-z'’]+ [A-Z][a-z'’]+")
#: Words of somebody who tells of a person.
_SAID_OF_A_PERSON = """
i im ive id ill me my mine myself we our us you your he him his himself she her hers herself name named names called
mr mrs ms miss mx dr prof sir born dob birthday aged address postcode phone
"""
_OF_A_PERSON = frozenset(_SAID_OF_A_PERSON.split())


def note(typed: str, today: date) -> None:
    """Keep that a search found nothing, if it may be kept at all. A search that is dropped costs no more than reads."""
    words = words_to_keep(typed)
    if not words or distress.suggested(typed) or distress.suggested(words) or _names_a_way(words):
        return
    forget_old(today)
    if FailedSearch.objects.filter(day=today).count() < MOST_A_DAY:
        FailedSearch.objects.bulk_create([FailedSearch(words=words, day=today)], ignore_conflicts=True)


def words_to_keep(typed: str) -> str:
    """The folded words of a search that is plainly a subject, else nothing.

    >>> words_to_keep("Peer-support  for VETERANS")
    'peer support for veterans'
    >>> words_to_keep("my name is Sam"), words_to_keep("call 01632 960123"), words_to_keep("Sam Smith")
    ('', '', '')
    """
    words = fold(typed).split()
    if (
        not 1 <= len(words) <= MOST_WORDS
        or not all(map(_WORD.fullmatch, words))
        or not _OF_A_PERSON.isdisjoint(words)
        or sum(map(str.isdigit, typed)) >= DIGITS_OF_A_PERSON
        or any(pattern.search(typed) for pattern in (_ADDRESS, _POSTCODE))
        or _NAMES.search(typed)
    ):
        return ""
    return " ".join(words)


def forget_old(today: date) -> None:
    """Delete what is older than KEPT_FOR."""
    FailedSearch.objects.filter(day__lt=today - KEPT_FOR).delete()


def deal_with(words: list[str]) -> int:
    """Forget these searches: something was done about them. If it did not help, they come back. How many words?"""
    FailedSearch.objects.filter(words__in=words).delete()
    return len(words)


def _names_a_way(words: str) -> bool:
    padded = f" {' '.join(key_of(words_of(words)))} "
    terms = NeverSuggestedTerm.objects.in_use().values_list("term", flat=True)
    return any(f" {' '.join(key_of(words_of(term)))} " in padded for term in terms)
