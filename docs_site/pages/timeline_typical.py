"""What is typical: median and 95th percentile of every sequence, beat and handler, over all sessions of a dialect.

Per dialect, because generations of an application write, and so measure, differently. Only executions that ended well
and whose duration the log states are counted; each figure carries its n. The timeline shows a bar's duration against
these and draws a sequence's typical flow from them.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from orchestration.warehouse import Connection, Row, fetch_rows

_FLOWS = """
    select
        sessions.dialect,
        flows.sequence_name,
        count(*) as n,
        median(flows.duration_ms) as p50,
        quantile_cont(flows.duration_ms, 0.95) as p95
    from marts.fct_flows as flows
    join marts.dim_sessions as sessions using (session_id)
    where flows.status = 'completed' and flows.duration_ms is not null
    group by sessions.dialect, flows.sequence_name
    order by all
"""
_BEATS = """
    select
        sessions.dialect,
        beats.sequence_name,
        beats.movement_name,
        beats.beat_number,
        beats.topic,
        min(beats.beat_title) as beat_title,
        count(*) as n,
        median(beats.duration_ms) as p50,
        quantile_cont(beats.duration_ms, 0.95) as p95,
        median(beats.execution_number) as place,
        median(epoch_ms(beats.started_at) - epoch_ms(flows.started_at)) as offset_ms,
        count(distinct beats.flow_id) as flow_n
    from marts.fct_beat_executions as beats
    join marts.dim_sessions as sessions using (session_id)
    left join marts.fct_flows as flows using (flow_id)
    where beats.status = 'completed' and beats.duration_ms is not null
    group by sessions.dialect, beats.sequence_name, beats.movement_name, beats.beat_number, beats.topic
    order by sessions.dialect, beats.sequence_name, place, beats.beat_number, beats.topic
"""
_HANDLERS = """
    select
        sessions.dialect,
        handlers.plugin_name,
        handlers.handler_name,
        count(*) as n,
        median(handlers.duration_ms) as p50,
        quantile_cont(handlers.duration_ms, 0.95) as p95
    from marts.fct_handler_executions as handlers
    join marts.dim_sessions as sessions using (session_id)
    where handlers.status = 'ok' and handlers.duration_ms is not null
    group by sessions.dialect, handlers.plugin_name, handlers.handler_name
    order by all
"""


@dataclass(frozen=True, slots=True)
class Typical:
    """The typical duration of something, from `n` executions."""

    n: int
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class TypicalBeat:
    """A beat of a sequence's typical flow; `offset_ms` is its median start in the flow, null without a clock."""

    key: str
    title: str
    duration: Typical
    offset_ms: float | None
    flow_count: int


@dataclass(frozen=True, slots=True)
class TypicalTimes:
    """All typical durations, by what identifies a sequence, a beat and a handler."""

    sequences: dict[str, Typical] = field(default_factory=dict)
    beats: dict[tuple[str, str], TypicalBeat] = field(default_factory=dict)
    handlers: dict[tuple[str, str], Typical] = field(default_factory=dict)

    def beats_of(self, sequence_name: str) -> list[TypicalBeat]:
        """Return the beats of a typical flow in order: those at least half of its flows have."""
        flow_count = self.sequences[sequence_name].n if sequence_name in self.sequences else 0
        own = [beat for (name, _), beat in self.beats.items() if name == sequence_name]
        return [beat for beat in own if 2 * beat.flow_count >= flow_count]


def beat_key(movement_name: object, beat_number: object, topic: object) -> str:
    """Return what identifies a beat inside its sequence."""
    return "\x1f".join("" if part is None else str(part) for part in (movement_name, beat_number, topic))


def typical_key(kind: str, *parts: object) -> str:
    """Return what a typical duration is found under: that of a flow, a beat or a handler."""
    return "\x1f".join((kind, *("" if part is None else str(part) for part in parts)))


def load_typical(warehouse: Connection) -> dict[str | None, TypicalTimes]:
    """Return the typical durations over all sessions of the warehouse, by dialect."""
    by_dialect: defaultdict[str | None, TypicalTimes] = defaultdict(TypicalTimes)
    for row in fetch_rows(warehouse, _FLOWS):
        by_dialect[row["dialect"]].sequences[str(row["sequence_name"])] = _typical(row)
    for row in fetch_rows(warehouse, _BEATS):
        key = beat_key(row["movement_name"], row["beat_number"], row["topic"])
        title = str(row["beat_title"] or row["topic"] or key)
        beat = TypicalBeat(key, title, _typical(row), row["offset_ms"], row["flow_n"])
        by_dialect[row["dialect"]].beats[str(row["sequence_name"]), key] = beat
    for row in fetch_rows(warehouse, _HANDLERS):
        by_dialect[row["dialect"]].handlers[str(row["plugin_name"]), str(row["handler_name"])] = _typical(row)
    return by_dialect


def _typical(row: Row) -> Typical:
    return Typical(row["n"], row["p50"], row["p95"])
