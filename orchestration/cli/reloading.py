"""Pages that load themselves again: only as served by `sightline watch`, the published files know nothing of it.

The server adds a script to each page it hands out; the script asks this server for the time of the last publication.
"""

from http import HTTPStatus
from pathlib import Path

from orchestration.cli.serving import QuietHandler

VERSION_PATH = "/.sightline-version"
SCRIPT = f"""<script>
(() => {{
  let shown = null;
  const look = async () => {{
    try {{
      const version = await (await fetch("{VERSION_PATH}", {{cache: "no-store"}})).text();
      if (shown !== null && version !== shown) location.reload();
      shown = version;
    }} catch {{ /* the server has ended: the page stays as it is */ }}
  }};
  look();
  setInterval(look, 2000);
}})();
</script>
""".encode()


class ReloadingHandler(QuietHandler):
    """Serves the site so that an open page follows what is published."""

    def do_GET(self) -> None:  # noqa: N802 - http.server chose the name
        """Answer with a page and the script, with the version, or with a plain file."""
        if self.path == VERSION_PATH:
            self._answer(self._version().encode(), "text/plain")
            return
        path = Path(self.translate_path(self.path))
        page = path / "index.html" if path.is_dir() and self.path.endswith("/") else path
        if page.suffix == ".html" and page.is_file():
            self._answer(page.read_bytes() + SCRIPT, "text/html; charset=utf-8")
        else:
            super().do_GET()

    def _version(self) -> str:
        try:
            return str((Path(self.directory) / "index.html").stat().st_mtime_ns)
        except OSError:  # between two sites
            return ""

    def _answer(self, body: bytes, content_type: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)
