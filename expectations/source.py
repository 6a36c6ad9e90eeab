"""Reading for the suites: the lake's Parquet files or the warehouse, always read-only, as small frames.

Suites say `raw.<table>`, `marts.<table>` or `reports.<table>` in their SQL; here those names get their meaning.
`getvariable('judged_at')` is the moment the checks speak of as now.
"""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from expectations.suite import Layer
from orchestration.domain.tables import RAW_TABLES, Table
from orchestration.lake import table_folder

if TYPE_CHECKING:
    import pandas as pd

Connection = duckdb.DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class Source:
    """An open layer: `problems` says by table what cannot be read and why; `problem` is what stops all of them."""

    connection: Connection
    problem: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)

    def problem_of(self, schema: str, table: str) -> str:
        """Return why a table cannot be judged, in words; nothing when it can."""
        if self.problem or table in self.problems:
            return f"{schema}.{table} cannot be read: {self.problem or self.problems[table]}"
        if not _has_table(self.connection, schema, table):
            return f"{schema}.{table} does not exist yet; run the pipeline once to build it"
        return ""


@contextmanager
def open_layer(layer: Layer, warehouse: Path, lake: Path, now: datetime) -> Iterator[Source]:
    """Open what a layer's suites read; what is missing or damaged is said, not raised."""
    source = _open_lake(lake) if layer == "raw" else _open_warehouse(warehouse)
    try:
        source.connection.execute("set TimeZone = 'UTC'")
        source.connection.execute("set variable judged_at = ?::timestamptz", [now])
        yield source
    finally:
        source.connection.close()


def _has_table(connection: Connection, schema: str, table: str) -> bool:
    query = "select count(*) from information_schema.tables where table_schema = ? and table_name = ?"
    row = connection.execute(query, [schema, table]).fetchone()
    return row is not None and row[0] > 0


def load_frame(connection: Connection, sql: str) -> "pd.DataFrame":
    """Return the rows of a query; instants lose their zone, which is always UTC, as Great Expectations drops it too."""
    with warnings.catch_warnings():
        # DuckDB 1.5 calls pandas in a way pandas 3 deprecates; to be removed with the release that does not.
        warnings.simplefilter("ignore", DeprecationWarning)
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


def _open_warehouse(warehouse: Path) -> Source:
    if not warehouse.is_file():
        return Source(duckdb.connect())
    try:
        return Source(duckdb.connect(str(warehouse), read_only=True))
    except duckdb.Error as error:
        return Source(duckdb.connect(), problem=_first_line(error))


def _open_lake(lake: Path) -> Source:
    connection = duckdb.connect()
    connection.execute("create schema raw")
    problems = {}
    for table in RAW_TABLES:
        try:
            _show_table(connection, lake, table)
        except duckdb.Error as error:
            problems[table.name] = _first_line(error)
    return Source(connection, problems=problems)


def _show_table(connection: Connection, lake: Path, table: Table) -> None:
    folder = table_folder(lake, table)
    if any(folder.rglob("*.parquet")):
        pattern = str(folder / "**" / "*.parquet").replace("'", "''")
        columns = ", ".join(column.name for column in table.columns)
        source = f"read_parquet('{pattern}', union_by_name = true, hive_partitioning = false)"
        connection.execute(f"create view raw.{table.name} as select {columns} from {source}")


def _first_line(error: duckdb.Error) -> str:
    return str(error).splitlines()[0]
