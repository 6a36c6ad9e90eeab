"""What the pages know of the state flows hand from handler to handler: keys, who touches them, findings, changes."""

from pathlib import Path

from orchestration.warehouse import Row, load_rows

# A page shows how a key changes, not every time it did: all changes are in marts.fct_state_mutations.
_MOST_EXAMPLES = 40

_FINDINGS = """
select f.*, k.state_key_id, s.sequence_id from reports.rpt_state_findings f
left join reports.rpt_state_keys k using (state_key)
left join (select sequence_name, min(sequence_id) as sequence_id from marts.dim_sequences group by 1) s
    using (sequence_name)
order by f.severity <> 'critical', f.severity <> 'warning', f.finding_class, f.occurrence_count desc, f.handler_name,
         f.state_key
"""
_KEYS = "select * from reports.rpt_state_keys order by mutation_count desc, state_key"
_PAIRS = """
select p.*, k.state_key_id from reports.rpt_state_handlers p join reports.rpt_state_keys k using (state_key)
order by p.mutation_count desc, p.handler_name, p.state_key
"""
_READERS = """
select target_name as state_key, code_file_path, code_function_name, min(code_line_number) as code_line_number
from marts.fct_code_edges where edge_kind = 'reads_state' and not is_test
group by 1, 2, 3 order by 1, 2, 4
"""
# The longest story of a key in one flow, and the first story when all are as long.
_STORIES = """
with lengths as (
    select state_key, flow_id, count(*) as change_count, min(log_file_path) as log_file_path,
           min(line_number) as line_number
    from marts.fct_state_mutations where flow_id is not null group by 1, 2
),
longest as (
    select * from lengths
    qualify row_number() over (
        partition by state_key order by change_count desc, log_file_path, line_number
    ) = 1
)
select m.*, h.handler_kind from marts.fct_state_mutations m join longest using (state_key, flow_id)
left join marts.dim_handlers h using (handler_id)
order by m.state_key, m.change_number
"""
_VALUES = """
select state_key, value_type, value_shape, count(*) as mutation_count,
       min_by(value_after, log_file_path || lpad(line_number::varchar, 9, '0')) as example,
       min_by(session_id, log_file_path || lpad(line_number::varchar, 9, '0')) as session_id,
       min_by(line_number, log_file_path || lpad(line_number::varchar, 9, '0')) as line_number
from marts.fct_state_mutations where value_after is not null
group by 1, 2, 3 order by 1, 4 desc, 2, 3
"""
_SEQUENCES = """
select m.state_key, m.sequence_name, min(s.sequence_id) as sequence_id, count(*) as mutation_count,
       count(distinct m.flow_id) as flow_count, count(distinct m.session_id) as session_count
from marts.fct_state_mutations m
left join (select sequence_name, min(sequence_id) as sequence_id from marts.dim_sequences group by 1) s
    using (sequence_name)
group by 1, 2 order by 1, 4 desc, 2
"""
_TOTALS = """
select count(*) as mutation_count, count(distinct session_id || '/' || line_number) as state_row_count,
       count(*) filter (where is_preview_cut) as cut_count, count(*) filter (where value_after is null) as hidden_count,
       count(distinct handler_id) as handler_count
from marts.fct_state_mutations
"""


def load_totals(warehouse: Path) -> Row:
    """Read how much there is, and how much of it previews show."""
    return load_rows(warehouse, _TOTALS)[0]


def load_findings(warehouse: Path) -> list[Row]:
    """Read the findings, the severe ones first."""
    return load_rows(warehouse, _FINDINGS)


def load_keys(warehouse: Path) -> list[Row]:
    """Read the keys, those changed most often first."""
    return load_rows(warehouse, _KEYS)


def load_pairs(warehouse: Path) -> list[Row]:
    """Read what each handler does to each key."""
    return load_rows(warehouse, _PAIRS)


def load_readers(warehouse: Path) -> list[Row]:
    """Read the functions whose code reads a key."""
    return load_rows(warehouse, _READERS)


def load_stories(warehouse: Path) -> dict[str, list[Row]]:
    """Read, per key, its changes in the flow that changed it most often."""
    stories: dict[str, list[Row]] = {}
    for row in load_rows(warehouse, _STORIES):
        stories.setdefault(row["state_key"], []).append(row)
    return {key: rows[:_MOST_EXAMPLES] for key, rows in stories.items()}


def load_values(warehouse: Path) -> dict[str, list[Row]]:
    """Read, per key, the types and shapes its previews show."""
    values: dict[str, list[Row]] = {}
    for row in load_rows(warehouse, _VALUES):
        values.setdefault(row["state_key"], []).append(row)
    return {key: rows[:_MOST_EXAMPLES] for key, rows in values.items()}


def load_sequences(warehouse: Path) -> dict[str, list[Row]]:
    """Read, per key, the sequences whose flows change it."""
    sequences: dict[str, list[Row]] = {}
    for row in load_rows(warehouse, _SEQUENCES):
        sequences.setdefault(row["state_key"], []).append(row)
    return sequences
