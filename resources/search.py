"""Typed words -> what PostgreSQL is asked. Pure: synonyms come as an argument, and nothing here can fail.

`"a phrase"`, `-word` and OR work as people know them, OR binding less than the rest. Every other word may stand in
any of its forms, the last one may go on ("psycho" finds "psychosocial"), and a word of a group of synonyms finds
the others of its group, at a lower weight. Only letters and digits ever reach PostgreSQL, so what its query
language would read as its own cannot be typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

#: Letters of a search that are looked at.
LONGEST = 200
#: More words than this are not looked at, nor more letters of one word: PostgreSQL refuses words of 2 KB.
MOST_WORDS, LONGEST_WORD = 24, 60
#: A shorter last word begins too many others.
SHORTEST_BEGINNING = 3

#: What PostgreSQL's English leaves out.
ENGLISH = """
i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers herself it its
itself they them their theirs themselves what which who whom this that these those am is are was were be been being
have has had having do does did doing a an the and but if or because as until while of at by for with about against
between into through during before after above below to from up down in out on off over under again further then once
here there when where why how all any both each few more most other some such no nor not only own same so than too
very s t can will just don should now
"""
STOP_WORDS = frozenset(ENGLISH.split())
#: In nearly everything of this library: they tell its items apart less than other words do.
EVERYWHERE = "self harm harms harmed harming selfharm suicide people person mental health care service"
COMMON = frozenset(EVERYWHERE.split())

CODE = re.compile(r"[a-z]{1,3}[0-9]{2,}|[0-9]+")
SPACED_CODE = re.compile(r"\b(ng|cg|qs|cr|cd)[\s-]+(?=[0-9]{2,})", re.IGNORECASE)
DOI = re.compile(r"(?:(?:https?://)?(?:dx\.)?doi\.org/|doi:\s*)?(10\.[0-9]{3,9}/[!-~]+)", re.IGNORECASE)
PMID = re.compile(r"(?:pmid:?\s*)?([0-9]{5,12})", re.IGNORECASE)

Words = tuple[str, ...]
#: Each term of a group, in `key_of` form, and the other terms of its groups.
Synonyms = Mapping[Words, Sequence[Words]]


def plain(typed: str) -> str:
    """What somebody typed with single spaces, and without NUL and lone surrogates, which PostgreSQL takes none of."""
    return " ".join(typed.replace("\x00", "").encode(errors="ignore").decode().split())


def fold(text: str) -> str:
    """Small letters without accents; "self-harm" is two words, "A&E" and "O'Connor" are one."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    bare = re.sub(r"(?<=\w)['’‘`´&](?=\w)", "", bare)
    return " ".join("".join(letter if letter.isalnum() else " " for letter in bare).split())


def words_of(text: str) -> Words:
    return tuple(word[:LONGEST_WORD] for word in fold(text).split()[:MOST_WORDS])


def key_of(words: Words) -> Words:
    """ "carers" and "carer" are one term."""
    return tuple(
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word for word in words
    )


def synonyms_of(groups: Iterable[Iterable[str]]) -> dict[Words, list[Words]]:
    found: dict[Words, list[Words]] = {}
    for terms in groups:
        group = [words for term in terms if (words := words_of(term))]
        for words in group:
            others = found.setdefault(key_of(words), [])
            others += [other for other in group if key_of(other) != key_of(words) and other not in others]
    return found


class Typed(NamedTuple):
    """A word as typed, or a phrase: "self-harm" and what stands in quotation marks."""

    words: Words
    is_quoted: bool = False
    is_excluded: bool = False
    may_go_on: bool = False


class Unit(NamedTuple):
    """A word or term that is searched for: as typed, and with all that counts as the same."""

    words: Words
    narrow: str
    wide: str

    @property
    def weight(self) -> float:
        return 0.2 if COMMON.issuperset(self.words) else 1.0


class Branch(NamedTuple):
    """What stands between two ORs."""

    units: list[Unit]
    excluded: list[str]

    @property
    def every_word(self) -> str:
        return " & ".join([*(f"({unit.wide})" for unit in self.units), *(f"!({words})" for words in self.excluded)])

    @property
    def some_words(self) -> str:
        telling = [unit for unit in self.units if unit.weight == 1] or self.units
        some = " | ".join(f"({unit.wide})" for unit in telling)
        return " & ".join([f"({some})", *(f"!({words})" for words in self.excluded)])


class Query(NamedTuple):
    branches: list[Branch]
    #: All of it as one phrase, for the rank; empty for a single word.
    phrase: str
    #: And as the beginning of a title.
    beginning: str
    identifier: str
    #: Is it nothing but a DOI? Then there is nothing else to search for.
    is_doi: bool

    def __bool__(self) -> bool:
        return bool(self.branches) or self.is_doi

    @property
    def units(self) -> list[Unit]:
        return [unit for branch in self.branches for unit in branch.units]

    @property
    def every_word(self) -> str:
        return " | ".join(f"({branch.every_word})" for branch in self.branches)

    @property
    def some_words(self) -> str:
        return " | ".join(f"({branch.some_words})" for branch in self.branches)

    @property
    def marked(self) -> str:
        """What is marked in a result."""
        return " | ".join(f"({unit.wide})" for unit in self.units)


def read(typed: str, synonyms: Synonyms) -> Query:
    typed = typed.strip()
    if doi := DOI.fullmatch(typed):
        return Query([], "", "", doi[1], True)
    pmid = PMID.fullmatch(typed)
    branches = [branch for each in split(typed) if (branch := _branch(each, synonyms)).units]
    spoken = [word for each in split(typed) for item in each if not item.is_excluded for word in item.words]
    is_phrase = len(branches) == 1 and len(branches[0].units) > 1
    return Query(
        branches,
        phrase=_phrase(tuple(spoken)) if is_phrase else "",
        beginning=" ".join(spoken) if len(branches) == 1 else "",
        identifier=pmid[1] if pmid else _code(typed),
        is_doi=False,
    )


def split(typed: str) -> list[list[Typed]]:
    """The typed words, cut at each OR. Unbalanced quotation marks and lonely hyphens count for nothing."""
    text = re.sub(r"[“”„]", '"', SPACED_CODE.sub(r"\1", typed[: MOST_WORDS * (LONGEST_WORD + 1)]))
    branches: list[list[Typed]] = [[]]
    left = MOST_WORDS
    for excluded, quoted, plain in re.findall(r'(?<!\S)(-?)"([^"]*)"|([^\s"]+)', text):
        if plain in ("OR", "or", "Or", "|"):
            branches.append([])
            continue
        words = words_of(quoted or plain)[:left]
        left -= len(words)
        if words:
            is_excluded = bool(excluded) or (plain.startswith("-") and len(plain) > 1)
            branches[-1].append(Typed(words, is_quoted=bool(quoted), is_excluded=is_excluded))
    if branches[-1]:
        last = branches[-1][-1]
        if not (last.is_quoted or last.is_excluded):
            branches[-1][-1] = last._replace(may_go_on=True)
    return branches


def _code(typed: str) -> str:
    code = SPACED_CODE.sub(r"\1", typed)
    return code if len(code) <= 30 and code.isascii() and code.isprintable() else ""


def _branch(typed: Sequence[Typed], synonyms: Synonyms) -> Branch:
    units = []
    here = 0
    while here < len(typed):
        item = typed[here]
        if item.is_quoted or item.is_excluded:
            if item.is_quoted and not item.is_excluded and not STOP_WORDS.issuperset(item.words):
                units.append(Unit(item.words, _phrase(item.words), _phrase(item.words)))
            here += 1
            continue
        end, others = _longest_term(typed, here, synonyms)
        part = typed[here:end]
        words = tuple(word for each in part for word in each.words)
        if not STOP_WORDS.issuperset(words):
            narrow = " & ".join(f"({_phrase(each.words)})" for each in part if not STOP_WORDS.issuperset(each.words))
            wide = [f"({narrow})", *(f"({_phrase(other)})" for other in others)]
            last = words[-1]
            if (
                part[-1].may_go_on
                and len(last) >= SHORTEST_BEGINNING
                and last not in STOP_WORDS
                and not CODE.fullmatch(last)
            ):
                before = [f"({_phrase(each.words)})" for each in part[:-1] if not STOP_WORDS.issuperset(each.words)]
                so_far = [*before, "(" + " <-> ".join([*map(_quoted, part[-1].words[:-1]), f"'{last}':*"]) + ")"]
                wide.append("(" + " & ".join(so_far) + ")")
            units.append(Unit(words, narrow, " | ".join(wide)))
        here = end
    excluded = [_phrase(item.words) for item in typed if item.is_excluded and not STOP_WORDS.issuperset(item.words)]
    return Branch(units, excluded)


def _longest_term(typed: Sequence[Typed], here: int, synonyms: Synonyms) -> tuple[int, Sequence[Words]]:
    """Where the longest term that begins here ends, and what finds it too; a code is only itself."""
    for end in range(min(here + 6, len(typed)), here, -1):
        part = typed[here:end]
        if any(each.is_quoted or each.is_excluded for each in part):
            continue
        words = tuple(word for each in part for word in each.words)
        if not any(CODE.fullmatch(word) for word in words) and (others := synonyms.get(key_of(words))):
            return end, others
    return here + 1, []


def _phrase(words: Words) -> str:
    return " <-> ".join(map(_quoted, words))


def _quoted(word: str) -> str:
    return f"'{word}'"


#: Around what is marked in a snippet: letters of nobody's language, and never printed.
START, STOP = "\ue000", "\ue001"


class Part(NamedTuple):
    text: str
    mark: bool


def parts(snippet: str) -> list[Part]:
    """A snippet as PostgreSQL marked it -> what a template prints, and escapes, piece by piece."""
    pieces = re.split(f"{START}(.*?){STOP}", snippet, flags=re.DOTALL)
    return [
        Part(text, mark=index % 2 == 1)
        for index, piece in enumerate(pieces)
        if (text := piece.replace(START, "").replace(STOP, ""))
    ]
