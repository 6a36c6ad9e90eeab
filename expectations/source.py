"""Reading for the suites: the lake's Parquet files or the warehouse, always read-only, as small frames.

Suites say `raw.<table>`, `marts.<table>` or `reports.<table>` in their SQL; here those names get their meaning.
`getvariable('judged_at')` is the moment the checks speak of as now.
"""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.suite import Layer
from orchestration.domain.tables import RAW_TABLES, Table
from orchestration.lake import table_folder
from orchestration.warehouse import (
    Connection,
    TablesError,
    fetch_rows,
    fetch_tuples,
    has_table,
    open_files,
    open_tables,
)

if TYPE_CHECKING:
    import pandas as pd


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
        if not has_table(self.connection, schema, table):
            return f"{schema}.{table} does not exist yet; run the pipeline once to build it"
        return ""


@contextmanager
def open_layer(layer: Layer, warehouse: Path, lake: Path, now: datetime) -> Iterator[Source]:
    """Open what a layer's suites read; what is missing or damaged is said, not raised."""
    with ExitStack() as opened:
        source = _open(opened, None if layer == "raw" else warehouse)
        if layer == "raw":
            source = replace(source, problems=_show_lake(source.connection, lake))
        source.connection.execute("set variable judged_at = ?::timestamptz", [now])
        yield source


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
    return fetch_rows(connection, f"select * from ({sql}) limit {limit}")


def _open(opened: ExitStack, warehouse: Path | None) -> Source:
    """Open the warehouse, and nothing but files where there is none or it cannot be read."""
    if warehouse is not None and warehouse.is_file():
        try:
            return Source(opened.enter_context(open_tables(warehouse)))
        except TablesError as error:
            return Source(opened.enter_context(open_files()), problem=str(error))
    return Source(opened.enter_context(open_files()))


def _show_lake(connection: Connection, lake: Path) -> Mapping[str, str]:
    """Make the raw tables of a lake readable; return by name why one is not."""
    connection.execute("create schema raw")
    problems = {}
    for table in RAW_TABLES:
        try:
            _show_table(connection, lake, table)
        except TablesError as error:
            problems[table.name] = error.reason
    return problems


def _show_table(connection: Connection, lake: Path, table: Table) -> None:
    folder = table_folder(lake, table)
    if any(folder.rglob("*.parquet")):
        pattern = str(folder / "**" / "*.parquet").replace("'", "''")
        columns = ", ".join(column.name for column in table.columns)
        source = f"read_parquet('{pattern}', union_by_name = true, hive_partitioning = false)"
        fetch_tuples(connection, f"create view raw.{table.name} as select {columns} from {source}")
