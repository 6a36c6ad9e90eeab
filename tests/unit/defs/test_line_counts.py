"""The check that every line of a log is accounted for."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from orchestration.defs.home import Home
from orchestration.defs.quality.line_counts import find_uneven_files
from orchestration.domain.tables import LOG_FILES, LOG_RECORDS, LOG_TABLES, REJECTED_LINES, Table
from orchestration.lake import arrow_schema, ensure_table, table_folder, write_parquet

ZEROS: dict[str, Any] = {"string": "x", "int64": 0, "float64": 0.0, "bool": False, "timestamp": None}


def write(lake: Path, table: Table, *rows: dict[str, Any]) -> None:
    defaults = {column.name: ZEROS[column.kind] if column.is_required else None for column in table.columns}
    filled = pa.Table.from_pylist([{**defaults, **row} for row in rows], schema=arrow_schema(table))
    write_parquet(filled, table_folder(lake, table) / "rows.parquet")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    for table in LOG_TABLES:
        ensure_table(home.lake, table)
    return home


FILE = {"log_file_id": "f", "log_file_path": "a.log", "line_count": 4, "record_line_count": 2}


def test_lines_that_add_up_are_fine(home: Home) -> None:
    write(home.lake, LOG_FILES, {**FILE, "rejected_line_count": 1, "blank_line_count": 1})
    write(home.lake, LOG_RECORDS, {"log_file_id": "f", "line_count": 2})
    write(home.lake, REJECTED_LINES, {"log_file_id": "f"})
    assert find_uneven_files(home) == []


def test_a_line_nobody_accounts_for_is_found(home: Home) -> None:
    write(home.lake, LOG_FILES, {**FILE, "rejected_line_count": 1, "blank_line_count": 0})
    write(home.lake, LOG_RECORDS, {"log_file_id": "f", "line_count": 2})
    write(home.lake, REJECTED_LINES, {"log_file_id": "f"})
    (found,) = find_uneven_files(home)
    assert found["log_file_path"] == "a.log"


def test_a_file_whose_records_are_lost_is_found_though_its_own_counts_add_up(home: Home) -> None:
    write(home.lake, LOG_FILES, {**FILE, "line_count": 2})
    (found,) = find_uneven_files(home)
    assert (found["line_count"], found["record_lines"]) == (2, 0)
