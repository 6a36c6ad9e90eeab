"""Change points: where the level of a short, noisy series moved for good.

A scan over all splits of bounded scores of log values (Huber, 1964): a score is at most two and a half deviations, so
outliers neither make a change nor hide one. The largest standardised difference is judged by the tail of a maximally
selected statistic (Miller and Siegmund, 1982), and segments are split again while it is significant (binary
segmentation). Arrays in, numbers out; what a series is, is decided elsewhere.

Why not a library: Otava's test (E-divisive with Student's t on raw values) loses steps to outliers, see
tests/benchmarks/change_point_benchmark.py and docs_site/docs/reference/regressions.md.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

# Median absolute deviation x this is the standard deviation of a normal distribution.
MAD_TO_DEVIATION = 1.4826


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """`minimal_segment` points on each side; `significance` per series; scores end at `largest_score` deviations."""

    significance: float = 0.01
    minimal_segment: int = 5
    largest_score: float = 2.5
    smallest_deviation: float = 0.001


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """A change between the points `position - 1` and `position` of the series, with its p-value."""

    position: int
    p_value: float


def find_change_points(values: Numbers, options: ScanOptions | None = None) -> list[ChangePoint]:
    """Return the changes of a series of log values, in order."""
    chosen = options or ScanOptions()
    found = _split(values, 0, chosen)
    return _settle(values, found, chosen)


def scan(values: Numbers, options: ScanOptions) -> ChangePoint | None:
    """Return the best split of one segment, significant or not; nothing when the segment is too short or flat."""
    count, least = len(values), options.minimal_segment
    if count < 2 * least:
        return None
    centred = scores(values, options)
    centred = centred - centred.mean()
    spread = float(centred @ centred) / (count - 1)
    if spread <= 0:
        return None
    before = np.arange(least, count - least + 1)
    sums = np.cumsum(centred)[before - 1]
    distance = np.abs(sums) / np.sqrt(spread * before * (count - before) / count)
    best = int(np.argmax(distance))
    return ChangePoint(int(before[best]), tail(float(distance[best]), least / count))


def scores(values: Numbers, options: ScanOptions) -> Numbers:
    """Return bounded distances from the median, in deviations taken from neighbours so that steps do not widen them."""
    deviation = MAD_TO_DEVIATION * float(np.median(np.abs(np.diff(values)))) / math.sqrt(2)
    scaled = (values - np.median(values)) / max(deviation, options.smallest_deviation)
    return np.clip(scaled, -options.largest_score, options.largest_score)


def tail(distance: float, edge: float) -> float:
    """Return how likely a maximum of at least `distance` is, splits closer than `edge` to the ends left out."""
    if distance <= 1:
        return 1.0
    density = math.exp(-distance * distance / 2) / math.sqrt(2 * math.pi)
    splits = 2 * math.log((1 - edge) / edge) if edge < 0.5 else 0.0
    return min(1.0, 4 * density / distance + density * (distance - 1 / distance) * splits)


def _split(values: Numbers, offset: int, options: ScanOptions) -> list[ChangePoint]:
    best = scan(values, options)
    if best is None or best.p_value > options.significance:
        return []
    here = ChangePoint(offset + best.position, best.p_value)
    left = _split(values[: best.position], offset, options)
    return [*left, here, *_split(values[best.position :], offset + best.position, options)]


def _settle(values: Numbers, found: list[ChangePoint], options: ScanOptions) -> list[ChangePoint]:
    """Judge each change again between its neighbours: a first split may have been off while others were unknown."""
    edges = [0, *(change.position for change in found), len(values)]
    settled: list[ChangePoint] = []
    for before, after in zip(edges, edges[2:], strict=False):
        again = scan(values[before:after], options)
        if again is not None and again.p_value <= options.significance:
            settled.append(ChangePoint(before + again.position, again.p_value))
    return sorted({change.position: change for change in settled}.values(), key=lambda change: change.position)
