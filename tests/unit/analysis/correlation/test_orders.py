"""Shares of orders, from means and variances alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.analysis.correlation.orders import Profile, groups_of, is_constant, neurons_of, order_shares

ALONE = groups_of(np.array([0]))


def one_element(means: list[list[float]], variances: list[list[float]], shares: list[float]) -> Profile:
    """Orders 1, 2, 3 and measured, each with its classes."""
    return Profile(
        mean=np.array(means, dtype=float)[:, :, None],
        variance=np.array(variances, dtype=float)[:, :, None],
        shares=np.array(shares),
    )


# Two classes of equal size. Measured: means -1 and 1, variance 3 in each, so 4 over all trials.
TWO_CLASSES = one_element([[-2, 0], [0, 1], [-1, 1.5], [-1, 1]], [[0, 0], [1, 2], [3, 3], [3, 3]], [0.5, 0.5])


def test_variance_is_that_within_and_between_classes() -> None:
    total = TWO_CLASSES.total_variance[:, 0]
    assert total == pytest.approx([1, 1.5 + 0.25, 3 + 1.25**2, 4])


def test_each_order_explains_what_the_prediction_up_to_it_adds() -> None:
    variance = order_shares(TWO_CLASSES, ALONE).variance[0]
    assert variance == pytest.approx([1 / 4, 0.75 / 4, (4.5625 - 1.75) / 4, (4 - 4.5625) / 4])


def test_separation_is_the_coefficient_of_determination_of_the_class_means() -> None:
    # Less their mean, classes are at -1 and 1 by order 1 (all right), at -.5 and .5 by order 2, -1.25 and 1.25 by 3.
    separation = order_shares(TWO_CLASSES, ALONE).separation[0]
    assert separation == pytest.approx([1, 0.75 - 1, (1 - 0.0625) - 0.75, 0.0625])


def test_classes_weigh_by_their_trials() -> None:
    profile = one_element([[0, 4]] * 4, [[0, 0], [1, 5], [1, 5], [1, 5]], [0.75, 0.25])
    # Between: .75 * 1 + .25 * 9 = 3. Within: .75 + 1.25 = 2.
    assert order_shares(profile, ALONE).variance[0] == pytest.approx([0.6, 0.4, 0, 0])


def test_an_element_that_never_varies_has_no_shares() -> None:
    profile = one_element([[0, 0], [0.1, 0.1], [0.1, 0.1], [7, 7]], [[0, 0], [1, 1], [1, 1], [0, 0]], [0.5, 0.5])
    assert is_constant(profile, ALONE).tolist() == [True, True]
    assert np.isnan(order_shares(profile, ALONE).variance).all()


def test_what_varies_by_rounding_alone_is_constant() -> None:
    profile = one_element([[0, 0], [0, 0], [0, 0], [1e6, 1e6 + 1e-9]], [[0, 0]] * 3 + [[1e-19, 0]], [0.5, 0.5])
    assert is_constant(profile, ALONE).all()


def test_class_means_that_do_not_differ_are_not_separated() -> None:
    profile = one_element([[2, 2]] * 4, [[0, 0], [1, 3], [1, 3], [1, 3]], [0.5, 0.5])
    shares = order_shares(profile, ALONE)
    assert np.isnan(shares.separation).all()
    assert shares.variance[0] == pytest.approx([0, 1, 0, 0])


def test_a_class_without_trials_has_no_share_in_any() -> None:
    with_third = one_element(
        [[*row, 99] for row in TWO_CLASSES.mean[:, :, 0].tolist()],
        [[*row, 99] for row in TWO_CLASSES.variance[:, :, 0].tolist()],
        [0.5, 0.5, 0.0],
    )
    found, expected = order_shares(with_third, ALONE), order_shares(TWO_CLASSES, ALONE)
    assert found.variance[0] == pytest.approx(expected.variance[0])
    assert found.separation[0] == pytest.approx(expected.separation[0])


def test_neurons_are_those_that_have_elements() -> None:
    assert neurons_of(np.array([4, -1, 2, 4])).tolist() == [2, 4]


def test_a_channel_sums_over_its_positions_before_it_divides() -> None:
    # Channel 0 at two positions: measured variances 4 and 1, of which order 1 explains 1 and 1. Channel 1: 2 of 8.
    within = np.array([[0, 0, 0], [3, 0, 6], [3, 0, 6], [3, 0, 6]], dtype=float)
    apart = np.array([1, 1, np.sqrt(2)])
    profile = Profile(
        mean=np.stack([-apart, apart])[None].repeat(4, axis=0),
        variance=within[:, None].repeat(2, axis=1),
        shares=np.array([0.5, 0.5]),
    )
    shares = order_shares(profile, groups_of(np.array([0, 0, 1])))
    assert shares.variance[:, 0] == pytest.approx([2 / 5, 2 / 8, 4 / 13])  # channels, then the layer
    assert shares.variance[:, 1] == pytest.approx([3 / 5, 6 / 8, 9 / 13])


@given(seed=st.integers(0, 10_000), n_classes=st.integers(2, 5), n_elements=st.integers(1, 6))
def test_shares_sum_to_one(seed: int, n_classes: int, n_elements: int) -> None:
    random = np.random.default_rng(seed)
    shares = random.gamma(1, size=n_classes)
    profile = Profile(
        mean=random.normal(size=(4, n_classes, n_elements)),
        variance=random.gamma(1, size=(4, n_classes, n_elements)),
        shares=shares / shares.sum(),
    )
    found = order_shares(profile, groups_of(random.integers(-1, 3, size=n_elements)))
    assert found.variance.sum(axis=1) == pytest.approx(1)
    assert found.separation.sum(axis=1) == pytest.approx(1)


@given(seed=st.integers(0, 10_000), gain=st.floats(0.01, 100), offset=st.floats(-10, 10))
def test_shares_do_not_depend_on_scale_and_offset(seed: int, gain: float, offset: float) -> None:
    random = np.random.default_rng(seed)
    mean, variance = random.normal(size=(4, 3, 2)), random.gamma(1, size=(4, 3, 2))
    groups, shares = groups_of(np.array([0, 1])), np.array([0.2, 0.3, 0.5])
    plain = order_shares(Profile(mean=mean, variance=variance, shares=shares), groups)
    moved = order_shares(Profile(mean=gain * mean + offset, variance=gain**2 * variance, shares=shares), groups)
    assert moved.variance == pytest.approx(plain.variance, abs=1e-6)
    assert moved.separation == pytest.approx(plain.separation, abs=1e-6)
