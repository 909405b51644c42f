"""Which promise of docs/requirements.md is proven by which test: collects it while the tests run, and writes it down.

A pytest plugin (tests/conftest.py loads it): an id in a `requirement` marker that no row has fails its test, and
`--evidence=FILE` keeps the results, also of several workers; with the =, or pytest takes the file for one of tests.
`python -m tests.evidence` writes docs/evidence.md.
"""

import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROMISES = ROOT / "docs" / "requirements.md"
RESULTS = ROOT / "var" / "evidence" / "results.json"
DOCUMENT = ROOT / "docs" / "evidence.md"
#: The issues that have been worked on, by their names in the last column; the rows of the others are set apart.
BEGUN = {"first", "foundations", "each"}


@dataclass(frozen=True)
class Promise:
    id: str
    promise: str
    holds_when: str
    made_true_by: str

    @property
    def is_due(self) -> bool:
        """Some part of it, at least."""
        return bool(BEGUN & set(re.findall(r"[a-z]+", re.sub(r"\(.*?\)", "", self.made_true_by))))


def promises(text: str) -> dict[str, Promise]:
    """The rows of the document's tables, in their order."""
    cells = (re.split(r"(?<!\\)\|", line.strip().strip("|")) for line in text.splitlines() if line.startswith("|"))
    rows = [Promise(*(cell.strip() for cell in row)) for row in cells if re.fullmatch(r" [A-Z]\d+ ", row[0])]
    return {row.id: row for row in rows}


# While the tests run

_ids = pytest.StashKey[dict[str, Promise]]()
_outcomes = pytest.StashKey[dict[str, dict[str, Any]]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--evidence", metavar="FILE", help="keep there which test of which promise passed")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_ids] = promises(PROMISES.read_text())
    config.stash[_outcomes] = {}
    config.pluginmanager.register(Collector(config), "evidence-collector")


def pytest_itemcollected(item: pytest.Item) -> None:
    ids = [name for marker in item.iter_markers("requirement") for name in marker.args]
    if ids:
        item.user_properties.append(("requirements", sorted(set(ids))))  # goes with the reports to the first process


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("requirement"):
        unknown = [str(name) for name in marker.args if name not in item.config.stash[_ids]]
        if unknown or not marker.args:
            pytest.fail(f"docs/requirements.md has no row “{', '.join(unknown)}”.", pytrace=False)


class Collector:
    def __init__(self, config: pytest.Config) -> None:
        self.config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        ids = dict(report.user_properties).get("requirements")
        if not ids:
            return
        known = self.config.stash[_outcomes].setdefault(report.nodeid, {"requirements": ids, "outcome": "passed"})
        if report.outcome != "passed" and known["outcome"] != "failed":  # in any of its three phases
            known["outcome"] = report.outcome

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        file = self.config.getoption("--evidence")
        if file and not hasattr(self.config, "workerinput"):
            path = Path(file)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(self.config.stash[_outcomes], indent=1, sort_keys=True) + "\n")


# Afterwards


def document(rows: dict[str, Promise], outcomes: dict[str, dict[str, Any]], run: str) -> str:
    """docs/evidence.md."""
    tests = {name: tests_of(name, outcomes) for name in rows}
    groups: dict[str, list[Promise]] = {
        "Due, and not proven": [row for row in rows.values() if row.is_due and not is_proven(tests[row.id])],
        "Due, with tests that pass": [row for row in rows.values() if row.is_due and is_proven(tests[row.id])],
        "Of later issues": [row for row in rows.values() if not row.is_due],
    }
    lines = [
        "# What is proven",
        "",
        "Written by `make evidence`: do not edit. Each promise of [requirements.md](requirements.md), the tests that",
        "carry its id, and how they ended. A row holds only when all of its sentences do: that its tests pass is",
        "necessary, and the tests say which sentences they are about.",
        "",
        f"Results last changed in the run of {run}.",
        "",
        "| | rows |",
        "| --- | --- |",
        *(f"| {title} | {len(found)} |" for title, found in groups.items()),
    ]
    for title, found in groups.items():
        lines += ["", f"## {title}"]
        for row in found:
            lines += ["", f"### {row.id} {row.promise}", "", row.holds_when, ""]
            lines += [f"Made true by: {row.made_true_by}. {sentence_about(tests[row.id])}"]
            if tests[row.id]:
                lines += ["", "| test | result |", "| --- | --- |"]
                lines += [f"| {test} | {told(counts)} |" for test, counts in tests[row.id].items()]
        if not found:
            lines += ["", "None."]
    return "\n".join(lines) + "\n"


def tests_of(name: str, outcomes: dict[str, dict[str, Any]]) -> dict[str, Counter[str]]:
    """Test, without its parameters, and how often it ended in which way."""
    found: dict[str, Counter[str]] = {}
    for test, known in sorted(outcomes.items()):
        if name in known["requirements"]:
            found.setdefault(test.partition("[")[0], Counter())[known["outcome"]] += 1
    return found


def is_proven(tests: dict[str, Counter[str]]) -> bool:
    ends = sum(tests.values(), Counter())
    return ends["passed"] > 0 and ends["failed"] == 0


def sentence_about(tests: dict[str, Counter[str]]) -> str:
    if not tests:
        return "**No test.**"
    ends = sum(tests.values(), Counter())
    if ends["failed"]:
        return f"**{ends['failed']} of {ends.total()} tests failed.**"
    return "Passed." if ends["passed"] else "**Its tests were skipped.**"


def told(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {end}" if counts.total() > 1 else end for end, number in sorted(counts.items()))


def without_run(text: str) -> str:
    return re.sub(r"(?m)^Results last changed.*$", "", text)


def commit() -> str:
    """The last commit, and whether the tree differs from it."""
    words = ["git", "-C", str(ROOT)]
    head = subprocess.run([*words, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    changes = subprocess.run(
        [*words, "status", "--porcelain", "--", ".", ":!docs/evidence.md"], capture_output=True, text=True, check=False
    )
    if head.returncode:
        return "without a commit"
    return f"at commit {head.stdout.strip()}{' and changes after it' if changes.stdout else ''}"


def main() -> None:
    rows, outcomes = promises(PROMISES.read_text()), json.loads(RESULTS.read_text())
    text = document(rows, outcomes, f"{date.today().isoformat()}, {commit()}")
    # The same results leave the file as it is, date and all.
    if not DOCUMENT.exists() or without_run(DOCUMENT.read_text()) != without_run(text):
        DOCUMENT.write_text(text)
    missing = [name for name, row in rows.items() if row.is_due and not is_proven(tests_of(name, outcomes))]
    sys.stdout.write(f"docs/evidence.md is written. Due, and not proven: {', '.join(missing) or 'none'}.\n")


if __name__ == "__main__":
    main()
