"""How long handlers took, as the report says it: nothing is computed here.

Percentiles and savings are null in the report where there are too few executions (below `ENOUGH`; p99 below 100), and
pages show the points.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from orchestration.warehouse import Row, load_rows

# As orchestration.analysis.performance.durations.py, which this room cannot see; a test holds them together.
ENOUGH = 20

_SQL = """
select handler_id, handler_name, plugin_name, timed_count, session_count, total_ms, share_pct, max_ms, min_ms,
       error_count, duration_resolution_ms as resolution_ms, code_file_path, code_line_number,
       p50_ms, p95_ms, saving_per_session_ms as saving_ms,
       p50_low_ms, p50_high_ms, p90_ms, p95_low_ms, p95_high_ms, p99_ms, session_share_pct, outside_ms,
       critical_per_session_ms as critical_ms,
       waited_ms, waited_per_session_ms, trend_session_count, trend_ms, trend_low_ms, trend_high_ms
from reports.rpt_handler_performance
where timed_count > 0
order by total_ms desc, handler_id
"""


@dataclass(frozen=True, slots=True)
class HandlerTime:
    """One handler's durations over the window; `timed_count` executions have one.

    `saving_ms` and `critical_ms` are per session of the window.
    """

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
    saving_ms: float | None
    # What to call it where names stand alone: with its plugin if another handler bears the same name.
    label: str
    p50_low_ms: float | None = None
    p50_high_ms: float | None = None
    p90_ms: float | None = None
    p95_low_ms: float | None = None
    p95_high_ms: float | None = None
    p99_ms: float | None = None
    session_share_pct: float | None = None
    outside_ms: float | None = None
    critical_ms: float | None = None
    waited_ms: float | None = None
    waited_per_session_ms: float | None = None
    trend_session_count: int | None = None
    trend_ms: float | None = None
    trend_low_ms: float | None = None
    trend_high_ms: float | None = None


def load_handler_times(warehouse: Path) -> list[HandlerTime]:
    """Read every handler's durations, most total time first."""
    rows = load_rows(warehouse, _SQL)
    bearers = Counter(row["handler_name"] for row in rows)
    return [HandlerTime(**row, label=_label(row, bearers)) for row in rows]


def _label(row: Row, bearers: Counter[str]) -> str:
    name: str = row["handler_name"]
    return f"{name} ({row['plugin_name']})" if bearers[name] > 1 and row["plugin_name"] else name
