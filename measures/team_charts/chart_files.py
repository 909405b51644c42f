"""A chart as a file: SVG and PNG for slides, CSV for a spreadsheet. Each says what it is without the page around it.

Files hold accepted values only: what waits for NCISH stays on the page, where it is said beside it.
"""

from __future__ import annotations

import csv
import io
import re
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from django.template.loader import render_to_string

from measures.statistics import findings
from selfharm_portal import typesetting
from selfharm_portal.cells import guarded

if TYPE_CHECKING:
    from measures.charts import Chart
    from sites.models import Area

CONTENT_TYPES = {"svg": "image/svg+xml", "png": "image/png", "csv": "text/csv; charset=utf-8"}
#: Points of the picture for a unit of the drawing: sharp on a slide.
SHARPNESS = 2
EDGE, GAP = 24, 14
#: What csv_rows leaves as it is: a number, which no spreadsheet computes.
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def alternative(chart: Chart, area: Area, banner: str) -> str:
    """What the picture shows, to copy with it: all that stands on it, and nothing else."""
    return " ".join(filter(None, [banner, f"{area.short_name}.", f"{chart.title}.", chart.caption, chart.sentence]))


def svg(chart: Chart, area: Area, banner: str) -> str:
    """The wide drawing with its title, its sentence and what it is; wrapped, since a picture cannot."""
    drawing = chart.wide
    title = f"{area.short_name}: {chart.title}"
    head = [*lines(title, 20, drawing.width, is_bold=True), *lines(chart.sentence, 18, drawing.width)]
    foot = lines(f"{banner} {chart.caption}".strip(), 14, drawing.width)
    top = below(head, EDGE)
    end = below(foot, top + GAP + drawing.height)
    context = {
        "title": title,
        "alternative": alternative(chart, area, banner),
        "drawing": drawing,
        "lines": [*placed(head, EDGE), *placed(foot, top + GAP + drawing.height)],
        "edge": EDGE,
        "top": round(top + GAP),
        "width": round(drawing.width + 2 * EDGE),
        "height": round(end + EDGE),
    }
    return render_to_string("measures/chart_file.svg", context)


class Text(NamedTuple):
    words: str
    size: int
    is_bold: bool

    @property
    def height(self) -> float:
        return self.size * 1.4


def lines(text: str, size: int, width: float, *, is_bold: bool = False) -> list[Text]:
    """A letter is taken to be 0.6 of its height wide, which those of running text are not."""
    wrapped = textwrap.wrap(text, int(width / (0.6 * size)), break_on_hyphens=False)
    return [Text(line, size, is_bold) for line in wrapped]


def below(texts: Sequence[Text], top: float) -> float:
    return top + sum(text.height for text in texts)


def placed(texts: Sequence[Text], top: float) -> list[dict[str, object]]:
    """Each with its baseline."""
    return [
        {
            "text": text.words,
            "size": text.size,
            "is_bold": text.is_bold,
            "y": round(below(texts[:row], top) + text.size),
        }
        for row, text in enumerate(texts)
    ]


def png(chart: Chart, area: Area, banner: str) -> bytes:
    """The same as points; `alternative` says what it shows. Raises NotDrawn."""
    return typesetting.png(svg(chart, area, banner), zoom=SHARPNESS)


#: Around the columns of the chart itself.
BEFORE = ("area", "measure", "unit")
AFTER = ("status", "data")


def comma_separated(chart: Chart, area: Area, banner: str) -> str:
    """A row a month, with what it says and where it stands. Text that a spreadsheet would compute is marked as text."""
    text = io.StringIO()
    writer = csv.writer(text)
    head, *rows = findings.csv_rows(chart.findings)
    series = chart.findings.series
    writer.writerow([*BEFORE, *head, *AFTER])
    value = head.index("value")
    for row in rows:
        status = "accepted" if row[value] else "no number"
        cells = [area.short_name, series.title, series.unit, *row, status, "demonstration" if banner else "real"]
        writer.writerow([cell if NUMBER.fullmatch(cell) else guarded(cell) for cell in cells])
    # With a byte order mark: without it Excel takes the quotation marks for something else.
    return f"\ufeff{text.getvalue()}"


def name(chart: Chart, area: Area, code: str, banner: str, form: str) -> str:
    """SH08-frimley-2026-09.svg, or SH08-frimley-2026-09-demonstration.svg"""
    last = chart.findings.series.months[-1]
    return f"{code}-{area.slug}-{last:%Y-%m}{'-demonstration' if banner else ''}.{form}"


def file(chart: Chart, area: Area, banner: str, form: str) -> bytes:
    """Raises NotDrawn."""
    if form == "png":
        return png(chart, area, banner)
    return (svg if form == "svg" else comma_separated)(chart, area, banner).encode()
