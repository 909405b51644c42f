"""Cells of CSV and XLSX: text that a spreadsheet would compute is marked as text, and read back as it was. Pure."""

from __future__ import annotations

import re

#: A spreadsheet reads a cell that begins with one of these as a formula, also in full width; marks before it count,
#: so that a text which has one of its own comes back whole.
_COMPUTED = re.compile("'*[=+\\-@＝＋－＠\t\r\n]")


def guarded(text: str) -> str:
    """What is written into a cell for this text. Numbers are written as numbers, not through here."""
    return f"'{text}" if _COMPUTED.match(text) else text


def text_of(cell: str) -> str:
    """What a cell says, without the mark that keeps a spreadsheet from computing it."""
    return cell[1:] if cell.startswith("'") and _COMPUTED.match(cell) else cell
