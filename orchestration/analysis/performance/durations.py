"""Percentiles of durations, how sure they are, and their trend over sessions: a row per kind and subject.

A percentile is the linear interpolation between the closest ranks (type 7 of Hyndman and Fan, 1996). Its 95% interval
is that between two order statistics, whose ranks come from the binomial distribution (Conover, Practical Nonparametric
Statistics, 3rd edition, section 3.2): it supposes no shape of the distribution, and ties only make it wider (Scheffe
and Tukey, 1945). The trend is the median of the slopes of all pairs (Theil, 1950), its interval that of Sen (1968).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise
from math import ceil
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import stats

Numbers = NDArray[np.float64]

CONFIDENCE = 0.95
# Below this a percentile is the value of one or two executions.
FEWEST_EXECUTIONS = 20
# With 4 sessions even the clearest order has a chance of 2/4! = 8%: no interval of 95% could exclude "no trend".
FEWEST_SESSIONS = 5
# Pairs grow with the square: more sessions than this are first made into as many blocks of neighbours.
MOST_POINTS = 400
PERCENTILES: Mapping[str, float] = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}
_ESTIMATES = (*PERCENTILES, "trend")

STATISTIC_COLUMNS: Mapping[str, pa.DataType] = {
    "execution_kind": pa.string(),
    "subject_id": pa.string(),
    "trend_session_count": pa.int64(),
    **{f"{name}_{end}ms": pa.float64() for name in _ESTIMATES for end in ("", "low_", "high_")},
}


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number and its 95% interval; an end is none where the data set no bound on that side."""

    value: float
    low: float | None
    high: float | None


def measure_durations(observed: pa.Table) -> pa.Table:
    """Return one row per kind and subject, in their order.

    `observed` has execution_kind, subject_id, session_number (the session's place in time, null without a clock),
    duration_ms and duration_resolution_ms.
    """
    ordered = observed.sort_by(
        [("execution_kind", "ascending"), ("subject_id", "ascending"), ("session_number", "ascending")]
    )
    rows = [_row(ordered.slice(start, stop - start)) for start, stop in _groups(ordered)]
    return pa.Table.from_pylist(rows, schema=pa.schema(STATISTIC_COLUMNS))


def _groups(ordered: pa.Table) -> Iterator[tuple[int, int]]:
    kinds, subjects = (ordered.column(name).to_pylist() for name in ("execution_kind", "subject_id"))
    starts = [0]
    for _, rows in groupby(zip(kinds, subjects, strict=True)):
        starts.append(starts[-1] + sum(1 for _ in rows))
    yield from pairwise(starts)


def _row(group: pa.Table) -> dict[str, Any]:
    durations, resolutions = _numbers(group, "duration_ms"), _numbers(group, "duration_resolution_ms")
    medians = _session_medians(durations, _numbers(group, "session_number"))
    estimates = {name: percentile(durations, resolutions, fraction) for name, fraction in PERCENTILES.items()}
    estimates["trend"] = trend(medians, float(resolutions.max()))
    return {
        "execution_kind": group.column("execution_kind")[0].as_py(),
        "subject_id": group.column("subject_id")[0].as_py(),
        "trend_session_count": len(medians),
    } | {column: value for name, estimate in estimates.items() for column, value in _columns(name, estimate)}


def _session_medians(durations: Numbers, sessions: Numbers) -> Numbers:
    known = ~np.isnan(sessions)
    durations, sessions = durations[known], sessions[known]
    edges = np.flatnonzero(np.diff(sessions)) + 1
    return np.array([np.median(part) for part in np.split(durations, edges) if len(part)], dtype=np.float64)


def _columns(name: str, estimate: Estimate | None) -> Iterator[tuple[str, float | None]]:
    yield f"{name}_ms", estimate.value if estimate else None
    yield f"{name}_low_ms", estimate.low if estimate else None
    yield f"{name}_high_ms", estimate.high if estimate else None


def _numbers(group: pa.Table, name: str) -> Numbers:
    # Nulls become "not a number" on the way; a duration without a stated resolution has that of a stamp by now.
    return np.asarray(group.column(name).cast(pa.float64()).to_numpy(), dtype=np.float64)


def percentile(durations: Numbers, resolutions: Numbers, fraction: float) -> Estimate | None:
    """Return a percentile, or none where fewer than one execution lies beyond it, or fewer than 20 in all.

    A duration is known to a step of its clock: the interval is that of the durations less, and plus, their steps.
    """
    n = len(durations)
    if n < max(FEWEST_EXECUTIONS, ceil(1 / (1 - fraction) - 1e-9)):
        return None
    low_rank, high_rank = interval_ranks(n, fraction)
    lowest, highest = durations - resolutions, durations + resolutions
    return Estimate(
        float(np.quantile(durations, fraction)),
        max(0.0, _ranked(lowest, low_rank)) if low_rank >= 1 else None,
        _ranked(highest, high_rank) if high_rank <= n else None,
    )


@cache
def interval_ranks(n: int, fraction: float) -> tuple[int, int]:
    """Return the ranks, from 1, of the two order statistics; 0 and n + 1 mean that there is no bound."""
    tail = (1 - CONFIDENCE) / 2
    low, high = stats.binom.ppf([tail, 1 - tail], n, fraction)
    return int(low), int(high) + 1


def _ranked(values: Numbers, rank: int) -> float:
    return float(np.partition(values, rank - 1)[rank - 1])


def trend(medians: Numbers, resolution: float) -> Estimate | None:
    """Return the change from the first to the last session, given one median per session in the order of time.

    None with fewer sessions than an interval of 95% needs. A change within a step of the clock is none: the interval
    is widened by it.
    """
    if len(medians) < FEWEST_SESSIONS:
        return None
    points = _blocks(medians)
    slope, _, low, high = stats.theilslopes(points, alpha=CONFIDENCE)
    span = len(points) - 1
    return Estimate(float(slope) * span, float(low) * span - resolution, float(high) * span + resolution)


def _blocks(medians: Numbers) -> Numbers:
    if len(medians) <= MOST_POINTS:
        return medians
    return np.array([np.median(block) for block in np.array_split(medians, MOST_POINTS)], dtype=np.float64)
