"""Read one log: bytes to chunks of assembled records, and what must be known of the log afterwards.

A chunk is what one block of bytes finished. Chunks are matched and written by log_writing.py; when a log is read, and
from where, is decided in freshness.py.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from orchestration.log_ingest.byte_stream import DIGEST_BYTE_COUNT, ByteStream, ContentDigest
from orchestration.log_ingest.dialect import Dialect
from orchestration.log_ingest.discovery import LogSource
from orchestration.log_ingest.ledger import LedgerEntry
from orchestration.log_ingest.lines import LineSplitter, no_lines
from orchestration.log_ingest.options import IngestOptions
from orchestration.log_ingest.recognition import Recognition, recognise
from orchestration.log_ingest.records import Assembled, RecordAssembler
from orchestration.log_ingest.redaction import INVALID_UTF8, REPAIR_SCHEMA, Redactor


@dataclass(frozen=True, slots=True)
class LogJob:
    """A log to be read: whole, or when `grown_from` is given from that entry's resumption on."""

    source: LogSource
    size: int
    modified_ns: int
    grown_from: LedgerEntry | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some lines of a log, assembled; `version` tells their content and all before them apart from any other."""

    dialect: Dialect | None
    assembled: Assembled
    repairs: pl.DataFrame
    first_line_number: int
    byte_count: int
    version: str


class LogReader:
    """Reads one log; after the chunks are taken, the other attributes tell about the whole."""

    def __init__(
        self, job: LogJob, dialects: tuple[Dialect, ...], redactor: Redactor, options: IngestOptions
    ) -> None:
        """Prepare to read; nothing is opened yet."""
        self._dialects = dialects
        self._redactor = redactor
        self._options = options
        self._job = job
        entry = job.grown_from
        resumption = entry.state.resumption if entry else None
        self._start_offset = resumption.offset if resumption else 0
        self._next_line_number = resumption.line_number if resumption else 1
        pieces = list(entry.state.digest_pieces) if entry else []
        self._open_repairs = pl.DataFrame(schema=REPAIR_SCHEMA)
        self._waiting = b""
        self._digest = ContentDigest(pieces, len(pieces) * DIGEST_BYTE_COUNT)
        self.recognition = _known(entry, dialects) if entry else Recognition(None, 0.0)
        self.problem: str | None = None
        self.is_resumable = False
        self.consumed = 0
        self.held_back_byte_count = 0
        self.further_replaced_count = 0

    @property
    def content_digest(self) -> str:
        """Return the hash of the bytes taken so far."""
        return self._digest.whole()

    @property
    def digest_pieces(self) -> tuple[str, ...]:
        """Return the hashes of the full pieces of the bytes taken so far."""
        return tuple(self._digest.pieces[: self.consumed // DIGEST_BYTE_COUNT])

    def chunks(self) -> Iterator[Chunk]:
        """Yield the log's chunks in order. Raises OSError when the file cannot be read."""
        read_from = min(self._start_offset, self._digest.byte_count)
        splitter = LineSplitter(self._options.max_line_byte_count, self._start_offset, self._next_line_number)
        with self._job.source.path.open("rb") as file:
            stream = ByteStream(file, self._options.block_byte_count, read_from)
            raw = self._watched(stream, read_from)
            assembler: RecordAssembler | None = None
            for block in stream.text_blocks(raw):
                lines = splitter.add(block)
                if assembler is None and (len(lines) or splitter.rest_byte_count):
                    assembler = self._begin(lines)
                if assembler is not None and len(lines):
                    yield self._chunk(assembler, lines, is_last=False)
            last = self._last_lines(splitter, stream)
            assembler = assembler or self._begin(last)
            yield self._chunk(assembler, last, is_last=True)
            self._finish(splitter, stream)

    def _watched(self, stream: ByteStream, position: int) -> Iterator[bytes]:
        """Hash the raw bytes on their way, one block behind, and cut off what was read for the hash only."""
        waiting = b""
        digest_from = self._digest.byte_count
        for block in stream.raw_blocks():
            self._digest.add(waiting)
            waiting = block[max(0, digest_from - position) :]
            text = block[max(0, self._start_offset - position) :]
            position += len(block)
            if text:
                yield text
        self._waiting = waiting

    def _begin(self, lines: pl.DataFrame) -> RecordAssembler:
        if self._job.grown_from is None:
            self.recognition = recognise(lines["line_text"], self._dialects)
        return RecordAssembler(self.recognition.dialect)

    def _chunk(self, assembler: RecordAssembler, lines: pl.DataFrame, *, is_last: bool) -> Chunk:
        lines, redactions = self._redactor.redact(lines)
        assembled = assembler.add(lines, is_last=is_last)
        first = self._next_line_number
        self._next_line_number += assembled.line_count
        repairs = pl.concat([self._open_repairs, redactions, _replacements(lines)])
        is_done = pl.col("line_number") < self._next_line_number
        self._open_repairs = repairs.filter(~is_done)
        return Chunk(
            dialect=self.recognition.dialect,
            assembled=assembled,
            repairs=repairs.filter(is_done),
            first_line_number=first,
            byte_count=int(lines["byte_count"].sum()),
            version=self._digest.whole(),
        )

    def _last_lines(self, splitter: LineSplitter, stream: ByteStream) -> pl.DataFrame:
        """Decide about a last line without end: not yet (it may grow), as it is, or damaged."""
        rest = splitter.rest_byte_count
        is_recent = time.time() - self._job.modified_ns / 1e9 < self._options.settle_seconds
        self.is_resumable = not stream.is_archive and not stream.is_utf16
        self.held_back_byte_count = rest if is_recent and self.is_resumable else 0
        self._digest.add(self._waiting[: max(0, len(self._waiting) - self.held_back_byte_count)])
        if self.held_back_byte_count:
            return no_lines()
        flaw = pl.lit("damaged") if stream.problem else pl.col("flaw")
        return splitter.finish().with_columns(flaw=flaw)

    def _finish(self, splitter: LineSplitter, stream: ByteStream) -> None:
        self.problem = stream.problem
        self.consumed = splitter.end_offset if self.is_resumable else self._digest.byte_count
        self.further_replaced_count = stream.replaced_character_count


def _known(entry: LedgerEntry, dialects: tuple[Dialect, ...]) -> Recognition:
    by_name = {dialect.name: dialect for dialect in dialects}
    return Recognition(by_name.get(entry.row["dialect_name"]), entry.row["dialect_match_pct"] or 0.0)


def _replacements(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.filter(pl.col("replaced_count") > 0).select(
        "line_number", pl.lit(INVALID_UTF8).alias("repair"), pl.col("replaced_count").alias("repair_count")
    )
