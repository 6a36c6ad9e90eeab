"""Rows of the coverage reports for the synthetic warehouse, every text of them the name given."""

from pathlib import Path
from typing import Any

import duckdb

from orchestration.domain.identifiers import stable_id

SESSIONS = 59


def write_coverage(warehouse: Path, name: str) -> None:
    """Add a row of each kind the coverage page shows."""
    handler, sequence = stable_id("handler", name), stable_id("sequence", name)
    named = {"handler_name": name, "plugin_name": name}
    shown = {"code_file_path": name, "code_line_number": 7}
    lists: dict[str, list[dict[str, Any]]] = {
        "marts.dim_handlers": [
            named | shown | {"handler_id": handler, "line_count": 20},
            named | shown | {"handler_id": stable_id("dead", name), "line_count": 30},
        ],
        "marts.dim_beats": [
            {"beat_id": "b", "handler_id": handler, "sequence_id": sequence, "sequence_name": name, "beat_number": 2}
        ],
        "marts.fct_test_coverage": [
            {"handler_id": handler, "evidence_kind": "imported_by_test", "evidence_file_path": path}
            for path in (name, f"{name}.test.ts")
        ],
        "reports.rpt_handler_coverage": [
            named | shown | _used(handler),
            named | shown | _unused(name),
        ],
        "reports.rpt_coverage_functions": [
            shown
            | {"code_function_name": name, "code_end_line_number": 9, "execution_count": 50, "handler_count": 1}
        ],
        "reports.rpt_coverage_sessions": [
            {
                "session_id": f"s{number}", "session_name": name, "session_number": number,
                "declared_handler_count": 4, "new_handler_count": int(number < 3), "seen_handler_count": min(number, 2),
                "declared_beat_count": 4, "beat_count": 2, "beat_share_pct": 50.0,
            }
            for number in range(1, 8)
        ],
        "reports.rpt_coverage_unseen": [
            {
                "coverage_unseen_id": kind, "thing_kind": kind, "thing_name": name, "sequence_id": sequence,
                "sequence_name": name, "plugin_name": name, "handler_name": name, "unused_reason": name,
                "declaration_file_path": name, "declaration_json_path": name, "usage_upper_bound_pct": 4.95,
            }
            for kind in ("sequence", "beat", "topic")
        ],
        "reports.rpt_coverage_idle_tests": [
            {"test_file_path": name, "idle_class": idle_class, "handler_names": name, "used_handler_count": 0}
            for idle_class in ("never_executed", "not_declared")
        ],
        "marts.fct_declaration_drift": [
            {
                "drift_id": "d", "drift_class": "handler_not_in_code", "severity": "warning", "plugin_name": name,
                "handler_name": name, "declared": name, "found": name, "declaration_file_path": name,
            }
        ],
        "reports.rpt_headline_figures": [
            {
                "headline_figure_id": "f", "subject": "handlers", "figure_title": name, "unit": "count",
                "true_way": name, "naive_way": name, "difference_reason": name, "figure_number": 1,
                "true_value": 93.0, "naive_value": 87.0, "difference": -6.0,
            }
        ],
    }  # fmt: skip
    with duckdb.connect(str(warehouse)) as connection:
        # One transaction: a commit for each row would take most of the time.
        connection.begin()
        for table, rows in lists.items():
            for row in rows:
                places = ", ".join("?" * len(row))
                connection.execute(f"insert into {table} ({', '.join(row)}) values ({places})", list(row.values()))
        connection.commit()


def _used(handler: str) -> dict[str, Any]:
    # The only line that ran may be the one that declares it.
    return {
        "handler_id": handler, "resolution": "unique", "is_used": True, "is_tested": True, "quadrant": "used_tested",
        "execution_count": 50, "session_count": 40, "window_session_count": SESSIONS, "error_count": 5,
        "error_pct": 10.0, "covered_line_count": 1, "executable_line_count": 20, "line_coverage_pct": 5.0,
        "commit_count": 3, "risk_score": 29.88,
    }  # fmt: skip


def _unused(name: str) -> dict[str, Any]:
    return {
        "handler_id": stable_id("dead", name), "resolution": "unique", "is_used": False, "is_tested": False,
        "quadrant": "unused_untested", "execution_count": 0, "session_count": 0, "window_session_count": SESSIONS,
        "error_count": 0, "commit_count": 0, "risk_score": 0.0, "usage_upper_bound_pct": 4.95, "unused_reason": name,
    }  # fmt: skip
