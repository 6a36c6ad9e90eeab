"""Which files of a user's folder an export wrote: those it may replace, and no others.

The record stands in the home folder, never beside the files. A file named by itself with `--out` is the user's choice
and is not looked up here.
"""

import hashlib
from pathlib import Path

from orchestration.defs.fingerprint import read_record, write_record
from orchestration.domain.errors import UsageError


def require_own(path: Path, record: Path | None) -> None:
    """Raise UsageError when something stands at `path` that no export of this home wrote, or that was edited since."""
    if not path.exists() and not path.is_symlink():
        return
    known = read_record(record) if record else {}
    if path.is_symlink() or not path.is_file() or known.get(_key(path)) != _digest(path):
        raise UsageError(
            f"{path}: is there and is not what `sightline export` wrote; move it away, or name a file with --out"
        )


def remember(path: Path, record: Path) -> None:
    """Note what an export wrote; files that are gone are forgotten."""
    known = {name: digest for name, digest in read_record(record).items() if Path(name).is_file()}
    write_record(record, known | {_key(path): _digest(path)})


def _key(path: Path) -> str:
    return str(path.absolute())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
