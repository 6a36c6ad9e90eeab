"""A step is found where it is, outliers neither make nor hide one, and quiet series stay quiet."""

import numpy as np
import pytest

from orchestration.analysis.regressions.change_points import find_change_points, tail
from orchestration.analysis.regressions.level_comparison import fit_prior, inverse_trigamma, moderate

LENGTH, PLACE = 70, 41


def series(
    seed: int, step: float = 0.0, outliers: tuple[int, ...] = ()
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return log durations of about 100 ms with 5 % noise."""
    values: np.ndarray[tuple[int], np.dtype[np.float64]] = np.log(100) + np.random.default_rng(seed).normal(
        0, 0.05, LENGTH
    )
    values[PLACE:] += np.log1p(step)
    values[list(outliers)] += np.log(8)
    return values


def test_a_step_is_found_at_its_place() -> None:
    (change,) = find_change_points(series(1, step=0.2))
    assert change.position == pytest.approx(PLACE, abs=2)
    assert change.p_value < 1e-6


def test_outliers_do_not_hide_a_step() -> None:
    (change,) = find_change_points(series(2, step=0.2, outliers=(7, 39, 60)))
    assert change.position == pytest.approx(PLACE, abs=3)


def test_two_outliers_side_by_side_are_no_step() -> None:
    assert find_change_points(series(3, outliers=(30, 31))) == []


def test_a_step_and_its_way_back_are_two_changes() -> None:
    values = series(4)
    values[20:45] += np.log(1.5)
    assert [change.position for change in find_change_points(values)] == pytest.approx([20, 45], abs=1)


def test_at_most_one_false_alarm_in_a_hundred_quiet_series() -> None:
    assert sum(bool(find_change_points(series(seed))) for seed in range(100, 300)) <= 2


@pytest.mark.parametrize("values", [[], [1.0] * 9, [1.0] * 70])
def test_a_short_or_flat_series_has_no_change(values: list[float]) -> None:
    assert find_change_points(np.array(values)) == []


def test_the_tail_falls_with_the_distance_and_is_a_probability() -> None:
    probabilities = [tail(distance, 5 / 70) for distance in (0.5, 2.0, 3.0, 4.0, 6.0)]
    assert probabilities == sorted(probabilities, reverse=True)
    assert probabilities[0] == 1.0
    assert 0 < probabilities[-1] < 1e-6


def test_a_variance_that_is_small_by_chance_is_moved_towards_the_common_one() -> None:
    degrees = np.full(200, 4.0)
    variances = np.random.default_rng(5).chisquare(4, 200) / 4
    prior = fit_prior(variances, degrees, np.ones((200, 1)))
    moderated, together = moderate(variances, degrees, prior)
    assert np.ptp(moderated) < np.ptp(variances) / 5
    assert (together > degrees).all()
    assert prior.variances == pytest.approx(1, rel=0.2)


def test_what_variances_depend_on_is_learnt_and_not_taken_for_noise() -> None:
    degrees = np.full(200, 4.0)
    is_noisy = np.arange(200) % 2
    variances = np.random.default_rng(6).chisquare(4, 200) / 4 * np.where(is_noisy, 9, 1)
    prior = fit_prior(variances, degrees, np.column_stack([np.ones(200), is_noisy]))
    assert prior.variances[is_noisy == 1] == pytest.approx(9, rel=0.3)
    assert prior.degrees > fit_prior(variances, degrees, np.ones((200, 1))).degrees


def test_too_few_variances_have_nothing_in_common() -> None:
    assert fit_prior(np.array([1.0, 4.0]), np.array([4.0, 4.0]), np.ones((2, 1))).degrees == 0


def test_the_inverse_of_trigamma_is_its_inverse() -> None:
    # trigamma(1) is pi squared over six.
    assert inverse_trigamma(np.pi**2 / 6) == pytest.approx(1, rel=1e-8)
