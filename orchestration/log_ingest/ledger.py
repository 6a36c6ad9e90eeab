"""The ledger: what is ingested already, kept inside the log_files Parquet of each log, and nowhere else.

A log's row, its state and the list of its parts are one file, replaced by one rename: that rename is the commit.
Parts are written before it under names no reader sees, and shown after it; a run killed in between is completed by
the next one. What cannot be understood is set aside, never removed. What an entry is: ledger_entry.py.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import polars as pl
import pyarrow as pa

from orchestration.domain.errors import UsageError
from orchestration.domain.passed_over import PASSED_OVER_FILES, PassedOver
from orchestration.domain.state_changes import STATE_CHANGES
from orchestration.domain.tables import LOG_FILES, LOG_RECORDS, REDACTIONS, REJECTED_LINES, Table
from orchestration.lake import SCHEMA_FILE_NAME, ParquetLayout, arrow_schema, ensure_table, table_folder, write_parquet
from orchestration.log_ingest.ledger_entry import LedgerEntry, Part, read_entry, write_entry
from orchestration.whole_files import held

# The tables whose rows belong to logs.
_TABLES = (LOG_FILES, LOG_RECORDS, STATE_CHANGES, REJECTED_LINES, REDACTIONS)
PENDING_SUFFIX = ".pending"
ASIDE_FOLDER_NAME = "set_aside"
# What is written here ends so; a file of another name in these folders is somebody else's, and stays.
_OWN_SUFFIXES = (".parquet", PENDING_SUFFIX, ".tmp")
# Columns by which rows are looked for, columns that rise from row to row, and columns whose values seldom repeat.
_SOUGHT_COLUMNS = ("log_file_id", "log_file_path", "line_number")
_RISING_COLUMNS = ("line_number", "emitted_at")
_VARIED_COLUMNS = frozenset({"message", "detail", "clock_ms", "state_preview", "line_text", "value_after"})


class Ledger:
    """The committed logs of a lake, by log_file_id. `set_aside_count` files could not be understood."""

    def __init__(self, lake: Path) -> None:
        """Open the lake: create what is missing, complete or remove what a killed run left, read all entries."""
        self._lake = lake
        self.set_aside_count = 0
        for table in _TABLES:
            ensure_table(lake, table)
        self.entries = {entry.log_file_id: entry for entry in self._recovered()}

    def commit(self, entry: LedgerEntry) -> None:
        """Make an entry the truth: its pending parts become visible, parts it does not list vanish."""
        before = self.entries.get(entry.log_file_id)
        write_entry(entry, self._row_path(entry.log_file_id))
        self._show_parts(entry)
        kept = {(part.table, part.path) for part in entry.state.parts}
        for part in before.state.parts if before else ():
            if (part.table, part.path) not in kept:
                self.part_path(part).unlink(missing_ok=True)
        self.entries[entry.log_file_id] = entry

    def remove(self, log_file_id: str) -> None:
        """Remove a log: its parts, then its row."""
        for part in self.entries[log_file_id].state.parts:
            self.part_path(part).unlink(missing_ok=True)
        self._row_path(log_file_id).unlink(missing_ok=True)
        del self.entries[log_file_id]

    def part_path(self, part: Part) -> Path:
        """Return where a part is once it is visible."""
        return self._lake / "raw" / part.table / part.path

    def _row_path(self, log_file_id: str) -> Path:
        return table_folder(self._lake, LOG_FILES) / f"{log_file_id}.parquet"

    def _show_parts(self, entry: LedgerEntry) -> None:
        for part in entry.state.parts:
            path = self.part_path(part)
            if _pending(path).exists():
                os.replace(_pending(path), path)

    def _recovered(self) -> Iterator[LedgerEntry]:
        listed: set[Path] = set()
        understood: set[str] = set()
        for path in sorted(table_folder(self._lake, LOG_FILES).glob("*.parquet")):
            entry = None if path.name == SCHEMA_FILE_NAME else read_entry(path)
            if entry is None:
                continue
            self._show_parts(entry)
            parts = [self.part_path(part) for part in entry.state.parts]
            if all(part.exists() for part in parts):
                listed |= {path, *parts}
                understood.add(entry.log_file_id)
                yield entry
        for table in _TABLES:
            self._tidy(table, listed, understood)

    def _tidy(self, table: Table, listed: set[Path], understood: set[str]) -> None:
        """Remove what a killed run left of logs that are known; set aside what belongs to none."""
        for path in sorted(table_folder(self._lake, table).rglob("*")):
            is_ours = path.name.endswith(_OWN_SUFFIXES) and not path.is_dir()
            if not is_ours or path in listed or path.name == SCHEMA_FILE_NAME:
                continue
            owner = path.stem if table is LOG_FILES else path.parent.name
            if path.suffix == ".parquet" and owner not in understood:
                self._set_aside(path)
            else:
                path.unlink()

    def _set_aside(self, path: Path) -> None:
        place = self._lake / ASIDE_FOLDER_NAME / path.relative_to(self._lake / "raw")
        place.parent.mkdir(parents=True, exist_ok=True)
        number = 1
        while place.exists():
            number += 1
            place = place.with_name(f"{path.stem}-{number}.parquet")
        os.replace(path, place)
        self.set_aside_count += 1


@contextmanager
def only_writer(lake: Path) -> Iterator[None]:
    """Keep a second writer out of the lake; the lock goes with the process, however it ends."""
    lake.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        try:
            stack.enter_context(held(lake / ".ingest.lock", None))
        except BlockingIOError as error:
            raise UsageError(f"Another ingest is writing to {lake}: wait for it to end.") from error
        yield


def read_entries(lake: Path) -> list[LedgerEntry]:
    """Return all logs that are known, and write nothing."""
    files = (path for path in table_folder(lake, LOG_FILES).glob("*.parquet") if path.name != SCHEMA_FILE_NAME)
    return [entry for path in sorted(files) if (entry := read_entry(path)) is not None]


def write_passed_over(kinds: Sequence[PassedOver], lake: Path) -> None:
    """Write what lies in the folders of logs and is none; the same kinds are the same bytes."""
    ensure_table(lake, PASSED_OVER_FILES)
    schema = arrow_schema(PASSED_OVER_FILES)
    # By way of Polars, as in ledger_entry.py.
    frame = pl.DataFrame(
        [(kind.file_kind, kind.file_count, kind.example_path) for kind in kinds],
        schema={"file_kind": pl.String, "file_count": pl.Int64, "example_path": pl.String},
        orient="row",
    )
    rows = frame.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(schema)
    write_parquet(rows, table_folder(lake, PASSED_OVER_FILES) / f"{PASSED_OVER_FILES.name}.parquet")


def write_pending(lake: Path, part: Part, rows: pa.Table) -> None:
    """Write a part where no reader sees it."""
    repeating = tuple(name for name in rows.column_names if name not in _VARIED_COLUMNS)
    layout = ParquetLayout(repeating, _RISING_COLUMNS, _SOUGHT_COLUMNS)
    write_parquet(rows, _pending(lake / "raw" / part.table / part.path), layout)


def remove_pending(lake: Path, part: Part) -> None:
    """Remove a part that was written but is not to be shown."""
    _pending(lake / "raw" / part.table / part.path).unlink(missing_ok=True)


def _pending(path: Path) -> Path:
    return path.with_name(path.name + PENDING_SUFFIX)
