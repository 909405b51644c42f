"""Does a text say what a picture shows? What is refused says nothing of it (pure)."""

from __future__ import annotations

import re

#: Words that say that there is a picture, and not what it shows.
SAYS_NOTHING = {
    *("a", "an", "the", "of", "this", "is", "our", "and", "for", "with", "as", "to", "in", "see", "file", "attached"),
    *("image", "images", "picture", "pictures", "photo", "photograph", "graphic", "graphics", "drawing", "scan"),
    *("infographic", "infographics", "original", "pdf", "png", "jpg", "jpeg", "webp", "document", "poster", "page"),
    *("untitled", "unknown", "none", "tbc", "test", "text", "alternative", "alt", "description", "download", "copy"),
    *("final", "draft", "version", "new", "old", "logo", "na", "n", "v"),
}
NOT_WORDS = re.compile(r"[\W\d_]+")

EMPTY = "Say in words what the infographic shows"
FILE_NAME = "Say in words what the infographic shows: this is the name of a file"
NOTHING_SAID = "Say in words what the infographic shows: this says only that there is one"


def problem(text: str, file_name: str = "") -> str:
    """Why a text is no alternative; empty if it may be one. `file_name` is that of the file just chosen, if any."""
    words = NOT_WORDS.sub(" ", text.casefold()).split()
    if not words:
        return EMPTY
    stem = file_name.rpartition(".")[0] or file_name
    if re.search(r"\.\w{2,4}$", text.strip()) and " " not in text.strip():
        return FILE_NAME
    if words in (NOT_WORDS.sub(" ", name.casefold()).split() for name in (file_name, stem)):
        return FILE_NAME
    return NOTHING_SAID if SAYS_NOTHING.issuperset(words) else ""
