"""Statistics of durations, from rows to rows: what the dbt model int_durations__measured calls.

The method is in duration_statistics.py. An Arrow table comes in and one goes out, with a fixed schema.
"""

from collections.abc import Iterator, Mapping
from itertools import groupby, pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from orchestration.analysis.performance.duration_statistics import Estimate, Numbers, percentile, trend

PERCENTILES: Mapping[str, float] = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}
_ESTIMATES = (*PERCENTILES, "trend")

STATISTIC_COLUMNS: Mapping[str, pa.DataType] = {
    "execution_kind": pa.string(),
    "subject_id": pa.string(),
    "trend_session_count": pa.int64(),
    **{f"{name}_{end}ms": pa.float64() for name in _ESTIMATES for end in ("", "low_", "high_")},
}


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
