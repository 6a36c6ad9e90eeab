"""Which file of a published site an address means, and how it may be kept: decisions, no sockets.

How requests are answered is serving.py's.
"""

import gzip
import mimetypes
import re
import stat
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

# Not left to the machine's own list of types: a script that is served as text does not run under nosniff.
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
}
_PACKED_TYPES = ("text/", "application/json", "image/svg+xml")
_LEAST_PACKED_BYTES = 1024
# The theme's files carry a digest of their content in the name.
_NAMED_BY_CONTENT = re.compile(r"\.[0-9a-f]{8}\.min\.(js|css)$")
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
# A page says its policy itself; this is what only a header can say. A picture may hold scripts: opened by itself, it
# runs none. Scripts get no policy of their own: the search runs in one, and loads others.
_POLICIES = {
    "text/html; charset=utf-8": "frame-ancestors 'self'",
    "image/svg+xml": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
}


@dataclass(frozen=True, slots=True)
class SiteFile:
    """A file to be served, as its status was when it was looked up."""

    path: Path
    size: int
    modified_ns: int

    @property
    def content_type(self) -> str:
        """Return the type a browser is told."""
        known = _TYPES.get(self.path.suffix.lower())
        return known or mimetypes.guess_type(self.path.name)[0] or "application/octet-stream"

    @property
    def is_packed_when_asked(self) -> bool:
        """Tell whether packing it saves anything."""
        return self.size >= _LEAST_PACKED_BYTES and self.content_type.startswith(_PACKED_TYPES)

    def tag(self, is_packed: bool) -> str:
        """Return what tells this content from another: a page that did not change keeps its time of change."""
        return f'"{self.modified_ns:x}-{self.size:x}{"-gz" if is_packed else ""}"'

    def headers(self) -> dict[str, str]:
        """Return what is said of the file beside its content."""
        said = {
            "Content-Type": self.content_type,
            "Cache-Control": _FOR_EVER if _NAMED_BY_CONTENT.search(self.path.name) else _ASK_AGAIN,
        }
        policy = _POLICIES.get(self.content_type)
        return said | ({"Content-Security-Policy": policy} if policy else {})

    def read(self, is_packed: bool) -> bytes:
        """Return the content."""
        return _packed(self.path, self.modified_ns, self.size) if is_packed else self.path.read_bytes()


def find_file(site: Path, target: str) -> SiteFile | None:
    """Return the file an address means, None where there is none for others to see.

    No folder is listed, no hidden file shown, and no link followed that leads out of the site.
    """
    address = unquote(urlsplit(target).path, errors="surrogateescape")
    parts = PurePosixPath(address).parts[1:]
    if not address.startswith("/") or "\0" in address or any(part.startswith(".") for part in parts):
        return None
    name = "index.html" if address.endswith("/") else ""
    try:
        path = site.joinpath(*parts, name).resolve(strict=True)
        status = path.stat()
    except (OSError, RuntimeError):  # RuntimeError: links that lead to each other
        return None
    if not path.is_relative_to(site.resolve()) or not stat.S_ISREG(status.st_mode):
        return None
    return SiteFile(path, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=16)
def _packed(path: Path, modified_ns: int, size: int) -> bytes:
    # By status too: the same name holds another content after the next publication.
    return gzip.compress(path.read_bytes(), compresslevel=4, mtime=0)
