"""Fingerprints: how a step knows that it would only do again what is done.

A fingerprint is taken over content, never over times. A record stands beside the state it speaks of and is removed
before that state is changed, so that a killed step leaves no record and is done again.
"""

import json
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from typing import Any

from orchestration.domain.errors import SightlineError
from orchestration.whole_files import write_whole

IGNORED_FOLDERS = frozenset({"__pycache__", "target", "logs", "dbt_packages"})


def fingerprint_of_files(roots: Iterable[Path], pattern: str = "*") -> str:
    """Hash names and bytes of all files below the roots; unfinished files (dot-files) do not count."""
    digest = blake2b(digest_size=16)
    for root in roots:
        for path in sorted(root.rglob(pattern)):
            if path.name.startswith(".") or IGNORED_FOLDERS & set(path.parts) or not path.is_file():
                continue
            digest.update(path.relative_to(root).as_posix().encode("utf-8", "surrogateescape") + b"\0")
            digest.update(blake2b(path.read_bytes(), digest_size=16).digest())
    return digest.hexdigest()


def fingerprint_of_values(*values: object) -> str:
    """Hash the texts of some values."""
    return blake2b("\x1f".join(map(str, values)).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def read_record(path: Path) -> dict[str, Any]:
    """Return a record; an absent or damaged one is empty, so that the step is done again."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def write_record(path: Path, record: dict[str, Any]) -> None:
    """Write a record, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(record, indent=1).encode())


def forget_record(path: Path) -> None:
    """Remove a record before what it speaks of is changed."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise SightlineError(f"{path} cannot be removed ({error.strerror})") from None
