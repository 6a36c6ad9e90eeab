"""How long sequences, movements and beats took, as their reports say it: nothing is computed here."""

from pathlib import Path

from orchestration.warehouse import Row, load_rows

_NUMBERS = """timed_count, session_count, total_ms, self_ms, share_pct, session_share_pct, p50_ms, p50_low_ms,
       p50_high_ms, p95_ms, p95_low_ms, p95_high_ms, p99_ms, max_ms, duration_resolution_ms as resolution_ms,
       trend_session_count, trend_ms, trend_low_ms, trend_high_ms"""

_SEQUENCES = f"""
select sequence_subject_id as subject_id, sequence_id, sequence_name, plugin_name,
       queued_count, queue_wait_total_ms, queue_wait_p50_ms, queue_wait_p95_ms,
       queue_wait_p95_low_ms, queue_wait_p95_high_ms, {_NUMBERS}
from reports.rpt_sequence_performance where timed_count > 0 order by total_ms desc, sequence_subject_id
"""
_MOVEMENTS = f"""
select movement_id as subject_id, sequence_id, sequence_name, movement_name, between_beats_ms, {_NUMBERS}
from reports.rpt_movement_performance where timed_count > 0 order by total_ms desc, movement_id
"""
_BEATS = f"""
select beat_key as subject_id, sequence_id, sequence_name, movement_name, beat_number, beat_title, topic, {_NUMBERS}
from reports.rpt_beat_performance where timed_count > 0 order by total_ms desc, beat_key
"""
# The executions of handlers with too few for a percentile.
_FEW = """
select e.handler_id, e.duration_ms, e.session_id, e.line_number
from marts.fct_handler_executions e
join reports.rpt_handler_performance p using (handler_id)
where e.duration_ms is not null and p.p50_ms is null
order by e.handler_id, e.duration_ms, e.handler_execution_id
"""


def load_sequence_times(warehouse: Path) -> list[Row]:
    """Read every sequence's durations, most total time first."""
    return load_rows(warehouse, _SEQUENCES)


def load_movement_times(warehouse: Path) -> list[Row]:
    """Read every movement's durations, most total time first."""
    return load_rows(warehouse, _MOVEMENTS)


def load_beat_times(warehouse: Path) -> list[Row]:
    """Read every beat's durations, most total time first."""
    return load_rows(warehouse, _BEATS)


def load_few_executions(warehouse: Path) -> list[Row]:
    """Read the single executions of handlers too rare for a percentile."""
    return load_rows(warehouse, _FEW)
