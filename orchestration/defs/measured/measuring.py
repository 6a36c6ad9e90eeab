"""Computing a measured table: its tables out of the build, the result into the lake, whole or not at all.

A table whose rows are as before is left as it is. What it is computed of is said in tables.py, when in
orchestration/defs/dbt/slices.py.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.defs.home import Home
from orchestration.defs.measured.tables import MEASURED_TABLES, MeasuredTable
from orchestration.lake import write_parquet
from orchestration.warehouse import fetch_frame, open_tables

_BY_NAME = {table.name: table for table in MEASURED_TABLES}


def measured_file(home: Home, name: str) -> Path:
    """Return the Parquet file of a measured table."""
    return home.measured / f"{name}.parquet"


def ensure_measured(home: Home) -> None:
    """Write measured tables that are not there, or damaged, without rows: dbt's views of them need their columns.

    Files of tables that are no longer measured go: nothing would renew them, or take out what is forgotten.
    """
    known = {measured_file(home, table.name) for table in MEASURED_TABLES}
    for path in set(home.measured.glob("*.parquet")) - known:
        path.unlink()
    for table in MEASURED_TABLES:
        path = measured_file(home, table.name)
        if _written_rows(path) is None:
            write_parquet(pa.Table.from_batches([], arrow_columns(table)), path)


def measure(home: Home, name: str, schemas: Mapping[str, str]) -> int:
    """Compute a measured table and return its rows; `schemas` gives the schema of every table of the build."""
    table = _BY_NAME[name]
    method = table.method()
    with open_tables(home.warehouse) as connection:
        frames = [
            pq.ParquetFile(measured_file(home, read)).read()
            if read in _BY_NAME
            else fetch_frame(connection, _query(schemas[read], read, method.selections.get(read, "*")))
            for read in table.reads
        ]
    rows = method.compute(*frames).cast(arrow_columns(table))
    path = measured_file(home, name)
    written = _written_rows(path)
    if written is None or not written.equals(rows):
        write_parquet(rows, path)
    return len(rows)


def _written_rows(path: Path) -> pa.Table | None:
    """Return the rows of a measured table; None when it is not there or damaged: the next build makes it anew."""
    try:
        return pq.ParquetFile(path).read()
    except (OSError, pa.ArrowException):
        return None


def arrow_columns(table: MeasuredTable) -> pa.Schema:
    """Return the columns of a measured table as Arrow has them, whichever library its method thinks in."""
    columns = table.method().columns
    if isinstance(columns, pl.Schema):
        return pl.DataFrame(schema=columns).to_arrow().schema
    return pa.schema(dict[str, Any](columns))


def _query(schema: str, table: str, selection: str) -> str:
    columns, where, condition = selection.partition(" where ")
    return f'select {columns} from "{schema}"."{table}"{where}{condition}'
