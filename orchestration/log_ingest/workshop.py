"""Take logs from bytes to entries for the ledger, parts written but not yet visible.

Nothing here decides which logs to read or what becomes the truth: freshness.py and ingest.py.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from os import cpu_count
from pathlib import Path

from polars.exceptions import PanicException

from orchestration.domain.tables import REDACTIONS
from orchestration.log_ingest.batch import SegmentRows, make_rows
from orchestration.log_ingest.dialect import Dialect
from orchestration.log_ingest.file_kinds import describe_file
from orchestration.log_ingest.ledger_entry import LedgerEntry, Part
from orchestration.log_ingest.log_draft import LogDraft, finished_entry, quarantined, unreadable
from orchestration.log_ingest.log_feed import LogFeed, LogJob
from orchestration.log_ingest.log_writing import PartWriter, WriteOrder
from orchestration.log_ingest.maker import maker_digest, shaping_digest
from orchestration.log_ingest.options import IngestOptions
from orchestration.log_ingest.recognition import Recognition, recognise
from orchestration.log_ingest.record_columns import RecordMaker
from orchestration.log_ingest.records import whole_record_line_count
from orchestration.log_ingest.segment import EMPTY_SEGMENT, MOST_LINES, Segment
from orchestration.log_ingest.tally import Tally
from orchestration.redaction.redactor import Redactor


@dataclass(frozen=True, slots=True)
class _Item:
    """A segment on its way to become rows of `draft`'s log."""

    draft: LogDraft
    segment: Segment
    order: WriteOrder


_Made = tuple[_Item, SegmentRows | None, list[Part]]


class Workshop:
    """Makes logs into rows: one thread reads and cuts, `workers` threads turn segments into parts."""

    def __init__(self, lake: Path, dialects: tuple[Dialect, ...], redactor: Redactor, options: IngestOptions) -> None:
        """Prepare to read and write."""
        self.dialects = dialects
        self.redactor = redactor
        self.options = options
        self.lake = lake
        self.parts = PartWriter(lake)
        self._makers: dict[str, RecordMaker] = {}

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
        """Yield segments to be made together: of many small logs of one dialect, or one of a large log."""
        small: list[_Item] = []
        waiting: dict[str, list[_Item]] = {}
        for job in jobs:
            draft = self._draft(job)
            for item in self._items(draft):
                if item.segment.is_last and item.segment.first_line_number == 1:
                    small.append(item)
                else:
                    yield [item]
            if self._is_full(small):
                yield from self._full(small, waiting)
                small = []
        yield from self._full(small, waiting)
        yield from waiting.values()

    def _full(self, items: list[_Item], waiting: dict[str, list[_Item]]) -> Iterator[list[_Item]]:
        """Put logs to those of their dialect that wait; yield those of the dialects that make a full batch by now."""
        try:
            self._recognise(items)
        except (Exception, PanicException):
            # The workers find the log whose fault it is.
            yield from ([item] for item in items)
            return
        for item in items:
            waiting.setdefault(_dialect_name(item), []).append(item)
        for name in [name for name, group in waiting.items() if self._is_full(group)]:
            yield waiting.pop(name)

    def _is_full(self, items: list[_Item]) -> bool:
        byte_count = sum(item.segment.text_byte_count for item in items)
        line_count = sum(item.segment.line_count for item in items)
        return byte_count >= self.options.block_byte_count or line_count >= MOST_LINES

    def _recognise(self, items: list[_Item]) -> None:
        new = [item for item in items if item.draft.recognition is None]
        for item, recognition in zip(new, recognise([item.segment for item in new], self.dialects), strict=True):
            item.draft.recognition = recognition

    def _draft(self, job: LogJob) -> LogDraft:
        draft = LogDraft(LogFeed(job, self.options))
        if job.grown_from is not None:
            state = job.grown_from.state
            line = state.resumption.line_number
            before = [part for part in state.parts if part.table != REDACTIONS.name and part.first_line_number < line]
            draft.parts = [part for part in before if part.last_line_number < line]
            draft.reopened = tuple(part for part in before if part.last_line_number >= line)
            draft.resumption, draft.tally = state.resumption, state.resumption.tally
            draft.recognition = self._known(job.grown_from)
        return draft

    def _known(self, entry: LedgerEntry) -> Recognition:
        by_name = {dialect.name: dialect for dialect in self.dialects}
        return Recognition(by_name.get(entry.row["dialect_name"]), entry.row["dialect_match_pct"] or 0.0)

    def _items(self, draft: LogDraft) -> Iterator[_Item]:
        """Yield a log's segments, cut so that each holds whole records; the last says so, whatever happens."""
        kept_before = draft.resumption.line_number
        reopened = draft.reopened
        segment = EMPTY_SEGMENT
        try:
            for segment in draft.feed.segments():
                if not segment.is_last:
                    segment = self._whole_records(draft, segment)
                if segment.line_count or segment.is_last:
                    yield _Item(draft, segment, self._order(draft, reopened, kept_before))
                    reopened = ()
        except OSError as error:
            draft.failure = f"The file cannot be read: {error.strerror or error}."
            yield _Item(draft, EMPTY_SEGMENT, self._order(draft))

    def _order(self, draft: LogDraft, reopened: tuple[Part, ...] = (), kept_before: int = 0) -> WriteOrder:
        job, digest = draft.feed.job, draft.feed.content_digest
        return WriteOrder(job.log_file_id, job.source.log_file_path, digest, reopened, kept_before)

    def _whole_records(self, draft: LogDraft, segment: Segment) -> Segment:
        if draft.recognition is None:
            draft.recognition = recognise([segment], self.dialects)[0]
        if not segment.may_wait:
            return segment
        count = whole_record_line_count(segment, draft.recognition.dialect, self.options.max_line_byte_count)
        draft.feed.leave(count)
        return segment.cut(0, count)

    def _made(self, items: list[_Item]) -> list[_Made]:
        """Turn segments into parts, in a worker."""
        try:
            return list(self._rows_of(items))
        except OSError:
            # The lake cannot be written: no log is to blame, and none may be kept as one that could not be read.
            raise
        except (Exception, PanicException) as error:
            if len(items) > 1:
                return [made for item in items for made in self._made([item])]
            items[0].draft.failure = f"The log could not be ingested: {type(error).__name__}: {error}"
            return [(items[0], None, [])]

    def _rows_of(self, items: list[_Item]) -> Iterator[_Made]:
        """Make the rows of segments of one dialect."""
        self._recognise(items)
        segments = [item.segment for item in items]
        maker = self._maker(_dialect_name(items[0]))
        made = make_rows(segments, maker, self.redactor, self.options.max_line_byte_count)
        for item, rows in zip(items, made, strict=True):
            yield item, rows, self.parts.write(item.order, rows)

    def _maker(self, dialect_name: str) -> RecordMaker | None:
        """Return the maker of a dialect's records; what no log speaks is not prepared."""
        if dialect_name and dialect_name not in self._makers:
            dialect = next(dialect for dialect in self.dialects if dialect.name == dialect_name)
            self._makers[dialect_name] = RecordMaker(dialect)
        return self._makers.get(dialect_name)

    def _finished(self, made: list[_Made]) -> Iterator[LedgerEntry]:
        """Account for segments in the order they were read; yield the logs whose last segment is among them."""
        for item, rows, parts in made:
            if rows is not None:
                item.draft.account(rows, parts)
            if not item.segment.is_last:
                continue
            draft = item.draft
            if draft.failure is None and not draft.feed.is_over_bound:
                yield self._entry(draft)
                continue
            self.parts.discard(draft.parts)
            if draft.failure is not None:
                yield unreadable(draft.feed.job, draft.failure)
            else:
                yield quarantined(draft.feed, maker_digest(None, self.dialects, self.redactor))

    def _entry(self, draft: LogDraft) -> LedgerEntry:
        dialect = draft.recognition.dialect if draft.recognition else None
        if dialect is None and draft.feed.problem is None:
            self._set_aside_document(draft)
        draft.parts += self.parts.write_redactions(self._order(draft), draft.tally.redactions)
        maker = maker_digest(dialect, self.dialects, self.redactor)
        has_redactions = bool(draft.tally.redactions)
        shape = shaping_digest(dialect, self.dialects, self.redactor, has_redactions=has_redactions)
        return finished_entry(draft, maker, shape)

    def _set_aside_document(self, draft: LogDraft) -> None:
        """Take back the rejected lines of a file that is no log."""
        with suppress(OSError):
            draft.document = describe_file(draft.feed.job.source.path)
        if draft.document:
            self.parts.discard(draft.parts)
            draft.parts, draft.tally = [], Tally()


def _dialect_name(item: _Item) -> str:
    dialect = item.draft.recognition.dialect if item.draft.recognition else None
    return dialect.name if dialect else ""
