"""Which handlers, beats and sequences take longer than in a baseline.

Compared as builds are (analysis/regressions): levels per session at its own pace, moderated variances, false discovery
rate over all units. What ran in too few sessions of a side cannot be told.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import exp, log
from typing import Any

import pyarrow as pa

from orchestration.analysis.baselines.baseline_model import Baseline, DeclaredBeat, TimedUnit
from orchestration.analysis.baselines.comparison_model import TimeChange
from orchestration.analysis.regressions.build_changes import changes_between
from orchestration.analysis.regressions.regression_frames import change_row, read_panel
from orchestration.analysis.regressions.regression_model import RegressionOptions

_BEFORE, _NOW = "baseline", "now"


def compare_times(before: Baseline, now: Baseline, options: RegressionOptions) -> list[TimeChange]:
    """Return a row per handler, beat and sequence that both sides timed, the largest change per session first."""
    old, new = ({(unit.kind, unit.unit_id): unit for unit in side.units} for side in (before, now))
    both = sorted(old.keys() & new.keys())
    if not both:
        return []
    rows = [row for key in both for row in _level_rows(before, old[key], now, new[key])]
    panel = read_panel(pa.Table.from_pylist(rows, pa.schema(_LEVEL_COLUMNS)))
    judged = [change_row(panel, change) for change in changes_between(panel, [(_BEFORE, _NOW)], options)]
    by_unit = {(row["unit_kind"], row["unit_id"]): row for row in judged}
    inside = _parts(now.beats)
    directions = {key: row["direction"] for key, row in by_unit.items() if row["is_change"]}
    found = [
        _time_change(old[key], new[key], by_unit.get(key), _explained(key, inside, directions, new)) for key in both
    ]
    return sorted(found, key=lambda change: (-abs(change.change_ms or 0) * _per_session(change), change.unit_id))


_LEVEL_COLUMNS: Mapping[str, pa.DataType] = {
    "unit_kind": pa.string(),
    "unit_id": pa.string(),
    "session_id": pa.string(),
    "build": pa.string(),
    "log_file_path": pa.string(),
    "session_started_at": pa.timestamp("us", "UTC"),
    "load_factor": pa.float64(),
    "clock_ms": pa.float64(),
    "execution_count": pa.int64(),
    "log_level": pa.float64(),
}


def _level_rows(before: Baseline, old: TimedUnit, now: Baseline, new: TimedUnit) -> Iterable[dict[str, Any]]:
    # A logarithm of duration + clock moves with the clock: both sides are told on the coarser one.
    clock = max(old.clock_ms, new.clock_ms)
    for build, side, unit in ((_BEFORE, before, old), (_NOW, now, new)):
        for place, level, count in unit.levels:
            session = side.sessions[place]
            yield {
                "unit_kind": unit.kind,
                "unit_id": unit.unit_id,
                "session_id": session.session_id,
                "build": build,
                "log_file_path": session.log_file_path,
                "session_started_at": session.started_at,
                "load_factor": session.load_factor,
                "clock_ms": clock,
                "execution_count": count,
                "log_level": log(max(exp(level) - unit.clock_ms, 0.0) + clock),
            }


def _time_change(old: TimedUnit, new: TimedUnit, row: Mapping[str, Any] | None, explained: str | None) -> TimeChange:
    names = (new.kind, new.unit_id, new.name, new.plugin)
    if row is None:
        return TimeChange(*names, "cannot_tell", old, new)
    words = {"regression": "slower", "improvement": "faster"}
    verdict = words[row["direction"]] if row["is_change"] else "no_change"
    return TimeChange(
        *names,
        verdict,
        old,
        new,
        before_ms=row["before_ms"],
        change_ms=row["change_ms"],
        change_ms_low=row["change_ms_low"],
        change_ms_high=row["change_ms_high"],
        false_discovery_rate=row["false_discovery_rate"],
        smallest_visible_pct=row["smallest_visible_pct"],
        explained_by=explained if row["is_change"] else None,
    )


def _per_session(change: TimeChange) -> float:
    return change.now.spread.count / max(len(change.now.levels), 1)


def _parts(beats: Sequence[DeclaredBeat]) -> dict[tuple[str, str], list[tuple[str, str]]]:
    parts: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for beat in beats:
        parts.setdefault(("sequence", beat.sequence_id), []).append(("beat", beat.beat_id))
        if beat.handler_id:
            parts.setdefault(("beat", beat.beat_id), []).append(("handler", beat.handler_id))
    return parts


def _explained(
    key: tuple[str, str],
    parts: Mapping[tuple[str, str], Sequence[tuple[str, str]]],
    directions: Mapping[tuple[str, str], str],
    units: Mapping[tuple[str, str], TimedUnit],
) -> str | None:
    same = [part for part in parts.get(key, ()) if part in directions and directions[part] == directions.get(key)]
    return units[same[0]].name if same else None
