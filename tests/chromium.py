"""Finds the Chromium that the journeys drive, or gets one. `python -m tests.chromium` prints its path.

In this order: the environment variable CHROMIUM, the PATH, Debian's package (root, apt-get), Playwright's download.
The headless shell comes first: the same browser without its windows opens a page in two thirds of the time.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

SHELL = "chromium-headless-shell"
NAMES = [SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
MISSING = (
    "The journeys need Chromium, and there is none and no way to get it. Install the package `chromium` "
    "(Debian, as root: apt-get install chromium), or name a Chrome or Chromium: CHROMIUM=/path/to/chrome make test"
)


class NoChromium(RuntimeError):
    """The message says what to install."""


def path() -> Path:
    """Where Chromium is; installs it if need be. Raises NoChromium."""
    found = named() or on_path() or from_debian() or from_playwright()
    if not found:
        raise NoChromium(MISSING)
    return found


def named() -> Path | None:
    name = os.environ.get("CHROMIUM")
    if not name:
        return None
    program = shutil.which(name)
    if not program:
        raise NoChromium(f"CHROMIUM is {name}, and no program is there.")
    return Path(program)


def on_path() -> Path | None:
    return next((Path(program) for name in NAMES if (program := shutil.which(name))), None)


def from_debian() -> Path | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    say("Installing Chromium from Debian")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["install", "-y", "--no-install-recommends"]
    # Some lists may be out of reach while the one with the package is not; and Debian 11 has no shell.
    for words in [["update"], [*install, SHELL], [*install, "chromium"]]:
        subprocess.run(["apt-get", "-qq", *words], env=environment, stdout=sys.stderr, check=False)
        if found := on_path():
            return found
    return None


def from_playwright() -> Path | None:
    from playwright.sync_api import sync_playwright

    say("Asking Playwright for its Chromium")
    install = subprocess.run(
        [sys.executable, "-m", "playwright", "install", "chromium"], stdout=sys.stderr, check=False
    )
    if install.returncode != 0:
        return None
    with sync_playwright() as playwright:
        program = Path(playwright.chromium.executable_path)
    return program if program.exists() else None


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        print(path())
    except NoChromium as problem:
        sys.exit(str(problem))
