"""Reading flows from the warehouse and the lake, as replay bundles.

The SQL that a bundle needs is here, a batch of flows at a time; the marts decide levels and scores. What a request's
messages say is read by requests.py.
"""

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from orchestration.analysis.replay.replay_model import (
    BeatStep,
    DeclaredStep,
    HandlerStep,
    ReplayBundle,
    ReplayInput,
    StateChange,
)
from orchestration.flows.requests import Publishers, Requests, request_values
from orchestration.warehouse import Connection, Row, by_key, fetch_rows

_BATCH = 500
_FLOWS = """
    select
        flows.*, bundles.logged_replay_level, bundles.replayability_pct, bundles.missing_fields,
        sessions.build, sessions.dialect
    from marts.fct_flows as flows
    join marts.fct_replay_bundles as bundles using (flow_id)
    join marts.dim_sessions as sessions on flows.session_id = sessions.session_id
    where flows.flow_id in (select unnest(?))
"""
_DECLARED = "select * from marts.dim_beats order by sequence_id, beat_position"
_BEATS = """
    select * from marts.fct_beat_executions
    where flow_id in (select unnest(?)) order by flow_id, execution_number
"""
_HANDLERS = """
    select handlers.*, dim_handlers.code_file_path, dim_handlers.code_line_number
    from marts.fct_handler_executions as handlers
    left join marts.dim_handlers using (handler_id)
    where handlers.flow_id in (select unnest(?)) order by handlers.beat_execution_id, handlers.line_number
"""
_INPUTS = "select * from marts.fct_replay_inputs where flow_id in (select unnest(?)) order by state_key"
_CHANGES = """
    select * from marts.fct_state_mutations
    where flow_id in (select unnest(?)) order by line_number, key_position
"""
# What a key held in a session, for the keys some flow of it was given from outside.
_HELD = """
    select session_id, state_key, line_number, value_after
    from marts.fct_state_mutations
    where session_id in (select unnest(?)) and value_after is not null and not is_value_cut
    order by session_id, state_key, line_number
"""


def load_bundles(connection: Connection, lake: Path | None, flow_ids: Sequence[str]) -> Iterator[ReplayBundle]:
    """Yield the bundles of flows, in the order asked for; unknown ids are left out."""
    declared = by_key(fetch_rows(connection, _DECLARED), "sequence_id")
    for start in range(0, len(flow_ids), _BATCH):
        batch = list(flow_ids[start : start + _BATCH])
        flows = {row["flow_id"]: row for row in fetch_rows(connection, _FLOWS, [batch])}
        rows = _Rows(connection, lake, batch, list(flows.values()))
        for flow_id in batch:
            if flow := flows.get(flow_id):
                yield _bundle(flow, rows, declared[flow["sequence_id"]])


class _Rows:
    """The rows of a batch of flows, grouped by what they belong to."""

    def __init__(self, connection: Connection, lake: Path | None, batch: list[str], flows: list[Row]) -> None:
        self.beats = by_key(fetch_rows(connection, _BEATS, [batch]), "flow_id")
        self.handlers = by_key(fetch_rows(connection, _HANDLERS, [batch]), "beat_execution_id")
        self.inputs = by_key(fetch_rows(connection, _INPUTS, [batch]), "handler_execution_id")
        changes = fetch_rows(connection, _CHANGES, [batch])
        self.changes = by_key(changes, "handler_execution_id")
        first = {(row["flow_id"], row["state_key"]): row["mutation_kind"] for row in reversed(changes)}
        self._absent = {place for place, kind in first.items() if kind == "added"}
        sessions = sorted({flow["session_id"] for flow in flows})
        self._held: defaultdict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
        for row in fetch_rows(connection, _HELD, [sessions]):
            self._held[row["session_id"], row["state_key"]].append((row["line_number"], row["value_after"]))
        self.requests = Requests(lake, flows)
        self.publishers = Publishers(connection, self.requests, flows)

    def began_without(self, flow_id: str, key: str) -> bool:
        """Return whether the flow began without a key: what it did first to it was to add it."""
        return (flow_id, key) in self._absent

    def held_before(self, session_id: str, key: str, line_number: int) -> tuple[int | None, str | None]:
        """Return line and value a key was last seen with before a line of its session."""
        held = self._held[session_id, key]
        place = bisect_left(held, (line_number,))
        return held[place - 1] if place else (None, None)


def _bundle(flow: Row, rows: _Rows, declared: list[Row]) -> ReplayBundle:
    request = rows.requests.of(flow)
    names = (
        "session_name",
        "plugin_name",
        "request_id",
        "build",
        "dialect",
        "duration_ms",
        "log_file_path",
        "line_number",
    )
    facts = {name: flow[name] for name in names if flow[name] is not None}
    if flow["started_at"] is not None:
        facts["started_at"] = flow["started_at"].isoformat()
    return ReplayBundle(
        flow["flow_id"],
        flow["sequence_key"] or "",
        flow["sequence_name"] or "",
        flow["status"],
        flow["logged_replay_level"],
        flow["replayability_pct"],
        flow["missing_fields"],
        tuple(_declared_step(row) for row in declared),
        tuple(_beat_step(row, flow, rows) for row in rows.beats[flow["flow_id"]]),
        request_values(request),
        tuple(record["line_number"] for record in request),
        facts,
        {key: value for key, (_, value) in rows.publishers.state_of(flow["flow_id"]).items()},
    )


def _declared_step(row: Row) -> DeclaredStep:
    return DeclaredStep(
        row["beat_position"],
        row["topic"],
        row["movement_number"],
        row["movement_name"],
        row["beat_number"],
        row["beat_title"],
        row["handler_name"],
        row["beat_kind"],
        row["timing"],
        row["declaration_json_path"],
    )


def _beat_step(row: Row, flow: Row, rows: _Rows) -> BeatStep:
    handlers = tuple(_handler_step(handler, flow, rows) for handler in rows.handlers[row["beat_execution_id"]])
    place = row["movement_name"], row["beat_number"], row["beat_title"], row["line_number"]
    return BeatStep(row["topic"] or "?", row["status"], *place, handlers)


def _handler_step(row: Row, flow: Row, rows: _Rows) -> HandlerStep:
    key = row["handler_execution_id"]
    path = row["code_file_path"]
    return HandlerStep(
        row["plugin_name"],
        row["handler_name"],
        row["status"],
        row["line_number"],
        f"{path}:{row['code_line_number']}" if path else None,
        tuple(_input(one, flow, rows) for one in rows.inputs[key]),
        tuple(_change(one) for one in rows.changes[key]),
        row["error_class"],
        row["error_message"],
    )


def _input(row: Row, flow: Row, rows: _Rows) -> ReplayInput:
    line, candidate = None, None
    if row["input_state"] == "not_logged" and rows.began_without(flow["flow_id"], row["state_key"]):
        return ReplayInput(row["state_key"], "known")
    if row["input_state"] == "not_logged":
        published = rows.publishers.state_of(flow["flow_id"]).get(row["state_key"])
        line, candidate = published or rows.held_before(flow["session_id"], row["state_key"], flow["line_number"])
    return ReplayInput(row["state_key"], row["input_state"], row["input_value"], candidate, line)


def _change(row: Row) -> StateChange:
    value = None if row["is_value_cut"] else row["value_after"]
    shown = row["value_after"] if row["is_value_cut"] else None
    return StateChange(row["state_key"], row["mutation_kind"], None if value is None else _canonical(value), shown)


def _canonical(text: str) -> str:
    """Write JSON text as a replay's answer is written, so that equal values are equal texts."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    except (ValueError, RecursionError):
        return text
