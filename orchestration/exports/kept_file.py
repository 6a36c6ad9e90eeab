"""Files that people may edit after they were generated: a digest of the content stands in the first line.

A file whose content still has its digest is replaced; one that was edited is kept, and the new content goes beside it.
"""

import hashlib
import re
from collections.abc import Iterator
from itertools import count
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
    return next(place for place in _places(path) if _is_free(place))


def _places(path: Path) -> Iterator[Path]:
    name, dot, suffix = path.name.partition(".")
    yield path
    yield path.with_name(f"{name}-regenerated{dot}{suffix}")
    yield from (path.with_name(f"{name}-regenerated-{number}{dot}{suffix}") for number in count(2))


def _is_free(path: Path) -> bool:
    try:
        return not path.is_symlink() and is_untouched(path.read_bytes())
    except FileNotFoundError:
        return True


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:16]
