"""Faults of the order, presence and outcome of beats: skipped, repeated, reordered, undeclared, failed, unheard.

Each returns a change of one flow. A beat may be taken out or moved when nothing else was started while it ran
(`is_quiet`): who chooses the place sees to that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from orchestration.faults.changes import Change, own_rows, replaced
from orchestration.faults.session_flows import ENDS, HANDLER_SIGNALS, Beat, Flow
from orchestration.faults.session_rows import Row, SessionRows

ERROR = {"error_class": "TypeError", "error_message": "made by sightline prove: the beat's input is missing"}
_OF_SUBSCRIBERS = {*HANDLER_SIGNALS, "subscribers_found"}
# How long a beat takes that nothing listens to.
_EMPTY_MS = 1.0


def skip(position: int) -> Change:
    """Leave out a beat."""

    def change(log: SessionRows, flows: Sequence[Flow], flow: Flow) -> SessionRows:
        beat = flow.beats[position]
        changed = replaced(log, flows, flow, beat, [], -log.milliseconds(beat.first, beat.last))
        return _marked(changed, beat.first)

    return change


def repeat(position: int) -> Change:
    """Play a beat twice."""

    def change(log: SessionRows, flows: Sequence[Flow], flow: Flow) -> SessionRows:
        beat = flow.beats[position]
        took = log.milliseconds(beat.first, beat.last)
        rows = own_rows(log, flow, beat.first, beat.last)
        return replaced(log, flows, flow, beat, [*rows, *(log.later(row, took).made() for row in rows)], took)

    return change


def reorder(position: int, other: int) -> Change:
    """Exchange two neighbouring beats."""

    def change(log: SessionRows, flows: Sequence[Flow], flow: Flow) -> SessionRows:
        one, two = flow.beats[position], flow.beats[other]
        first, second = (own_rows(log, flow, beat.first, beat.last) for beat in (one, two))
        between = log.rows[one.last + 1 : two.first]
        away = log.milliseconds(one.first, two.first)
        took, takes = log.milliseconds(one.first, one.last), log.milliseconds(two.first, two.last)
        rows = [log.later(row, -away).made() for row in second]
        rows += [row for row in log.rows[one.first : one.last + 1] if row.flow != flow.flow]
        rows += [log.later(row, takes - took) if row.flow == flow.flow or log.is_sequential else row for row in between]
        rows += [log.later(row, away + takes - took).made() for row in first]
        rows += [row for row in log.rows[two.first : two.last + 1] if row.flow != flow.flow]
        return log.with_rows([*log.rows[: one.first], *rows, *log.rows[two.last + 1 :]])

    return change


def add(position: int, topic: str) -> Change:
    """Play an undeclared beat after a declared one: a copy of it under another topic and number."""

    def change(log: SessionRows, flows: Sequence[Flow], flow: Flow) -> SessionRows:
        beat = flow.beats[position]
        number = max(one.number for one in flow.beats) + 1
        took = log.milliseconds(beat.first, beat.last)
        rows = own_rows(log, flow, beat.first, beat.last)
        copies = [_under(log, log.later(row, took), beat, topic, number) for row in rows]
        return replaced(log, flows, flow, beat, [*rows, *copies], took)

    return change


def unsubscribe(position: int) -> Change:
    """Let a beat find no subscriber: no handler runs."""

    def change(log: SessionRows, flows: Sequence[Flow], flow: Flow) -> SessionRows:
        beat = flow.beats[position]
        rows, is_told = [], False
        for row in own_rows(log, flow, beat.first, beat.last):
            if row.signal == "subscribers_found":
                fields = {**_known(row), "topic": beat.topic, "item_count": 0}
                absent = log.saying(row, "subscribers_absent", fields)
                rows += [absent] if absent else []
                is_told = absent is not None
            elif row.signal not in HANDLER_SIGNALS and not (is_told and row.signal is None):
                rows.append(row)
        started, ended = rows[0], rows[-1]
        shorter = _EMPTY_MS - log.milliseconds(beat.first, beat.last)
        rows = [
            log.with_field(_at(log, row, started, ended, shorter), "duration_ms", _EMPTY_MS)
            if row.value("duration_ms") is not None
            else _at(log, row, started, ended, shorter)
            for row in rows
        ]
        return replaced(log, flows, flow, beat, rows, shorter)

    return change


def fail(position: int, *, aborts: bool) -> Change:
    """Let a beat fail before a handler is called; the sequence goes on, or is aborted."""

    def change(log: SessionRows, flows: Sequence[Flow], flow: Flow) -> SessionRows:
        beat = flow.beats[position]
        rows = own_rows(log, flow, beat.first, beat.last)
        said = _known(rows[-1]) | {"topic": beat.topic, "beat_number": beat.number, "sequence_name": flow.sequence}
        failed = log.saying(rows[-1], "beat_failed", {**said, **ERROR})
        head = []
        for row in rows:
            if row.signal in _OF_SUBSCRIBERS:
                break
            head.append(row)
        new = [*head, *([failed] if failed else [])]
        if not aborts:
            return replaced(log, flows, flow, beat, new, 0.0)
        return _aborted(log, flow, beat, new, said)

    return change


def _aborted(log: SessionRows, flow: Flow, beat: Beat, rows: list[Row], said: Mapping[str, Any]) -> SessionRows:
    """End the flow after a beat: what it wrote later is gone, and its movement and itself say that they failed."""
    started = [
        log.rows[index] for index in flow.own if index < beat.first and log.rows[index].signal == "movement_started"
    ]
    movement = started[-1].value("movement_name") if started else None
    known = {**said, "movement_name": movement, **_named(log, flow), **ERROR}
    for signal in ("movement_failed", "flow_failed"):
        told = log.saying(rows[-1], signal, known)
        rows += [told] if told else []
    others = [row for row in log.rows[beat.first : flow.last + 1] if row.flow != flow.flow]
    return log.with_rows([*log.rows[: beat.first], *rows, *others, *log.rows[flow.last + 1 :]])


def _named(log: SessionRows, flow: Flow) -> dict[str, Any]:
    """Return what the flow's end says of it, such as its key and duration."""
    return {name: value for name, value in _known(log.rows[flow.last]).items() if log.rows[flow.last].signal in ENDS}


def _known(row: Row) -> dict[str, Any]:
    """Return the fields of a row that say whose it is."""
    names = ("request_id", "sequence_name", "sequence_key", "movement_name", "beat_number", "topic", "duration_ms")
    return {name: row.value(name) for name in names if row.value(name) is not None}


def _under(log: SessionRows, row: Row, beat: Beat, topic: str, number: int) -> Row:
    """Return a copied row of a beat under another topic and number."""
    copy = replace(row, text=row.text.replace(beat.topic, topic), message=row.message.replace(beat.topic, topic))
    if row.value("topic") is not None:
        copy = replace(copy, fields={**copy.fields, "topic": topic})
    return (log.with_field(copy, "beat_number", number) if row.value("beat_number") is not None else copy).made()


def _at(log: SessionRows, row: Row, started: Row, ended: Row, shorter: float) -> Row:
    """Write what a beat says at its end earlier, as it takes less time; what it says at its start stays."""
    if row.moment is None or started.moment is None or ended.moment is None:
        return row
    allowed = (ended.moment - started.moment).total_seconds() * 1000 + shorter
    since = (row.moment - started.moment).total_seconds() * 1000
    return log.later(row, allowed - since) if since > allowed else row


def _marked(log: SessionRows, index: int) -> SessionRows:
    """Mark the row that now stands where something was taken away."""
    place = min(index, len(log.rows) - 1)
    return log.with_rows([*log.rows[:place], log.rows[place].made(), *log.rows[place + 1 :]])
