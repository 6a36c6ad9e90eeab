"""How handlers, beats and sequences changed between builds and over time.

The method is in orchestration/analysis. dbt enforces contracts on SQL models only: fct_regressions carries this one's.
"""

from orchestration.analysis.regressions.regression_frames import judge_changes


def model(dbt, session):
    """Return one row per unit and pair of builds that could be compared, and one per change over time."""
    dbt.config(materialized="table")
    return judge_changes(dbt.ref("int_unit_levels__measured").to_arrow_table())
