"""Changes between builds: every build against the one before it, all units at once.

Builds follow each other by their first session. The method is in level_comparison.py; false discoveries are controlled
over all units and all pairs of builds together.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from scipy import stats

from orchestration.analysis.regressions.level_comparison import (
    Shift,
    compare,
    false_discovery_rates,
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
