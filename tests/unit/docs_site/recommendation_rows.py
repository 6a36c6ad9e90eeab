"""Rows of recommendations for tests of the site and of the exports."""

from typing import Any

import duckdb

from tests.unit.docs_site.synthetic_warehouse import tables


def insert(connection: duckdb.DuckDBPyConnection, table: str, row: dict[str, Any]) -> None:
    """Insert a row; counts and flags that are not given are 0 and false."""
    kinds = tables()[table]
    filled = {name: 0 for name, kind in kinds.items() if kind == "bigint"}
    values = filled | row
    names = ", ".join(f'"{name}"' for name in values)
    connection.execute(
        f"insert into {table} ({names}) values ({', '.join('?' for _ in values)})", list(values.values())
    )


def recommendation(number: int, **changes: Any) -> dict[str, Any]:
    """Return a recommendation as the warehouse holds it."""
    row = {
        "recommendation_id": f"id{number:04d}", "recommendation_number": number, "fix_class": "guard_failure",
        "symptom_kind": "deviation", "symptom_class": "failed_beat", "severity": "critical",
        "title": f"take{number} fails its beat",
        "fix": "Guard the failure.", "proof": "A test that expects no exception.", "expected": "a completed beat",
        "observed": "Error: no table", "handler_id": f"h{number}", "handler_name": f"take{number}", "plugin_name": "P",
        "causal_path": f"Order > beat 2 > order:take > take{number}", "sequence_name": "Order", "beat_number": 2,
        "topic": "order:take", "holds_structurally": True, "declared_beat_count": 1, "holds_in_time": True,
        "ordered_session_count": 1, "followed_session_count": 1, "code_file_path": "src/take.ts",
        "code_line_number": 7, "session_count": 1, "occurrence_count": 3, "gain_seconds": 90.0, "confidence": 0.9,
        "effort_hours": 2.0, "score": 40.5 - number, "outcome": "open", "session_id": "s1", "flow_id": "f1",
        "log_file_path": "a.log", "line_number": 12,
    }  # fmt: skip
    return row | changes


def write_recommendation(connection: duckdb.DuckDBPyConnection, number: int, **changes: Any) -> None:
    """Write a recommendation with a line of evidence and the session it was seen in."""
    row = recommendation(number, **changes)
    insert(connection, "reports.rpt_recommendations", row)
    evidence = {
        "recommendation_evidence_id": f"e{number}", "recommendation_id": row["recommendation_id"],
        "evidence_number": 1, "evidence_role": "cause", "evidence_class": row["symptom_class"],
        "observed": row["observed"], "session_id": "s1", "flow_id": "f1", "log_file_path": "a.log", "line_number": 12,
    }  # fmt: skip
    insert(connection, "reports.rpt_recommendation_evidence", evidence)
    if not connection.execute("select 1 from marts.dim_sessions where session_id = 's1'").fetchall():
        insert(connection, "marts.dim_sessions", {"session_id": "s1", "session_name": "a", "log_file_path": "a.log"})
