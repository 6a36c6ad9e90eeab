"""Which sessions say what is usual for which others; no session is ever judged by itself.

With named training sessions the others are judged by them, and they by each other. Without, a session is judged by
earlier sessions where enough of them are known, else by all others. Sessions marked as incidents are judged and never
train.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from orchestration.analysis.anomalies.model import AnomalyOptions, Split

# From here on the sessions before a session know as much as a detector asks for, and a half more: with fewer, what
# came later is the better judge.
EARLIER_SHARE = 1.5


@dataclass(frozen=True, slots=True)
class Roster:
    """Sessions in the order of time; `named` train where any are named, `incidents` never do."""

    ordered: tuple[str, ...]
    named: frozenset[str]
    incidents: frozenset[str]


def read_roster(sessions: pl.DataFrame) -> Roster:
    """Read the roster off the sessions; those without a clock come first, by their path."""
    ordered = sessions.sort("started_at", "log_file_path", nulls_last=False)
    return Roster(
        tuple(ordered["session_id"]),
        frozenset(ordered.filter(pl.col("is_training"))["session_id"]),
        frozenset(ordered.filter(pl.col("is_incident"))["session_id"]),
    )


def split_sessions(roster: Roster, options: AnomalyOptions) -> Iterator[Split]:
    """Yield splits that judge every session once."""
    if roster.named:
        pool = tuple(one for one in roster.ordered if one in roster.named and one not in roster.incidents)
        others = tuple(one for one in roster.ordered if one not in pool)
        if others:
            yield Split(others, pool)
        yield from _by_others(pool, pool, options)
    else:
        yield from _by_time(roster, options)


def _by_time(roster: Roster, options: AnomalyOptions) -> Iterator[Split]:
    enough = int(options.minimal_sessions * EARLIER_SHARE)
    trainable = [one for one in roster.ordered if one not in roster.incidents]
    for block in _blocks(roster.ordered, options.largest_fold_count):
        start = roster.ordered.index(block[0])
        earlier = tuple(one for one in roster.ordered[:start] if one not in roster.incidents)
        others = tuple(one for one in trainable if one not in block)
        yield Split(tuple(block), earlier if len(earlier) >= enough else others)


def _by_others(judged: Sequence[str], pool: Sequence[str], options: AnomalyOptions) -> Iterator[Split]:
    for block in _blocks(judged, options.largest_fold_count):
        yield Split(tuple(block), tuple(one for one in pool if one not in block))


def _blocks(sessions: Sequence[str], most: int) -> Iterator[Sequence[str]]:
    size = -(-len(sessions) // most) if sessions else 1
    for start in range(0, len(sessions), size):
        yield sessions[start : start + size]
