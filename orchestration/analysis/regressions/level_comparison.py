"""How much slower or faster each unit (a handler, beat or sequence) is in some sessions than in others.

A unit's level in a session is the median logarithm of its durations there; sessions are what is compared, because the
executions of one session share its machine. Every level is taken relative to the session's pace, the median of all
units of its kind: where everything slows, no unit is slower. What is left of the machine's load is a covariate. Arrays
in, arrays out; rows are read and written in regression_frames.py.

With three sessions on a side a variance is a guess: by chance it is near zero for some handler, and its t-value huge.
The empirical Bayes estimate of Smyth (Linear models and empirical Bayes methods for assessing differential expression,
2004, section 6; the trend as in his limma) borrows strength from the other units.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.special import digamma, polygamma

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ComparisonOptions:
    """What can be compared, and what is reported.

    `false_discovery` is the share of reported changes that may be false; `power` and it give the smallest change that
    would have been seen. Below `minimal_units` units a session has no pace, below `load_sessions` no load is fitted.
    """

    false_discovery: float = 0.005
    confidence: float = 0.95
    power: float = 0.8
    minimal_sessions: int = 3
    minimal_units: int = 5
    load_sessions: int = 8
    smallest_load_spread: float = 0.1


@dataclass(frozen=True, slots=True)
class Levels:
    """Levels of units (rows) in sessions (columns), not a number where a unit did not run.

    `counts` are the executions behind each level: a level of one execution is noisier than one of twenty.
    `step` is what one step of the clock is on the log scale at each unit's level: nothing is known more exactly.
    `load` is the logarithm of each session's load factor, not a number where it is not known.
    """

    values: Numbers
    counts: NDArray[np.int64]
    kinds: NDArray[np.str_]
    step: Numbers
    load: Numbers


@dataclass(frozen=True, slots=True)
class Shift:
    """Per unit: mean level before, difference after, its standard error and degrees of freedom, p-value."""

    before: Numbers
    difference: Numbers
    error: Numbers
    degrees: Numbers
    p_value: Numbers


def restrict(levels: Levels, sessions: Mask) -> Levels:
    """Return the same units in some of the sessions."""
    return Levels(
        levels.values[:, sessions], levels.counts[:, sessions], levels.kinds, levels.step, levels.load[sessions]
    )


def pace(levels: Levels, options: ComparisonOptions) -> Numbers:
    """Return each session's pace per kind of unit, spread over the units; 0 where too few units ran."""
    usual = _row_medians(levels.values)
    paces = np.zeros_like(levels.values)
    for kind in np.unique(levels.kinds):
        rows = levels.kinds == kind
        ratios = levels.values[rows] - usual[rows, None]
        known = np.sum(~np.isnan(ratios), axis=0) >= options.minimal_units
        centre = np.zeros(ratios.shape[1])
        centre[known] = np.nanmedian(ratios[:, known], axis=0)
        paces[rows] = centre
    return paces


def compare(levels: Levels, is_after: Mask, options: ComparisonOptions) -> Shift:
    """Compare the sessions after with those before; not a number where a unit ran in too few of either."""
    values = levels.values - pace(levels, options)
    count = len(values)
    fits = [_fit(row, is_after, levels.load, options) for row in values]
    before, difference, leverage, variance, degrees = (
        np.array([fit[place] for fit in fits], np.float64).reshape(count) for place in range(5)
    )
    variance = np.maximum(variance, levels.step**2 / 12)
    fitted = ~np.isnan(difference)
    moderated, together = variance.copy(), degrees.copy()
    prior = fit_prior(variance[fitted], degrees[fitted], _traits(levels, fitted))
    moderated[fitted], together[fitted] = moderate(variance[fitted], degrees[fitted], prior)
    error = np.sqrt(moderated * leverage)
    p_value = np.full(count, np.nan)
    p_value[fitted] = 2 * stats.t.sf(np.abs(difference[fitted]) / error[fitted], together[fitted])
    return Shift(before, difference, error, together, p_value)


def false_discovery_rates(p_values: Numbers) -> Numbers:
    """Return Benjamini and Hochberg's adjusted p-values; what was not tested stays not a number."""
    rates = np.full(len(p_values), np.nan)
    tested = ~np.isnan(p_values)
    if tested.any():
        rates[tested] = stats.false_discovery_control(p_values[tested])
    return rates


def smallest_visible(shift: Shift, rates: Numbers, options: ComparisonOptions) -> Numbers:
    """Return the smallest change, on the log scale, that these sessions would have shown with the wanted power."""
    tested = shift.p_value[~np.isnan(shift.p_value)]
    if not len(tested):
        return np.full(len(shift.p_value), np.nan)
    accepted = tested[rates[~np.isnan(rates)] <= options.false_discovery]
    limit = max(float(accepted.max(initial=0.0)), options.false_discovery / len(tested))
    reach = stats.t.isf(limit / 2, shift.degrees) + stats.t.ppf(options.power, shift.degrees)
    visible: Numbers = reach * shift.error
    return visible


def _fit(row: Numbers, is_after: Mask, load: Numbers, options: ComparisonOptions) -> tuple[float, ...]:
    seen = ~np.isnan(row)
    after = is_after[seen].astype(np.float64)
    least = options.minimal_sessions
    if after.sum() < least or len(after) - after.sum() < least:
        return (np.nan,) * 5
    columns = [np.ones(len(after)), after]
    weight = load[seen]
    is_load_known = len(after) >= options.load_sessions and not np.isnan(weight).any()
    if is_load_known and np.std(weight) >= options.smallest_load_spread:
        columns.append(weight - weight.mean())
    design = np.column_stack(columns)
    inverse = np.linalg.pinv(design.T @ design)
    coefficients = inverse @ design.T @ row[seen]
    residual = row[seen] - design @ coefficients
    degrees = len(after) - design.shape[1]
    return coefficients[0], coefficients[1], inverse[1, 1], float(residual @ residual) / degrees, float(degrees)


def _traits(levels: Levels, rows: Mask) -> Numbers:
    """Return what the variance of a level depends on: the kind of unit, and how many executions are behind it."""
    seen = ~np.isnan(levels.values[rows])
    executions = np.where(seen, levels.counts[rows], 0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    kinds = levels.kinds[rows]
    columns = [(kinds == kind).astype(np.float64) for kind in np.unique(kinds)]
    return np.column_stack([*columns, np.log(np.maximum(executions, 1))])


def _row_medians(values: Numbers) -> Numbers:
    medians = np.full(len(values), np.nan)
    some = ~np.isnan(values).all(axis=1)
    medians[some] = np.nanmedian(values[some], axis=1)
    return medians


# Degrees of freedom beyond which a prior is as good as known.
LARGEST_PRIOR = 1e6


@dataclass(frozen=True, slots=True)
class Prior:
    """The variance to expect of each sample, and how many degrees of freedom that expectation is worth."""

    variances: Numbers
    degrees: float


def fit_prior(variances: Numbers, degrees: Numbers, traits: Numbers) -> Prior:
    """Fit the expected variances to the observed ones; `traits` are columns they may depend on, on the log scale.

    With hardly more samples than traits nothing can be expected, and the prior is worth nothing.
    """
    spare = len(variances) - np.linalg.matrix_rank(traits) if len(variances) else 0
    if spare < 2:
        return Prior(variances, 0.0)
    logs = np.log(variances) - digamma(degrees / 2) + np.log(degrees / 2)
    expected = traits @ np.linalg.lstsq(traits, logs, rcond=None)[0]
    excess = float(np.sum((logs - expected) ** 2) / spare - np.mean(polygamma(1, degrees / 2)))
    if excess <= 0:
        return Prior(np.exp(expected), LARGEST_PRIOR)
    worth = min(2 * inverse_trigamma(excess), LARGEST_PRIOR)
    return Prior(np.exp(expected + digamma(worth / 2) - np.log(worth / 2)), worth)


def moderate(variances: Numbers, degrees: Numbers, prior: Prior) -> tuple[Numbers, Numbers]:
    """Return the moderated variances and their degrees of freedom."""
    together = degrees + prior.degrees
    return (prior.degrees * prior.variances + degrees * variances) / together, together


def inverse_trigamma(value: float) -> float:
    """Solve trigamma(x) = value by Newton's method, which converges from below (Smyth, appendix)."""
    guess = 0.5 + 1 / value
    for _ in range(50):
        current = float(polygamma(1, guess))
        step = current * (1 - current / value) / float(polygamma(2, guess))
        guess += step
        if abs(step) < 1e-10 * guess:
            break
    return guess
