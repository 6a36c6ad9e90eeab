"""Files that people may edit after they were generated: a digest of the content stands in the first line.

A file whose content still has its digest is replaced; one that was edited is kept, and the new content goes beside it.
"""

import hashlib
import re
from pathlib import Path

_MARK = "sightline:generated"
_DIGEST = re.compile(rf"{_MARK} ([0-9a-f]{{16}})")


def stamped(body: str, comment: str) -> bytes:
    """Return the file: a first line with the digest of `body`, then `body`. `comment` begins a comment line."""
    head = f"{comment} {_MARK} {_digest(body)}. Edit it freely: an edited file is never overwritten.\n"
    return (head + body).encode()


def is_untouched(content: bytes) -> bool:
    """Return whether the file is as it was generated."""
    head, _, body = content.decode("utf-8", "replace").partition("\n")
    match = _DIGEST.search(head)
    return match is not None and match[1] == _digest(body)


def place_for(path: Path) -> Path:
    """Return where to write: `path`, or beside it where a person edited what is there."""
    try:
        if is_untouched(path.read_bytes()):
            return path
    except FileNotFoundError:
        return path
    name, dot, suffix = path.name.partition(".")
    return path.with_name(f"{name}-regenerated{dot}{suffix}")


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:16]
