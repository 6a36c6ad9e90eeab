"""Which logs must be read again: unchanged ones are not even opened, grown ones are read from their last record on.

Pure decisions over the ledger and what the file system says. Reading is log_feed.py.
"""

import time
from collections.abc import Sequence

from orchestration.log_ingest.byte_stream import fingerprint
from orchestration.log_ingest.dialect import Dialect
from orchestration.log_ingest.discovery import LogSource
from orchestration.log_ingest.ledger import LedgerEntry
from orchestration.log_ingest.log_draft import FINGERPRINT_BYTE_COUNT
from orchestration.log_ingest.log_feed import LogJob
from orchestration.log_ingest.maker import maker_digest
from orchestration.log_ingest.options import IngestOptions
from orchestration.log_ingest.redaction import Redactor


def plan_job(
    source: LogSource,
    entry: LedgerEntry | None,
    dialects: Sequence[Dialect],
    redactor: Redactor,
    options: IngestOptions,
) -> LogJob | None:
    """Return the job a log needs; None when what is ingested of it is all there is. Raises OSError."""
    status = source.path.stat()
    whole = LogJob(source, status.st_size, status.st_mtime_ns)
    if entry is None or entry.state.maker != _maker_now(entry, dialects, redactor):
        return whole
    is_same = (entry.state.size, entry.state.modified_ns) == (status.st_size, status.st_mtime_ns)
    if is_same and not _is_now_settled(entry, options):
        return None
    if _has_grown(source, entry, whole.size, options):
        return LogJob(source, status.st_size, status.st_mtime_ns, grown_from=entry)
    return whole


def _maker_now(entry: LedgerEntry, dialects: Sequence[Dialect], redactor: Redactor) -> str:
    by_name = {dialect.name: dialect for dialect in dialects}
    return maker_digest(by_name.get(entry.row["dialect_name"]), dialects, redactor)


def _is_now_settled(entry: LedgerEntry, options: IngestOptions) -> bool:
    """Tell whether a line held back before is by now old enough to be taken as it is."""
    age = time.time() - entry.state.modified_ns / 1e9
    return entry.row["held_back_byte_count"] > 0 and age >= options.settle_seconds


def _has_grown(source: LogSource, entry: LedgerEntry, size: int, options: IngestOptions) -> bool:
    state = entry.state
    if not state.is_resumable or size < state.consumed or state.consumed < options.resume_byte_count:
        return False
    head = fingerprint(source.path, 0, min(FINGERPRINT_BYTE_COUNT, state.consumed))
    tail = fingerprint(source.path, max(0, state.consumed - FINGERPRINT_BYTE_COUNT), state.consumed)
    return (head, tail) == (state.head_digest, state.tail_digest)
