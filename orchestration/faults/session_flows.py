"""Flows, beats, calls and publications of a session, by the signals of its rows.

Told apart as the dialect says: by the request id every row of a flow carries, or by order where one flow runs at a
time. Kept apart from the warehouse's own rebuilding of flows: what is made with this tests that.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from orchestration.faults.session_rows import Row, SessionRows

ENDS = frozenset({"flow_completed", "flow_failed", "flow_cancelled"})
BEAT_ENDS = frozenset({"beat_completed", "beat_failed"})
# What is written of topics, requests and the queue while a flow runs is not the flow's own.
FOREIGN = frozenset(
    {
        *("topic_published", "topic_unknown", "topic_routed", "topic_subscribed", "sequence_requested"),
        *("sequence_registered", "sequence_missing", "flow_queued", "plugin_mounted", "plugin_missing"),
        *("emission_blocked", "user_acted", "session_started", "session_ended", "build_reported"),
    }
)
HANDLER_SIGNALS = frozenset(
    {"handler_started", "handler_returned", "handler_settled", "handler_failed", "state_changed", "state_unchanged"}
)


@dataclass(frozen=True, slots=True)
class Call:
    """A subscriber's call: its rows, and how long its handler took."""

    topic: str
    subscriber: Any
    handler: str | None
    plugin: str | None
    started: int
    settled: int
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Beat:
    """A completed beat: its own rows, the first and last of all, and the calls in it."""

    number: int
    topic: str
    first: int
    last: int
    calls: tuple[Call, ...]
    is_quiet: bool


@dataclass(slots=True)
class Flow:
    """A run of a sequence; `last` is the row that ends it, -1 where none does."""

    flow: str
    sequence: str
    first: int
    last: int = -1
    is_completed: bool = False
    own: list[int] = field(default_factory=list)
    beats: list[Beat] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Publication:
    """What starts one flow: the rows that ask for it, and that flow. `topic` is None where no topic was published."""

    topic: str | None
    plugin: str | None
    sequence_key: str | None
    first: int
    routed: int
    flow: Flow


def owned(log: SessionRows) -> SessionRows:
    """Return the session with every row knowing the flow that wrote it."""
    if log.is_owned:
        return log
    if not log.is_sequential:
        return _with_owners(log, _named(log.rows))
    rows: list[Row] = []
    current: str | None = None
    for number, row in enumerate(log.rows):
        if row.signal == "flow_started":
            current = f"flow {number}"
        rows.append(replace(row, flow=None if row.signal in FOREIGN else current))
        if row.signal in ENDS:
            current = None
    return _with_owners(log, rows)


def _named(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows with the flow they name; a name whose flow has started names another one when it starts again."""
    starts: Counter[str] = Counter()
    ended: set[str] = set()
    for row in rows:
        name = str(row.value("request_id") or "")
        if row.signal == "flow_started":
            starts[name] += 1
            ended.discard(name)
        # What was queued after the end belongs to the start that follows.
        number = starts[name] + (row.signal == "flow_queued" and name in ended)
        if row.signal in ENDS:
            ended.add(name)
        yield replace(row, flow=f"{name} {number}" if number > 1 else name) if name else row


def _with_owners(log: SessionRows, rows: Iterable[Row]) -> SessionRows:
    return replace(log.with_rows(rows), is_owned=True)


def flows_of(log: SessionRows) -> list[Flow]:
    """Return the flows that started, in order; the session's rows must be owned."""
    flows: dict[str, Flow] = {}
    early: dict[str, list[int]] = {}
    for index, row in enumerate(log.rows):
        if row.flow is None:
            continue
        if row.signal == "flow_started" and row.flow not in flows:
            name = row.value("sequence_name") or row.value("sequence_key") or ""
            flows[row.flow] = Flow(row.flow, name, index, own=early.pop(row.flow, []))
        if row.flow not in flows:
            early.setdefault(row.flow, []).append(index)
            continue
        flow = flows[row.flow]
        flow.own.append(index)
        if row.signal in ENDS and flow.last < 0:
            flow.last, flow.is_completed = index, row.signal == "flow_completed"
    for flow in flows.values():
        flow.beats = list(_beats(log, flow))
    return list(flows.values())


def _beats(log: SessionRows, flow: Flow) -> Iterator[Beat]:
    started, number, topic = -1, None, None
    for place, index in enumerate(flow.own):
        row = log.rows[index]
        if row.signal == "beat_started":
            started, number, topic = place, row.value("beat_number"), row.value("topic")
        elif row.signal in BEAT_ENDS and started >= 0:
            first = _with_announcement(log, flow.own, started)
            inside = flow.own[first : place + 1]
            calls = tuple(_calls(log, inside))
            yield Beat(
                int(row.value("beat_number") or number or 0),
                str(row.value("topic") or topic or ""),
                inside[0],
                index,
                calls,
                row.signal == "beat_completed" and _is_quiet(log, inside),
            )
            started = -1


def _with_announcement(log: SessionRows, own: Sequence[int], started: int) -> int:
    """Begin a beat with the rows without a meaning just before it, if a beat or the movement comes before them."""
    first = started
    while first > 0 and log.rows[own[first - 1]].signal is None:
        first -= 1
    is_after_beat = first > 0 and log.rows[own[first - 1]].signal in {*BEAT_ENDS, *HANDLER_SIGNALS}
    return first if is_after_beat else started


def _is_quiet(log: SessionRows, inside: Sequence[int]) -> bool:
    """Tell whether nothing else was started while the beat ran."""
    flow = log.rows[inside[0]].flow
    return not any(
        row.signal in FOREIGN and (log.is_sequential or row.flow == flow)
        for row in log.rows[inside[0] : inside[-1] + 1]
    )


def _calls(log: SessionRows, inside: Sequence[int]) -> Iterator[Call]:
    begun: dict[tuple[Any, Any], int] = {}
    for index in inside:
        row = log.rows[index]
        key = row.value("topic"), row.value("subscriber_index")
        if row.signal == "handler_started":
            begun[key] = index
        elif row.signal == "handler_settled" and key in begun:
            start = begun.pop(key)
            before = log.rows[start]
            yield Call(
                str(key[0]),
                key[1],
                row.value("handler_name") or before.value("handler_name"),
                row.value("plugin_name") or before.value("plugin_name"),
                start,
                index,
                _took(log, start, index),
            )


def _took(log: SessionRows, start: int, end: int) -> float:
    one, other = log.rows[start], log.rows[end]
    if (stated := other.value("duration_ms")) is not None:
        return float(stated)
    if one.value("clock_ms") is not None and other.value("clock_ms") is not None:
        return float(other.value("clock_ms")) - float(one.value("clock_ms"))
    return log.milliseconds(start, end)


def publications_of(log: SessionRows, flows: Sequence[Flow], names: Mapping[str, str]) -> list[Publication]:
    """Return the publications and requests that start exactly one flow, which ends; `names` are sequences by key."""
    asks = [index for index, row in enumerate(log.rows) if row.signal in ("topic_published", "sequence_requested")]
    found = []
    for place, first in enumerate(asks):
        until = asks[place + 1] if place + 1 < len(asks) else len(log.rows)
        if log.rows[first].signal == "sequence_requested":
            if place and _routes(log, asks[place - 1], first):
                continue
            routed = first
        else:
            routes = _routes(log, first, _end_of_routes(log, asks, place))
            if len(routes) != 1:
                continue
            routed, until = routes[0], _end_of_routes(log, asks, place)
        row = log.rows[routed]
        key = row.value("sequence_key")
        flow = _started_by(log, flows, routed, until, names.get(str(key), str(key)))
        if flow is not None and flow.is_completed:
            topic = log.rows[first].value("topic") if routed != first else None
            found.append(Publication(topic, row.value("plugin_name"), key, first, routed, flow))
    return found


def _routes(log: SessionRows, first: int, until: int) -> list[int]:
    return [index for index in range(first, until) if log.rows[index].signal == "topic_routed"]


def _end_of_routes(log: SessionRows, asks: Sequence[int], place: int) -> int:
    """Return where the next publication begins; a request on the way is part of this one."""
    later = (index for index in asks[place + 1 :] if log.rows[index].signal == "topic_published")
    return next(later, len(log.rows))


def _started_by(log: SessionRows, flows: Sequence[Flow], routed: int, until: int, name: str) -> Flow | None:
    """Return the flow that follows what was asked for: the first of that name, with nothing else asked before it."""
    by_id = {flow.flow: flow for flow in flows}
    for index in range(routed, min(until, len(log.rows))):
        row = log.rows[index]
        if log.is_sequential and row.signal == "flow_started":
            flow = by_id.get(row.flow or "")
            return flow if flow and flow.sequence == name else None
        if not log.is_sequential and row.signal in ("sequence_requested", "flow_queued", "flow_started"):
            flow = by_id.get(row.flow or "")
            return flow if flow and flow.sequence == name and flow.own[0] >= routed else None
    return None


def family_of(log: SessionRows, flows: Sequence[Flow], root: Flow, after: int = -1) -> set[str]:
    """Return a flow and those it started beyond a row, by what stands just before their first row."""
    if log.is_sequential:
        return {root.flow}
    family = {root.flow}
    for flow in sorted(flows, key=lambda one: one.own[0]):
        before = log.rows[flow.own[0] - 1] if flow.own[0] else None
        if flow.own[0] > after and before and before.signal == "topic_routed" and before.flow in family:
            family.add(flow.flow)
    return family
