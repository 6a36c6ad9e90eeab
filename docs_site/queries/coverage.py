"""What the coverage page shows: handlers with their evidence, things never seen, idle tests, drift, headline figures.

Reads the reports `rpt_handler_coverage`, `rpt_coverage_*` and `rpt_headline_figures`; how they are computed belongs to
the dbt models, how they are shown to docs_site/pages.
"""

from pathlib import Path

from orchestration.warehouse import Row, by_key, load_rows

# The factors are those of `risk_score`; their product is checked by a test.
_HANDLERS = """
select c.*, h.line_count, h.code_end_line_number, h.owners,
       ln(1 + c.execution_count) as traffic_factor,
       1 + coalesce(c.commit_count, 0) as change_factor,
       1 + 10.0 * c.error_count / greatest(c.execution_count, 1) as error_factor,
       1 - coalesce(c.line_coverage_pct / 100, case when c.is_tested then 1 else 0 end) as untested_share,
       case when c.risk_score > 0
            then rank() over (order by c.risk_score desc, c.handler_name, c.plugin_name, c.handler_id) end as risk_rank
from reports.rpt_handler_coverage c
left join marts.dim_handlers h using (handler_id)
order by c.risk_score desc, c.execution_count desc, c.handler_name, c.plugin_name, c.handler_id
"""
_DECLARED_IN = """
select distinct handler_id, sequence_id, sequence_name, beat_number, beat_title, beat_position
from marts.dim_beats where handler_id is not null order by handler_id, sequence_name, beat_position
"""
_EVIDENCE = """
select handler_id, evidence_kind, count(distinct evidence_file_path) as file_count, min(evidence_file_path) as file_path
from marts.fct_test_coverage group by handler_id, evidence_kind
"""
_UNSEEN = """
select u.*, case when t.is_in_manifest and t.route_count = 0 and t.sequence_count = 0 then 'listed topic'
                else u.thing_kind end as thing_group
from reports.rpt_coverage_unseen u
left join marts.dim_topics t on u.thing_kind = 'topic' and u.thing_name = t.topic
order by u.thing_kind, u.sequence_name, u.thing_name, u.coverage_unseen_id
"""
_IDLE_TESTS = """
select * from reports.rpt_coverage_idle_tests
order by used_handler_count, test_count desc nulls last, test_file_path, idle_class
"""
_OVER_TIME = "select * from reports.rpt_coverage_sessions order by session_number"
_DRIFT = """
select d.*, h.handler_id, s.sequence_id
from marts.fct_declaration_drift d
left join marts.dim_handlers h
    on d.handler_name = h.handler_name and d.plugin_name is not distinct from h.plugin_name
left join (select sequence_name, min(sequence_id) as sequence_id from marts.dim_sequences group by sequence_name) s
    on d.sequence_name = s.sequence_name
order by case d.severity when 'critical' then 0 when 'warning' then 1 else 2 end, d.drift_class,
         d.plugin_name, d.handler_name, d.sequence_name, d.topic, d.drift_id
"""
_FIGURES = """
select * from reports.rpt_headline_figures
order by case subject when 'handlers' then 1 when 'sequences' then 2 when 'beats' then 3 when 'tests' then 4 else 5 end,
         figure_number
"""
# Executions of handlers that are no single known function cannot be laid on lines.
_UNPLACED = """
select (select coalesce(sum(execution_count), 0) from reports.rpt_handler_coverage)
       - (select coalesce(sum(execution_count), 0) from reports.rpt_coverage_functions) as execution_count
"""
_TEST_KINDS = """
select case t.language when 'tsx' then 'typescript' else t.language end as language, t.test_framework,
       count(*) as test_count, count(distinct t.test_file_path) as file_count,
       count(case when t.is_skipped then 1 end) as skipped_count,
       count(case when t.last_status = 'failed' then 1 end) as failed_count, count(r.test_id) as reaching_count
from marts.dim_tests t left join (select distinct test_id from reports.rpt_handler_tests) r using (test_id)
group by all order by test_count desc, language, test_framework
"""


def load_coverage(warehouse: Path) -> list[Row]:
    """Read all handlers with their evidence and risk, riskiest first."""
    return load_rows(warehouse, _HANDLERS)


def load_declared_in(warehouse: Path) -> dict[str, list[Row]]:
    """Read the beats that name each handler, by handler."""
    return by_key(load_rows(warehouse, _DECLARED_IN), "handler_id")


def load_evidence(warehouse: Path) -> dict[str, dict[str, Row]]:
    """Read the test evidence of each handler: one row per kind, with the number of files."""
    grouped = by_key(load_rows(warehouse, _EVIDENCE), "handler_id")
    return {handler: {row["evidence_kind"]: row for row in rows} for handler, rows in grouped.items()}


def load_unseen(warehouse: Path) -> dict[str, list[Row]]:
    """Read what production never showed, by kind: sequence, beat, topic, and topics that are listed and no more."""
    return by_key(load_rows(warehouse, _UNSEEN), "thing_group")


def load_idle_tests(warehouse: Path) -> dict[str, list[Row]]:
    """Read the test files that exercise what production does not use, by reason."""
    return by_key(load_rows(warehouse, _IDLE_TESTS), "idle_class")


def load_over_time(warehouse: Path) -> list[Row]:
    """Read what each session showed, oldest first."""
    return load_rows(warehouse, _OVER_TIME)


def load_drift(warehouse: Path) -> list[Row]:
    """Read where declarations disagree with code, each other or production, the grave ones first."""
    return load_rows(warehouse, _DRIFT)


def load_headline_figures(warehouse: Path) -> list[Row]:
    """Read the ways of counting, by subject."""
    return load_rows(warehouse, _FIGURES)


def count_unplaced_executions(warehouse: Path) -> int:
    """Return the executions the lcov file leaves out because their function is not known."""
    return int(load_rows(warehouse, _UNPLACED)[0]["execution_count"])


def load_test_kinds(warehouse: Path) -> list[Row]:
    """Read how many tests there are of each language and framework, most first."""
    return load_rows(warehouse, _TEST_KINDS)
