"""A small warehouse and lake for tests of timeline, lines and trace exports: two sessions, one without a clock.

Only the columns those readers use; what the marts really hold is the dbt contracts' matter.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from orchestration.domain.tables import LOG_RECORDS, REJECTED_LINES
from orchestration.lake import arrow_schema, ensure_table, table_folder, write_parquet

START = datetime(2026, 11, 22, 15, 0, 0, tzinfo=UTC)
CLOCKED, CLOCKLESS = "aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb"

_TIMES = "started_at timestamptz, ended_at timestamptz"
_PLACE = "log_file_path varchar, line_number bigint"
_TABLES = {
    "dim_sessions": f"session_id varchar, session_name varchar, dialect varchar, build varchar, {_TIMES}, "
    "duration_ms double, has_clock boolean, line_count bigint, record_count bigint, flow_count bigint, "
    "flow_failed_count bigint, beat_execution_count bigint, deviation_count bigint, error_count bigint, "
    "log_file_path varchar",
    "dim_handlers": "handler_id varchar, handler_name varchar, plugin_name varchar, code_file_path varchar, "
    "code_line_number bigint",
    "fct_flows": "flow_id varchar, session_id varchar, sequence_id varchar, sequence_name varchar, "
    f"sequence_key varchar, request_id varchar, status varchar, queued_at timestamptz, {_TIMES}, "
    f"queue_wait_ms double, duration_ms double, {_PLACE}",
    "dim_beats": "beat_id varchar, sequence_name varchar, beat_number bigint, beat_kind varchar, handler_id varchar, "
    "handler_name varchar, code_file_path varchar, code_line_number bigint",
    "fct_beat_executions": "beat_execution_id varchar, beat_id varchar, flow_id varchar, session_id varchar, "
    "sequence_id varchar, sequence_name varchar, movement_name varchar, beat_number bigint, "
    "execution_number bigint, beat_title varchar, "
    f"topic varchar, status varchar, error_message varchar, {_TIMES}, duration_ms double, "
    f"duration_resolution_ms decimal(4,3), {_PLACE}",
    "fct_handler_executions": "handler_execution_id varchar, beat_execution_id varchar, flow_id varchar, "
    "session_id varchar, handler_id varchar, handler_name varchar, plugin_name varchar, topic varchar, status varchar, "
    "sequence_name varchar, subscribed_sequence_name varchar, "
    f"started_at timestamptz, duration_ms double, is_inferred boolean, {_PLACE}",
    "fct_silent_gaps": f"gap_id varchar, session_id varchar, flow_id varchar, gap_class varchar, {_TIMES}, "
    f"duration_ms double, next_line_number bigint, evidence varchar, is_mounting boolean, {_PLACE}",
    "fct_plugin_mounts": "plugin_mount_id varchar, session_id varchar, plugin_name varchar, mount_number bigint, "
    "is_success boolean, is_already_mounted boolean, attempted_at timestamptz, ended_at timestamptz, "
    f"end_line_number bigint, duration_ms double, failure_message varchar, {_PLACE}",
    "fct_errors": "error_id varchar, session_id varchar, flow_id varchar, error_class varchar, message varchar, "
    f"severity varchar, emitted_at timestamptz, handler_name varchar, {_PLACE}",
    "fct_state_mutations": "mutation_id varchar, session_id varchar, flow_id varchar, beat_execution_id varchar, "
    "handler_execution_id varchar, handler_name varchar, plugin_name varchar, sequence_name varchar, "
    "beat_number bigint, topic varchar, state_key varchar, mutation_kind varchar, key_position bigint, "
    f"value_after varchar, is_value_cut boolean, mutated_at timestamptz, {_PLACE}",
    "fct_flow_deviations": "deviation_id varchar, flow_id varchar, session_id varchar, deviation_class varchar, "
    f"severity varchar, sequence_name varchar, expected varchar, observed varchar, {_PLACE}",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """Where the sample's warehouse and lake are."""

    warehouse: Path
    lake: Path


def at(milliseconds: float) -> datetime:
    return START + timedelta(milliseconds=milliseconds)


def write_sample(folder: Path, texts: tuple[str, ...] = ()) -> Sample:
    """Write warehouse and lake; `texts` become names, messages and errors of further executions."""
    sample = Sample(folder / "published.duckdb", folder / "lake")
    rows = sample_rows()
    for number, text in enumerate(texts):
        _add_text(rows, number, text)
    _write_warehouse(sample.warehouse, rows)
    _write_lake(sample.lake, texts)
    return sample


def sample_rows() -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every table of the sample, by table name."""
    return {
        "dim_sessions": [_session(CLOCKED, "one", True), _session(CLOCKLESS, "two", False)],
        "dim_handlers": [
            {"handler_id": "h1", "handler_name": "draw", "plugin_name": "P", "code_file_path": "src/draw.ts",
             "code_line_number": 7}
        ],
        "dim_beats": [
            {"beat_id": "paint-1", "sequence_name": "Paint", "beat_number": 1, "beat_kind": "stage-crew",
             "handler_id": "h1", "handler_name": "draw", "code_file_path": "src/draw.ts", "code_line_number": 7}
        ],
        "fct_flows": [
            _flow("f1", CLOCKED, "Paint", "completed", 10, 10.0, 130.0, 110.0),
            _flow("f2", CLOCKED, "Paint", "incomplete", 40, 500.0, None, None),
            _flow("f3", CLOCKED, "Paint", "never_started", 60, None, None, None, queued=900.0),
            _flow("f4", CLOCKLESS, "Paint", "completed", 5, None, None, 70.0),
            _flow("f5", CLOCKLESS, "Paint", "completed", 25, None, None, 30.0),
        ],
        "fct_beat_executions": [
            _beat("b1", "f1", CLOCKED, 1, "completed", 12, 12.0, 50.0),
            _beat("b2", "f1", CLOCKED, 2, "completed", 20, 62.0, 55.5),
            _beat("b3", "f2", CLOCKED, 1, "failed", 42, 505.0, 30.0),
            _beat("b4", "f4", CLOCKLESS, 1, "completed", 6, None, 40.0),
            _beat("b5", "f4", CLOCKLESS, 2, "completed", 10, None, None),
            _beat("b6", "f5", CLOCKLESS, 1, "completed", 26, None, 30.0),
        ],
        "fct_handler_executions": [
            _handler("x1", "b1", "f1", CLOCKED, 14, 15.0, 20.0),
            _handler("x2", "b1", "f1", CLOCKED, 15, 16.0, 80.0),
            _handler("x3", "b4", "f4", CLOCKLESS, 7, None, 12.0),
        ],
        "fct_silent_gaps": [
            {"gap_id": "g1", "session_id": CLOCKED, "gap_class": "user_idle", "started_at": at(130),
             "ended_at": at(500), "duration_ms": 370.0, "log_file_path": "one.log", "line_number": 30,
             "next_line_number": 38},
            {"gap_id": "g0", "session_id": CLOCKED, "gap_class": "starting", "is_mounting": True, "started_at": at(2),
             "ended_at": at(4), "duration_ms": 2.0, "log_file_path": "one.log", "line_number": 2,
             "next_line_number": 4, "evidence": "mounting plugins: after Brush (line 1), before Frame (line 4)"},
            {"gap_id": "g2", "session_id": CLOCKED, "gap_class": "starting", "is_mounting": True, "started_at": at(0.5),
             "ended_at": at(1), "duration_ms": 0.5, "log_file_path": "one.log", "line_number": 1,
             "next_line_number": 2, "evidence": "mounting plugins: Brush (line 1) was being mounted"},
        ],
        "fct_plugin_mounts": [
            _mount(1, "Brush", CLOCKED, True, 0.0, 2.0), _mount(4, "Frame", CLOCKED, False, 4.0, None),
            _mount(6, "Canvas", CLOCKED, True, None, 6.0), _mount(7, "Roller", CLOCKED, None, 7.0, None),
            _mount(1, "Brush", CLOCKLESS, True, None, None),
        ],
        "fct_errors": [
            {"error_id": "e1", "session_id": CLOCKED, "flow_id": "f2", "error_class": "TypeError",
             "message": "x is not a function", "severity": "error", "emitted_at": None, "log_file_path": "one.log",
             "line_number": 43}
        ],
        "fct_state_mutations": [
            _mutation("x2", "b1", "f1", 17, 1, "added", "color", '{"red":255,"gr', is_cut=True),
            _mutation("x2", "b1", "f1", 17, 2, "updated", "size", None),
            _mutation("x2", "b1", "f1", 18, 1, "removed", "draft", None),
        ],
        "fct_flow_deviations": [
            _deviation("d1", "missing_beat", "warning", 44), _deviation("d2", "shared_topic", "info", 45)
        ],
    }  # fmt: skip


def _session(session_id: str, name: str, has_clock: bool) -> dict[str, Any]:
    return {
        "session_id": session_id, "session_name": name, "dialect": "test", "log_file_path": f"{name}.log",
        "started_at": START if has_clock else None, "ended_at": at(1000) if has_clock else None,
        "duration_ms": 1000.0 if has_clock else None, "has_clock": has_clock, "line_count": 70, "record_count": 60,
        "flow_count": 3 if has_clock else 2, "flow_failed_count": 0, "beat_execution_count": 3,
        "deviation_count": int(has_clock), "error_count": int(has_clock),
    }  # fmt: skip


def _flow(
    flow_id: str, session_id: str, name: str, status: str, line: int, started: float | None, ended: float | None,
    duration: float | None, queued: float | None = None,
) -> dict[str, Any]:  # fmt: skip
    queued = queued if queued is not None else None if started is None else started - 5
    return {
        "flow_id": flow_id, "session_id": session_id, "sequence_id": "s1", "sequence_name": name, "status": status,
        "queued_at": _moment(queued), "started_at": _moment(started), "ended_at": _moment(ended),
        "duration_ms": duration, "log_file_path": "one.log", "line_number": line, "request_id": f"request-{flow_id}",
    }  # fmt: skip


def _beat(
    beat_id: str, flow_id: str, session_id: str, number: int, status: str, line: int, started: float | None,
    duration: float | None,
) -> dict[str, Any]:  # fmt: skip
    return {
        "beat_execution_id": beat_id, "beat_id": f"paint-{number}", "flow_id": flow_id, "session_id": session_id,
        "sequence_id": "s1",
        "sequence_name": "Paint", "movement_name": "Stroke", "beat_number": number, "execution_number": number,
        "beat_title": f"Beat {number}", "topic": f"paint:{number}", "status": status, "started_at": _moment(started),
        "duration_ms": duration, "duration_resolution_ms": 0.1, "log_file_path": "one.log", "line_number": line,
    }  # fmt: skip


def _handler(
    key: str, beat: str, flow: str, session_id: str, line: int, started: float | None, duration: float | None
) -> dict[str, Any]:
    return {
        "handler_execution_id": key, "beat_execution_id": beat, "flow_id": flow, "session_id": session_id,
        "handler_id": "h1", "handler_name": "draw", "plugin_name": "P", "topic": "paint:1", "status": "ok",
        "started_at": _moment(started), "duration_ms": duration, "is_inferred": False, "log_file_path": "one.log",
        "line_number": line,
    }  # fmt: skip


def _mutation(
    handler: str, beat: str, flow: str, line: int, position: int, kind: str, key: str, value: str | None,
    is_cut: bool = False,
) -> dict[str, Any]:  # fmt: skip
    return {
        "mutation_id": f"{line}/{position}", "session_id": CLOCKED, "flow_id": flow, "beat_execution_id": beat,
        "handler_execution_id": handler, "handler_name": "draw", "plugin_name": "P", "sequence_name": "Paint",
        "beat_number": 1, "topic": "paint:1", "state_key": key, "mutation_kind": kind, "key_position": position,
        "value_after": value, "is_value_cut": is_cut, "mutated_at": at(20.0), "log_file_path": "one.log",
        "line_number": line,
    }  # fmt: skip


def _mount(
    line: int, plugin: str, session_id: str, is_success: bool | None, attempted: float | None, ended: float | None
) -> dict[str, Any]:
    return {
        "plugin_mount_id": f"m{line}-{session_id}", "session_id": session_id, "plugin_name": plugin,
        "mount_number": line, "is_success": is_success, "is_already_mounted": False, "attempted_at": _moment(attempted),
        "ended_at": _moment(ended), "end_line_number": None if ended is None else line + 1,
        "duration_ms": None if attempted is None or ended is None else ended - attempted,
        "log_file_path": "one.log", "line_number": line,
    }  # fmt: skip


def _deviation(key: str, name: str, severity: str, line: int) -> dict[str, Any]:
    return {
        "deviation_id": key, "flow_id": "f2", "session_id": CLOCKED, "deviation_class": name, "severity": severity,
        "sequence_name": "Paint", "expected": "beat 2", "observed": "nothing", "log_file_path": "one.log",
        "line_number": line,
    }  # fmt: skip


def _add_text(rows: dict[str, list[dict[str, Any]]], number: int, text: str) -> None:
    line, flow, started = 100 + 4 * number, f"text{number}", 1000.0 + 20 * number
    rows["fct_flows"].append(_flow(flow, CLOCKED, text, "failed", line, started, started + 10, 10.0))
    beat = _beat(f"beat-{flow}", flow, CLOCKED, 1, "failed", line + 1, started, 8.0)
    rows["fct_beat_executions"].append(beat | {"beat_title": text, "error_message": text, "sequence_name": text})
    handler = _handler(f"handler-{flow}", beat["beat_execution_id"], flow, CLOCKED, line + 2, started, 5.0)
    rows["fct_handler_executions"].append(handler | {"handler_name": text, "plugin_name": text})
    change = _mutation(f"handler-{flow}", beat["beat_execution_id"], flow, line + 3, 1, "added", text, text)
    rows["fct_state_mutations"].append(change | {"mutated_at": at(started)})
    mount = _mount(line, text, CLOCKED, False, started, started + 2) | {"failure_message": text}
    rows["fct_plugin_mounts"].append(mount)
    error = rows["fct_errors"][0] | {"error_id": f"error-{flow}", "flow_id": flow, "message": text}
    rows["fct_errors"].append(error | {"line_number": line + 3, "error_class": text})


def _moment(milliseconds: float | None) -> datetime | None:
    return None if milliseconds is None else at(milliseconds)


def _write_warehouse(path: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        for table, columns in _TABLES.items():
            connection.execute(f"create table marts.{table} ({columns})")
            for row in rows[table]:
                names = ", ".join(row)
                marks = ", ".join("?" * len(row))
                connection.execute(f"insert into marts.{table} ({names}) values ({marks})", list(row.values()))


def _write_lake(lake: Path, texts: tuple[str, ...]) -> None:
    records = [_record(line, f"line {line}") for line in range(1, 71) if line not in (21, 22, 50)]
    records[19] |= {"line_count": 3, "detail": "first detail\nsecond detail"}
    records[1] |= {"signal": "sequence_registered", "sequence_name": "Paint", "plugin_name": "Brush"}
    records[2] |= {"signal": "package_reported", "build_name": "brush@1.2.0", "emitted_at": None}
    records[13] |= {"signal": "topic_published", "topic": "paint:asked", "message_type": "topic_published"}
    records[14] |= {"signal": "state_changed", "topic": "paint:1", "handler_name": "draw", "plugin_name": "P",
                    "state_change": "+color"}  # fmt: skip
    records[42] |= {"severity": "error"}
    records += [_record(100 + number, text, detail=text, topic=text) for number, text in enumerate(texts)]
    rejected = [_empty(REJECTED_LINES) | {"log_file_id": "1", "log_file_path": "one.log", "line_number": 50,
                "reason": "orphan_continuation", "line_text": "<b>not a record</b>", "byte_count": 19}]  # fmt: skip
    for table, rows in ((LOG_RECORDS, records), (REJECTED_LINES, rejected)):
        ensure_table(lake, table)
        write_parquet(pa.Table.from_pylist(rows, arrow_schema(table)), table_folder(lake, table) / "one.parquet")


def _record(line: int, message: str, **values: Any) -> dict[str, Any]:
    given = {"log_file_id": "1", "log_file_path": "one.log", "line_number": line, "line_count": 1, "severity": "info",
             "message_type": "other", "message": message, "emitted_at": at(line)}  # fmt: skip
    return _empty(LOG_RECORDS) | given | values


def _empty(table: Any) -> dict[str, Any]:
    return {column.name: None for column in table.columns}
