"""Do typed words suggest distress? Then help is shown first. Words are compared here and kept nowhere.

The words themselves are curators' (DistressTerm). Here stands how they are met by what people type on a bad night:
in other forms ("wants to kill herself"), with other words between ("want to just die"), misspelt, or run together.
tests/pages/distress.yaml holds phrases that must be met and look-alikes that must not.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA

from resources.models import DistressTerm

#: Words that may stand between the words of a term, so many at once.
_BETWEEN = """
really just so even ever actually honestly literally truly badly totally completely always still now much very kinda
again sometimes often all bloody too please today tonight seriously real good single
"""
BETWEEN = frozenset(_BETWEEN.split())
MOST_BETWEEN = 2

#: Other words, one letter away from a word of a term: meant as they stand.
_LOOK_ALIKES = """
along aloe atone shared scarred scored stared spared stored sacred scale scaled scarce scare scares snared soared panel
picnic crisps homeless overdone unalike lie lies lived lives liver life her hers hat dad hut ham harp can cat cast
carers cards cases child chill fiend bitter butter reasons token taker loving liking lining safer safes helps helped
helper dread don dot donut manly tale tales harem wait war ward wants went worthy words lost last test
"""
LOOK_ALIKES = frozenset(_LOOK_ALIKES.split())
#: From this length on a letter may be wrong, missing or too much; in shorter words two may be swapped, or, from 4
#: letters on, one be missing or too much.
LONG, SHORT = 5, 3

#: One spelling for forms that say the same; applied to what was typed and to the terms, in this order.
_FORMS = [
    (r"\bcan ?(?:not|t)\b|\bcanot\b|\bcarnt\b|\bcouldn ?t\b|\bcould not\b", "cant"),
    (r"\b(?:do|does|did) not\b|\b(?:don|doesn|didn) ?t\b|\bdoesnt\b|\bdidnt\b", "dont"),
    (r"\bwanna\b", "want to"),
    (r"\b(?:wants|wanted|wanting)\b", "want"),
    (r"\bself ?(?:harm|injur)\w*", "self harm"),
    (r"\b(my|her|him|them|their|your|his) ?(?:self|selfs|selves)\b(?! harm)", "myself"),
    (r"\b(?:killing|kills|killed)\b", "kill"),
    (r"\b(?:hurting|hurts)\b", "hurt"),
    (r"\b(?:harming|harms|harmed)\b", "harm"),
    (r"\b(?:hating|hates|hated)\b", "hate"),
    (r"\b(?:ending|ends|ended) (?=it\b|all\b|\w+ (?:own )?life\b)", "end "),
    (r"\b(?:taking|takes|took|taken) (?=\w+ (?:own )?life\b)", "take "),
    (r"\b(?:my|his|her|their|your)(?: own)? life\b", "my life"),
    (r"\bany more\b", "anymore"),
    (r"\b(?:this|that|life|things) anymore\b", "it anymore"),
    (r"\b(?:am|is|are|was|were|been|has|im)\b", ""),
]
FORMS = [(re.compile(form), one) for form, one in _FORMS]


def suggested(typed: str) -> bool:
    """Compare with the words that curators keep: one query, and none if nothing was typed."""
    if not typed.strip():
        return False
    return matches(typed, DistressTerm.objects.in_use().values_list("term", "whole_query"))


def matches(typed: str, terms: Iterable[tuple[str, bool]]) -> bool:
    """terms: (words, do they count only if nothing else was typed?). Whole words, whatever their capitals,
    hyphens and apostrophes: “Self-harm” is “self harm”, “cant” is “can't”, but “alone” is not in “standalone”.
    """
    spoken = _both_ways(typed)
    initials = {word[0] for said in spoken for word in said}
    for words, only_alone in terms:
        is_said = _is_said_alone if only_alone else _is_said_in
        for term, said in zip(_term(words), spoken, strict=True):
            # Most terms begin with a letter that no word begins with: "did you mean" asks of thousands of words.
            if term and term[0][0] in initials and is_said(term, said):
                return True
    return False


def _is_said_alone(term: Sequence[str], spoken: Sequence[str]) -> bool:
    return len(term) == len(spoken) and all(map(_is_meant, term, spoken))


def _is_said_in(term: Sequence[str], spoken: Sequence[str]) -> bool:
    starts = [start for start, word in enumerate(spoken) if word[0] == term[0][0]]
    return any(_begins_at(start, term, spoken) or _runs_from(start, term, spoken) for start in starts)


def _begins_at(start: int, term: Sequence[str], spoken: Sequence[str]) -> bool:
    """Do the words of the term follow from here, perhaps with a word or two between them?"""
    here = start
    for number, word in enumerate(term):
        skipped = 0
        while not (here < len(spoken) and _is_meant(word, spoken[here], is_all=len(term) == 1)):
            if number == 0 or skipped == MOST_BETWEEN or here >= len(spoken) or spoken[here] not in BETWEEN:
                return False
            here, skipped = here + 1, skipped + 1
        here += 1
    return True


def _runs_from(start: int, term: Sequence[str], spoken: Sequence[str]) -> bool:
    """Are the same letters said with other spaces: “want todie”, “killmyself”, “sui cide”?"""
    letters = "".join(term)
    if len(letters) <= LONG:
        return False
    run = ""
    for word in spoken[start:]:
        run += word
        if len(run) >= len(letters):
            break
    return run == letters or (len(term) > 1 and _is_meant(letters, spoken[start]))


def _is_meant(word: str, typed: str, *, is_all: bool = False) -> bool:
    """Is it this word, perhaps with a slip of the finger? Never in the first letter, nor in numbers.

    is_all: it is all that the term has, so a short one must be right.
    """
    if word == typed:
        return True
    if abs(len(word) - len(typed)) > 1 or word[0] != typed[0] or typed in LOOK_ALIKES or not typed.isalpha():
        return False
    if len(word) >= LONG:
        return OSA.distance(word, typed, score_cutoff=1) == 1 or _without_doubles(word) == _without_doubles(typed)
    if is_all or len(word) < SHORT or OSA.distance(word, typed, score_cutoff=1) != 1:
        return False
    are_swapped = sorted(word) == sorted(typed)
    return are_swapped or (len(word) > SHORT and len(word) != len(typed))


def _without_doubles(word: str) -> str:
    """ "dissapear" is "disappear": which letter is doubled is what people remember least."""
    return re.sub(r"(.)\1", r"\1", word)


@lru_cache(maxsize=1024)
def _term(words: str) -> tuple[list[str], list[str]]:
    """Kept, because a curator's few words are read for every search; what people type is not."""
    return _both_ways(words)


def _both_ways(words: str) -> tuple[list[str], list[str]]:
    """As they stand, for slips within a form, and in the one spelling of FORMS."""
    without_apostrophes = re.sub(r"(?<=\w)['’‘`´](?=\w)", "", words.casefold())
    plain = text = " ".join(re.findall(r"[^\W_]+(?:&[^\W_]+)*", without_apostrophes))
    for form, one in FORMS:
        text = form.sub(one, text)
    return plain.split(), text.split()
