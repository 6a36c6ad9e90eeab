"""Faults of handlers and of the machine: slower executions, exceptions, a flow that hangs, a standstill, a cut log."""

from collections.abc import Sequence

from orchestration.faults.changes import Delay, delayed, stopped
from orchestration.faults.session_flows import Beat, Call, Flow
from orchestration.faults.session_rows import Row, SessionRows

Place = tuple[Flow, Beat, Call]
ERROR = {"error_class": "RangeError", "error_message": "made by sightline prove: the handler threw"}
_OF_CALL = ("request_id", "topic", "subscriber_index", "duration_ms", "sequence_name")


def slow_down(
    log: SessionRows, flows: Sequence[Flow], places: Sequence[Place], factor: float, more_ms: float
) -> SessionRows:
    """Let calls take `factor` times as long, and some milliseconds more."""
    # A call of no measurable length is made longer all the same: half a millisecond is what most clocks can tell.
    delays = [
        Delay(flow, beat, call, (factor - 1) * max(call.milliseconds, 0.5) + more_ms) for flow, beat, call in places
    ]
    return delayed(log, flows, delays)


def throw(log: SessionRows, places: Sequence[Place], handler: str, plugin: str | None) -> SessionRows:
    """Let calls end with an exception that is logged, and the flow go on."""
    rows: list[Row | None] = list(log.rows)
    before: dict[int, Row] = {}
    is_end_of_call = "topic" in log.rules.names("handler_failed")
    for flow, beat, call in places:
        row = log.rows[call.settled]
        known = {name: row.value(name) for name in _OF_CALL if row.value(name) is not None}
        failed = log.saying(row, "handler_failed", {**known, "handler_name": handler, "plugin_name": plugin, **ERROR})
        if failed is None:
            continue
        if is_end_of_call:
            rows[call.settled] = failed
        else:
            before[call.settled] = failed
        for index in (one for one in flow.own if call.settled < one <= beat.last):
            row = log.rows[index]
            if row.signal in ("state_changed", "state_unchanged") and row.value("handler_name") == handler:
                rows[index] = None
    result: list[Row] = []
    for index, kept in enumerate(rows):
        result += [before[index]] if index in before else []
        result += [kept] if kept is not None else []
    return log.with_rows(result)


def hang(log: SessionRows, flow: Flow, call: Call) -> SessionRows:
    """Let a call never end: its flow says no more, and where one runs at a time no later one begins."""
    rows = [
        row
        for index, row in enumerate(log.rows)
        if index <= call.started or (row.flow is None if log.is_sequential else row.flow != flow.flow)
    ]
    rows[call.started] = rows[call.started].made()
    return log.with_rows(rows)


def stand_still(log: SessionRows, index: int, milliseconds: float) -> SessionRows:
    """Let the whole application stand still before a row."""
    still = stopped(log, index, milliseconds)
    return still.with_rows([*still.rows[:index], still.rows[index].made(), *still.rows[index + 1 :]])


def cut(log: SessionRows, call: Call) -> SessionRows:
    """End the log while a handler runs, as when the application is closed."""
    kept = log.with_rows(log.rows[: call.started + 1])
    return kept.with_rows([*kept.rows[:-1], kept.rows[-1].made()])
