"""The files of fixtures/: the real content and the demonstration's stories, as their YAML says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

#: The C parser is ten times as fast; PyYAML has it in every wheel, not in every build.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        content: dict[str, Any] = yaml.load(file, Loader=LOADER)  # noqa: S506 - both are safe loaders
    return content
