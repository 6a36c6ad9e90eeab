"""Reading sessions from the warehouse and the lake, as traces.

The SQL that a trace needs is here, a batch of sessions at a time so that memory does not grow with history. Where spans
lie on the axis is decided by analysis/traces/trace_placement.py.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from orchestration.analysis.traces.trace_model import SessionRows, SessionTrace
from orchestration.analysis.traces.trace_placement import build_trace
from orchestration.domain.tables import LOG_RECORDS
from orchestration.warehouse import Connection, Row, by_key, fetch_rows, load_raw

# Sessions read by one set of queries: enough to spread the cost of a query, few enough to stay small in memory.
_BATCH = 25
# A handler's name may stand for several functions: the sequence that subscribed it tells which one ran.
_HANDLERS = """
    select
        executions.*,
        coalesce(functions.code_file_path, handlers.code_file_path) as code_file_path,
        case
            when functions.code_file_path is null then handlers.code_line_number else functions.code_line_number
        end as code_line_number
    from marts.fct_handler_executions as executions
    left join marts.dim_handlers as handlers using (handler_id)
    left join (
        select
            handler_id, sequence_name, min(code_file_path) as code_file_path, min(code_line_number) as code_line_number
        from marts.dim_beats
        where code_line_number is not null
        group by handler_id, sequence_name
        having count(distinct code_file_path || ':' || code_line_number) = 1
    ) as functions
        on executions.handler_id = functions.handler_id
        and coalesce(executions.subscribed_sequence_name, executions.sequence_name) = functions.sequence_name
"""
# A failed beat names its handler, also where the log shows no call of it.
_BEATS = """
    select
        executions.*,
        case when executions.status = 'failed' then beats.handler_name end as handler_name,
        case when executions.status = 'failed' then beats.code_file_path end as code_file_path,
        case when executions.status = 'failed' then beats.code_line_number end as code_line_number
    from marts.fct_beat_executions as executions
    left join marts.dim_beats as beats using (beat_id)
"""
_SIGNALS = """
    select log_file_path, line_number, emitted_at, signal, topic, item_count, user_action, plugin_name, sequence_name,
        sequence_key, build_name
    from raw
    where signal in (
            'topic_published', 'user_acted', 'sequence_registered', 'topic_subscribed', 'topic_unsubscribed',
            'package_reported', 'build_reported'
        )
        and log_file_path in (select unnest(?))
    order by log_file_path, line_number
"""


def load_traces(connection: Connection, lake: Path | None, session_ids: Sequence[str]) -> Iterator[SessionTrace]:
    """Yield the traces of sessions, in the order asked for; unknown ids are left out.

    Without a lake the trace has no topics and user actions.
    """
    for batch in _batches(session_ids):
        sessions = {row["session_id"]: row for row in _rows_of(connection, _SESSIONS, "session_id", batch)}
        tables = {name: by_key(_rows_of(connection, *part, batch), "session_id") for name, part in _PARTS.items()}
        paths = sorted({row["log_file_path"] for row in sessions.values()})
        signals = by_key(_signals(lake, paths) if lake else [], "log_file_path")
        for session_id in batch:
            if session := sessions.get(session_id):
                own_signals = signals[session["log_file_path"]]
                rows = {name: groups[session_id] for name, groups in tables.items()}
                yield build_trace(SessionRows(session=session, signals=own_signals, **rows))


def trace_queries() -> list[str]:
    """Return the queries, each with a column `session_id`, that hold all that traces take from the warehouse."""
    return [_SESSIONS, *(rows for rows, _ in _PARTS.values())]


_SESSIONS = """
    select session_id, session_name, log_file_path, started_at, dialect, build, line_count, flow_count, duration_ms
    from marts.dim_sessions
"""
# By what SessionRows calls them: the rows, and their order, which does not hang on what else is read with them.
_PARTS = {
    "flows": ("select * from marts.fct_flows", "line_number, flow_id"),
    "beats": (_BEATS, "line_number, beat_execution_id"),
    "handlers": (_HANDLERS, "line_number, handler_execution_id"),
    "gaps": ("select * from marts.fct_silent_gaps", "line_number, gap_id"),
    "errors": ("select * from marts.fct_errors", "line_number, error_id"),
    "deviations": ("select * from marts.fct_flow_deviations", "line_number, deviation_id"),
    "mounts": ("select * from marts.fct_plugin_mounts", "line_number, plugin_mount_id"),
    "mutations": ("select * from marts.fct_state_mutations", "line_number, key_position, mutation_id"),
}


def _batches(session_ids: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(session_ids), _BATCH):
        yield list(session_ids[start : start + _BATCH])


def _rows_of(connection: Connection, rows: str, order: str, session_ids: list[str]) -> list[Row]:
    sql = f"select * from ({rows}) as part where session_id in (select unnest(?)) order by {order}"
    return fetch_rows(connection, sql, [session_ids])


def _signals(lake: Path, log_file_paths: list[str]) -> list[Row]:
    return load_raw(lake, LOG_RECORDS.name, _SIGNALS, [log_file_paths]) if log_file_paths else []
