"""Handlers by period of the window: the period's length suits the window, each cell has its executions to open.

Which executions: nearest to the cell's median and 95th percentile, and the slowest; below `ENOUGH` only the slowest, as
in reports.rpt_exemplars. How a cell is drawn belongs to figures/handler_periods.py.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from docs_site.queries.durations import ENOUGH
from orchestration.warehouse import Row, fetch_rows, open_tables

# As many columns as can be told apart on a page 1,200 px wide.
MOST_PERIODS = 40
_DAY = 86_400

_SPAN = """
select min(started_at) as first_at, max(started_at) as last_at, count(*) as execution_count
from marts.fct_handler_executions where started_at is not null and duration_ms is not null
"""
_STARTS = (
    "select unnest(generate_series(time_bucket($1::interval, $2::timestamptz), $3::timestamptz, $1::interval)) as at"
)
_EXEMPLARS = ("median", "p95", "slowest")
_CELLS = f"""
with timed as (
    select *, time_bucket($1::interval, started_at) as period_at
    from marts.fct_handler_executions
    where started_at is not null and duration_ms is not null and handler_id is not null
),
measured as (
    select handler_id, period_at, count(*) as execution_count, min(duration_ms) as min_ms, max(duration_ms) as max_ms,
           quantile_cont(duration_ms, 0.5) as p50_ms, quantile_cont(duration_ms, 0.95) as p95_ms
    from timed group by all
),
ranked as (
    select timed.session_id, timed.flow_id, timed.duration_ms, measured.*,
           row_number() over (cell order by abs(duration_ms - p50_ms), handler_execution_id) as median_rank,
           row_number() over (cell order by abs(duration_ms - p95_ms), handler_execution_id) as p95_rank,
           row_number() over (cell order by duration_ms desc, handler_execution_id) as slowest_rank
    from timed join measured using (handler_id, period_at)
    window cell as (partition by handler_id, period_at)
)
select handler_id, period_at, any_value(execution_count) as execution_count, any_value(min_ms) as min_ms,
       any_value(max_ms) as max_ms,
       case when any_value(execution_count) >= {ENOUGH} then any_value(p50_ms) end as p50_ms,
       {", ".join(f"max({column}) filter ({name}_rank = 1) as {name}_{column}"
                  for name in _EXEMPLARS for column in ("session_id", "flow_id", "duration_ms"))}
from ranked group by handler_id, period_at order by handler_id, period_at
"""  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """A length of period: DuckDB's words for it, its seconds, and how its start is written."""

    words: str
    seconds: float
    shape: str


_STEPS = (
    Step("1 minute", 60, "%H:%M"),
    Step("5 minutes", 300, "%H:%M"),
    Step("10 minutes", 600, "%H:%M"),
    Step("30 minutes", 1800, "%H:%M"),
    Step("1 hour", 3600, "%H:%M"),
    Step("3 hours", 10_800, "%H:%M"),
    Step("6 hours", 21_600, "%H:%M"),
    Step("1 day", _DAY, "%d %b"),
    Step("1 week", 7 * _DAY, "%d %b"),
    Step("1 month", 30 * _DAY, "%b %Y"),
    Step("3 months", 91 * _DAY, "%b %Y"),
    Step("1 year", 365 * _DAY, "%Y"),
)


@dataclass(frozen=True, slots=True)
class HandlerPeriods:
    """`labels` names every period from first to last, also the empty ones; cells have `period`, an index into them."""

    unit: str
    labels: list[str]
    cells: list[Row]


def choose_step(seconds: float) -> Step:
    """Return the shortest step that parts a window of so many seconds into at most `MOST_PERIODS` periods."""
    return next((step for step in _STEPS if seconds / step.seconds < MOST_PERIODS - 1), _STEPS[-1])


def load_handler_periods(warehouse: Path) -> HandlerPeriods | None:
    """Read the cells; None where no timed execution has a clock."""
    with open_tables(warehouse) as connection:
        span = fetch_rows(connection, _SPAN)[0]
        if not span["execution_count"]:
            return None
        seconds = (span["last_at"] - span["first_at"]).total_seconds()
        step = choose_step(seconds)
        starts = fetch_rows(connection, _STARTS, [step.words, span["first_at"], span["last_at"]])
        cells = fetch_rows(connection, _CELLS, [step.words])
    numbers = {row["at"]: number for number, row in enumerate(starts)}
    shape = f"%d %b {step.shape}" if step.shape == "%H:%M" and seconds > _DAY else step.shape
    return HandlerPeriods(
        step.words,
        [_label(row["at"], shape) for row in starts],
        [cell | {"period": numbers[cell["period_at"]]} for cell in cells],
    )


def _label(moment: datetime, shape: str) -> str:
    return moment.strftime(shape)
