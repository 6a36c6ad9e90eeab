"""State rows taken apart: one row per key, with what the cut preview shows of its value.

The method is in orchestration/analysis. dbt enforces contracts on SQL models only: fct_state_mutations carries this
one's.
"""

from orchestration.analysis.state.state_changes import parse_state_rows


def model(dbt, session):
    """Return one row per key changed per state row."""
    dbt.config(materialized="table")
    return parse_state_rows(dbt.ref("int_state_rows__attributed").to_arrow_table())
