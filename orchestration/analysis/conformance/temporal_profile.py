"""Temporal profile: how long it usually takes from one declared beat to the next, and which times are unusual.

After Stertz, Mangler and Rinderle-Ma, Temporal Conformance Checking at Runtime based on Time-infused Process Models,
2020, made robust: median and median absolute deviation of ln(milliseconds + 1) instead of mean and deviation, because
such times are skewed. Every session is judged by a profile trained on other sessions only, after dividing by the
session's own pace, so that a loaded machine is not taken for a slow beat. Rows in, rows out, with a fixed schema.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Codes = NDArray[np.int64]
Mask = NDArray[np.bool_]

# Median absolute deviation x this is the standard deviation of a normal distribution.
MAD_TO_DEVIATION = 1.4826


@dataclass(frozen=True, slots=True)
class TemporalOptions:
    """When a pair of beats is known well enough, and what is unusual.

    `threshold` is the paper's zeta. `clock_ms` is the step of the log's clock: times closer than that are equal.
    """

    threshold: float = 6.0
    minimal_difference_ms: float = 50.0
    minimal_executions: int = 20
    minimal_sessions: int = 5
    minimal_session_pairs: int = 10
    largest_fold_count: int = 20
    smallest_deviation: float = 0.1
    clock_ms: float = 1.0


@dataclass(frozen=True, slots=True)
class Times:
    """Observed times, one place per observation: which pair of beats, which session, how many milliseconds."""

    pair: Codes
    session: Codes
    elapsed_ms: Numbers
    pair_count: int
    session_count: int

    def select(self, mask: Mask) -> "Times":
        """Return some of the observations, codes unchanged."""
        return Times(self.pair[mask], self.session[mask], self.elapsed_ms[mask], self.pair_count, self.session_count)


@dataclass(frozen=True, slots=True)
class Profile:
    """What is usual per pair, on the log scale; not a number where nothing is known."""

    centre: Numbers
    deviation: Numbers
    executions: Codes
    sessions: Codes


@dataclass(frozen=True, slots=True)
class Judgement:
    """The observations again, in the same order. `is_judged` is false where too little is known; then z is 0.

    `expected_ms` is the pair's usual time at the session's pace, `pace` that pace (1: as the others).
    """

    is_judged: Mask
    is_unusual: Mask
    z_score: Numbers
    expected_ms: Numbers
    pace: Numbers
    executions: Codes
    sessions: Codes


def judge_by_others(times: Times, options: TemporalOptions) -> Judgement:
    """Judge every session by a profile of sessions outside its fold; with few sessions a fold is one session."""
    judged = _unjudged(len(times.pair))
    for within in folds(times, options.largest_fold_count):
        _put(judged, within, judge(times.select(within), train(times.select(~within), options), options))
    return judged


def folds(times: Times, largest_count: int) -> Iterator[Mask]:
    """Yield the observations of each fold; a session is in one fold only."""
    count = min(times.session_count, largest_count)
    for number in range(count):
        yield times.session % count == number


def train(times: Times, options: TemporalOptions) -> Profile:
    """Return the usual times of the pairs, each session brought to the common pace first."""
    logs = _logs(times.elapsed_ms, options)
    rough = _medians(logs, times.pair, times.pair_count)
    pace = _medians(logs - rough[times.pair], times.session, times.session_count)
    levelled = logs - pace[times.session]
    centre = _medians(levelled, times.pair, times.pair_count)
    spread = _medians(np.abs(levelled - centre[times.pair]), times.pair, times.pair_count) * MAD_TO_DEVIATION
    # One step of the clock is no deviation: at 1 ms it is a factor of two, at 1 s it is nothing.
    floor = np.maximum(options.smallest_deviation, options.clock_ms * np.exp(-centre))
    executions = np.bincount(times.pair, minlength=times.pair_count)
    return Profile(centre, np.maximum(spread, floor), executions, _distinct_sessions(times))


def judge(times: Times, profile: Profile, options: TemporalOptions) -> Judgement:
    """Judge sessions by a profile they have no part in."""
    known = (profile.executions >= options.minimal_executions) & (profile.sessions >= options.minimal_sessions)
    is_known = known[times.pair]
    logs, centre = _logs(times.elapsed_ms, options), profile.centre[times.pair]
    ratios = np.where(is_known, logs - centre, np.nan)
    pace = _medians(ratios[is_known], times.session[is_known], times.session_count)[times.session]
    counts = np.bincount(times.session[is_known], minlength=times.session_count)
    is_judged = is_known & (counts >= options.minimal_session_pairs)[times.session]
    z_score = np.where(is_judged, (ratios - pace) / profile.deviation[times.pair], 0.0)
    expected = np.where(is_judged, np.exp(centre + pace) - options.clock_ms, np.nan)
    difference = np.abs(times.elapsed_ms - expected)
    is_unusual = is_judged & (np.abs(z_score) > options.threshold) & (difference >= options.minimal_difference_ms)
    return Judgement(
        is_judged,
        is_unusual,
        z_score,
        expected,
        np.where(is_judged, np.exp(pace), np.nan),
        profile.executions[times.pair],
        profile.sessions[times.pair],
    )


def _logs(elapsed_ms: Numbers, options: TemporalOptions) -> Numbers:
    # Clocks are set back now and then: a negative time is no time.
    return np.log(np.maximum(elapsed_ms, 0.0) + options.clock_ms)


def _medians(values: Numbers, codes: Codes, count: int) -> Numbers:
    """Return the median of the values of each code; not a number where a code has none."""
    medians = np.full(count, np.nan)
    order = np.lexsort((values, codes))
    sizes = np.bincount(codes, minlength=count)
    starts = np.cumsum(sizes) - sizes
    full = sizes > 0
    low = order[starts[full] + (sizes[full] - 1) // 2]
    high = order[starts[full] + sizes[full] // 2]
    medians[full] = (values[low] + values[high]) / 2
    return medians


def _distinct_sessions(times: Times) -> Codes:
    both = np.unique(times.pair * max(times.session_count, 1) + times.session)
    return np.bincount(both // max(times.session_count, 1), minlength=times.pair_count)


def _unjudged(count: int) -> Judgement:
    unknown, none = np.full(count, np.nan), np.zeros(count, np.int64)
    return Judgement(
        np.zeros(count, np.bool_),
        np.zeros(count, np.bool_),
        np.zeros(count),
        unknown,
        unknown.copy(),
        none,
        none.copy(),
    )


def _put(judged: Judgement, within: Mask, part: Judgement) -> None:
    for name in Judgement.__dataclass_fields__:
        column: NDArray[Any] = getattr(judged, name)
        column[within] = getattr(part, name)


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
