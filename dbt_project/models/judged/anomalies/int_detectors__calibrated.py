"""What each anomaly detector judged, and which rate of false alarms it may have.

The method is in orchestration/analysis/anomalies/verdict.py. dbt enforces contracts on SQL models only:
rpt_anomaly_detectors carries this one's.
"""

from orchestration.analysis.anomalies.model import selection
from orchestration.analysis.anomalies.verdict import calibration_rows, read_options


def model(dbt, session):
    """Return one row per detector."""
    dbt.config(materialized="table")
    sessions = dbt.ref("int_sessions__rostered").project(selection("sessions")).to_arrow_table()
    flows = dbt.ref("int_flows__costed").project(selection("flows")).to_arrow_table()
    return calibration_rows(sessions, flows, read_options(dbt.ref("stg_project__anomaly_settings").to_arrow_table()))
