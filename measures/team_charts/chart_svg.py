"""A drawing as the text of an SVG, complete by itself: with title, description, colours and fonts."""

from django.template.loader import render_to_string

from measures.geometry.drawing import Drawing


def svg(drawing: Drawing) -> str:
    """The same as the drawing has on a page; the same findings give the same bytes."""
    return render_to_string("measures/_chart.svg", {"drawing": drawing}).strip()
