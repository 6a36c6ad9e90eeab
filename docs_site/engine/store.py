"""Files by their content: what was published before stands here under its digest, and is linked into the next site.

A file that comes out the same keeps its bytes and its time of change, so that a browser and a server know it has not
changed. Content is compared with its name before it is used again: a damaged or edited file is no file. What is asked
for by what it was made from belongs to docs_site/engine/memory.py.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Set
from pathlib import Path

from orchestration.whole_files import write_whole

# A digest, perhaps unfinished: a file of another name was not written here, and stays.
_OWN_NAME = re.compile(r"\.?[0-9a-f]{32}(\.[0-9]+)?(\.tmp)?")


def digest_of(content: bytes) -> str:
    """Return the name of a content."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


class ContentStore:
    """A folder of files named by their digest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sound: set[str] = set()

    def put(self, content: bytes) -> str:
        """Store a content unless it is there; return its digest."""
        digest = digest_of(content)
        if self.read(digest) is None:
            path = self._path(digest)
            path.parent.mkdir(parents=True, exist_ok=True)
            # A new file under the old name: a site that links to the old one is not written into.
            write_whole(path, content)
            self._sound.add(digest)
        return digest

    def read(self, digest: str) -> bytes | None:
        """Return a content, or None when it is not there or no longer what its name says."""
        try:
            content = self._path(digest).read_bytes()
        except OSError:
            return None
        if digest_of(content) != digest:
            return None
        self._sound.add(digest)
        return content

    def has(self, digest: str) -> bool:
        """Tell whether a content is there and sound; read once per publication."""
        return digest in self._sound or self.read(digest) is not None

    def link(self, digest: str, target: Path) -> None:
        """Put a content at `target`: the same file under a second name where the disk can do that, else a copy."""
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(self._path(digest), target)
        except OSError:
            shutil.copy2(self._path(digest), target)

    def keep_only(self, digests: Set[str]) -> None:
        """Remove everything else, and what a killed publication left behind."""
        for path in self._folder.glob("*/*"):
            if path.name not in digests and _OWN_NAME.fullmatch(path.name):
                path.unlink(missing_ok=True)

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest
