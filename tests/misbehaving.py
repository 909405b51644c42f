"""A real web server on this machine that does what other people's servers do. `python -m tests.misbehaving` runs it.

It notes what it was asked, so that a test can say how politely.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import urlsplit

CERTIFICATE = Path(__file__).with_name("self_signed.pem")

#: Path: what it answers, with these headers.
ANSWERS: dict[str, tuple[int, dict[str, str]]] = {
    "/fine": (200, {}),
    "/": (200, {}),
    "/not-there": (404, {}),
    "/gone": (410, {}),
    "/broken": (500, {}),
    "/busy": (429, {"Retry-After": "3600"}),
    "/busy-until": (429, {"Retry-After": "Wed, 21 Oct 2065 07:28:00 GMT"}),
    "/maintenance": (503, {"Retry-After": "120"}),
    "/forbidden": (403, {}),
    "/moved": (301, {"Location": "/fine"}),
    "/moved-twice": (308, {"Location": "/moved"}),
    "/moved-half": (301, {"Location": "/elsewhere-today"}),
    "/elsewhere-today": (302, {"Location": "/fine"}),
    "/moved-to-the-front": (301, {"Location": "/"}),
    "/moved-away": (301, {"Location": "/not-there"}),
    "/circle": (302, {"Location": "/circle-back"}),
    "/circle-back": (302, {"Location": "/circle"}),
    "/itself": (301, {"Location": "/itself"}),
    "/to-metadata": (302, {"Location": "http://169.254.169.254/latest/meta-data/"}),
    "/to-file": (302, {"Location": "file:///etc/passwd"}),
    "/to-nowhere": (302, {"Location": "http://[oops/"}),
}


class Asked(NamedTuple):
    method: str
    path: str
    at: float
    host: str


class Handler(BaseHTTPRequestHandler):
    server: Misbehaving

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        path = urlsplit(self.path).path
        asked = Asked(self.command, path, time.monotonic(), self.headers.get("Host", ""))
        self.server.asked.append(asked)
        try:
            self.server.under_way += 1
            self.server.most_at_once = max(self.server.most_at_once, self.server.under_way)
            special = getattr(self, "answer_" + path.strip("/").replace("-", "_"), None)
            special() if special else self.say(*ANSWERS.get(path, (404, {})))
        except (ConnectionError, TimeoutError):
            pass  # whoever asked has gone, as they should
        finally:
            self.server.under_way -= 1

    def say(self, status: int, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def answer_silence(self) -> None:
        self.server.wait(30)

    def answer_drip(self) -> None:
        """A byte now and then, so that no pause is ever long."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Drip: ")
        for _ in range(600):
            self.wfile.write(b"a")
            self.wfile.flush()
            if self.server.wait(0.05):
                return

    def answer_huge(self) -> None:
        """Ten gigabytes, if somebody reads them."""
        self.send_response(405 if self.command == "HEAD" else 200)
        self.send_header("Content-Length", str(10 * 1024**3))
        self.end_headers()
        if self.command == "GET":
            while True:
                self.server.sent += self.wfile.write(b"a" * 65536)

    def answer_head_refused(self) -> None:
        self.say(405 if self.command == "HEAD" else 200)

    def answer_head_not_found(self) -> None:
        self.say(404 if self.command == "HEAD" else 200)

    def answer_shaky(self) -> None:
        """A fault that has passed when it is asked again."""
        asked = sum(each.path == "/shaky" for each in self.server.asked)
        self.say(500 if asked < 3 else 200)

    def answer_nonsense(self) -> None:
        self.wfile.write(b"I am no web server\r\n\r\n")

    def answer_endless_headers(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not self.server.wait(0):
            self.wfile.write(b"X-More: " + b"a" * 60000 + b"\r\n")

    def answer_cookie(self) -> None:
        """Opens only for who has kept its cookie."""
        if "seen=1" in self.headers.get("Cookie", ""):
            self.say(200)
        else:
            self.say(302, {"Location": "/cookie", "Set-Cookie": "seen=1"})

    def answer_onward(self) -> None:
        number = int(urlsplit(self.path).query or 0)
        self.say(302, {"Location": f"/onward?{number + 1}"})

    def log_message(self, *args: Any) -> None:
        pass


class Misbehaving(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int = 0, *, tls: bool = False) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.asked: list[Asked] = []
        self.sent = 0
        self.under_way = self.most_at_once = 0
        self.is_closing = False
        scheme = "https" if tls else "http"
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.address = f"{scheme}://localhost:{self.server_address[1]}"

    def wait(self, seconds: float) -> bool:
        """True as soon as the server is being closed."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.is_closing:
            time.sleep(0.02)
        return self.is_closing

    def handle_error(self, *args: Any) -> None:
        pass  # a handshake that was broken off, for one


@contextmanager
def misbehaving(*, tls: bool = False) -> Iterator[Misbehaving]:
    server = Misbehaving(tls=tls)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.is_closing = True
        server.shutdown()
        server.server_close()
        thread.join()


if __name__ == "__main__":
    with Misbehaving() as server:
        print(server.address, flush=True)
        server.serve_forever()
