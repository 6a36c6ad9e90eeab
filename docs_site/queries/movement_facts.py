"""What is declared and what was observed of every movement, by sequence_id."""

from pathlib import Path

from orchestration.warehouse import Row, by_key, load_rows

_MOVEMENTS = """
with beats as (
    select b.*, h.owners, coalesce(h.test_file_count, 0) > 0 as is_tested from marts.dim_beats b
    left join marts.dim_handlers h using (handler_id)
),
declared as (
    select sequence_id, movement_number, any_value(movement_name) as movement_name, count(*) as beat_count,
           min(beat_number) as first_beat_number, max(beat_number) as last_beat_number,
           count(distinct handler_id) as handler_count,
           count(distinct handler_id) filter (where is_tested) as tested_count,
           string_agg(distinct owners, ', ' order by owners) as owners
    from beats group by 1, 2
),
seen as (
    select sequence_id, movement_name, max(coalesce(ended_at, started_at)) as last_seen_at,
           min_by(session_id, (log_file_path, line_number)) as session_id,
           min_by(line_number, (log_file_path, line_number)) as line_number
    from marts.fct_movement_executions group by 1, 2
),
troubled as (
    select b.sequence_id, b.movement_number, count(*) as error_count from marts.fct_errors e
    join marts.fct_beat_executions x using (beat_execution_id) join marts.dim_beats b on x.beat_id = b.beat_id
    where not coalesce(e.is_consequence, false) group by 1, 2
),
changed as (
    select b.sequence_id, b.movement_number, count(*) as mutation_count,
           list(distinct m.state_key order by m.state_key) as state_keys
    from marts.fct_state_mutations m
    join marts.dim_beats b on m.sequence_name = b.sequence_name and m.topic = b.topic group by 1, 2
),
deviating as (
    select b.sequence_id, b.movement_number, sum(d.deviation_count) as deviation_count from reports.rpt_deviations d
    join (
        select distinct sequence_id, movement_number, beat_number, topic from marts.dim_beats
    ) b on d.sequence_id = b.sequence_id and d.beat_number = b.beat_number and d.topic = b.topic
    where d.severity <> 'info' and not d.is_accepted group by 1, 2
)
select declared.*, seen.last_seen_at, seen.session_id, seen.line_number,
       coalesce(p.execution_count, 0) as execution_count, coalesce(p.failed_count, 0) as failed_count,
       coalesce(p.session_count, 0) as session_count, p.timed_count, p.p50_ms, p.p50_low_ms, p.p50_high_ms, p.p95_ms,
       p.p95_low_ms, p.p95_high_ms, p.max_ms, p.self_ms, coalesce(troubled.error_count, 0) as error_count,
       coalesce(deviating.deviation_count, 0) as deviation_count,
       coalesce(changed.mutation_count, 0) as mutation_count, changed.state_keys
from declared
left join reports.rpt_movement_performance p using (sequence_id, movement_name)
left join seen using (sequence_id, movement_name)
left join troubled using (sequence_id, movement_number)
left join changed using (sequence_id, movement_number)
left join deviating using (sequence_id, movement_number)
order by sequence_id, movement_number
"""
_SUMMARIES = """
select s.sequence_id, f.last_seen_at, t.handler_count, t.tested_count, t.owners, t.last_changed_at
from marts.dim_sequences s
left join (
    select sequence_id, max(coalesce(ended_at, started_at)) as last_seen_at from marts.fct_flows group by 1
) f using (sequence_id)
left join (
    select b.sequence_id, count(distinct h.handler_id) as handler_count,
           count(distinct h.handler_id) filter (where h.test_file_count > 0) as tested_count,
           string_agg(distinct h.owners, ', ' order by h.owners) as owners, max(h.last_changed_at) as last_changed_at
    from marts.dim_beats b join marts.dim_handlers h using (handler_id) group by 1
) t using (sequence_id)
"""


def load_movements(warehouse: Path) -> dict[str, list[Row]]:
    """Read the movements in their declared order."""
    return by_key(load_rows(warehouse, _MOVEMENTS), "sequence_id")


def load_sequence_summaries(warehouse: Path) -> dict[str, Row]:
    """Read, per sequence, when it was last seen, how many of its handlers are tested, and whose they are."""
    return {row["sequence_id"]: row for row in load_rows(warehouse, _SUMMARIES)}
