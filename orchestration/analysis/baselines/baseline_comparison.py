"""What differs between a baseline and later sessions: times, rates, coverage, declarations. Two baselines in, rows out.

Where there is too little to judge by, the verdict is `cannot_tell` and is counted, not left out. Times are compared as
those of builds are (analysis/regressions): levels per session at its own pace, moderated variances, false discovery
rate over all units; one rate in rate_comparison.py.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import exp, log, prod
from typing import Any

import numpy as np
import pyarrow as pa

from orchestration.analysis.baselines.baseline_model import Baseline, Covered, DeclaredBeat, Rate, TimedUnit
from orchestration.analysis.baselines.comparison_model import (
    Comparison,
    CoverageChange,
    CoverageKind,
    DeclarationChange,
    RateChange,
    TimeChange,
)
from orchestration.analysis.baselines.rate_comparison import RateShift, compare_rates
from orchestration.analysis.regressions.changes import changes_between
from orchestration.analysis.regressions.level_comparison import false_discovery_rates
from orchestration.analysis.regressions.regression_frames import change_row, read_panel
from orchestration.analysis.regressions.regression_model import RegressionOptions

# Of rates, and of what sessions no longer show; as for changes of behaviour between builds.
LIMIT = 0.05


def compare_with_baseline(before: Baseline, now: Baseline, options: RegressionOptions | None = None) -> Comparison:
    """Compare `now` with `before`; the sessions of `now` must not be in `before`."""
    return Comparison(
        before,
        now,
        tuple(compare_times(before, now, options or RegressionOptions())),
        tuple(_compare_rates(before, now)),
        tuple(_compare_coverage(before, now)),
        tuple(_compare_declarations(before.beats, now.beats)),
    )


def _compare_rates(before: Baseline, now: Baseline) -> list[RateChange]:
    old, new = ({(rate.kind, rate.subject_id, rate.measure): rate for rate in side.rates} for side in (before, now))
    # What a side never wrote of an error it did not have; of anything else it did not run.
    keys = sorted(key for key in old.keys() | new.keys() if key[0] == "error" or (key in old and key in new))
    shifts = [compare_rates(_sessions(old, key, before), _sessions(new, key, now), LIMIT) for key in keys]
    # What never happened on either side asks no question, and makes no answer less sure.
    chances = np.array([shift.p_value if shift.is_asked else np.nan for shift in shifts], np.float64)
    rates = false_discovery_rates(chances)
    found = [
        _rate_change(new.get(key) or old[key], shift, float(rate))
        for key, shift, rate in zip(keys, shifts, rates, strict=True)
    ]
    return sorted(
        found,
        key=lambda change: (
            not change.is_told,
            change.verdict not in ("more", "less"),
            -_growth(change),
            change.kind,
            change.name,
            change.subject_id,
        ),
    )


def _sessions(
    rates: Mapping[tuple[str, str, str], Rate], key: tuple[str, str, str], side: Baseline
) -> list[tuple[int, int]]:
    rate = rates.get(key)
    return [(1, 0)] * len(side.sessions) if rate is None else [(cases, bad) for _, cases, bad in rate.counts]


def _rate_change(rate: Rate, shift: RateShift, false_discovery: float) -> RateChange:
    is_worse = (shift.after_pct or 0) > (shift.before_pct or 0)
    if shift.p_value is None or not (shift.before_cases and shift.after_cases):
        verdict = "cannot_tell"
    elif not np.isnan(false_discovery) and false_discovery <= LIMIT:
        verdict = "more" if is_worse else "less"
    else:
        verdict = "no_change"
    is_new = shift.before_bad == 0 and shift.after_bad > 0
    rated = None if np.isnan(false_discovery) else false_discovery
    return RateChange(rate.kind, rate.subject_id, rate.name, rate.measure, verdict, shift, rated, is_new)


def _growth(change: RateChange) -> float:
    return (change.shift.after_pct or 0) - (change.shift.before_pct or 0)


def _compare_coverage(before: Baseline, now: Baseline) -> list[CoverageChange]:
    old, new = ({(item.kind, item.subject_id): item for item in side.covered} for side in (before, now))
    found = list(_unseen(old, new, len(before.sessions), len(now.sessions)))
    for key, item in old.items():
        current = new.get(key)
        if current is None:
            found.append(_coverage(item, CoverageKind.GONE, "changed", None))
        elif item.is_tested and current.is_tested is False:
            found.append(_coverage(item, CoverageKind.UNTESTED, "changed", current))
    for key, current in new.items():
        earlier = old.get(key)
        if current.session_count and not (earlier and earlier.session_count):
            found.append(_coverage(current, CoverageKind.NEW, "changed", current, is_first=True))
    return sorted(
        found, key=lambda item: (item.verdict != "changed", item.change, item.kind, item.name, item.subject_id)
    )


def _unseen(
    old: Mapping[tuple[str, str], Covered], new: Mapping[tuple[str, str], Covered], total: int, later: int
) -> Iterable[CoverageChange]:
    gone = [key for key, item in old.items() if item.session_count and key in new and not new[key].session_count]
    chances = [_chance_of_missing(old[key].session_count, total, later) for key in gone]
    for key, rate in zip(gone, false_discovery_rates(np.array(chances, np.float64)), strict=True):
        verdict = "changed" if rate <= LIMIT else "cannot_tell"
        yield _coverage(old[key], CoverageKind.UNSEEN, verdict, new[key], float(rate))


def _chance_of_missing(seen: int, total: int, later: int) -> float:
    """Return how likely all sessions that show it lie before, if sessions were dealt out by chance (Fisher)."""
    return prod((total - place) / (total + later - place) for place in range(seen))


def _coverage(
    item: Covered,
    change: CoverageKind,
    verdict: str,
    now: Covered | None,
    rate: float | None = None,
    *,
    is_first: bool = False,
) -> CoverageChange:
    earlier = 0 if is_first else item.session_count
    later = now.session_count if now else 0
    return CoverageChange(item.kind, item.subject_id, item.name, change, verdict, earlier, later, rate)


def _compare_declarations(before: Sequence[DeclaredBeat], now: Sequence[DeclaredBeat]) -> list[DeclarationChange]:
    old = {beat.beat_id: beat for beat in before}
    return [
        DeclarationChange(beat.beat_id, beat.name, what, getattr(old[beat.beat_id], field), getattr(beat, field))
        for beat in now
        if beat.beat_id in old
        for what, field in (("timing", "timing"), ("kind", "kind"), ("handler", "handler_id"))
        if getattr(old[beat.beat_id], field) != getattr(beat, field)
    ]


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
