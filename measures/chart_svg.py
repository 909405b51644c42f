"""A chart's drawing as the text of an SVG: in a page, as a file, in a PDF, always the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.template.loader import render_to_string

if TYPE_CHECKING:
    from .charts import Chart
    from .drawing import Size


def svg(chart: Chart, size: Size) -> str:
    """Complete by itself, with title, description, colours and fonts. size: one of drawing.SIZES."""
    return render_to_string("measures/_chart.svg", {"drawing": chart.drawing(size)}).strip()
