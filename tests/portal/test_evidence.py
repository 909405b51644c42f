"""What `make evidence` writes, what `make audit` refuses, and what the lists of packages promise."""

import json
import re
import subprocess
import sys
import tomllib

import pytest
from django.conf import settings

from tests import audit, evidence

PROMISES = """
| id | promise | it holds when | made true by |
|---|---|---|---|
| A1 | Found | The right item first. | library |
| M1 | Two commands | They run. | first, foundations |
| M2 | One database | It survives. | foundations |
| N1 | Fast | In time. | scale |
| E2 | Zero | It differs. | first (the database), submissions |
"""
OUTCOMES = {
    "tests/test_a.py::test_one[1]": {"requirements": ["M1"], "outcome": "passed"},
    "tests/test_a.py::test_one[2]": {"requirements": ["M1"], "outcome": "passed"},
    "tests/test_a.py::test_two": {"requirements": ["E2", "M1"], "outcome": "failed"},
    "tests/test_a.py::test_three": {"requirements": ["A1", "E2"], "outcome": "skipped"},
    "tests/test_a.py::test_four": {"requirements": ["M2"], "outcome": "passed"},
    "tests/test_a.py::test_five": {"requirements": ["M2"], "outcome": "skipped"},
}


# The rows


def test_every_row_of_the_document_is_read():
    text = evidence.PROMISES.read_text()
    rows = evidence.promises(text)
    assert list(rows) == re.findall(r"(?m)^\| ([A-Z]\d+) \|", text)
    assert all(row.promise and row.holds_when and row.made_true_by for row in rows.values())


def test_a_row_is_due_when_one_of_its_issues_has_begun():
    rows = evidence.promises(PROMISES)
    assert [name for name, row in rows.items() if row.is_due] == ["M1", "M2", "E2"]


@pytest.mark.requirement("L1")
def test_what_is_not_proven_comes_first_and_later_issues_stand_apart():
    text = evidence.document(evidence.promises(PROMISES), OUTCOMES, "2026-11-24, at commit abc")
    assert re.findall(r"(?m)^##+ (.*)$", text) == [
        *("Due, and not proven", "M1 Two commands", "E2 Zero"),
        *("Due, with tests that pass", "M2 One database"),
        *("Of later issues", "A1 Found", "N1 Fast"),
    ]
    assert "| tests/test_a.py::test_one | 2 passed |" in text
    assert "| tests/test_a.py::test_two | failed |" in text
    assert "first, foundations. **1 of 3 tests failed.**" in text
    assert "foundations. Passed." in text
    assert "library. **Its tests were skipped.**" in text
    assert "scale. **No test.**" in text


def test_the_day_alone_is_no_change(tmp_path, monkeypatch):
    document = tmp_path / "evidence.md"
    results = tmp_path / "results.json"
    monkeypatch.setattr(evidence, "DOCUMENT", document)
    monkeypatch.setattr(evidence, "RESULTS", results)
    results.write_text(json.dumps(OUTCOMES))
    monkeypatch.setattr(evidence, "commit", lambda: "at commit abc")
    evidence.main()
    first = document.read_text()
    monkeypatch.setattr(evidence, "commit", lambda: "at commit def")
    evidence.main()
    assert document.read_text() == first
    results.write_text(
        json.dumps(OUTCOMES | {"tests/test_a.py::test_six": {"requirements": ["M1"], "outcome": "passed"}})
    )
    evidence.main()
    assert "at commit def" in document.read_text()


# The plugin


def pytest_on(folder, source, *words):
    (folder / "test_it.py").write_text("import pytest\n" + source)
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "tests.evidence", "-p", "no:django", "-p", "no:cacheprovider"),
            *("-c", "/dev/null", "-o", "markers=requirement(*ids)", "--rootdir", str(folder), str(folder), *words),
        ],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.requirement("L1")
@pytest.mark.parametrize("workers", [[], ["--numprocesses", "2"]])
def test_results_are_kept_also_of_several_workers(tmp_path, workers):
    source = """
@pytest.mark.requirement("M1", "M2")
@pytest.mark.parametrize("number", [1, 2])
def test_numbers(number):
    assert number == 1

@pytest.fixture
def breaks():
    yield
    raise RuntimeError

@pytest.mark.requirement("M3")
def test_breaks_afterwards(breaks): ...

@pytest.mark.requirement("M3")
def test_left_out(): pytest.skip("no root")

def test_of_no_promise(): ...
"""
    pytest_on(tmp_path, source, "--evidence", str(tmp_path / "made" / "results.json"), *workers)
    assert json.loads((tmp_path / "made" / "results.json").read_text()) == {
        "test_it.py::test_numbers[1]": {"requirements": ["M1", "M2"], "outcome": "passed"},
        "test_it.py::test_numbers[2]": {"requirements": ["M1", "M2"], "outcome": "failed"},
        "test_it.py::test_breaks_afterwards": {"requirements": ["M3"], "outcome": "failed"},
        "test_it.py::test_left_out": {"requirements": ["M3"], "outcome": "skipped"},
    }


@pytest.mark.requirement("L1")
@pytest.mark.parametrize(("ids", "says"), [('"M1", "Z9"', "no row “Z9”"), ("", "no row “”")])
def test_an_id_that_no_row_has_fails_the_run(tmp_path, ids, says):
    ended = pytest_on(tmp_path, f"@pytest.mark.requirement({ids})\ndef test_it(): ...\n")
    assert ended.returncode == 1
    assert says in ended.stdout


# Packages


def project():
    return (settings.BASE_DIR / "pyproject.toml").read_text()


@pytest.mark.requirement("M4")
def test_every_package_has_its_reason_beside_it():
    named = tomllib.loads(project())
    wanted = {
        *named["project"]["dependencies"],
        *(name for group in named["dependency-groups"].values() for name in group),
    }
    explained = dict(re.findall(r'(?m)^    "([^"]+)",\s*# (\S.*)$', project()))
    assert wanted - set(explained) == set()


@pytest.mark.requirement("M4")
@pytest.mark.parametrize("name", ["requirements", "requirements-test", "requirements-audit", "requirements-node"])
def test_every_package_is_pinned_and_has_hashes(name):
    text = (settings.BASE_DIR / f"{name}.txt").read_text()
    entries = re.split(r"(?m)^(?=[a-z0-9])", re.sub(r"(?m)^\s*#.*\n", "", text))[1:]
    assert entries
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+(\[[a-z,]+\])?==\S+", entry)
        assert "--hash=sha256:" in entry


@pytest.mark.requirement("M4")
def test_what_is_installed_is_named_once_in_one_version():
    versions: dict[str, set[str]] = {}
    for list_of_packages in audit.LISTS:
        for name, version in audit.named_in(list_of_packages.read_text()).items():
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


# Licences


@pytest.mark.parametrize(
    ("licence", "is_allowed"),
    [
        ("MIT", True),
        ("BSD-3-Clause", True),
        ("MIT AND (Apache-2.0 OR BSD-2-Clause)", True),
        ("Apache-2.0 OR AGPL-3.0-only", True),
        ("MIT AND AGPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("Proprietary", False),
        ("", False),
    ],
)
@pytest.mark.requirement("M4")
def test_a_licence_is_allowed_by_its_name(licence, is_allowed):
    assert audit.is_allowed(licence) is is_allowed


@pytest.mark.parametrize(
    ("metadata", "licence"),
    [
        ({"License-Expression": ["MIT"]}, "MIT"),
        ({"Classifier": ["License :: OSI Approved :: MIT License"], "License": ["see file"]}, "MIT"),
        ({"License": ["BSD"], "Classifier": []}, "BSD"),
        ({}, ""),
    ],
)
def test_a_licence_is_read_from_what_the_package_says(metadata, licence):
    assert audit.licence_of(metadata) == licence


# Vulnerabilities


def report(**dependency):
    return json.dumps(
        {"dependencies": [{"name": "django", "version": "5.2.19", "vulns": []} | dependency], "fixes": []}
    )


@pytest.mark.requirement("M4")
@pytest.mark.parametrize(
    ("code", "stdout", "says"),
    [
        (0, report(), ""),
        (
            1,
            report(vulns=[{"id": "CVE-2026-1", "fix_versions": ["5.2.20"]}]),
            "django 5.2.19: CVE-2026-1, gone in 5.2.20",
        ),
        (0, report(vulns=[{"id": "CVE-2026-1", "fix_versions": []}]), "django 5.2.19: CVE-2026-1, not repaired yet"),
        (0, json.dumps({"dependencies": [{"name": "django", "skip_reason": "not found"}]}), audit.NOT_LOOKED_UP),
        (0, json.dumps({"dependencies": []}), audit.NOT_LOOKED_UP),
        (1, "", audit.NOT_LOOKED_UP),
        (0, "No known vulnerabilities found", audit.NOT_LOOKED_UP),
    ],
)
def test_silence_is_never_taken_for_safety(code, stdout, says):
    assert audit.verdict(code, stdout).startswith(says)
    assert bool(audit.verdict(code, stdout)) is bool(says)
