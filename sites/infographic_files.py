"""An infographic as files for a meeting and for slides: one A4 page as tagged PDF, and a picture of 1200 by 675.

Both are drawn from the sheet that the page is drawn from (infographics.py), by typst and resvg.
"""

from __future__ import annotations

import logging
import textwrap
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache as kept
from django.template.loader import render_to_string

from selfharm_portal import typesetting
from selfharm_portal.typesetting import FONTS, NotDrawn

from .infographics import NOT_ON_THIS_PAGE, PROGRAMME, Panel, Part, Sheet

logger = logging.getLogger(__name__)

#: As in _tokens.scss: what is drawn outside a browser knows no style sheet.
PLAIN_COLOURS = {
    "white": "#ffffff",
    "lamp": "#ffd27a",
    "paper": "#fbfaf7",
    "deep": "#f3efe6",
    "ink": "#212b32",
    "quiet": "#4a555b",
}
#: The theme's colour and its tint.
COLOURS = {
    "teal": ("#0a5a5f", "#e3f0ef"),
    "plum": ("#6a2550", "#f6e9f1"),
    "indigo": ("#3b3a8f", "#ecebf8"),
    "moss": ("#3d5a1e", "#ebf2e0"),
    "rust": ("#8a3310", "#fbebe2"),
    "slate": ("#1f4e79", "#e6eff7"),
    "ochre": ("#6e4a00", "#fbf0d9"),
    "berry": ("#8a1846", "#fae8ef"),
}
PAGE = Path(__file__).parent / "infographic.typ"
#: A week: a changed sheet has another digest, so that an old file is only in nobody's way.
KEPT_FOR = 7 * 24 * 60 * 60
#: From the title to the first part, and from each part to the next, in units of a drawing 1120 wide and 54 high.
WAYS = (
    "M972.3 -1C972.3 20 940 27 912.9 27H150C110 27 112 34 112 55",
    "M112 -1C112 20 120 27 160 27H960C1000 27 1008 34 1008 55",
    "M1008 -1C1008 20 1000 27 960 27H160C120 27 112 34 112 55",
)


#: Where the line under the title of the picture stands.
LAST_LINE = 436


def pdf(sheet: Sheet, banner: str) -> bytes:
    """One A4 page, tagged (PDF/UA-1), with the words of `sheet.lines` in their order, after the banner if there is one.

    Raises NotDrawn, above all if there are more words than fit on a page.
    """
    return typesetting.pdf(PAGE, sheet=_data(sheet, banner))


def png(sheet: Sheet, banner: str) -> bytes:
    """The picture for slides and social media; `sheet.alternative_of_picture` says what it shows. Raises NotDrawn."""
    return typesetting.png(picture(sheet, banner))


DRAW = {"pdf": pdf, "png": png}


def file(sheet: Sheet, banner: str, form: str) -> bytes:
    """The file in this form, drawn at most once for the same content. Raises NotDrawn, and logs why."""
    key = f"infographic:{digest(sheet, banner)}.{form}"
    found: bytes | None = kept.get(key)
    if found is None:
        try:
            found = DRAW[form](sheet, banner)
        except NotDrawn as problem:
            logger.exception("No %s of the infographic %s: %s", form, sheet.heading, problem.__cause__)
            raise
        kept.set(key, found, KEPT_FOR)
    return found


def digest(sheet: Sheet, banner: str) -> str:
    """Of all that the files depend on."""
    return sha256(f"{_release()}{banner}{sheet!r}".encode()).hexdigest()[:16]


@cache
def _release() -> str:
    """Of the code and the drawings, so that a new release draws anew."""
    templates = settings.BASE_DIR / "templates" / "sites"
    sources = [Path(__file__), PAGE, templates / "infographic_picture.svg", *sorted(templates.glob("drawings/**/*.*"))]
    found = sha256(f"{version('typst')} {version('resvg-py')}".encode())
    for source in [*sources, *sorted(FONTS.glob("*.ttf"))]:
        found.update(source.read_bytes())
    return found.hexdigest()


def _colours(sheet: Sheet) -> dict[str, str]:
    theme, tint = COLOURS[sheet.colour]
    return {"theme": theme, "tint": tint, **PLAIN_COLOURS}


def _drawing(sheet: Sheet, shapes: str, width: int, height: int, **context: Any) -> str:
    context |= {"width": width, "height": height, "colours": _colours(sheet), "shapes": f"sites/drawings/{shapes}.svg"}
    return render_to_string("sites/drawings/_framed.svg", context)


def _data(sheet: Sheet, banner: str) -> dict[str, Any]:
    """What infographic.typ reads."""
    return {
        "heading": sheet.heading,
        "area": sheet.area,
        "title": sheet.title,
        "kicker": sheet.kicker,
        "author": "NCISH, University of Manchester",
        "description": sheet.text_alternative,
        "banner": banner,
        "missing": sheet.missing,
        "not_on_this_page": NOT_ON_THIS_PAGE,
        "programme": PROGRAMME,
        "colours": _colours(sheet),
        "circles": _drawing(sheet, "_circles", 530, 430, drawing=sheet.drawing),
        "pattern": _drawing(sheet, "_pattern", 1200, 800),
        "curves": [_drawing(sheet, "_curve", 1120, 54, way=way) for way in WAYS],
        "parts": [_part(sheet, part) for part in sheet.parts],
    }


def _part(sheet: Sheet, part: Part) -> dict[str, Any]:
    return {
        "key": part.key,
        "title": part.title,
        "nothing": part.nothing,
        "columns": part.columns,
        "station": _drawing(sheet, "_station", 112, 112, icon=part.icon),
        "no_result": _drawing(sheet, "_no_result", 420, 176) if part.draws_no_result else None,
        "panels": [_panel(sheet, panel, on="shade" if part.key == "project-details" else "") for panel in part.panels],
    }


def _panel(sheet: Sheet, panel: Panel, *, on: str) -> dict[str, Any]:
    data: dict[str, Any] = panel._asdict()
    data["people"] = _drawing(sheet, "_people", 320, 32, people=panel.people) if panel.people else None
    if panel.form == "where":
        data["drawing"] = _drawing(sheet, "_map", 460, 690, here=sheet.here, elsewhere=sheet.elsewhere)
    elif panel.form == "lead":
        data["drawing"] = _drawing(sheet, "_plate", 154, 128, icon=panel.icon, pair=True)
    else:
        data["drawing"] = _drawing(sheet, "_plate", 128, 128, icon=panel.icon, on=on) if panel.form == "plain" else None
    return data


def picture(sheet: Sheet, banner: str) -> str:
    """The picture as SVG, before it is made of points."""
    top = 40 if banner else 0
    size, area = _fitted(sheet.area, [(32, 1), (28, 1), (24, 2), (20, 4)])
    lines = [
        {"text": text, "y": 78 + top + row * size * 1.25, "size": size, "kind": "text"} for row, text in enumerate(area)
    ]
    rule = round(78 + top + (len(area) - 1) * size * 1.25 + 22)
    sizes = (80, 66, 52, 42, 34, 28)
    size, title = _fitted(sheet.title, [(size, int((LAST_LINE - 24 - rule - 16) / (size * 1.1))) for size in sizes])
    lines += [
        {"text": text, "y": round(rule + 16 + (row + 1) * size * 1.1), "size": size, "kind": "display"}
        for row, text in enumerate(title)
    ]
    lines += [{"text": f"{sheet.kicker} · NCISH, University of Manchester", "y": LAST_LINE, "size": 22, "kind": "text"}]
    stops = [
        {"icon": part.icon, "title": part.title, "middle": middle, "x": middle - 48}
        for part, middle in zip(sheet.parts, (196, 556, 930), strict=True)
    ]
    context = {
        "sheet": sheet,
        "colours": _colours(sheet),
        "banner": banner,
        "lines": lines,
        "rule": rule,
        "stops": stops,
    }
    return render_to_string("sites/infographic_picture.svg", context)


def _fitted(text: str, sizes: list[tuple[int, int]]) -> tuple[int, list[str]]:
    """The largest of the sizes (each with its most lines) in which a text fits beside the circles, and its lines.

    A letter is taken to be 0.6 of its height wide, which bold letters of running text are not.
    """
    for size, most in sizes:
        lines = textwrap.wrap(text, width=int(640 / (0.6 * size)), break_on_hyphens=False)
        if len(lines) <= most:
            break
    return size, lines[:most]
