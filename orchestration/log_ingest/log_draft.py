"""A log on its way into the lake: what is known of it so far, and the ledger entry it becomes.

The rows of log_files are made here. Reading, making and writing is workshop.py; committing is ingest.py.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.domain.identifiers import stable_id
from orchestration.domain.passed_over import problem_of_no_log
from orchestration.log_ingest.batch import SegmentRows
from orchestration.log_ingest.byte_stream import FINGERPRINT_BYTE_COUNT, fingerprint, short_digest
from orchestration.log_ingest.dialect import WRAPPED
from orchestration.log_ingest.ledger_entry import LedgerEntry, LogState, Part, Resumption
from orchestration.log_ingest.log_feed import LogFeed, LogJob
from orchestration.log_ingest.recognition import Recognition
from orchestration.log_ingest.stamps import MOST_MS
from orchestration.log_ingest.tally import Tally


@dataclass(slots=True)
class LogDraft:
    """A log being made into rows: its feed, and what is known and done so far."""

    feed: LogFeed
    recognition: Recognition | None = None
    parts: list[Part] = field(default_factory=list)
    reopened: tuple[Part, ...] = ()
    tally: Tally = field(default_factory=Tally)
    resumption: Resumption = field(default_factory=Resumption)
    failure: str | None = None
    # What the file is when it is no log.
    document: str | None = None

    def account(self, rows: SegmentRows, parts: list[Part]) -> None:
        """Add what the next segment gave."""
        self.parts += parts
        before, self.tally = self.tally, self.tally + rows.tally
        if rows.last_record_offset is None:
            self.resumption = Resumption(-1, self.tally.line_count + 1, self.tally)
        else:
            # The end of the last record is never certain: a log that grows is read again from its beginning.
            self.resumption = Resumption(
                rows.last_record_offset, rows.last_record_line_number, before + rows.tally_before_last_record
            )


def finished_entry(draft: LogDraft, maker: str, shape: str) -> LedgerEntry:
    """Return the entry of a log whose parts are all written; `maker` and `shape` are the digests of maker.py."""
    feed, job = draft.feed, draft.feed.job
    recognition = draft.recognition or Recognition(None, 0.0)
    dialect = recognition.dialect
    content = feed.content_digest
    head, tail = _fingerprints(job.source.path, feed)
    state = LogState(
        size=job.size,
        modified_ns=job.modified_ns,
        maker=maker,
        content_digest=content,
        digest_pieces=feed.digest_pieces,
        consumed=feed.consumed,
        head_digest=head,
        tail_digest=tail,
        is_resumable=feed.is_resumable and dialect is not None and draft.resumption.offset >= 0,
        resumption=draft.resumption,
        parts=tuple(draft.parts),
        has_state_changes=True,
    )
    row = _row(job, draft.tally) | {
        "content_version": stable_id(content, shape),
        "ingest_status": _status(draft, recognition),
        "problem": _problem(draft, recognition),
        "dialect_name": dialect.name if dialect else None,
        "dialect_match_pct": recognition.match_pct,
        "correlation": dialect.correlation if dialect else None,
        "byte_count": feed.consumed,
        "held_back_byte_count": feed.held_back_byte_count,
    }
    row["replaced_character_count"] += feed.further_replaced_count
    return LedgerEntry(row, state)


def unreadable(job: LogJob, problem: str) -> LedgerEntry:
    """Return the entry of a log that cannot be read; it is tried again in every run."""
    row = _row(job, Tally()) | {"content_version": "", "ingest_status": "unreadable", "problem": problem}
    return LedgerEntry(row, LogState())


def quarantined(feed: LogFeed, maker: str) -> LedgerEntry:
    """Return the entry of a file that would give more than may be taken from it; it is tried again when it changes."""
    job = feed.job
    row = _row(job, Tally()) | {"content_version": "", "ingest_status": "quarantined", "problem": feed.problem}
    return LedgerEntry(row, LogState(size=job.size, modified_ns=job.modified_ns, maker=maker))


def duplicate(job: LogJob, primary: LedgerEntry, digest: str, byte_count: int) -> LedgerEntry:
    """Return the entry of a file all of whose bytes are ingested as `primary`, or as its beginning."""
    is_whole = digest == primary.state.content_digest
    words = "The same bytes are ingested as" if is_whole else "All its bytes are the beginning of"
    problem = f"{words} {primary.log_file_path}."
    if primary.is_forgotten:
        problem = f"A copy of {primary.log_file_path}, or of a part. {primary.forgotten_words}"
    row = _row(job, Tally()) | {
        "ingest_status": "duplicate",
        "problem": problem,
        "duplicate_of_path": primary.log_file_path,
        "content_version": stable_id("duplicate", digest),
        "dialect_name": primary.row["dialect_name"],
        "correlation": primary.row["correlation"],
    }
    state = LogState(
        size=job.size,
        modified_ns=job.modified_ns,
        content_digest=digest,
        consumed=byte_count,
        duplicate_of_id=primary.log_file_id,
    )
    return LedgerEntry(row, state)


def _fingerprints(path: Path, feed: LogFeed) -> tuple[str, str]:
    end = feed.consumed
    if not feed.is_resumable:
        return short_digest(feed.head[:end]) if end else "", ""
    head = fingerprint(path, 0, min(FINGERPRINT_BYTE_COUNT, end))
    return head, fingerprint(path, max(0, end - FINGERPRINT_BYTE_COUNT), end)


def _status(draft: LogDraft, recognition: Recognition) -> str:
    if draft.document:
        return "not_a_log"
    if draft.feed.problem:
        return "damaged" if draft.tally.line_count else "unreadable"
    if recognition.dialect is not None:
        return "ok"
    return "unrecognised" if draft.tally.rejected_line_count else "empty"


def _problem(draft: LogDraft, recognition: Recognition) -> str | None:
    if draft.document:
        return problem_of_no_log(draft.document)
    if draft.feed.problem:
        return draft.feed.problem
    if recognition.dialect is WRAPPED:
        return "No dialect knows the messages of this log, so only times and levels were read: see 'Add a dialect'."
    if recognition.dialect is None and draft.tally.rejected_line_count:
        return "No dialect recognises this log: see the guide 'Add a dialect'."
    return None


def _row(job: LogJob, tally: Tally) -> dict[str, Any]:
    is_moment = 0 <= job.modified_ns < MOST_MS * 1_000_000
    modified = _moment(job.modified_ns // 1_000_000) if is_moment else None
    return _row_of(job.source.log_file_path, job.log_file_id, tally) | {"file_modified_at": modified}


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
        "refused_stamp_count": tally.refused_stamp_count,
        "first_emitted_at": _moment(tally.first_emitted_ms),
        "last_emitted_at": _moment(tally.last_emitted_ms),
    }


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
