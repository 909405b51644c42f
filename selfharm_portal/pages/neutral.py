"""Titles that tell somebody who looks over a shoulder, at the tabs or at the history nothing about the reader."""

import re

#: The site's name in titles and in previews of shared links. The page itself says the whole name.
SITE_NAME = "Community care"
#: Stands for what is left out.
LEFT_OUT = "…"

_HYPHEN = "[-\u2010\u2011\u2013 ]?"  # plain, Unicode's own, one that does not break, en dash
_WORDS = re.compile(
    rf"\b(?:deliberate )?(?:non{_HYPHEN})?"
    rf"(?:self{_HYPHEN}(?:harm|injur|poison|mutilat)\w*|suicid\w*|parasuicid\w*|overdos\w*|harm(?:ed|ing|s)?)\b",
    re.IGNORECASE,
)
_LEFT_OUT_AGAIN = re.compile(rf"{LEFT_OUT}(?:,?(?: and| or)? {LEFT_OUT})+")
_LEFT_OUT_BEFORE = re.compile(rf"^{LEFT_OUT}(?:[:,] (.+)| \(([^()]+)\))$")


def neutral(title: str) -> str:
    """The title without the words for self-harm and suicide.

    >>> neutral("Coping with self-harm: a guide for parents and carers")
    'Coping with …: a guide for parents and carers'
    >>> neutral("Self-harm: assessment, management and preventing recurrence (NG225)")
    'Assessment, management and preventing recurrence (NG225)'
    """
    kept = _LEFT_OUT_AGAIN.sub(LEFT_OUT, _WORDS.sub(LEFT_OUT, title))
    kept = _LEFT_OUT_BEFORE.sub(r"\1\2", kept)
    return kept[:1].upper() + kept[1:]
