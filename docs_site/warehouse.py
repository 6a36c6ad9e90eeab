"""Reading for the site: the warehouse's marts and reports, and the lake's raw Parquet.

Rows come as dictionaries. Read-only: the site never locks out dbt for longer than a query. Which query belongs to
which page is written beside that page, or in docs_site/queries when several share it.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from orchestration.domain.errors import SightlineError

Row = dict[str, Any]


class SiteDataError(SightlineError):
    """Raised when the warehouse lacks what a page is made of, naming the page's query."""


# The databases `keep_open` holds, by path; the empty in-memory one is under None.
_KEPT: ContextVar[dict[Path | None, duckdb.DuckDBPyConnection] | None] = ContextVar("kept", default=None)


@contextmanager
def keep_open(warehouse: Path) -> Iterator[None]:
    """Open what pages read once, for all reading inside: two hundred times a site costs as much as all its queries."""
    with closing(_connect(warehouse)) as marts, closing(duckdb.connect()) as lake:
        token = _KEPT.set({warehouse: marts, None: lake})
        try:
            yield
        finally:
            _KEPT.reset(token)


@contextmanager
def open_warehouse(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse read-only, in UTC."""
    kept = (_KEPT.get() or {}).get(path)
    with closing(_connect(path) if kept is None else kept.cursor()) as connection:
        connection.execute("set timezone = 'UTC'")
        yield connection


@contextmanager
def open_lake() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an empty in-memory database, to read Parquet files with; only temporary things may be created in it."""
    kept = (_KEPT.get() or {}).get(None)
    with closing(duckdb.connect() if kept is None else kept.cursor()) as connection:
        connection.execute("set timezone = 'UTC'")
        yield connection


def _connect(warehouse: Path) -> duckdb.DuckDBPyConnection:
    if not warehouse.exists():
        raise SiteDataError(f"No warehouse at {warehouse}: build the dbt models first.")
    return duckdb.connect(str(warehouse), read_only=True)


def fetch_rows(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
    """Run a query and return its rows; timestamps are UTC."""
    try:
        cursor = connection.execute(sql, list(parameters))
    except duckdb.Error as error:
        raise SiteDataError(f"The site cannot read what it needs: {error}") from error
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, map(_plain, values), strict=True)) for values in cursor.fetchall()]


def load_rows(warehouse: Path, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
    """Open the warehouse, run one query, and return its rows."""
    with open_warehouse(warehouse) as connection:
        return fetch_rows(connection, sql, parameters)


def load_raw(lake: Path, table: str, sql: str) -> list[Row]:
    """Run `sql` over a raw table of the lake, there called `raw`; no rows if the table was never written."""
    folder = lake / "raw" / table
    if not any(folder.glob("**/*.parquet")):
        return []
    pattern = str(folder / "**" / "*.parquet")
    with open_lake() as connection:
        connection.execute(
            "create temp view raw as select * from read_parquet(" + _literal(pattern) + ", union_by_name = true)"
        )
        return fetch_rows(connection, sql)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    # DuckDB gives naive datetimes for `timestamp` columns; all stored times are UTC.
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return value
