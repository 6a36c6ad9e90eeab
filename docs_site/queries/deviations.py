"""Deviations in groups: the same class at the same place of the same sequence, with n and three examples."""

from pathlib import Path

from orchestration.warehouse import Row, load_rows

_PLACE = "deviation_class, severity, sequence_name, beat_number, topic, handler_name, is_consequence, acceptance_id"
_SAME_PLACE = " and ".join(f"report.{name} is not distinct from examples.{name}" for name in _PLACE.split(", "))
_SQL = f"""
with numbered as (
    select {_PLACE}, session_id, flow_id, line_number,
           row_number() over (partition by {_PLACE} order by log_file_path, line_number) as example_number
    from marts.fct_flow_deviations
),
examples as (
    select {_PLACE},
           list({{session_id: session_id, flow_id: flow_id, line_number: line_number}} order by example_number)
               as examples
    from numbered where example_number <= 3 and line_number is not null group by {_PLACE}
)
select report.*, examples.examples
from reports.rpt_deviations report
left join examples on {_SAME_PLACE}
order by case report.severity when 'critical' then 0 when 'warning' then 1 else 2 end, report.deviation_count desc,
         report.sequence_name, report.beat_number, report.topic, report.handler_name, report.deviation_group_id
"""


def load_deviations(warehouse: Path) -> list[Row]:
    """Read the groups, worst and most frequent first."""
    return load_rows(warehouse, _SQL)


def is_alarm(group: Row) -> bool:
    """Tell what somebody should look at from what is normal, accepted, or only follows from another deviation."""
    return group["severity"] != "info" and not group["is_accepted"] and not group["is_consequence"]
