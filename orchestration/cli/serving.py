"""A static server for the published site, on this machine only."""

import http.server
from functools import partial
from pathlib import Path

from orchestration.domain.errors import UsageError

ADDRESS = "127.0.0.1"


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files and writes no line per request."""

    def log_message(self, format: str, *arguments: object) -> None:
        """Keep the terminal for what matters."""


def open_server(site: Path, port: int, handler: type[QuietHandler] = QuietHandler) -> http.server.ThreadingHTTPServer:
    """Return a server of `site`, bound but not yet serving; port 0 takes a free one."""
    if not (site / "index.html").is_file():
        raise UsageError(f"{site}: no site has been published there yet; `sightline run` publishes one")
    try:
        return http.server.ThreadingHTTPServer((ADDRESS, port), partial(handler, directory=str(site)))
    except OSError as error:
        raise UsageError(f"port {port} cannot be used ({error.strerror}); choose another with --port") from None


def url_of(server: http.server.ThreadingHTTPServer) -> str:
    """Return the address a browser opens."""
    return f"http://{ADDRESS}:{server.server_address[1]}/"
