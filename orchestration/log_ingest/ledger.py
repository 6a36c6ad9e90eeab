"""The ledger: what is ingested already, kept inside the log_files Parquet of each log, and nowhere else.

A log's row, its state and the list of its parts are one file, replaced by one rename: that rename is the commit.
Parts are written before it under names no reader sees, and shown after it; a run killed in between is completed by
the next one (`recover`). Reading logs is log_feed.py.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.domain.tables import LOG_FILES, LOG_TABLES
from orchestration.lake import SCHEMA_FILE_NAME, ParquetLayout, arrow_schema, ensure_table, table_folder, write_parquet
from orchestration.log_ingest.tally import Tally

PENDING_SUFFIX = ".pending"
# What is written here ends so; a file of another name in these folders is somebody else's, and stays.
_OWN_SUFFIXES = (".parquet", PENDING_SUFFIX, ".tmp")
_POLARS_TYPES = {
    "string": pl.String(),
    "int64": pl.Int64(),
    "float64": pl.Float64(),
    "bool": pl.Boolean(),
    "timestamp": pl.Datetime("ms", "UTC"),
}
_METADATA_KEY = b"sightline_ledger"
# Columns by which rows are looked for, columns that rise from row to row, and columns whose values seldom repeat.
_SOUGHT_COLUMNS = ("log_file_id", "log_file_path", "line_number")
_RISING_COLUMNS = ("line_number", "emitted_at")
_VARIED_COLUMNS = frozenset({"message", "detail", "clock_ms", "state_preview", "line_text"})


@dataclass(frozen=True, slots=True)
class Part:
    """A Parquet file of one log: its table, its path in the table's folder, the lines it covers."""

    table: str
    path: str
    first_line_number: int
    last_line_number: int
    row_count: int


@dataclass(frozen=True, slots=True)
class Resumption:
    """Where to go on when the log has grown: at the start of its last record, with the counts up to there."""

    offset: int = 0
    line_number: int = 1
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True, slots=True)
class LogState:
    """What must be known to tell whether, and from where, a log is to be read again."""

    size: int
    modified_ns: int
    maker: str
    content_digest: str = ""
    digest_pieces: tuple[str, ...] = ()
    consumed: int = 0
    head_digest: str = ""
    tail_digest: str = ""
    is_resumable: bool = False
    resumption: Resumption = field(default_factory=Resumption)
    earlier_digests: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One log as committed: its row of log_files and its state."""

    row: dict[str, Any]
    state: LogState
    # Said by who made the entry, not kept: the log's bytes begin with what was committed before.
    is_grown: bool = False

    @property
    def log_file_path(self) -> str:
        """Return the path people see."""
        return str(self.row["log_file_path"])

    @property
    def log_file_id(self) -> str:
        """Return the log's id."""
        return str(self.row["log_file_id"])

    @property
    def is_duplicate(self) -> bool:
        """Tell whether the log's bytes are ingested under another path."""
        return bool(self.row["ingest_status"] == "duplicate")


class Ledger:
    """The committed logs of a lake."""

    def __init__(self, lake: Path) -> None:
        """Open the lake: create what is missing, complete or remove what a killed run left, read all entries."""
        self._lake = lake
        for table in LOG_TABLES:
            ensure_table(lake, table)
        self.entries = {entry.log_file_path: entry for entry in self._recovered()}

    def commit(self, entry: LedgerEntry) -> None:
        """Make an entry the truth: its pending parts become visible, parts it does not list vanish."""
        before = self.entries.get(entry.log_file_path)
        row = _row_table(entry.row)
        write_parquet(row.replace_schema_metadata({_METADATA_KEY: _to_json(entry.state)}), self._row_path(entry))
        self._show_parts(entry)
        kept = {(part.table, part.path) for part in entry.state.parts}
        for part in before.state.parts if before else ():
            if (part.table, part.path) not in kept:
                self.part_path(part).unlink(missing_ok=True)
        self.entries[entry.log_file_path] = entry

    def discard(self, entry: LedgerEntry) -> None:
        """Remove the parts of an entry that is not to be committed."""
        for part in entry.state.parts:
            remove_pending(self._lake, part)

    def part_path(self, part: Part) -> Path:
        """Return where a part is once it is visible."""
        return self._lake / "raw" / part.table / part.path

    def _row_path(self, entry: LedgerEntry) -> Path:
        return table_folder(self._lake, LOG_FILES) / f"{entry.log_file_id}.parquet"

    def _show_parts(self, entry: LedgerEntry) -> None:
        for part in entry.state.parts:
            path = self.part_path(part)
            if _pending(path).exists():
                os.replace(_pending(path), path)

    def _recovered(self) -> Iterator[LedgerEntry]:
        listed: set[Path] = set()
        for path in sorted(table_folder(self._lake, LOG_FILES).glob("*.parquet")):
            if path.name == SCHEMA_FILE_NAME:
                continue
            entry = _read_entry(path)
            if entry is not None:
                self._show_parts(entry)
                parts = [self.part_path(part) for part in entry.state.parts]
                if all(part.exists() for part in parts):
                    listed |= {path, *parts}
                    yield entry
        self._remove_unlisted(listed)

    def _remove_unlisted(self, listed: set[Path]) -> None:
        for table in LOG_TABLES:
            folder = table_folder(self._lake, table)
            for path in folder.rglob("*"):
                is_ours = path.name.endswith(_OWN_SUFFIXES) and not path.is_dir()
                if is_ours and path not in listed and path.name != SCHEMA_FILE_NAME:
                    path.unlink()


def write_pending(lake: Path, part: Part, rows: pa.Table) -> None:
    """Write a part where no reader sees it."""
    repeating = tuple(name for name in rows.column_names if name not in _VARIED_COLUMNS)
    layout = ParquetLayout(repeating, _RISING_COLUMNS, _SOUGHT_COLUMNS)
    write_parquet(rows, _pending(lake / "raw" / part.table / part.path), layout)


def remove_pending(lake: Path, part: Part) -> None:
    """Remove a part that was written but is not to be shown."""
    _pending(lake / "raw" / part.table / part.path).unlink(missing_ok=True)


def _row_table(row: dict[str, Any]) -> pa.Table:
    schema = arrow_schema(LOG_FILES)
    # By way of Polars: pyarrow imports pandas (a second) to make an array of Python values.
    types = {column.name: _POLARS_TYPES[column.kind] for column in LOG_FILES.columns}
    frame = pl.from_dicts([{name: row.get(name) for name in types}], schema=types)
    return pa.Table.from_arrays(frame.to_arrow(compat_level=pl.CompatLevel.oldest()).columns, schema=schema)


def _pending(path: Path) -> Path:
    return path.with_name(path.name + PENDING_SUFFIX)


def _read_entry(path: Path) -> LedgerEntry | None:
    """Return the entry of a log_files Parquet; None when it is not one of this version."""
    try:
        table = pq.ParquetFile(path).read()
        state = _from_json((table.schema.metadata or {})[_METADATA_KEY])
        if table.schema.remove_metadata() != arrow_schema(LOG_FILES):
            return None
        return LedgerEntry(pl.DataFrame(pl.from_arrow(table)).row(0, named=True), state)
    except (KeyError, TypeError, ValueError, IndexError, pa.ArrowException, pl.exceptions.PolarsError):
        return None


def _to_json(state: LogState) -> bytes:
    return json.dumps(asdict(state), sort_keys=True).encode()


def _from_json(text: bytes) -> LogState:
    values = json.loads(text)
    resumption = values.pop("resumption")
    tally = Tally(**resumption.pop("tally"))
    parts = tuple(Part(**part) for part in values.pop("parts"))
    for name in ("digest_pieces", "earlier_digests"):
        values[name] = tuple(values[name])
    return LogState(**values, resumption=Resumption(**resumption, tally=tally), parts=parts)
