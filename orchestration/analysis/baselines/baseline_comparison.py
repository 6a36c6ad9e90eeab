"""What differs between a baseline and later sessions: times, rates, coverage, declarations. Two baselines in, rows out.

Where there is too little to judge by, the verdict is `cannot_tell` and is counted, not left out. Times are compared in
time_comparison.py, one rate in rate_comparison.py.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import prod

import numpy as np

from orchestration.analysis.baselines.baseline_model import Baseline, Covered, DeclaredBeat, Rate
from orchestration.analysis.baselines.comparison_model import (
    Comparison,
    CoverageChange,
    DeclarationChange,
    RateChange,
)
from orchestration.analysis.baselines.rate_comparison import RateShift, compare_rates
from orchestration.analysis.baselines.time_comparison import compare_times
from orchestration.analysis.regressions.level_comparison import false_discovery_rates
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
            found.append(_coverage(item, "no longer declared or seen", "changed", None))
        elif item.is_tested and current.is_tested is False:
            found.append(_coverage(item, "no longer tested", "changed", current))
    for key, current in new.items():
        earlier = old.get(key)
        if current.session_count and not (earlier and earlier.session_count):
            found.append(_coverage(current, "seen for the first time", "changed", current, is_first=True))
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
        yield _coverage(old[key], "not seen", verdict, new[key], float(rate))


def _chance_of_missing(seen: int, total: int, later: int) -> float:
    """Return how likely all sessions that show it lie before, if sessions were dealt out by chance (Fisher)."""
    return prod((total - place) / (total + later - place) for place in range(seen))


def _coverage(
    item: Covered, change: str, verdict: str, now: Covered | None, rate: float | None = None, *, is_first: bool = False
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
