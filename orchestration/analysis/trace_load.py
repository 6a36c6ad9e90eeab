"""Reading sessions from the warehouse and the lake, as traces.

The SQL that a trace needs is here, a batch of sessions at a time so that memory does not grow with history. Where spans
lie on the axis is decided by trace_placement.py.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from orchestration.analysis.trace_model import SessionTrace
from orchestration.analysis.trace_placement import SessionRows, build_trace

# Sessions read by one set of queries: enough to spread the cost of a query, few enough to stay small in memory.
_BATCH = 25
_HANDLERS = """
    select
        fct_handler_executions.*,
        dim_handlers.code_file_path,
        dim_handlers.code_line_number
    from marts.fct_handler_executions
    left join marts.dim_handlers using (handler_id)
    where session_id in (select unnest(?))
    order by line_number
"""
_SIGNALS = """
    select log_file_path, line_number, emitted_at, signal, topic, handler_name, item_count, user_action, state_change
    from read_parquet(?, union_by_name = true)
    where signal in ('topic_published', 'user_acted', 'state_changed')
        and log_file_path in (select unnest(?))
    order by log_file_path, line_number
"""


def load_traces(
    connection: duckdb.DuckDBPyConnection, lake: Path | None, session_ids: Sequence[str]
) -> Iterator[SessionTrace]:
    """Yield the traces of sessions, in the order asked for; unknown ids are left out.

    Without a lake the trace has no topics, user actions and state changes.
    """
    for batch in _batches(session_ids):
        sessions = {row["session_id"]: row for row in _rows_of(connection, "dim_sessions", batch)}
        tables = {name: _by_session(_rows_of(connection, table, batch)) for name, table in _TABLES.items()}
        tables["handlers"] = _by_session(_fetch(connection, _HANDLERS, [batch]))
        paths = sorted({row["log_file_path"] for row in sessions.values()})
        signals = _grouped(_signals(lake, paths) if lake else [], "log_file_path")
        for session_id in batch:
            if session := sessions.get(session_id):
                own_signals = signals[session["log_file_path"]]
                rows = {name: groups[session_id] for name, groups in tables.items()}
                _attach_state_changes(rows["handlers"], own_signals)
                yield build_trace(SessionRows(session=session, signals=own_signals, **rows))


_TABLES = {
    "flows": "fct_flows",
    "beats": "fct_beat_executions",
    "gaps": "fct_silent_gaps",
    "errors": "fct_errors",
    "deviations": "fct_flow_deviations",
}


def _batches(session_ids: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(session_ids), _BATCH):
        yield list(session_ids[start : start + _BATCH])


def _rows_of(connection: duckdb.DuckDBPyConnection, table: str, session_ids: list[str]) -> list[dict[str, Any]]:
    order = "session_id" if table == "dim_sessions" else "line_number"
    sql = f"select * from marts.{table} where session_id in (select unnest(?)) order by {order}"
    return _fetch(connection, sql, [session_ids])


def _signals(lake: Path, log_file_paths: list[str]) -> list[dict[str, Any]]:
    folder = lake / "raw" / "log_records"
    if not log_file_paths or not any(folder.glob("**/*.parquet")):
        return []
    # A connection of its own: the warehouse may be open elsewhere with settings that forbid reading files.
    with duckdb.connect() as connection:
        return _fetch(connection, _SIGNALS, [str(folder / "**" / "*.parquet"), log_file_paths])


def _attach_state_changes(handlers: list[dict[str, Any]], signals: list[dict[str, Any]]) -> None:
    """Give each state change to the last execution of its handler that began before it; both are in line order."""
    changes = [row for row in signals if row["signal"] == "state_changed"]
    latest: dict[tuple[str, str], dict[str, Any]] = {}
    waiting = iter(handlers)
    handler = next(waiting, None)
    for change in changes:
        while handler is not None and handler["line_number"] <= change["line_number"]:
            latest[handler.get("handler_name") or "", handler.get("topic") or ""] = handler
            handler = next(waiting, None)
        if owner := latest.get((change["handler_name"] or "", change["topic"] or "")):
            owner["state_change"] = change["state_change"]


def _by_session(rows: list[dict[str, Any]]) -> defaultdict[str, list[dict[str, Any]]]:
    return _grouped(rows, "session_id")


def _grouped(rows: list[dict[str, Any]], column: str) -> defaultdict[str, list[dict[str, Any]]]:
    groups: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return groups


def _fetch(connection: duckdb.DuckDBPyConnection, sql: str, parameters: list[object]) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, parameters)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, map(_plain, values), strict=True)) for values in cursor.fetchall()]


def _plain(value: object) -> object:
    # Naive values come from plain `timestamp` columns; everything stored is UTC.
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return float(value) if isinstance(value, Decimal) else value
