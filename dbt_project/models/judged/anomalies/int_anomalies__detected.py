"""What is unusual in each session, beside sessions that are not itself.

The detectors are in orchestration/analysis/anomalies. dbt enforces contracts on SQL models only: fct_anomalies
carries this one's.
"""

from orchestration.analysis.anomalies.model import selection
from orchestration.analysis.anomalies.verdict import detect_rows, read_options


def model(dbt, session):
    """Return one row per anomaly."""
    dbt.config(materialized="table")
    seen = {
        "sessions": dbt.ref("int_sessions__rostered"),
        "flows": dbt.ref("int_flows__costed"),
        "beats": dbt.ref("fct_beat_executions"),
        "handlers": dbt.ref("fct_handler_executions"),
        "deviations": dbt.ref("fct_flow_deviations"),
        "errors": dbt.ref("int_errors__timed"),
        "gaps": dbt.ref("fct_silent_gaps"),
        "topics": dbt.ref("int_topics__timed"),
        "state_keys": dbt.ref("fct_state_mutations"),
    }
    tables = {name: relation.project(selection(name)).to_arrow_table() for name, relation in seen.items()}
    return detect_rows(tables, read_options(dbt.ref("stg_project__anomaly_settings").to_arrow_table()))
