"""What is known of every handler: where declared, how long it took, which executions to look at.

As in queries/sequence_facts: one query for all handlers, given by handler_id.
"""

from pathlib import Path

from docs_site.queries.durations import ENOUGH
from orchestration.warehouse import Row, by_key, load_rows

# Ten buckets to a decade: fine enough to see two humps, coarse enough to stay calm.
BUCKETS_PER_DECADE = 10
LEAST_MS = 0.05

_HANDLERS = """
select h.*, c.is_used, c.is_tested, c.quadrant, coalesce(c.execution_count, 0) as execution_count,
       coalesce(c.session_count, 0) as session_count, coalesce(c.error_count, 0) as error_count, c.last_seen_at,
       c.test_file_count, c.covered_line_count, c.executable_line_count, c.line_coverage_pct,
       coalesce(p.timed_count, 0) as timed_count, p.total_ms, p.share_pct, p.p50_ms, p.p90_ms, p.p95_ms, p.p99_ms,
       p.max_ms, p.min_ms, p.duration_resolution_ms as resolution_ms, p.saving_per_session_ms as saving_ms,
       p.p50_low_ms, p.p50_high_ms, p.p95_low_ms, p.p95_high_ms, p.critical_per_session_ms as critical_ms,
       p.trend_ms, p.trend_low_ms, p.trend_high_ms, p.trend_session_count, p.outside_ms
from marts.dim_handlers h
left join reports.rpt_handler_coverage c using (handler_id)
left join reports.rpt_handler_performance p using (handler_id)
order by h.handler_name, h.plugin_name, h.handler_id
"""
_DECLARATIONS = """
select handler_id, sequence_id, sequence_name, movement_name, beat_number, beat_title, topic, beat_kind, timing,
       declaration_file_path, declaration_json_path
from marts.dim_beats where handler_id is not null order by handler_id, sequence_name, beat_position
"""
_HISTOGRAM = f"""
select handler_id, floor(log10(greatest(duration_ms, {LEAST_MS})) * {BUCKETS_PER_DECADE})::int as bucket,
       count(*) as execution_count
from marts.fct_handler_executions where duration_ms is not null and handler_id is not null
group by all order by all
"""
_POINTS = f"""
select handler_id, duration_ms, session_id, line_number
from marts.fct_handler_executions where duration_ms is not null and handler_id is not null
qualify count(*) over (partition by handler_id) < {ENOUGH}
order by handler_id, duration_ms, handler_execution_id
"""
_TREND = """
select e.handler_id, e.session_id, any_value(s.session_name) as session_name, any_value(s.started_at) as started_at,
       any_value(s.build) as build, count(*) as execution_count, quantile_cont(e.duration_ms, 0.5) as p50_ms
from marts.fct_handler_executions e join marts.dim_sessions s using (session_id)
where e.duration_ms is not null and e.handler_id is not null
group by e.handler_id, e.session_id order by e.handler_id, started_at nulls first, session_name
"""
_TESTS = """
select handler_id, test_title, suite_title, test_file_path, code_line_number, evidence_kind, language, test_framework,
       is_skipped, last_status
from reports.rpt_handler_tests
order by handler_id, case evidence_kind when 'called_by_test' then 1 when 'imported_by_test' then 2 else 3 end,
         test_file_path, code_line_number, test_id
"""
_EXEMPLARS = """
select subject_id as handler_id, exemplar, x.duration_ms, x.session_id, x.flow_id, x.sequence_name, x.line_number,
       x.started_at, e.status
from reports.rpt_exemplars x
left join marts.fct_handler_executions e on x.execution_id = e.handler_execution_id
where x.execution_kind = 'handler'
order by x.subject_id, x.exemplar_number
"""


def load_handlers(warehouse: Path) -> list[Row]:
    """Read all handlers with their numbers."""
    return load_rows(warehouse, _HANDLERS)


def load_declarations(warehouse: Path) -> dict[str, list[Row]]:
    """Read the beats that name each handler."""
    return by_key(load_rows(warehouse, _DECLARATIONS), "handler_id")


def load_histograms(warehouse: Path) -> dict[str, list[Row]]:
    """Read executions by logarithmic bucket; bucket b begins at 10 ** (b / BUCKETS_PER_DECADE) ms."""
    return by_key(load_rows(warehouse, _HISTOGRAM), "handler_id")


def load_points(warehouse: Path) -> dict[str, list[Row]]:
    """Read single executions of the handlers that have too few for a histogram."""
    return by_key(load_rows(warehouse, _POINTS), "handler_id")


def load_trends(warehouse: Path) -> dict[str, list[Row]]:
    """Read the median of each session, oldest first."""
    return by_key(load_rows(warehouse, _TREND), "handler_id")


def load_exemplars(warehouse: Path) -> dict[str, list[Row]]:
    """Read the executions worth opening."""
    return by_key(load_rows(warehouse, _EXEMPLARS), "handler_id")


def load_tests(warehouse: Path) -> dict[str, list[Row]]:
    """Read the tests that reach each handler, those that call it first."""
    return by_key(load_rows(warehouse, _TESTS), "handler_id")
