"""Percentiles of durations, how sure they are, and their trend over sessions. Numbers in, numbers out.

A percentile is the linear interpolation between the closest ranks (type 7 of Hyndman and Fan, 1996). Its 95% interval
is that between two order statistics, whose ranks come from the binomial distribution (Conover, Practical Nonparametric
Statistics, 3rd edition, section 3.2): it supposes no shape of the distribution, and ties only make it wider (Scheffe
and Tukey, 1945). The trend is the median of the slopes of all pairs (Theil, 1950), its interval that of Sen (1968).
Rows are read and written in duration_frames.py.
"""

from dataclasses import dataclass
from functools import cache
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Numbers = NDArray[np.float64]

CONFIDENCE = 0.95
# Below this a percentile is the value of one or two executions.
FEWEST_EXECUTIONS = 20
# With 4 sessions even the clearest order has a chance of 2/4! = 8%: no interval of 95% could exclude "no trend".
FEWEST_SESSIONS = 5
# Pairs grow with the square: more sessions than this are first made into as many blocks of neighbours.
MOST_POINTS = 400


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number and its 95% interval; an end is none where the data set no bound on that side."""

    value: float
    low: float | None
    high: float | None


def percentile(durations: Numbers, resolutions: Numbers, fraction: float) -> Estimate | None:
    """Return a percentile, or none where fewer than one execution lies beyond it, or fewer than 20 in all.

    A duration is known to a step of its clock: the interval is that of the durations less, and plus, their steps.
    """
    n = len(durations)
    if n < max(FEWEST_EXECUTIONS, ceil(1 / (1 - fraction) - 1e-9)):
        return None
    low_rank, high_rank = interval_ranks(n, fraction)
    lowest, highest = durations - resolutions, durations + resolutions
    return Estimate(
        interpolate(np.sort(durations), fraction),
        max(0.0, _ranked(lowest, low_rank)) if low_rank >= 1 else None,
        _ranked(highest, high_rank) if high_rank <= n else None,
    )


@cache
def interval_ranks(n: int, fraction: float) -> tuple[int, int]:
    """Return the ranks, from 1, of the two order statistics; 0 and n + 1 mean that there is no bound."""
    tail = (1 - CONFIDENCE) / 2
    low, high = stats.binom.ppf([tail, 1 - tail], n, fraction)
    return int(low), int(high) + 1


def interpolate(ordered: Numbers, fraction: float) -> float:
    """Return the value at a fraction of an ordered list, linear between the closest ranks."""
    place = fraction * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (place - below) * (ordered[above] - ordered[below]))


def _ranked(values: Numbers, rank: int) -> float:
    return float(np.partition(values, rank - 1)[rank - 1])


def trend(medians: Numbers, resolution: float) -> Estimate | None:
    """Return the change from the first to the last session, given one median per session in the order of time.

    None with fewer sessions than an interval of 95% needs. A change within a step of the clock is none: the interval
    is widened by it.
    """
    if len(medians) < FEWEST_SESSIONS:
        return None
    points = _blocks(medians)
    count = len(points)
    earlier, later = np.triu_indices(count, 1)
    slopes = np.sort((points[later] - points[earlier]) / (later - earlier))
    low, high = _slope_ranks(points)
    span = count - 1
    return Estimate(
        interpolate(slopes, 0.5) * span,
        float(slopes[low]) * span - resolution,
        float(slopes[high]) * span + resolution,
    )


def _slope_ranks(points: Numbers) -> tuple[int, int]:
    """Return the places, from 0, of the ends of Sen's interval; variance with ties after Kendall."""
    count = len(points)
    pairs = count * (count - 1) // 2
    _, ties = np.unique(points, return_counts=True)
    variance = (count * (count - 1) * (2 * count + 5) - float(np.sum(ties * (ties - 1) * (2 * ties + 5)))) / 18
    reach = float(stats.norm.ppf(1 - (1 - CONFIDENCE) / 2)) * sqrt(variance)
    return max(round((pairs - reach) / 2) - 1, 0), min(round((pairs + reach) / 2), pairs - 1)


def _blocks(medians: Numbers) -> Numbers:
    if len(medians) <= MOST_POINTS:
        return medians
    return np.array([np.median(block) for block in np.array_split(medians, MOST_POINTS)], dtype=np.float64)
