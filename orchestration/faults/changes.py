"""What every fault is made of: rows of a flow replaced, and all that follows from them written later or earlier.

Where one flow runs at a time, everything after a change moves. Where flows are told apart by an id they run side by
side: only the flow itself and what it started move.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from orchestration.faults.session_flows import Beat, Call, Flow, family_of, flows_of
from orchestration.faults.session_rows import Row, SessionRows

Change = Callable[[SessionRows, Sequence[Flow], Flow], SessionRows]


@dataclass(frozen=True, slots=True)
class Delay:
    """A call of a handler that takes some milliseconds more."""

    flow: Flow
    beat: Beat
    call: Call
    milliseconds: float


def in_flows(log: SessionRows, names: Collection[str], change: Change) -> SessionRows:
    """Change some flows, from the last to the first, so that the places of the earlier ones stay."""
    for name in reversed([flow.flow for flow in flows_of(log) if flow.flow in names]):
        flows = flows_of(log)
        log = change(log, flows, next(flow for flow in flows if flow.flow == name))
    return log


def replaced(
    log: SessionRows, flows: Sequence[Flow], flow: Flow, beat: Beat, rows: Iterable[Row], longer: float
) -> SessionRows:
    """Put rows in the place of a beat; what follows comes later by some time, and the flow's sums say so."""
    log = _with_longer_sums(log, flow, beat.last, longer)
    family = _moved_with(log, flows, flow, beat.last)
    kept = [row for row in log.rows[beat.first : beat.last + 1] if row.flow != flow.flow]
    after = [
        log.later(row, longer) if family is None or row.flow in family else row for row in log.rows[beat.last + 1 :]
    ]
    return log.with_rows([*log.rows[: beat.first], *rows, *kept, *after])


def own_rows(log: SessionRows, flow: Flow, first: int, last: int) -> list[Row]:
    """Return what a flow wrote between two rows, both included."""
    return [row for row in log.rows[first : last + 1] if row.flow == flow.flow]


def delayed(log: SessionRows, flows: Sequence[Flow], delays: Iterable[Delay]) -> SessionRows:
    """Let handlers take longer: they, their beats, movements and flows say so, and what follows comes later."""
    moves: list[tuple[int, float, set[str] | None]] = []
    for one in delays:
        log = _with_longer_sums(_with_longer_beat(log, one), one.flow, one.beat.last, one.milliseconds)
        moves.append((one.call.settled, one.milliseconds, _moved_with(log, flows, one.flow, one.call.settled)))
    return _shifted(log, moves)


def stopped(log: SessionRows, index: int, milliseconds: float) -> SessionRows:
    """Let the whole application stand still before a row: all that runs says that it took longer."""
    for flow in flows_of(log):
        for beat in flow.beats:
            if beat.first < index <= beat.last:
                log = _with_longer_span(log, flow, beat, index, milliseconds)
        if flow.first < index <= flow.last:
            log = _with_longer_sums(log, flow, index, milliseconds)
    return _shifted(log, [(index, milliseconds, None)])


def renamed(log: SessionRows, rows: Iterable[Row], names: dict[str, str]) -> list[Row]:
    """Return copied rows as those of other flows: ids are replaced wherever they stand."""
    return [_renamed(row, names) for row in rows]


def _renamed(row: Row, names: dict[str, str]) -> Row:
    text, message = row.text, row.message
    for known, name in names.items():
        text, message = text.replace(known, name), message.replace(known, name)
    request = row.value("request_id")
    fields = {**row.fields, "request_id": names[request]} if request in names else row.fields
    return replace(
        row, text=text, message=message, fields=fields, flow=names.get(row.flow or "", row.flow), is_made=True
    )


def _moved_with(log: SessionRows, flows: Sequence[Flow], flow: Flow, after: int) -> set[str] | None:
    """Return the flows that move when one does; None where all do."""
    return None if log.is_sequential else family_of(log, flows, flow, after)


def _shifted(log: SessionRows, moves: Sequence[tuple[int, float, set[str] | None]]) -> SessionRows:
    rows = []
    for index, row in enumerate(log.rows):
        longer = sum(ms for start, ms, family in moves if index >= start and (family is None or row.flow in family))
        rows.append(log.later(row, longer))
    return log.with_rows(rows)


def _with_longer_beat(log: SessionRows, one: Delay) -> SessionRows:
    rows = list(log.rows)
    for index in (place for place in one.flow.own if one.call.settled <= place <= one.beat.last):
        is_other = rows[index].signal == "handler_settled" and index != one.call.settled
        if not is_other:
            rows[index] = _longer(log, rows[index], one.milliseconds)
    rows[one.call.settled] = rows[one.call.settled].made()
    return log.with_rows(rows)


def _with_longer_span(log: SessionRows, flow: Flow, beat: Beat, index: int, more: float) -> SessionRows:
    """Let a beat, and the calls in it that are open at a row, say that they took longer."""
    rows = list(log.rows)
    opened = {call.settled for call in beat.calls if call.started < index <= call.settled}
    for place in (one for one in flow.own if index <= one <= beat.last):
        if rows[place].signal != "handler_settled" or place in opened:
            rows[place] = _longer(log, rows[place], more)
    return log.with_rows(rows)


def _with_longer_sums(log: SessionRows, flow: Flow, last: int, more: float) -> SessionRows:
    """Let what the flow says after a row of its movement and of itself be longer."""
    rows = list(log.rows)
    is_movement = True
    for index in (place for place in flow.own if place > last):
        if rows[index].signal in ("beat_started", "movement_started"):
            is_movement = False
        if rows[index].signal == "flow_completed" or (
            is_movement and rows[index].signal in (None, "movement_completed")
        ):
            rows[index] = _longer(log, rows[index], more)
    return log.with_rows(rows)


def _longer(log: SessionRows, row: Row, more: float) -> Row:
    stated = row.value("duration_ms")
    return row if stated is None else log.with_field(row, "duration_ms", float(stated) + more)
