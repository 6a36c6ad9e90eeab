"""Take logs from bytes to entries for the ledger, parts written but not yet visible; one workshop per worker.

Nothing here decides which logs to read or what becomes the truth: freshness.py and ingest.py.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from polars.exceptions import PanicException

from orchestration.domain.identifiers import stable_id
from orchestration.log_ingest.byte_stream import fingerprint
from orchestration.log_ingest.dialect import Dialect
from orchestration.log_ingest.ledger import LedgerEntry, LogState, Resumption, Tally
from orchestration.log_ingest.log_reading import LogJob, LogReader
from orchestration.log_ingest.log_writing import ChunkWriter, LogDraft
from orchestration.log_ingest.maker import maker_digest
from orchestration.log_ingest.options import IngestOptions
from orchestration.log_ingest.redaction import Redactor

FINGERPRINT_BYTE_COUNT = 1 << 16


@dataclass(frozen=True, slots=True)
class Workshop:
    """What every log of a run is made with."""

    lake: Path
    dialects: tuple[Dialect, ...]
    redactor: Redactor
    options: IngestOptions

    def ingest(self, jobs: Sequence[LogJob]) -> Iterator[LedgerEntry]:
        """Read the logs and yield an entry for each, in order, once its parts are written."""
        writer = ChunkWriter(self.lake, self.options.block_byte_count)
        read: list[tuple[LogJob, LogReader, LogDraft]] = []
        for job in jobs:
            draft = LogDraft(stable_id(job.source.log_file_path), job.source.log_file_path, job.grown_from)
            reader = LogReader(job, self.dialects, self.redactor, self.options)
            try:
                for chunk in reader.chunks():
                    writer.add(draft, chunk)
            except OSError as error:
                yield unreadable(job, f"The file cannot be read: {error.strerror or error}.")
                continue
            read.append((job, reader, draft))
        writer.flush()
        for job, reader, draft in read:
            writer.write_redactions(draft, reader.content_digest)
            yield self._entry(job, reader, draft)

    def ingest_safely(self, jobs: Sequence[LogJob]) -> list[LedgerEntry]:
        """Like `ingest`, but a fault of ours in one log costs that log only."""
        try:
            return list(self.ingest(jobs))
        except (Exception, PanicException) as error:
            if len(jobs) > 1:
                return [entry for job in jobs for entry in self.ingest_safely([job])]
            return [unreadable(jobs[0], f"The log could not be ingested: {type(error).__name__}: {error}")]

    def _entry(self, job: LogJob, reader: LogReader, draft: LogDraft) -> LedgerEntry:
        dialect = reader.recognition.dialect
        maker = maker_digest(dialect, self.dialects, self.redactor)
        content = reader.content_digest
        head, tail = _fingerprints(job.source.path, reader)
        state = LogState(
            size=job.size,
            modified_ns=job.modified_ns,
            maker=maker,
            content_digest=content,
            digest_pieces=reader.digest_pieces,
            consumed=reader.consumed,
            head_digest=head,
            tail_digest=tail,
            is_resumable=reader.is_resumable and dialect is not None and draft.resumption.offset >= 0,
            resumption=draft.resumption,
            parts=tuple(draft.parts),
        )
        row = _row(job, draft.tally) | {
            "content_version": stable_id(content, maker),
            "ingest_status": _status(reader, draft.tally),
            "problem": _problem(reader, draft.tally),
            "dialect_name": dialect.name if dialect else None,
            "dialect_match_pct": reader.recognition.match_pct,
            "correlation": dialect.correlation if dialect else None,
            "byte_count": reader.consumed,
            "held_back_byte_count": reader.held_back_byte_count,
        }
        row["replaced_character_count"] += reader.further_replaced_count
        return LedgerEntry(row, state, is_grown=job.grown_from is not None)


def unreadable(job: LogJob, problem: str) -> LedgerEntry:
    """Return the entry of a log that cannot be read; it is tried again in every run."""
    row = _row(job, Tally()) | {"content_version": "", "ingest_status": "unreadable", "problem": problem}
    return LedgerEntry(row, LogState(size=-1, modified_ns=-1, maker="", resumption=Resumption()))


def duplicate(entry: LedgerEntry, primary_path: str) -> LedgerEntry:
    """Return the entry of a log whose bytes are ingested under `primary_path` already."""
    kept = ("log_file_id", "log_file_path", "content_version", "dialect_name", "correlation", "file_modified_at")
    row = _row_of(entry.log_file_path, entry.log_file_id, Tally())
    row |= {name: entry.row[name] for name in kept}
    row |= {
        "ingest_status": "duplicate",
        "problem": f"The same bytes are ingested as {primary_path}.",
        "duplicate_of_path": primary_path,
    }
    state = LogState(
        size=entry.state.size,
        modified_ns=entry.state.modified_ns,
        maker=entry.state.maker,
        content_digest=entry.state.content_digest,
    )
    return LedgerEntry(row, state)


def _fingerprints(path: Path, reader: LogReader) -> tuple[str, str]:
    if not reader.is_resumable:
        return "", ""
    end = reader.consumed
    head = fingerprint(path, 0, min(FINGERPRINT_BYTE_COUNT, end))
    return head, fingerprint(path, max(0, end - FINGERPRINT_BYTE_COUNT), end)


def _status(reader: LogReader, tally: Tally) -> str:
    if reader.problem:
        return "damaged" if tally.line_count else "unreadable"
    if reader.recognition.dialect is not None:
        return "ok"
    return "unrecognised" if tally.rejected_line_count else "empty"


def _problem(reader: LogReader, tally: Tally) -> str | None:
    if reader.problem:
        return reader.problem
    if reader.recognition.dialect is None and tally.rejected_line_count:
        return "No dialect recognises this log: see the guide 'Add a dialect'."
    return None


def _row(job: LogJob, tally: Tally) -> dict[str, Any]:
    path = job.source.log_file_path
    modified = datetime.fromtimestamp(job.modified_ns // 1_000_000 / 1000, UTC) if job.modified_ns >= 0 else None
    return _row_of(path, stable_id(path), tally) | {"file_modified_at": modified}


def _row_of(path: str, log_file_id: str, tally: Tally) -> dict[str, Any]:
    return {
        "log_file_id": log_file_id,
        "log_file_path": path,
        "byte_count": 0,
        "line_count": tally.line_count,
        "record_line_count": tally.record_line_count,
        "rejected_line_count": tally.rejected_line_count,
        "blank_line_count": tally.blank_line_count,
        "held_back_byte_count": 0,
        "record_count": tally.record_count,
        "other_record_count": tally.other_record_count,
        "redaction_count": sum(tally.redactions.values()),
        "replaced_character_count": tally.replaced_character_count,
        "first_emitted_at": _moment(tally.first_emitted_ms),
        "last_emitted_at": _moment(tally.last_emitted_ms),
    }


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
