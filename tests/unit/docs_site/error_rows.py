"""Rows of error groups for the synthetic warehouse: one group per handler that fails, its texts the handler's name."""

from datetime import UTC, datetime
from typing import Any

from orchestration.domain.identifiers import stable_id

Rows = dict[str, list[dict[str, Any]]]
_SEEN = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def add_error_groups(rows: Rows) -> None:
    """Group the errors by handler, and write what the reports say of each group."""
    handlers = {handler["handler_name"]: handler["handler_id"] for handler in rows["marts.dim_handlers"][::-1]}
    for error in rows["marts.fct_errors"]:
        name = error["handler_name"]
        error |= {
            "error_group_id": group_id(name),
            "root_error_id": error["error_id"],
            "handler_id": handlers.get(name),
        }
        error |= {"frame_file_name": name, "frame_line_number": 1, "normalised_message": name}
    for name in dict.fromkeys(error["handler_name"] for error in rows["marts.fct_errors"]):
        _add_group(rows, name, handlers.get(name))


def group_id(name: str) -> str:
    """Return the group of the errors of a handler."""
    return stable_id("error group", name)


def _add_group(rows: Rows, name: str, handler_id: str | None) -> None:
    errors = [error for error in rows["marts.fct_errors"] if error["handler_name"] == name]
    texts = (
        "title", "explanation", "error_class", "normalised_message", "example_message", "subject", "plugin_name",
        "handler_name", "sequence_name", "sequence_names", "topic", "frame_function_name", "frame_file_name",
        "frame_evidence", "code_file_path", "handler_code_file_path", "owner_names", "log_file_path",
    )  # fmt: skip
    at = {"error_group_id": group_id(name)}
    rows["reports.rpt_error_groups"].append(
        dict.fromkeys(texts, name)
        | at
        | {
            "severity": "error", "error_kind": "handler_failed", "subject_kind": "handler", "handler_id": handler_id,
            "error_count": len(errors), "consequence_count": 0, "session_count": len(errors), "trend": "steady",
            "trend_q_value": 1.0, "example_error_id": errors[0]["error_id"], "session_id": errors[0]["session_id"],
            "flow_id": errors[0]["flow_id"], "line_number": 1, "first_seen_at": _SEEN, "last_seen_at": _SEEN,
        }
    )  # fmt: skip
    place = {"session_id": errors[0]["session_id"], "log_file_path": name, "line_number": 1}
    rows["reports.rpt_error_breadcrumbs"].append(at | place | {"step_kind": "topic_published", "step_text": name})
    rows["reports.rpt_error_lift"].append(at | {"unit_kind": "flow", "feature_kind": name, "feature_value": name})
    rows["reports.rpt_error_commits"].append(at | {"commit_hash": name, "commit_subject": name, "author_key": name})
