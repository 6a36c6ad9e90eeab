"""Trends of error groups: the share of sessions with the error in the later half of the sessions beside the earlier.

Sessions, not errors: a session repeats one fault as often as its user tries. Fisher's exact test tells a change from
chance, with the false discovery rate over all groups held at 5 % (Benjamini and Hochberg, 1995).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from scipy.stats import false_discovery_control, fisher_exact

# Below ten sessions no split into halves reaches p < 0.05 with the error in fewer than all sessions of one half.
FEWEST_SESSIONS = 10
MOST_FALSE_DISCOVERIES = 0.05

TREND_COLUMNS: Mapping[str, pa.DataType] = {
    "error_group_id": pa.string(),
    "trend": pa.string(),
    "trend_q_value": pa.float64(),
    "earlier_session_count": pa.int64(),
    "later_session_count": pa.int64(),
    "earlier_with_count": pa.int64(),
    "later_with_count": pa.int64(),
}


@dataclass(frozen=True, slots=True)
class Halves:
    """Sessions of the earlier and the later half, and those of them with the error."""

    earlier: int
    later: int
    earlier_with: int
    later_with: int


def trend_rows(errors: pa.Table, sessions: pa.Table) -> pa.Table:
    """Return a row per error group, from errors (error_group_id, session_id) and sessions (session_id, started_at)."""
    order = _ordered(sessions.to_pylist())
    found: dict[str, set[str]] = {}
    for row in errors.to_pylist():
        found.setdefault(row["error_group_id"], set()).add(row["session_id"])
    groups = sorted(found)
    halves = [split_halves(order, found[group]) for group in groups]
    judged = judge_trends(halves)
    columns: dict[str, list[Any]] = {
        "error_group_id": groups,
        "trend": [word for word, _ in judged],
        "trend_q_value": [q_value for _, q_value in judged],
        "earlier_session_count": [half.earlier for half in halves],
        "later_session_count": [half.later for half in halves],
        "earlier_with_count": [half.earlier_with for half in halves],
        "later_with_count": [half.later_with for half in halves],
    }
    return pa.table(columns, schema=pa.schema(TREND_COLUMNS))


def split_halves(order: Sequence[str], found: set[str]) -> Halves:
    """Split the sessions in time order; with an odd number the later half has one more."""
    middle = len(order) // 2
    earlier, later = order[:middle], order[middle:]
    return Halves(len(earlier), len(later), len(found & set(earlier)), len(found & set(later)))


def judge_trends(halves: Sequence[Halves]) -> list[tuple[str, float | None]]:
    """Return per group the trend's word and the false discovery rate at which it would still be called one."""
    tested = [place for place, half in enumerate(halves) if half.earlier + half.later >= FEWEST_SESSIONS]
    if not tested:
        return [("too few sessions", None)] * len(halves)
    p_values = [_p_value(halves[place]) for place in tested]
    q_values = dict(zip(tested, map(float, false_discovery_control(p_values)), strict=True))
    return [
        (_word(half, q_values[place]), q_values[place]) if place in q_values else ("too few sessions", None)
        for place, half in enumerate(halves)
    ]


def _p_value(half: Halves) -> float:
    table = [
        [half.earlier_with, half.earlier - half.earlier_with],
        [half.later_with, half.later - half.later_with],
    ]
    return float(fisher_exact(table).pvalue)


def _word(half: Halves, q_value: float) -> str:
    if q_value >= MOST_FALSE_DISCOVERIES:
        return "steady"
    if half.later_with * half.earlier > half.earlier_with * half.later:
        return "new" if half.earlier_with == 0 else "rising"
    return "gone" if half.later_with == 0 else "falling"


def _ordered(sessions: list[dict[str, Any]]) -> list[str]:
    # Sessions without a clock cannot be put in order with the others: their order among themselves is by path.
    timed = sorted(sessions, key=lambda row: (row["started_at"] is None, row["started_at"] or 0, row["log_file_path"]))
    return [str(row["session_id"]) for row in timed]
