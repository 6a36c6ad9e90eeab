"""Anomalies from rows to rows: the whole of it, from the first day on."""

from typing import Any

import polars as pl
import pyarrow as pa

from orchestration.analysis.anomalies.detectors import DETECTORS
from orchestration.analysis.anomalies.model import COLUMNS, Detector, Kind, selection, sentence
from orchestration.analysis.anomalies.ranking import Novelty
from orchestration.analysis.anomalies.verdict import (
    SCHEMA,
    calibration_rows,
    detect_anomalies,
    detect_rows,
    read_budget,
    read_options,
)
from tests.anomaly_sessions import OPTIONS, arrow_tables, moment, observed, session_ids


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
    assert [row["detector"] for row in rows] == [detector.name for detector in DETECTORS]
    learnt = [row for row in rows if row["detector_kind"] != "declared"]
    assert all(0 < row["stated_rate"] < 0.01 and row["judged_session_count"] == 40 for row in learnt)


def test_the_budget_is_read_from_the_settings() -> None:
    settings = pa.table({"setting_name": ["training", "alert_budget"], "setting_value": ["a*", "2.5"]})
    assert read_options(settings).alert_budget == 2.5
    assert read_options(settings.slice(0, 1)).alert_budget == 1.0


def test_columns_other_models_call_otherwise_are_renamed() -> None:
    assert "mutated_at as emitted_at" in selection("state_keys")
    assert all(selection(name).count(",") == len(columns) - 1 for name, columns in COLUMNS.items())


def test_a_new_detector_is_a_row() -> None:
    never_published = Detector(
        "topic_novelty",
        "New topics",
        Kind.RANKING,
        Novelty(lambda seen: seen.topics.with_columns(thing=pl.col("topic"))),
        {"new_topic": "a topic never published before"},
        "topics that training sessions publish",
        "{topic}, {occurrence_count} times",
        "emitted_at",
    )
    sessions = session_ids(40)
    topics = [{"session_id": one, "topic": "made", "emitted_at": moment(1)} for one in sessions]
    topics += [{"session_id": "s039", "topic": "broken", "emitted_at": moment(second)} for second in (2, 3)]
    detectors = (*DETECTORS, never_published)
    (row,) = detect_anomalies(observed(sessions, topics=topics), OPTIONS, detectors).to_dicts()
    assert (row["session_id"], row["detector"], row["anomaly_class"]) == ("s039", "topic_novelty", "new_topic")
    assert (row["observed"], row["detected_at"], row["severity"]) == ("broken, 2 times", moment(2), "info")
    assert row["p_value"] == row["q_value"] == 1 / (row["training_session_count"] + 1)
    # It takes its part of the budget, so that more detectors do not give more false alarms.
    assert row["stated_rate"] < read_budget(0, 40, OPTIONS).stated_rate(Kind.RANKING, 39)


def test_names_of_detectors_and_classes_are_given_once() -> None:
    names = [detector.name for detector in DETECTORS]
    classes = [name for detector in DETECTORS for name in detector.classes]
    assert len(names) == len(set(names))
    assert len(classes) == len(set(classes))


def test_a_sentence_is_filled_from_columns_and_rounds_where_it_is_asked_to() -> None:
    frame = pl.DataFrame({"name": ["draw {x}"], "ms": [12.345]})
    said = frame.select(
        sentence("{ms:1} ms, {ms:0} ms of {name}").alias("said"), sentence("nothing").alias("plain")
    )  # fmt: skip
    assert said.row(0) == ("12.3 ms, 12 ms of draw {x}", "nothing")
