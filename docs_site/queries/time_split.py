"""Where the time of all flows goes: handlers, orchestration around them, between beats, waiting in the queue."""

from dataclasses import dataclass
from pathlib import Path

from docs_site.warehouse import load_rows

_SQL = """
with beats as (
    select flow_id, sum(duration_ms) as beat_ms,
           -- a handler that goes on after its beat has ended is no part of the beat
           sum(least(coalesce(handler_duration_ms, 0), duration_ms)) as handler_ms
    from marts.fct_beat_executions where duration_ms is not null group by flow_id
)
select count(*) as flow_count, coalesce(sum(f.duration_ms), 0) as flow_ms,
       coalesce(sum(f.queue_wait_ms), 0) as queue_ms,
       coalesce(sum(least(b.beat_ms, f.duration_ms)), 0) as beat_ms,
       coalesce(sum(least(b.handler_ms, f.duration_ms)), 0) as handler_ms
from marts.fct_flows f left join beats b using (flow_id)
where f.duration_ms is not null
"""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of all time: its words, milliseconds, share of 100, and the token of its colour."""

    words: str
    duration_ms: float
    share_pct: float
    colour: str


@dataclass(frozen=True, slots=True)
class TimeSplit:
    """All time of the flows that have a duration, in parts that add up."""

    flow_count: int
    total_ms: float
    parts: tuple[Part, ...]


def load_time_split(warehouse: Path) -> TimeSplit:
    """Read the parts of time."""
    row = load_rows(warehouse, _SQL)[0]
    sizes = (
        ("in handlers", row["handler_ms"], "series-1"),
        ("in beats around handlers", row["beat_ms"] - row["handler_ms"], "series-2"),
        ("between beats", row["flow_ms"] - row["beat_ms"], "series-3"),
        ("waiting in the queue", row["queue_ms"], "series-4"),
    )
    total = sum(size for _, size, _ in sizes)
    parts = tuple(Part(words, size, 100 * size / total if total else 0.0, colour) for words, size, colour in sizes)
    return TimeSplit(row["flow_count"], total, parts)
