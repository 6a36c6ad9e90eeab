"""How the overview's figures went from session to session, oldest first."""

from dataclasses import dataclass
from pathlib import Path

from orchestration.warehouse import load_rows

_SESSIONS = """
with flows as (
    select session_id, 100.0 * count(*) filter (where is_conformant) / count(*) as conformance_pct
    from marts.fct_flows group by session_id
), errors as (
    select session_id, count(*) as failure_count from marts.fct_errors
    where severity = 'error' and handler_name is not null and not coalesce(is_consequence, false)
    group by session_id
), handlers as (
    select session_id, sum(duration_ms) / 1000 as handler_s
    from marts.fct_handler_executions group by session_id
), firsts as (
    select first_session_id as session_id, count(*) as new_handler_count
    from (
        select handler_id, arg_min(session_id, (s.started_at, s.session_id)) as first_session_id
        from marts.fct_handler_executions join marts.dim_sessions s using (session_id)
        where handler_id is not null group by handler_id
    ) group by first_session_id
)
select conformance_pct, coalesce(failure_count, 0) as error_count, handler_s,
       sum(coalesce(new_handler_count, 0)) over (order by started_at nulls first, session_id) as handler_count
from marts.dim_sessions
left join flows using (session_id) left join errors using (session_id)
left join handlers using (session_id) left join firsts using (session_id)
order by started_at nulls first, session_id
"""


@dataclass(frozen=True, slots=True)
class Trends:
    """One value per session and figure, in the order of time; unknown ones are None."""

    conformance_pct: list[float | None]
    error_count: list[float | None]
    handler_s: list[float | None]
    handler_count: list[float | None]


def load_trends(warehouse: Path) -> Trends:
    """Read the trends."""
    rows = load_rows(warehouse, _SESSIONS)
    return Trends(**{name: [row[name] for row in rows] for name in Trends.__slots__})
