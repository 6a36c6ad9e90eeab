"""Deviations in groups: the same class at the same beat of the same sequence, with its n and three examples."""

from pathlib import Path

from docs_site.warehouse import Row, load_rows

_SQL = """
with numbered as (
    select d.*, f.sequence_id,
           row_number() over (
               partition by d.deviation_class, d.sequence_name, d.beat_number, d.topic, d.handler_name, d.severity
               order by d.log_file_path, d.line_number
           ) as example_number
    from marts.fct_flow_deviations d left join marts.fct_flows f using (flow_id)
)
select deviation_class, severity, sequence_name, beat_number, topic, handler_name,
       any_value(sequence_id) as sequence_id, count(*) as deviation_count,
       sum(coalesce(occurrence_count, 1)) as occurrence_count, count(distinct flow_id) as flow_count,
       count(distinct session_id) as session_count,
       any_value(expected) as expected, any_value(observed) as observed,
       any_value(code_file_path) as code_file_path, any_value(code_line_number) as code_line_number,
       list({session_id: session_id, flow_id: flow_id, line_number: line_number} order by example_number)
           filter (where example_number <= 3 and line_number is not null) as examples
from numbered
group by deviation_class, severity, sequence_name, beat_number, topic, handler_name
order by case severity when 'critical' then 0 when 'warning' then 1 else 2 end, deviation_count desc, sequence_name,
         beat_number, topic, handler_name
"""


def load_deviations(warehouse: Path) -> list[Row]:
    """Read the groups, worst and most frequent first."""
    return load_rows(warehouse, _SQL)
