"""Regressions and improvements, from rows to rows: what the measured table changes is computed by.

An Arrow table of levels per unit and session comes in, one of judged comparisons goes out, with a fixed schema. The
methods are in changes.py.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from orchestration.analysis.regressions.changes import changes_between_builds, changes_over_time
from orchestration.analysis.regressions.level_comparison import Levels
from orchestration.analysis.regressions.regression_model import Change, Panel, RegressionOptions, Session, Unit
from orchestration.domain.identifiers import stable_id

CHANGE_COLUMNS: Mapping[str, pa.DataType] = {
    "regression_id": pa.string(),
    "comparison": pa.string(),
    "unit_kind": pa.string(),
    "unit_id": pa.string(),
    "is_change": pa.bool_(),
    "direction": pa.string(),
    "lifecycle": pa.string(),
    "good_build": pa.string(),
    "bad_build": pa.string(),
    "last_good_session_id": pa.string(),
    "first_bad_session_id": pa.string(),
    "before_session_ids": pa.list_(pa.string()),
    "after_session_ids": pa.list_(pa.string()),
    "before_session_count": pa.int64(),
    "after_session_count": pa.int64(),
    "before_execution_count": pa.int64(),
    "after_execution_count": pa.int64(),
    "before_ms": pa.float64(),
    "after_ms": pa.float64(),
    "change_ms": pa.float64(),
    "change_ms_low": pa.float64(),
    "change_ms_high": pa.float64(),
    "change_pct": pa.float64(),
    "change_pct_low": pa.float64(),
    "change_pct_high": pa.float64(),
    "p_value": pa.float64(),
    "false_discovery_rate": pa.float64(),
    "smallest_visible_pct": pa.float64(),
}


def judge_changes(levels: pa.Table, options: RegressionOptions | None = None) -> pa.Table:
    """Return a row per unit and pair of builds that could be compared, and one per change over time."""
    chosen = options or RegressionOptions()
    panel = read_panel(levels)
    between = changes_between_builds(panel, chosen)
    known = [change for change in between if change.is_change]
    over_time = [
        change
        for change in changes_over_time(panel, chosen)
        if not any(_is_same(change, other, chosen.scan.minimal_segment) for other in known)
    ]
    rows = [change_row(panel, change) for change in (*between, *over_time)]
    rows.sort(key=lambda row: (row["comparison"], row["unit_kind"], row["unit_id"], row["regression_id"]))
    return pa.Table.from_pylist(rows, pa.schema(CHANGE_COLUMNS))


def _is_same(change: Change, between: Change, nearness: int) -> bool:
    """Whether a change over time is one found between builds: its place is exact to a few sessions only."""
    distance = int(np.argmax(change.after)) - int(np.argmax(between.after))
    return (
        change.unit == between.unit
        and change.is_slower == between.is_slower
        and (
            abs(distance) <= nearness
            or (change.good_build, change.bad_build) == (between.good_build, between.bad_build)
        )
    )


def read_panel(levels: pa.Table) -> Panel:
    """Return units (rows) by sessions (columns), both in a fixed order."""
    rows = levels.to_pylist()
    sessions = {row["session_id"]: row for row in rows}
    order = sorted(sessions, key=lambda key: _when(sessions[key]))
    units = sorted({(row["unit_kind"], row["unit_id"]) for row in rows})
    column = {key: place for place, key in enumerate(order)}
    line = {key: place for place, key in enumerate(units)}
    values = np.full((len(units), len(order)), np.nan)
    counts = np.zeros((len(units), len(order)), np.int64)
    clocks = np.ones(len(units))
    for row in rows:
        at = line[row["unit_kind"], row["unit_id"]]
        values[at, column[row["session_id"]]] = row["log_level"]
        counts[at, column[row["session_id"]]] = row["execution_count"]
        clocks[at] = row["clock_ms"]
    usual = np.array([np.nanmedian(row) for row in values])
    loads = np.array([sessions[key]["load_factor"] for key in order], dtype=np.float64)
    return Panel(
        [Unit(kind, unit_id, float(clock)) for (kind, unit_id), clock in zip(units, clocks, strict=True)],
        [Session(key, sessions[key]["build"], sessions[key]["session_started_at"]) for key in order],
        Levels(values, counts, _kinds(units), np.log1p(clocks * np.exp(-usual)), np.log(loads)),
    )


def _kinds(units: Sequence[tuple[str, str]]) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    return np.array([kind for kind, _ in units], np.str_)


def _when(session: Mapping[str, Any]) -> tuple[bool, Any, str]:
    started = session["session_started_at"]
    return started is not None, started.timestamp() if started else 0, session["log_file_path"]


def change_row(panel: Panel, change: Change) -> dict[str, Any]:
    """Return a judged comparison as a row of CHANGE_COLUMNS, in milliseconds and percent."""
    unit = panel.units[change.unit]
    ran = ~np.isnan(panel.levels.values[change.unit])
    before, after = np.flatnonzero(change.before & ran), np.flatnonzero(change.after & ran)
    base = float(np.exp(change.level))
    keys = (change.comparison, unit.kind, unit.unit_id, change.good_build, change.bad_build)
    first_bad = panel.sessions[after[0]].session_id
    return {
        "regression_id": stable_id(*keys, first_bad if change.comparison == "sessions" else ""),
        "comparison": change.comparison,
        "unit_kind": unit.kind,
        "unit_id": unit.unit_id,
        "is_change": bool(change.is_change),
        "direction": "regression" if change.is_slower else "improvement",
        "lifecycle": change.lifecycle,
        "good_build": change.good_build,
        "bad_build": change.bad_build,
        "last_good_session_id": panel.sessions[before[-1]].session_id,
        "first_bad_session_id": first_bad,
        "before_session_ids": _ids(panel, before),
        "after_session_ids": _ids(panel, after),
        "before_session_count": len(before),
        "after_session_count": len(after),
        "before_execution_count": int(panel.levels.counts[change.unit, before].sum()),
        "after_execution_count": int(panel.levels.counts[change.unit, after].sum()),
        "before_ms": round(max(base - unit.clock_ms, 0.0), 6),
        "after_ms": round(max(base * float(np.exp(change.difference)) - unit.clock_ms, 0.0), 6),
        **_effect(base, change),
        "p_value": change.p_value,
        "false_discovery_rate": change.false_discovery_rate,
        "smallest_visible_pct": _rounded(100 * np.expm1(change.smallest_visible)),
    }


def _effect(base: float, change: Change) -> dict[str, float | None]:
    ends = {"": change.difference, "_low": change.low, "_high": change.high}
    shares = {f"change_pct{end}": _rounded(100 * np.expm1(value)) for end, value in ends.items()}
    return shares | {f"change_ms{end}": _rounded(base * np.expm1(value)) for end, value in ends.items()}


def _rounded(value: float) -> float | None:
    return round(float(value), 6) if np.isfinite(value) else None


def _ids(panel: Panel, places: Iterable[Any]) -> list[str]:
    return [panel.sessions[place].session_id for place in places]
