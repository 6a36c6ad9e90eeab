"""Take logs from bytes to entries for the ledger, parts written but not yet visible; one workshop per worker.

Nothing here decides which logs to read or what becomes the truth: freshness.py and ingest.py.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from os import cpu_count
from pathlib import Path
from typing import Any

from polars.exceptions import PanicException

from orchestration.domain.identifiers import stable_id
from orchestration.domain.tables import REDACTIONS
from orchestration.log_ingest.batch import SegmentRows, make_rows
from orchestration.log_ingest.byte_stream import fingerprint
from orchestration.log_ingest.dialect import Dialect
from orchestration.log_ingest.ledger import LedgerEntry, LogState, Part, Resumption
from orchestration.log_ingest.log_feed import LogFeed, LogJob
from orchestration.log_ingest.log_writing import PartWriter, WriteOrder
from orchestration.log_ingest.maker import maker_digest
from orchestration.log_ingest.matching import Matcher
from orchestration.log_ingest.options import IngestOptions
from orchestration.log_ingest.recognition import Recognition, recognise
from orchestration.log_ingest.records import whole_record_line_count
from orchestration.log_ingest.redaction import Redactor
from orchestration.log_ingest.segment import EMPTY_SEGMENT, Segment
from orchestration.log_ingest.tally import Tally

FINGERPRINT_BYTE_COUNT = 1 << 16


@dataclass(slots=True)
class _Bench:
    """A log being made: its feed, and what is known and done so far."""

    feed: LogFeed
    recognition: Recognition | None = None
    parts: list[Part] = field(default_factory=list)
    reopened: tuple[Part, ...] = ()
    tally: Tally = field(default_factory=Tally)
    resumption: Resumption = field(default_factory=Resumption)
    failure: str | None = None

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


@dataclass(frozen=True, slots=True)
class _Item:
    """A segment on its way to become rows of `bench`'s log."""

    bench: _Bench
    segment: Segment
    order: WriteOrder


_Made = tuple[_Item, SegmentRows | None, list[Part]]


class Workshop:
    """Makes logs into rows: one thread reads and cuts, `workers` threads turn segments into parts."""

    def __init__(self, lake: Path, dialects: tuple[Dialect, ...], redactor: Redactor, options: IngestOptions) -> None:
        """Prepare the rules of all dialects."""
        self.dialects = dialects
        self.redactor = redactor
        self.options = options
        self.lake = lake
        self._parts = PartWriter(lake)
        self._matchers = {dialect.name: Matcher(dialect) for dialect in dialects}

    def ingest(self, jobs: Sequence[LogJob]) -> Iterator[LedgerEntry]:
        """Read the logs and yield an entry for each once its parts are written.

        A log that cannot be read, or a fault of ours in one log, costs that log only.
        """
        ordered = sorted(jobs, key=lambda job: (-job.size, job.source.log_file_path))
        workers = self.options.workers or cpu_count() or 1
        with ThreadPoolExecutor(workers) as pool:
            under_way: deque[Future[list[_Made]]] = deque()
            for batch in self._batches(ordered):
                under_way.append(pool.submit(self._made, batch))
                # Memory stays bounded: no more is read than the workers can take soon.
                if len(under_way) > workers:
                    yield from self._finished(under_way.popleft().result())
            while under_way:
                yield from self._finished(under_way.popleft().result())

    def _batches(self, jobs: Sequence[LogJob]) -> Iterator[list[_Item]]:
        """Yield segments to be made together: of many small logs, or one of a large log."""
        small: list[_Item] = []
        for job in jobs:
            bench = self._bench(job)
            for item in self._items(bench):
                if item.segment.is_last and item.segment.first_line_number == 1:
                    small.append(item)
                else:
                    yield [item]
            if sum(len(item.segment.data) for item in small) >= self.options.block_byte_count:
                yield small
                small = []
        if small:
            yield small

    def _bench(self, job: LogJob) -> _Bench:
        bench = _Bench(LogFeed(job, self.options))
        if job.grown_from is not None:
            state = job.grown_from.state
            line = state.resumption.line_number
            before = [part for part in state.parts if part.table != REDACTIONS.name and part.first_line_number < line]
            bench.parts = [part for part in before if part.last_line_number < line]
            bench.reopened = tuple(part for part in before if part.last_line_number >= line)
            bench.resumption, bench.tally = state.resumption, state.resumption.tally
            bench.recognition = self._known(job.grown_from)
        return bench

    def _known(self, entry: LedgerEntry) -> Recognition:
        by_name = {dialect.name: dialect for dialect in self.dialects}
        return Recognition(by_name.get(entry.row["dialect_name"]), entry.row["dialect_match_pct"] or 0.0)

    def _items(self, bench: _Bench) -> Iterator[_Item]:
        """Yield a log's segments, cut so that each holds whole records; the last says so, whatever happens."""
        path, kept_before = bench.feed.job.source.log_file_path, bench.resumption.line_number
        reopened = bench.reopened
        segment = EMPTY_SEGMENT
        try:
            for segment in bench.feed.segments():
                if not segment.is_last:
                    segment = self._whole_records(bench, segment)
                if segment.line_count or segment.is_last:
                    yield _Item(bench, segment, WriteOrder(path, bench.feed.content_digest, reopened, kept_before))
                    reopened = ()
        except OSError as error:
            bench.failure = f"The file cannot be read: {error.strerror or error}."
            yield _Item(bench, EMPTY_SEGMENT, WriteOrder(path, ""))

    def _whole_records(self, bench: _Bench, segment: Segment) -> Segment:
        if bench.recognition is None:
            bench.recognition = recognise([segment], self.dialects)[0]
        count = whole_record_line_count(segment, bench.recognition.dialect, self.options.max_line_byte_count)
        bench.feed.leave(count)
        return segment.cut(0, count)

    def _made(self, items: list[_Item]) -> list[_Made]:
        """Turn segments into parts, in a worker."""
        try:
            return list(self._rows_of(items))
        except (Exception, PanicException) as error:
            if len(items) > 1:
                return [made for item in items for made in self._made([item])]
            items[0].bench.failure = f"The log could not be ingested: {type(error).__name__}: {error}"
            return [(items[0], None, [])]

    def _rows_of(self, items: list[_Item]) -> Iterator[_Made]:
        new = [item for item in items if item.bench.recognition is None]
        for item, recognition in zip(new, recognise([item.segment for item in new], self.dialects), strict=True):
            item.bench.recognition = recognition
        by_dialect: dict[str, list[_Item]] = {}
        for item in items:
            dialect = item.bench.recognition.dialect if item.bench.recognition else None
            by_dialect.setdefault(dialect.name if dialect else "", []).append(item)
        for name, group in by_dialect.items():
            segments = [item.segment for item in group]
            made = make_rows(segments, self._matchers.get(name), self.redactor, self.options.max_line_byte_count)
            for item, rows in zip(group, made, strict=True):
                yield item, rows, self._parts.write(item.order, rows)

    def _finished(self, made: list[_Made]) -> Iterator[LedgerEntry]:
        """Account for segments in the order they were read; yield the logs whose last segment is among them."""
        for item, rows, parts in made:
            if rows is not None:
                item.bench.account(rows, parts)
            if not item.segment.is_last:
                continue
            if item.bench.failure is None:
                yield self._entry(item.bench)
            else:
                self._parts.discard(item.bench.parts)
                yield unreadable(item.bench.feed.job, item.bench.failure)

    def _entry(self, bench: _Bench) -> LedgerEntry:
        feed, job = bench.feed, bench.feed.job
        recognition = bench.recognition or Recognition(None, 0.0)
        dialect = recognition.dialect
        maker = maker_digest(dialect, self.dialects, self.redactor)
        content = feed.content_digest
        order = WriteOrder(job.source.log_file_path, content)
        bench.parts += self._parts.write_redactions(order, bench.tally.redactions)
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
            is_resumable=feed.is_resumable and dialect is not None and bench.resumption.offset >= 0,
            resumption=bench.resumption,
            parts=tuple(bench.parts),
        )
        row = _row(job, bench.tally) | {
            "content_version": stable_id(content, maker),
            "ingest_status": _status(feed, recognition, bench.tally),
            "problem": _problem(feed, recognition, bench.tally),
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
