"""What is declared and what was observed of every sequence: beats, steps from beat to beat, variants.

Each function reads all sequences in one query and gives them by sequence_id: a site of 500 sequences must not ask 500
times.
"""

from pathlib import Path

from orchestration.warehouse import Row, by_key, load_rows

_BEATS = """
with points as (
    select beat_id, list(duration_ms order by duration_ms)[:20] as points
    from marts.fct_beat_executions where beat_id is not null and duration_ms is not null group by beat_id
)
select b.*, coalesce(p.execution_count, 0) as execution_count, coalesce(p.failed_count, 0) as failed_count,
       coalesce(p.timed_count, 0) as timed_count, p.min_ms, p.max_ms, p.p50_ms, p.p50_low_ms, p.p50_high_ms,
       p.p95_ms, p.p95_low_ms, p.p95_high_ms, p.self_ms, p.total_ms, p.duration_resolution_ms as resolution_ms,
       points.points
from marts.dim_beats b left join reports.rpt_beat_performance p using (beat_id) left join points using (beat_id)
order by b.sequence_id, b.beat_position
"""
# A node is a declared beat, or what ran undeclared, or the flow's begin, or how it ended.
_STEPS = """
with nodes as (
    select f.sequence_id, e.flow_id, e.execution_number,
           coalesce(e.beat_id, 'undeclared:' || coalesce(e.topic, e.beat_number::varchar, '?')) as node,
           case f.status when 'completed' then 'end' when 'failed' then 'failed' when 'cancelled' then 'cancelled'
               else 'unended' end as last_node
    from marts.fct_beat_executions e join marts.fct_flows f using (flow_id)
    where f.sequence_id is not null
),
steps as (
    select sequence_id, flow_id, node, coalesce(lead(node) over flow, last_node) as next_node,
           lag(node) over flow as previous_node
    from nodes window flow as (partition by flow_id order by execution_number)
)
select sequence_id, node as from_node, next_node as to_node, count(*) as step_count
from steps group by all
union all
select sequence_id, 'begin', node, count(*) from steps where previous_node is null group by all
order by all
"""
_VARIANTS = """
with orders as (
    select flow_id, string_agg(
               case when beat_id is null then coalesce(topic, '?') else beat_number::varchar end, ' \u2192 '
               order by execution_number) as beats
    from marts.fct_beat_executions group by flow_id
)
select f.sequence_id, f.variant_id, count(*) as flow_count, count(*) filter (where f.is_conformant) as conformant_count,
       count(*) filter (where f.status = 'completed') as completed_count, count(distinct f.session_id) as session_count,
       any_value(v.fitness) as fitness, any_value(v.alignment_cost) as alignment_cost,
       arg_min(o.beats, f.flow_id) as beats,
       arg_min(f.session_id, f.flow_id) as session_id, min(f.flow_id) as flow_id,
       arg_min(f.line_number, f.flow_id) as line_number
from marts.fct_flows f left join orders o using (flow_id)
left join marts.fct_flow_variants v on f.variant_id = v.variant_id
where f.sequence_id is not null
group by f.sequence_id, f.variant_id
order by f.sequence_id, flow_count desc, f.variant_id
"""

_WHAT_IFS = """
select * from reports.rpt_sequence_what_ifs
order by sequence_id, list_position(['beat', 'kind', 'handler'], what_if_kind), beat_number, what_if_name, what_if_key
"""


def load_beats(warehouse: Path) -> dict[str, list[Row]]:
    """Read declared beats in their order, each with what was seen of it."""
    return by_key(load_rows(warehouse, _BEATS), "sequence_id")


def load_steps(warehouse: Path) -> dict[str, list[Row]]:
    """Read how often which beat followed which, begin and end included."""
    return by_key(load_rows(warehouse, _STEPS), "sequence_id")


def load_variants(warehouse: Path) -> dict[str, list[Row]]:
    """Read the distinct orders of beats, most frequent first."""
    return by_key(load_rows(warehouse, _VARIANTS), "sequence_id")


def load_what_ifs(warehouse: Path) -> dict[str, list[Row]]:
    """Read what could be left out of each sequence: beats in their order, kinds, handlers."""
    return by_key(load_rows(warehouse, _WHAT_IFS), "sequence_id")
