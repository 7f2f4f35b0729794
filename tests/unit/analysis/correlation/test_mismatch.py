"""Frechet distances from the Gaussian prediction."""

from __future__ import annotations

import numpy as np
import pytest

from atlas.analysis.correlation.mismatch import mismatch_of
from atlas.analysis.correlation.orders import Profile, groups_of

HALVES = np.array([0.5, 0.5])


def profile_of(
    predicted: tuple[list[list[float]], list[list[float]]], measured: tuple[list[list[float]], list[list[float]]]
) -> Profile:
    """Give means and variances, by class and element; orders 1 and 3 play no part."""
    (mean, variance), (true_mean, true_variance) = predicted, measured
    nothing = np.full(np.shape(mean), 1e3)
    return Profile(
        mean=np.array([nothing, mean, nothing, true_mean]),
        variance=np.array([nothing, variance, nothing, true_variance]),
        shares=HALVES,
    )


# Class 0: sd 2 for 1, mean right. Class 1: mean 4 for 1, sd right. Over all trials: 1 within and 1 between classes.
ONE = profile_of(([[-1], [4]], [[4], [1]]), ([[-1], [1]], [[1], [1]]))


def test_mismatch_is_the_frechet_distance_in_total_standard_deviations() -> None:
    off = mismatch_of(ONE, groups_of(np.array([0]))).mismatch[0]
    assert off == pytest.approx(np.sqrt([(0.5 * 1 + 0.5 * 9) / 2, 1 / 2, 9 / 2]))  # all, class 0, class 1


def test_error_of_the_mean_is_in_total_standard_deviations() -> None:
    assert mismatch_of(ONE, groups_of(np.array([0]))).mean_error[0] == pytest.approx(np.sqrt([4.5 / 2, 0, 9 / 2]))


def test_error_of_the_variance_is_relative_to_that_within_classes() -> None:
    assert mismatch_of(ONE, groups_of(np.array([0]))).variance_error[0] == pytest.approx([1.5, 3, 0])


def test_a_right_prediction_has_no_mismatch() -> None:
    right = ([[-1.0], [1.0]], [[1.0], [2.0]])
    found = mismatch_of(profile_of(right, right), groups_of(np.array([0])))
    assert found.mismatch.tolist() == [[0, 0, 0]] * 2
    assert found.variance_error.tolist() == [[0, 0, 0]] * 2


def test_a_class_without_variance_has_a_mismatch_but_no_error_of_the_variance() -> None:
    found = mismatch_of(profile_of(([[0], [2]], [[1], [1]]), ([[0], [2]], [[0], [2]])), groups_of(np.array([0])))
    assert found.mismatch[0, 1] == pytest.approx(1 / np.sqrt(2))  # over all trials: 1 within, 1 between
    assert np.isnan(found.variance_error[0, 1])
    assert found.variance_error[0, 0] == pytest.approx(0)


def test_a_dead_neuron_has_none_and_counts_for_its_layer() -> None:
    # Neuron 0 is as predicted, with variance 2 over all trials. Neuron 1 is dead, predicted with mean 0 and sd .5.
    profile = profile_of(([[-1, 0], [1, 0]], [[1, 0.25], [1, 0.25]]), ([[-1, 0], [1, 0]], [[1, 0], [1, 0]]))
    found = mismatch_of(profile, groups_of(np.array([0, 1])))
    assert np.isnan([found.mismatch[1], found.mean_error[1], found.variance_error[1]]).all()
    assert found.mismatch[2] == pytest.approx(np.sqrt(0.25 / 2))


def test_a_channel_sums_over_its_positions_before_it_divides() -> None:
    # Off by 1 at one of two positions; variances over all trials 2 and 5.
    profile = profile_of(([[-1, -1], [1, 3]], [[1, 1], [1, 4]]), ([[-1, -1], [1, 3]], [[4, 1], [1, 4]]))
    found = mismatch_of(profile, groups_of(np.array([0, 0])))
    total = (2.5 + 1) + (2.5 + 4)
    assert found.mismatch[0] == pytest.approx(np.sqrt([0.5 / total, 1 / total, 0]))
    assert found.variance_error[0] == pytest.approx([3.5 / 5 - 1, 2 / 5 - 1, 0])


def test_a_class_without_trials_has_none() -> None:
    profile = Profile(mean=np.zeros((4, 3, 1)), variance=np.ones((4, 3, 1)), shares=np.array([0.5, 0, 0.5]))
    found = mismatch_of(profile, groups_of(np.array([0])))
    assert np.isnan(found.mismatch[0]).tolist() == [False, False, True, False]
    assert np.isnan(found.variance_error[0]).tolist() == [False, False, True, False]
