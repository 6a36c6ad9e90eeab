"""What the validator measured: flows validated, fitness by sequence, unusual times, routes."""

from pathlib import Path

from orchestration.warehouse import Row, load_rows

_VALIDATION = "select * from reports.rpt_flow_validation order by flow_count desc, validation_state"
_FITNESS = """
select * from reports.rpt_sequence_fitness
order by mean_fitness nulls last, flow_count desc, sequence_name, sequence_id
"""
_TEMPORAL = "select * from marts.fct_temporal_deviations order by elapsed_ms desc, temporal_deviation_id"
_ROUTES = """
with strays as (
    select topic, deviation_class, sum(occurrence_count) as lost_count, bool_and(is_accepted) as is_accepted,
           arg_min(observed, deviation_group_id) as observed,
           arg_min(example_session_id, deviation_group_id) as session_id,
           arg_min(example_line_number, deviation_group_id) as line_number
    from reports.rpt_deviations where deviation_class in ('misrouted_topic', 'unrouted_topic') group by all
),
stray as (
    select topic, min(deviation_class) as deviation_class, sum(lost_count) as lost_count,
           bool_and(is_accepted) as is_accepted, string_agg(observed, '; ' order by deviation_class) as observed,
           arg_min(session_id, deviation_class) as session_id, arg_min(line_number, deviation_class) as line_number
    from strays group by topic
)
select route.topic, route.sequence_key, route.sequence_name, sequence.sequence_id, route.plugin_name, route.route_class,
       route.is_sequence_declared, route.routed_count, route.session_count, route.declaration_file_path,
       topic.topic_id, topic.published_count, stray.deviation_class, stray.lost_count, stray.is_accepted,
       stray.observed, stray.session_id, stray.line_number
from marts.dim_topic_routes route
left join marts.dim_topics topic using (topic)
left join marts.dim_sequences sequence on route.sequence_key = sequence.sequence_key
left join stray on route.topic = stray.topic
order by stray.topic is null, route.route_class, route.topic, route.sequence_key
"""


def load_validation(warehouse: Path) -> list[Row]:
    """Read how many flows were validated, and why others were not."""
    return load_rows(warehouse, _VALIDATION)


def load_fitness(warehouse: Path) -> list[Row]:
    """Read the measures of all declared sequences, least fitting first."""
    return load_rows(warehouse, _FITNESS)


def load_temporal(warehouse: Path) -> list[Row]:
    """Read the unusual times between beats, longest first."""
    return load_rows(warehouse, _TEMPORAL)


def load_routes(warehouse: Path) -> list[Row]:
    """Read the routes, declared, taken or both, with what went wrong with their topic; those first."""
    return load_rows(warehouse, _ROUTES)
