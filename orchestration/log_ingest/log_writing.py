"""The rows of one log to parts in the lake, segment after segment, and what they add up to.

Parts are written where no reader sees them; the ledger shows them when the whole log is done.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.domain.identifiers import stable_id
from orchestration.domain.tables import LOG_RECORDS, REDACTIONS, REJECTED_LINES, Table
from orchestration.lake import arrow_schema
from orchestration.log_ingest.batch import SegmentRows
from orchestration.log_ingest.ledger import LedgerEntry, Part, Resumption, write_pending
from orchestration.log_ingest.tally import Tally

# New rows of a grown log are added to its last part until that has so many rows.
_FULL_PART_ROW_COUNT = 200_000


class LogWriter:
    """Writes one log. `grown_from` is the entry whose parts are kept, but for its last record."""

    def __init__(self, lake: Path, log_file_path: str, grown_from: LedgerEntry | None) -> None:
        """Begin a log; nothing is written yet."""
        self._lake = lake
        self._log_file_path = log_file_path
        self._log_file_id = stable_id(log_file_path)
        self.parts: list[Part] = []
        self.tally = Tally()
        self.resumption = Resumption()
        self._reopened: dict[str, Part] = {}
        if grown_from is not None:
            self._take_over(grown_from)

    def _take_over(self, entry: LedgerEntry) -> None:
        self.resumption = entry.state.resumption
        self.tally = self.resumption.tally
        line = self.resumption.line_number
        for part in entry.state.parts:
            if part.table == REDACTIONS.name or part.first_line_number >= line:
                continue
            if part.last_line_number < line:
                self.parts.append(part)
            else:
                self._reopened[part.table] = part

    def add(self, rows: SegmentRows, version: str) -> None:
        """Write the rows of the next segment; `version` tells its content and all before it from any other."""
        for table, new in ((LOG_RECORDS, rows.records), (REJECTED_LINES, rows.rejected)):
            if table.name in self._reopened:
                new = self._with_reopened(table, new, version)
            if len(new):
                self._write(table, new, version)
        before, self.tally = self.tally, self.tally + rows.tally
        if rows.last_record_offset is None:
            self.resumption = Resumption(-1, self.tally.line_count + 1, self.tally)
        else:
            # The end of the last record is never certain: a log that grows is read again from its beginning.
            self.resumption = Resumption(
                rows.last_record_offset, rows.last_record_line_number, before + rows.tally_before_last_record
            )

    def _with_reopened(self, table: Table, new: pa.Table, version: str) -> pa.Table:
        part = self._reopened.pop(table.name)
        old = pq.ParquetFile(self._lake / "raw" / table.name / part.path).read()
        old = old.filter(pc.less(old["line_number"], self.resumption.line_number)).select(new.column_names)
        if len(old) < _FULL_PART_ROW_COUNT:
            return pa.concat_tables([old, new])
        self._write(table, old, f"kept-{version}")
        return new

    def _write(self, table: Table, rows: pa.Table, version: str) -> None:
        first, last = rows["line_number"][0].as_py(), rows["line_number"][-1].as_py()
        if table is LOG_RECORDS:
            last += rows["line_count"][-1].as_py() - 1
        self._write_part(table, rows, f"{first:010d}-{version[:16]}", (first, last))

    def write_redactions(self, version: str) -> None:
        """Write how many secrets of each kind the whole log held."""
        names = sorted(self.tally.redactions)
        if names:
            counts = [self.tally.redactions[name] for name in names]
            rows = pa.table({"redaction_rule": names, "redaction_count": counts})
            self._write_part(REDACTIONS, rows, version[:16], (0, 0))

    def _write_part(self, table: Table, rows: pa.Table, name: str, lines: tuple[int, int]) -> None:
        schema = arrow_schema(table)
        texts = {"log_file_id": self._log_file_id, "log_file_path": self._log_file_path}
        columns = [
            pa.repeat(pa.scalar(texts[field.name], field.type), len(rows))
            if field.name in texts
            else rows[field.name].cast(field.type)
            for field in schema
        ]
        part = Part(table.name, f"{self._log_file_id}/{name}.parquet", *lines, len(rows))
        write_pending(self._lake, part, pa.Table.from_arrays(columns, schema=schema))
        self.parts.append(part)

