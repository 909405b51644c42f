"""Does `make assets` make exactly what static/build holds? `python -m tests.assets` builds it elsewhere and compares.

With Node 20 or newer and npm from the PATH; where there is none, with those of a wheel (206 MB, so only then), which
requirements-node.txt pins. What cannot be built fails: a style sheet that nobody can make again is not looked over.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ["package.json", "package-lock.json", ".npmrc", "static/src"]
BUILT = Path("static/build")
OLDEST_NODE = 20


class AssetsError(RuntimeError):
    """The message says what differs, or what is missing to find out."""


def check() -> None:
    """Raises AssetsError unless the sources give the committed files byte for byte."""
    with tempfile.TemporaryDirectory(prefix="assets-") as name:
        folder = Path(name)
        for source in SOURCES:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, folder / source)
            else:
                shutil.copy(ROOT / source, folder / source)
        path = path_with_node()
        run(["npm", "ci"], folder, path, "The packages that build static/build could not be fetched")
        run(["npm", "run", "build"], folder, path, "static/build could not be built from static/src")
        if found := differences(folder / BUILT, ROOT / BUILT):
            raise AssetsError(f"static/build is not what `make assets` makes. Run it. {'. '.join(found)}.")


def differences(made: Path, kept: Path) -> list[str]:
    files = {
        folder: {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()} for folder in (made, kept)
    }
    return [
        *(f"{name} is missing" for name in sorted(files[made] - files[kept])),
        *(f"{name} is not made any more" for name in sorted(files[kept] - files[made])),
        *(
            f"{name} differs"
            for name in sorted(files[made] & files[kept])
            if (made / name).read_bytes() != (kept / name).read_bytes()
        ),
    ]


def run(words: list[str], folder: Path, path: str, problem: str) -> None:
    program = shutil.which(words[0], path=path)
    assert program
    ended = subprocess.run(
        [program, *words[1:]],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise AssetsError(
            f"{problem}: `{' '.join(words)}` ended with {ended.returncode}.\n{ended.stdout}{ended.stderr}"
        )


def path_with_node() -> str:
    """A PATH with node and npm on it; installs the wheel if need be."""
    path = os.environ.get("PATH", "")
    if version_of_node(path) >= OLDEST_NODE and shutil.which("npm", path=path):
        return path
    ours = os.pathsep.join([str(Path(sys.executable).parent), path])
    if version_of_node(ours) < OLDEST_NODE:
        sys.stdout.write(
            f"No Node {OLDEST_NODE} or newer with npm on the PATH: installing the one of requirements-node.txt\n"
        )
        sys.stdout.flush()
        words = ["-m", "pip", "install", "--require-hashes", "--no-deps", "--no-input", "--disable-pip-version-check"]
        ended = subprocess.run(
            [sys.executable, *words, "--quiet", "--requirement", str(ROOT / "requirements-node.txt")], check=False
        )
        if ended.returncode or version_of_node(ours) < OLDEST_NODE:
            raise AssetsError(
                f"To compare static/build with its sources takes Node {OLDEST_NODE} or newer with npm. None is on the "
                "PATH, and the one of requirements-node.txt could not be installed: see above."
            )
    return ours


def version_of_node(path: str) -> int:
    """0 if there is none."""
    program = shutil.which("node", path=path)
    if not program:
        return 0
    ended = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    match = re.match(r"v(\d+)", ended.stdout)
    return int(match[1]) if match else 0


if __name__ == "__main__":
    try:
        check()
    except AssetsError as problem:
        sys.exit(str(problem))
