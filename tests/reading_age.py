"""How old a reader has to be for a text, by the Flesch-Kincaid grade. Pure.

Source: J. P. Kincaid, R. P. Fishburne, R. L. Rogers, B. S. Chissom, Derivation of new readability formulas for Navy
enlisted personnel, 1975: 0.39 x words a sentence + 11.8 x syllables a word - 15.59. A grade of American schools is
an age less 5: the first grade is for 6-year-olds.
"""

import re

#: Vowels that stand together and are said apart: di-ary, sui-cide, sci-ence, ide-a, ser-i-ous, any-one, real-i-ty.
_APART = re.compile(r"(?<![cstg])ia|sui(?=c)|ienc|iet|ideo|[^tc]ious|ea$|io(?!n|us)|(?<![qg])ua|crea[^km]|[eyo]ing|yon")
#: An e that is not said: at the end of a word, or of the first half of one.
_SILENT = re.compile(r"(?<=[^aeiouyl])e$|(?<=[aeiouy]l)e$|(?<=[^aeiouytd])e(?=d$)|(?<=[^aeiouycgsxzh])e(?=s$)")
_SILENT_INSIDE = re.compile(
    r"(?<=[^aeiouy])e(?=(?:ly|ment|ty|ful|less|lines?|works?|things?|times?|body|ones?|fore|site)$)"
)


def syllables(word: str) -> int:
    """How many a spoken word has, about: groups of vowels, without the silent ones."""
    letters = re.sub(r"[^a-z]", "", word.casefold())
    if not letters:
        return len(re.sub(r"\W", "", word)) or 1  # 111 is said digit by digit
    said = _SILENT.sub("", _SILENT_INSIDE.sub("", letters))
    return max(len(re.findall(r"[aeiouy]+", said)) + len(_APART.findall(letters)), 1)


def reading_age(text: str) -> float:
    """In years. Sentences end at . ! ? : and ;, since each is a place to stop and breathe."""
    sentences = [part for part in re.split(r"[.!?:;]+(?:\s|$)", text) if re.search(r"\w", part)]
    words = re.findall(r"\w[\w'’]*", text)
    if not words:
        return 0.0
    spoken = sum(map(syllables, words))
    return 0.39 * len(words) / len(sentences) + 11.8 * spoken / len(words) - 15.59 + 5
