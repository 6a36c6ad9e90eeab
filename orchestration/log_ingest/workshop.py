"""Take logs from bytes to entries for the ledger, parts written but not yet visible; one workshop per worker.

Nothing here decides which logs to read or what becomes the truth: freshness.py and ingest.py.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from polars.exceptions import PanicException

from orchestration.domain.identifiers import stable_id
from orchestration.log_ingest.batch import make_rows
from orchestration.log_ingest.byte_stream import fingerprint
from orchestration.log_ingest.dialect import Dialect
from orchestration.log_ingest.ledger import LedgerEntry, LogState, Resumption
from orchestration.log_ingest.log_feed import LogFeed, LogJob
from orchestration.log_ingest.log_writing import LogWriter
from orchestration.log_ingest.maker import maker_digest
from orchestration.log_ingest.matching import Matcher
from orchestration.log_ingest.options import IngestOptions
from orchestration.log_ingest.recognition import Recognition, recognise
from orchestration.log_ingest.redaction import Redactor
from orchestration.log_ingest.segment import Segment
from orchestration.log_ingest.tally import Tally

FINGERPRINT_BYTE_COUNT = 1 << 16


@dataclass(slots=True)
class _Bench:
    """A log being made: its reader, its writer, and what is known of its dialect."""

    feed: LogFeed
    writer: LogWriter
    recognition: Recognition | None


@dataclass(frozen=True, slots=True)
class Workshop:
    """What every log of a run is made with."""

    lake: Path
    dialects: tuple[Dialect, ...]
    redactor: Redactor
    options: IngestOptions
    matchers: dict[str, Matcher] = field(default_factory=dict)

    def ingest_safely(self, jobs: Sequence[LogJob]) -> list[LedgerEntry]:
        """Return an entry for each log; a fault of ours in one log costs that log only."""
        try:
            return list(self.ingest(jobs))
        except (Exception, PanicException) as error:
            if len(jobs) > 1:
                return [entry for job in jobs for entry in self.ingest_safely([job])]
            return [unreadable(jobs[0], f"The log could not be ingested: {type(error).__name__}: {error}")]

    def ingest(self, jobs: Sequence[LogJob]) -> Iterator[LedgerEntry]:
        """Read the logs and yield an entry for each once its parts are written. Small logs are made together."""
        waiting: list[tuple[_Bench, Segment]] = []
        for job in jobs:
            bench = self._bench(job)
            try:
                for segment in bench.feed.segments():
                    if segment.is_last and segment.first_line_number == 1:
                        waiting.append((bench, segment))
                    else:
                        self._make([(bench, segment)])
            except OSError as error:
                yield unreadable(job, f"The file cannot be read: {error.strerror or error}.")
                continue
            if not waiting or waiting[-1][0] is not bench:
                yield self._entry(bench)
            elif sum(len(segment.data) for _, segment in waiting) >= self.options.block_byte_count:
                yield from self._made_together(waiting)
                waiting = []
        yield from self._made_together(waiting)

    def _made_together(self, waiting: list[tuple[_Bench, Segment]]) -> Iterator[LedgerEntry]:
        if waiting:
            self._make(waiting)
        for bench, _ in waiting:
            yield self._entry(bench)

    def _bench(self, job: LogJob) -> _Bench:
        entry = job.grown_from
        writer = LogWriter(self.lake, job.source.log_file_path, entry)
        return _Bench(LogFeed(job, self.options), writer, self._known(entry) if entry else None)

    def _known(self, entry: LedgerEntry) -> Recognition:
        by_name = {dialect.name: dialect for dialect in self.dialects}
        return Recognition(by_name.get(entry.row["dialect_name"]), entry.row["dialect_match_pct"] or 0.0)

    def _make(self, items: list[tuple[_Bench, Segment]]) -> None:
        """Turn segments into parts, those of one dialect together."""
        new = [(bench, segment) for bench, segment in items if bench.recognition is None]
        found = recognise([segment for _, segment in new], self.dialects)
        for (bench, _), recognition in zip(new, found, strict=True):
            bench.recognition = recognition
        by_dialect: dict[str, list[tuple[_Bench, Segment]]] = {}
        for bench, segment in items:
            dialect = bench.recognition.dialect if bench.recognition else None
            by_dialect.setdefault(dialect.name if dialect else "", []).append((bench, segment))
        for name, group in by_dialect.items():
            segments = [segment for _, segment in group]
            made = make_rows(segments, self._matcher(name), self.redactor, self.options.max_line_byte_count)
            for (bench, _), rows in zip(group, made, strict=True):
                bench.writer.add(rows, bench.feed.content_digest)
                bench.feed.leave(rows.taken_line_count)

    def _matcher(self, name: str) -> Matcher | None:
        if not name:
            return None
        if name not in self.matchers:
            self.matchers[name] = Matcher(next(dialect for dialect in self.dialects if dialect.name == name))
        return self.matchers[name]

    def _entry(self, bench: _Bench) -> LedgerEntry:
        feed, writer, job = bench.feed, bench.writer, bench.feed.job
        recognition = bench.recognition or Recognition(None, 0.0)
        dialect = recognition.dialect
        maker = maker_digest(dialect, self.dialects, self.redactor)
        content = feed.content_digest
        writer.write_redactions(content)
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
            is_resumable=feed.is_resumable and dialect is not None and writer.resumption.offset >= 0,
            resumption=writer.resumption,
            parts=tuple(writer.parts),
        )
        row = _row(job, writer.tally) | {
            "content_version": stable_id(content, maker),
            "ingest_status": _status(feed, recognition, writer.tally),
            "problem": _problem(feed, recognition, writer.tally),
            "dialect_name": dialect.name if dialect else None,
            "dialect_match_pct": recognition.match_pct,
            "correlation": dialect.correlation if dialect else None,
            "byte_count": feed.consumed,
            "held_back_byte_count": feed.held_back_byte_count,
        }
        row["replaced_character_count"] += feed.further_replaced_count
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


def _fingerprints(path: Path, feed: LogFeed) -> tuple[str, str]:
    if not feed.is_resumable:
        return "", ""
    end = feed.consumed
    head = fingerprint(path, 0, min(FINGERPRINT_BYTE_COUNT, end))
    return head, fingerprint(path, max(0, end - FINGERPRINT_BYTE_COUNT), end)


def _status(feed: LogFeed, recognition: Recognition, tally: Tally) -> str:
    if feed.problem:
        return "damaged" if tally.line_count else "unreadable"
    if recognition.dialect is not None:
        return "ok"
    return "unrecognised" if tally.rejected_line_count else "empty"


def _problem(feed: LogFeed, recognition: Recognition, tally: Tally) -> str | None:
    if feed.problem:
        return feed.problem
    if recognition.dialect is None and tally.rejected_line_count:
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
