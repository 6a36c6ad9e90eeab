"""Changes over time: units whose level moved for good from one session to the next, whatever the builds are called.

Every unit is a series over the sessions in which it ran, brought to a common pace and freed of the machine's load. A
unit is looked at when its best split holds against the false discoveries of all units; its changes are then found one
by one (change_points.py) and measured between their neighbours.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np
from scipy import stats

from orchestration.analysis.regressions.build_changes import change_of
from orchestration.analysis.regressions.change_points import ChangePoint, Numbers, find_change_points, scan
from orchestration.analysis.regressions.level_comparison import (
    Levels,
    compare,
    false_discovery_rates,
    pace,
    smallest_visible,
)
from orchestration.analysis.regressions.regression_model import Change, Panel, RegressionOptions, lifecycle


def changes_over_time(panel: Panel, options: RegressionOptions) -> list[Change]:
    """Return the changes found in the sessions that have a clock."""
    timed = np.array([session.started_at is not None for session in panel.sessions], dtype=np.bool_)
    if timed.sum() < 2 * options.scan.minimal_segment:
        return []
    paced = panel.levels.values - pace(panel.levels, options.comparison)
    series = [np.flatnonzero(timed & ~np.isnan(row)) for row in paced]
    freed = [_without_load(row[at], panel.levels.load[at], options) for row, at in zip(paced, series, strict=True)]
    best = [scan(values, options.scan) for values in freed]
    rates = false_discovery_rates(np.array([np.nan if split is None else split.p_value for split in best]))
    found: list[Change] = []
    for unit in np.flatnonzero(rates <= options.comparison.false_discovery):
        points = find_change_points(freed[unit], options.scan)
        found += _measure(panel, paced, int(unit), series[unit], points, float(rates[unit]), options)
    return found


def _without_load(values: Numbers, load: Numbers, options: RegressionOptions) -> Numbers:
    known = ~np.isnan(load)
    least = options.comparison
    if known.sum() < 2 * least.load_sessions or np.std(load[known]) < least.smallest_load_spread:
        return values
    slope = stats.theilslopes(values[known], load[known]).slope
    freed: Numbers = values - slope * np.where(known, load - load[known].mean(), 0.0)
    return freed


def _measure(
    panel: Panel, paced: Numbers, unit: int, at: np.ndarray[tuple[int], np.dtype[np.int64]], points: list[ChangePoint],
    rate: float, options: RegressionOptions,
) -> list[Change]:  # fmt: skip
    edges = [0, *(point.position for point in points), len(at)]
    changes = []
    for (start, middle), (_, end), point in zip(pairwise(edges), list(pairwise(edges))[1:], points, strict=False):
        before, after = _mask(panel, at[start:middle]), _mask(panel, at[middle:end])
        within = before | after
        row = Levels(
            paced[unit : unit + 1, within],
            panel.levels.counts[unit : unit + 1, within],
            panel.levels.kinds[unit : unit + 1],
            panel.levels.step[unit : unit + 1],
            panel.levels.load[within],
        )
        shift = compare(row, after[within], options.comparison)
        builds = (panel.sessions[at[middle - 1]].build, panel.sessions[at[middle]].build)
        visible = smallest_visible(shift, false_discovery_rates(shift.p_value), options.comparison)
        change = change_of("sessions", 0, shift, visible, before, after, builds, options)
        changes.append(replace(change, unit=unit, p_value=point.p_value, false_discovery_rate=rate, is_change=True))
    # A change the load explains after all has an interval that holds zero.
    real = [change for change in changes if change.low > 0 or change.high < 0]
    return [
        replace(
            change,
            lifecycle=lifecycle(
                change is real[-1] and int(change.after.sum()) <= options.new_sessions,
                any(later.is_slower != change.is_slower for later in real[place + 1 :]),
            ),
        )
        for place, change in enumerate(real)
    ]


def _mask(panel: Panel, at: np.ndarray[tuple[int], np.dtype[np.int64]]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    mask = np.zeros(len(panel.sessions), dtype=np.bool_)
    mask[at] = True
    return mask
