"""Ids and names of logs that lie, or lay, in one place: each log has its own, for ever or for as long as it lies there.

The first log of a place is the hash of its path, a further one that of path and first bytes. A log whose place was
taken by another one says until when it went.
"""

from collections.abc import Collection
from datetime import datetime
from pathlib import PurePosixPath

from orchestration.domain.identifiers import stable_id
from orchestration.log_ingest.byte_stream import short_digest
from orchestration.log_ingest.ledger_entry import LedgerEntry


def new_log_file_id(log_file_path: str, head: bytes, taken: Collection[str]) -> str:
    """Return the id of a log seen for the first time."""
    found = stable_id(log_file_path)
    number = 0
    while found in taken:
        number += 1
        found = stable_id(log_file_path, short_digest(head), *([number] if number > 1 else []))
    return found


def kept_path(entry: LedgerEntry, taken: Collection[str]) -> str:
    """Return the path to show for a log that is gone, and whose place another log took."""
    path = PurePosixPath(entry.log_file_path)
    stem, dot, ending = path.name.partition(".")
    moment = entry.row["last_emitted_at"] or entry.row["file_modified_at"]
    until = f"until {moment:%Y-%m-%d %H.%M.%S}" if isinstance(moment, datetime) else entry.log_file_id
    found = str(path.with_name(f"{stem} ({until}){dot}{ending}"))
    if found in taken:
        found = str(path.with_name(f"{stem} ({until}, {entry.log_file_id}){dot}{ending}"))
    return found
