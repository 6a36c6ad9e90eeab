"""How long handlers took, as the report says it, with percentiles kept back where there are too few executions.

Percentiles of a handful of executions would be inventions: below `ENOUGH` they are null here, and pages show the
points. `excess_ms` is what would be saved over the whole window if every execution ran like the median one.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from docs_site.warehouse import Row, load_rows

ENOUGH = 20

_SQL = f"""
select handler_id, handler_name, plugin_name, timed_count, session_count, total_ms, share_pct, max_ms, min_ms,
       error_count, duration_resolution_ms as resolution_ms, code_file_path, code_line_number,
       case when timed_count >= {ENOUGH} then p50_ms end as p50_ms,
       case when timed_count >= {ENOUGH} then p95_ms end as p95_ms,
       case when timed_count >= {ENOUGH} then greatest(total_ms - timed_count * p50_ms, 0) end as excess_ms
from reports.rpt_handler_performance
where timed_count > 0
order by total_ms desc, handler_id
"""


@dataclass(frozen=True, slots=True)
class HandlerTime:
    """One handler's durations over the window; `timed_count` executions have one."""

    handler_id: str
    handler_name: str
    plugin_name: str | None
    timed_count: int
    session_count: int
    total_ms: float
    share_pct: float
    max_ms: float
    min_ms: float
    error_count: int
    resolution_ms: float | None
    code_file_path: str | None
    code_line_number: int | None
    p50_ms: float | None
    p95_ms: float | None
    excess_ms: float | None
    # What to call it where names stand alone: with its plugin if another handler bears the same name.
    label: str


def load_handler_times(warehouse: Path) -> list[HandlerTime]:
    """Read every handler's durations, most total time first."""
    rows = load_rows(warehouse, _SQL)
    bearers = Counter(row["handler_name"] for row in rows)
    return [HandlerTime(**row, label=_label(row, bearers)) for row in rows]


def _label(row: Row, bearers: Counter[str]) -> str:
    name: str = row["handler_name"]
    return f"{name} ({row['plugin_name']})" if bearers[name] > 1 and row["plugin_name"] else name
