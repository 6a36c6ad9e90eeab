"""Variances of many small samples, each moved towards what is common to all of them.

With three sessions on a side a variance is a guess: by chance it is near zero for some handler, and its t-value huge.
The empirical Bayes estimate of Smyth (Linear models and empirical Bayes methods for assessing differential expression,
2004) borrows strength from the other handlers. Arrays in, arrays out.
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
    """The common variance, and how many degrees of freedom it is worth."""

    variance: float
    degrees: float


def fit_prior(variances: Numbers, degrees: Numbers) -> Prior:
    """Fit the common variance to the observed ones; without two of them nothing is common."""
    if len(variances) < 2:
        return Prior(1.0, 0.0)
    logs = np.log(variances) - digamma(degrees / 2) + np.log(degrees / 2)
    excess = float(np.var(logs, ddof=1) - np.mean(polygamma(1, degrees / 2)))
    if excess <= 0:
        return Prior(float(np.exp(np.mean(logs))), LARGEST_PRIOR)
    worth = min(2 * inverse_trigamma(excess), LARGEST_PRIOR)
    return Prior(float(np.exp(np.mean(logs) + digamma(worth / 2) - np.log(worth / 2))), worth)


def moderate(variances: Numbers, degrees: Numbers, prior: Prior) -> tuple[Numbers, Numbers]:
    """Return the moderated variances and their degrees of freedom."""
    together = degrees + prior.degrees
    return (prior.degrees * prior.variance + degrees * variances) / together, together


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
