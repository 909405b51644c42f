"""Are these two the same work? By DOI, PubMed number, address and title; a curator decides.

Pure: plain values in, reasons out. Other editions, other parts and other versions of a work (a podcast about a review,
its Easy Read summary) are not the same, however much their titles look alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from rapidfuzz import fuzz

#: Two spellings of a word, of 0 to 100.
NEARLY_THE_SAME = 80
#: A short title is often used twice ("Self-harm: a guide for parents"): where publishers differ, it needs more words.
WORDS_OF_A_TITLE_OF_ITS_OWN = 5

SAME_DOI = "It has the same DOI."
SAME_PMID = "It has the same PubMed number."
SAME_ADDRESS = "It has the same address."
NEAR_TITLE = "Its title is nearly the same."

_TRACKING = re.compile(
    r"utm_.*|mtm_.*|pk_.*|fbclid|gclid|gbraid|wbraid|dclid|msclkid|igshid|mc_[ce]id|_ga|_gl|_hs(enc|mi)"
)
_SMALL_WORDS = (
    "a about after an and are as at be by do does for from has have how i in into is it its of on or our that the "
    "their them they this to us was we what when where which who why with you your"
)
_STOP_WORDS = frozenset(_SMALL_WORDS.split())
#: In one title and not in the other: another part, version or form of the work.
_PARTS_AND_FORMS = (
    "abridged animation appendix audiobook audio audit baseline chapter commentary consultation correction corrigendum "
    "cymraeg draft easy editorial elearning erratum evaluation evidence fifth film first fourth implementation "
    "infographic interim letter module part podcast poster presentation protocol quick reply response second "
    "slide summary supplement supplementary template third toolkit training transcript video vol volume webinar "
    "welsh workbook"
)
_TELLING = frozenset(_PARTS_AND_FORMS.split())
_DOI_IN_ADDRESS = re.compile(
    r"/doi/(?:abs/|full/|pdf/|epdf/|book/)?(10\.\d{4,9}/[^?#]+?)(?:/(?:full|abstract|pdf|epdf|references))*/?$"
)


@dataclass(frozen=True)
class Known:
    """What is known of an item; empty where it is not."""

    title: str
    doi: str = ""
    pmid: str = ""
    url: str = ""
    code: str = ""
    year: int | None = None
    publishers: tuple[str, ...] = ()
    key: int | None = None  # of its row; None while it is being typed

    @cached_property
    def address(self) -> str:
        return canonical_address(self.url)

    @cached_property
    def plain_doi(self) -> str:
        return plain_doi(self.doi) or doi_of_address(self.url)

    @cached_property
    def plain_pmid(self) -> str:
        return plain_pmid(self.pmid) or pmid_of_address(self.url)

    @cached_property
    def words(self) -> frozenset[str]:
        """Of its title, without its code."""
        return words_of(self.title) - words_of(self.code)

    @cached_property
    def words_before_colon(self) -> frozenset[str]:
        return words_of(re.split(r": | [-–—] ", self.title)[0]) - words_of(self.code)


class Likeness(NamedTuple):
    item: Known
    why: str


def find(item: Known, others: Iterable[Known]) -> list[Likeness]:
    """The likely duplicates of `item`, in the order of `others`.

    An address that several of them share (a project's page, say) tells nothing by itself.
    """
    others = [other for other in others if other.key is None or other.key != item.key]
    on_one_page = Counter(other.address for other in others)
    found = []
    for other in others:
        if why := why_the_same(item, other, is_shared_page=on_one_page[item.address] > 1):
            found.append(Likeness(other, why))
    return found


def why_the_same(one: Known, two: Known, *, is_shared_page: bool = False) -> str:
    """In a sentence why they are likely the same work; empty if they are not."""
    if one.plain_doi and one.plain_doi == two.plain_doi:
        return SAME_DOI
    if one.plain_pmid and one.plain_pmid == two.plain_pmid:
        return SAME_PMID
    if _differ(one.plain_doi, two.plain_doi) or _differ(one.plain_pmid, two.plain_pmid):
        return ""
    if one.address and one.address == two.address:
        titles = _compare(one, two)
        if not titles.is_another_part and (titles.is_near or not (is_shared_page or is_front_page(one.address))):
            return SAME_ADDRESS
    if _differ(one.code.casefold(), two.code.casefold()) or _years_apart(one, two) > 1:
        return ""
    return NEAR_TITLE if _is_near_title(one, two) else ""


# Addresses and numbers


def canonical_address(url: str) -> str:
    """One form for all addresses of a page: without scheme, www, default port, tracking, fragment and last slash.

    Empty for what is no address. Not to be opened: for comparison only.
    """
    try:
        parts = urlsplit(url.strip() if "://" in url else f"https://{url.strip()}")
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    if "." not in host:
        return ""
    host = host.removeprefix("www.")
    place = f"{host}:{port}" if port not in (None, 80, 443) else host
    path = quote(unquote(parts.path), safe="/:@!$&'()*+,;=~-._")
    path = re.sub(r"/(?:index|default)\.(?:html?|php|aspx?)$", "/", re.sub(r"/{2,}", "/", path)).rstrip("/")
    asked = sorted(
        (k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(k.lower())
    )
    return f"{place}{path}?{urlencode(asked)}" if asked else f"{place}{path}"


def is_front_page(address: str) -> bool:
    """A site's first page, where many things are found."""
    return "/" not in address and "?" not in address


def plain_doi(doi: str) -> str:
    """ "https://doi.org/10.1000/ABC." and "doi: 10.1000/abc" are 10.1000/abc; empty for what is no DOI."""
    found = re.search(r"10\.\d{4,9}/\S+", unquote(doi.strip()))
    return found[0].rstrip(".,;").casefold() if found else ""


def doi_of_address(url: str) -> str:
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
    except ValueError:
        return ""
    if host in ("doi.org", "dx.doi.org", "www.doi.org"):
        return plain_doi(parts.path)
    found = _DOI_IN_ADDRESS.search(unquote(parts.path))
    return plain_doi(found[1]) if found else ""


def plain_pmid(pmid: str) -> str:
    found = re.fullmatch(r"(?:pmid:?\s*)?0*([0-9]+)", pmid.strip(), re.IGNORECASE)
    return found[1] if found else ""


def pmid_of_address(url: str) -> str:
    found = re.match(
        r"https?://(?:pubmed\.ncbi\.nlm\.nih\.gov|(?:www\.)?ncbi\.nlm\.nih\.gov/pubmed)/0*([0-9]+)", url.strip()
    )
    return found[1] if found else ""


# Titles


def words_of(text: str) -> frozenset[str]:
    """What a title says, whatever its case, accents, punctuation and English: "Behaviours" is "behavior"."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
    plain = re.sub(r"['’‘`]", "", plain).replace("&", " and ")
    plain = re.sub(r"\bself[\s‐-―-]+(?=harm|injur|poison)", "self", plain)
    plain = re.sub(r"\bnon[\s‐-―-]+(?=\w)", "non", plain)
    plain = re.sub(r"\be[\s‐-―-]+learning\b", "elearning", plain)
    return frozenset(_spelt_once(word) for word in re.findall(r"[^\W_]+", plain) if word not in _STOP_WORDS)


def _spelt_once(word: str) -> str:
    word = re.sub(r"is(e[ds]?|ing|ations?)$", r"iz\1", word) if len(word) > 6 else word
    word = re.sub(r"our(s?|al|ed)$", r"or\1", word) if len(word) > 5 else word
    word = word.replace("programme", "program").replace("centre", "center").replace("paed", "ped")
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


class _Titles(NamedTuple):
    same: int  # words that both have
    only_one: frozenset[str]
    only_two: frozenset[str]

    @property
    def is_near(self) -> bool:
        """Words may be missing from one title; where each has words that the other lacks, they are two titles."""
        extra = len(self.only_one | self.only_two)
        if (self.only_one and self.only_two) or not self.same:
            return False
        return not extra or (self.same > 1 and self.same >= extra * 1.5)

    @property
    def is_short(self) -> bool:
        """ "Suicide prevention" is a title and the beginning of many others."""
        return self.same < 3 and bool(self.only_one or self.only_two)

    @property
    def is_another_part(self) -> bool:
        """A number or a word that tells parts and versions apart; or one word put in another's place."""
        lacking = self.only_one | self.only_two
        if self.same > 1 and any(word in _TELLING or _is_number(word) for word in lacking):
            return True
        return bool(self.only_one and self.only_two and self.same > 2 and self.same >= len(lacking) / 2)


def _compare(one: Known, two: Known) -> _Titles:
    return _without_misprints(one.words, two.words)


def _without_misprints(one: frozenset[str], two: frozenset[str]) -> _Titles:
    same, only_one, only_two = len(one & two), set(one - two), set(two - one)
    for word in sorted(only_one):
        twin = next((each for each in sorted(only_two) if _is_misprint(word, each)), None)
        if twin:
            same += 1
            only_one.remove(word)
            only_two.remove(twin)
    return _Titles(same, frozenset(only_one), frozenset(only_two))


def _is_misprint(one: str, two: str) -> bool:
    if {one, two} & _TELLING or any(each.isdigit() for each in one + two) or one[0] != two[0]:
        return False  # "specialist" and "nonspecialist" differ in their first letter; few misprints do
    return fuzz.ratio(one, two) >= NEARLY_THE_SAME


def _is_near_title(one: Known, two: Known) -> bool:
    if len(one.words & two.words) * 2 < min(len(one.words), len(two.words)):
        return False  # most pairs, at once
    titles = _compare(one, two)
    if titles.is_another_part or titles.is_short:
        return False
    subtitle_missing = one.words in (two.words, two.words_before_colon) or two.words == one.words_before_colon
    if not titles.is_near and not subtitle_missing:
        return False
    return titles.same >= WORDS_OF_A_TITLE_OF_ITS_OWN or not _publishers_differ(one.publishers, two.publishers)


def _is_number(word: str) -> bool:
    """2, 3a, ii; not a year, which a title may have or leave out."""
    return bool(re.fullmatch(r"\d{1,3}[a-z]?|\d{5,}|i{2,3}|iv|vi{0,3}", word))


def _years_apart(one: Known, two: Known) -> int:
    return abs(one.year - two.year) if one.year and two.year else 0


def _differ(one: str, two: str) -> bool:
    return bool(one and two and one != two)


def _publishers_differ(one: Sequence[str], two: Sequence[str]) -> bool:
    names = [words_of(name) for name in one], [words_of(name) for name in two]
    return bool(one and two) and not any(a <= b or b <= a for a in names[0] for b in names[1])
