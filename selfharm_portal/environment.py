"""Reads settings from the environment and `.env`: what is wrong stops the start with its name, in one sentence.

django-environ takes addresses of databases and mail servers apart. What it would let pass in silence is refused here:
a word that is no boolean (there: False), `$NAME` as a value (there: another variable), a line of `.env` that is none.
A variable that is set to nothing counts as not set.
"""

import email.utils
import ipaddress
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
SWITCH = {"true": True, "on": True, "yes": True, "1": True, "false": False, "off": False, "no": False, "0": False}


class Mistake(ImproperlyConfigured):
    """A variable is wrong; the message is for whoever set it, and holds no secret."""


class Environment:
    def __init__(self, values: Mapping[str, str], in_file: frozenset[str] = frozenset()) -> None:
        self._values = values
        self._in_file = in_file
        self.asked: set[str] = set()

    @classmethod
    def with_file(cls, file: Path) -> "Environment":
        """The process's environment, and below it what the file says."""
        if not file.exists():
            return cls(os.environ)
        names = names_in(file)
        environ.Env.read_env(file)
        return cls(os.environ, names)

    def refuse_unknown(self) -> None:
        """Called when everything has been read: a name in the file that nobody asked for is a slip of the pen."""
        for name in sorted(self._in_file - self.asked):
            raise Mistake(f".env sets {name}, which the portal does not read; .env.example lists what it reads.")

    def text(self, name: str, default: str = "") -> str:
        self.asked.add(name)
        return self._values.get(name, "").strip() or default

    def switch(self, name: str, default: bool) -> bool:
        text = self.text(name)
        if not text:
            return default
        if text.lower() not in SWITCH:
            raise Mistake(f"{name} is “{text}”, which is neither True nor False.")
        return SWITCH[text.lower()]

    def number(self, name: str, default: int, lowest: int, highest: int) -> int:
        text = self.text(name, str(default))
        if not re.fullmatch(r"-?[0-9]+", text):
            raise Mistake(f"{name} is “{text}”, which is not a whole number.")
        if not lowest <= int(text) <= highest:
            raise Mistake(f"{name} is {text}; it has to be from {lowest} to {highest}.")
        return int(text)

    def choice(self, name: str, default: str, choices: list[str]) -> str:
        text = self.text(name, default)
        if text not in choices:
            raise Mistake(f"{name} is “{text}”; it has to be {' or '.join(choices)}.")
        return text

    def words(self, name: str) -> list[str]:
        """What stands between the commas."""
        return [word.strip() for word in self.text(name).split(",") if word.strip()]

    def host_names(self, name: str) -> list[str]:
        for word in (words := self.words(name)):
            if not re.fullmatch(r"\*|\.?[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\]", word):
                raise Mistake(f"{name} has “{word}”, which is more, or less, than a name such as portal.example.org.")
        return words

    def networks(self, name: str, default: list[str]) -> list[Network]:
        found = []
        for word in self.words(name) or default:
            try:
                found.append(ipaddress.ip_network(word))
            except ValueError as error:
                raise Mistake(
                    f"{name} has “{word}”, which is not an address such as 10.0.0.2 or a network such as 10.0.0.0/24."
                ) from error
        return found

    def ip_address(self, name: str, default: str) -> str:
        text = self.text(name, default)
        try:
            return str(ipaddress.ip_address(text))
        except ValueError as error:
            raise Mistake(f"{name} is “{text}”, which is not an address such as 127.0.0.1 or 0.0.0.0.") from error

    def web_address(self, name: str, default: str) -> str:
        """Scheme, name and port, without a slash at the end."""
        text = self.text(name, default).rstrip("/")
        try:
            parts = urlsplit(text)
            whole = bool(parts.scheme in ("http", "https") and parts.hostname and parts.port != 0)
        except ValueError:  # a port that is none
            whole = False
        if not whole or parts.username is not None or parts.path or parts.query or parts.fragment:
            raise Mistake(f"{name} is “{text}”, which is not an address such as https://portal.example.org.")
        return text

    def folder(self, name: str, default: Path) -> Path:
        path = Path(self.text(name, str(default)))
        if not path.is_absolute():
            raise Mistake(f"{name} is “{path}”, which is not a whole path such as /srv/portal/uploads.")
        return path

    def mailbox(self, name: str, default: str) -> str:
        text = self.text(name, default)
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", email.utils.parseaddr(text)[1]):
            raise Mistake(f"{name} is “{text}”, which is not an e-mail address.")
        return text

    def secret_key(self, name: str) -> str:
        text = self.text(name)
        if text and (len(text) < 50 or len(set(text)) < 5):
            raise Mistake(
                f"{name} is too easy to guess: it has to have at least 50 characters, and not always the same."
            )
        return text

    def database(self, name: str) -> dict[str, Any] | None:
        """The connection's settings; None if no database is named. The message says nothing of a password."""
        text = self.text(name)
        if not text:
            return None
        return self._taken_apart(
            name, text, environ.Env.db_url_config, "postgres postgresql", "postgres://user:password@host:5432/name"
        )

    def mail_server(self, name: str, default: str) -> dict[str, Any]:
        return self._taken_apart(
            name,
            self.text(name, default),
            environ.Env.email_url_config,
            "smtp smtps smtp+tls smtp+ssl filemail consolemail memorymail dummymail",
            "smtp+tls://user:password@host:587",
        )

    @staticmethod
    def _taken_apart(name: str, text: str, parse: Any, schemes: str, example: str) -> dict[str, Any]:
        try:
            parts = urlsplit(text)
            _ = parts.port  # raises if it is none
            if parts.scheme not in schemes.split() or text[len(parts.scheme) :][:3] != "://":
                raise ValueError
            found: dict[str, Any] = parse(text)
            if "NAME" in found and not found["NAME"]:
                raise ValueError
        except (ValueError, ImproperlyConfigured):
            # Without the cause, which may quote the password.
            raise Mistake(f"{name} is not an address such as {example}.") from None
        return found


def names_in(file: Path) -> frozenset[str]:
    """The variables that a file of NAME=value sets."""
    names = set()
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not (match := re.match(r"(?:export )?([A-Za-z_][A-Za-z_0-9]*)=", line)):
            raise Mistake(f"Line {number} of {file.name} is not of the form NAME=value.")
        names.add(match[1])
    return frozenset(names)
