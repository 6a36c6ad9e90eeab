"""Pages that load themselves again: only as served by `sightline watch`, the published files know nothing of it.

The server adds a script to each page it hands out; the script asks this server for the time of the last publication.
The script is a file of the server, not text in the page: the policy of the pages lets no other script run.
"""

import gzip
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from orchestration.cli.serving import SiteHandler
from orchestration.cli.site_files import SiteFile

VERSION_PATH = "/.sightline-version"
SCRIPT_PATH = "/.sightline-reload.js"
SCRIPT = f"""\
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
"""
TAG = f'<script src="{SCRIPT_PATH}"></script>\n'.encode()


class ReloadingHandler(SiteHandler):
    """Serves the site so that an open page follows what is published."""

    def find(self) -> SiteFile | None:
        """Return the file asked for; a page comes with the script."""
        found = super().find()
        if found is None or found.path.suffix != ".html":
            return found
        return _ReloadingPage(found.path, found.size + len(TAG), found.modified_ns)

    def answer_other(self) -> bool:
        """Answer for the version and for the script."""
        if self.path == VERSION_PATH:
            self.say(HTTPStatus.OK, _version(self.site))
        elif self.path == SCRIPT_PATH:
            self.say(HTTPStatus.OK, SCRIPT, "text/javascript; charset=utf-8")
        else:
            return False
        return True


@dataclass(frozen=True, slots=True)
class _ReloadingPage(SiteFile):
    """A page with the script at its end."""

    def read(self, is_packed: bool) -> bytes:
        """Return the page with the script behind it."""
        content = self.path.read_bytes() + TAG
        return gzip.compress(content, compresslevel=1, mtime=0) if is_packed else content


def _version(site: Path) -> str:
    try:
        return str((site / "index.html").stat().st_mtime_ns)
    except OSError:  # between two sites
        return ""
