"""What leaves the portal for paper and slides: a PDF that typst sets, a picture that resvg draws, in our own fonts.

Both libraries are imported where they are used: most processes of the portal never need them.
"""

import json
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"


class NotDrawn(Exception):
    """The file could not be made; the cause is chained, and is for the log."""


def pdf(page: Path, **inputs: object) -> bytes:
    """Set a page of typst, tagged (PDF/UA-1); it reads each input as JSON. Raises NotDrawn."""
    import typst

    try:
        return typst.compile(
            page,
            format="pdf",
            font_paths=[FONTS],
            ignore_system_fonts=True,
            sys_inputs={name: json.dumps(value) for name, value in inputs.items()},
            pdf_standards=["ua-1"],
        )
    except (typst.TypstError, RuntimeError) as problem:
        raise NotDrawn from problem


def png(drawing: str, *, zoom: int = 1) -> bytes:
    """An SVG as points, so many a unit. Raises NotDrawn."""
    import resvg_py

    try:
        return resvg_py.svg_to_bytes(
            svg_string=drawing,
            zoom=zoom,
            font_files=[str(path) for path in sorted(FONTS.glob("*.ttf"))],
            skip_system_fonts=True,
            sans_serif_family="Noto Sans",
            serif_family="Noto Serif",
        )
    except ValueError as problem:
        raise NotDrawn from problem
