"""Where declarations and reality disagree, with the ids that lead to pages."""

from pathlib import Path

from orchestration.warehouse import Row, load_rows

_SQL = """
with sequences as (select sequence_name, min(sequence_id) as sequence_id from marts.dim_sequences group by 1),
handlers as (
    select plugin_name, handler_name, min(handler_id) as handler_id,
           min_by(code_file_path, handler_id) as code_file_path,
           min_by(code_line_number, handler_id) as code_line_number
    from marts.dim_handlers group by 1, 2
)
select d.*, s.sequence_id, t.topic_id, h.handler_id, h.code_file_path, h.code_line_number
from marts.fct_declaration_drift d
left join sequences s using (sequence_name)
left join marts.dim_topics t using (topic)
left join handlers h on d.handler_name = h.handler_name and d.plugin_name is not distinct from h.plugin_name
order by d.severity <> 'critical', d.severity <> 'warning', d.drift_class, d.occurrence_count desc,
         coalesce(d.handler_name, d.topic, d.sequence_name), d.drift_id
"""


def load_drift(warehouse: Path) -> list[Row]:
    """Read all disagreements, warnings first."""
    return load_rows(warehouse, _SQL)


def is_open(row: Row) -> bool:
    """Tell whether somebody should decide: what the gate `--fail-on drift` fails on."""
    return row["severity"] != "info" and not row["is_accepted"]
