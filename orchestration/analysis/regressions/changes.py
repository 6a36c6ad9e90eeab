"""What got slower or faster: between builds, every build against the one before it, and over time.

Builds follow each other by their first session; the method is in level_comparison.py, and false discoveries are
controlled over all units and all pairs of builds together. Over time a unit's level moves for good from one session to
the next, whatever the builds are called: every unit is a series over the sessions in which it ran, brought to a common
pace and freed of the machine's load. It is looked at when its best split holds against the false discoveries of all
units; its changes are then found one by one (change_points.py) and measured between their neighbours.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from scipy import stats

from orchestration.analysis.regressions.change_points import ChangePoint, Numbers, find_change_points, scan
from orchestration.analysis.regressions.level_comparison import (
    Levels,
    Shift,
    compare,
    false_discovery_rates,
    pace,
    restrict,
    smallest_visible,
)
from orchestration.analysis.regressions.regression_model import Change, Panel, RegressionOptions, lifecycle


def changes_between_builds(panel: Panel, options: RegressionOptions) -> list[Change]:
    """Return one judged comparison per unit and pair of builds in which it ran often enough."""
    pairs = list(pairwise(builds_in_order(panel)))
    return _with_lifecycles(panel, changes_between(panel, pairs, options))


def changes_between(panel: Panel, pairs: Sequence[tuple[str, str]], options: RegressionOptions) -> list[Change]:
    """Return one judged comparison per unit and pair; the false discovery rate is controlled over all of them."""
    judged = [change for good, bad in pairs for change in _compare_builds(panel, good, bad, options)]
    rates = false_discovery_rates(np.array([change.p_value for change in judged]))
    limit = options.comparison.false_discovery
    return [
        replace(c, false_discovery_rate=rate, is_change=rate <= limit) for c, rate in zip(judged, rates, strict=True)
    ]


def builds_in_order(panel: Panel) -> list[str]:
    """Return the builds by their first session."""
    return list(dict.fromkeys(session.build for session in panel.sessions if session.build is not None))


def _compare_builds(panel: Panel, good: str, bad: str, options: RegressionOptions) -> list[Change]:
    before = np.array([session.build == good for session in panel.sessions])
    after = np.array([session.build == bad for session in panel.sessions])
    within = before | after
    shift = compare(restrict(panel.levels, within), after[within], options.comparison)
    rates = false_discovery_rates(shift.p_value)
    visible = smallest_visible(shift, rates, options.comparison)
    return [
        change_of("builds", int(unit), shift, visible, before, after, (good, bad), options)
        for unit in np.flatnonzero(~np.isnan(shift.p_value))
    ]


def change_of(
    comparison: str,
    unit: int,
    shift: Shift,
    visible: np.ndarray[tuple[int], np.dtype[np.float64]],
    before: np.ndarray[tuple[int], np.dtype[np.bool_]],
    after: np.ndarray[tuple[int], np.dtype[np.bool_]],
    builds: tuple[str | None, str | None],
    options: RegressionOptions,
) -> Change:
    """Return a unit's row of a shift with its interval; whether it is a change is decided over all of them."""
    reach = stats.t.ppf((1 + options.comparison.confidence) / 2, shift.degrees[unit]) * shift.error[unit]
    difference = float(shift.difference[unit])
    return Change(
        comparison,
        int(unit),
        before,
        after,
        *builds,
        float(shift.before[unit]),
        difference,
        difference - reach,
        difference + reach,
        float(shift.p_value[unit]),
        float("nan"),
        float(visible[unit]),
        False,
    )


def _with_lifecycles(panel: Panel, changes: list[Change]) -> list[Change]:
    order = {build: place for place, build in enumerate(builds_in_order(panel))}
    newest = len(order) - 1
    found = [change for change in changes if change.is_change]

    def is_undone(change: Change) -> bool:
        return any(
            later.unit == change.unit
            and order[str(later.bad_build)] > order[str(change.bad_build)]
            and later.is_slower != change.is_slower
            for later in found
        )

    return [
        replace(change, lifecycle=lifecycle(order[str(change.bad_build)] == newest, is_undone(change)))
        if change.is_change
        else change
        for change in changes
    ]


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
