"""The rows of one log to parts in the lake, segment after segment, and what they add up to.

Parts are written where no reader sees them; the ledger shows them when the whole log is done.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.domain.identifiers import stable_id
from orchestration.domain.state_changes import STATE_CHANGES
from orchestration.domain.tables import LOG_RECORDS, REDACTIONS, REJECTED_LINES, Table
from orchestration.lake import arrow_schema
from orchestration.log_ingest.batch import SegmentRows
from orchestration.log_ingest.columns import Coded, arrow_of
from orchestration.log_ingest.ledger import remove_pending, write_pending
from orchestration.log_ingest.ledger_entry import LedgerEntry, Part
from orchestration.log_ingest.state_changes import parse_state_rows

# The new rows of a grown log are added to its last part until that has so many rows.
_FULL_PART_ROW_COUNT = 200_000


@dataclass(frozen=True, slots=True)
class WriteOrder:
    """Where the rows of a segment belong. `version` tells its content and all before it from any other.

    `reopened` are the parts of a grown log that hold its last record: their rows before `kept_before` are kept.
    """

    log_file_id: str
    log_file_path: str
    version: str
    reopened: tuple[Part, ...] = ()
    kept_before: int = 0


class PartWriter:
    """Writes parts of logs; safe to use from several threads."""

    def __init__(self, lake: Path) -> None:
        """Write into `lake`."""
        self._lake = lake

    def write(self, order: WriteOrder, rows: SegmentRows) -> list[Part]:
        """Write the rows of a segment."""
        parts: list[Part] = []
        reopened = {part.table: part for part in order.reopened}
        for table, new in ((LOG_RECORDS, rows.records), (REJECTED_LINES, rows.rejected)):
            if table.name in reopened:
                schema = pa.schema([arrow_schema(table).field(name) for name in new.column_names])
                old = self._kept(reopened[table.name], order.kept_before, schema)
                if len(old) < _FULL_PART_ROW_COUNT:
                    new = pa.concat_tables([old, new.cast(schema)])
                else:
                    parts += self._parts(table, old, order, f"kept-{order.version}")
            if len(new):
                parts += self._parts(table, new, order, order.version)
        return parts

    def write_redactions(self, order: WriteOrder, redactions: dict[str, int]) -> list[Part]:
        """Write how many secrets of each kind a whole log held."""
        if not redactions:
            return []
        counts = {"redaction_rule": list(redactions), "redaction_count": list(redactions.values())}
        rows = pl.DataFrame(counts).to_arrow(compat_level=pl.CompatLevel.oldest())
        return [self._written(REDACTIONS, rows, order, order.version[:16], (0, 0))]

    def discard(self, parts: Iterable[Part]) -> None:
        """Remove parts that no ledger entry will list."""
        for part in parts:
            remove_pending(self._lake, part)

    def moved(self, entry: LedgerEntry, log_file_path: str) -> LedgerEntry:
        """Return the entry of a log that was found under another path; its rows are written anew with that path.

        Its version is another one, so that what is built of it says the new path too.
        """
        version = stable_id(entry.row["content_version"], log_file_path)
        row = entry.row | {"log_file_path": log_file_path, "content_version": version}
        parts = tuple(self._moved_part(part, log_file_path) for part in entry.state.parts)
        return LedgerEntry(row, replace(entry.state, parts=parts))

    def with_state_changes(self, entry: LedgerEntry) -> LedgerEntry:
        """Return the entry of a log that an earlier version read, with the parts of its state rows."""
        order = WriteOrder(entry.log_file_id, entry.log_file_path, "")
        parts = list(entry.state.parts)
        for part in entry.state.parts:
            if part.table == LOG_RECORDS.name:
                records = pq.ParquetFile(self._lake / "raw" / part.table / part.path).read()
                lines = (part.first_line_number, part.last_line_number)
                parts += self._state_parts(records, order, Path(part.path).stem, lines)
        return replace(entry, state=replace(entry.state, parts=tuple(parts), has_state_changes=True))

    def _moved_part(self, part: Part, log_file_path: str) -> Part:
        rows = pq.ParquetFile(self._lake / "raw" / part.table / part.path).read()
        column = repeated_text(log_file_path, len(rows))
        field = pa.field("log_file_path", column.type, nullable=False)
        rows = rows.set_column(rows.schema.get_field_index(field.name), field, column)
        name = f"{part.first_line_number:010d}-{stable_id(part.path, log_file_path)}"
        moved = replace(part, path=f"{part.path.split('/')[0]}/{name}.parquet")
        write_pending(self._lake, moved, rows)
        return moved

    def _kept(self, part: Part, before: int, schema: pa.Schema) -> pa.Table:
        old = pq.ParquetFile(self._lake / "raw" / part.table / part.path).read()
        is_before = pl.Series(pl.from_arrow(old["line_number"])) < before
        return old.filter(is_before.to_arrow()).select(schema.names).cast(schema)

    def _parts(self, table: Table, rows: pa.Table, order: WriteOrder, version: str) -> list[Part]:
        """Write a part; with records, what their state rows say, as a part of the same lines."""
        first, last = rows["line_number"][0].as_py(), rows["line_number"][-1].as_py()
        name = f"{first:010d}-{version[:16]}"
        if table is not LOG_RECORDS:
            return [self._written(table, rows, order, name, (first, last))]
        lines = (first, last + rows["line_count"][-1].as_py() - 1)
        return [self._written(table, rows, order, name, lines), *self._state_parts(rows, order, name, lines)]

    def _state_parts(self, records: pa.Table, order: WriteOrder, name: str, lines: tuple[int, int]) -> list[Part]:
        changes = parse_state_rows(records)
        return [self._written(STATE_CHANGES, changes, order, name, lines)] if len(changes) else []

    def _written(self, table: Table, rows: pa.Table, order: WriteOrder, name: str, lines: tuple[int, int]) -> Part:
        texts = {"log_file_id": order.log_file_id, "log_file_path": order.log_file_path}
        columns: dict[str, Any] = {name: repeated_text(text, len(rows)) for name, text in texts.items()}
        columns |= dict(zip(rows.column_names, rows.itercolumns(), strict=True))
        fields = [field.with_type(columns[field.name].type) for field in arrow_schema(table)]
        part = Part(table.name, f"{order.log_file_id}/{name}.parquet", *lines, len(rows))
        schema = pa.schema(fields)
        write_pending(self._lake, part, pa.Table.from_arrays([columns[name] for name in schema.names], schema=schema))
        return part


def repeated_text(text: str, count: int) -> "pa.Array[Any]":
    """Return a column of one text."""
    return Coded(np.zeros(count, np.int32), arrow_of(pl.Series([text])), is_exact=True).column(0, count)
