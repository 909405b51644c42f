"""Markdown of the pages' texts -> HTML; and the gaps in them, which somebody has yet to fill in.

A gap stands in bold square brackets, as in **[contact address to be added]**. Pure but for the mark
that the HTML is safe.
"""

import re
from collections.abc import Sequence

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

#: What readers see in the place of a gap.
STILL_TO_COME = "still to be completed"

_GAP = re.compile(r"\*\*\[([^\[\]]+)\]\*\*(?!\()")
_LINK = re.compile(r"https://|mailto:|tel:|sms:|/(?!/)|#", re.IGNORECASE)


def gaps(text: str) -> list[str]:
    """The words of each gap, in order."""
    return [" ".join(words.split()) for words in _GAP.findall(text)]


def render(text: str, *, for_staff: bool = False) -> SafeString:
    """HTML of a text; staff see the words of its gaps, readers that they are still to be completed.

    Links lead to https, mail, phone, text or this site; anything else stays as typed, as do images
    and HTML. Headings in the text stand below the section's own, so they begin with h3.
    """
    shown = _GAP.sub(r"**\\[\1\\]**" if for_staff else rf"*\\[{STILL_TO_COME}\\]*", text)
    # Safe because markdown-it, with html off, escapes every text and attribute that it prints, and the
    # rules below let only known addresses become links; a test feeds it scripts, HTML and addresses.
    return SafeString(_markdown.render(shown))


def _heading(renderer: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    token = tokens[idx]
    level = min(int(token.tag[1:]) + 2, 6)
    return f"</h{level}>\n" if token.nesting < 0 else f'<h{level} class="nhsuk-heading-s">'


def _table(renderer: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    # A table may be wider than a phone: it scrolls in a region that the keyboard reaches.
    return '<div class="cc-scroll" role="region" aria-label="Table" tabindex="0"><table class="cc-table">\n'


def _table_end(renderer: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    return "</table></div>\n"


def _build() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    markdown.validateLink = lambda url: bool(_LINK.match(url))  # type: ignore[method-assign]
    markdown.add_render_rule("heading_open", _heading)
    markdown.add_render_rule("heading_close", _heading)
    markdown.add_render_rule("table_open", _table)
    markdown.add_render_rule("table_close", _table_end)
    return markdown


_markdown = _build()
