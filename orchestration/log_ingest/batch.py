"""Segments of one dialect to rows: lines joined, secrets replaced, records assembled and matched, all in one go.

A batch is many small logs or one segment of a large one. The result is still in memory; log_writing.py writes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from orchestration.domain.tables import LOG_RECORDS, REJECTED_LINES, Table
from orchestration.lake import arrow_schema
from orchestration.log_ingest.lines import Lines, join_lines
from orchestration.log_ingest.record_columns import RecordColumns, RecordMaker
from orchestration.log_ingest.records import Assembled, assemble
from orchestration.log_ingest.redaction import Redactions, redact_lines
from orchestration.log_ingest.segment import Segment
from orchestration.log_ingest.stamps import NO_STAMP
from orchestration.log_ingest.tally import Tally
from orchestration.log_ingest.texts import Numbers
from orchestration.redaction.redactor import Redactor

_ID_COLUMNS = ("log_file_id", "log_file_path")


@dataclass(frozen=True, slots=True)
class SegmentRows:
    """What one segment gave: Arrow rows without the log's id and path, counts, and where its last record begins."""

    records: pa.Table
    rejected: pa.Table
    tally: Tally
    last_record_offset: int | None
    last_record_line_number: int
    tally_before_last_record: Tally


def make_rows(
    segments: Sequence[Segment], maker: RecordMaker | None, redactor: Redactor, max_line_byte_count: int
) -> list[SegmentRows]:
    """Return the rows of each segment, in order. All are of the maker's dialect; without one all is rejected."""
    lines = join_lines(segments, max_line_byte_count)
    lines, redactions = redact_lines(redactor, lines)
    assembled = assemble(lines, maker.dialect if maker else None)
    records = maker.make(assembled.records) if maker and assembled.records else None
    counts = _Counts(lines, assembled, records, redactions)
    rejected = _table(REJECTED_LINES, assembled.rejected)
    return [_segment_rows(number, lines, assembled, counts, records, rejected) for number in range(len(segments))]


def _segment_rows(
    number: int,
    lines: Lines,
    assembled: Assembled,
    counts: "_Counts",
    records: RecordColumns | None,
    rejected: pa.Table,
) -> SegmentRows:
    begin, end = (int(place) for place in lines.first_lines[number : number + 2])
    first, last = np.searchsorted(assembled.record_places, [begin, end])
    first_rejected, last_rejected = np.searchsorted(assembled.rejected_places, [begin, end])
    place = int(assembled.record_places[last - 1]) if last > first else None
    segment = lines.segments[number]
    return SegmentRows(
        records=records.rows(int(first), int(last)) if records else _table(LOG_RECORDS, None),
        rejected=rejected.slice(first_rejected, last_rejected - first_rejected),
        tally=counts.between(begin, end),
        last_record_offset=None if place is None else int(segment.starts[place - begin]),
        last_record_line_number=0 if place is None else int(lines.line_numbers[place]),
        tally_before_last_record=counts.between(begin, end if place is None else place),
    )


class _Counts:
    """Counts over any range of lines of a batch that begins and ends with a record or a segment."""

    def __init__(
        self, lines: Lines, assembled: Assembled, records: RecordColumns | None, redactions: list[Redactions]
    ) -> None:
        self._assembled = assembled
        self._redactions = redactions
        self._replaced = _replaced(lines.segments)
        if records is None:
            self._line_counts = self._emitted = np.empty(0, np.int64)
            self._is_other = self._is_refused = np.empty(0, np.bool_)
        else:
            self._line_counts, self._is_other = records.line_counts, records.is_other
            self._emitted, self._is_refused = records.emitted_ms, records.is_stamp_refused

    def between(self, begin: int, end: int) -> Tally:
        """Count the lines from place `begin` to before `end`."""
        first, last = np.searchsorted(self._assembled.record_places, [begin, end])
        first_rejected, last_rejected = np.searchsorted(self._assembled.rejected_places, [begin, end])
        record_lines = int(self._line_counts[first:last].sum())
        emitted = self._emitted[first:last]
        emitted = emitted[emitted != NO_STAMP]
        redactions = {
            item.rule_name: int(item.counts[(item.places >= begin) & (item.places < end)].sum())
            for item in self._redactions
        }
        return Tally(
            line_count=end - begin,
            record_line_count=record_lines,
            rejected_line_count=int(last_rejected - first_rejected),
            blank_line_count=int(end - begin - record_lines - (last_rejected - first_rejected)),
            record_count=int(last - first),
            other_record_count=int(self._is_other[first:last].sum()),
            replaced_character_count=0 if self._replaced is None else int(self._replaced[begin:end].sum()),
            refused_stamp_count=int(self._is_refused[first:last].sum()),
            redactions={name: count for name, count in redactions.items() if count},
            first_emitted_ms=int(emitted.min()) if len(emitted) else None,
            last_emitted_ms=int(emitted.max()) if len(emitted) else None,
        )


def _replaced(segments: Sequence[Segment]) -> Numbers | None:
    if all(segment.replaced_counts is None for segment in segments):
        return None
    return np.concatenate(
        [
            np.zeros(segment.line_count, np.int64) if segment.replaced_counts is None else segment.replaced_counts
            for segment in segments
        ]
    )


def _table(table: Table, rows: pl.DataFrame | None) -> pa.Table:
    schema = arrow_schema(table)
    for name in _ID_COLUMNS:
        schema = schema.remove(schema.get_field_index(name))
    if rows is None:
        return pa.Table.from_batches([], schema)
    return rows.select(schema.names).to_arrow(compat_level=pl.CompatLevel.oldest()).cast(schema)
