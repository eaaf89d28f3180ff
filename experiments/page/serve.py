"""The page on this machine's own address: one document in memory, nothing written, nobody else let in."""

from __future__ import annotations

from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOST = "127.0.0.1"
NAMES = (HOST, "localhost")
"""What the machine calls itself; another name in a request is another site's trick."""
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def server(document: str, port: int) -> ThreadingHTTPServer:
    """Return a server of one page on loopback, ready for ``serve_forever``.

    Parameters
    ----------
    document
        The page.
    port
        Port; 0 for any that is free.

    Raises
    ------
    OSError
        If the port is taken.
    """
    body = document.encode()

    class Handler(_Handler):
        page = body

    return ThreadingHTTPServer((HOST, port), Handler)


def check_free(port: int) -> None:
    """Refuse a port that is taken, before anything is computed.

    Parameters
    ----------
    port
        Port; 0 is always free.

    Raises
    ------
    OSError
        If the port is taken.
    """
    with server("", port):
        pass


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD of the page; everything else is refused."""

    page = b""
    server_version, sys_version = "tumbuh", ""
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with the page."""
        self._answer(self.page)

    def do_HEAD(self) -> None:
        """Answer with the headers of the page."""
        self._answer(b"")

    def _answer(self, body: bytes) -> None:
        refused = self._refused()
        if refused is not None:
            self.send_error(refused)
            return
        self.send_response(HTTPStatus.OK)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.page)))
        self.end_headers()
        self.wfile.write(body)

    def _refused(self) -> HTTPStatus | None:
        """Return why a request is refused: another name, another site, or another page."""
        own = {f"{name}:{self.server.server_port}" for name in NAMES}  # type: ignore[attr-defined]
        if self.headers.get_all("Host", []) not in [[name] for name in own]:
            return HTTPStatus.MISDIRECTED_REQUEST
        origin = self.headers.get("Origin")
        if origin is not None and origin not in {f"http://{name}" for name in own}:
            return HTTPStatus.FORBIDDEN
        if self.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            return HTTPStatus.FORBIDDEN
        return None if self.path in ("/", "/index.html") else HTTPStatus.NOT_FOUND

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the terminal belongs to the reader."""
