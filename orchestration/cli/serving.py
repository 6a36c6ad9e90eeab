"""The server of the published site: on this machine only, for its own pages only, and it only reads.

Which file an address means is site_files.py's; who is answered is orchestration/defs/local_access.py's.
"""

import http.server
from functools import partial
from http import HTTPStatus
from pathlib import Path

from orchestration.cli.site_files import SiteFile, find_file
from orchestration.defs.local_access import ADDRESS, ANSWER_HEADERS, refusal_of
from orchestration.domain.errors import UsageError

IDLE_SECONDS = 30


class SiteHandler(http.server.BaseHTTPRequestHandler):
    """Answers GET and HEAD with files of the site, and writes no line per request."""

    protocol_version = "HTTP/1.1"
    server_version = "Sightline"
    sys_version = ""
    timeout = IDLE_SECONDS

    def __init__(self, *arguments: object, site: Path) -> None:
        self.site = site
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Answer with a file, or say why not."""
        refusal = refusal_of({name.lower(): value for name, value in self.headers.items()})
        if refusal is not None:
            self.say(refusal.status, refusal.reason)
        elif self.answer_other():
            return
        elif (found := self.find()) is None:
            self.say(HTTPStatus.NOT_FOUND, "There is no such page.")
        else:
            self.answer(found)

    do_HEAD = do_GET  # noqa: N815 - http.server chose the name

    def find(self) -> SiteFile | None:
        """Return the file asked for."""
        return find_file(self.site, self.path)

    def answer_other(self) -> bool:
        """Answer for what is no file of the site; return whether that was done."""
        return False

    def answer(self, file: SiteFile) -> None:
        """Send a file, packed when the browser asks for that, or that it has not changed."""
        is_packed = file.is_packed_when_asked and "gzip" in self.headers.get("Accept-Encoding", "")
        tag = file.tag(is_packed)
        headers = file.headers() | {"ETag": tag, "Vary": "Accept-Encoding"}
        if tag in self.headers.get("If-None-Match", ""):
            self.send(HTTPStatus.NOT_MODIFIED, headers, b"")
            return
        try:
            content = file.read(is_packed)
        except OSError:  # between two sites
            self.say(HTTPStatus.NOT_FOUND, "There is no such page.")
            return
        self.send(HTTPStatus.OK, headers | ({"Content-Encoding": "gzip"} if is_packed else {}), content)

    def say(self, status: HTTPStatus, text: str, content_type: str = "text/plain; charset=utf-8") -> None:
        """Answer with a text that no browser keeps."""
        self.send(status, {"Content-Type": content_type, "Cache-Control": "no-store"}, text.encode())

    def send(self, status: HTTPStatus, headers: dict[str, str], content: bytes) -> None:
        """Send status, headers and, unless only those were asked for, the content."""
        self.send_response(status)
        for name, value in {**headers, **ANSWER_HEADERS}.items():
            self.send_header(name, value)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD" and content:
            self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Keep the terminal for what matters."""


def open_server(site: Path, port: int, handler: type[SiteHandler] = SiteHandler) -> http.server.ThreadingHTTPServer:
    """Return a server of `site`, bound but not yet serving; port 0 takes a free one."""
    if not (site / "index.html").is_file():
        raise UsageError(f"{site}: no site has been published there yet; `sightline run` publishes one")
    try:
        return _Server((ADDRESS, port), partial(handler, site=site))
    except OSError as error:
        raise UsageError(f"port {port} cannot be used ({error.strerror}); choose another with --port") from None


class _Server(http.server.ThreadingHTTPServer):
    """Says nothing of a browser that hung up."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep the terminal for what matters."""


def url_of(server: http.server.ThreadingHTTPServer) -> str:
    """Return the address a browser opens."""
    return f"http://{ADDRESS}:{server.server_address[1]}/"
