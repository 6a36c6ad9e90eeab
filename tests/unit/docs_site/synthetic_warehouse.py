"""A small warehouse and lake with the contract's tables, made without dbt: what the site is tested on.

`write_home` fills them from a list of names, which become handlers, sequences, topics, messages and file names; give
it hostile names to test that they stay text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from orchestration.domain.identifiers import stable_id
from orchestration.domain.tables import RAW_TABLES, Table
from orchestration.lake import arrow_schema, ensure_table, table_folder, write_parquet
from tests.dbt.project_files import published
from tests.unit.docs_site.error_rows import add_error_groups

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SESSIONS = 3
FLOWS_PER_SESSION = 8
HANDLERS_PER_SEQUENCE = 2


@dataclass(frozen=True, slots=True)
class Home:
    """The folders the site is made from."""

    warehouse: Path
    lake: Path
    quality: Path
    site: Path


@cache
def tables() -> dict[str, dict[str, str]]:
    """Return the columns and types of every mart and report, as the models' contracts say them."""
    return {
        f"{schema}.{name}": columns for schema in ("marts", "reports") for name, columns in published(schema).items()
    }


def empty_home(folder: Path) -> Home:
    """Write all tables without a row."""
    home = Home(folder / "published.duckdb", folder / "lake", folder / "quality", folder / "site")
    home.quality.mkdir(parents=True)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("create schema marts; create schema reports")
        for name, columns in tables().items():
            typed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
            connection.execute(f"create table {name} ({typed})")
    for table in RAW_TABLES:
        ensure_table(home.lake, table)
    return home


def write_home(
    folder: Path, names: Sequence[str], *, flows_per_session: int = FLOWS_PER_SESSION, sessions: int = SESSIONS
) -> Home:
    """Write a warehouse in which every name is used everywhere a name can be."""
    home = empty_home(folder)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in tables()}
    for number, name in enumerate(names):
        _declare(rows, number, name)
    for number in range(sessions):
        _record_session(rows, number, names, flows_per_session)
    _report(rows)
    add_error_groups(rows)
    _report_times(rows)
    _report_replays(rows, names)
    _report_code(rows)
    with duckdb.connect(str(home.warehouse)) as connection:
        for table, found in rows.items():
            _insert(connection, table, found)
    _write_lake(home.lake, rows["marts.dim_sessions"], names)
    _write_quality(home.quality, names)
    return home


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> None:
    columns = list(tables()[table])
    if rows:
        # A whole Arrow table at once: row by row DuckDB takes minutes.
        frame = pa.table({column: [row.get(column, _filling(table, column)) for row in rows] for column in columns})
        connection.register("frame", frame)
        connection.execute(f"insert into {table} select * from frame")
        connection.unregister("frame")


def _filling(table: str, column: str) -> object:
    # Reports are complete: what a test does not care for still has a value there.
    kind = tables()[table][column]
    if not table.startswith("reports.") or kind in ("varchar", "timestamp with time zone", "date"):
        return None
    return False if kind == "boolean" else 1


def _declare(rows: dict[str, list[dict[str, Any]]], number: int, name: str) -> None:
    sequence_id = stable_id("sequence", number)
    rows["marts.dim_sequences"].append(
        {
            "sequence_id": sequence_id, "sequence_key": f"{name}-key", "sequence_name": name, "plugin_name": name,
            "description": name, "movement_count": 1, "beat_count": HANDLERS_PER_SEQUENCE, "declaration_count": 1,
            "declaration_file_path": f"{name}.json",
        }
    )  # fmt: skip
    for beat in range(1, HANDLERS_PER_SEQUENCE + 1):
        handler_id = stable_id("handler", number, beat)
        rows["marts.dim_beats"].append(
            {
                "beat_id": stable_id("beat", number, beat), "sequence_id": sequence_id, "sequence_name": name,
                "movement_number": 1, "movement_name": name, "beat_number": beat, "beat_position": beat,
                "beat_title": name, "topic": name, "handler_id": handler_id, "handler_name": name, "beat_kind": name,
                "timing": name, "declaration_file_path": name, "declaration_json_path": f"$.{name}",
            }
        )  # fmt: skip
        rows["marts.dim_handlers"].append(
            {
                "handler_id": handler_id, "handler_name": name, "plugin_name": name, "package_name": name,
                "is_declared": True, "resolution": "unique", "resolution_evidence": name, "candidate_count": 2,
                "candidates": f"{name}:1\n{name}:2", "code_file_path": name, "code_line_number": 7,
                "code_end_line_number": 9, "code_function_name": name, "signature": f"({name})", "doc_comment": name,
            }
        )  # fmt: skip


def _record_start(
    rows: dict[str, list[dict[str, Any]]], session_id: str, path: str, start: datetime, names: Sequence[str]
) -> None:
    """Every name is a plugin and a package; the first mounts, the second fails, the third has no outcome, and so on."""
    for number, name in enumerate(names, start=1):
        is_success = (True, False, None)[(number - 1) % 3]
        attempted = start + timedelta(milliseconds=10 * number)
        rows["marts.fct_plugin_mounts"].append(
            {
                "plugin_mount_id": stable_id(session_id, number, "mount"), "session_id": session_id,
                "plugin_name": name, "mount_number": number, "plugin_mount_number": 1, "is_success": is_success,
                "is_starting": True, "is_already_mounted": False, "attempt_line_number": number,
                "attempted_at": attempted, "end_line_number": number if is_success else None,
                "ended_at": attempted + timedelta(milliseconds=4) if is_success else None,
                "duration_ms": 4.0 if is_success else None, "failure_message": None if is_success else name,
                "log_file_path": path, "line_number": number,
            }
        )  # fmt: skip
        rows["marts.fct_subscriptions"].append(
            {
                "subscription_id": stable_id(session_id, number, "subscription"), "session_id": session_id,
                "topic": name, "plugin_name": f"{name}, a stranger", "sequence_key": name, "handler_name": name,
                "subscriber_index": 0, "is_current": True, "is_duplicate": number == 1, "subscribed_at": attempted,
                "log_file_path": path, "line_number": number,
            }
        )  # fmt: skip
        rows["marts.dim_session_packages"].append(
            {"session_id": session_id, "package_name": name, "package_version": f"1.{name}", "line_number": number}
        )
    rows["marts.fct_session_starts"].append(
        {
            "session_id": session_id, "has_start": True, "startup_ms": 1000.0, "before_mounts_ms": 10.0,
            "mounting_ms": 40.0, "between_mounts_ms": 150.0, "after_mounts_ms": 800.0, "mount_count": len(names),
            "mounted_count": 1, "failed_mount_count": 1, "registered_sequence_count": 2, "subscription_count": 3,
            "subscribed_topic_count": 3, "log_file_path": path,
        }
    )  # fmt: skip


def _record_session(rows: dict[str, list[dict[str, Any]]], number: int, names: Sequence[str], flows: int) -> None:
    session_id = stable_id("session", number)
    start = START + timedelta(hours=number)
    path = f"{names[number % len(names)]}-{number}.log"
    rows["marts.dim_sessions"].append(
        {
            "session_id": session_id, "session_name": path, "log_file_path": path, "dialect": "synthetic",
            "build": names[0], "started_at": start, "ended_at": start + timedelta(minutes=5), "duration_ms": 300000.0,
            "has_clock": True, "line_count": 100, "record_count": 100, "rejected_line_count": 0,
            "flow_count": flows * len(names), "flow_failed_count": 0, "beat_execution_count": 0,
            "deviation_count": len(names), "error_count": len(names),
        }
    )  # fmt: skip
    _record_start(rows, session_id, path, start, names)
    for place, name in enumerate(names):
        for flow in range(flows):
            _record_flow(rows, session_id, path, start, place, name, place * flows + flow + 1)
        _record_trouble(rows, session_id, path, start, place, name)


def _record_flow(
    rows: dict[str, list[dict[str, Any]]],
    session_id: str,
    path: str,
    start: datetime,
    place: int,
    name: str,
    flow_number: int,
) -> None:
    flow_id = stable_id(session_id, "flow", flow_number)
    sequence_id = stable_id("sequence", place)
    begin = start + timedelta(milliseconds=flow_number * 50)
    rows["marts.fct_flows"].append(
        {
            "flow_id": flow_id, "session_id": session_id, "sequence_id": sequence_id, "sequence_name": name,
            "plugin_name": name, "request_id": name, "flow_number": flow_number, "status": "completed",
            "started_at": begin, "ended_at": begin + timedelta(milliseconds=30), "queue_wait_ms": 1.0,
            "duration_ms": 30.0, "duration_resolution_ms": 1.0, "beat_execution_count": HANDLERS_PER_SEQUENCE,
            "variant_id": "v", "is_conformant": flow_number % 4 != 0, "deviation_count": 0, "log_file_path": path,
            "line_number": flow_number,
        }
    )  # fmt: skip
    for beat in range(1, HANDLERS_PER_SEQUENCE + 1):
        beat_execution_id = stable_id(flow_id, beat)
        shared = {
            "beat_execution_id": beat_execution_id, "flow_id": flow_id, "session_id": session_id,
            "sequence_name": name, "beat_number": beat, "topic": name, "started_at": begin,
            "duration_resolution_ms": 0.1, "log_file_path": path, "line_number": flow_number,
        }  # fmt: skip
        rows["marts.fct_beat_executions"].append(
            shared
            | {
                "beat_id": stable_id("beat", place, beat), "sequence_id": sequence_id, "execution_number": beat,
                "status": "completed", "duration_ms": 10.0 + beat, "handler_count": 1, "handler_duration_ms": 4.0,
            }
        )  # fmt: skip
        rows["marts.fct_handler_executions"].append(
            shared
            | {
                "handler_execution_id": stable_id(beat_execution_id, "h"), "handler_name": name, "plugin_name": name,
                "handler_id": stable_id("handler", place, beat), "status": "ok", "is_inferred": False,
                "duration_ms": 1.0 + (flow_number * beat) % 7,
            }
        )  # fmt: skip


def _record_trouble(
    rows: dict[str, list[dict[str, Any]]], session_id: str, path: str, start: datetime, place: int, name: str
) -> None:
    flow_id = stable_id(session_id, "flow", place * FLOWS_PER_SESSION + 1)
    at = {
        "session_id": session_id, "flow_id": flow_id, "sequence_name": name, "topic": name, "handler_name": name,
        "log_file_path": path, "line_number": place + 1,
    }  # fmt: skip
    rows["marts.fct_flow_deviations"].append(
        at
        | {
            "deviation_id": stable_id(flow_id, place), "deviation_class": "missing_beat", "severity": "warning",
            "beat_number": 1, "expected": name, "observed": name, "occurrence_count": 1, "is_accepted": False,
            "is_consequence": False,
        }
    )  # fmt: skip
    rows["marts.fct_errors"].append(
        at
        | {
            "error_id": stable_id(flow_id, "error", place), "plugin_name": name, "error_kind": "handler_failed",
            "error_class": name, "message": name, "severity": "error", "is_consequence": False, "emitted_at": start,
            "detail": name, "code_file_path": name, "code_line_number": 3,
        }
    )  # fmt: skip
    rows["marts.fct_anomalies"].append(
        at
        | {
            "anomaly_id": stable_id(flow_id, "anomaly", place), "detector": "rate_storm", "anomaly_class": "storm",
            "severity": "warning" if place % 2 else "info", "p_value": 0.001, "q_value": 0.004, "stated_rate": 0.01,
            "certainty": name, "expected": name, "observed": name, "plugin_name": name, "code_file_path": name,
            "code_line_number": 3, "occurrence_count": 60, "training_session_count": 30, "detected_at": start,
        }
    )  # fmt: skip
    rows["marts.fct_silent_gaps"].append(
        {
            "gap_id": stable_id(flow_id, "gap"), "session_id": session_id, "gap_class": "user_idle",
            "gap_place": "between_flows", "evidence": name, "is_loaded_machine": True, "started_at": start,
            "duration_ms": 1500.0, "log_file_path": path, "line_number": 1, "next_line_number": 2,
        }
    )  # fmt: skip


def _record_changes(rows: dict[str, list[dict[str, Any]]]) -> None:
    """One change per handler, slower and faster in turn, the second explained by the first."""
    sessions = rows["marts.dim_sessions"]
    for place, handler in enumerate(rows["marts.dim_handlers"]):
        name, key = handler["handler_name"], stable_id(handler["handler_id"], "change")
        identity = {"regression_id": key}
        rows["marts.fct_regressions"].append(
            identity
            | {
                "comparison": "sessions" if place % 3 else "builds", "unit_kind": "handler",
                "unit_id": handler["handler_id"], "unit_name": name, "plugin_name": name,
                "direction": "improvement" if place % 2 else "regression",
                "lifecycle": "ongoing" if place else "new", "good_build": name,
                "bad_build": name, "last_good_session_id": sessions[0]["session_id"],
                "first_bad_session_id": sessions[-1]["session_id"], "changed_at": sessions[-1]["started_at"],
                "before_session_count": 3, "after_session_count": 4, "before_execution_count": 30,
                "after_execution_count": 40, "before_ms": 2.0, "after_ms": 52.0, "change_ms": 50.0,
                "change_ms_low": 40.0, "change_ms_high": 60.0, "change_pct": 2500.0, "change_pct_low": 2000.0,
                "change_pct_high": 3000.0, "p_value": 1e-9, "false_discovery_rate": 1e-7,
                "smallest_visible_pct": 40.0, "before_p50_ms": 2.0, "after_p50_ms": 52.0, "handlers_change_ms": 50.0,
                "overhead_change_ms": 0.0, "change_per_session_ms": 500.0,
                "cause_regression_id": key if place == 1 else None, "suspect_commit_count": 7,
                "touching_commit_count": 1, "suspect_commits": f"abcdef0 {name}",
                "before_example_session_id": sessions[0]["session_id"], "before_example_line_number": 1,
                "after_example_session_id": sessions[-1]["session_id"], "after_example_line_number": 1,
                "code_file_path": name, "code_line_number": 3,
            }
        )  # fmt: skip
        for side, session in (("before", sessions[0]), ("after", sessions[-1])):
            rows["reports.rpt_regression_sessions"].append(
                identity
                | {
                    "session_id": session["session_id"], "session_name": name, "build": name,
                    "started_at": session["started_at"], "load_factor": 1.2, "side": side, "execution_count": 9,
                    "p50_ms": 2.0,
                }
            )  # fmt: skip
            rows["reports.rpt_regression_buckets"].append(
                identity | {"side": side, "bucket": place % 7, "execution_count": 9}
            )
    rows["reports.rpt_regression_power"].append(
        {
            "good_build": "one", "bad_build": "two", "unit_kind": "handler", "tested_count": 9, "change_count": 2,
            "before_session_count": 3, "after_session_count": 4, "smallest_visible_p50_pct": 90.0,
            "smallest_visible_min_pct": 30.0,
        }
    )  # fmt: skip


def _report_deviations(rows: dict[str, list[dict[str, Any]]]) -> None:
    """One group per deviation; a route that was not declared, an exception and an unusual time for each of them."""
    sequences = {row["sequence_name"]: row for row in rows["marts.dim_sequences"]}
    for row in rows["marts.fct_flow_deviations"]:
        name = row["sequence_name"]
        place = {"topic": name, "sequence_name": name, "sequence_key": sequences[name]["sequence_key"]}
        identity = {"sequence_id": sequences[name]["sequence_id"]}
        rows["reports.rpt_deviations"].append(
            row
            | identity
            | {
                "deviation_group_id": row["deviation_id"], "deviation_count": 1, "deviating_flow_count": 1,
                "session_count": 1, "flow_count": 8, "deviating_pct": 12.5, "declaration_file_path": name,
                "declaration_json_path": name, "code_file_path": name, "code_line_number": 3,
            }
        )  # fmt: skip
        rows["marts.dim_topic_routes"].append(
            place
            | {
                "topic_route_id": row["deviation_id"],
                "route_class": "observed_only",
                "routed_count": 1,
                "session_count": 1,
            }
        )
        rows["reports.rpt_accepted_deviations"].append(
            {
                "acceptance_id": row["deviation_id"], "accepted_file_name": name, "entry_number": 2,
                "deviation_class": name, "sequence_pattern": name, "place_pattern": name, "reason": name,
                "acceptance_state": "unused", "accepted_deviation_count": 0, "session_count": 0,
            }
        )  # fmt: skip
        rows["marts.fct_temporal_deviations"].append(
            identity
            | {
                "temporal_deviation_id": row["deviation_id"], "flow_id": row["flow_id"],
                "session_id": row["session_id"],
                "sequence_name": name, "topic": name, "next_topic": name, "elapsed_ms": 90.0, "expected_ms": 9.0,
                "z_score": 7.0, "training_execution_count": 30, "line_number": 1, "next_line_number": 2,
            }
        )  # fmt: skip


def _report(rows: dict[str, list[dict[str, Any]]]) -> None:
    _report_deviations(rows)
    _record_changes(rows)
    executions: dict[str, list[float]] = {}
    for row in rows["marts.fct_handler_executions"]:
        executions.setdefault(row["handler_id"], []).append(row["duration_ms"])
    total = sum(map(sum, executions.values())) or 1.0
    for place, handler in enumerate(rows["marts.dim_handlers"]):
        durations = sorted(executions.get(handler["handler_id"], []))
        named = {key: handler[key] for key in ("handler_id", "handler_name", "plugin_name", "code_file_path")}
        count = len(durations)
        quadrant = ("used_tested", "used_untested", "unused_tested", "unused_untested")[place % 4 if count else 3]
        rows["reports.rpt_handler_coverage"].append(
            named
            | {
                "is_declared": True, "resolution": "unique", "is_used": quadrant.startswith("used"),
                "is_tested": quadrant.endswith("_tested"), "quadrant": quadrant, "execution_count": count,
                "session_count": SESSIONS, "error_count": 0, "test_file_count": 1, "covered_line_count": 1,
                "executable_line_count": 3, "line_coverage_pct": 33.3, "code_line_number": 7,
            }
        )  # fmt: skip
        if durations:
            middle = durations[count // 2]
            rows["reports.rpt_handler_performance"].append(
                named
                | {
                    "execution_count": count, "timed_count": count, "session_count": SESSIONS,
                    "total_ms": sum(durations), "share_pct": 100 * sum(durations) / total, "min_ms": durations[0],
                    "p50_ms": middle, "p90_ms": durations[-1], "p95_ms": durations[-1], "p99_ms": durations[-1],
                    "max_ms": durations[-1], "mean_ms": middle, "error_count": 0, "duration_resolution_ms": 0.1,
                    "saving_per_session_ms": None,
                    "code_line_number": 7,
                }
            )  # fmt: skip
    for sequence in rows["marts.dim_sequences"]:
        flows = [row for row in rows["marts.fct_flows"] if row["sequence_id"] == sequence["sequence_id"]]
        conformant = sum(row["is_conformant"] for row in flows)
        rows["reports.rpt_sequence_conformance"].append(
            {key: sequence[key] for key in ("sequence_id", "sequence_name", "plugin_name")}
            | {
                "is_declared": True, "flow_count": len(flows), "session_count": SESSIONS,
                "completed_count": len(flows), "failed_count": 0, "incomplete_count": 0, "never_started_count": 0,
                "conformant_flow_count": conformant, "variant_count": 1, "info_count": 0, "warning_count": 1,
                "conformance_pct": 100 * conformant / len(flows) if flows else None, "critical_count": 0,
                "p50_ms": 30.0, "p95_ms": 30.0,
            }
        )  # fmt: skip


def _report_times(rows: dict[str, list[dict[str, Any]]]) -> None:
    """Add what the reports of sequences, movements, beats and session time say: every other row is too rare."""
    for place, beat in enumerate(rows["marts.dim_beats"]):
        named = {key: beat.get(key) for key in ("sequence_id", "sequence_name", "movement_name", "beat_title", "topic")}
        rare = dict.fromkeys(RARE) if place % 2 else {}
        rows["reports.rpt_beat_performance"].append(
            named | {"beat_key": beat["beat_id"], "beat_id": beat["beat_id"], "beat_number": beat["beat_number"]} | rare
        )
        rows["reports.rpt_movement_performance"].append(named | {"movement_id": beat["beat_id"]} | rare)
    for sequence in rows["marts.dim_sequences"]:
        named = {key: sequence[key] for key in ("sequence_id", "sequence_name", "plugin_name")}
        rows["reports.rpt_sequence_performance"].append(named | {"sequence_subject_id": sequence["sequence_id"]})
    for session in rows["marts.dim_sessions"]:
        for category in ("handler", "beat_overhead", "idle"):
            rows["reports.rpt_time_shares"].append(
                {"session_id": session["session_id"], "time_category": category, "share_ms": 5.0}
            )


# What a report leaves out where there are too few executions or sessions.
RARE = tuple(f"{name}_{end}ms" for name in ("p50", "p90", "p95", "p99", "trend") for end in ("", "low_", "high_"))


def _report_replays(rows: dict[str, list[dict[str, Any]]], names: Sequence[str]) -> None:
    for number, flow in enumerate(rows["marts.fct_flows"]):
        place = {name: flow.get(name) for name in ("flow_id", "session_id", "sequence_id", "started_at")}
        score = {"flow_status": flow["status"], "logged_replay_level": "stubbed", "replayability_pct": 50.0}
        rows["marts.fct_replay_bundles"].append(place | score | {"fact_count": 4, "known_fact_count": 2})
        key = {"state_key": names[number % len(names)], "input_state": "cut"}
        rows["marts.fct_replay_inputs"].append({"flow_id": flow["flow_id"]} | key)


def _report_code(rows: dict[str, list[dict[str, Any]]]) -> None:
    """Two tests and a function for every handler: one test calls it, the file of the other imports it."""
    for place, handler in enumerate(rows["marts.dim_handlers"]):
        name = handler["handler_name"]
        spot = {
            "code_symbol_id": handler["handler_id"], "code_function_name": name, "language": "typescript",
            "code_file_path": name, "code_line_number": 7, "code_end_line_number": 9, "line_count": 3,
            "complexity": place + 1, "handler_count": 1, "caller_count": place, "execution_evidence": "counted",
            "execution_count": 24, "hot_spot_score": float(place), "line_coverage_pct": 50.0,
        }  # fmt: skip
        unknown = {"code_symbol_id": f"x{place}", "execution_evidence": "unknown", "handler_count": 0}
        rows["reports.rpt_hot_spots"] += [
            spot,
            spot | unknown | dict.fromkeys(("execution_count", "hot_spot_score", "line_coverage_pct", "commit_count")),
        ]
        for number, evidence in enumerate(("called_by_test", "imported_by_test")):
            test = {
                "test_id": stable_id(handler["handler_id"], number), "test_title": f"{name} {number}",
                "suite_title": name if number else None, "test_file_path": f"{name}.test.ts",
                "code_line_number": 3 + number, "language": "typescript" if number else "c_sharp",
                "test_framework": "Vitest" if number else None, "is_skipped": False, "last_status": "passed",
            }  # fmt: skip
            rows["marts.dim_tests"].append(test)
            reached = {key: handler[key] for key in ("handler_id", "plugin_name", "handler_name")}
            rows["reports.rpt_handler_tests"].append(
                test | reached | {"handler_test_id": stable_id("test", test["test_id"]), "evidence_kind": evidence}
            )


def _write_lake(lake: Path, sessions: list[dict[str, Any]], names: Sequence[str]) -> None:
    by_name = {table.name: table for table in RAW_TABLES}
    files = [
        {
            "log_file_id": row["session_id"], "log_file_path": row["log_file_path"], "content_version": "v",
            "ingest_status": "ok", "dialect_name": "synthetic", "line_count": 100, "record_line_count": 100,
            "problem": names[-1], "first_emitted_at": row["started_at"], "last_emitted_at": row["ended_at"],
        }
        for row in sessions
    ]  # fmt: skip
    _write_raw(lake, by_name["log_files"], files)
    rejected = [
        {"log_file_path": "a.log", "line_number": number, "reason": "binary", "line_text": name}
        for number, name in enumerate(names)
    ]
    _write_raw(lake, by_name["rejected_lines"], rejected)
    skipped = [{"code_file_path": name, "scan_status": "skipped", "problem": name} for name in names]
    _write_raw(lake, by_name["source_files"], skipped)
    tests = [{"plugin_name": name, "handler_name": name, "test_file_path": name, "evidence": "names"} for name in names]
    _write_raw(lake, by_name["handler_tests"], tests)


def _write_raw(lake: Path, table: Table, rows: list[dict[str, Any]]) -> None:
    empty: dict[str, Any] = {"string": "", "int64": 0, "float64": 0.0, "bool": False, "timestamp": START}
    complete = [
        {c.name: row.get(c.name, empty[c.kind] if c.is_required else None) for c in table.columns} for row in rows
    ]
    path = table_folder(lake, table) / "rows.parquet"
    write_parquet(pa.Table.from_pylist(complete, schema=arrow_schema(table)), path)


def _write_quality(quality: Path, names: Sequence[str]) -> None:
    rows = [
        {
            "suite_name": "raw", "table_name": name, "expectation": "values in set", "column_name": name,
            "severity": "warning", "is_success": number > 0, "expected": name, "observed": name,
            "unexpected_count": 1, "examples": [name], "check_name": "a_check", "description": name, "things": [name],
            "subject": "application" if number % 2 else "data",
            "page": "flows.html" if number % 2 else "data-health.html",
        }
        for number, name in enumerate(names)
    ]  # fmt: skip
    write_parquet(pa.Table.from_pylist(rows), quality / "expectation_results_raw.parquet")
    tests = [
        {
            "test_name": name, "table_name": name, "column_name": name, "description": None, "severity": "error",
            "is_success": number > 0, "failure_count": 1, "message": name,
        }
        for number, name in enumerate(names)
    ]  # fmt: skip
    write_parquet(pa.Table.from_pylist(tests), quality / "dbt_test_results.parquet")
