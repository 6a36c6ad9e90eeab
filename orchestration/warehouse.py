"""The one door to DuckDB outside dbt: opens a warehouse or nothing but files, asks queries, says why it cannot.

Read-only, in UTC, values bound. Rows come as dictionaries or tuples, frames as Arrow tables. A query stands beside what
needs it, not here. What a warehouse says is dbt's to write; here a whole file is written anew from another, aside and
renamed.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import duckdb

from orchestration.domain.errors import SightlineError
from orchestration.whole_files import written_whole

if TYPE_CHECKING:
    import pyarrow as pa

Connection = duckdb.DuckDBPyConnection
Row = dict[str, Any]
# By place, or by the names that stand in the query as `$name`.
Values = Sequence[object] | Mapping[str, object]
Problem = Literal["locked", "damaged", "layout", "files", "other"]


class TablesError(SightlineError):
    """Raised when tables cannot be read.

    `problem` is what kind of trouble that is: another process writes the file, it is no database, a table or column is
    not there (`layout`), or Parquet files that are named are gone (`files`). `reason` is the engine's own first line.
    """

    def __init__(self, message: str, problem: Problem = "other", reason: str = "") -> None:
        super().__init__(message)
        self.problem = problem
        self.reason = reason


# The databases `keep_open` holds, by path; the empty in-memory one is under None.
_KEPT: ContextVar[dict[Path | None, Connection] | None] = ContextVar("kept", default=None)


@contextmanager
def keep_open(path: Path) -> Iterator[None]:
    """Open a warehouse once for all reading inside: two hundred times a site costs as much as all its queries."""
    with closing(_connect(path)) as tables, closing(duckdb.connect()) as files:
        token = _KEPT.set({path: tables, None: files})
        try:
            yield
        finally:
            _KEPT.reset(token)


@contextmanager
def open_tables(path: Path) -> Iterator[Connection]:
    """Open a warehouse; raise TablesError when there is none, or it cannot be read now."""
    kept = (_KEPT.get() or {}).get(path)
    with closing(_connect(path) if kept is None else kept.cursor()) as connection:
        connection.execute("set timezone = 'UTC'")
        yield connection


@contextmanager
def open_files() -> Iterator[Connection]:
    """Open an empty in-memory database, to read Parquet files with; only temporary things may be created in it."""
    kept = (_KEPT.get() or {}).get(None)
    with closing(duckdb.connect() if kept is None else kept.cursor()) as connection:
        connection.execute("set timezone = 'UTC'")
        yield connection


def is_damaged(path: Path) -> bool:
    """Tell whether a file that can be read is no database, or of an engine this one does not know."""
    try:
        with open_tables(path):
            return False
    except TablesError as error:
        return error.problem == "damaged" and os.access(path, os.R_OK)


def fetch_rows(connection: Connection, sql: str, values: Values = ()) -> list[Row]:
    """Return the rows of a query by the names of its columns; times are aware, decimals floats."""
    names, found = _fetch(connection, sql, values)
    return [dict(zip(names, row, strict=True)) for row in found]


def fetch_tuples(connection: Connection, sql: str, values: Values = ()) -> list[tuple[Any, ...]]:
    """Return the rows of a query as tuples; times are aware, decimals floats."""
    return _fetch(connection, sql, values)[1]


def fetch_frame(connection: Connection, sql: str, values: Values = ()) -> "pa.Table":
    """Return the rows of a query as an Arrow table, with the types the warehouse has."""
    with _in_words():
        return _run(connection, sql, values).to_arrow_table()


def load_rows(path: Path, sql: str, values: Values = ()) -> list[Row]:
    """Open a warehouse, run one query, and return its rows."""
    with open_tables(path) as connection:
        return fetch_rows(connection, sql, values)


def load_raw(lake: Path, table: str, sql: str, values: Values = ()) -> list[Row]:
    """Run `sql` over a raw table of the lake, there called `raw`; no rows if the table was never written."""
    folder = lake / "raw" / table
    if not any(folder.glob("**/*.parquet")):
        return []
    files = _quoted(folder / "**" / "*.parquet")
    with open_files() as connection:
        fetch_tuples(
            connection,
            f"create or replace temp view raw as select * from read_parquet({files}, union_by_name = true)",
        )
        return fetch_rows(connection, sql, values)


def by_key(rows: Sequence[Row], column: str) -> dict[str, list[Row]]:
    """Return rows by their value in a column, in their order; a value without rows gives none."""
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return groups


def has_table(connection: Connection, schema: str, table: str) -> bool:
    """Tell whether a table or view is there."""
    query = "select count(*) from information_schema.tables where table_schema = ? and table_name = ?"
    return bool(fetch_tuples(connection, query, [schema, table])[0][0])


def rewrite(path: Path) -> None:
    """Write a database anew, so that no freed block of it holds what was in it; raise TablesError when that fails."""
    with _written(path) as connection:
        connection.execute(f"attach {_quoted(path)} as before (read_only)")
        connection.execute("copy from database before to written")


def copy_tables(source: Path, path: Path, tables: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Write a database of some tables and views of another, by schema and name; return the rows of each.

    Rows are written in one order, whatever order they were built in: readers who add floats, or ask for no order, then
    say the same of two builds. Who has the file open reads on what was in it before. What the source does not have is
    left out; raises TablesError, and leaves the file as it was, when it cannot be written.
    """
    counts = {}
    with _written(path) as connection:
        # A small table is packed no sooner by several threads, and they take twice the time of one.
        connection.execute("set threads = 1")
        connection.execute(f"attach {_quoted(source)} as source (read_only)")
        existing = set(connection.execute(_TABLES_OF_SOURCE).fetchall())
        connection.execute("begin")
        for schema, table in (place for place in tables if place in existing):
            name = f'"{schema}"."{table}"'
            connection.execute(f'create schema if not exists written."{schema}"')
            made = connection.execute(f"create table written.{name} as from source.{name} order by all").fetchone()
            counts[f"{schema}.{table}"] = int(made[0]) if made else 0
        connection.execute("commit")
    return counts


_TABLES_OF_SOURCE = "select table_schema, table_name from information_schema.tables where table_catalog = 'source'"


@contextmanager
def _written(path: Path) -> Iterator[Connection]:
    """Open an in-memory database to which the new, empty file `written` is attached; it takes the place of `path`.

    For holders of the home's lock: what a killed process left unfinished is removed, whatever is forgotten since.
    """
    try:
        for left in path.parent.glob(f".{path.name}.*.tmp*"):
            left.unlink(missing_ok=True)
        with written_whole(path) as unfinished, duckdb.connect() as connection:
            # DuckDB makes a new database where there is no file, and takes an empty one for a damaged one.
            unfinished.unlink()
            connection.execute("set enable_progress_bar = false")
            # Most tables are small, and a column takes a block at least.
            connection.execute(f"attach {_quoted(unfinished)} as written (block_size 16384)")
            yield connection
            connection.execute("detach written")
    except (duckdb.Error, OSError) as error:
        raise TablesError(f"{path}: cannot be written anew ({_first_line(error)})") from None


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0]


def _connect(path: Path) -> Connection:
    if not path.exists():
        raise TablesError(f"{path}: nothing has been built there yet; run `sightline run` first")
    try:
        return duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        # Not "lock" alone: what is damaged is a "block".
        if "set lock" in str(error):
            raise TablesError(f"{path}: a run is writing it; try again when that run is done", "locked") from None
        raise TablesError(f"{path}: is not a warehouse; run again", "damaged") from None


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        first = _first_line(error)
        raise TablesError(f"the tables cannot be read ({first})", _problem_of(error), first) from error


def _run(connection: Connection, sql: str, values: Values) -> Connection:
    return connection.execute(sql, values if isinstance(values, Mapping) else list(values))


def _problem_of(error: duckdb.Error) -> Problem:
    if isinstance(error, duckdb.CatalogException | duckdb.BinderException):
        return "layout"
    return "files" if isinstance(error, duckdb.IOException) else "other"


def _fetch(connection: Connection, sql: str, values: Values) -> tuple[list[str], list[tuple[Any, ...]]]:
    with _in_words():
        cursor = _run(connection, sql, values)
        columns = cursor.description or []
        found = cursor.fetchall()
    changed = {place: plain for place, column in enumerate(columns) if (plain := _PLAIN.get(str(column[1].id)))}
    return [column[0] for column in columns], [_plainly(row, changed) for row in found] if changed else found


def _plainly(row: Sequence[Any], changed: Mapping[int, Callable[[Any], object]]) -> tuple[Any, ...]:
    values = list(row)
    for place, plain in changed.items():
        if values[place] is not None:
            values[place] = plain(values[place])
    return tuple(values)


def _in_utc(value: datetime) -> datetime:
    # DuckDB gives naive datetimes for `timestamp` columns; all stored times are UTC.
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_PLAIN: Mapping[str, Callable[[Any], object]] = {
    "decimal": float,
    "timestamp": _in_utc,
    "timestamp_s": _in_utc,
    "timestamp_ms": _in_utc,
    "timestamp_ns": _in_utc,
    "timestamp with time zone": _in_utc,
}
