"""Budgets beside what was measured, as reports.rpt_budgets judges them: nothing is computed here."""

from pathlib import Path

from orchestration.warehouse import Row, load_rows

_SQL = """
select budget.*, beat.sequence_id as beat_sequence_id, sequence.sequence_id, handler.handler_id
from reports.rpt_budgets as budget
left join marts.dim_beats as beat on budget.subject_kind = 'beat' and budget.subject_id = beat.beat_id
left join marts.dim_sequences as sequence
    on budget.subject_kind = 'sequence' and budget.subject_id = sequence.sequence_id
left join marts.dim_handlers as handler on budget.subject_kind = 'handler' and budget.subject_id = handler.handler_id
order by case verdict when 'matches_nothing' then 0 when 'over' then 1 when 'too_few' then 2 when 'never_ran' then 3
             else 4 end,
         case severity when 'critical' then 0 else 1 end, actual_ms / limit_ms desc nulls last, budget_subject_id
"""


def load_budgets(warehouse: Path) -> list[Row]:
    """Read every comparison with a budget: what matches nothing, then what is over, the furthest over first."""
    return load_rows(warehouse, _SQL)


def load_budgets_by_subject(warehouse: Path) -> dict[tuple[str, str], list[Row]]:
    """Read the comparisons of what ran, by its kind and id."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in load_budgets(warehouse):
        if row["subject_id"]:
            found.setdefault((row["subject_kind"], row["subject_id"]), []).append(row)
    return found
