"""What the data tests found, as a table for the data health page.

One row per test: `table_name` and `column_name` are what it is attached to, null for a test of several tables;
`log_file_path` is a log that a failed one is about, where its rows name logs.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from orchestration.defs.dbt.warehouse import Build
from orchestration.defs.home import Home
from orchestration.lake import write_parquet
from orchestration.warehouse import Connection, fetch_tuples, open_tables

FILE_NAME = "dbt_test_results.parquet"
COLUMNS: Mapping[str, pa.DataType] = {
    "test_name": pa.large_string(),
    "table_name": pa.large_string(),
    "column_name": pa.large_string(),
    "description": pa.large_string(),
    "severity": pa.large_string(),
    "is_success": pa.bool_(),
    "failure_count": pa.int64(),
    "message": pa.large_string(),
    "log_file_path": pa.large_string(),
}
LOG_OF_ROWS = {
    "log_file_path": "select min(log_file_path) from ({query})",
    "session_id": "select min(log_file_path) from ({query}) join staging.stg_logs__log_files using (session_id)",
}


def write_test_results(home: Home, manifest: Mapping[str, Any], build: Build) -> None:
    """Write the results of a build's tests; the same results give the same bytes."""
    with open_tables(home.warehouse) as connection:
        rows = sorted(_rows(manifest, build, connection), key=lambda row: str(row["test_name"]))
    write_parquet(pa.Table.from_pylist(rows, schema=pa.schema(COLUMNS)), home.quality / FILE_NAME)


def _rows(manifest: Mapping[str, Any], build: Build, connection: Connection) -> Iterator[dict[str, Any]]:
    for outcome in build.outcomes:
        node = manifest["nodes"].get(outcome.unique_id)
        if outcome.is_test and node:
            attached = (node.get("attached_node") or "").split(".")
            yield {
                "test_name": node["name"],
                "table_name": attached[2] if len(attached) > 2 else None,
                "column_name": node.get("column_name"),
                "description": node.get("description") or None,
                "severity": str(node["config"].get("severity", "error")).lower(),
                "is_success": outcome.status == "pass",
                "failure_count": outcome.failure_count,
                "message": outcome.message or None,
                "log_file_path": _log_of(outcome.query, connection) if outcome.query else None,
            }


def _log_of(query: str, connection: Connection) -> str | None:
    """Return a log that the rows of a failed test are about, if they name any."""
    columns = fetch_tuples(connection, f"describe {query}")
    known = [LOG_OF_ROWS[name] for name, *_ in columns if name in LOG_OF_ROWS]
    rows = fetch_tuples(connection, known[0].format(query=query)) if known else []
    return rows[0][0] if rows else None
