"""Which files of a folder an export wrote: those it may replace or remove, and no others.

The record stands in the home folder, never beside the files: a line for each file written, appended, because an export
may write thousands. A file named by itself with `--out` is the user's choice and is not looked up here.
"""

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path

from orchestration.defs.fingerprint import read_record
from orchestration.domain.errors import UsageError
from orchestration.exports.kept_file import is_untouched
from orchestration.whole_files import write_whole

# Some 20,000 lines; then those of files that are gone are dropped.
_LARGE_BYTES = 4 << 20
# Of an earlier version.
_EARLIER_NAME = "exports.json"


def require_own(path: Path, record: Path | None) -> None:
    """Raise UsageError when something stands at `path` that no export of this home wrote, or that was edited since."""
    if not path.exists() and not path.is_symlink():
        return
    known = _known(record) if record else {}
    if path.is_symlink() or not path.is_file() or known.get(_key(path)) != _digest(path):
        raise UsageError(
            f"{path}: is there and is not what `sightline export` wrote; move it away, or name a file with --out"
        )


def remember(path: Path, record: Path) -> None:
    """Note what an export wrote."""
    record.parent.mkdir(parents=True, exist_ok=True)
    if record.is_file() and record.stat().st_size > _LARGE_BYTES:
        kept = {name: digest for name, digest in _known(record).items() if Path(name).is_file()}
        write_whole(record, "".join(_line(name, digest) for name, digest in kept.items()).encode())
    how = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(record, how, 0o600), "w", encoding="utf-8") as file:
        file.write(_line(_key(path), _digest(path)))


def remove_own(folder: Path, record: Path) -> tuple[int, list[Path]]:
    """Remove from a folder what exports wrote and nobody edited; return how many files, and those that are left."""
    known, left, count = _known(record), [], 0
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()):
        if known.get(_key(path)) == _digest(path) or is_untouched(path.read_bytes()):
            path.unlink()
            count += 1
        else:
            left.append(path)
    return count, left


def _known(record: Path) -> dict[str, str]:
    """Return the digests of files by their path, as they were written last."""
    known: dict[str, str] = read_record(record.with_name(_EARLIER_NAME))
    with suppress(OSError):
        for line in record.read_text(encoding="utf-8", errors="replace").splitlines():
            with suppress(ValueError):  # cut off by a killed export
                name, digest = json.loads(line)
                known[name] = digest
    return known


def _line(name: str, digest: str) -> str:
    return json.dumps([name, digest]) + "\n"


def _key(path: Path) -> str:
    return str(path.absolute())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
