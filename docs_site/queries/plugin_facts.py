"""What is known of every plugin: its sequences, handlers, topics, time, tests and owners, by plugin name."""

from pathlib import Path

from docs_site.queries.error_groups import load_error_groups
from docs_site.queries.startup import load_plugin_mounts
from orchestration.warehouse import Row, by_key, load_raw, load_rows

_SEQUENCES = """
select s.plugin_name, s.sequence_id, s.sequence_name, s.package_name, s.beat_count,
       coalesce(c.flow_count, 0) as flow_count, coalesce(c.session_count, 0) as session_count, c.conformance_pct,
       coalesce(c.warning_count, 0) + coalesce(c.critical_count, 0) as alarm_count, p.p50_ms, p.p50_low_ms,
       p.p50_high_ms, p.p95_ms, p.p95_low_ms, p.p95_high_ms, p.total_ms, f.last_seen_at
from marts.dim_sequences s left join reports.rpt_sequence_conformance c using (sequence_id)
left join reports.rpt_sequence_performance p using (sequence_id)
left join (
    select sequence_id, max(coalesce(ended_at, started_at)) as last_seen_at from marts.fct_flows group by 1
) f using (sequence_id)
where s.plugin_name is not null order by flow_count desc, s.sequence_name, s.sequence_id
"""
_HANDLERS = """
select h.plugin_name, h.handler_id, h.handler_name, h.owners, h.author_count, h.last_changed_at, h.code_file_path,
       h.code_line_number, c.is_used, c.is_tested, coalesce(c.execution_count, 0) as execution_count,
       coalesce(c.session_count, 0) as session_count, coalesce(c.error_count, 0) as error_count, c.last_seen_at,
       c.test_file_count, c.line_coverage_pct, p.total_ms, p.share_pct, p.p50_ms, p.p50_low_ms, p.p50_high_ms, p.p95_ms,
       p.p95_low_ms, p.p95_high_ms
from marts.dim_handlers h left join reports.rpt_handler_coverage c using (handler_id)
left join reports.rpt_handler_performance p using (handler_id)
where h.plugin_name is not null
order by p.total_ms desc nulls last, execution_count desc, h.handler_name, h.handler_id
"""
_TOPICS = """
select s.plugin_name, b.topic, any_value(t.topic_id) as topic_id, count(distinct b.beat_id) as beat_count,
       any_value(t.published_count) as published_count, any_value(t.beat_execution_count) as beat_execution_count,
       any_value(t.session_count) as session_count, any_value(t.last_seen_at) as last_seen_at
from marts.dim_beats b join marts.dim_sequences s using (sequence_id) left join marts.dim_topics t using (topic)
where s.plugin_name is not null and b.topic is not null
group by 1, 2 order by beat_execution_count desc nulls last, b.topic
"""
_TESTS = """
select plugin_name, test_file_path, string_agg(distinct evidence, ', ' order by evidence) as evidence,
       count(distinct handler_name) as handler_count, max(test_count) as test_count
from raw group by 1, 2 order by 1, 2
"""
_SUBSCRIBERS = """
select plugin_name, count(*) as subscription_count, count(distinct topic) as topic_count,
       count(distinct session_id) as session_count
from marts.fct_subscriptions where plugin_name is not null group by 1
"""
_WORDS = "select plugin_name, description, declaration_file_path from raw"


def load_plugin_facts(warehouse: Path, lake: Path) -> dict[str, dict[str, list[Row]]]:
    """Read what a plugin's page shows, by name of the part and by plugin."""
    queries = {"sequences": _SEQUENCES, "handlers": _HANDLERS, "topics": _TOPICS, "subscribers": _SUBSCRIBERS}
    facts = {name: by_key(load_rows(warehouse, sql), "plugin_name") for name, sql in queries.items()}
    errors = [row for row in load_error_groups(warehouse) if row["plugin_name"]]
    return facts | {
        "errors": by_key(errors, "plugin_name"),
        "tests": by_key(load_raw(lake, "handler_tests", _TESTS), "plugin_name"),
        "mounts": by_key(load_plugin_mounts(warehouse), "plugin_name"),
        "words": by_key(load_raw(lake, "plugins", _WORDS), "plugin_name"),
    }
