"""How long handlers took: one row per handler, with what is needed to rank bottlenecks honestly.

Only executions with a duration count. Percentiles are null below `ENOUGH` executions: they are not invented.
`saving_ms` is what would be gained, over the whole window, were every execution as fast as the handler's fastest tenth.
"""

from dataclasses import dataclass
from pathlib import Path

from docs_site.warehouse import load_rows

ENOUGH = 20

_SQL = f"""
with timed as (
    select handler_id, handler_name, plugin_name, session_id, duration_ms, duration_resolution_ms, status,
           quantile_cont(duration_ms, 0.1) over (partition by handler_id) as fast_ms
    from marts.fct_handler_executions
    where duration_ms is not null and handler_id is not null
)
select handler_id, any_value(handler_name) as handler_name, any_value(plugin_name) as plugin_name,
       count(*) as execution_count, count(distinct session_id) as session_count,
       sum(duration_ms) as total_ms, max(duration_ms) as max_ms, any_value(fast_ms) as fast_ms,
       case when count(*) >= {ENOUGH} then quantile_cont(duration_ms, 0.5) end as p50_ms,
       case when count(*) >= {ENOUGH} then quantile_cont(duration_ms, 0.95) end as p95_ms,
       case when count(*) >= {ENOUGH} then sum(greatest(duration_ms - fast_ms, 0)) end as saving_ms,
       max(duration_resolution_ms) as resolution_ms
from timed
group by handler_id
order by total_ms desc, handler_id
"""


@dataclass(frozen=True, slots=True)
class HandlerTime:
    """One handler's durations over the window."""

    handler_id: str
    handler_name: str
    plugin_name: str | None
    execution_count: int
    session_count: int
    total_ms: float
    max_ms: float
    fast_ms: float
    p50_ms: float | None
    p95_ms: float | None
    saving_ms: float | None
    resolution_ms: float | None


def load_handler_times(warehouse: Path) -> list[HandlerTime]:
    """Read every handler's durations, most total time first."""
    return [HandlerTime(**row) for row in load_rows(warehouse, _SQL)]
