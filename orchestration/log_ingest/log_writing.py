"""Chunks of logs to parts in the lake, and what all of a log's chunks add up to.

Chunks of several small logs of one dialect are matched together: a rule costs a fixed time per call, which many
small logs would otherwise pay each. Which parts become visible is ledger.py.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.domain.tables import LOG_RECORDS, REDACTIONS, REJECTED_LINES, Table
from orchestration.lake import arrow_schema
from orchestration.log_ingest.dialect import Dialect
from orchestration.log_ingest.ledger import LedgerEntry, Part, Resumption, Tally, write_pending
from orchestration.log_ingest.log_reading import Chunk
from orchestration.log_ingest.matching import Matcher
from orchestration.log_ingest.redaction import INVALID_UTF8

# A grown log's new rows are added to its last part until that has so many rows.
_FULL_PART_ROW_COUNT = 200_000


@dataclass(slots=True)
class LogDraft:
    """A log being written: its parts and counts so far. `base` is what it has grown from."""

    log_file_id: str
    log_file_path: str
    base: LedgerEntry | None = None
    parts: list[Part] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    resumption: Resumption = field(default_factory=Resumption)

    def __post_init__(self) -> None:
        """Take over the parts and counts of what the log has grown from."""
        if self.base is not None:
            state = self.base.state
            self.resumption = state.resumption
            self.tally = state.resumption.tally
            line = state.resumption.line_number
            self.parts = [
                part for part in state.parts if part.last_line_number < line and part.table != REDACTIONS.name
            ]

    def reopened_parts(self) -> Iterator[Part]:
        """Yield the parts that hold rows before the resumption and rows after it."""
        if self.base is not None:
            line = self.base.state.resumption.line_number
            yield from (
                part
                for part in self.base.state.parts
                if part.first_line_number < line <= part.last_line_number and part.table != REDACTIONS.name
            )


class ChunkWriter:
    """Gathers chunks and writes them as parts, a bundle at a time."""

    def __init__(self, lake: Path, bundle_byte_count: int) -> None:
        """Write to `lake` whenever the gathered chunks reach `bundle_byte_count`."""
        self._lake = lake
        self._limit = bundle_byte_count
        self._waiting: list[tuple[LogDraft, Chunk]] = []
        self._held = 0
        self._matchers: dict[str, Matcher] = {}

    def add(self, draft: LogDraft, chunk: Chunk) -> None:
        """Take a chunk; it is written now or with later ones."""
        self._waiting.append((draft, chunk))
        self._held += chunk.byte_count
        if self._held >= self._limit:
            self.flush()

    def flush(self) -> None:
        """Write everything gathered."""
        waiting, self._waiting, self._held = self._waiting, [], 0
        by_dialect: dict[str, list[tuple[LogDraft, Chunk]]] = {}
        for draft, chunk in waiting:
            by_dialect.setdefault(chunk.dialect.name if chunk.dialect else "", []).append((draft, chunk))
        matched = {id(chunk): rows for items in by_dialect.values() for chunk, rows in self._matched(items)}
        for draft, chunk in waiting:
            self._write(draft, chunk, matched.get(id(chunk)))

    def _matched(self, items: list[tuple[LogDraft, Chunk]]) -> Iterator[tuple[Chunk, pl.DataFrame]]:
        dialect = items[0][1].dialect
        if dialect is None:
            return
        chunks = [chunk for _, chunk in items]
        rows = self._matcher(dialect).match(pl.concat([chunk.assembled.records for chunk in chunks]))
        start = 0
        for chunk in chunks:
            count = len(chunk.assembled.records)
            yield chunk, rows.slice(start, count)
            start += count

    def _matcher(self, dialect: Dialect) -> Matcher:
        if dialect.name not in self._matchers:
            self._matchers[dialect.name] = Matcher(dialect)
        return self._matchers[dialect.name]

    def _write(self, draft: LogDraft, chunk: Chunk, records: pl.DataFrame | None) -> None:
        reopened = {part.table: part for part in draft.reopened_parts()} if draft.base else {}
        self._write_part(draft, chunk, LOG_RECORDS, records, reopened.get(LOG_RECORDS.name))
        self._write_part(draft, chunk, REJECTED_LINES, chunk.assembled.rejected, reopened.get(REJECTED_LINES.name))
        draft.base = None
        before, draft.tally = draft.tally, added(draft.tally, _tally(chunk, records))
        draft.resumption = _resumption(chunk, records, before, draft.tally)

    def _write_part(
        self, draft: LogDraft, chunk: Chunk, table: Table, rows: pl.DataFrame | None, reopened: Part | None
    ) -> None:
        new = _arrow_rows(draft, table, rows) if rows is not None and len(rows) else None
        if reopened is not None:
            line = draft.resumption.line_number
            old = pq.ParquetFile(self._lake / "raw" / table.name / reopened.path).read()
            kept = pl.from_arrow(old.select(["line_number"]))["line_number"] < line  # type: ignore[index]
            old = old.filter(kept.to_arrow())
            if len(old) < _FULL_PART_ROW_COUNT:
                new = old if new is None else pa.concat_tables([old, new])
            else:
                self._add_part(draft, table, old, f"kept-{chunk.version[:8]}")
        if new is not None and len(new):
            self._add_part(draft, table, new, chunk.version[:12])

    def _add_part(self, draft: LogDraft, table: Table, rows: pa.Table, version: str) -> None:
        lines = rows["line_number"]
        first, last = lines[0].as_py(), lines[-1].as_py()
        path = f"{draft.log_file_id}/{first:010d}-{version}.parquet"
        if table is LOG_RECORDS:
            last += rows["line_count"][-1].as_py() - 1
        part = Part(table.name, path, first, last, len(rows))
        write_pending(self._lake, part, rows)
        draft.parts.append(part)

    def write_redactions(self, draft: LogDraft, version: str) -> None:
        """Write how many secrets of each kind the whole log held."""
        counts = draft.tally.redactions
        if not counts:
            return
        rows = pl.DataFrame(
            {"redaction_rule": sorted(counts), "redaction_count": [counts[name] for name in sorted(counts)]}
        )
        part = Part(REDACTIONS.name, f"{draft.log_file_id}/{version[:12]}.parquet", 0, 0, len(rows))
        write_pending(self._lake, part, _arrow_rows(draft, REDACTIONS, rows))
        draft.parts.append(part)


def _arrow_rows(draft: LogDraft, table: Table, rows: pl.DataFrame) -> pa.Table:
    schema = arrow_schema(table)
    named = rows.with_columns(
        log_file_id=pl.lit(draft.log_file_id), log_file_path=pl.lit(draft.log_file_path)
    ).select(schema.names)
    return named.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(schema)


def _tally(chunk: Chunk, records: pl.DataFrame | None, before_line: int | None = None) -> Tally:
    """Count a chunk, or its lines before `before_line`, which begins a record."""
    rejected, repairs = chunk.assembled.rejected, chunk.repairs
    records = records if records is not None else pl.DataFrame(schema={"line_number": pl.Int64})
    line_count = chunk.assembled.line_count
    if before_line is not None:
        is_before = pl.col("line_number") < before_line
        records, rejected, repairs = records.filter(is_before), rejected.filter(is_before), repairs.filter(is_before)
        line_count = before_line - chunk.first_line_number
    record_lines = int(records["line_count"].sum()) if len(records) else 0
    counts = dict(repairs.group_by("repair").agg(pl.col("repair_count").sum()).iter_rows())
    emitted = records["emitted_at"].cast(pl.Int64) if len(records) else pl.Series([], dtype=pl.Int64)
    return Tally(
        line_count=line_count,
        record_line_count=record_lines,
        rejected_line_count=len(rejected),
        blank_line_count=line_count - record_lines - len(rejected),
        record_count=len(records),
        other_record_count=int((records["message_type"] == "other").sum()) if len(records) else 0,
        replaced_character_count=counts.pop(INVALID_UTF8, 0),
        redactions=counts,
        first_emitted_ms=emitted.min(),  # type: ignore[arg-type]
        last_emitted_ms=emitted.max(),  # type: ignore[arg-type]
    )


def added(one: Tally, other: Tally) -> Tally:
    """Return the sum of two tallies."""
    counts = (
        "line_count",
        "record_line_count",
        "rejected_line_count",
        "blank_line_count",
        "record_count",
        "other_record_count",
        "replaced_character_count",
    )
    firsts = [stamp for stamp in (one.first_emitted_ms, other.first_emitted_ms) if stamp is not None]
    lasts = [stamp for stamp in (one.last_emitted_ms, other.last_emitted_ms) if stamp is not None]
    return replace(
        one,
        **{name: getattr(one, name) + getattr(other, name) for name in counts},
        redactions=dict(sorted((Counter(one.redactions) + Counter(other.redactions)).items())),
        first_emitted_ms=min(firsts, default=None),
        last_emitted_ms=max(lasts, default=None),
    )


def _resumption(chunk: Chunk, records: pl.DataFrame | None, before: Tally, after: Tally) -> Resumption:
    """Return where to go on should the log grow: before the last record, whose end is never certain."""
    if records is None or not len(records):
        return Resumption(-1, chunk.first_line_number + chunk.assembled.line_count, after)
    last = chunk.assembled.records.row(-1, named=True)
    tally = added(before, _tally(chunk, records, last["line_number"]))
    return Resumption(last["start_offset"], last["line_number"], tally)
