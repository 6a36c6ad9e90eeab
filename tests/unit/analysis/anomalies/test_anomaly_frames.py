"""Anomalies from rows to rows: the whole of it, from the first day on."""

from typing import Any

import pyarrow as pa

from orchestration.analysis.anomalies.anomaly_columns import COLUMNS, selection
from orchestration.analysis.anomalies.anomaly_frames import (
    DETECTOR_NAMES,
    SCHEMA,
    calibration_rows,
    detect_rows,
    read_options,
)
from tests.anomaly_sessions import arrow_tables, moment, observed, session_ids


def _flows(sessions: list[str], last_count: int = 2) -> list[dict[str, Any]]:
    counts = dict.fromkeys(sessions, 2) | {sessions[-1]: last_count}
    return [
        {"session_id": session, "flow_id": f"{session}-{number}", "sequence_name": "Toggle", "status": "completed",
         "variant_id": "usual", "started_at": moment(0.01 * number)}
        for session, count in counts.items()
        for number in range(count)
    ]  # fmt: skip


def _deviation(session: str) -> dict[str, Any]:
    return {
        "session_id": session, "deviation_class": "missing_beat", "severity": "warning", "sequence_name": "Toggle",
        "occurrence_count": 1, "expected": "a beat", "observed": "none", "is_consequence": False, "is_accepted": False,
    }  # fmt: skip


def test_nothing_observed_is_a_table_without_rows() -> None:
    found = detect_rows(arrow_tables(observed([])))
    assert found.num_rows == 0
    assert found.column_names == SCHEMA.names()


def test_on_the_first_day_declared_knowledge_speaks_alone() -> None:
    sessions = session_ids(3)
    seen = observed(sessions, flows=_flows(sessions, 90), deviations=[_deviation("s001")])
    (row,) = detect_rows(arrow_tables(seen)).to_pylist()
    assert (row["session_id"], row["severity"], row["p_value"]) == ("s001", "warning", None)
    rates = calibration_rows(seen.sessions.to_arrow(), seen.flows.to_arrow()).to_pylist()
    assert {row["judged_session_count"] for row in rates if row["detector_kind"] != "declared"} == {0}


def test_later_what_is_rare_is_a_warning_too() -> None:
    sessions = session_ids(40)
    (row,) = detect_rows(arrow_tables(observed(sessions, flows=_flows(sessions, 90)))).to_pylist()
    assert (row["session_id"], row["detector"], row["severity"]) == ("s039", "rate_storm", "warning")
    assert row["q_value"] <= row["stated_rate"]


def test_the_order_of_rows_does_not_matter() -> None:
    sessions = session_ids(40)
    tables = arrow_tables(observed(sessions, flows=_flows(sessions, 90), deviations=[_deviation("s001")]))
    turned = {name: table.take(pa.array(range(table.num_rows)[::-1], pa.int64())) for name, table in tables.items()}
    assert detect_rows(turned).equals(detect_rows(tables))


def test_every_detector_says_what_it_may_cost() -> None:
    seen = observed(session_ids(40), flows=_flows(session_ids(40)))
    rows = calibration_rows(seen.sessions.to_arrow(), seen.flows.to_arrow()).to_pylist()
    assert [row["detector"] for row in rows] == [name for names in DETECTOR_NAMES.values() for name in names]
    learnt = [row for row in rows if row["detector_kind"] != "declared"]
    assert all(0 < row["stated_rate"] < 0.01 and row["judged_session_count"] == 40 for row in learnt)


def test_the_budget_is_read_from_the_settings() -> None:
    settings = pa.table({"setting_name": ["training", "alert_budget"], "setting_value": ["a*", "2.5"]})
    assert read_options(settings).alert_budget == 2.5
    assert read_options(settings.slice(0, 1)).alert_budget == 1.0


def test_columns_other_models_call_otherwise_are_renamed() -> None:
    assert "mutated_at as emitted_at" in selection("state_keys")
    assert all(selection(name).count(",") == len(columns) - 1 for name, columns in COLUMNS.items())
