"""The dictionary and what areas report, for curators; the areas' numbers for analysts, to read only."""

from . import areas, charts, dictionary, months

__all__ = ["areas", "charts", "dictionary", "months"]  # register themselves
