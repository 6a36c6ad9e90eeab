"""Unusual times between beats, from rows to rows: what the measured table beat_pairs is computed by.

The method is in temporal_profile.py. An Arrow table comes in and one goes out, with a fixed schema.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from orchestration.analysis.conformance.temporal_profile import Judgement, TemporalOptions, Times, judge_by_others

TEMPORAL_COLUMNS: Mapping[str, pa.DataType] = {
    "flow_id": pa.string(),
    "session_id": pa.string(),
    "sequence_id": pa.string(),
    "beat_position": pa.int64(),
    "beat_execution_id": pa.string(),
    "next_beat_execution_id": pa.string(),
    "elapsed_ms": pa.float64(),
    "expected_ms": pa.float64(),
    "z_score": pa.float64(),
    "session_pace": pa.float64(),
    "training_execution_count": pa.int64(),
    "training_session_count": pa.int64(),
    "is_unusual": pa.bool_(),
}
_CARRIED = tuple(TEMPORAL_COLUMNS)[:7]


def judge_pairs(observed: pa.Table, options: TemporalOptions | None = None) -> pa.Table:
    """Return a row per pair of consecutive beats that could be judged, ordered by session, flow and beat.

    `observed` has the first seven columns. Times without enough others to compare with are left out.
    """
    ordered = observed.select(list(_CARRIED)).sort_by(
        [("session_id", "ascending"), ("flow_id", "ascending"), ("beat_position", "ascending")]
    )
    judgement = judge_by_others(read_times(ordered), options or TemporalOptions())
    columns = {name: ordered.column(name) for name in _CARRIED} | _columns(judgement)
    schema = pa.schema(TEMPORAL_COLUMNS)
    judged = pa.table([columns[name] for name in schema.names], names=schema.names).cast(schema)
    return judged.filter(pa.array(judgement.is_judged))


def read_times(observed: pa.Table) -> Times:
    """Return the observations as codes; a session's code is its place among the sorted ids."""
    sessions, session = np.unique(_texts(observed, "session_id"), return_inverse=True)
    keys = np.char.add(np.char.add(_texts(observed, "sequence_id"), "/"), _texts(observed, "beat_position"))
    pairs, pair = np.unique(keys, return_inverse=True)
    elapsed = np.asarray(observed.column("elapsed_ms").to_numpy(), dtype=np.float64)
    return Times(pair.astype(np.int64), session.astype(np.int64), elapsed, len(pairs), len(sessions))


def _texts(observed: pa.Table, name: str) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    return np.array(observed.column(name).cast(pa.string()).to_pylist(), dtype=np.str_)


def _columns(judgement: Judgement) -> dict[str, "pa.Array[Any]"]:
    return {
        "expected_ms": pa.array(np.round(judgement.expected_ms, 3)),
        "z_score": pa.array(np.round(judgement.z_score, 6)),
        "session_pace": pa.array(np.round(judgement.pace, 6)),
        "training_execution_count": pa.array(judgement.executions),
        "training_session_count": pa.array(judgement.sessions),
        "is_unusual": pa.array(judgement.is_unusual),
    }
