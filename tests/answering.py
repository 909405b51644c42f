"""A real web server on this machine in place of Crossref, Europe PMC and the pages of publishers.

It gives the answers of tests/resources/answers, which are written in the documented formats, and notes what it was
asked.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, unquote, urlsplit

ANSWERS = Path(__file__).parent / "resources" / "answers"

#: Path, or the query of Europe PMC: the file, with its status.
FILES = {
    "/works/10.5555/example.2024.17": (200, "crossref.json"),
    "/works/10.5555/example.2019.3": (200, "crossref_retracted.json"),
    "/works/10.5555/odd": (200, "plain.html"),
    "EXT_ID:39999999 AND SRC:MED": (200, "europe_pmc.json"),
    "EXT_ID:1 AND SRC:MED": (200, "europe_pmc_nothing.json"),
    "/journal/page": (200, "journal.html"),
    "/plain/page": (200, "plain.html"),
    "/broken/page": (500, "plain.html"),
}


class Handler(BaseHTTPRequestHandler):
    server: Answering

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = parse_qs(parts.query).get("query", [unquote(parts.path)])[0]
        self.server.asked.append((asked, self.headers["User-Agent"]))
        if asked == "/moved/page":
            self.head(302, "text/html", Location="/journal/page")
        elif asked == "/a/paper.pdf":
            self.head(200, "application/pdf")
        elif asked == "/huge/page":
            self.head(200, "text/html")
            self.wfile.write(b"<html>" + b" " * 4_000_000)
        elif asked in ("/slow/page", "/works/10.5555/slow"):
            self.head(200, "text/html")
            for _ in range(40):
                self.wfile.write(b" ")
                time.sleep(0.05)
        else:
            status, name = FILES.get(asked, (404, "plain.html"))
            self.head(status, "application/json" if name.endswith("json") else "text/html; charset=utf-8")
            self.wfile.write((ANSWERS / name).read_bytes())

    def head(self, status: int, content_type: str, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": content_type, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Not to the screen."""


class Answering(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Who asked may hang up in the middle."""


@contextmanager
def answering() -> Iterator[Answering]:
    with Answering() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
