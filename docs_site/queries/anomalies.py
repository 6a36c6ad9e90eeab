"""Anomalies for the pages: all of them, and the detectors that found them."""

from pathlib import Path

from orchestration.warehouse import Row, load_rows

# The worst first; of equals the rarest, then the newest.
ANOMALIES = """
select a.*, s.session_name, s.started_at as session_started_at, s.load_factor, s.is_loaded_machine, q.sequence_id
from marts.fct_anomalies a
join marts.dim_sessions s using (session_id)
left join (select sequence_name, min(sequence_id) as sequence_id from marts.dim_sequences group by sequence_name) q
    on a.sequence_name = q.sequence_name
order by case a.severity when 'critical' then 0 when 'warning' then 1 else 2 end,
         a.q_value nulls first, s.started_at desc nulls last, a.log_file_path, a.line_number, a.anomaly_id
"""
_DETECTORS = "select * from reports.rpt_anomaly_detectors order by detector_kind, warning_count desc, detector"
_SESSIONS = """
select session_id, session_name, started_at from marts.dim_sessions order by started_at nulls first, log_file_path
"""


def load_anomalies(warehouse: Path) -> list[Row]:
    """Return all anomalies, the worst first."""
    return load_rows(warehouse, ANOMALIES)


def load_detectors(warehouse: Path) -> list[Row]:
    """Return what each detector judged and found."""
    return load_rows(warehouse, _DETECTORS)


def load_sessions(warehouse: Path) -> list[Row]:
    """Return the sessions, oldest first."""
    return load_rows(warehouse, _SESSIONS)
