"""Where all session time goes, as the report divides it: parts that add up.

`load_time_split` gives the part of it in which flows run or wait, for the overview.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.warehouse import Row, load_rows

_SQL = """
select time_category, count(*) as session_count, sum(share_ms) as duration_ms
from reports.rpt_time_shares group by time_category
"""
_FLOWS = "select count(*) as flow_count from marts.fct_flows where duration_ms is not null"

# Categories in the order of the tree, then what lies outside of it; the words for people; the colour's token.
_WORDS = {
    "handler": ("in handlers", "series-1"),
    "beat_overhead": ("in beats around handlers", "series-2"),
    "declared_wait": ("in waiting that beats declare", "series-4"),
    "between_beats": ("in pauses between beats", "series-3"),
    "movement_overhead": ("in movements around beats", "series-3"),
    "sequence_overhead": ("in sequences around movements", "series-3"),
    "queue_wait": ("in waiting in the queue, nothing running", "series-4"),
    "late_handler": ("in handlers after their flow", "series-1"),
    "unfinished_flow": ("in flows that never ended", "series-4"),
    "mounting": ("in start-up, mounting plugins", "series-4"),
    "between_mounts": ("in start-up, between mounts of plugins", "muted"),
    "starting": ("in start-up, outside mounts", "muted"),
    "idle": ("idle: no flow, no handler", "muted"),
}
_OF_FLOWS = tuple(_WORDS)[:7]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of all time: its words, milliseconds, share of 100, and the token of its colour."""

    category: str
    words: str
    duration_ms: float
    share_pct: float
    colour: str


@dataclass(frozen=True, slots=True)
class TimeSplit:
    """Time in parts that add up; `flow_count` flows have a duration."""

    flow_count: int
    session_count: int
    total_ms: float
    parts: tuple[Part, ...]


def load_time_split(warehouse: Path) -> TimeSplit:
    """Read the parts of the time in which flows run or wait."""
    return _split(warehouse, _OF_FLOWS)


def load_time_shares(warehouse: Path) -> TimeSplit:
    """Read the parts of all session time."""
    return _split(warehouse, tuple(_WORDS))


def _split(warehouse: Path, categories: Sequence[str]) -> TimeSplit:
    found: dict[str, Row] = {row["time_category"]: row for row in load_rows(warehouse, _SQL)}
    sizes = {name: found[name]["duration_ms"] if name in found else 0.0 for name in categories}
    total = sum(sizes.values())
    return TimeSplit(
        load_rows(warehouse, _FLOWS)[0]["flow_count"],
        max((row["session_count"] for row in found.values()), default=0),
        total,
        tuple(
            Part(name, _WORDS[name][0], size, 100 * size / total if total else 0.0, _WORDS[name][1])
            for name, size in sizes.items()
        ),
    )
