"""A small healthy project in memory: every table the suites read, with the columns of its contract and good rows.

Raw columns come from the table contract, those of marts and reports from the dbt contracts, so that a suite that
reads a column nobody promises fails here.
"""

from datetime import UTC, datetime

import duckdb

from orchestration.domain.tables import RAW_TABLES
from tests.dbt.project_files import published

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

_RAW_TYPES = {
    "string": "varchar",
    "int64": "bigint",
    "float64": "double",
    "bool": "boolean",
    "timestamp": "timestamptz",
}

_ROWS = """
insert into raw.log_files by name select
    'f' || i as log_file_id, 'logs/' || i || '.log' as log_file_path, 'ok' as ingest_status, 10000 as line_count,
    500000 as byte_count, 2 as rejected_line_count, 9000 as record_count, 900 as other_record_count,
    0 as replaced_character_count, 0 as held_back_byte_count, timestamptz '2026-11-21 10:00:00+00' as first_emitted_at,
    timestamptz '2026-11-21 11:00:00+00' as last_emitted_at, timestamptz '2026-11-21 11:00:00+00' as file_modified_at
    from range(4) as r(i);
insert into raw.log_records by name select
    'f0' as log_file_id, 'logs/0.log' as log_file_path, i + 1 as line_number, 'info' as severity,
    'm' || (i % 3) as message_type, 'message ' || i as message,
    timestamptz '2026-11-21 10:00:00+00' + i * interval 1 second as emitted_at,
    case i % 4 when 0 then 'flow_started' when 1 then 'beat_started' when 2 then 'beat_completed' end as signal,
    case when i % 4 = 2 then 12.5 end as duration_ms
    from range(2000) as r(i);
insert into raw.rejected_lines by name select
    'f0' as log_file_id, 'logs/0.log' as log_file_path, 9000 + i as line_number, 'too_long' as reason,
    'text' as line_text, 4 as byte_count
    from range(2) as r(i);
insert into raw.sequences by name select
    's' || i as sequence_key, 'Sequence ' || i as sequence_name, 'Plugin' as plugin_name, 1 as movement_count,
    3 as beat_count, 'h' || i as declaration_hash, true as is_primary, 'sequences/' || i || '.json'
        as declaration_file_path
    from range(4) as r(i);
insert into raw.beats by name select
    's0' as sequence_key, i + 1 as beat_number, i + 1 as beat_position, 'topic:' || i as topic,
    'handler' || i as handler_name, 'sequences/0.json' as declaration_file_path,
    '$.movements[0].beats[' || i || ']' as declaration_json_path
    from range(3) as r(i);
insert into raw.handlers by name select
    'Plugin' as plugin_name, 'handler' || i as handler_name, 'unique' as resolution, 'by name' as resolution_evidence,
    1 as candidate_count, 'src/a.ts' as code_file_path, 10 * i + 1 as code_line_number,
    10 * i + 9 as code_end_line_number
    from range(20) as r(i);
insert into raw.source_files by name select
    'src/' || i || '.ts' as code_file_path, 'ok' as scan_status, i = 0 as is_test, case when i = 0 then 7 else 0 end
        as test_count
    from range(100) as r(i);
insert into marts.dim_sessions by name select
    'f' || i as session_id, 'session-' || i as session_name, 'logs/' || i || '.log' as log_file_path,
    'abc' as build, timestamptz '2026-11-21 10:00:00+00' as started_at,
    timestamptz '2026-11-21 11:00:00+00' as ended_at,
    3600000 as duration_ms, 10000 as line_count, 9000 as record_count, 2 as rejected_line_count, 50 as flow_count
    from range(4) as r(i);
insert into marts.dim_handlers by name select
    'h' || i as handler_id, 'handler' || i as handler_name, 'Plugin' as plugin_name, true as is_declared,
    'unique' as resolution, 'src/a.ts' as code_file_path, i + 1 as code_line_number
    from range(20) as r(i);
insert into marts.fct_flows by name select
    'w' || i as flow_id, 'f0' as session_id, 's0' as sequence_id, 'Sequence 0' as sequence_name,
    'request-' || i as request_id, 'completed' as status, timestamptz '2026-11-21 10:00:00+00' as started_at,
    timestamptz '2026-11-21 10:00:01+00' as ended_at, 1000 as duration_ms, 2 as queue_wait_ms,
    3 as beat_execution_count, true as is_conformant, 'logs/0.log' as log_file_path, i + 1 as line_number
    from range(200) as r(i);
insert into marts.fct_beat_executions by name select
    'b' || i as beat_execution_id, 'w' || i as flow_id, 'd0' as beat_id, 'Sequence 0' as sequence_name,
    1 as beat_number, 'topic:0' as topic, 'completed' as status, timestamptz '2026-11-21 10:00:00+00' as started_at,
    timestamptz '2026-11-21 10:00:00.5+00' as ended_at, 500 as duration_ms, 1 as handler_count,
    'logs/0.log' as log_file_path, i + 2 as line_number
    from range(200) as r(i);
insert into marts.fct_handler_executions by name select
    'x' || i as handler_execution_id, 'h0' as handler_id, 'handler0' as handler_name, 'Plugin' as plugin_name,
    'topic:0' as topic, 'ok' as status, 40.0 as duration_ms, false as is_inferred, 'logs/0.log' as log_file_path,
    i + 3 as line_number
    from range(200) as r(i);
insert into marts.fct_flow_deviations by name select
    'v' || i as deviation_id, 'w' || i as flow_id, 'shared_topic' as deviation_class, 'info' as severity,
    'Sequence 0' as sequence_name, 'one' as expected, 'two' as observed, 1 as occurrence_count,
    'logs/0.log' as log_file_path, i + 1 as line_number
    from range(50) as r(i);
insert into marts.fct_breach_counts by name select
    breach_class, 'beat' as thing_kind, 'thing ' || i as thing_name, 'flows' as chance_kind, 0 as newest_count,
    50 as newest_chance_count, 0 as newest_session_count, i as past_count, 50 as past_chance_count, 1.0 as p_value,
    'logs/0.log' as log_file_path, i + 1 as line_number
    from range(4) as r(i), (select unnest([
        'failed_flow', 'hung_flow', 'nonconforming_flow', 'failed_beat', 'missing_beat', 'unexpected_beat',
        'repeated_beat', 'out_of_order_beat', 'no_subscriber', 'no_handler', 'wrong_handler', 'handler_failed',
        'misrouted_topic', 'unrouted_topic', 'unknown_topic', 'unknown_plugin', 'blocked_emission', 'storm',
        'unusual_session', 'unsuccessful_mount'
    ]) as breach_class) as classes;
insert into marts.fct_silent_gaps by name select
    'g' || i as gap_id, 'w' || i as flow_id, 'unknown' as gap_class, 'inside_flow' as gap_place,
    timestamptz '2026-11-21 10:00:00+00' as started_at,
    timestamptz '2026-11-21 10:00:02+00' as ended_at, 2000 as duration_ms, 'logs/0.log' as log_file_path,
    i + 1 as line_number
    from range(2) as r(i);
insert into marts.fct_errors by name select
    'e' || i as error_id, 'w' || i as flow_id, 'Sequence 0' as sequence_name, 'handler0' as handler_name,
    'TypeError' as error_class, 'it is not a function' as message, 'error' as severity,
    'handler_failed' as error_kind, false as is_consequence,
    'logs/0.log' as log_file_path, i + 5 as line_number
    from range(2) as r(i);
insert into marts.fct_anomalies by name select
    'a' || i as anomaly_id, 's0' as session_id, 'w' || i as flow_id, 'transition' as detector,
    'new_transition' as anomaly_class, 'info' as severity, 0.04 as p_value, 0.04 as q_value,
    'Sequence 0' as sequence_name, 'one' as expected, 'two' as observed, 'logs/0.log' as log_file_path,
    i + 1 as line_number
    from range(2) as r(i);
insert into marts.fct_regressions by name select
    'r' || i as regression_id, 'handler' as unit_kind, 'handler0' as unit_name, 'regression' as direction,
    'ongoing' as lifecycle, 50.0 as change_ms, 500.0 as change_per_session_ms, 0.001 as false_discovery_rate
    from range(2) as r(i);
insert into reports.rpt_sequence_conformance by name select
    's' || i as sequence_id, 'Sequence ' || i as sequence_name, true as is_declared, 50 as flow_count,
    50 as conformant_flow_count, 100.0 as conformance_pct
    from range(4) as r(i);
insert into reports.rpt_handler_performance by name select
    'h' || i as handler_id, 'handler' || i as handler_name, 'Plugin' as plugin_name, 100.0 as total_ms,
    25.0 as share_pct, 5.0 as p50_ms, 9.0 as p95_ms, 12.0 as max_ms, 'src/a.ts' as code_file_path,
    i + 1 as code_line_number
    from range(4) as r(i);
insert into reports.rpt_budgets by name select
    'b' || i as budget_subject_id, 'Plugin.handler' || i as subject_name, 'p95' as statistic, 'met' as verdict,
    'warning' as severity, 9.0 as actual_ms, 20.0 as limit_ms, 1 as over_count, 40 as timed_count,
    '*' as name_pattern, 'budgets.handlers."*".p95_ms' as source_key, 'sightline.toml' as source_file_path,
    'logs/0.log' as log_file_path, i + 1 as line_number
    from range(4) as r(i);
insert into reports.rpt_handler_coverage by name select
    'h' || i as handler_id, 'handler' || i as handler_name, 'Plugin' as plugin_name, true as is_used,
    true as is_tested, 10 as execution_count, 8 as covered_line_count, 9 as executable_line_count,
    'src/a.ts' as code_file_path, i + 1 as code_line_number
    from range(20) as r(i);
"""


def build_tables(connection: duckdb.DuckDBPyConnection, schemas: tuple[str, ...] = ("raw", "marts", "reports")) -> None:
    """Create the empty tables of the schemas."""
    connection.execute("set TimeZone = 'UTC'")
    for schema in schemas:
        connection.execute(f"create schema {schema}")
        for table, columns in _contract(schema).items():
            listed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
            connection.execute(f"create table {schema}.{table} ({listed})")


def fill_tables(connection: duckdb.DuckDBPyConnection, schemas: tuple[str, ...] = ("raw", "marts", "reports")) -> None:
    """Put healthy rows into the tables of the schemas."""
    for statement in _ROWS.split(";"):
        if statement.strip() and statement.split()[2].split(".")[0] in schemas:
            connection.execute(statement)


def healthy_project() -> duckdb.DuckDBPyConnection:
    """Return a database in which every check passes."""
    connection = duckdb.connect()
    build_tables(connection)
    fill_tables(connection)
    connection.execute("set variable judged_at = ?::timestamptz", [NOW])
    return connection


def _contract(schema: str) -> dict[str, dict[str, str]]:
    if schema == "raw":
        return {table.name: {column.name: _RAW_TYPES[column.kind] for column in table.columns} for table in RAW_TABLES}
    return published(schema)
