"""Variances of many small samples, each moved towards what is common to all of them.

With three sessions on a side a variance is a guess: by chance it is near zero for some handler, and its t-value huge.
The empirical Bayes estimate of Smyth (Linear models and empirical Bayes methods for assessing differential expression,
2004, section 6; the trend as in his limma) borrows strength from the other handlers. Arrays in, arrays out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, polygamma

Numbers = NDArray[np.float64]

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
