"""Parameters: the keys a handler is given and the keys it hands on, with the types and an example the logs show.

Inputs are what the code of a handler reads (marts.fct_replay_inputs), outputs what state rows show it changing
(marts.fct_state_mutations). A log shows previews, often cut: a type or an example is what one of them showed.
"""

from pathlib import Path

from orchestration.warehouse import Row, by_key, load_rows

_SQL = """
with places as (
    select handler_execution_id, topic, sequence_name from marts.fct_handler_executions
),
values_seen as (
    select i.handler_id, p.topic, p.sequence_name, i.state_key, 'read' as direction,
           cast(null as varchar) as value_type, i.input_value as shown_value, i.session_id, i.log_file_path,
           i.line_number
    from marts.fct_replay_inputs i join places p using (handler_execution_id)
    union all
    select handler_id, topic, sequence_name, state_key, 'written', value_type, value_after, session_id, log_file_path,
           line_number
    from marts.fct_state_mutations
),
keyed as (
    select v.{subject} as subject, v.state_key, v.direction, count(*) as execution_count,
           count(distinct v.session_id) as session_count, count(v.shown_value) as shown_count,
           string_agg(distinct v.value_type, ', ' order by v.value_type) as value_types,
           min_by(v.shown_value, v.log_file_path || lpad(v.line_number::varchar, 9, '0'))
               filter (where v.shown_value is not null) as example,
           min_by(v.session_id, v.log_file_path || lpad(v.line_number::varchar, 9, '0')) as session_id,
           min_by(v.line_number, v.log_file_path || lpad(v.line_number::varchar, 9, '0')) as line_number
    from values_seen v where v.{subject} is not null and v.state_key is not null group by 1, 2, 3
)
select keyed.*, coalesce(keyed.value_types, k.value_types) as known_types, k.state_key_id
from keyed left join reports.rpt_state_keys k using (state_key)
order by subject, direction, execution_count desc, state_key
"""


def load_parameters(warehouse: Path, subject: str) -> dict[str, list[Row]]:
    """Read the parameters by `subject`: handler_id, topic or sequence_name."""
    return by_key(load_rows(warehouse, _SQL.format(subject=subject)), "subject")
