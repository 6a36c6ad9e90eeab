"""Percentiles say how sure they are, and are left out where there are too few executions."""

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from docs_site.queries.durations import ENOUGH
from orchestration.analysis.performance.durations import (
    FEWEST_EXECUTIONS,
    MOST_POINTS,
    STATISTIC_COLUMNS,
    interval_ranks,
    measure_durations,
    percentile,
    trend,
)

RANDOM = np.random.default_rng(7)


def test_below_twenty_executions_there_is_no_percentile() -> None:
    durations = np.arange(1.0, 20.0)
    assert percentile(durations, np.zeros(19), 0.5) is None
    assert percentile(np.arange(1.0, 21.0), np.zeros(20), 0.5) is not None
    assert FEWEST_EXECUTIONS == ENOUGH


def test_the_99th_percentile_needs_a_hundred() -> None:
    assert percentile(np.arange(99.0), np.zeros(99), 0.99) is None
    assert percentile(np.arange(100.0), np.zeros(100), 0.99) is not None


def test_an_interval_the_executions_cannot_bound_is_open() -> None:
    estimate = percentile(np.arange(1.0, 21.0), np.zeros(20), 0.95)
    assert estimate is not None
    assert estimate.low == 17.0
    assert estimate.high is None


@pytest.mark.parametrize("n", [20, 59, 300, 5000])
@pytest.mark.parametrize("fraction", [0.5, 0.9, 0.95])
def test_intervals_are_those_of_scipy(n: int, fraction: float) -> None:
    durations = RANDOM.lognormal(3, 1, n)
    expected = stats.quantile_test(durations, p=fraction).confidence_interval(0.95)
    estimate = percentile(durations, np.zeros(n), fraction)
    assert estimate is not None
    assert estimate.value == pytest.approx(np.percentile(durations, 100 * fraction), rel=1e-12)
    assert (estimate.low, estimate.high) == (
        expected.low,
        None if np.isnan(expected.high) else expected.high,
    )


def test_an_interval_holds_the_truth_as_often_as_it_says() -> None:
    held = 0
    for _ in range(400):
        estimate = percentile(RANDOM.exponential(1, 60), np.zeros(60), 0.5)
        assert estimate is not None
        assert estimate.low is not None
        assert estimate.high is not None
        held += estimate.low <= np.log(2) <= estimate.high
    assert held >= 0.93 * 400


def test_an_interval_is_never_narrower_than_the_clock() -> None:
    estimate = percentile(np.full(1000, 3.0), np.full(1000, 1.0), 0.5)
    assert estimate is not None
    assert (estimate.low, estimate.value, estimate.high) == (2.0, 3.0, 4.0)
    near_zero = percentile(np.zeros(50), np.ones(50), 0.5)
    assert near_zero is not None
    assert near_zero.low == 0.0


def test_ranks_reach_the_confidence_on_each_side() -> None:
    for n in (20, 100, 1000):
        low, high = interval_ranks(n, 0.5)
        assert stats.binom.cdf(low - 1, n, 0.5) <= 0.025 <= stats.binom.cdf(low, n, 0.5)
        assert 1 - stats.binom.cdf(high - 1, n, 0.5) <= 0.025 + 1e-12


def test_a_trend_is_that_of_scipy_widened_by_the_clock() -> None:
    medians = np.round(RANDOM.normal(100, 5, 30) + np.arange(30), 0)
    slope, _, low, high = stats.theilslopes(medians, alpha=0.95)
    estimate = trend(medians, 1.0)
    assert estimate is not None
    assert estimate.value == pytest.approx(29 * slope)
    assert (estimate.low, estimate.high) == pytest.approx((29 * low - 1, 29 * high + 1))


def test_a_trend_needs_five_sessions_and_bears_one_wild_one() -> None:
    assert trend(np.arange(4.0), 0.0) is None
    steady = np.full(21, 10.0)
    steady[-1] = 9000.0
    estimate = trend(steady, 0.1)
    assert estimate is not None
    assert estimate.value == 0.0
    assert estimate.low is not None
    assert estimate.high is not None
    assert estimate.low <= 0 <= estimate.high


def test_a_long_history_is_measured_in_blocks() -> None:
    estimate = trend(np.arange(3.0 * MOST_POINTS), 0.0)
    assert estimate is not None
    assert estimate.value == pytest.approx(3 * MOST_POINTS, rel=0.01)


def test_rows_come_out_per_kind_and_subject_and_an_empty_day_gives_none() -> None:
    observed = pa.table(
        {
            "execution_kind": ["handler"] * 21 + ["beat"],
            "subject_id": ["h"] * 21 + ["b"],
            "session_number": [*range(1, 21), None, 1],
            "duration_ms": [float(value) for value in range(1, 22)] + [5.0],
            "duration_resolution_ms": [0.1] * 22,
        }
    )
    beat, handler = measure_durations(observed).to_pylist()
    assert (beat["subject_id"], beat["p50_ms"], beat["trend_session_count"]) == ("b", None, 1)
    assert (handler["p50_ms"], handler["trend_session_count"], handler["trend_ms"]) == (11.0, 20, 19.0)
    empty = measure_durations(observed.slice(0, 0))
    assert (empty.num_rows, empty.schema.names) == (0, list(STATISTIC_COLUMNS))
