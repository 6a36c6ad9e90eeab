"""Bundles hold what marts and log say of a flow: inputs with their state, its request, likely values seen earlier."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from orchestration.analysis.replay.replay_model import ReplayBundle
from orchestration.domain.tables import LOG_RECORDS
from orchestration.flows.bundles import load_bundles
from orchestration.lake import arrow_schema, table_folder, write_parquet
from tests.unit.docs_site.synthetic_warehouse import empty_home

ROWS: dict[str, list[dict[str, Any]]] = {
    "dim_sessions": [{"session_id": "s", "build": "1.4.0"}],
    "dim_beats": [
        {"sequence_id": "q", "beat_position": 1, "topic": "paint:pick", "movement_number": 1, "movement_name": "Paint"}
    ],
    "fct_flows": [
        {"flow_id": "f1", "sequence_id": "q", "request_id": "r1", "line_number": 30},
        {"flow_id": "f2", "sequence_id": "q", "request_id": "r2", "line_number": 20},
        {"flow_id": "f3", "sequence_id": "q", "request_id": "r3", "line_number": 40},
    ],
    "fct_replay_bundles": [
        {"flow_id": name, "logged_replay_level": "stubbed", "replayability_pct": 50.0, "missing_fields": "x +1.0"}
        for name in ("f1", "f2", "f3")
    ],
    "fct_beat_executions": [
        {
            "flow_id": "f1",
            "beat_execution_id": "b1",
            "execution_number": 1,
            "topic": "paint:pick",
            "status": "completed",
        },
        {
            "flow_id": "f3",
            "beat_execution_id": "b3",
            "execution_number": 1,
            "topic": "paint:pick",
            "status": "completed",
        },
    ],
    "fct_handler_executions": [
        {
            "flow_id": "f1",
            "beat_execution_id": "b1",
            "handler_execution_id": "x1",
            "handler_id": "h",
            "status": "ok",
            "plugin_name": "P",
            "handler_name": "pick",
            "line_number": 31,
        },
        {
            "flow_id": "f3",
            "beat_execution_id": "b3",
            "handler_execution_id": "x3",
            "handler_id": "h",
            "status": "error",
            "error_class": "NoPaint",
            "error_message": "no paint left",
            "plugin_name": "P",
            "handler_name": "pick",
            "line_number": 41,
        },
    ],
    "dim_handlers": [{"handler_id": "h", "code_file_path": "src/pick.ts", "code_line_number": 3}],
    "fct_replay_inputs": [
        {"flow_id": "f1", "handler_execution_id": "x1", "state_key": "brush", "input_state": "not_logged"},
        {
            "flow_id": "f1",
            "handler_execution_id": "x1",
            "state_key": "color",
            "input_state": "known",
            "input_value": '"red"',
        },
        {"flow_id": "f3", "handler_execution_id": "x3", "state_key": "mix", "input_state": "not_logged"},
        {"flow_id": "f3", "handler_execution_id": "x3", "state_key": "size", "input_state": "not_logged"},
    ],
    "fct_state_mutations": [
        {
            "flow_id": "f0",
            "handler_execution_id": "x0",
            "state_key": "brush",
            "mutation_kind": "added",
            "line_number": 9,
            "value_after": '"flat"',
            "is_value_cut": False,
        },
        {
            "flow_id": "f1",
            "handler_execution_id": "x1",
            "state_key": "lines",
            "mutation_kind": "added",
            "line_number": 33,
            "value_after": '[{"sku":',
            "is_value_cut": True,
        },
        {
            "flow_id": "f1",
            "handler_execution_id": "x1",
            "state_key": "size",
            "mutation_kind": "added",
            "line_number": 33,
            "value_after": '{"w": 1, "h": 2}',
            "is_value_cut": False,
        },
        {
            "flow_id": "f3",
            "handler_execution_id": "x3",
            "state_key": "mix",
            "mutation_kind": "added",
            "line_number": 42,
            "value_after": "1",
            "is_value_cut": False,
        },
        {
            "flow_id": "f9",
            "handler_execution_id": "x9",
            "state_key": "brush",
            "mutation_kind": "added",
            "line_number": 90,
            "value_after": '"round"',
            "is_value_cut": False,
        },
    ],
}
COMMON = {
    "session_id": "s",
    "log_file_path": "one.log",
    "sequence_name": "Paint",
    "sequence_key": "paint",
    "status": "ok",
}
RECORDS = (
    (10, "user_acted", None, 'ui.action action="pick" input="red"'),
    (11, "sequence_requested", "r1", "seq.requested flow=r1"),
    (12, "flow_queued", "r1", "flow.queued flow=r1 depth=2"),
    (13, "user_acted", None, 'ui.action action="pick" input="blue"'),
    (14, "sequence_requested", "r2", "seq.requested flow=r2"),
    # The publisher's change is logged when its handler settles, on line 33.
    (32, "topic_published", "r1", "topic.published flow=r1 topic=picked"),
    (39, "sequence_requested", "r3", "seq.requested flow=r3"),
)


@pytest.fixture
def bundles(tmp_path: Path) -> Iterator[dict[str, ReplayBundle]]:
    home = empty_home(tmp_path)
    with duckdb.connect(str(home.warehouse)) as connection:
        for table, rows in ROWS.items():
            known = {row[0] for row in connection.execute(f"describe marts.{table}").fetchall()}
            for row in rows:
                filled = {key: value for key, value in (COMMON | row).items() if key in known}
                names, marks = ", ".join(filled), ", ".join("?" * len(filled))
                connection.execute(f"insert into marts.{table} ({names}) values ({marks})", list(filled.values()))
    empty = {column.name: None for column in LOG_RECORDS.columns}
    records = [
        empty
        | {
            "log_file_id": "1",
            "log_file_path": "one.log",
            "line_number": line,
            "line_count": 1,
            "severity": "info",
            "message_type": "x",
            "signal": signal,
            "request_id": request,
            "message": message,
        }
        for line, signal, request, message in RECORDS
    ]
    rows = pa.Table.from_pylist(records, arrow_schema(LOG_RECORDS))
    write_parquet(rows, table_folder(home.lake, LOG_RECORDS) / "one.parquet")
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        yield {one.flow_id: one for one in load_bundles(connection, home.lake, ["f2", "absent", "f1", "f3"])}


def test_flows_come_in_the_order_asked_for_and_unknown_ones_are_left_out(bundles: dict[str, ReplayBundle]) -> None:
    assert list(bundles) == ["f2", "f1", "f3"]


def test_a_flow_that_waited_in_the_queue_keeps_its_own_request(bundles: dict[str, ReplayBundle]) -> None:
    assert bundles["f1"].request_values["input"] == '"red"'
    assert bundles["f1"].request_lines == (10, 11)
    assert bundles["f2"].request_values["input"] == '"blue"'


def test_an_input_nobody_wrote_gets_what_the_session_held_before(bundles: dict[str, ReplayBundle]) -> None:
    brush, color = bundles["f1"].observed[0].handlers[0].inputs
    assert (brush.state, brush.candidate, brush.candidate_line_number) == ("not_logged", '"flat"', 9)
    assert (color.state, color.value, color.candidate) == ("known", '"red"', None)


def test_a_change_shows_its_value_only_where_the_log_shows_all_of_it(bundles: dict[str, ReplayBundle]) -> None:
    handler = bundles["f1"].observed[0].handlers[0]
    assert [(change.key, change.value) for change in handler.changes] == [("lines", None), ("size", '{"h":2,"w":1}')]
    assert handler.code_place == "src/pick.ts:3"


def test_the_declaration_stands_beside_what_was_observed(bundles: dict[str, ReplayBundle]) -> None:
    assert [step.topic for step in bundles["f1"].declared] == ["paint:pick"]
    assert bundles["f2"].observed == ()
    assert bundles["f1"].facts["build"] == "1.4.0"


def test_a_flow_that_a_publication_began_holds_whole_values_of_its_publisher(bundles: dict[str, ReplayBundle]) -> None:
    assert bundles["f3"].publisher_values == {"size": '{"w": 1, "h": 2}'}
    assert bundles["f1"].publisher_values == {}
    mix, size = bundles["f3"].observed[0].handlers[0].inputs
    assert (size.state, size.candidate, size.candidate_line_number) == ("not_logged", '{"w": 1, "h": 2}', 33)
    assert (mix.state, mix.value) == ("known", None), "what a flow first adds it began without"


def test_a_failure_carries_its_words(bundles: dict[str, ReplayBundle]) -> None:
    handler = bundles["f3"].observed[0].handlers[0]
    assert (handler.error_class, handler.error_message) == ("NoPaint", "no paint left")
