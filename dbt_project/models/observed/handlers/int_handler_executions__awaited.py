"""Handler executions on the critical path of their flow.

The method is in orchestration/analysis. dbt enforces contracts on SQL models only: rpt_handler_performance carries the
figures made of this.
"""

from orchestration.analysis.performance.critical_path_frames import find_critical_stretches


def model(dbt, session):
    """Return one row per timed handler execution of a flow."""
    dbt.config(materialized="table")
    handlers = dbt.ref("int_executions__placed").filter("execution_kind = 'handler'")
    return find_critical_stretches(handlers.to_arrow_table())
