"""Times between consecutive declared beats beside what is usual in other sessions.

The method is in orchestration/analysis. dbt enforces contracts on SQL models only: fct_temporal_deviations carries this
one's.
"""

from orchestration.analysis.conformance.temporal_frames import judge_pairs


def model(dbt, session):
    """Return one row per pair of beat executions that other sessions allow to judge."""
    dbt.config(materialized="table")
    return judge_pairs(dbt.ref("int_beat_pairs__timed").to_arrow_table())
