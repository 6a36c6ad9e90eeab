"""All executions of one handler, oldest first, as columns: what its page shows and the browser sorts."""

from pathlib import Path
from typing import Any

from orchestration.warehouse import fetch_frame, open_tables

# The newest of a handler that runs all the time: more would make its file heavier than a page may be.
MOST_EXECUTIONS = 60_000

_SQL = f"""
select epoch_ms(coalesce(e.started_at, e.called_at)) as started_ms, e.duration_ms, e.session_id, s.session_name,
       e.sequence_name, e.beat_number, e.status, e.error_message, e.line_number
from marts.fct_handler_executions e left join marts.dim_sessions s using (session_id)
where e.handler_id = ?
order by coalesce(e.started_at, e.called_at) desc nulls last, s.session_name, e.line_number, e.handler_execution_id
limit {MOST_EXECUTIONS}
"""


def load_executions(warehouse: Path, handler_id: str) -> dict[str, list[Any]]:
    """Read the newest executions of a handler, by column."""
    with open_tables(warehouse) as connection:
        table = fetch_frame(connection, _SQL, [handler_id])
    return {name: table.column(name).to_pylist() for name in table.column_names}
