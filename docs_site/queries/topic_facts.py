"""What is known of every topic: who declares it, how often it was published, beat by beat how long it took.

As in queries/sequence_facts: one query for all topics, given by the topic.
"""

from pathlib import Path

from docs_site.queries.deviations import load_deviations
from docs_site.queries.error_groups import load_error_groups
from docs_site.queries.graph_facts import load_edges
from orchestration.warehouse import Row, by_key, load_raw, load_rows

_TOPICS = """
with handled as (
    select topic, count(*) as handler_execution_count, count(duration_ms) as timed_count,
           count(*) filter (where status = 'error') as failed_count
    from marts.fct_handler_executions where topic is not null group by topic
)
select t.*, coalesce(h.handler_execution_count, 0) as handler_execution_count,
       coalesce(h.timed_count, 0) as timed_count, coalesce(h.failed_count, 0) as failed_count
from marts.dim_topics t left join handled h using (topic)
order by t.topic
"""
_BEATS = """
select b.topic, b.sequence_id, b.sequence_name, b.beat_number, b.beat_title, b.handler_id, b.handler_name, b.timing,
       b.declaration_file_path, b.declaration_json_path, h.plugin_name, h.owners, h.test_file_count,
       coalesce(p.execution_count, 0) as execution_count, coalesce(p.failed_count, 0) as failed_count,
       p.p50_ms, p.p50_low_ms, p.p50_high_ms, p.p95_ms, p.p95_low_ms, p.p95_high_ms, p.max_ms
from marts.dim_beats b
left join marts.dim_handlers h using (handler_id)
left join reports.rpt_beat_performance p using (beat_id)
where b.topic is not null
order by b.topic, b.sequence_name, b.beat_position
"""
# The files that name a topic: manifests of topics and of interactions.
_DECLARATIONS = """
select topic, route_kind, plugin_name, sequence_key, declaration_file_path from raw
order by topic, route_kind, declaration_file_path, sequence_key
"""
# What a reader opens first: the oldest and the newest line of each kind of record that names the topic.
_LINES = """
select topic, signal, count(*) as record_count,
       min_by(log_file_path, (emitted_at, log_file_path, line_number)) as first_log_file_path,
       min_by(line_number, (emitted_at, log_file_path, line_number)) as first_line_number,
       max_by(log_file_path, (emitted_at, log_file_path, line_number)) as last_log_file_path,
       max_by(line_number, (emitted_at, log_file_path, line_number)) as last_line_number
from raw where topic is not null and signal is not null
group by topic, signal order by topic, record_count desc, signal
"""
# Who listened, by what the log says of a subscriber; `wait` is the time from the session's first stamp.
_SUBSCRIPTIONS = """
select f.topic, f.plugin_name, f.sequence_key, f.handler_name, any_value(q.sequence_id) as sequence_id,
       any_value(q.sequence_name) as sequence_name, count(*) as subscription_count,
       count(distinct f.session_id) as session_count, count(*) filter (where f.is_duplicate) as duplicate_count,
       count(f.unsubscribed_line_number) as ended_count, quantile_disc(f.subscriber_index, 0.5) + 1 as place,
       quantile_cont(date_diff('millisecond', d.started_at, f.subscribed_at), 0.5) as wait_p50_ms,
       arg_max(f.session_id, (d.started_at, f.session_id)) as session_id,
       arg_max(f.line_number, (d.started_at, f.session_id)) as line_number
from marts.fct_subscriptions f join marts.dim_sessions d using (session_id)
left join marts.dim_sequences q on f.sequence_key = q.sequence_key
where f.topic is not null
group by f.topic, f.plugin_name, f.sequence_key, f.handler_name
order by f.topic, place, f.plugin_name, f.sequence_key, f.handler_name
"""
_SESSIONS = "select log_file_path, min(session_id) as session_id from marts.dim_sessions group by 1"


def load_topics(warehouse: Path) -> list[Row]:
    """Read all topics with their counts."""
    return load_rows(warehouse, _TOPICS)


def load_topic_beats(warehouse: Path) -> dict[str, list[Row]]:
    """Read the beats that declare each topic, with what was seen of them."""
    return by_key(load_rows(warehouse, _BEATS), "topic")


def load_topic_subscriptions(warehouse: Path) -> dict[str, list[Row]]:
    """Read who subscribed to each topic, in the order of calls."""
    return by_key(load_rows(warehouse, _SUBSCRIPTIONS), "topic")


def load_topic_declarations(lake: Path) -> dict[str, list[Row]]:
    """Read what manifests say of each topic."""
    return by_key(load_raw(lake, "topic_routes", _DECLARATIONS), "topic")


def load_topic_lines(warehouse: Path, lake: Path) -> dict[str, list[Row]]:
    """Read, per topic and kind of record, how many there are and where the first and the last one stand."""
    sessions = {row["log_file_path"]: row["session_id"] for row in load_rows(warehouse, _SESSIONS)}
    rows = [
        row
        | {
            "first_session_id": sessions.get(row["first_log_file_path"]),
            "last_session_id": sessions.get(row["last_log_file_path"]),
        }
        for row in load_raw(lake, "log_records", _LINES)
    ]
    return by_key(rows, "topic")


def load_topic_edges(warehouse: Path) -> dict[str, list[Row]]:
    """Read the connections between handlers that go through each topic."""
    kinds = ("publishes_to", "subscribes")
    return by_key([row for row in load_edges(warehouse) if row["edge_kind"] in kinds and row["via"]], "via")


def load_topic_deviations(warehouse: Path) -> dict[str, list[Row]]:
    """Read the deviations that name each topic."""
    return by_key([row for row in load_deviations(warehouse) if row["topic"]], "topic")


def load_topic_errors(warehouse: Path) -> dict[str, list[Row]]:
    """Read the error groups rooted in a beat or publication of each topic."""
    return by_key([row for row in load_error_groups(warehouse) if row["topic"]], "topic")
