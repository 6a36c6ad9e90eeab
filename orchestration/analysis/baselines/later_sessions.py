"""The sessions of a warehouse that are not in a baseline, compared with it: what commands, gates and pages ask for."""

from collections.abc import Collection

import duckdb

from orchestration.analysis.baselines.baseline_comparison import compare_with_baseline
from orchestration.analysis.baselines.baseline_facts import take_baseline
from orchestration.analysis.baselines.baseline_model import Baseline
from orchestration.analysis.baselines.comparison_model import Comparison

_SESSIONS = "select session_id, log_file_path from marts.dim_sessions order by session_id"


def compare_later_sessions(
    connection: duckdb.DuckDBPyConnection, baseline: Baseline, log_file_paths: Collection[str] | None = None
) -> Comparison | None:
    """Return how other sessions differ from the baseline, all or those of some logs; none when there is no other."""
    known = {session.session_id for session in baseline.sessions}
    later = [
        session_id
        for session_id, path in connection.execute(_SESSIONS).fetchall()
        if session_id not in known and (log_file_paths is None or path in log_file_paths)
    ]
    if not later:
        return None
    return compare_with_baseline(baseline, take_baseline(connection, "now", baseline.saved_at, later))
