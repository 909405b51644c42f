"""Does every key of a content file have a home? Paths such as `areas[].tile.row`, with all their values."""

from collections import defaultdict
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps
from django.conf import settings

FIXTURES = Path(settings.BASE_DIR) / "fixtures"


def values_by_path(file: str) -> dict[str, list[Any]]:
    """Each path of the file with what stands there; lists of plain words count as one path with `[]`."""
    found: dict[str, list[Any]] = defaultdict(list)
    collect(yaml.safe_load((FIXTURES / file).read_text()), "", found)
    return found


def collect(node: Any, path: str, found: dict[str, list[Any]]) -> None:
    if isinstance(node, dict):
        for key, below in node.items():
            collect(below, f"{path}.{key}" if path else key, found)
    elif isinstance(node, list):
        for below in node:
            collect(below, f"{path}[]", found)
    else:
        found[path].append(node)


def unaccounted(file: str, homes: dict[str, str], kept_in_code: dict[str, str]) -> list[str]:
    """Paths that have no home, homes that hold not all of their values, and code that is not there.

    homes: path -> `app.Model.field`, or `app.Model.field:key` for a key of the items of a JSON field.
    Run it on a database with the content loaded.
    """
    problems = []
    values = values_by_path(file)
    kept = {key.removeprefix(f"{file}: "): module for key, module in kept_in_code.items() if key.startswith(file)}
    for path in values:
        if path in kept:
            import_module(kept[path])
        elif path not in homes:
            problems.append(f"{path} has no home")
        elif missing := set(map(said, values[path])) - stored(homes[path]):
            problems.append(f"{homes[path]} lacks {sorted(missing)[:2]} of {path}")
    problems += [f"{path} is not in the file" for path in (homes.keys() | kept.keys()) - values.keys()]
    return problems


def stored(home: str) -> set[str]:
    place, _, item_key = home.partition(":")
    app, model, field = place.split(".")
    rows = list(apps.get_model(app, model)._default_manager.values_list(field, flat=True))
    if item_key:
        rows = [item[item_key] for row in rows for item in row]
    return set(map(said, rows)) | {"", *(part for row in rows if isinstance(row, str) for part in parts(row))}


def said(value: Any) -> str:
    """What is not known is null in a file and empty in a table."""
    return "" if value is None else str(value).strip()


def parts(text: str) -> list[str]:
    """The pieces of a text that several values of a file became: paragraphs, and lines of a list."""
    return [*text.split("\n\n"), *(line.removeprefix("- ") for line in text.split("\n"))]
