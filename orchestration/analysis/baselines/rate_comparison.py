"""Whether something goes wrong more often in some sessions than in others. Numbers in, numbers out.

Flows of one session are not independent: one broken session breaks all of them. So sessions are what is drawn: the
difference of the two rates is compared with those that arise when the sessions are dealt out anew (permutation test;
Good, Permutation, Parametric, and Bootstrap Tests of Hypotheses, 3rd edition, chapter 3). Where there are few deals all
are tried and the p-value is exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

# The smallest chance that can be told is one in as many deals.
DEALS = 4_999
_SEED = 20261122


@dataclass(frozen=True, slots=True)
class RateShift:
    """Cases and failures on both sides, and the chance of a difference as large; none where it cannot be told."""

    before_cases: int
    before_bad: int
    after_cases: int
    after_bad: int
    before_sessions: int
    after_sessions: int
    p_value: float | None

    @property
    def is_asked(self) -> bool:
        """Tell whether anything went wrong on either side, and enough sessions are there to judge it."""
        return self.p_value is not None and self.before_bad + self.after_bad > 0

    @property
    def before_pct(self) -> float | None:
        """Return the share that went wrong before, in percent."""
        return 100 * self.before_bad / self.before_cases if self.before_cases else None

    @property
    def after_pct(self) -> float | None:
        """Return the share that goes wrong now, in percent."""
        return 100 * self.after_bad / self.after_cases if self.after_cases else None


def compare_rates(before: Sequence[tuple[int, int]], after: Sequence[tuple[int, int]], limit: float) -> RateShift:
    """Compare sessions given as (cases, bad); below `limit` no chance can fall when there are too few sessions."""
    counts = np.array([*before, *after], dtype=np.float64).reshape(-1, 2)
    sums = [int(sum(row[place] for row in side)) for side in (before, after) for place in (0, 1)]
    deals = comb(len(counts), len(after)) if before and after else 1
    p_value = None if deals * limit < 1 else _chance(counts, len(after), deals)
    return RateShift(sums[0], sums[1], sums[2], sums[3], len(before), len(after), p_value)


def _chance(counts: Numbers, after_count: int, deals: int) -> float:
    if not counts[:, 1].any() or (counts[:, 0] == counts[:, 1]).all():
        return 1.0
    observed = _difference(counts, np.arange(len(counts))[None, -after_count:])[0]
    dealt = _deals(len(counts), after_count, deals)
    # A deal that gives the same difference counts as one that gives more.
    as_large = int(np.sum(np.abs(_difference(counts, dealt)) >= abs(observed) - 1e-12))
    return as_large / deals if len(dealt) == deals else (as_large + 1) / (DEALS + 1)


@lru_cache(maxsize=256)
def _deals(count: int, after_count: int, deals: int) -> NDArray[np.int64]:
    """Return the places of the later sessions in each deal: all deals where they are few, else some of them."""
    if deals <= DEALS:
        return np.array(list(combinations(range(count), after_count)), dtype=np.int64)
    dealt = np.random.default_rng(_SEED).permuted(np.tile(np.arange(count), (DEALS, 1)), axis=1)
    return dealt[:, :after_count]


def _difference(counts: Numbers, dealt: NDArray[np.int64]) -> Numbers:
    after = counts[dealt].sum(axis=1)
    before = counts.sum(axis=0) - after
    difference: Numbers = after[:, 1] / after[:, 0] - before[:, 1] / before[:, 0]
    return difference
