"""Reading for the suites: the lake's Parquet files or the warehouse, always read-only, as small frames.

Suites say `raw.<table>`, `marts.<table>` or `reports.<table>` in their SQL; here those names get their meaning.
`getvariable('judged_at')` is the moment the checks speak of as now.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from expectations.suite import Layer
from orchestration.domain.tables import RAW_TABLES
from orchestration.lake import table_folder

if TYPE_CHECKING:
    import pandas as pd

Connection = duckdb.DuckDBPyConnection


@contextmanager
def open_layer(layer: Layer, warehouse: Path, lake: Path, now: datetime) -> Iterator[Connection]:
    """Open what a layer's suites read; a table that does not exist yet is simply absent."""
    connection = duckdb.connect() if layer == "raw" or not warehouse.is_file() else _open_warehouse(warehouse)
    try:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("set variable judged_at = ?::timestamptz", [now])
        if layer == "raw":
            _show_lake(connection, lake)
        yield connection
    finally:
        connection.close()


def has_table(connection: Connection, schema: str, table: str) -> bool:
    """Tell whether the table is there to be read."""
    query = "select count(*) from information_schema.tables where table_schema = ? and table_name = ?"
    row = connection.execute(query, [schema, table]).fetchone()
    return row is not None and row[0] > 0


def load_frame(connection: Connection, sql: str) -> "pd.DataFrame":
    """Return the rows of a query; instants lose their zone, which is always UTC, as Great Expectations drops it too."""
    frame = connection.execute(sql).df()
    for name in frame.columns:
        if getattr(frame[name].dtype, "tz", None) is not None:
            frame[name] = frame[name].dt.tz_localize(None)
    return frame


def load_rows(connection: Connection, sql: str, limit: int) -> list[dict[str, Any]]:
    """Return the first rows of a query as dictionaries."""
    cursor = connection.execute(f"select * from ({sql}) limit {limit}")
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _open_warehouse(warehouse: Path) -> Connection:
    return duckdb.connect(str(warehouse), read_only=True)


def _show_lake(connection: Connection, lake: Path) -> None:
    connection.execute("create schema raw")
    for table in RAW_TABLES:
        folder = table_folder(lake, table)
        if any(folder.rglob("*.parquet")):
            pattern = str(folder / "**" / "*.parquet").replace("'", "''")
            columns = ", ".join(column.name for column in table.columns)
            source = f"read_parquet('{pattern}', union_by_name = true, hive_partitioning = false)"
            connection.execute(f"create view raw.{table.name} as select {columns} from {source}")
