"""Small logs for the tests of log ingest, and what became of them in a lake."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from orchestration.log_ingest.ingest import ingest_logs
from orchestration.log_ingest.options import IngestOptions, IngestReport

STAMP = "2026-03-01T10:00:{:02d}.{:03d}Z"
SETTLED_OPTIONS = IngestOptions(workers=1, settle_seconds=0, resume_byte_count=0)


@dataclass(frozen=True)
class Lake:
    """A lake after an ingest."""

    path: Path
    report: IngestReport

    def table(self, name: str) -> pl.DataFrame:
        """Return all rows of a raw table as a reader sees them."""
        return pl.read_parquet(self.path / "raw" / name / "**" / "*.parquet")

    def records(self, **wanted: Any) -> list[dict[str, Any]]:
        """Return the records, in order, that have the wanted values."""
        rows = self.table("log_records").sort("log_file_path", "line_number").to_dicts()
        return [row for row in rows if all(row[name] == value for name, value in wanted.items())]

    def rejected(self) -> list[tuple[int, str, str]]:
        """Return line number, reason and text of the rejected lines."""
        rows = self.table("rejected_lines").sort("log_file_path", "line_number")
        return rows.select("line_number", "reason", "line_text").rows()

    def file(self, path: str) -> dict[str, Any]:
        """Return the row of a log."""
        return self.table("log_files").row(by_predicate=pl.col("log_file_path") == path, named=True)

    def parquet_bytes(self) -> dict[str, bytes]:
        """Return every Parquet file but the rows of log_files, which hold modification times."""
        files = sorted((self.path / "raw").rglob("*.parquet"))
        return {str(f.relative_to(self.path)): f.read_bytes() for f in files if f.parent.name != "log_files"}


def ingest(sources: Path | Sequence[str | Path], lake: Path, options: IngestOptions = SETTLED_OPTIONS) -> Lake:
    """Ingest and return the lake."""
    return Lake(lake, ingest_logs([sources] if isinstance(sources, Path) else sources, lake, options))


def write(path: Path, content: str | bytes, age: float = 3600) -> Path:
    """Write a log that was last modified `age` seconds ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    modified = time.time() - age
    os.utime(path, (modified, modified))
    return path


def beat_log(count: int, first: int = 1) -> str:
    """Return a stamped development log of `count` beats, one line each, which the corpus dialect recognises."""
    lines = [
        f"EventBus.ts:70 {STAMP.format(number // 1000 % 60, number % 1000)}"
        f" ⏱️ PerformanceTracker: Started timing beat {number} for Sequence {number % 7}\n"
        for number in range(first, first + count)
    ]
    return "".join(lines)


def assert_counts_add_up(lake: Lake) -> None:
    """Check that every line of every log is accounted for exactly once."""
    files = lake.table("log_files")
    records = lake.table("log_records")
    rejected = lake.table("rejected_lines")
    for row in files.iter_rows(named=True):
        own = records.filter(pl.col("log_file_id") == row["log_file_id"])
        lost = rejected.filter(pl.col("log_file_id") == row["log_file_id"])
        assert row["line_count"] == row["record_line_count"] + row["rejected_line_count"] + row["blank_line_count"]
        assert row["record_count"] == len(own)
        assert row["record_line_count"] == own["line_count"].sum()
        assert row["rejected_line_count"] == len(lost)
        numbers = pl.concat([own["line_number"], lost["line_number"]])
        assert numbers.n_unique() == len(numbers)
        assert len(numbers) == 0 or (numbers.min() >= 1 and numbers.max() <= row["line_count"])
